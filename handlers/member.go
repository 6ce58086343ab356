package handlers

import (
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// Member draws one member's page.
func (h *Handlers) Member(c echo.Context, a models.Actor) error {
	return h.member(c, a, "")
}

// MemberResetLink makes a link by which the member sets a new password, and shows it once.
func (h *Handlers) MemberResetLink(c echo.Context, a models.Actor) error {
	token := secret.Token()
	if _, err := h.store.In(a).MakeResetLink(c.Request().Context(), c.Param("member"), secret.HashToken(token)); err != nil {
		return err
	}
	return h.member(c, a, h.absolute(urls.PasswordReset.To(token)))
}

const (
	firstApps    = 6 // of those a member reaches, on the member's page
	firstEntries = 6 // of the audit log
)

func (h *Handlers) member(c echo.Context, a models.Actor, resetLink string) error {
	m, err := h.store.In(a).Member(c.Request().Context(), c.Param("member"))
	if err != nil {
		return err
	}
	view := views.Member{
		Row: memberRow(a, m), WhyURL: urls.AccessOf(a.Organization.Slug, m.UserID, "", ""), ResetLink: resetLink,
		RoleSince: m.RoleChangedAt, RoleBy: m.RoleChangedBy, RoleGiven: mappedBy(m.RoleBy),
	}
	for _, team := range m.Teams {
		view.Teams = append(view.Teams, views.MemberTeam{Name: team.Name, URL: urls.Team.To(a.Organization.Slug, team.Slug), Given: mappedBy(m.TeamsBy[team.Slug])})
	}
	if err := h.memberApps(c, a, m, &view); err != nil {
		return err
	}
	if a.May(authz.MembersManage) {
		view.Manage = manageMember(a, m)
	}
	if a.May(authz.SecurityManage) {
		if view.Sessions, err = h.memberSessions(c, a, m); err != nil {
			return err
		}
	}
	if a.May(authz.AuditView) {
		log, err := h.store.In(a).Audit(c.Request().Context(), models.AuditFilter{About: m.UserID, Page: models.Page{Size: firstEntries}})
		if err != nil {
			return err
		}
		view.Log = &views.MemberLog{URL: urls.AuditOf(a.Organization.Slug, models.AuditTerm{Key: models.AuditMember, Value: m.Email}.String())}
		links := linksTo(urls.Audit.To(a.Organization.Slug), nil)
		for _, entry := range log.Rows {
			view.Log.Rows = append(view.Log.Rows, auditRow(a.Organization.Slug, links, entry))
		}
	}
	frame, err := h.organizationFrame(c, a, m.Name, navMembers, crumb("Members", urls.Members.To(a.Organization.Slug)))
	if err != nil {
		return err
	}
	view.Page, view.Now = frame.Page, time.Now().UTC()
	return draw(c, views.MemberPage(view))
}

// manageMember is what an Administrator may do to the member, each with the reason why not, from the rules that guard the act.
func manageMember(a models.Actor, m models.Member) *views.ManageMember {
	org := a.Organization.Slug
	manage := &views.ManageMember{
		RoleURL: urls.MemberRole.To(org, m.UserID), SuspendURL: urls.MemberSuspend.To(org, m.UserID), ReinstateURL: urls.MemberReinstate.To(org, m.UserID),
		RemoveURL: urls.MemberRemove.To(org, m.UserID), ResetURL: urls.MemberResetLink.To(org, m.UserID),
		SuspendReason: reasonOf(m.MaySuspend(a.Person)), RemoveReason: reasonOf(m.MayRemove(a.Person)), ResetReason: reasonOf(m.MayResetPassword(a.Person)),
	}
	manage.Factors = factorsSince(m.Factors)
	manage.FactorURL, manage.FactorReason = urls.MemberFactorReset.To(org, m.UserID), reasonOf(m.MayResetFactor(a.Person))
	if m.RoleBy.Owned {
		manage.RoleReason = reasonOf(m.MayChangeRole())
	}
	if m.UserID == a.User.ID {
		manage.RemoveURL, manage.RemoveReason = urls.Leave.To(org), ""
	}
	return manage
}

// reasonOf is the sentence of a refusal; empty: nothing was refused.
func reasonOf(err error) string {
	if refusal, refused := models.RefusalOf(err); refused {
		return refusal.Sentence
	}
	return ""
}

func (h *Handlers) memberApps(c echo.Context, a models.Actor, m models.Member, view *views.Member) error {
	ctx, tenant := c.Request().Context(), h.store.In(a)
	apps, err := tenant.MemberApps(ctx, m, models.Page{Size: firstApps})
	if err != nil {
		return err
	}
	if view.AppCount, view.MoreApps, err = tenant.CountMemberApps(ctx, m); err != nil {
		return err
	}
	view.Apps, view.AppsURL = memberAppRows(a, m, apps.Rows), urls.MemberApps.To(a.Organization.Slug, m.UserID)
	return nil
}

func memberAppRows(a models.Actor, m models.Member, apps []models.MemberApp) []views.MemberAppRow {
	var rows []views.MemberAppRow
	for _, each := range apps {
		row := views.MemberAppRow{URL: urls.App.To(each.App.Organization.Slug, each.App.Slug), Slug: each.App.Slug, Visibility: each.App.Visibility}
		for _, reason := range each.Because {
			row.Why = append(row.Why, whyWords(reason, m.UserID == a.User.ID))
		}
		rows = append(rows, row)
	}
	return rows
}

// whyWords is why somebody reaches an app, in words about them or to them.
func whyWords(reason authz.Reason, own bool) string {
	switch reason.Origin {
	case authz.FromRole:
		if own {
			return "Your role"
		}
		return "Their role"
	case authz.FromTeam:
		return "Team " + reason.Team
	case authz.FromCollaborator:
		if reason.Column == authz.TeamContributor {
			return "Collaborator, as a contributor"
		}
		return "Collaborator, as a viewer"
	case authz.FromOrganizationVisibility:
		return "Visible to the organization"
	case authz.FromPublicVisibility:
		return "Public"
	}
	return ""
}

// MemberApps draws every app that the member reaches, page by page, and why.
func (h *Handlers) MemberApps(c echo.Context, a models.Actor) error {
	ctx, tenant, org := c.Request().Context(), h.store.In(a), a.Organization.Slug
	m, err := tenant.Member(ctx, c.Param("member"))
	if err != nil {
		return err
	}
	listed, err := tenant.MemberApps(ctx, m, pageOf(c))
	if err != nil {
		return err
	}
	own := urls.Member.To(org, m.UserID)
	frame, err := h.organizationFrame(c, a, "Apps", navMembers, crumb("Members", urls.Members.To(org)), crumb(m.Name, own))
	if err != nil {
		return err
	}
	frame.Page.Title = "Apps of " + m.Name
	return draw(c, views.MemberAppsPage(views.MemberAppsList{
		Page: frame.Page, Name: m.Name, You: m.UserID == a.User.ID, MemberURL: own, Role: m.Role, Suspended: m.Suspended, Rows: memberAppRows(a, m, listed.Rows), Pager: pager(c, listed.Newer, listed.Older),
	}))
}

// MemberSuspend locks the member out. Who suspends themselves has nothing to come back to but their account.
func (h *Handlers) MemberSuspend(c echo.Context, a models.Actor) error {
	if err := h.store.In(a).Suspend(c.Request().Context(), c.Param("member")); err != nil {
		return err
	}
	if strings.EqualFold(c.Param("member"), a.User.ID) {
		return h.seeWith(c, urls.Account.To(), "You are suspended in "+a.Organization.Name+".")
	}
	return h.seeWith(c, urls.Member.To(a.Organization.Slug, c.Param("member")), "Suspended. Nothing of "+a.Organization.Name+" opens for them any more.")
}

// MemberReinstate lets the member in again.
func (h *Handlers) MemberReinstate(c echo.Context, a models.Actor) error {
	if err := h.store.In(a).Reinstate(c.Request().Context(), c.Param("member")); err != nil {
		return err
	}
	return h.seeWith(c, urls.Member.To(a.Organization.Slug, c.Param("member")), "Reinstated. They are what they were before.")
}

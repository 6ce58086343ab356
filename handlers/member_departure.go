package handlers

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// MemberRemoval says what removing the member takes, and asks.
func (h *Handlers) MemberRemoval(c echo.Context, a models.Actor) error {
	view, _, err := h.removal(c, a, nil)
	if err != nil {
		return err
	}
	return draw(c, views.DeparturePage(view))
}

// removal is the page before a member is removed; keep are the apps in which they stay a collaborator.
func (h *Handlers) removal(c echo.Context, a models.Actor, keep []string) (views.Departure, models.Member, error) {
	d, err := h.store.In(a).Departure(c.Request().Context(), c.Param("member"))
	if err != nil {
		return views.Departure{}, d.Member, err
	}
	m, org := d.Member, a.Organization.Slug
	own := urls.Member.To(org, m.UserID)
	frame, err := h.organizationFrame(c, a, "Remove", navMembers, crumb("Members", urls.Members.To(org)), crumb(m.Name, own))
	frame.Page.Title = "Remove " + m.Name
	view := departure(a, d, keep)
	view.Page, view.Action, view.Cancel = frame.Page, urls.MemberRemove.To(org, m.UserID), own
	view.Confirm, view.Reason = m.Email, reasonOf(m.MayRemove(a.Person))
	return view, m, err
}

func departure(a models.Actor, d models.Departure, keep []string) views.Departure {
	kept := map[string]bool{}
	for _, slug := range keep {
		kept[slug] = true
	}
	view := views.Departure{
		Name: d.Member.Name, Role: d.Member.Role, Sessions: d.Sessions, Identities: d.Identities, Invitations: d.Invitations,
	}
	for _, team := range d.Member.Teams {
		view.Teams = append(view.Teams, views.MemberTeam{Name: team.Name, URL: urls.Team.To(a.Organization.Slug, team.Slug)})
	}
	for _, g := range d.Grants {
		view.Grants = append(view.Grants, views.GrantRow{App: g.App, Contributor: g.Level == authz.Contributor, Since: g.Since, Kept: kept[g.App]})
	}
	return view
}

// MemberRemove removes the member when their address was typed.
func (h *Handlers) MemberRemove(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view, m, err := h.removal(c, a, typed["keep"])
	if err != nil {
		return err
	}
	if view.Reason != "" {
		return refuse(models.Impossible, views.DeparturePage(view))
	}
	if models.NormEmail(typed.Get("confirm")) != models.NormEmail(m.Email) {
		view.Typed, view.Error = typed.Get("confirm"), "Type “"+m.Email+"” to remove "+m.Name+"."
		return refuse(models.Invalid, views.DeparturePage(view))
	}
	if err := h.store.In(a).Remove(c.Request().Context(), m.UserID, typed["keep"]); err != nil {
		return err
	}
	return h.seeWith(c, urls.Members.To(a.Organization.Slug), m.Name+" is no longer a member of "+a.Organization.Name+".")
}

// Leaving says what leaving the organization takes, and asks.
func (h *Handlers) Leaving(c echo.Context, a models.Actor) error {
	view, err := h.leaving(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.DeparturePage(view))
}

func (h *Handlers) leaving(c echo.Context, a models.Actor) (views.Departure, error) {
	d, err := h.store.In(a).Departure(c.Request().Context(), a.User.ID)
	if err != nil {
		return views.Departure{}, err
	}
	frame, err := h.organizationFrame(c, a, "Leave "+a.Organization.Name, navAccount)
	view := departure(a, d, nil)
	view.Page, view.You, view.Action, view.Cancel = frame.Page, true, urls.Leave.To(a.Organization.Slug), urls.Account.To()
	view.Confirm, view.Reason = a.Organization.Slug, reasonOf(d.Member.MayLeave(a.Person))
	return view, err
}

// Leave ends one's own membership when the organization's ID was typed. A session that only its identity provider opened is over with it.
func (h *Handlers) Leave(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view, err := h.leaving(c, a)
	if err != nil {
		return err
	}
	if view.Reason != "" {
		return refuse(models.Impossible, views.DeparturePage(view))
	}
	if !strings.EqualFold(strings.TrimSpace(typed.Get("confirm")), a.Organization.Slug) {
		view.Typed, view.Error = typed.Get("confirm"), "Type “"+a.Organization.Slug+"” to leave it."
		return refuse(models.Invalid, views.DeparturePage(view))
	}
	if err := h.store.In(a).Leave(c.Request().Context()); err != nil {
		return err
	}
	if !slices.ContainsFunc(a.Methods, func(m models.Authentication) bool { return m.OrganizationID != a.Organization.ID }) {
		h.sessions.Clear(c.Response())
		return see(c, urls.With(urls.Login.To(), "notice", "left"))
	}
	return h.seeWith(c, urls.Account.To(), "You have left "+a.Organization.Name+".")
}

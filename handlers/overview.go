package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// Overview draws the organization's first page.
func (h *Handlers) Overview(c echo.Context, a models.Actor) error {
	overview, err := h.store.In(a).Overview(c.Request().Context())
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Overview", navOverview)
	if err != nil {
		return err
	}
	view := views.Overview{
		Page: frame.Page, Members: overview.Counts.Members, Suspended: overview.Counts.Suspended, ByRole: roleCounts(overview.Counts),
		Teams: overview.Counts.Teams, Apps: overview.Counts.Apps, Pending: overview.Counts.Invitations,
		Policy: policyOf(overview.Policy).InWords(), SeesAudit: a.May(authz.AuditView), Manages: a.May(authz.SecurityManage),
	}
	if a.May(authz.MembersManage) {
		view.PendingURL = urls.Invitations.To(a.Organization.Slug)
	}
	for _, p := range overview.Providers {
		row := views.ProviderRow{Slug: p.Slug, Name: p.Name, Enabled: p.Enabled, LastSignIn: p.LastSignInAt, Expires: p.CertificateUntil, Now: frame.Page.Now}
		if view.Manages {
			row.URL = urls.IdentityProvider.To(a.Organization.Slug, p.Slug)
		}
		view.Providers = append(view.Providers, row)
	}
	for _, d := range overview.SignIns {
		view.SignIns = append(view.SignIns, views.DaySignIns{Day: d.Day, Password: d.Password, SSO: d.SSO})
	}
	for _, m := range overview.Growth {
		view.Growth = append(view.Growth, views.MonthMembers{Month: m.Month, Members: m.Members})
	}
	links := linksTo(urls.Audit.To(a.Organization.Slug), nil)
	for _, entry := range overview.Recent {
		view.Recent = append(view.Recent, auditRow(a.Organization.Slug, links, entry))
	}
	return draw(c, views.OverviewPage(view))
}

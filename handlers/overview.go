package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/models"
	"gatehouse/views"
)

// Overview draws the organization's first page.
func (h *Handlers) Overview(c echo.Context, a models.Actor) error {
	tenant := h.store.In(a)
	overview, err := tenant.Overview(c.Request().Context())
	if err != nil {
		return err
	}
	policy, err := tenant.PasswordPolicy(c.Request().Context())
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
		Policy: policyOf(policy).InWords(), SeesAudit: a.May(authz.AuditView), Manages: a.May(authz.SecurityManage),
	}
	for _, provider := range overview.Providers {
		view.Providers = append(view.Providers, providerRow(a, provider))
	}
	for _, entry := range overview.Recent {
		view.Recent = append(view.Recent, auditRow(entry))
	}
	return draw(c, views.OverviewPage(view))
}

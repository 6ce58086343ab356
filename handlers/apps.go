package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// Apps draws the list of apps within the actor's reach.
func (h *Handlers) Apps(c echo.Context, a models.Actor) error {
	filter := models.AppFilter{Query: queryOf(c), Page: pageOf(c)}
	listed, err := h.store.In(a).Apps(c.Request().Context(), filter)
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Apps", navApps)
	if err != nil {
		return err
	}
	view := views.Apps{Page: frame.Page, Query: filter.Query, Pager: pager(c, listed.Newer, listed.Older), Filtered: filter.Query != ""}
	for _, app := range listed.Rows {
		view.Rows = append(view.Rows, appRow(app))
	}
	return draw(c, views.AppsPage(view))
}

func appRow(app models.App) views.AppRow {
	return views.AppRow{
		URL: urls.App.To(app.Organization.Slug, app.Slug), Slug: app.Slug, Organization: app.Organization.Name, Description: app.Description,
		Visibility: app.Visibility, Updated: app.UpdatedAt,
	}
}

// App draws one app: what it is, every grant that reaches it, and what follows from them.
func (h *Handlers) App(c echo.Context, a models.Actor, r models.Reached) error {
	frame, err := h.appFrame(c, a, r, r.App.Slug, views.AppOverview)
	if err != nil {
		return err
	}
	view := views.App{Page: frame.Page, Row: appRow(r.App)}
	for _, reason := range r.Decide(authz.SidebarView).Because {
		view.Grants = append(view.Grants, views.Grant{Origin: originWords(reason), Column: reason.Column})
	}
	for _, table := range authz.Tables() {
		for _, scope := range table.Scopes() {
			if scope.Level() == authz.OfApp {
				view.Scopes = append(view.Scopes, views.ScopeAnswer{Label: scope.Label(), Allowed: r.May(scope)})
			}
		}
	}
	return draw(c, views.AppPage(view))
}

func originWords(reason authz.Reason) string {
	switch reason.Origin {
	case authz.FromRole:
		return "Your role"
	case authz.FromTeam:
		return "Team " + reason.Team
	case authz.FromCollaborator:
		return "You are a collaborator"
	case authz.FromOrganizationVisibility:
		return "Visible to the organization"
	case authz.FromPublicVisibility:
		return "Public"
	}
	return ""
}

// Collaborations draws the apps in which the person is a collaborator, in every organization.
func (h *Handlers) Collaborations(c echo.Context, p models.Person) error {
	found, err := h.store.Collaborations(c.Request().Context(), p)
	if err != nil {
		return err
	}
	frame, err := h.accountFrame(c, p, "Collaborations", navCollaborations)
	if err != nil {
		return err
	}
	view := views.Collaborations{Page: frame.Page}
	for _, each := range found {
		row := appRow(each.App)
		row.Level = "Viewer"
		if each.Level == authz.Contributor {
			row.Level = "Contributor"
		}
		view.Rows = append(view.Rows, row)
	}
	return draw(c, views.CollaborationsPage(view))
}

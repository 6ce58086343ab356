package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/models"
	"gatehouse/views"
)

// Teams draws the list of teams.
func (h *Handlers) Teams(c echo.Context, a models.Actor) error {
	filter := models.TeamFilter{Query: queryOf(c), Page: pageOf(c)}
	listed, err := h.store.In(a).Teams(c.Request().Context(), filter)
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Teams", navTeams)
	if err != nil {
		return err
	}
	view := views.Teams{
		Page: frame.Page, Query: filter.Query, Pager: pager(c, listed.Newer, listed.Older),
		OwnTeams: a.Role == authz.TeamContributor, Filtered: filter.Query != "",
	}
	for _, t := range listed.Rows {
		view.Rows = append(view.Rows, views.TeamRow{
			Slug: t.Slug, Name: t.Name, Description: t.Description, Members: t.Members, Apps: t.Apps, Created: t.CreatedAt,
		})
	}
	return draw(c, views.TeamsPage(view))
}

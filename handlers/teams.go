package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
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
		OwnTeams: a.Role == authz.TeamContributor, Manages: a.May(authz.TeamsManage), Filtered: filter.Query != "",
	}
	for _, t := range listed.Rows {
		view.Rows = append(view.Rows, views.TeamRow{
			URL: urls.Team.To(a.Organization.Slug, t.Slug), Slug: t.Slug, Name: t.Name, Description: t.Description, Members: t.Members, Apps: t.Apps, Created: t.CreatedAt,
		})
	}
	return draw(c, views.TeamsPage(view))
}

// Team draws the people of one team.
func (h *Handlers) Team(c echo.Context, a models.Actor) error {
	team, view, err := h.team(c, a)
	if err != nil {
		return err
	}
	listed, err := h.store.In(a).TeamMembers(c.Request().Context(), team, models.TeamFilter{Query: view.Query, Page: pageOf(c)})
	if err != nil {
		return err
	}
	view.Pager, view.Adds = pager(c, listed.Newer, listed.Older), a.May(authz.TeamMembersAdd)
	for _, m := range listed.Rows {
		view.People = append(view.People, views.TeamPerson{
			URL: urls.Member.To(a.Organization.Slug, m.UserID), ID: m.UserID, Name: m.Name, Email: m.Email, Role: m.Role, Suspended: m.Suspended,
			You: m.UserID == a.User.ID, Added: m.AddedAt, AddedBy: m.AddedBy, Given: mappedBy(m.By),
		})
	}
	return draw(c, views.TeamPage(view))
}

// TeamApps draws the apps of one team.
func (h *Handlers) TeamApps(c echo.Context, a models.Actor) error {
	team, view, err := h.team(c, a)
	if err != nil {
		return err
	}
	listed, err := h.store.In(a).TeamApps(c.Request().Context(), team, models.TeamFilter{Query: view.Query, Page: pageOf(c)})
	if err != nil {
		return err
	}
	view.Pager, view.Adds = pager(c, listed.Newer, listed.Older), a.May(authz.TeamAppsAdd)
	for _, app := range listed.Rows {
		view.AppRows = append(view.AppRows, views.TeamAppRow{
			URL: urls.App.To(a.Organization.Slug, app.App.Slug), Slug: app.App.Slug, Description: app.App.Description, Visibility: app.App.Visibility,
			Added: app.AddedAt, AddedBy: app.AddedBy,
		})
	}
	return draw(c, views.TeamAppsPage(view))
}

// team is the team of the path, with what both of its tabs show.
func (h *Handlers) team(c echo.Context, a models.Actor) (models.Team, views.Team, error) {
	team, err := h.store.In(a).Team(c.Request().Context(), c.Param("team"))
	if err != nil {
		return team, views.Team{}, err
	}
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, team.Name, navTeams, crumb("Teams", urls.Teams.To(org)))
	return team, views.Team{
		Page: frame.Page, Slug: team.Slug, Name: team.Name, Description: team.Description, Members: team.Members, Apps: team.Apps,
		Created: team.CreatedAt, Manages: a.May(authz.TeamsManage), Query: queryOf(c),
	}, err
}

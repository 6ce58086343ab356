package store

import (
	"context"

	"gatehouse/models"
)

type teamListRow struct {
	Team    teamRow `gorm:"embedded"`
	Members int     `gorm:"column:members"`
	Apps    int     `gorm:"column:apps"`
}

func (r teamListRow) noun() models.Team {
	return models.Team{
		ID: r.Team.ID, Slug: r.Team.Slug, Name: r.Team.Name, Description: r.Team.Description, Members: r.Members, Apps: r.Apps, CreatedAt: r.Team.CreatedAt.Time,
	}
}

var teamsByName = order{key: "t.sort_name", id: "t.id"}

// Teams returns a page of the organization's teams by name; a Team Contributor sees their own.
func (t Tenant) Teams(ctx context.Context, filter models.TeamFilter) (models.Listed[models.Team], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(filter.Page), func(w window) ([]teamListRow, error) {
		choice := (&query{}).add("SELECT t.id, t.slug, t.name, t.description, t.sort_name, t.created_at FROM teams t WHERE t.organization_id = ?", t.organization())
		if t.sharing() {
			choice.add(" AND t.id IN ("+ownTeams+")", t.self()...)
		}
		choice.search(u.dialect, "t.search", filter.Query)
		w.bound(choice, teamsByName)
		w.limited(choice, teamsByName)
		whole := (&query{}).add(`SELECT t.*, (SELECT count(*) FROM team_members tm WHERE tm.team_id = t.id) AS members,
			(SELECT count(*) FROM team_apps ta WHERE ta.team_id = t.id) AS apps FROM (`).add(choice.text.String(), choice.args...).add(") t")
		w.sorted(whole, teamsByName)
		var rows []teamListRow
		err := u.rows(&rows, whole)
		return rows, err
	}, func(r teamListRow) position { return position{r.Team.SortName, r.Team.ID} }, teamListRow.noun)
	return page, fault("teams", err)
}

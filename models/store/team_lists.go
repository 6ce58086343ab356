package store

import (
	"context"

	"gatehouse/models"
)

type teamMemberListRow struct {
	UserID    string `gorm:"column:user_id"`
	SortName  string `gorm:"column:sort_name"`
	Name      string `gorm:"column:name"`
	Email     string `gorm:"column:email"`
	Role      string `gorm:"column:role"`
	Suspended bool   `gorm:"column:suspended"`
	AddedAt   moment `gorm:"column:added_at"`
	Adder     ref    `gorm:"column:adder"`
}

func (r teamMemberListRow) noun() models.TeamMember {
	return models.TeamMember{
		UserID: r.UserID, Name: r.Name, Email: r.Email, Role: roleOf(r.Role), Suspended: r.Suspended, AddedAt: r.AddedAt.Time, AddedBy: string(r.Adder),
	}
}

var teamMembersByName = order{key: "tm.sort_name", id: "tm.user_id"}

// TeamMembers returns a page of a team's members by name.
func (t Tenant) TeamMembers(ctx context.Context, team models.Team, filter models.TeamFilter) (models.Listed[models.TeamMember], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(filter.Page), func(w window) ([]teamMemberListRow, error) {
		choice := (&query{}).add(`SELECT tm.organization_id, tm.user_id, tm.sort_name, tm.added_at, tm.added_by FROM team_members tm
			JOIN members m ON m.organization_id = tm.organization_id AND m.user_id = tm.user_id WHERE tm.organization_id = ? AND tm.team_id = ?`, t.organization(), team.ID)
		t.ownTeamsOnly(choice, "tm.team_id")
		choice.search(u.dialect, "m.search", filter.Query)
		w.bound(choice, teamMembersByName)
		w.limited(choice, teamMembersByName)
		whole := (&query{}).add(`SELECT tm.user_id, tm.sort_name, tm.added_at, u.name, u.email, m.role, m.suspended, b.name AS adder FROM (`).
			add(choice.text.String(), choice.args...).add(`) tm JOIN users u ON u.id = tm.user_id
			JOIN members m ON m.organization_id = tm.organization_id AND m.user_id = tm.user_id LEFT JOIN users b ON b.id = tm.added_by`)
		w.sorted(whole, teamMembersByName)
		var rows []teamMemberListRow
		err := u.rows(&rows, whole)
		return rows, err
	}, func(r teamMemberListRow) position { return position{r.SortName, r.UserID} }, teamMemberListRow.noun)
	return page, fault("team members", err)
}

type teamAppListRow struct {
	App     appRow `gorm:"embedded"`
	Norm    string `gorm:"column:norm"`
	AddedAt moment `gorm:"column:added_at"`
	Adder   ref    `gorm:"column:adder"`
}

var teamAppsBySlug = order{key: "ta.slug_norm", id: "ta.app_id"}

// TeamApps returns a page of a team's apps by identifier.
func (t Tenant) TeamApps(ctx context.Context, team models.Team, filter models.TeamFilter) (models.Listed[models.TeamApp], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(filter.Page), func(w window) ([]teamAppListRow, error) {
		q := (&query{}).add("SELECT "+appColumns+`, ta.slug_norm AS norm, ta.added_at, b.name AS adder FROM team_apps ta
			JOIN apps a ON a.organization_id = ta.organization_id AND a.id = ta.app_id LEFT JOIN users b ON b.id = ta.added_by
			WHERE ta.organization_id = ? AND ta.team_id = ?`, t.organization(), team.ID)
		t.ownTeamsOnly(q, "ta.team_id")
		q.search(u.dialect, "a.search", filter.Query)
		w.bound(q, teamAppsBySlug)
		w.limited(q, teamAppsBySlug)
		var rows []teamAppListRow
		err := u.rows(&rows, q)
		return rows, err
	}, func(r teamAppListRow) position { return position{r.Norm, r.App.ID} }, func(r teamAppListRow) models.TeamApp {
		return models.TeamApp{App: t.app(r.App), AddedAt: r.AddedAt.Time, AddedBy: string(r.Adder)}
	})
	return page, fault("team apps", err)
}

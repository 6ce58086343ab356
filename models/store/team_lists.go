package store

import (
	"context"
	"strconv"
	"unicode/utf8"

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

	By mappedByRow `gorm:"embedded"`
}

func (r teamMemberListRow) noun() models.TeamMember {
	return models.TeamMember{
		UserID: r.UserID, Name: r.Name, Email: r.Email, Role: roleOf(r.Role), Suspended: r.Suspended, AddedAt: r.AddedAt.Time, AddedBy: string(r.Adder),
		By: r.By.noun(),
	}
}

var teamMembersByName = order{key: "tm.sort_name", id: "tm.user_id"}

// TeamMembers returns a page of a team's members by name.
func (t Tenant) TeamMembers(ctx context.Context, team models.Team, filter models.TeamFilter) (models.Listed[models.TeamMember], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(filter.Page), func(w window) ([]teamMemberListRow, error) {
		q := t.teamMembersInOrder(u.dialect, team, filter.Query, w)
		if folded := foldQuery(filter.Query); u.dialect == postgresDialect && utf8.RuneCountInString(folded) >= trigram && team.Members > readNear {
			q = t.teamMembersByIndex(team, folded, w)
		}
		var rows []teamMemberListRow
		err := u.rows(&rows, q)
		return rows, err
	}, func(r teamMemberListRow) position { return position{r.SortName, r.UserID} }, teamMemberListRow.noun)
	return page, fault("team members", err)
}

// memberOfTeam is a row of team_members tm with what it is searched in. As a query of its own and no join, it is asked in the list's order.
const memberOfTeam = `SELECT tm.organization_id, tm.user_id, tm.sort_name, tm.added_at, tm.added_by, tm.mapping_id,
	(SELECT m.search FROM members m WHERE m.organization_id = tm.organization_id AND m.user_id = tm.user_id) AS search FROM team_members tm`

func (t Tenant) chosenOfTeam(team models.Team, from string) *query {
	q := (&query{}).add(from+" WHERE tm.organization_id = ? AND tm.team_id = ?", t.organization(), team.ID)
	t.ownTeamsOnly(q, "tm.team_id")
	return q
}

func (t Tenant) teamMembersInOrder(d dialect, team models.Team, typed string, w window) *query {
	choice := t.chosenOfTeam(team, "SELECT tm.organization_id, tm.user_id, tm.sort_name, tm.added_at, tm.added_by, tm.mapping_id FROM team_members tm")
	choice.search(d, "(SELECT m.search FROM members m WHERE m.organization_id = tm.organization_id AND m.user_id = tm.user_id)", typed)
	w.bound(choice, teamMembersByName)
	w.limited(choice, teamMembersByName)
	return teamMembersFrom(choice, w)
}

// teamMembersByIndex searches a large team as Tenant.indexed searches the organization: in order for a while, and then by the trigram index.
func (t Tenant) teamMembersByIndex(team models.Team, folded string, w window) *query {
	stretch := t.chosenOfTeam(team, memberOfTeam)
	w.bound(stretch, teamMembersByName)
	w.sorted(stretch, teamMembersByName)
	stretch.add(" LIMIT " + strconv.Itoa(readNear))
	matches := t.chosenOfTeam(team, "SELECT tm.organization_id, tm.user_id, tm.sort_name, tm.added_at, tm.added_by, tm.mapping_id, m.search FROM matching m JOIN team_members tm ON tm.user_id = m.user_id")
	w.bound(matches, teamMembersByName)

	q := (&query{}).add("WITH near AS MATERIALIZED (SELECT * FROM (").add(stretch.text.String(), stretch.args...)
	q.add(") tm WHERE strpos(tm.search, ?) > 0", folded)
	w.limited(q, teamMembersByName)
	// Materialized, or the planner would look at everybody in the team.
	q.add("), matching AS MATERIALIZED (SELECT m.user_id, m.search FROM members m WHERE m.organization_id = ? AND m.search LIKE ?", t.organization(), pattern(folded))
	q.add("), far AS MATERIALIZED (").add(matches.text.String(), matches.args...).add(") ")
	filled := "(SELECT count(*) FROM near) > " + strconv.Itoa(w.size)
	choice := (&query{}).add("SELECT * FROM near WHERE " + filled + " UNION ALL SELECT * FROM (SELECT * FROM far tm")
	w.limited(choice, teamMembersByName)
	choice.add(") rest WHERE NOT " + filled)
	whole := teamMembersFrom(choice, w)
	return q.add(whole.text.String(), whole.args...)
}

// teamMembersFrom reads a choice of a team's members with their accounts.
func teamMembersFrom(choice *query, w window) *query {
	whole := (&query{}).add(`SELECT tm.user_id, tm.sort_name, tm.added_at, u.name, u.email, m.role, m.suspended, b.name AS adder,
		g.id AS mapping_id, g.group_value AS mapping_group, p.name AS mapping_provider, coalesce(g.authoritative AND p.enabled, false) AS mapping_owns FROM (`).
		add(choice.text.String(), choice.args...).add(`) tm JOIN users u ON u.id = tm.user_id
		JOIN members m ON m.organization_id = tm.organization_id AND m.user_id = tm.user_id LEFT JOIN users b ON b.id = tm.added_by
		LEFT JOIN group_mappings g ON g.id = tm.mapping_id LEFT JOIN identity_providers p ON p.id = g.provider_id`)
	w.sorted(whole, teamMembersByName)
	return whole
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
		choice := (&query{}).add("SELECT ta.app_id, ta.slug_norm, ta.added_at, ta.added_by FROM team_apps ta WHERE ta.organization_id = ? AND ta.team_id = ?", t.organization(), team.ID)
		t.ownTeamsOnly(choice, "ta.team_id")
		choice.search(u.dialect, "(SELECT a.search FROM apps a WHERE a.id = ta.app_id)", filter.Query)
		w.bound(choice, teamAppsBySlug)
		w.limited(choice, teamAppsBySlug)
		q := (&query{}).add("SELECT "+appColumns+", ta.slug_norm AS norm, ta.added_at, b.name AS adder FROM (").add(choice.text.String(), choice.args...)
		q.add(") ta JOIN apps a ON a.id = ta.app_id AND a.organization_id = ? LEFT JOIN users b ON b.id = ta.added_by", t.organization())
		w.sorted(q, teamAppsBySlug)
		var rows []teamAppListRow
		err := u.rows(&rows, q)
		return rows, err
	}, func(r teamAppListRow) position { return position{r.Norm, r.App.ID} }, func(r teamAppListRow) models.TeamApp {
		return models.TeamApp{App: t.app(r.App), AddedAt: r.AddedAt.Time, AddedBy: string(r.Adder)}
	})
	return page, fault("team apps", err)
}

package store

import (
	"context"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type holderRow struct {
	UserID   string `gorm:"column:user_id"`
	Name     string `gorm:"column:name"`
	Email    string `gorm:"column:email"`
	Role     ref    `gorm:"column:role"`
	SortName string `gorm:"column:sort_name"`
	Level    string `gorm:"column:level"`
	Since    moment `gorm:"column:since"`
}

func (r holderRow) noun() models.Holder {
	return models.Holder{
		UserID: r.UserID, Name: r.Name, Email: r.Email, Role: roleOf(string(r.Role)), Level: levelOf(r.Level), Since: r.Since.Time,
	}
}

// Holders returns a page of the people who hold a right in one way, in an app that the actor reaches, or (in is nil) in the organization. A Team
// Contributor sees those who share a team, and the app's collaborators from outside. Ways that name nobody in particular, such as a
// visibility, have no list.
func (t Tenant) Holders(ctx context.Context, scope authz.Scope, in *models.Reached, via models.Via, at models.Page) (models.Listed[models.Holder], error) {
	appID := ""
	if in != nil {
		appID = in.App.ID
	}
	u := t.store.read(ctx)
	page, err := list(windowOf(at), func(w window) ([]holderRow, error) {
		var q *query
		switch via.Origin {
		case authz.FromRole:
			q = t.holdersByRole(via.Role, w)
		case authz.FromTeam:
			q = t.holdersByTeam(u.dialect, appID, w)
		case authz.FromCollaborator:
			q = t.holdersByCollaboration(appID, scope, w)
		case authz.FromOrganizationVisibility, authz.FromPublicVisibility:
			return nil, nil
		}
		var rows []holderRow
		err := u.rows(&rows, q)
		return rows, err
	}, func(r holderRow) position { return position{r.SortName, r.UserID} }, holderRow.noun)
	if err == nil && via.Origin == authz.FromTeam {
		err = t.addGivingTeams(u, appID, page.Rows)
	}
	return page, fault("holders", err)
}

const holderChoice = "SELECT m.user_id, m.role, m.sort_name, coalesce(m.role_changed_at, m.joined_at) AS since FROM members m WHERE m.organization_id = ? AND NOT m.suspended AND m.role = ?"

func (t Tenant) holdersByRole(role authz.Role, w window) *query {
	choice := (&query{}).add(holderChoice, t.organization(), role.Key())
	t.within(choice)
	return holdersFrom(choice, w)
}

// holdersByTeam reads of each team of the app as far as the page goes, so that a large team costs what a small one does. SQLite cannot say that,
// and reads them whole.
func (t Tenant) holdersByTeam(d dialect, appID string, w window) *query {
	role, organization := authz.TeamContributor.Key(), t.organization()
	if d == sqliteDialect {
		choice := (&query{}).add(holderChoice, organization, role)
		choice.add(` AND m.user_id IN (SELECT tm.user_id FROM team_apps ta JOIN team_members tm ON tm.team_id = ta.team_id
			WHERE ta.app_id = ? AND ta.organization_id = ?)`, appID, organization)
		t.within(choice)
		return holdersFrom(choice, w)
	}
	choice := (&query{}).add(`SELECT DISTINCT m.user_id, m.role, m.sort_name, m.since FROM team_apps ta CROSS JOIN LATERAL (
		SELECT m.user_id, m.role, tm.sort_name, m.joined_at AS since FROM team_members tm JOIN members m ON m.organization_id = tm.organization_id AND m.user_id = tm.user_id
		WHERE tm.team_id = ta.team_id AND NOT m.suspended AND m.role = ?`, role)
	t.within(choice)
	byTeam := order{key: "tm.sort_name", id: "tm.user_id"}
	w.bound(choice, byTeam)
	w.limited(choice, byTeam)
	choice.add(") m WHERE ta.app_id = ? AND ta.organization_id = ?", appID, organization)
	return holdersFrom(choice, w)
}

// holdersFrom reads a page of the chosen members with their accounts.
func holdersFrom(choice *query, w window) *query {
	w.bound(choice, membersByName)
	w.limited(choice, membersByName)
	whole := (&query{}).add("SELECT m.*, u.name, u.email FROM (").add(choice.text.String(), choice.args...).add(") m JOIN users u ON u.id = m.user_id")
	w.sorted(whole, membersByName)
	return whole
}

var collaboratorsByEmail = order{key: "u.email_norm", id: "u.id"}

func (t Tenant) holdersByCollaboration(appID string, scope authz.Scope, w window) *query {
	levels := []string{"contributor"}
	if scope.Holds(authz.OrganizationUser) { // a viewer carries that column
		levels = append(levels, "viewer")
	}
	q := (&query{}).add(`SELECT u.id AS user_id, u.name, u.email, u.email_norm AS sort_name, m.role, c.level, c.added_at AS since
		FROM collaborators c JOIN users u ON u.id = c.user_id
		LEFT JOIN members m ON m.user_id = u.id AND m.organization_id = ?
		WHERE c.app_id = ? AND c.level IN (?) AND NOT coalesce(m.suspended, false) AND (m.user_id IS NULL OR (true`, t.organization(), appID, levels)
	t.within(q)
	q.add("))")
	w.bound(q, collaboratorsByEmail)
	w.limited(q, collaboratorsByEmail)
	return q
}

// addGivingTeams puts on the people of a page the teams that give them the app, as far as the actor sees those.
func (t Tenant) addGivingTeams(u *unit, appID string, people []models.Holder) error {
	if len(people) == 0 {
		return nil
	}
	at, ids := map[string]*models.Holder{}, make([]string, 0, len(people))
	for i := range people {
		at[people[i].UserID] = &people[i]
		ids = append(ids, people[i].UserID)
	}
	// The teams of the people first, or the planner would read everybody in the app's teams.
	q := (&query{}).add(`WITH theirs AS MATERIALIZED (SELECT tm.user_id, tm.team_id, tm.added_at FROM team_members tm WHERE tm.organization_id = ? AND tm.user_id IN (?))
		SELECT tm.user_id, t.slug, t.name, tm.added_at AS joined_at, ta.added_at FROM theirs tm JOIN teams t ON t.id = tm.team_id
		JOIN team_apps ta ON ta.team_id = tm.team_id AND ta.app_id = ? WHERE true`, t.organization(), ids, appID)
	if t.sharing() {
		q.add(" AND t.id IN ("+ownTeams+")", t.self()...)
	}
	q.add(" ORDER BY t.sort_name, t.id")
	var rows []struct {
		UserID string `gorm:"column:user_id"`
		Slug   string `gorm:"column:slug"`
		Name   string `gorm:"column:name"`
		Joined moment `gorm:"column:joined_at"`
		Added  moment `gorm:"column:added_at"`
	}
	err := u.rows(&rows, q)
	for _, row := range rows {
		holder := at[row.UserID]
		both := row.Joined.Time // the later of the two gave it
		if row.Added.After(both) {
			both = row.Added.Time
		}
		if len(holder.Teams) == 0 || both.Before(holder.Since) {
			holder.Since = both
		}
		holder.Teams = append(holder.Teams, models.TeamRef{Slug: row.Slug, Name: row.Name})
	}
	return err
}

// Outsiders returns collaborators of an app that the actor reaches who are no members, found by name or address; at most as many as asked for.
func (t Tenant) Outsiders(ctx context.Context, in models.Reached, typed string, most int) ([]models.Holder, error) {
	if !in.May(authz.CollaboratorsView) {
		return nil, nil
	}
	u := t.store.read(ctx)
	folded := foldQuery(typed)
	var rows []holderRow
	// Folded here, because the two databases fold differently; an app has few collaborators.
	err := u.all(&rows, `SELECT u.id AS user_id, u.name, u.email, c.level FROM collaborators c JOIN users u ON u.id = c.user_id
		LEFT JOIN members m ON m.user_id = u.id AND m.organization_id = ? WHERE c.app_id = ? AND m.user_id IS NULL ORDER BY u.email_norm LIMIT 1000`,
		t.organization(), in.App.ID)
	var found []models.Holder
	for _, row := range rows {
		if len(found) < most && strings.Contains(memberSearch(row.Name, row.Email), folded) {
			found = append(found, row.noun())
		}
	}
	return found, fault("outsiders", err)
}

package store

import (
	"context"
	"strconv"
	"unicode/utf8"

	"gatehouse/models"
)

type memberListRow struct {
	Member      memberRow `gorm:"embedded"`
	Name        string    `gorm:"column:name"`
	Email       string    `gorm:"column:email"`
	HasPassword bool      `gorm:"column:has_password"`
}

func (r memberListRow) noun() models.Member {
	return models.Member{
		UserID: r.Member.UserID, Name: r.Name, Email: r.Email, Role: roleOf(r.Member.Role), Suspended: r.Member.Suspended, Source: models.Source(r.Member.Source),
		HasPassword: r.HasPassword, JoinedAt: r.Member.JoinedAt.Time, LastActiveAt: r.Member.LastActiveAt.Time,
	}
}

// membersFrom reads a choice of members with their accounts. The choice is made first and limited, so that only a page of accounts is read.
func membersFrom(choice *query, w window) *query {
	whole := (&query{}).add(`SELECT m.user_id, m.role, m.suspended, m.source, m.sort_name, m.joined_at, m.last_active_at,
		u.name, u.email, u.password_hash <> '' AS has_password FROM (`).add(choice.text.String(), choice.args...).add(") m JOIN users u ON u.id = m.user_id")
	w.sorted(whole, membersByName)
	return whole
}

var membersByName = order{key: "m.sort_name", id: "m.user_id"}

const memberChoice = "SELECT m.user_id, m.role, m.suspended, m.source, m.sort_name, m.search, m.joined_at, m.last_active_at FROM members m WHERE m.organization_id = ?"

// within adds that a Team Contributor sees only people who share a team, and themselves.
func (t Tenant) within(q *query) {
	if !t.sharing() {
		return
	}
	q.add(" AND m.user_id IN (SELECT theirs.user_id FROM team_members theirs WHERE theirs.team_id IN ("+ownTeams+")", t.self()...)
	// The account as a row of its own, as a constant has no type in a union.
	q.add(" UNION SELECT me.id FROM users me WHERE me.id = ?)", t.actor.User.ID)
}

// Members returns a page of the organization's members by name, with their teams. A Team Contributor sees those who share a team, and
// themselves, with the teams that they share.
func (t Tenant) Members(ctx context.Context, filter models.MemberFilter) (models.Listed[models.Member], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(filter.Page), func(w window) ([]memberListRow, error) {
		q := membersFrom(t.choose(u.dialect, filter, w), w)
		if folded := foldQuery(filter.Query); u.dialect == postgresDialect && utf8.RuneCountInString(folded) >= trigram {
			q = t.indexed(filter, folded, w)
		}
		var rows []memberListRow
		err := u.rows(&rows, q)
		return rows, err
	}, func(r memberListRow) position { return position{r.Member.SortName, r.Member.UserID} }, memberListRow.noun)
	if err == nil {
		err = t.addTeams(u, page.Rows)
	}
	return page, fault("members", err)
}

// choose is a page of the members that fit the filter.
func (t Tenant) choose(d dialect, filter models.MemberFilter, w window) *query {
	choice := t.filtered(filter)
	choice.search(d, "m.search", filter.Query)
	w.bound(choice, membersByName)
	w.limited(choice, membersByName)
	return choice
}

// filtered is the members that fit the filter but for what is searched.
func (t Tenant) filtered(filter models.MemberFilter) *query {
	choice := (&query{}).add(memberChoice, t.organization())
	if filter.Role.Valid() {
		choice.add(" AND m.role = ?", filter.Role.Key())
	}
	t.within(choice)
	return choice
}

const (
	trigram  = 3    // characters that the index needs
	readNear = 2000 // rows that are looked at in their order before the index is asked
)

// indexed is a search with the trigram index. Matches of a common name come soon when the list is read in its order, but the index would
// collect and sort all of them; a rare one is found by the index in no time, but reading in order would read everybody. So the list is read
// in its order for a while, and only when that does not fill the page the index is asked. What is not needed is not run.
func (t Tenant) indexed(filter models.MemberFilter, folded string, w window) *query {
	stretch := t.filtered(filter)
	w.bound(stretch, membersByName)
	w.sorted(stretch, membersByName)
	stretch.add(" LIMIT " + strconv.Itoa(readNear))
	matches := t.filtered(filter).add(" AND m.search LIKE ?", pattern(folded))
	w.bound(matches, membersByName)

	q := (&query{}).add("WITH near AS MATERIALIZED (SELECT * FROM (").add(stretch.text.String(), stretch.args...)
	q.add(") m WHERE strpos(m.search, ?) > 0", folded)
	w.limited(q, membersByName)
	// Materialized, or the planner would read it in order again.
	q.add("), far AS MATERIALIZED (").add(matches.text.String(), matches.args...).add(") ")

	filled := "(SELECT count(*) FROM near) > " + strconv.Itoa(w.size)
	choice := (&query{}).add("SELECT * FROM near WHERE " + filled + " UNION ALL SELECT * FROM (SELECT * FROM far m")
	w.limited(choice, membersByName)
	choice.add(") rest WHERE NOT " + filled)
	whole := membersFrom(choice, w)
	return q.add(whole.text.String(), whole.args...)
}

// addTeams puts their teams on the members of a page, in one query.
func (t Tenant) addTeams(u *unit, members []models.Member) error {
	if len(members) == 0 {
		return nil
	}
	at := make(map[string]*models.Member, len(members))
	ids := make([]string, 0, len(members))
	for i := range members {
		at[members[i].UserID] = &members[i]
		ids = append(ids, members[i].UserID)
	}
	var rows []struct {
		UserID string `gorm:"column:user_id"`
		Slug   string `gorm:"column:slug"`
		Name   string `gorm:"column:name"`
	}
	q := (&query{}).add(`SELECT tm.user_id, t.slug, t.name FROM team_members tm JOIN teams t ON t.id = tm.team_id
		WHERE tm.organization_id = ? AND tm.user_id IN (?)`, t.organization(), ids)
	if t.sharing() {
		q.add(" AND tm.team_id IN ("+ownTeams+")", t.self()...)
	}
	q.add(" ORDER BY t.sort_name, t.id")
	if err := u.rows(&rows, q); err != nil {
		return err
	}
	for _, row := range rows {
		member := at[row.UserID]
		member.Teams = append(member.Teams, models.TeamRef{Slug: row.Slug, Name: row.Name})
	}
	return nil
}

package store

import (
	"strconv"

	"gatehouse/internal/authz"
)

// sharing says whether the actor sees only the people, teams and apps of their own teams.
func (t Tenant) sharing() bool { return t.actor.Role == authz.TeamContributor }

// ownTeams is a subquery of the actor's teams; it takes organization and account.
const ownTeams = "SELECT mine.team_id FROM team_members mine WHERE mine.organization_id = ? AND mine.user_id = ?"

func (t Tenant) self() []any { return []any{t.organization(), t.actor.User.ID} }

// ahead is how many rows of each team are read before it is known how far the page goes.
const ahead = 4

// firstOfOwnTeams is a query of what stands first in any of the actor's teams, each once, as key and id of the order o over the rows own of a
// table with a team_id. The table's index has that order within a team.
//
// A page needs little of each of many teams, and how little is not known before the others have been read. So PostgreSQL reads a few rows of
// each; if they make a page, nothing beyond its last row is on the page, and each team is read again only as far as that. If they do not,
// the teams are few or have the same in front, and a page of each is read.
func (t Tenant) firstOfOwnTeams(table string, w window, o order) *query {
	columns := o.key + ", " + o.id
	of := func(upTo string, limit int) *query {
		q := (&query{}).add("SELECT " + columns + " FROM " + table + " own WHERE own.team_id = mine.team_id")
		w.bound(q, o)
		q.add(upTo)
		w.sorted(q, o)
		return q.add(" LIMIT " + strconv.Itoa(limit))
	}
	if t.store.dialect != postgresDialect { // has no lateral joins, and serves small organizations
		q := (&query{}).add("SELECT DISTINCT "+columns+" FROM "+table+" own WHERE own.team_id IN ("+ownTeams+")", t.self()...)
		w.bound(q, o)
		w.limited(q, o)
		return q
	}
	each := func(of *query) *query {
		return (&query{}).add("SELECT " + columns + " FROM mine CROSS JOIN LATERAL (").addAll(of).add(") own")
	}
	sign := " <= "
	if w.backward != o.descending {
		sign = " >= "
	}
	q := (&query{}).add("WITH mine AS MATERIALIZED ("+ownTeams+"), few AS MATERIALIZED (SELECT DISTINCT * FROM (", t.self()...).addAll(each(of("", ahead))).add(") own")
	w.limited(q, o)
	q.add("), last AS MATERIALIZED (SELECT * FROM few OFFSET " + strconv.Itoa(w.size) + ") SELECT " + columns + " FROM (").
		addAll(each(of(" AND ("+columns+")"+sign+"(SELECT * FROM last)", w.size+1))).
		add(" UNION ").
		addAll(each(of("", w.size+1))).add(" WHERE NOT EXISTS (SELECT 1 FROM last)) own")
	w.limited(q, o)
	return q
}

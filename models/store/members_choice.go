package store

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"gatehouse/models"
)

const (
	trigram  = 3    // characters that the index of the search needs
	readNear = 2000 // rows that are looked at in their order before the matches are collected
	few      = 500  // people of a team that are collected at once
)

// chosenMembers is a page of the members that fit the filter, with their accounts.
//
// What is filtered by role, status and source is read in its order from an index. What is filtered otherwise is not, and the way that is
// quick for many matches is slow for few: matches of a common name come soon when the list is read in its order, but collecting and sorting
// them all takes long; rare ones are collected in no time, but reading in order would read everybody. So PostgreSQL reads the list in its
// order for a while, and only when that does not fill the page it collects the matches; the people of a small team it collects at once.
// What is not needed is not run. SQLite, which serves small organizations, reads in order.
func (t Tenant) chosenMembers(u *unit, filter models.MemberFilter, o memberOrder, w window) *query {
	sets := t.sets(filter)
	searched := utf8.RuneCountInString(foldQuery(filter.Query)) >= trigram
	if u.dialect != postgresDialect || (len(sets) == 0 && !filter.Idle && !searched) {
		return t.withAccounts(o, w, t.ranges(filter, o, w, w.size+1, func(q *query) { t.narrow(u, q, filter) }))
	}
	stretch := t.ranges(filter, o, w, readNear, func(q *query) {
		if filter.Idle { // begins where they can begin
			u.idleFrom(q, o)
		}
	})
	q := (&query{}).add("WITH near AS MATERIALIZED (SELECT * FROM (").addAll(stretch).add(") m WHERE true")
	if len(sets) > 0 {
		q.add(" AND NOT ").addAll(sets[0].isSmall())
	}
	t.narrow(u, q, filter)
	w.limited(q, o.outside())
	// Materialized, or the planner would read it in order again.
	q.add("), far AS MATERIALIZED (").addAll(t.collected(u, filter, o, w))

	q.add("), done AS MATERIALIZED (SELECT (SELECT count(*) FROM near) > " + strconv.Itoa(w.size))
	if searched { // the index of the search knows what is left without looking at more, but it knows all organizations
		q.add(" OR (SELECT coalesce(sum(c.members), 0) FROM member_counts c WHERE c.organization_id = ?) < "+strconv.Itoa(readNear), t.organization())
	} else {
		q.add(" OR ").addAll(runsOut(stretch))
	}
	if len(sets) > 0 {
		q.add(" AND NOT ").addAll(sets[0].isSmall())
	}
	q.add(" AS yes) ")

	choice := (&query{}).add("SELECT * FROM near WHERE (SELECT yes FROM done) UNION ALL SELECT * FROM (SELECT * FROM far m")
	w.limited(choice, o.outside())
	choice.add(") rest WHERE NOT (SELECT yes FROM done)")
	return q.addAll(t.withAccounts(o, w, choice))
}

// runsOut says whether the stretch ends before its limit.
func runsOut(stretch *query) *query {
	return (&query{}).add("(SELECT count(*) FROM (").addAll(stretch).add(") stretch) < " + strconv.Itoa(readNear))
}

// set is some accounts that a list is limited to.
type set struct {
	all  *query // every one of them
	rows *query // the same, some perhaps more than once: as soon as there are many, nobody has to know all
	each *query // says of m.user_id whether it is one of them
}

// holds adds that the member is in the set. It is asked of one member at a time: the set may be large, and the page is not.
func (s set) holds(q *query) { q.add(" AND ").addAll(s.each) }

// isSmall says whether it is no larger than what is collected at once, without counting further.
func (s set) isSmall() *query {
	return (&query{}).add("(SELECT count(*) FROM (").addAll(s.rows).add(fmt.Sprintf(" LIMIT %d) few) <= %d", few+1, few))
}

// sharers are the people whom a Team Contributor sees.
func (t Tenant) sharers() set {
	// The account as a row of its own, as a constant has no type in a union.
	rows := (&query{}).add("SELECT theirs.user_id FROM team_members theirs WHERE theirs.team_id IN ("+ownTeams+")", t.self()...)
	all := (&query{}).addAll(rows).add(" UNION SELECT me.id FROM users me WHERE me.id = ?", t.actor.User.ID)
	each := (&query{}).add("(m.user_id = ? OR (SELECT true FROM team_members theirs WHERE theirs.organization_id = ? AND theirs.user_id = m.user_id AND theirs.team_id IN ("+ownTeams+") LIMIT 1))",
		append([]any{t.actor.User.ID, t.organization()}, t.self()...)...)
	return set{all, rows, each}
}

// sets are the sets that the list is limited to, the smallest first.
func (t Tenant) sets(filter models.MemberFilter) []set {
	var sets []set
	if filter.Team != "" {
		norm, _ := slugNorm(filter.Team) // of what is no identifier there is no team
		const team = "(SELECT t.id FROM teams t WHERE t.organization_id = ? AND t.slug_norm = ?)"
		all := (&query{}).add("SELECT tm.user_id FROM team_members tm WHERE tm.team_id = "+team+" ORDER BY tm.user_id", t.organization(), norm)
		sets = append(sets, set{
			all, all,
			(&query{}).add("(SELECT true FROM team_members tm WHERE tm.team_id = "+team+" AND tm.user_id = m.user_id LIMIT 1)", t.organization(), norm),
		})
	}
	if t.sharing() {
		sets = append(sets, t.sharers())
	}
	return sets
}

// narrow adds what no facet says.
func (t Tenant) narrow(u *unit, q *query, filter models.MemberFilter) {
	for _, s := range t.sets(filter) {
		s.holds(q)
	}
	if filter.Idle {
		u.idle(q)
	}
	q.search(u.dialect, "m.search", filter.Query)
}

// idle adds that the member joined long ago and has not been active since.
func (u *unit) idle(q *query) {
	since := u.now.Add(-models.IdleAfter)
	q.add(" AND "+neverActive+" < ? AND m.joined_at < ?", since, since)
}

// idleFrom adds as much of idle as the order's index can begin with.
func (u *unit) idleFrom(q *query, o memberOrder) {
	if o.by == models.SortByActive || o.by == models.SortByJoined {
		q.add(" AND "+o.key+" < ?", u.now.Add(-models.IdleAfter))
	}
}

// collected is every match behind the window's position, in no order: from a small team member by member; else by the index of the search, from the large team, or
// from where the inactive ones stand together in the index of each facet.
func (t Tenant) collected(u *unit, filter models.MemberFilter, o memberOrder, w window) *query {
	asked, sets := facet{filter.Role, filter.Status, filter.Source}.condition(), t.sets(filter)
	folded := foldQuery(filter.Query)
	searched := utf8.RuneCountInString(folded) >= trigram
	members := func(from string, args ...any) *query {
		q := (&query{}).add("SELECT "+o.columns()+" FROM "+from+" WHERE m.organization_id = ?", append(args, t.organization())...)
		w.bound(q, o.order)
		t.narrow(u, q, filter)
		return q
	}
	q := &query{}
	if len(sets) > 0 {
		// A fence: each member is looked up by itself, where the planner would read all.
		one := (&query{}).add("(").addAll(sets[0].all).add(") s CROSS JOIN LATERAL (SELECT * FROM members one WHERE one.organization_id = ? AND one.user_id = s.user_id OFFSET 0) m", t.organization())
		q.addAll(members(one.text.String(), one.args...)).add(asked)
		if !searched {
			return q
		}
		q.add(" AND ").addAll(sets[0].isSmall()).add(" UNION ALL ")
	}
	if searched {
		q.addAll(members("members m")).add(asked+" AND m.search LIKE ?", pattern(folded))
		if len(sets) > 0 {
			q.add(" AND NOT ").addAll(sets[0].isSmall())
		}
		return q
	}
	for i, f := range memberOrderOf(models.SortByActive).facets(filter) {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.addAll(members("members m")).add(f.condition())
	}
	return q
}

// withAccounts reads chosen members with their accounts. The choice is made first and limited, so that only a page of accounts is read.
func (t Tenant) withAccounts(o memberOrder, w window, choice *query) *query {
	q := (&query{}).add(`SELECT m.user_id, m.role, m.suspended, m.source, m.sort_name, m.joined_at, m.last_active_at,
		u.name, u.email, u.password_hash <> '' AS has_password,
		EXISTS (SELECT 1 FROM identity_links l WHERE l.user_id = m.user_id AND l.organization_id = ?) AS has_sso FROM (`, t.organization()).
		addAll(choice).add(") m JOIN users u ON u.id = m.user_id")
	w.sorted(q, o.outside())
	return q
}

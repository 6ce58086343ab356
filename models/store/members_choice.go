package store

import (
	"strconv"
	"unicode/utf8"

	"gatehouse/models"
)

const (
	trigram  = 3    // characters that the index of the search needs
	readNear = 2000 // rows that are looked at in their order before the matches are collected
	// In an organization of a hundred thousand, collecting so many people of a team costs what looking for a page of them in order does.
	few     = 2000
	readFar = 5000 // rows that are looked at for those of a larger team
	probed  = 100  // rows in which what is searched for shows itself, unless it is rare
)

// chosenMembers is a page of the members that fit the filter, with their accounts.
//
// What is filtered by role, status and source is read in its order from an index, and so is a team by name. What is filtered otherwise is
// not, and the way that is quick for many matches is slow for few: matches of a common name come soon when the list is read in its order, but
// collecting and sorting them all takes long; rare ones are collected in no time, but reading in order would read everybody. So PostgreSQL
// reads the list in its order for a while, and only when that does not fill the page it collects the matches; the people of a small team, and
// what is rare at first sight, it collects at once. What is not needed is not run. SQLite, which serves small organizations, reads in order.
func (t Tenant) chosenMembers(u *unit, filter models.MemberFilter, o memberOrder, w window) *query {
	if t.sharing() && o.by == models.SortByName && !filter.Narrows() {
		return t.withAccounts(o, w, t.firstSharers(o, w))
	}
	sets := t.sets(filter)
	searched := utf8.RuneCountInString(foldQuery(filter.Query)) >= trigram
	if u.dialect != postgresDialect || (len(sets) == 0 && !filter.Idle && filter.Factor == "" && !searched) {
		return t.withAccounts(o, w, t.ranges(filter, o, w, w.size+1, func(q *query) { t.narrow(u, q, filter, sets) }))
	}
	ofTeam := filter.Team != "" && o.by == models.SortByName
	inOrder := func(limit int) *query {
		return t.ranges(filter, o, w, limit, func(q *query) {
			if filter.Idle { // begins where they can begin
				u.idleFrom(q, o)
			}
		})
	}
	// The index of the search knows what is left without looking at more, but it knows all organizations: a small one is read.
	var stretch, small *query
	ends := (&query{}).add("NOT ").addAll(t.large())
	switch {
	case ofTeam:
		stretch, ends = t.teamInOrder(filter, o, w, readFar)
		small = (&query{}).add("false")
	case len(sets) > 0:
		stretch = inOrder(readFar)
		if !searched {
			ends = stretch.runsOut(readFar)
		}
		small = (&query{}).addAll(sets[0].size).add(" <= " + strconv.Itoa(few))
	default:
		stretch = inOrder(readNear)
		if !searched {
			ends = stretch.runsOut(readNear)
		}
		small = (&query{}).add("false")
		if searched || !filter.Idle { // what is rare shows itself at once
			small = t.large().add(" AND NOT EXISTS (SELECT 1 FROM (").addAll(inOrder(probed)).add(") m WHERE true")
			t.narrow(u, small, filter, nil)
			small.add(")")
		}
	}
	q := (&query{}).add("WITH small AS MATERIALIZED (SELECT ").addAll(small)
	q.add(" AS yes), near AS MATERIALIZED (SELECT * FROM (").addAll(stretch).add(") m WHERE NOT " + isSmall)
	if ofTeam {
		q.add(facet{filter.Role, filter.Status, filter.Source}.condition())
		t.narrow(u, q, filter, sets[1:])
	} else {
		t.narrow(u, q, filter, sets)
	}
	w.limited(q, o.outside())
	// Materialized, or the planner would read it in order again.
	q.add("), far AS MATERIALIZED (").addAll(t.collected(u, filter, o, w, sets, searched))
	q.add("), done AS MATERIALIZED (SELECT NOT " + isSmall + " AND ((SELECT count(*) FROM near) > " + strconv.Itoa(w.size) + " OR ").addAll(ends)
	q.add(") AS yes) ")

	choice := (&query{}).add("SELECT * FROM near WHERE (SELECT yes FROM done) UNION ALL SELECT * FROM (SELECT * FROM far m")
	w.limited(choice, o.outside())
	choice.add(") rest WHERE NOT (SELECT yes FROM done)")
	return q.addAll(t.withAccounts(o, w, choice))
}

// large says whether the organization has more people than are looked at in their order.
func (t Tenant) large() *query {
	return (&query{}).add("(SELECT coalesce(sum(c.members), 0) FROM member_counts c WHERE c.organization_id = ?) >= "+strconv.Itoa(readNear), t.organization())
}

// teamInOrder reads a team by name, as far as limit; ends says whether that was all of it.
func (t Tenant) teamInOrder(filter models.MemberFilter, o memberOrder, w window, limit int) (stretch, ends *query) {
	norm, _ := slugNorm(filter.Team) // of what is no identifier there is no team
	own := order{key: "tm.sort_name", id: "tm.user_id", descending: o.descending}
	rows := (&query{}).add("SELECT tm.user_id, tm.sort_name FROM team_members tm WHERE tm.team_id = "+teamNamed, t.organization(), norm)
	w.bound(rows, own)
	w.sorted(rows, own)
	rows.add(" LIMIT " + strconv.Itoa(limit))
	stretch = (&query{}).add(`SELECT tm.user_id, m.role, m.suspended, m.source, tm.sort_name, m.search, m.joined_at, m.last_active_at, m.role_mapping_id, tm.sort_name AS sorted_by FROM (`).addAll(rows)
	// A fence: as many are looked up as the page needs, where the planner might read all.
	stretch.add(") tm CROSS JOIN LATERAL (SELECT * FROM members one WHERE one.organization_id = ? AND one.user_id = tm.user_id OFFSET 0) m", t.organization())
	return stretch, rows.runsOut(limit)
}

// isSmall says, within the query, whether the first set is one to collect.
const isSmall = "(SELECT yes FROM small)"

// runsOut says whether a stretch ends before its limit.
func (q *query) runsOut(limit int) *query {
	return (&query{}).add("(SELECT count(*) FROM (").addAll(q).add(") stretch) < " + strconv.Itoa(limit))
}

// set is some accounts that a list is limited to.
type set struct {
	all  *query // every one of them, once
	size *query // how many they are, or more: one number
	each *query // says of m.user_id whether it is one of them
}

// holds adds that the member is in the set. It is asked of one member at a time: the set may be large, and the page is not.
func (s set) holds(q *query) { q.add(" AND ").addAll(s.each) }

// sharers are the people whom a Team Contributor sees.
func (t Tenant) sharers() set {
	all := (&query{}).add("SELECT theirs.user_id FROM team_members theirs WHERE theirs.team_id IN ("+ownTeams+")", t.self()...)
	// The account as a row of its own, as a constant has no type in a union.
	all.add(" UNION SELECT me.id FROM users me WHERE me.id = ?", t.actor.User.ID)
	// Whether a team is one's own is looked up among one's own, which are read once: IS TRUE keeps the planner from asking the table each time.
	each := (&query{}).add("(m.user_id = ? OR (SELECT true FROM team_members theirs WHERE theirs.organization_id = ? AND theirs.user_id = m.user_id AND (theirs.team_id IN ("+
		ownTeams+")) IS TRUE LIMIT 1))", append([]any{t.actor.User.ID, t.organization()}, t.self()...)...)
	size := (&query{}).add("(SELECT coalesce(sum(t.members), 0) FROM team_members mine JOIN teams t ON t.id = mine.team_id WHERE mine.organization_id = ? AND mine.user_id = ?)", t.self()...)
	return set{all, size, each}
}

// firstSharers are the first of them by name.
func (t Tenant) firstSharers(o memberOrder, w window) *query {
	q := (&query{}).add("SELECT " + o.columns() + " FROM (SELECT * FROM (").addAll(t.firstOfOwnTeams("team_members", w, order{key: "own.sort_name", id: "own.user_id", descending: o.descending}))
	// Who is in no team sees themselves.
	q.add(") theirs UNION SELECT m.sort_name, m.user_id FROM members m WHERE m.organization_id = ? AND m.user_id = ?", t.self()...)
	w.bound(q, o.order)
	q.add(") first JOIN members m ON m.organization_id = ? AND m.user_id = first.user_id", t.organization())
	w.limited(q, o.order)
	return q
}

// teamNamed is the key of a team; it takes organization and identifier.
const teamNamed = "(SELECT t.id FROM teams t WHERE t.organization_id = ? AND t.slug_norm = ?)"

// sets are the sets that the list is limited to, the smallest first.
func (t Tenant) sets(filter models.MemberFilter) []set {
	var sets []set
	if filter.Team != "" {
		norm, _ := slugNorm(filter.Team) // of what is no identifier there is no team
		sets = append(sets, set{
			(&query{}).add("SELECT tm.user_id FROM team_members tm WHERE tm.team_id = "+teamNamed, t.organization(), norm),
			(&query{}).add("coalesce((SELECT t.members FROM teams t WHERE t.organization_id = ? AND t.slug_norm = ?), 0)", t.organization(), norm),
			(&query{}).add("(SELECT true FROM team_members tm WHERE tm.team_id = "+teamNamed+" AND tm.user_id = m.user_id LIMIT 1)", t.organization(), norm),
		})
	}
	if t.sharing() {
		sets = append(sets, t.sharers())
	}
	return sets
}

// narrow adds what no facet says.
func (t Tenant) narrow(u *unit, q *query, filter models.MemberFilter, sets []set) {
	for _, s := range sets {
		s.holds(q)
	}
	if filter.Idle {
		u.idle(q)
	}
	switch filter.Factor {
	case models.WithFactor:
		q.add(" AND " + hasFactor)
	case models.WithoutFactor:
		q.add(" AND NOT " + hasFactor)
	}
	q.search(u.dialect, "m.search", filter.Query)
}

// hasFactor says of a member m whether the account has a second factor.
const hasFactor = "EXISTS (SELECT 1 FROM users f WHERE f.id = m.user_id AND f.second_factor_at IS NOT NULL)"

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

// collected is every match behind the window's position, in no order: from a small team member by member; else by the index of the search,
// from the large team, or from where the inactive ones stand together in the index of each facet.
func (t Tenant) collected(u *unit, filter models.MemberFilter, o memberOrder, w window, sets []set, searched bool) *query {
	asked := facet{filter.Role, filter.Status, filter.Source}.condition()
	members := func(within []set, from string, args ...any) *query {
		q := (&query{}).add("SELECT "+o.columns()+" FROM "+from+" WHERE m.organization_id = ?", append(args, t.organization())...)
		w.bound(q, o.order)
		t.narrow(u, q, filter, within)
		return q
	}
	q := &query{}
	if len(sets) > 0 {
		// A fence: each member is looked up by itself, where the planner would read all.
		one := (&query{}).add("(").addAll(sets[0].all).add(") s CROSS JOIN LATERAL (SELECT * FROM members one WHERE one.organization_id = ? AND one.user_id = s.user_id OFFSET 0) m", t.organization())
		q.addAll(members(sets[1:], one.text.String(), one.args...)).add(asked)
		if !searched {
			return q
		}
		q.add(" AND " + isSmall + " UNION ALL ")
	}
	if searched {
		// The same fence: what is asked of each match must not make the planner look for another way to the matches.
		found := (&query{}).add("(SELECT * FROM members m WHERE m.organization_id = ?", t.organization()).add(asked+" AND m.search LIKE ? OFFSET 0) m", pattern(foldQuery(filter.Query)))
		q.addAll(members(sets, found.text.String(), found.args...))
		if len(sets) > 0 {
			q.add(" AND NOT " + isSmall)
		}
		return q
	}
	if !filter.Idle { // by second factor: by the index of who has one, or of who has none
		accounts := "SELECT f.id FROM users f WHERE f.second_factor_at IS NOT NULL OFFSET 0"
		if filter.Factor == models.WithoutFactor {
			accounts = "SELECT f.id FROM users f WHERE f.second_factor_at IS NULL OFFSET 0"
		}
		return q.addAll(members(nil, "("+accounts+") f CROSS JOIN LATERAL (SELECT * FROM members one WHERE one.organization_id = ? AND one.user_id = f.id OFFSET 0) m", t.organization())).add(asked)
	}
	for i, f := range memberOrderOf(models.SortByActive).facets(filter) {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.addAll(members(nil, "members m")).add(f.condition())
	}
	return q
}

// withAccounts reads chosen members with their accounts. The choice is made first and limited, so that only a page of accounts is read.
func (t Tenant) withAccounts(o memberOrder, w window, choice *query) *query {
	q := (&query{}).add(`SELECT m.user_id, m.role, m.suspended, m.source, m.sort_name, m.joined_at, m.last_active_at,
		u.name, u.email, u.password_hash <> '' AS has_password, u.second_factor_at IS NOT NULL AS has_factor,
		(SELECT p.name FROM group_mappings g JOIN identity_providers p ON p.id = g.provider_id WHERE g.id = m.role_mapping_id) AS role_through,
		EXISTS (SELECT 1 FROM identity_links l WHERE l.user_id = m.user_id AND l.organization_id = ?) AS has_sso FROM (`, t.organization()).
		addAll(choice).add(") m JOIN users u ON u.id = m.user_id")
	w.sorted(q, o.outside())
	return q
}

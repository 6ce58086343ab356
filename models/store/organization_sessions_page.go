package store

import (
	"strconv"
	"unicode/utf8"

	"gatehouse/models"
)

// latestSession is the order of the list: a key begins with the moment it was made.
var latestSession = order{id: "s.id", descending: true}

const (
	nearSessions   = 500 // sessions of an organization that are looked at in their order before what fits is collected
	probedSessions = 50  // in which what is searched for shows itself, unless it is rare
)

// everySession is where sessions s of members m with their accounts u are read from.
func (t Tenant) everySession() *query { return (&query{}).add("sessions s").addAll(t.sessionsMember()) }

func (t Tenant) sessionsMember() *query {
	return (&query{}).add(" JOIN members m ON m.user_id = s.user_id AND m.organization_id = ? AND NOT m.suspended JOIN users u ON u.id = s.user_id", t.organization())
}

// sessionsPage is a page of the sessions that fit the filter.
//
// Sessions stand in their order for all organizations together. Those of a large organization are read in it, and soon fill a page; those of a
// small one are collected from its people. In a large one, what is rare is collected too: by the index of the search, or by the proofs of a
// provider or a method. What is not needed is not run. SQLite, which serves small organizations, reads in order.
func (t Tenant) sessionsPage(u *unit, f models.SessionFilter, w window) *query {
	page := func(from *query) *query {
		q := (&query{}).add("SELECT s.id").addAll(t.chosenSessions(u, f, from))
		w.bound(q, latestSession)
		w.limited(q, latestSession)
		return q
	}
	q := (&query{}).add("SELECT s.id, s.user_id, u.name, u.email, ").addAll(t.heldHere(u)).add(" AS held FROM ").addAll(t.everySession())
	if u.dialect == postgresDialect {
		q.add(" WHERE s.id = ANY (ARRAY(").addAll(t.collectedSessions(f, w, page)).add("))")
	} else {
		q.add(" WHERE s.id IN (").addAll(page(t.everySession())).add(")")
	}
	w.limited(q, latestSession)
	return q
}

// Within the query: whether the organization is large, whether its sessions are read in their order, and whether they did not fill the page.
const (
	isLarge   = "(SELECT yes FROM large)"
	isInOrder = "(SELECT yes FROM in_order)"
	isNotDone = "(SELECT NOT yes FROM done)"
)

// collectedSessions are pages of the sessions from each way to them, of which one is run.
func (t Tenant) collectedSessions(f models.SessionFilter, w window, page func(from *query) *query) *query {
	// Fences: people and sessions are looked up one by one, where the planner would read all.
	const account = " CROSS JOIN LATERAL (SELECT * FROM users one WHERE one.id = m.user_id OFFSET 0) u"
	of := func(people *query) *query {
		return page((&query{}).add("(").addAll(people).add(" OFFSET 0) m CROSS JOIN LATERAL (SELECT * FROM sessions one WHERE one.user_id = m.user_id OFFSET 0) s" + account))
	}
	people := func(gate string) *query {
		return (&query{}).add("SELECT * FROM members m WHERE "+gate+" AND m.organization_id = ? AND NOT m.suspended", t.organization())
	}
	small := of(people("NOT " + isLarge))

	q := (&query{}).add("WITH large AS MATERIALIZED (SELECT ").addAll(t.large()).add(" AS yes)")
	searched := utf8.RuneCountInString(foldQuery(f.Query)) >= trigram
	if !searched && f.Provider == "" && f.Method == "" {
		return q.add(" (").addAll(page(t.everySession().add(" AND " + isLarge))).add(") UNION ALL (").addAll(small).add(")")
	}
	own := func(limit int, gate string) *query {
		q := (&query{}).add("SELECT s.*, m.search FROM sessions s JOIN members m ON m.user_id = s.user_id AND m.organization_id = ? AND NOT m.suspended WHERE "+gate, t.organization())
		w.bound(q, latestSession)
		w.sorted(q, latestSession)
		return q.add(" LIMIT " + strconv.Itoa(limit))
	}
	q.add(", in_order AS MATERIALIZED (SELECT " + isLarge)
	if searched { // what is rare shows itself at once
		q.add(" AND EXISTS (SELECT 1 FROM (").addAll(own(probedSessions, isLarge)).add(") first WHERE true")
		q.search(postgresDialect, "first.search", f.Query)
		q.add(")")
	}
	near := (&query{}).add("(").addAll(own(nearSessions, isInOrder)).add(") s").addAll(t.sessionsMember())
	q.add(" AS yes), near AS MATERIALIZED (").addAll(page(near))
	q.add("), done AS MATERIALIZED (SELECT " + isInOrder + " AND ((SELECT count(*) FROM near) > " + strconv.Itoa(w.size) + " OR ").addAll(own(nearSessions, isInOrder).runsOut(nearSessions))
	q.add(") AS yes) SELECT id FROM near WHERE (SELECT yes FROM done) UNION ALL (").addAll(small).add(")")
	bySearch, byProof := isLarge+" AND "+isNotDone, isLarge+" AND "+isNotDone
	proven := f.Provider != "" || f.Method != ""
	if searched && proven { // by what is rare at first sight; by its proofs, when what is searched for is not
		bySearch, byProof = isLarge+" AND NOT "+isInOrder, byProof+" AND "+isInOrder
	}
	if searched {
		q.add(" UNION ALL (").addAll(of(people(bySearch).add(" AND m.search LIKE ?", pattern(foldQuery(f.Query))))).add(")")
	}
	if proven {
		from := (&query{}).add("(SELECT DISTINCT v.session_id FROM session_authentications v WHERE " + byProof).addAll(t.proofs(f))
		from.add(" OFFSET 0) v CROSS JOIN LATERAL (SELECT * FROM sessions one WHERE one.id = v.session_id OFFSET 0) s CROSS JOIN LATERAL (SELECT * FROM members one"+
			" WHERE one.organization_id = ? AND one.user_id = s.user_id AND NOT one.suspended OFFSET 0) m"+account, t.organization())
		q.add(" UNION ALL (").addAll(page(from)).add(")")
	}
	return q
}

// proofs is the condition on a proof v by which the filter's provider, or else its method, is found.
func (t Tenant) proofs(f models.SessionFilter) *query {
	if f.Provider == "" {
		return (&query{}).add(" AND " + provenBy("v", f.Method))
	}
	norm, _ := slugNorm(f.Provider) // of what is no identifier there is no provider
	return (&query{}).add(" AND v.provider_id = (SELECT p.id FROM identity_providers p WHERE p.organization_id = ? AND p.slug_norm = ?)", t.organization(), norm)
}

package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gatehouse/models"
)

const auditColumns = "e.id, e.at, e.actor_id, e.actor_name, e.actor_email, e.action, e.target_type, e.target_id, e.target_name, e.before_values, e.after_values, e.method, e.ip, e.reference"

var entriesByTime = order{key: "e.at", id: "e.id", descending: true}

// Audit returns a page of the organization's audit log, newest first.
func (t Tenant) Audit(ctx context.Context, filter models.AuditFilter) (models.Listed[models.AuditEntry], error) {
	u := t.store.read(ctx)
	page, err := list(momentWindow(filter.Page), func(w window) ([]auditRow, error) {
		var rows []auditRow
		err := u.rows(&rows, t.auditPage(u.dialect, filter, w))
		return rows, err
	}, func(r auditRow) position { return momentPosition(r.At, r.ID) }, auditRow.noun)
	return page, fault("audit", err)
}

// auditPage is a page of the entries that fit the filter. Every way to narrow the log that people know is an index in its order, and is read
// as far as the page goes; but what contains some words is not. PostgreSQL reads the log in its order for a while, and only when that does
// not fill the page it asks the index of words, which is quick for what is rare. SQLite, which serves small organizations, reads in order.
func (t Tenant) auditPage(d dialect, filter models.AuditFilter, w window) *query {
	rare := false
	for _, word := range filter.Words {
		rare = rare || utf8.RuneCountInString(foldQuery(word)) >= trigram
	}
	if d != postgresDialect || !rare {
		return t.auditInOrder(filter, w, w.size+1, func(q *query) { q.words(d, filter.Words) })
	}
	near := t.auditInOrder(filter, w, readNear, func(*query) {})
	q := (&query{}).add("WITH stretch AS MATERIALIZED (").addAll(near).add("), near AS MATERIALIZED (SELECT * FROM stretch e WHERE true")
	q.words(d, filter.Words)
	w.limited(q, entriesByTime)
	q.add("), done AS MATERIALIZED (SELECT (SELECT count(*) FROM near) > " + strconv.Itoa(w.size) + " OR (SELECT count(*) FROM stretch) < " + strconv.Itoa(readNear) + " AS yes), ")
	// Materialized, and behind a fence, or the planner would read it in order again.
	q.add("far AS MATERIALIZED (SELECT * FROM (SELECT " + auditColumns + ", e.search FROM audit_entries e WHERE (SELECT NOT yes FROM done)")
	q.add(" AND e.organization_id = ?", t.organization())
	for _, word := range filter.Words {
		q.add(" AND e.search LIKE ?", pattern(foldQuery(word)))
	}
	q.add(" OFFSET 0) e WHERE true")
	ways, rest := t.auditWays(filter)
	q.add(" AND (false")
	for _, way := range ways {
		q.add(" OR true").addAll(way)
	}
	q.add(")").addAll(rest)
	w.bound(q, entriesByTime)
	w.limited(q, entriesByTime)
	q.add(") SELECT * FROM (SELECT * FROM near WHERE (SELECT yes FROM done) UNION ALL SELECT * FROM far) e")
	w.limited(q, entriesByTime)
	return q
}

// auditInOrder reads each way to what the filter asks for, as far as limit, and as much of all of them together. More may add conditions.
func (t Tenant) auditInOrder(filter models.AuditFilter, w window, limit int, more func(*query)) *query {
	ways, rest := t.auditWays(filter)
	one := func(way *query) *query {
		q := (&query{}).add("SELECT "+auditColumns+", e.search FROM audit_entries e WHERE e.organization_id = ?", t.organization()).addAll(way).addAll(rest)
		more(q)
		w.bound(q, entriesByTime)
		w.sorted(q, entriesByTime)
		return q.add(" LIMIT " + strconv.Itoa(limit))
	}
	if len(ways) == 1 {
		return one(ways[0])
	}
	q := (&query{}).add("SELECT * FROM (")
	for i, way := range ways {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.add("SELECT * FROM (").addAll(one(way)).add(") way")
	}
	q.add(") e")
	w.sorted(q, entriesByTime)
	return q.add(" LIMIT " + strconv.Itoa(limit))
}

// words adds that the entry contains each of them.
func (q *query) words(d dialect, words []string) {
	for _, word := range words {
		q.search(d, "e.search", word)
	}
}

const (
	// accountOf is the key of an account by its address; nobody's is NULL, which nothing equals.
	accountOf = "(SELECT u.id FROM users u WHERE u.email_norm = ?)"
	noEntry   = " AND false"
)

// auditWays are conditions of which each entry that fits the filter meets exactly one, each the beginning of an index; rest is what all meet.
func (t Tenant) auditWays(filter models.AuditFilter) (ways []*query, rest *query) {
	rest = &query{}
	narrow := func(text string, args ...any) {
		condition := (&query{}).add(text, args...)
		if ways == nil {
			ways = []*query{condition}
		} else {
			rest.addAll(condition)
		}
	}
	// The most telling first: it is the index that is read.
	if filter.Reference != "" {
		narrow(" AND e.reference = ?", clean(filter.Reference, longestText))
	}
	t.auditAbout(filter, narrow)
	switch {
	case strings.EqualFold(filter.Actor, models.ByTheSystem):
		narrow(" AND e.actor_id IS NULL")
	case filter.Actor != "":
		narrow(" AND e.actor_id = "+accountOf, models.NormEmail(clean(filter.Actor, longestText)))
	}
	if filter.IP != "" {
		narrow(" AND e.ip = ?", filter.IP)
	}
	t.auditPerson(filter, &ways, rest)
	t.auditActions(filter, &ways, rest)
	if filter.Result == models.AuditDone {
		rest.add(" AND e.action NOT IN (?)", actionNames(models.RefusedActions()))
	}
	if !filter.Since.IsZero() {
		rest.add(" AND e.at >= ?", filter.Since)
	}
	if !filter.Until.IsZero() {
		rest.add(" AND e.at < ?", filter.Until)
	}
	if ways == nil {
		ways = []*query{{}}
	}
	return ways, rest
}

// auditAbout narrows to what was done to a thing.
func (t Tenant) auditAbout(filter models.AuditFilter, narrow func(string, ...any)) {
	for _, thing := range []struct{ table, id string }{{"teams", filter.Team}, {"apps", filter.App}, {"identity_providers", filter.Provider}} {
		if thing.id == "" {
			continue
		}
		norm, ok := slugNorm(thing.id)
		if !ok {
			narrow(noEntry)
			continue
		}
		narrow(" AND e.target_id = (SELECT CAST(x.id AS text) FROM "+thing.table+" x WHERE x.organization_id = ? AND x.slug_norm = ?)", t.organization(), norm)
	}
}

// auditPerson narrows to what somebody did and what was done to them, or to what was done to anything by its key: each entry once.
func (t Tenant) auditPerson(filter models.AuditFilter, ways *[]*query, rest *query) {
	both := func(key string, arg any) {
		did := (&query{}).add(" AND e.actor_id = "+key, arg)
		done := (&query{}).add(" AND e.target_id = CAST("+key+" AS text) AND e.actor_id IS DISTINCT FROM "+key, arg, arg)
		if *ways == nil {
			*ways = []*query{did, done}
			return
		}
		rest.add(" AND (e.actor_id = "+key+" OR e.target_id = CAST("+key+" AS text))", arg, arg)
	}
	if filter.Member != "" {
		both(accountOf, models.NormEmail(clean(filter.Member, longestText)))
	}
	if filter.About == "" {
		return
	}
	if id, ok := parseID(filter.About); ok {
		key := "?"
		if t.store.dialect == postgresDialect {
			key = "CAST(? AS uuid)"
		}
		both(key, id)
	} else { // nothing has happened to what is no key
		rest.add(noEntry)
	}
}

// auditActions narrows to an action, or to all that begin with it: each has its own stretch of the index.
func (t Tenant) auditActions(filter models.AuditFilter, ways *[]*query, rest *query) {
	refused := filter.Result == models.AuditRefused
	if filter.Action == "" && !refused {
		return
	}
	actions := filter.Action.All()
	if len(actions) == 0 && filter.Action != "" {
		actions = []models.Action{filter.Action}
	}
	if filter.Action == "" {
		actions = models.RefusedActions()
	} else if refused {
		actions = slices.DeleteFunc(actions, func(a models.Action) bool { return !slices.Contains(models.RefusedActions(), a) })
	}
	if len(actions) == 0 {
		rest.add(noEntry)
		return
	}
	if *ways != nil {
		rest.add(" AND e.action IN (?)", actionNames(actions))
		return
	}
	for _, action := range actions {
		*ways = append(*ways, (&query{}).add(" AND e.action = ?", string(action)))
	}
}

func actionNames(actions []models.Action) []string {
	names := make([]string, len(actions))
	for i, action := range actions {
		names[i] = string(action)
	}
	return names
}

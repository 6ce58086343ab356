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
		rows := make([]auditRow, 0, w.size+1)
		err := u.rows(&rows, t.auditPage(u.dialect, filter, w))
		return rows, err
	}, func(r auditRow) position { return momentPosition(r.At, r.ID) }, auditRow.noun)
	return page, fault("audit", err)
}

// auditPage is a page of the entries that fit the filter. Every way to narrow the log that people know is an index in its order, and is read
// as far as the page goes; but what contains some words is not. PostgreSQL reads the log in its order for a while, and only when that does
// not fill the page it asks the index of words, which is quick for what is rare; where so few of
// the first entries of a long log have the words that reading on would hardly fill the page, it asks at once. SQLite, which serves small organizations, reads in order.
func (t Tenant) auditPage(d dialect, filter models.AuditFilter, w window) *query {
	indexed := false
	for _, word := range filter.Words {
		indexed = indexed || utf8.RuneCountInString(foldQuery(word)) >= trigram
	}
	if d != postgresDialect || !indexed {
		return t.auditInOrder(filter, w, w.size+1, auditColumns, func(q *query) { q.words(d, filter.Words) })
	}
	stretch := func(limit int) *query {
		return t.auditInOrder(filter, w, limit, auditColumns+", e.search", func(*query) {})
	}
	// The index knows all organizations: a short log is read.
	q := (&query{}).add("WITH rare AS MATERIALIZED (SELECT ").addAll(t.longAudit()).add(" AND (SELECT count(*) FROM (").addAll(stretch(probed)).add(") e WHERE true")
	q.words(d, filter.Words)
	q.add(") < " + strconv.Itoa(w.size*probed/readNear) + " AS yes), near AS MATERIALIZED (SELECT " + auditColumns + " FROM (").addAll(stretch(readNear)).add(") e WHERE NOT (SELECT yes FROM rare)")
	q.words(d, filter.Words)
	w.limited(q, entriesByTime)
	q.add("), done AS MATERIALIZED (SELECT NOT (SELECT yes FROM rare) AND ((SELECT count(*) FROM near) > " + strconv.Itoa(w.size) + " OR ").addAll(stretch(readNear).runsOut(readNear))
	// Materialized, and behind a fence, or the planner would read it in order again.
	q.add(") AS yes), far AS MATERIALIZED (SELECT "+auditColumns+" FROM (SELECT "+auditColumns+" FROM audit_entries e WHERE (SELECT NOT yes FROM done) AND e.organization_id = ?", t.organization())
	for _, word := range filter.Words {
		q.add(" AND e.search LIKE ?", pattern(foldQuery(word)))
	}
	q.add(" OFFSET 0) e WHERE ").addAll(t.auditWays(filter).any())
	w.bound(q, entriesByTime)
	w.limited(q, entriesByTime)
	q.add(") SELECT * FROM (SELECT * FROM near WHERE (SELECT yes FROM done) UNION ALL SELECT * FROM far) e")
	w.limited(q, entriesByTime)
	return q
}

// longAudit says whether the log has more entries than are looked at in their order, by the numbers of the first and the last.
func (t Tenant) longAudit() *query {
	end := func(which string) *query {
		return (&query{}).add("(SELECT "+which+"(e.seq) FROM audit_entries e WHERE e.organization_id = ?)", t.organization())
	}
	return (&query{}).add("coalesce(").addAll(end("max")).add(" - ").addAll(end("min")).add(" >= " + strconv.Itoa(readNear) + ", false)")
}

// auditInOrder reads columns of each way to what the filter asks for, as far as limit, and as much of all of them together. More may add
// conditions.
func (t Tenant) auditInOrder(filter models.AuditFilter, w window, limit int, columns string, more func(*query)) *query {
	ways := t.auditWays(filter)
	one := func(way *query) *query {
		q := (&query{}).add("SELECT "+columns+" FROM audit_entries e WHERE e.organization_id = ?", t.organization()).addAll(way).addAll(ways.rest)
		more(q)
		w.bound(q, entriesByTime)
		w.sorted(q, entriesByTime)
		return q.add(" LIMIT " + strconv.Itoa(limit))
	}
	if len(ways.each) == 1 {
		return one(ways.each[0])
	}
	q := (&query{}).add("SELECT * FROM (")
	for i, way := range ways.each {
		if i > 0 {
			q.add(ways.union)
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

// auditWays are conditions of which each entry that fits the filter meets one, each the beginning of an index. The rest is what all meet.
type auditWays struct {
	each  []*query
	union string // of what they find: where an entry can meet two of them, without what comes twice
	rest  *query
}

// any is the condition that an entry fits.
func (w auditWays) any() *query {
	q := (&query{}).add("(false")
	for _, way := range w.each {
		q.add(" OR true").addAll(way)
	}
	return q.add(")").addAll(w.rest)
}

// narrow adds a condition: to the index where it is the first, to what is asked of each entry otherwise.
func (w *auditWays) narrow(text string, args ...any) {
	condition := (&query{}).add(text, args...)
	if w.each == nil {
		w.each = []*query{condition}
	} else {
		w.rest.addAll(condition)
	}
}

// auditWays finds the ways to what the filter asks for, the most telling first: it is the index that is read.
func (t Tenant) auditWays(filter models.AuditFilter) auditWays {
	ways := auditWays{union: " UNION ALL ", rest: &query{}}
	if filter.Reference != "" {
		ways.narrow(" AND e.reference = ?", clean(filter.Reference, longestText))
	}
	t.auditAbout(filter, &ways)
	byActor := ways.each == nil && filter.Actor != ""
	switch {
	case strings.EqualFold(filter.Actor, models.ByTheSystem):
		ways.narrow(" AND e.actor_id IS NULL")
	case filter.Actor != "":
		ways.narrow(" AND e.actor_id = "+accountOf, models.NormEmail(clean(filter.Actor, longestText)))
	}
	if filter.IP != "" {
		ways.narrow(" AND e.ip = ?", filter.IP)
	}
	t.auditPerson(filter, &ways)
	t.auditActions(filter, &ways, byActor)
	if filter.Result == models.AuditDone {
		ways.rest.add(" AND e.action NOT IN (?)", actionNames(models.RefusedActions()))
	}
	if !filter.Since.IsZero() {
		ways.rest.add(" AND e.at >= ?", filter.Since)
	}
	if !filter.Until.IsZero() {
		ways.rest.add(" AND e.at < ?", filter.Until)
	}
	if ways.each == nil {
		ways.each = []*query{{}}
	}
	return ways
}

// auditAbout narrows to what was done to a thing.
func (t Tenant) auditAbout(filter models.AuditFilter, ways *auditWays) {
	for _, thing := range []struct{ table, id string }{{"teams", filter.Team}, {"apps", filter.App}, {"identity_providers", filter.Provider}} {
		if thing.id == "" {
			continue
		}
		norm, ok := slugNorm(thing.id)
		if !ok {
			ways.narrow(noEntry)
			continue
		}
		ways.narrow(" AND e.target_id = (SELECT CAST(x.id AS text) FROM "+thing.table+" x WHERE x.organization_id = ? AND x.slug_norm = ?)", t.organization(), norm)
	}
}

// auditPerson narrows to what somebody did and what was done to them, or to what was done to anything by its key.
func (t Tenant) auditPerson(filter models.AuditFilter, ways *auditWays) {
	both := func(key string, arg any) {
		if ways.each == nil {
			ways.each = []*query{(&query{}).add(" AND e.actor_id = "+key, arg), (&query{}).add(" AND e.target_id = CAST("+key+" AS text)", arg)}
			ways.union = " UNION " // what they did to themselves is both
			return
		}
		ways.rest.add(" AND (e.actor_id = "+key+" OR e.target_id = CAST("+key+" AS text))", arg, arg)
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
		ways.rest.add(noEntry)
	}
}

// auditActions narrows to an action, or to all that begin with it: each has its own stretch of the index, and of an actor's.
func (t Tenant) auditActions(filter models.AuditFilter, ways *auditWays, byActor bool) {
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
		ways.rest.add(noEntry)
		return
	}
	if ways.each != nil && !byActor {
		ways.rest.add(" AND e.action IN (?)", actionNames(actions))
		return
	}
	so := &query{}
	if byActor {
		so = ways.each[0]
	}
	ways.each = nil
	for _, action := range actions {
		ways.each = append(ways.each, (&query{}).addAll(so).add(" AND e.action = ?", string(action)))
	}
}

func actionNames(actions []models.Action) []string {
	names := make([]string, len(actions))
	for i, action := range actions {
		names[i] = string(action)
	}
	return names
}

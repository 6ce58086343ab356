package store

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// neverActive is when somebody was last active who never was: before everybody else. The index has the same words.
const neverActive = "coalesce(m.last_active_at, '0001-01-01 00:00:00+00:00')"

var membersByName = order{key: "m.sort_name", id: "m.user_id"}

// memberOrder is one way to sort members. Its cursors carry its name, so that one of another order is none.
type memberOrder struct {
	by models.MemberSort
	order
}

func memberOrderOf(sort models.MemberSort) memberOrder {
	o := memberOrder{sort.By(), membersByName}
	o.descending = sort.Descending()
	switch o.by {
	case models.SortByName:
	case models.SortByRole:
		o.group = "m.role"
	case models.SortByJoined:
		o.key = "m.joined_at"
	case models.SortByActive:
		o.key = neverActive
	}
	return o
}

// columns are the members' own, with what they are sorted by: an order that is read again further out must find it there.
func (o memberOrder) columns() string {
	return "m.user_id, m.role, m.suspended, m.source, m.sort_name, m.search, m.joined_at, m.last_active_at, m.role_mapping_id, " + o.key + " AS sorted_by"
}

// outside is the order of rows of which only the columns are left.
func (o memberOrder) outside() order {
	o.key = "m.sorted_by"
	return o.order
}

// position is the place of a row. Times are microseconds, which both databases keep.
func (o memberOrder) position(r memberListRow) position {
	key := r.Member.SortName
	switch o.by {
	case models.SortByName:
	case models.SortByRole:
		key = r.Member.Role + " " + key
	case models.SortByJoined:
		key = strconv.FormatInt(r.Member.JoinedAt.UnixMicro(), 10)
	case models.SortByActive:
		key = strconv.FormatInt(r.Member.LastActiveAt.UnixMicro(), 10)
	}
	return position{string(o.by) + " " + key, r.Member.UserID}
}

// window is the page of the list that is asked for; a cursor of another order is none.
func (o memberOrder) window(p models.Page) window {
	w := windowOf(p)
	if !w.bounded {
		return w
	}
	by, key, found := strings.Cut(w.from.key, " ")
	if !found || by != string(o.by) {
		return window{size: w.size}
	}
	w.key = key
	var err error
	switch o.by {
	case models.SortByName:
	case models.SortByRole:
		w.group, w.key, _ = strings.Cut(key, " ")
	case models.SortByJoined, models.SortByActive:
		w.key, err = parseMicros(key)
	}
	if err != nil {
		return window{size: w.size}
	}
	return w
}

// parseMicros reads a time of a cursor, within the years that both databases know.
func parseMicros(text string) (time.Time, error) {
	micros, err := strconv.ParseInt(text, 10, 64)
	at := time.UnixMicro(micros).UTC()
	if err == nil && (at.Year() < 1 || at.Year() > 9999) {
		err = errors.New("a time of no calendar")
	}
	return at, err
}

// facet is what a member is exactly one of, or as much of it as an index begins with.
type facet struct {
	role   authz.Role
	status models.MemberStatus
	source models.Source
}

func (f facet) condition() string {
	condition := ""
	if f.role.Valid() {
		condition += " AND m.role = '" + f.role.Key() + "'"
	}
	if f.status != "" {
		condition += fmt.Sprintf(" AND m.suspended = %t", f.status == models.StatusSuspended)
	}
	if f.source != "" {
		condition += " AND m.source = '" + string(f.source) + "'"
	}
	return condition
}

// facets are the combinations that fit the filter, such that an index holds each of them in the order.
func (o memberOrder) facets(f models.MemberFilter) []facet {
	asked := facet{f.Role, f.Status, f.Source}
	byRole, byName := o.by == models.SortByRole, o.by == models.SortByName
	if f.Status == "" && f.Source == "" && (byRole || byName) {
		return []facet{asked} // one index is by name and one by role
	}
	roles := authz.Roles()
	if byRole || asked.role.Valid() {
		roles = []authz.Role{asked.role} // the index goes on with the roles in their order
	}
	var all []facet
	for _, role := range roles {
		for _, source := range models.Sources() {
			all = append(all, facet{role, models.StatusActive, source}, facet{role, models.StatusSuspended, source})
		}
	}
	return slices.DeleteFunc(all, func(one facet) bool {
		return asked.status != "" && one.status != asked.status || asked.source != "" && one.source != asked.source
	})
}

// ranges reads every facet in the order, each as far as limit, and the rows of all of them as far as limit. More may add conditions.
func (t Tenant) ranges(filter models.MemberFilter, o memberOrder, w window, limit int, more func(*query)) *query {
	q := (&query{}).add("SELECT * FROM (")
	for i, f := range o.facets(filter) {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.add("SELECT * FROM (SELECT "+o.columns()+" FROM members m WHERE m.organization_id = ?", t.organization()).add(f.condition())
		w.bound(q, o.order)
		more(q)
		w.sorted(q, o.order)
		q.add(fmt.Sprintf(" LIMIT %d) facet", limit))
	}
	q.add(") m")
	w.sorted(q, o.outside())
	return q.add(fmt.Sprintf(" LIMIT %d", limit))
}

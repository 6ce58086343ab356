package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/testdb"
	"gatehouse/internal/urls"
)

// deed is one accepted request to a mutating route, and the entries that it leaves: "organization · action · who · target", one for each log that it
// concerns (ADR 0007).
type deed struct {
	route  string
	do     func(d *doer)
	leaves []string
	why    string // of a route that leaves none, or more than one in a log
}

// doer does one deed.
type doer struct {
	*world
	t     testing.TB
	deed  deed
	route route
	okta  provider
	who   map[string]*client
	left  []string
	sent  int
}

// as is the browser of somebody who has signed in; one browser for all deeds of a person.
func (d *doer) as(email string) *client {
	if d.who[email] == nil {
		d.who[email] = d.signIn(email)
	}
	return d.who[email]
}

func (d *doer) admin() *client { return d.as(ada) }

// written are the entries of all logs that tell of changes, by their id.
func (d *doer) written() map[string]string {
	d.t.Helper()
	all := map[string]string{}
	for _, row := range d.raw().rows(`SELECT e.id, coalesce(o.slug, '-'), e.action, e.actor_email, e.target_name FROM audit_entries e
		LEFT JOIN organizations o ON o.id = e.organization_id WHERE e.action NOT IN (` + refusals() + ")") {
		all[row[0]] = strings.TrimSuffix(strings.Join(row[1:], " · "), " · ")
	}
	return all
}

// leaving holds what is accepted to a status, and keeps which entries are new.
func (d *doer) leaving(send func() answer) {
	d.t.Helper()
	already := d.written()
	var got answer
	d.whileNorthwindGoes(func() { got = send() })
	if got.status != http.StatusSeeOther && got.status != http.StatusOK {
		d.t.Errorf("%s: status %d (%s), want to be accepted", d.deed.route, got.status, got.page().text())
	}
	for id, entry := range d.written() {
		if _, old := already[id]; !old {
			d.left = append(d.left, entry)
		}
	}
}

// whileNorthwindGoes holds a request to what keeps a deletion and it from waiting for each other: whoever waits for the organization has
// locked nothing of it.
func (d *doer) whileNorthwindGoes(send func()) {
	d.t.Helper()
	if !strings.HasPrefix(d.database, "postgres") { // SQLite has one writer at a time
		send()
		return
	}
	held, err := testdb.HeldWhileWaiting(d.t.Context(), d.database, "organizations", "northwind", send)
	if err != nil || len(held) > 0 {
		d.t.Errorf("%s waits for the organization and holds rows of %q (%v): see unit.hold", d.deed.route, held, err)
	}
}

// opens sends a GET that changes something.
func (d *doer) opens(c *client, path string) {
	d.t.Helper()
	d.sent++
	d.onItsRoute(path)
	if strings.HasPrefix(path, "/orgs/northwind/") {
		equal(d.t, d.deed.route+" by somebody out of reach", d.as(cyril).get(path).status, http.StatusNotFound)
		equal(d.t, d.deed.route+" by a suspended member", d.as(zoe).get(path).status, http.StatusForbidden)
	}
	d.leaving(func() answer { return c.get(path) })
}

func (d *doer) onItsRoute(path string) {
	d.t.Helper()
	if bare, _, _ := strings.Cut(path, "?"); !onRoute(d.route.pattern, bare) {
		d.t.Errorf("%s: %s is another route's", d.deed.route, path)
	}
}

// accepts sends the request, first in ways that are refused: by somebody out of reach, by a suspended member, and spoiled. None of those changes anything.
func (d *doer) accepts(c *client, path string, form url.Values) {
	d.t.Helper()
	d.sent++
	d.onItsRoute(path)
	outside, suspended := d.as(cyril), d.as(zoe)
	c.get(urls.Account.To()) // a sentence that waits in the session is drawn here
	before := d.uncounted()
	if strings.HasPrefix(path, "/orgs/northwind/") {
		equal(d.t, d.deed.route+" by somebody out of reach", outside.post(path, form).status, http.StatusNotFound)
		equal(d.t, d.deed.route+" by a suspended member", suspended.post(path, form).status, http.StatusForbidden)
	}
	if wrong, spoiled := spoil(form); spoiled && d.deed.leaves != nil {
		got := c.post(path, wrong)
		if got.status != http.StatusUnprocessableEntity && got.status != http.StatusConflict && got.status != http.StatusNotFound {
			d.t.Errorf("%s, spoiled: status %d, want to be refused", d.deed.route, got.status)
		}
	}
	for table, now := range d.uncounted() {
		if !slices.Equal(now, before[table]) {
			d.t.Errorf("%s, refused, changed the table %s to\n\t%s", d.deed.route, table, strings.Join(now, "\n\t"))
		}
	}
	d.leaving(func() answer { return c.post(path, form) })
}

// uncounted is the database without the number of wrong tries.
func (d *doer) uncounted() map[string][]string {
	all := d.raw().dump()
	delete(all, "sign_in_failures")
	return all
}

// spoil makes a form that no handler accepts, where it has a field for that.
func spoil(form url.Values) (url.Values, bool) {
	wrong := url.Values{}
	for name, values := range form {
		wrong[name] = slices.Clone(values)
	}
	for _, field := range []string{"confirm", "code", "stage", "key", "id", "name", "password", "url", "domain", "group", "people", "email", "level", "visibility", "version"} {
		if form.Has(field) {
			wrong.Set(field, "")
			return wrong, true
		}
	}
	return nil, false
}

// onRoute says whether a path is one of the pattern's.
func onRoute(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i := range want {
		if len(want) != len(got) || !strings.HasPrefix(want[i], ":") && want[i] != got[i] {
			return false
		}
	}
	return true
}

// changingGets are the routes that are opened, and change something all the same: the protocol has it so, or an export is recorded.
func changingGets() []string {
	return []string{"saml.finish", "saml.logout", "members.csv", "members.json", "workflow.file"}
}

// oneEntry goes over every route that changes something, in the order of the deeds, and holds each to its entries.
func oneEntry(t *testing.T) {
	eachWith(t, settings{smtp: true, named: true}, func(w *world) {
		mutating := map[string]route{}
		for _, r := range routes(nil, false) {
			if r.method == http.MethodPost || slices.Contains(changingGets(), r.name) {
				mutating[r.name] = r
			}
		}
		d := &doer{world: w, t: w.t, okta: w.connect("northwind", "okta"), who: map[string]*client{}}
		all := slices.Concat(deedsOfStrangers(), deedsOfAccounts(), deedsOfPasskeys(), deedsOfOrganizations(), deedsOfTheLog(), deedsOfPeople(), deedsInApps(), deedsOfSecurity(), deedsThatEnd())
		done := map[string]bool{}
		for _, deed := range all {
			var known bool
			if d.route, known = mutating[deed.route]; !known || done[deed.route] {
				w.t.Errorf("%s is no route that changes something, or stands twice", deed.route)
				continue
			}
			done[deed.route] = true
			d.deed, d.left, d.sent = deed, nil, 0
			deed.do(d)
			equal(w.t, deed.route+": requests", d.sent, 1)
			slices.Sort(d.left)
			want := slices.Sorted(slices.Values(deed.leaves))
			if !slices.Equal(d.left, want) {
				w.t.Errorf("%s left %q, want %q", deed.route, d.left, want)
			}
			if perLog(deed.leaves) != 1 && deed.why == "" {
				w.t.Errorf("%s leaves %d entries in one log: say why", deed.route, perLog(deed.leaves))
			}
		}
		for name := range mutating {
			if !done[name] {
				w.t.Errorf("nothing says which entry %s leaves: add a deed", name)
			}
		}
		w.t.Logf("%d routes", len(done))
	})
}

// perLog is how many entries the fullest log gets.
func perLog(entries []string) int {
	most, logs := 0, map[string]int{}
	for _, entry := range entries {
		log, _, _ := strings.Cut(entry, " · ")
		logs[log]++
		most = max(most, logs[log])
	}
	return most
}

// posts is a deed that needs no preparation.
func posts(routeName, who, path string, form url.Values, leaves ...string) deed {
	return deed{route: routeName, do: func(d *doer) { d.accepts(d.as(who), path, form) }, leaves: leaves}
}

// sends is a deed that fills in the form of a page.
func sends(routeName, who, page, path string, leaves string, pairs ...string) deed {
	return deed{route: routeName, leaves: []string{leaves}, do: func(d *doer) { d.accepts(d.as(who), path, d.as(who).typed(page, path, pairs...)) }}
}

func silent(routeName, path, why string, form url.Values) deed {
	return deed{route: routeName, why: why, do: func(d *doer) { d.accepts(d.client(), path, form) }}
}

func by(organization, action, email, target string) string {
	return strings.Join([]string{organization, action, email, target}, " · ")
}

func ofAda(action, target string) string { return by("northwind", action, ada, target) }

// inBoth is an entry about Bo, who is in two organizations.
func inBoth(action string) []string {
	return []string{by("northwind", action, bo, "Bo Both"), by("contoso", action, bo, "Bo Both")}
}

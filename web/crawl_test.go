package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// crawler walks through everything that the pages offer one person.
type crawler struct {
	*client
	who     string
	waiting []string
	seen    map[string]bool
	routes  map[string]bool // the names of the routes that answered
	offered map[string]form // the forms that would change something, by address
	from    map[string]string
	look    func(page) // what else a test wants to see of each page
	asked   int        // questions about access
	logged  int        // searches of the audit log
}

func (w *world) crawler(who string, c *client, start string) *crawler {
	return &crawler{client: c, who: who, waiting: []string{start}, seen: map[string]bool{}, routes: map[string]bool{}, offered: map[string]form{}, from: map[string]string{}}
}

// walk follows every link and every form that only asks, until nothing is new.
func (c *crawler) walk() {
	c.w.t.Helper()
	for len(c.waiting) > 0 {
		path := c.waiting[0]
		c.waiting = c.waiting[1:]
		got := c.get(path)
		c.routes[routeOf(http.MethodGet, path)] = true
		switch {
		case got.status == http.StatusSeeOther:
			c.follow(path, got.location)
			continue
		case got.status != http.StatusOK:
			c.w.t.Errorf("%s: %s offers %s: status %d (%s)", c.who, c.from[path], path, got.status, got.sentence())
			continue
		}
		if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			c.read(path, got.page())
		}
	}
}

func (c *crawler) read(path string, p page) {
	c.w.t.Helper()
	if c.look != nil {
		c.look(p)
	}
	for _, link := range p.all("a", "link", "script", "img", "use") {
		for _, name := range []string{"href", "src"} {
			to, found := lookup(link, name)
			if !found {
				continue
			}
			if fragment, inside := strings.CutPrefix(to, "#"); inside {
				if p.byID(fragment) == nil {
					c.w.t.Errorf("%s: %s leads to %s, which is not on the page", c.who, path, to)
				}
				continue
			}
			c.follow(path, to)
		}
	}
	c.readControls(path, p)
	for _, f := range p.forms() {
		if f.action == "" {
			c.w.t.Errorf("%s: %s has a form without an address", c.who, path)
			continue
		}
		if f.method == http.MethodPost {
			if strings.HasPrefix(f.action, "/") {
				c.offered[f.action] = f
				c.from[f.action] = path
				if f.action == "/login/sso" {
					c.follow(path, "/login/sso/northwind") // where what a person types who was told leads
				}
			}
			continue
		}
		c.follow(path, f.action+"?"+f.values.Encode())
		for name, values := range f.choices {
			for _, value := range values {
				chosen := maps.Clone(f.values)
				chosen.Set(name, value)
				c.follow(path, f.action+"?"+chosen.Encode())
			}
		}
	}
}

// readControls holds buttons to what they control.
func (c *crawler) readControls(path string, p page) {
	c.w.t.Helper()
	for _, control := range p.all("button", "label", "input", "textarea", "table") {
		for _, name := range []string{"popovertarget", "commandfor", "for", "form", "list", "data-copy", "aria-describedby", "aria-labelledby"} {
			for id := range strings.FieldsSeq(attribute(control, name)) {
				if p.byID(id) == nil {
					c.w.t.Errorf("%s: %s: %s=%q of <%s> is not on the page", c.who, path, name, id, control.Data)
				}
			}
		}
	}
	ids := map[string]bool{}
	for node := range p.root.Descendants() {
		if id, found := lookup(node, "id"); found && node.Type == html.ElementNode {
			if ids[id] {
				c.w.t.Errorf("%s: %s has the id %q twice", c.who, path, id)
			}
			ids[id] = true
		}
	}
}

// follow puts a page of ours on the list, once.
func (c *crawler) follow(from, to string) {
	c.w.t.Helper()
	base, err := url.Parse(c.w.base + from)
	must(c.w.t, err)
	target, err := base.Parse(to)
	if err != nil {
		c.w.t.Errorf("%s: %s leads to %q", c.who, from, to)
		return
	}
	target.Fragment = ""
	path := target.RequestURI()
	if target.Host != base.Host || c.seen[path] {
		return
	}
	// A theme's way back or a deep link may stand in a query: that is the same page.
	if len(c.seen) > 3000 {
		c.w.t.Fatalf("%s: the pages never end: %s", c.who, path)
	}
	route := routeOf(http.MethodGet, path)
	if strings.HasPrefix(path, "/orgs/") && route != "access" && asks(target.Query()) > 1 {
		// Filters in all their combinations are thousands of pages of one handler; one at a time shows what each offers.
		return
	}
	if route == "access" {
		// Every person, right and app together are more questions than anybody asks; their answers have tests of their own.
		if c.asked++; c.asked > 80 {
			return
		}
	}
	if route == "audit" || route == "audit.entry" {
		// Every fact of every entry is a search, and every two of them together; what they find has tests of its own.
		if c.logged++; c.logged > 80 || strings.Contains(target.Query().Get("q"), " ") {
			return
		}
	}
	c.seen[path] = true
	c.from[path] = from
	c.waiting = append(c.waiting, path)
}

// asks is how many things the query of a list asks at once.
func asks(query url.Values) int {
	n := 0
	for name, values := range query {
		if name != "after" && name != "before" && values[0] != "" {
			n++
		}
	}
	return n
}

var everyRouteThereIs = sync.OnceValue(func() []route { return routes(nil, true) })

// routeOf finds the route of a path by its pattern; fixed words come before parameters.
func routeOf(method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	best, bestFixed := "", -1
	for _, r := range everyRouteThereIs() {
		if fixed, fits := fits(r.pattern, path); fits && r.method == method && fixed > bestFixed {
			best, bestFixed = r.name, fixed
		}
	}
	return best
}

func fits(pattern, path string) (fixed int, ok bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if strings.HasSuffix(pattern, "*") {
		return 0, strings.HasPrefix(path, strings.TrimSuffix(pattern, "*"))
	}
	if len(want) != len(got) {
		return 0, false
	}
	for i := range want {
		switch {
		case want[i] == got[i]:
			fixed++
		case !strings.HasPrefix(want[i], ":") || got[i] == "":
			return 0, false
		}
	}
	return fixed, true
}

// unlinked are the pages that nobody reaches by a link, each with its reason.
func unlinked() map[string]string {
	return map[string]string{
		"healthz":              "probes know it",
		"readyz":               "probes know it",
		"ui-kit":               "in demo only",
		"setup":                "only until there is an Administrator",
		"password.due":         "the console sends the browser there itself",
		"password.reset":       "stands in the mail, or is shown once",
		"invitation":           "stands in the mail, or is shown once",
		"login.address":        "a form is posted there; who reloads its answer is asked again",
		"login.factor":         "the console sends the browser there itself",
		"account.factor":       "the console sends the browser there itself, where a second factor is required",
		"account.passkey":      "who has one is led there from the list: see passkeys_test.go",
		"account.confirm":      "stands before what is dangerous: see TestEveryMarkedRouteAsksForAFreshProof",
		"departure":            "the console sends the browser there itself",
		"member.second-factor": "stands on the page of a member who has one: see factor_rule_test.go",
		"saml.finish":          "the console sends the browser there itself",
		"saml.logout":          "identity providers send the browser there",
		"audit.exported":       "follows the form that begins an export: see TestTheLogIsExportedAsItIsSearched",
		"audit.export.file":    "stands on that page",

		"single-sign-on.choose": "once single sign-on is required of somebody, the console sends the browser there itself",
		"login.break-glass":     "stands where single sign-on is required, and on the Administrator's page",
	}
}

// strangersOnly are pages that lead on at once when somebody is signed in, so that no signed-in page has a link to them.
func strangersOnly() []string {
	return []string{"login", "login.address", "login.sso", "login.providers", "login.begin", "password.forgot"}
}

// Whatever a page offers is allowed, and whatever is allowed is offered somewhere.
func everythingOffered(t *testing.T) {
	each(t, func(w *world) {
		northwind := w.connect("northwind", "okta")
		northwind.refusal()
		w.signIn(ada).makeCodes()
		second := w.connect("northwind", "second", disabled)
		w.connect("northwind", "renewed", disabled)
		unfinished := w.connect("northwind", "unfinished", disabled, func(p *models.ProviderChange) {
			p.Draft, p.Product, p.MetadataURL = true, "okta", "https://127.0.0.1/metadata" // which nobody is let fetch
		})
		unfinished.proposes()
		w.connectTo(w.otherIDP(), "contoso", "contoso-sso")
		pages, forms := 0, 0
		contoso := w.connect("contoso", "okta")
		raw, out := w.raw(), w.userID(zoe)
		restore := func() {
			raw.run("UPDATE members SET suspended = false WHERE suspended AND user_id <> '" + out + "'")
			raw.run("UPDATE members SET suspended = true WHERE NOT suspended AND user_id = '" + out + "'")
			w.collaborates("drive", quentin, authz.Viewer)
			northwind.store().enable(true)
			contoso.store().enable(true)
			second.store().enable(false)
			// Our key in each of its states: as it was made, with a next one, and with a previous one.
			raw.run("UPDATE identity_providers SET next_private_key = NULL, next_certificate = NULL, previous_private_key = NULL, previous_certificate = NULL")
			raw.run("UPDATE identity_providers SET next_private_key = private_key, next_certificate = certificate WHERE slug = 'second'")
			raw.run("UPDATE identity_providers SET previous_private_key = private_key, previous_certificate = certificate WHERE slug = 'renewed'")
			raw.run("UPDATE identity_providers SET draft = true, enabled = false WHERE slug = 'unfinished'")
			unfinished.proposes()
		}
		restore()
		for _, v := range append(w.visitors(northwind, contoso), visitor{"Sana by SSO", func() *client { return w.signInThrough(northwind, sana) }, true},
			visitor{"Bo", func() *client { return w.signIn(bo) }, true}) {
			w.invite("waiting@elsewhere.example", authz.OrganizationUser) // whoever came before may have cancelled all
			w.mapped(ada, "northwind", "okta", "people")                  // and removed it
			v.enter()                                                     // another session, so that there is one to end
			w.signIn(ulf)                                                 // and one of somebody else
			c := w.crawler(v.name, v.enter(), "/")
			c.walk()
			pages += len(c.seen)
			forms += len(c.offered)
			c.mustHaveReached(v)
			c.mustBeAllowed(v, restore)
		}
		w.t.Logf("%d pages, %d forms", pages, forms)
	})
}

func (c *crawler) mustHaveReached(v visitor) {
	c.w.t.Helper()
	for _, e := range access() {
		method, path, _ := strings.Cut(e.path, " ")
		if method != http.MethodGet || !e.admits(v) || c.routes[e.route] || unlinked()[e.route] != "" {
			continue
		}
		if v.name != "nobody" && slices.Contains(strangersOnly(), e.route) {
			continue
		}
		if (e.route == "account.authenticator" || e.route == "account.passkeys") && strings.Contains(v.name, "SSO") {
			continue // needs the account's password
		}
		// The metadata are linked where they are managed.
		if e.route == "saml.metadata" && !strings.HasPrefix(v.name, "Ada") {
			continue
		}
		if strings.HasPrefix(e.path, "GET /orgs/northwind/apps/showcase") && !v.member && (v.name == "Carl" || v.name == "Nina" || v.name == "Zoe") {
			continue // what is public is found by its address: the console has no list of it yet
		}
		c.w.t.Errorf("%s: nothing leads to %s (%s)", v.name, e.route, path)
	}
	for _, e := range access() {
		method, _, _ := strings.Cut(e.path, " ")
		bySSO := strings.Contains(v.name, "SSO") && (strings.HasPrefix(e.route, "account.") || strings.HasPrefix(e.route, "organization.")) // needs the account's password
		if e.route == "account.confirm.give" || e.route == "account.authenticator.remove" || e.route == "account.recovery-codes" || e.route == "member.second-factor.reset" {
			continue // only of who was asked for a proof, or has a second factor: see factor_test.go and factor_rule_test.go
		}
		if strings.HasPrefix(e.route, "account.passkey.") || e.route == "account.confirm.passkey" {
			continue // only at an address that passkeys are kept for: see passkeys_test.go
		}
		if e.route == "single-sign-on.chosen" {
			continue // only once single sign-on is required of somebody: see TestFromNothingToEnforced
		}
		if strings.HasPrefix(e.route, "account.invitation.") {
			continue // only who is invited is offered an answer: see TestAnInvitationFoundInTheConsole
		}
		if method == http.MethodPost && e.in != "anybody" && e.admits(v) && !bySSO && !c.offers(e.route) {
			c.w.t.Errorf("%s: no page offers %s", v.name, e.route)
		}
	}
	for name := range c.routes {
		if name == "" {
			c.w.t.Errorf("%s: a page that answered has no route", v.name)
		}
	}
}

func (c *crawler) offers(route string) bool {
	for action := range c.offered {
		if routeOf(http.MethodPost, action) == route {
			return true
		}
	}
	return false
}

// mustBeAllowed sends every form that was offered as it stands; those that end something come last, each from a fresh sign-in.
func (c *crawler) mustBeAllowed(v visitor, restore func()) {
	c.w.t.Helper()
	last := func(action string) int {
		return slices.IndexFunc([]string{"/end", "/end-others", "/end-all", "/disable", "/remove", "/delete", "/logout"}, func(end string) bool { return strings.HasSuffix(action, end) })
	}
	actions := slices.SortedFunc(maps.Keys(c.offered), func(a, b string) int {
		if last(a) != last(b) {
			return last(a) - last(b)
		}
		return strings.Compare(a, b)
	})
	visiting := v.enter()
	for _, action := range actions {
		f := c.offered[action]
		if last(action) >= 0 {
			visiting = v.enter()
		}
		got := visiting.post(action, f.values)
		if got.status == 401 || got.status == 403 || got.status == 404 || got.status >= 500 {
			c.w.t.Errorf("%s: %s offers the form %s: status %d (%s)", v.name, c.from[action], action, got.status, got.sentence())
		}
		changed := func(end string) bool { return strings.HasSuffix(action, end) }
		if slices.ContainsFunc([]string{"able", "/suspend", "/reinstate"}, changed) || strings.Contains(action, "/collaborators/") {
			restore()
		}
	}
}

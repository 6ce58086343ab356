package web

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// idField is a field of a form, or of a query, that names a thing by its key or identifier.
type idField struct {
	route string
	name  string
	kind  string     // of the thing, as foreign knows them
	rest  url.Values // what else the form holds when it would be accepted
}

// idFields is the one place that lists them. Whoever adds such a field adds a line: TestSweepEveryFieldThatNamesAThingIsListed finds what is
// missing.
func idFields() []idField {
	save := fields("action", "save")
	return []idField{
		{"access", "app", "app", nil},
		{"access", "who", "member", nil},
		{"invitation.create", "teams", "team", fields("people", "new@elsewhere.example", "role", "organization_user", "days", "7", "action", "send")},
		{"invitations.act", "invitation", "invitation", fields("action", "cancel")},
		{"mapping.create", "teams", "team", fields("group", "theirs", "kind", "additive", "action", "save")},
		{"mapping.new", "teams", "team", nil},
		{"mapping.save", "teams", "team", fields("group", "theirs", "kind", "additive", "version", "1", "action", "save")},
		{"mapping", "teams", "team", fields("team", "")},
		{"members", "team", "team", nil},
		{"members.change", "member", "member", fields("action", "suspend", "step", "confirm")},
		{"members.change", "team", "team", fields("action", "suspend", "which", "all")},
		{"members.csv", "team", "team", nil},
		{"members.json", "team", "team", nil},
		{"team.members.choose", "member", "member", nil},
		{"team.members.add", "member", "member", nil},
		{"team.members.add", "member", "member", save},
		{"team.members.remove", "member", "member", save},
		{"team.apps.choose", "app", "app", nil},
		{"team.apps.add", "app", "app", nil},
		{"team.apps.add", "app", "app", save},
		{"team.apps.remove", "app", "app", save},
		{"install.new", "module", "module reference", nil},
		{"install.create", "module", "module reference", fields("id", "taken-over", "version", "9.9")},
		{"install.version", "version", "version", nil},
		{"workflow.create", "model", "model reference", fields("id", "taken-over", "node", "n", "inputs", "")},
		{"workflow.save", "model", "model reference", fields("version", "1", "node", "n", "inputs", "")},
		{"sessions", "provider", "idp", nil},
		{"sessions.end", "provider", "idp", fields("which", "all", "q", "nobody-is-called-so")},
		{"sessions.end", "session", "session", fields("step", "confirm")},
		{"sessions.end", "only", "session", fields("step", "confirm")},
		{"single-sign-on.choose", "member", "member", nil},
		{"single-sign-on.choose", "team", "team", nil},
		{"single-sign-on.chosen", "member", "member", nil},
		{"single-sign-on.chosen", "member", "member", fields("action", "save", "version", "0", "within", "10")},
		{"single-sign-on.chosen", "team", "team", nil},
		{"single-sign-on.chosen", "team", "team", fields("action", "save", "version", "0", "within", "10")},
		{"attempt.find", "reference", "reference", nil},
		{"identity-provider.save", "refusal", "reference", fields("action", "replay", "name", "Okta", "source", "manual", "entity_id", "https://idp.example", "sso_url", "https://idp.example/sso", "version", "1")},
		{"identity-provider.guide.create", "connection", "reservation", fields("id", "theirs", "name", "Theirs", "product", "okta")},
		{"identity-provider.create", "connection", "reservation", fields("id", "theirs", "name", "Theirs", "source", "manual", "entity_id", "https://idp.example", "sso_url", "https://idp.example/sso", "sso_binding", "redirect")},
	}
}

// A thing of another organization that a form names is as little there as one that an address names: nothing is told of it, and nothing of
// it or pointing at it changes.
func noFieldReaches(t *testing.T) {
	each(t, func(w *world) {
		w.connect("northwind", "okta").refusal()
		theirs := w.connect("contoso", "contoso-sso")
		admin, stranger := w.signIn(ada), w.signIn(carl)
		foreign := w.foreign(theirs, stranger.ownSession())
		reserved := stranger.get("/orgs/contoso/security/identity-providers/new").mustBe(w, "reserve", http.StatusOK).page().valueOf("connection")
		foreign["reservation"] = []string{reserved, "nothing", strings.Repeat("x", 3000)}
		own := w.own(admin)
		before, requests := w.ofContoso(), 0
		if len(before) < 20 {
			w.t.Fatalf("only %d rows are Contoso's", len(before))
		}
		byName := map[string]route{}
		for _, r := range routes(nil, false) {
			byName[r.name] = r
		}
		for _, f := range idFields() {
			r, known := byName[f.route]
			if !known {
				w.t.Errorf("there is no route %s", f.route)
				continue
			}
			for _, id := range foreign[f.kind] {
				if decoded, err := url.PathUnescape(id); err == nil {
					id = decoded // as a form holds it
				}
				form := url.Values{f.name: {id}}
				maps.Copy(form, f.rest)
				path := fillPath(r.pattern, own, "", "")
				var got answer
				if r.method == http.MethodGet {
					got = admin.get(path + "?" + form.Encode())
				} else {
					got = admin.post(path, form)
				}
				requests++
				what := r.method + " " + path + " with the " + f.kind + " " + id[:min(len(id), 40)] + " as " + f.name
				if got.status >= http.StatusInternalServerError || got.status == http.StatusForbidden || got.status == http.StatusUnauthorized {
					w.t.Errorf("%s: status %d (%s)", what, got.status, got.sentence())
				}
				if after, _, followed := strings.Cut(got.location, "?"); followed || after != "" {
					got.body += admin.get(got.location).body // what it says was done
				}
				if strings.Contains(got.body, "Contoso") {
					w.t.Errorf("%s: the page tells of Contoso", what)
				}
				if now := w.ofContoso(); !slices.Equal(now, before) {
					w.t.Fatalf("%s: what is Contoso's or points at it changed from\n\t%s\nto\n\t%s", what, strings.Join(before, "\n\t"), strings.Join(now, "\n\t"))
				}
			}
		}
		w.t.Logf("%d requests", requests)
	})
}

// ofContoso is every row of the database in which a key of Contoso stands: its own, and those of its things and of the people who are in it
// alone.
func (w *world) ofContoso() []string {
	w.t.Helper()
	raw, organization := w.raw(), w.organizationID("contoso")
	keys := []string{organization, w.userID(carl), w.userID(cora), w.userID(cyril), w.userID(cleo)}
	for _, table := range raw.tabs {
		if slices.Contains([]string{"apps", "teams", "identity_providers", "invitations", "models", "workflows", "modules", "module_versions", "module_installs"}, table) {
			for _, row := range raw.rows("SELECT id FROM " + table + " WHERE organization_id = '" + organization + "'") {
				keys = append(keys, row...)
			}
		}
	}
	var found []string
	for table, lines := range raw.dump() {
		for _, line := range lines {
			if slices.ContainsFunc(keys, func(key string) bool { return strings.Contains(line, key) }) {
				found = append(found, table+": "+line)
			}
		}
	}
	slices.Sort(found)
	return found
}

var key = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// notThings are fields that hold an identifier without naming a thing to be found.
func notThings() map[string]string {
	return map[string]string{
		"confirm": "is compared with the thing of the address",
		"id":      "is what the thing of the address is called, or shall be",
		"next":    "is where to go afterwards",
		"theme":   "is a choice",
		"product": "is a choice",
	}
}

func everyFieldListed(t *testing.T) {
	w := onSQLite(t, settings{})
	w.connect("northwind", "okta")
	w.invite("waiting@elsewhere.example", 1)
	things := map[string]bool{}
	for _, slug := range []string{"arm", "drive", "engine", "map", "showcase", "hands", "wheels", "okta"} {
		things[slug] = true
	}
	c := w.crawler("Ada", w.signIn(ada), "/")
	named := map[string]map[string]bool{}
	c.look = func(p page) {
		for _, element := range p.all("form") {
			method := strings.ToUpper(attribute(element, "method"))
			if method == "" {
				method = http.MethodGet
			}
			route := routeOf(method, attribute(element, "action"))
			for _, control := range controlsOf(p, element) {
				name, value := attribute(control, "name"), attribute(control, "value")
				if name != "" && (things[value] || key.MatchString(value)) && notThings()[name] == "" {
					if named[route] == nil {
						named[route] = map[string]bool{}
					}
					named[route][name] = true
				}
			}
		}
	}
	c.walk()
	listed := map[string]bool{}
	for _, f := range idFields() {
		listed[f.route+" "+f.name] = true
	}
	found := 0
	for route, names := range named {
		for name := range names {
			found++
			if !listed[route+" "+name] {
				t.Errorf("a form of %s names a thing in its field %q: add a line to idFields", route, name)
			}
		}
	}
	if found < 4 {
		t.Errorf("only %d fields were found: are the pages crawled?", found)
	}
}

// controlsOf are the controls of a form: within it, and elsewhere on the page by its id. The options of a select count as controls of its
// name.
func controlsOf(p page, form *html.Node) []*html.Node {
	var controls []*html.Node
	id := attribute(form, "id")
	for _, control := range p.all("input", "button", "select") {
		owner := attribute(control, "form")
		if (owner != "" && owner == id) || (owner == "" && within(control, form)) {
			if control.Data != "select" {
				controls = append(controls, control)
				continue
			}
			for _, option := range (page{control}).all("option") {
				controls = append(controls, &html.Node{Data: "option", Attr: append([]html.Attribute{{Key: "name", Val: attribute(control, "name")}}, option.Attr...)})
			}
		}
	}
	return controls
}

func within(node, form *html.Node) bool {
	for ; node != nil; node = node.Parent {
		if node == form {
			return true
		}
	}
	return false
}

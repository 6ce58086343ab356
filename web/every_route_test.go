package web

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
)

// visitor is somebody who tries every route.
type visitor struct {
	name   string
	enter  func() *client // a browser that is signed in as them; a new one each time
	member bool           // of Northwind, so that a refusal may say what is missing
}

func (w *world) visitors(northwind, contoso provider) []visitor {
	byPassword := func(email string) func() *client { return func() *client { return w.signIn(email) } }
	return []visitor{
		{"nobody", w.client, false},
		{"Ada", byPassword(ada), true}, {"Olga", byPassword(olga), true}, {"Tess", byPassword(tess), true}, {"Ulf", byPassword(ulf), true},
		{"Zoe", byPassword(zoe), false}, {"Quentin", byPassword(quentin), false}, {"Carl", byPassword(carl), false}, {"Nina", byPassword(nina), false},
		{"Ulf by SSO", func() *client { return w.signInThrough(northwind, ulf) }, true},
		{"Ada by SSO", func() *client { return w.signInThrough(northwind, ada) }, true},
		{"Carl by SSO", func() *client { return w.signInThrough(contoso, carl) }, false},
		{"Bo by Contoso's SSO", func() *client { return w.signInThrough(contoso, bo) }, false},
	}
}

func (e entry) admits(v visitor) bool {
	first, _, bySSO := strings.Cut(v.name, " by ")
	switch {
	case e.in == "anybody":
		return true
	case e.in == "accounts":
		return v.name != "nobody"
	case bySSO && !v.member: // the session does not open the organization
		return false
	}
	return slices.Contains(strings.Fields(e.in), first)
}

// asksToSignIn says whether the route asks somebody to sign in to the organization, rather than saying that there is nothing.
func (v visitor) asksToSignIn() bool {
	return v.name == "nobody" || v.name == "Carl by SSO" || v.name == "Bo by Contoso's SSO"
}

func everyRoute(t *testing.T) {
	each(t, func(w *world) {
		northwind, contoso := w.connect("northwind", "okta"), w.connect("contoso", "okta")
		raw := w.raw()
		requests := 0
		fill := func(e entry, c *client) (method, path string) {
			if strings.Contains(e.path, "{token}") {
				w.t.Helper()
				e.path = strings.ReplaceAll(e.path, "{token}", w.resetToken(cleo))
			}
			if strings.Contains(e.path, "{session}") {
				e.path = strings.ReplaceAll(e.path, "{session}", c.ownSession())
			}
			if strings.Contains(e.path, "{passkey}") {
				e.path = strings.ReplaceAll(e.path, "{passkey}", w.plantPasskey(c.ownSession()))
			}
			if strings.Contains(e.path, "{invitation") {
				id, token := w.invite(fmt.Sprintf("guest-%d@elsewhere.example", requests), authz.OrganizationUser)
				e.path = strings.NewReplacer("{invitation}", id, "{invitation-token}", token).Replace(e.path)
			}
			if strings.Contains(e.path, "{collaborator}") {
				e.path = strings.ReplaceAll(e.path, "{collaborator}", w.collaborates("arm", invitee, authz.Viewer))
			}
			if strings.Contains(e.path, "{sana-session}") {
				w.signInThrough(northwind, sana)
				e.path = strings.ReplaceAll(e.path, "{sana-session}", raw.word("SELECT id FROM sessions WHERE user_id = '"+w.userID(sana)+"' ORDER BY id DESC LIMIT 1"))
			}
			if strings.Contains(e.path, "{mapping}") {
				e.path = strings.ReplaceAll(e.path, "{mapping}", w.mapped(ada, "northwind", "okta", "people"))
			}
			if strings.Contains(e.path, "{entry}") {
				e.path = strings.ReplaceAll(e.path, "{entry}", w.newestEntry("northwind"))
			}
			if strings.Contains(e.path, "{export}") {
				e.path = strings.ReplaceAll(e.path, "{export}", w.auditExport("northwind", ada))
			}
			if strings.Contains(e.path, "{reference}") {
				e.path = strings.ReplaceAll(e.path, "{reference}", northwind.refusal())
			}
			e.path = strings.NewReplacer("{member}", w.userID(ulf), "{sana}", w.userID(sana)).Replace(e.path)
			e.path = strings.ReplaceAll(e.path, "{connection}", northwind.connection)
			method, path, _ = strings.Cut(e.path, " ")
			return method, path
		}
		for _, v := range w.visitors(northwind, contoso) {
			// First what is refused and what only reads, because what changes ends sessions.
			reading := v.enter()
			for _, e := range access() {
				if e.admits(v) {
					continue
				}
				method, path := fill(e, reading)
				before := raw.dump()
				got := reading.send(method, path)
				requests++
				e.mustRefuse(w, v, method, path, got)
				raw.unchanged(v.name+": "+e.path, before)
			}
			for _, e := range readingFirst(access()) {
				if !e.admits(v) {
					continue
				}
				visiting := reading
				if strings.HasPrefix(e.path, http.MethodPost) {
					visiting = v.enter()
				}
				method, path := fill(e, visiting)
				e.mustAdmit(w, v, visiting.send(method, path))
				requests++
				if e.route == "identity-provider.disable" {
					northwind.store().enable(true)
				}
			}
		}
		w.t.Logf("%d requests", requests)
	})
}

func readingFirst(all []entry) []entry {
	posts := func(e entry) int { return strings.Index(e.path, http.MethodPost) }
	slices.SortStableFunc(all, func(a, b entry) int { return posts(a) - posts(b) })
	return all
}

func (e entry) mustAdmit(w *world, v visitor, got answer) {
	w.t.Helper()
	what := v.name + ": " + e.path
	switch {
	case v.name != "nobody" && (e.route == "invitation" || e.route == "invitation.accept" || e.route == "invitation.account"):
		equal(w.t, what+": the invitation is somebody else's", got.status, http.StatusForbidden)
		equal(w.t, what+": says so", strings.Contains(got.body, "You are signed in as somebody else."), true)
	case e.plainly != 0:
		equal(w.t, what, got.status, e.plainly)
	case got.status == 401 || got.status == 403 || got.status == 404 || got.status >= 500:
		w.t.Errorf("%s: status %d (%s), want to be let in", what, got.status, got.sentence())
	}
}

// forReaders are the routes that every member may use on what is within their reach: who is refused there is told that there is nothing.
var forReaders = map[string]bool{"app": true, "app.access": true, "app.collaborators": true, "app.settings": true, "team": true, "team.apps": true}

func (e entry) mustRefuse(w *world, v visitor, method, path string, got answer) {
	w.t.Helper()
	what := v.name + ": " + e.path
	switch {
	case v.asksToSignIn() && method == http.MethodGet:
		equal(w.t, what+": status", got.status, http.StatusSeeOther)
		equal(w.t, what+": leads to", got.location, urls.With(urls.Login.To(), "next", path))
	case v.asksToSignIn():
		equal(w.t, what+": status", got.status, http.StatusUnauthorized)
	case v.member && !forReaders[e.route]:
		equal(w.t, what+": status", got.status, http.StatusForbidden)
		if e.missing == "" || !strings.Contains(got.body, html.EscapeString(e.missing)) {
			w.t.Errorf("%s: the page does not name the right “%s”", what, e.missing)
		}
		if !strings.Contains(got.page().text(), "Roles that have it Administrator") {
			w.t.Errorf("%s: the page does not say who has it: %s", what, got.page().text())
		}
	case v.name == "Zoe":
		equal(w.t, what+": status", got.status, http.StatusForbidden)
		if !strings.Contains(got.body, "suspended") {
			w.t.Errorf("%s: the page does not say that the membership is suspended", what)
		}
	default:
		equal(w.t, what+": status", got.status, http.StatusNotFound)
		if !v.member && strings.Contains(got.body, "Northwind Robotics") {
			w.t.Errorf("%s: the page names the organization", what)
		}
	}
	if got.status != http.StatusSeeOther && got.reference() == "" {
		w.t.Errorf("%s: the page has no reference", what)
	}
}

// send makes a request with nothing in it.
func (c *client) send(method, path string) answer {
	c.w.t.Helper()
	if method == http.MethodGet {
		return c.get(path)
	}
	return c.post(path, url.Values{})
}

// ownSession is the id of the browser's own session, or one that nobody has.
func (c *client) ownSession() string {
	c.w.t.Helper()
	for _, f := range c.get(urls.AccountSecurity.To()).page().forms() {
		if id, found := strings.CutPrefix(f.action, "/account/security/sessions/"); found && strings.HasSuffix(id, "/end") {
			return strings.TrimSuffix(id, "/end") // its own stands first
		}
	}
	return "0190a5c0-0000-7000-8000-000000000000"
}

// resetToken is a live token to set somebody's password.
func (w *world) resetToken(email string) string {
	w.t.Helper()
	organization, admin := "northwind", ada
	if strings.HasSuffix(email, "@contoso.example") {
		organization, admin = "contoso", carl
	}
	got := w.signIn(admin).post(urls.MemberResetLink.To(organization, w.userID(email)), nil).mustBe(w, "reset link", http.StatusOK)
	for _, field := range got.page().all("input") {
		if _, token, found := strings.Cut(attribute(field, "value"), "/password/reset/"); found {
			w.log.secret(token)
			return token
		}
	}
	w.t.Fatal("the page shows no link")
	return ""
}

// The pages of two people differ by what their roles may do, not by who they are: a member by SSO sees what the password would show.
func TestSingleSignOnGivesTheSameRights(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		bySSO, byPassword := w.signInThrough(p, olga), w.signIn(olga)
		statuses := map[string][2]int{}
		for _, e := range access() {
			if method, path, _ := strings.Cut(e.path, " "); method == http.MethodGet && strings.HasPrefix(path, "/orgs/") && !strings.Contains(path, "{") {
				statuses[path] = [2]int{bySSO.get(path).status, byPassword.get(path).status}
			}
		}
		for _, path := range slices.Sorted(maps.Keys(statuses)) {
			equal(w.t, path, statuses[path][0], statuses[path][1])
		}
	})
}

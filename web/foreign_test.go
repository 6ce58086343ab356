package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// foreign are things of Contoso that somebody at Northwind may have heard of, by the name of the path's parameter.
func (w *world) foreign(theirs provider, session string) map[string][]string {
	w.t.Helper()
	const nothing = "0190a5c0-0000-7000-8000-000000000000"
	everywhere := []string{"nothing", nothing, "%00", "..%2f..", "a'b--", strings.Repeat("x", 3000), "*", "%E2%80%AE", "-1"}
	theirMapping := w.mapped(carl, "contoso", theirs.slug, "Contoso people")
	foreignInvitation, _ := w.inviteTo("contoso", carl, "guest@elsewhere.example", authz.Administrator)
	return map[string][]string{
		"org":          append([]string{"contoso", "CONTOSO", w.organizationID("contoso")}, everywhere...),
		"member":       append([]string{w.userID(carl), w.userID(cleo), w.userID(nina), w.userID(quentin), strings.ToUpper(w.userID(carl))}, everywhere...),
		"app":          append([]string{"vault", "VAULT"}, everywhere...),
		"team":         append([]string{"sales", "SALES"}, everywhere...),
		"mapping":      append([]string{theirMapping, strings.ToUpper(theirMapping)}, everywhere...),
		"idp":          append([]string{theirs.slug, strings.ToUpper(theirs.slug), theirs.connection}, everywhere...),
		"domain":       append([]string{"vault.example", "VAULT.EXAMPLE"}, everywhere...),
		"entry":        append([]string{w.newestEntry("contoso"), strings.ToUpper(w.newestEntry("contoso"))}, everywhere...),
		"passkey":      append([]string{w.passkeyOf(nina)}, everywhere...),
		"export":       append([]string{w.auditExport("contoso", carl), w.auditExport("northwind", olga)}, everywhere...),
		"session":      append([]string{session, strings.ToUpper(session)}, everywhere...),
		"reference":    append([]string{theirs.refusal()}, everywhere...),
		"token":        append([]string{strings.Repeat("A", 43), session}, everywhere...),
		"invitation":   append([]string{foreignInvitation, strings.ToUpper(foreignInvitation)}, everywhere...),
		"connection":   everywhere,
		"model":        append([]string{"secret", "SECRET"}, everywhere...),
		"workflow":     append([]string{"heist", "HEIST"}, everywhere...),
		"module":       append([]string{"cracker", "CRACKER"}, everywhere...),
		"version":      append([]string{"9.9"}, everywhere...),
		"install":      append([]string{"tools", "TOOLS"}, everywhere...),
		"collaborator": append([]string{w.userID(carl), w.userID(quentin), strings.ToUpper(w.userID(quentin))}, everywhere...), // of another app
		"step":         everywhere,
		// As forms name what stands in another app.
		"model reference":  append([]string{"vault/secret", "VAULT/SECRET"}, everywhere...),
		"module reference": append([]string{"vault/cracker", "VAULT/CRACKER"}, everywhere...),
	}
}

func (w *world) organizationID(slug string) string {
	w.t.Helper()
	return w.raw().word("SELECT id FROM organizations WHERE slug = '" + slug + "'")
}

// newestEntry is the newest entry of an organization's audit log.
func (w *world) newestEntry(organization string) string {
	w.t.Helper()
	return w.raw().word("SELECT id FROM audit_entries WHERE organization_id = '" + w.organizationID(organization) + "' ORDER BY id DESC LIMIT 1")
}

// auditExport is an export of the audit log that somebody began.
func (w *world) auditExport(organization, email string) string {
	w.t.Helper()
	id := fmt.Sprintf("0190a5c0-0000-7000-8000-%012d", w.raw().number("SELECT count(*) + 1 FROM audit_exports"))
	now := time.Now().UTC().Format("2006-01-02 15:04:05.999999-07:00")
	w.raw().run("INSERT INTO audit_exports (id, organization_id, user_id, format, query, total, written, state, created_at, touched_at) VALUES ('" +
		id + "', '" + w.organizationID(organization) + "', '" + w.userID(email) + "', 'csv', '', 1, 0, 'ready', '" + now + "', '" + now + "')")
	return id
}

// own are the things of Northwind that a request needs besides the foreign one.
func (w *world) own(c *client) map[string]string {
	own, _ := w.invite("own@elsewhere.example", authz.OrganizationUser)
	return map[string]string{"org": "northwind", "member": w.userID(ulf), "app": "arm", "team": "hands", "idp": "okta", "domain": "robots.example", "mapping": w.mapped(ada, "northwind", "okta", "people"), "session": c.ownSession(), "invitation": own, "token": "x", "connection": "x", "passkey": "x",
		"model": "gripper", "workflow": "pick", "module": "reader", "version": "1.0", "entry": w.newestEntry("northwind"), "export": w.auditExport("northwind", ada), "install": "labels", "step": "attributes", "collaborator": w.collaborates("arm", invitee, authz.Viewer),
		"reference": w.raw().word("SELECT coalesce(min(reference), 'none') FROM sign_in_attempts a JOIN identity_providers p ON p.id = a.provider_id WHERE p.slug = 'okta'")}
}

// What another organization has is not there, whoever asks and however it is spelled: Northwind's Administrator, who may do everything at
// home, finds nothing of Contoso, and changes nothing of it.
func nothingForeign(t *testing.T) {
	each(t, func(w *world) {
		w.connect("northwind", "okta").refusal()
		theirs := w.connect("contoso", "contoso-sso")
		raw, admin, stranger := w.raw(), w.signIn(ada), w.signIn(carl)
		foreign, own := w.foreign(theirs, stranger.ownSession()), w.own(admin)
		before, requests := raw.dump(), 0
		for _, r := range routes(nil, false) {
			for _, parameter := range parameters(r.pattern) {
				for _, id := range foreign[parameter] {
					path := fillPath(r.pattern, own, parameter, id)
					// With everything a form could hold, so that nothing but the address refuses it.
					form := fields("confirm", id, "name", "Taken over", "email", ada, "password", plain, "repeat", plain, "level", "viewer", "version", "1", "visibility", "public", "confirmed", "yes", "notes", "Taken over", "base_workflow", "text", "description", "Taken over", "SAMLResponse", "PA==", "RelayState", id)
					var got answer
					if r.method == http.MethodGet {
						got = admin.get(path)
					} else {
						got = admin.post(path, form)
					}
					requests++
					want := http.StatusNotFound
					if r.name == "login.providers" { // says the same of an organization without single sign-on
						want = http.StatusUnprocessableEntity
						if id == "contoso" || id == "CONTOSO" {
							want = http.StatusSeeOther // everybody may sign in there, who can
						}
					}
					if r.name == "login.begin" && parameter == "org" && id != "contoso" && id != "CONTOSO" {
						want = http.StatusNotFound
					}
					if got.status != want {
						w.t.Errorf("%s %s: status %d (%s), want %d", r.method, path, got.status, got.sentence(), want)
					}
					if strings.Contains(got.body, "Contoso") || strings.Contains(got.body, "contoso-sso<") {
						w.t.Errorf("%s %s: the page tells of Contoso", r.method, path)
					}
				}
			}
		}
		raw.unchanged("asking for what is foreign", before)
		equal(w.t, "Carl's session is alive", stranger.signedIn(), true)
		w.t.Logf("%d requests", requests)
	})
}

func parameters(pattern string) []string {
	var names []string
	for part := range strings.SplitSeq(pattern, "/") {
		if name, found := strings.CutPrefix(part, ":"); found {
			names = append(names, name)
		}
	}
	return names
}

func fillPath(pattern string, own map[string]string, parameter, id string) string {
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		switch name, found := strings.CutPrefix(part, ":"); {
		case found && name == parameter:
			parts[i] = id // spelled as it is
		case found:
			parts[i] = url.PathEscape(own[name])
		}
	}
	return strings.Join(parts, "/")
}

// No form and no header moves a request to another organization.
func TestTheOrganizationIsThePathsAlone(t *testing.T) {
	each(t, func(w *world) {
		w.connect("northwind", "okta")
		admin := w.signIn(bo) // an Administrator of Contoso, a user at Northwind
		for what, got := range map[string]answer{
			"in the query":  admin.get("/orgs/northwind/audit?org=contoso&organization=contoso"),
			"in a header":   admin.get("/orgs/northwind/audit", header("X-Organization", "contoso"), header("X-Original-Url", "/orgs/contoso/audit")),
			"in a form":     admin.post("/orgs/northwind/security/identity-providers/okta/disable", fields("org", "contoso")),
			"as a method":   admin.post("/orgs/northwind/security/identity-providers/okta/disable?_method=GET", fields("_method", "GET"), header("X-HTTP-Method-Override", "GET")),
			"in dots":       admin.get("/orgs/contoso/../northwind/audit"),
			"in other dots": admin.get("/orgs/contoso/%2e%2e/northwind/audit"),
		} {
			if got.status != http.StatusForbidden && got.status != http.StatusNotFound {
				w.t.Errorf("%s: status %d (%s)", what, got.status, got.sentence())
			}
		}
	})
}

// What a Team Contributor does not share is not there for them: neither in the list nor by its address.
func TestATeamContributorFindsOnlyWhatTheTeamsShare(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(tess)
		for _, person := range []struct {
			email, name string
			there       bool
		}{{tess, "Tess Team", true}, {ulf, "Ulf User", true}, {ada, "Ada Admin", false}, {olga, "Olga Org", false}, {zoe, "Zoe Out", false}} {
			want := http.StatusNotFound
			if person.there {
				want = http.StatusOK
			}
			listed := func(path string) bool { return strings.Contains(text(c.get(path).page().byID("content")), person.name) }
			equal(w.t, "the page of "+person.name, c.get("/orgs/northwind/members/"+w.userID(person.email)).status, want)
			equal(w.t, "the list shows "+person.name, listed("/orgs/northwind/members"), person.there)
			equal(w.t, "a search finds "+person.name, listed("/orgs/northwind/members?q="+url.QueryEscape(person.email[:4])), person.there)
		}
		for slug, there := range map[string]bool{"arm": true, "map": true, "showcase": true, "drive": false, "engine": false} {
			equal(w.t, "the list shows the app "+slug, strings.Contains(c.get("/orgs/northwind/apps").body, "/orgs/northwind/apps/"+slug+`"`), there)
		}
		teams := c.get("/orgs/northwind/teams").body
		equal(w.t, "the own team is listed", strings.Contains(teams, "Hands"), true)
		equal(w.t, "another team is listed", strings.Contains(teams, "Wheels"), false)
	})
}

// Rights are looked up on every request: what somebody was a moment ago counts for nothing.
func TestAChangeOfRoleBitesAtOnce(t *testing.T) {
	each(t, func(w *world) {
		raw, c := w.raw(), w.signIn(olga)
		id := w.userID(olga)
		statuses := func() string {
			words := []string{}
			for _, path := range []string{"/orgs/northwind", "/orgs/northwind/audit", "/orgs/northwind/apps/engine", "/orgs/northwind/apps/showcase"} {
				words = append(words, http.StatusText(c.get(path).status))
			}
			return strings.Join(words, ", ")
		}
		equal(w.t, "as she is", statuses(), "OK, Forbidden, OK, OK")
		raw.run("UPDATE members SET role = '" + authz.Administrator.Key() + "' WHERE user_id = '" + id + "'")
		equal(w.t, "promoted", statuses(), "OK, OK, OK, OK")
		raw.run("UPDATE members SET role = '" + authz.TeamContributor.Key() + "' WHERE user_id = '" + id + "'")
		equal(w.t, "demoted, with a team", statuses(), "OK, Forbidden, OK, OK")
		raw.run("DELETE FROM team_members WHERE user_id = '" + id + "'")
		equal(w.t, "without a team", statuses(), "OK, Forbidden, Not Found, OK")
		raw.run("UPDATE members SET suspended = true WHERE user_id = '" + id + "'")
		equal(w.t, "suspended", statuses(), "Forbidden, Forbidden, Forbidden, OK")
		raw.run("DELETE FROM members WHERE user_id = '" + id + "'")
		equal(w.t, "removed", statuses(), "Not Found, Not Found, Not Found, OK")
		raw.run("DELETE FROM sessions WHERE user_id = '" + id + "'")
		equal(w.t, "signed out", statuses(), "See Other, See Other, See Other, See Other")
	})
}

// Each organization's lists hold its own people and things only.
func TestListsHoldOneOrganization(t *testing.T) {
	each(t, func(w *world) {
		w.connect("northwind", "okta")
		w.connect("contoso", "contoso-sso")
		both := w.signIn(bo)
		mine := map[string][]string{
			"northwind": {"Ada Admin", "arm", "Hands", "Sign in with okta"},
			"contoso":   {"Cora Contoso", "vault", "Sales", "Sign in with contoso-sso"},
		}
		for i, page := range []string{"members", "apps", "teams", "security"} {
			for _, here := range slices.Sorted(maps.Keys(mine)) {
				there := map[string]string{"northwind": "contoso", "contoso": "northwind"}[here]
				shown := both.get("/orgs/"+here+"/"+page).mustBe(w, page, http.StatusOK)
				main := text(shown.page().byID("content"))
				equal(w.t, page+" of "+here+" holds its own", strings.Contains(main, mine[here][i]), true)
				if page != "apps" || here != "contoso" { // both have an app "arm"
					equal(w.t, page+" of "+here+" holds the other's", strings.Contains(main, mine[there][i]), false)
				}
			}
		}
	})
}

// One slug in two organizations is two things.
func TestTheSameIdentifierInTwoOrganizations(t *testing.T) {
	each(t, func(w *world) {
		w.connect("northwind", "okta")
		w.connect("contoso", "okta")
		w.signIn(ada).post("/orgs/northwind/security/identity-providers/okta/delete", fields("confirm", "okta")).mustBe(w, "delete", http.StatusSeeOther)
		left, err := w.store.In(w.actor(carl, "contoso")).IdentityProviders(w.t.Context())
		must(w.t, err)
		equal(w.t, "Contoso's are left", len(left), 1)
		left, err = w.store.In(models.Actor{Organization: models.Organization{ID: w.organizationID("northwind")}}).IdentityProviders(w.t.Context())
		must(w.t, err)
		equal(w.t, "Northwind's are left", len(left), 0)
	})
}

package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/html"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/models/store"
)

// queries are how often each page asks the database. They may only shrink: who asks first, then the page, then the frame.
func queries() map[string]int64 {
	return map[string]int64{
		"GET /healthz":                                                 0,
		"GET /login":                                                   2, // whether a domain leads anywhere
		"GET /login/sso":                                               0,
		"GET /password/forgot":                                         0,
		"GET /login/sso/northwind":                                     1,
		"GET /saml/{connection}":                                       1,
		"GET /":                                                        3, // with one's own invitations
		"GET /?q=north":                                                4, // and one's organizations, searched
		"GET /organizations/new":                                       3,
		"GET /orgs/northwind/settings":                                 2,
		"GET /orgs/northwind/settings/delete":                          3, // with what would go with it
		"GET /account":                                                 3,
		"GET /account/security":                                        5,
		"GET /collaborations":                                          3,
		"GET /orgs/northwind":                                          5, // numbers, ways in, what happened last
		"GET /orgs/northwind/roles":                                    3,
		"GET /orgs/northwind/audit":                                    3,
		"GET /orgs/northwind/access":                                   2, // and more for each part of a question
		"GET /orgs/northwind/members":                                  6, // with the teams to filter by, and the number of invitations for who may invite
		"GET /orgs/northwind/invitations":                              5, // with their number, and their teams
		"GET /orgs/northwind/invitations/new":                          3, // with the first teams
		"GET /orgs/northwind/teams":                                    3,
		"GET /orgs/northwind/teams/new":                                2,
		"GET /orgs/northwind/teams/hands/edit":                         3,
		"GET /orgs/northwind/teams/hands/delete":                       4,
		"GET /orgs/northwind/teams/hands":                              4,
		"GET /orgs/northwind/teams/hands?q=ulf":                        4,
		"GET /orgs/northwind/teams/hands/apps":                         4,
		"GET /orgs/northwind/apps":                                     4, // with what opens each
		"GET /orgs/northwind/apps?q=s&sort=-updated":                   4,
		"GET /orgs/northwind/apps/new":                                 2,
		"GET /orgs/northwind/apps/arm":                                 4, // with its notes
		"GET /orgs/northwind/apps/arm/description":                     3,
		"GET /orgs/northwind/apps/arm/notes":                           4,
		"GET /orgs/northwind/apps/arm/collaborators":                   4,
		"GET /orgs/northwind/apps/arm/settings":                        5, // with what would go with it
		"GET /orgs/northwind/apps/arm/models":                          4,
		"GET /orgs/northwind/apps/arm/models?q=grip":                   4,
		"GET /orgs/northwind/apps/arm/models/new":                      3,
		"GET /orgs/northwind/apps/arm/models/all/delete":               4,
		"GET /orgs/northwind/apps/arm/models/gripper":                  4,
		"GET /orgs/northwind/apps/arm/models/gripper/edit":             4,
		"GET /orgs/northwind/apps/arm/workflows":                       4,
		"GET /orgs/northwind/apps/arm/workflows/new":                   4, // with the names of the app's models
		"GET /orgs/northwind/apps/arm/workflows/pick":                  5,
		"GET /orgs/northwind/apps/arm/workflows/pick/edit":             6,
		"GET /orgs/northwind/apps/arm/workflows/pick/workflow.yaml":    12, // recording it asks again who may, and moves the end of the log
		"GET /orgs/northwind/apps/arm/modules":                         4,
		"GET /orgs/northwind/apps/arm/modules/new":                     3,
		"GET /orgs/northwind/apps/arm/modules/reader":                  5,
		"GET /orgs/northwind/apps/arm/modules/reader/edit":             5,
		"GET /orgs/northwind/apps/arm/modules/reader/versions/1.0":     5,
		"GET /orgs/northwind/apps/arm/installed":                       4,
		"GET /orgs/northwind/apps/arm/installed/new":                   4,
		"GET /orgs/northwind/apps/arm/installed/new?module=arm/reader": 5,
		"GET /orgs/northwind/apps/arm/installed/labels":                5,
		"GET /orgs/northwind/security":                                 9, // with the domains, and what is required
		"GET /orgs/northwind/security/sessions":                        6, // with what opens each, and the providers to filter by
		"GET /orgs/northwind/security/sessions?method=sso&q=ulf":       6,
		"GET /orgs/northwind/security/second-factor":                   3,
		"GET /orgs/northwind/members/{member}/reset-second-factor":     4,
		"GET /orgs/northwind/members?factor=none":                      6,
		"GET /orgs/northwind/security/domains":                         3,
		"GET /orgs/northwind/security/domains/robots.example":          3,
		"GET /orgs/northwind/members/{member}":                         8, // with apps, their number, sessions and activity
		"GET /orgs/northwind/members/{member}/apps":                    5,
		"GET /orgs/northwind/members/{member}/role":                    4,
		"GET /orgs/northwind/members/{member}/remove":                  6,
		"GET /orgs/northwind/leave":                                    6,
		"GET /orgs/northwind/audit?q=about:{member}":                   3,
		"GET /orgs/northwind/audit?q=member:ulf@northwind.example+ada": 3,
		"GET /orgs/northwind/audit/export?q=action:member":             3,
		"GET /orgs/northwind/audit/exports/{export}":                   3,
		"GET /orgs/northwind/audit/retention":                          3,
		"GET /orgs/northwind/audit/entries/{entry}":                    4, // with whether what it names is still there
		"GET /orgs/northwind/security/identity-providers/new":          3,
		"GET /orgs/northwind/security/identity-providers/okta":         6,
		"GET /orgs/northwind/security/identity-providers/okta/edit":    6, // with the answers that can be checked again
		"GET /login/sso/northwind/okta":                                2,
		"GET /orgs/northwind/members?q=ulf&role=organization_user":     6,
		"GET /orgs/northwind/audit?action=session.signed-in&q=ada":     3,
		"GET /orgs/contoso (not a member)":                             1,
		"GET /orgs/northwind/audit (not allowed)":                      1,
		"GET /orgs/northwind (not signed in, with a cookie of nobody)": 1,

		"GET /orgs/northwind/security/identity-providers/okta/mappings":           10, // they, their teams and people, and what they would do to one
		"GET /orgs/northwind/security/identity-providers/okta/mappings/new":       11,
		"GET /orgs/northwind/security/identity-providers/okta/mappings/{mapping}": 11,

		"GET /orgs/northwind/members?team=hands&status=active&sort=-active": 6,
		"GET /orgs/northwind/security/identity-providers/new/guided":        3,
		"GET /orgs/northwind/security/identity-providers/okta/guide/test":   6, // with the last test
		"GET /orgs/northwind/members/export.json?team=hands":                7, // recording it asks again who may, and moves the end of the log

		"GET /orgs/northwind/security/identity-providers/okta/attempts/{reference}": 5, // with what is kept of it

		"GET /orgs/northwind/security/single-sign-on": 11,
		"GET /login/break-glass":                      0,

		"GET /orgs/northwind/teams/hands/members/add?q=u":             6,
		"GET /orgs/northwind/teams/hands/members/add?member={member}": 6,
		"GET /orgs/northwind/teams/hands/apps/add?q=a&app=drive":      5,
	}
}

// count serves one request from the handler itself and counts the statements.
func (w *world) count(c *client, path string) (statements int64, status int) {
	w.t.Helper()
	return w.countAs(c.token(), path)
}

// countAs is count with a token, which nobody may have been given.
func (w *world) countAs(token, path string) (statements int64, status int) {
	w.t.Helper()
	var n atomic.Int64
	r := httptest.NewRequestWithContext(store.WithQueryCounter(w.t.Context(), &n), http.MethodGet, path, nil)
	if token != "" {
		r.AddCookie(&http.Cookie{Name: "gatehouse", Value: token})
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	return n.Load(), recorder.Code
}

// crowd makes Northwind larger by as many members, apps and teams.
func crowd(n int) func(*models.Seed) {
	return func(s *models.Seed) {
		for i := range n {
			email := fmt.Sprintf("member-%03d@northwind.example", i)
			s.People = append(s.People, models.SeedPerson{Name: fmt.Sprintf("Member %03d", i), Email: email, Role: authz.Roles()[i%4]})
			s.Apps = append(s.Apps, models.SeedApp{Slug: models.Slug(fmt.Sprintf("app-%03d", i))})
			s.Teams = append(s.Teams, models.SeedTeam{Slug: models.Slug(fmt.Sprintf("team-%03d", i)), Name: fmt.Sprintf("Team %03d", i), Members: []string{email, tess}})
		}
	}
}

func TestQueriesOfEachPage(t *testing.T) {
	for _, members := range []int{10, 500} {
		t.Run(fmt.Sprintf("%d members", members), func(t *testing.T) {
			eachWith(t, settings{adjust: crowd(members)}, func(w *world) {
				p := w.connect("northwind", "okta")
				admin, user, stranger := w.signIn(ada), w.signIn(tess), w.client()
				w.signInThrough(p, ulf)
				mapping := w.mapped(ada, "northwind", "okta", "people")
				admin.get("/orgs/northwind/security/identity-providers/new") // sets our values aside, once
				reference := p.refusal()
				for _, line := range slices.Sorted(maps.Keys(queries())) {
					who, status := admin, http.StatusOK
					path := strings.TrimPrefix(line, "GET ")
					path, special, _ := strings.Cut(path, " (")
					path = strings.NewReplacer("{member}", w.userID(ulf), "{entry}", w.newestEntry("northwind"), "{export}", w.auditExport("northwind", ada), "{mapping}", mapping, "{reference}", reference, "/saml/{connection}", urls.SAMLMetadata.To(p.connection)).Replace(path)
					switch {
					case special == "not allowed)":
						who, status = user, http.StatusForbidden
					case special == "not a member)":
						who, status = user, http.StatusNotFound
					case special != "":
						who, status = w.client(), http.StatusSeeOther
					case strings.HasPrefix(path, "/login") || strings.HasPrefix(path, "/saml") || strings.HasPrefix(path, "/password"):
						who = stranger
					}
					if path == "/" || path == "/login/sso/northwind" {
						status = http.StatusSeeOther
					}
					if special == "not signed in, with a cookie of nobody)" {
						n, got := w.countAs("made-up", path)
						equal(w.t, line, n, queries()[line])
						equal(w.t, line+": status", got, status)
						continue
					}
					n, got := w.count(who, path)
					equal(w.t, line+": status", got, status)
					equal(w.t, line, n, queries()[line])
				}
				// A Team Contributor's lists are narrower and cost no more.
				for _, list := range []string{"members", "apps", "teams"} {
					n, _ := w.count(user, "/orgs/northwind/"+list)
					if most := queries()["GET /orgs/northwind/"+list]; n > most {
						w.t.Errorf("a Team Contributor's list of %s costs %d, more than %d", list, n, most)
					}
				}
			})
		})
	}
}

// A list's page is the same size of work and of bytes whatever stands behind it, and its pages lead through everybody once.
func TestPagesLeadThroughEverybodyOnce(t *testing.T) {
	eachWith(t, settings{adjust: crowd(130)}, func(w *world) {
		c := w.signIn(ada)
		for list, want := range map[string]int{"members": 137, "apps": 135, "teams": 132} {
			seen, path, pages := map[string]bool{}, "/orgs/northwind/"+list, 0
			for ; path != "" && pages < 10; pages++ {
				got := c.get(path).mustBe(w, path, http.StatusOK)
				if len(got.body) > 90<<10 {
					w.t.Errorf("%s: %d KB", path, len(got.body)>>10)
				}
				page := got.page()
				for _, row := range rowsOf(page) {
					if seen[row] {
						w.t.Errorf("%s: twice: %s", list, row)
					}
					seen[row] = true
				}
				path = ""
				for _, link := range page.all("a") {
					if to := attribute(link, "href"); strings.Contains(to, "after=") && strings.HasPrefix(to, "/orgs/northwind/"+list) {
						path = to
					}
				}
			}
			equal(w.t, list+": rows", len(seen), want)
			equal(w.t, list+": pages", pages, 3)
		}
		for _, cursor := range []string{"x", "%00", "eyJ", strings.Repeat("A", 3000), "'"} {
			equal(w.t, "a cursor that nobody made", c.get("/orgs/northwind/members?after="+cursor).status, http.StatusOK)
			equal(w.t, "another", c.get("/orgs/northwind/audit?before="+cursor+"&after="+cursor).status, http.StatusOK)
		}
	})
}

// rowsOf are the first cells of a page's table.
func rowsOf(p page) []string {
	var rows []string
	for _, cell := range p.all("td") {
		if strings.Contains(attribute(cell, "class"), "main") || slices.ContainsFunc(page{cell}.all("span"), func(e *html.Node) bool { return attribute(e, "class") == "who" }) {
			rows = append(rows, text(cell))
		}
	}
	return rows
}

package web

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A route, its scope, the roles that follow and the reason of an open one are one line here: whoever changes them shows it.
func TestTheRoutesAreThese(t *testing.T) {
	golden := filepath.Join("testdata", "routes.tsv")
	if *update {
		must(t, os.WriteFile(golden, []byte(TSV()), 0o600))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	got, kept := strings.Split(TSV(), "\n"), strings.Split(string(want), "\n")
	for _, line := range got {
		if !slices.Contains(kept, line) {
			t.Errorf("not in %s: %s", golden, line)
		}
	}
	for _, line := range kept {
		if !slices.Contains(got, line) {
			t.Errorf("only in %s: %s", golden, line)
		}
	}
	if !t.Failed() && TSV() != string(want) {
		t.Error("the routes stand in another order; go test ./web -update writes them anew")
	}
}

// The list of the routes that other sites may post to may only shrink: the protocol's two, whose messages are signed.
func TestTwoRoutesTakePostsOfOtherSites(t *testing.T) {
	var exempt []string
	for _, r := range routes(nil, true) {
		if r.crossSite != "" {
			exempt = append(exempt, r.name)
		}
	}
	if !slices.Equal(exempt, []string{"saml.acs", "saml.logout.post"}) {
		t.Errorf("other sites may post to %q", exempt)
	}
}

func TestTheTableOfTheProgramIsRight(t *testing.T) {
	must(t, check(routes(nil, true)))
}

func good(echo.Context) error                                    { return nil }
func goodIn(echo.Context, models.Actor) error                    { return nil }
func goodFor(echo.Context, models.Person) error                  { return nil }
func goodInApp(echo.Context, models.Actor, models.Reached) error { return nil }
func changed(r route, how func(*route)) []route                  { how(&r); return []route{r} }
func fine() route                                                { return open(get, urls.Healthz, "fine", "a reason", good) }
func fineIn(s authz.Scope) route                                 { return inOrganization(s, get, urls.Members, "fine", goodIn) }
func fineInApp(s authz.Scope, method string, p path) (table []route) {
	return []route{inApp(s, method, p, "fine", goodInApp)}
}

func TestAWrongTableIsRefused(t *testing.T) {
	for _, c := range []struct {
		name  string
		table []route
		says  string
	}{
		{"the zero scope", []route{fineIn(authz.Scope{})}, "needs a scope of its level"},
		{"the zero scope of an app", fineInApp(authz.Scope{}, get, urls.App), "needs a scope of its level"},
		{"a scope of apps asked of the organization", []route{fineIn(authz.SidebarView)}, "needs a scope of its level"},
		{"a scope of the organization asked of an app", fineInApp(authz.MembersView, get, urls.App), "needs a scope of its level"},
		{"no organization in the path", []route{inOrganization(authz.MembersView, get, urls.Account, "fine", goodIn)}, "does not name what its guard looks up"},
		{"no app in the path", fineInApp(authz.SidebarView, get, urls.Apps), "does not name what its guard looks up"},
		{"an organization's name that is only part of the path's word", []route{inOrganization(authz.MembersView, get, urls.P1("/x/:organization"), "fine", goodIn)}, "does not name what its guard looks up"},
		{"no reason", []route{open(get, urls.Healthz, "fine", "", good)}, "needs a reason"},
		{"no reason for accounts", []route{signedIn(get, urls.Account, "fine", "", goodFor)}, "needs a reason"},
		{"an open route with a scope", changed(fine(), func(r *route) { r.scope = authz.MembersView }), "has a scope that nobody asks"},
		{"a route for nobody", changed(fine(), func(r *route) { r.audience = 0 }), "lets nobody in"},
		{"a route of the struct literal", []route{{method: get, pattern: "/x", name: "x"}}, "lets nobody in"},
		{"no handler", changed(fine(), func(r *route) { r.handle = nil }), "has no handler"},
		{"twice", []route{fine(), fine()}, "stands twice"},
		{"a name twice", []route{fine(), open(get, urls.Readyz, "fine", "a reason", good)}, "stands twice"},
		{"an address twice under two names", []route{fine(), open(get, urls.Healthz, "other", "a reason", good)}, "stands twice"},
		{"a GET of other sites", []route{fine().fromOtherSites("a reason")}, "only an open POST can be cross-site"},
		{"a POST of other sites for accounts", []route{signedIn(post, urls.Account, "x", "a reason", goodFor).fromOtherSites("a reason")}, "only an open POST can be cross-site"},
		{"a POST of other sites within an organization", []route{inOrganization(authz.MembersView, post, urls.Members, "x", goodIn).fromOtherSites("a reason")}, "only an open POST can be cross-site"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := check(c.table)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("check says %v, want %q", err, c.says)
			}
			if mount(echo.New(), c.table, &guard{}, nil) == nil {
				t.Error("it was mounted")
			}
		})
	}
}

// All problems are told at once.
func TestEveryProblemOfATableIsTold(t *testing.T) {
	err := check([]route{fineIn(authz.Scope{}), open(get, urls.Home, "home", "", good), {method: get, pattern: "/y", name: "y"}})
	if err == nil || strings.Count(err.Error(), "route GET ") != 4 {
		t.Errorf("check says %v, want four problems", err)
	}
}

func TestARouteBehindTheTablesBackIsRefused(t *testing.T) {
	router := echo.New()
	router.GET("/hidden", good)
	err := mount(router, []route{fine()}, &guard{}, nil)
	if err == nil || !strings.Contains(err.Error(), "GET /hidden") {
		t.Errorf("mount says %v", err)
	}
	group := echo.New()
	group.Group("/also").POST("/hidden", good)
	if err := mount(group, []route{fine()}, &guard{}, nil); err == nil {
		t.Error("a group's route was mounted")
	}
}

func TestTheTablesRoutesAreMounted(t *testing.T) {
	router := echo.New()
	must(t, mount(router, routes(nil, true), &guard{}, limits()))
	if got, want := len(router.Routes()), len(routes(nil, true)); got != want {
		t.Errorf("%d routes are mounted, want %d", got, want)
	}
	for _, r := range router.Routes() {
		if r.Method != http.MethodGet && r.Method != http.MethodPost {
			t.Errorf("%s %s: the console speaks GET and POST", r.Method, r.Path)
		}
	}
}

func TestTheGalleryIsOnlyInDemo(t *testing.T) {
	for _, r := range routes(nil, false) {
		if r.pattern == urls.UIKit.Pattern() {
			t.Error("it is in the table without demo")
		}
	}
	equal(t, "a console without demo", onSQLite(t, settings{}).client().get(urls.UIKit.To()).status, http.StatusNotFound)
}

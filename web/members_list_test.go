package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestAnUnknownFilterFiltersNothing(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(ada)
		everybody := len(rowsOf(c.get("/orgs/northwind/members").page()))
		for _, query := range []string{"role=king", "source=birth", "status=tired", "inactive=1", "sort=-shoe-size", "team=no-such-team", "team=%00", "sort=--name", "role=king&role=administrator"} {
			got := c.get("/orgs/northwind/members?"+query).mustBe(w, query, http.StatusOK)
			equal(w.t, query, len(rowsOf(got.page())), everybody)
			equal(w.t, query+" says that there is no such team", strings.Contains(got.body, "There is no team “"), strings.HasPrefix(query, "team"))
		}
		equal(w.t, "several, known", len(rowsOf(c.get("/orgs/northwind/members?team=hands&role=team_contributor&source=invitation&status=active").page())), 1)
	})
}

// For a Team Contributor a team that they are not in is one that does not exist: neither offered nor told apart.
func TestATeamContributorFiltersByOwnTeamsOnly(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(tess)
		offered := ""
		for _, form := range c.get("/orgs/northwind/members").page().forms() {
			offered += strings.Join(form.choices["team"], ",")
		}
		equal(w.t, "offered", offered, ",hands")
		text := func(team string) string {
			return strings.ReplaceAll(text(c.get("/orgs/northwind/members?team="+team).page().byID("results")), team, "…")
		}
		equal(w.t, "another team is as one that is not there", text("wheels"), text("no-such-team"))
	})
}

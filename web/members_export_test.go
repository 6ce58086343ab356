package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

const exportCSV, exportJSON = "/orgs/northwind/members/export.csv", "/orgs/northwind/members/export.json"

func (c *client) exported(query string) (rows [][]string, people []map[string]any) {
	c.w.t.Helper()
	got := c.get(exportCSV+query).mustBe(c.w, "CSV", http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	must(c.w.t, err)
	must(c.w.t, json.Unmarshal([]byte(c.get(exportJSON+query).mustBe(c.w, "JSON", http.StatusOK).body), &people))
	equal(c.w.t, "both hold as many", len(people), len(rows)-1)
	return rows, people
}

func column(rows [][]string, name string) []string {
	var cells []string
	at := slices.Index(rows[0], name)
	for _, row := range rows[1:] {
		cells = append(cells, row[at])
	}
	return cells
}

func TestMembersAreExportedAsTheListShowsThem(t *testing.T) {
	eachWith(t, settings{adjust: crowd(230)}, func(w *world) {
		admin := w.signIn(ada)
		rows, people := admin.exported("")
		equal(w.t, "everybody, over several pages", len(people), 237)
		equal(w.t, "the head", strings.Join(rows[0], ","), "name,email,role,status,source,teams,last_active,joined,signs_in_with,second_factor")
		equal(w.t, "the first", strings.Join(rows[1][:6], ","), "Ada Admin,"+ada+",administrator,active,invitation,")
		equal(w.t, "how she signs in", rows[1][8], "password")
		equal(w.t, "addresses are each there once", len(slices.Compact(slices.Sorted(slices.Values(column(rows, "email"))))), 237)

		rows, people = admin.exported("?role=team_contributor&team=HANDS&status=active&sort=-joined&after=x")
		equal(w.t, "filtered", strings.Join(column(rows, "email"), " "), tess)
		equal(w.t, "teams by ID", strings.HasPrefix(rows[1][5], "hands;team-000;"), true)
		equal(w.t, "a team in JSON", people[0]["teams"].([]any)[0].(map[string]any)["id"], any("hands"))
		rows, _ = admin.exported("?team=no-such-team")
		equal(w.t, "of a team that is not there", len(rows), 1)
		rows, _ = admin.exported("?q=zoe")
		equal(w.t, "searched", strings.Join(column(rows, "status"), " "), "suspended")

		got := admin.get(exportCSV)
		equal(w.t, "it is a file", strings.HasPrefix(got.header.Get("Content-Disposition"), `attachment; filename="northwind-members-20`), true)
		equal(w.t, "of CSV", got.header.Get("Content-Type"), "text/csv; charset=utf-8")
		equal(w.t, "of JSON", admin.get(exportJSON).header.Get("Content-Type"), "application/json; charset=utf-8")
	})
}

func TestAnExportHoldsNoMoreThanItsReaderSees(t *testing.T) {
	each(t, func(w *world) {
		rows, _ := w.signIn(tess).exported("")
		equal(w.t, "a Team Contributor's", strings.Join(column(rows, "email"), " "), tess+" "+ulf)
		equal(w.t, "without how they sign in", slices.Contains(rows[0], "signs_in_with"), false)
		rows, _ = w.signIn(tess).exported("?team=wheels")
		equal(w.t, "of another team", len(rows), 1)
		_, people := w.signIn(ulf).exported("?role=administrator")
		_, told := people[0]["signs_in_with"]
		equal(w.t, "in JSON neither", told, false)
		equal(w.t, "another organization's", w.signIn(carl).get(exportCSV).status, http.StatusNotFound)
	})
}

func TestEveryExportIsInTheAuditLog(t *testing.T) {
	each(t, func(w *world) {
		w.signIn(tess).exported("?role=organization_user&q=u&inactive=90&sort=role")
		log, err := w.store.In(w.actor(ada, "northwind")).Audit(w.t.Context(), models.AuditFilter{Action: models.ActionMembersExported})
		must(w.t, err)
		equal(w.t, "entries", len(log.Rows), 2)
		entry := log.Rows[1]
		equal(w.t, "who", entry.ActorEmail, tess)
		for name, want := range map[string]string{"format": "csv", "search": "u", "role": "organization_user", "inactive": "90 days"} {
			equal(w.t, name, entry.After[name], want)
		}
		equal(w.t, "nothing else", len(entry.After), 4)
	})
}

// A name that a spreadsheet would run is only text in the file.
func TestNoCellOfAnExportIsAFormula(t *testing.T) {
	eachWith(t, settings{adjust: func(s *models.Seed) {
		for i, name := range []string{`=HYPERLINK("http://evil.example","x")`, "+1", "-1", "@SUM(A1)", "＝1", `a "quoted", name`} {
			s.People = append(s.People, models.SeedPerson{Name: name, Email: "p" + string(rune('0'+i)) + "@formula.example", Role: authz.OrganizationUser})
		}
	}}, func(w *world) {
		rows, people := w.signIn(ada).exported("?q=formula.example")
		names := column(rows, "name")
		slices.Sort(names)
		equal(w.t, "names", strings.Join(names, "|"), `'+1|'-1|'=HYPERLINK("http://evil.example","x")|'@SUM(A1)|'＝1|a "quoted", name`)
		equal(w.t, "JSON has them as they are", slices.ContainsFunc(people, func(p map[string]any) bool { return p["name"] == "+1" }), true)
	})
}

package store

import (
	"fmt"
	"testing"

	"gatehouse/models"
)

// Whatever makes and deletes teams and apps, by the store or behind its back, the numbers that pages show are the rows.
func TestTheNumbersOfAnOrganizationAreItsRows(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		check := func(when string) {
			w.t.Helper()
			counts, err := ada.Counts(w.ctx)
			must(w.t, err)
			of := " WHERE organization_id = '" + w.id("northwind") + "'"
			equal(w.t, when+": teams", counts.Teams, w.number("SELECT count(*) FROM teams"+of))
			equal(w.t, when+": apps", counts.Apps, w.number("SELECT count(*) FROM apps"+of))
		}
		check("as planted")
		good, failures := atOnce(12, func(i int) error {
			return ada.CreateTeam(w.ctx, models.TeamDraft{Slug: models.Slug(fmt.Sprint("team-", i)), Name: "Team"})
		})
		if good != 12 {
			w.t.Fatal(failures)
		}
		check("twelve made at once")
		refusedField(w.t, ada.CreateTeam(w.ctx, models.TeamDraft{Slug: "team-1", Name: "Again"}), "id")
		check("one refused")
		w.run("DELETE FROM teams WHERE slug LIKE 'team-%'")
		w.run("DELETE FROM collaborators")
		w.run("DELETE FROM team_apps")
		w.run("DELETE FROM apps")
		check("deleted")
		equal(w.t, "Contoso's teams", w.number("SELECT n FROM organization_counts WHERE what = 'teams' AND organization_id = ?", w.id("contoso")), 1)
	})
}

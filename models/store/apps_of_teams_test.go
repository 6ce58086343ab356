package store

import (
	"fmt"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// An app that several of somebody's teams have is one app: it must not fill the page of another.
func TestAppsOfSeveralTeamsAreListedOnceEach(t *testing.T) {
	each(t, func(w *world) {
		seed := models.Seed{Slug: "litware", Name: "Litware", People: []models.SeedPerson{
			{Name: "Lin First", Email: "lin@litware.example", Role: authz.Administrator, PasswordHash: hashOf}, {Name: "Tim Team", Email: "tim@litware.example", Role: authz.TeamContributor, PasswordHash: hashOf},
		}}
		var all []models.Slug
		for i := range 30 {
			all = append(all, models.Slug(fmt.Sprintf("app-%02d", i)))
			seed.Apps = append(seed.Apps, models.SeedApp{Slug: all[i], Description: "Builds"})
		}
		for i := range 4 {
			seed.Teams = append(seed.Teams, models.SeedTeam{Slug: models.Slug(fmt.Sprint("team-", i)), Name: "Team", Members: []string{"tim@litware.example"}, Apps: all})
		}
		_, err := w.Seed(w.ctx, seed)
		must(w.t, err)
		tim := w.in("litware", "tim@litware.example")
		private := authz.Private
		for what, filter := range map[string]models.AppFilter{
			"by identifier": {}, "backwards": {Sort: models.AppsFromLast}, "by time": {Sort: models.AppsNewest}, "searched": {Query: "builds"}, "of a visibility": {Visibility: &private},
		} {
			seen := map[string]bool{}
			filter.Page.Size = 8
			pages := 0
			for ; pages < 10; pages++ {
				page, err := tim.Apps(w.ctx, filter)
				must(w.t, err)
				for _, app := range page.Rows {
					if seen[app.Slug] {
						w.t.Errorf("%s: %s comes twice", what, app.Slug)
					}
					seen[app.Slug] = true
				}
				if filter.Page.After = page.Older; page.Older == "" {
					break
				}
			}
			equal(w.t, what+": apps", len(seen), 30)
			equal(w.t, what+": pages", pages+1, 4)
		}
	})
}

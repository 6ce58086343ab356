package store

import (
	"context"
	"errors"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
	"gatehouse/sample"
)

// litware is a small organization with a crowd, told by a generator that a test can spoil.
func (w *world) litware(spoil func(*models.Crowd)) models.Seed {
	first := models.SeedPerson{Name: "Lin First", Email: "lin@litware.example", Role: authz.Administrator}
	busy := models.SeedPerson{Name: "Bea Busy", Email: "bea@litware.example", Role: authz.TeamContributor}
	crowd := sample.Crowd(sample.Options{People: 1_234, Teams: 60, Apps: 567, Domain: "litware.example", PasswordHash: hashOf, Busy: busy.Email, Now: w.now()})
	if spoil != nil {
		spoil(crowd)
	}
	return models.Seed{Slug: "litware", Name: "Litware", People: []models.SeedPerson{first, busy}, Crowd: crowd}
}

func TestACrowdIsPlantedWhole(t *testing.T) {
	each(t, func(w *world) {
		var told []string
		seed := w.litware(func(c *models.Crowd) {
			c.Progress = func(what string, done, of int) {
				if done == of {
					told = append(told, what)
				}
			}
		})
		w.records(func() {
			made, err := w.Seed(w.ctx, seed)
			must(w.t, err)
			equal(w.t, "made", made, true)
		}, "litware "+string(models.ActionOrganizationCreated))
		equalAll(w.t, "what was made, in its order", told, []string{"people", "apps", "teams", "invitations"})

		const of = " WHERE organization_id = (SELECT id FROM organizations WHERE slug = 'litware')"
		for table, want := range map[string]int{"members": 1_236, "teams": 60, "apps": 567, "invitations": seed.Crowd.Invitations} {
			equal(w.t, table, w.number("SELECT count(*) FROM "+table+of), want)
		}
		// What the database keeps is what a reader would count.
		equal(w.t, "the counts of members", w.number("SELECT sum(members) FROM member_counts"+of), 1_236)
		equal(w.t, "the count of teams", w.number("SELECT n FROM organization_counts"+of+" AND what = 'teams'"), 60)
		equal(w.t, "the count of apps", w.number("SELECT n FROM organization_counts"+of+" AND what = 'apps'"), 567)
		members, apps := 0, 0
		for i := range seed.Crowd.Teams {
			team := seed.Crowd.Team(i)
			members, apps = members+len(team.Members)+len(team.People), apps+len(team.Has)
		}
		equal(w.t, "people in teams", w.number("SELECT count(*) FROM team_members"+of), members)
		equal(w.t, "apps in teams", w.number("SELECT count(*) FROM team_apps"+of), apps)
		equal(w.t, "teams of the busy one", w.number("SELECT count(*) FROM team_members"+of+" AND user_id = ?", w.userID("bea@litware.example")), sample.BusyTeams)

		// The list reads on and on, and shows everybody once.
		tenant, seen := w.in("contoso", "carl@contoso.example"), map[string]bool{}
		tenant.actor.Organization.ID = w.id("litware")
		filter := models.MemberFilter{Page: models.Page{Size: 200}}
		for {
			page, err := tenant.Members(w.ctx, filter)
			must(w.t, err)
			for _, m := range page.Rows {
				seen[m.UserID] = true
			}
			if filter.Page.After = page.Older; page.Older == "" {
				break
			}
		}
		equal(w.t, "people in the list", len(seen), 1_236)
	})
}

// Whoever is interrupted finds nothing half made, and begins again.
func TestACrowdIsPlantedWholeOrNotAtAll(t *testing.T) {
	each(t, func(w *world) {
		before := w.tables()
		broken := w.litware(func(c *models.Crowd) {
			app := c.App
			c.App = func(i int) models.CrowdApp {
				if i == 560 {
					i-- // an identifier twice
				}
				return app(i)
			}
		})
		_, err := w.Seed(w.ctx, broken)
		refused(w.t, err, models.Invalid)
		equal(w.t, "after a refusal", w.tables(), before)

		ctx, interrupt := context.WithCancel(w.ctx)
		defer interrupt()
		_, err = w.Seed(ctx, w.litware(func(c *models.Crowd) {
			c.Progress = func(what string, _, _ int) {
				if what == "teams" {
					interrupt()
				}
			}
		}))
		if !errors.Is(err, context.Canceled) {
			w.t.Errorf("interrupted: %v", err)
		}
		equal(w.t, "after an interruption", w.tables(), before)

		made, err := w.Seed(w.ctx, w.litware(nil))
		must(w.t, err)
		equal(w.t, "made at last", made, true)
		again, err := w.Seed(w.ctx, w.litware(nil))
		must(w.t, err)
		equal(w.t, "made once more", again, false)
	})
}

func (w *world) id(organization string) string {
	w.t.Helper()
	var ids []string
	must(w.t, w.db.WithContext(w.ctx).Raw("SELECT id FROM organizations WHERE slug = ?", organization).Scan(&ids).Error)
	if len(ids) != 1 {
		w.t.Fatalf("%d organizations are called %s", len(ids), organization)
	}
	return ids[0]
}

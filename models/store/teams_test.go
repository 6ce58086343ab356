package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/models"
)

const (
	adaMail  = "ada@northwind.example"
	miaMail  = "mia@northwind.example"
	olgaMail = "olga@northwind.example"
	tessMail = "tess@northwind.example"
	ulfMail  = "ulf@northwind.example"
	zoeMail  = "zoe@northwind.example"
)

func draft(slug models.Slug, name, description string) models.TeamDraft {
	return models.TeamDraft{Slug: slug, Name: name, Description: description}
}

// outcomes are changes as "name outcome".
func outcomes(changes []models.TeamChange) string {
	words := map[models.TeamOutcome]string{models.TeamChanged: "changed", models.TeamSame: "same", models.TeamUnknown: "unknown"}
	var all []string
	for _, c := range changes {
		all = append(all, strings.TrimSpace(c.Name+" "+words[c.Outcome]))
	}
	return strings.Join(all, ", ")
}

func TestATeamIsCreatedEditedAndDeleted(t *testing.T) {
	each(t, func(w *world) {
		ctx, olga := w.ctx, w.in("northwind", olgaMail)
		w.records(func() { must(w.t, olga.CreateTeam(ctx, draft("Eyes", "Éyes", "They see"))) }, "northwind team.created")
		eyes := must1(olga.Team(ctx, "eYES"))
		equal(w.t, "ID as chosen", eyes.Slug, "Eyes")
		equal(w.t, "description", eyes.Description, "They see")
		equal(w.t, "version", eyes.Version, 1)
		refusedField(w.t, olga.CreateTeam(ctx, draft("eyes", "Other", "")), "id")
		must(w.t, w.in("contoso", "carl@contoso.example").CreateTeam(ctx, draft("eyes", "Theirs", "")))

		w.records(func() { must(w.t, olga.EditTeam(ctx, "eyes", 1, "Optics", "They see far")) }, "northwind team.edited")
		w.records(func() { must(w.t, olga.EditTeam(ctx, "eyes", 2, "Optics", "They see far")) }) // as it was
		w.records(func() { refused(w.t, olga.EditTeam(ctx, "eyes", 1, "Mine", ""), models.Stale) })
		refused(w.t, olga.EditTeam(ctx, "sales", 1, "Mine", ""), models.NotFound)
		eyes = must1(olga.Team(ctx, "eyes"))
		equal(w.t, "name", eyes.Name, "Optics")
		equal(w.t, "found by its new name", len(must1(olga.Teams(ctx, models.TeamFilter{Query: "optic"})).Rows), 1)
		last := must1(w.in("northwind", adaMail).Audit(ctx, models.AuditFilter{Action: models.ActionTeamEdited})).Rows[0]
		equal(w.t, "target", last.TargetName, "Optics")
		equal(w.t, "before", last.Before["name"]+"; "+last.Before["description"], "Éyes; They see")
		equal(w.t, "what did not change is not said", last.After["id"], "")

		before := w.tables()
		refusedField(w.t, olga.DeleteTeam(ctx, "hands", "hand"), "confirm")
		refused(w.t, olga.DeleteTeam(ctx, "sales", "sales"), models.NotFound)
		equal(w.t, "nothing changed", w.tables(), before)
		w.records(func() { must(w.t, olga.DeleteTeam(ctx, "hands", " HANDS ")) }, "northwind team.deleted")
		_, err := olga.Team(ctx, "hands")
		refused(w.t, err, models.NotFound)
		gone := must1(w.in("northwind", adaMail).Audit(ctx, models.AuditFilter{Action: models.ActionTeamDeleted})).Rows[0]
		equal(w.t, "what it was", gone.Before["id"]+" "+gone.Before["members"]+" "+gone.Before["apps"], "hands 3 1")
		equal(w.t, "its members are members still", w.number("SELECT count(*) FROM members WHERE user_id = ?", w.userID(miaMail)), 1)
		equal(w.t, "its app is an app still", w.number("SELECT count(*) FROM apps WHERE slug = 'Arm'"), 1)
		must(w.t, olga.CreateTeam(ctx, draft("hands", "Hands", ""))) // the ID is free again
	})
}

func TestMembersAreAddedToATeamAndRemovedAgain(t *testing.T) {
	each(t, func(w *world) {
		ctx, olga := w.ctx, w.in("northwind", olgaMail)
		carl, quentin := w.userID("carl@contoso.example"), w.userID("quentin@tailspin.example")
		ids := []string{w.userID(zoeMail), w.userID(miaMail), carl, w.userID(olgaMail), "x", quentin, strings.ToUpper(w.userID(zoeMail))}
		w.records(func() {
			equal(w.t, "added", outcomes(must1(olga.AddTeamMembers(ctx, "FEET", ids))), "Zoe Out changed, Mia Mate same, unknown, Olga Org same, unknown, unknown")
		}, "northwind team.member-added")
		feet := must1(olga.Team(ctx, "feet"))
		equal(w.t, "members", feet.Members, 3)
		zoe := must1(olga.TeamMembers(ctx, feet, models.TeamFilter{Query: "zoe"})).Rows[0]
		equal(w.t, "suspended", zoe.Suspended, true)
		equal(w.t, "since", zoe.AddedAt, w.now())
		equal(w.t, "by", zoe.AddedBy, "Olga Org")
		e := must1(w.in("northwind", adaMail).Audit(ctx, models.AuditFilter{Action: models.ActionTeamMemberAdded})).Rows[0]
		equal(w.t, "entry", e.TargetName+": "+e.After["member"], "Feet: Zoe Out <"+zoeMail+">")

		one := must1(olga.AddTeamMember(ctx, "idle", w.userID(ulfMail)))
		equal(w.t, "one alone", one, models.TeamChanged)
		equal(w.t, "and again", must1(olga.AddTeamMember(ctx, "idle", w.userID(ulfMail))), models.TeamSame)
		_, err := olga.AddTeamMember(ctx, "idle", carl)
		refused(w.t, err, models.NotFound)
		_, err = olga.AddTeamMember(ctx, "sales", w.userID(ulfMail))
		refused(w.t, err, models.NotFound)

		w.records(func() {
			equal(w.t, "removed", outcomes(must1(olga.RemoveTeamMembers(ctx, "feet", ids))), "Zoe Out changed, Mia Mate changed, unknown, Olga Org changed, unknown, unknown")
		}, "northwind team.member-removed", "northwind team.member-removed", "northwind team.member-removed")
		equal(w.t, "again", outcomes(must1(olga.RemoveTeamMembers(ctx, "feet", ids[:1]))), "Zoe Out same")
		equal(w.t, "nobody is left", must1(olga.Team(ctx, "feet")).Members, 0)
		_, err = olga.RemoveTeamMembers(ctx, "sales", []string{carl})
		refused(w.t, err, models.NotFound)
		equal(w.t, "Contoso's team", w.number("SELECT members FROM teams WHERE slug = 'sales'"), 1)
	})
}

func TestAppsAreAddedToATeamAndRemovedAgain(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada := w.ctx, w.in("northwind", adaMail)
		slugs := []string{"Engine", "ARM", "secret-app", "drive", "a b", "arm"}
		w.records(func() {
			equal(w.t, "added", outcomes(must1(ada.AddTeamApps(ctx, "hands", slugs))), "engine changed, Arm same, unknown, drive changed, unknown")
		}, "northwind team.app-added", "northwind team.app-added")
		hands := must1(ada.Team(ctx, "hands"))
		equal(w.t, "apps", hands.Apps, 3)
		apps := must1(ada.TeamApps(ctx, hands, models.TeamFilter{})).Rows
		equal(w.t, "by identifier", apps[0].App.Slug+" "+apps[1].App.Slug+" "+apps[2].App.Slug, "Arm drive engine")
		equal(w.t, "by whom", apps[0].AddedBy+"/"+apps[1].AddedBy, "/Ada Admin")
		reached := must1(w.in("northwind", tessMail).Reach(ctx, "drive"))
		equalAll(w.t, "a Team Contributor reaches it", reached.Object.App.Teams, []string{"Hands"})
		w.records(func() {
			equal(w.t, "removed", outcomes(must1(ada.RemoveTeamApps(ctx, "hands", slugs))), "engine changed, Arm changed, unknown, drive changed, unknown")
		}, "northwind team.app-removed", "northwind team.app-removed", "northwind team.app-removed")
		equal(w.t, "again", outcomes(must1(ada.RemoveTeamApps(ctx, "hands", slugs[:1]))), "engine same")
		equal(w.t, "apps", must1(ada.Team(ctx, "hands")).Apps, 0)
	})
}

func TestATeamContributorSeesOwnTeamsAndChangesNone(t *testing.T) {
	each(t, func(w *world) {
		ctx, tess, ulf := w.ctx, w.in("northwind", tessMail), w.in("northwind", ulfMail)
		hands := must1(tess.Team(ctx, "hands"))
		feet := must1(ulf.Team(ctx, "feet"))
		equal(w.t, "people", len(must1(tess.TeamMembers(ctx, hands, models.TeamFilter{})).Rows), 3)
		equal(w.t, "apps", len(must1(tess.TeamApps(ctx, hands, models.TeamFilter{})).Rows), 1)
		_, err := tess.Team(ctx, "feet")
		refused(w.t, err, models.NotFound)
		equal(w.t, "people of another team", len(must1(tess.TeamMembers(ctx, feet, models.TeamFilter{})).Rows), 0)
		equal(w.t, "apps of another team", len(must1(tess.TeamApps(ctx, feet, models.TeamFilter{})).Rows), 0)
		before := w.tables()
		for _, tenant := range []Tenant{tess, ulf} {
			for what, err := range map[string]error{
				"create": tenant.CreateTeam(ctx, draft("mine", "Mine", "")), "edit": tenant.EditTeam(ctx, "hands", 1, "Mine", ""), "delete": tenant.DeleteTeam(ctx, "hands", "hands"),
				"add": second(tenant.AddTeamMembers(ctx, "hands", []string{w.userID(ulfMail)})), "remove": second(tenant.RemoveTeamMembers(ctx, "hands", []string{w.userID(ulfMail)})),
				"add apps": second(tenant.AddTeamApps(ctx, "hands", []string{"drive"})), "remove apps": second(tenant.RemoveTeamApps(ctx, "hands", []string{"arm"})),
			} {
				if !models.Is(err, models.Denied) {
					w.t.Errorf("%s: %v", what, err)
				}
			}
		}
		equal(w.t, "nothing changed", w.tables(), before)
	})
}

func second[T any](_ T, err error) error { return err }

func TestATeamIsReadPageByPage(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada := w.ctx, w.in("northwind", adaMail)
		hands := must1(ada.Team(ctx, "hands"))
		people := walk(w.t, 1, func(p models.Page) (models.Listed[models.TeamMember], error) {
			return ada.TeamMembers(ctx, hands, models.TeamFilter{Page: p})
		}, func(m models.TeamMember) string { return m.Name })
		equalAll(w.t, "people", people, []string{"Mia Mate", "Tess Team", "Ulf User"})
		must1(ada.AddTeamApps(ctx, "hands", []string{"drive", "camera", "brain"}))
		apps := walk(w.t, 2, func(p models.Page) (models.Listed[models.TeamApp], error) {
			return ada.TeamApps(ctx, hands, models.TeamFilter{Page: p})
		}, func(a models.TeamApp) string { return a.App.Slug })
		equalAll(w.t, "apps", apps, []string{"Arm", "brain", "camera", "drive"})
		equal(w.t, "search", len(must1(ada.TeamMembers(ctx, hands, models.TeamFilter{Query: "TESS@"})).Rows), 1)
		equal(w.t, "search of apps", len(must1(ada.TeamApps(ctx, hands, models.TeamFilter{Query: "picks"})).Rows), 1)
		for what, read := range map[string]func(context.Context){
			"members": func(ctx context.Context) { must1(ada.TeamMembers(ctx, hands, models.TeamFilter{})) },
			"apps":    func(ctx context.Context) { must1(ada.TeamApps(ctx, hands, models.TeamFilter{})) },
			"team":    func(ctx context.Context) { must1(ada.Team(ctx, "hands")) },
		} {
			equal(w.t, "queries of "+what, w.queries(read), 1)
		}
	})
}

// However teams change, the kept numbers and names are what reading would give.
func TestWhatATeamKeepsIsWhatReadingGives(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada := w.ctx, w.in("northwind", adaMail)
		check := func(after string) {
			w.t.Helper()
			equal(w.t, after+": numbers", w.number(`SELECT count(*) FROM teams t WHERE members <> (SELECT count(*) FROM team_members tm WHERE tm.team_id = t.id)
				OR apps <> (SELECT count(*) FROM team_apps ta WHERE ta.team_id = t.id)`), 0)
			equal(w.t, after+": names", w.number(`SELECT count(*) FROM team_members tm JOIN members m ON m.organization_id = tm.organization_id AND m.user_id = tm.user_id WHERE m.sort_name <> tm.sort_name`), 0)
			equal(w.t, after+": identifiers", w.number("SELECT count(*) FROM team_apps ta JOIN apps a ON a.id = ta.app_id WHERE a.slug_norm <> ta.slug_norm"), 0)
		}
		check("planting")
		must1(ada.AddTeamMembers(ctx, "idle", []string{w.userID(ulfMail), w.userID(tessMail)}))
		must1(ada.AddTeamApps(ctx, "idle", []string{"drive", "Arm"}))
		check("adding")
		must(w.t, w.Rename(ctx, w.person(ulfMail), "Aaron"))
		check("renaming")
		equal(w.t, "sorted anew", must1(ada.TeamMembers(ctx, must1(ada.Team(ctx, "idle")), models.TeamFilter{})).Rows[0].Name, "Aaron")
		w.run("UPDATE apps SET slug = 'zed', slug_norm = 'zed' WHERE slug = 'Arm'")
		check("another identifier")
		must1(ada.RemoveTeamMembers(ctx, "idle", []string{w.userID(ulfMail)}))
		w.run("DELETE FROM team_members WHERE user_id = ?", w.userID(miaMail)) // of two teams at once
		w.run("DELETE FROM team_apps")
		check("removing")
		must(w.t, ada.DeleteTeam(ctx, "idle", "idle"))
		check("deleting")
	})
}

func TestTwoWhoAddTheSameMemberAddThemOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, olga := w.ctx, w.in("northwind", adaMail), w.in("northwind", olgaMail)
		ids := []string{w.userID(ulfMail), w.userID(zoeMail), w.userID(miaMail)}
		for range 10 {
			must1(ada.RemoveTeamMembers(ctx, "idle", ids))
			before := len(w.log())
			changed := make([]string, 4)
			good, failures := atOnce(len(changed), func(i int) error {
				given := slices.Clone(ids)
				if i%2 == 1 {
					slices.Reverse(given)
				}
				changes, err := []Tenant{ada, olga}[i%2].AddTeamMembers(ctx, "idle", given)
				changed[i] = outcomes(changes)
				return err
			})
			equal(w.t, "all went well", good, len(changed))
			equal(w.t, "failures", len(failures), 0)
			equal(w.t, "added once: "+strings.Join(changed, "; "), strings.Count(strings.Join(changed, " "), "changed"), len(ids))
			equal(w.t, "entries", len(w.log())-before, len(ids))
			equal(w.t, "members", must1(ada.Team(ctx, "idle")).Members, len(ids))
		}
	})
}

func TestAddingToATeamThatIsBeingDeleted(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, olga := w.ctx, w.in("northwind", adaMail), w.in("northwind", olgaMail)
		for i := range 12 {
			slug := models.Slug(fmt.Sprintf("short-%d", i))
			must(w.t, ada.CreateTeam(ctx, draft(slug, "Short", "")))
			_, failures := atOnce(3, func(i int) error {
				switch i {
				case 0:
					return olga.DeleteTeam(ctx, string(slug), string(slug))
				case 1:
					return second(ada.AddTeamMembers(ctx, string(slug), []string{w.userID(ulfMail), w.userID(miaMail)}))
				default:
					return second(ada.AddTeamApps(ctx, string(slug), []string{"drive"}))
				}
			})
			for _, err := range failures {
				refused(w.t, err, models.NotFound) // who came second finds it gone
			}
			equal(w.t, "teams", w.number("SELECT count(*) FROM teams WHERE slug = ?", slug), 0)
		}
		equal(w.t, "left behind", w.number("SELECT count(*) FROM team_members tm LEFT JOIN teams t ON t.id = tm.team_id WHERE t.id IS NULL"), 0)
	})
}

func TestATeamOfAMemberWhoIsBeingRemoved(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, olga := w.ctx, w.in("northwind", adaMail), w.in("northwind", olgaMail)
		ulf := w.userID(ulfMail)
		for i := range 5 {
			slug := fmt.Sprintf("short-%d", i)
			must(w.t, ada.CreateTeam(ctx, draft(models.Slug(slug), "Short", "")))
			must1(ada.AddTeamMembers(ctx, slug, []string{ulf, w.userID(miaMail)}))
			_, failures := atOnce(3, func(i int) error {
				switch i {
				case 0:
					return second(olga.AddTeamMembers(ctx, "idle", []string{w.userID(miaMail), ulf}))
				case 1:
					return olga.DeleteTeam(ctx, slug, slug)
				default:
					return ada.Remove(ctx, ulf, nil)
				}
			})
			equal(w.t, fmt.Sprint("failures: ", failures), len(failures), 0)
			equal(w.t, "teams", w.number("SELECT count(*) FROM team_members WHERE user_id = ? AND organization_id = ?", ulf, ada.organization()), 0)
			equal(w.t, "numbers", w.number("SELECT count(*) FROM teams t WHERE members <> (SELECT count(*) FROM team_members tm WHERE tm.team_id = t.id)"), 0)
			w.run("INSERT INTO members (organization_id, user_id, role, source, sort_name, search, joined_at) VALUES (?, ?, 'organization_user', 'invitation', 'u', 'u', ?)", ada.organization(), ulf, w.now())
		}
	})
}

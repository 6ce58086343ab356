package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/testdb"
	"gatehouse/models"
)

// everybody are the accounts of the world that have anything to do with Northwind.
var everybody = []string{"ada@northwind.example", "olga@northwind.example", "tess@northwind.example", "ulf@northwind.example", "mia@northwind.example", "sana@northwind.example", "zoe@northwind.example", "quentin@tailspin.example"}

var northwindApps = []string{"Arm", "brain", "camera", "drive", "engine"}

// as is Northwind as somebody sees it, also somebody without a password.
func (w *world) as(email string) Tenant {
	w.t.Helper()
	if email != "sana@northwind.example" {
		return w.in("northwind", email)
	}
	actor := w.in("northwind", "ulf@northwind.example").actor // of the same role
	actor.User.ID = w.userID(email)
	return w.In(actor)
}

// The explainer's state of a person gives the guard's answer: what the Administrator is told of somebody is what happens to them.
func TestAStandingIsWhatTheGuardSees(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		for _, email := range everybody {
			own := w.as(email)
			for _, slug := range northwindApps {
				app, err := ada.AppWithin(w.ctx, slug)
				must(w.t, err)
				standing, err := ada.Standing(w.ctx, w.userID(email), &app)
				must(w.t, err)
				reached, err := own.Reach(w.ctx, slug)
				must(w.t, err)
				for _, table := range authz.Tables() {
					for _, scope := range table.Scopes() {
						told, guard := authz.Decide(standing.Subject, scope, standing.Object), reached.Decide(scope)
						if told.Allowed != guard.Allowed || told.Within != guard.Within || len(told.Because) != len(guard.Because) {
							w.t.Errorf("%s, %s, %s: told %+v, the guard says %+v", email, scope.Name(), slug, told, guard)
						}
					}
				}
			}
			standing, err := ada.Standing(w.ctx, w.userID(email), nil)
			must(w.t, err)
			equal(w.t, email+" manages members", authz.Decide(standing.Subject, authz.MembersManage, standing.Object).Allowed, own.actor.May(authz.MembersManage))
		}
	})
}

func TestAStandingNamesTeamsThatWouldHelp(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		engine, err := ada.AppWithin(w.ctx, "engine")
		must(w.t, err)
		tess, err := ada.Standing(w.ctx, w.userID("tess@northwind.example"), &engine)
		must(w.t, err)
		equal(w.t, "Tess", fmt.Sprint(tess.Subject.Teams, tess.Object.App.Teams, tess.Member), "[hands] [feet] true")
		equal(w.t, "joined Hands", tess.Teams["hands"].Joined.At.Equal(w.clock.now().UTC().Truncate(1000)), true)
		equal(w.t, "the app was never added to Hands", tess.Teams["hands"].Added.At.IsZero(), true)
		equal(w.t, "the name", tess.Teams["feet"].Name, "Feet")
		mia, err := ada.Standing(w.ctx, w.userID("mia@northwind.example"), &engine)
		must(w.t, err)
		equal(w.t, "Mia", fmt.Sprint(mia.Subject.Teams, mia.Object.App.Teams), "[feet hands] [feet]")
		drive, err := ada.AppWithin(w.ctx, "drive")
		must(w.t, err)
		quentin, err := ada.Standing(w.ctx, w.userID("quentin@tailspin.example"), &drive)
		must(w.t, err)
		equal(w.t, "Quentin", fmt.Sprint(quentin.Member, quentin.Object.App.Collaborator == authz.Contributor, quentin.Collaborator.At.IsZero()), "false true false")
	})
}

// A Team Contributor asks about people who share a team and apps within reach; of other teams they learn no name.
func TestAStandingShowsWhatTheActorSees(t *testing.T) {
	each(t, func(w *world) {
		tess, ada := w.in("northwind", "tess@northwind.example"), w.in("northwind", "ada@northwind.example")
		for email, there := range map[string]bool{
			"tess@northwind.example": true, "mia@northwind.example": true, "ulf@northwind.example": true,
			"ada@northwind.example": false, "olga@northwind.example": false, "zoe@northwind.example": false,
			"quentin@tailspin.example": false, "carl@contoso.example": false,
		} {
			_, err := tess.Standing(w.ctx, w.userID(email), nil)
			equal(w.t, "Tess sees "+email, err == nil, there)
			equal(w.t, "or nothing is there", err == nil || models.Is(err, models.NotFound), true)
		}
		for email, there := range map[string]bool{"zoe@northwind.example": true, "quentin@tailspin.example": true, "carl@contoso.example": false} {
			_, err := ada.Standing(w.ctx, w.userID(email), nil)
			equal(w.t, "Ada sees "+email, err == nil, there)
		}
		for _, slug := range []string{"engine", "drive", "secret-app", "nothing", "new", "'"} {
			_, err := tess.AppWithin(w.ctx, slug)
			equal(w.t, "Tess finds "+slug, models.Is(err, models.NotFound), true)
		}
		// The engine becomes visible to all: Mia has it through Feet, a team that Tess is not in.
		w.run("UPDATE apps SET visibility = 'organization' WHERE slug_norm = 'engine'")
		engine, err := tess.AppWithin(w.ctx, "engine")
		must(w.t, err)
		mia, err := tess.Standing(w.ctx, w.userID("mia@northwind.example"), &engine)
		must(w.t, err)
		equal(w.t, "Mia builds", authz.Decide(mia.Subject, authz.ModelsCreate, mia.Object).Allowed, true)
		equal(w.t, "through a team without a name", mia.Teams["feet"].Name, "")
		own, err := tess.Standing(w.ctx, w.userID("tess@northwind.example"), &engine)
		must(w.t, err)
		equal(w.t, "no other team is offered", fmt.Sprint(own.Object.App.Teams, own.Subject.Teams), "[] [hands]")
		// From outside, where the app is within reach.
		drive := "UPDATE apps SET visibility = 'organization' WHERE slug_norm = 'drive'"
		w.run(drive)
		reached, err := tess.AppWithin(w.ctx, "drive")
		must(w.t, err)
		quentin, err := tess.Standing(w.ctx, w.userID("quentin@tailspin.example"), &reached)
		must(w.t, err)
		equal(w.t, "Quentin builds there", authz.Decide(quentin.Subject, authz.ModelsCreate, quentin.Object).Allowed, true)
		equal(w.t, "who added him is not told", quentin.Collaborator.By, "")
		found, err := tess.Outsiders(w.ctx, reached, "QUENT", 5)
		must(w.t, err)
		equal(w.t, "Quentin is found", len(found), 1)
		found, err = tess.Outsiders(w.ctx, reached, "mia", 5) // a collaborator and a member
		must(w.t, err)
		equal(w.t, "Mia is no outsider", len(found), 0)
	})
}

// Whom the lists name is whom the guard lets in, and nobody else.
func TestHoldersAreWhomTheGuardLetsIn(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		w.run("INSERT INTO collaborators (app_id, user_id, level, added_at) SELECT a.id, u.id, 'contributor', a.created_at FROM apps a, users u WHERE a.slug_norm = 'arm' AND u.email_norm = 'zoe@northwind.example'")
		holders := func(scope authz.Scope, in *models.Reached) []string {
			names := []string{}
			var visibility *authz.App
			if in != nil {
				visibility = in.Object.App
			}
			for _, via := range models.WaysToHold(scope, visibility) {
				if via.Origin == authz.FromOrganizationVisibility || via.Origin == authz.FromPublicVisibility {
					names = append(names, via.Key())
				}
				at := models.Page{Size: 2}
				for {
					page, err := ada.Holders(w.ctx, scope, in, via, at)
					must(w.t, err)
					for _, h := range page.Rows {
						names = append(names, h.Email)
					}
					if at.After = page.Older; at.After == "" {
						break
					}
				}
			}
			slices.Sort(names)
			return slices.Compact(names)
		}
		for _, table := range authz.Tables() {
			for _, scope := range table.Scopes() {
				if scope.Level() == authz.OfOrganization {
					want := []string{}
					for _, email := range everybody {
						if s, err := ada.Standing(w.ctx, w.userID(email), nil); err == nil && authz.Decide(s.Subject, scope, s.Object).Allowed {
							want = append(want, s.Email)
						}
					}
					slices.Sort(want)
					equal(w.t, scope.Name(), strings.Join(holders(scope, nil), " "), strings.Join(want, " "))
					continue
				}
				for _, slug := range northwindApps {
					app, err := ada.AppWithin(w.ctx, slug)
					must(w.t, err)
					named := holders(scope, &app)
					for _, email := range everybody {
						s, err := ada.Standing(w.ctx, w.userID(email), &app)
						must(w.t, err)
						d := authz.Decide(s.Subject, scope, s.Object)
						listed := slices.Contains(named, s.Email) || slices.Contains(named, "public") || s.Member && !s.Subject.Suspended && slices.Contains(named, "organization")
						if d.Allowed != listed {
							w.t.Errorf("%s, %s, %s: allowed %t, listed %t in %q", email, scope.Name(), slug, d.Allowed, listed, named)
						}
					}
				}
			}
		}
	})
}

func TestHoldersOfATeamSayThroughWhich(t *testing.T) {
	each(t, func(w *world) {
		w.run("INSERT INTO team_apps (organization_id, team_id, app_id, added_at) SELECT a.organization_id, t.id, a.id, a.created_at FROM apps a, teams t WHERE a.slug_norm = 'arm' AND t.slug_norm = 'feet'")
		through := func(email string) string {
			as := w.in("northwind", email)
			arm, err := as.AppWithin(w.ctx, "arm")
			must(w.t, err)
			page, err := as.Holders(w.ctx, authz.ModelsCreate, &arm, models.Via{Origin: authz.FromTeam}, models.Page{})
			must(w.t, err)
			said := []string{}
			for _, h := range page.Rows {
				for _, team := range h.Teams {
					said = append(said, h.Name+" by "+team.Name)
				}
			}
			return strings.Join(said, ", ")
		}
		equal(w.t, "to Ada", through("ada@northwind.example"), "Mia Mate by Feet, Mia Mate by Hands, Tess Team by Hands")
		equal(w.t, "to Tess, who is not in Feet", through("tess@northwind.example"), "Mia Mate by Hands, Tess Team by Hands")
	})
}

// standingIn asks about one person in one app.
func (w *world) standingIn(as Tenant, slug, email string) error {
	app, err := as.AppWithin(w.ctx, slug)
	if err != nil {
		return err
	}
	_, err = as.Standing(w.ctx, w.userID(email), &app)
	return err
}

// Who has an app through a team of thousands is told page by page: a page costs what its rows cost. SQLite is not asked.
func TestHoldersThroughALargeTeamReadAPage(t *testing.T) {
	t.Parallel()
	w := &world{t: t, ctx: t.Context(), url: testdb.PostgreSQL(t, migrateForTest), clock: &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}}
	w.Store = w.open()
	w.seed()
	for _, statement := range strings.Split(fmt.Sprintf(bigOrganization, 5000), ";") {
		w.run(statement)
	}
	w.run(`INSERT INTO team_members (organization_id, team_id, user_id, added_at) SELECT t.organization_id, t.id, m.user_id, t.created_at
		FROM teams t JOIN members m ON m.organization_id = t.organization_id WHERE t.slug_norm = 'big100' ON CONFLICT DO NOTHING`)
	w.run(`INSERT INTO team_apps (organization_id, team_id, app_id, added_at) SELECT t.organization_id, t.id, a.id, t.created_at
		FROM teams t JOIN apps a ON a.organization_id = t.organization_id WHERE t.slug_norm IN ('big100', 'big7') AND a.slug_norm = 'big4'`)
	w.run("ANALYZE")
	ada := w.in("northwind", "ada@northwind.example")
	app, err := ada.AppWithin(w.ctx, "big4")
	must(t, err)
	for _, at := range []models.Page{{}, {After: position{"person 3", newID()}.cursor()}, {Before: position{"person 3", newID()}.cursor()}} {
		statements, arguments := w.spied(t, func() {
			page, err := ada.Holders(w.ctx, authz.ModelsCreate, &app, models.Via{Origin: authz.FromTeam}, at)
			must(t, err)
			equal(t, "people", len(page.Rows), models.PageSize)
		})
		for i, statement := range statements {
			if p := w.explain(w.ctx, t, statement, arguments[i]); p.read() > 900 { // every fourth of the team is a Team Contributor
				t.Errorf("%.0f rows are read:\n%s\n%s", p.read(), statement, p.text("  "))
			}
		}
	}
}

package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

const (
	ada     = "ada@northwind.example"
	olga    = "olga@northwind.example"
	tess    = "tess@northwind.example"
	mia     = "mia@northwind.example"
	ulf     = "ulf@northwind.example"
	quentin = "quentin@tailspin.example"
)

func (w *world) details(in Tenant, slug string) models.AppDetails {
	w.t.Helper()
	details, err := in.AppDetails(w.ctx, w.reach(in, slug))
	must(w.t, err)
	return details
}

// lastEntry is the newest audit entry of Northwind that is no sign-in.
func (w *world) lastEntry() models.AuditEntry {
	w.t.Helper()
	entries := must1(w.in("northwind", ada).Audit(w.ctx, models.AuditFilter{}))
	for _, e := range entries.Rows {
		if e.Action != models.ActionSignedIn {
			return e
		}
	}
	w.t.Fatal("the log is empty")
	return models.AuditEntry{}
}

func TestAnAppIsCreatedPrivate(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", olga)
		w.records(func() {
			must(w.t, in.CreateApp(w.ctx, models.AppDraft{Slug: "Gripper", Description: "Holds on", BaseWorkflow: models.TextWorkflow}))
		}, "northwind app.created")
		app := w.reach(in, "gripper").App
		equal(w.t, "id", app.Slug, "Gripper")
		equal(w.t, "description", app.Description, "Holds on")
		equal(w.t, "visibility", app.Visibility, authz.Private)
		equal(w.t, "base workflow", app.BaseWorkflow, models.TextWorkflow)
		equal(w.t, "created by", w.details(in, "gripper").CreatedBy, "Olga Org")
		equal(w.t, "the log keeps", w.lastEntry().After["base workflow"], "text")
		refusedField(w.t, in.CreateApp(w.ctx, models.AppDraft{Slug: "GRIPPER", BaseWorkflow: models.EmptyWorkflow}), "id")
		must(w.t, w.in("contoso", "carl@contoso.example").CreateApp(w.ctx, models.AppDraft{Slug: "gripper", BaseWorkflow: models.EmptyWorkflow}))
		for _, who := range []string{tess, ulf, quentin} {
			refused(w.t, w.in("northwind", who).CreateApp(w.ctx, models.AppDraft{Slug: "no", BaseWorkflow: models.TextWorkflow}), models.Denied)
		}
		good, failures := atOnce(6, func(int) error {
			return in.CreateApp(w.ctx, models.AppDraft{Slug: "once", BaseWorkflow: models.TextWorkflow})
		})
		equal(w.t, "made once", good, 1)
		for _, err := range failures {
			refusedField(w.t, err, "id")
		}
	})
}

func TestTheTextsOfAnAppHaveVersionsOfTheirOwn(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", tess)
		id := w.reach(in, "arm").App.ID
		w.clock.pass(time.Hour)
		w.records(func() { must(w.t, in.EditAppDescription(w.ctx, id, 1, "Lifts")) }, "northwind app.description-edited")
		app := w.reach(in, "arm").App
		equal(w.t, "description", app.Description, "Lifts")
		equal(w.t, "its version", app.DescriptionVersion, 2)
		equal(w.t, "the app's version", app.Version, 1)
		equal(w.t, "updated", app.UpdatedAt, w.now())
		equalAll(w.t, "found by it", slugs(must1(in.Apps(w.ctx, models.AppFilter{Query: "lifts"})).Rows, appSlug), []string{"Arm"})
		entry := w.lastEntry()
		equal(w.t, "the log keeps", entry.Before["description"]+" → "+entry.After["description"], "Picks things up → Lifts")

		long := strings.Repeat("a long story ", 100)
		w.records(func() { must(w.t, in.EditAppNotes(w.ctx, id, 1, long)) }, "northwind app.notes-edited")
		notes := w.details(in, "arm").Notes
		equal(w.t, "notes", notes.Text, long)
		equal(w.t, "their version", notes.Version, 2)
		equal(w.t, "edited by", notes.EditedBy, "Tess Team")
		equal(w.t, "edited", notes.EditedAt, w.now())
		entry = w.lastEntry()
		equal(w.t, "the log keeps how long they are", entry.After["bytes"], "1300")
		equal(w.t, "and how they begin", len([]rune(entry.After["notes"])), 301)

		w.records(func() {
			refused(w.t, in.EditAppDescription(w.ctx, id, 1, "Late"), models.Stale)
			refused(w.t, in.EditAppNotes(w.ctx, id, 1, "Late"), models.Stale)
			must(w.t, in.EditAppDescription(w.ctx, id, 2, "Lifts")) // the same
			must(w.t, in.EditAppNotes(w.ctx, id, 2, long))
		})
		equal(w.t, "as it was", w.reach(in, "arm").App.Description, "Lifts")
		refused(w.t, w.in("northwind", ulf).EditAppNotes(w.ctx, id, 2, "x"), models.Denied)
		refused(w.t, w.in("northwind", ulf).EditAppDescription(w.ctx, id, 2, "x"), models.Denied)
		refused(w.t, w.in("northwind", quentin).EditAppNotes(w.ctx, id, 2, "x"), models.Denied)
		drive := w.reach(w.in("northwind", quentin), "drive").App.ID
		must(w.t, w.in("northwind", quentin).EditAppNotes(w.ctx, drive, 1, "by a collaborator"))
		equal(w.t, "edited by", w.details(in, "drive").Notes.EditedBy, "Quentin Marsh")
	})
}

func TestOfTwoWhoEditTheSameOneIsToldToLookAgain(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", ada)
		id := w.reach(in, "arm").App.ID
		good, failures := atOnce(6, func(i int) error { return in.EditAppNotes(w.ctx, id, 1, strings.Repeat("x", i+1)) })
		equal(w.t, "saved", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Stale)
		}
		good, failures = atOnce(6, func(i int) error {
			return in.ChangeAppID(w.ctx, id, 1, models.Slug("arm-"+strings.Repeat("x", i+1)))
		})
		equal(w.t, "renamed", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Stale)
		}
	})
}

func TestTheSettingsOfAnApp(t *testing.T) {
	each(t, func(w *world) {
		in, member := w.in("northwind", olga), w.in("northwind", tess)
		id := w.reach(in, "arm").App.ID
		refusedField(w.t, in.ChangeAppID(w.ctx, id, 1, "drive"), "id")
		refusedField(w.t, in.ChangeAppID(w.ctx, id, 1, "Arm"), "id")
		w.records(func() { must(w.t, in.ChangeAppID(w.ctx, id, 1, "Hand")) }, "northwind app.id-changed")
		_, err := in.Reach(w.ctx, "arm")
		refused(w.t, err, models.NotFound)
		hand := w.reach(member, "hand")
		equal(w.t, "the same app", hand.App.ID, id)
		equal(w.t, "the team still has it", hand.May(authz.ModelsCreate), true)
		equalAll(w.t, "found by it", slugs(must1(member.Apps(w.ctx, models.AppFilter{Query: "hand"})).Rows, appSlug), []string{"Hand"})
		entry := w.lastEntry()
		equal(w.t, "the log keeps", entry.Before["id"]+" → "+entry.After["id"]+" "+entry.TargetName, "Arm → Hand Hand")

		w.records(func() { must(w.t, in.ChangeAppVisibility(w.ctx, id, 2, authz.Public)) }, "northwind app.visibility-changed")
		stranger, err := w.in("northwind", "carl@contoso.example").Reach(w.ctx, "hand")
		must(w.t, err)
		equal(w.t, "a stranger reads it", stranger.May(authz.SidebarView), true)
		details := w.details(in, "hand")
		equal(w.t, "changed by", details.VisibilityChangedBy, "Olga Org")
		equal(w.t, "changed", details.VisibilityChangedAt, w.now())

		w.records(func() { must(w.t, in.ChangeBaseWorkflow(w.ctx, id, 3, models.EmptyWorkflow)) }, "northwind app.base-workflow-changed")
		equal(w.t, "base workflow", w.reach(in, "hand").App.BaseWorkflow, models.EmptyWorkflow)
		w.records(func() {
			refused(w.t, in.ChangeBaseWorkflow(w.ctx, id, 3, models.TextWorkflow), models.Stale)
			refused(w.t, in.ChangeAppVisibility(w.ctx, id, 3, authz.Private), models.Stale)
			must(w.t, in.ChangeBaseWorkflow(w.ctx, id, 4, models.EmptyWorkflow))
			refused(w.t, member.ChangeAppID(w.ctx, id, 4, "no"), models.Denied)
			refused(w.t, member.ChangeAppVisibility(w.ctx, id, 4, authz.Private), models.Denied)
			refused(w.t, member.ChangeBaseWorkflow(w.ctx, id, 4, models.TextWorkflow), models.Denied)
			refused(w.t, member.DeleteApp(w.ctx, id, "hand"), models.Denied)
		})
	})
}

func TestAnAppIsDeletedWithWhatBelongsToIt(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", ada)
		drive, arm := w.reach(in, "drive").App.ID, w.reach(in, "arm").App.ID
		w.plantResources()
		must(w.t, in.InstallModule(w.ctx, w.reach(in, "brain"), models.InstallChange{Slug: "labels", Module: models.ModuleRef{App: "arm", Module: "reader"}, Version: "1.0"}))
		before := w.tables()
		refusedField(w.t, in.DeleteApp(w.ctx, drive, "arm"), "confirm")
		equal(w.t, "nothing is gone", w.tables(), before)
		w.records(func() { must(w.t, in.DeleteApp(w.ctx, drive, " DRIVE ")) }, "northwind app.deleted")
		must(w.t, in.DeleteApp(w.ctx, arm, "Arm"))
		equal(w.t, "apps", w.number("SELECT count(*) FROM apps a JOIN organizations o ON o.id = a.organization_id WHERE o.slug = 'northwind'"), 3)
		equal(w.t, "collaborators", w.number("SELECT count(*) FROM collaborators WHERE app_id = ?", drive), 0)
		equal(w.t, "teams' apps", w.number("SELECT count(*) FROM team_apps WHERE app_id = ?", arm), 0)
		entry := w.lastEntry()
		equal(w.t, "the log keeps", fmt.Sprint(entry.Before["id"], entry.Before["teams"], entry.Before["collaborators"], entry.Before["models"], entry.Before["modules"], entry.Before["installs elsewhere"]),
			"Arm10111")
		equal(w.t, "installs elsewhere", w.number("SELECT count(*) FROM module_installs"), 0)
		equal(w.t, "models", w.number("SELECT count(*) FROM models WHERE app_id = ?", arm), 0)
		refused(w.t, in.DeleteApp(w.ctx, arm, "Arm"), models.NotFound)
		refused(w.t, in.EditAppNotes(w.ctx, arm, 1, "late"), models.NotFound)
		quentins, err := w.Collaborations(w.ctx, w.person(quentin), models.CollaborationFilter{})
		must(w.t, err)
		equal(w.t, "Quentin's collaborations", len(quentins.Rows), 0)
		must(w.t, in.CreateApp(w.ctx, models.AppDraft{Slug: "drive", BaseWorkflow: models.TextWorkflow}))
	})
}

// Whoever comes second finds the app gone, or has it deleted with what they added; nothing is left over, and nothing fails.
func TestAnAppIsDeletedWhileOthersAddToIt(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", ada)
		for range 10 {
			must(w.t, in.CreateApp(w.ctx, models.AppDraft{Slug: "busy", BaseWorkflow: models.TextWorkflow}))
			id := w.reach(in, "busy").App.ID
			_, failures := atOnce(6, func(i int) error {
				switch i % 3 {
				case 0:
					return in.EditAppNotes(w.ctx, id, 1, "notes")
				case 1:
					return in.AddCollaborator(w.ctx, id, []string{quentin, ulf}[i/3], authz.Viewer)
				}
				if i == 5 {
					return in.DeleteApp(w.ctx, id, "busy")
				}
				_, err := in.AddTeamApps(w.ctx, "idle", []string{"busy"})
				return err
			})
			for _, err := range failures {
				if !models.Is(err, models.NotFound) && !models.Is(err, models.Stale) {
					w.t.Error(err)
				}
			}
			equal(w.t, "left over", w.number("SELECT count(*) FROM apps WHERE slug = 'busy'")+w.number("SELECT count(*) FROM collaborators WHERE app_id = ?", id)+
				w.number("SELECT count(*) FROM team_apps WHERE app_id = ?", id), 0)
		}
	})
}

func TestAppsAreFilteredAndSorted(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", mia)
		for i, slug := range []string{"engine", "arm", "camera", "drive", "brain"} {
			w.run("UPDATE apps SET updated_at = ? WHERE slug_norm = ?", moment{w.now().Add(time.Duration(i) * 500 * time.Millisecond)}, slug)
		}
		private, organization, public := authz.Private, authz.Organization, authz.Public
		for name, c := range map[string]struct {
			filter models.AppFilter
			want   string
		}{
			"all":              {models.AppFilter{}, "Arm brain camera drive engine"},
			"from last":        {models.AppFilter{Sort: models.AppsFromLast}, "engine drive camera brain Arm"},
			"oldest":           {models.AppFilter{Sort: models.AppsOldest}, "engine Arm camera drive brain"},
			"newest":           {models.AppFilter{Sort: models.AppsNewest}, "brain drive camera Arm engine"},
			"no order":         {models.AppFilter{Sort: "size"}, "Arm brain camera drive engine"},
			"private":          {models.AppFilter{Visibility: &private}, "Arm drive engine"},
			"organization":     {models.AppFilter{Visibility: &organization}, "brain"},
			"public":           {models.AppFilter{Visibility: &public, Sort: models.AppsNewest}, "camera"},
			"private, newest":  {models.AppFilter{Visibility: &private, Sort: models.AppsNewest}, "drive Arm engine"},
			"private and arms": {models.AppFilter{Visibility: &private, Query: "picks"}, "Arm"},
		} {
			for _, size := range []int{1, 2, 50} {
				got := walk(w.t, size, func(p models.Page) (models.Listed[models.App], error) {
					c.filter.Page = p
					return in.Apps(w.ctx, c.filter)
				}, appSlug)
				equal(w.t, name, strings.Join(got, " "), c.want)
			}
		}
		for _, cursor := range []string{position{"x", newID()}.cursor(), position{"arm", newID()}.cursor()} {
			equal(w.t, "a cursor of another order is none", len(must1(in.Apps(w.ctx, models.AppFilter{Sort: models.AppsNewest, Page: models.Page{After: cursor}})).Rows), 5)
		}
		outside := w.in("northwind", quentin)
		equalAll(w.t, "a guest's", slugs(must1(outside.Apps(w.ctx, models.AppFilter{Visibility: &organization})).Rows, appSlug), nil)
		equalAll(w.t, "a guest's", slugs(must1(outside.Apps(w.ctx, models.AppFilter{Visibility: &private})).Rows, appSlug), []string{"drive"})
	})
}

func TestAListOfAppsSaysWhatReachesEach(t *testing.T) {
	each(t, func(w *world) {
		w.run("INSERT INTO team_apps (organization_id, team_id, app_id, added_at) SELECT t.organization_id, t.id, a.id, t.created_at FROM teams t JOIN apps a ON a.slug = 'drive' WHERE t.slug IN ('feet', 'hands')")
		var page models.Listed[models.AppListed]
		in := w.in("northwind", mia)
		n := w.queries(func(ctx context.Context) { page = must1(in.AppsReached(ctx, models.AppFilter{})) })
		equal(w.t, "queries", n, 2)
		drive := page.Rows[slices.IndexFunc(page.Rows, func(a models.AppListed) bool { return a.App.Slug == "drive" })]
		equal(w.t, "teams", drive.Teams, 2)
		equal(w.t, "collaborators", drive.Collaborators, 2)
		var why []string
		for _, reason := range drive.Decide(authz.SidebarView).Because {
			why = append(why, reason.Team+":"+reason.Column.Key())
		}
		equalAll(w.t, "because", why, []string{"Feet:team_contributor", "Hands:team_contributor", ":organization_user"})
	})
}

// appPages are the lists of apps and of collaborators, to be asked of a big organization: one app has been given to everybody.
func (w *world) appPages(ada, tess Tenant) map[string]func() error {
	w.t.Helper()
	crowded := w.reach(ada, "big7")
	w.run("INSERT INTO collaborators (app_id, user_id, level, added_at) SELECT ?, u.id, 'viewer', now() FROM users u WHERE u.email LIKE '%@big.example'", crowded.App.ID)
	w.run("ANALYZE collaborators")
	public, now := authz.Public, models.Page{After: momentPosition(moment{w.now()}, newID()).cursor()}
	listed := func(in Tenant, filter models.AppFilter) func() error {
		return func() error { return second(in.AppsReached(w.ctx, filter)) }
	}
	return map[string]func() error{
		"apps, the newest":                 listed(ada, models.AppFilter{Sort: models.AppsNewest}),
		"apps, the newest within reach":    listed(tess, models.AppFilter{Sort: models.AppsNewest}),
		"apps of a visibility":             listed(ada, models.AppFilter{Visibility: &public}),
		"apps of a visibility, the newest": listed(tess, models.AppFilter{Visibility: &public, Sort: models.AppsNewest, Page: now}),
		"collaborators":                    func() error { return second(ada.Collaborators(w.ctx, crowded, models.CollaboratorFilter{})) },
		"collaborators, further on":        func() error { return second(ada.Collaborators(w.ctx, crowded, models.CollaboratorFilter{Page: now})) },
		"collaborators, searched": func() error {
			return second(ada.Collaborators(w.ctx, crowded, models.CollaboratorFilter{Query: "example"}))
		},
	}
}

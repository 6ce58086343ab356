package store

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

func TestACollaboratorIsAddedChangedAndRemoved(t *testing.T) {
	each(t, func(w *world) {
		in, carl := w.in("northwind", olga), w.userID("carl@contoso.example")
		outside := w.in("northwind", "carl@contoso.example")
		id := w.reach(in, "arm").App.ID
		within := func() bool { return w.reach(outside, "arm").Decide(authz.SidebarView).Within }
		equal(w.t, "Carl reaches it", within(), false)
		w.records(func() { must(w.t, in.AddCollaborator(w.ctx, id, " CARL@contoso.example", authz.Viewer)) }, "northwind collaborator.added")
		equal(w.t, "Carl reaches it", within(), true)
		equal(w.t, "and changes nothing", w.reach(outside, "arm").May(authz.AppNotesEdit), false)
		entry := w.lastEntry()
		equal(w.t, "the log keeps", entry.TargetName+" "+entry.After["collaborator"]+" "+entry.After["level"], "Arm carl@contoso.example viewer")

		w.records(func() {
			refusedField(w.t, in.AddCollaborator(w.ctx, id, "carl@contoso.example", authz.Contributor), "email")
			refusedField(w.t, in.AddCollaborator(w.ctx, id, "nobody@contoso.example", authz.Contributor), "email")
			refused(w.t, in.ChangeCollaborator(w.ctx, id, w.userID(ulf), authz.Viewer), models.NotFound)
			refused(w.t, in.RemoveCollaborator(w.ctx, id, w.userID(ulf)), models.NotFound)
			refused(w.t, in.RemoveCollaborator(w.ctx, id, "carl"), models.NotFound)
			must(w.t, in.ChangeCollaborator(w.ctx, id, carl, authz.Viewer)) // the same
		})
		w.records(func() { must(w.t, in.ChangeCollaborator(w.ctx, id, carl, authz.Contributor)) }, "northwind collaborator.changed")
		equal(w.t, "Carl edits", w.reach(outside, "arm").May(authz.AppNotesEdit), true)
		entry = w.lastEntry()
		equal(w.t, "the log keeps", entry.Before["level"]+" → "+entry.After["level"], "viewer → contributor")
		refused(w.t, outside.AddCollaborator(w.ctx, id, ulf, authz.Viewer), models.Denied)

		listed := must1(in.Collaborators(w.ctx, w.reach(in, "arm"), models.CollaboratorFilter{}))
		equal(w.t, "listed", fmt.Sprint(listed.Rows), fmt.Sprint([]models.Collaborator{{
			UserID: carl, Name: "Carl Contoso", Email: "carl@contoso.example", Level: authz.Contributor, AddedAt: w.now(), AddedBy: "Olga Org",
		}}))
		w.records(func() { must(w.t, in.RemoveCollaborator(w.ctx, id, carl)) }, "northwind collaborator.removed")
		equal(w.t, "Carl reaches it", within(), false)
	})
}

func TestCollaboratorsAreListedTheNewestFirst(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", ada)
		drive := w.reach(in, "drive")
		w.run("DELETE FROM collaborators")
		for _, email := range []string{quentin, mia, ulf, "zoe@northwind.example"} {
			w.clock.pass(700 * time.Millisecond)
			must(w.t, in.AddCollaborator(w.ctx, drive.App.ID, email, authz.Viewer))
		}
		for _, size := range []int{1, 3, 50} {
			got := walk(w.t, size, func(p models.Page) (models.Listed[models.Collaborator], error) {
				return in.Collaborators(w.ctx, drive, models.CollaboratorFilter{Page: p})
			},
				func(c models.Collaborator) string { return fmt.Sprint(c.Name, " ", c.Member, " ", c.Suspended) })
			equalAll(w.t, "collaborators", got, []string{"Zoe Out true true", "Ulf User true false", "Mia Mate true false", "Quentin Marsh false false"})
		}
	})
}

// A guest is told names alone, and finds nobody by an address: the search would tell it letter by letter.
func TestCollaboratorsAreSearchedByWhatOneIsTold(t *testing.T) {
	each(t, func(w *world) {
		in, guest := w.in("northwind", ada), w.in("northwind", quentin)
		drive := w.reach(in, "drive")
		w.run("DELETE FROM collaborators")
		for _, email := range []string{quentin, mia, ulf, "carl@contoso.example"} {
			w.clock.pass(time.Minute)
			must(w.t, in.AddCollaborator(w.ctx, drive.App.ID, email, authz.Viewer))
		}
		must(w.t, w.Rename(w.ctx, w.person("carl@contoso.example"), "Çarl Søn"))
		name := func(c models.Collaborator) string { return c.Name }
		found := func(t Tenant, query string, size int) []string {
			return walk(w.t, size, func(p models.Page) (models.Listed[models.Collaborator], error) {
				return t.Collaborators(w.ctx, drive, models.CollaboratorFilter{Query: query, Page: p})
			}, name)
		}
		for query, want := range map[string][]string{
			"": {"Çarl Søn", "Ulf User", "Mia Mate", "Quentin Marsh"}, "carl son": {"Çarl Søn"}, "MATE mia@": {"Mia Mate"},
			"northwind.example": {"Ulf User", "Mia Mate"}, "%": nil, "nobody": nil,
		} {
			for _, size := range []int{1, 2, 50} {
				equalAll(w.t, "found with "+query, found(in, query, size), want)
			}
		}
		equalAll(w.t, "a guest finds by name", found(guest, "m", 50), []string{"Mia Mate", "Quentin Marsh"})
		equalAll(w.t, "and by no address", found(guest, "northwind", 50), nil)
	})
}

func TestTenWhoAddTheSameCollaboratorAddThemOnce(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", ada)
		id := w.reach(in, "arm").App.ID
		good, failures := atOnce(10, func(int) error { return in.AddCollaborator(w.ctx, id, quentin, authz.Viewer) })
		equal(w.t, "added", good, 1)
		for _, err := range failures {
			refusedField(w.t, err, "email")
		}
		good, failures = atOnce(10, func(int) error { return in.RemoveCollaborator(w.ctx, id, w.userID(quentin)) })
		equal(w.t, "removed", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.NotFound)
		}
	})
}

func TestCollaborationsAreSearchedAndReadPageByPage(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", ada)
		for _, slug := range []string{"arm", "brain", "camera"} {
			w.clock.pass(time.Minute)
			must(w.t, in.AddCollaborator(w.ctx, w.reach(in, slug).App.ID, quentin, authz.Viewer))
		}
		must(w.t, w.in("contoso", "carl@contoso.example").AddCollaborator(w.ctx, w.reach(w.in("contoso", "carl@contoso.example"), "secret-app").App.ID, quentin, authz.Viewer))
		person := w.person(quentin)
		name := func(c models.Collaboration) string { return c.App.Slug }
		for query, want := range map[string][]string{
			"": {"secret-app", "camera", "brain", "Arm", "drive"}, "PICKS": {"Arm"}, "contoso": {"secret-app"}, "northwind": {"camera", "brain", "Arm", "drive"}, "nothing": nil,
		} {
			for _, size := range []int{1, 2, 50} {
				got := walk(w.t, size, func(p models.Page) (models.Listed[models.Collaboration], error) {
					return w.Collaborations(w.ctx, person, models.CollaborationFilter{Query: query, Page: p})
				}, name)
				equalAll(w.t, "collaborations with "+query, got, want)
			}
		}
		first := must1(w.Collaborations(w.ctx, person, models.CollaborationFilter{})).Rows[0]
		equal(w.t, "level", first.Level, authz.Viewer)
		equal(w.t, "since", first.Since, w.now())
	})
}

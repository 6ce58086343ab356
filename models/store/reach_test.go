package store

import (
	"context"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// A request can be under way while what allowed it ends: then nothing is saved.
func TestAChangeInAnAppAsksAgain(t *testing.T) {
	each(t, func(w *world) {
		try := func(in Tenant, slug string, scope authz.Scope) error {
			return in.writeIn(w.ctx, "try", scope, w.reach(in, slug).App.ID, func(u *unit, r models.Reached) error {
				return u.do(stmt("UPDATE apps SET description = 'tried' WHERE id = ?", r.App.ID))
			})
		}
		for _, c := range []struct {
			name, who, app string
			scope          authz.Scope
			ends           string
			args           []any
		}{
			{"a member's role", "olga@northwind.example", "drive", authz.AppDelete, "UPDATE members SET role = 'organization_user' WHERE user_id = ?", []any{w.userID("olga@northwind.example")}},
			{"the membership", "ada@northwind.example", "drive", authz.AppDelete, "UPDATE members SET suspended = true WHERE user_id = ?", []any{w.userID("ada@northwind.example")}},
			{"the team's app", tess, "arm", authz.ModelsCreate, "DELETE FROM team_apps", nil},
			{"a place in the team", mia, "engine", authz.ModelsCreate, "DELETE FROM team_members WHERE user_id = ?", []any{w.userID(mia)}},
			{"the collaboration", quentin, "drive", authz.ModelsCreate, "UPDATE collaborators SET level = 'viewer'", nil},
		} {
			in := w.in("northwind", c.who)
			if c.name == "a place in the team" {
				w.run("INSERT INTO team_apps (organization_id, team_id, app_id, added_at) SELECT t.organization_id, t.id, a.id, t.created_at FROM teams t JOIN apps a ON a.slug = 'engine' WHERE t.slug = 'feet'")
			}
			must(w.t, try(in, c.app, c.scope))
			w.run("UPDATE apps SET description = ''")
			w.run(c.ends, c.args...)
			refused(w.t, try(in, c.app, c.scope), models.Denied)
			equal(w.t, c.name+": was changed", w.number("SELECT count(*) FROM apps WHERE description = 'tried'"), 0)
		}
		quentins := w.in("northwind", quentin)
		must(w.t, try(quentins, "drive", authz.SidebarView))
		w.run("DELETE FROM session_authentications")
		refused(w.t, try(quentins, "drive", authz.SidebarView), models.Denied)
	})
}

func TestAChangeInAnAppFindsTheOrganizationsOwn(t *testing.T) {
	each(t, func(w *world) {
		ada, carl := w.in("northwind", "ada@northwind.example"), w.in("contoso", "carl@contoso.example")
		theirs := w.reach(carl, "secret-app").App.ID
		err := ada.writeIn(w.ctx, "foreign", authz.AppDelete, theirs, func(*unit, models.Reached) error { return nil })
		refused(w.t, err, models.NotFound)
		err = ada.writeIn(w.ctx, "foreign", authz.AppDelete, newID(), func(*unit, models.Reached) error { return nil })
		refused(w.t, err, models.NotFound)
	})
}

// Two changes of one app happen one after the other: the second sees what the first left.
func TestChangesOfAnAppWaitForEachOther(t *testing.T) {
	each(t, func(w *world) {
		in := w.in("northwind", "ada@northwind.example")
		id := w.reach(in, "arm").App.ID
		good, failures := atOnce(8, func(int) error {
			return in.writeIn(context.WithoutCancel(w.ctx), "count", authz.AppDelete, id, func(u *unit, _ models.Reached) error {
				var n int
				if err := u.one(&n, "SELECT version FROM apps WHERE id = ?", id); err != nil {
					return err
				}
				return u.do(stmt("UPDATE apps SET version = ? WHERE id = ?", n+1, id))
			})
		})
		equal(w.t, "went well", good, 8)
		equal(w.t, "failed", len(failures), 0)
		equal(w.t, "counted", w.number("SELECT version FROM apps WHERE id = ?", id), 9)
	})
}

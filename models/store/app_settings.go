package store

import (
	"context"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// ChangeAppID gives the app another identifier; everything that belongs to it stays, as nothing refers to it by its identifier. A change made
// to another version than that is models.Stale.
func (t Tenant) ChangeAppID(ctx context.Context, appID string, version int, slug models.Slug) error {
	return t.changeApp(ctx, authz.AppIDEdit, models.ActionAppIDChanged, appID, version, func(u *unit, app *models.App) (statement, error) {
		if app.Slug == string(slug) {
			return statement{}, models.RefuseField("id", "This is the ID it has.")
		}
		app.Slug = string(slug)
		return stmt("UPDATE apps SET slug = ?, slug_norm = ?, search = ?, version = version + 1, updated_at = ? WHERE id = ?",
			string(slug), slug.Norm(), appSearch(string(slug), app.Description), u.now, app.ID), nil
	})
}

// ChangeAppVisibility says who may read the app without being given it.
func (t Tenant) ChangeAppVisibility(ctx context.Context, appID string, version int, v authz.Visibility) error {
	return t.changeApp(ctx, authz.AppVisibilityChange, models.ActionAppVisibilityChanged, appID, version, func(u *unit, app *models.App) (statement, error) {
		app.Visibility = v
		return stmt("UPDATE apps SET visibility = ?, visibility_changed_at = ?, visibility_changed_by = ?, version = version + 1, updated_at = ? WHERE id = ?",
			models.VisibilityKey(v), u.now, t.actor.User.ID, u.now, app.ID), nil
	})
}

// ChangeBaseWorkflow makes a built-in workflow the one that the app runs, in place of whichever was.
func (t Tenant) ChangeBaseWorkflow(ctx context.Context, appID string, version int, w models.BaseWorkflow) error {
	return t.changeApp(ctx, authz.BaseWorkflowEdit, models.ActionBaseWorkflowChanged, appID, version, func(u *unit, app *models.App) (statement, error) {
		app.BaseWorkflow, app.OwnBase = w, ""
		if err := u.do(stmt("DELETE FROM base_workflows WHERE app_id = ?", app.ID)); err != nil {
			return statement{}, err
		}
		return stmt("UPDATE apps SET base_workflow = ?, version = version + 1, updated_at = ? WHERE id = ?", string(w), u.now, app.ID), nil
	})
}

// changeApp makes one change of an app's settings: change alters the noun and says the statement. What changes nothing is not done.
func (t Tenant) changeApp(ctx context.Context, scope authz.Scope, action models.Action, appID string, version int, change func(*unit, *models.App) (statement, error)) error {
	return t.writeIn(ctx, string(action), scope, appID, func(u *unit, was models.Reached) error {
		if was.App.Version != version {
			return models.Refuse(models.Stale, "Somebody else changed the settings of this app meanwhile. Look at what they are now, and save again.")
		}
		is := was.App
		update, err := change(u, &is)
		if err != nil || is == was.App {
			return err
		}
		if err := u.do(update); err != nil {
			return err
		}
		before, after := differences(describedApp(was.App), describedApp(is))
		return t.recordApp(u, action, is, before, after)
	})
}

// DeleteApp deletes the app with everything in it. typed is its identifier, typed to confirm.
func (t Tenant) DeleteApp(ctx context.Context, appID, typed string) error {
	return t.writeIn(ctx, "delete app", authz.AppDelete, appID, func(u *unit, r models.Reached) error {
		if !strings.EqualFold(strings.TrimSpace(typed), r.App.Slug) {
			return models.RefuseField("confirm", "Type “"+r.App.Slug+"” to delete it.")
		}
		gone, err := t.deleteApp(u, r.App.ID)
		if err != nil {
			return err
		}
		before, _ := differences(describedApp(r.App), nil)
		for what, n := range gone {
			before[what] = strconv.Itoa(n)
		}
		return t.recordApp(u, models.ActionAppDeleted, r.App, before, nil)
	})
}

// deleteApp deletes an app and whatever belongs to it: the one place that knows what that is. It says how many of each went.
func (t Tenant) deleteApp(u *unit, appID string) (map[string]int, error) {
	gone := map[string]int{}
	// Locked whole first: who adds something to it meanwhile waits, and then finds it gone.
	if err := u.one(&appRow{}, "SELECT a.id FROM apps a WHERE a.organization_id = ? AND a.id = ?"+u.dialect.forUpdate("a"), t.organization(), appID); err != nil {
		return gone, err
	}
	if _, err := u.lockTeams("SELECT ta.team_id FROM team_apps ta WHERE ta.app_id = ?", appID); err != nil {
		return gone, err
	}
	inside, err := t.resourceCounts(u, appID)
	if err == nil {
		err = t.deleteResources(u, appID)
	}
	if err != nil {
		return gone, err
	}
	gone["models"], gone["workflows"], gone["modules"], gone["installs elsewhere"] = inside.Models, inside.Workflows, inside.Modules, inside.InstallsElsewhere
	for _, part := range []struct{ what, sql string }{
		{"teams", "DELETE FROM team_apps WHERE app_id = ?"},
		{"collaborators", "DELETE FROM collaborators WHERE app_id = ?"},
	} {
		n, err := u.change(part.sql, appID)
		if err != nil {
			return gone, err
		}
		gone[part.what] = int(n)
	}
	return gone, u.mustChange("DELETE FROM apps WHERE organization_id = ? AND id = ?", t.organization(), appID)
}

package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// Reach loads an app by its identifier with every grant that might reach it, in one query. Whether any does is for authz.Decide to say;
// models.ErrNotFound means that there is no such app.
func (t Tenant) Reach(ctx context.Context, appSlug string) (models.Reached, error) {
	norm, ok := slugNorm(appSlug)
	if !ok {
		return models.Reached{}, models.ErrNotFound
	}
	reached, err := t.reach(t.store.read(ctx), "a.slug_norm = ?", norm)
	return reached, fault("reach", err)
}

func (t Tenant) reach(u *unit, condition, which string) (models.Reached, error) {
	var rows []struct {
		App   appRow `gorm:"embedded"`
		Level ref    `gorm:"column:level"`
		Team  ref    `gorm:"column:team"`
		Own   ref    `gorm:"column:own_base"`
	}
	err := u.all(&rows, "SELECT "+appColumns+`, c.level, t.name AS team,
		(SELECT w.slug FROM base_workflows b JOIN workflows w ON w.id = b.workflow_id WHERE b.app_id = a.id) AS own_base
		FROM apps a
		LEFT JOIN collaborators c ON c.app_id = a.id AND c.user_id = ?
		LEFT JOIN (SELECT ta.app_id, shared.name, shared.sort_name FROM team_apps ta
			JOIN team_members tm ON tm.team_id = ta.team_id AND tm.user_id = ?
			JOIN teams shared ON shared.id = ta.team_id) t ON t.app_id = a.id
		WHERE a.organization_id = ? AND `+condition+" ORDER BY t.sort_name", t.actor.User.ID, t.actor.User.ID, t.organization(), which)
	if err == nil && len(rows) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return models.Reached{}, err
	}
	reached := models.Reached{App: t.app(rows[0].App), Subject: t.actor.Subject()}
	reached.App.OwnBase = string(rows[0].Own)
	app := &authz.App{Visibility: reached.App.Visibility, Collaborator: levelOf(string(rows[0].Level))}
	for _, row := range rows {
		if row.Team != "" {
			app.Teams = append(app.Teams, string(row.Team))
		}
	}
	// Only teams that both are in were asked for.
	reached.Subject.Teams, reached.Object.App = app.Teams, app
	return reached, nil
}

// writeIn is a change within an app, made in one transaction that locks the app and first looks whether the actor may still do it there, by
// whatever grant: a member's or a collaborator's. Changes of one app therefore wait for each other. work gets the app as it is now; an app
// that is gone is models.ErrNotFound.
func (t Tenant) writeIn(ctx context.Context, what string, scope authz.Scope, appID string, work func(*unit, models.Reached) error) error {
	return t.store.write(ctx, what, func(u *unit) error {
		reached, err := t.stillIn(u, scope, appID)
		if err != nil {
			return err
		}
		return work(u, reached)
	})
}

func (t Tenant) stillIn(u *unit, scope authz.Scope, appID string) (models.Reached, error) {
	// The organization first: see hold.
	err := u.one(&appRow{}, "SELECT a.id FROM organizations o JOIN apps a ON a.organization_id = o.id WHERE o.id = ? AND a.id = ?"+u.dialect.forKey("o")+u.dialect.forChange("a"),
		t.organization(), appID)
	if err != nil {
		return models.Reached{}, err
	}
	u.holds(t.organization())
	var proven []int
	err = u.all(&proven, "SELECT 1 FROM organizations o WHERE o.id = ? AND EXISTS ("+proof+")",
		t.organization(), t.actor.SessionID, t.actor.User.ID, u.now, u.now, u.now, u.now, u.now)
	if err != nil {
		return models.Reached{}, err
	}
	var member memberRow
	if _, err := u.found(&member, "SELECT m.role, m.suspended FROM members m WHERE m.organization_id = ? AND m.user_id = ?"+u.dialect.forShare("m"), t.self()...); err != nil {
		return models.Reached{}, err
	}
	// The grants must not end before this does: a collaborator's is changed under the lock of the app, a team's rows are locked.
	var held []teamAppRow
	if err := u.all(&held, "SELECT ta.team_id FROM team_apps ta JOIN team_members tm ON tm.team_id = ta.team_id AND tm.user_id = ? WHERE ta.app_id = ?"+u.dialect.forShare("ta, tm"),
		t.actor.User.ID, appID); err != nil {
		return models.Reached{}, err
	}
	now := t
	now.actor.Role, now.actor.Suspended = roleOf(member.Role), member.Suspended
	reached, err := now.reach(u, "a.id = ?", appID)
	if err != nil {
		return models.Reached{}, err
	}
	if len(proven) == 0 || !reached.May(scope) {
		return models.Reached{}, errRightsChanged
	}
	return reached, nil
}

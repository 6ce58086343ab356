package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

func (t Tenant) app(r appRow) models.App {
	return models.App{
		ID: r.ID, Organization: t.actor.Organization, Slug: r.Slug, Description: r.Description, Visibility: visibilityOf(r.Visibility),
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
	}
}

var appsBySlug = order{key: "a.slug_norm", id: "a.id"}

const appColumns = "a.id, a.slug, a.slug_norm, a.description, a.visibility, a.created_at, a.updated_at"

// Apps returns a page of the apps within the actor's reach, by identifier. It draws the same line as authz.Decide, which a test holds it to.
func (t Tenant) Apps(ctx context.Context, filter models.AppFilter) (models.Listed[models.App], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(filter.Page), func(w window) ([]appRow, error) {
		q := (&query{}).add("SELECT "+appColumns+" FROM apps a WHERE a.organization_id = ?", t.organization())
		t.reaching(q, u.dialect, filter, w)
		q.search(u.dialect, "a.search", filter.Query)
		w.bound(q, appsBySlug)
		w.limited(q, appsBySlug)
		var rows []appRow
		err := u.rows(&rows, q)
		return rows, err
	}, func(r appRow) position { return position{r.SlugNorm, r.ID} }, t.app)
	return page, fault("apps", err)
}

// reaching adds that only what some grant reaches is listed. What is visible to many is cut to the page before it is joined with what was
// given, so that no list reads every app of the organization.
func (t Tenant) reaching(q *query, d dialect, filter models.AppFilter, w window) {
	member := t.actor.Role.Valid() && !t.actor.Suspended
	if member && !t.sharing() {
		return
	}
	q.add(" AND a.id IN (SELECT open.id FROM (SELECT v.id FROM apps v WHERE v.organization_id = ?", t.organization())
	if member {
		q.add(" AND v.visibility <> 'private'")
	} else {
		// The first condition says nothing new, and lets the index of visible apps serve.
		q.add(" AND v.visibility <> 'private' AND v.visibility = 'public'")
	}
	visible := order{key: "v.slug_norm", id: "v.id"}
	q.search(d, "v.search", filter.Query)
	w.bound(q, visible)
	w.limited(q, visible)
	q.add(") open")
	if member {
		q.add(" UNION SELECT ta.app_id FROM team_apps ta WHERE ta.team_id IN ("+ownTeams+")", t.self()...)
	}
	if !t.actor.Suspended {
		q.add(" UNION SELECT c.app_id FROM collaborators c WHERE c.user_id = ?", t.actor.User.ID)
	}
	q.add(")")
}

// Reach loads an app by its identifier with every grant that might reach it, in one query. Whether any does is for authz.Decide to say;
// models.ErrNotFound means that there is no such app.
func (t Tenant) Reach(ctx context.Context, appSlug string) (models.Reached, error) {
	norm, ok := slugNorm(appSlug)
	if !ok {
		return models.Reached{}, models.ErrNotFound
	}
	var rows []struct {
		App   appRow `gorm:"embedded"`
		Level ref    `gorm:"column:level"`
		Team  ref    `gorm:"column:team"`
	}
	err := t.store.read(ctx).all(&rows, "SELECT "+appColumns+`, c.level, t.name AS team
		FROM apps a
		LEFT JOIN collaborators c ON c.app_id = a.id AND c.user_id = ?
		LEFT JOIN (SELECT ta.app_id, shared.name, shared.sort_name FROM team_apps ta
			JOIN team_members tm ON tm.team_id = ta.team_id AND tm.user_id = ?
			JOIN teams shared ON shared.id = ta.team_id) t ON t.app_id = a.id
		WHERE a.organization_id = ? AND a.slug_norm = ? ORDER BY t.sort_name`, t.actor.User.ID, t.actor.User.ID, t.organization(), norm)
	if err == nil && len(rows) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return models.Reached{}, fault("reach", err)
	}
	reached := models.Reached{App: t.app(rows[0].App), Subject: t.actor.Subject()}
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

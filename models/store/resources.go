package store

import (
	"context"
	"fmt"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// resourceRow is what the tables of models, workflows, modules and installed modules have in common.
type resourceRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	AppID          string `gorm:"column:app_id"`
	Slug           string `gorm:"column:slug"`
	SlugNorm       string `gorm:"column:slug_norm"`
	Description    string `gorm:"column:description"`
	Visibility     string `gorm:"column:visibility"`
	Search         string `gorm:"column:search"`
	Version        int    `gorm:"column:version"`
	CreatedBy      ref    `gorm:"column:created_by"`
	CreatedAt      moment `gorm:"column:created_at"`
	UpdatedAt      moment `gorm:"column:updated_at"`
}

const resourceColumns = "x.id, x.organization_id, x.app_id, x.slug, x.slug_norm, x.description, x.visibility, x.version, x.created_at, x.updated_at"

func (r resourceRow) noun(app models.App) models.Resource {
	return models.Resource{
		ID: r.ID, Slug: r.Slug, Description: r.Description, Visibility: visibilityOf(r.Visibility), AppID: app.ID, AppSlug: app.Slug,
		AppVisibility: app.Visibility, CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, Version: r.Version,
	}
}

// newResource is the row of a thing that somebody makes in an app: private until they say otherwise.
func (t Tenant) newResource(u *unit, app models.App, slug models.Slug, description string) resourceRow {
	return resourceRow{
		ID: newID(), OrganizationID: t.organization(), AppID: app.ID, Slug: string(slug), SlugNorm: slug.Norm(), Description: description,
		Visibility: models.VisibilityKey(authz.Private), Search: resourceSearch(string(slug), description), Version: 1,
		CreatedBy: ref(t.actor.User.ID), CreatedAt: moment{u.now}, UpdatedAt: moment{u.now},
	}
}

func resourceSearch(slug, description string) string { return models.Fold(slug + " " + description) }

// kind is one of the four tables: how its rows are read besides resourceColumns. All of it is constant text.
type kind struct {
	name    models.ResourceKind
	table   string
	columns string
	joins   string
}

var resourcesBySlug = order{key: "x.slug_norm", id: "x.id"}

// seen adds the condition that a resource x of the app is one that the person sees; it draws the same line as authz's Decision.Reads.
func (q *query) seen(r models.Reached) *query {
	switch r.Sees() {
	case authz.Private:
	case authz.Organization:
		q.add(" AND x.visibility <> 'private'")
	case authz.Public:
		q.add(" AND x.visibility = 'public'")
	}
	return q
}

// of begins a query over the resources of a kind in an app, as far as the person sees them.
func (t Tenant) of(k kind, r models.Reached) *query {
	return (&query{}).add("SELECT "+resourceColumns+k.columns+" FROM "+k.table+" x"+k.joins+" WHERE x.organization_id = ? AND x.app_id = ?",
		t.organization(), r.App.ID).seen(r)
}

// listIn reads a page of the resources of a kind in an app, by identifier.
func listIn[Row, Noun any](ctx context.Context, t Tenant, k kind, r models.Reached, filter models.ResourceFilter, at func(Row) resourceRow, noun func(Row) Noun) (models.Listed[Noun], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(filter.Page), func(w window) ([]Row, error) {
		q := t.of(k, r)
		q.search(u.dialect, "x.search", filter.Query)
		w.bound(q, resourcesBySlug)
		w.limited(q, resourcesBySlug)
		var rows []Row
		err := u.rows(&rows, q)
		return rows, err
	}, func(row Row) position { return position{at(row).SlugNorm, at(row).ID} }, noun)
	return page, fault("list of "+k.table, err)
}

// oneIn reads one resource of a kind in an app into row, or returns models.ErrNotFound.
func (t Tenant) oneIn(u *unit, k kind, r models.Reached, slug string, row any, lock string) error {
	norm, ok := slugNorm(slug)
	if !ok {
		return models.ErrNotFound
	}
	q := t.of(k, r).add(" AND x.slug_norm = ?", norm)
	return u.one(row, q.text.String()+lock, q.args...)
}

// errStale answers a change of what somebody else changed first.
func errStale(what models.ResourceKind) error {
	return models.Refuse(models.Stale, "Somebody else changed this "+string(what)+" meanwhile. Look at what it is now, and save again.")
}

// confirmed compares what was typed to confirm with what has to be typed.
func confirmed(typed, want string) error {
	if !strings.EqualFold(strings.TrimSpace(typed), want) {
		return models.RefuseField("confirm", "Type “"+want+"” to delete it.")
	}
	return nil
}

// about begins the audit entry of something that was done to a resource of an app.
func (t Tenant) about(action models.Action, k kind, app models.App, row resourceRow) models.AuditEntry {
	return on(entry(t.actor.Person, action), string(k.name), row.ID, app.Slug+"/"+row.Slug)
}

func kindOf(name models.ResourceKind) (kind, error) {
	for _, k := range []kind{modelKind, workflowKind, moduleKind, installKind} {
		if k.name == name {
			return k, nil
		}
	}
	return kind{}, fmt.Errorf("store: there is no kind %q", name)
}

// SetResourceVisibility changes who may read a resource that nobody gave them.
func (t Tenant) SetResourceVisibility(ctx context.Context, r models.Reached, name models.ResourceKind, slug string, wanted authz.Visibility) error {
	k, err := kindOf(name)
	if err != nil {
		return err
	}
	return t.writeIn(ctx, "change visibility", authz.ResourceVisibilityChange, r.App.ID, func(u *unit, r models.Reached) error {
		var was resourceRow
		if err := t.oneIn(u, kind{table: k.table}, r, slug, &was, u.dialect.forChange("x")); err != nil {
			return err
		}
		if visibilityOf(was.Visibility) == wanted {
			return nil
		}
		key := models.VisibilityKey(wanted)
		err := u.do(stmt("UPDATE "+k.table+" SET visibility = ?, version = version + 1, updated_at = ? WHERE organization_id = ? AND id = ?", key, u.now, t.organization(), was.ID))
		if err != nil {
			return err
		}
		e := t.about(models.ActionResourceVisibility, k, r.App, was)
		e.Before, e.After = map[string]string{"visibility": was.Visibility}, map[string]string{"visibility": key}
		return u.record([]string{t.organization()}, e)
	})
}

// Resource returns what every resource has, or models.ErrNotFound.
func (t Tenant) Resource(ctx context.Context, r models.Reached, name models.ResourceKind, slug string) (models.Resource, error) {
	k, err := kindOf(name)
	if err != nil {
		return models.Resource{}, err
	}
	var row resourceRow
	err = t.oneIn(t.store.read(ctx), kind{table: k.table}, r, slug, &row, "")
	return row.noun(r.App), fault("resource", err)
}

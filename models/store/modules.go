package store

import (
	"context"
	"strconv"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type moduleRow struct {
	Resource resourceRow `gorm:"embedded"`
}

func (moduleRow) TableName() string { return "modules" }

// moduleListRow is a module with what is said of it in a list.
type moduleListRow struct {
	Module   moduleRow `gorm:"embedded"`
	Versions int       `gorm:"column:versions"`
	Installs int       `gorm:"column:installs"`
}

var moduleKind = kind{name: models.KindModule, table: "modules", columns: `,
	(SELECT count(*) FROM module_versions v WHERE v.module_id = x.id) AS versions,
	(SELECT count(*) FROM module_versions v JOIN module_installs i ON i.version_id = v.id WHERE v.module_id = x.id) AS installs`}

func (r moduleListRow) noun(app models.App) models.Module {
	return models.Module{Resource: r.Module.Resource.noun(app), Count: r.Versions, Installs: r.Installs}
}

type versionRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	ModuleID       string `gorm:"column:module_id"`
	Slug           string `gorm:"column:slug"`
	SlugNorm       string `gorm:"column:slug_norm"`
	URL            string `gorm:"column:url"`
	Notes          string `gorm:"column:notes"`
	CreatedBy      ref    `gorm:"column:created_by"`
	CreatedAt      moment `gorm:"column:created_at"`
}

func (versionRow) TableName() string { return "module_versions" }

type versionListRow struct {
	Version  versionRow `gorm:"embedded"`
	Installs int        `gorm:"column:installs"`
}

func (r versionListRow) noun() models.ModuleVersion {
	v := r.Version
	return models.ModuleVersion{ID: v.ID, Slug: v.Slug, URL: v.URL, Notes: v.Notes, Installs: r.Installs, CreatedAt: v.CreatedAt.Time}
}

// Modules returns a page of the modules whose home is this app, as far as the person sees them.
func (t Tenant) Modules(ctx context.Context, r models.Reached, filter models.ResourceFilter) (models.Listed[models.Module], error) {
	return listIn(ctx, t, moduleKind, r, filter, func(row moduleListRow) resourceRow { return row.Module.Resource },
		func(row moduleListRow) models.Module { return row.noun(r.App) })
}

// Module returns one of them with its latest versions, newest first, or models.ErrNotFound.
func (t Tenant) Module(ctx context.Context, r models.Reached, slug string) (models.Module, error) {
	u := t.store.read(ctx)
	var row moduleListRow
	if err := t.oneIn(u, moduleKind, r, slug, &row, ""); err != nil {
		return models.Module{}, fault("module", err)
	}
	module := row.noun(r.App)
	var err error
	module.Versions, err = t.versionsOf(u, module.ID)
	return module, fault("module", err)
}

// shownVersions is how many versions of a module are shown and offered; older ones stay installed where they are.
const shownVersions = 50

func (t Tenant) versionsOf(u *unit, moduleID string) ([]models.ModuleVersion, error) {
	var rows []versionListRow
	err := u.all(&rows, "SELECT v.id, v.slug, v.url, v.notes, v.created_at, (SELECT count(*) FROM module_installs i WHERE i.version_id = v.id) AS installs "+
		"FROM module_versions v WHERE v.organization_id = ? AND v.module_id = ? ORDER BY v.created_at DESC, v.id DESC LIMIT "+strconv.Itoa(shownVersions), t.organization(), moduleID)
	versions := make([]models.ModuleVersion, 0, len(rows))
	for _, row := range rows {
		versions = append(versions, row.noun())
	}
	return versions, err
}

// CreateModule makes a module whose home is the app.
func (t Tenant) CreateModule(ctx context.Context, r models.Reached, in models.ModuleChange) error {
	return t.writeIn(ctx, "create module", authz.ModulesManage, r.App.ID, func(u *unit, r models.Reached) error {
		row := moduleRow{Resource: t.newResource(u, r.App, in.Slug, in.Description)}
		if err := u.insert(&row); err != nil {
			return err
		}
		e := t.about(models.ActionModuleCreated, moduleKind, r.App, row.Resource)
		_, e.After = differences(nil, map[string]string{"id": row.Resource.Slug, "description": row.Resource.Description})
		return u.record([]string{t.organization()}, e)
	})
}

// EditModule saves a description written for that version of it; for another it is models.Stale.
func (t Tenant) EditModule(ctx context.Context, r models.Reached, slug string, version int, in models.ModuleChange) error {
	return t.writeIn(ctx, "edit module", authz.ModulesManage, r.App.ID, func(u *unit, r models.Reached) error {
		var was moduleListRow
		if err := t.oneIn(u, moduleKind, r, slug, &was, u.dialect.forChange("x")); err != nil {
			return err
		}
		row := was.Module.Resource
		if row.Version != version {
			return errStale(models.KindModule)
		}
		if row.Description == in.Description {
			return nil
		}
		err := u.do(stmt("UPDATE modules SET description = ?, search = ?, version = version + 1, updated_at = ? WHERE organization_id = ? AND id = ?",
			in.Description, resourceSearch(row.Slug, in.Description), u.now, t.organization(), row.ID))
		if err != nil {
			return err
		}
		e := t.about(models.ActionModuleEdited, moduleKind, r.App, row)
		e.Before, e.After = map[string]string{"description": row.Description}, map[string]string{"description": in.Description}
		return u.record([]string{t.organization()}, e)
	})
}

// DeleteModule deletes a module with its versions and every install of them, in every app. typed is its identifier.
func (t Tenant) DeleteModule(ctx context.Context, r models.Reached, slug, typed string) error {
	return t.writeIn(ctx, "delete module", authz.ModulesManage, r.App.ID, func(u *unit, r models.Reached) error {
		var was moduleListRow
		if err := t.oneIn(u, moduleKind, r, slug, &was, u.dialect.forUpdate("x")); err != nil {
			return err
		}
		row := was.Module.Resource
		if err := confirmed(typed, row.Slug); err != nil {
			return err
		}
		versions, installs, err := t.dropVersions(u, "v.module_id = ?", row.ID)
		if err != nil {
			return err
		}
		if err := u.do(stmt("DELETE FROM modules WHERE organization_id = ? AND id = ?", t.organization(), row.ID)); err != nil {
			return err
		}
		e := t.about(models.ActionModuleDeleted, moduleKind, r.App, row)
		e.Before = map[string]string{"id": row.Slug, "versions": strconv.Itoa(versions), "installs": strconv.Itoa(installs)}
		return u.record([]string{t.organization()}, e)
	})
}

// dropVersions deletes the organization's versions v of a condition with their installs, and says how many of each there were. The versions
// are locked first, so that nobody installs one meanwhile.
func (t Tenant) dropVersions(u *unit, condition, which string) (versions, installs int, err error) {
	const chosen = "SELECT v.id FROM module_versions v WHERE v.organization_id = ? AND "
	var ids []string
	if err := u.all(&ids, chosen+condition+" ORDER BY v.id"+u.dialect.forUpdate("v"), t.organization(), which); err != nil || len(ids) == 0 {
		return 0, 0, err
	}
	gone, err := u.change("DELETE FROM module_installs WHERE organization_id = ? AND version_id IN ("+chosen+condition+")", t.organization(), t.organization(), which)
	if err != nil {
		return 0, 0, err
	}
	return len(ids), int(gone), u.do(stmt("DELETE FROM module_versions WHERE id IN ("+chosen+condition+")", t.organization(), which))
}

// AddModuleVersion adds a version to a module; it is offered as the newest.
func (t Tenant) AddModuleVersion(ctx context.Context, r models.Reached, slug string, in models.VersionChange) error {
	return t.writeIn(ctx, "add version", authz.ModulesManage, r.App.ID, func(u *unit, r models.Reached) error {
		var module moduleListRow
		if err := t.oneIn(u, moduleKind, r, slug, &module, u.dialect.forShare("x")); err != nil {
			return err
		}
		row := versionRow{
			ID: newID(), OrganizationID: t.organization(), ModuleID: module.Module.Resource.ID, Slug: string(in.Slug), SlugNorm: in.Slug.Norm(), URL: in.URL, Notes: in.Notes,
			CreatedBy: ref(t.actor.User.ID), CreatedAt: moment{u.now},
		}
		if err := u.insert(&row); err != nil {
			return err
		}
		e := t.about(models.ActionVersionAdded, moduleKind, r.App, module.Module.Resource)
		_, e.After = differences(nil, map[string]string{"version": row.Slug, "address": row.URL, "notes": summed(row.Notes)})
		return u.record([]string{t.organization()}, e)
	})
}

// ModuleVersion returns a module and one of its versions, or models.ErrNotFound.
func (t Tenant) ModuleVersion(ctx context.Context, r models.Reached, slug, version string) (models.Module, models.ModuleVersion, error) {
	u := t.store.read(ctx)
	var module moduleListRow
	if err := t.oneIn(u, moduleKind, r, slug, &module, ""); err != nil {
		return models.Module{}, models.ModuleVersion{}, fault("version", err)
	}
	row, err := t.versionOf(u, module.Module.Resource.ID, version, "")
	return module.noun(r.App), row.noun(), fault("version", err)
}

func (t Tenant) versionOf(u *unit, moduleID, version, lock string) (versionListRow, error) {
	var row versionListRow
	slug, err := models.ParseVersionID("", version)
	if err != nil || string(slug) != version {
		return row, models.ErrNotFound
	}
	return row, u.one(&row, `SELECT v.id, v.slug, v.url, v.notes, v.created_at, (SELECT count(*) FROM module_installs i WHERE i.version_id = v.id) AS installs
		FROM module_versions v WHERE v.organization_id = ? AND v.module_id = ? AND v.slug_norm = ?`+lock, t.organization(), moduleID, slug.Norm())
}

// DeleteModuleVersion deletes one version with its installs, in every app. typed is its identifier.
func (t Tenant) DeleteModuleVersion(ctx context.Context, r models.Reached, slug, version, typed string) error {
	return t.writeIn(ctx, "delete version", authz.ModulesManage, r.App.ID, func(u *unit, r models.Reached) error {
		var module moduleListRow
		if err := t.oneIn(u, moduleKind, r, slug, &module, u.dialect.forShare("x")); err != nil {
			return err
		}
		row, err := t.versionOf(u, module.Module.Resource.ID, version, u.dialect.forUpdate("v"))
		if err != nil {
			return err
		}
		if err := confirmed(typed, row.Version.Slug); err != nil {
			return err
		}
		_, installs, err := t.dropVersions(u, "v.id = ?", row.Version.ID)
		if err != nil {
			return err
		}
		e := t.about(models.ActionVersionDeleted, moduleKind, r.App, module.Module.Resource)
		e.Before = map[string]string{"version": row.Version.Slug, "address": row.Version.URL, "installs": strconv.Itoa(installs)}
		return u.record([]string{t.organization()}, e)
	})
}

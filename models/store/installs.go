package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type installRow struct {
	Resource  resourceRow `gorm:"embedded"`
	VersionID string      `gorm:"column:version_id"`
}

func (installRow) TableName() string { return "module_installs" }

// installListRow is an installed module with the version and the module behind it.
type installListRow struct {
	Install     installRow `gorm:"embedded"`
	VersionSlug string     `gorm:"column:version_slug"`
	URL         string     `gorm:"column:url"`
	Notes       string     `gorm:"column:notes"`
	VersionAt   moment     `gorm:"column:version_at"`
	ModuleID    string     `gorm:"column:module_id"`
	Module      string     `gorm:"column:module_slug"`
	Home        string     `gorm:"column:home"`
}

var installKind = kind{
	name: models.KindInstall, table: "module_installs",
	columns: ", x.version_id, v.slug AS version_slug, v.url, v.notes, v.created_at AS version_at, y.id AS module_id, y.slug AS module_slug, a.slug AS home",
	joins:   " JOIN module_versions v ON v.id = x.version_id JOIN modules y ON y.id = v.module_id JOIN apps a ON a.id = y.app_id",
}

func (r installListRow) noun(app models.App) models.Install {
	return models.Install{
		Resource: r.Install.Resource.noun(app), Module: models.ModuleRef{App: r.Home, Module: r.Module},
		Version: models.ModuleVersion{ID: r.Install.VersionID, Slug: r.VersionSlug, URL: r.URL, Notes: r.Notes, CreatedAt: r.VersionAt.Time},
	}
}

// Installs returns a page of the modules that an app installed, as far as the person sees them.
func (t Tenant) Installs(ctx context.Context, r models.Reached, filter models.ResourceFilter) (models.Listed[models.Install], error) {
	return listIn(ctx, t, installKind, r, filter, func(row installListRow) resourceRow { return row.Install.Resource },
		func(row installListRow) models.Install { return row.noun(r.App) })
}

// Install returns one of them with the module's versions, or models.ErrNotFound.
func (t Tenant) Install(ctx context.Context, r models.Reached, slug string) (models.Install, error) {
	u := t.store.read(ctx)
	norm, ok := slugNorm(slug)
	if !ok {
		return models.Install{}, models.ErrNotFound
	}
	var row struct {
		Listed     installListRow `gorm:"embedded"`
		Home       openerRow      `gorm:"embedded"`
		Visibility string         `gorm:"column:module_visibility"`
	}
	q := (&query{}).add("SELECT "+resourceColumns+installKind.columns+", y.visibility AS module_visibility, "+grantColumns+" FROM module_installs x"+installKind.joins+
		" WHERE x.organization_id = ? AND x.app_id = ? AND x.slug_norm = ?", t.actor.User.ID, t.actor.User.ID, t.organization(), r.App.ID, norm).seen(r)
	if err := u.one(&row, q.text.String(), q.args...); err != nil {
		return models.Install{}, fault("installed module", err)
	}
	install := row.Listed.noun(r.App)
	install.Module.Readable = row.Home.reads(r.Subject, row.Visibility)
	var err error
	install.Versions, err = t.versionsOf(u, row.Listed.ModuleID)
	return install, fault("installed module", err)
}

// moduleAnywhere finds a module that the person can read, wherever its home is, with its versions.
func (t Tenant) moduleAnywhere(u *unit, r models.Reached, name models.ModuleRef) (thingAnywhere, error) {
	var found thingAnywhere
	err := u.one(&found, "SELECT "+anywhereColumns+" FROM modules y JOIN apps a ON a.id = y.app_id WHERE y.organization_id = ? AND a.slug_norm = ? AND y.slug_norm = ?",
		t.actor.User.ID, t.actor.User.ID, t.organization(), models.Slug(name.App).Norm(), models.Slug(name.Module).Norm())
	if err == nil && !found.readable(r.Subject) {
		err = models.ErrNotFound
	}
	return found, err
}

// ModuleToInstall returns a module that the person can read with its versions, or models.ErrNotFound.
func (t Tenant) ModuleToInstall(ctx context.Context, r models.Reached, name models.ModuleRef) (models.ModuleRef, []models.ModuleVersion, error) {
	u := t.store.read(ctx)
	found, err := t.moduleAnywhere(u, r, name)
	if err != nil {
		return models.ModuleRef{}, nil, fault("module to install", err)
	}
	versions, err := t.versionsOf(u, string(found.ID))
	return models.ModuleRef{App: string(found.App), Module: string(found.Slug), Readable: true}, versions, fault("module to install", err)
}

// InstallModule installs a version of a module into the app. The right is that of the app; the module has to be one that the person can read.
func (t Tenant) InstallModule(ctx context.Context, r models.Reached, in models.InstallChange) error {
	return t.writeIn(ctx, "install module", authz.ModulesInstall, r.App.ID, func(u *unit, r models.Reached) error {
		module, err := t.moduleAnywhere(u, r, in.Module)
		if models.Is(err, models.NotFound) {
			return models.RefuseField("module", "There is no module “"+in.Module.String()+"” that you can read.")
		}
		if err != nil {
			return err
		}
		version, err := t.versionToInstall(u, string(module.ID), in.Version)
		if err != nil {
			return err
		}
		row := installRow{Resource: t.newResource(u, r.App, in.Slug, ""), VersionID: version.ID}
		row.Resource.Search = resourceSearch(row.Resource.Slug, string(module.Slug)) // there is no description; people look for the module's name
		if err := u.insert(&row); err != nil {
			return err
		}
		e := t.about(models.ActionModuleInstalled, installKind, r.App, row.Resource)
		e.After = map[string]string{"module": string(module.App) + "/" + string(module.Slug), "version": version.Slug}
		return u.record([]string{t.organization()}, e)
	})
}

// versionToInstall keeps the version from being deleted until it is installed.
func (t Tenant) versionToInstall(u *unit, moduleID, version string) (versionRow, error) {
	row, err := t.versionOf(u, moduleID, version, u.dialect.forShare("v"))
	if models.Is(err, models.NotFound) {
		err = models.RefuseField("version", "Choose a version of the module.")
	}
	return row.Version, err
}

// ChangeInstallVersion makes an installed module another version of the same module.
func (t Tenant) ChangeInstallVersion(ctx context.Context, r models.Reached, slug, version string) error {
	return t.writeIn(ctx, "change version", authz.ModulesInstall, r.App.ID, func(u *unit, r models.Reached) error {
		var was installListRow
		if err := t.oneIn(u, installKind, r, slug, &was, u.dialect.forChange("x")); err != nil {
			return err
		}
		chosen, err := t.versionToInstall(u, was.ModuleID, version)
		if err != nil || chosen.ID == was.Install.VersionID {
			return err
		}
		err = u.do(stmt("UPDATE module_installs SET version_id = ?, version = version + 1, updated_at = ? WHERE organization_id = ? AND id = ?",
			chosen.ID, u.now, t.organization(), was.Install.Resource.ID))
		if err != nil {
			return err
		}
		e := t.about(models.ActionInstallChanged, installKind, r.App, was.Install.Resource)
		e.Before, e.After = map[string]string{"version": was.VersionSlug}, map[string]string{"version": chosen.Slug}
		return u.record([]string{t.organization()}, e)
	})
}

// UninstallModule takes an installed module out of the app. typed is its identifier there.
func (t Tenant) UninstallModule(ctx context.Context, r models.Reached, slug, typed string) error {
	return t.writeIn(ctx, "uninstall module", authz.ModulesInstall, r.App.ID, func(u *unit, r models.Reached) error {
		var was installListRow
		if err := t.oneIn(u, installKind, r, slug, &was, u.dialect.forUpdate("x")); err != nil {
			return err
		}
		if err := confirmed(typed, was.Install.Resource.Slug); err != nil {
			return err
		}
		if err := u.do(stmt("DELETE FROM module_installs WHERE organization_id = ? AND id = ?", t.organization(), was.Install.Resource.ID)); err != nil {
			return err
		}
		e := t.about(models.ActionModuleUninstalled, installKind, r.App, was.Install.Resource)
		e.Before = map[string]string{"module": was.Home + "/" + was.Module, "version": was.VersionSlug}
		return u.record([]string{t.organization()}, e)
	})
}

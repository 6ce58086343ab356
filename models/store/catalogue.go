package store

import (
	"context"

	"gatehouse/models"
)

// catalogueRow is a module with the app it lives in.
type catalogueRow struct {
	Module  resourceRow `gorm:"embedded"`
	Home    string      `gorm:"column:home"`
	HomeID  string      `gorm:"column:home_id"`
	Wide    string      `gorm:"column:home_visibility"`
	Version ref         `gorm:"column:latest"`
}

const catalogueColumns = resourceColumns + `, a.slug AS home, a.id AS home_id, a.visibility AS home_visibility,
	(SELECT v.slug FROM module_versions v WHERE v.module_id = x.id ORDER BY v.created_at DESC, v.id DESC LIMIT 1) AS latest`

// ModulesToInstall returns a page of the modules that the person can read, in every app of the organization, by identifier. It draws the
// same line as authz's Decision.Reads, which a test holds it to.
func (t Tenant) ModulesToInstall(ctx context.Context, filter models.ResourceFilter) (models.Listed[models.CatalogueModule], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(filter.Page), func(w window) ([]catalogueRow, error) {
		whole := (&query{}).add("SELECT " + catalogueColumns + " FROM (")
		for i, grant := range t.moduleGrants() {
			if i > 0 {
				whole.add(" UNION ")
			}
			branch := (&query{}).add("SELECT x.* FROM modules x JOIN apps a ON a.id = x.app_id"+grant.where.text.String(), grant.where.args...)
			branch.add(" AND x.organization_id = ?", t.organization()).search(u.dialect, "x.search", filter.Query)
			w.bound(branch, resourcesBySlug)
			if grant.few {
				// Read whole and then sorted: going through the organization's modules in their order would look at nearly all of them.
				branch = (&query{}).add("WITH given AS MATERIALIZED (").add(branch.text.String(), branch.args...).add(") SELECT x.* FROM given x")
			}
			w.limited(branch, resourcesBySlug)
			whole.add("SELECT * FROM (").add(branch.text.String(), branch.args...).add(") granted")
		}
		whole.add(") x JOIN apps a ON a.id = x.app_id")
		w.limited(whole, resourcesBySlug)
		var rows []catalogueRow
		err := u.rows(&rows, whole)
		return rows, err
	}, func(r catalogueRow) position { return position{r.Module.SlugNorm, r.Module.ID} }, func(r catalogueRow) models.CatalogueModule {
		home := models.App{ID: r.HomeID, Slug: r.Home, Visibility: visibilityOf(r.Wide)}
		return models.CatalogueModule{Resource: r.Module.noun(home), Latest: string(r.Version)}
	})
	return page, fault("modules to install", err)
}

// moduleGrant is a way in which modules x of apps a are within reach, as the rest of a query. Few says that it opens some apps of many.
type moduleGrant struct {
	where *query
	few   bool
}

func (t Tenant) moduleGrants() []moduleGrant {
	where := func(condition string, args ...any) *query { return (&query{}).add(" WHERE "+condition, args...) }
	member := t.actor.Role.Valid() && !t.actor.Suspended
	if member && !t.sharing() {
		return []moduleGrant{{where: where("true")}}
	}
	if !member {
		grants := []moduleGrant{{where: where("a.visibility = 'public' AND x.visibility = 'public'")}}
		if !t.actor.Suspended {
			grants = append(grants, moduleGrant{where("x.app_id IN (SELECT c.app_id FROM collaborators c WHERE c.user_id = ?)", t.actor.User.ID), true})
		}
		return grants
	}
	return []moduleGrant{
		{where: where("a.visibility <> 'private' AND x.visibility <> 'private'")},
		{where("x.app_id IN (SELECT ta.app_id FROM team_apps ta WHERE ta.team_id IN ("+ownTeams+"))", t.self()...), true},
		{where("x.app_id IN (SELECT c.app_id FROM collaborators c WHERE c.user_id = ?)", t.actor.User.ID), true},
	}
}

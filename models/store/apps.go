package store

import (
	"context"

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
		whole := (&query{}).add("SELECT " + appColumns + " FROM (")
		for i, grant := range t.grants() {
			if i > 0 {
				whole.add(" UNION ")
			}
			// Each grant is read as far as the page goes, so that no list reads every app of the organization.
			branch := (&query{}).add("SELECT "+appColumns+" FROM apps a"+grant.text.String(), grant.args...)
			branch.add(" AND a.organization_id = ?", t.organization()).search(u.dialect, "a.search", filter.Query)
			w.bound(branch, appsBySlug)
			w.limited(branch, appsBySlug)
			whole.add("SELECT * FROM (").add(branch.text.String(), branch.args...).add(") granted")
		}
		whole.add(") a")
		w.limited(whole, appsBySlug)
		var rows []appRow
		err := u.rows(&rows, whole)
		return rows, err
	}, func(r appRow) position { return position{r.SlugNorm, r.ID} }, t.app)
	return page, fault("apps", err)
}

// grants are the ways in which apps are within the actor's reach, each as the rest of a query over apps a.
func (t Tenant) grants() []*query {
	member := t.actor.Role.Valid() && !t.actor.Suspended
	if member && !t.sharing() {
		return []*query{(&query{}).add(" WHERE true")}
	}
	grants := []*query{(&query{}).add(" WHERE a.visibility <> 'private'")}
	if !member {
		// The condition above says nothing new then, and lets the index of visible apps serve.
		grants[0].add(" AND a.visibility = 'public'")
	}
	if member {
		grants = append(grants, (&query{}).add(" JOIN team_apps ta ON ta.app_id = a.id WHERE ta.team_id IN ("+ownTeams+")", t.self()...))
	}
	if !t.actor.Suspended {
		grants = append(grants, (&query{}).add(" JOIN collaborators c ON c.app_id = a.id WHERE c.user_id = ?", t.actor.User.ID))
	}
	return grants
}

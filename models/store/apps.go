package store

import (
	"context"
	"strconv"
	"unicode/utf8"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

func (t Tenant) app(r appRow) models.App {
	return models.App{
		ID: r.ID, Organization: t.actor.Organization, Slug: r.Slug, Description: r.Description, Visibility: visibilityOf(r.Visibility),
		BaseWorkflow: models.BaseWorkflow(r.BaseWorkflow), Version: r.Version, DescriptionVersion: r.DescriptionOf,
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
	}
}

// appOrder is how a list of apps is sorted; what is no order is the first.
func appOrder(sort models.AppSort) order {
	switch sort {
	case models.AppsFromLast:
		return order{key: "a.slug_norm", id: "a.id", descending: true}
	case models.AppsOldest:
		return order{key: "a.updated_at", id: "a.id"}
	case models.AppsNewest:
		return order{key: "a.updated_at", id: "a.id", descending: true}
	case models.AppsBySlug:
	}
	return order{key: "a.slug_norm", id: "a.id"}
}

const appColumns = "a.id, a.slug, a.slug_norm, a.description, a.visibility, a.base_workflow, a.version, a.description_version, a.created_at, a.updated_at"

// Apps returns a page of the apps within the actor's reach. It draws the same line as authz.Decide, which a test holds it to.
func (t Tenant) Apps(ctx context.Context, filter models.AppFilter) (models.Listed[models.App], error) {
	page, err := t.apps(t.store.read(ctx), filter)
	return page, fault("apps", err)
}

// AppsReached is Apps with what reaches each, in one query more.
func (t Tenant) AppsReached(ctx context.Context, filter models.AppFilter) (models.Listed[models.AppListed], error) {
	u := t.store.read(ctx)
	page, err := t.apps(u, filter)
	reached := models.Listed[models.AppListed]{Older: page.Older, Newer: page.Newer}
	for _, app := range page.Rows {
		reached.Rows = append(reached.Rows, models.AppListed{
			Reached: models.Reached{App: app, Subject: t.actor.Subject(), Object: authz.Object{App: &authz.App{Visibility: app.Visibility}}},
		})
	}
	if err == nil {
		err = t.addGrants(u, reached.Rows)
	}
	return reached, fault("apps reached", err)
}

func (t Tenant) apps(u *unit, filter models.AppFilter) (models.Listed[models.App], error) {
	sorted, byTime := appOrder(filter.Sort), filter.Sort == models.AppsOldest || filter.Sort == models.AppsNewest
	asked := windowOf(filter.Page)
	if byTime {
		asked = momentWindow(filter.Page)
	}
	rare := t.rareApps(u, filter)
	return list(asked, func(w window) ([]appRow, error) {
		var rows []appRow
		whole := (&query{}).add("SELECT " + appColumns + " FROM (")
		for i, g := range t.grants(filter.Visibility, t.teamApps(filter, w, sorted)) {
			if i > 0 {
				whole.add(" UNION ")
			}
			// Each grant is read as far as the page goes, so that no list reads every app of the organization.
			branch := func(from *query, narrow func(*query)) {
				q := (&query{}).add("SELECT "+appColumns+" FROM ").addAll(from).addAll(g).add(" AND a.organization_id = ?", t.organization())
				narrow(q)
				w.bound(q, sorted)
				w.limited(q, sorted)
				whole.add("SELECT * FROM (").addAll(q).add(") granted")
			}
			branch((&query{}).add("apps a"), func(q *query) {
				q.search(u.dialect, "a.search", filter.Query)
				if rare != nil {
					q.add(" AND NOT (SELECT yes FROM rare)")
				}
			})
			if rare != nil {
				whole.add(" UNION ")
				// A fence: the planner must not look for another way to the matches, such as through the organization.
				branch((&query{}).add("(SELECT * FROM apps found WHERE (SELECT yes FROM rare) AND found.search LIKE ? OFFSET 0) a", pattern(foldQuery(filter.Query))), func(*query) {})
			}
		}
		if whole.args == nil { // no grant could have that visibility
			return nil, nil
		}
		whole.add(") a")
		w.limited(whole, sorted)
		if rare != nil {
			whole = (&query{}).add("WITH rare AS MATERIALIZED (").addAll(rare).add(") ").addAll(whole)
		}
		err := u.rows(&rows, whole)
		return rows, err
	}, func(r appRow) position {
		if byTime {
			return momentPosition(r.UpdatedAt, r.ID)
		}
		return position{r.SlugNorm, r.ID}
	}, t.app)
}

// rareApps says whether what is searched for is so rare that the index of the search finds it sooner than reading the list in its order does:
// in a large organization, when none of the first apps has it. It is nil where the list is read in any case.
func (t Tenant) rareApps(u *unit, filter models.AppFilter) *query {
	folded := foldQuery(filter.Query)
	if u.dialect != postgresDialect || utf8.RuneCountInString(folded) < trigram {
		return nil
	}
	first := (&query{}).add("SELECT a.search FROM apps a WHERE a.organization_id = ?", t.organization())
	window{size: probed}.limited(first, appOrder(models.AppsBySlug))
	q := (&query{}).add("SELECT coalesce((SELECT n >= "+strconv.Itoa(readNear)+" FROM organization_counts WHERE organization_id = ? AND what = 'apps'), false)", t.organization())
	return q.add(" AND NOT EXISTS (SELECT 1 FROM (").addAll(first).add(") a WHERE strpos(a.search, ?) > 0) AS yes", folded)
}

// teamApps is a subquery of the apps of the actor's teams, each once however many teams have it. Where the teams' own index has the order of
// the list and nothing else narrows it, only a page of them is looked up.
func (t Tenant) teamApps(filter models.AppFilter, w window, sorted order) *query {
	if sorted.key != appOrder(models.AppsBySlug).key || filter.Visibility != nil || foldQuery(filter.Query) != "" {
		return (&query{}).add("SELECT DISTINCT ta.app_id FROM team_apps ta WHERE ta.team_id IN ("+ownTeams+")", t.self()...)
	}
	return t.firstOfOwnTeams("team_apps", w, order{key: "own.slug_norm", id: "own.app_id", descending: sorted.descending})
}

// grants are the ways in which apps of a visibility (nil: of any) are within the actor's reach, each as the rest of a query over apps a, in
// which no app comes twice.
func (t Tenant) grants(only *authz.Visibility, ofTeams *query) []*query {
	member := t.actor.Role.Valid() && !t.actor.Suspended
	var found []*query
	given := func(piece string, args ...any) {
		q := (&query{}).add(piece, args...)
		if only != nil {
			q.add(" AND a.visibility = ?", models.VisibilityKey(*only))
		}
		found = append(found, q)
	}
	if member && !t.sharing() {
		given(" WHERE true")
		return found
	}
	// Each visibility by itself: there is an index for one, in either order, and none for both.
	visible := func(v authz.Visibility) {
		if only == nil || *only == v {
			found = append(found, (&query{}).add(" WHERE a.visibility = ?", models.VisibilityKey(v)))
		}
	}
	visible(authz.Public)
	if member {
		visible(authz.Organization)
		given(" JOIN ("+ofTeams.text.String()+") ta ON ta.app_id = a.id WHERE true", ofTeams.args...)
	}
	if !t.actor.Suspended {
		given(" JOIN collaborators c ON c.app_id = a.id WHERE c.user_id = ?", t.actor.User.ID)
	}
	return found
}

// addGrants puts on the apps of a page what else reaches them and how many have been given each, in one query.
func (t Tenant) addGrants(u *unit, apps []models.AppListed) error {
	if len(apps) == 0 {
		return nil
	}
	at := make(map[string]*models.AppListed, len(apps))
	ids := make([]string, 0, len(apps))
	for i := range apps {
		at[apps[i].App.ID] = &apps[i]
		ids = append(ids, apps[i].App.ID)
	}
	var rows []struct {
		AppID string `gorm:"column:app_id"`
		What  string `gorm:"column:what"`
		Name  string `gorm:"column:name"`
		N     int    `gorm:"column:n"`
	}
	// No list counts to the end: an app may be in every team.
	q := (&query{}).add(`SELECT a.id AS app_id, 'teams' AS what, '' AS name, (SELECT count(*) FROM (SELECT 1 FROM team_apps ta WHERE ta.app_id = a.id LIMIT 100) c) AS n
		FROM apps a WHERE a.id IN (?)
		UNION ALL SELECT a.id, 'collaborators', '', (SELECT count(*) FROM (SELECT 1 FROM collaborators c WHERE c.app_id = a.id LIMIT 100) c) FROM apps a WHERE a.id IN (?)
		UNION ALL SELECT c.app_id, 'level', c.level, 0 FROM collaborators c WHERE c.user_id = ? AND c.app_id IN (?)`, ids, ids, t.actor.User.ID, ids)
	if t.sharing() { // nobody else reaches an app through a team
		q.add(` UNION ALL SELECT ta.app_id, 'team', shared.name, 0 FROM team_apps ta JOIN team_members tm ON tm.team_id = ta.team_id AND tm.user_id = ?
			JOIN teams shared ON shared.id = ta.team_id WHERE ta.app_id IN (?) ORDER BY 2, 3`, t.actor.User.ID, ids)
	}
	if err := u.rows(&rows, q); err != nil {
		return err
	}
	for _, row := range rows {
		app := at[row.AppID]
		switch row.What {
		case "teams":
			app.Teams = row.N
		case "collaborators":
			app.Collaborators = row.N
		case "level":
			app.Object.App.Collaborator = levelOf(row.Name)
		case "team":
			app.Object.App.Teams = append(app.Object.App.Teams, row.Name)
			app.Subject.Teams = app.Object.App.Teams
		}
	}
	return nil
}

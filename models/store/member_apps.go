package store

import (
	"context"
	"fmt"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

var appsByID = appOrder(models.AppsBySlug)

type memberAppRow struct {
	App   appRow `gorm:"embedded"`
	Level ref    `gorm:"column:level"`
	Team  ref    `gorm:"column:team"`
	teams []string
}

// MemberApps returns a page of the apps that a member reaches, by identifier, each with every grant that reaches it. A Team Contributor sees
// those that are within their own reach as well, and no team but their own.
func (t Tenant) MemberApps(ctx context.Context, m models.Member, page models.Page) (models.Listed[models.MemberApp], error) {
	u := t.store.read(ctx)
	found, err := list(windowOf(page), func(w window) ([]memberAppRow, error) {
		q := (&query{}).add("SELECT " + appColumns + ", c.level, t.name AS team FROM (SELECT " + appColumns + " FROM (")
		t.reachedBy(m, q, w)
		q.add(") a")
		w.limited(q, appsByID)
		q.add(`) a LEFT JOIN collaborators c ON c.app_id = a.id AND c.user_id = ?
			LEFT JOIN (SELECT ta.app_id, shared.name, shared.sort_name FROM team_apps ta
				JOIN team_members tm ON tm.team_id = ta.team_id AND tm.user_id = ?
				JOIN teams shared ON shared.id = ta.team_id WHERE ta.organization_id = ?`, m.UserID, m.UserID, t.organization())
		if t.sharing() {
			q.add(" AND ta.team_id IN ("+ownTeams+")", t.self()...)
		}
		q.add(") t ON t.app_id = a.id")
		w.sorted(q, appsByID)
		q.add(", t.sort_name")
		var rows []memberAppRow
		err := u.rows(&rows, q)
		return together(rows), err
	}, func(r memberAppRow) position { return position{r.App.SlugNorm, r.App.ID} }, func(r memberAppRow) models.MemberApp { return t.memberApp(m, r) })
	return found, fault("member apps", err)
}

// together makes one row of those of one app, which differ in the team.
func together(rows []memberAppRow) []memberAppRow {
	var apps []memberAppRow
	for _, row := range rows {
		if len(apps) == 0 || apps[len(apps)-1].App.ID != row.App.ID {
			apps = append(apps, row)
		}
		if last := &apps[len(apps)-1]; row.Team != "" {
			last.teams = append(last.teams, string(row.Team))
		}
	}
	return apps
}

func (t Tenant) memberApp(m models.Member, r memberAppRow) models.MemberApp {
	app := t.app(r.App)
	object := authz.Object{App: &authz.App{Visibility: app.Visibility, Teams: r.teams, Collaborator: levelOf(string(r.Level))}}
	subject := authz.Subject{SignedIn: true, Role: m.Role, Suspended: m.Suspended, Teams: r.teams}
	return models.MemberApp{App: app, Because: authz.Decide(subject, authz.SidebarView, object).Because}
}

// mostCounted is how far the apps that a member reaches are counted, unless it is all there are.
const mostCounted = 200

// CountMemberApps returns how many apps MemberApps leads through; more says that there are others beyond those counted.
func (t Tenant) CountMemberApps(ctx context.Context, m models.Member) (n int, more bool, err error) {
	u := t.store.read(ctx)
	if m.Role.Valid() && m.Role != authz.TeamContributor && !m.Suspended && !t.sharing() {
		err = u.one(&n, "SELECT coalesce((SELECT n FROM organization_counts WHERE organization_id = ? AND what = 'apps'), 0)", t.organization())
		return n, false, fault("count member apps", err)
	}
	q := (&query{}).add("SELECT count(*) FROM (SELECT 1 FROM (")
	t.reachedBy(m, q, window{size: mostCounted})
	q.add(fmt.Sprintf(") a LIMIT %d) counted", mostCounted+1))
	err = u.one(&n, q.text.String(), q.args...)
	return min(n, mostCounted), n > mostCounted, fault("count member apps", err)
}

// reachedBy adds the apps that a member reaches, one branch for each grant, as far as the actor may know of them. Each branch is limited, so
// that no page reads every app of the organization.
func (t Tenant) reachedBy(m models.Member, q *query, w window) {
	them := Tenant{store: t.store, actor: models.Actor{
		Person: models.Person{User: models.User{ID: m.UserID}}, Organization: t.actor.Organization, Role: m.Role, Suspended: m.Suspended,
	}}
	ofTeams := them.teamApps(models.AppFilter{}, w, appsByID)
	if t.sharing() {
		// Not cut to a page yet: which of them the actor may know of is said below.
		ofTeams = (&query{}).add("SELECT DISTINCT given.app_id FROM team_apps given WHERE given.team_id IN ("+ownTeams+")", them.self()...)
	}
	for i, grant := range them.grants(nil, ofTeams) {
		if i > 0 {
			q.add(" UNION ")
		}
		branch := (&query{}).add("SELECT "+appColumns+" FROM apps a"+grant.text.String(), grant.args...)
		branch.add(" AND a.organization_id = ?", t.organization())
		if t.sharing() {
			t.alsoOwn(branch, m)
		}
		w.bound(branch, appsByID)
		w.limited(branch, appsByID)
		q.add("SELECT * FROM (").add(branch.text.String(), branch.args...).add(") granted")
	}
}

// alsoOwn adds that the app is within the reach of the actor, a Team Contributor, and that it is not another team which gives it to the member.
func (t Tenant) alsoOwn(branch *query, m models.Member) {
	const shared = "a.id IN (SELECT ta.app_id FROM team_apps ta WHERE ta.team_id IN (" + ownTeams + ")"
	const given = "a.id IN (SELECT c.app_id FROM collaborators c WHERE c.user_id = ?)"
	branch.add(" AND (a.visibility <> 'private' OR "+given+" OR "+shared+"))", append([]any{t.actor.User.ID}, t.self()...)...)
	if m.Role == authz.TeamContributor {
		branch.add(" AND (a.visibility <> 'private' OR "+given+" OR "+shared, append([]any{m.UserID}, t.self()...)...)
		branch.add(" AND ta.team_id IN ("+ownTeams+")))", t.organization(), m.UserID)
	}
}

package store

import (
	"context"

	"gatehouse/models"
)

// Who has something by a team: its Team Contributors, unless they are suspended. Everybody else's role reaches every app by itself.
const builders = "m.role = 'team_contributor' AND NOT m.suspended"

// TeamDeletion returns what deleting a team takes.
func (t Tenant) TeamDeletion(ctx context.Context, team models.Team) (models.TeamEffect, error) {
	effect, err := t.effect(t.store.read(ctx), team, t.peopleIn(team), t.appsIn(team), "")
	return effect, fault("team deletion", err)
}

// TeamPeople returns the members with these accounts, as they are before they are added to a team or removed from it, in the order given. Who
// is no member has no name.
func (t Tenant) TeamPeople(ctx context.Context, team models.Team, userIDs []string) ([]models.TeamCandidate, error) {
	people, _, err := t.candidates(t.store.read(ctx), team, userIDs)
	return people, fault("team people", err)
}

func (t Tenant) candidates(u *unit, team models.Team, userIDs []string) (candidates []models.TeamCandidate, ids []string, err error) {
	ids = []string{}
	for _, given := range userIDs {
		if id, ok := parseID(given); ok {
			ids = append(ids, id)
		}
	}
	var rows []teamMemberListRow
	err = u.all(&rows, `SELECT m.user_id, u.name, u.email, m.role, m.suspended, tm.added_at FROM members m JOIN users u ON u.id = m.user_id
		LEFT JOIN team_members tm ON tm.team_id = ? AND tm.user_id = m.user_id WHERE m.organization_id = ? AND m.user_id IN (?)`, team.ID, t.organization(), ids)
	for _, given := range userIDs {
		candidate := models.TeamCandidate{ID: given}
		for _, row := range rows {
			if id, _ := parseID(given); id == row.UserID {
				candidate = models.TeamCandidate{
					ID: row.UserID, Name: row.Name, Email: row.Email, Role: roleOf(row.Role), Suspended: row.Suspended, In: !row.AddedAt.IsZero(),
				}
			}
		}
		candidates = append(candidates, candidate)
	}
	return candidates, ids, err
}

// PreviewTeamMembers returns what adding these members to a team gives, or what removing them takes.
func (t Tenant) PreviewTeamMembers(ctx context.Context, team models.Team, userIDs []string, adding bool) (models.TeamPreview, error) {
	u := t.store.read(ctx)
	var preview models.TeamPreview
	candidates, ids, err := t.candidates(u, team, userIDs)
	if err == nil {
		people := (&query{}).add("SELECT m.user_id FROM members m WHERE m.organization_id = ? AND m.user_id IN (?) AND "+builders, t.organization(), ids)
		people.add(inOrNot(!adding)+"SELECT x.user_id FROM team_members x WHERE x.team_id = ? AND x.user_id = m.user_id)", team.ID)
		preview.Effect, err = t.effect(u, team, people, t.appsIn(team), "SELECT id, reach, build FROM by_person")
	}
	preview.Candidates = candidates
	return preview, fault("preview team members", err)
}

// TeamAppCandidates is TeamPeople for apps, by their identifiers.
func (t Tenant) TeamAppCandidates(ctx context.Context, team models.Team, appSlugs []string) ([]models.TeamCandidate, error) {
	apps, _, err := t.appCandidates(t.store.read(ctx), team, appSlugs)
	return apps, fault("team app candidates", err)
}

func (t Tenant) appCandidates(u *unit, team models.Team, appSlugs []string) (candidates []models.TeamCandidate, norms []string, err error) {
	norms = []string{}
	for _, given := range appSlugs {
		if norm, ok := slugNorm(given); ok {
			norms = append(norms, norm)
		}
	}
	var rows []teamAppListRow
	err = u.all(&rows, "SELECT "+appColumns+`, ta.added_at FROM apps a LEFT JOIN team_apps ta ON ta.team_id = ? AND ta.app_id = a.id
		WHERE a.organization_id = ? AND a.slug_norm IN (?)`, team.ID, t.organization(), norms)
	for _, given := range appSlugs {
		candidate := models.TeamCandidate{ID: given}
		for _, row := range rows {
			if norm, _ := slugNorm(given); norm == row.App.SlugNorm {
				candidate = models.TeamCandidate{
					ID: row.App.Slug, Name: row.App.Slug, Description: row.App.Description, Visibility: visibilityOf(row.App.Visibility), In: !row.AddedAt.IsZero(),
				}
			}
		}
		candidates = append(candidates, candidate)
	}
	return candidates, norms, err
}

// PreviewTeamApps returns what adding these apps to a team gives, or what removing them takes.
func (t Tenant) PreviewTeamApps(ctx context.Context, team models.Team, appSlugs []string, adding bool) (models.TeamPreview, error) {
	u := t.store.read(ctx)
	var preview models.TeamPreview
	candidates, norms, err := t.appCandidates(u, team, appSlugs)
	if err == nil {
		apps := (&query{}).add("SELECT a.id AS app_id, a.slug, a.visibility <> 'private' AS readable FROM apps a WHERE a.organization_id = ? AND a.slug_norm IN (?)", t.organization(), norms)
		apps.add(inOrNot(!adding)+"SELECT x.app_id FROM team_apps x WHERE x.team_id = ? AND x.app_id = a.id)", team.ID)
		preview.Effect, err = t.effect(u, team, t.peopleIn(team), apps, "SELECT id, reach, build FROM by_app")
	}
	preview.Candidates = candidates
	return preview, fault("preview team apps", err)
}

func inOrNot(in bool) string {
	if in {
		return " AND EXISTS ("
	}
	return " AND NOT EXISTS ("
}

func (t Tenant) peopleIn(team models.Team) *query {
	return (&query{}).add(`SELECT tm.user_id FROM team_members tm JOIN members m ON m.organization_id = tm.organization_id AND m.user_id = tm.user_id
		WHERE tm.organization_id = ? AND tm.team_id = ? AND `+builders, t.organization(), team.ID)
}

func (t Tenant) appsIn(team models.Team) *query {
	return (&query{}).add(`SELECT ta.app_id, a.slug, a.visibility <> 'private' AS readable FROM team_apps ta JOIN apps a ON a.id = ta.app_id
		WHERE ta.organization_id = ? AND ta.team_id = ?`, t.organization(), team.ID)
}

// effect says what the team alone gives these people in these apps: what no other team of theirs, no collaboration and no visibility gives. It
// draws the same line as authz.Decide, which a test holds it to. Only the other grants are put beside each other, never every person with
// every app. each selects one's own parts, if they are asked for.
func (t Tenant) effect(u *unit, team models.Team, people, apps *query, each string) (models.TeamEffect, error) {
	q := (&query{}).add("WITH people AS (").add(people.text.String(), people.args...)
	q.add("), things AS (").add(apps.text.String(), apps.args...)
	q.add(`), others AS (
			SELECT tm.user_id, ta.app_id, 1 AS builds FROM team_apps ta JOIN team_members tm ON tm.team_id = ta.team_id
			WHERE ta.organization_id = ? AND ta.team_id <> ? AND ta.app_id IN (SELECT app_id FROM things) AND tm.user_id IN (SELECT user_id FROM people)
			UNION ALL SELECT c.user_id, c.app_id, CASE c.level WHEN 'contributor' THEN 1 ELSE 0 END FROM collaborators c
			WHERE c.app_id IN (SELECT app_id FROM things) AND c.user_id IN (SELECT user_id FROM people)
		), covered AS (SELECT o.user_id, o.app_id, max(o.builds) AS builds FROM others o GROUP BY o.user_id, o.app_id
		), totals AS (SELECT (SELECT count(*) FROM people) AS people, count(*) AS apps, coalesce(sum(CASE WHEN readable THEN 0 ELSE 1 END), 0) AS hidden FROM things
		), person_sums AS (SELECT p.user_id, sum(CASE WHEN th.readable THEN 0 WHEN c.app_id IS NULL THEN 0 ELSE 1 END) AS read, sum(coalesce(c.builds, 0)) AS built
			FROM people p LEFT JOIN covered c ON c.user_id = p.user_id LEFT JOIN things th ON th.app_id = c.app_id GROUP BY p.user_id
		), by_person AS (SELECT CAST(s.user_id AS text) AS id, t.hidden - s.read AS reach, t.apps - s.built - (t.hidden - s.read) AS build FROM person_sums s, totals t
		), app_sums AS (SELECT th.slug, th.readable, count(c.user_id) AS read, sum(coalesce(c.builds, 0)) AS built
			FROM things th LEFT JOIN covered c ON c.app_id = th.app_id GROUP BY th.app_id, th.slug, th.readable
		), by_app AS (SELECT s.slug AS id, CASE WHEN s.readable THEN 0 ELSE t.people - s.read END AS reach,
			CASE WHEN s.readable THEN t.people ELSE s.read END - s.built AS build FROM app_sums s, totals t
		) `, t.organization(), team.ID)
	q.add(`SELECT '' AS id, (SELECT count(*) FROM by_person WHERE reach > 0) AS reach, (SELECT count(*) FROM by_app WHERE reach > 0) AS reach_apps,
		(SELECT count(*) FROM by_person WHERE build > 0) AS build, (SELECT count(*) FROM by_app WHERE build > 0) AS build_apps`)
	if each != "" {
		q.add(" UNION ALL SELECT e.id, e.reach, 0, e.build, 0 FROM (" + each + ") e")
	}
	var rows []struct {
		ID        string `gorm:"column:id"`
		Reach     int    `gorm:"column:reach"`
		ReachApps int    `gorm:"column:reach_apps"`
		Build     int    `gorm:"column:build"`
		BuildApps int    `gorm:"column:build_apps"`
	}
	if err := u.rows(&rows, q); err != nil {
		return models.TeamEffect{}, err
	}
	effect := models.TeamEffect{Each: map[string]models.TeamShare{}}
	for _, row := range rows {
		if row.ID == "" {
			effect.Reach, effect.Build = models.TeamNumbers{People: row.Reach, Apps: row.ReachApps}, models.TeamNumbers{People: row.Build, Apps: row.BuildApps}
			continue
		}
		effect.Each[row.ID] = models.TeamShare{Reach: row.Reach, Build: row.Build}
	}
	return effect, nil
}

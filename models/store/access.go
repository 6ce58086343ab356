package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// nearby is how many teams are named of those that would help: enough to choose from.
const nearby = 4

type standingRow struct {
	ID        string `gorm:"column:id"`
	Name      string `gorm:"column:name"`
	Email     string `gorm:"column:email"`
	Role      ref    `gorm:"column:role"`
	Suspended bool   `gorm:"column:suspended"`
	JoinedAt  moment `gorm:"column:joined_at"`
	GivenAt   moment `gorm:"column:role_changed_at"`
	GivenBy   string `gorm:"column:given_by"`
}

// AppWithin is an app that some grant opens to the actor, or models.ErrNotFound.
func (t Tenant) AppWithin(ctx context.Context, slug string) (models.Reached, error) {
	reached, err := t.Reach(ctx, slug)
	if err == nil && !reached.Decide(authz.SidebarView).Within {
		err = models.ErrNotFound
	}
	return reached, err
}

// Standing loads everything that an answer about one person depends on: in the organization, and in an app that the actor reaches unless it is
// nil. Somebody whom the actor does not see is models.ErrNotFound; so is an account that has nothing to do with the organization.
func (t Tenant) Standing(ctx context.Context, userID string, in *models.Reached) (models.Standing, error) {
	id, ok := parseID(userID)
	if !ok {
		return models.Standing{}, models.ErrNotFound
	}
	u := t.store.read(ctx)
	s, err := t.standing(u, id, in)
	if err == nil && in != nil {
		s.Object.App = &authz.App{Visibility: in.App.Visibility}
		if err = t.addShares(u, &s, in.App.ID); err == nil {
			err = t.addGiven(u, &s, in.App.ID)
		}
	}
	return s, fault("standing", err)
}

// standing is the person, if the actor sees them: a member whom the list of members shows, or a collaborator of any app. Who sees some members
// only sees of the others what the app's collaborators are: those from outside, in the app that is asked about.
func (t Tenant) standing(u *unit, id string, in *models.Reached) (models.Standing, error) {
	q := (&query{}).add(`SELECT u.id, u.name, u.email, m.role, coalesce(m.suspended, false) AS suspended, m.joined_at,
		m.role_changed_at, coalesce((SELECT b.name FROM users b WHERE b.id = m.role_changed_by), '') AS given_by
		FROM users u LEFT JOIN members m ON m.user_id = u.id AND m.organization_id = ?
		WHERE u.id = ? AND ((m.user_id IS NOT NULL AND ?`, t.organization(), id, t.actor.Role.Valid())
	t.within(q)
	q.add(") OR ")
	switch {
	case !t.actor.Role.Valid(): // a guest asks about themselves
		q.add("u.id = ?", t.actor.User.ID)
	case !t.sharing():
		q.add("EXISTS (SELECT 1 FROM collaborators c JOIN apps a ON a.id = c.app_id WHERE c.user_id = u.id AND a.organization_id = ?)", t.organization())
	case in != nil && in.May(authz.CollaboratorsView):
		q.add("(m.user_id IS NULL AND EXISTS (SELECT 1 FROM collaborators c WHERE c.user_id = u.id AND c.app_id = ?))", in.App.ID)
	default:
		q.add("false")
	}
	q.add(")")
	var rows []standingRow
	if err := u.rows(&rows, q); err != nil {
		return models.Standing{}, err
	}
	if len(rows) == 0 {
		return models.Standing{}, models.ErrNotFound
	}
	r := rows[0]
	return models.Standing{
		UserID: r.ID, Name: r.Name, Email: r.Email, Member: r.Role != "", JoinedAt: r.JoinedAt.Time,
		RoleGiven: t.told(r.GivenAt, r.GivenBy), Teams: map[string]models.StandingTeam{},
		Subject: authz.Subject{SignedIn: true, Role: roleOf(string(r.Role)), Suspended: r.Suspended},
	}, nil
}

// addShares puts the teams on the standing: every one that both are in, and some that the app is in and the person is not, and the other
// way round. Of a team that the actor does not see only its part in the answer is told.
func (t Tenant) addShares(u *unit, s *models.Standing, appID string) error {
	var rows []struct {
		Slug     string `gorm:"column:slug"`
		Name     string `gorm:"column:name"`
		JoinedAt moment `gorm:"column:joined_at"`
		JoinedBy string `gorm:"column:joined_by"`
		AddedAt  moment `gorm:"column:added_at"`
		AddedBy  string `gorm:"column:added_by"`
		Seen     bool   `gorm:"column:seen"`
	}
	seen := (&query{}).add("true")
	switch {
	case !t.actor.Role.Valid(): // a guest learns of no team
		seen = (&query{}).add("false")
	case t.sharing():
		seen = (&query{}).add("t.id IN ("+ownTeams+")", t.self()...)
	}
	branch := func(q *query, joined, added, tail string, args ...any) {
		q.add("SELECT t.slug, t.name, t.sort_name, "+joined+", "+added+", ").add(seen.text.String(), seen.args...)
		q.add(" AS seen FROM teams t "+tail, args...)
	}
	const (
		joinedThen = "tm.added_at AS joined_at, coalesce((SELECT b.name FROM users b WHERE b.id = tm.added_by), '') AS joined_by"
		addedThen  = "ta.added_at AS added_at, coalesce((SELECT b.name FROM users b WHERE b.id = ta.added_by), '') AS added_by"
		notJoined  = "CAST(NULL AS timestamp) AS joined_at, '' AS joined_by"
		notAdded   = "CAST(NULL AS timestamp) AS added_at, '' AS added_by"
	)
	organization := t.organization()
	q := (&query{}).add("SELECT slug, name, joined_at, joined_by, added_at, added_by, seen FROM (")
	branch(q, joinedThen, addedThen, `JOIN team_apps ta ON ta.team_id = t.id AND ta.app_id = ?
		JOIN team_members tm ON tm.team_id = t.id AND tm.user_id = ? WHERE t.organization_id = ?`, appID, s.UserID, organization)
	q.add(" UNION ALL SELECT * FROM (")
	branch(q, notJoined, addedThen, `JOIN team_apps ta ON ta.team_id = t.id AND ta.app_id = ? WHERE t.organization_id = ?
		AND NOT EXISTS (SELECT 1 FROM team_members tm WHERE tm.team_id = t.id AND tm.user_id = ?) AND `, appID, organization, s.UserID)
	q.add(seen.text.String(), seen.args...).add(" ORDER BY t.sort_name, t.id LIMIT ?) the_apps UNION ALL SELECT * FROM (", nearby)
	branch(q, joinedThen, notAdded, `JOIN team_members tm ON tm.team_id = t.id AND tm.user_id = ? WHERE t.organization_id = ?
		AND NOT EXISTS (SELECT 1 FROM team_apps ta WHERE ta.team_id = t.id AND ta.app_id = ?) AND `, s.UserID, organization, appID)
	q.add(seen.text.String(), seen.args...).add(" ORDER BY t.sort_name, t.id LIMIT ?) theirs) near ORDER BY sort_name, slug", nearby)
	if err := u.rows(&rows, q); err != nil {
		return err
	}
	for _, r := range rows {
		team := models.StandingTeam{Joined: t.told(r.JoinedAt, r.JoinedBy), Added: t.told(r.AddedAt, r.AddedBy)}
		if r.Seen {
			team.TeamRef = models.TeamRef{Slug: r.Slug, Name: r.Name}
		}
		s.Teams[r.Slug] = team
		if !r.JoinedAt.IsZero() {
			s.Subject.Teams = append(s.Subject.Teams, r.Slug)
		}
		if !r.AddedAt.IsZero() {
			s.Object.App.Teams = append(s.Object.App.Teams, r.Slug)
		}
	}
	return nil
}

// addGiven puts on the standing what the person was given as a collaborator, and since when the app is as visible as it is.
func (t Tenant) addGiven(u *unit, s *models.Standing, appID string) error {
	var row struct {
		Level     ref    `gorm:"column:level"`
		AddedAt   moment `gorm:"column:added_at"`
		AddedBy   string `gorm:"column:added_by"`
		ChangedAt moment `gorm:"column:changed_at"`
		ChangedBy string `gorm:"column:changed_by"`
	}
	err := u.one(&row, `SELECT c.level, c.added_at, coalesce(b.name, '') AS added_by, a.visibility_changed_at AS changed_at, coalesce(v.name, '') AS changed_by
		FROM apps a LEFT JOIN users v ON v.id = a.visibility_changed_by
		LEFT JOIN collaborators c ON c.app_id = a.id AND c.user_id = ? LEFT JOIN users b ON b.id = c.added_by
		WHERE a.organization_id = ? AND a.id = ?`, s.UserID, t.organization(), appID)
	if err != nil {
		return err
	}
	s.Object.App.Collaborator = levelOf(string(row.Level))
	s.Collaborator, s.Visibility = t.told(row.AddedAt, row.AddedBy), t.told(row.ChangedAt, row.ChangedBy)
	return nil
}

// told is since when and by whom. Those who see some members only are not told names of others.
func (t Tenant) told(at moment, by string) models.Given {
	if t.sharing() || !t.actor.Role.Valid() {
		by = ""
	}
	return models.Given{At: at.Time, By: by}
}

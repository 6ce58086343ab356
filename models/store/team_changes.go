package store

import (
	"context"
	"slices"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// AddTeamMember adds one member to a team, and says whether that changed anything. Who is no member of the organization is models.ErrNotFound.
func (t Tenant) AddTeamMember(ctx context.Context, teamSlug, userID string) (models.TeamOutcome, error) {
	changes, err := t.AddTeamMembers(ctx, teamSlug, []string{userID})
	if err == nil && changes[0].Outcome == models.TeamUnknown {
		err = models.ErrNotFound
	}
	if err != nil {
		return 0, err
	}
	return changes[0].Outcome, nil
}

// AddTeamMembers adds several members to a team: all in one transaction, with an audit entry for each who was not in it. What became of each
// is said in the order in which they were given, once.
func (t Tenant) AddTeamMembers(ctx context.Context, teamSlug string, userIDs []string) ([]models.TeamChange, error) {
	var changes []models.TeamChange
	err := t.write(ctx, "add team members", authz.TeamMembersAdd, func(u *unit) error {
		// The members before the team, as when a member is removed; else two could wait for each other.
		people, err := t.teamPeople(u, userIDs, u.dialect.forKey("m"))
		if err != nil {
			return err
		}
		team, err := t.team(u, teamSlug, u.dialect.forChange("t"))
		if err != nil {
			return err
		}
		changes, err = changeEach(people, func(p teamThing) (bool, error) {
			return u.changed("INSERT INTO team_members (organization_id, team_id, user_id, added_at, added_by) VALUES (?, ?, ?, ?, ?) ON CONFLICT (team_id, user_id) DO NOTHING",
				t.organization(), team.ID, p.key, u.now, t.actor.User.ID)
		}, func(p teamThing) error {
			return t.recordTeam(u, models.ActionTeamMemberAdded, team.ID, team.Name, nil, map[string]string{"member": p.described})
		})
		return err
	})
	return changes, err
}

// RemoveTeamMembers takes several members out of a team, as AddTeamMembers adds them.
func (t Tenant) RemoveTeamMembers(ctx context.Context, teamSlug string, userIDs []string) ([]models.TeamChange, error) {
	var changes []models.TeamChange
	err := t.write(ctx, "remove team members", authz.TeamMembersAdd, func(u *unit) error {
		team, err := t.team(u, teamSlug, u.dialect.forChange("t"))
		if err != nil {
			return err
		}
		people, err := t.teamPeople(u, userIDs, "")
		if err != nil {
			return err
		}
		if err := u.markOwned(team.ID, people); err != nil {
			return err
		}
		changes, err = changeEach(people, func(p teamThing) (bool, error) {
			return u.changed("DELETE FROM team_members WHERE organization_id = ? AND team_id = ? AND user_id = ?", t.organization(), team.ID, p.key)
		}, func(p teamThing) error {
			return t.recordTeam(u, models.ActionTeamMemberRemoved, team.ID, team.Name, map[string]string{"member": p.described}, nil)
		})
		return err
	})
	return changes, err
}

// AddTeamApps adds several apps to a team by their identifiers, as AddTeamMembers adds members.
func (t Tenant) AddTeamApps(ctx context.Context, teamSlug string, appSlugs []string) ([]models.TeamChange, error) {
	var changes []models.TeamChange
	err := t.write(ctx, "add team apps", authz.TeamAppsAdd, func(u *unit) error {
		apps, err := t.teamThings(u, appSlugs, u.dialect.forKey("a"))
		if err != nil {
			return err
		}
		team, err := t.team(u, teamSlug, u.dialect.forChange("t"))
		if err != nil {
			return err
		}
		changes, err = changeEach(apps, func(a teamThing) (bool, error) {
			return u.changed("INSERT INTO team_apps (organization_id, team_id, app_id, added_at, added_by) VALUES (?, ?, ?, ?, ?) ON CONFLICT (team_id, app_id) DO NOTHING",
				t.organization(), team.ID, a.key, u.now, t.actor.User.ID)
		}, func(a teamThing) error {
			return t.recordTeam(u, models.ActionTeamAppAdded, team.ID, team.Name, nil, map[string]string{"app": a.described})
		})
		return err
	})
	return changes, err
}

// RemoveTeamApps takes several apps out of a team, as AddTeamApps adds them.
func (t Tenant) RemoveTeamApps(ctx context.Context, teamSlug string, appSlugs []string) ([]models.TeamChange, error) {
	var changes []models.TeamChange
	err := t.write(ctx, "remove team apps", authz.TeamAppsAdd, func(u *unit) error {
		team, err := t.team(u, teamSlug, u.dialect.forChange("t"))
		if err != nil {
			return err
		}
		apps, err := t.teamThings(u, appSlugs, "")
		if err != nil {
			return err
		}
		changes, err = changeEach(apps, func(a teamThing) (bool, error) {
			return u.changed("DELETE FROM team_apps WHERE organization_id = ? AND team_id = ? AND app_id = ?", t.organization(), team.ID, a.key)
		}, func(a teamThing) error {
			return t.recordTeam(u, models.ActionTeamAppRemoved, team.ID, team.Name, map[string]string{"app": a.described}, nil)
		})
		return err
	})
	return changes, err
}

// teamThing is a member or an app that is to be added to a team, or removed.
type teamThing struct {
	id        string // as given
	key       string // empty: not of this organization
	name      string
	described string // for the audit log
	owned     bool   // an identity provider decides whether they are in the team
}

// changeEach does the same to every thing in the order of their keys, so that two who change the same things never wait for each other, and
// records each that it changed.
func changeEach(things []teamThing, change func(teamThing) (bool, error), record func(teamThing) error) ([]models.TeamChange, error) {
	changes := make([]models.TeamChange, len(things))
	at := make([]int, len(things))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return strings.Compare(things[a].key, things[b].key) })
	for _, i := range at {
		thing := things[i]
		changes[i] = models.TeamChange{ID: thing.id, Name: thing.name, Outcome: models.TeamUnknown}
		if thing.key == "" {
			continue
		}
		if thing.owned {
			changes[i].Outcome = models.TeamOwned
			continue
		}
		changed, err := change(thing)
		if err != nil {
			return nil, err
		}
		changes[i].Outcome = models.TeamSame
		if changed {
			changes[i].Outcome = models.TeamChanged
			if err := record(thing); err != nil {
				return nil, err
			}
		}
	}
	return changes, nil
}

// changed is change for statements about one row.
func (u *unit) changed(sql string, args ...any) (bool, error) {
	n, err := u.change(sql, args...)
	return n > 0, err
}

// teamPeople are the members of the organization with those accounts, in the order given, each once.
func (t Tenant) teamPeople(u *unit, userIDs []string, lock string) ([]teamThing, error) {
	var things []teamThing
	ids := []string{}
	for _, given := range userIDs {
		if id, ok := parseID(given); ok {
			given = id
			ids = append(ids, id)
		}
		things = onceMore(things, given)
	}
	var rows []struct {
		UserID string `gorm:"column:user_id"`
		Name   string `gorm:"column:name"`
		Email  string `gorm:"column:email"`
	}
	err := u.all(&rows, `SELECT m.user_id, u.name, u.email FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.organization_id = ? AND m.user_id IN (?) ORDER BY m.user_id`+lock, t.organization(), ids)
	for i := range things {
		for _, row := range rows {
			if row.UserID == things[i].id {
				things[i] = teamThing{id: row.UserID, key: row.UserID, name: row.Name, described: row.Name + " <" + row.Email + ">"}
			}
		}
	}
	return things, err
}

// teamThings are the apps of the organization with those identifiers, in the order given, each once.
func (t Tenant) teamThings(u *unit, appSlugs []string, lock string) ([]teamThing, error) {
	var things []teamThing
	norms := []string{}
	for _, given := range appSlugs {
		if norm, ok := slugNorm(given); ok {
			given = norm
			norms = append(norms, norm)
		}
		things = onceMore(things, given)
	}
	var rows []appRow
	err := u.all(&rows, "SELECT a.id, a.slug, a.slug_norm FROM apps a WHERE a.organization_id = ? AND a.slug_norm IN (?) ORDER BY a.id"+lock, t.organization(), norms)
	for i := range things {
		for _, row := range rows {
			if row.SlugNorm == things[i].id {
				things[i] = teamThing{id: row.Slug, key: row.ID, name: row.Slug, described: row.Slug}
			}
		}
	}
	return things, err
}

func onceMore(things []teamThing, id string) []teamThing {
	if slices.ContainsFunc(things, func(t teamThing) bool { return t.id == id }) {
		return things
	}
	return append(things, teamThing{id: id})
}

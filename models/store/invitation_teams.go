package store

import (
	"context"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type invitationTeamRow struct {
	OrganizationID string `gorm:"column:organization_id"`
	InvitationID   string `gorm:"column:invitation_id;primaryKey"`
	TeamID         string `gorm:"column:team_id;primaryKey"`
}

func (invitationTeamRow) TableName() string { return "invitation_teams" }

// namedTeam is a team as an invitation needs it.
type namedTeam struct {
	InvitationID string `gorm:"column:invitation_id"`
	ID           string `gorm:"column:id"`
	Slug         string `gorm:"column:slug"`
	Name         string `gorm:"column:name"`
}

func (n namedTeam) ref() models.TeamRef { return models.TeamRef{Slug: n.Slug, Name: n.Name} }

// teamSlugs are the IDs of teams in one text, for the audit log.
func teamSlugs(teams []models.TeamRef) string {
	slugs := make([]string, 0, len(teams))
	for _, team := range teams {
		slugs = append(slugs, team.Slug)
	}
	return strings.Join(slugs, ", ")
}

// TeamsNamed returns those of the organization's teams that have one of these IDs, by the folded ID.
func (t Tenant) TeamsNamed(ctx context.Context, ids []string) (map[string]models.TeamRef, error) {
	named, err := t.teamsNamed(t.store.read(ctx), ids, "")
	known := make(map[string]models.TeamRef, len(named))
	for norm, team := range named {
		known[norm] = team.ref()
	}
	return known, fault("teams named", err)
}

func (t Tenant) teamsNamed(u *unit, ids []string, lock string) (map[string]namedTeam, error) {
	var norms []string
	for _, id := range ids {
		if norm, ok := slugNorm(id); ok {
			norms = append(norms, norm)
		}
	}
	if len(norms) == 0 {
		return nil, nil //nolint:nilnil // none are named
	}
	var rows []struct {
		Team namedTeam `gorm:"embedded"`
		Norm string    `gorm:"column:slug_norm"`
	}
	err := u.all(&rows, "SELECT t.id, t.slug, t.name, t.slug_norm FROM teams t WHERE t.organization_id = ? AND t.slug_norm IN (?) ORDER BY t.id"+lock, t.organization(), norms)
	known := make(map[string]namedTeam, len(rows))
	for _, row := range rows {
		known[row.Norm] = row.Team
	}
	return known, err
}

// putTeams makes the teams of a draft those of an invitation, instead of the ones that it named. Teams are given by those who may add members
// to them; one that was deleted meanwhile refuses the invitation.
func (t Tenant) putTeams(u *unit, invitationID string, teams []models.TeamRef) error {
	if err := u.do(stmt("DELETE FROM invitation_teams WHERE invitation_id = ?", invitationID)); err != nil || len(teams) == 0 {
		return err
	}
	if err := t.still(u, authz.TeamMembersAdd); err != nil {
		return err
	}
	slugs := make([]string, 0, len(teams))
	for _, team := range teams {
		slugs = append(slugs, team.Slug)
	}
	known, err := t.teamsNamed(u, slugs, u.dialect.forKey("t"))
	if err != nil {
		return err
	}
	rows := make([]invitationTeamRow, 0, len(teams))
	for _, slug := range slugs {
		team, found := known[strings.ToLower(slug)]
		if !found {
			return models.RefuseField("teams", "There is no team with the ID “"+slug+"” any more.")
		}
		rows = append(rows, invitationTeamRow{OrganizationID: t.organization(), InvitationID: invitationID, TeamID: team.ID})
	}
	return u.insert(&rows)
}

const teamsOfInvitations = `SELECT it.invitation_id, t.id, t.slug, t.name FROM invitation_teams it JOIN teams t ON t.id = it.team_id
	WHERE it.invitation_id IN (?) ORDER BY `

// addInvitationTeams puts their teams on invitations, in one query.
func (u *unit) addInvitationTeams(invitations []models.Invitation) error {
	if len(invitations) == 0 {
		return nil
	}
	at := make(map[string]*models.Invitation, len(invitations))
	ids := make([]string, 0, len(invitations))
	for i := range invitations {
		at[invitations[i].ID] = &invitations[i]
		ids = append(ids, invitations[i].ID)
	}
	var rows []namedTeam
	err := u.all(&rows, teamsOfInvitations+"t.sort_name, t.id", ids)
	for _, row := range rows {
		invitation := at[row.InvitationID]
		invitation.Teams = append(invitation.Teams, row.ref())
	}
	return err
}

// joinTeams puts somebody who accepts an invitation into its teams, as far as they are still there, and returns the new ones.
func (u *unit) joinTeams(organizationID, invitationID, userID string) ([]models.TeamRef, error) {
	var teams []namedTeam
	// Locked, so that a team which is being deleted is either gone or stays until this is done; by key, so that two who join the same teams
	// do not wait for each other.
	if err := u.all(&teams, teamsOfInvitations+"t.id"+u.dialect.forChange("t"), []string{invitationID}); err != nil {
		return nil, err
	}
	var joined []models.TeamRef
	for _, team := range teams {
		added, err := u.change(`INSERT INTO team_members (organization_id, team_id, user_id, added_at, added_by)
			VALUES (?, ?, ?, ?, (SELECT i.invited_by FROM invitations i WHERE i.id = ?)) ON CONFLICT DO NOTHING`, organizationID, team.ID, userID, u.now, invitationID)
		if err != nil {
			return nil, err
		}
		if added > 0 {
			joined = append(joined, team.ref())
		}
	}
	return joined, nil
}

// joinedValues are what an audit entry says of somebody who joined.
func joinedValues(role authz.Role, teams []models.TeamRef) map[string]string {
	values := map[string]string{"role": role.Key()}
	if len(teams) > 0 {
		values["teams"] = teamSlugs(teams)
	}
	return values
}

package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// PasswordPolicy returns the organization's password policy.
func (t Tenant) PasswordPolicy(ctx context.Context) (models.PasswordPolicy, error) {
	var row organizationRow
	err := t.store.read(ctx).one(&row, "SELECT "+policyColumns+" FROM organizations o WHERE o.id = ?", t.organization())
	return row.policy(), fault("password policy", err)
}

// sharing says whether the actor sees only the people, teams and apps of their own teams.
func (t Tenant) sharing() bool { return t.actor.Role == authz.TeamContributor }

// ownTeams is a subquery of the actor's teams; it takes organization and account.
const ownTeams = "SELECT mine.team_id FROM team_members mine WHERE mine.organization_id = ? AND mine.user_id = ?"

func (t Tenant) self() []any { return []any{t.organization(), t.actor.User.ID} }

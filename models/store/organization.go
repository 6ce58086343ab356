package store

import "gatehouse/internal/authz"

// sharing says whether the actor sees only the people, teams and apps of their own teams.
func (t Tenant) sharing() bool { return t.actor.Role == authz.TeamContributor }

// ownTeams is a subquery of the actor's teams; it takes organization and account.
const ownTeams = "SELECT mine.team_id FROM team_members mine WHERE mine.organization_id = ? AND mine.user_id = ?"

func (t Tenant) self() []any { return []any{t.organization(), t.actor.User.ID} }

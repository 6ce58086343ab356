package store

import (
	"errors"
	"slices"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// mappedByRow is the mapping that gave a role or a team, beside the row of what it gave.
type mappedByRow struct {
	ID       ref  `gorm:"column:mapping_id"`
	Group    ref  `gorm:"column:mapping_group"`
	Provider ref  `gorm:"column:mapping_provider"`
	Owns     bool `gorm:"column:mapping_owns"`
}

func (r mappedByRow) noun() models.MappedBy {
	return models.MappedBy{Mapping: string(r.ID), Group: string(r.Group), Provider: string(r.Provider), Owned: r.Owns}
}

// markOwned marks those whom an identity provider keeps in a team.
func (u *unit) markOwned(teamID string, people []teamThing) error {
	keys := []string{}
	for _, p := range people {
		if p.key != "" {
			keys = append(keys, p.key)
		}
	}
	var ids []string
	err := u.all(&ids, `SELECT tm.user_id FROM team_members tm JOIN group_mappings g ON g.id = tm.mapping_id JOIN identity_providers p ON p.id = g.provider_id
		WHERE tm.team_id = ? AND tm.user_id IN (?) AND g.authoritative AND p.enabled`, teamID, keys)
	for i := range people {
		people[i].owned = slices.Contains(ids, people[i].key)
	}
	return err
}

// mapped is an account as a sign-in finds it, and what the mappings of its identity provider make of it.
type mapped struct {
	models.MappingEffect

	teamIDs map[string]string // keys of teams, by their identifiers
}

// mapping says what the mappings of a provider would do to a member; mappings are its own, or those that somebody tries.
func (u *unit) mapping(organizationID, userID string, all []models.Mapping, teamIDs map[string]string, groups []string, told bool) (mapped, error) {
	var member struct {
		Role    string `gorm:"column:role"`
		RoleBy  ref    `gorm:"column:role_mapping_id"`
		OwnRole ref    `gorm:"column:own_role"`
		Alone   bool   `gorm:"column:alone"`
	}
	err := u.one(&member, `SELECT m.role, m.role_mapping_id, m.own_role, m.role = 'administrator' AND NOT EXISTS (SELECT 1 FROM members o
		WHERE o.organization_id = m.organization_id AND o.role = 'administrator' AND NOT o.suspended AND o.user_id <> m.user_id) AS alone
		FROM members m WHERE m.organization_id = ? AND m.user_id = ?`, organizationID, userID)
	if err != nil {
		return mapped{}, err
	}
	ids := []string{}
	for _, id := range teamIDs {
		ids = append(ids, id)
	}
	var teams []struct {
		ID   string `gorm:"column:id"`
		Slug string `gorm:"column:slug"`
		Name string `gorm:"column:name"`
		By   ref    `gorm:"column:mapping_id"`
	}
	err = u.all(&teams, `SELECT t.id, t.slug, t.name, tm.mapping_id FROM team_members tm JOIN teams t ON t.id = tm.team_id
		WHERE tm.organization_id = ? AND tm.user_id = ? AND (tm.mapping_id IS NOT NULL OR tm.team_id IN (?)) ORDER BY t.sort_name, t.id`, organizationID, userID, ids)
	if err != nil {
		return mapped{}, err
	}
	who := models.Mapped{Role: roleOf(member.Role), RoleBy: string(member.RoleBy), OwnRole: roleOf(string(member.OwnRole)), LastOnly: member.Alone}
	known := map[string]string{}
	for slug, id := range teamIDs {
		known[slug] = id
	}
	for _, team := range teams {
		who.Teams = append(who.Teams, models.MappedTeam{Team: models.TeamRef{Slug: team.Slug, Name: team.Name}, By: string(team.By)})
		known[team.Slug] = team.ID
	}
	return mapped{models.ApplyMappings(all, who, groups, told), known}, nil
}

// errAlone asks for the sign-in again under the lock of the organization: an Administrator would become less, and that two of them do not at
// the same moment is only known there.
var errAlone = errors.New("store: the organization must be locked first")

// applyMappings gives and takes what the groups of the assertion say, with an entry for each, and returns what the entry of the sign-in
// says besides. locked says that nobody else changes what members of the organization are.
func (u *unit) applyMappings(a *arrived, user userRow, r models.Request, locked bool) (map[string]string, error) {
	if !a.Mapped || !a.identity.GroupsSent {
		return nil, nil //nolint:nilnil // nothing to say
	}
	all, ids, err := u.mappingsOf(a.ProviderID)
	if err != nil {
		return nil, err
	}
	m, err := u.mapping(a.OrganizationID, user.ID, all, ids, a.identity.Groups, true)
	if err != nil {
		return nil, err
	}
	if !locked && (m.KeptLast || m.RoleChanged() && m.Was == authz.Administrator) {
		return nil, errAlone
	}
	said := map[string]string{}
	groups := map[string]string{}
	for _, mapping := range all {
		groups[mapping.ID] = mapping.Group
	}
	if m.KeptLast {
		said["kept"] = "the role Administrator: nobody else is an active one"
	}
	if m.RoleChanged() || m.RoleMoved {
		if err := u.mapRole(a, user, m, groups, said, r); err != nil {
			return nil, err
		}
	}
	return said, u.mapTeams(a, user, m, said, r)
}

// rehearseMappings says what the mappings would do to somebody whose test sign-in this is, and does nothing.
func (u *unit) rehearseMappings(a *arrived, user userRow) (*models.Trial, error) {
	trial := &models.Trial{Sighting: models.Sighting{
		At: u.now, UserID: user.ID, Name: user.Name, Email: user.Email, Member: true, Groups: a.identity.Groups, GroupsSent: a.identity.GroupsSent,
	}}
	all, ids, err := u.mappingsOf(a.ProviderID)
	if err != nil {
		return nil, err
	}
	m, err := u.mapping(a.OrganizationID, user.ID, all, ids, a.identity.Groups, a.identity.GroupsSent)
	trial.Effect = m.MappingEffect
	return trial, err
}

func (u *unit) mapRole(a *arrived, user userRow, m mapped, groups, said map[string]string, r models.Request) error {
	err := u.do(stmt("UPDATE members SET role_mapping_id = ?, own_role = ? WHERE organization_id = ? AND user_id = ?",
		ref(m.RoleBy), ref(m.OwnRole.Key()), a.OrganizationID, user.ID))
	if err != nil {
		return err
	}
	if !m.RoleChanged() {
		said["role by"] = orNobody(groups[m.RoleBy])
		return nil
	}
	err = u.mustChange("UPDATE members SET role = ?, role_changed_at = ?, role_changed_by = NULL, version = version + 1 WHERE organization_id = ? AND user_id = ?",
		m.Role.Key(), u.now, a.OrganizationID, user.ID)
	if err != nil {
		return err
	}
	e := on(entryOf(user.noun(), models.ActionMemberRoleChanged, models.BySAML, r), "member", user.ID, user.Name)
	e.Before, e.After = map[string]string{"role": m.Was.Key()}, map[string]string{"role": m.Role.Key(), "identity provider": a.ProviderName, "group": orNobody(groups[m.RoleBy])}
	return u.record([]string{a.OrganizationID}, e)
}

func orNobody(group string) string {
	if group == "" {
		return "none any more"
	}
	return group
}

func (u *unit) mapTeams(a *arrived, user userRow, m mapped, said map[string]string, r models.Request) error {
	type step struct {
		models.TeamGift

		id, sql string
		args    []any
		action  models.Action
	}
	var steps []step
	for _, g := range m.Join {
		id := m.teamIDs[g.Team.Slug]
		steps = append(steps, step{g, id, "INSERT INTO team_members (organization_id, team_id, user_id, added_at, mapping_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT (team_id, user_id) DO NOTHING",
			[]any{a.OrganizationID, id, user.ID, u.now, g.By.ID}, models.ActionTeamMemberAdded})
	}
	for _, g := range m.Leave {
		id := m.teamIDs[g.Team.Slug]
		steps = append(steps, step{g, id, "DELETE FROM team_members WHERE team_id = ? AND user_id = ? AND mapping_id = ?", []any{id, user.ID, g.By.ID}, models.ActionTeamMemberRemoved})
	}
	for _, g := range m.Stay {
		id := m.teamIDs[g.Team.Slug]
		steps = append(steps, step{g, id, "UPDATE team_members SET mapping_id = ? WHERE team_id = ? AND user_id = ?", []any{g.By.ID, id, user.ID}, ""})
	}
	if len(steps) == 0 {
		return nil
	}
	ids := make([]string, 0, len(steps))
	for _, s := range steps {
		ids = append(ids, s.id)
	}
	there, err := u.lockTeams("?", ids) // one that was deleted meanwhile is not among them
	if err != nil {
		return err
	}
	slices.SortFunc(steps, func(a, b step) int { return strings.Compare(a.id, b.id) })
	for _, s := range steps {
		if !slices.Contains(there, s.id) {
			continue
		}
		changed, err := u.changed(s.sql, s.args...)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		if s.action == "" {
			said["stays in "+s.Team.Slug+" by"] = s.By.Group
			continue
		}
		e := on(entryOf(user.noun(), s.action, models.BySAML, r), "team", s.id, s.Team.Name)
		member := map[string]string{"member": user.Name + " <" + user.Email + ">", "identity provider": a.ProviderName, "group": s.By.Group}
		if e.After = member; s.action == models.ActionTeamMemberRemoved {
			e.Before, e.After = member, nil
		}
		if err := u.record([]string{a.OrganizationID}, e); err != nil {
			return err
		}
	}
	return nil
}

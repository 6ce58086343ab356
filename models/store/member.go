package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// memberStateRow is one member with what the rules about them ask.
type memberStateRow struct {
	Member        memberListRow `gorm:"embedded"`
	EmailNorm     string        `gorm:"column:email_norm"`
	Version       int           `gorm:"column:version"`
	Alone         bool          `gorm:"column:alone"`
	Elsewhere     bool          `gorm:"column:elsewhere"`
	RoleChangedAt moment        `gorm:"column:role_changed_at"`
	RoleChangedBy ref           `gorm:"column:role_changed_by_name"`
	RoleBy        mappedByRow   `gorm:"embedded"`
	Authenticator moment        `gorm:"column:authenticator_at"`
	Passkeys      int           `gorm:"column:passkeys"`
	PasskeysSince moment        `gorm:"column:passkeys_at"`
}

func (r memberStateRow) noun() models.Member {
	m := r.Member.noun()
	m.Version, m.Elsewhere, m.RoleChangedAt, m.RoleChangedBy = r.Version, r.Elsewhere, r.RoleChangedAt.Time, string(r.RoleChangedBy)
	m.RoleBy = r.RoleBy.noun()
	m.Factors = models.MemberFactors{Authenticator: r.Authenticator.Time, Passkeys: r.Passkeys, PasskeysSince: r.PasskeysSince.Time}
	m.OnlyAdministrator = m.Role == authz.Administrator && !m.Suspended && r.Alone
	return m
}

// memberState reads one member of the organization m; it is bound to organization and account.
const memberState = `SELECT m.user_id, m.role, m.suspended, m.source, m.sort_name, m.joined_at, m.last_active_at, m.version, m.role_changed_at,
	u.name, u.email, u.email_norm, u.password_hash <> '' AS has_password, u.second_factor_at IS NOT NULL AS has_factor,
	(SELECT f.created_at FROM authenticators f WHERE f.user_id = u.id) AS authenticator_at, (SELECT count(*) FROM passkeys f WHERE f.user_id = u.id) AS passkeys,
	(SELECT min(f.created_at) FROM passkeys f WHERE f.user_id = u.id) AS passkeys_at, b.name AS role_changed_by_name,
	g.id AS mapping_id, g.group_value AS mapping_group, p.name AS mapping_provider, coalesce(g.authoritative AND p.enabled, false) AS mapping_owns,
	NOT EXISTS (SELECT 1 FROM members o WHERE o.organization_id = m.organization_id AND o.role = 'administrator' AND NOT o.suspended AND o.user_id <> m.user_id) AS alone,
	EXISTS (SELECT 1 FROM identity_links l WHERE l.user_id = m.user_id AND l.organization_id = m.organization_id) AS has_sso,
	EXISTS (SELECT 1 FROM members o WHERE o.user_id = m.user_id AND o.organization_id <> m.organization_id)
		OR EXISTS (SELECT 1 FROM collaborators c JOIN apps a ON a.id = c.app_id WHERE c.user_id = m.user_id AND a.organization_id <> m.organization_id) AS elsewhere
	FROM members m JOIN users u ON u.id = m.user_id LEFT JOIN users b ON b.id = m.role_changed_by
	LEFT JOIN group_mappings g ON g.id = m.role_mapping_id LEFT JOIN identity_providers p ON p.id = g.provider_id WHERE m.organization_id = ? AND m.user_id = ?`

// Member returns one member whom the actor may see, or models.ErrNotFound.
func (t Tenant) Member(ctx context.Context, userID string) (models.Member, error) {
	id, ok := parseID(userID)
	if !ok {
		return models.Member{}, models.ErrNotFound
	}
	u := t.store.read(ctx)
	q := (&query{}).add(memberState, t.organization(), id)
	t.within(q)
	var rows []memberStateRow
	err := u.rows(&rows, q)
	if err == nil && len(rows) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return models.Member{}, fault("member", err)
	}
	one := []models.Member{rows[0].noun()}
	err = t.addTeams(u, one)
	return one[0], fault("member", err)
}

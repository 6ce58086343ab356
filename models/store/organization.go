package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// recentEntries is how many audit entries the overview shows.
const recentEntries = 8

// Overview returns the organization's numbers, its identity providers with certificates, and — for those who may read the audit log — what
// happened last.
func (t Tenant) Overview(ctx context.Context) (models.Overview, error) {
	var overview models.Overview
	var err error
	if overview.Counts, err = t.Counts(ctx); err != nil {
		return overview, err
	}
	if overview.Providers, err = t.IdentityProviders(ctx); err != nil {
		return overview, err
	}
	if t.actor.May(authz.AuditView) {
		recent, err := t.Audit(ctx, models.AuditFilter{Page: models.Page{Size: recentEntries}})
		if err != nil {
			return overview, err
		}
		overview.Recent = recent.Rows
	}
	return overview, nil
}

// Counts returns the organization's numbers, in one query. They are the whole organization's for everybody: numbers, not names.
func (t Tenant) Counts(ctx context.Context) (models.Counts, error) {
	var rows []struct {
		What      string `gorm:"column:what"`
		Suspended bool   `gorm:"column:suspended"`
		N         int    `gorm:"column:n"`
	}
	organization := t.organization()
	u := t.store.read(ctx)
	err := u.all(&rows, `SELECT role AS what, suspended, members AS n FROM member_counts WHERE organization_id = ?
		UNION ALL SELECT what, false, n FROM organization_counts WHERE organization_id = ?
		UNION ALL SELECT 'invitations', false, count(*) FROM invitations WHERE organization_id = ? AND state = 'pending' AND expires_at > ?
		UNION ALL SELECT 'providers', false, count(*) FROM identity_providers WHERE organization_id = ?`,
		organization, organization, organization, u.now, organization)
	counts := models.Counts{ByRole: map[authz.Role]int{}}
	for _, row := range rows {
		switch row.What {
		case "teams":
			counts.Teams = row.N
		case "apps":
			counts.Apps = row.N
		case "invitations":
			counts.Invitations = row.N
		case "providers":
			counts.Providers = row.N
		default:
			counts.Members += row.N
			if row.Suspended {
				counts.Suspended += row.N
			} else if row.N > 0 {
				counts.ByRole[roleOf(row.What)] += row.N
			}
		}
	}
	return counts, fault("counts", err)
}

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

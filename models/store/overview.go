package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// recentEntries is how many audit entries the overview shows.
const recentEntries = 8

// Overview returns the organization's numbers, its password policy and its identity providers, in two queries. Those who see every member are
// told how their number grew, those who may read the audit log how people signed in, and in a third query what happened last.
func (t Tenant) Overview(ctx context.Context) (models.Overview, error) {
	var overview models.Overview
	u := t.store.read(ctx)
	numbers, err := t.numbers(u, t.actor.May(authz.AuditView), !t.sharing())
	if err != nil {
		return overview, fault("overview", err)
	}
	overview.Counts = numbers.counts
	if t.actor.May(authz.AuditView) {
		overview.SignIns = models.SignInsByDay(u.now, numbers.byPassword, numbers.bySSO)
	}
	if !t.sharing() {
		overview.Growth = models.Growth(u.now, t.actor.Organization.CreatedAt, overview.Counts.Members, numbers.change)
	}
	if overview.Policy, overview.Providers, err = t.waysIn(u); err != nil || !t.actor.May(authz.AuditView) {
		return overview, fault("overview", err)
	}
	recent, err := t.Audit(ctx, models.AuditFilter{Page: models.Page{Size: recentEntries}})
	overview.Recent = recent.Rows
	return overview, err
}

// Counts returns the organization's numbers, in one query. They are the whole organization's for everybody: numbers, not names.
func (t Tenant) Counts(ctx context.Context) (models.Counts, error) {
	numbers, err := t.numbers(t.store.read(ctx), false, false)
	return numbers.counts, fault("counts", err)
}

// numbers are what one query counts: the organization as it is, and what happened by day or by month.
type numbers struct {
	counts            models.Counts
	byPassword, bySSO map[string]int // by day
	change            map[string]int // of the number of members, by month
}

// The kinds of daily_counts.
const (
	countPassword = "signed-in.password"
	countSAML     = "signed-in.saml"
	countJoined   = "member.joined"
	countLeft     = "member.left"
)

func (t Tenant) numbers(u *unit, signIns, growth bool) (numbers, error) {
	organization := t.organization()
	q := (&query{}).add(`SELECT role AS what, '' AS at, suspended, members AS n FROM member_counts WHERE organization_id = ?
		UNION ALL SELECT what, '', false, n FROM organization_counts WHERE organization_id = ?
		UNION ALL SELECT 'invitations', '', false, count(*) FROM invitations WHERE organization_id = ? AND state = 'pending' AND expires_at > ?
		UNION ALL SELECT 'providers', '', false, count(*) FROM identity_providers WHERE organization_id = ?`,
		organization, organization, organization, u.now, organization)
	if signIns {
		q.add(" UNION ALL SELECT kind, day, false, sum(n) FROM daily_counts WHERE organization_id = ? AND kind IN (?, ?) AND day >= ? GROUP BY kind, day",
			organization, countPassword, countSAML, models.FirstSignInDay(u.now).Format(time.DateOnly))
	}
	if growth {
		q.add(" UNION ALL SELECT kind, substr(day, 1, 7), false, sum(n) FROM daily_counts WHERE organization_id = ? AND kind IN (?, ?) AND day >= ? GROUP BY kind, substr(day, 1, 7)",
			organization, countJoined, countLeft, models.FirstGrowthMonth(u.now).Format(time.DateOnly))
	}
	var rows []numberRow
	err := u.rows(&rows, q)
	found := numbers{counts: models.Counts{ByRole: map[authz.Role]int{}}, byPassword: map[string]int{}, bySSO: map[string]int{}, change: map[string]int{}}
	for _, row := range rows {
		found.add(row)
	}
	return found, err
}

type numberRow struct {
	What      string `gorm:"column:what"`
	At        string `gorm:"column:at"` // the day or the month
	Suspended bool   `gorm:"column:suspended"`
	N         int    `gorm:"column:n"`
}

func (f *numbers) add(row numberRow) {
	switch row.What {
	case "teams":
		f.counts.Teams = row.N
	case "apps":
		f.counts.Apps = row.N
	case "invitations":
		f.counts.Invitations = row.N
	case "providers":
		f.counts.Providers = row.N
	case countPassword:
		f.byPassword[row.At] = row.N
	case countSAML:
		f.bySSO[row.At] = row.N
	case countJoined:
		f.change[row.At] += row.N
	case countLeft:
		f.change[row.At] -= row.N
	default:
		f.counts.Members += row.N
		if row.Suspended {
			f.counts.Suspended += row.N
		} else if row.N > 0 {
			f.counts.ByRole[roleOf(row.What)] += row.N
		}
	}
}

// waysIn reads the password policy and the state of the identity providers, by name.
func (t Tenant) waysIn(u *unit) (models.PasswordPolicy, []models.ProviderState, error) {
	var rows []struct {
		Organization organizationRow `gorm:"embedded"`
		Slug         ref             `gorm:"column:provider_slug"`
		Name         ref             `gorm:"column:provider_name"`
		Enabled      bool            `gorm:"column:enabled"`
		LastSignInAt moment          `gorm:"column:last_sign_in_at"`
		Until        moment          `gorm:"column:certificate_until"`
	}
	err := u.all(&rows, "SELECT "+policyColumns+`, p.slug AS provider_slug, p.name AS provider_name, coalesce(p.enabled, false) AS enabled, p.last_sign_in_at,
		(SELECT max(c.not_after) FROM identity_provider_certificates c WHERE c.provider_id = p.id) AS certificate_until
		FROM organizations o LEFT JOIN identity_providers p ON p.organization_id = o.id WHERE o.id = ?`, t.organization())
	var policy models.PasswordPolicy
	var providers []models.ProviderState
	for _, row := range rows {
		policy = row.Organization.policy()
		if row.Slug != "" {
			providers = append(providers, models.ProviderState{
				Slug: string(row.Slug), Name: string(row.Name), Enabled: row.Enabled, LastSignInAt: row.LastSignInAt.Time, CertificateUntil: row.Until.Time,
			})
		}
	}
	slices.SortFunc(providers, func(a, b models.ProviderState) int {
		return cmp.Or(cmp.Compare(models.Fold(a.Name), models.Fold(b.Name)), cmp.Compare(a.Slug, b.Slug))
	})
	return policy, providers, err
}

package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// FactorImpact counts whom it concerns that a second factor is required.
func (t Tenant) FactorImpact(ctx context.Context) (models.FactorImpact, error) {
	u := t.store.read(ctx)
	var row struct {
		Members int `gorm:"column:members"`
		Have    int `gorm:"column:have"`
		Asked   int `gorm:"column:asked"`
		Guests  int `gorm:"column:guests"`
	}
	members := t.protected(u, "JOIN users u ON u.id = m.user_id")
	if u.dialect == postgresDialect {
		// The members of a large organization are read beside all accounts, those of a small one one by one.
		members.add(" AND ").addAll(t.large()).add(" UNION ALL ")
		members.addAll(t.protected(u, "CROSS JOIN LATERAL (SELECT * FROM users one WHERE one.id = m.user_id OFFSET 0) u")).add(" AND NOT ").addAll(t.large())
	}
	// Whom single sign-on is required of, a password does not let in.
	q := (&query{}).add(`SELECT count(*) AS members, count(m.second_factor_at) AS have,
		coalesce(sum(CASE WHEN m.second_factor_at IS NULL AND m.by_password AND NOT m.covered THEN 1 ELSE 0 END), 0) AS asked,
		(SELECT count(DISTINCT c.user_id) FROM collaborators c JOIN apps a ON a.id = c.app_id JOIN users g ON g.id = c.user_id
			WHERE a.organization_id = ? AND g.second_factor_at IS NULL AND g.password_hash <> ''
			AND NOT EXISTS (SELECT 1 FROM members o WHERE o.organization_id = a.organization_id AND o.user_id = c.user_id)) AS guests
		FROM (`, t.organization()).addAll(members).add(") m")
	err := u.one(&row, q.text.String(), q.args...)
	return models.FactorImpact(row), fault("impact of requiring a second factor", err)
}

// protected are the members that are not suspended, each with what lets them in.
func (t Tenant) protected(u *unit, accounts string) *query {
	return (&query{}).add(`SELECT u.second_factor_at, u.password_hash <> '' AND (u.password_organization_id IS NULL OR u.password_organization_id = m.organization_id) AS by_password, `+
		covered("m.organization_id", "m.user_id")+` AS covered FROM members m `+accounts+` WHERE m.organization_id = ? AND NOT m.suspended`, u.now, t.organization())
}

// RequireFactor decides whether who comes in with a password needs a second factor as well, from the next request on. Deciding what is decided
// already changes nothing.
func (t Tenant) RequireFactor(ctx context.Context, required bool) error {
	return t.store.write(ctx, "require second factor", func(u *unit) error {
		var row organizationRow
		err := u.one(&row, "SELECT o.id, o.name, o.second_factor_required FROM organizations o WHERE o.id = ?"+u.dialect.forChange("o"), t.organization())
		if err != nil {
			return err
		}
		if err := t.still(u, authz.SecurityManage); err != nil {
			return err
		}
		if row.FactorRequired == required {
			return nil
		}
		if required {
			if err := row.noun().MayRequireFactor(t.actor.Person); err != nil {
				return err
			}
		}
		if err := u.do(stmt("UPDATE organizations SET second_factor_required = ? WHERE id = ?", required, row.ID)); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionFactorRule), "organization", row.ID, row.Name)
		e.Before, e.After = map[string]string{"required": yesNo(!required)}, map[string]string{"required": yesNo(required)}
		return u.record([]string{t.organization()}, e)
	})
}

package store

import (
	"context"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

const setupCodeValid = 24 * time.Hour

// SetupNeeded says whether no active Administrator exists anywhere.
func (s *Store) SetupNeeded(ctx context.Context) (bool, error) {
	needed, err := s.read(ctx).setupNeeded()
	return needed, fault("setup needed", err)
}

func (u *unit) setupNeeded() (bool, error) {
	var administrators int
	err := u.one(&administrators, "SELECT coalesce(sum(members), 0) FROM member_counts WHERE role = ? AND NOT suspended", authz.Administrator.Key())
	return administrators == 0, err
}

// MakeSetupCode keeps a one-time code for Setup; it is good for a day.
func (s *Store) MakeSetupCode(ctx context.Context, codeHash []byte) error {
	return s.write(ctx, "make setup code", func(u *unit) error {
		return u.do(stmt("INSERT INTO setup_codes (code_hash, expires_at) VALUES (?, ?)", codeHash, u.now.Add(setupCodeValid)))
	})
}

// Setup makes the first organization and its Administrator for whoever knows a live code (models.NotFound otherwise), once: when there is
// an Administrator already it is models.Impossible, and afterwards no code is left. Of two at once, one waits and is refused.
func (s *Store) Setup(ctx context.Context, codeHash []byte, in models.Setup, r models.Request) (userID string, err error) {
	err = s.write(ctx, "setup", func(u *unit) error {
		if u.dialect == postgresDialect {
			// SQLite has one writer at a time anyway.
			if err := u.do(stmt("LOCK TABLE setup_codes IN SHARE ROW EXCLUSIVE MODE")); err != nil {
				return err
			}
		}
		known, err := u.change("DELETE FROM setup_codes WHERE code_hash = ? AND expires_at > ?", codeHash, u.now)
		if err != nil {
			return err
		}
		if known == 0 {
			return models.Refuse(models.NotFound, "This code is wrong or has expired. The server prints a new one when it starts.")
		}
		needed, err := u.setupNeeded()
		if err != nil {
			return err
		}
		if !needed {
			return models.Refuse(models.Impossible, "There is an Administrator already. Sign in instead.")
		}
		organization, err := u.newOrganization(in)
		if err != nil {
			return err
		}
		user, err := u.newUser(in.Name, in.Email, in.PasswordHash)
		if err != nil {
			return err
		}
		if err := u.join(organization.ID, user, authz.Administrator, models.FromSetup); err != nil {
			return err
		}
		userID = user.ID
		if err := u.do(stmt("DELETE FROM setup_codes")); err != nil {
			return err
		}
		e := entryOf(user.noun(), models.ActionOrganizationCreated, "", r)
		return u.record([]string{organization.ID}, on(e, "organization", organization.ID, organization.Name))
	})
	if err != nil {
		return "", err
	}
	return userID, nil
}

// CreateAdministrator makes an Administrator from the command line, and the organization when there is none of that ID. created says
// whether the account is new; an account that exists and is no member becomes one and keeps its own password. Members are refused: their
// role is changed in the console.
func (s *Store) CreateAdministrator(ctx context.Context, in models.Setup) (created bool, err error) {
	err = s.write(ctx, "create administrator", func(u *unit) error {
		var organization organizationRow
		exists, err := u.found(&organization, "SELECT "+organizationColumns+" FROM organizations o WHERE o.slug_norm = ?", in.Slug.Norm())
		if err != nil {
			return err
		}
		if !exists {
			if organization, err = u.newOrganization(in); err != nil {
				return err
			}
		}
		user, known, err := u.accountAt(in.Email)
		if err != nil {
			return err
		}
		if !known {
			if user, err = u.newUser(in.Name, in.Email, in.PasswordHash); err != nil {
				return err
			}
		}
		created = !known
		if err := u.join(organization.ID, user, authz.Administrator, models.FromSetup); err != nil {
			return err
		}
		if !exists {
			e := on(models.AuditEntry{Action: models.ActionOrganizationCreated}, "organization", organization.ID, organization.Name)
			if err := u.record([]string{organization.ID}, e); err != nil {
				return err
			}
		}
		e := on(models.AuditEntry{Action: models.ActionMemberJoined}, "member", user.ID, user.Name)
		e.After = map[string]string{"role": authz.Administrator.Key()}
		return u.record([]string{organization.ID}, e)
	})
	return created && err == nil, err
}

func (u *unit) newOrganization(in models.Setup) (organizationRow, error) {
	policy := models.DefaultPasswordPolicy()
	row := organizationRow{
		ID: newID(), Slug: string(in.Slug), SlugNorm: in.Slug.Norm(), Name: in.Organization, Version: 1, CreatedAt: moment{u.now},
		Policy: policyRow(policy),
	}
	u.holds(row.ID)
	err := u.insert(&row)
	return row, err
}

// newUser makes an account; an empty hash is an account without a password.
func (u *unit) newUser(name, email, hash string) (userRow, error) {
	row := userRow{ID: newID(), Name: name, NameNorm: models.Fold(name), Email: email, EmailNorm: models.NormEmail(email), PasswordHash: hash, Version: 1, CreatedAt: moment{u.now}}
	if hash != "" {
		row.PasswordChangedAt = moment{u.now}
	}
	err := u.insert(&row)
	return row, err
}

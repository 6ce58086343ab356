package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// MayCreate says, with the reason, whether the person may create an organization under the installation's setting.
func (s *Store) MayCreate(ctx context.Context, p models.Person, setting models.Creation) error {
	return fault("may create organization", s.read(ctx).mayCreate(p, setting))
}

func (u *unit) mayCreate(p models.Person, setting models.Creation) error {
	var administered int
	q := (&query{}).add("SELECT count(*) FROM (SELECT 1 FROM members m WHERE m.user_id = ? AND m.role = ? AND NOT m.suspended",
		p.User.ID, authz.Administrator.Key())
	q.opened(p, "m.organization_id").add(" LIMIT 1) one")
	if err := u.one(&administered, q.text.String(), q.args...); err != nil {
		return err
	}
	return setting.MayCreate(p, administered > 0)
}

// CreateOrganization makes an organization with the person as its Administrator.
func (s *Store) CreateOrganization(ctx context.Context, p models.Person, setting models.Creation, in models.Setup) (models.Organization, error) {
	var made models.Organization
	err := s.write(ctx, "create organization", func(u *unit) error {
		// The account is locked, so that its password and its rights stay what they are.
		user, err := u.account(p.User.ID)
		if err != nil {
			return err
		}
		if err := u.stillOwner(p, user); err != nil {
			return err
		}
		if err := u.mayCreate(p, setting); err != nil {
			return err
		}
		row, err := u.newOrganization(in)
		if err != nil {
			return err
		}
		if err := u.join(row.ID, user, authz.Administrator, models.FromSetup); err != nil {
			return err
		}
		made = row.noun()
		return u.record([]string{row.ID}, on(entry(p, models.ActionOrganizationCreated), "organization", row.ID, row.Name))
	})
	return made, err
}

// stillOwner refuses a session that ended, or whose password was set by somebody else, while the request was under way.
func (u *unit) stillOwner(p models.Person, user userRow) error {
	var proven int
	err := u.one(&proven, `SELECT count(*) FROM sessions s JOIN session_authentications a ON a.session_id = s.id
		WHERE s.id = ? AND s.user_id = ? AND a.opens = ? AND `+live, p.SessionID, user.ID, opensAccount, u.now, u.now)
	if err != nil {
		return err
	}
	if proven == 0 || string(user.PasswordOf) != p.User.PasswordOf {
		return errRightsChanged
	}
	return nil
}

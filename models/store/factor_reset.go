package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// ResetFactor takes every second factor from the account with that address, for an operator whose person lost all of them, and ends its
// sessions. had is false when there was none; models.ErrNotFound without such an account.
func (s *Store) ResetFactor(ctx context.Context, email string) (had bool, err error) {
	account, err := s.Credentials(ctx, email)
	if err != nil {
		return false, err
	}
	err = s.write(ctx, "reset second factor", func(u *unit) error {
		user, err := u.account(account.UserID)
		if had = !user.FactorSince.IsZero(); err != nil || !had {
			return err
		}
		e := models.AuditEntry{Action: models.ActionFactorReset, TargetType: "account", TargetID: user.ID, TargetName: user.Name}
		ended, err := u.resetFactor(user)
		e.After = sessionsEnded(ended)
		e.After["by"] = "an operator, from the shell"
		if err != nil {
			return err
		}
		return u.recordAccount(user.ID, e)
	})
	return had, err
}

// ResetMemberFactor takes every second factor from a member whose account is this organization's alone, ends the account's sessions, and tells the
// person by mail when there is a message to send.
func (t Tenant) ResetMemberFactor(ctx context.Context, userID string, notice models.Mail) error {
	id, ok := parseID(userID)
	if !ok {
		return models.ErrNotFound
	}
	return t.write(ctx, "reset second factor of a member", authz.MembersManage, func(u *unit) error {
		if err := u.one(&memberRow{}, "SELECT user_id FROM members WHERE organization_id = ? AND user_id = ?", t.organization(), id); err != nil {
			return err
		}
		// Locked, so that the account joins no other organization meanwhile.
		user, err := u.account(id)
		if err != nil {
			return err
		}
		m := models.Member{UserID: user.ID, Name: user.Name, HasFactor: !user.FactorSince.IsZero()}
		if m.Elsewhere, err = t.elsewhere(u, user.ID); err != nil {
			return err
		}
		if err := m.MayResetFactor(t.actor.Person); err != nil {
			return err
		}
		if err := t.keepEndedOf(u, user.ID, "", true); err != nil {
			return err
		}
		ended, err := u.resetFactor(user)
		if err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionFactorReset), "member", user.ID, user.Name)
		e.After = sessionsEnded(ended)
		return u.factorChanged(user, e, notice)
	})
}

// resetFactor takes every second factor from the account, and says how many sessions ended with them.
func (u *unit) resetFactor(user userRow) (ended int, err error) {
	err = u.do(
		stmt("DELETE FROM authenticators WHERE user_id = ?", user.ID),
		stmt("DELETE FROM passkeys WHERE user_id = ?", user.ID),
		stmt("DELETE FROM half_sign_ins WHERE user_id = ?", user.ID),
	)
	if err == nil {
		err = u.settleFactor(user.ID)
	}
	if err != nil {
		return 0, err
	}
	return u.endSessions(user.ID, "")
}

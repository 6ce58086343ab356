package store

import (
	"context"

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
		err = u.do(
			stmt("DELETE FROM authenticators WHERE user_id = ?", user.ID),
			stmt("DELETE FROM passkeys WHERE user_id = ?", user.ID),
			stmt("DELETE FROM half_sign_ins WHERE user_id = ?", user.ID),
		)
		if err != nil {
			return err
		}
		if err := u.settleFactor(user.ID); err != nil {
			return err
		}
		ended, err := u.endSessions(user.ID, "")
		if err != nil {
			return err
		}
		e := models.AuditEntry{Action: models.ActionFactorReset, TargetType: "account", TargetID: user.ID, TargetName: user.Name, After: sessionsEnded(ended)}
		e.After["by"] = "an operator, from the shell"
		return u.recordAccount(user.ID, e)
	})
	return had, err
}

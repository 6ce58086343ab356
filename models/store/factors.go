package store

import (
	"context"

	"gatehouse/internal/secret"
	"gatehouse/internal/totp"
	"gatehouse/models"
)

func sealedAuthenticator(userID string) string { return "authenticators/" + userID }

type authenticatorRow struct {
	UserID     string `gorm:"column:user_id;primaryKey"`
	Sealed     []byte `gorm:"column:sealed"`
	LastStep   int64  `gorm:"column:last_step"`
	CreatedAt  moment `gorm:"column:created_at"`
	LastUsedAt moment `gorm:"column:last_used_at"`
}

func (authenticatorRow) TableName() string { return "authenticators" }

type recoveryRow struct {
	UserID    string `gorm:"column:user_id;primaryKey"`
	CodeHash  []byte `gorm:"column:code_hash;primaryKey"`
	CreatedAt moment `gorm:"column:created_at"`
}

func (recoveryRow) TableName() string { return "recovery_codes" }

// Factors returns an account's second factors.
func (s *Store) Factors(ctx context.Context, userID string) (models.Factors, error) {
	factors, err := s.read(ctx).factors(userID)
	return factors, fault("factors", err)
}

func (u *unit) factors(userID string) (models.Factors, error) {
	var rows []struct {
		Codes       int        `gorm:"column:codes"`
		Since       moment     `gorm:"column:since"`
		AppUsedAt   moment     `gorm:"column:app_used_at"`
		Passkey     passkeyRow `gorm:"embedded"`
		HasPasskeys bool       `gorm:"column:has_passkeys"`
		RequiredBy  ref        `gorm:"column:required_by"`
	}
	err := u.all(&rows, `SELECT (`+requiring+`) AS required_by, (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id) AS codes, a.created_at AS since, a.last_used_at AS app_used_at,
		k.id IS NOT NULL AS has_passkeys, coalesce(k.name, '') AS name, coalesce(k.credential, '') AS credential, k.id, k.cloned_at, k.created_at, k.last_used_at
		FROM users u LEFT JOIN authenticators a ON a.user_id = u.id LEFT JOIN passkeys k ON k.user_id = u.id WHERE u.id = ? ORDER BY k.id`, userID)
	if err != nil || len(rows) == 0 {
		return models.Factors{}, err
	}
	factors := models.Factors{RecoveryCodes: rows[0].Codes, Authenticator: rows[0].Since.Time, AuthenticatorUsed: rows[0].AppUsedAt.Time, RequiredBy: string(rows[0].RequiredBy)}
	for _, row := range rows {
		if row.HasPasskeys {
			factors.Passkeys = append(factors.Passkeys, row.Passkey.noun())
		}
	}
	return factors, nil
}

// requiring is a subquery of the name of an organization of the account u that requires a second factor.
const requiring = `SELECT o.name FROM members m JOIN organizations o ON o.id = m.organization_id
	WHERE m.user_id = u.id AND NOT m.suspended AND o.second_factor_required ORDER BY o.name LIMIT 1`

// settleFactor keeps with the account since when it has a second factor. Recovery codes are none: they stand in for one, and go with the last.
func (u *unit) settleFactor(userID string) error {
	const any = "(EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = users.id) OR EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = users.id))"
	return u.do(
		stmt("UPDATE users SET second_factor_at = CASE WHEN "+any+" THEN coalesce(second_factor_at, ?) END WHERE id = ?", moment{u.now}, userID),
		stmt("DELETE FROM recovery_codes WHERE user_id = ? AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = recovery_codes.user_id AND u.second_factor_at IS NOT NULL)", userID),
	)
}

func sealedPending(sessionID string) string { return "pending_authenticators/" + sessionID }

type pendingRow struct {
	SessionID string `gorm:"column:session_id;primaryKey"`
	Sealed    []byte `gorm:"column:sealed"`
	ExpiresAt moment `gorm:"column:expires_at"`
}

// pendingKey is the key that the session is setting up, or "" without one.
func (u *unit) pendingKey(sessionID string) (string, error) {
	var row pendingRow
	known, err := u.found(&row, "SELECT sealed FROM pending_authenticators WHERE session_id = ? AND expires_at > ?", sessionID, u.now)
	if err != nil || !known {
		return "", err
	}
	key, err := u.box.Open(row.Sealed, sealedPending(sessionID))
	return string(key), err
}

// PendingAuthenticator returns the key of the authenticator app that the session sets up: a new one, or the one that waits for its first code.
func (s *Store) PendingAuthenticator(ctx context.Context, p models.Person) (key string, err error) {
	err = s.write(ctx, "pending authenticator", func(u *unit) error {
		if _, err := u.ownAccount(p); err != nil {
			return err
		}
		if key, err = u.pendingKey(p.SessionID); err != nil || key != "" {
			return err
		}
		if key, err = totp.NewSecret(); err != nil {
			return err
		}
		return u.do(stmt(`INSERT INTO pending_authenticators (session_id, sealed, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (session_id) DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at`,
			p.SessionID, u.box.Seal([]byte(key), sealedPending(p.SessionID)), u.now.Add(models.SetUpFor)))
	})
	return key, err
}

// SetAuthenticator makes the key that the session sets up the account's authenticator app, in place of one it had, when code is what the app shows
// now. With its first factor an account gets the recovery codes, and first is true: its other sessions end, because only a password opened them.
func (s *Store) SetAuthenticator(ctx context.Context, p models.Person, code string, recovery []string, newToken []byte, notice models.Mail) (first bool, err error) {
	err = s.write(ctx, "set authenticator", func(u *unit) error {
		user, err := u.ownAccount(p)
		if err != nil {
			return err
		}
		key, err := u.pendingKey(p.SessionID)
		if err != nil {
			return err
		}
		if key == "" {
			return models.RefuseField("code", "That key is over: it waits for a quarter of an hour. Let the app read this new one.")
		}
		step, right := totp.Match(key, totp.Plain(code), u.now, 0)
		if !right {
			return models.RefuseField("code", "This is not the code for this key. Wait for the next one, and check that the clock of the phone is right.")
		}
		sealed := s.box.Seal([]byte(key), sealedAuthenticator(user.ID))
		err = u.do(stmt("DELETE FROM pending_authenticators WHERE session_id = ?", p.SessionID), stmt(`INSERT INTO authenticators (user_id, sealed, last_step, created_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, last_step = excluded.last_step, created_at = excluded.created_at, last_used_at = NULL`,
			user.ID, sealed, step, u.now))
		if err != nil {
			return err
		}
		e := on(entry(p, models.ActionAuthenticatorSet), "account", user.ID, user.Name)
		first, err = u.factorAdded(p, user, models.ByAuthenticator, recovery, newToken, &e)
		if err != nil {
			return err
		}
		return u.factorChanged(user, e, notice)
	})
	return first, err
}

// ownAccount reads the person's account, which does not change until the transaction ends, for a change of what proves it: the session must
// still be proved by the account itself.
func (u *unit) ownAccount(p models.Person) (userRow, error) {
	user, err := u.account(p.User.ID)
	if err != nil {
		return userRow{}, err
	}
	return user, u.stillOwner(p, user)
}

// factorAdded settles what a new factor means for the account and its sessions. The one at hand was just proved by it.
func (u *unit) factorAdded(p models.Person, user userRow, by models.Factor, recovery []string, newToken []byte, e *models.AuditEntry) (first bool, err error) {
	first = user.FactorSince.IsZero()
	if err := u.settleFactor(user.ID); err != nil {
		return false, err
	}
	if err := u.prove(p, by, newToken); err != nil || !first {
		return first, err
	}
	if err := u.keepRecoveryCodes(user.ID, recovery); err != nil {
		return first, err
	}
	ended, err := u.endSessions(user.ID, p.SessionID)
	e.After = sessionsEnded(ended)
	return first, err
}

// prove takes note that the person in front of the session has just proved the account again, and gives it a new token: whoever else
// holds the old one gains nothing by it. by is the factor it was, or empty for the password.
func (u *unit) prove(p models.Person, by models.Factor, newToken []byte) error {
	if err := u.mustChange("UPDATE sessions SET token_hash = ? WHERE id = ? AND user_id = ?", newToken, p.SessionID, p.User.ID); err != nil {
		return err
	}
	return u.mustChange("UPDATE session_authentications SET at = ?, factor = CASE WHEN ? = '' THEN factor ELSE ? END WHERE session_id = ? AND opens = ?",
		u.now, string(by), string(by), p.SessionID, opensAccount)
}

// factorChanged records a change of the account's factors, and tells the person by mail when there is a message to send.
func (u *unit) factorChanged(user userRow, e models.AuditEntry, notice models.Mail) error {
	if notice.Text != "" {
		notice.To = user.Email
		if err := u.post(notice); err != nil {
			return err
		}
	}
	return u.recordAccount(user.ID, e)
}

func (u *unit) keepRecoveryCodes(userID string, codes []string) error {
	rows := make([]recoveryRow, 0, len(codes))
	for _, code := range codes {
		rows = append(rows, recoveryRow{UserID: userID, CodeHash: secret.HashToken(totp.Plain(code)), CreatedAt: moment{u.now}})
	}
	if err := u.do(stmt("DELETE FROM recovery_codes WHERE user_id = ?", userID)); err != nil {
		return err
	}
	return u.insert(&rows)
}

// RemoveAuthenticator takes the authenticator app from the account; models.ErrNotFound without one.
func (s *Store) RemoveAuthenticator(ctx context.Context, p models.Person, notice models.Mail) error {
	return s.write(ctx, "remove authenticator", func(u *unit) error {
		user, err := u.ownAccount(p)
		if err != nil {
			return err
		}
		gone, err := u.change("DELETE FROM authenticators WHERE user_id = ?", user.ID)
		if err != nil {
			return err
		}
		if gone == 0 {
			return models.Refuse(models.Impossible, "There is no authenticator app to remove.")
		}
		if err := u.factorGone(user); err != nil {
			return err
		}
		return u.factorChanged(user, on(entry(p, models.ActionAuthenticatorGone), "account", user.ID, user.Name), notice)
	})
}

// factorGone settles the account after a factor went, and refuses when it was the last and an organization asks for one.
func (u *unit) factorGone(user userRow) error {
	if err := u.settleFactor(user.ID); err != nil {
		return err
	}
	var asking struct {
		Name string `gorm:"column:name"`
	}
	needed, err := u.found(&asking, `SELECT r.name FROM (SELECT (`+requiring+`) AS name FROM users u WHERE u.id = ? AND u.second_factor_at IS NULL) r WHERE r.name IS NOT NULL`, user.ID)
	if err == nil && needed {
		err = models.ErrLastFactor(asking.Name)
	}
	return err
}

// RenewRecoveryCodes makes these the only recovery codes of the account.
func (s *Store) RenewRecoveryCodes(ctx context.Context, p models.Person, codes []string, notice models.Mail) error {
	return s.write(ctx, "renew recovery codes", func(u *unit) error {
		user, err := u.ownAccount(p)
		if err != nil {
			return err
		}
		if user.FactorSince.IsZero() {
			return models.Refuse(models.Impossible, "Recovery codes stand in for a second factor. Set one up first.")
		}
		if err := u.keepRecoveryCodes(user.ID, codes); err != nil {
			return err
		}
		return u.factorChanged(user, on(entry(p, models.ActionRecoveryCodesMade), "account", user.ID, user.Name), notice)
	})
}

package store

import (
	"context"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/internal/totp"
	"gatehouse/models"
)

// BeginFactor keeps that the password of an account was right whose second factor is still to be given, for whoever holds the token. It opens
// nothing, and ends after ten minutes or with the password.
func (s *Store) BeginFactor(ctx context.Context, proven Credentials, token []byte, rehash string, r models.Request) error {
	return s.write(ctx, "begin second factor", func(u *unit) error {
		user, err := u.passwordRight(proven, rehash, r)
		if err != nil {
			return err
		}
		return u.beginHalf(user.ID, "", token)
	})
}

// beginHalf keeps half a sign-in; glassOf is the organization whose break-glass code was given, "" for none.
func (u *unit) beginHalf(userID, glassOf string, token []byte) error {
	return u.do(stmt("INSERT INTO half_sign_ins (token_hash, user_id, glass_organization_id, expires_at) VALUES (?, ?, ?, ?)",
		token, userID, ref(glassOf), u.now.Add(models.FactorFor)))
}

// errHalfOver answers a second factor that comes too late.
var errHalfOver = models.Refuse(models.Gone, "Signing in took too long, or was finished already. Start again.")

// HalfSignIn returns whose second factor is awaited, with those the account has, or the refusal models.Gone.
func (s *Store) HalfSignIn(ctx context.Context, token []byte) (models.User, models.Factors, error) {
	u := s.read(ctx)
	user, err := u.half(token)
	if err != nil {
		return models.User{}, models.Factors{}, fault("half a sign-in", err)
	}
	factors, err := u.factors(user.ID)
	return user.noun(), factors, fault("half a sign-in", err)
}

func (u *unit) half(token []byte) (userRow, error) {
	var user userRow
	known, err := u.found(&user, `SELECT u.id, u.name, u.email, u.password_hash, u.second_factor_at, u.version, u.created_at
		FROM half_sign_ins h JOIN users u ON u.id = h.user_id WHERE h.token_hash = ? AND h.expires_at > ?`, token, u.now)
	if err == nil && !known {
		err = errHalfOver
	}
	return user, err
}

// SignInByCode finishes a half sign-in with an app's code or a recovery code, and opens the session as SignInByPassword does. A wrong code is
// the refusal models.Invalid, too many of them models.TooMany.
func (s *Store) SignInByCode(ctx context.Context, half []byte, code string, previous, newToken []byte, r models.Request) error {
	user, err := s.read(ctx).half(half)
	if err != nil {
		return fault("sign in by code", err)
	}
	return s.tryCode(ctx, models.TryAt("", user.ID, models.ActionFactorRefused, "", r), code, r, func(u *unit, user userRow, by models.Factor) error {
		return u.finishHalf(half, user, by, previous, newToken, r)
	})
}

// finishHalf opens the session of a half sign-in of a locked account, once.
func (u *unit) finishHalf(half []byte, user userRow, by models.Factor, previous, newToken []byte, r models.Request) error {
	var begun struct {
		GlassOf ref `gorm:"column:glass_organization_id"`
	}
	known, err := u.found(&begun, "DELETE FROM half_sign_ins WHERE token_hash = ? AND user_id = ? AND expires_at > ? RETURNING glass_organization_id", half, user.ID, u.now)
	if err != nil {
		return err
	}
	if !known {
		return errHalfOver
	}
	if err := u.openSession(user.ID, previous, newToken, r, authenticationRow{Opens: opensAccount, Method: string(models.ByPassword), Factor: string(by)}); err != nil {
		return err
	}
	if begun.GlassOf != "" {
		if err := u.enterGlass(string(begun.GlassOf), newToken); err != nil {
			return err
		}
	}
	e := entryOf(user.noun(), models.ActionSignedIn, models.ByPassword, r)
	e.After = map[string]string{"second factor": string(by)}
	return u.recordAccount(user.ID, e)
}

// ConfirmByCode proves the account of a session again, with a code.
func (s *Store) ConfirmByCode(ctx context.Context, p models.Person, code string, newToken []byte) error {
	return s.tryCode(ctx, models.TryOf(p, models.ActionConfirmRefused, ""), code, p.Request, func(u *unit, _ userRow, by models.Factor) error {
		return u.confirmed(p, by, newToken)
	})
}

// ConfirmByPassword proves the account of a session again, with the password that was just checked against proven.
func (s *Store) ConfirmByPassword(ctx context.Context, p models.Person, proven Credentials, newToken []byte) error {
	return s.write(ctx, "confirm by password", func(u *unit) error {
		user, err := u.passwordRight(proven, "", p.Request)
		if err != nil {
			return err
		}
		if !user.FactorSince.IsZero() {
			return models.Refuse(models.Invalid, "This account has a second factor: confirm with that.")
		}
		return u.confirmed(p, "", newToken)
	})
}

func (u *unit) confirmed(p models.Person, by models.Factor, newToken []byte) error {
	if err := u.prove(p, by, newToken); err != nil {
		return err
	}
	e := on(entry(p, models.ActionSessionConfirmed), "account", p.User.ID, p.User.Name)
	if by != "" {
		e.After = map[string]string{"second factor": string(by)}
	}
	return u.recordAccount(p.User.ID, e)
}

// factorAccount stands for the second factor of an account where failures are counted. They count whatever the source: whoever gets here knows
// the password, and six digits from a thousand addresses would be found in a day.
func factorAccount(userID string) string { return "second factor of " + userID }

// tryCode does work when the code is one of the account's, which uses it up. An app's code is counted as wrong before it is looked at, as
// passwords are; a recovery code has too many bits to be guessed, and works while the others are locked. The audit log tells of a wrong one as
// the try says.
func (s *Store) tryCode(ctx context.Context, try models.RefusedTry, typed string, r models.Request, work func(*unit, userRow, models.Factor) error) error {
	code, userID := totp.Plain(typed), try.AccountID
	by := models.ByAuthenticator
	var lock time.Duration
	if totp.IsRecoveryCode(code) {
		by = models.ByRecoveryCode
	} else {
		var err error
		if lock, err = s.CountAttempt(ctx, factorAccount(userID), "", r); err != nil {
			if models.Is(err, models.TooMany) {
				s.Refused(try.Because(models.LockedOut))
			}
			return err
		}
	}
	wrong := false
	err := s.write(ctx, "try code", func(u *unit) error {
		// The account first, as everywhere.
		user, err := u.account(userID)
		if err != nil {
			return err
		}
		use := u.useAppCode
		if by == models.ByRecoveryCode {
			use = u.useRecoveryCode
		}
		if err := use(userID, code); err != nil {
			wrong = models.Is(err, models.Invalid)
			return err
		}
		if err := u.forgive(factorAccount(userID), ""); err != nil {
			return err
		}
		return work(u, user, by)
	})
	if wrong && err != nil {
		s.RefusedCounted(try.Because(models.WrongCode), lock)
	}
	return err
}

func (u *unit) useAppCode(userID, code string) error {
	var row authenticatorRow
	known, err := u.found(&row, "SELECT a.user_id, a.sealed, a.last_step FROM authenticators a WHERE a.user_id = ?"+u.dialect.forUpdate("a"), userID)
	if err != nil {
		return err
	}
	if !known {
		return models.RefuseField("code", "This account has no authenticator app. Use a passkey or a recovery code.")
	}
	key, err := u.box.Open(row.Sealed, sealedAuthenticator(userID))
	if err != nil {
		return err
	}
	step, right := totp.Match(string(key), code, u.now, row.LastStep)
	if !right {
		return models.RefuseField("code", "This code is wrong, or was used already. Wait for the next one.")
	}
	return u.mustChange("UPDATE authenticators SET last_step = ?, last_used_at = ? WHERE user_id = ? AND last_step < ?", step, u.now, userID, step)
}

func (u *unit) useRecoveryCode(userID, code string) error {
	n, err := u.change("DELETE FROM recovery_codes WHERE user_id = ? AND code_hash = ?", userID, secret.HashToken(code))
	if err == nil && n == 0 {
		err = models.RefuseField("code", "This recovery code is wrong, or was used already. Each works once.")
	}
	return err
}

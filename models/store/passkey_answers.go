package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"gatehouse/internal/passkey"
	"gatehouse/models"
)

// SignInByPasskey opens a session for the account whose passkey answered AskToSignIn with the same token. The passkey stands for password and
// second factor; whatever else holds for somebody who signs in with the password holds here: the lockout of the account for this source, a
// password that is too old, and required single sign-on. warning is the mail to whom a copied passkey belongs.
func (s *Store) SignInByPasskey(ctx context.Context, at passkey.Site, asked []byte, answer string, previous, newToken []byte, warning models.Mail, r models.Request) error {
	kept, err := s.takeQuestion(ctx, asked, forSignIn)
	if err != nil {
		return err
	}
	owner, err := s.passkeyOwner(ctx, answer, r)
	if err != nil {
		return err
	}
	source, try := models.SignInSource(r.IP), models.TryAt("", owner.ID, models.ActionSignInRefused, models.WrongPasskey, r)
	lock, err := s.CountAttempt(ctx, owner.Email, source, r)
	if err != nil {
		if models.Is(err, models.TooMany) {
			s.Refused(try.Because(models.LockedOut))
		}
		return err
	}
	return s.tryPasskey(ctx, given{at, kept, answer, warning, models.ByPasskey, r, try, lock}, func(u *unit, user userRow) error {
		if err := u.forgive(user.Email, source); err != nil {
			return err
		}
		if err := u.noteOutlived(user, r); err != nil {
			return err
		}
		if err := u.openSession(user.ID, previous, newToken, r, authenticationRow{Opens: opensAccount, Method: string(models.ByPasskey)}); err != nil {
			return err
		}
		return u.recordAccount(user.ID, entryOf(user.noun(), models.ActionSignedIn, models.ByPasskey, r))
	})
}

// passkeyOwner is whose passkey gave the answer, as far as it says.
func (s *Store) passkeyOwner(ctx context.Context, answer string, r models.Request) (userRow, error) {
	u := s.read(ctx)
	id, err := passkey.CredentialOf(answer)
	if err != nil {
		return userRow{}, u.notAccepted(ctx, err, r)
	}
	var owner userRow
	known, err := u.found(&owner, "SELECT u.id, u.email FROM passkeys k JOIN users u ON u.id = k.user_id WHERE k.credential_id = ?", id)
	if err == nil && !known {
		err = errPasskeyRefused
	}
	return owner, fault("owner of a passkey", err)
}

// SignInBesidePassword finishes a half sign-in with a passkey that answered AskForFactor.
func (s *Store) SignInBesidePassword(ctx context.Context, at passkey.Site, half []byte, answer string, previous, newToken []byte, warning models.Mail, r models.Request) error {
	user, err := s.read(ctx).half(half)
	if err != nil {
		return fault("sign in beside a password", err)
	}
	kept, err := s.takeQuestion(ctx, half, forFactor)
	if err != nil {
		return err
	}
	try := models.TryAt("", user.ID, models.ActionFactorRefused, models.WrongPasskey, r)
	return s.tryPasskey(ctx, given{at, kept, answer, warning, models.ByPassword, r, try, 0}, func(u *unit, user userRow) error {
		if err := u.forgive(factorAccount(user.ID), ""); err != nil {
			return err
		}
		return u.finishHalf(half, user, models.ByPasskeyBeside, previous, newToken, r)
	})
}

// ConfirmByPasskey proves the account of a session again, with a passkey that answered AskToConfirm.
func (s *Store) ConfirmByPasskey(ctx context.Context, at passkey.Site, p models.Person, answer string, newToken []byte, warning models.Mail) error {
	kept, err := s.takeQuestion(ctx, []byte(p.SessionID), forConfirming)
	if err != nil {
		return err
	}
	try := models.TryOf(p, models.ActionConfirmRefused, models.WrongPasskey)
	return s.tryPasskey(ctx, given{at, kept, answer, warning, p.Strongest(), p.Request, try, 0}, func(u *unit, _ userRow) error {
		return u.confirmed(p, models.ByPasskeyBeside, newToken)
	})
}

// errPasskeyCopied says what its owner has to know; the answer was signed by the passkey, so nobody else is told.
var errPasskeyCopied = models.RefuseField("passkey", "This passkey may have been copied: another copy of it seems to be in use. It is accepted no more. Take another way, then remove it and add a new one.")

// given is the answer of a browser, with what it is judged by and how it is told when it is wrong.
type given struct {
	at      passkey.Site
	kept    string // of the question
	answer  string
	warning models.Mail // when the passkey seems to have been copied
	method  models.Method
	request models.Request
	try     models.RefusedTry // at whose account, as the audit log tells of it
	lock    time.Duration     // how long this try locks the account, unless it is right
}

// tryPasskey does work when the answer is right. A passkey whose counter did not advance counts no more: that it was so is kept, recorded and
// told by mail, although the answer is refused.
func (s *Store) tryPasskey(ctx context.Context, g given, work func(*unit, userRow) error) error {
	var copied error
	err := s.write(ctx, "try passkey", func(u *unit) error {
		copied = nil
		// The account first, as everywhere.
		user, err := u.account(g.try.AccountID)
		if err != nil {
			return err
		}
		account, rows, err := u.passkeysOf(user, true)
		if err != nil {
			return err
		}
		used, err := g.at.Proved(g.kept, g.answer, account)
		if err != nil {
			return u.notAccepted(ctx, err, g.request)
		}
		row := rows[slices.IndexFunc(rows, func(row passkeyRow) bool { return bytes.Equal(row.CredentialID, used.ID) })]
		if !row.ClonedAt.IsZero() {
			return errPasskeyCopied
		}
		if used.Copied {
			copied = errPasskeyCopied
			return u.passkeyCopied(user, row, g)
		}
		if err := u.mustChange("UPDATE passkeys SET credential = ?, last_used_at = ? WHERE id = ?", used.Kept, u.now, row.ID); err != nil {
			return err
		}
		return work(u, user)
	})
	if errors.Is(err, errPasskeyRefused) || errors.Is(err, errPasskeyCopied) {
		s.RefusedCounted(g.try, g.lock)
	}
	return cmp.Or(err, copied)
}

func (u *unit) passkeyCopied(user userRow, row passkeyRow, g given) error {
	if err := u.mustChange("UPDATE passkeys SET cloned_at = ? WHERE id = ?", u.now, row.ID); err != nil {
		return err
	}
	e := entryOf(user.noun(), models.ActionPasskeyCopied, g.method, g.request)
	e.Before = map[string]string{"passkey": row.Name}
	return u.factorChanged(user, e, g.warning)
}

// noteOutlived notes that the account's password is older than an organization of it lets one be: that is seen when somebody signs in, and
// a passkey is no way around it.
func (u *unit) noteOutlived(user userRow, r models.Request) error {
	policies, err := u.policies(user.ID)
	outlived := func(p models.OrganizationPolicy) bool { return p.Policy.Outlived(user.PasswordChangedAt.Time, u.now) }
	if err != nil || user.PasswordDue || user.PasswordHash == "" || !slices.ContainsFunc(policies, outlived) {
		return err
	}
	if err := u.do(stmt("UPDATE users SET password_due = true WHERE id = ?", user.ID)); err != nil {
		return err
	}
	return u.recordAccount(user.ID, entryOf(user.noun(), models.ActionPasswordDue, models.ByPasskey, r))
}

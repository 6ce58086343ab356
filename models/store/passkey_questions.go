package store

import (
	"context"
	"encoding/json"

	"gatehouse/internal/passkey"
	"gatehouse/models"
)

// What a browser is asked for. A session, half a sign-in or a browser that signs in has one question of each kind at a time, and a new one
// takes the place of the last.
const (
	forNewPasskey = "register"
	forSignIn     = "sign-in"
	forFactor     = "factor"
	forConfirming = "confirm"
)

var (
	// errPasskeyRefused is the one answer to whatever is wrong with a proof: whose passkey it is, or was, is not told.
	errPasskeyRefused = models.RefuseField("passkey", "This passkey was not accepted. Try again, or take another way.")
	errQuestionOver   = models.RefuseField("passkey", "This took too long, or was done already in another tab. Try again.")
	errNoPasskey      = models.RefuseField("passkey", "This account has no passkey that can be used. Take another way.")
	errNoSite         = models.Refuse(models.Impossible, "There are no passkeys at this address: browsers keep them for a name, not for an IP address.")
)

// AskNewPasskey returns what the browser of a session is asked for a new passkey of its account.
func (s *Store) AskNewPasskey(ctx context.Context, at passkey.Site, p models.Person) (json.RawMessage, error) {
	return s.ask(ctx, at, []byte(p.SessionID), forNewPasskey, func(u *unit) (passkey.Question, error) {
		user, err := u.ownAccount(p)
		if err != nil {
			return passkey.Question{}, err
		}
		account, has, err := u.passkeysOf(user, true)
		if err == nil {
			err = mayAddPasskey(user, len(has))
		}
		if err != nil {
			return passkey.Question{}, err
		}
		return at.AskNew(account)
	})
}

// AskToSignIn returns what a browser is asked for a proof by any passkey of this console; the answer comes with the same token.
func (s *Store) AskToSignIn(ctx context.Context, at passkey.Site, token []byte) (json.RawMessage, error) {
	return s.ask(ctx, at, token, forSignIn, func(*unit) (passkey.Question, error) { return at.AskAnybody() })
}

// AskForFactor returns what a browser is asked whose half sign-in awaits a second factor.
func (s *Store) AskForFactor(ctx context.Context, at passkey.Site, half []byte) (json.RawMessage, error) {
	return s.ask(ctx, at, half, forFactor, func(u *unit) (passkey.Question, error) {
		user, err := u.half(half)
		if err != nil {
			return passkey.Question{}, err
		}
		return u.askOwner(at, user, true)
	})
}

// AskToConfirm returns what the browser of a session is asked for a fresh proof.
func (s *Store) AskToConfirm(ctx context.Context, at passkey.Site, p models.Person) (json.RawMessage, error) {
	return s.ask(ctx, at, []byte(p.SessionID), forConfirming, func(u *unit) (passkey.Question, error) {
		user, err := u.ownAccount(p)
		if err != nil {
			return passkey.Question{}, err
		}
		return u.askOwner(at, user, false)
	})
}

func (u *unit) askOwner(at passkey.Site, user userRow, present bool) (passkey.Question, error) {
	account, has, err := u.passkeysOf(user, false)
	if err == nil && len(has) == 0 {
		err = errNoPasskey
	}
	if err != nil {
		return passkey.Question{}, err
	}
	return at.AskOwner(account, present)
}

// ask keeps a question for its holder. The browser gets the options alone.
func (s *Store) ask(ctx context.Context, at passkey.Site, holder []byte, purpose string, make func(*unit) (passkey.Question, error)) (json.RawMessage, error) {
	if !at.Usable() {
		return nil, errNoSite
	}
	var options json.RawMessage
	err := s.write(ctx, "ask for a passkey", func(u *unit) error {
		asked, err := make(u)
		if err != nil {
			return err
		}
		options = asked.Options
		return u.do(stmt(`INSERT INTO passkey_challenges (holder, purpose, challenge, expires_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (holder, purpose) DO UPDATE SET challenge = excluded.challenge, expires_at = excluded.expires_at`,
			holder, purpose, asked.Kept, u.now.Add(passkey.QuestionFor)))
	})
	return options, err
}

// takeQuestion uses up a question, whatever its answer is worth: it is done before the answer is looked at, and stays done when that is
// refused. Of many answers at once one gets it.
func (s *Store) takeQuestion(ctx context.Context, holder []byte, purpose string) (kept string, err error) {
	err = s.write(ctx, "take question", func(u *unit) error {
		var row struct {
			Challenge string `gorm:"column:challenge"`
		}
		known, err := u.found(&row, "DELETE FROM passkey_challenges WHERE holder = ? AND purpose = ? AND expires_at > ? RETURNING challenge", holder, purpose, u.now)
		if err == nil && !known {
			err = errQuestionOver
		}
		kept = row.Challenge
		return err
	})
	return kept, err
}

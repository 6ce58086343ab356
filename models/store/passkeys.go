package store

import (
	"context"
	"errors"
	"slices"

	"gatehouse/internal/passkey"
	"gatehouse/models"
)

type passkeyRow struct {
	ID           ref    `gorm:"column:id;primaryKey"`
	UserID       string `gorm:"column:user_id"`
	CredentialID []byte `gorm:"column:credential_id"`
	Credential   string `gorm:"column:credential"`
	Name         string `gorm:"column:name"`
	ClonedAt     moment `gorm:"column:cloned_at"`
	CreatedAt    moment `gorm:"column:created_at"`
	LastUsedAt   moment `gorm:"column:last_used_at"`
}

func (passkeyRow) TableName() string { return "passkeys" }

func (r passkeyRow) noun() models.Passkey {
	return models.Passkey{
		ID: string(r.ID), Name: r.Name, Synced: passkey.Synced(r.Credential), ClonedAt: r.ClonedAt.Time, CreatedAt: r.CreatedAt.Time, LastUsedAt: r.LastUsedAt.Time,
	}
}

// passkeysOf is the account as passkeys are asked of it: with those that are still believed, or all of them.
func (u *unit) passkeysOf(user userRow, all bool) (passkey.Account, []passkeyRow, error) {
	var rows []passkeyRow
	err := u.all(&rows, "SELECT k.id, k.credential_id, k.credential, k.name, k.cloned_at FROM passkeys k WHERE k.user_id = ? ORDER BY k.id", user.ID)
	rows = slices.DeleteFunc(rows, func(r passkeyRow) bool { return !all && !r.ClonedAt.IsZero() })
	account := passkey.Account{ID: user.ID, Name: user.Name, Email: user.Email}
	for _, row := range rows {
		account.Kept = append(account.Kept, row.Credential)
	}
	return account, rows, err
}

// mayAddPasskey refuses more than anybody needs, and any while the password is one that an Administrator's link set: whoever made the link may
// know it, and a passkey would go on opening the account, in other organizations too, when its owner has set another.
func mayAddPasskey(user userRow, has int) error {
	if user.PasswordOf != "" {
		return models.Refuse(models.Impossible, "Set a new password by mail first: an Administrator made the link that set this one.")
	}
	if has >= models.MostPasskeys {
		return models.Refuse(models.Impossible, "You have as many passkeys as an account can have. Remove one first.")
	}
	return nil
}

// AddPasskey makes what a browser answered to AskNewPasskey a passkey of the account. With its first factor an account gets the recovery
// codes, and first is true: its other sessions end, because only a password opened them.
func (s *Store) AddPasskey(ctx context.Context, at passkey.Site, p models.Person, name, answer string, recovery []string, newToken []byte, notice models.Mail) (first bool, err error) {
	kept, err := s.takeQuestion(ctx, []byte(p.SessionID), forNewPasskey)
	if err != nil {
		return false, err
	}
	err = s.write(ctx, "add passkey", func(u *unit) error {
		user, err := u.ownAccount(p)
		if err != nil {
			return err
		}
		account, has, err := u.passkeysOf(user, true)
		if err == nil {
			err = mayAddPasskey(user, len(has))
		}
		if err != nil {
			return err
		}
		made, err := at.Made(kept, answer, account)
		if err != nil {
			return u.notAccepted(ctx, err, p.Request)
		}
		err = u.insert(&passkeyRow{ID: ref(newID()), UserID: user.ID, CredentialID: made.ID, Credential: made.Kept, Name: name, CreatedAt: moment{u.now}})
		if err != nil {
			return err
		}
		e := on(entry(p, models.ActionPasskeyAdded), "account", user.ID, user.Name)
		if first, err = u.factorAdded(p, user, models.ByPasskeyBeside, recovery, newToken, &e); err != nil {
			return err
		}
		if e.After == nil {
			e.After = map[string]string{}
		}
		e.After["passkey"] = name
		return u.factorChanged(user, e, notice)
	})
	return first, err
}

// notAccepted makes one refusal of whatever is wrong with an answer. The operator's log says what: a wrong public address is found so.
func (u *unit) notAccepted(ctx context.Context, err error, r models.Request) error {
	if !errors.Is(err, passkey.ErrRefused) {
		return err
	}
	u.log.InfoContext(ctx, "a passkey was not accepted", "why", err.Error(), "reference", r.Reference)
	return errPasskeyRefused
}

// RenamePasskey gives one of the account's passkeys another name.
func (s *Store) RenamePasskey(ctx context.Context, p models.Person, id, name string) error {
	return s.write(ctx, "rename passkey", func(u *unit) error {
		user, key, err := u.ownPasskey(p, id)
		if err != nil || key.Name == name {
			return err
		}
		if err := u.mustChange("UPDATE passkeys SET name = ? WHERE id = ? AND user_id = ?", name, key.ID, user.ID); err != nil {
			return err
		}
		e := on(entry(p, models.ActionPasskeyRenamed), "account", user.ID, user.Name)
		e.Before, e.After = map[string]string{"passkey": key.Name}, map[string]string{"passkey": name}
		return u.recordAccount(user.ID, e)
	})
}

// RemovePasskey takes a passkey from the account.
func (s *Store) RemovePasskey(ctx context.Context, p models.Person, id string, notice models.Mail) error {
	return s.write(ctx, "remove passkey", func(u *unit) error {
		user, key, err := u.ownPasskey(p, id)
		if err != nil {
			return err
		}
		if err := u.mustChange("DELETE FROM passkeys WHERE id = ? AND user_id = ?", key.ID, user.ID); err != nil {
			return err
		}
		if err := u.factorGone(user); err != nil {
			return err
		}
		e := on(entry(p, models.ActionPasskeyGone), "account", user.ID, user.Name)
		e.Before = map[string]string{"passkey": key.Name}
		return u.factorChanged(user, e, notice)
	})
}

func (u *unit) ownPasskey(p models.Person, id string) (userRow, passkeyRow, error) {
	key, ok := parseID(id)
	if !ok {
		return userRow{}, passkeyRow{}, models.ErrNotFound
	}
	user, err := u.ownAccount(p)
	if err != nil {
		return userRow{}, passkeyRow{}, err
	}
	var row passkeyRow
	err = u.one(&row, "SELECT k.id, k.name FROM passkeys k WHERE k.id = ? AND k.user_id = ?", key, user.ID)
	return user, row, err
}

package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// PrepareKey keeps the key pair that is to follow ours at an identity provider. From then on it is published beside the current one.
func (t Tenant) PrepareKey(ctx context.Context, slug string, privateKey, certificate []byte) error {
	return t.write(ctx, "prepare key", authz.SecurityManage, func(u *unit) error {
		provider, err := t.lockedProvider(u, slug)
		if err != nil {
			return err
		}
		if err := provider.MayPrepareKey(); err != nil {
			return err
		}
		err = u.do(stmt("UPDATE identity_providers SET next_private_key = ?, next_certificate = ?, version = version + 1, updated_at = ? WHERE id = ?",
			u.box.Seal(privateKey, keyOf(provider.ConnectionID)), certificate, u.now, provider.ID))
		if err != nil {
			return err
		}
		return t.recordKey(u, provider, models.ActionKeyPrepared, nil, certificate)
	})
}

// SwitchKey makes the prepared key the one we sign with. The one before still decrypts until it is retired.
func (t Tenant) SwitchKey(ctx context.Context, slug string) error {
	return t.write(ctx, "switch key", authz.SecurityManage, func(u *unit) error {
		provider, err := t.lockedProvider(u, slug)
		if err != nil {
			return err
		}
		if err := provider.MaySwitchKey(); err != nil {
			return err
		}
		err = u.do(stmt(`UPDATE identity_providers SET previous_private_key = private_key, previous_certificate = certificate,
			private_key = next_private_key, certificate = next_certificate, next_private_key = NULL, next_certificate = NULL,
			version = version + 1, updated_at = ? WHERE id = ?`, u.now, provider.ID))
		if err != nil {
			return err
		}
		return t.recordKey(u, provider, models.ActionKeySwitched, provider.CertificateDER, provider.NextDER)
	})
}

// RetireKey forgets the key before ours: what is encrypted for it cannot be read any more.
func (t Tenant) RetireKey(ctx context.Context, slug string) error {
	return t.write(ctx, "retire key", authz.SecurityManage, func(u *unit) error {
		provider, err := t.lockedProvider(u, slug)
		if err != nil {
			return err
		}
		if err := provider.MayRetireKey(); err != nil {
			return err
		}
		err = u.do(stmt("UPDATE identity_providers SET previous_private_key = NULL, previous_certificate = NULL, version = version + 1, updated_at = ? WHERE id = ?",
			u.now, provider.ID))
		if err != nil {
			return err
		}
		return t.recordKey(u, provider, models.ActionKeyRetired, provider.PreviousDER, nil)
	})
}

func (t Tenant) recordKey(u *unit, p models.IdentityProvider, action models.Action, was, is []byte) error {
	e := on(entry(t.actor.Person, action), "identity-provider", p.ID, p.Name)
	named := func(der []byte) map[string]string {
		if der == nil {
			return nil
		}
		print := sha256.Sum256(der)
		return map[string]string{"our certificate": hex.EncodeToString(print[:])}
	}
	e.Before, e.After = named(was), named(is)
	return u.record([]string{t.organization()}, e)
}

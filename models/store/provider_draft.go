package store

import (
	"context"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// SaveDraft saves what a step of the guide says of that version of an identity provider; of another it is models.Stale. Its own values are
// EditIdentityProvider's business.
func (t Tenant) SaveDraft(ctx context.Context, slug string, version int, in models.DraftChange) error {
	return t.write(ctx, "save draft", authz.SecurityManage, func(u *unit) error {
		was, err := t.lockedProvider(u, slug)
		if err != nil {
			return err
		}
		if was.Version != version {
			return errProviderChanged
		}
		if was.DraftChange() == in {
			return nil
		}
		err = u.do(stmt(`UPDATE identity_providers SET name = ?, product = ?, attribute_person = ?, attribute_email = ?, attribute_first_name = ?,
			attribute_last_name = ?, attribute_display_name = ?, attribute_groups = ?, admits_domains = ?, version = version + 1, updated_at = ? WHERE id = ?`,
			in.Name, in.Product, in.Attributes.Person, in.Attributes.Email, in.Attributes.FirstName, in.Attributes.LastName, in.Attributes.DisplayName,
			in.Attributes.Groups, in.AdmitsDomains, u.now, was.ID))
		if err != nil {
			return err
		}
		is, err := t.provider(u, strings.ToLower(was.Slug))
		if err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionProviderEdited), "identity-provider", is.ID, is.Name)
		e.Before, e.After = differences(described(was), described(is))
		return u.record([]string{t.organization()}, e)
	})
}

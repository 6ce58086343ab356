package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"gatehouse/models"
)

type sightingRow struct {
	ProviderID string `gorm:"column:provider_id;primaryKey"`
	UserID     string `gorm:"column:user_id"`
	At         moment `gorm:"column:at"`
	Sealed     []byte `gorm:"column:sealed"`
}

func (sightingRow) TableName() string { return "identity_provider_sightings" }

// seen is what is kept of a sign-in, sealed: the groups, and the names of the attributes without what stood in them.
type seen struct {
	Groups     []string
	GroupsSent bool
	Attributes []string
}

func sealedSighting(providerID string) string { return "sighting/" + providerID }

// sightingEvery is how often the last sign-in is written down: where hundreds come in a minute, any of them is as good as the last.
const sightingEvery = 10 * time.Second

// sight keeps what the provider said last, outside of the sign-in: everybody changes this row.
func (s *Store) sight(ctx context.Context, a *arrived, userID string) error {
	u := s.read(ctx)
	if !a.SightedAt.Before(u.now.Add(-sightingEvery)) {
		return nil
	}
	plain, err := json.Marshal(seen{a.identity.Groups, a.identity.GroupsSent, a.identity.Attributes})
	if err != nil {
		return err
	}
	_, err = u.change(`INSERT INTO identity_provider_sightings (provider_id, user_id, at, sealed) SELECT p.id, u.id, ?, ?
		FROM identity_providers p JOIN users u ON u.id = ? WHERE p.id = ?
		ON CONFLICT (provider_id) DO UPDATE SET user_id = excluded.user_id, at = excluded.at, sealed = excluded.sealed`,
		u.now, s.box.Seal(plain, sealedSighting(a.ProviderID)), userID, a.ProviderID)
	return err
}

// lastSighting is the last sign-in through an identity provider of the organization, if there was one.
func (t Tenant) lastSighting(u *unit, providerID string) (models.Sighting, bool, error) {
	var row struct {
		Sighting sightingRow `gorm:"embedded"`
		Name     string      `gorm:"column:name"`
		Email    string      `gorm:"column:email"`
		Member   bool        `gorm:"column:member"`
	}
	known, err := u.found(&row, `SELECT s.provider_id, s.user_id, s.at, s.sealed, u.name, u.email,
		EXISTS (SELECT 1 FROM members m WHERE m.organization_id = p.organization_id AND m.user_id = s.user_id AND NOT m.suspended) AS member
		FROM identity_provider_sightings s JOIN identity_providers p ON p.id = s.provider_id JOIN users u ON u.id = s.user_id
		WHERE p.organization_id = ? AND s.provider_id = ?`, t.organization(), providerID)
	if err != nil || !known {
		return models.Sighting{}, false, err
	}
	plain, err := u.box.Open(row.Sighting.Sealed, sealedSighting(providerID))
	if err != nil {
		return models.Sighting{}, false, nil //nolint:nilerr // sealed with a key that is no more: as if there were none
	}
	var kept seen
	err = json.Unmarshal(plain, &kept)
	return models.Sighting{
		At: row.Sighting.At.Time, UserID: row.Sighting.UserID, Name: row.Name, Email: row.Email, Member: row.Member,
		Groups: kept.Groups, GroupsSent: kept.GroupsSent, Attributes: kept.Attributes,
	}, true, err
}

// ProviderToEdit returns an identity provider, and the names of the attributes of the last sign-in through it; none before the first.
func (t Tenant) ProviderToEdit(ctx context.Context, idp string) (models.IdentityProvider, []string, error) {
	norm, ok := slugNorm(idp)
	if !ok {
		return models.IdentityProvider{}, nil, models.ErrNotFound
	}
	u := t.store.read(ctx)
	provider, err := t.provider(u, norm)
	if err != nil {
		return provider, nil, fault("provider to edit", err)
	}
	sighting, _, err := t.lastSighting(u, provider.ID)
	return provider, sighting.Attributes, fault("provider to edit", err)
}

// try says what mappings would do to the person of a sighting. It is what FinishSAML then does.
func (t Tenant) try(u *unit, all []models.Mapping, ids map[string]string, mappingID string, draft *models.MappingDraft, sighting models.Sighting) (models.Trial, error) {
	trial := models.Trial{Sighting: sighting}
	if !sighting.Member {
		return trial, nil
	}
	var err error
	if draft != nil {
		if all, ids, err = t.withDraft(u, all, ids, mappingID, *draft); err != nil {
			return trial, err
		}
	}
	m, err := u.mapping(t.organization(), sighting.UserID, all, ids, sighting.Groups, sighting.GroupsSent)
	trial.Effect = m.MappingEffect
	return trial, err
}

// withDraft puts a draft into the mappings, as if it were saved by the actor.
func (t Tenant) withDraft(u *unit, all []models.Mapping, ids map[string]string, mappingID string, draft models.MappingDraft) ([]models.Mapping, map[string]string, error) {
	slugs := make([]string, 0, len(draft.Teams))
	for _, team := range draft.Teams {
		slugs = append(slugs, team.Slug)
	}
	named, err := t.teamsNamed(u, slugs, "")
	if err != nil {
		return nil, nil, err
	}
	if ids == nil {
		ids = map[string]string{}
	}
	tried := models.Mapping{ID: mappingID, Group: draft.Group, Role: draft.Role, Authoritative: draft.Authoritative, Author: t.actor.User.Name, Inert: !draft.MayGive(t.actor.Role)}
	for _, team := range named {
		ids[team.Slug] = team.ID
		tried.Teams = append(tried.Teams, team.ref())
	}
	all = slices.Clone(all) // the list shows them as they are
	for i := range all {
		if all[i].ID == mappingID {
			all[i] = tried
			return all, ids, nil
		}
	}
	tried.ID = newID()
	return append(all, tried), ids, nil
}

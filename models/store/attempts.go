package store

import (
	"context"

	"gatehouse/models"
)

func (r attemptRow) noun() models.Attempt {
	return models.Attempt{
		ID: r.ID, At: r.At.Time, Accepted: r.Accepted, Reference: r.Reference, Check: r.CheckName, Cause: r.Cause, Person: r.Person, IP: r.IP,
	}
}

// Attempts returns the newest 50 recorded sign-ins through an identity provider of the organization; none for one of another.
func (t Tenant) Attempts(ctx context.Context, providerID string) ([]models.Attempt, error) {
	id, ok := parseID(providerID)
	if !ok {
		return nil, models.ErrNotFound
	}
	var rows []attemptRow
	err := t.store.read(ctx).all(&rows, `SELECT s.id, s.at, s.accepted, s.reference, s.check_name, s.cause, s.person, s.ip
		FROM identity_providers p JOIN sign_in_attempts s ON s.provider_id = p.id
		WHERE p.organization_id = ? AND p.id = ? ORDER BY s.id DESC LIMIT 50`, t.organization(), id)
	var attempts []models.Attempt
	for _, row := range rows {
		attempts = append(attempts, row.noun())
	}
	return attempts, fault("attempts", err)
}

// RecordRefusedAttempt records a sign-in that the assertion consumer service of a connection refused; for a connection that does not exist
// it is models.ErrNotFound.
func (s *Store) RecordRefusedAttempt(ctx context.Context, connectionID string, at models.Attempt) error {
	return s.write(ctx, "record attempt", func(u *unit) error {
		var provider providerRow
		if err := u.one(&provider, "SELECT p.id FROM identity_providers p WHERE p.connection_id = ?", clean(connectionID, longestText)); err != nil {
			return err
		}
		at.Accepted = false
		return u.attempt(provider.ID, at)
	})
}

// attempt records a sign-in at the moment of the transaction. What it says comes from outside, so it is cut to a size.
func (u *unit) attempt(providerID string, at models.Attempt) error {
	return u.insert(&attemptRow{
		ID: newID(), ProviderID: providerID, At: moment{u.now}, Accepted: at.Accepted, Reference: clean(at.Reference, longestText),
		CheckName: clean(at.Check, longestText), Cause: clean(at.Cause, longestText), Person: clean(at.Person, longestText), IP: clean(at.IP, longestText),
	})
}

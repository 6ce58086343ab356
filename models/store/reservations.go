package store

import (
	"context"

	"gatehouse/models"
)

// keyOf names what a private key is sealed for.
func keyOf(connectionID string) string { return "connection/" + connectionID }

// Reservation returns our values for the organization's next identity provider. When none are set aside yet, make makes them; of two at
// once both get the same.
func (t Tenant) Reservation(ctx context.Context, make func() (models.Reservation, error)) (models.Reservation, error) {
	u := t.store.read(ctx)
	row, known, err := t.reservation(u)
	if err == nil && !known {
		// Making a key takes long, so it happens outside of any transaction.
		var made models.Reservation
		if made, err = make(); err != nil {
			return models.Reservation{}, err
		}
		err = u.do(stmt(`INSERT INTO identity_provider_reservations (organization_id, connection_id, private_key, certificate, created_at)
			VALUES (?, ?, ?, ?, ?) ON CONFLICT (organization_id) DO NOTHING`,
			t.organization(), made.ConnectionID, t.store.box.Seal(made.PrivateKey, keyOf(made.ConnectionID)), made.CertificateDER, u.now))
		if err == nil {
			row, known, err = t.reservation(u)
		}
		if err == nil && !known {
			err = models.ErrNotFound // used by somebody else in this very moment
		}
	}
	if err != nil {
		return models.Reservation{}, fault("reservation", err)
	}
	key, err := t.store.box.Open(row.PrivateKey, keyOf(row.ConnectionID))
	if err != nil {
		// Sealed with a secret key that is gone. Nobody signs in with these values yet, so new ones take their place.
		err = u.do(stmt("DELETE FROM identity_provider_reservations WHERE organization_id = ? AND connection_id = ?", t.organization(), row.ConnectionID))
		if err != nil {
			return models.Reservation{}, fault("reservation", err)
		}
		return t.Reservation(ctx, make)
	}
	return models.Reservation{ConnectionID: row.ConnectionID, PrivateKey: key, CertificateDER: row.Certificate}, nil
}

func (t Tenant) reservation(u *unit) (row reservationRow, known bool, err error) {
	known, err = u.found(&row, "SELECT connection_id, private_key, certificate FROM identity_provider_reservations WHERE organization_id = ?", t.organization())
	return row, known, err
}

package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

const (
	flowValid   = 10 * time.Minute
	resultValid = 2 * time.Minute
	// hotEvery is how often a row that every sign-in changes is written: sign-ins must not wait for each other.
	hotEvery = time.Minute
)

// Connection returns what the endpoints of a connection work with: the identity provider, the certificate that verified last first, its
// organization and our key. Our values that are only set aside are served as well, with an identity provider without ID that is not enabled.
func (s *Store) Connection(ctx context.Context, connectionID string) (models.Connection, error) {
	c, err := s.read(ctx).connection("p.connection_id = ?", clean(connectionID, longestText))
	if models.Is(err, models.NotFound) {
		c, err = s.read(ctx).reservedConnection(connectionID)
	}
	return c, fault("connection", err)
}

// ConnectionOf returns the connection of an organization's enabled identity provider, or models.ErrNotFound.
func (s *Store) ConnectionOf(ctx context.Context, orgSlug, idpSlug string) (models.Connection, error) {
	organization, good := slugNorm(orgSlug)
	provider, fine := slugNorm(idpSlug)
	if !good || !fine {
		return models.Connection{}, models.ErrNotFound
	}
	c, err := s.read(ctx).connection("o.slug_norm = ? AND p.slug_norm = ? AND p.enabled", organization, provider)
	return c, fault("connection", err)
}

// Connection returns the connection of one of the organization's identity providers, enabled or not, or models.ErrNotFound.
func (t Tenant) Connection(ctx context.Context, slug string) (models.Connection, error) {
	norm, ok := slugNorm(slug)
	if !ok {
		return models.Connection{}, models.ErrNotFound
	}
	c, err := t.store.read(ctx).connection("p.organization_id = ? AND p.slug_norm = ?", t.organization(), norm)
	return c, fault("connection", err)
}

func (u *unit) connection(condition string, args ...any) (models.Connection, error) {
	var rows []struct { // one for each certificate
		Provider     providerRow     `gorm:"embedded"`
		Organization organizationRow `gorm:"embedded;embeddedPrefix:o_"`
		Certificate  certificateRow  `gorm:"embedded;embeddedPrefix:c_"`
	}
	err := u.all(&rows, "SELECT "+providerColumns+`, p.private_key, p.next_private_key, p.previous_private_key,
		o.id AS o_id, o.slug AS o_slug, o.name AS o_name, o.version AS o_version, o.created_at AS o_created_at,
		c.sha256 AS c_sha256, c.der AS c_der, coalesce(c.subject, '') AS c_subject,
		c.not_before AS c_not_before, c.not_after AS c_not_after, c.last_verified_at AS c_last_verified_at
		FROM identity_providers p JOIN organizations o ON o.id = p.organization_id
		LEFT JOIN identity_provider_certificates c ON c.provider_id = p.id WHERE `+condition+" ORDER BY c.position", args...)
	if err != nil {
		return models.Connection{}, err
	}
	if len(rows) == 0 {
		return models.Connection{}, models.ErrNotFound
	}
	row := rows[0]
	var certificates []certificateRow
	for _, each := range rows {
		if len(each.Certificate.SHA256) > 0 { // there may be none yet
			certificates = append(certificates, each.Certificate)
		}
	}
	slices.SortStableFunc(certificates, func(a, b certificateRow) int {
		return cmp.Compare(b.LastVerifiedAt.UnixMicro(), a.LastVerifiedAt.UnixMicro())
	})
	key, err := u.box.Open(row.Provider.PrivateKey, keyOf(row.Provider.ConnectionID))
	c := models.Connection{Provider: row.Provider.noun(), Organization: row.Organization.noun(), PrivateKey: key, CertificateDER: row.Provider.Certificate}
	for _, sealed := range [][]byte{row.Provider.NextKey, row.Provider.PreviousKey} {
		if len(sealed) == 0 || err != nil {
			continue
		}
		if key, err = u.box.Open(sealed, keyOf(row.Provider.ConnectionID)); err == nil {
			c.OtherKeys = append(c.OtherKeys, key)
		}
	}
	for _, certificate := range certificates {
		c.Provider.Certificates = append(c.Provider.Certificates, certificate.noun())
	}
	return c, err
}

func (u *unit) reservedConnection(connectionID string) (models.Connection, error) {
	var row struct {
		Reservation  reservationRow  `gorm:"embedded"`
		Organization organizationRow `gorm:"embedded;embeddedPrefix:o_"`
	}
	err := u.one(&row, `SELECT r.organization_id, r.connection_id, r.private_key, r.certificate,
		o.id AS o_id, o.slug AS o_slug, o.name AS o_name, o.version AS o_version, o.created_at AS o_created_at
		FROM identity_provider_reservations r JOIN organizations o ON o.id = r.organization_id WHERE r.connection_id = ?`, clean(connectionID, longestText))
	if err != nil {
		return models.Connection{}, err
	}
	reserved := row.Reservation
	key, err := u.box.Open(reserved.PrivateKey, keyOf(reserved.ConnectionID))
	return models.Connection{
		Provider:     models.IdentityProvider{OrganizationID: reserved.OrganizationID, ConnectionID: reserved.ConnectionID},
		Organization: row.Organization.noun(), PrivateKey: key, CertificateDER: reserved.Certificate,
	}, err
}

// BeginFlow keeps an authentication request for ten minutes. Through a provider that is not enabled nothing begins: models.ErrNotFound.
func (s *Store) BeginFlow(ctx context.Context, f models.Flow) error {
	f.Mode = models.FlowLogin
	return fault("begin flow", s.read(ctx).begin(f))
}

// begin keeps a flow in one statement; a test's through a provider that is not enabled too.
func (u *unit) begin(f models.Flow) error {
	return u.mustChange(`INSERT INTO saml_flows (relay_state_hash, request_id, provider_id, mode, return_path, browser_hash, tester_id, session_id, created_at, expires_at)
		SELECT ?, ?, p.id, ?, ?, ?, ?, ?, ?, ? FROM identity_providers p WHERE p.id = ? AND (p.enabled OR ? = 'test')`,
		secret.HashToken(f.RelayState), f.RequestID, string(f.Mode), f.ReturnPath, secret.HashToken(f.Browser), ref(f.TesterID), ref(f.SessionID),
		u.now, u.now.Add(flowValid), f.ProviderID, string(f.Mode))
}

// OutstandingFlow returns the flow of a relay state that still waits for its answer at that connection, or models.ErrNotFound. The browser's
// secret is not in it: only its hash was kept.
func (s *Store) OutstandingFlow(ctx context.Context, connectionID, relayState string) (models.Flow, error) {
	var row struct {
		Flow           flowRow `gorm:"embedded"`
		OrganizationID string  `gorm:"column:organization_id"`
	}
	u := s.read(ctx)
	err := u.one(&row, `SELECT f.request_id, f.provider_id, f.mode, f.return_path, f.tester_id, f.session_id, p.organization_id
		FROM saml_flows f JOIN identity_providers p ON p.id = f.provider_id
		WHERE f.relay_state_hash = ? AND p.connection_id = ? AND (p.enabled OR f.mode = 'test') AND f.consumed_at IS NULL AND f.expires_at > ?`,
		secret.HashToken(relayState), clean(connectionID, longestText), u.now)
	if err != nil {
		return models.Flow{}, fault("outstanding flow", err)
	}
	return models.Flow{
		RelayState: relayState, RequestID: row.Flow.RequestID, ProviderID: row.Flow.ProviderID, OrganizationID: row.OrganizationID,
		Mode: models.FlowMode(row.Flow.Mode), ReturnPath: row.Flow.ReturnPath, TesterID: string(row.Flow.TesterID), SessionID: string(row.Flow.SessionID),
	}, nil
}

func sealedResult(resultHash []byte) string { return "saml-result/" + hex.EncodeToString(resultHash) }

// AcceptAssertion takes the one answer of a flow and keeps it for two minutes, until the browser fetches it with the token of resultHash. The
// flow and the assertion count once each, however many arrive at the same time; the second use is models.Impossible.
func (s *Store) AcceptAssertion(ctx context.Context, f models.Flow, id models.SAMLIdentity, resultHash []byte) error {
	plain, err := json.Marshal(id)
	if err != nil {
		return fault("accept assertion", err)
	}
	relay := secret.HashToken(f.RelayState)
	return s.write(ctx, "accept assertion", func(u *unit) error {
		taken, err := u.change(`UPDATE saml_flows SET consumed_at = ? WHERE relay_state_hash = ? AND provider_id = ? AND consumed_at IS NULL AND expires_at > ?
			AND EXISTS (SELECT 1 FROM identity_providers p WHERE p.id = saml_flows.provider_id AND (p.enabled OR saml_flows.mode = 'test'))`, u.now, relay, f.ProviderID, u.now)
		if err != nil {
			return err
		}
		if taken == 0 {
			return errUsed
		}
		if err := u.insert(&replayRow{ProviderID: f.ProviderID, AssertionID: id.AssertionID, ExpiresAt: moment{id.ReplayUntil}}); err != nil {
			return err
		}
		err = u.insert(&resultRow{
			TokenHash: resultHash, RelayStateHash: relay, Identity: s.box.Seal(plain, sealedResult(resultHash)), ExpiresAt: moment{u.now.Add(resultValid)},
		})
		if err != nil {
			return err
		}
		return u.do(stmt(`UPDATE identity_provider_certificates SET last_verified_at = ?
			WHERE provider_id = ? AND sha256 = ? AND (last_verified_at IS NULL OR last_verified_at < ?)`, u.now, f.ProviderID, id.VerifiedBy, u.now.Add(-hotEvery)))
	})
}

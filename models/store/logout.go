package store

import (
	"context"
	"strconv"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

// logoutValid is how long a logout request of ours waits for its answer.
const logoutValid = 10 * time.Minute

// farewell is what the newest proof of a session says for a logout at its identity provider; empty when that takes none.
func (u *unit) farewell(sessionID string) (models.Farewell, error) {
	var row struct {
		Connection  string `gorm:"column:connection_id"`
		NameID      string `gorm:"column:name_id"`
		Format      string `gorm:"column:name_id_format"`
		Qualifier   string `gorm:"column:name_qualifier"`
		SPQualifier string `gorm:"column:sp_name_qualifier"`
		Index       string `gorm:"column:session_index"`
	}
	_, err := u.found(&row, `SELECT p.connection_id, a.name_id, a.name_id_format, a.name_qualifier, a.sp_name_qualifier, a.session_index
		FROM session_authentications a JOIN identity_providers p ON p.id = a.provider_id
		WHERE a.session_id = ? AND p.enabled AND p.slo_url <> '' ORDER BY a.at DESC, a.opens LIMIT 1`, sessionID)
	return models.Farewell{
		ConnectionID: row.Connection, NameID: row.NameID, Format: row.Format, NameQualifier: row.Qualifier, SPNameQualifier: row.SPQualifier, SessionIndex: row.Index,
	}, err
}

// BeginLogout keeps a logout request of ours for ten minutes.
func (s *Store) BeginLogout(ctx context.Context, f models.LogoutFlow) error {
	return s.write(ctx, "begin logout", func(u *unit) error {
		var provider providerRow
		if err := u.one(&provider, "SELECT p.id FROM identity_providers p WHERE p.connection_id = ?", f.ConnectionID); err != nil {
			return err
		}
		return u.insert(&logoutRow{
			RelayStateHash: secret.HashToken(f.RelayState), RequestID: f.RequestID, ProviderID: provider.ID, ExpiresAt: moment{u.now.Add(logoutValid)},
		})
	})
}

// FinishLogout takes the logout request of a relay state that waits for its answer at that connection, once, and returns its ID; or
// models.ErrNotFound.
func (s *Store) FinishLogout(ctx context.Context, connectionID, relayState string) (requestID string, err error) {
	u := s.read(ctx)
	err = u.one(&requestID, `DELETE FROM saml_logouts WHERE relay_state_hash = ? AND expires_at > ?
		AND provider_id = (SELECT p.id FROM identity_providers p WHERE p.connection_id = ?) RETURNING request_id`,
		secret.HashToken(relayState), u.now, clean(connectionID, longestText))
	return requestID, fault("finish logout", err)
}

// EndByProvider carries out a logout order of a connection's identity provider: the proofs that it gave for those sessions end at once, on
// every replica, and so do sessions that are left without any. An order counts once; the second time is models.Impossible.
func (s *Store) EndByProvider(ctx context.Context, connectionID string, order models.LogoutOrder, r models.Request) error {
	return s.write(ctx, "end by provider", func(u *unit) error {
		var provider providerRow
		err := u.one(&provider, "SELECT p.id, p.organization_id, p.name FROM identity_providers p WHERE p.connection_id = ?"+u.dialect.forShare("p"),
			clean(connectionID, longestText))
		if err != nil {
			return err
		}
		// Assertions and logout requests share the list of what counts once; the prefix keeps their names apart.
		if err := u.insert(&replayRow{ProviderID: provider.ID, AssertionID: "logout/" + order.ID, ExpiresAt: moment{order.Until}}); err != nil {
			return err
		}
		users, sessions, err := u.endNamed(provider.ID, order)
		if err != nil {
			return err
		}
		for _, user := range users {
			e := entryOf(user.noun(), models.ActionSignedOutThere, models.BySAML, r)
			e.After = map[string]string{"identity provider": provider.Name, "sessions": strconv.Itoa(sessions[user.ID])}
			if err := u.record([]string{provider.OrganizationID}, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// endNamed ends the proofs an order is about and returns whose they were and how many of each. A name is one person's, but a person can have
// been unlinked since, and the name linked to another.
func (u *unit) endNamed(providerID string, order models.LogoutOrder) ([]userRow, map[string]int, error) {
	var ended []struct {
		SessionID string `gorm:"column:session_id"`
	}
	q := (&query{}).add("DELETE FROM session_authentications WHERE provider_id = ? AND name_id = ?", providerID, order.NameID)
	if len(order.Sessions) > 0 {
		q.add(" AND session_index IN (?)", order.Sessions)
	}
	if err := u.rows(&ended, q.add(" RETURNING session_id")); err != nil || len(ended) == 0 {
		return nil, nil, err
	}
	ids := make([]string, 0, len(ended))
	for _, each := range ended {
		ids = append(ids, each.SessionID)
	}
	var of []struct {
		User userRow `gorm:"embedded"`
	}
	err := u.all(&of, "SELECT u.id, u.name, u.email FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id IN (?) ORDER BY s.id", ids)
	if err != nil {
		return nil, nil, err
	}
	var users []userRow
	sessions := map[string]int{}
	for _, each := range of {
		if sessions[each.User.ID]++; sessions[each.User.ID] == 1 {
			users = append(users, each.User)
		}
	}
	return users, sessions, u.do(stmt(`DELETE FROM sessions WHERE id IN (?)
		AND NOT EXISTS (SELECT 1 FROM session_authentications a WHERE a.session_id = sessions.id)`, ids))
}

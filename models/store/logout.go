package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

// logoutValid is how long somebody who signed out may take to go on to the next identity provider.
const logoutValid = 10 * time.Minute

// departing is what a stop keeps sealed: a name of somebody, and the token of their way, which the identity provider must not learn.
type departing struct {
	models.Farewell
	Departure string `json:"departure"`
}

func sealedStop(departure []byte, place int) string {
	return "saml-logout/" + hex.EncodeToString(departure) + "/" + strconv.Itoa(place)
}

func (s *Store) stopOf(departure []byte, place int, sealed []byte) (departing, error) {
	var d departing
	plain, err := s.box.Open(sealed, sealedStop(departure, place))
	if err == nil {
		err = json.Unmarshal(plain, &d)
	}
	return d, err
}

// depart keeps the way of somebody who signs out: every identity provider that vouches for the session and takes logout messages, the newest
// first. It returns how many there are.
func (u *unit) depart(sessionID, departure string) (int, error) {
	var vouched []struct {
		ProviderID  string `gorm:"column:provider_id"`
		Connection  string `gorm:"column:connection_id"`
		NameID      string `gorm:"column:name_id"`
		Format      string `gorm:"column:name_id_format"`
		Qualifier   string `gorm:"column:name_qualifier"`
		SPQualifier string `gorm:"column:sp_name_qualifier"`
		Index       string `gorm:"column:session_index"`
	}
	err := u.all(&vouched, `SELECT p.id AS provider_id, p.connection_id, a.name_id, a.name_id_format, a.name_qualifier, a.sp_name_qualifier, a.session_index
		FROM session_authentications a JOIN identity_providers p ON p.id = a.provider_id
		WHERE a.session_id = ? AND p.enabled AND p.slo_url <> '' ORDER BY a.at DESC, a.opens`, sessionID)
	if err != nil || len(vouched) == 0 {
		return 0, err
	}
	hash := secret.HashToken(departure)
	var rows []logoutRow
	for place, v := range vouched {
		plain, err := json.Marshal(departing{models.Farewell{
			ConnectionID: v.Connection, NameID: v.NameID, Format: v.Format, NameQualifier: v.Qualifier, SPNameQualifier: v.SPQualifier, SessionIndex: v.Index,
		}, departure})
		if err != nil {
			return 0, err
		}
		rows = append(rows, logoutRow{
			DepartureHash: hash, Place: place, ProviderID: v.ProviderID, Sealed: u.box.Seal(plain, sealedStop(hash, place)),
			State: string(models.StopWaiting), ExpiresAt: moment{u.now.Add(logoutValid)},
		})
	}
	return len(rows), u.insert(&rows)
}

// Departure returns the stops of somebody who signed out, in their order; or models.ErrNotFound.
func (s *Store) Departure(ctx context.Context, departure string) ([]models.Stop, error) {
	var rows []struct {
		Place    int    `gorm:"column:place"`
		State    string `gorm:"column:state"`
		Sealed   []byte `gorm:"column:sealed"`
		Provider string `gorm:"column:provider"`
	}
	u, hash := s.read(ctx), secret.HashToken(departure)
	err := u.all(&rows, `SELECT l.place, l.state, l.sealed, p.name AS provider FROM saml_logouts l JOIN identity_providers p ON p.id = l.provider_id
		WHERE l.departure_hash = ? AND l.expires_at > ? ORDER BY l.place`, hash, u.now)
	if err == nil && len(rows) == 0 {
		err = models.ErrNotFound
	}
	var stops []models.Stop
	for _, row := range rows {
		d, opened := s.stopOf(hash, row.Place, row.Sealed)
		if opened != nil {
			return nil, fault("departure", opened)
		}
		stops = append(stops, models.Stop{Place: row.Place, Provider: row.Provider, State: models.StopState(row.State), Farewell: d.Farewell})
	}
	return stops, fault("departure", err)
}

// AskLogout notes that a stop's identity provider is asked now, and has the whole way wait for ten minutes more. One that has confirmed is not
// asked again: models.ErrNotFound.
func (s *Store) AskLogout(ctx context.Context, departure string, place int, relayState, requestID string) error {
	return s.write(ctx, "ask logout", func(u *unit) error {
		hash := secret.HashToken(departure)
		err := u.mustChange("UPDATE saml_logouts SET state = 'asked', relay_state_hash = ?, request_id = ? WHERE departure_hash = ? AND place = ? AND state <> 'confirmed' AND expires_at > ?",
			secret.HashToken(relayState), requestID, hash, place, u.now)
		if err != nil {
			return err
		}
		return u.do(stmt("UPDATE saml_logouts SET expires_at = ? WHERE departure_hash = ?", u.now.Add(logoutValid), hash))
	})
}

// GiveUpLogout notes that a stop's identity provider cannot be asked.
func (s *Store) GiveUpLogout(ctx context.Context, departure string, place int) error {
	return s.write(ctx, "give up logout", func(u *unit) error {
		return u.do(stmt("UPDATE saml_logouts SET state = 'refused' WHERE departure_hash = ? AND place = ? AND state <> 'confirmed'", secret.HashToken(departure), place))
	})
}

// ofConnection is a logout request of ours that waits for its answer at a connection.
const ofConnection = "relay_state_hash = ? AND expires_at > ? AND provider_id = (SELECT p.id FROM identity_providers p WHERE p.connection_id = ?)"

// OutstandingLogout returns the ID of the logout request of a relay state that waits for its answer at that connection, or models.ErrNotFound.
func (s *Store) OutstandingLogout(ctx context.Context, connectionID, relayState string) (requestID string, err error) {
	u := s.read(ctx)
	err = u.one(&requestID, "SELECT request_id FROM saml_logouts WHERE "+ofConnection, secret.HashToken(relayState), u.now, clean(connectionID, longestText))
	return requestID, fault("outstanding logout", err)
}

// FinishLogout takes the answer to such a request, once; the second time is models.ErrNotFound. refused is the recorded refusal, nil when the
// answer confirms. It returns the token of the way that goes on.
func (s *Store) FinishLogout(ctx context.Context, connectionID, relayState string, refused *models.Attempt) (departure string, err error) {
	err = s.write(ctx, "finish logout", func(u *unit) error {
		state := models.StopConfirmed
		if refused != nil {
			state = models.StopRefused
		}
		var row logoutRow
		err := u.one(&row, "UPDATE saml_logouts SET state = ?, relay_state_hash = NULL WHERE "+ofConnection+" RETURNING departure_hash, place, provider_id, sealed",
			string(state), secret.HashToken(relayState), u.now, clean(connectionID, longestText))
		if err != nil {
			return err
		}
		d, err := s.stopOf(row.DepartureHash, row.Place, row.Sealed)
		if err != nil {
			return err
		}
		departure = d.Departure
		if refused != nil {
			_, err = u.attempt(row.ProviderID, *refused)
		}
		return err
	})
	return departure, err
}

// EndByProvider carries out a logout order of a connection's identity provider: the proofs that it gave for those sessions end at once, on
// every replica, and so do sessions that are left without any. An order counts once; the second time is models.Impossible.
func (s *Store) EndByProvider(ctx context.Context, connectionID string, order models.LogoutOrder, r models.Request) error {
	return s.write(ctx, "end by provider", func(u *unit) error {
		var provider providerRow
		err := u.one(&provider, "SELECT p.id, p.organization_id, p.name FROM identity_providers p JOIN organizations o ON o.id = p.organization_id WHERE p.connection_id = ?"+
			u.dialect.forKey("o")+u.dialect.forShare("p"), clean(connectionID, longestText))
		if err != nil {
			return err
		}
		u.holds(provider.OrganizationID)
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

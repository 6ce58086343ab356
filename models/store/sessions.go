package store

import (
	"context"
	"time"

	"gatehouse/models"
)

// touchAfter is how old "last seen" may get before it is written again.
const touchAfter = time.Minute

// live is the condition that a session has not expired; it takes the same moment twice.
const live = "s.idle_expires_at > ? AND s.expires_at > ?"

// valid is the condition that a proof still counts; it takes the moment once. A provider's people are out the moment it is disabled.
const valid = "(a.expires_at IS NULL OR a.expires_at > ?) AND (a.provider_id IS NULL OR p.enabled)"

// Asking looks up who is asking: the live session of a token's hash, its account and proofs, and what the account is in the organization of
// that slug ("" for none), in one query. A session without any proof left is no session. Without one it is models.ErrNotFound.
func (s *Store) Asking(ctx context.Context, tokenHash []byte, orgSlug string) (models.Asking, error) {
	norm, _ := slugNorm(orgSlug)
	var rows []struct {
		User             userRow `gorm:"embedded"`
		SessionID        string  `gorm:"column:session_id"`
		Data             string  `gorm:"column:data"`
		LastSeenAt       moment  `gorm:"column:last_seen_at"`
		Method           string  `gorm:"column:method"`
		Factor           string  `gorm:"column:factor"`
		AuthOrganization ref     `gorm:"column:auth_organization"`
		ProviderID       ref     `gorm:"column:provider_id"`
		ProviderName     ref     `gorm:"column:provider_name"`
		At               moment  `gorm:"column:at"`
		OrganizationID   ref     `gorm:"column:o_id"`
		OrganizationSlug ref     `gorm:"column:o_slug"`
		OrganizationName ref     `gorm:"column:o_name"`
		OrganizationAt   moment  `gorm:"column:o_created_at"`
		OrganizationV    int     `gorm:"column:o_version"`
		FactorRequired   bool    `gorm:"column:o_second_factor_required"`
		Role             ref     `gorm:"column:role"`
		Suspended        bool    `gorm:"column:suspended"`
		JoinedAt         moment  `gorm:"column:joined_at"`
		Covered          bool    `gorm:"column:covered"`
		GlassOf          ref     `gorm:"column:glass_of"`
		GlassUntil       moment  `gorm:"column:glass_until"`
	}
	u := s.read(ctx)
	err := u.all(&rows, `SELECT u.id, u.name, u.email, u.password_hash, u.password_changed_at, u.password_organization_id, u.password_due, u.second_factor_at, u.version, u.created_at,
		s.id AS session_id, s.data, s.last_seen_at,
		a.method, a.factor, a.organization_id AS auth_organization, a.provider_id, p.name AS provider_name, a.at,
		o.id AS o_id, o.slug AS o_slug, o.name AS o_name, o.created_at AS o_created_at, coalesce(o.version, 0) AS o_version,
		coalesce(o.second_factor_required, false) AS o_second_factor_required,
		m.role, coalesce(m.suspended, false) AS suspended, m.joined_at,
		`+covered("o.id", "s.user_id")+` AS covered, g.organization_id AS glass_of, g.expires_at AS glass_until
		FROM sessions s
		JOIN users u ON u.id = s.user_id
		JOIN session_authentications a ON a.session_id = s.id
		LEFT JOIN identity_providers p ON p.id = a.provider_id
		LEFT JOIN organizations o ON o.slug_norm = ?
		LEFT JOIN members m ON m.organization_id = o.id AND m.user_id = s.user_id
		LEFT JOIN break_glass_entries g ON g.session_id = s.id AND g.expires_at > ?
		WHERE s.token_hash = ? AND `+live+` AND `+valid+` ORDER BY a.at, a.opens`,
		u.now, norm, u.now, tokenHash, u.now, u.now, u.now)
	if err != nil {
		return models.Asking{}, fault("asking", err)
	}
	if len(rows) == 0 {
		return models.Asking{}, models.ErrNotFound
	}
	first := rows[0]
	asking := models.Asking{
		Person: models.Person{User: first.User.noun(), SessionID: first.SessionID}, Data: first.Data,
		TouchNeeded: u.now.Sub(first.LastSeenAt.Time) > touchAfter,
		Role:        roleOf(string(first.Role)), Suspended: first.Suspended, MemberSince: first.JoinedAt.Time,
	}
	if first.OrganizationID != "" {
		asking.Organization = &models.Organization{
			ID: string(first.OrganizationID), Slug: string(first.OrganizationSlug), Name: string(first.OrganizationName),
			CreatedAt: first.OrganizationAt.Time, Version: first.OrganizationV, FactorRequired: first.FactorRequired,
		}
	}
	asking.Person.Glass = models.Glass{OrganizationID: string(first.GlassOf), Until: first.GlassUntil.Time}
	if first.Covered && first.GlassOf != first.OrganizationID {
		asking.Person.SSOOnly = string(first.OrganizationID)
	}
	for _, row := range rows {
		asking.Person.Methods = append(asking.Person.Methods, models.Authentication{
			Method: models.Method(row.Method), Factor: models.Factor(row.Factor), OrganizationID: string(row.AuthOrganization),
			ProviderID: string(row.ProviderID), ProviderName: string(row.ProviderName), At: row.At.Time, Fresh: u.now.Sub(row.At.Time) <= models.FreshFor,
		})
	}
	return asking, nil
}

// Touch says that the session is being used, which moves its idle expiry, and that the member of the organization (orgID, if any) is active.
func (s *Store) Touch(ctx context.Context, sessionID, orgID, userID string) error {
	return s.write(ctx, "touch", func(u *unit) error {
		// Of several requests at once, one writes.
		n, err := u.change("UPDATE sessions SET last_seen_at = ?, idle_expires_at = ? WHERE id = ? AND last_seen_at < ?",
			u.now, u.now.Add(models.SessionIdle), sessionID, u.now.Add(-touchAfter))
		if err != nil || n == 0 || orgID == "" {
			return err
		}
		_, err = u.change("UPDATE members SET last_active_at = ? WHERE organization_id = ? AND user_id = ?", u.now, orgID, userID)
		return err
	})
}

// SaveSessionData keeps the session's own values.
func (s *Store) SaveSessionData(ctx context.Context, tokenHash []byte, data string) error {
	u := s.read(ctx)
	_, err := u.change("UPDATE sessions SET data = ? WHERE token_hash = ?", data, tokenHash)
	return fault("save session data", err)
}

// openSession makes a session with its first proof in place of this browser's previous one. The other proofs of the same account move
// over, and end when the previous session would have: a proof never outlives the longest session.
func (u *unit) openSession(userID string, previous, token []byte, r models.Request, proof authenticationRow) error {
	var old struct {
		ID        string `gorm:"column:id"`
		UserID    string `gorm:"column:user_id"`
		ExpiresAt moment `gorm:"column:expires_at"`
	}
	replaced := false
	if len(previous) > 0 {
		var err error
		replaced, err = u.found(&old, "SELECT s.id, s.user_id, s.expires_at FROM sessions s WHERE s.token_hash = ? AND "+live+u.dialect.forUpdate("s"),
			previous, u.now, u.now)
		if err != nil {
			return err
		}
	}
	made := sessionRow{
		ID: newID(), TokenHash: token, UserID: userID, IP: clean(r.IP, longestText), UserAgent: clean(r.UserAgent, longestUserAgent),
		CreatedAt: moment{u.now}, LastSeenAt: moment{u.now}, IdleExpiresAt: moment{u.now.Add(models.SessionIdle)}, ExpiresAt: moment{u.now.Add(models.SessionAbsolute)},
	}
	if err := u.insert(&made); err != nil {
		return err
	}
	if replaced && old.UserID == userID {
		err := u.do(
			stmt(`UPDATE session_authentications SET session_id = ?,
				expires_at = CASE WHEN expires_at IS NULL OR expires_at > ? THEN ? ELSE expires_at END
				WHERE session_id = ? AND opens <> ?`, made.ID, old.ExpiresAt, old.ExpiresAt, old.ID, proof.Opens))
		if err != nil {
			return err
		}
	}
	if replaced {
		if err := u.do(stmt("DELETE FROM sessions WHERE id = ?", old.ID)); err != nil {
			return err
		}
	}
	proof.SessionID, proof.At = made.ID, moment{u.now}
	return u.insert(&proof)
}

// SignOut ends the person's session. stops is how many identity providers that vouched for it take logout messages; their way is kept under
// the token departure.
func (s *Store) SignOut(ctx context.Context, p models.Person, departure string) (stops int, err error) {
	err = s.write(ctx, "sign out", func(u *unit) error {
		if err := u.holdAccount("u.id = ?", p.User.ID); err != nil {
			return err
		}
		var err error
		if stops, err = u.depart(p.SessionID, departure); err != nil {
			return err
		}
		n, err := u.change("DELETE FROM sessions WHERE id = ? AND user_id = ?", p.SessionID, p.User.ID)
		if err != nil || n == 0 { // signed out in another tab already
			return err
		}
		return u.recordSession(p, on(entry(p, models.ActionSignedOut), "account", p.User.ID, p.User.Name))
	})
	return stops, err
}

// sessionProofRow is a session with one of its proofs.
type sessionProofRow struct {
	Session        sessionRow `gorm:"embedded"`
	Method         string     `gorm:"column:method"`
	Factor         string     `gorm:"column:factor"`
	OrganizationID ref        `gorm:"column:organization_id"`
	ProviderID     ref        `gorm:"column:provider_id"`
	ProviderName   ref        `gorm:"column:provider_name"`
	At             moment     `gorm:"column:at"`
}

// sessionProofs reads sessions s with their proofs a; the rest of the query has to be sorted by session.
const sessionProofs = `SELECT s.id, s.ip, s.user_agent, s.created_at, s.last_seen_at,
	a.method, a.factor, a.organization_id, a.provider_id, p.name AS provider_name, a.at
	FROM sessions s
	JOIN session_authentications a ON a.session_id = s.id
	LEFT JOIN identity_providers p ON p.id = a.provider_id`

// sessionsOf puts rows of one session together.
func sessionsOf(rows []sessionProofRow, currentID string) []models.Session {
	var sessions []models.Session
	for _, row := range rows {
		if len(sessions) == 0 || sessions[len(sessions)-1].ID != row.Session.ID {
			sessions = append(sessions, models.Session{
				ID: row.Session.ID, CreatedAt: row.Session.CreatedAt.Time, LastSeenAt: row.Session.LastSeenAt.Time, IP: row.Session.IP, UserAgent: row.Session.UserAgent,
				Current: row.Session.ID == currentID,
			})
		}
		last := &sessions[len(sessions)-1]
		last.Authentications = append(last.Authentications, models.Authentication{
			Method: models.Method(row.Method), Factor: models.Factor(row.Factor), OrganizationID: string(row.OrganizationID), ProviderID: string(row.ProviderID),
			ProviderName: string(row.ProviderName), At: row.At.Time,
		})
	}
	return sessions
}

// Sessions returns the person's own live sessions, the last used first.
func (s *Store) Sessions(ctx context.Context, p models.Person) ([]models.Session, error) {
	var rows []sessionProofRow
	u := s.read(ctx)
	err := u.all(&rows, sessionProofs+" WHERE s.user_id = ? AND "+live+" AND "+valid+" ORDER BY s.last_seen_at DESC, s.id DESC, a.at, a.opens",
		p.User.ID, u.now, u.now, u.now)
	return sessionsOf(rows, p.SessionID), fault("sessions", err)
}

// EndSession ends one of the person's own sessions.
func (s *Store) EndSession(ctx context.Context, p models.Person, sessionID string) error {
	id, ok := parseID(sessionID)
	if !ok {
		return models.ErrNotFound
	}
	return s.write(ctx, "end session", func(u *unit) error {
		if err := u.holdAccount("u.id = ?", p.User.ID); err != nil {
			return err
		}
		if err := u.mustChange("DELETE FROM sessions WHERE id = ? AND user_id = ?", id, p.User.ID); err != nil {
			return err
		}
		return u.recordAccount(p.User.ID, on(entry(p, models.ActionSessionEnded), "session", id, p.User.Name))
	})
}

// EndOtherSessions ends every session of the person but the one that asks, and says how many there were.
func (s *Store) EndOtherSessions(ctx context.Context, p models.Person) (int, error) {
	ended := 0
	err := s.write(ctx, "end other sessions", func(u *unit) error {
		if err := u.holdAccount("u.id = ?", p.User.ID); err != nil {
			return err
		}
		n, err := u.endSessions(p.User.ID, p.SessionID)
		if err != nil || n == 0 {
			return err
		}
		ended = n
		e := on(entry(p, models.ActionSessionEnded), "account", p.User.ID, p.User.Name)
		e.After = sessionsEnded(n)
		return u.recordAccount(p.User.ID, e)
	})
	return ended, err
}

// endSessions ends every session of the account but one ("" for none) and says how many were live.
func (u *unit) endSessions(userID, but string) (int, error) {
	var ended []struct {
		Idle     moment `gorm:"column:idle_expires_at"`
		Absolute moment `gorm:"column:expires_at"`
	}
	q := (&query{}).add("DELETE FROM sessions WHERE user_id = ?", userID)
	if but != "" {
		q.add(" AND id <> ?", but)
	}
	q.add(" RETURNING idle_expires_at, expires_at")
	if err := u.rows(&ended, q); err != nil {
		return 0, err
	}
	n := 0
	for _, each := range ended {
		if each.Idle.After(u.now) && each.Absolute.After(u.now) {
			n++
		}
	}
	return n, nil
}

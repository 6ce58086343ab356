package store

import (
	"context"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// trustedElsewhere is the condition that another organization trusts the account of a session s as well; it takes the organization twice.
const trustedElsewhere = `(EXISTS (SELECT 1 FROM members em WHERE em.user_id = s.user_id AND em.organization_id <> ?)
	OR EXISTS (SELECT 1 FROM collaborators ec JOIN apps ea ON ea.id = ec.app_id WHERE ec.user_id = s.user_id AND ea.organization_id <> ?))`

// opening is the condition that something opens the organization in a session s of a member m with the account u, as models.Person.Opens says.
// More may add conditions on the proof a and its provider p. It is asked of one session at a time: as EXISTS the planner would join all proofs.
func (t Tenant) opening(u *unit, more func(*query)) *query {
	organization := t.organization()
	q := (&query{}).add(`coalesce((SELECT true FROM session_authentications a LEFT JOIN identity_providers p ON p.id = a.provider_id WHERE a.session_id = s.id AND `+valid+
		` AND `+opensHere, u.now, organization, organization)
	q.add(` AND (a.opens <> 'account' OR NOT `+covered("m.organization_id", "m.user_id")+`
		OR EXISTS (SELECT 1 FROM break_glass_entries g WHERE g.session_id = s.id AND g.organization_id = m.organization_id AND g.expires_at > ?))`, u.now, u.now)
	more(q)
	return q.add(" LIMIT 1), false)")
}

// heldHere is the condition that a session cannot be ended by the organization: the account's own proof opens it, and others trust that too.
func (t Tenant) heldHere(u *unit) *query {
	return (&query{}).add("("+trustedElsewhere+" AND ", t.organization(), t.organization()).addAll(t.opening(u, func(q *query) { q.add(" AND a.opens = 'account'") })).add(")")
}

// chosenSessions is everything from FROM on of the sessions that fit the filter; from is everySession, or some of it.
func (t Tenant) chosenSessions(u *unit, f models.SessionFilter, from *query) *query {
	q := (&query{}).add(" FROM ").addAll(from).add(" WHERE "+live, u.now, u.now)
	q.add(" AND ").addAll(t.opening(u, func(q *query) {
		if f.Method != "" {
			q.add(" AND " + provenBy("a", f.Method))
		}
		if f.Provider != "" {
			norm, _ := slugNorm(f.Provider) // what is no identifier vouched for nothing
			q.add(" AND p.slug_norm = ?", norm)
		}
	}))
	if len(f.IDs) > 0 {
		ids := []string{}
		for _, typed := range f.IDs {
			if id, ok := parseID(typed); ok {
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 {
			return q.add(" AND false")
		}
		q.add(" AND s.id IN (?)", ids)
	}
	q.search(u.dialect, "m.search", f.Query)
	return q
}

// provenBy is the condition on a proof that it is of that method.
func provenBy(proof string, method models.SessionMethod) string {
	switch method {
	case models.SessionByPassword:
		return proof + ".method = 'password' AND " + proof + ".factor = ''"
	case models.SessionByFactor:
		return proof + ".method = 'password' AND " + proof + ".factor > ''" // as an index can tell
	case models.SessionByPasskey:
		return proof + ".method = 'passkey'"
	case models.SessionBySSO:
		return proof + ".method = 'saml'"
	default:
		return "false"
	}
}

type organizationSessionRow struct {
	ID     string `gorm:"column:id"`
	UserID string `gorm:"column:user_id"`
	Name   string `gorm:"column:name"`
	Email  string `gorm:"column:email"`
	Held   bool   `gorm:"column:held"`
}

func (r organizationSessionRow) noun() models.OrganizationSession {
	return models.OrganizationSession{Session: models.Session{ID: r.ID}, UserID: r.UserID, Name: r.Name, Email: r.Email, Held: r.Held}
}

// Sessions returns a page of the live sessions that open the organization, the latest sign-in first, each with what opens it here: where else a
// session leads is not this organization's business.
func (t Tenant) Sessions(ctx context.Context, f models.SessionFilter) (models.Listed[models.OrganizationSession], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(f.Page), func(w window) ([]organizationSessionRow, error) {
		var rows []organizationSessionRow
		err := u.rows(&rows, t.sessionsPage(u, f, w))
		return rows, err
	}, func(r organizationSessionRow) position { return position{id: r.ID} }, organizationSessionRow.noun)
	if err == nil {
		err = t.addProofs(u, page.Rows)
	}
	return page, fault("sessions of the organization", err)
}

// addProofs puts on the sessions of a page where they are and what opens the organization in them, in one query.
func (t Tenant) addProofs(u *unit, sessions []models.OrganizationSession) error {
	if len(sessions) == 0 {
		return nil
	}
	at, ids := map[string]*models.OrganizationSession{}, []string{}
	for i := range sessions {
		at[sessions[i].ID], ids = &sessions[i], append(ids, sessions[i].ID)
	}
	var rows []sessionProofRow
	q := (&query{}).add(sessionProofs+" JOIN users u ON u.id = s.user_id WHERE s.id IN (?) AND "+valid+" AND "+opensHere, ids, u.now, t.organization(), t.organization())
	q.add(" ORDER BY s.id, a.at, a.opens")
	if err := u.rows(&rows, q); err != nil {
		return err
	}
	for _, s := range sessionsOf(rows, t.actor.SessionID) {
		at[s.ID].Session = s
	}
	return nil
}

// CountSessions says what ending the sessions that fit the filter would do.
func (t Tenant) CountSessions(ctx context.Context, f models.SessionFilter) (models.SessionCount, error) {
	count, err := t.countSessions(t.store.read(ctx), f)
	return count, fault("count sessions", err)
}

func (t Tenant) countSessions(u *unit, f models.SessionFilter) (models.SessionCount, error) {
	var rows []struct {
		Sessions int `gorm:"column:sessions"`
		People   int `gorm:"column:people"`
		Held     int `gorm:"column:held"`
		Own      int `gorm:"column:own"`
	}
	q := (&query{}).add(`SELECT coalesce(sum(CASE WHEN own OR held THEN 0 ELSE 1 END), 0) AS sessions, count(DISTINCT CASE WHEN own OR held THEN NULL ELSE user_id END) AS people,
		coalesce(sum(CASE WHEN held AND NOT own THEN 1 ELSE 0 END), 0) AS held, coalesce(sum(CASE WHEN own THEN 1 ELSE 0 END), 0) AS own
		FROM (SELECT s.user_id, s.user_id = ? AS own, `, t.actor.User.ID)
	q.addAll(t.heldHere(u)).add(" AS held").addAll(t.chosenSessions(u, f, t.everySession())).add(") chosen")
	if err := u.rows(&rows, q); err != nil || len(rows) == 0 {
		return models.SessionCount{}, err
	}
	return models.SessionCount(rows[0]), nil
}

// EndSessions ends the sessions that fit the filter, as far as they open the organization, and says how many. One's own stay, and so do those
// which the account's own proof opened and other organizations trust too.
func (t Tenant) EndSessions(ctx context.Context, f models.SessionFilter) (models.SessionCount, error) {
	var count models.SessionCount
	err := t.write(ctx, "end sessions", authz.SecurityManage, func(u *unit) error {
		var err error
		if count, err = t.countSessions(u, f); err != nil || count.Sessions == 0 {
			return err
		}
		e, err := t.sessionsEntry(u, f, count)
		if err != nil {
			return err
		}
		chosen := t.chosenSessions(u, f, t.everySession()).add(" AND s.user_id <> ? AND NOT ", t.actor.User.ID).addAll(t.heldHere(u))
		if count.Sessions, err = t.takeSessions(u, chosen); err != nil || count.Sessions == 0 {
			return err
		}
		return u.record([]string{t.organization()}, e)
	})
	return count, err
}

// takeSessions ends what opens the organization in the chosen sessions. Those of accounts that only this organization trusts end as a whole.
func (t Tenant) takeSessions(u *unit, chosen *query) (int, error) {
	organization := t.organization()
	n, err := u.keepEnded(chosen)
	if err != nil {
		return 0, err
	}
	// A session's token is another one after each proof, so what was remembered is what ends.
	const ended = " IN (SELECT e.token_hash FROM ended_sessions e WHERE e.organization_id = ?)"
	return n, u.do(
		stmt("DELETE FROM sessions WHERE id IN (SELECT s.id FROM sessions s WHERE s.token_hash"+ended+" AND NOT "+trustedElsewhere+")", organization, organization, organization),
		stmt("DELETE FROM session_authentications WHERE organization_id = ? AND session_id IN (SELECT s.id FROM sessions s WHERE s.token_hash"+ended+")", organization, organization),
		stmt("DELETE FROM sessions WHERE token_hash"+ended+" AND NOT EXISTS (SELECT 1 FROM session_authentications a WHERE a.session_id = sessions.id)", organization),
	)
}

// keepEnded keeps that the organization of the members m ended the chosen sessions, so that who comes with one is told. They are locked until they
// are gone; what somebody else ended meanwhile is not among them.
func (u *unit) keepEnded(chosen *query) (int, error) {
	q := (&query{}).add("INSERT INTO ended_sessions (token_hash, organization_id, expires_at) SELECT s.token_hash, m.organization_id, s.expires_at")
	q.addAll(chosen).add(" ORDER BY s.id" + u.dialect.forUpdate("s") + " ON CONFLICT (token_hash) DO NOTHING")
	n, err := u.change(q.text.String(), q.args...)
	return int(n), err
}

// namedPeople is how many people an entry names whose sessions were ended.
const namedPeople = 20

// sessionsEntry says whose sessions end, and by which filter.
func (t Tenant) sessionsEntry(u *unit, f models.SessionFilter, count models.SessionCount) (models.AuditEntry, error) {
	var people []organizationSessionRow
	q := (&query{}).add("SELECT DISTINCT s.user_id, u.name").addAll(t.chosenSessions(u, f, t.everySession())).add(" AND s.user_id <> ? AND NOT ", t.actor.User.ID).addAll(t.heldHere(u))
	q.add(" ORDER BY u.name, s.user_id LIMIT " + strconv.Itoa(namedPeople+1))
	if err := u.rows(&people, q); err != nil {
		return models.AuditEntry{}, err
	}
	e := on(entry(t.actor.Person, models.ActionSessionsEnded), "organization", t.organization(), t.actor.Organization.Name)
	e.After = f.Values()
	if count.People == 1 {
		e = on(entry(t.actor.Person, models.ActionMemberSessionsEnded), "member", people[0].UserID, people[0].Name)
		e.After = map[string]string{}
	} else {
		e.After["people"] = strconv.Itoa(count.People)
		if len(people) <= namedPeople {
			var names []string
			for _, each := range people {
				names = append(names, each.Name)
			}
			e.After["of"] = strings.Join(names, ", ")
		}
	}
	e.After["sessions ended"] = strconv.Itoa(count.Sessions)
	return e, nil
}

// SessionEndedBy is the name of the organization whose Administrator ended the session of a token, or models.ErrNotFound.
func (s *Store) SessionEndedBy(ctx context.Context, tokenHash []byte) (string, error) {
	if len(tokenHash) == 0 {
		return "", models.ErrNotFound
	}
	u := s.read(ctx)
	var row organizationRow
	err := u.one(&row, "SELECT o.name FROM ended_sessions e JOIN organizations o ON o.id = e.organization_id WHERE e.token_hash = ? AND e.expires_at > ?", tokenHash, u.now)
	return row.Name, fault("who ended a session", err)
}

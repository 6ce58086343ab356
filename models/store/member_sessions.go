package store

import (
	"context"
	"strconv"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// shownSessions is how many sessions of a member are read.
const shownSessions = 50

// opensHere is the condition that a proof a of the account u opens the organization; it takes the organization twice. A password that was set
// by the link of another organization's Administrator opens only that one.
const opensHere = "(a.organization_id = ? OR (a.opens = 'account' AND (u.password_organization_id IS NULL OR u.password_organization_id = ?)))"

// MemberSessions returns the live sessions of a member that open the organization, the last used first, each with what opens it here: where
// else a session leads is not this organization's business.
func (t Tenant) MemberSessions(ctx context.Context, userID string) ([]models.Session, error) {
	id, ok := parseID(userID)
	if !ok {
		return nil, models.ErrNotFound
	}
	sessions, err := t.memberSessions(t.store.read(ctx), id, "")
	return sessions, fault("member sessions", err)
}

func (t Tenant) memberSessions(u *unit, userID, sessionID string) ([]models.Session, error) {
	var rows []sessionProofRow
	organization := t.organization()
	q := (&query{}).add(sessionProofs+" JOIN members m ON m.user_id = s.user_id AND m.organization_id = ? JOIN users u ON u.id = s.user_id", organization)
	q.add(" WHERE s.user_id = ? AND "+live+" AND "+valid+" AND "+opensHere, userID, u.now, u.now, u.now, organization, organization)
	if sessionID != "" {
		q.add(" AND s.id = ?", sessionID)
	}
	// A session has two such proofs at most.
	q.add(" ORDER BY s.last_seen_at DESC, s.id DESC, a.at, a.opens LIMIT " + strconv.Itoa(2*shownSessions))
	err := u.rows(&rows, q)
	return sessionsOf(rows, t.actor.SessionID), err
}

// EndMemberSession ends one of a member's sessions, as far as it opens the organization.
func (t Tenant) EndMemberSession(ctx context.Context, userID, sessionID string) error {
	id, ok := parseID(sessionID)
	if !ok {
		return models.ErrNotFound
	}
	_, err := t.endMemberSessions(ctx, userID, id)
	return err
}

// EndMemberSessions ends all of a member's sessions, as far as they open the organization, and says how many it could end. Those which the
// password of an account opened that other organizations trust as well stay.
func (t Tenant) EndMemberSessions(ctx context.Context, userID string) (int, error) {
	return t.endMemberSessions(ctx, userID, "")
}

func (t Tenant) endMemberSessions(ctx context.Context, userID, sessionID string) (ended int, err error) {
	id, ok := parseID(userID)
	if !ok {
		return 0, models.ErrNotFound
	}
	err = t.write(ctx, "end member sessions", authz.SecurityManage, func(u *unit) error {
		var row memberStateRow
		if err := u.one(&row, memberState, t.organization(), id); err != nil {
			return err
		}
		// Locked, so that the account joins no other organization meanwhile.
		if _, err := u.account(id); err != nil {
			return err
		}
		m := row.noun()
		var err error
		if m.Elsewhere, err = t.elsewhere(u, id); err != nil {
			return err
		}
		sessions, err := t.memberSessions(u, id, sessionID)
		if err == nil && sessionID != "" && len(sessions) == 0 {
			err = models.ErrNotFound
		}
		if err == nil {
			err = m.MayEndAll(sessions, t.actor.Person)
		}
		if err != nil {
			return err
		}
		if err := t.keepEndedOf(u, id, sessionID, !m.Elsewhere); err != nil {
			return err
		}
		if ended, err = t.endSessionsHere(u, id, sessionID, !m.Elsewhere); err != nil || ended == 0 {
			return err
		}
		e := t.memberEntry(models.ActionMemberSessionsEnded, m)
		e.After = sessionsEnded(ended)
		return u.record([]string{t.organization()}, e)
	})
	return ended, err
}

// endSessionsHere ends what single sign-on opened of the organization in an account's sessions, or in one of them, and says how many were
// live. With account, the sessions that the password opened end as a whole too. A session without a proof is none.
func (t Tenant) endSessionsHere(u *unit, userID, sessionID string, account bool) (int, error) {
	organization := t.organization()
	which := func(condition string, args ...any) *query {
		q := (&query{}).add(" FROM sessions s JOIN users u ON u.id = s.user_id JOIN session_authentications a ON a.session_id = s.id LEFT JOIN identity_providers p ON p.id = a.provider_id")
		q.add(" WHERE s.user_id = ? AND "+condition, append([]any{userID}, args...)...)
		if sessionID != "" {
			q.add(" AND s.id = ?", sessionID)
		}
		return q
	}
	condition, args := "a.organization_id = ?", []any{organization}
	if account {
		condition, args = opensHere, []any{organization, organization}
	}
	var ended int
	counted := which(condition+" AND "+live+" AND "+valid, append(args, u.now, u.now, u.now)...)
	if err := u.one(&ended, "SELECT count(DISTINCT s.id)"+counted.text.String(), counted.args...); err != nil {
		return 0, err
	}
	if account {
		whole := which(opensHere+" AND a.opens = 'account'", organization, organization)
		if err := u.do(stmt("DELETE FROM sessions WHERE id IN (SELECT s.id"+whole.text.String()+")", whole.args...)); err != nil {
			return 0, err
		}
	}
	through := which("a.organization_id = ?", organization)
	return ended, u.do(
		stmt("DELETE FROM session_authentications WHERE organization_id = ? AND session_id IN (SELECT s.id"+through.text.String()+")", append([]any{organization}, through.args...)...),
		stmt("DELETE FROM sessions WHERE user_id = ? AND NOT EXISTS (SELECT 1 FROM session_authentications a WHERE a.session_id = sessions.id)", userID),
	)
}

// keepEndedOf keeps that the organization ends a member's sessions, or one of them: with account, also those that the account's own proof opened.
func (t Tenant) keepEndedOf(u *unit, userID, sessionID string, account bool) error {
	q := (&query{}).add(" FROM sessions s JOIN members m ON m.user_id = s.user_id AND m.organization_id = ? WHERE s.user_id = ?", t.organization(), userID)
	if sessionID != "" {
		q.add(" AND s.id = ?", sessionID)
	}
	if !account {
		q.add(" AND NOT EXISTS (SELECT 1 FROM session_authentications a WHERE a.session_id = s.id AND a.opens = 'account')")
	}
	_, err := u.keepEnded(q)
	return err
}

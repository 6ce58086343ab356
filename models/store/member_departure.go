package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// Departure returns what a member would lose with the membership: of another one for who may remove them, of one's own for everybody.
func (t Tenant) Departure(ctx context.Context, userID string) (models.Departure, error) {
	if userID != t.actor.User.ID && !t.actor.May(authz.MembersManage) {
		return models.Departure{}, models.ErrNotFound
	}
	m, err := t.Member(ctx, userID)
	if err != nil {
		return models.Departure{}, err
	}
	departure := models.Departure{Member: m}
	u := t.store.read(ctx)
	grants, err := t.grantsOf(u, m.UserID)
	for _, g := range grants {
		departure.Grants = append(departure.Grants, models.Grant{App: g.Slug, Level: levelOf(g.Level), Since: g.AddedAt.Time})
	}
	if err != nil {
		return departure, fault("departure", err)
	}
	var counted struct {
		Sessions    int `gorm:"column:sessions"`
		Identities  int `gorm:"column:identities"`
		Invitations int `gorm:"column:invitations"`
	}
	err = u.one(&counted, `SELECT (SELECT count(*) FROM session_authentications a JOIN sessions s ON s.id = a.session_id LEFT JOIN identity_providers p ON p.id = a.provider_id
			WHERE a.organization_id = ? AND s.user_id = ? AND `+live+" AND "+valid+`) AS sessions,
		(SELECT count(*) FROM identity_links l WHERE l.organization_id = ? AND l.user_id = ?) AS identities,
		(SELECT count(*) FROM invitations i WHERE `+waysBack+") AS invitations",
		t.organization(), m.UserID, u.now, u.now, u.now, t.organization(), m.UserID, t.organization(), models.NormEmail(m.Email), m.UserID)
	departure.Sessions, departure.Identities, departure.Invitations = counted.Sessions, counted.Identities, counted.Invitations
	return departure, fault("departure", err)
}

// waysBack is the condition that a pending invitation could bring somebody back: it is for their address, or they were shown its link. It
// takes the organization, the folded address and the account.
const waysBack = "i.organization_id = ? AND i.state = 'pending' AND (i.email_norm = ? OR (i.invited_by = ? AND NOT i.mailed))"

type grantRow struct {
	AppID   string `gorm:"column:app_id"`
	Slug    string `gorm:"column:slug"`
	Level   string `gorm:"column:level"`
	AddedAt moment `gorm:"column:added_at"`
}

// grantsOf are the apps of the organization in which the account is a collaborator.
func (t Tenant) grantsOf(u *unit, userID string) ([]grantRow, error) {
	var rows []grantRow
	err := u.all(&rows, `SELECT c.app_id, a.slug, c.level, c.added_at FROM collaborators c JOIN apps a ON a.id = c.app_id
		WHERE a.organization_id = ? AND c.user_id = ? ORDER BY a.slug_norm, a.id`, t.organization(), userID)
	return rows, err
}

// Remove ends a membership with everything that hung on it: teams, access as a collaborator but for the apps in keep (by identifier), single
// sign-on identities, what single sign-on opened, reset links, and invitations that could bring them back. What they made stays.
func (t Tenant) Remove(ctx context.Context, userID string, keep []string) error {
	return t.changeMember(ctx, "remove member", authz.MembersManage, userID, func(u *unit, row memberStateRow) error {
		if err := row.noun().MayRemove(t.actor.Person); err != nil {
			return err
		}
		return t.part(u, row, keep, models.ActionMemberRemoved)
	})
}

// Leave is Remove of oneself, which every active member may; nothing is kept. Somebody suspended stays: to leave and be invited anew would
// undo what an Administrator decided.
func (t Tenant) Leave(ctx context.Context) error {
	return t.changeMember(ctx, "leave", authz.OrganizationView, t.actor.User.ID, func(u *unit, row memberStateRow) error {
		if err := row.noun().MayLeave(t.actor.Person); err != nil {
			return err
		}
		return t.part(u, row, nil, models.ActionMemberLeft)
	})
}

func (t Tenant) part(u *unit, row memberStateRow, keep []string, action models.Action) error {
	m, organization := row.noun(), t.organization()
	e := t.memberEntry(action, m)
	e.Before, e.After = map[string]string{"role": m.Role.Key(), "status": statusWord(m.Suspended)}, map[string]string{}
	if _, err := u.lockTeams("SELECT tm.team_id FROM team_members tm WHERE tm.organization_id = ? AND tm.user_id = ?", organization, m.UserID); err != nil {
		return err
	}
	var teams []string
	err := u.all(&teams, "SELECT t.slug FROM team_members tm JOIN teams t ON t.id = tm.team_id WHERE tm.organization_id = ? AND tm.user_id = ? ORDER BY t.slug_norm", organization, m.UserID)
	if err != nil {
		return err
	}
	spell(e.Before, "teams", teams)
	if err := t.endGrants(u, m.UserID, keep, &e); err != nil {
		return err
	}
	count := func(what, sql string, args ...any) {
		var n int64
		if err == nil {
			n, err = u.change(sql, args...)
		}
		if n > 0 {
			e.After[what] = strconv.FormatInt(n, 10)
		}
	}
	count("invitations cancelled", "UPDATE invitations AS i SET state = 'cancelled', resolved_at = ? WHERE "+waysBack, u.now, organization, row.EmailNorm, m.UserID)
	count("identities unlinked", "DELETE FROM identity_links WHERE organization_id = ? AND user_id = ?", organization, m.UserID)
	count("reset links ended", "DELETE FROM password_resets WHERE organization_id = ? AND (user_id = ? OR made_by = ?)", organization, m.UserID, m.UserID)
	if err != nil {
		return err
	}
	ended, err := t.endSessionsHere(u, m.UserID, "", false)
	if err != nil {
		return err
	}
	if ended > 0 {
		e.After["sign-ins ended"] = strconv.Itoa(ended)
	}
	err = u.do(
		stmt("DELETE FROM team_members WHERE organization_id = ? AND user_id = ?", organization, m.UserID),
		stmt("DELETE FROM members WHERE organization_id = ? AND user_id = ?", organization, m.UserID),
	)
	if err != nil {
		return err
	}
	return u.record([]string{organization}, e)
}

// endGrants ends what the account was given as a collaborator, but for the apps in keep.
func (t Tenant) endGrants(u *unit, userID string, keep []string, e *models.AuditEntry) error {
	grants, err := t.grantsOf(u, userID)
	if err != nil {
		return err
	}
	var ended, kept, ids []string
	for _, g := range grants {
		if slices.Contains(keep, g.Slug) {
			kept = append(kept, g.Slug)
			continue
		}
		ended, ids = append(ended, g.Slug), append(ids, g.AppID)
	}
	spell(e.Before, "collaborator in", append(slices.Clone(ended), kept...))
	spell(e.After, "collaborator in", kept)
	if len(ids) == 0 {
		return nil
	}
	return u.do(stmt("DELETE FROM collaborators WHERE user_id = ? AND app_id IN (?)", userID, ids))
}

// spelled is how many names of a list an audit entry spells.
const spelled = 50

func spell(values map[string]string, what string, all []string) {
	if len(all) > spelled {
		all = append(slices.Clone(all[:spelled]), "and "+strconv.Itoa(len(all)-spelled)+" more")
	}
	if len(all) > 0 {
		values[what] = strings.Join(all, ", ")
	}
}

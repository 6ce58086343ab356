package store

import (
	"context"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type invitationRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	Email          string `gorm:"column:email"`
	EmailNorm      string `gorm:"column:email_norm"`
	Role           string `gorm:"column:role"`
	State          string `gorm:"column:state"`
	Note           string `gorm:"column:note"`
	TokenHash      []byte `gorm:"column:token_hash"`
	Mailed         bool   `gorm:"column:mailed"`
	InvitedBy      ref    `gorm:"column:invited_by"`
	SentAt         moment `gorm:"column:sent_at"`
	ExpiresAt      moment `gorm:"column:expires_at"`
	CreatedAt      moment `gorm:"column:created_at"`
}

func (invitationRow) TableName() string { return "invitations" }

// invitationListRow is an invitation with its organization and who sent it.
type invitationListRow struct {
	Organization organizationRow `gorm:"embedded"`
	InvitationID string          `gorm:"column:invitation_id"`
	Email        string          `gorm:"column:email"`
	EmailNorm    string          `gorm:"column:email_norm"`
	Role         string          `gorm:"column:role"`
	State        string          `gorm:"column:state"`
	Note         string          `gorm:"column:note"`
	Mailed       bool            `gorm:"column:mailed"`
	InviterName  ref             `gorm:"column:inviter_name"`
	SentAt       moment          `gorm:"column:sent_at"`
	ExpiresAt    moment          `gorm:"column:expires_at"`
}

func (r invitationListRow) noun() models.Invitation {
	return models.Invitation{
		ID: r.InvitationID, Organization: r.Organization.noun(), Email: r.Email, Role: roleOf(r.Role), State: models.InvitationState(r.State), Note: r.Note,
		InvitedBy: string(r.InviterName), SentAt: r.SentAt.Time, ExpiresAt: r.ExpiresAt.Time,
	}
}

const (
	invitationColumns = organizationColumns + `, i.id AS invitation_id, i.email, i.email_norm, i.role, i.state, i.note, i.mailed, i.expires_at,
		coalesce(i.sent_at, i.created_at) AS sent_at, b.name AS inviter_name`
	invitationsFrom = " FROM invitations i JOIN organizations o ON o.id = i.organization_id LEFT JOIN users b ON b.id = i.invited_by"
)

// PendingInvitations returns how many invitations nobody has dealt with yet, those that have expired included.
func (t Tenant) PendingInvitations(ctx context.Context) (int, error) {
	var n int
	err := t.store.read(ctx).one(&n, "SELECT count(*) FROM invitations WHERE organization_id = ? AND state = 'pending'", t.organization())
	return n, fault("pending invitations", err)
}

// Invitation returns one of the organization's invitations, whatever became of it, or models.ErrNotFound.
func (t Tenant) Invitation(ctx context.Context, invitationID string) (models.Invitation, error) {
	u := t.store.read(ctx)
	row, err := t.invitation(u, invitationID, "")
	if err != nil {
		return models.Invitation{}, fault("invitation", err)
	}
	one := []models.Invitation{row.noun()}
	err = u.addInvitationTeams(one)
	return one[0], fault("invitation", err)
}

func (t Tenant) invitation(u *unit, invitationID, lock string) (invitationListRow, error) {
	var row invitationListRow
	id, ok := parseID(invitationID)
	if !ok {
		return row, models.ErrNotFound
	}
	err := u.one(&row, "SELECT "+invitationColumns+invitationsFrom+" WHERE i.organization_id = ? AND i.id = ?"+lock, t.organization(), id)
	return row, err
}

// InviteOutcomes says of each address what inviting it would do, by its folded form. What is not in the answer is new.
func (t Tenant) InviteOutcomes(ctx context.Context, emails []string) (map[string]models.InviteOutcome, error) {
	outcomes := map[string]models.InviteOutcome{}
	if len(emails) == 0 {
		return outcomes, nil
	}
	norms := make([]string, len(emails))
	for i, email := range emails {
		norms[i] = models.NormEmail(email)
	}
	var rows []struct {
		EmailNorm string `gorm:"column:email_norm"`
		Member    bool   `gorm:"column:member"`
	}
	err := t.store.read(ctx).all(&rows, `SELECT i.email_norm, false AS member FROM invitations i WHERE i.organization_id = ? AND i.state = 'pending' AND i.email_norm IN (?)
		UNION ALL SELECT u.email_norm, true FROM users u JOIN members m ON m.user_id = u.id AND m.organization_id = ? WHERE u.email_norm IN (?)`,
		t.organization(), norms, t.organization(), norms)
	for _, row := range rows {
		if row.Member {
			outcomes[row.EmailNorm] = models.InviteMember
		} else if outcomes[row.EmailNorm] != models.InviteMember {
			outcomes[row.EmailNorm] = models.InviteResent
		}
	}
	return outcomes, fault("invite outcomes", err)
}

// Invite invites an address and puts the message, unless it is empty, into the outbox. A pending invitation of the address is sent anew: its
// old link dies, and the role, the teams, the note and the expiry are the new ones. A member is left alone.
func (t Tenant) Invite(ctx context.Context, draft models.InvitationDraft, tokenHash []byte, message models.Mail) (models.InviteOutcome, error) {
	outcome := models.InviteNew
	err := t.write(ctx, "invite", authz.MembersManage, func(u *unit) error {
		norm := models.NormEmail(draft.Email)
		var members int
		err := u.one(&members, "SELECT count(*) FROM members m JOIN users u ON u.id = m.user_id WHERE m.organization_id = ? AND u.email_norm = ?", t.organization(), norm)
		if err != nil || members > 0 {
			outcome = models.InviteMember
			return err
		}
		var pending invitationListRow
		again, err := u.found(&pending, "SELECT "+invitationColumns+invitationsFrom+" WHERE i.organization_id = ? AND i.email_norm = ? AND i.state = 'pending'"+u.dialect.forUpdate("i"),
			t.organization(), norm)
		if err != nil {
			return err
		}
		if again {
			outcome = models.InviteResent
			return t.reinvite(u, pending, draft, tokenHash, message)
		}
		row := invitationRow{
			ID: newID(), OrganizationID: t.organization(), Email: draft.Email, EmailNorm: norm, Role: draft.Role.Key(), State: string(models.InvitationPending),
			Note: draft.Note, TokenHash: tokenHash, Mailed: message.Text != "", InvitedBy: ref(t.actor.User.ID), SentAt: moment{u.now}, ExpiresAt: moment{u.now.Add(draft.For)}, CreatedAt: moment{u.now},
		}
		if err := u.insert(&row); err != nil {
			return err
		}
		if err := t.putTeams(u, row.ID, draft.Teams); err != nil {
			return err
		}
		if err := u.postTo(row.Email, message); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionInvitationSent), "invitation", row.ID, row.Email)
		e.After = joinedValues(draft.Role, draft.Teams)
		e.After["expires"] = expiryInWords(row.ExpiresAt.Time)
		return u.record([]string{t.organization()}, e)
	})
	return outcome, err
}

// postTo posts a message to an address, unless there is no message.
func (u *unit) postTo(email string, message models.Mail) error {
	if message.Text == "" {
		return nil
	}
	message.To = email
	return u.post(message)
}

// reinvite sends a pending invitation of the address anew, as the draft says.
func (t Tenant) reinvite(u *unit, pending invitationListRow, draft models.InvitationDraft, tokenHash []byte, message models.Mail) error {
	before := []models.Invitation{pending.noun()}
	if err := u.addInvitationTeams(before); err != nil {
		return err
	}
	if err := t.putTeams(u, pending.InvitationID, draft.Teams); err != nil {
		return err
	}
	old, anew := joinedValues(before[0].Role, before[0].Teams), joinedValues(draft.Role, draft.Teams)
	return t.resend(u, pending, draft, tokenHash, message, old, anew)
}

// resend replaces the link of a locked pending invitation, its role and its note; old and anew are what the audit entry says of the rest.
func (t Tenant) resend(u *unit, pending invitationListRow, draft models.InvitationDraft, tokenHash []byte, message models.Mail, old, anew map[string]string) error {
	expires := u.now.Add(draft.For)
	err := u.mustChange("UPDATE invitations SET role = ?, note = ?, token_hash = ?, mailed = ?, invited_by = ?, sent_at = ?, expires_at = ? WHERE id = ? AND state = 'pending'",
		draft.Role.Key(), draft.Note, tokenHash, message.Text != "", t.actor.User.ID, u.now, expires, pending.InvitationID)
	if err != nil {
		return err
	}
	if err := u.postTo(pending.Email, message); err != nil {
		return err
	}
	action := models.ActionInvitationResent
	if message.Text == "" {
		action = models.ActionInvitationLinkMade
	}
	e := on(entry(t.actor.Person, action), "invitation", pending.InvitationID, pending.Email)
	e.Before, e.After = differences(old, anew)
	e.After["expires"] = expiryInWords(expires)
	return u.record([]string{t.organization()}, e)
}

func expiryInWords(at time.Time) string { return at.Format("2006-01-02 15:04 MST") }

// ResendInvitation replaces the link of a pending invitation, expired or not, with one that works as long as the draft says; the rest of the
// draft is not used. Without a message the link is for the actor to pass on, and proves no address. What is no longer pending is models.Gone.
func (t Tenant) ResendInvitation(ctx context.Context, invitationID string, draft models.InvitationDraft, tokenHash []byte, message models.Mail) error {
	return t.write(ctx, "resend invitation", authz.MembersManage, func(u *unit) error {
		pending, err := t.pending(u, invitationID)
		if err != nil {
			return err
		}
		draft.Role, draft.Note = roleOf(pending.Role), pending.Note
		return t.resend(u, pending, draft, tokenHash, message, nil, nil)
	})
}

// CancelInvitation ends a pending invitation: its link dies. What is no longer pending is models.Gone.
func (t Tenant) CancelInvitation(ctx context.Context, invitationID string) error {
	return t.write(ctx, "cancel invitation", authz.MembersManage, func(u *unit) error {
		pending, err := t.pending(u, invitationID)
		if err != nil {
			return err
		}
		if err := u.resolve(pending.InvitationID, models.InvitationCancelled); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionInvitationCancelled), "invitation", pending.InvitationID, pending.Email)
		e.Before = map[string]string{"role": pending.Role}
		return u.record([]string{t.organization()}, e)
	})
}

func (t Tenant) pending(u *unit, invitationID string) (invitationListRow, error) {
	row, err := t.invitation(u, invitationID, u.dialect.forUpdate("i"))
	if err == nil && row.State != string(models.InvitationPending) {
		err = models.Refuse(models.Gone, "The invitation of "+row.Email+" is no longer pending: it was answered or cancelled meanwhile.")
	}
	return row, err
}

// resolve gives a locked pending invitation its final state.
func (u *unit) resolve(invitationID string, state models.InvitationState) error {
	return u.mustChange("UPDATE invitations SET state = ?, resolved_at = ? WHERE id = ? AND state = 'pending'", string(state), u.now, invitationID)
}

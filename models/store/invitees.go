package store

import (
	"context"

	"gatehouse/models"
)

// errNoInvitation is the answer for a token that was never made, and for one that a newer link replaced.
var errNoInvitation = models.Refuse(models.NotFound, "This invitation link does not work. Part of it may be missing, or a newer link was sent: look for the latest mail.")

// InvitationOffer returns the invitation of a token, whatever became of it, with what its page needs.
func (s *Store) InvitationOffer(ctx context.Context, tokenHash []byte) (models.InvitationOffer, error) {
	u := s.read(ctx)
	var row struct {
		Invitation   invitationListRow `gorm:"embedded"`
		Account      bool              `gorm:"column:account"`
		HasPassword  bool              `gorm:"column:has_password"`
		HasProviders bool              `gorm:"column:has_providers"`
	}
	known, err := u.found(&row, "SELECT "+invitationColumns+", "+policyColumns+`, a.id IS NOT NULL AS account, coalesce(a.password_hash <> '', false) AS has_password,
		EXISTS (SELECT 1 FROM identity_providers p WHERE p.organization_id = o.id AND p.enabled) AS has_providers`+
		invitationsFrom+" LEFT JOIN users a ON a.email_norm = i.email_norm WHERE i.token_hash = ?", tokenHash)
	if err == nil && !known {
		err = errNoInvitation
	}
	one := []models.Invitation{row.Invitation.noun()}
	if err == nil {
		err = u.addInvitationTeams(one)
	}
	if err != nil {
		return models.InvitationOffer{}, fault("invitation offer", err)
	}
	return models.InvitationOffer{
		Invitation: one[0], Account: row.Account, HasPassword: row.HasPassword, SSO: row.HasProviders, Policy: row.Invitation.Organization.policy(),
	}, nil
}

// shownInvitations is how many of one's own invitations a page shows.
const shownInvitations = 50

// InvitationsFor returns the live invitations of the person's own address, newest first; none when the session was not proven by the
// account's own password: an identity provider and the link of an Administrator speak for their organization, not for the account.
func (s *Store) InvitationsFor(ctx context.Context, p models.Person) ([]models.Invitation, error) {
	if answers(p) == "" {
		return nil, nil
	}
	u := s.read(ctx)
	var rows []invitationListRow
	err := u.all(&rows, "SELECT "+invitationColumns+invitationsFrom+" WHERE i.email_norm = ? AND i.state = 'pending' AND i.expires_at > ? ORDER BY i.id DESC LIMIT ?",
		answers(p), u.now, shownInvitations)
	var found []models.Invitation
	for _, row := range rows {
		found = append(found, row.noun())
	}
	return found, fault("own invitations", err)
}

// answers is the address whose invitations the session may answer; none for one that does not own the account, or whose password came by a link.
func answers(p models.Person) string {
	if !p.OwnsAccount() || p.User.PasswordOf != "" {
		return ""
	}
	return models.NormEmail(p.User.Email)
}

// lockedByToken reads the invitation of a token and keeps it from changing.
func (u *unit) lockedByToken(tokenHash []byte) (invitationListRow, error) {
	var row invitationListRow
	known, err := u.found(&row, "SELECT "+invitationColumns+invitationsFrom+" WHERE i.token_hash = ?"+u.dialect.forKey("o")+u.dialect.forUpdate("i"), tokenHash)
	u.holds(row.Organization.ID)
	if err == nil && !known {
		err = errNoInvitation
	}
	return row, err
}

// lockedOwn reads an invitation of the person's own address and keeps it from changing; that of another address is not there.
func (u *unit) lockedOwn(p models.Person, invitationID string) (invitationListRow, error) {
	var row invitationListRow
	id, ok := parseID(invitationID)
	if !ok {
		return row, models.ErrNotFound
	}
	err := u.one(&row, "SELECT "+invitationColumns+invitationsFrom+" WHERE i.id = ? AND i.email_norm = ?"+u.dialect.forKey("o")+u.dialect.forUpdate("i"), id, models.NormEmail(p.User.Email))
	u.holds(row.Organization.ID)
	if err == nil && !p.OwnsAccount() {
		err = models.Refuse(models.Denied, "Sign in with your password to answer the invitation: single sign-on opens an organization, not the account.")
	}
	if err == nil && p.User.PasswordOf != "" {
		err = models.Refuse(models.Denied, notOwnPassword)
	}
	return row, err
}

const notOwnPassword = "Set a new password by mail first: an Administrator made the link that set this one, so it opens their organization only." //nolint:gosec // a sentence, not a password

// AcceptInvitation makes a person, who proved the account of the invited address by password, a member. Doing it again changes nothing.
func (s *Store) AcceptInvitation(ctx context.Context, p models.Person, tokenHash []byte) (models.Organization, error) {
	return s.accept(ctx, p, func(u *unit) (invitationListRow, error) { return u.lockedByToken(tokenHash) })
}

// AcceptOwnInvitation is AcceptInvitation for somebody who found the invitation in the console.
func (s *Store) AcceptOwnInvitation(ctx context.Context, p models.Person, invitationID string) (models.Organization, error) {
	return s.accept(ctx, p, func(u *unit) (invitationListRow, error) { return u.lockedOwn(p, invitationID) })
}

func (s *Store) accept(ctx context.Context, p models.Person, locked func(*unit) (invitationListRow, error)) (models.Organization, error) {
	var organization models.Organization
	err := s.write(ctx, "accept invitation", func(u *unit) error {
		row, err := locked(u)
		if err != nil {
			return err
		}
		invitation := row.noun()
		organization = invitation.Organization
		user, err := u.account(p.User.ID)
		if err != nil {
			return err
		}
		if !p.OwnsAccount() || user.EmailNorm != row.EmailNorm {
			return models.Refuse(models.Denied, "This invitation is for "+row.Email+". Sign in as that person with the password to accept it.")
		}
		if user.PasswordOf != "" && string(user.PasswordOf) != organization.ID {
			return models.Refuse(models.Denied, notOwnPassword)
		}
		var members int
		if err := u.one(&members, "SELECT count(*) FROM members WHERE organization_id = ? AND user_id = ?", organization.ID, user.ID); err != nil {
			return err
		}
		if invitation.State == models.InvitationAccepted && members > 0 {
			return nil
		}
		if err := invitation.Usable(u.now); err != nil {
			return err
		}
		if members > 0 { // came in another way meanwhile, with a role of its own
			if err := u.resolve(invitation.ID, models.InvitationAccepted); err != nil {
				return err
			}
			joined, err := u.joinTeams(organization.ID, invitation.ID, user.ID)
			if err != nil {
				return err
			}
			e := on(entry(p, models.ActionInvitationAccepted), "invitation", invitation.ID, row.Email)
			if len(joined) > 0 {
				e.After = map[string]string{"teams": teamSlugs(joined)}
			}
			return u.record([]string{organization.ID}, e)
		}
		return u.joinInvited(invitation, user, entry(p, models.ActionMemberJoined))
	})
	return organization, err
}

// joinInvited makes an account a member as a locked invitation says.
func (u *unit) joinInvited(invitation models.Invitation, user userRow, e models.AuditEntry) error {
	if err := u.join(invitation.Organization.ID, user, invitation.Role, models.FromInvitation); err != nil {
		return err
	}
	joined, err := u.joinTeams(invitation.Organization.ID, invitation.ID, user.ID)
	if err != nil {
		return err
	}
	if err := u.resolve(invitation.ID, models.InvitationAccepted); err != nil {
		return err
	}
	e = on(e, "member", user.ID, user.Name)
	e.After = joinedValues(invitation.Role, joined)
	return u.record([]string{invitation.Organization.ID}, e)
}

// JoinByInvitation makes an account of the invited address, with that name and password hash, a member, and signs it in: holding a mailed link
// proves the address; a password behind a link that was shown to somebody opens that organization alone. An address that has an account is refused; the account's own password has to be proven then.
func (s *Store) JoinByInvitation(ctx context.Context, tokenHash []byte, name, passwordHash string, previous, newToken []byte, r models.Request) (models.Organization, error) {
	var organization models.Organization
	err := s.write(ctx, "join by invitation", func(u *unit) error {
		row, err := u.lockedByToken(tokenHash)
		if err != nil {
			return err
		}
		invitation := row.noun()
		organization = invitation.Organization
		if err := invitation.Usable(u.now); err != nil {
			return err
		}
		user, err := u.newUser(name, invitation.Email, passwordHash)
		if err != nil {
			return err // that there is an account already is a broken constraint, and so a refusal
		}
		if !row.Mailed {
			// Somebody was shown the link and may have chosen the password: it opens their organization only.
			if err := u.do(stmt("UPDATE users SET password_organization_id = ? WHERE id = ?", organization.ID, user.ID)); err != nil {
				return err
			}
		}
		if err := u.joinInvited(invitation, user, entryOf(user.noun(), models.ActionMemberJoined, models.ByPassword, r)); err != nil {
			return err
		}
		return u.openSession(user.ID, previous, newToken, r, authenticationRow{Opens: opensAccount, Method: string(models.ByPassword)})
	})
	return organization, err
}

// DeclineInvitation ends an invitation for whoever holds its token. Doing it again changes nothing.
func (s *Store) DeclineInvitation(ctx context.Context, tokenHash []byte, r models.Request) (models.Organization, error) {
	return s.decline(ctx, func(u *unit) (invitationListRow, models.AuditEntry, error) {
		row, err := u.lockedByToken(tokenHash)
		e := models.AuditEntry{Action: models.ActionInvitationDeclined, ActorName: row.Email, ActorEmail: row.Email, IP: r.IP, Reference: r.Reference}
		return row, e, err
	})
}

// DeclineOwnInvitation is DeclineInvitation for somebody who found the invitation in the console.
func (s *Store) DeclineOwnInvitation(ctx context.Context, p models.Person, invitationID string) (models.Organization, error) {
	return s.decline(ctx, func(u *unit) (invitationListRow, models.AuditEntry, error) {
		row, err := u.lockedOwn(p, invitationID)
		return row, entry(p, models.ActionInvitationDeclined), err
	})
}

func (s *Store) decline(ctx context.Context, locked func(*unit) (invitationListRow, models.AuditEntry, error)) (models.Organization, error) {
	var organization models.Organization
	err := s.write(ctx, "decline invitation", func(u *unit) error {
		row, e, err := locked(u)
		if err != nil {
			return err
		}
		invitation := row.noun()
		organization = invitation.Organization
		if invitation.State == models.InvitationDeclined {
			return nil
		}
		if err := invitation.Usable(u.now); err != nil {
			return err
		}
		if err := u.resolve(invitation.ID, models.InvitationDeclined); err != nil {
			return err
		}
		return u.record([]string{organization.ID}, on(e, "invitation", invitation.ID, invitation.Email))
	})
	return organization, err
}

package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// liveResets is how many links that were asked for may be alive at once, so that nobody's mailbox is flooded.
const liveResets = 3

// AskPasswordReset keeps a reset token and the mail that brings it, if there is an account with that address and a password. Otherwise
// nothing happens, and the answer is the same: an account that signs in by its organization alone does not get a second way in. The mail
// goes to the address of the account, whatever was typed.
func (s *Store) AskPasswordReset(ctx context.Context, email string, tokenHash []byte, mail models.Mail, r models.Request) error {
	if !storable(email) {
		return nil
	}
	return s.write(ctx, "ask password reset", func(u *unit) error {
		user, known, err := u.accountAt(email)
		if err != nil || !known || user.PasswordHash == "" {
			return err
		}
		var alive int
		err = u.one(&alive, "SELECT count(*) FROM password_resets WHERE user_id = ? AND made_by IS NULL AND expires_at > ?", user.ID, u.now)
		if err != nil || alive >= liveResets {
			return err
		}
		if err := u.makeReset(resetRow{UserID: user.ID, TokenHash: tokenHash}); err != nil {
			return err
		}
		mail.To = user.Email
		if err := u.post(mail); err != nil {
			return err
		}
		e := models.AuditEntry{Action: models.ActionPasswordResetAsked, IP: r.IP, Reference: r.Reference}
		return u.recordAccount(user.ID, on(e, "account", user.ID, user.Name))
	})
}

func (u *unit) makeReset(row resetRow) error {
	row.CreatedAt, row.ExpiresAt = moment{u.now}, moment{u.now.Add(models.ResetLifetime)}
	return u.insert(&row)
}

// alive is the condition that a reset link works; it takes the moment once. One that an Administrator made ends when they are none any more.
const alive = `r.expires_at > ? AND (r.made_by IS NULL OR EXISTS (SELECT 1 FROM members m WHERE m.organization_id = r.organization_id
	AND m.user_id = r.made_by AND m.role = 'administrator' AND NOT m.suspended))`

// ResetSubject returns whose password a live token sets, and the policies it has to obey; models.ErrNotFound otherwise.
func (s *Store) ResetSubject(ctx context.Context, tokenHash []byte) (models.User, []models.OrganizationPolicy, error) {
	u := s.read(ctx)
	var user userRow
	err := u.one(&user, `SELECT u.id, u.name, u.email, u.password_hash, u.password_changed_at, u.password_organization_id, u.version, u.created_at
		FROM password_resets r JOIN users u ON u.id = r.user_id WHERE r.token_hash = ? AND `+alive, tokenHash, u.now)
	if err != nil {
		return models.User{}, nil, fault("reset subject", err)
	}
	policies, err := u.policies(user.ID)
	return user.noun(), policies, fault("reset subject", err)
}

// ResetPassword sets the password that a live token allows, once. Every session of the account ends, every other token is gone, and nothing
// is left of failed attempts.
func (s *Store) ResetPassword(ctx context.Context, tokenHash []byte, fresh models.NewPassword, r models.Request) error {
	return s.write(ctx, "reset password", func(u *unit) error {
		var reset resetRow
		// The account first, as everywhere.
		if err := u.one(&reset, "SELECT r.user_id FROM password_resets r WHERE r.token_hash = ? AND "+alive, tokenHash, u.now); err != nil {
			return err
		}
		user, err := u.account(reset.UserID)
		if err != nil {
			return err
		}
		err = u.one(&reset, `DELETE FROM password_resets WHERE token_hash IN (SELECT r.token_hash FROM password_resets r WHERE r.token_hash = ? AND `+alive+`)
			RETURNING user_id, organization_id`, tokenHash, u.now)
		if err != nil {
			return err
		}
		ended, err := u.setPassword(user, "", fresh)
		if err != nil {
			return err
		}
		err = u.do(
			stmt("UPDATE users SET password_organization_id = ? WHERE id = ?", reset.Organization, user.ID),
			stmt("DELETE FROM sign_in_failures WHERE account_hash = ?", accountHash(user.Email)),
		)
		if err != nil {
			return err
		}
		e := entryOf(user.noun(), models.ActionPasswordReset, "", r)
		e.After = sessionsEnded(ended)
		return u.recordAccount(user.ID, e)
	})
}

// MakeResetLink keeps a reset token that an Administrator passes on to a member. It is impossible for somebody whom other organizations
// trust as well, as the link would open those too, and for somebody without a password.
func (t Tenant) MakeResetLink(ctx context.Context, userID string, tokenHash []byte) (models.User, error) {
	id, ok := parseID(userID)
	if !ok {
		return models.User{}, models.ErrNotFound
	}
	var subject models.User
	err := t.write(ctx, "make reset link", authz.MembersManage, func(u *unit) error {
		if err := u.one(&memberRow{}, "SELECT user_id FROM members WHERE organization_id = ? AND user_id = ?", t.organization(), id); err != nil {
			return err
		}
		// Locked, so that the account joins no other organization meanwhile.
		user, err := u.account(id)
		if err != nil {
			return err
		}
		subject = user.noun()
		elsewhere, err := t.elsewhere(u, user.ID)
		if err != nil {
			return err
		}
		if err := (models.Member{UserID: user.ID, Name: user.Name, HasPassword: subject.HasPassword, Elsewhere: elsewhere}).MayResetPassword(t.actor.Person); err != nil {
			return err
		}
		if err := u.makeReset(resetRow{UserID: user.ID, TokenHash: tokenHash, MadeBy: ref(t.actor.User.ID), Organization: ref(t.organization())}); err != nil {
			return err
		}
		return u.record([]string{t.organization()}, on(entry(t.actor.Person, models.ActionResetLinkMade), "member", user.ID, user.Name))
	})
	if err != nil {
		return models.User{}, err
	}
	return subject, nil
}

// elsewhere says whether another organization trusts the account as well.
func (t Tenant) elsewhere(u *unit, userID string) (bool, error) {
	var others int
	err := u.one(&others, `SELECT (SELECT count(*) FROM members WHERE user_id = ? AND organization_id <> ?) +
		(SELECT count(*) FROM collaborators c JOIN apps a ON a.id = c.app_id WHERE c.user_id = ? AND a.organization_id <> ?)`,
		userID, t.organization(), userID, t.organization())
	return others > 0, err
}

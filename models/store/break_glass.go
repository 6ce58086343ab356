package store

import (
	"cmp"
	"context"
	"strconv"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// MakeCodes replaces the actor's break-glass codes by new ones, of which the hashes are given.
func (t Tenant) MakeCodes(ctx context.Context, hashes [][]byte) error {
	return t.write(ctx, "make codes", authz.SecurityManage, func(u *unit) error {
		if err := u.do(stmt("DELETE FROM break_glass_codes WHERE organization_id = ? AND user_id = ?", t.organization(), t.actor.User.ID)); err != nil {
			return err
		}
		rows := make([]codeRow, 0, len(hashes))
		for _, hash := range hashes {
			rows = append(rows, codeRow{CodeHash: hash, OrganizationID: t.organization(), UserID: t.actor.User.ID, CreatedAt: moment{u.now}})
		}
		if err := u.insert(&rows); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionCodesMade), "account", t.actor.User.ID, t.actor.User.Name)
		e.After = map[string]string{"codes": strconv.Itoa(len(hashes))}
		return u.record([]string{t.organization()}, e)
	})
}

// TestCode uses one of the actor's codes up, to see that they are the right ones.
func (t Tenant) TestCode(ctx context.Context, hash []byte) error {
	return t.write(ctx, "test code", authz.SecurityManage, func(u *unit) error {
		n, err := u.useCode(t.organization(), t.actor.User.ID, hash, true)
		if err != nil {
			return err
		}
		if n == 0 {
			return models.RefuseField("code", "This is not one of your codes, or it was used already.")
		}
		return u.record([]string{t.organization()}, on(entry(t.actor.Person, models.ActionCodeTested), "account", t.actor.User.ID, t.actor.User.Name))
	})
}

func (u *unit) useCode(organizationID, userID string, hash []byte, test bool) (int64, error) {
	return u.change("UPDATE break_glass_codes SET used_at = ?, tested = ? WHERE code_hash = ? AND organization_id = ? AND user_id = ? AND used_at IS NULL",
		u.now, test, hash, organizationID, userID)
}

// BreakGlass lets an Administrator of the organization in for an hour, whose password was just checked against proven, by a code. Every Administrator of it is
// told by mail. Whatever is wrong is the one refusal models.ErrNotFound. With half, the account has a second factor, and newToken is that of half a
// sign-in (see BeginFactor): the code stands in for single sign-on, not for what protects the account in other organizations too.
func (s *Store) BreakGlass(ctx context.Context, orgSlug string, proven Credentials, codeHash, previous, newToken []byte, mail models.Mail, r models.Request) (half bool, err error) {
	norm, ok := slugNorm(orgSlug)
	if !ok {
		return false, models.ErrNotFound
	}
	err = s.write(ctx, "break glass", func(u *unit) error {
		user, err := u.account(proven.UserID)
		if err != nil {
			return err
		}
		if user.PasswordHash == "" || user.PasswordHash != proven.PasswordHash {
			return models.ErrNotFound
		}
		var o organizationRow
		err = u.one(&o, `SELECT o.id, o.name FROM organizations o JOIN members m ON m.organization_id = o.id
			WHERE o.slug_norm = ? AND m.user_id = ? AND m.role = 'administrator' AND NOT m.suspended`, norm, user.ID)
		if err != nil {
			return err
		}
		if n, err := u.useCode(o.ID, user.ID, codeHash, false); err != nil || n == 0 {
			return cmp.Or(err, models.ErrNotFound)
		}
		if err := u.forgive(user.Email, models.SignInSource(r.IP)); err != nil {
			return err
		}
		if half = !user.FactorSince.IsZero(); half {
			err = u.beginHalf(user.ID, o.ID, newToken)
		} else if err = u.openSession(user.ID, previous, newToken, r, authenticationRow{Opens: opensAccount, Method: string(models.ByPassword)}); err == nil {
			err = u.enterGlass(o.ID, newToken)
		}
		if err != nil {
			return err
		}
		if err := u.tellAdministrators(o.ID, mail); err != nil {
			return err
		}
		e := entryOf(user.noun(), models.ActionGlassBroken, models.ByPassword, r)
		var left int
		if err := u.one(&left, "SELECT count(*) FROM break_glass_codes WHERE organization_id = ? AND user_id = ? AND used_at IS NULL", o.ID, user.ID); err != nil {
			return err
		}
		e.After = map[string]string{"codes left": strconv.Itoa(left)}
		return u.record([]string{o.ID}, e)
	})
	return half, err
}

// enterGlass opens the organization in a session that a break-glass code was given for.
func (u *unit) enterGlass(organizationID string, token []byte) error {
	return u.do(stmt("INSERT INTO break_glass_entries (session_id, organization_id, expires_at) SELECT s.id, ?, ? FROM sessions s WHERE s.token_hash = ?",
		organizationID, u.now.Add(models.BreakGlassFor), token))
}

// tellAdministrators puts the message into the outbox for every active Administrator of the organization; one without a text is for an
// installation that sends none.
func (u *unit) tellAdministrators(organizationID string, mail models.Mail) error {
	if mail.Text == "" {
		return nil
	}
	var addresses []string
	err := u.all(&addresses, `SELECT u.email FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.organization_id = ? AND m.role = 'administrator' AND NOT m.suspended ORDER BY u.id`, organizationID)
	for _, address := range addresses {
		if err != nil {
			break
		}
		mail.To = address
		err = u.post(mail)
	}
	return err
}

package store

import (
	"context"
	"strconv"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// Credentials are what a password is checked against. PasswordHash is empty for an account that signs in otherwise.
type Credentials struct {
	UserID, Name, Email, PasswordHash string

	HasFactor bool      // the password alone is not enough
	ChangedAt time.Time // when the password was set; zero: before that was kept
	Due       bool      // it was found not to meet the rules any more
}

func (r userRow) credentials() Credentials {
	return Credentials{UserID: r.ID, Name: r.Name, Email: r.Email, PasswordHash: r.PasswordHash, HasFactor: !r.FactorSince.IsZero(), ChangedAt: r.PasswordChangedAt.Time, Due: r.PasswordDue}
}

// Credentials returns those of the account with that address, or models.ErrNotFound.
func (s *Store) Credentials(ctx context.Context, email string) (Credentials, error) {
	if !storable(email) {
		return Credentials{}, models.ErrNotFound
	}
	var row userRow
	err := s.read(ctx).one(&row, "SELECT id, name, email, password_hash, password_changed_at, password_due, second_factor_at FROM users WHERE email_norm = ?", models.NormEmail(email))
	return row.credentials(), fault("credentials", err)
}

// CredentialsOf returns those of an account, or models.ErrNotFound.
func (s *Store) CredentialsOf(ctx context.Context, userID string) (Credentials, error) {
	id, ok := parseID(userID)
	if !ok {
		return Credentials{}, models.ErrNotFound
	}
	var row userRow
	err := s.read(ctx).one(&row, "SELECT id, name, email, password_hash, password_changed_at, password_due, second_factor_at FROM users WHERE id = ?", id)
	return row.credentials(), fault("credentials", err)
}

// account reads an account and keeps it from changing until the transaction ends; before that, what hold keeps of its organizations.
func (u *unit) account(userID string) (userRow, error) {
	row, known, err := u.lockedAccount("u.id = ?", userID)
	if err == nil && !known {
		err = models.ErrNotFound
	}
	return row, err
}

// accountAt is account for an address that may have none.
func (u *unit) accountAt(email string) (row userRow, known bool, err error) {
	return u.lockedAccount("u.email_norm = ?", models.NormEmail(email))
}

func (u *unit) lockedAccount(condition, arg string) (row userRow, known bool, err error) {
	if err := u.holdAccount(condition, arg); err != nil {
		return row, false, err
	}
	known, err = u.found(&row, "SELECT u.id, u.name, u.email, u.email_norm, u.password_hash, u.password_changed_at, u.password_organization_id, u.password_due, u.second_factor_at, u.version, u.created_at FROM users u WHERE "+
		condition+u.dialect.forChange("u"), arg)
	return row, known, err
}

// SignInByPassword opens a session for an account whose password was just checked against proven, and that has no second factor. It is
// refused when the password was changed, or a second factor set up, while it was being checked. rehash replaces the hash when it is not empty; previous is the token hash of
// this browser's session, or nil: that session ends, and its other proofs of the same account move over.
func (s *Store) SignInByPassword(ctx context.Context, proven Credentials, previous, newToken []byte, rehash string, r models.Request) error {
	return s.write(ctx, "sign in", func(u *unit) error {
		user, err := u.passwordRight(proven, rehash, r)
		if err != nil {
			return err
		}
		if !user.FactorSince.IsZero() {
			return models.Refuse(models.Invalid, "A second factor was set up a moment ago. Sign in once more.")
		}
		if err := u.openSession(user.ID, previous, newToken, r, authenticationRow{Opens: opensAccount, Method: string(models.ByPassword)}); err != nil {
			return err
		}
		return u.recordAccount(user.ID, entryOf(user.noun(), models.ActionSignedIn, models.ByPassword, r))
	})
}

// passwordRight takes note that the password was right: the failures of the source are forgotten, and the hash is replaced when there is a
// better one. The account does not change until the transaction ends.
func (u *unit) passwordRight(proven Credentials, rehash string, r models.Request) (userRow, error) {
	user, err := u.account(proven.UserID)
	if err != nil {
		return userRow{}, err
	}
	if user.PasswordHash == "" || user.PasswordHash != proven.PasswordHash {
		return userRow{}, models.Refuse(models.Invalid, "The password was changed a moment ago. Sign in with the new one.")
	}
	err = u.forgive(user.Email, models.SignInSource(r.IP))
	if err == nil && rehash != "" {
		err = u.do(stmt("UPDATE users SET password_hash = ? WHERE id = ?", rehash, user.ID))
	}
	return user, err
}

// Rename changes the account's name everywhere it is shown.
func (s *Store) Rename(ctx context.Context, p models.Person, name string) error {
	return s.write(ctx, "rename", func(u *unit) error {
		user, err := u.account(p.User.ID)
		if err != nil || user.Name == name {
			return err
		}
		if user.PasswordOf != "" {
			// Whoever made the link may know the password; the name is shown in the other organizations too.
			var others int
			err := u.one(&others, "SELECT count(*) FROM members WHERE user_id = ? AND organization_id <> ?", user.ID, user.PasswordOf)
			if err != nil {
				return err
			}
			if others > 0 {
				return models.RefuseField("name", "Set a new password by mail first: an Administrator made the link that set this one.")
			}
		}
		err = u.do(
			stmt("UPDATE users SET name = ?, name_norm = ?, version = version + 1 WHERE id = ?", name, models.Fold(name), user.ID),
			stmt("UPDATE members SET sort_name = ?, search = ? WHERE user_id = ?", models.Fold(name), memberSearch(name, user.Email), user.ID),
		)
		if err != nil {
			return err
		}
		e := on(entry(p, models.ActionAccountRenamed), "account", user.ID, name)
		e.Before, e.After = map[string]string{"name": user.Name}, map[string]string{"name": name}
		return u.recordAccount(user.ID, e)
	})
}

// ChangePassword sets a new password, ends the account's other sessions and every reset link, and gives this session a new token.
func (s *Store) ChangePassword(ctx context.Context, p models.Person, fresh models.NewPassword, newToken []byte) error {
	return s.write(ctx, "change password", func(u *unit) error {
		user, err := u.account(p.User.ID)
		if err != nil {
			return err
		}
		if err := u.mustChange("UPDATE sessions SET token_hash = ? WHERE id = ? AND user_id = ?", newToken, p.SessionID, p.User.ID); err != nil {
			return err
		}
		ended, err := u.setPassword(user, p.SessionID, fresh)
		if err != nil {
			return err
		}
		e := on(entry(p, models.ActionPasswordChanged), "account", p.User.ID, p.User.Name)
		e.After = sessionsEnded(ended)
		return u.recordAccount(p.User.ID, e)
	})
}

// setPassword sets a new password in the place of the one it was checked against, and ends all that the old one opened: the sessions but one ("" for none), and reset links.
func (u *unit) setPassword(user userRow, butSession string, fresh models.NewPassword) (ended int, err error) {
	if user.PasswordHash != fresh.Over {
		return 0, errPasswordJustChanged
	}
	if err := u.remember(user.ID, user.PasswordHash); err != nil {
		return 0, err
	}
	err = u.do(
		stmt("UPDATE users SET password_hash = ?, password_changed_at = ?, password_due = false, version = version + 1 WHERE id = ?", fresh.Hash, u.now, user.ID),
		stmt("DELETE FROM password_resets WHERE user_id = ?", user.ID),
		stmt("DELETE FROM half_sign_ins WHERE user_id = ?", user.ID),
	)
	if err != nil {
		return 0, err
	}
	return u.endSessions(user.ID, butSession)
}

func sessionsEnded(n int) map[string]string {
	return map[string]string{"sessions ended": strconv.Itoa(n)}
}

// SignInOffer returns what a stranger may know of an organization: its name, and the identity providers that are enabled.
func (s *Store) SignInOffer(ctx context.Context, orgSlug string) (models.SignInOffer, error) {
	norm, ok := slugNorm(orgSlug)
	if !ok {
		return models.SignInOffer{}, models.ErrNotFound
	}
	var rows []struct {
		Organization organizationRow `gorm:"embedded"`
		ProviderSlug ref             `gorm:"column:provider_slug"`
		ProviderName ref             `gorm:"column:provider_name"`
	}
	err := s.read(ctx).all(&rows, "SELECT "+organizationColumns+`, p.slug AS provider_slug, p.name AS provider_name
		FROM organizations o LEFT JOIN identity_providers p ON p.organization_id = o.id AND p.enabled
		WHERE o.slug_norm = ? ORDER BY p.name, p.id`, norm)
	if err == nil && len(rows) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return models.SignInOffer{}, fault("sign-in offer", err)
	}
	offer := models.SignInOffer{Organization: rows[0].Organization.noun()}
	for _, row := range rows {
		if row.ProviderSlug != "" {
			offer.Providers = append(offer.Providers, models.IdentityProvider{Slug: string(row.ProviderSlug), Name: string(row.ProviderName), Enabled: true})
		}
	}
	return offer, nil
}

// join makes the account a member. Reset links that an Administrator of another organization made end: from now on they would open this
// organization too.
func (u *unit) join(organizationID string, user userRow, role authz.Role, source models.Source) error {
	err := u.insert(&memberRow{
		OrganizationID: organizationID, UserID: user.ID, Role: role.Key(), Source: string(source), SortName: models.Fold(user.Name),
		Search: memberSearch(user.Name, user.Email), JoinedAt: moment{u.now}, Version: 1,
	})
	if err != nil {
		return err
	}
	return u.do(stmt("DELETE FROM password_resets WHERE user_id = ? AND made_by IS NOT NULL", user.ID))
}

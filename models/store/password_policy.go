package store

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// policyRow is an organization's password policy.
type policyRow struct {
	MinLength       int  `gorm:"column:password_min_length"`
	MaxLength       int  `gorm:"column:password_max_length"`
	Upper           int  `gorm:"column:password_upper"`
	Lower           int  `gorm:"column:password_lower"`
	Digits          int  `gorm:"column:password_digits"`
	Special         int  `gorm:"column:password_special"`
	History         int  `gorm:"column:password_history"`
	LifetimeDays    int  `gorm:"column:password_lifetime_days"`
	ForbidCommon    bool `gorm:"column:password_forbid_common"`
	ForbidPatterns  bool `gorm:"column:password_forbid_patterns"`
	ForbidName      bool `gorm:"column:password_forbid_personal"`
	ForbidAddress   bool `gorm:"column:password_forbid_address"`
	ForbidConfusing bool `gorm:"column:password_forbid_confusing"`
	ForbidOverlap   bool `gorm:"column:password_forbid_overlap"`
	LockAfter       int  `gorm:"column:password_lock_after"`
	LockMinutes     int  `gorm:"column:password_lock_minutes"`
}

const policyColumns = `o.password_min_length, o.password_max_length, o.password_upper, o.password_lower, o.password_digits, o.password_special, o.password_history,
	o.password_lifetime_days, o.password_forbid_common, o.password_forbid_patterns, o.password_forbid_personal, o.password_forbid_address,
	o.password_forbid_confusing, o.password_forbid_overlap, o.password_lock_after, o.password_lock_minutes`

func (r organizationRow) policy() models.PasswordPolicy { return models.PasswordPolicy(r.Policy) }

// PasswordPolicy returns the organization's password policy.
func (t Tenant) PasswordPolicy(ctx context.Context) (models.OrganizationPolicy, error) {
	policy, err := t.policy(t.store.read(ctx), "")
	return policy, fault("password policy", err)
}

func (t Tenant) policy(u *unit, lock string) (models.OrganizationPolicy, error) {
	var row struct {
		Organization organizationRow `gorm:"embedded"`
		Edition      int             `gorm:"column:password_policy_version"`
	}
	err := u.one(&row, "SELECT o.name, "+policyColumns+", o.password_policy_version FROM organizations o WHERE o.id = ?"+lock, t.organization())
	return models.OrganizationPolicy{Organization: row.Organization.Name, Policy: row.Organization.policy(), Version: row.Edition}, err
}

// PolicyImpact counts whom another policy would concern.
func (t Tenant) PolicyImpact(ctx context.Context, now, next models.PasswordPolicy) (models.PolicyImpact, error) {
	u := t.store.read(ctx)
	impact := models.PolicyImpact{Stricter: next.Stricter(now)}
	overdue, args := "false", []any{}
	if next.LifetimeDays > 0 {
		overdue, args = "(u.password_changed_at IS NULL OR u.password_changed_at <= ?)", []any{u.now.AddDate(0, 0, -next.LifetimeDays)}
	}
	q := (&query{}).add("SELECT count(*) AS members, coalesce(sum(CASE WHEN "+overdue+" THEN 1 ELSE 0 END), 0) AS overdue,", args...)
	q.add("coalesce(sum(CASE WHEN "+overdue+" THEN 0 WHEN u.password_due THEN 1 ELSE 0 END), 0) AS due", args...)
	q.add(" FROM members m JOIN users u ON u.id = m.user_id WHERE m.organization_id = ? AND u.password_hash <> ''", t.organization())
	var rows []struct {
		Members int `gorm:"column:members"`
		Overdue int `gorm:"column:overdue"`
		Due     int `gorm:"column:due"`
	}
	err := u.rows(&rows, q)
	for _, row := range rows {
		impact.Members, impact.Overdue, impact.Due = row.Members, row.Overdue, row.Due
	}
	if impact.Stricter {
		impact.Unknown = impact.Members - impact.Overdue - impact.Due
	}
	return impact, fault("policy impact", err)
}

// ChangePasswordPolicy saves another policy, made to that edition; to another it is models.Stale. It is asked of each password at its next
// sign-in. The same policy again changes nothing.
func (t Tenant) ChangePasswordPolicy(ctx context.Context, version int, next models.PasswordPolicy) error {
	return t.store.write(ctx, "change password policy", func(u *unit) error {
		was, err := t.policy(u, u.dialect.forChange("o"))
		if err != nil {
			return err
		}
		if err := t.still(u, authz.SecurityManage); err != nil {
			return err
		}
		if was.Version != version {
			return models.Refuse(models.Stale, "Somebody else changed the password rules meanwhile. Look at what they are now, and save again.")
		}
		if was.Policy == next {
			return nil
		}
		err = u.do(stmt(`UPDATE organizations SET password_min_length = ?, password_max_length = ?, password_upper = ?, password_lower = ?, password_digits = ?,
			password_special = ?, password_history = ?, password_lifetime_days = ?, password_forbid_common = ?, password_forbid_patterns = ?,
			password_forbid_personal = ?, password_forbid_address = ?, password_forbid_confusing = ?, password_forbid_overlap = ?, password_lock_after = ?,
			password_lock_minutes = ?, password_policy_version = password_policy_version + 1 WHERE id = ?`,
			next.MinLength, next.MaxLength, next.Upper, next.Lower, next.Digits, next.Special, next.History, next.LifetimeDays, next.ForbidCommon,
			next.ForbidPatterns, next.ForbidName, next.ForbidAddress, next.ForbidConfusing, next.ForbidOverlap, next.LockAfter, next.LockMinutes, t.organization()))
		if err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionPolicyChanged), "organization", t.organization(), was.Organization)
		e.Before, e.After = differences(describedPolicy(was.Policy), describedPolicy(next))
		return u.record([]string{t.organization()}, e)
	})
}

// describedPolicy names every rule by its field, so that none is forgotten.
func describedPolicy(p models.PasswordPolicy) map[string]string {
	all := map[string]string{}
	value := reflect.ValueOf(p)
	for i := range value.NumField() {
		name := spaced(value.Type().Field(i).Name)
		if field := value.Field(i); field.Kind() == reflect.Bool {
			all[name] = yesNo(field.Bool())
		} else {
			all[name] = strconv.FormatInt(field.Int(), 10)
		}
	}
	return all
}

// spaced makes words of a field's name: "LockAfter" is "lock after".
func spaced(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// Policies returns the password policy of every organization of the account.
func (s *Store) Policies(ctx context.Context, userID string) ([]models.OrganizationPolicy, error) {
	policies, err := s.read(ctx).policies(userID)
	return policies, fault("policies", err)
}

func (u *unit) policies(userID string) ([]models.OrganizationPolicy, error) {
	var rows []organizationRow
	err := u.all(&rows, "SELECT o.name, "+policyColumns+" FROM members m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = ? ORDER BY o.id", userID)
	var policies []models.OrganizationPolicy
	for _, row := range rows {
		policies = append(policies, models.OrganizationPolicy{Organization: row.Name, Policy: row.policy()})
	}
	return policies, err
}

// FormerPasswords returns the hashes of the account's last n passwords, the present one first.
func (s *Store) FormerPasswords(ctx context.Context, userID string, n int) ([]string, error) {
	var hashes []string
	err := s.read(ctx).all(&hashes, `SELECT password_hash FROM (SELECT 0 AS old, '' AS id, password_hash FROM users WHERE id = ? AND password_hash <> ''
		UNION ALL SELECT 1, CAST(id AS text), password_hash FROM former_passwords WHERE user_id = ?) p ORDER BY old, id DESC LIMIT ?`, userID, userID, n)
	return hashes, fault("former passwords", err)
}

type formerRow struct {
	ID           string `gorm:"column:id;primaryKey"`
	UserID       string `gorm:"column:user_id"`
	PasswordHash string `gorm:"column:password_hash"`
}

func (formerRow) TableName() string { return "former_passwords" }

// remember keeps the password that is about to be replaced, as long as an organization of the account wants it remembered.
func (u *unit) remember(userID, hash string) error {
	policies, err := u.policies(userID)
	if err != nil {
		return err
	}
	keep := 0
	for _, p := range policies {
		keep = max(keep, p.Policy.History-1) // the new one is one of them
	}
	if keep > 0 && hash != "" {
		if err := u.insert(&formerRow{ID: newID(), UserID: userID, PasswordHash: hash}); err != nil {
			return err
		}
	}
	return u.do(stmt("DELETE FROM former_passwords WHERE user_id = ? AND id NOT IN (SELECT id FROM former_passwords WHERE user_id = ? ORDER BY id DESC LIMIT ?)", userID, userID, keep))
}

var errPasswordJustChanged = models.Refuse(models.Stale, "The password was changed a moment ago. Begin again.")

// DuePassword notes that the password which was just found right does not meet the rules any more: until there is a new one, nothing else opens
// to who signs in with it. Once noted it stays so.
func (s *Store) DuePassword(ctx context.Context, proven Credentials, r models.Request) error {
	return s.write(ctx, "password due", func(u *unit) error {
		user, err := u.account(proven.UserID)
		if err != nil || user.PasswordHash != proven.PasswordHash || user.PasswordDue {
			return err
		}
		if err := u.do(stmt("UPDATE users SET password_due = true WHERE id = ?", user.ID)); err != nil {
			return err
		}
		return u.recordAccount(user.ID, entryOf(user.noun(), models.ActionPasswordDue, models.ByPassword, r))
	})
}

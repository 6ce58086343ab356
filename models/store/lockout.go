package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"gatehouse/models"
)

// Lockout: from a failure on that the organization says, for as long as it says, then twice as long each time, at most an hour; a day later all
// is forgotten. It counts for one account from one source, so a stranger cannot lock anybody out.
const (
	longestLock    = time.Hour
	failuresForget = 24 * time.Hour
)

// lockout is when wrong passwords lock, and for how long at first; of N organizations.
type lockout struct {
	N       int `gorm:"column:n"`
	After   int `gorm:"column:lock_after"`
	Minutes int `gorm:"column:lock_minutes"`
}

// lockFor is how long the n-th failure locks.
func (l lockout) lockFor(failures int) time.Duration {
	if failures < l.After {
		return 0
	}
	doublings := failures - l.After
	if doublings > 6 { // 64 minutes are beyond the longest
		return longestLock
	}
	return min(time.Duration(l.Minutes)*time.Minute<<doublings, longestLock)
}

// lockoutOf is the strictest of the account's organizations. An address without one obeys that of some organization, always the same: a lock
// must not tell whether there is an account.
func (u *unit) lockoutOf(email string) (lockout, error) {
	var own, some lockout
	err := u.one(&own, `SELECT count(*) AS n, coalesce(min(o.password_lock_after), 0) AS lock_after, coalesce(max(o.password_lock_minutes), 0) AS lock_minutes
		FROM users u JOIN members m ON m.user_id = u.id JOIN organizations o ON o.id = m.organization_id WHERE u.email_norm = ?`, models.NormEmail(email))
	if err != nil {
		return own, err
	}
	var organizations int
	if err := u.one(&organizations, "SELECT count(*) FROM organizations"); err != nil {
		return own, err
	}
	pick := int(binary.BigEndian.Uint32(accountHash(email))) % max(organizations, 1)
	known, err := u.found(&some, "SELECT 1 AS n, o.password_lock_after AS lock_after, o.password_lock_minutes AS lock_minutes FROM organizations o ORDER BY o.id LIMIT 1 OFFSET ?", pick)
	switch {
	case err != nil || own.N > 0:
		return own, err
	case known:
		return some, nil
	}
	policy := models.DefaultPasswordPolicy()
	return lockout{After: policy.LockAfter, Minutes: policy.LockMinutes}, nil
}

// accountHash stands for an address: of one that has no account, nothing else is kept.
func accountHash(email string) []byte {
	sum := sha256.Sum256([]byte(models.NormEmail(email)))
	return sum[:]
}

func minutes(d time.Duration) string {
	n := int(math.Ceil(d.Minutes()))
	if n <= 1 {
		return "a minute"
	}
	return fmt.Sprintf("%d minutes", n)
}

// CountAttempt counts a password that is about to be checked as wrong, for an address that has an account and for one that has none alike;
// a right one is taken back by SignInByPassword or ForgiveAttempts. It is counted first so that guesses sent at once cannot all be checked
// before one of them locks. While the account is locked for that source it is models.TooMany, and says for how long. What comes back is how
// long this one locks, unless it is taken back.
func (s *Store) CountAttempt(ctx context.Context, email, source string, r models.Request) (time.Duration, error) {
	var lock time.Duration
	err := s.write(ctx, "count attempt", func(u *unit) error {
		account, source := accountHash(email), clean(source, longestText)
		var row struct {
			Failures    int    `gorm:"column:failures"`
			LockedUntil moment `gorm:"column:locked_until"`
		}
		// The row is this transaction's from here on, so attempts at once are counted one after the other.
		err := u.one(&row, `INSERT INTO sign_in_failures (account_hash, source, failures, updated_at) VALUES (?, ?, 1, ?)
			ON CONFLICT (account_hash, source) DO UPDATE SET updated_at = excluded.updated_at,
			failures = CASE WHEN sign_in_failures.updated_at < ? THEN 1 ELSE sign_in_failures.failures + 1 END
			RETURNING failures, locked_until`, account, source, u.now, u.now.Add(-failuresForget))
		if err != nil {
			return err
		}
		if row.LockedUntil.After(u.now) { // not counted: the refusal takes it back
			return models.Refuse(models.TooMany, "Too many attempts. Try again in "+minutes(row.LockedUntil.Sub(u.now))+".")
		}
		rules, err := u.lockoutOf(email)
		if err != nil {
			return err
		}
		until := moment{}
		if lock = rules.lockFor(row.Failures); lock > 0 {
			until.Time = u.now.Add(lock)
			u.log.WarnContext(ctx, "an account is locked for one source unless this password is right", "attempts", row.Failures, "for", lock, "reference", r.Reference)
		}
		return u.do(stmt("UPDATE sign_in_failures SET locked_until = ? WHERE account_hash = ? AND source = ?", until, account, source))
	})
	return lock, err
}

// ForgiveAttempts forgets the attempts of one source, because its password was right.
func (s *Store) ForgiveAttempts(ctx context.Context, email, source string) error {
	return fault("forgive attempts", s.read(ctx).forgive(email, clean(source, longestText)))
}

func (u *unit) forgive(email, source string) error {
	return u.do(stmt("DELETE FROM sign_in_failures WHERE account_hash = ? AND source = ?", accountHash(email), source))
}

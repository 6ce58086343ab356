package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"time"

	"gatehouse/models"
)

// Lockout: from the fifth failure on, a minute, then twice as long each time, at most an hour; a day later all is forgotten. It counts for
// one account from one source, so a stranger cannot lock anybody out.
const (
	freeFailures   = 4
	firstLock      = time.Minute
	longestLock    = time.Hour
	failuresForget = 24 * time.Hour
)

// lockFor is how long the n-th failure locks.
func lockFor(failures int) time.Duration {
	if failures <= freeFailures {
		return 0
	}
	doublings := failures - freeFailures - 1
	if doublings > 6 { // 64 minutes are beyond the longest
		return longestLock
	}
	return min(firstLock<<doublings, longestLock)
}

// accountHash stands for an address: of one that has no account, nothing else is kept.
func accountHash(email string) []byte {
	sum := sha256.Sum256([]byte(models.NormEmail(email)))
	return sum[:]
}

// AllowAttempt refuses a password while the account is locked for that source, and says for how long.
func (s *Store) AllowAttempt(ctx context.Context, email, source string) error {
	return fault("allow attempt", s.read(ctx).allow(accountHash(email), clean(source, longestText)))
}

func (u *unit) allow(account []byte, source string) error {
	var row struct {
		LockedUntil moment `gorm:"column:locked_until"`
	}
	locked, err := u.found(&row, "SELECT locked_until FROM sign_in_failures WHERE account_hash = ? AND source = ? AND locked_until > ?", account, source, u.now)
	if err != nil || !locked {
		return err
	}
	return models.Refuse(models.TooMany, "Too many attempts. Try again in "+minutes(row.LockedUntil.Sub(u.now))+".")
}

func minutes(d time.Duration) string {
	n := int(math.Ceil(d.Minutes()))
	if n <= 1 {
		return "a minute"
	}
	return fmt.Sprintf("%d minutes", n)
}

// RecordFailure counts a wrong password, for an address that has an account and for one that has none alike.
func (s *Store) RecordFailure(ctx context.Context, email, source string, r models.Request) error {
	return s.write(ctx, "record failure", func(u *unit) error {
		account, source := accountHash(email), clean(source, longestText)
		var row struct {
			Failures int `gorm:"column:failures"`
		}
		err := u.one(&row, `INSERT INTO sign_in_failures (account_hash, source, failures, updated_at) VALUES (?, ?, 1, ?)
			ON CONFLICT (account_hash, source) DO UPDATE SET updated_at = excluded.updated_at,
			failures = CASE WHEN sign_in_failures.updated_at < ? THEN 1 ELSE sign_in_failures.failures + 1 END
			RETURNING failures`, account, source, u.now, u.now.Add(-failuresForget))
		if err != nil {
			return err
		}
		until := moment{}
		if lock := lockFor(row.Failures); lock > 0 {
			until.Time = u.now.Add(lock)
			u.log.WarnContext(ctx, "an account is locked for one source after wrong passwords", "failures", row.Failures, "for", lock, "reference", r.Reference)
		}
		return u.do(stmt("UPDATE sign_in_failures SET locked_until = ? WHERE account_hash = ? AND source = ?", until, account, source))
	})
}

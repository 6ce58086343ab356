package store

import (
	"context"
	"encoding/json"
	"time"

	"gatehouse/models"
)

// How the outbox tries: a message is this program's for the lease, then after each failure the pause doubles, and after a day it is given up.
const (
	outboxLease    = 5 * time.Minute
	longestPause   = time.Hour
	outboxGivesUp  = 24 * time.Hour
	outboxMaxClaim = 100
)

// post puts a message into the outbox, to be sent when the transaction is over. Its text may hold a link that opens an account, so it is sealed.
func (u *unit) post(mail models.Mail) error {
	plain, err := json.Marshal(mail)
	if err != nil {
		return err
	}
	id := newID()
	return u.insert(&outboxRow{ID: id, Sealed: u.box.Seal(plain, "outbox/"+id), NextAttemptAt: moment{u.now}, CreatedAt: moment{u.now}})
}

// Claim takes up to n messages that are due. Nobody else gets them for five minutes, within which Done says what became of each.
func (s *Store) Claim(ctx context.Context, n int) ([]models.PendingMail, error) {
	var rows []outboxRow
	err := s.write(ctx, "claim mail", func(u *unit) error {
		skip := ""
		if u.dialect == postgresDialect {
			skip = " FOR UPDATE SKIP LOCKED"
		}
		return u.all(&rows, `UPDATE outbox SET attempts = attempts + 1, next_attempt_at = ? WHERE id IN (
			SELECT id FROM outbox WHERE next_attempt_at <= ? ORDER BY next_attempt_at, id LIMIT ?`+skip+`)
			RETURNING id, sealed, attempts, created_at`, u.now.Add(outboxLease), u.now, min(n, outboxMaxClaim))
	})
	var claimed []models.PendingMail
	for _, row := range rows {
		pending := models.PendingMail{ID: row.ID}
		plain, openErr := s.box.Open(row.Sealed, "outbox/"+row.ID)
		if openErr == nil {
			openErr = json.Unmarshal(plain, &pending.Mail)
		}
		if openErr != nil {
			// One message that cannot be read (the key was changed) must not hold up the others; it is given up in time like any other.
			s.log.ErrorContext(ctx, "a message of the outbox cannot be read", "message", row.ID, "error", openErr)
			if err := s.Done(ctx, row.ID, openErr); err != nil {
				return claimed, err
			}
			continue
		}
		claimed = append(claimed, pending)
	}
	return claimed, err
}

// Done says what became of a message: without an error it was sent and is deleted. Otherwise it is tried again after 1, 2, 4 … 60 minutes,
// and given up a day after it was written.
func (s *Store) Done(ctx context.Context, id string, sendErr error) error {
	return s.write(ctx, "mail done", func(u *unit) error {
		if sendErr == nil {
			return u.do(stmt("DELETE FROM outbox WHERE id = ?", id))
		}
		var row outboxRow
		known, err := u.found(&row, "SELECT id, attempts, created_at FROM outbox WHERE id = ?", id)
		if err != nil || !known {
			return err
		}
		pause := pauseAfter(row.Attempts)
		if u.now.Add(pause).Sub(row.CreatedAt.Time) > outboxGivesUp {
			u.log.ErrorContext(ctx, "a message is given up", "message", id, "attempts", row.Attempts)
			return u.do(stmt("DELETE FROM outbox WHERE id = ?", id))
		}
		return u.do(stmt("UPDATE outbox SET next_attempt_at = ? WHERE id = ?", u.now.Add(pause), id))
	})
}

func pauseAfter(attempts int) time.Duration {
	if attempts > 6 { // 64 minutes are beyond the longest
		return longestPause
	}
	return min(time.Minute<<max(attempts-1, 0), longestPause)
}

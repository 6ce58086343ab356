package store

import (
	"context"
	"database/sql/driver"
	"time"

	"gorm.io/gorm"

	"gatehouse/models"
)

// unit is the database during one use case, with the one clock reading that all of it shares.
type unit struct {
	*Store
	db  *gorm.DB
	now time.Time

	entries []auditRow      // recorded, to be written last of all
	held    map[string]bool // organizations that cannot be deleted meanwhile: see hold
}

// read returns a unit for queries that need no transaction.
func (s *Store) read(ctx context.Context) *unit {
	return &unit{Store: s, db: s.db.WithContext(ctx), now: s.now()}
}

// write does work in one transaction. Whatever goes wrong leaves nothing behind; a broken constraint comes back as its refusal. Work may be
// done more than once, when the database chose it to give way to another transaction; only the last time counts.
func (s *Store) write(ctx context.Context, what string, work func(*unit) error) error {
	return fault(what, s.transact(ctx, work))
}

// transact is write with the error as it came.
func (s *Store) transact(ctx context.Context, work func(*unit) error) error {
	const tries = 4
	var err error
	for range tries {
		now := s.now()
		err = s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			u := &unit{Store: s, db: db, now: now}
			if err := work(u); err != nil {
				return err
			}
			return u.chainEntries()
		})
		state := gaveWay(err)
		if state == "" {
			return err
		}
		s.log.WarnContext(ctx, "the database ended a transaction in favour of another one", "sqlstate", state)
	}
	return err
}

// all reads every row into rows, a pointer to a slice.
func (u *unit) all(rows any, sql string, args ...any) error {
	_, err := u.scan(rows, sql, args)
	return err
}

// one reads the only row into row, or returns models.ErrNotFound.
func (u *unit) one(row any, sql string, args ...any) error {
	n, err := u.scan(row, sql, args)
	if err == nil && n == 0 {
		return models.ErrNotFound
	}
	return err
}

// found is one for which no row is an answer.
func (u *unit) found(row any, sql string, args ...any) (bool, error) {
	n, err := u.scan(row, sql, args)
	return n > 0, err
}

// change runs a statement and says how many rows it changed.
func (u *unit) change(sql string, args ...any) (int64, error) {
	done := u.db.Exec(sql, bound(args)...)
	return done.RowsAffected, done.Error
}

// mustChange is change for which no row is models.ErrNotFound.
func (u *unit) mustChange(sql string, args ...any) error {
	n, err := u.change(sql, args...)
	if err == nil && n == 0 {
		return models.ErrNotFound
	}
	return err
}

// do runs statements whose number of rows does not matter, one after the other, until one fails.
func (u *unit) do(statements ...statement) error {
	for _, s := range statements {
		if _, err := u.change(s.sql, s.args...); err != nil {
			return err
		}
	}
	return nil
}

type statement struct {
	sql  string
	args []any
}

func stmt(text string, args ...any) statement { return statement{text, args} }

// insert makes rows; rows is a pointer to a row struct or to a slice of them.
func (u *unit) insert(rows any) error { return u.db.Create(rows).Error }

// blob is bytes as one argument: gorm makes a list of a bare []byte that stands behind a parenthesis.
type blob struct{ bytes []byte }

// Value implements driver.Valuer.
func (b blob) Value() (driver.Value, error) { return b.bytes, nil }

func bound(args []any) []any {
	ready := make([]any, len(args))
	for i, arg := range args {
		if bytes, ok := arg.([]byte); ok {
			arg = blob{bytes}
		}
		ready[i] = arg
	}
	return ready
}

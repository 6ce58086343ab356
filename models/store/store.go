// Package store keeps the nouns of package models in PostgreSQL or SQLite. It is the only package that knows a database: one exported
// method is one use case, one transaction, and one audit entry for each change.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

// Options are what a Store is opened with.
type Options struct {
	URL      string           // "postgres://…" or "sqlite:PATH"
	Box      *secret.Box      // seals private keys, identities and mail at rest
	Clock    func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: nothing is logged
	MaxConns int              // 0: 10 for PostgreSQL, 8 for SQLite
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	db      *gorm.DB
	pool    *sql.DB
	shut    func()
	dialect dialect
	box     *secret.Box
	keys    chainKeys
	clock   func() time.Time
	log     *slog.Logger

	refusals *refusals
}

// Open connects to the database. It does not migrate: Ready says whether the schema is the one this program knows.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{box: o.Box, clock: o.Clock, log: o.Log}
	s.refusals = newRefusals(s)
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	address, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	s.dialect = address.dialect
	if err := s.connect(ctx, address, o.MaxConns); err != nil {
		return nil, fmt.Errorf("store: connect: %w", err)
	}
	s.keys = s.chainKeys()
	return s, nil
}

// Close tells the audit log what is left to tell, and ends every connection.
func (s *Store) Close() error {
	s.endRefused()
	err := s.pool.Close()
	s.shut()
	return err
}

// now is the clock in UTC, cut to what PostgreSQL keeps.
func (s *Store) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// In returns the organization of the actor: everything asked of it is bound to that organization, and to what the actor's role reaches.
func (s *Store) In(a models.Actor) Tenant { return Tenant{store: s, actor: a} }

// Tenant is one organization as one actor sees it.
type Tenant struct {
	store *Store
	actor models.Actor
}

func (t Tenant) organization() string { return t.actor.Organization.ID }

// write is a change of the organization, made in one transaction that first looks whether the actor may still do it: a request can be under
// way for many seconds, in which its person is removed or signed out.
func (t Tenant) write(ctx context.Context, what string, scope authz.Scope, work func(*unit) error) error {
	return t.store.write(ctx, what, func(u *unit) error {
		if err := t.still(u, scope); err != nil {
			return err
		}
		return work(u)
	})
}

var errRightsChanged = models.Refuse(models.Denied, "Your rights or your session changed while this was being sent, so nothing was saved.")

// proof is a subquery of what still opens organization o in a session, as models.Person.Opens says; it takes session, account, and the moment five times.
var proof = `SELECT 1 FROM sessions s JOIN session_authentications a ON a.session_id = s.id LEFT JOIN identity_providers p ON p.id = a.provider_id
	WHERE s.id = ? AND s.user_id = ? AND ` + live + " AND " + valid + ` AND (a.organization_id = o.id OR a.opens = 'account' AND (
	NOT ` + covered("o.id", "s.user_id") + ` OR EXISTS (SELECT 1 FROM break_glass_entries g WHERE g.session_id = s.id AND g.organization_id = o.id AND g.expires_at > ?)))`

func (t Tenant) still(u *unit, scope authz.Scope) error {
	var row struct {
		Role string `gorm:"column:role"`
	}
	// The organization first: see hold.
	known, err := u.found(&row, `SELECT m.role FROM organizations o JOIN members m ON m.organization_id = o.id
		WHERE o.id = ? AND m.user_id = ? AND NOT m.suspended AND EXISTS (`+proof+")"+u.dialect.forKey("o")+u.dialect.forShare("m"),
		t.organization(), t.actor.User.ID, t.actor.SessionID, t.actor.User.ID, u.now, u.now, u.now, u.now, u.now)
	if err != nil {
		return err
	}
	if !known || !authz.Decide(authz.Subject{SignedIn: true, Role: roleOf(row.Role)}, scope, authz.Object{}).Allowed {
		return errRightsChanged
	}
	u.holds(t.organization())
	return nil
}

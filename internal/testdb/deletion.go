package testdb

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// HeldWhileWaiting locks an organization of a PostgreSQL database as its deletion does, as often as do gets on, and returns the tables of
// which do has locked something of that organization while it waits for it. A deletion would wait for those, and both for ever.
func HeldWhileWaiting(ctx context.Context, url, organizationSlug string, do func()) (held []string, err error) {
	d := &deletion{}
	if d.locks, err = pgx.Connect(ctx, url); err == nil {
		d.looks, err = pgx.Connect(ctx, url)
	}
	if err == nil {
		err = d.looks.QueryRow(ctx, "SELECT coalesce(max(id::text), gen_random_uuid()::text) FROM organizations WHERE slug = $1", organizationSlug).Scan(&d.organization)
	}
	if err == nil {
		err = d.findTables(ctx)
	}
	if err == nil {
		err = d.while(ctx, do)
	}
	for _, conn := range []*pgx.Conn{d.locks, d.looks} {
		if conn != nil {
			err = errors.Join(err, conn.Close(ctx))
		}
	}
	slices.Sort(d.held)
	return slices.Compact(d.held), err
}

// while does it here, where a test may end itself, and the rest beside it.
func (d *deletion) while(ctx context.Context, do func()) (err error) {
	if err := d.lock(ctx); err != nil {
		return err
	}
	done, ended := make(chan struct{}), make(chan error)
	go func() { ended <- d.beside(ctx, done) }()
	defer func() {
		close(done)
		err = <-ended
	}()
	do()
	return nil
}

// beside looks at whoever waits for the lock, lets them have it and takes it again, until all is done.
func (d *deletion) beside(ctx context.Context, done <-chan struct{}) error {
	for {
		waiting, err := d.waiting(ctx, done)
		if err == nil && waiting != 0 {
			err = d.look(ctx)
		}
		if err = errors.Join(err, d.tx.Rollback(ctx)); err != nil || waiting == 0 {
			return err
		}
		// They have to get it before this takes it again.
		for waits := true; waits && err == nil; {
			err = d.looks.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted)", waiting).Scan(&waits)
		}
		if err == nil {
			err = d.lock(ctx)
		}
		if err != nil {
			return err
		}
	}
}

func (d *deletion) lock(ctx context.Context) (err error) {
	if d.tx, err = d.locks.Begin(ctx); err == nil {
		_, err = d.tx.Exec(ctx, "SELECT 1 FROM organizations WHERE id = $1 FOR UPDATE", d.organization)
	}
	return err
}

type deletion struct {
	locks, looks *pgx.Conn
	tx           pgx.Tx
	organization string
	tables       []tableOf
	held         []string
}

// tableOf is a table with the condition that a row is of organization $1.
type tableOf struct{ name, of string }

// findTables reads what belongs to an organization from the schema.
func (d *deletion) findTables(ctx context.Context) error {
	const providers = "provider_id IN (SELECT p.id FROM identity_providers p WHERE p.organization_id = $1)"
	rows, err := d.looks.Query(ctx, `SELECT table_name, column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND (column_name LIKE '%organization_id' OR column_name IN ('app_id', 'provider_id')) ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	columns, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t tableOf, err error) { return t, row.Scan(&t.name, &t.of) })
	for _, c := range columns {
		switch c.of {
		case "app_id":
			c.of = "app_id IN (SELECT a.id FROM apps a WHERE a.organization_id = $1)"
		case "provider_id":
			c.of = providers
		default:
			c.of += " = $1"
		}
		d.tables = append(d.tables, c)
	}
	d.tables = append(d.tables, tableOf{"saml_results", "relay_state_hash IN (SELECT f.relay_state_hash FROM saml_flows f WHERE f." + providers + ")"})
	return err
}

// waiting is the process that waits for the lock, or zero when there is nobody left who could.
func (d *deletion) waiting(ctx context.Context, done <-chan struct{}) (pid int, err error) {
	for pid == 0 && err == nil {
		select {
		case <-done:
			return 0, nil
		default:
			err = d.looks.QueryRow(ctx, `SELECT coalesce(max(a.pid), 0) FROM pg_stat_activity a
				WHERE a.datname = current_database() AND a.wait_event_type = 'Lock' AND $1 = ANY (pg_blocking_pids(a.pid))`, d.locks.PgConn().PID()).Scan(&pid)
		}
	}
	return pid, err
}

// notAvailable is PostgreSQL's lock_not_available (manual, appendix A).
const notAvailable = "55P03"

func (d *deletion) look(ctx context.Context) error {
	for _, t := range d.tables {
		_, err := d.looks.Exec(ctx, "SELECT 1 FROM "+t.name+" WHERE "+t.of+" FOR UPDATE NOWAIT", d.organization)
		var pg *pgconn.PgError
		switch {
		case errors.As(err, &pg) && pg.Code == notAvailable:
			d.held = append(d.held, t.name)
		case err != nil:
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}

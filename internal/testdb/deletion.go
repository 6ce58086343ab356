package testdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// HeldWhileWaiting locks a row of a PostgreSQL database as its deletion does, as often as do gets on, and returns the tables of which do has
// locked something that goes with the row while it waits for it. A deletion would wait for those, and both for ever. The row is the one with
// that slug in organizations, teams or apps.
func HeldWhileWaiting(ctx context.Context, url, table, slug string, do func()) (held []string, err error) {
	d := &deletion{table: table}
	if d.locks, err = pgx.Connect(ctx, url); err == nil {
		d.looks, err = pgx.Connect(ctx, url)
	}
	if err == nil {
		err = d.looks.QueryRow(ctx, "SELECT coalesce(max(id::text), gen_random_uuid()::text) FROM "+table+" WHERE slug = $1", slug).Scan(&d.id)
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
		_, err = d.tx.Exec(ctx, "SELECT 1 FROM "+d.table+" WHERE id = $1 FOR UPDATE", d.id)
	}
	return err
}

type deletion struct {
	locks, looks *pgx.Conn
	tx           pgx.Tx
	table, id    string
	tables       []tableOf
	held         []string
}

// tableOf is a table with the condition that a row goes with the one that is $1.
type tableOf struct{ name, of string }

// findTables reads what points at the row from the schema; of an organization, also what points at its apps and identity providers.
func (d *deletion) findTables(ctx context.Context) error {
	const providers = "provider_id IN (SELECT p.id FROM identity_providers p WHERE p.organization_id = $1)"
	whole := d.table == "organizations"
	rows, err := d.looks.Query(ctx, `SELECT table_name, column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND (column_name LIKE '%' || $1 || '_id' OR $2 AND column_name IN ('app_id', 'provider_id')) ORDER BY 1, 2`,
		strings.TrimSuffix(d.table, "s"), whole)
	if err != nil {
		return err
	}
	columns, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t tableOf, err error) { return t, row.Scan(&t.name, &t.of) })
	for _, c := range columns {
		switch {
		case whole && c.of == "app_id":
			c.of = "app_id IN (SELECT a.id FROM apps a WHERE a.organization_id = $1)"
		case c.of == "provider_id":
			c.of = providers
		default:
			c.of += " = $1"
		}
		d.tables = append(d.tables, c)
	}
	if whole {
		d.tables = append(d.tables, tableOf{"saml_results", "relay_state_hash IN (SELECT f.relay_state_hash FROM saml_flows f WHERE f." + providers + ")"})
	}
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
		_, err := d.looks.Exec(ctx, "SELECT 1 FROM "+t.name+" WHERE "+t.of+" FOR UPDATE NOWAIT", d.id)
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

package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"

	"github.com/jackc/pgx/v5"

	"gatehouse/internal/secret"
	"gatehouse/models/store"
)

const benchPassword = "violet lantern harbour"

// database is a PostgreSQL database of the bench's own.
type database struct {
	admin, url, name, key string
	store                 *store.Store
	box                   *secret.Box
}

func newDatabase(ctx context.Context) (*database, error) {
	admin := os.Getenv("GATEHOUSE_TEST_POSTGRES_URL")
	if admin == "" {
		out, err := exec.CommandContext(ctx, "scripts/postgres-test", "start").Output()
		if err != nil {
			return nil, fmt.Errorf("scripts/postgres-test start: %w", err)
		}
		admin = strings.TrimSpace(string(out))
	}
	parsed, err := url.Parse(admin)
	if err != nil {
		return nil, err
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	d := &database{admin: admin, name: "bench_" + strings.ToLower(rand.Text()[:10]), key: base64.StdEncoding.EncodeToString(raw[:]), box: secret.NewBox(raw)}
	if err := d.asAdmin(ctx, "CREATE DATABASE "+d.name); err != nil {
		return nil, err
	}
	parsed.Path = "/" + d.name
	d.url = parsed.String()
	if _, _, err := store.Migrate(ctx, d.url); err != nil {
		return nil, err
	}
	d.store, err = store.Open(ctx, store.Options{URL: d.url, Box: d.box})
	return d, err
}

func (d *database) asAdmin(ctx context.Context, statement string) error {
	return d.run(ctx, d.admin, statement)
}

func (d *database) run(ctx context.Context, at, statement string, args ...any) error {
	connection, err := pgx.Connect(ctx, at)
	if err != nil {
		return err
	}
	_, err = connection.Exec(ctx, statement, args...)
	return errors.Join(err, connection.Close(ctx))
}

func (d *database) drop(ctx context.Context) error {
	return errors.Join(d.store.Close(), d.asAdmin(ctx, "DROP DATABASE "+d.name+" WITH (FORCE)"))
}

func (d *database) analyze(ctx context.Context) error { return d.run(ctx, d.url, "VACUUM ANALYZE") }

// processes is the postmaster's process id.
func (d *database) processes(ctx context.Context) (int, error) {
	connection, err := pgx.Connect(ctx, d.admin)
	if err != nil {
		return 0, err
	}
	var text string
	err = connection.QueryRow(ctx, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)").Scan(&text)
	if err = errors.Join(err, connection.Close(ctx)); err != nil {
		return 0, err
	}
	var pid int
	_, err = fmt.Sscan(text, &pid)
	return pid, err
}

// idOf is the key of an account; empty when there is none, which a page refuses.
func (d *database) idOf(ctx context.Context, email string) string {
	credentials, err := d.store.Credentials(ctx, email)
	if err != nil {
		return ""
	}
	return credentials.UserID
}

package testdb

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// PostgreSQL returns the URL ("postgres://…") of a fresh PostgreSQL database, a copy of the one that migrate has brought to the
// schema under test. It is dropped when the test ends, whoever is still connected.
func PostgreSQL(t testing.TB, migrate Migrate) string {
	t.Helper()
	name := "gatehouse_test_" + unique()
	err := onServer(t.Context(), func(s *server) error {
		template, err := shared.postgres.of(migrate, func() (string, error) { return s.template(t.Context(), migrate) })
		if err != nil {
			return err
		}
		return s.run(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template)
	})
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		err := onServer(context.WithoutCancel(t.Context()), func(s *server) error {
			return s.run(context.WithoutCancel(t.Context()), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		})
		if err != nil {
			t.Errorf("testdb: dropping %s: %v", name, err)
		}
	})
	return databaseURL(shared.url, name)
}

// server is a connection that may create databases.
type server struct {
	url  string
	conn *pgx.Conn
}

// onServer calls work with a connection to the test server, which it starts when it must.
func onServer(ctx context.Context, work func(*server) error) (err error) {
	shared.server.Do(func() { shared.url, shared.err = serverURL(ctx) })
	if shared.err != nil {
		return shared.err
	}
	conn, err := pgx.Connect(ctx, shared.url)
	if err != nil {
		return fmt.Errorf("the PostgreSQL server for tests: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	return work(&server{url: shared.url, conn: conn})
}

func (s *server) run(ctx context.Context, sql string) error {
	_, err := s.conn.Exec(ctx, sql)
	return err
}

// template makes a database, migrates it and returns its name. One stays behind for every test process, so those of days gone by are
// dropped on the way; a server that scripts/postgres-test started takes them all with it when it stops.
func (s *server) template(ctx context.Context, migrate Migrate) (string, error) {
	if err := s.dropOldTemplates(ctx); err != nil {
		return "", err
	}
	var today string
	if err := s.conn.QueryRow(ctx, "SELECT to_char(now(), 'YYYYMMDD')").Scan(&today); err != nil {
		return "", err
	}
	name := "gatehouse_template_" + today + "_" + unique()
	if err := s.run(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	if err := migrate(ctx, databaseURL(s.url, name)); err != nil {
		return "", fmt.Errorf("migrating PostgreSQL: %w", err)
	}
	return name, nil
}

func (s *server) dropOldTemplates(ctx context.Context) error {
	rows, err := s.conn.Query(ctx, `SELECT datname FROM pg_database
		WHERE datname LIKE 'gatehouse\_template\_%' AND datname < 'gatehouse_template_' || to_char(now() - interval '1 day', 'YYYYMMDD')`)
	if err != nil {
		return err
	}
	old, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range old {
		// Another process may be dropping the same ones.
		if err := s.run(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}

// serverURL finds the server, or has scripts/postgres-test start it.
func serverURL(ctx context.Context) (string, error) {
	if given := os.Getenv("GATEHOUSE_TEST_POSTGRES_URL"); given != "" {
		return given, nil
	}
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(root, "scripts", "postgres-test"), "start") //nolint:gosec // our own script
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("no PostgreSQL to test on: %s (%w)", strings.TrimSpace(complaint.String()), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// moduleRoot is the folder with go.mod: tests run in their package's folder, somewhere below it.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the test's folder, so scripts/postgres-test was not found")
		}
		dir = parent
	}
}

// databaseURL is server's URL with another database in it. The server's URL was accepted by pgx before.
func databaseURL(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic("testdb: GATEHOUSE_TEST_POSTGRES_URL is not a URL")
	}
	u.Path = "/" + database
	return u.String()
}

// unique is a name part that no other test has, in characters that SQL takes unquoted.
func unique() string { return strings.ToLower(rand.Text()) }

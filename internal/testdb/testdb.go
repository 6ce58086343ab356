// Package testdb hands a test a migrated database of its own, on SQLite and on a real PostgreSQL.
//
//	testdb.Each(t, store.Migrate, func(t *testing.T, url string) {
//		s := open(t, url)
//		…
//	})
//
// The migrations run once per test binary and database; every test then gets a copy, which takes some 50 ms on PostgreSQL and a file
// copy on SQLite, so that no test sees what another wrote and all of them may run in parallel.
//
// PostgreSQL is the server named by GATEHOUSE_TEST_POSTGRES_URL, or else one that scripts/postgres-test starts and that all test
// processes share. When there is none to be had, the test fails and says what to install: a suite that silently ran on one database
// only would be worth nothing.
package testdb

import (
	"context"
	"testing"
)

// Migrate brings the empty database at url to the schema under test and leaves no connection open. The url has the form of
// GATEHOUSE_DATABASE_URL: "sqlite:PATH" or "postgres://…". It must be a plain function: closures that differ only in what they hold
// count as one, and the first decides.
type Migrate func(ctx context.Context, url string) error

// Each runs test twice, as the subtests "sqlite" and "postgres", each time with the URL of a fresh, migrated database that is gone
// when the subtest ends.
func Each(t *testing.T, migrate Migrate, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t, migrate)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgreSQL(t, migrate)) })
}

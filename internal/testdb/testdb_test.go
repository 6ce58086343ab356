package testdb_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/testdb"

	_ "github.com/glebarez/sqlite"     // the driver "sqlite"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// open takes the two forms of URL that testdb hands out.
func open(url string) (*sql.DB, error) {
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		return sql.Open("sqlite", path+"?_pragma=journal_mode(WAL)")
	}
	return sql.Open("pgx", url)
}

// migrate makes one table with one row.
func migrate(ctx context.Context, url string) error {
	db, err := open(url)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `CREATE TABLE greetings (words text NOT NULL); INSERT INTO greetings VALUES ('hello')`)
	return errors.Join(err, db.Close())
}

func count(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM greetings").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEachRunsOnBothDatabases(t *testing.T) {
	var seen []string
	testdb.Each(t, migrate, func(_ *testing.T, url string) {
		scheme, _, _ := strings.Cut(url, ":")
		seen = append(seen, scheme)
	})
	if got := strings.Join(seen, " "); got != "sqlite postgres" {
		t.Errorf("Each ran on %q", got)
	}
}

func TestEveryTestHasTheMigratedSchemaToItself(t *testing.T) {
	for _, name := range []string{"first", "second"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testdb.Each(t, migrate, func(t *testing.T, url string) {
				db, err := open(url)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = db.Close() }()
				if got := count(t, db); got != 1 {
					t.Errorf("starts with %d rows, want the migration's 1", got)
				}
				if _, err := db.ExecContext(t.Context(), "INSERT INTO greetings VALUES ('good day')"); err != nil {
					t.Fatal(err)
				}
				if got := count(t, db); got != 2 {
					t.Errorf("holds %d rows after one insert, want 2", got)
				}
			})
		})
	}
}

func TestMigrationRunsOncePerDatabase(t *testing.T) {
	var mu sync.Mutex
	ran := map[string]int{}
	counted := func(ctx context.Context, url string) error {
		scheme, _, _ := strings.Cut(url, ":")
		mu.Lock()
		defer mu.Unlock()
		ran[scheme]++
		return migrate(ctx, url)
	}
	for range 3 {
		testdb.Each(t, counted, func(*testing.T, string) {})
	}
	// With -count=2 the second round finds the first one's templates.
	if ran["sqlite"] > 1 || ran["postgres"] > 1 {
		t.Errorf("migrations ran %v, want once each", ran)
	}
}

func TestDatabaseIsGoneWhenTheTestEnds(t *testing.T) {
	var url string
	t.Run("uses it and leaves a connection open", func(t *testing.T) {
		url = testdb.PostgreSQL(t, migrate)
		db, err := open(url)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.PingContext(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	db, err := open(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.PingContext(t.Context()); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("ping after the test: %v, want that the database does not exist", err)
	}
}

func TestSQLiteLiesInTheTestsOwnFolder(t *testing.T) {
	path, ok := strings.CutPrefix(testdb.SQLite(t, migrate), "sqlite:")
	if !ok || !filepath.IsAbs(path) {
		t.Errorf("got %q, want sqlite: and an absolute path", path)
	}
}

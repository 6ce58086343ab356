package testdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// SQLite returns the URL ("sqlite:PATH") of a fresh SQLite database that migrate has brought to the schema under test. The file lies
// in the test's own temporary folder.
func SQLite(t testing.TB, migrate Migrate) string {
	t.Helper()
	image, err := shared.sqlite.of(migrate, func() ([]byte, error) { return migratedImage(t.Context(), migrate) })
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	path := filepath.Join(t.TempDir(), "gatehouse.db")
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatalf("testdb: %v", err)
	}
	return "sqlite:" + path
}

// migratedImage is the content of a SQLite file after migrate.
func migratedImage(ctx context.Context, migrate Migrate) (image []byte, err error) {
	dir, err := os.MkdirTemp("", "gatehouse-testdb-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := os.RemoveAll(dir); err == nil {
			err = e
		}
	}()
	path := filepath.Join(dir, "template.db")
	if err := migrate(ctx, "sqlite:"+path); err != nil {
		return nil, fmt.Errorf("migrating SQLite: %w", err)
	}
	// The last connection to close moves the write-ahead log into the file. A log that still holds something means that the copy
	// would lack it.
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf("migrating SQLite: %s is not empty, so the migration left a connection open", log.Name())
	}
	return os.ReadFile(path) //nolint:gosec // the path is the one made above
}

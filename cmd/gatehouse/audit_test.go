package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/glebarez/sqlite"
)

// The command of an operator, from a log as it was written to one that somebody changed: it says so, names the entry, and fails.
func TestTheAuditLogIsVerifiedFromTheShell(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("GATEHOUSE_DATABASE_URL", "sqlite:"+filepath.Join(folder, "g.db"))
	password := filepath.Join(folder, "password.txt")
	if err := os.WriteFile(password, []byte("amber thimble orchard seven\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	gatehouse := func(want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if code := run(t.Context(), args, strings.NewReader(""), &out, &out); code != want {
			t.Fatalf("%v: exit code %d, want %d:\n%s", args, code, want, out.String())
		}
		return out.String()
	}
	gatehouse(0, "migrate")
	gatehouse(0, "admin", "create", "--organization", "northwind", "--name", "Alice Ng", "--email", "alice@northwind.example", "--password-file", password)
	good := gatehouse(0, "audit", "verify")
	mark := regexp.MustCompile(`northwind: intact, entries 1 to \d+, 0 signed checkpoints, end (\d+:[0-9a-f]{64})\n`).FindStringSubmatch(good)
	if mark == nil || !strings.Contains(good, "(the installation): intact") {
		t.Fatal(good)
	}
	gatehouse(0, "audit", "verify", "--organization", "Northwind", "--mark", mark[1])
	gatehouse(1, "audit", "verify", "--organization", "northwind", "--mark", "9:"+strings.Repeat("ab", 32))
	for _, wrong := range [][]string{{"--mark", mark[1]}, {"--organization", "northwind", "--mark", "x"}, {"--organization", "nothing"}} {
		gatehouse(1, append([]string{"audit", "verify"}, wrong...)...)
	}
	forge(t, filepath.Join(folder, "g.db"))
	if bad := gatehouse(1, "audit", "verify"); !strings.Contains(bad, "northwind: NOT INTACT at entry 1 (") || !strings.Contains(bad, "was changed") || !strings.Contains(bad, "not as it was written") {
		t.Error(bad)
	}
}

// forge changes an entry as somebody with the database file could.
func forge(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open(sqlite.DriverName, path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE audit_entries SET actor_name = 'Mallory' WHERE seq = 1 AND organization_id IS NOT NULL"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

package web

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	_ "github.com/glebarez/sqlite"     // the driver "sqlite"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"gatehouse/models"
)

// raw is the world's database without the store: what a test looks at is not what the code under test says of itself.
type raw struct {
	w    *world
	db   *sql.DB
	tabs []string

	versions *sql.Conn // of SQLite: the connection that tells whether another one changed anything
	version  string
	last     map[string][]string
}

func (w *world) raw() *raw {
	w.t.Helper()
	if w.database == w.opened.source {
		return w.opened.raw
	}
	driver, source, tables := "pgx", w.database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	if path, ok := strings.CutPrefix(w.database, "sqlite:"); ok {
		driver, source, tables = "sqlite", path+"?_pragma=busy_timeout(10000)", "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	}
	db, err := sql.Open(driver, source)
	must(w.t, err)
	w.t.Cleanup(func() { _ = db.Close() })
	r := &raw{w: w, db: db}
	w.opened.source, w.opened.raw = w.database, r
	for _, row := range r.rows(tables) {
		if row[0] != "goose_db_version" {
			r.tabs = append(r.tabs, row[0])
		}
	}
	slices.Sort(r.tabs)
	if driver == "sqlite" {
		r.versions, err = db.Conn(w.t.Context())
		must(w.t, err)
		w.t.Cleanup(func() { _ = r.versions.Close() })
	}
	return r
}

// moving are columns that merely being seen changes.
func moving() []string { return []string{"last_seen_at", "idle_expires_at", "last_active_at"} }

// rows reads everything as text.
func (r *raw) rows(query string) [][]string {
	r.w.t.Helper()
	found, err := r.db.QueryContext(r.w.t.Context(), query)
	must(r.w.t, err)
	defer func() { _ = found.Close() }()
	columns, err := found.Columns()
	must(r.w.t, err)
	var all [][]string
	for found.Next() {
		values, pointers := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			pointers[i] = &values[i]
		}
		must(r.w.t, found.Scan(pointers...))
		line := make([]string, 0, len(columns))
		for i, value := range values {
			if !slices.Contains(moving(), columns[i]) {
				line = append(line, asText(value))
			}
		}
		all = append(all, line)
	}
	must(r.w.t, found.Err())
	return all
}

func asText(value any) string {
	switch v := value.(type) {
	case nil:
		return "NULL"
	case []byte:
		return fmt.Sprintf("%x", v)
	}
	return fmt.Sprint(value)
}

// dump is every row of every table, so that a test can say that nothing changed. That something was refused is no change: the audit log tells of
// it, and each of its entries moves the end of a chain.
func (r *raw) dump() map[string][]string {
	r.w.t.Helper()
	r.w.store.SettleRefused()
	if r.versions != nil { // SQLite knows whether anything was written since, and reading everything takes long with the race detector
		var version string
		must(r.w.t, r.versions.QueryRowContext(r.w.t.Context(), "PRAGMA data_version").Scan(&version))
		if version == r.version {
			return maps.Clone(r.last)
		}
		r.version = version
	}
	all := map[string][]string{}
	for _, table := range r.tabs {
		lines := []string{}
		if table == "audit_chains" || table == "audit_checkpoints" {
			continue
		}
		where := ""
		if table == "audit_entries" {
			where = " WHERE action NOT IN (" + refusals() + ")"
		}
		for _, row := range r.rows("SELECT * FROM " + table + where) {
			lines = append(lines, strings.Join(row, " | "))
		}
		slices.Sort(lines)
		all[table] = lines
	}
	r.last = maps.Clone(all)
	return all
}

func refusals() string {
	var quoted []string
	for _, action := range models.Refusals() {
		quoted = append(quoted, "'"+string(action)+"'")
	}
	return strings.Join(quoted, ", ")
}

// unchanged compares with an earlier dump.
func (r *raw) unchanged(what string, before map[string][]string) {
	r.w.t.Helper()
	for table, now := range r.dump() {
		if !slices.Equal(now, before[table]) {
			r.w.t.Errorf("%s changed the table %s from\n\t%s\nto\n\t%s", what, table, strings.Join(before[table], "\n\t"), strings.Join(now, "\n\t"))
		}
	}
}

// number reads one number.
func (r *raw) number(query string) int {
	r.w.t.Helper()
	var n int
	must(r.w.t, r.db.QueryRowContext(r.w.t.Context(), query).Scan(&n))
	return n
}

// word reads one text.
func (r *raw) word(query string) string {
	r.w.t.Helper()
	var found string
	must(r.w.t, r.db.QueryRowContext(r.w.t.Context(), query).Scan(&found))
	return found
}

// run changes the database behind the store's back.
func (r *raw) run(statement string) {
	r.w.t.Helper()
	_, err := r.db.ExecContext(r.w.t.Context(), statement)
	must(r.w.t, err)
}

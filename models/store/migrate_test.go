package store

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/glebarez/sqlite"
	"github.com/pressly/goose/v3"

	"gatehouse/internal/testdb"
	"gatehouse/models/migrations"
)

var update = flag.Bool("update", false, "write the schema dumps anew")

func fileNames(t *testing.T, files fs.FS, folder string) []string {
	t.Helper()
	entries, err := fs.ReadDir(files, folder)
	must(t, err)
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestBothDialectsHaveTheSameMigrations(t *testing.T) {
	equalAll(t, "files", fileNames(t, migrations.SQLite, "sqlite"), fileNames(t, migrations.Postgres, "postgres"))
}

// shape is a schema as the database itself tells it, one fact a line.
func shape(t *testing.T, s *Store) []string {
	t.Helper()
	u := s.read(t.Context())
	var facts []string
	ask := func(sql string) {
		t.Helper()
		var rows []string
		must(t, u.all(&rows, sql))
		facts = append(facts, rows...)
	}
	const ours = " NOT LIKE 'goose%'"
	if s.dialect == postgresDialect {
		ask(`SELECT 'column ' || table_name || '.' || column_name || ' ' ||
			CASE data_type WHEN 'uuid' THEN 'text' WHEN 'timestamp with time zone' THEN 'timestamp' WHEN 'bytea' THEN 'blob' ELSE data_type END ||
			CASE is_nullable WHEN 'YES' THEN ' NULL' ELSE '' END
			FROM information_schema.columns WHERE table_schema = 'public' AND table_name` + ours)
		ask(`SELECT 'unique ' || t.relname || ' (' || string_agg(a.attname, ', ' ORDER BY k.n) || ')' || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END
			FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(att, n)
			JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att
			WHERE i.indisunique AND t.relnamespace = 'public'::regnamespace AND t.relname` + ours + ` GROUP BY t.relname, i.indexrelid, i.indpred`)
		ask(`SELECT 'foreign key ' || t.relname || ' -> ' || r.relname || CASE c.confdeltype WHEN 'c' THEN ' CASCADE' ELSE '' END
			FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid WHERE c.contype = 'f'`)
		// SQLite is small enough to search without the trigram index.
		ask(`SELECT DISTINCT 'name ' || name FROM (
			SELECT conname AS name FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE t.relnamespace = 'public'::regnamespace AND c.contype IN ('p', 'u', 'f', 'c') AND t.relname` + ours + `
			UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename` + ours + ` AND indexdef NOT LIKE '%gin_trgm_ops%'
			UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal) n`)
	} else {
		const tables = "sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name" + ours
		ask(`SELECT 'column ' || t.name || '.' || c.name || ' ' || lower(c.type) || CASE WHEN c."notnull" THEN '' ELSE ' NULL' END
			FROM (SELECT m.name FROM ` + tables + `) t, pragma_table_info(t.name) c`)
		ask(`SELECT 'unique ' || name || ' (' || group_concat(col, ', ') || ')' || CASE WHEN partial THEN ' partial' ELSE '' END FROM (
			SELECT t.name, i.name AS idx, i.partial, c.name AS col FROM (SELECT m.name FROM ` + tables + `) t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
			WHERE i."unique" ORDER BY t.name, i.name, c.seqno) GROUP BY name, idx, partial`)
		ask(`SELECT DISTINCT 'foreign key ' || t.name || ' -> ' || f."table" || CASE f.on_delete WHEN 'CASCADE' THEN ' CASCADE' ELSE '' END
			FROM (SELECT m.name FROM ` + tables + `) t, pragma_foreign_key_list(t.name) f`)
		ask("SELECT 'name ' || name FROM sqlite_master WHERE type IN ('index', 'trigger') AND name NOT LIKE 'sqlite%'")
		var texts []string
		must(t, u.all(&texts, "SELECT m.sql FROM "+tables))
		for _, text := range texts {
			for _, match := range regexp.MustCompile(`CONSTRAINT (\w+)`).FindAllStringSubmatch(text, -1) {
				facts = append(facts, "name "+match[1])
			}
		}
	}
	slices.Sort(facts)
	return slices.Compact(facts)
}

func TestBothDialectsHaveTheSameSchema(t *testing.T) {
	t.Parallel()
	shapes := map[dialect][]string{}
	testdb.Each(t, migrateForTest, func(t *testing.T, url string) {
		s, err := Open(t.Context(), Options{URL: url, Box: testBox})
		must(t, err)
		shapes[s.dialect] = shape(t, s)
		must(t, s.Close())
	})
	pg, lite := shapes[postgresDialect], shapes[sqliteDialect]
	if len(pg) < 200 {
		t.Errorf("only %d facts: the introspection sees nothing", len(pg))
	}
	for _, fact := range pg {
		if !slices.Contains(lite, fact) {
			t.Errorf("PostgreSQL alone has: %s", fact)
		}
	}
	for _, fact := range lite {
		if !slices.Contains(pg, fact) {
			t.Errorf("SQLite alone has: %s", fact)
		}
	}
}

// dump is the schema for people to read beside the migrations.
func dump(t *testing.T, s *Store) string {
	t.Helper()
	u := s.read(t.Context())
	var lines []string
	if s.dialect == sqliteDialect {
		must(t, u.all(&lines, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%' AND tbl_name NOT LIKE 'goose%' ORDER BY tbl_name, type DESC, name"))
		return strings.Join(lines, ";\n") + ";\n"
	}
	must(t, u.all(&lines, `SELECT line FROM (
		SELECT table_name AS tbl, 1 AS part, ordinal_position AS n, '' AS name, table_name || '.' || column_name || ' ' || data_type ||
			coalesce(' collate ' || collation_name, '') || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END || coalesce(' default ' || column_default, '') AS line
		FROM information_schema.columns WHERE table_schema = 'public'
		UNION ALL SELECT t.relname, 2, 0, c.conname, t.relname || ' constraint ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
		FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE t.relnamespace = 'public'::regnamespace
		UNION ALL SELECT tablename, 3, 0, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
		UNION ALL SELECT t.relname, 4, 0, g.tgname, pg_get_triggerdef(g.oid) FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal
		) d WHERE tbl NOT LIKE 'goose%' ORDER BY tbl COLLATE "C", part, n, name COLLATE "C"`))
	return strings.Join(lines, "\n") + "\n"
}

func TestSchemaDumpsAreCurrent(t *testing.T) {
	t.Parallel()
	testdb.Each(t, migrateForTest, func(t *testing.T, url string) {
		s, err := Open(t.Context(), Options{URL: url, Box: testBox})
		must(t, err)
		defer func() { must(t, s.Close()) }()
		got, path := dump(t, s), filepath.Join("..", "migrations", "schema."+string(s.dialect)+".txt")
		if *update {
			must(t, os.WriteFile(path, []byte(got), 0o600))
		}
		want, err := os.ReadFile(path)
		must(t, err)
		if got != string(want) {
			t.Errorf("%s is not what the migrations make; write it anew with: go test ./models/store -run Dumps -update", path)
		}
	})
}

// newest is the version that the last migration makes.
func newest(t *testing.T) int64 {
	t.Helper()
	names := fileNames(t, migrations.SQLite, "sqlite")
	n, err := strconv.ParseInt(names[len(names)-1][:5], 10, 64)
	must(t, err)
	return n
}

func unmigrated(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	testdb.Each(t, nothing, test)
}

// nothing makes the file that a SQLite database begins as.
func nothing(ctx context.Context, url string) error {
	a, err := parseURL(url)
	if err != nil || a.dialect != sqliteDialect {
		return err
	}
	return a.makeFile()
}

func TestTwoReplicasMigrateAtOnce(t *testing.T) {
	t.Parallel()
	unmigrated(t, func(t *testing.T, url string) {
		moved := make([]bool, 4)
		good, failures := atOnce(len(moved), func(i int) error {
			from, to, err := Migrate(t.Context(), url)
			moved[i] = from < to
			if err == nil && to != newest(t) {
				err = fmt.Errorf("migrated to %d", to)
			}
			return err
		})
		if good != len(moved) {
			t.Fatal(failures)
		}
		n := 0
		for _, m := range moved {
			if m {
				n++
			}
		}
		equal(t, "one of them did it", n, 1)
		from, to, err := Migrate(t.Context(), url)
		must(t, err)
		equal(t, "again: from", from, newest(t))
		equal(t, "again: to", to, newest(t))
	})
}

func TestReadyRefusesAnotherSchema(t *testing.T) {
	t.Parallel()
	unmigrated(t, func(t *testing.T, url string) {
		s, err := Open(t.Context(), Options{URL: url, Box: testBox})
		must(t, err)
		defer func() { must(t, s.Close()) }()
		equal(t, "never migrated", s.Ready(t.Context()), ErrSchemaOld)
		_, _, err = Migrate(t.Context(), url)
		must(t, err)
		must(t, s.Ready(t.Context()))
		must(t, s.read(t.Context()).do(stmt("UPDATE "+goose.DefaultTablename+" SET version_id = 99 WHERE version_id = ?", newest(t))))
		equal(t, "of a newer program", s.Ready(t.Context()), ErrSchemaNew)
		must(t, s.read(t.Context()).do(stmt("DELETE FROM "+goose.DefaultTablename+" WHERE version_id = 99")))
		equal(t, "of an older program", s.Ready(t.Context()), ErrSchemaOld)
	})
}

func TestOpenSaysWhatIsWrongWithoutThePassword(t *testing.T) {
	for _, url := range []string{"", "mysql://u:hunter2@h/d", "sqlite:", "postgres://u:hunter2@h:notaport/d", "postgres://u:hunter2@127.0.0.1:1/d"} {
		_, err := Open(t.Context(), Options{URL: url})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("opening %q: %v", url, err)
		}
	}
}

func TestASQLiteFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder", "gate?house#%41.db")
	_, _, err := Migrate(t.Context(), "sqlite:"+path)
	must(t, err)
	s, err := Open(t.Context(), Options{URL: "sqlite:" + path, Box: testBox})
	must(t, err)
	must(t, s.Ready(t.Context()))
	must(t, s.Close())
	info, err := os.Stat(path)
	must(t, err)
	equal(t, "mode", info.Mode().Perm(), 0o600)
	folder, err := os.Stat(filepath.Dir(path))
	must(t, err)
	equal(t, "mode of the folder", folder.Mode().Perm(), 0o700)
	// Rows that point at nothing are found out.
	db, err := sql.Open(sqlite.DriverName, address{path: path}.dataSource(false))
	must(t, err)
	defer func() { must(t, db.Close()) }()
	_, err = db.ExecContext(t.Context(), "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at) VALUES ('x', 'nobody', '', '')")
	must(t, err)
	_, _, err = Migrate(t.Context(), "sqlite:"+path)
	equal(t, "found out", err != nil, true)
}

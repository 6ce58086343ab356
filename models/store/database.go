package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/glebarez/sqlite"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// dialect is which of the two databases is spoken to.
type dialect string

const (
	postgresDialect dialect = "postgres"
	sqliteDialect   dialect = "sqlite"
)

// forUpdate locks the rows that a query reads. SQLite has one writer at a time and needs none: its transactions begin immediate.
func (d dialect) forUpdate(table string) string {
	if d == postgresDialect {
		return " FOR UPDATE OF " + table
	}
	return ""
}

// forChange locks rows that will change without losing their key, so that rows which point at them can be made meanwhile.
func (d dialect) forChange(table string) string {
	if d == postgresDialect {
		return " FOR NO KEY UPDATE OF " + table
	}
	return ""
}

// forKey keeps others from deleting the rows that a query reads, but not from changing them.
func (d dialect) forKey(table string) string {
	if d == postgresDialect {
		return " FOR KEY SHARE OF " + table
	}
	return ""
}

// forShare keeps others from changing the rows that a query reads.
func (d dialect) forShare(table string) string {
	if d == postgresDialect {
		return " FOR SHARE OF " + table
	}
	return ""
}

// address is a parsed GATEHOUSE_DATABASE_URL.
type address struct {
	dialect dialect
	url     string // of PostgreSQL
	path    string // of SQLite
}

func parseURL(raw string) (address, error) {
	if path, ok := strings.CutPrefix(raw, "sqlite:"); ok && path != "" {
		return address{dialect: sqliteDialect, path: path}, nil
	}
	if strings.HasPrefix(raw, "postgres://") || strings.HasPrefix(raw, "postgresql://") {
		return address{dialect: postgresDialect, url: raw}, nil
	}
	// The URL itself is not repeated: it may hold a password.
	return address{}, errors.New("store: the database URL is neither postgres://… nor sqlite:PATH")
}

// dataSource is the driver's name for a SQLite file. Without these settings writers fail instead of waiting, and foreign keys are not kept.
func (a address) dataSource(foreignKeys bool) string {
	on := 0
	if foreignKeys {
		on = 1
	}
	// An opaque URL, so that a relative path stays relative.
	file := url.URL{Scheme: "file", Opaque: (&url.URL{Path: a.path}).EscapedPath()}
	return fmt.Sprintf("%s?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(%d)&_pragma=synchronous(NORMAL)&_txlock=immediate", file.String(), on)
}

// makeFile makes the folder and the file of a SQLite database readable to its owner alone; SQLite itself would let everybody read.
func (a address) makeFile() error {
	if err := os.MkdirAll(filepath.Dir(a.path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(a.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

const (
	postgresConns = 10
	sqliteConns   = 8
)

func (s *Store) connect(ctx context.Context, a address, maxConns int) error {
	dialector, err := s.open(ctx, a, maxConns)
	if err != nil {
		return err
	}
	s.db, err = gorm.Open(dialector, &gorm.Config{
		QueryFields: true, TranslateError: true, SkipDefaultTransaction: true, DisableAutomaticPing: true,
		Logger: logger.Discard, // it would write values
	})
	if err == nil {
		err = showStatements(s.db)
	}
	if err == nil {
		err = s.pool.PingContext(ctx)
	}
	if err != nil {
		_ = s.Close()
	}
	return err
}

func (s *Store) open(ctx context.Context, a address, maxConns int) (gorm.Dialector, error) {
	if a.dialect == sqliteDialect {
		if err := a.makeFile(); err != nil {
			return nil, err
		}
		pool, err := sql.Open(sqlite.DriverName, a.dataSource(true))
		if err != nil {
			return nil, err
		}
		pool.SetMaxOpenConns(orDefault(maxConns, sqliteConns))
		pool.SetMaxIdleConns(orDefault(maxConns, sqliteConns))
		s.pool, s.shut = pool, func() {}
		return sqliteDialector{&sqlite.Dialector{Conn: pool}}, nil
	}
	config, err := pgxpool.ParseConfig(a.url)
	if err != nil {
		return nil, errors.New("the PostgreSQL URL cannot be read")
	}
	config.MaxConns = int32(min(orDefault(maxConns, postgresConns), 1000)) //nolint:gosec // at most 1000
	maps.Copy(config.ConnConfig.RuntimeParams, PostgreSQLSettings())
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	s.pool, s.shut = stdlib.OpenDBFromPool(pool), pool.Close
	return postgres.New(postgres.Config{Conn: s.pool}), nil
}

func orDefault(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// sqliteDialector keeps the database's own words in a translated error: they name the constraint, which the driver's translation drops.
type sqliteDialector struct{ *sqlite.Dialector }

// Translate implements gorm.ErrorTranslator.
func (d sqliteDialector) Translate(err error) error {
	translated := d.Dialector.Translate(err)
	if errors.Is(translated, err) {
		return err
	}
	return fmt.Errorf("%w: %w", translated, err)
}

type statementsKey struct{}

// WithStatements returns a context in which every statement is shown to see on its way to the database, so that a test can hold a page to
// a number of queries and the bench can send the same ones by itself. Only statements that read are shown with their text.
func WithStatements(ctx context.Context, see func(sql string, args []any)) context.Context {
	return context.WithValue(ctx, statementsKey{}, see)
}

// WithQueryCounter is WithStatements that only counts.
func WithQueryCounter(ctx context.Context, n *atomic.Int64) context.Context {
	return WithStatements(ctx, func(string, []any) { n.Add(1) })
}

func showStatements(db *gorm.DB) error {
	show := func(db *gorm.DB) {
		if see, ok := db.Statement.Context.Value(statementsKey{}).(func(string, []any)); ok {
			see(db.Statement.SQL.String(), db.Statement.Vars)
		}
	}
	const name = "gatehouse:see"
	all := db.Callback()
	return errors.Join(
		all.Create().Before("gorm:create").Register(name, show), all.Query().Before("gorm:query").Register(name, show),
		all.Update().Before("gorm:update").Register(name, show), all.Delete().Before("gorm:delete").Register(name, show),
		all.Row().Before("gorm:row").Register(name, show), all.Raw().Before("gorm:raw").Register(name, show),
	)
}

// PostgreSQLSettings are the parameters that every connection to PostgreSQL sets for itself.
func PostgreSQLSettings() map[string]string {
	return map[string]string{
		// One plan for all organizations, made once a connection: planning anew costs more than these queries do.
		"plan_cache_mode": "force_generic_plan",
		// Pages are in memory or on a disk without a head to move: an index is worth more than PostgreSQL's default says.
		"random_page_cost": "1.1",
		// Every query is short: compiling one takes longer than running it, and a plan for any value looks dearer than it is.
		"jit": "off",
		// Nor do helpers for one query: they are started even where nothing is left for them to do.
		"max_parallel_workers_per_gather": "0",
		"timezone":                        "UTC",
	}
}

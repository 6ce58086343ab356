package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"

	"github.com/glebarez/sqlite"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"gatehouse/models/migrations"
)

// Errors of Ready, each with what to do.
var (
	ErrSchemaOld = errors.New("the database's schema is older than this program: run `gatehouse migrate`")
	ErrSchemaNew = errors.New("the database's schema is newer than this program: run the newer program, or restore the database from before its `gatehouse migrate`")
)

// Migrate brings the database to the newest schema and says from which version to which. Of several at once, one works and the others wait.
func Migrate(ctx context.Context, url string) (from, to int64, err error) {
	a, err := parseURL(url)
	if err != nil {
		return 0, 0, err
	}
	if a.dialect == sqliteDialect {
		return migrateSQLite(ctx, a)
	}
	return migratePostgres(ctx, a)
}

func migratePostgres(ctx context.Context, a address) (from, to int64, err error) {
	config, err := pgx.ParseConfig(a.url)
	if err != nil {
		return 0, 0, errors.New("store: the PostgreSQL URL cannot be read")
	}
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	// Asked for every second, for up to five minutes: as long as a large migration may take.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return 0, 0, err
	}
	return up(ctx, db, postgresDialect, goose.WithSessionLocker(locker))
}

// migrateSQLite works on one connection of its own without foreign keys, as altering a table in SQLite means making it anew; afterwards
// they are all checked.
func migrateSQLite(ctx context.Context, a address) (from, to int64, err error) {
	if err := a.makeFile(); err != nil {
		return 0, 0, err
	}
	db, err := sql.Open(sqlite.DriverName, a.dataSource(false))
	if err != nil {
		return 0, 0, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	// SQLite has no lock that outlives a transaction. Each migration is one transaction, so of two programs at once the second waits
	// for it, finds the tables made, fails without having changed anything, and looks again.
	const looks = 5
	for range looks {
		if from, to, err = up(ctx, db, sqliteDialect); err == nil {
			return from, to, checkForeignKeys(ctx, db)
		}
	}
	return from, to, err
}

func up(ctx context.Context, db *sql.DB, d dialect, options ...goose.ProviderOption) (from, to int64, err error) {
	provider, err := newProvider(db, d, options...)
	if err != nil {
		return 0, 0, err
	}
	done, err := provider.Up(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("store: migrate: %w", err)
	}
	if to, err = provider.GetDBVersion(ctx); err != nil {
		return 0, 0, fmt.Errorf("store: migrate: %w", err)
	}
	from = to
	if len(done) > 0 {
		from = done[0].Source.Version - 1
	}
	return from, to, nil
}

func newProvider(db *sql.DB, d dialect, options ...goose.ProviderOption) (*goose.Provider, error) {
	files, spoken := fs.FS(migrations.Postgres), goose.DialectPostgres
	if d == sqliteDialect {
		files, spoken = migrations.SQLite, goose.DialectSQLite3
	}
	folder, err := fs.Sub(files, string(d))
	if err != nil {
		return nil, err
	}
	options = append(options, goose.WithLogger(log.New(io.Discard, "", 0)), goose.WithDisableGlobalRegistry(true))
	return goose.NewProvider(spoken, db, folder, options...)
}

func checkForeignKeys(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		return errors.New("store: migrate: rows point at rows that are gone; restore the file from before the migration")
	}
	return rows.Err()
}

// Ready says whether the database answers and has exactly the schema this program was made for; otherwise ErrSchemaOld, ErrSchemaNew, or
// why it does not answer.
func (s *Store) Ready(ctx context.Context) error {
	provider, err := newProvider(s.pool, s.dialect)
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	if err := s.pool.PingContext(ctx); err != nil {
		return fault("ready", err)
	}
	var version int64
	err = s.pool.QueryRowContext(ctx, "SELECT max(version_id) FROM "+goose.DefaultTablename+" WHERE is_applied").Scan(&version)
	switch {
	case err != nil && ctx.Err() != nil:
		return fault("ready", err)
	case err != nil, version < newest: // no table of versions: never migrated
		return ErrSchemaOld
	case version > newest:
		return ErrSchemaNew
	}
	return nil
}

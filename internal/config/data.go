package config

import (
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"

	"gatehouse/internal/secret"
)

// Kind is which database it is.
type Kind uint8

// The two databases.
const (
	SQLite Kind = iota + 1
	PostgreSQL
)

// String returns the database's own name.
func (k Kind) String() string {
	switch k {
	case SQLite:
		return "SQLite"
	case PostgreSQL:
		return "PostgreSQL"
	default:
		return "no database"
	}
}

// Database is where the data is kept.
type Database struct {
	Kind Kind
	Path string // of the file, SQLite only
	DSN  string // the whole URL with its password, PostgreSQL only; not for any log
}

// LogValue shows neither password nor host.
func (d Database) LogValue() slog.Value { return slog.StringValue(d.Kind.String()) }

// Folder is where SQLite's data lies, with the secret key beside it; empty for PostgreSQL.
func (d Database) Folder() string {
	if d.Kind != SQLite {
		return ""
	}
	return filepath.Dir(d.Path)
}

// DataSettings is the checked form of Data.
type DataSettings struct {
	Database Database
	LogText  bool // text instead of JSON

	key *[32]byte
}

// Check returns the settings, or Problems that name every wrong variable.
func (d Data) Check() (DataSettings, error) {
	var problems Problems
	settings := d.check(&problems)
	return settings, problems.err()
}

// LoadSecretKey returns the key that was configured; for SQLite without one, it makes a key and keeps it beside the database (secret.key, mode 0600).
func (s DataSettings) LoadSecretKey() ([32]byte, error) {
	if s.key != nil {
		return *s.key, nil
	}
	return secret.LoadOrCreateKey(filepath.Join(s.Database.Folder(), "secret.key"))
}

// Logger returns the program's log: JSON or text, one line an event.
func (s DataSettings) Logger(w io.Writer) *slog.Logger {
	if s.LogText {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}

func (d Data) check(problems *Problems) DataSettings {
	var settings DataSettings
	settings.Database = database(or(d.DatabaseURL, "sqlite:./data/gatehouse.db"), problems)
	switch d.LogFormat {
	case "", "json":
	case "text":
		settings.LogText = true
	default:
		problems.add("GATEHOUSE_LOG_FORMAT", "is %q; it must be json or text.", d.LogFormat)
	}
	switch {
	case d.SecretKey != "":
		key, err := secret.ParseKey(d.SecretKey)
		if err != nil {
			problems.add("GATEHOUSE_SECRET_KEY", "%v.", err)
		}
		settings.key = &key
	case settings.Database.Kind == PostgreSQL:
		problems.add("GATEHOUSE_SECRET_KEY", "is required with PostgreSQL, the same for every replica; make one with: openssl rand -base64 32")
	}
	return settings
}

func database(raw string, problems *Problems) Database {
	const variable = "GATEHOUSE_DATABASE_URL"
	scheme, rest, _ := strings.Cut(strings.TrimSpace(raw), ":")
	switch scheme {
	case "sqlite":
		path := strings.TrimPrefix(rest, "//")
		if path == "" || strings.HasSuffix(path, "/") || strings.ContainsAny(path, "?#") || path == ":memory:" {
			problems.add(variable, "must name a file behind sqlite:, such as sqlite:./data/gatehouse.db")
			return Database{Kind: SQLite}
		}
		return Database{Kind: SQLite, Path: filepath.Clean(path)}
	case "postgres", "postgresql":
		u, err := url.Parse(strings.TrimSpace(raw))
		if err != nil || u.Opaque != "" || strings.Trim(u.Path, "/") == "" && u.Query().Get("dbname") == "" {
			problems.add(variable, "must be postgres://user:password@host:5432/name, with signs in user and password percent-encoded.")
			return Database{Kind: PostgreSQL}
		}
		return Database{Kind: PostgreSQL, DSN: u.String()}
	default:
		problems.add(variable, "must begin with sqlite:, postgres:// or postgresql://.")
		return Database{}
	}
}

// or puts the default where a variable is set but empty, as container tools like to do.
func or(value, otherwise string) string {
	if value = strings.TrimSpace(value); value == "" {
		return otherwise
	}
	return value
}

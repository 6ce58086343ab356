// Package migrations holds the schema as SQL: one folder a dialect with the same file names, applied by goose in their order. The
// schema that follows from them stands beside them as schema.postgres.txt and schema.sqlite.txt, written and checked by a test.
package migrations

import "embed"

// Postgres are the migrations of PostgreSQL, in the folder postgres.
//
//go:embed postgres/*.sql
var Postgres embed.FS

// SQLite are the migrations of SQLite, in the folder sqlite.
//
//go:embed sqlite/*.sql
var SQLite embed.FS

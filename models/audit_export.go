package models

import "time"

// AuditFormat is what the file of an export is written in.
type AuditFormat string

// The formats of an export of the audit log.
const (
	AuditCSV   AuditFormat = "csv"
	AuditJSONL AuditFormat = "jsonl" // a JSON object a line
)

// ParseAuditFormat reads a format; what is none is empty.
func ParseAuditFormat(typed string) AuditFormat {
	return oneOf(AuditFormat(typed), AuditCSV, AuditJSONL)
}

// AuditExport is an export of the audit log that somebody asked for, and how far its file has come.
type AuditExport struct {
	ID        string
	Format    AuditFormat
	Query     string // the search, as it was typed; its times count from CreatedAt
	Total     int64  // how many entries fitted it then
	Written   int64  // how many of them the file has, as far as it has come
	Begun     bool
	Done      bool
	CreatedAt time.Time
	TouchedAt time.Time // when Written was last told
}

const (
	// KeepAuditExports is how long the file of an export can be fetched.
	KeepAuditExports = 24 * time.Hour
	exportSilence    = time.Minute
)

// Stopped says whether a file was begun, is not done, and has said nothing for so long that nobody writes it any more.
func (e AuditExport) Stopped(now time.Time) bool {
	return e.Begun && !e.Done && now.Sub(e.TouchedAt) > exportSilence
}

// Percent is how much of the file is written; all of a file with nothing in it.
func (e AuditExport) Percent() int {
	if e.Total <= 0 {
		return 100
	}
	return int(min(100, 100*e.Written/e.Total))
}

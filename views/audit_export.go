package views

import (
	"strconv"
	"time"

	"gatehouse/views/parts"
)

// AuditExport is an export of the audit log: first how much it would hold, then how far its file is.
type AuditExport struct {
	Page   Page
	Action string // where it is begun
	Query  string
	LogURL string
	Wrong  string // why it was not begun
	Total  int64

	URL     string // its own page
	FileURL string
	Format  string
	Written int64
	Percent int
	Begun   bool
	Done    bool
	Stopped bool
	Until   time.Time // when the file can be fetched no longer
}

// AgainAfter is after how many seconds a page that tells of something under way is asked for again.
const AgainAfter = 3

func (v AuditExport) fits() string {
	if v.Query == "" {
		return counted(int(v.Total), "event") + ": the whole log."
	}
	return counted(int(v.Total), "event") + " in the log " + map[bool]string{true: "fits", false: "fit"}[v.Total == 1] + " the search."
}

func (v AuditExport) progress() string {
	switch {
	case v.Done:
		return "The file is complete: " + counted(int(v.Written), "event") + "."
	case v.Stopped:
		return "Writing the file stopped after " + parts.Number(int(v.Written)) + " of " + counted(int(v.Total), "event") + ", because the connection broke or your rights changed. Download it again."
	case v.Begun:
		return parts.Number(int(v.Written)) + " of " + counted(int(v.Total), "event") + " are written: " + strconv.Itoa(v.Percent) + " %."
	}
	return "Nothing is written yet. " + counted(int(v.Total), "event") + " will be."
}

func (v AuditExport) kind() string {
	if v.Format == "jsonl" {
		return "JSON Lines"
	}
	return "CSV"
}

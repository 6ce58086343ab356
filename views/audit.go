package views

import (
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
)

// Audit is the audit log.
type Audit struct {
	Page   Page
	Query  string
	Action string // chosen beside the search
	Since  string // likewise
	Result string // likewise
	Wrong  string // what is wrong with the search
	Terms  []AuditChip
	Keys   []AuditKey
	Kinds  []Option
	Rows   []AuditRow
	Pager  Pager

	ExportURL    string // of what is found
	RetentionURL string // for those who may change it
}

// AuditKey explains one kind of term.
type AuditKey struct{ Term, Meaning string }

// AuditChip is a term of the search as a link that adds it, or takes it away; empty for none.
type AuditChip struct {
	Label, Href string

	On bool // it is what is searched for
}

// Option is one choice of a select.
type Option struct{ Value, Label string }

// AuditRow is one line of the log.
type AuditRow struct {
	URL        string
	At         time.Time
	ActorName  string // "Somebody not signed in" and "The system" stand here too
	ActorEmail string
	Words      string // "enabled an identity provider"
	TargetName string
	Changes    int
	Method     string // "Password", "SSO"; empty for none

	Actor, Action, Target, IP, Reference AuditChip
}

// AuditEntry is one entry on a page of its own.
type AuditEntry struct {
	Page      Page
	Row       AuditRow
	Kind      string // what it is about: "member", "identity provider"
	Changes   []Change
	ActorURL  string // empty: not a member any more
	ObjectURL string // of what it is about; empty: not there any more
	AboutURL  string // of all that happened to it
}

// Change is one value before and after; empty for none. Of a list it is what went and what came.
type Change struct {
	Name, Before, After string

	List           bool
	Removed, Added []string
	Kept           int
}

// eventsURL is what the audit log says of a thing, for those who may read it; empty for others.
func (p Page) eventsURL(key, value string) string {
	if !p.Org.Role.Valid() || !authz.AuditView.Holds(p.Org.Role) {
		return ""
	}
	return urls.AuditOf(p.Org.ID, key+":"+value)
}

func (e AuditEntry) lead() string {
	if e.Row.TargetName == "" || e.Row.TargetName == e.Row.ActorName {
		return e.Row.ActorName + " " + e.Row.Words + "."
	}
	return e.Row.ActorName + " " + e.Row.Words + ": " + e.Row.TargetName + "."
}

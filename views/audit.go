package views

import "time"

// Audit is the audit log.
type Audit struct {
	Page     Page
	Query    string
	Action   string
	Who      string // the id of the person whom all of it is about; empty: everybody
	WhoName  string // as far as the page says it
	Actions  []Option
	Rows     []AuditRow
	Pager    Pager
	Filtered bool
}

// Option is one choice of a select.
type Option struct{ Value, Label string }

// AuditRow is one line of the log.
type AuditRow struct {
	ID         string // anchors the row
	At         time.Time
	ActorName  string // "Somebody not signed in" and "The system" stand here too
	ActorEmail string
	Words      string // "enabled an identity provider"
	Action     string // "identity-provider.enabled"
	TargetName string
	Changes    []Change
	Method     string // "Password", "SAML"; empty for none
	IP         string
	Reference  string
}

// Change is one value before and after; empty for none.
type Change struct{ Name, Before, After string }

func (v Audit) whoWords() string {
	if v.WhoName == "" {
		return "Only what one person did, and what was done to them."
	}
	return "Only what " + v.WhoName + " did, and what was done to them."
}

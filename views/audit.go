package views

import "time"

// Audit is the audit log.
type Audit struct {
	Page     Page
	Query    string
	Action   string
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

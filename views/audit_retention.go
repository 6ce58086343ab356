package views

import (
	"time"

	"gatehouse/views/parts"
)

// AuditRetention is how long an organization's entries are kept.
type AuditRetention struct {
	Page    Page
	Action  string
	Was     string // as it is
	Chosen  string
	Entries int64
	Oldest  time.Time
	Waiting int64 // older than they are kept, and not deleted yet
	Choices []AuditRetentionChoice
	Confirm string // the organization's ID
	Typed   string
	Problem string
	Field   string // which it is about
}

// AuditRetentionChoice is one of the lengths, and what it would delete.
type AuditRetentionChoice struct {
	Value, Label string

	Deletes int64
	Before  time.Time
}

func (v AuditRetention) lead() string {
	if v.Entries == 0 {
		return "The log is empty."
	}
	return "The log has " + counted(int(v.Entries), "entry") + ", the oldest from " + day(v.Oldest) + "."
}

func (v AuditRetention) cards() parts.RadioCards {
	cards := parts.RadioCards{Name: "days", Legend: "Entries are kept", Value: v.Chosen, Error: v.errorOf("days")}
	for _, c := range v.Choices {
		meaning := "Nothing is deleted."
		switch {
		case c.Before.IsZero():
		case c.Deletes == 0:
			meaning = "Nothing is that old yet. Later, what was before is deleted day by day."
		default:
			meaning = "Deletes " + counted(int(c.Deletes), "entry") + " from before " + day(c.Before) + ", and day by day what becomes as old."
		}
		cards.Choices = append(cards.Choices, parts.Choice{Value: c.Value, Label: sentence(c.Label), Meaning: meaning})
	}
	return cards
}

func (v AuditRetention) errorOf(field string) string {
	if v.Field == field {
		return v.Problem
	}
	return ""
}

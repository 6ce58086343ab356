package models

import (
	"strconv"
	"time"
)

// AuditRetention is how many days the entries of an audit log are kept; 0 is for ever.
type AuditRetention int

// AuditRetentions returns what can be chosen, the longest first.
func AuditRetentions() []AuditRetention { return []AuditRetention{0, 7 * 365, 2 * 365, 365, 90} }

// ParseAuditRetention reads one of AuditRetentions.
func ParseAuditRetention(typed string) (AuditRetention, bool) {
	for _, r := range AuditRetentions() {
		if strconv.Itoa(int(r)) == typed {
			return r, true
		}
	}
	return 0, false
}

// Words say how long it is.
func (r AuditRetention) Words() string {
	switch {
	case r <= 0:
		return "for ever"
	case r == 365:
		return "1 year"
	case r%365 == 0:
		return strconv.Itoa(int(r)/365) + " years"
	}
	return strconv.Itoa(int(r)) + " days"
}

// Until is the moment before which entries are deleted; the zero time for ever.
func (r AuditRetention) Until(now time.Time) time.Time {
	if r <= 0 {
		return time.Time{}
	}
	return now.Add(-time.Duration(r) * 24 * time.Hour)
}

// AuditKept is how long an organization keeps its entries, and what each choice would delete of those that are there.
type AuditKept struct {
	Kept    AuditRetention
	Entries int64
	Oldest  time.Time // zero when there is none
	Deletes map[AuditRetention]int64
}

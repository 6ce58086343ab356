package views

import (
	"strings"
	"time"

	"gatehouse/views/parts"
)

// Domains is the list of an organization's domains.
type Domains struct {
	Page     Page
	Rows     []DomainRow
	ClaimURL string // where the form is sent
	Typed    string
	Error    string // beside the field
}

// DomainRow is one domain of a list.
type DomainRow struct {
	URL       string // empty: the reader may not open it
	Name      string // in ASCII
	Readable  string // in its own script; the same for most
	Verified  bool
	LostAt    time.Time // when a domain whose record is gone stops being verified; zero: nothing is wrong
	CheckedAt time.Time // zero: never
	Now       time.Time
}

// DomainOutcome is what the last look at the record found; empty before the first.
type DomainOutcome string

// Domain is one domain's page.
type Domain struct {
	Page        Page
	Row         DomainRow
	RecordName  string
	RecordHost  string // the same without the domain
	RecordValue string
	Created     time.Time
	VerifiedAt  time.Time
	Outcome     DomainOutcome
	Looked      bool     // the outcome is of this moment
	Seen        []string // the texts that were found at this moment
	Message     string   // a refusal that belongs to no field

	VerifyURL, RemoveURL string
	Confirm              string // as typed into the danger zone
	ConfirmError         string
}

const domainsLead = "Who types an address in a verified domain on the sign-in page is led to an identity provider."

func (r DomainRow) state() parts.Pill {
	switch {
	case !r.LostAt.IsZero():
		return parts.Pill{Label: "Record gone", Tone: parts.Bad}
	case r.Verified:
		return parts.Pill{Label: "Verified", Tone: parts.OK}
	}
	return parts.Pill{Label: "Not verified", Tone: parts.Warn}
}

func (r DomainRow) below() string {
	if r.Readable == r.Name {
		return ""
	}
	return r.Readable
}

// problem is what the last look says to do something about; empty when there is nothing to do.
func (v Domain) problem() (title, advice string) {
	const cached = " Name servers remember for a while: a new record can take minutes, at some providers hours, to be seen everywhere."
	switch v.Outcome {
	case "missing":
		return "There is no such record", "No TXT record was found at " + v.RecordName + ". Publish it, then look again." + cached
	case "other":
		return "The record says something else", "There is a TXT record at " + v.RecordName + ", but none with the value below. Correct it, or add a second one." + cached
	case "unanswered":
		return "The name servers did not answer", "That says nothing about the record. Look again in a minute; if it stays so, check the name servers of " + v.Row.Name + "."
	}
	return "", ""
}

// mostSeen is how many of the texts that were found are shown, each up to so many characters.
const (
	mostSeen    = 5
	longestSeen = 200
)

// seen are the texts that were found, in words.
func (v Domain) seen() []string {
	var seen []string
	for _, text := range v.Seen[:min(len(v.Seen), mostSeen)] {
		text = strings.ToValidUTF8(text, "\ufffd")
		if letters := []rune(text); len(letters) > longestSeen {
			text = string(letters[:longestSeen]) + "…"
		}
		seen = append(seen, text)
	}
	return seen
}

func (v Domain) tone() parts.Tone {
	if v.Outcome == "unanswered" {
		return parts.Warn
	}
	return parts.Bad
}

func (v Domain) stateWords() string {
	switch {
	case !v.Row.LostAt.IsZero():
		return "The record is gone. Without it the domain stops being verified " + parts.Relative(v.Row.LostAt, v.Row.Now) + "."
	case v.Row.Verified:
		return "People with an address in it are led to your identity providers. The record is looked at every day: leave it where it is."
	}
	return "Publish the record below where the DNS of " + v.Row.Name + " is kept, then look for it here."
}

func (v Domain) removeWords() string {
	if v.Row.Verified {
		return "People with an address in " + v.Row.Name + " are then no longer led to your identity providers, and nobody new is let in by it. Members stay members. Others can verify the domain."
	}
	return "It goes off the list. Claiming it again gives another record."
}

func (v Domain) verifyLabel() string {
	if v.Row.Verified {
		return "Look again"
	}
	return "Verify now"
}

package models

import (
	"slices"
	"strings"
	"time"
)

// Attempt is one recorded sign-in through an identity provider, or a test of one; or a message about signing out that was refused.
type Attempt struct {
	ID         string
	ProviderID string
	Provider   string // its identifier
	At         time.Time
	Accepted   bool
	Reference  string
	Check      string // the check that refused it; empty when accepted
	Cause      string // in a sentence, for the Administrator
	Person     string // name or address, once the signature was good
	IP         string
	Mode       FlowMode
	Leaving    bool // not a sign-in: a message about signing out

	// Of a test.
	TesterID      string
	AsTester      bool   // it ended with the tester's own account
	Configuration []byte // the fingerprint of what was tested

	Recording Recording // empty in lists, and once newer ones took its place
	Kept      bool      // the answer is kept
}

// Recording is what the flight recorder keeps of an attempt. It says nothing of the person but what the attempt's own line says.
type Recording struct {
	Checks     []Check       `json:"checks,omitempty"`
	VerifiedBy []byte        `json:"verified_by,omitempty"` // SHA-256 of the certificate
	Outline    string        `json:"outline,omitempty"`     // the answer's elements with their values left out
	Drift      time.Duration `json:"drift,omitempty"`       // the provider's clock less ours, in whole seconds
	Drifted    bool          `json:"drifted,omitempty"`     // false: it was not measured
}

// Evidence is what came with an attempt, kept sealed for a short time: the answer itself of a refused one, the attributes of a test.
type Evidence struct {
	Response   string              `json:"response,omitempty"` // as it was posted, base64
	RequestID  string              `json:"request_id,omitempty"`
	ReceivedAt time.Time           `json:"received_at"`
	Attributes []ReceivedAttribute `json:"attributes,omitempty"`
	NameID     string              `json:"name_id,omitempty"`
	Trial      *Trial              `json:"trial,omitempty"` // what group mappings would do, of a test that passed
}

// How long evidence is kept, and of how many attempts of a connection.
const (
	KeepAnswer    = 24 * time.Hour // a refused answer
	KeepReceived  = time.Hour      // what a test received
	KeptEvidence  = 5
	longestAnswer = 256 << 10
)

// Worth says whether the answer may be kept: it is not larger than any genuine one.
func (e Evidence) Worth() bool { return len(e.Response) <= longestAnswer }

// Outcome is how a check went.
type Outcome string

// The outcomes; a check that an earlier refusal kept from being made is skipped.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// Check is one rule as it was applied to one sign-in.
type Check struct {
	Name     string  `json:"name"`
	Expected string  `json:"expected,omitempty"`
	Got      string  `json:"got,omitempty"`
	Outcome  Outcome `json:"outcome"`
}

// The checks of a sign-in that are the console's own: the first comes before those of the protocol, the others after them.
const (
	CheckFlow     = "outstanding-request"
	CheckReplay   = "replay"
	CheckResult   = "result"
	CheckBrowser  = "browser"
	CheckProvider = "provider-enabled"
	CheckKnown    = "known-person"
	CheckMember   = "member"
	CheckActive   = "active"
	// Of an answer about signing out.
	CheckDeparture = "outstanding-logout"
)

// consoleCheck is one of them in words.
type consoleCheck struct{ name, title, expected, good, bad string }

func consoleChecks() []consoleCheck {
	return []consoleCheck{
		{CheckFlow, "A sign-in was waiting for it", "a request of the last ten minutes", "one was waiting", "none was waiting"},
		{CheckReplay, "Not used before", "the first use", "the first use", "used before"},
		{CheckResult, "Fetched once, in time", "once, within two minutes", "so it was", "again, or too late"},
		{CheckBrowser, "Same browser", "the browser that began", "the same", "another one"},
		{CheckProvider, "Provider enabled, or only tested", "enabled, or a test", "so it is", "disabled"},
		{CheckKnown, "A person known here", "a linked identity, a member's address, or an invitation", "so it is", "none of them"},
		{CheckMember, "A member", "a member of the organization", "a member", "no member"},
		{CheckActive, "Not suspended", "an active member", "active", "suspended"},
	}
}

// departureCheck comes before those of the protocol when an answer about signing out arrives.
func departureCheck() consoleCheck {
	return consoleCheck{CheckDeparture, "A sign-out was waiting for it", "a request of the last ten minutes", "one was waiting", "none was waiting"}
}

// CheckTitle returns what a page calls one of the console's checks; ok is false for a name that is none of them.
func CheckTitle(name string) (title string, ok bool) {
	for _, c := range append(consoleChecks(), departureCheck()) {
		if c.name == name {
			return c.title, true
		}
	}
	return "", false
}

// Checklist puts the protocol's checks between the console's own. stopped is the name of the check that refused; empty when none did. What
// comes after it was not made.
func Checklist(protocol []Check, stopped string) []Check {
	ours := consoleChecks()
	return around(ours[:1], protocol, ours[1:], stopped)
}

// LogoutChecklist is Checklist for a message about signing out: an order counts once, an answer needs a sign-out that waits for it.
func LogoutChecklist(protocol []Check, answer bool, stopped string) []Check {
	if answer {
		return around([]consoleCheck{departureCheck()}, protocol, nil, stopped)
	}
	return around(nil, protocol, consoleChecks()[1:2], stopped)
}

func around(before []consoleCheck, protocol []Check, after []consoleCheck, stopped string) []Check {
	all := make([]Check, 0, len(before)+len(protocol)+len(after))
	over := false
	add := func(c consoleCheck) {
		made := Check{Name: c.name, Expected: c.expected}
		switch {
		case over:
			made.Expected, made.Outcome = "", Skipped
		case c.name == stopped:
			made.Got, made.Outcome, over = c.bad, Failed, true
		default:
			made.Got, made.Outcome = c.good, Passed
		}
		all = append(all, made)
	}
	for _, c := range before {
		add(c)
	}
	all = append(all, protocol...)
	over = over || slices.ContainsFunc(protocol, func(c Check) bool { return c.Outcome == Failed })
	for _, c := range after {
		add(c)
	}
	return all
}

// ParseReference reads a reference number as people type it: any case, with or without the dash, I and L for 1, O for 0 (Crockford's base 32).
// ok is false for what is none.
func ParseReference(typed string) (reference string, ok bool) {
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch {
		case r == '-' || r == ' ' || r == '\t':
			continue
		case r == 'I' || r == 'L':
			r = '1'
		case r == 'O':
			r = '0'
		case (r < '0' || r > '9') && (r < 'A' || r > 'Z'):
			return "", false
		}
		b.WriteRune(r)
	}
	const length, half = 8, 4
	if b.Len() != length {
		return "", false
	}
	return b.String()[:half] + "-" + b.String()[half:], true
}

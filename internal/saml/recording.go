package saml

import (
	"time"

	"github.com/beevik/etree"
)

// Recording is what is worth keeping of one answer: every check, what was measured, and its shape without what it says of a person.
type Recording struct {
	Checks     []Check
	Drift      time.Duration // how far the provider's clock is ahead of ours, to the second: its IssueInstant less the moment of receipt
	Drifted    bool          // false: the answer says no time
	VerifiedBy [32]byte      // SHA-256 of the certificate that verified the signature; zero: none did
	Outline    string        // the answer's elements, one a line; see outline
}

// Record is Finish with all that the flight recorder keeps, whether the answer is accepted or refused.
func Record(c Connection, samlResponse string, e Expectation) (Identity, Recording, error) {
	t := newTrail()
	identity, refusal := finish(c, samlResponse, e, t)
	if refusal != nil {
		return Identity{}, t.recorded(), refusal
	}
	return identity, t.recorded(), nil
}

// Unmade returns every check as skipped, in order: what is recorded of an answer that was not looked at.
func Unmade() []Check {
	titles := checkTitles()
	checks := make([]Check, 0, len(titles))
	for _, c := range titles {
		checks = append(checks, Check{Name: c[0], Outcome: Skipped})
	}
	return checks
}

// look notes what can be told of an answer before any rule is applied to it. The clock is measured by the Response's own word, which
// is not vouched for: it is shown, and nothing is decided by it.
func (r *Recording) look(root *etree.Element, now time.Time) {
	if at, ok := instant(root.SelectAttrValue("IssueInstant", "")); ok {
		r.Drift, r.Drifted = at.Sub(now).Round(time.Second), true
	}
	r.Outline = outline(root)
}

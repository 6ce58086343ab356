package saml

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// Skew is how far the identity provider's clock and ours may lie apart, either way.
const Skew = 3 * time.Minute

// Expectation is what the flow that was begun expects of its answer.
type Expectation struct {
	RequestID string    // of the outstanding request; an answer to no request is refused
	Now       time.Time // the one reading of the clock that every time is judged by
}

// Finish checks an answer as it was posted (the base64 of the form's SAMLResponse) and says who signed in. The checks come back
// in both cases, for the recorder; the error is always a *Refusal. Whether the assertion was used before is not known here:
// the caller keeps Identity.AssertionID until Identity.ExpiresAt and refuses it the second time.
func Finish(c Connection, samlResponse string, e Expectation) (Identity, []Check, error) {
	t := newTrail()
	identity, refusal := finish(c, samlResponse, e, t)
	if refusal != nil {
		return Identity{}, t.checks, refusal
	}
	return identity, t.checks, nil
}

func finish(c Connection, samlResponse string, e Expectation, t *trail) (Identity, *Refusal) {
	root, refusal := parse(samlResponse, t)
	if refusal != nil {
		return Identity{}, refusal
	}
	t.recording.look(root, e.Now)
	r, refusal := shape(root, false, t)
	if refusal != nil {
		return Identity{}, refusal
	}
	v, refusal := r.believe(c, t)
	if refusal != nil {
		return Identity{}, refusal
	}
	t.recording.VerifiedBy = v.by
	message := v.response
	if message == nil {
		// Only the assertion is signed. What the response around it says is not vouched for, but still must be right.
		message = &r.root
	}
	p := protocol{c: c, e: e, t: t}
	if refusal := p.response(message); refusal != nil {
		return Identity{}, refusal
	}
	identity, refusal := p.assertion(v.assertion)
	identity.VerifiedBy = v.by
	return identity, refusal
}

// believe returns what a signature vouches for, after opening what is encrypted.
func (r *response) believe(c Connection, t *trail) (verified, *Refusal) {
	if r.sealed != nil {
		return r.unseal(c, t)
	}
	if refusal := countValues(r.assertion, t); refusal != nil {
		return verified{}, refusal
	}
	return r.verify(c.Certificates, t)
}

// parse makes the tree of an answer, after everything that can be refused by looking at its bytes was.
func parse(samlResponse string, t *trail) (*etree.Element, *Refusal) {
	if len(samlResponse) > MaxBody {
		return nil, t.refuse(CheckSize, "at most 256 KiB", "more",
			"The answer is larger than 256 KiB. Make the identity provider send fewer attributes, such as only the groups that matter here.")
	}
	t.pass(CheckSize, "at most 256 KiB", "so it is")
	raw, err := base64.StdEncoding.DecodeString(withoutSpace(samlResponse))
	if err != nil || len(raw) == 0 {
		return nil, t.refuse(CheckEncoding, "base64 of UTF-8", "not base64",
			"What was posted as SAMLResponse is not base64. The identity provider must use the HTTP-POST binding.")
	}
	return parseXML(raw, t)
}

// parseXML makes the tree of a message, or of what was encrypted in one.
func parseXML(raw []byte, t *trail) (*etree.Element, *Refusal) {
	if f := scan(raw, responseLimits()); f != nil {
		return nil, t.refuse(f.check, "", f.got, scanCause(f.check))
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil || doc.Root() == nil {
		return nil, t.refuse(CheckWellFormed, "XML", "not well-formed", scanCause(CheckWellFormed))
	}
	for _, passed := range []string{CheckEncoding, CheckDoctype, CheckInstruction, CheckStructure, CheckWellFormed} {
		t.pass(passed, "", "")
	}
	return doc.Root(), nil
}

// withoutSpace removes the line breaks and blanks that some providers put into base64.
func withoutSpace(s string) string {
	if !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	return strings.Join(strings.Fields(s), "")
}

func scanCause(check string) string {
	switch check {
	case CheckSize:
		return "The answer is larger than 256 KiB. Make the identity provider send fewer attributes, such as only the groups that matter here."
	case CheckEncoding:
		return "The answer is not UTF-8 text. Set the identity provider to UTF-8."
	case CheckDoctype:
		return "The answer has a document type declaration (DOCTYPE). Genuine SAML messages have none, and it can be used to read files or exhaust memory."
	case CheckInstruction:
		return "The answer has an XML processing instruction. Genuine SAML messages have none."
	case CheckStructure:
		return "The answer has more elements, attributes, namespaces or levels than any sign-in needs. Make the identity provider send fewer attributes, such as only the groups that matter here."
	default:
		return "The answer is not well-formed XML. The identity provider must use the HTTP-POST binding, without compression; if it does, something on the way changed the message."
	}
}

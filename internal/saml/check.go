package saml

import (
	"slices"
	"strings"
	"unicode"
)

// The names of the checks of one sign-in, in the order in which they are made. They are stable: stored, and shown by Title.
const (
	CheckSize                  = "size"
	CheckEncoding              = "encoding"
	CheckDoctype               = "doctype"
	CheckInstruction           = "processing-instruction"
	CheckStructure             = "structure"
	CheckWellFormed            = "well-formed"
	CheckNamespaces            = "namespaces"
	CheckMessage               = "message"
	CheckIdentifiers           = "identifiers"
	CheckEncryptedAssertion    = "encrypted-assertion"
	CheckEncryptionAlgorithm   = "encryption-algorithm"
	CheckDecryption            = "decryption"
	CheckOneAssertion          = "one-assertion"
	CheckSignatureShape        = "signature-shape"
	CheckSignatureAlgorithm    = "signature-algorithm"
	CheckSignature             = "signature"
	CheckDestination           = "destination"
	CheckResponseIssuer        = "response-issuer"
	CheckStatus                = "status"
	CheckInResponseTo          = "in-response-to"
	CheckVersion               = "version"
	CheckIssueInstant          = "issue-instant"
	CheckAssertionIssuer       = "assertion-issuer"
	CheckAssertionID           = "assertion-id"
	CheckSubject               = "subject"
	CheckNameID                = "name-id"
	CheckConfirmation          = "subject-confirmation"
	CheckRecipient             = "recipient"
	CheckAssertionInResponseTo = "assertion-in-response-to"
	CheckConfirmationTime      = "confirmation-time"
	CheckConditions            = "conditions"
	CheckConditionsTime        = "conditions-time"
	CheckAudience              = "audience"
	CheckAuthnStatement        = "authn-statement"
	CheckSessionTime           = "session-time"
	CheckAttributes            = "attributes"
	CheckPersonID              = "person-id"
	CheckEmail                 = "email"
)

// checkTitles returns every check in order with what a page calls it.
func checkTitles() [][2]string {
	return [][2]string{
		{CheckSize, "Size of the message"},
		{CheckEncoding, "Base64 and UTF-8"},
		{CheckDoctype, "No document type"},
		{CheckInstruction, "No processing instructions"},
		{CheckStructure, "Number of elements, attributes, namespaces and levels"},
		{CheckWellFormed, "Well-formed XML"},
		{CheckNamespaces, "Namespaces"},
		{CheckMessage, "The kind of SAML 2.0 message"},
		{CheckIdentifiers, "Identifiers used once"},
		{CheckEncryptedAssertion, "Assertion in clear, or encrypted as SAML says"},
		{CheckEncryptionAlgorithm, "Encryption algorithms"},
		{CheckDecryption, "Encrypted for a key of ours"},
		{CheckOneAssertion, "Exactly one assertion"},
		{CheckSignatureShape, "Signature in its place"},
		{CheckSignatureAlgorithm, "Signature algorithms"},
		{CheckSignature, "Signature of a certificate of this connection"},
		{CheckDestination, "Destination"},
		{CheckResponseIssuer, "Issuer of the response"},
		{CheckStatus, "Status"},
		{CheckInResponseTo, "Answers our request"},
		{CheckVersion, "Version"},
		{CheckIssueInstant, "Time of issue"},
		{CheckAssertionIssuer, "Issuer of the assertion"},
		{CheckAssertionID, "ID of the assertion"},
		{CheckSubject, "Subject"},
		{CheckNameID, "Name ID"},
		{CheckConfirmation, "Subject confirmation"},
		{CheckRecipient, "Recipient"},
		{CheckAssertionInResponseTo, "Assertion answers our request"},
		{CheckConfirmationTime, "Subject confirmation within its time"},
		{CheckConditions, "Conditions"},
		{CheckConditionsTime, "Conditions within their time"},
		{CheckAudience, "Audience"},
		{CheckAuthnStatement, "Authentication statement"},
		{CheckSessionTime, "Session not over"},
		{CheckAttributes, "Attributes"},
		{CheckPersonID, "The same person next time"},
		{CheckEmail, "Email address"},
	}
}

// CheckTitle returns what a page calls the named check, or the name itself when it is not one of ours.
func CheckTitle(name string) string {
	for _, c := range append(checkTitles(), logoutTitles()...) {
		if c[0] == name {
			return c[1]
		}
	}
	return name
}

// Outcome is how a check went.
type Outcome string

// The outcomes. A check is skipped when an earlier one refused.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// Check is one rule as it was applied to one answer. Expected and Got are for the Administrator; they hold protocol values
// (URLs, times, algorithm names), never who the person is, and what was got is cut short and free of control characters.
type Check struct {
	Name, Expected, Got string
	Outcome             Outcome
}

// Refusal is why an answer was refused. Check is one of the names above; Cause says to the Administrator, in whole sentences,
// what was wrong and what to do.
type Refusal struct{ Check, Cause string }

// Error names the check and its cause, for the log.
func (r *Refusal) Error() string { return "saml: " + r.Check + ": " + r.Cause }

// trail collects the checks of one answer.
type trail struct {
	all       []string // their names, in order
	checks    []Check
	recording Recording // without the checks
}

func newTrail() *trail {
	titles := checkTitles()
	t := &trail{all: make([]string, 0, len(titles)), checks: make([]Check, 0, len(titles))}
	for _, c := range titles {
		t.all = append(t.all, c[0])
	}
	return t
}

// recorded is the recording with its checks.
func (t *trail) recorded() Recording {
	r := t.recording
	r.Checks = t.checks
	return r
}

// pass records a check once: what is made again, on the content of an encrypted assertion, takes the place of the first time.
func (t *trail) pass(name, expected, got string) {
	passed := Check{name, clip(expected), clip(got), Passed}
	if at := t.made(name); at >= 0 {
		t.checks[at] = passed
		return
	}
	t.checks = append(t.checks, passed)
}

func (t *trail) made(name string) int {
	return slices.IndexFunc(t.checks, func(c Check) bool { return c.Name == name })
}

// refuse records the failed check and, as skipped, every check that was not reached.
func (t *trail) refuse(name, expected, got, cause string) *Refusal {
	if at := t.made(name); at >= 0 {
		t.checks = slices.Delete(t.checks, at, at+1)
	}
	done := make(map[string]bool, len(t.checks)+1)
	for _, c := range t.checks {
		done[c.Name] = true
	}
	done[name] = true
	t.checks = append(t.checks, Check{name, clip(expected), clip(got), Failed})
	for _, name := range t.all {
		if !done[name] {
			t.checks = append(t.checks, Check{Name: name, Outcome: Skipped})
		}
	}
	return &Refusal{Check: name, Cause: cause}
}

// equal passes when got is what was expected and refuses with the cause otherwise.
func (t *trail) equal(name, expected, got, cause string) *Refusal {
	if got != expected {
		return t.refuse(name, expected, got, cause)
	}
	t.pass(name, expected, got)
	return nil
}

const clipped = 200 // runes of a value that the recorder keeps

// clip makes a value of a stranger's message fit to be kept and shown.
func clip(s string) string {
	if len(s) <= clipped && strings.IndexFunc(s, unprintable) < 0 {
		return s
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == clipped {
			b.WriteRune('…')
			break
		}
		if unprintable(r) {
			r = '\uFFFD'
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// unprintable is true of control and format characters, such as those that turn the direction of text around.
func unprintable(r rune) bool { return unicode.Is(unicode.C, r) }

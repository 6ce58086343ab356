package saml

import (
	"crypto/rand"
	"strconv"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// Checks of logout requests beside those of an answer.
const (
	CheckLogoutTime    = "logout-time"
	CheckLogoutAddress = "logout-address"
)

const notEnded = "The identity provider did not end the person's session there, or not everywhere. Its log says why."

// logoutFresh is how old a logout request may be. Those without an end of their own would count forever otherwise.
const logoutFresh = 5 * time.Minute

// maxSessionIndexes of one logout request.
const maxSessionIndexes = 100

// Subject is whom a logout is about, as the assertion of the sign-in named them: a provider compares all of it (SAML core §3.3.4).
type Subject struct {
	NameID, Format, NameQualifier, SPNameQualifier string
	SessionIndex                                   string
}

// LogoutRequest is a genuine request of the identity provider to end sessions.
type LogoutRequest struct {
	ID             string    // to be accepted once
	ExpiresAt      time.Time // from then on it would be refused by its age: its ID may be forgotten
	NameID         string
	SessionIndexes []string // none: every session of that name
}

// logoutTitles are the checks that sign-ins have not.
func logoutTitles() [][2]string {
	return [][2]string{{CheckLogoutAddress, "Addressed to this connection"}, {CheckLogoutTime, "New enough"}}
}

// newLogoutTrail is newTrail for a message about signing out.
func newLogoutTrail(more ...string) *trail {
	all := []string{
		CheckSize, CheckEncoding, CheckDoctype, CheckInstruction, CheckStructure, CheckWellFormed, CheckNamespaces, CheckMessage, CheckIdentifiers,
		CheckSignatureShape, CheckSignatureAlgorithm, CheckSignature, CheckVersion, CheckIssueInstant, CheckLogoutAddress, CheckResponseIssuer,
	}
	return &trail{all: append(all, more...)}
}

// ReadLogoutRequest checks a logout request of the identity provider; the error is always a *Refusal. Whether it came before is not known
// here.
func ReadLogoutRequest(c Connection, m Message, now time.Time) (LogoutRequest, Recording, error) {
	p := protocol{c: c, e: Expectation{Now: now}, t: newLogoutTrail(CheckLogoutTime, CheckNameID)}
	r, refusal := p.logoutRequest(m)
	if refusal != nil {
		return LogoutRequest{}, p.t.recorded(), refusal
	}
	return r, p.t.recorded(), nil
}

func (p protocol) logoutRequest(m Message) (LogoutRequest, *Refusal) {
	now := p.e.Now
	n, refusal := p.signedMessage(m, "LogoutRequest")
	if refusal != nil {
		return LogoutRequest{}, refusal
	}
	if refusal := p.logoutMessage(n); refusal != nil {
		return LogoutRequest{}, refusal
	}
	r := LogoutRequest{ID: n.value("ID")}
	if r.ID == "" || len(r.ID) > longestID || strings.ContainsFunc(r.ID, unprintable) {
		return r, p.t.refuse(CheckIdentifiers, "an ID of 1 to 256 characters", "none, or one that cannot be kept", "The logout request has no usable ID, so its second use could not be recognized.")
	}
	issued, _ := instant(n.value("IssueInstant"))
	r.ExpiresAt = issued.Add(logoutFresh + Skew)
	end, limited := n.attr("NotOnOrAfter")
	until, ok := instant(end)
	if !now.Before(r.ExpiresAt) || limited && (!ok || over(until, now)) {
		return r, p.t.refuse(CheckLogoutTime, "issued in the last five minutes, and not over", n.value("IssueInstant")+" "+end,
			"The logout request is too old, or the clocks differ by more than three minutes. Set the identity provider's clock by a time server, and ours.")
	}
	p.t.pass(CheckLogoutTime, "issued in the last five minutes, and not over", n.value("IssueInstant")+" "+end)
	name, ok := n.only(nsAssertion, "NameID")
	if !ok || len(name.kids) > 0 || name.text() == "" || len(name.text()) > longestNameID {
		return r, p.t.refuse(CheckNameID, "one name identifier in clear", "none, several, or an encrypted one",
			"The logout request must name the person by exactly one name identifier in clear. Switch encryption of name identifiers off at the identity provider.")
	}
	p.t.pass(CheckNameID, "one name identifier in clear", "one")
	r.NameID = name.text()
	for _, index := range n.all(nsProtocol, "SessionIndex") {
		r.SessionIndexes = append(r.SessionIndexes, index.text())
	}
	if len(r.SessionIndexes) > maxSessionIndexes {
		return r, p.t.refuse(CheckStructure, "at most "+strconv.Itoa(maxSessionIndexes)+" sessions", strconv.Itoa(len(r.SessionIndexes)), "The logout request names more sessions than anybody has.")
	}
	return r, nil
}

// logoutMessage checks what a request and an answer have in common.
func (p protocol) logoutMessage(n *node) *Refusal {
	if refusal := p.version(n); refusal != nil {
		return refusal
	}
	p.t.pass(CheckVersion, "2.0", "2.0")
	if refusal := p.issueInstant(n); refusal != nil {
		return refusal
	}
	p.t.pass(CheckIssueInstant, "not after "+written(p.e.Now), n.value("IssueInstant"))
	// A signed message must name where it goes (SAML bindings §3.4.5.2 and §3.5.5.2), or it could be carried to another connection.
	if refusal := p.t.equal(CheckLogoutAddress, p.c.SLOURL, n.value("Destination"),
		"The logout message is not addressed to this connection. Enter our logout address (SLO URL) at the identity provider exactly as the connection's page shows it."); refusal != nil {
		return refusal
	}
	return p.issuer(CheckResponseIssuer, n)
}

// ReadLogoutResponse checks the identity provider's answer to our logout request of that ID; the error is always a *Refusal. Without one
// the person is signed out there.
func ReadLogoutResponse(c Connection, m Message, requestID string, now time.Time) (Recording, error) {
	p := protocol{c: c, e: Expectation{RequestID: requestID, Now: now}, t: newLogoutTrail(CheckInResponseTo, CheckStatus)}
	if refusal := p.logoutResponse(m); refusal != nil {
		return p.t.recorded(), refusal
	}
	return p.t.recorded(), nil
}

func (p protocol) logoutResponse(m Message) *Refusal {
	n, refusal := p.signedMessage(m, "LogoutResponse")
	if refusal != nil {
		return refusal
	}
	if refusal := p.logoutMessage(n); refusal != nil {
		return refusal
	}
	const other = "The answer belongs to another sign-out than the one that was begun here, so it confirms nothing."
	if p.e.RequestID == "" {
		return p.t.refuse(CheckInResponseTo, "the ID of our request", "none", other)
	}
	if refusal := p.t.equal(CheckInResponseTo, p.e.RequestID, n.value("InResponseTo"), other); refusal != nil {
		return refusal
	}
	got, refusal := status(n, p.t, notEnded)
	if refusal == nil {
		p.t.pass(CheckStatus, success, got)
	}
	return refusal
}

// UnmadeLogout is Unmade for a message about signing out.
func UnmadeLogout() []Check {
	var checks []Check
	for _, name := range newLogoutTrail().all {
		checks = append(checks, Check{Name: name, Outcome: Skipped})
	}
	return checks
}

// BeginLogout makes a signed request that the identity provider end the person's session there. The connection must have its address.
func BeginLogout(c Connection, s Subject, relayState string, now time.Time) (Request, error) {
	message := c.logoutDocument("LogoutRequest", c.IDPSLOURL, now)
	message.CreateAttr("NotOnOrAfter", written(now.Add(logoutFresh)))
	name := message.CreateElement("saml:NameID")
	for _, a := range [][2]string{{"Format", s.Format}, {"NameQualifier", s.NameQualifier}, {"SPNameQualifier", s.SPNameQualifier}} {
		if a[1] != "" {
			name.CreateAttr(a[0], a[1])
		}
	}
	name.SetText(s.NameID)
	if s.SessionIndex != "" {
		message.CreateElement("samlp:SessionIndex").SetText(s.SessionIndex)
	}
	return c.send(message, fieldRequest, c.IDPSLOURL, c.IDPSLOBinding, relayState)
}

// AnswerLogout makes the signed answer to a request that was carried out.
func AnswerLogout(c Connection, requestID, relayState string, now time.Time) (Request, error) {
	target := c.IDPSLOURL
	if c.IDPSLOResponseURL != "" {
		target = c.IDPSLOResponseURL
	}
	message := c.logoutDocument("LogoutResponse", target, now)
	message.CreateAttr("InResponseTo", requestID)
	message.CreateElement("samlp:Status").CreateElement("samlp:StatusCode").CreateAttr("Value", success)
	return c.send(message, fieldResponse, target, c.IDPSLOBinding, relayState)
}

func (c Connection) logoutDocument(tag, target string, now time.Time) *etree.Element {
	message := etree.NewElement("samlp:" + tag)
	message.CreateAttr("xmlns:samlp", nsProtocol)
	message.CreateAttr("xmlns:saml", nsAssertion)
	message.CreateAttr("ID", "_"+strings.ToLower(rand.Text()))
	message.CreateAttr("Version", "2.0")
	message.CreateAttr("IssueInstant", written(now))
	message.CreateAttr("Destination", target)
	message.CreateElement("saml:Issuer").SetText(c.SPEntityID)
	return message
}

package saml

import (
	"slices"
	"strings"
	"time"
)

// protocol holds what the message must agree with. Every method reads one element and refuses at the first rule that is broken.
type protocol struct {
	c Connection
	e Expectation
	t *trail
}

const success = "urn:oasis:names:tc:SAML:2.0:status:Success"

const notSignedIn = "The identity provider did not sign the person in. Its log says why; often the person is not assigned to this application there, or it does not accept our request."

// response checks what the Response says about itself.
func (p protocol) response(n *node) *Refusal {
	if refusal := p.version(n); refusal != nil {
		return refusal
	}
	if refusal := p.issueInstant(n); refusal != nil {
		return refusal
	}
	if refusal := p.t.equal(CheckDestination, p.c.ACSURL, n.value("Destination"),
		"The answer is not addressed to this connection. Enter our address for answers (ACS URL) at the identity provider exactly as the connection's page shows it."); refusal != nil {
		return refusal
	}
	if refusal := p.issuer(CheckResponseIssuer, n); refusal != nil {
		return refusal
	}
	got, refusal := status(n, p.t, notSignedIn)
	if refusal != nil {
		return refusal
	}
	p.t.pass(CheckStatus, success, got)
	return p.inResponseTo(CheckInResponseTo, n)
}

func (p protocol) version(n *node) *Refusal {
	if got := n.value("Version"); got != "2.0" {
		return p.t.refuse(CheckVersion, "2.0", got, "The answer is not SAML 2.0. Choose SAML 2.0 for this application at the identity provider.")
	}
	return nil
}

func (p protocol) issueInstant(n *node) *Refusal {
	got := n.value("IssueInstant")
	at, ok := instant(got)
	if !ok || at.After(p.e.Now.Add(Skew)) {
		return p.t.refuse(CheckIssueInstant, "not after "+written(p.e.Now), got,
			"The answer does not say when it was issued, or says a time in the future. Set the identity provider's clock by a time server, and ours.")
	}
	return nil
}

// issuer insists on the entity ID that was configured, once and without ornament.
func (p protocol) issuer(check string, n *node) *Refusal {
	const cause = "The answer names another issuer than this connection's identity provider. Compare the entity ID there and here; each identity provider needs its own connection."
	issuer, ok := n.only(nsAssertion, "Issuer")
	if !ok || len(issuer.kids) > 0 {
		return p.t.refuse(check, p.c.IDPEntityID, "none, or several", cause)
	}
	if p.c.IDPEntityID == "" {
		return p.t.refuse(check, "an entity ID in the connection", issuer.text(), "This connection has no entity ID of an identity provider. Enter it.")
	}
	return p.t.equal(check, p.c.IDPEntityID, issuer.text(), cause)
}

func (p protocol) inResponseTo(check string, n *node) *Refusal {
	got, present := n.attr("InResponseTo")
	if p.e.RequestID == "" || !present {
		return p.t.refuse(check, "the ID of our request", "none",
			"The answer does not belong to a request of ours. People must start at our sign-in page, not from a tile at the identity provider.")
	}
	return p.t.equal(check, p.e.RequestID, got,
		"The answer belongs to another request than the one that was begun. Usually an old page was reloaded: start again at our sign-in page.")
}

// status refuses anything but one top-level Success; what the provider said instead goes to the recorder.
func status(n *node, t *trail, cause string) (string, *Refusal) {
	s, ok := n.only(nsProtocol, "Status")
	if !ok {
		return "", t.refuse(CheckStatus, success, "none, or several", "The answer has no status. The identity provider must send one.")
	}
	code, ok := s.only(nsProtocol, "StatusCode")
	if !ok {
		return "", t.refuse(CheckStatus, success, "none, or several", "The answer has no status code, or several. The identity provider must send one.")
	}
	got := code.value("Value")
	if got == success {
		return got, nil
	}
	if second, ok := code.only(nsProtocol, "StatusCode"); ok {
		got = second.value("Value")
	}
	return "", t.refuse(CheckStatus, success, got, cause)
}

// assertion checks what the Assertion says and returns who it is about.
func (p protocol) assertion(n *node) (Identity, *Refusal) {
	var i Identity
	if refusal := p.version(n); refusal != nil {
		return i, refusal
	}
	p.t.pass(CheckVersion, "2.0", "2.0")
	if refusal := p.issueInstant(n); refusal != nil {
		return i, refusal
	}
	p.t.pass(CheckIssueInstant, "not after "+written(p.e.Now), n.value("IssueInstant"))
	if refusal := p.issuer(CheckAssertionIssuer, n); refusal != nil {
		return i, refusal
	}
	if refusal := p.assertionID(n, &i); refusal != nil {
		return i, refusal
	}

	subject, ok := n.only(nsAssertion, "Subject")
	if !ok {
		return i, p.t.refuse(CheckSubject, "one subject", "none, or several", "The assertion must say whom it is about, once. Set a name identifier (Name ID) at the identity provider.")
	}
	p.t.pass(CheckSubject, "one subject", "one")
	if refusal := p.nameID(subject, &i); refusal != nil {
		return i, refusal
	}
	if refusal := p.confirmation(subject, &i); refusal != nil {
		return i, refusal
	}
	if refusal := p.conditions(n, &i); refusal != nil {
		return i, refusal
	}
	if refusal := p.authnStatement(n, &i); refusal != nil {
		return i, refusal
	}
	refusal := p.person(n, &i)
	return i, refusal
}

// assertionID insists on what tells this assertion from every other: without it the second use would not be recognized. A signature of
// the assertion has asked for it already, one of the response has not.
func (p protocol) assertionID(n *node, i *Identity) *Refusal {
	i.AssertionID = n.value("ID")
	if i.AssertionID == "" || len(i.AssertionID) > longestID || strings.ContainsFunc(i.AssertionID, unprintable) {
		return p.t.refuse(CheckAssertionID, "an ID of 1 to 256 characters", "none, or one that cannot be kept",
			"The assertion has no usable ID, so its second use could not be recognized. Every SAML assertion must have an ID of its own; ask the maker of the identity provider.")
	}
	p.t.pass(CheckAssertionID, "an ID of 1 to 256 characters", "so it is")
	return nil
}

// confirmation insists on one bearer confirmation made for this address, this request and this time.
func (p protocol) confirmation(subject *node, i *Identity) *Refusal {
	const byBearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer" //nolint:gosec // the name of a method, no credential
	const cause = "The assertion must be confirmed once, by the bearer method, with its data. This is the usual browser sign-in; choose it at the identity provider."
	confirmation, ok := subject.only(nsAssertion, "SubjectConfirmation")
	if !ok {
		return p.t.refuse(CheckConfirmation, byBearer, "none, or several", cause)
	}
	data, ok := confirmation.only(nsAssertion, "SubjectConfirmationData")
	if got := confirmation.value("Method"); got != byBearer || !ok {
		return p.t.refuse(CheckConfirmation, byBearer, got, cause)
	}
	p.t.pass(CheckConfirmation, byBearer, byBearer)
	if refusal := p.t.equal(CheckRecipient, p.c.ACSURL, data.value("Recipient"),
		"The assertion was made for another address. Enter our address for answers (ACS URL) at the identity provider exactly as the connection's page shows it."); refusal != nil {
		return refusal
	}
	if refusal := p.inResponseTo(CheckAssertionInResponseTo, data); refusal != nil {
		return refusal
	}
	end, ok := instant(data.value("NotOnOrAfter"))
	if !ok {
		return p.t.refuse(CheckConfirmationTime, "an end (NotOnOrAfter)", data.value("NotOnOrAfter"),
			"The assertion's subject confirmation has no end. The identity provider must set NotOnOrAfter.")
	}
	i.ExpiresAt = end.Add(Skew)
	return p.within(CheckConfirmationTime, data)
}

// within checks the element's NotBefore and NotOnOrAfter, where it has them.
func (p protocol) within(check string, n *node) *Refusal {
	const cause = "The answer is not valid at this time: it came too late, or the clocks differ by more than three minutes. Set the identity provider's clock by a time server, and ours; then start again at the sign-in page."
	var times string
	for _, name := range []string{"NotBefore", "NotOnOrAfter"} {
		got, present := n.attr(name)
		if !present {
			continue
		}
		at, ok := instant(got)
		if !ok || name == "NotBefore" && at.After(p.e.Now.Add(Skew)) || name == "NotOnOrAfter" && over(at, p.e.Now) {
			return p.t.refuse(check, "within its time at "+written(p.e.Now), name+" "+got, cause)
		}
		times += name + " " + got + " "
	}
	p.t.pass(check, "within its time at "+written(p.e.Now), times)
	return nil
}

// conditions insists on exactly our audience: an assertion made for two services could be carried from one to the other.
func (p protocol) conditions(assertion *node, i *Identity) *Refusal {
	conditions, ok := assertion.only(nsAssertion, "Conditions")
	if !ok {
		return p.t.refuse(CheckConditions, "one set of conditions", "none, or several", "The assertion must have one set of conditions with an audience. Set the audience at the identity provider to our entity ID.")
	}
	known := []string{"AudienceRestriction", "OneTimeUse", "ProxyRestriction"}
	for k := range conditions.kids {
		if kid := &conditions.kids[k]; kid.space != nsAssertion || !slices.Contains(known, kid.tag) {
			return p.t.refuse(CheckConditions, "conditions that SAML names", kid.tag,
				"The assertion sets a condition that we do not know, and so cannot be trusted. Remove it at the identity provider.")
		}
	}
	p.t.pass(CheckConditions, "one set of conditions", "one")
	if refusal := p.within(CheckConditionsTime, conditions); refusal != nil {
		return refusal
	}
	if end, ok := instant(conditions.value("NotOnOrAfter")); ok && end.Add(Skew).Before(i.ExpiresAt) {
		i.ExpiresAt = end.Add(Skew)
	}
	const cause = "The assertion was made for another application. Set the audience (also called SP entity ID or identifier) at the identity provider to our entity ID exactly as the connection's page shows it, and no other beside it."
	restriction, ok := conditions.only(nsAssertion, "AudienceRestriction")
	if !ok || len(restriction.kids) != 1 {
		return p.t.refuse(CheckAudience, p.c.SPEntityID, "none, or several", cause)
	}
	audience, ok := restriction.only(nsAssertion, "Audience")
	if !ok || len(audience.kids) > 0 {
		return p.t.refuse(CheckAudience, p.c.SPEntityID, "none", cause)
	}
	return p.t.equal(CheckAudience, p.c.SPEntityID, audience.text(), cause)
}

// authnStatement reads how and for how long the person is signed in at the identity provider.
func (p protocol) authnStatement(assertion *node, i *Identity) *Refusal {
	s, ok := assertion.only(nsAssertion, "AuthnStatement")
	if !ok {
		return p.t.refuse(CheckAuthnStatement, "one statement", "none, or several", "The assertion must say once that the person signed in (AuthnStatement). Set the identity provider to web single sign-on.")
	}
	at, ok := instant(s.value("AuthnInstant"))
	if !ok || at.After(p.e.Now.Add(Skew)) || len(s.value("SessionIndex")) > longestID {
		return p.t.refuse(CheckAuthnStatement, "a time of sign-in in the past", s.value("AuthnInstant"), "The assertion does not say when the person signed in, or says a time in the future. Set the identity provider's clock by a time server, and ours.")
	}
	p.t.pass(CheckAuthnStatement, "a time of sign-in in the past", s.value("AuthnInstant"))
	i.AuthnInstant, i.SessionIndex = at, s.value("SessionIndex")
	if got, limited := s.attr("SessionNotOnOrAfter"); limited {
		end, ok := instant(got)
		if !ok || over(end, p.e.Now) {
			return p.t.refuse(CheckSessionTime, "not over at "+written(p.e.Now), got, "The person's session at the identity provider is over already. Start again at the sign-in page; if it happens every time, look at the session lifetime there.")
		}
		i.SessionNotOnOrAfter = end
	}
	p.t.pass(CheckSessionTime, "not over at "+written(p.e.Now), s.value("SessionNotOnOrAfter"))
	return nil
}

// instant reads a time of the protocol, which is always written in full and in UTC or with its zone.
func instant(s string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, s)
	return at.UTC(), err == nil
}

// over is true when the end has passed, our clock being given the benefit of the skew.
func over(end, now time.Time) bool { return !now.Add(-Skew).Before(end) }

func written(at time.Time) string { return at.UTC().Format(time.RFC3339) }

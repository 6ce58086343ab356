package saml

import (
	"net/mail"
	"strconv"
	"strings"
	"time"
)

// Identity is who signed in, as the identity provider says and as far as its organization may be believed. The identity's key is
// the connection and NameID together; the address is only a claim of the organization's.
type Identity struct {
	AssertionID string    // to be accepted once
	ExpiresAt   time.Time // from then on the assertion would be refused by its age: its ID may be forgotten

	NameID, NameIDFormat           string
	Person                         string // who it is at every sign-in: the name identifier, or the attribute that stands in for one that changes
	NameQualifier, SPNameQualifier string // of the name identifier; usually empty
	SessionIndex                   string
	AuthnInstant                   time.Time // when the person signed in at the identity provider
	SessionNotOnOrAfter            time.Time // zero when the identity provider sets no end

	Email, FirstName, LastName, DisplayName string // each empty when not said

	Groups     []string    // each once, in the order in which they came
	GroupsSent bool        // there is an attribute for them, if only an empty one
	Attributes []Attribute // in the order in which they came, repeated ones merged
	VerifiedBy [32]byte    // SHA-256 of the certificate that verified the signature
}

// Attribute is what the identity provider says about the person under one name.
type Attribute struct {
	Name, FriendlyName string
	Values             []string
}

const (
	maxValues         = 400 // attribute values; the signature library gives up a little above
	longestNameID     = 512
	longestEmail      = 254
	longestName       = 200
	formatEmail       = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
	formatUnspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
	formatTransient   = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
)

// nameID reads the one name identifier, all of its text.
func (p protocol) nameID(subject *node, i *Identity) *Refusal {
	const expected = "one name identifier for us"
	refuse := func(got, cause string) *Refusal { return p.t.refuse(CheckNameID, expected, got, cause) }
	n, ok := subject.only(nsAssertion, "NameID")
	if !ok || len(n.kids) > 0 {
		return refuse("none, several, or one with parts",
			"The assertion must name the person by exactly one name identifier in clear. Set Name ID at the identity provider, not encrypted.")
	}
	value := n.text()
	if value == "" || len(value) > longestNameID || strings.ContainsFunc(value, unprintable) {
		return refuse("empty, too long, or with control characters",
			"The name identifier is empty or cannot be used. Map Name ID at the identity provider to something every person has, such as the user's ID.")
	}
	if qualifier, given := n.attr("SPNameQualifier"); given && qualifier != p.c.SPEntityID {
		return refuse("one for "+qualifier,
			"The name identifier was made for another application (SPNameQualifier). Set our entity ID at the identity provider exactly as the connection's page shows it.")
	}
	format := n.value("Format")
	if format == formatTransient && p.c.Attributes.Person == "" {
		return refuse(format,
			"The name identifier is transient: it changes at every sign-in, so nobody could be recognized. Set the Name ID format at the identity provider to persistent or to email address, "+
				"or name an attribute of the connection that stays the same as its person ID.")
	}
	i.NameID, i.NameIDFormat, i.Person = value, format, value
	i.NameQualifier, i.SPNameQualifier = clip(n.value("NameQualifier")), n.value("SPNameQualifier")
	p.t.pass(CheckNameID, expected, "one, of format "+format)
	return nil
}

// countValues refuses, before the signature library sees it, an assertion with more attribute values than the library walks.
func countValues(assertion *node, t *trail) *Refusal {
	values := 0
	for _, statement := range assertion.all(nsAssertion, "AttributeStatement") {
		for a := range statement.kids {
			values += max(1, len(statement.kids[a].kids))
		}
	}
	if values > maxValues {
		return t.refuse(CheckAttributes, "at most "+strconv.Itoa(maxValues)+" values", strconv.Itoa(values),
			"The answer has more than "+strconv.Itoa(maxValues)+" attribute values. Make the identity provider send fewer groups, such as only those assigned to this application.")
	}
	return nil
}

// person reads the attributes, and from them and the name identifier the names and the address.
func (p protocol) person(assertion *node, i *Identity) *Refusal {
	for _, statement := range assertion.all(nsAssertion, "AttributeStatement") {
		for _, a := range statement.all(nsAssertion, "Attribute") {
			i.addAttribute(a)
		}
	}
	p.t.pass(CheckAttributes, "at most "+strconv.Itoa(maxValues)+" values", strconv.Itoa(len(i.Attributes))+" attributes")

	if refusal := p.standIn(i); refusal != nil {
		return refusal
	}
	names := p.c.Attributes.names()
	i.FirstName = name(i.first(names.firstName))
	i.LastName = name(i.first(names.lastName))
	i.DisplayName = name(i.first(names.displayName))
	if i.DisplayName == "" {
		i.DisplayName = strings.TrimSpace(i.FirstName + " " + i.LastName)
	}
	i.readGroups(names.groups)
	return p.email(i, i.first(names.email))
}

// addAttribute merges an attribute into those of its name: Keycloak sends one Attribute for each role.
func (i *Identity) addAttribute(n *node) {
	var values []string
	for _, v := range n.all(nsAssertion, "AttributeValue") {
		text := v.text()
		if id, ok := v.only(nsAssertion, "NameID"); ok { // as with eduPersonTargetedID
			text = id.text()
		}
		if text != "" {
			values = append(values, text)
		}
	}
	name := strings.TrimSpace(n.value("Name"))
	for k := range i.Attributes {
		if i.Attributes[k].Name == name {
			i.Attributes[k].Values = append(i.Attributes[k].Values, values...)
			return
		}
	}
	i.Attributes = append(i.Attributes, Attribute{Name: name, FriendlyName: n.value("FriendlyName"), Values: values})
}

// email takes the address from the attribute, or else from a name identifier that is one. Two different ones are refused: each
// program on the way could believe another.
func (p protocol) email(i *Identity, values []string) *Refusal {
	const expected = "at most one address"
	for _, v := range values {
		if !strings.EqualFold(v, values[0]) {
			return p.t.refuse(CheckEmail, expected, "different ones",
				"The email attribute has two different values. Make the identity provider send one address.")
		}
	}
	if len(values) > 0 {
		if !isAddress(values[0]) {
			return p.t.refuse(CheckEmail, expected, "something that is no address",
				"The email attribute does not hold an email address. Map it at the identity provider to the person's address.")
		}
		i.Email = values[0]
		p.t.pass(CheckEmail, expected, "one, from an attribute")
		return nil
	}
	canBeAddress := i.NameIDFormat == formatEmail || i.NameIDFormat == formatUnspecified || i.NameIDFormat == ""
	if canBeAddress && isAddress(i.NameID) {
		i.Email = i.NameID
		p.t.pass(CheckEmail, expected, "one, from the name identifier")
		return nil
	}
	p.t.pass(CheckEmail, expected, "none")
	return nil
}

// isAddress is true of one bare address: no display name, no list, no control characters.
func isAddress(s string) bool {
	if len(s) > longestEmail || strings.ContainsFunc(s, unprintable) || strings.ContainsAny(s, " \t,;<>") {
		return false
	}
	parsed, err := mail.ParseAddress(s)
	return err == nil && parsed.Address == s && parsed.Name == ""
}

// name takes the first value as a name of a person, cut to what is shown.
func name(values []string) string {
	if len(values) == 0 {
		return ""
	}
	var b strings.Builder
	n := 0
	for _, r := range values[0] {
		if n == longestName {
			break
		}
		// Joiners are format characters, but letters of some scripts need them.
		if r == '\u200C' || r == '\u200D' || !unprintable(r) {
			b.WriteRune(r)
			n++
		}
	}
	return strings.TrimSpace(b.String())
}

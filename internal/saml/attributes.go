package saml

import (
	"slices"
	"strings"
)

// Attributes are the names under which a connection's identity provider says things, where they are not the usual ones. A name that is given
// is the only one that is read; empty is the first of UsualNames that has a value.
type Attributes struct {
	// Person is an attribute that knows a person whose name identifier is transient, which is one that changes at every sign-in
	// (SAML Core §8.3.8). Without it such sign-ins are refused.
	Person string

	Email, FirstName, LastName, DisplayName, Groups string
}

// attributeNames are the names under which providers send a thing; the first that has a value counts.
type attributeNames struct{ email, firstName, lastName, displayName, groups []string }

const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

// names are what is read: the name that was given, or the usual ones.
func (a Attributes) names() attributeNames {
	or := func(given string, usual ...string) []string {
		if given != "" {
			return []string{given}
		}
		return usual
	}
	return attributeNames{
		email: or(a.Email, claims+"emailaddress", "email", "mail", "User.email", "emailAddress",
			"urn:oid:0.9.2342.19200300.100.1.3", "urn:oid:1.2.840.113549.1.9.1"),
		firstName: or(a.FirstName, claims+"givenname", "firstName", "givenName", "User.FirstName", "urn:oid:2.5.4.42"),
		lastName:  or(a.LastName, claims+"surname", "lastName", "surname", "sn", "User.LastName", "urn:oid:2.5.4.4"),
		displayName: or(a.DisplayName, "http://schemas.microsoft.com/identity/claims/displayname", "displayName",
			"urn:oid:2.16.840.1.113730.3.1.241", "cn", "urn:oid:2.5.4.3"),
		groups: or(a.Groups, "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups", "http://schemas.xmlsoap.org/claims/Group",
			"groups", "memberOf", "Role", "member", "urn:oid:1.3.6.1.4.1.5923.1.5.1.1"),
	}
}

// UsualNames are the names that are tried where none was given, in their order.
func UsualNames() (email, firstName, lastName, displayName, groups []string) {
	n := Attributes{}.names()
	return n.email, n.firstName, n.lastName, n.displayName, n.groups
}

// first returns the values of the first of the names that has any, whatever its case.
func (i *Identity) first(names []string) []string {
	for _, name := range names {
		if values, _ := i.said(name); len(values) > 0 {
			return values
		}
	}
	return nil
}

// said returns what stands under a name, whatever its case, and whether there is such an attribute at all.
func (i *Identity) said(name string) (values []string, sent bool) {
	for _, a := range i.Attributes {
		if strings.EqualFold(a.Name, name) {
			values, sent = append(values, a.Values...), true
		}
	}
	return values, sent
}

// readGroups reads the groups. To be in none is something else than not to be told: from the second nothing is concluded.
func (i *Identity) readGroups(names []string) {
	for _, group := range i.first(names) {
		if !slices.Contains(i.Groups, group) {
			i.Groups = append(i.Groups, group)
		}
	}
	i.GroupsSent = slices.ContainsFunc(names, func(name string) bool { _, sent := i.said(name); return sent })
}

// standIn knows the person of a transient name identifier by the attribute that the connection has for it. The attribute's name stands
// before its value, so that nobody's name identifier is the same.
func (p protocol) standIn(i *Identity) *Refusal {
	const expected = "one value that stays the same"
	if i.NameIDFormat != formatTransient {
		p.t.pass(CheckPersonID, expected, "the name identifier")
		return nil
	}
	name := p.c.Attributes.Person
	values, _ := i.said(name)
	if len(values) != 1 || len(values[0]) > longestNameID || strings.ContainsFunc(values[0], unprintable) {
		return p.t.refuse(CheckPersonID, expected, "none, several, or one that cannot be kept",
			"The name identifier changes at every sign-in, and the attribute “"+name+"” that should know the person instead does not have one value. Make the identity provider send it, once.")
	}
	i.Person = name + "=" + values[0]
	p.t.pass(CheckPersonID, expected, "one, in "+name)
	return nil
}

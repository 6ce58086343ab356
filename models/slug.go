package models

import (
	"regexp"
	"strings"
)

// MaxSlug is the longest identifier a person can choose, in characters.
const MaxSlug = 48

var slugForm = regexp.MustCompile(`^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$`)

// reserved are identifiers that would read like a page of the console.
var reserved = map[string]bool{
	"new": true, "edit": true, "settings": true, "login": true, "logout": true, "sso": true, "saml": true, "api": true,
	"admin": true, "static": true, "health": true, "account": true, "all": true,
}

// Slug is an identifier that a person chose (of an organization, app, team, identity provider): unique in its parent ignoring case.
type Slug string

// Norm is the form that is compared: lower case.
func (s Slug) Norm() string { return strings.ToLower(string(s)) }

// ParseSlug reads what a person typed: surrounding space goes, inner spaces become "-". A refusal says which rule it breaks; taken
// identifiers are the database's business.
func ParseSlug(field, typed string) (Slug, error) {
	s := strings.Join(strings.Fields(typed), "-")
	switch {
	case s == "":
		return "", RefuseField(field, "Choose an ID.")
	case len(s) > MaxSlug:
		return "", RefuseField(field, "An ID has at most 48 characters.")
	case !slugForm.MatchString(s):
		return "", RefuseField(field, "Use letters, digits, and single - or _ between them.")
	case reserved[strings.ToLower(s)]:
		return "", RefuseField(field, "“"+s+"” is reserved by the console. Choose another ID.")
	}
	return Slug(s), nil
}

package saml

import (
	"strings"
	"time"
	"unicode/utf8"
)

// CheckEntityID judges an identity provider's entity ID that was typed by hand: not empty, at most 1,024 characters (SAML core §8.3.6),
// valid UTF-8 without control characters. The error is a *MetadataError.
func CheckEntityID(typed string) error {
	switch {
	case strings.TrimSpace(typed) == "":
		return problem(ProblemNoEntityID, "Enter the identity provider's entity ID. Providers also call it Issuer.")
	case len(typed) > 1024 || !utf8.ValidString(typed) || strings.ContainsFunc(typed, unprintable):
		return problem(ProblemNoEntityID, "An entity ID is one line of at most 1,024 characters. Copy it from the identity provider.")
	}
	return nil
}

// CertificateWarnings says what works today with these certificates and may not tomorrow, as ReadMetadata does.
func CertificateWarnings(certificates []Certificate, now time.Time) []string {
	m := Metadata{Certificates: certificates}
	m.warn(now)
	return m.Warnings
}

// Name is the person's name as it is best known: the display name, else first and last name; empty when neither was said.
func (i Identity) Name() string {
	if i.DisplayName != "" {
		return i.DisplayName
	}
	return strings.TrimSpace(i.FirstName + " " + i.LastName)
}

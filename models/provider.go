package models

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// IdentityProvider is a SAML identity provider of an organization: one connection with its own endpoints.
type IdentityProvider struct {
	ID             string
	OrganizationID string
	Slug           string
	Name           string
	ConnectionID   string // random, stands in our URLs; never chosen by the issuer
	EntityID       string
	SSOURL         string
	SSOBinding     string // "redirect" or "post"
	Logout         LogoutAddress
	IDPInitiated   bool   // sign-ins may begin there: what comes unasked is thrown away, and one is begun here
	MetadataURL    string // where it was read from, if it was read from a URL
	Enabled        bool
	Product        string // what it is, when it was said: a key of the guide
	Draft          bool   // it is being set up, and was never enabled
	Attributes     AttributeNames
	AdmitsDomains  bool // lets people in whom nobody invited, by a domain that the organization verified
	Certificates   []ProviderCertificate
	CertificateDER []byte // ours, by which it knows us
	NextDER        []byte // ours that is to follow; nil: none is prepared
	PreviousDER    []byte // ours that was before, whose key still decrypts; nil: none
	CreatedAt      time.Time
	UpdatedAt      time.Time
	LastSignInAt   time.Time // zero: never
	ProvenAt       time.Time // when an Administrator last saw by a test that it works as it is configured; zero: never
	Links          int       // people who sign in through it (detail page only)
	Required       bool      // required single sign-on rests on it (detail page only)
	Elsewhere      string    // name of another that it would rest on without it; empty: none (detail page only)
	Version        int
}

// Fingerprint is the SHA-256 of everything that decides whether an answer of the identity provider is believed. Another name, or switching
// it off and on, leaves it as it is: a test of this configuration still counts.
func (p IdentityProvider) Fingerprint() []byte {
	sum := sha256.New()
	write := func(part []byte) {
		whole := sha256.Sum256(part) // each of one length, so that no two lists of parts read the same
		sum.Write(whole[:])
	}
	for _, part := range []string{p.ConnectionID, p.EntityID, p.SSOURL, p.SSOBinding, p.Attributes.Person, p.Attributes.Email} {
		write([]byte(part))
	}
	hashes := make([][]byte, 0, len(p.Certificates))
	for _, c := range p.Certificates {
		hashes = append(hashes, c.SHA256)
	}
	slices.SortFunc(hashes, bytes.Compare)
	for _, hash := range hashes {
		write(hash)
	}
	return sum.Sum(nil)
}

// LogoutAddress is where an identity provider takes logout messages.
type LogoutAddress struct {
	URL         string // empty: it has none, and signing out here does not reach it
	ResponseURL string // where it wants answers; empty: at URL as well
	Binding     string // "redirect" or "post"
}

// ProviderCertificate is one of the certificates that the provider's signatures are checked against.
type ProviderCertificate struct {
	DER            []byte
	Subject        string
	SHA256         []byte
	NotBefore      time.Time
	NotAfter       time.Time
	LastVerifiedAt time.Time // zero: has verified nothing yet
}

// Reservation is a set of our values (connection id and key pair) set aside for the next identity provider of an organization, so that
// they can be entered at the provider before it is created here.
type Reservation struct {
	ConnectionID   string
	PrivateKey     []byte // PKCS #8 DER
	CertificateDER []byte
}

// Connection is an identity provider with what the protocol needs: its organization and our key pair.
type Connection struct {
	Provider       IdentityProvider
	Organization   Organization
	PrivateKey     []byte   // PKCS #8 DER
	OtherKeys      [][]byte // likewise: the next and the previous one, while keys change over
	CertificateDER []byte
}

// ProviderChange is what creating or editing an identity provider saves.
type ProviderChange struct {
	Slug         Slug // only when created; it never changes
	Name         string
	EntityID     string
	SSOURL       string
	SSOBinding   string
	Logout       LogoutAddress
	IDPInitiated bool
	MetadataURL  string
	MetadataXML  string
	Certificates []ProviderCertificate
	Enabled      bool
	Product      string // only when created
	Draft        bool   // only when created

	Attributes    AttributeNames
	AdmitsDomains bool
}

// AttributeNames are the names under which an identity provider says who somebody is; an empty one is read under the usual names.
type AttributeNames struct {
	Person string // knows somebody whose name identifier changes at every sign-in

	Email, FirstName, LastName, DisplayName, Groups string
}

// longestAttributeName is longer than every name that a provider sends: they are URLs at most.
const longestAttributeName = 300

// ParseAttributeName reads the name of an attribute as the provider spells it; empty is none.
func ParseAttributeName(field, typed string) (string, error) {
	name := strings.TrimSpace(typed)
	switch {
	case utf8.RuneCountInString(name) > longestAttributeName:
		return "", RefuseField(field, "The name of an attribute has at most 300 characters here.")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, notPrintable):
		return "", RefuseField(field, "The name of an attribute has no control characters.")
	}
	return name, nil
}

// FlowMode is what a SAML flow was begun for.
type FlowMode string

// The modes of a flow.
const (
	FlowLogin FlowMode = "login"
	FlowTest  FlowMode = "test" // an Administrator tries the configuration; it makes neither a person nor a session
)

// Flow is one outstanding authentication request.
type Flow struct {
	RelayState     string // random 128-bit key; stored hashed
	RequestID      string
	ProviderID     string
	OrganizationID string
	Mode           FlowMode
	ReturnPath     string
	Browser        string // the secret of the cookie that was set when it began; stored hashed
	TesterID       string // of a test: the Administrator's account …
	SessionID      string // … and the session they began it in
}

// SAMLIdentity is what an identity provider said of somebody, after every check.
type SAMLIdentity struct {
	AssertionID         string
	NameID              string
	NameIDFormat        string
	NameQualifier       string
	SPNameQualifier     string
	SessionIndex        string
	SessionNotOnOrAfter time.Time
	ReplayUntil         time.Time // keep the assertion id until then
	Email               string
	Name                string
	VerifiedBy          []byte // SHA-256 of the certificate
	// Person is who it is at every sign-in; empty: the NameID is.
	Person     string
	Groups     []string
	GroupsSent bool     // there was an attribute for groups, if only an empty one
	Attributes []string // the names of all attributes

	Received      []ReceivedAttribute // of a test only
	Configuration []byte              // the fingerprint of what it was checked against
	Recording     Recording           // of the answer that said it, with the protocol's checks
}

// Identifies is what a link to an account is kept under.
func (i SAMLIdentity) Identifies() string {
	if i.Person != "" {
		return i.Person
	}
	return i.NameID
}

// ReceivedAttribute is what an identity provider said of somebody under one name.
type ReceivedAttribute struct {
	Name, FriendlyName string
	Values             []string
}

// Farewell is what is needed to sign somebody out at the identity provider that vouched for the session they ended here.
type Farewell struct {
	ConnectionID                                   string
	NameID, Format, NameQualifier, SPNameQualifier string
	SessionIndex                                   string
}

// Stop is one identity provider on the way of somebody who signed out. Their session here has ended before.
type Stop struct {
	Place    int
	Provider string // its name
	State    StopState
	Farewell Farewell
}

// StopState is what came of asking an identity provider to sign somebody out.
type StopState string

// The states of a stop.
const (
	StopWaiting   StopState = "waiting"
	StopAsked     StopState = "asked" // no answer yet; there may never be one
	StopConfirmed StopState = "confirmed"
	StopRefused   StopState = "refused" // it said no, or what came was not to be believed
)

// LogoutOrder is a genuine request of an identity provider to end somebody's sessions.
type LogoutOrder struct {
	ID       string    // counts once
	Until    time.Time // keep the ID until then
	NameID   string
	Sessions []string // by their index; none: every one of that name
}

// SignInOffer is what the sign-in page may say of an organization to a stranger.
type SignInOffer struct {
	Organization Organization
	Providers    []IdentityProvider // enabled ones, names and ids only
}

package saml

import (
	"crypto/rand"
	"strings"
)

// Binding is how a message travels through the browser.
type Binding string

// The bindings an identity provider's sign-on address may have.
const (
	BindingRedirect Binding = "redirect" // in the query of a GET
	BindingPOST     Binding = "post"     // in a form that the browser posts
)

// URI returns the binding's name in the protocol, as metadata spells it.
func (b Binding) URI() string {
	if b == BindingPOST {
		return "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
	}
	return "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
}

// Connection is everything the protocol needs to know of one identity provider and of us towards it.
type Connection struct {
	ID          string  // random, in our URLs; see NewConnectionID
	SPEntityID  string  // our entity ID for this connection, which is the URL of our metadata
	ACSURL      string  // where the identity provider's answers are posted
	IDPEntityID string  // the identity provider's entity ID, as its messages name it in Issuer
	SSOURL      string  // where our requests go
	SSOBinding  Binding // how they travel; empty is redirect
	SLOURL      string  // our address for logout messages
	// The identity provider's address for logout messages, empty when it has none; where it wants answers, when elsewhere; and how they travel.
	IDPSLOURL, IDPSLOResponseURL string
	IDPSLOBinding                Binding
	Certificates                 [][]byte // DER, the identity provider's signing certificates; the one likely in use first saves time
	Attributes                   Attributes
	Key                          KeyPair // ours, made for this connection alone
	// DecryptWith are our private keys in PKCS #8, the current one first: what is encrypted may be for the next or the previous one.
	// They are parsed only when something is encrypted, because that costs as much as checking a signature.
	DecryptWith [][]byte
}

// NewConnectionID makes a random identifier of at least 128 bits out of lower-case letters and digits.
func NewConnectionID() string { return strings.ToLower(rand.Text()) }

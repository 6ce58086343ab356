package saml

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/beevik/etree"
	saml2 "github.com/russellhaering/gosaml2"
	dsig "github.com/russellhaering/goxmldsig"
)

// BeginOptions are the wishes of one request.
type BeginOptions struct {
	ForceAuthn bool // ask the identity provider to make the person sign in again
}

// Request is a signed message of ours, ready to travel.
type Request struct {
	ID          string // to be kept, and expected in the answer
	Binding     Binding
	RelayState  string
	RedirectURL string // redirect: where to send the browser
	PostURL     string // POST: where the form goes
	SAMLRequest string // POST: the form's field of that name, base64
	// POST: the same for an answer, of a logout.
	SAMLResponse string
}

// Begin makes a signed AuthnRequest for the connection. RelayState comes back with the answer; it must be a random key of ours.
func Begin(c Connection, relayState string, now time.Time, o BeginOptions) (Request, error) {
	sp := &saml2.SAMLServiceProvider{
		IdentityProviderSSOURL:         c.SSOURL,
		IdentityProviderIssuer:         c.IDPEntityID,
		ServiceProviderIssuer:          c.SPEntityID,
		AssertionConsumerServiceURL:    c.ACSURL,
		SignAuthnRequests:              true,
		SignAuthnRequestsAlgorithm:     dsig.RSASHA256SignatureMethod,
		SignAuthnRequestsCanonicalizer: dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""),
		ForceAuthn:                     o.ForceAuthn,
		Clock:                          dsig.NewFakeClockAt(now),
		SPKeyStore:                     dsig.TLSCertKeyStore(tls.Certificate{Certificate: [][]byte{c.Key.Certificate}, PrivateKey: c.Key.PrivateKey}),
	}
	r := Request{Binding: c.SSOBinding, RelayState: relayState}
	if c.SSOBinding == BindingPOST {
		doc, err := sp.BuildAuthRequestDocument()
		if err != nil {
			return Request{}, fmt.Errorf("saml: build request: %w", err)
		}
		signed, err := doc.WriteToBytes()
		if err != nil {
			return Request{}, fmt.Errorf("saml: write request: %w", err)
		}
		r.ID, r.PostURL, r.SAMLRequest = requestID(doc), c.SSOURL, base64.StdEncoding.EncodeToString(signed)
		return r, nil
	}
	r.Binding = BindingRedirect
	// The redirect binding signs the query. A signature inside the XML as well, which the library's shorter way would add, is
	// what strict providers refuse.
	doc, err := sp.BuildAuthRequestDocumentNoSig()
	if err != nil {
		return Request{}, fmt.Errorf("saml: build request: %w", err)
	}
	written, err := doc.WriteToBytes()
	if err != nil {
		return Request{}, fmt.Errorf("saml: write request: %w", err)
	}
	if r.RedirectURL, err = c.signedURL(c.SSOURL, fieldRequest, written, relayState); err != nil {
		return Request{}, err
	}
	r.ID = requestID(doc)
	return r, nil
}

func requestID(doc *etree.Document) string { return doc.Root().SelectAttrValue("ID", "") }

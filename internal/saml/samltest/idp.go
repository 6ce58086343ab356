// Package samltest is an identity provider for tests and measurements: it makes genuine, signed answers, and with its hooks every
// kind of answer that must be refused. It is not linked into the program.
package samltest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// IDP is an identity provider: a name and a key.
type IDP struct {
	EntityID    string
	Key         *rsa.PrivateKey
	Certificate []byte // DER, self-signed
}

// NewIDP makes an identity provider with a fresh key of 2,048 bits and a certificate of a year around now.
func NewIDP(entityID string, now time.Time) (IDP, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return IDP{}, fmt.Errorf("samltest: make key: %w", err)
	}
	return NewIDPWithKey(entityID, key, now.AddDate(0, -6, 0), now.AddDate(0, 6, 0))
}

// NewIDPWithKey makes an identity provider with this key and a certificate of these dates.
func NewIDPWithKey(entityID string, key *rsa.PrivateKey, notBefore, notAfter time.Time) (IDP, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return IDP{}, fmt.Errorf("samltest: make serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "Test identity provider"},
		NotBefore:    notBefore,
		NotAfter:     notAfter,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return IDP{}, fmt.Errorf("samltest: make certificate: %w", err)
	}
	return IDP{EntityID: entityID, Key: key, Certificate: certificate}, nil
}

// Metadata returns the identity provider's metadata with the sign-on address for both bindings.
func (idp IDP) Metadata(ssoURL string) []byte {
	return []byte(`<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="` + escape(idp.EntityID) + `">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + base64.StdEncoding.EncodeToString(idp.Certificate) + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + escape(ssoURL) + `"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="` + escape(ssoURL) + `"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`)
}

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a strings.Builder never fails
	}
	return b.String()
}

// newID makes an identifier of a message.
func newID() string { return "_" + strings.ToLower(rand.Text()) }

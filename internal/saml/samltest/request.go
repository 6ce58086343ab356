package samltest

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
)

// AuthnRequest is what a test needs to know of a request to answer it.
type AuthnRequest struct {
	ID          string `xml:"ID,attr"`
	Destination string `xml:"Destination,attr"`
	ACSURL      string `xml:"AssertionConsumerServiceURL,attr"`
	ForceAuthn  bool   `xml:"ForceAuthn,attr"`
	Issuer      string `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
	RelayState  string `xml:"-"`
}

// ReadRedirect reads the request out of the address that a browser was sent to.
func ReadRedirect(rawURL string) (AuthnRequest, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return AuthnRequest{}, fmt.Errorf("samltest: address: %w", err)
	}
	deflated, err := base64.StdEncoding.DecodeString(u.Query().Get("SAMLRequest"))
	if err != nil {
		return AuthnRequest{}, fmt.Errorf("samltest: base64: %w", err)
	}
	document, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(deflated)), 1<<20))
	if err != nil {
		return AuthnRequest{}, fmt.Errorf("samltest: inflate: %w", err)
	}
	return readRequest(document, u.Query().Get("RelayState"))
}

// ReadPOST reads the request out of the fields of a form.
func ReadPOST(samlRequest, relayState string) (AuthnRequest, error) {
	document, err := base64.StdEncoding.DecodeString(samlRequest)
	if err != nil {
		return AuthnRequest{}, fmt.Errorf("samltest: base64: %w", err)
	}
	return readRequest(document, relayState)
}

func readRequest(document []byte, relayState string) (AuthnRequest, error) {
	request := AuthnRequest{RelayState: relayState}
	if err := xml.Unmarshal(document, &request); err != nil {
		return AuthnRequest{}, fmt.Errorf("samltest: request: %w", err)
	}
	return request, nil
}

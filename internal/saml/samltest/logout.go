package samltest

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/beevik/etree"
)

// Logout describes a logout message of the identity provider: a request, or with InResponseTo an answer. The zero values of what is not
// set make an ordinary one.
type Logout struct {
	Destination  string // our address for logout messages
	InResponseTo string
	Status       string // of an answer; Success when empty
	NameID       string
	Sessions     []string // SessionIndex
	Now          time.Time
	ID           string
	RelayState   string
	Signing      Signing

	BeforeSigning func(message *etree.Element)
	AfterSigning  func(message *etree.Element) // POST only
}

// LogoutMessage is what a test needs to know of a logout message of ours.
type LogoutMessage struct {
	XMLName      xml.Name
	ID           string `xml:"ID,attr"`
	Destination  string `xml:"Destination,attr"`
	InResponseTo string `xml:"InResponseTo,attr"`
	NotOnOrAfter string `xml:"NotOnOrAfter,attr"`
	Issuer       string `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
	NameID       struct {
		Value  string `xml:",chardata"`
		Format string `xml:"Format,attr"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:assertion NameID"`
	SessionIndex []string `xml:"urn:oasis:names:tc:SAML:2.0:protocol SessionIndex"`
	Status       struct {
		Value string `xml:"Value,attr"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:protocol Status>StatusCode"`
	RelayState string `xml:"-"`
}

func (idp IDP) logout(l Logout) *etree.Element {
	tag := "samlp:LogoutRequest"
	if l.InResponseTo != "" {
		tag = "samlp:LogoutResponse"
	}
	message := etree.NewElement(tag)
	attributes(message, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", or(l.ID, newID()), "Version", "2.0",
		"IssueInstant", l.Now.UTC().Format(time.RFC3339), "Destination", l.Destination)
	message.CreateElement("saml:Issuer").SetText(idp.EntityID)
	if l.InResponseTo != "" {
		message.CreateAttr("InResponseTo", l.InResponseTo)
		attributes(message.CreateElement("samlp:Status").CreateElement("samlp:StatusCode"), "Value", or(l.Status, "urn:oasis:names:tc:SAML:2.0:status:Success"))
	} else {
		message.CreateElement("saml:NameID").SetText(or(l.NameID, "alice"))
		for _, index := range l.Sessions {
			message.CreateElement("samlp:SessionIndex").SetText(index)
		}
	}
	if l.BeforeSigning != nil {
		l.BeforeSigning(message)
	}
	return message
}

// PostLogout makes the message as the fields of a form.
func (idp IDP) PostLogout(l Logout) (url.Values, error) {
	message := idp.logout(l)
	if err := idp.SignInto(message, l.Signing); err != nil {
		return nil, err
	}
	if l.AfterSigning != nil {
		l.AfterSigning(message)
	}
	doc := etree.NewDocument()
	doc.SetRoot(message)
	written, err := doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("samltest: write message: %w", err)
	}
	form := url.Values{field(l): {base64.StdEncoding.EncodeToString(written)}}
	if l.RelayState != "" {
		form.Set("RelayState", l.RelayState)
	}
	return form, nil
}

func field(l Logout) string {
	if l.InResponseTo != "" {
		return "SAMLResponse"
	}
	return "SAMLRequest"
}

// RedirectLogout makes the message as the query of an address.
func (idp IDP) RedirectLogout(l Logout) (string, error) {
	doc := etree.NewDocument()
	doc.SetRoot(idp.logout(l))
	written, err := doc.WriteToBytes()
	if err != nil {
		return "", fmt.Errorf("samltest: write message: %w", err)
	}
	return idp.SignedQuery(field(l), written, l.RelayState, l.Signing)
}

// SignedQuery is any content as the redirect binding carries it.
func (idp IDP) SignedQuery(field string, message []byte, relayState string, s Signing) (string, error) {
	var deflated bytes.Buffer
	w, err := flate.NewWriter(&deflated, flate.DefaultCompression)
	if err == nil {
		_, err = w.Write(message)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return "", fmt.Errorf("samltest: deflate: %w", err)
	}
	query := field + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated.Bytes()))
	if relayState != "" {
		query += "&RelayState=" + url.QueryEscape(relayState)
	}
	query += "&SigAlg=" + url.QueryEscape(or(s.Method, RSASHA256))
	digest := sha256.Sum256([]byte(query))
	value, err := rsa.SignPKCS1v15(rand.Reader, idp.Key, crypto.SHA256, digest[:])
	if err != nil {
		return "", fmt.Errorf("samltest: sign: %w", err)
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value)), nil
}

// ReadLogout reads a logout message of ours out of a query or the fields of a form; base64 in the latter, deflated in the former.
func ReadLogout(values url.Values, redirect bool) (LogoutMessage, error) {
	var m LogoutMessage
	document, err := base64.StdEncoding.DecodeString(values.Get("SAMLRequest") + values.Get("SAMLResponse"))
	if err == nil && redirect {
		document, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(document)), 1<<20))
	}
	if err == nil {
		err = xml.Unmarshal(document, &m) //nolint:gosec // a test reads what we sent
	}
	if err != nil {
		return m, fmt.Errorf("samltest: logout message: %w", err)
	}
	m.RelayState = values.Get("RelayState")
	return m, nil
}

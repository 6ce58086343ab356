package samltest

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/beevik/etree"
)

// Answer describes one answer. The zero values of what is not set make an ordinary one, with the assertion signed.
type Answer struct {
	ACSURL       string // Destination and Recipient
	Audience     string // our entity ID
	InResponseTo string // the request's ID
	Now          time.Time

	NameID       string // "alice" when empty
	NameIDFormat string // persistent when empty
	SessionIndex string
	Attributes   []Attribute

	SignResponse  bool // beside or instead of the assertion
	LeaveUnsigned bool // the assertion
	Signing       Signing
	Encryption    *Encryption // of the assertion, once it is signed

	BeforeSigning func(response *etree.Element)
	AfterSigning  func(response *etree.Element)
	AfterWriting  func(document []byte) []byte
}

// Attribute is one attribute element.
type Attribute struct {
	Name   string
	Values []string
}

// Person returns the attributes that say who somebody is, under common names.
func Person(email, first, last string) []Attribute {
	return []Attribute{{"email", []string{email}}, {"firstName", []string{first}}, {"lastName", []string{last}}}
}

const (
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	persistent  = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
)

// Respond makes the answer as a form posts it: the base64 of the document.
func (idp IDP) Respond(a Answer) (string, error) {
	document, err := idp.Document(a)
	return base64.StdEncoding.EncodeToString(document), err
}

// Document makes the answer as XML.
func (idp IDP) Document(a Answer) ([]byte, error) {
	response := idp.build(a)
	if a.BeforeSigning != nil {
		a.BeforeSigning(response)
	}
	if assertion := response.SelectElement("saml:Assertion"); assertion != nil && !a.LeaveUnsigned {
		if err := idp.SignInto(assertion, a.Signing); err != nil {
			return nil, err
		}
	}
	if a.Encryption != nil {
		if err := EncryptAssertion(response, *a.Encryption); err != nil {
			return nil, err
		}
	}
	if a.SignResponse {
		if err := idp.SignInto(response, a.Signing); err != nil {
			return nil, err
		}
	}
	if a.AfterSigning != nil {
		a.AfterSigning(response)
	}
	doc := etree.NewDocument()
	doc.SetRoot(response)
	document, err := doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("samltest: write answer: %w", err)
	}
	if a.AfterWriting != nil {
		document = a.AfterWriting(document)
	}
	return document, nil
}

func (idp IDP) build(a Answer) *etree.Element {
	now := a.Now.UTC().Format(time.RFC3339)
	end := a.Now.Add(5 * time.Minute).UTC().Format(time.RFC3339)
	response := etree.NewElement("samlp:Response")
	attributes(response, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", newID(), "Version", "2.0", "IssueInstant", now,
		"Destination", a.ACSURL, "InResponseTo", a.InResponseTo)
	response.CreateElement("saml:Issuer").SetText(idp.EntityID)
	attributes(response.CreateElement("samlp:Status").CreateElement("samlp:StatusCode"), "Value", "urn:oasis:names:tc:SAML:2.0:status:Success")

	assertion := response.CreateElement("saml:Assertion")
	attributes(assertion, "xmlns:saml", nsAssertion, "ID", newID(), "Version", "2.0", "IssueInstant", now)
	assertion.CreateElement("saml:Issuer").SetText(idp.EntityID)

	subject := assertion.CreateElement("saml:Subject")
	nameID := subject.CreateElement("saml:NameID")
	attributes(nameID, "Format", or(a.NameIDFormat, persistent))
	nameID.SetText(or(a.NameID, "alice"))
	confirmation := subject.CreateElement("saml:SubjectConfirmation")
	attributes(confirmation, "Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")
	attributes(confirmation.CreateElement("saml:SubjectConfirmationData"), "NotOnOrAfter", end, "Recipient", a.ACSURL, "InResponseTo", a.InResponseTo)

	conditions := assertion.CreateElement("saml:Conditions")
	attributes(conditions, "NotBefore", now, "NotOnOrAfter", end)
	conditions.CreateElement("saml:AudienceRestriction").CreateElement("saml:Audience").SetText(a.Audience)

	statement := assertion.CreateElement("saml:AuthnStatement")
	attributes(statement, "AuthnInstant", now, "SessionIndex", or(a.SessionIndex, newID()))
	statement.CreateElement("saml:AuthnContext").CreateElement("saml:AuthnContextClassRef").
		SetText("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport")

	if len(a.Attributes) > 0 {
		statement := assertion.CreateElement("saml:AttributeStatement")
		for _, attribute := range a.Attributes {
			el := statement.CreateElement("saml:Attribute")
			attributes(el, "Name", attribute.Name, "NameFormat", "urn:oasis:names:tc:SAML:2.0:attrname-format:basic")
			for _, value := range attribute.Values {
				el.CreateElement("saml:AttributeValue").SetText(value)
			}
		}
	}
	return response
}

// attributes sets name after name to the value that follows it.
func attributes(el *etree.Element, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		el.CreateAttr(pairs[i], pairs[i+1])
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

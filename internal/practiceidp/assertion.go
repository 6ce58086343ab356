package practiceidp

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/crewjam/saml"
)

const (
	skew     = time.Minute
	lifetime = 5 * time.Minute
	session  = 8 * time.Hour
)

// assertion says who somebody is. The library's own maker is not used: its identifier is transient, its attributes are named by OID, and it gives away
// the address of the browser.
func (idp *Provider) assertion(request *saml.IdpAuthnRequest, person Person) *saml.Assertion {
	audience := request.ServiceProviderMetadata.EntityID
	ends := request.Now.Add(session)
	return &saml.Assertion{
		ID:           "id-" + random(),
		IssueInstant: request.Now,
		Version:      "2.0",
		Issuer:       saml.Issuer{Format: "urn:oasis:names:tc:SAML:2.0:nameid-format:entity", Value: idp.EntityID()},
		Subject: &saml.Subject{
			NameID: &saml.NameID{Format: persistent, NameQualifier: idp.EntityID(), SPNameQualifier: audience, Value: NameID(person.UserName)},
			SubjectConfirmations: []saml.SubjectConfirmation{{
				Method: "urn:oasis:names:tc:SAML:2.0:cm:bearer",
				SubjectConfirmationData: &saml.SubjectConfirmationData{
					InResponseTo: request.Request.ID, Recipient: request.ACSEndpoint.Location, NotOnOrAfter: request.Now.Add(lifetime),
				},
			}},
		},
		Conditions: &saml.Conditions{
			NotBefore: request.Now.Add(-skew), NotOnOrAfter: request.Now.Add(lifetime),
			AudienceRestrictions: []saml.AudienceRestriction{{Audience: saml.Audience{Value: audience}}},
		},
		AuthnStatements: []saml.AuthnStatement{{
			AuthnInstant: request.Now, SessionIndex: "session-" + random(), SessionNotOnOrAfter: &ends,
			AuthnContext: saml.AuthnContext{AuthnContextClassRef: &saml.AuthnContextClassRef{Value: "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"}},
		}},
		AttributeStatements: []saml.AttributeStatement{{Attributes: attributes(person)}},
	}
}

func attributes(person Person) []saml.Attribute {
	var all []saml.Attribute
	add := func(name string, values ...string) {
		attribute := saml.Attribute{Name: name, NameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"}
		for _, value := range values {
			if value != "" {
				attribute.Values = append(attribute.Values, saml.AttributeValue{Type: "xs:string", Value: value})
			}
		}
		if len(attribute.Values) > 0 {
			all = append(all, attribute)
		}
	}
	add("email", person.Email)
	add("firstName", person.FirstName)
	add("lastName", person.LastName)
	add("groups", person.Groups...)
	return all
}

func random() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails: the standard library stops the program instead
	return hex.EncodeToString(raw[:])
}

package saml

import (
	"bytes"
	"encoding/xml"
	"strings"
	"time"
)

// The elements of metadata that we read; encoding/xml matches the namespaces.
type (
	entitiesXML struct {
		ValidUntil string        `xml:"validUntil,attr"`
		Signatures []struct{}    `xml:"http://www.w3.org/2000/09/xmldsig# Signature"`
		Entities   []entityXML   `xml:"urn:oasis:names:tc:SAML:2.0:metadata EntityDescriptor"`
		Groups     []entitiesXML `xml:"urn:oasis:names:tc:SAML:2.0:metadata EntitiesDescriptor"`
	}
	entityXML struct {
		EntityID   string        `xml:"entityID,attr"`
		ValidUntil string        `xml:"validUntil,attr"`
		Signatures []struct{}    `xml:"http://www.w3.org/2000/09/xmldsig# Signature"`
		Providers  []providerXML `xml:"urn:oasis:names:tc:SAML:2.0:metadata IDPSSODescriptor"`
		Services   []struct{}    `xml:"urn:oasis:names:tc:SAML:2.0:metadata SPSSODescriptor"`
		Names      []string      `xml:"urn:oasis:names:tc:SAML:2.0:metadata Organization>OrganizationDisplayName"`
	}
	providerXML struct {
		ValidUntil              string        `xml:"validUntil,attr"`
		Protocols               string        `xml:"protocolSupportEnumeration,attr"`
		WantAuthnRequestsSigned string        `xml:"WantAuthnRequestsSigned,attr"`
		Keys                    []keyXML      `xml:"urn:oasis:names:tc:SAML:2.0:metadata KeyDescriptor"`
		NameIDFormats           []string      `xml:"urn:oasis:names:tc:SAML:2.0:metadata NameIDFormat"`
		SSO                     []endpointXML `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleSignOnService"`
		SLO                     []endpointXML `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleLogoutService"`
		Extensions              struct {
			UI struct {
				Names []string `xml:"urn:oasis:names:tc:SAML:metadata:ui DisplayName"`
			} `xml:"urn:oasis:names:tc:SAML:metadata:ui UIInfo"`
		} `xml:"urn:oasis:names:tc:SAML:2.0:metadata Extensions"`
	}
	keyXML struct {
		Use  string        `xml:"use,attr"`
		Data []x509DataXML `xml:"http://www.w3.org/2000/09/xmldsig# KeyInfo>X509Data"`
	}
	x509DataXML struct {
		Certificates []string `xml:"http://www.w3.org/2000/09/xmldsig# X509Certificate"`
	}
	endpointXML struct {
		Binding  string `xml:"Binding,attr"`
		Location string `xml:"Location,attr"`
		Response string `xml:"ResponseLocation,attr"`
	}
)

// found is the one identity provider of a document.
type found struct {
	entity     entityXML
	provider   providerXML
	validUntil time.Time
	signed     bool
}

func (f found) displayName() string {
	for _, names := range [][]string{f.provider.Extensions.UI.Names, f.entity.Names} {
		for _, n := range names {
			if n = name([]string{strings.TrimSpace(n)}); n != "" {
				return n
			}
		}
	}
	return ""
}

// findProvider reads the document into an EntitiesDescriptor, a lone entity being one of one, and insists on one provider in it.
func findProvider(document []byte, now time.Time) (found, *MetadataError) {
	var root struct {
		XMLName xml.Name
		entitiesXML
	}
	decoder := xml.NewDecoder(bytes.NewReader(document))
	if err := decoder.Decode(&root); err != nil {
		return found{}, problem(ProblemNotXML, "This is not XML. Use the identity provider's metadata document, usually a file that ends in .xml.")
	}
	const space = "urn:oasis:names:tc:SAML:2.0:metadata"
	all := root.entitiesXML
	switch root.XMLName {
	case xml.Name{Space: space, Local: "EntitiesDescriptor"}:
	case xml.Name{Space: space, Local: "EntityDescriptor"}:
		var lone entityXML
		if err := xml.Unmarshal(document, &lone); err != nil {
			return found{}, problem(ProblemNotXML, "This is not XML. Use the identity provider's metadata document, usually a file that ends in .xml.")
		}
		all = entitiesXML{Entities: []entityXML{lone}}
	default:
		return found{}, problem(ProblemNotMetadata, "This is XML, but not SAML 2.0 metadata. Metadata begins with EntityDescriptor or EntitiesDescriptor.")
	}
	var c collection
	c.add(all, time.Time{}, false)
	switch {
	case len(c.providers) > 1:
		return found{}, problem(ProblemSeveralProviders, "This metadata describes several identity providers. Ask for the metadata of one, or enter its values by hand.")
	case len(c.providers) == 0 && c.otherProtocols:
		return found{}, problem(ProblemNotSAML2, "The identity provider of this metadata does not speak SAML 2.0.")
	case len(c.providers) == 0 && c.services:
		return found{}, problem(ProblemServiceProvider, "This is metadata of a service provider, such as our own. Use the metadata of the identity provider.")
	case len(c.providers) == 0:
		return found{}, problem(ProblemNotMetadata, "This metadata does not describe an identity provider.")
	case c.malformedEnd || !c.providers[0].validUntil.IsZero() && !now.Before(c.providers[0].validUntil):
		return found{}, problem(ProblemExpired, "This metadata is no longer valid: its validUntil has passed. Download it again.")
	}
	return c.providers[0], nil
}

// collection gathers the identity providers of a document.
type collection struct {
	providers                []found
	services, otherProtocols bool
	malformedEnd             bool
}

func (c *collection) add(group entitiesXML, end time.Time, signed bool) {
	end = c.earlier(end, group.ValidUntil)
	signed = signed || len(group.Signatures) > 0
	for _, entity := range group.Entities {
		entityEnd := c.earlier(end, entity.ValidUntil)
		c.services = c.services || len(entity.Services) > 0
		for _, p := range entity.Providers {
			if !strings.Contains(" "+p.Protocols+" ", " "+nsProtocol+" ") {
				c.otherProtocols = true
				continue
			}
			c.providers = append(c.providers, found{entity, p, c.earlier(entityEnd, p.ValidUntil), signed || len(entity.Signatures) > 0})
		}
	}
	for _, g := range group.Groups {
		c.add(g, end, signed)
	}
}

// earlier returns the nearer of two ends, zero and empty being none.
func (c *collection) earlier(end time.Time, validUntil string) time.Time {
	if validUntil == "" {
		return end
	}
	at, ok := instant(validUntil)
	if !ok {
		c.malformedEnd = true
		return end
	}
	if end.IsZero() || at.Before(end) {
		return at
	}
	return end
}

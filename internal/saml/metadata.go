package saml

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// MaxMetadata is how many bytes of metadata are read, from wherever they come.
const MaxMetadata = 1 << 20

// Metadata is what an identity provider says about itself, as far as we use it.
type Metadata struct {
	EntityID                string
	DisplayName             string // empty when it gives none
	SSOURL                  string
	SSOBinding              Binding
	SLOURL                  string // empty when it has none
	SLOResponseURL          string // empty when answers go there as well
	SLOBinding              Binding
	Certificates            []Certificate // that sign
	Signed                  bool          // it carries a signature, which is not verified
	ValidUntil              time.Time     // zero when the document sets no end
	WantAuthnRequestsSigned bool
	NameIDFormats           []string
	Warnings                []string // sentences for the Administrator
}

// MetadataOptions are the circumstances of reading metadata.
type MetadataOptions struct {
	Now               time.Time
	AllowHTTPLoopback bool // endpoints on this machine may be http: in development only
}

// ReadMetadata reads an EntityDescriptor, or an EntitiesDescriptor in which exactly one entity is an identity provider. The error
// is a *MetadataError. A signature on the metadata is not verified: the Administrator vouches for where it came from.
func ReadMetadata(document []byte, o MetadataOptions) (Metadata, error) {
	m, refusal := readMetadata(document, o)
	if refusal != nil {
		return Metadata{}, refusal
	}
	return m, nil
}

func readMetadata(document []byte, o MetadataOptions) (Metadata, *MetadataError) {
	var m Metadata
	document = bytes.TrimSpace(bytes.TrimPrefix(document, []byte("\xEF\xBB\xBF")))
	if f := scan(document, metadataLimits()); f != nil {
		return m, scanProblem(f)
	}
	found, refusal := findProvider(document, o.Now)
	if refusal != nil {
		return m, refusal
	}
	m.EntityID = strings.TrimSpace(found.entity.EntityID)
	if m.EntityID == "" || len(m.EntityID) > 1024 || strings.ContainsFunc(m.EntityID, unprintable) {
		return m, problem(ProblemNoEntityID, "The metadata does not name the identity provider: it has no usable entityID.")
	}
	m.ValidUntil, m.Signed = found.validUntil, found.signed
	m.DisplayName = found.displayName()
	m.WantAuthnRequestsSigned = found.provider.WantAuthnRequestsSigned == "true" || found.provider.WantAuthnRequestsSigned == "1"
	for _, f := range found.provider.NameIDFormats {
		m.NameIDFormats = append(m.NameIDFormats, clip(strings.TrimSpace(f)))
	}
	if refusal := m.endpoint(found.provider.SSO, o.AllowHTTPLoopback); refusal != nil {
		return m, refusal
	}
	m.logout(found.provider.SLO, o.AllowHTTPLoopback)
	if refusal := m.certificates(found.provider.Keys); refusal != nil {
		return m, refusal
	}
	m.warn(o.Now)
	return m, nil
}

func metadataLimits() limits {
	return limits{bytes: MaxMetadata, elements: 20000, attributes: 64, depth: 40, namespaces: 64, sections: 2000, allowsPI: true}
}

func scanProblem(f *fault) *MetadataError {
	switch f.check {
	case CheckSize, CheckStructure:
		return problem(ProblemTooLarge, "This is too large: metadata of one identity provider has less than 1 MiB. Ask for the metadata of this provider alone.")
	case CheckEncoding:
		return problem(ProblemEncoding, "This is not UTF-8 text. Save the metadata as UTF-8.")
	case CheckDoctype:
		return problem(ProblemDoctype, "This has a document type declaration (DOCTYPE). SAML metadata has none, so it may be a web page: use the address of the metadata itself.")
	default:
		return problem(ProblemNotXML, "This is not XML. Use the identity provider's metadata document, usually a file that ends in .xml.")
	}
}

// endpoint takes the redirect binding where it can, else POST.
func (m *Metadata) endpoint(endpoints []endpointXML, allowHTTPLoopback bool) *MetadataError {
	var refused *MetadataError
	for _, binding := range []Binding{BindingRedirect, BindingPOST} {
		for _, e := range endpoints {
			if e.Binding != binding.URI() {
				continue
			}
			location := strings.TrimSpace(e.Location)
			refusal := checkEndpoint(location, allowHTTPLoopback)
			if refusal == nil {
				m.SSOURL, m.SSOBinding = location, binding
				return nil
			}
			if refused == nil {
				refused = refusal
			}
		}
	}
	if refused != nil {
		return refused
	}
	return problem(ProblemNoEndpoint, "The metadata has no single sign-on address for the redirect or the POST binding. Switch one of them on at the identity provider.")
}

// logout takes the address for logout messages, the redirect binding where it can. One that cannot be used is a warning: signing in works.
func (m *Metadata) logout(endpoints []endpointXML, allowHTTPLoopback bool) {
	unusable := false
	for _, binding := range []Binding{BindingRedirect, BindingPOST} {
		for _, e := range endpoints {
			location, response := strings.TrimSpace(e.Location), strings.TrimSpace(e.Response)
			if e.Binding != binding.URI() || m.SLOURL != "" {
				continue
			}
			if checkEndpoint(location, allowHTTPLoopback) != nil || response != "" && checkEndpoint(response, allowHTTPLoopback) != nil {
				unusable = true
				continue
			}
			m.SLOURL, m.SLOResponseURL, m.SLOBinding = location, response, binding
		}
	}
	if unusable && m.SLOURL == "" {
		m.Warnings = append(m.Warnings, "The metadata's address for single logout cannot be used, because it is not https. Signing out here will not sign people out there.")
	}
}

// certificates takes the keys that sign: those marked so, and those not marked at all. Keys that cannot be used are a warning as
// long as one can.
func (m *Metadata) certificates(keys []keyXML) *MetadataError {
	var refused *MetadataError
	unusable := 0
	for _, k := range keys {
		if k.Use != "" && k.Use != "signing" {
			continue
		}
		for _, data := range k.Data {
			if len(data.Certificates) == 0 {
				continue
			}
			// Further certificates of one X509Data are the chain of the first; they sign no answers.
			der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data.Certificates[0]), ""))
			c, refusal := Certificate{}, notCertificateInMetadata()
			if err == nil {
				if c, refusal = readDER(der); refusal != nil && refusal.Problem == ProblemNotCertificate {
					refusal = notCertificateInMetadata()
				}
			}
			if refusal == nil {
				m.Certificates = appendNew(m.Certificates, c)
				continue
			}
			unusable++
			if refused == nil {
				refused = refusal
			}
		}
	}
	switch {
	case len(m.Certificates) > maxCertificates:
		return problem(ProblemTooManyCertificates, "The metadata has more than "+strconv.Itoa(maxCertificates)+" signing certificates. Remove the old ones at the identity provider.")
	case len(m.Certificates) > 0 && unusable > 0:
		m.Warnings = append(m.Warnings, "Some signing keys of the metadata cannot be used (not RSA, too short, or malformed) and were left out.")
		return nil
	case len(m.Certificates) > 0:
		return nil
	case refused != nil:
		return refused
	default:
		return problem(ProblemNoCertificate, "The metadata has no signing certificate, so no answer could be verified. Switch on signing at the identity provider.")
	}
}

func notCertificateInMetadata() *MetadataError {
	return problem(ProblemNotCertificate, "The signing certificate in the metadata is malformed. Download the metadata again.")
}

const soon = 30 * 24 * time.Hour

// warn says what works today and may not tomorrow.
func (m *Metadata) warn(now time.Time) {
	for _, c := range m.Certificates {
		switch {
		case c.NotAfter.Before(now):
			m.Warnings = append(m.Warnings, "The signing certificate "+c.Subject+" expired on "+c.NotAfter.Format(time.DateOnly)+". Sign-in works, because the certificate is pinned here, but ask for a new one.")
		case c.NotAfter.Before(now.Add(soon)):
			m.Warnings = append(m.Warnings, "The signing certificate "+c.Subject+" expires on "+c.NotAfter.Format(time.DateOnly)+". Add its successor here before the identity provider changes over.")
		case c.NotBefore.After(now):
			m.Warnings = append(m.Warnings, "The signing certificate "+c.Subject+" is valid only from "+c.NotBefore.Format(time.DateOnly)+" on.")
		}
	}
	if !m.ValidUntil.IsZero() && m.ValidUntil.Before(now.Add(soon)) {
		m.Warnings = append(m.Warnings, "The metadata says that it is valid until "+m.ValidUntil.Format(time.DateOnly)+". Read it again before then, so that new certificates are known here.")
	}
	transient := len(m.NameIDFormats) > 0
	for _, f := range m.NameIDFormats {
		transient = transient && f == formatTransient
	}
	if transient {
		m.Warnings = append(m.Warnings, "The identity provider offers only transient name identifiers, by which nobody can be recognized. Set the Name ID format there to persistent or to email address.")
	}
}

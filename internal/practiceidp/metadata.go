package practiceidp

import (
	"encoding/base64"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
)

const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

// Metadata returns the provider's metadata, to create a connection with. It is written here because the library's own is valid for two days only and
// promises encryption and transient identifiers.
func (idp *Provider) Metadata() []byte {
	document := etree.NewDocument()
	document.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	entity := document.CreateElement("md:EntityDescriptor")
	entity.CreateAttr("xmlns:md", "urn:oasis:names:tc:SAML:2.0:metadata")
	entity.CreateAttr("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#")
	entity.CreateAttr("entityID", idp.EntityID())

	role := entity.CreateElement("md:IDPSSODescriptor")
	role.CreateAttr("WantAuthnRequestsSigned", "false")
	role.CreateAttr("protocolSupportEnumeration", "urn:oasis:names:tc:SAML:2.0:protocol")
	key := role.CreateElement("md:KeyDescriptor")
	key.CreateAttr("use", "signing")
	key.CreateElement("ds:KeyInfo").CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").
		SetText(base64.StdEncoding.EncodeToString(idp.saml.Certificate.Raw))
	logout := role.CreateElement("md:SingleLogoutService")
	logout.CreateAttr("Binding", saml.HTTPRedirectBinding)
	logout.CreateAttr("Location", idp.SLOURL())
	role.CreateElement("md:NameIDFormat").SetText(persistent)
	for _, binding := range []string{saml.HTTPRedirectBinding, saml.HTTPPostBinding} {
		service := role.CreateElement("md:SingleSignOnService")
		service.CreateAttr("Binding", binding)
		service.CreateAttr("Location", idp.SSOURL())
	}
	document.Indent(2)
	text, err := document.WriteToBytes()
	if err != nil {
		panic(err) // writing to memory does not fail
	}
	return text
}

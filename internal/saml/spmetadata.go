package saml

import (
	"encoding/base64"
	"encoding/xml"
	"strings"
)

// SPMetadataOptions say what of ours is published.
type SPMetadataOptions struct {
	// NextCertificate, in DER, is published beside the current one while keys change over.
	NextCertificate []byte
}

// SPMetadata writes our metadata for one connection. It has no end of validity: our keys change through the connection's page,
// and a date that passes would only break sign-in.
func SPMetadata(c Connection, o SPMetadataOptions) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	b.WriteString(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + escaped(c.SPEntityID) + `">` + "\n")
	b.WriteString(`  <md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="` + nsProtocol + `">` + "\n")
	certificates := [][]byte{c.Key.Certificate}
	if len(o.NextCertificate) > 0 {
		certificates = append(certificates, o.NextCertificate)
	}
	for _, certificate := range certificates {
		writeKey(&b, "signing", certificate)
	}
	for _, certificate := range certificates {
		writeKey(&b, "encryption", certificate)
	}
	for _, binding := range []Binding{BindingRedirect, BindingPOST} {
		b.WriteString(`    <md:SingleLogoutService Binding="` + binding.URI() + `" Location="` + escaped(c.SLOURL) + `"/>` + "\n")
	}
	b.WriteString(`    <md:AssertionConsumerService Binding="` + BindingPOST.URI() + `" Location="` + escaped(c.ACSURL) + `" index="0" isDefault="true"/>` + "\n")
	b.WriteString("  </md:SPSSODescriptor>\n</md:EntityDescriptor>\n")
	return []byte(b.String())
}

// encryptionMethods are what we can decrypt, best first. The older block modes (CBC) come last, for providers without GCM.
func encryptionMethods() []string {
	return []string{
		"http://www.w3.org/2009/xmlenc11#aes256-gcm",
		"http://www.w3.org/2009/xmlenc11#aes128-gcm",
		"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
		"http://www.w3.org/2001/04/xmlenc#aes256-cbc",
		"http://www.w3.org/2001/04/xmlenc#aes128-cbc",
	}
}

func writeKey(b *strings.Builder, use string, certificate []byte) {
	b.WriteString(`    <md:KeyDescriptor use="` + use + `">` + "\n")
	b.WriteString(`      <ds:KeyInfo xmlns:ds="` + nsSignature + `"><ds:X509Data><ds:X509Certificate>`)
	b.WriteString(base64.StdEncoding.EncodeToString(certificate))
	b.WriteString("</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\n")
	if use == "encryption" {
		for _, m := range encryptionMethods() {
			b.WriteString(`      <md:EncryptionMethod Algorithm="` + m + `"/>` + "\n")
		}
	}
	b.WriteString("    </md:KeyDescriptor>\n")
}

func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a strings.Builder never fails
	}
	return b.String()
}

package saml

import (
	"bytes"
	"compress/flate"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/beevik/etree"
)

func TestRefusedDocuments(t *testing.T) {
	w := newWorld(t)
	genuine, err := w.idp.Document(w.answer())
	if err != nil {
		t.Fatal(err)
	}
	message := string(genuine)
	within := func(s string) string { return strings.Replace(message, "<samlp:Status>", s+"<samlp:Status>", 1) }
	inSubject := func(s string) string {
		return strings.Replace(message, "<saml:Subject>", "<saml:Subject>"+s, 1)
	}
	alone := etree.NewDocument()
	if err := alone.ReadFromString(message); err != nil {
		t.Fatal(err)
	}
	assertion := etree.NewDocument()
	assertion.SetRoot(alone.Root().SelectElement("Assertion").Copy())
	bare, err := assertion.WriteToString()
	if err != nil {
		t.Fatal(err)
	}
	var deflated bytes.Buffer
	deflate, err := flate.NewWriter(&deflated, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := deflate.Write(genuine); err != nil {
		t.Fatal(err)
	}
	if err := deflate.Close(); err != nil {
		t.Fatal(err)
	}
	var wide bytes.Buffer
	for _, unit := range append([]uint16{0xFEFF}, utf16.Encode([]rune(message))...) {
		wide.Write([]byte{byte(unit >> 8), byte(unit)})
	}
	encrypted := `<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/></saml:EncryptedAssertion>`

	for _, c := range []struct{ name, check, document string }{
		{"empty", CheckEncoding, ""},
		{"not XML", CheckWellFormed, "hello"},
		{"half a message", CheckWellFormed, message[:len(message)/2]},
		{"end tags crossed", CheckWellFormed, strings.Replace(message, "</saml:Subject>", "</saml:Subjekt>", 1)},
		{"undefined entity", CheckWellFormed, inSubject("&nbsp;")},
		{"DOCTYPE", CheckDoctype, "<!DOCTYPE x>" + message},
		{"DOCTYPE in lower case", CheckDoctype, "<!doctype x>" + message},
		{"external entity", CheckDoctype, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + inSubject("&e;")},
		{"billion laughs", CheckDoctype, `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` + inSubject("&b;")},
		{"DOCTYPE after the declaration", CheckDoctype, `<?xml version="1.0"?><!DOCTYPE x>` + message},
		{"declaration inside the message", CheckDoctype, within("<!ENTITY a 'b'>")},
		{"processing instruction before", CheckInstruction, "<?php echo 1 ?>" + message},
		{"processing instruction inside", CheckInstruction, within("<?x y?>")},
		{"processing instruction after", CheckInstruction, message + "<?x y?>"},
		{"second root", CheckWellFormed, message + "<x/>"},
		{"text after the root", CheckWellFormed, message + "x"},
		{"text before the root", CheckWellFormed, "x" + message},
		{"CDATA after the root", CheckWellFormed, message + "<![CDATA[x]]>"},
		{"samlp:ID", CheckIdentifiers, strings.Replace(message, ` ID="`, ` samlp:ID="`, 1)},
		{"xml:id", CheckIdentifiers, strings.Replace(message, "<saml:Subject>", `<saml:Subject xml:id="x">`, 1)},
		{"duplicate ID", CheckIdentifiers, strings.Replace(message, "<saml:Subject>", `<saml:Subject Id="`+alone.Root().SelectAttrValue("ID", "")+`">`, 1)},
		{"attribute twice", CheckWellFormed, strings.Replace(message, ` Version="2.0"`, ` Version="2.0" Version="2.0"`, 1)},
		{"two colons", CheckWellFormed, within("<a:b:c/>")},
		{"empty prefix", CheckWellFormed, within("<:c/>")},
		{"attribute without quotes", CheckWellFormed, within("<c d=e/>")},
		{"attribute with a bracket", CheckWellFormed, within(`<c d="<e"/>`)},
		{"attributes without a space", CheckWellFormed, within(`<c d="e"f="g"/>`)},
		{"relative namespace", CheckNamespaces, within(`<c xmlns="d"/>`)},
		{"undeclared namespace", CheckNamespaces, within("<none:c/>")},
		{"undeclared namespace of an attribute", CheckNamespaces, within(`<samlp:Extensions none:c="d"/>`)},
		{"xmlns redeclared", CheckNamespaces, within(`<samlp:Extensions xmlns:xml="urn:x"/>`)},
		{"UTF-16", CheckEncoding, wide.String()},
		{"UTF-16 in name only", CheckEncoding, `<?xml version="1.0" encoding="UTF-16"?>` + message},
		{"ISO 8859-1", CheckEncoding, `<?xml version='1.0' encoding = 'ISO-8859-1'?>` + message},
		{"a byte that is not UTF-8", CheckEncoding, inSubject("\xE9")},
		{"NUL", CheckEncoding, inSubject("\x00")},
		{"deflated body", CheckEncoding, deflated.String()},
		{"1 MiB", CheckSize, message + strings.Repeat(" ", 1<<20)},
		{"60,000 attributes", CheckSize, "<x " + strings.Repeat(`a="b" `, 60000) + "/>"},
		{"300 encrypted keys beside the assertion", CheckOneAssertion, within(`<saml:EncryptedAssertion>` + strings.Repeat(`<xenc:EncryptedKey xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/>`, 300) + `</saml:EncryptedAssertion>`)},
		{"65 attributes", CheckStructure, within("<x" + manyAttributes(65) + "/>")},
		{"37 levels of 63 namespaces", CheckStructure, within(strings.Repeat(declarations(63), 37) + strings.Repeat("</x>", 37))},
		{"5,000 elements", CheckStructure, within(strings.Repeat("<x/>", 5000))},
		{"4,900 elements in the signature", CheckStructure, strings.Replace(message, "<ds:SignatureValue>", strings.Repeat("<x/>", 4900)+"<ds:SignatureValue>", 1)},
		{"depth 1,000", CheckStructure, within(strings.Repeat("<x>", 1000) + strings.Repeat("</x>", 1000))},
		{"10,000 comments", CheckStructure, within(strings.Repeat("<!---->", 10000))},
		{"bare assertion", CheckMessage, bare},
		{"LogoutResponse", CheckMessage, strings.NewReplacer("<samlp:Response", "<samlp:LogoutResponse", "</samlp:Response", "</samlp:LogoutResponse").Replace(message)},
		{"Response of SAML 1.1", CheckMessage, strings.Replace(message, "SAML:2.0:protocol", "SAML:1.1:protocol", 1)},
		{"web page", CheckDoctype, "<!DOCTYPE html><html></html>"},
		{"encrypted assertion without content", CheckEncryptedAssertion, strings.Replace(message, bare, "", 1)[:strings.Index(message, "<saml:Assertion")] + encrypted + "</samlp:Response>"},
		{"evil encrypted assertion beside the signed one", CheckOneAssertion, strings.Replace(message, "</samlp:Response>", encrypted+"</samlp:Response>", 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			mustRefuse(t, w.connection, encode(c.document), w.expectation(), c.check)
		})
	}
	t.Run("not base64", func(t *testing.T) { mustRefuse(t, w.connection, "%%%", w.expectation(), CheckEncoding) })
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(` a` + strings.Repeat("b", i) + `="c"`)
	}
	return b.String()
}

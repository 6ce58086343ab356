package saml

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
)

func TestRefusedSignatures(t *testing.T) {
	w := newWorld(t)
	forged := w.other // signs as the connection's provider, with its own key
	forged.EntityID = w.idp.EntityID
	many := make([]string, 200)
	for i := range many {
		many[i] = samltest.Exclusive
	}
	empty := ""
	transforms := func(uris ...string) func(*samltest.Answer) { return signing(samltest.Signing{Transforms: uris}) }

	runRefused(t, w, []refusedLine{
		{"no signature", CheckSignatureShape, mutations{unsigned}},
		{"empty signature", CheckSignatureShape, mutations{unsigned, after(func(r *etree.Element) {
			at(r, pathAssertion).CreateElement("ds:Signature").CreateAttr("xmlns:ds", nsSignature)
		})}},
		{"empty signature value", CheckSignatureShape, mutations{after(func(r *etree.Element) { at(r, "Assertion/Signature/SignatureValue").SetText("") })}},
		{"signature value that is not base64", CheckSignatureShape, mutations{after(func(r *etree.Element) { at(r, "Assertion/Signature/SignatureValue").SetText("!") })}},
		{"signature value of 200 KB", CheckSize, mutations{after(func(r *etree.Element) {
			at(r, "Assertion/Signature/SignatureValue").SetText(strings.Repeat("A", 200<<10))
		})}},
		{"signature value of 100 KB", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			at(r, "Assertion/Signature/SignatureValue").SetText(strings.Repeat("A", 100<<10))
		})}},
		{"two signatures in the assertion", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			at(r, pathAssertion).AddChild(at(r, "Assertion/Signature").Copy())
		})}},
		{"two references", CheckSignatureShape, mutations{signing(samltest.Signing{References: 2})}},
		{"reference to the whole document", CheckSignatureShape, mutations{signing(samltest.Signing{URI: &empty})}},
		{"element without ID", CheckSignatureShape, mutations{set(pathAssertion, "ID", "")}},
		{"HMAC with the public key", CheckSignatureAlgorithm, mutations{signing(samltest.Signing{Method: samltest.HMACSHA256})}},
		{"algorithm none", CheckSignatureAlgorithm, mutations{signing(samltest.Signing{Method: "none"})}},
		{"SHA-1 signature", CheckSignatureAlgorithm, mutations{signing(samltest.Signing{Method: samltest.RSASHA1})}},
		{"SHA-1 digest", CheckSignatureAlgorithm, mutations{signing(samltest.Signing{Digest: samltest.SHA1})}},
		{"SHA-1 inside of a well signed response", CheckSignatureAlgorithm, mutations{unsigned, func(a *samltest.Answer) { a.SignResponse = true },
			before(func(r *etree.Element) {
				if err := w.idp.SignInto(at(r, pathAssertion), samltest.Signing{Method: samltest.RSASHA1}); err != nil {
					t.Fatal(err)
				}
			})}},
		{"XSLT", CheckSignatureAlgorithm, mutations{transforms(samltest.Enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116", samltest.Exclusive)}},
		{"XPath", CheckSignatureAlgorithm, mutations{transforms(samltest.Enveloped, "http://www.w3.org/TR/1999/REC-xpath-19991116")}},
		{"XPath with a program", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			at(r, "Assertion/Signature/SignedInfo/Reference/Transforms/Transform[2]").CreateElement("ds:XPath").SetText("not(ancestor::Subject)")
		})}},
		{"200 transforms", CheckSignatureAlgorithm, mutations{transforms(many...)}},
		{"inclusive canonicalization of the content", CheckSignatureAlgorithm, mutations{transforms(samltest.Enveloped, samltest.Inclusive)}},
		{"inclusive canonicalization of SignedInfo", CheckSignatureAlgorithm, mutations{signing(samltest.Signing{Canonicalization: samltest.Inclusive})}},
		{"C14N 1.1", CheckSignatureAlgorithm, mutations{transforms(samltest.Enveloped, "http://www.w3.org/2006/12/xml-c14n11")}},
		{"no canonicalization", CheckSignatureAlgorithm, mutations{transforms(samltest.Enveloped)}},
		{"no transforms", CheckSignatureAlgorithm, mutations{transforms([]string{}...)}},
		{"name changed", CheckSignature, mutations{after(func(r *etree.Element) { at(r, pathNameID).SetText("administrator") })}},
		{"name changed in a signed response", CheckSignature, mutations{responseOnly, after(func(r *etree.Element) { at(r, pathNameID).SetText("administrator") })}},
		{"status changed in a signed response", CheckSignature, mutations{responseOnly, after(func(r *etree.Element) { at(r, "Status/StatusCode").CreateAttr("x", "y") })}},
		{"digest changed", CheckSignature, mutations{after(func(r *etree.Element) {
			at(r, "Assertion/Signature/SignedInfo/Reference/DigestValue").SetText("AAAA")
		})}},
		{"value of another signature", CheckSignature, mutations{both, after(func(r *etree.Element) {
			at(r, "Signature/SignatureValue").SetText(at(r, "Assertion/Signature/SignatureValue").Text())
		})}},
		{"inner signature false, outer true", CheckSignature, mutations{unsigned, func(a *samltest.Answer) { a.SignResponse = true },
			before(func(r *etree.Element) {
				if err := forged.SignInto(at(r, pathAssertion), samltest.Signing{}); err != nil {
					t.Fatal(err)
				}
			})}},
	})

	for _, c := range []struct {
		name, check string
		idp         samltest.IDP
		mutations   mutations
	}{
		{"key of another, its certificate in KeyInfo", CheckSignature, forged, nil},
		{"key of another, our certificate pasted into KeyInfo", CheckSignature, forged, mutations{signing(samltest.Signing{Certificate: w.idp.Certificate})}},
		{"key of another, no KeyInfo", CheckSignature, forged, mutations{signing(samltest.Signing{NoKeyInfo: true})}},
		{"key of another, KeyValue", CheckSignature, forged, mutations{after(func(r *etree.Element) {
			info := at(r, "Assertion/Signature/KeyInfo")
			info.RemoveChild(info.ChildElements()[0])
			value := info.CreateElement("ds:KeyValue").CreateElement("ds:RSAKeyValue")
			value.CreateElement("ds:Modulus").SetText(base64.StdEncoding.EncodeToString(forged.Key.N.Bytes()))
			value.CreateElement("ds:Exponent").SetText("AQAB")
		})}},
		{"key of another, response signed", CheckSignature, forged, mutations{responseOnly}},
		{"same issuer and other key", CheckSignature, samltest.IDP{EntityID: w.idp.EntityID, Key: w.other.Key, Certificate: w.other.Certificate}, mutations{both}},
		{"same key and other issuer", CheckResponseIssuer, samltest.IDP{EntityID: w.other.EntityID, Key: w.idp.Key, Certificate: w.idp.Certificate}, nil},
		{"another organization's provider", CheckSignature, w.other, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			mustRefuse(t, w.connection, respond(t, c.idp, w.answer(c.mutations...)), w.expectation(), c.check)
		})
	}

	t.Run("no certificates", func(t *testing.T) {
		c := w.connection
		c.Certificates = nil
		mustRefuse(t, c, w.posted(t), w.expectation(), CheckSignature)
	})
	t.Run("certificate with a short key that was stored all the same", func(t *testing.T) {
		idp, err := samltest.NewIDPWithKey(w.idp.EntityID, newKey(t, 1024), w.now, w.now.AddDate(1, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		c := w.connection
		c.Certificates = [][]byte{idp.Certificate}
		mustRefuse(t, c, respond(t, idp, w.answer()), w.expectation(), CheckSignature)
	})
	t.Run("the refusal names the certificate that signed", func(t *testing.T) {
		_, checks, _ := Finish(w.connection, respond(t, forged, w.answer()), w.expectation())
		for _, c := range checks {
			if c.Name == CheckSignature && !strings.Contains(c.Got, "SHA-256") {
				t.Errorf("got %q, want the fingerprint", c.Got)
			}
		}
	})
}

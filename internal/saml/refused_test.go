package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
)

// refusedLine is one line of the catalogue: what is posted, and which check must refuse it.
type refusedLine struct {
	name      string
	check     string
	mutations []func(*samltest.Answer)
}

func runRefused(t *testing.T, w world, lines []refusedLine) {
	t.Helper()
	for _, line := range lines {
		t.Run(line.name, func(t *testing.T) {
			mustRefuse(t, w.connection, w.posted(t, line.mutations...), w.expectation(), line.check)
		})
	}
}

type mutations = []func(*samltest.Answer)

// evilCopy returns a copy of the assertion for somebody else, under another identifier and without signature.
func evilCopy(response *etree.Element) *etree.Element {
	evil := at(response, pathAssertion).Copy()
	evil.CreateAttr("ID", "_evil")
	if s := evil.SelectElement("Signature"); s != nil {
		evil.RemoveChild(s)
	}
	evil.FindElement("./Subject/NameID").SetText("administrator")
	return evil
}

// The eight classic ways to wrap a signature (XSW1 to 8), and the same with the signed part moved elsewhere.
func TestRefusedSignatureWrapping(t *testing.T) {
	w := newWorld(t)
	// The signed message goes into place, an evil one takes its position.
	wrapResponse := func(place func(evil, signature, original *etree.Element)) func(*samltest.Answer) {
		return after(func(r *etree.Element) {
			original := r.Copy()
			signature := r.SelectElement("Signature")
			r.RemoveChild(signature)
			original.RemoveChild(original.SelectElement("Signature"))
			r.CreateAttr("ID", "_evil-response")
			at(r, pathAssertion).CreateAttr("ID", "_evil-assertion")
			at(r, pathNameID).SetText("administrator")
			place(r, signature, original)
		})
	}
	wrapAssertion := func(place func(response, signed, evil *etree.Element)) func(*samltest.Answer) {
		return after(func(r *etree.Element) {
			evil := evilCopy(r)
			signed := at(r, pathAssertion)
			r.RemoveChild(signed)
			place(r, signed, evil)
		})
	}
	// elsewhere puts the signed assertion at the end of a path, the evil one into its place.
	elsewhere := func(path ...string) func(*samltest.Answer) {
		return wrapAssertion(func(response, signed, evil *etree.Element) {
			parent := response
			for _, tag := range path {
				if found := parent.FindElement("./" + tag[strings.IndexByte(tag, ':')+1:]); found != nil {
					parent = found
					continue
				}
				parent = parent.CreateElement(tag)
				parent.CreateAttr("xmlns:ds", nsSignature)
			}
			parent.AddChild(signed)
			response.AddChild(evil)
		})
	}
	runRefused(t, w, []refusedLine{
		{"XSW1 signed response inside the evil one's signature", CheckOneAssertion, mutations{responseOnly, wrapResponse(func(evil, signature, original *etree.Element) {
			signature.AddChild(original)
			evil.InsertChildAt(1, signature)
		})}},
		{"XSW2 signed response beside the detached signature", CheckOneAssertion, mutations{responseOnly, wrapResponse(func(evil, signature, original *etree.Element) {
			evil.InsertChildAt(1, original)
			evil.InsertChildAt(2, signature)
		})}},
		{"XSW3 evil assertion before the signed one", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			response.AddChild(evil)
			response.AddChild(signed)
		})}},
		{"XSW4 signed assertion inside the evil one", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			evil.AddChild(signed)
			response.AddChild(evil)
		})}},
		{"XSW5 evil assertion with the signature, signed one after it", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			signature := signed.SelectElement("Signature")
			signed.RemoveChild(signature)
			evil.InsertChildAt(1, signature)
			response.AddChild(evil)
			response.AddChild(signed)
		})}},
		{"XSW6 signed assertion inside the signature of the evil one", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			signature := signed.SelectElement("Signature")
			signed.RemoveChild(signature)
			signature.AddChild(signed)
			evil.InsertChildAt(1, signature)
			response.AddChild(evil)
		})}},
		{"XSW7 evil assertion in Extensions", CheckOneAssertion, mutations{after(func(r *etree.Element) {
			r.CreateElement("samlp:Extensions").AddChild(evilCopy(r))
		})}},
		{"XSW8 signed assertion in an Object of the evil one's signature", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			signature := signed.SelectElement("Signature")
			signed.RemoveChild(signature)
			signature.CreateElement("ds:Object").AddChild(signed)
			evil.InsertChildAt(1, signature)
			response.AddChild(evil)
		})}},
		{"signed assertion moved into Status", CheckOneAssertion, mutations{elsewhere("samlp:Status", "samlp:StatusDetail")}},
		{"signed assertion moved into Extensions", CheckOneAssertion, mutations{elsewhere("samlp:Extensions")}},
		{"signed assertion moved into an Object", CheckOneAssertion, mutations{elsewhere("ds:Object")}},
		{"signed assertion moved into Advice of the evil one", CheckOneAssertion, mutations{wrapAssertion(func(response, signed, evil *etree.Element) {
			evil.CreateElement("saml:Advice").AddChild(signed)
			response.AddChild(evil)
		})}},
		{"only assertion is in Status", CheckOneAssertion, mutations{after(func(r *etree.Element) {
			signed := at(r, pathAssertion)
			r.RemoveChild(signed)
			at(r, "Status").CreateElement("samlp:StatusDetail").AddChild(signed)
		})}},
		{"only assertion is in Extensions", CheckOneAssertion, mutations{after(func(r *etree.Element) {
			signed := at(r, pathAssertion)
			r.RemoveChild(signed)
			r.CreateElement("samlp:Extensions").AddChild(signed)
		})}},
		{"signature moved into Status", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			s := at(r, "Assertion/Signature")
			remove(s)
			at(r, "Status").CreateElement("samlp:StatusDetail").AddChild(s)
		})}},
		{"signature moved into Extensions", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			s := at(r, "Assertion/Signature")
			remove(s)
			r.CreateElement("samlp:Extensions").AddChild(s)
		})}},
		{"signature moved into Advice", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			s := at(r, "Assertion/Signature")
			remove(s)
			at(r, pathAssertion).CreateElement("saml:Advice").AddChild(s)
		})}},
		{"signature moved up into the response", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			s := at(r, "Assertion/Signature")
			remove(s)
			r.InsertChildAt(1, s)
		})}},
		{"signature with an Object", CheckSignatureShape, mutations{after(func(r *etree.Element) {
			at(r, "Assertion/Signature").CreateElement("ds:Object").SetText("x")
		})}},
		{"unsigned copy before the signed one", CheckOneAssertion, mutations{after(func(r *etree.Element) { r.InsertChildAt(at(r, pathAssertion).Index(), evilCopy(r)) })}},
		{"unsigned copy after the signed one", CheckOneAssertion, mutations{after(func(r *etree.Element) { r.AddChild(evilCopy(r)) })}},
		{"two signed assertions", CheckOneAssertion, mutations{after(func(r *etree.Element) {
			second := evilCopy(r)
			if err := w.idp.SignInto(second, samltest.Signing{}); err != nil {
				t.Fatal(err)
			}
			r.AddChild(second)
		})}},
		{"two assertions in a signed response", CheckOneAssertion, mutations{responseOnly, before(func(r *etree.Element) { r.AddChild(evilCopy(r)) })}},
	})
}

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

func TestRefusedForAnother(t *testing.T) {
	w := newWorld(t)
	text := func(path, value string) func(*samltest.Answer) {
		return before(func(r *etree.Element) { at(r, path).SetText(value) })
	}
	without := func(path string) func(*samltest.Answer) {
		return before(func(r *etree.Element) { remove(at(r, path)) })
	}
	runRefused(t, w, []refusedLine{
		{"wrong audience", CheckAudience, mutations{text(pathAudience, "https://gatehouse.example/saml/c2/metadata")}},
		{"absent audience", CheckAudience, mutations{without("Assertion/Conditions/AudienceRestriction")}},
		{"empty audience restriction", CheckAudience, mutations{without(pathAudience)}},
		{"second audience", CheckAudience, mutations{before(func(r *etree.Element) {
			at(r, "Assertion/Conditions/AudienceRestriction").CreateElement("saml:Audience").SetText("https://elsewhere.example")
		})}},
		{"second audience restriction", CheckAudience, mutations{before(func(r *etree.Element) {
			at(r, pathConditions).CreateElement("saml:AudienceRestriction").CreateElement("saml:Audience").SetText("https://elsewhere.example")
		})}},
		{"condition that we do not know", CheckConditions, mutations{before(func(r *etree.Element) { at(r, pathConditions).CreateElement("saml:Condition") })}},
		{"no conditions", CheckConditions, mutations{without(pathConditions)}},
		{"wrong recipient", CheckRecipient, mutations{set(pathData, "Recipient", "https://gatehouse.example/saml/c2/acs")}},
		{"absent recipient", CheckRecipient, mutations{set(pathData, "Recipient", "")}},
		{"wrong destination", CheckDestination, mutations{set("", "Destination", "https://gatehouse.example/saml/c2/acs")}},
		{"absent destination", CheckDestination, mutations{set("", "Destination", "")}},
		{"empty destination", CheckDestination, mutations{before(func(r *etree.Element) { r.CreateAttr("Destination", "") })}},
		{"wrong issuer of the response", CheckResponseIssuer, mutations{text("Issuer", w.other.EntityID)}},
		{"absent issuer of the response", CheckResponseIssuer, mutations{without("Issuer")}},
		{"wrong issuer of the assertion", CheckAssertionIssuer, mutations{text("Assertion/Issuer", w.other.EntityID)}},
		{"absent issuer of the assertion", CheckAssertionIssuer, mutations{without("Assertion/Issuer")}},
		{"two issuers of the assertion", CheckAssertionIssuer, mutations{before(func(r *etree.Element) {
			at(r, pathAssertion).CreateElement("saml:Issuer").SetText(w.idp.EntityID)
		})}},
		{"unsolicited: no InResponseTo at all", CheckInResponseTo, mutations{before(func(r *etree.Element) {
			r.RemoveAttr("InResponseTo")
			at(r, pathData).RemoveAttr("InResponseTo")
		})}},
		{"InResponseTo absent in the response", CheckInResponseTo, mutations{set("", "InResponseTo", "")}},
		{"InResponseTo absent in the assertion", CheckAssertionInResponseTo, mutations{set(pathData, "InResponseTo", "")}},
		{"InResponseTo other", CheckInResponseTo, mutations{func(a *samltest.Answer) { a.InResponseTo = w.another }}},
		{"InResponseTo differs in the assertion", CheckAssertionInResponseTo, mutations{set(pathData, "InResponseTo", w.another)}},
		{"InResponseTo differs in the response", CheckInResponseTo, mutations{set("", "InResponseTo", w.another)}},
		{"genuine answer for another connection of the same provider", CheckDestination, mutations{func(a *samltest.Answer) {
			a.ACSURL, a.Audience = "https://gatehouse.example/saml/c2/acs", "https://gatehouse.example/saml/c2/metadata"
		}}},
		{"the same, with the unsigned destination bent to us", CheckRecipient, mutations{func(a *samltest.Answer) {
			a.ACSURL, a.Audience = "https://gatehouse.example/saml/c2/acs", "https://gatehouse.example/saml/c2/metadata"
		}, after(func(r *etree.Element) { r.CreateAttr("Destination", w.connection.ACSURL) })}},
		{"SPNameQualifier of another", CheckNameID, mutations{set(pathNameID, "SPNameQualifier", "https://elsewhere.example")}},
		{"version 1.1 of the response", CheckVersion, mutations{set("", "Version", "1.1")}},
		{"version 1.1 of the assertion", CheckVersion, mutations{set(pathAssertion, "Version", "1.1")}},
		{"the person was refused there", CheckStatus, mutations{responseOnly, before(func(r *etree.Element) {
			remove(at(r, pathAssertion))
			code := at(r, "Status/StatusCode")
			code.CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
			code.CreateElement("samlp:StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
		})}},
		{"status not success beside an assertion", CheckStatus, mutations{before(func(r *etree.Element) {
			at(r, "Status/StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
		})}},
		{"two top-level status codes", CheckStatus, mutations{before(func(r *etree.Element) {
			at(r, "Status").CreateElement("samlp:StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
		})}},
		{"no status", CheckStatus, mutations{without("Status")}},
	})

	t.Run("answer to another connection's flow", func(t *testing.T) {
		mustRefuse(t, w.connection, w.posted(t), Expectation{RequestID: w.another, Now: w.now}, CheckInResponseTo)
	})
	t.Run("no outstanding request, and none named", func(t *testing.T) {
		posted := w.posted(t, func(a *samltest.Answer) { a.InResponseTo = "" })
		mustRefuse(t, w.connection, posted, Expectation{Now: w.now}, CheckInResponseTo)
	})
	t.Run("connection without entity ID of its provider", func(t *testing.T) {
		c := w.connection
		c.IDPEntityID = ""
		mustRefuse(t, c, w.posted(t), w.expectation(), CheckResponseIssuer)
	})
}

func TestRefusedTimes(t *testing.T) {
	w := newWorld(t)
	late := w.now.Add(Skew + time.Minute).Format(time.RFC3339)
	past := w.now.Add(-Skew).Format(time.RFC3339)
	runRefused(t, w, []refusedLine{
		{"conditions expired", CheckConditionsTime, mutations{set(pathConditions, "NotOnOrAfter", past)}},
		{"conditions not yet valid", CheckConditionsTime, mutations{set(pathConditions, "NotBefore", late)}},
		{"conditions with a time that is none", CheckConditionsTime, mutations{set(pathConditions, "NotOnOrAfter", "tomorrow")}},
		{"confirmation expired", CheckConfirmationTime, mutations{set(pathData, "NotOnOrAfter", past)}},
		{"confirmation not yet valid", CheckConfirmationTime, mutations{set(pathData, "NotBefore", late)}},
		{"confirmation without an end", CheckConfirmationTime, mutations{set(pathData, "NotOnOrAfter", "")}},
		{"session past", CheckSessionTime, mutations{set(pathAuthn, "SessionNotOnOrAfter", past)}},
		{"signed in in the future", CheckAuthnStatement, mutations{set(pathAuthn, "AuthnInstant", late)}},
		{"IssueInstant of the response missing", CheckIssueInstant, mutations{set("", "IssueInstant", "")}},
		{"IssueInstant of the response in the future", CheckIssueInstant, mutations{set("", "IssueInstant", late)}},
		{"IssueInstant of the assertion missing", CheckIssueInstant, mutations{set(pathAssertion, "IssueInstant", "")}},
		{"IssueInstant of the assertion in the future", CheckIssueInstant, mutations{set(pathAssertion, "IssueInstant", late)}},
	})
}

func TestRefusedPersons(t *testing.T) {
	w := newWorld(t)
	nameID := func(change func(n *etree.Element)) func(*samltest.Answer) {
		return before(func(r *etree.Element) { change(at(r, pathNameID)) })
	}
	runRefused(t, w, []refusedLine{
		{"child element in NameID", CheckNameID, mutations{nameID(func(n *etree.Element) { n.CreateElement("saml:b").SetText("x") })}},
		{"two NameIDs", CheckNameID, mutations{nameID(func(n *etree.Element) { n.Parent().CreateElement("saml:NameID").SetText("administrator") })}},
		{"empty NameID", CheckNameID, mutations{nameID(func(n *etree.Element) { n.SetText(" ") })}},
		{"no NameID", CheckNameID, mutations{nameID(remove)}},
		{"NameID with a control character", CheckNameID, mutations{nameID(func(n *etree.Element) { n.SetText("al\u202Eice") })}},
		{"NameID too long", CheckNameID, mutations{nameID(func(n *etree.Element) { n.SetText(strings.Repeat("a", 600)) })}},
		{"transient NameID", CheckNameID, mutations{func(a *samltest.Answer) { a.NameIDFormat = formatTransient }}},
		{"two subjects", CheckSubject, mutations{before(func(r *etree.Element) { at(r, pathAssertion).AddChild(at(r, "Assertion/Subject").Copy()) })}},
		{"no subject", CheckSubject, mutations{before(func(r *etree.Element) { remove(at(r, "Assertion/Subject")) })}},
		{"two subject confirmations", CheckConfirmation, mutations{before(func(r *etree.Element) {
			at(r, "Assertion/Subject").AddChild(at(r, pathConfirmation).Copy())
		})}},
		{"confirmation of another method", CheckConfirmation, mutations{set(pathConfirmation, "Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches")}},
		{"no authentication statement", CheckAuthnStatement, mutations{before(func(r *etree.Element) { remove(at(r, pathAuthn)) })}},
		{"two authentication statements", CheckAuthnStatement, mutations{before(func(r *etree.Element) { at(r, pathAssertion).AddChild(at(r, pathAuthn).Copy()) })}},
		{"two different e-mail values", CheckEmail, mutations{func(a *samltest.Answer) {
			a.Attributes = []samltest.Attribute{{Name: "email", Values: []string{"ada@northwind.example", "root@northwind.example"}}}
		}}},
		{"two e-mail attributes that differ", CheckEmail, mutations{attributesOf("email", "ada@northwind.example", "email", "root@northwind.example")}},
		{"two e-mail attributes that differ, in another case", CheckEmail, mutations{attributesOf("email", "ada@northwind.example", "Email", "root@northwind.example")}},
		{"e-mail that is none", CheckEmail, mutations{attributesOf("email", "Ada <ada@northwind.example>")}},
		{"e-mail that is a list", CheckEmail, mutations{attributesOf("email", "ada@northwind.example,root@northwind.example")}},
		{"more than 400 attribute values", CheckAttributes, mutations{func(a *samltest.Answer) { a.Attributes = append(a.Attributes, groups(401)) }}},
	})
}

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
		{"300 encrypted keys", CheckEncryptedAssertion, within(`<saml:EncryptedAssertion>` + strings.Repeat(`<xenc:EncryptedKey xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/>`, 300) + `</saml:EncryptedAssertion>`)},
		{"65 attributes", CheckStructure, within("<x" + manyAttributes(65) + "/>")},
		{"5,000 elements", CheckStructure, within(strings.Repeat("<x/>", 5000))},
		{"4,900 elements in the signature", CheckStructure, strings.Replace(message, "<ds:SignatureValue>", strings.Repeat("<x/>", 4900)+"<ds:SignatureValue>", 1)},
		{"depth 1,000", CheckStructure, within(strings.Repeat("<x>", 1000) + strings.Repeat("</x>", 1000))},
		{"10,000 comments", CheckStructure, within(strings.Repeat("<!---->", 10000))},
		{"bare assertion", CheckMessage, bare},
		{"LogoutResponse", CheckMessage, strings.NewReplacer("<samlp:Response", "<samlp:LogoutResponse", "</samlp:Response", "</samlp:LogoutResponse").Replace(message)},
		{"Response of SAML 1.1", CheckMessage, strings.Replace(message, "SAML:2.0:protocol", "SAML:1.1:protocol", 1)},
		{"web page", CheckDoctype, "<!DOCTYPE html><html></html>"},
		{"encrypted assertion", CheckEncryptedAssertion, strings.Replace(message, bare, "", 1)[:strings.Index(message, "<saml:Assertion")] + encrypted + "</samlp:Response>"},
		{"evil encrypted assertion beside the signed one", CheckEncryptedAssertion, strings.Replace(message, "</samlp:Response>", encrypted+"</samlp:Response>", 1)},
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

package saml

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"gatehouse/internal/saml/samltest"
)

// sealedWorld is a world whose connection can decrypt, and how its identity provider encrypts.
func sealedWorld(t testing.TB) (world, samltest.Encryption) {
	t.Helper()
	w := newWorld(t)
	ours, err := samltest.NewIDPWithKey("ours", testKeys()[1], w.now, w.now.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	w.connection.Key = KeyPair{PrivateKey: ours.Key, Certificate: ours.Certificate}
	w.connection.DecryptWith = [][]byte{w.connection.Key.MarshalPrivate()}
	return w, samltest.Encryption{Certificate: ours.Certificate}
}

func encrypting(e samltest.Encryption, changes ...func(*samltest.Encryption)) func(*samltest.Answer) {
	for _, change := range changes {
		change(&e)
	}
	return func(a *samltest.Answer) { a.Encryption = &e }
}

func TestAcceptedEncrypted(t *testing.T) {
	w, e := sealedWorld(t)
	for name, mutations := range map[string]mutations{
		"AES-256-GCM, assertion signed":               {encrypting(e)},
		"AES-128-GCM, assertion signed":               {encrypting(e, func(e *samltest.Encryption) { e.Data = samltest.AES128GCM })},
		"AES-GCM, response signed":                    {responseOnly, encrypting(e)},
		"AES-GCM, both signed":                        {both, encrypting(e)},
		"AES-256-CBC inside a signed response":        {both, encrypting(e, func(e *samltest.Encryption) { e.Data = samltest.AES256CBC })},
		"AES-128-CBC inside a signed response, alone": {responseOnly, encrypting(e, func(e *samltest.Encryption) { e.Data = samltest.AES128CBC })},
		"key beside the content":                      {encrypting(e, func(e *samltest.Encryption) { e.Beside = true })},
		"OAEP with SHA-256, mask SHA-1":               {encrypting(e, func(e *samltest.Encryption) { e.Digest = samltest.SHA256 })},
		"OAEP 1.1 with SHA-256 throughout": {encrypting(e, func(e *samltest.Encryption) {
			e.Key, e.Digest, e.MGF = samltest.OAEP11, samltest.SHA256, samltest.MGFSHA256
		})},
		"OAEP 1.1 by its defaults":            {encrypting(e, func(e *samltest.Encryption) { e.Key = samltest.OAEP11 })},
		"recipient named":                     {encrypting(e, func(e *samltest.Encryption) { e.Recipient = w.connection.SPEntityID })},
		"four keys":                           {encrypting(e, func(e *samltest.Encryption) { e.Keys = 4 })},
		"base64 with line breaks":             {encrypting(e), after(func(r *etree.Element) { wrap(at(r, "EncryptedAssertion/EncryptedData/CipherData/CipherValue")) })},
		"prefixes borrowed from the response": {both, encrypting(e), before(func(r *etree.Element) { at(r, pathAssertion).RemoveAttr("xmlns:saml") })},
		"XML declaration in the content":      {encrypting(e, plain(func(s string) string { return `<?xml version="1.0"?>` + s }))},
		"300 groups":                          {encrypting(e), func(a *samltest.Answer) { a.Attributes = append(a.Attributes, groups(300)) }},
	} {
		t.Run(name, func(t *testing.T) {
			identity := mustAccept(t, w.connection, w.posted(t, mutations...), w.expectation())
			if identity.NameID != "alice" || identity.Email != "ada@northwind.example" || identity.VerifiedBy != fingerprint(w.idp.Certificate) {
				t.Errorf("identity = %+v", identity)
			}
		})
	}
	t.Run("by the previous key while keys change over", func(t *testing.T) {
		next := KeyPair{PrivateKey: newKey(t, 2048)}
		c := w.connection
		c.DecryptWith = [][]byte{next.MarshalPrivate(), c.Key.MarshalPrivate()}
		mustAccept(t, c, w.posted(t, encrypting(e)), w.expectation())
	})
}

func wrap(el *etree.Element) {
	text := el.Text()
	el.SetText("\n" + text[:64] + "\r\n" + text[64:] + "\n")
}

func plain(change func(string) string) func(*samltest.Encryption) {
	return func(e *samltest.Encryption) {
		e.Plain = func(b []byte) []byte { return []byte(change(string(b))) }
	}
}

func TestRefusedEncrypted(t *testing.T) {
	w, e := sealedWorld(t)
	replaced := func(old, with string) func(*samltest.Encryption) {
		return plain(func(s string) string { return strings.Replace(s, old, with, 1) })
	}
	flip := func(e *samltest.Encryption) {
		e.Value = func(b []byte) []byte { b = bytes.Clone(b); b[len(b)/2] ^= 1; return b }
	}
	cbc := func(e *samltest.Encryption) { e.Data = samltest.AES256CBC }
	runRefused(t, w, []refusedLine{
		{"attacker-encrypted assertion in an unsigned response", CheckSignatureShape, mutations{unsigned, encrypting(e)}},
		{"the same, signed by the attacker", CheckSignature, mutations{unsigned, before(func(r *etree.Element) {
			if err := w.other.SignInto(at(r, pathAssertion), samltest.Signing{}); err != nil {
				t.Fatal(err)
			}
		}), encrypting(e)}},
		{"RSA 1.5 key transport", CheckEncryptionAlgorithm, mutations{both, encrypting(e, func(e *samltest.Encryption) { e.Key = samltest.RSA15 })}},
		{"Triple DES", CheckEncryptionAlgorithm, mutations{both, encrypting(e, func(e *samltest.Encryption) { e.Data = samltest.TripleDES })}},
		{"CBC in an unsigned response", CheckEncryptionAlgorithm, mutations{encrypting(e, cbc)}},
		{"OAEP with a hash that is none", CheckEncryptionAlgorithm, mutations{encrypting(e), after(func(r *etree.Element) {
			at(r, "EncryptedAssertion/EncryptedData/KeyInfo/EncryptedKey/EncryptionMethod").CreateElement("ds:DigestMethod").CreateAttr("Algorithm", "md5")
		})}},
		{"evil plain assertion beside the encrypted one", CheckOneAssertion, mutations{encrypting(e), after(func(r *etree.Element) {
			evil := r.CreateElement("saml:Assertion")
			evil.CreateAttr("ID", "_evil")
		})}},
		{"two encrypted assertions", CheckOneAssertion, mutations{encrypting(e), after(func(r *etree.Element) { r.AddChild(second(r)) })}},
		{"encrypted assertion in Extensions", CheckOneAssertion, mutations{encrypting(e), after(func(r *etree.Element) {
			box := at(r, "EncryptedAssertion")
			remove(box)
			r.CreateElement("samlp:Extensions").AddChild(box)
		})}},
		{"flipped ciphertext", CheckDecryption, mutations{encrypting(e, flip)}},
		{"ciphertext cut short", CheckDecryption, mutations{encrypting(e, func(e *samltest.Encryption) { e.Value = func(b []byte) []byte { return b[:8] } })}},
		{"encrypted for another", CheckDecryption, mutations{encrypting(e, func(e *samltest.Encryption) { e.Certificate = w.idp.Certificate })}},
		{"for another recipient", CheckDecryption, mutations{encrypting(e, func(e *samltest.Encryption) { e.Recipient = "https://elsewhere.example" })}},
		{"ciphertext flipped in a signed response", CheckSignature, mutations{responseOnly, encrypting(e, cbc), after(func(r *etree.Element) {
			value := at(r, "EncryptedAssertion/EncryptedData/CipherData/CipherValue")
			value.SetText("AAAA" + value.Text()[4:])
		})}},
		{"five keys", CheckEncryptedAssertion, mutations{encrypting(e, func(e *samltest.Encryption) { e.Keys = 5 })}},
		{"reference to a ciphertext elsewhere", CheckEncryptedAssertion, mutations{encrypting(e), after(func(r *etree.Element) {
			data := at(r, "EncryptedAssertion/EncryptedData/CipherData")
			data.RemoveChild(data.ChildElements()[0])
			data.CreateElement("xenc:CipherReference").CreateAttr("URI", "https://elsewhere.example/")
		})}},
		{"encrypted twice", CheckEncryptedAssertion, mutations{responseOnly, encrypting(e, plain(func(s string) string {
			box, err := samltest.Encrypt([]byte(s), e)
			if err != nil {
				t.Fatal(err)
			}
			doc := etree.NewDocument()
			doc.SetRoot(box)
			inner, err := doc.WriteToString()
			if err != nil {
				t.Fatal(err)
			}
			return inner
		}))}},
		{"inside: DOCTYPE", CheckDoctype, mutations{encrypting(e, plain(func(s string) string { return "<!DOCTYPE x>" + s }))}},
		{"inside: processing instruction", CheckInstruction, mutations{encrypting(e, replaced("<saml:Subject>", "<?x y?><saml:Subject>"))}},
		{"inside: two assertions", CheckWellFormed, mutations{encrypting(e, plain(func(s string) string { return s + s }))}},
		{"inside: assertion in an assertion", CheckOneAssertion, mutations{encrypting(e, replaced("<saml:Subject>", `<saml:Advice><saml:Assertion ID="_x"/></saml:Advice><saml:Subject>`))}},
		{"inside: a whole response", CheckOneAssertion, mutations{encrypting(e, plain(func(s string) string {
			return `<samlp:Response xmlns:samlp="` + nsProtocol + `">` + s + `</samlp:Response>`
		}))}},
		{"inside: duplicate ID", CheckIdentifiers, mutations{encrypting(e, replaced("<saml:Subject>", `<saml:Subject Id="_a"><x xmlns="urn:x" id="_a"/>`))}},
		{"inside: 5,000 elements", CheckStructure, mutations{encrypting(e, replaced("<saml:Subject>", strings.Repeat("<x/>", 5000)+"<saml:Subject>"))}},
		{"inside: depth 1,000", CheckStructure, mutations{encrypting(e, replaced("<saml:Subject>", strings.Repeat("<x>", 1000)+strings.Repeat("</x>", 1000)+"<saml:Subject>"))}},
		{"inside: undeclared namespace", CheckNamespaces, mutations{encrypting(e, replaced("<saml:Subject>", "<none:c/><saml:Subject>"))}},
		{"inside: not UTF-8", CheckEncoding, mutations{encrypting(e, replaced("alice", "\xE9"))}},
		{"inside: SHA-1", CheckSignatureAlgorithm, mutations{signing(samltest.Signing{Method: samltest.RSASHA1}), encrypting(e)}},
		{"inside: SHA-1 in a signed response", CheckSignatureAlgorithm, mutations{both, signing(samltest.Signing{}), func(a *samltest.Answer) { a.LeaveUnsigned = true },
			before(func(r *etree.Element) {
				if err := w.idp.SignInto(at(r, pathAssertion), samltest.Signing{Digest: samltest.SHA1}); err != nil {
					t.Fatal(err)
				}
			}), encrypting(e)}},
		{"inside: two NameIDs", CheckNameID, mutations{before(func(r *etree.Element) {
			at(r, "Assertion/Subject").CreateElement("saml:NameID").SetText("administrator")
		}), encrypting(e)}},
		{"inside: name changed after signing", CheckSignature, mutations{encrypting(e, replaced(">alice<", ">administrator<"))}},
		{"inside: other audience", CheckAudience, mutations{func(a *samltest.Answer) { a.Audience = "https://elsewhere.example" }, encrypting(e)}},
		{"inside: more than 400 values", CheckAttributes, mutations{func(a *samltest.Answer) { a.Attributes = append(a.Attributes, groups(401)) }, encrypting(e)}},
		{"inside: false signature in a signed response", CheckSignature, mutations{unsigned, func(a *samltest.Answer) { a.SignResponse = true },
			before(func(r *etree.Element) {
				if err := w.other.SignInto(at(r, pathAssertion), samltest.Signing{}); err != nil {
					t.Fatal(err)
				}
			}), encrypting(e)}},
	})
	t.Run("a connection without keys", func(t *testing.T) {
		c := w.connection
		c.DecryptWith = nil
		mustRefuse(t, c, w.posted(t, encrypting(e)), w.expectation(), CheckDecryption)
	})
}

func second(r *etree.Element) *etree.Element {
	box := at(r, "EncryptedAssertion").Copy()
	for _, key := range box.FindElements("//EncryptedKey") {
		key.RemoveAttr("Id")
	}
	return box
}

// What went wrong in decrypting is never told: neither by the text nor by which check refused.
func TestEveryDecryptionFailureIsTheSame(t *testing.T) {
	w, e := sealedWorld(t)
	told := map[Refusal]bool{}
	gots := map[string]bool{}
	for _, change := range []func(*samltest.Encryption){
		func(e *samltest.Encryption) { e.Certificate = w.idp.Certificate },
		func(e *samltest.Encryption) { e.Value = func(b []byte) []byte { b[len(b)-1] ^= 1; return b } },
		func(e *samltest.Encryption) { e.Value = func(b []byte) []byte { return b[:5] } },
		func(e *samltest.Encryption) {
			e.Digest, e.Key = samltest.SHA256, samltest.OAEP11
			e.MGF = samltest.MGFSHA256
			e.Certificate = w.idp.Certificate
		},
		func(e *samltest.Encryption) { e.Recipient = "https://elsewhere.example" },
	} {
		_, checks, err := Finish(w.connection, w.posted(t, encrypting(e, change)), w.expectation())
		var refusal *Refusal
		if !errors.As(err, &refusal) {
			t.Fatalf("accepted, or %v", err)
		}
		told[*refusal] = true
		for _, c := range checks {
			if c.Name == CheckDecryption {
				gots[c.Got] = true
			}
		}
	}
	broken := func(change func([]byte) []byte) string {
		return w.posted(t, responseOnly, encrypting(e, func(e *samltest.Encryption) { e.Data, e.Value = samltest.AES256CBC, change }))
	}
	for _, posted := range []string{
		broken(func(b []byte) []byte { b[len(b)-20] ^= 0xFF; return b }), broken(func(b []byte) []byte { return b[:17] }), broken(func(b []byte) []byte { return b[:16] }),
	} {
		_, _, err := Finish(w.connection, posted, w.expectation())
		var refusal *Refusal
		if !errors.As(err, &refusal) {
			t.Fatalf("accepted, or %v", err)
		}
		if refusal.Check == CheckDecryption {
			told[*refusal] = true
		}
	}
	if len(told) != 1 || len(gots) != 1 {
		t.Errorf("%d different refusals and %d different values are told: %v %v", len(told), len(gots), told, gots)
	}
}

// As scan_test.go holds it for other documents, the bound is on the work: none of the keys is tried. What it takes is a benchmark.
func TestManyEncryptedKeysAreNotTried(t *testing.T) {
	w, e := sealedWorld(t)
	w.connection.Certificates = append(w.connection.Certificates, w.other.Certificate)
	for keys, check := range map[int]string{5: CheckEncryptedAssertion, 150: CheckEncryptedAssertion, 300: CheckStructure} {
		e.Keys = keys
		mustRefuse(t, w.connection, w.posted(t, encrypting(e)), w.expectation(), check)
	}
}

func BenchmarkManyEncryptedKeys(b *testing.B) {
	w, e := sealedWorld(b)
	w.connection.Certificates = append(w.connection.Certificates, w.other.Certificate)
	w.connection.DecryptWith = append(w.connection.DecryptWith, w.connection.DecryptWith[0], w.connection.DecryptWith[0])
	for _, keys := range []int{1, 4, 150, 300} {
		e.Keys, e.Certificate = keys, w.idp.Certificate // none of them for us
		posted := w.posted(b, encrypting(e))
		b.Run(strconv.Itoa(keys), func(b *testing.B) {
			for b.Loop() {
				_, _, _ = Finish(w.connection, posted, w.expectation())
			}
		})
	}
}

package saml

import (
	"encoding/base64"
	"strings"
	"testing"

	"gatehouse/internal/saml/samltest"
)

// The documents that cost a library tens of milliseconds are refused by what scan counts, so nothing is ever built of them. The
// bound is on the work, not on a clock: the trail shows that the well-formedness check, which is the first parse, was not reached.
func TestExpensiveDocumentsAreNotParsed(t *testing.T) {
	w := newWorld(t)
	w.connection.Certificates = [][]byte{w.idp.Certificate, w.other.Certificate}
	message, err := w.idp.Document(w.answer())
	if err != nil {
		t.Fatal(err)
	}
	with := func(s string) string {
		return strings.Replace(string(message), "<samlp:Status>", s+"<samlp:Status>", 1)
	}
	for name, document := range map[string]string{
		"24 KB of empty elements":      with(strings.Repeat("<x/>", 6000)),
		"4,900 elements":               with(strings.Repeat("<x/>", 4900)),
		"1,201 elements":               with(strings.Repeat("<x/>", 1201)),
		"depth 41":                     with(strings.Repeat("<x>", 41) + strings.Repeat("</x>", 41)),
		"65 attributes":                with("<x" + manyAttributes(65) + "/>"),
		"201 comments":                 with(strings.Repeat("<!-- -->", 201)),
		"201 CDATA sections":           with("<x>" + strings.Repeat("<![CDATA[]]>", 201) + "</x>"),
		"200 KB SignatureValue":        strings.Replace(string(message), "<ds:SignatureValue>", "<ds:SignatureValue>"+strings.Repeat("A", 200<<10), 1),
		"300 KB of white space":        with(strings.Repeat(" ", 300<<10)),
		"entities that multiply":       `<!DOCTYPE x [<!ENTITY a "aaaa">]>` + with("&a;"),
		"a comment that never ends":    with("<!--"),
		"an attribute that never ends": with(`<x a="`),
	} {
		t.Run(name, func(t *testing.T) {
			_, checks, err := Finish(w.connection, encode(document), w.expectation())
			if err == nil {
				t.Fatal("accepted")
			}
			for _, c := range checks {
				if c.Name == CheckNamespaces && c.Outcome != Skipped {
					t.Errorf("it was parsed: %s %s", c.Name, c.Outcome)
				}
			}
		})
	}
}

// A forged signature costs one canonical SignedInfo and one RSA operation for each certificate; the content is not digested.
func TestEveryCertificateIsTriedBeforeTheContentIsDigested(t *testing.T) {
	w := newWorld(t)
	forged := w.other
	forged.EntityID = w.idp.EntityID
	root, refusal := parse(respond(t, forged, w.answer()), newTrail())
	if refusal != nil {
		t.Fatal(refusal)
	}
	r, refusal := shape(root, newTrail())
	if refusal != nil {
		t.Fatal(refusal)
	}
	if cert := signer(r.ofAssertion, [][]byte{w.idp.Certificate, w.idp.Certificate}); cert != nil {
		t.Error("a certificate was found for a signature of another key")
	}
	if cert := signer(r.ofAssertion, [][]byte{w.idp.Certificate, []byte("garbage"), w.other.Certificate}); cert == nil {
		t.Error("the certificate that signed was not found")
	}
}

func TestLimitsAreReached(t *testing.T) {
	// What is just within the limits must pass, or the limits are other than they say.
	for name, document := range map[string]string{
		"1,200 elements": "<x>" + strings.Repeat("<x/>", 1199) + "</x>",
		"40 levels":      strings.Repeat("<x>", 40) + strings.Repeat("</x>", 40),
		"64 attributes":  "<x" + manyAttributes(64) + "></x>",
		"200 comments":   "<x>" + strings.Repeat("<!---->", 200) + "</x>",
		"declaration":    `<?xml version='1.0' encoding='utf-8' standalone="yes" ?><x/>`,
		"single quotes":  `<x a='"' b="'" c=">"/>`,
	} {
		if f := scan([]byte(document), responseLimits()); f != nil {
			t.Errorf("%s: %s, %s", name, f.check, f.got)
		}
	}
}

func FuzzFinish(f *testing.F) {
	w := newWorld(f)
	seeds := []samltest.Answer{w.answer(), w.answer(responseOnly), w.answer(both), w.answer(unsigned), w.answer(signing(samltest.Signing{NoKeyInfo: true}))}
	for _, a := range seeds {
		document, err := w.idp.Document(a)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(document)
	}
	for _, s := range []string{"", "<", "<x", "<x/>", "<!DOCTYPE x>", "<?xml version=\"1.0\"?><x></x>", "<a:b xmlns:a=\"urn:x\"/>", "<x><![CDATA[", "<x a='&#x0;'/>", "\xFE\xFF\x00<"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		identity, checks, err := Finish(w.connection, base64.StdEncoding.EncodeToString(document), w.expectation())
		if len(checks) != len(checkTitles()) {
			t.Errorf("%d checks recorded", len(checks))
		}
		// Whatever is changed around it, nobody but the person that was signed can come out.
		if err == nil && (identity.NameID != "alice" || identity.Email != "ada@northwind.example" || identity.VerifiedBy != fingerprint(w.idp.Certificate)) {
			t.Errorf("accepted: %+v", identity)
		}
	})
}

func FuzzReadMetadata(f *testing.F) {
	w := newWorld(f)
	good := w.idp.Metadata("https://idp.example/sso")
	f.Add(good)
	for _, s := range []string{"", "<x/>", spOnly, entities(string(good)), entities(""), "<!DOCTYPE html>", "\xEF\xBB\xBF<x/>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		m, err := ReadMetadata(document, MetadataOptions{Now: w.now})
		if err != nil {
			return
		}
		if m.EntityID == "" || len(m.Certificates) == 0 || len(m.Certificates) > maxCertificates || CheckEndpoint(m.SSOURL, false) != nil {
			t.Errorf("read %+v", m)
		}
	})
}

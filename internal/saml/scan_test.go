package saml

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"

	"github.com/beevik/etree"

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
		"65 namespaces in one place":   with(declarations(33) + declarations(32) + "</x></x>"),
		"37 levels of 63 namespaces":   with(strings.Repeat(declarations(63), 37) + strings.Repeat("</x>", 37)),
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
	r, refusal := shape(root, false, newTrail())
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
		"64 namespaces":  declarations(32) + declarations(32) + "</x></x>",
		"800 namespaces": "<x>" + strings.Repeat(`<y xmlns:xs="urn:xs" xmlns:xsi="urn:xsi">z</y>`, 400) + "</x>", // some providers declare two with each attribute value
		"200 comments":   "<x>" + strings.Repeat("<!---->", 200) + "</x>",
		"declaration":    `<?xml version='1.0' encoding='utf-8' standalone="yes" ?><x/>`,
		"single quotes":  `<x a='"' b="'" c=">"/>`,
	} {
		if f := scan([]byte(document), responseLimits()); f != nil {
			t.Errorf("%s: %s, %s", name, f.check, f.got)
		}
	}
}

// What declarations of namespaces cost is bounded by what may be in force at one place, whatever is around it.
func TestNamespacesAreResolvedInBoundedWork(t *testing.T) {
	limits := responseLimits()
	deep := strings.Repeat(declarations(1), limits.depth-1)
	for name, document := range map[string]string{
		"few, deep, and many elements":      deep + strings.Repeat(`<p0:y/>`, 1000) + strings.Repeat("</x>", limits.depth-1),
		"the most, and many that add to it": declarations(limits.namespaces-1) + strings.Repeat(`<y xmlns:a="urn:a" a:b="c"/>`, 1000) + "</x>",
	} {
		if f := scan([]byte(document), limits); f != nil {
			t.Fatalf("%s: %s, %s", name, f.check, f.got)
		}
		doc := etree.NewDocument()
		if err := doc.ReadFromString(document); err != nil {
			t.Fatal(err)
		}
		allocated := testing.AllocsPerRun(1, func() {
			if _, err := resolve(doc.Root()); err != nil {
				t.Error(err)
			}
		})
		if allocated > 2*float64(limits.elements) {
			t.Errorf("%s: %v allocations", name, allocated)
		}
	}
	for name, document := range map[string]string{
		"one element":          declarations(limits.namespaces+1) + "</x>",
		"over several levels":  declarations(40) + declarations(25) + "</x></x>",
		"an empty element":     "<x>" + strings.Replace(declarations(65), ">", "/>", 1) + "</x>",
		"after one was closed": declarations(40) + declarations(24) + "</x>" + declarations(25) + "</x></x>",
		"as the default":       strings.Repeat(`<x xmlns="urn:x">`, 2) + declarations(63) + strings.Repeat("</x>", 3),
	} {
		limits := limits
		limits.attributes = 100
		if f := scan([]byte(document), limits); f == nil || f.got != "too many namespaces" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// declarations is a start tag that declares n prefixes.
func declarations(n int) string {
	var b strings.Builder
	b.WriteString("<x")
	for i := range n {
		b.WriteString(" xmlns:p" + strconv.Itoa(i) + `="urn:x"`)
	}
	return b.String() + ">"
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

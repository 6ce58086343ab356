package saml

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/saml/samltest"
)

// mustFail fails the test unless the error is a MetadataError of that problem with a sentence; it returns the sentence.
func mustFail(t *testing.T, err error, want Problem) string {
	t.Helper()
	var refusal *MetadataError
	if !errors.As(err, &refusal) {
		t.Fatalf("error is %v (%T), want %s", err, err, want)
	}
	if refusal.Problem != want {
		t.Fatalf("problem %s (%s), want %s", refusal.Problem, refusal.Sentence, want)
	}
	for _, library := range []string{"x509:", "xml:", "EOF", "illegal", "dial", "tls:", "asn1", "http:"} {
		if strings.Contains(refusal.Sentence, library) {
			t.Errorf("text of a library: %s", refusal.Sentence)
		}
	}
	if !strings.HasSuffix(refusal.Sentence, ".") {
		t.Errorf("not a sentence: %q", refusal.Sentence)
	}
	return refusal.Sentence
}

func TestReadMetadata(t *testing.T) {
	w := newWorld(t)
	good := string(w.idp.Metadata("https://idp.example/sso?a=1&b=2"))
	o := MetadataOptions{Now: w.now}
	m, err := ReadMetadata([]byte(good), o)
	if err != nil {
		t.Fatal(err)
	}
	if m.EntityID != w.idp.EntityID || m.SSOURL != "https://idp.example/sso?a=1&b=2" || m.SSOBinding != BindingRedirect || !m.WantAuthnRequestsSigned ||
		!m.ValidUntil.IsZero() || len(m.Warnings) != 0 || !slices.Equal(m.NameIDFormats, []string{"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"}) {
		t.Errorf("read %+v", m)
	}
	if len(m.Certificates) != 1 {
		t.Fatalf("%d certificates", len(m.Certificates))
	}
	c := m.Certificates[0]
	if c.Subject != "CN=Test identity provider" || c.KeyBits != 2048 || c.SHA256 != fingerprint(w.idp.Certificate) || c.NotAfter.Before(w.now) {
		t.Errorf("certificate %+v", c)
	}
	schemaValid(t, []byte(good), "saml-schema-metadata-2.0.xsd")

	const descriptor = "<md:IDPSSODescriptor "
	otherCertificate := base64.StdEncoding.EncodeToString(w.other.Certificate)
	second := strings.NewReplacer("<md:KeyDescriptor use=\"signing\">", `<md:KeyDescriptor>`, base64.StdEncoding.EncodeToString(w.idp.Certificate), otherCertificate).
		Replace(between(good, "<md:KeyDescriptor", "</md:KeyDescriptor>"))
	for name, c := range map[string]struct {
		document string
		want     func(Metadata) bool
	}{
		"byte order mark and blanks":            {"\xEF\xBB\xBF\n" + good + "\n\n", func(m Metadata) bool { return m.EntityID == w.idp.EntityID }},
		"no declaration":                        {strings.Replace(good, `<?xml version="1.0"?>`, "", 1), func(m Metadata) bool { return m.EntityID == w.idp.EntityID }},
		"style sheet instruction":               {strings.Replace(good, `?>`, `?><?xml-stylesheet href="x"?>`, 1), func(m Metadata) bool { return m.EntityID == w.idp.EntityID }},
		"other prefixes":                        {strings.NewReplacer("md:", "m:", ":md=", ":m=").Replace(good), func(m Metadata) bool { return m.EntityID == w.idp.EntityID }},
		"the only provider of several entities": {entities(good + spOnly), func(m Metadata) bool { return m.EntityID == w.idp.EntityID && len(m.Certificates) == 1 }},
		"nested entities":                       {entities(`<md:EntitiesDescriptor>` + trimDeclaration(good) + `</md:EntitiesDescriptor>`), func(m Metadata) bool { return m.EntityID == w.idp.EntityID }},
		"both roles in one entity, as of ADFS": {strings.Replace(good, "</md:EntityDescriptor>", `<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></md:EntityDescriptor>`, 1),
			func(m Metadata) bool { return m.EntityID == w.idp.EntityID }},
		"POST only": {strings.Replace(good, "bindings:HTTP-Redirect", "bindings:SOAP", 1), func(m Metadata) bool { return m.SSOBinding == BindingPOST }},
		"redirect not usable, POST is": {strings.Replace(good, `Redirect" Location="https:`, `Redirect" Location="http:`, 1),
			func(m Metadata) bool { return m.SSOBinding == BindingPOST }},
		"key without use signs":               {strings.Replace(good, ` use="signing"`, "", 1), func(m Metadata) bool { return len(m.Certificates) == 1 }},
		"two keys":                            {strings.Replace(good, "<md:NameIDFormat>", second+"<md:NameIDFormat>", 1), func(m Metadata) bool { return len(m.Certificates) == 2 }},
		"one key twice":                       {strings.Replace(good, "<md:NameIDFormat>", strings.ReplaceAll(second, otherCertificate, base64.StdEncoding.EncodeToString(w.idp.Certificate))+"<md:NameIDFormat>", 1), func(m Metadata) bool { return len(m.Certificates) == 1 }},
		"encryption keys are not for signing": {strings.Replace(good, "<md:NameIDFormat>", strings.Replace(second, "<md:KeyDescriptor>", `<md:KeyDescriptor use="encryption">`, 1)+"<md:NameIDFormat>", 1), func(m Metadata) bool { return len(m.Certificates) == 1 }},
		"an unusable key beside a good one is a warning": {strings.Replace(good, "<md:NameIDFormat>", strings.ReplaceAll(second, otherCertificate, base64.StdEncoding.EncodeToString(ecdsaCertificate(t, w.now)))+"<md:NameIDFormat>", 1),
			func(m Metadata) bool { return len(m.Certificates) == 1 && len(m.Warnings) == 1 }},
		"broken lines in the certificate": {strings.Replace(good, "<ds:X509Certificate>MII", "<ds:X509Certificate>\n   M II\r\n\t", 1), func(m Metadata) bool { return len(m.Certificates) == 1 }},
		"valid for a while":               {strings.Replace(good, " entityID=", ` validUntil="2027-01-01T00:00:00Z" entityID=`, 1), func(m Metadata) bool { return m.ValidUntil.Year() == 2027 && len(m.Warnings) == 0 }},
		"the nearest end counts": {strings.Replace(entities(strings.Replace(good, descriptor, descriptor+`validUntil="2026-03-20T00:00:00.5Z" `, 1)), "<md:EntitiesDescriptor ", `<md:EntitiesDescriptor validUntil="2027-01-01T00:00:00Z" `, 1),
			func(m Metadata) bool { return m.ValidUntil.Year() == 2026 && len(m.Warnings) == 1 }},
		"name in UIInfo": {strings.Replace(good, "<md:KeyDescriptor", `<md:Extensions><mdui:UIInfo xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui"><mdui:DisplayName xml:lang="en">Northwind </mdui:DisplayName></mdui:UIInfo></md:Extensions><md:KeyDescriptor`, 1),
			func(m Metadata) bool { return m.DisplayName == "Northwind" }},
		"name of the organization": {strings.Replace(good, "</md:EntityDescriptor>", `<md:Organization><md:OrganizationDisplayName xml:lang="en">Northwind</md:OrganizationDisplayName></md:Organization></md:EntityDescriptor>`, 1),
			func(m Metadata) bool { return m.DisplayName == "Northwind" }},
		"only transient names": {strings.Replace(good, "nameid-format:persistent", "nameid-format:transient", 1), func(m Metadata) bool { return len(m.Warnings) == 1 }},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ReadMetadata([]byte(c.document), o)
			if err != nil {
				t.Fatal(err)
			}
			if !c.want(m) {
				t.Errorf("read %+v", m)
			}
		})
	}
	t.Run("http on this machine in development", func(t *testing.T) {
		m, err := ReadMetadata(w.idp.Metadata("http://127.0.0.1:9000/sso"), MetadataOptions{Now: w.now, AllowHTTPLoopback: true})
		if err != nil || m.SSOURL != "http://127.0.0.1:9000/sso" {
			t.Errorf("read %+v, %v", m, err)
		}
	})
	for name, now := range map[string]time.Time{"expired": w.now.AddDate(2, 0, 0), "expires soon": w.now.AddDate(0, 6, -5), "not yet valid": w.now.AddDate(-1, 0, 0)} {
		t.Run("certificate "+name+" is a warning", func(t *testing.T) {
			m, err := ReadMetadata([]byte(good), MetadataOptions{Now: now})
			if err != nil || len(m.Warnings) != 1 || len(m.Certificates) != 1 {
				t.Errorf("read %+v, %v", m, err)
			}
		})
	}
}

const spOnly = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></md:EntityDescriptor>`

func entities(inside string) string {
	return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + trimDeclaration(inside) + `</md:EntitiesDescriptor>`
}

func trimDeclaration(document string) string {
	return strings.Replace(document, `<?xml version="1.0"?>`, "", 1)
}

// between returns the part of s from start to the end of end.
func between(s, start, end string) string {
	from := strings.Index(s, start)
	to := strings.Index(s[from:], end)
	return s[from : from+to+len(end)]
}

func TestMetadataSaysWhetherItIsSigned(t *testing.T) {
	w := newWorld(t)
	plain := string(w.idp.Metadata("https://idp.example/sso"))
	lone := plain[strings.Index(plain, "<md:EntityDescriptor"):]
	const signature = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>`
	signed := strings.Replace(lone, "<md:IDPSSODescriptor", signature+"<md:IDPSSODescriptor", 1)
	group := func(inside string) string {
		return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + inside + `</md:EntitiesDescriptor>`
	}
	for name, c := range map[string]struct {
		document string
		want     bool
	}{
		"plain": {lone, false}, "signed": {signed, true}, "plain in a group": {group(lone), false},
		"signed in a group": {group(signed), true}, "in a signed group": {group(signature + lone), true}, "in a group in a signed group": {group(signature + group(lone)), true},
	} {
		m, err := ReadMetadata([]byte(c.document), MetadataOptions{Now: w.now})
		if err != nil || m.Signed != c.want {
			t.Errorf("%s: signed %v, %v", name, m.Signed, err)
		}
	}
}

func TestMetadataRefused(t *testing.T) {
	w, c := connectionWithKey(t)
	good := string(w.idp.Metadata("https://idp.example/sso"))
	certificate := base64.StdEncoding.EncodeToString(w.idp.Certificate)
	instead := func(der []byte) string {
		return strings.Replace(good, certificate, base64.StdEncoding.EncodeToString(der), 1)
	}
	key := between(good, "<md:KeyDescriptor", "</md:KeyDescriptor>")
	sentences := map[Problem]string{}
	for _, line := range []struct {
		name     string
		document string
		want     Problem
	}{
		{"nothing", "", ProblemNotXML},
		{"not XML", "hello", ProblemNotXML},
		{"half of it", good[:len(good)/2], ProblemNotXML},
		{"tags crossed", strings.Replace(good, "</md:NameIDFormat>", "</md:NameIdFormat>", 1), ProblemNotXML},
		{"a web page", "<!DOCTYPE html><html><body>Sign in</body></html>", ProblemDoctype},
		{"external entity", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + trimDeclaration(good), ProblemDoctype},
		{"other XML", "<feed xmlns='http://www.w3.org/2005/Atom'/>", ProblemNotMetadata},
		{"metadata in no namespace", "<EntityDescriptor entityID='x'/>", ProblemNotMetadata},
		{"entity without any role", `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>`, ProblemNotMetadata},
		{"no entities", entities(""), ProblemNotMetadata},
		{"service provider", spOnly, ProblemServiceProvider},
		{"our own", string(SPMetadata(c, SPMetadataOptions{})), ProblemServiceProvider},
		{"several providers", entities(good + trimDeclaration(good)), ProblemSeveralProviders},
		{"SAML 1.1 only", strings.Replace(good, `"urn:oasis:names:tc:SAML:2.0:protocol"`, `"urn:oasis:names:tc:SAML:1.1:protocol"`, 1), ProblemNotSAML2},
		{"no entityID", strings.Replace(good, `entityID="`+w.idp.EntityID+`"`, "", 1), ProblemNoEntityID},
		{"empty entityID", strings.Replace(good, w.idp.EntityID, " ", 1), ProblemNoEntityID},
		{"no certificate", strings.Replace(good, key, "", 1), ProblemNoCertificate},
		{"empty certificate", strings.Replace(good, certificate, "", 1), ProblemNotCertificate},
		{"only an encryption certificate", strings.Replace(good, `use="signing"`, `use="encryption"`, 1), ProblemNoCertificate},
		{"malformed certificate", instead([]byte("nothing")), ProblemNotCertificate},
		{"elliptic curve", instead(ecdsaCertificate(t, w.now)), ProblemKeyType},
		{"short key", instead(shortCertificate(t, w.now)), ProblemShortKey},
		{"no longer valid", strings.Replace(good, " entityID=", ` validUntil="2026-03-14T15:09:26Z" entityID=`, 1), ProblemExpired},
		{"role no longer valid", strings.Replace(good, "<md:IDPSSODescriptor ", `<md:IDPSSODescriptor validUntil="2020-01-01T00:00:00Z" `, 1), ProblemExpired},
		{"group no longer valid", strings.Replace(entities(good), "<md:EntitiesDescriptor ", `<md:EntitiesDescriptor validUntil="2020-01-01T00:00:00Z" `, 1), ProblemExpired},
		{"an end that is no time", strings.Replace(good, " entityID=", ` validUntil="soon" entityID=`, 1), ProblemExpired},
		{"http endpoint", strings.ReplaceAll(good, "https://idp.example/sso", "http://idp.example/sso"), ProblemHTTP},
		{"http endpoint on this machine", strings.ReplaceAll(good, "https://idp.example/sso", "http://127.0.0.1/sso"), ProblemHTTP},
		{"javascript endpoint", strings.ReplaceAll(good, "https://idp.example/sso", "javascript:alert(1)"), ProblemScheme},
		{"data endpoint", strings.ReplaceAll(good, "https://idp.example/sso", "data:text/html,x"), ProblemScheme},
		{"relative endpoint", strings.ReplaceAll(good, "https://idp.example/sso", "/sso"), ProblemURL},
		{"no redirect or POST endpoint", strings.NewReplacer("HTTP-Redirect", "SOAP", "HTTP-POST", "PAOS").Replace(good), ProblemNoEndpoint},
		{"too large", good + strings.Repeat(" ", MaxMetadata) + "<!-- -->", ProblemTooLarge},
		{"too many elements", entities(strings.Repeat("<md:x/>", 20001)), ProblemTooLarge},
		{"not UTF-8", strings.Replace(good, "persistent", "persist\xE9nt", 1), ProblemEncoding},
		{"eleven certificates", elevenKeys(t, w, good, key, certificate), ProblemTooManyCertificates},
	} {
		t.Run(line.name, func(t *testing.T) {
			_, err := ReadMetadata([]byte(line.document), MetadataOptions{Now: w.now})
			sentences[line.want] = mustFail(t, err, line.want)
		})
	}
	seen := map[string]Problem{}
	for p, sentence := range sentences {
		if other, twice := seen[sentence]; twice {
			t.Errorf("%s and %s share a sentence", p, other)
		}
		seen[sentence] = p
	}
}

func elevenKeys(t *testing.T, w world, good, key, certificate string) string {
	t.Helper()
	var keys strings.Builder
	for i := range 11 {
		idp, err := samltest.NewIDPWithKey("x", w.idp.Key, w.now, w.now.AddDate(1, 0, i))
		if err != nil {
			t.Fatal(err)
		}
		keys.WriteString(strings.Replace(key, certificate, base64.StdEncoding.EncodeToString(idp.Certificate), 1))
	}
	return strings.Replace(good, key, keys.String(), 1)
}

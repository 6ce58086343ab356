package practiceidp_test

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"gatehouse/internal/practiceidp"
)

const (
	base = "http://127.0.0.1:8081"
	sp   = "http://127.0.0.1:8080/saml/k3x/metadata"
	acs  = "http://127.0.0.1:8080/saml/k3x/acs"
)

var people = []practiceidp.Person{
	{UserName: "ada", Email: "ada@northwind.example", FirstName: "Ada", LastName: "<Lovelace>", Groups: []string{"engines", "notes"}, Note: "Administrator"},
	{UserName: "kay", Email: "kay@northwind.example", FirstName: "Kay", LastName: "McNulty"},
}

// spMetadata has an encryption key, as the console's own metadata does; the answer must come unencrypted all the same.
const spMetadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + sp + `">
<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="encryption"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="` + acs + `" index="0" isDefault="true"/>
</md:SPSSODescriptor></md:EntityDescriptor>`

func newProvider(t *testing.T, folder string) *practiceidp.Provider {
	t.Helper()
	idp, err := practiceidp.New(practiceidp.Options{URL: base, People: people, Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	if err := idp.Register([]byte(spMetadata)); err != nil {
		t.Fatal(err)
	}
	return idp
}

// authnRequest is made by hand, with a signature that the provider may ignore.
func authnRequest(change ...string) string {
	return strings.NewReplacer(change...).Replace(fmt.Sprintf(`<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" `+
		`IssueInstant="%s" Destination="%s/sso" AssertionConsumerServiceURL="%s" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"><saml:Issuer>%s</saml:Issuer>`+
		`<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature></samlp:AuthnRequest>`,
		time.Now().UTC().Format(time.RFC3339), base, acs, sp))
}

func get(t *testing.T, handler http.Handler, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
	return w
}

func post(t *testing.T, handler http.Handler, target string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func redirect(t *testing.T, handler http.Handler, request string) *httptest.ResponseRecorder {
	t.Helper()
	var deflated bytes.Buffer
	writer, _ := flate.NewWriter(&deflated, flate.DefaultCompression)
	_, _ = writer.Write([]byte(request))
	_ = writer.Close()
	query := url.Values{
		"SAMLRequest": {base64.StdEncoding.EncodeToString(deflated.Bytes())}, "RelayState": {"relay-1"},
		"SigAlg": {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"}, "Signature": {"AAAA"},
	}
	return get(t, handler, base+"/sso?"+query.Encode())
}

var input = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// hidden returns the hidden fields of a page's form.
func hidden(w *httptest.ResponseRecorder) url.Values {
	form := url.Values{}
	for _, field := range input.FindAllStringSubmatch(w.Body.String(), -1) {
		form.Set(field[1], html.UnescapeString(field[2]))
	}
	return form
}

// signIn goes all the way for a person and returns the response as XML.
func signIn(t *testing.T, idp http.Handler, chooser *httptest.ResponseRecorder, person string) (*httptest.ResponseRecorder, []byte) {
	t.Helper()
	if chooser.Code != http.StatusOK {
		t.Fatalf("%d %s", chooser.Code, chooser.Body)
	}
	form := hidden(chooser)
	form.Set("person", person)
	page := post(t, idp, base+"/sign-in", form)
	response, err := base64.StdEncoding.DecodeString(hidden(page).Get("SAMLResponse"))
	if page.Code != http.StatusOK || err != nil {
		t.Fatalf("%d %v %s", page.Code, err, page.Body)
	}
	return page, response
}

func TestBothBindingsAreAnswered(t *testing.T) {
	idp := newProvider(t, t.TempDir())
	byPost := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(authnRequest()))}, "RelayState": {"relay-1"}}
	for name, chooser := range map[string]*httptest.ResponseRecorder{
		"redirect": redirect(t, idp, authnRequest()), "post": post(t, idp, base+"/sso", byPost),
	} {
		if text := chooser.Body.String(); !strings.Contains(text, `name="person" value="ada"`) || !strings.Contains(text, `name="person" value="kay"`) || strings.Contains(text, "<Lovelace>") {
			t.Errorf("%s: %s", name, text)
		}
		page, response := signIn(t, idp, chooser, "ada")
		if hidden(page).Get("RelayState") != "relay-1" || !strings.Contains(page.Body.String(), `action="`+acs+`"`) {
			t.Errorf("%s: %s", name, page.Body)
		}
		if csp := page.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' http://127.0.0.1:8080") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", name, csp)
		}
		verify(t, idp, response)
	}
}

// verify lets the library's own service provider check signatures, times, audience, recipient, destination and request.
func verify(t *testing.T, idp *practiceidp.Provider, response []byte) {
	t.Helper()
	var metadata saml.EntityDescriptor
	if err := xml.Unmarshal(idp.Metadata(), &metadata); err != nil {
		t.Fatal(err)
	}
	at := func(text string) url.URL {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return *u
	}
	provider := saml.ServiceProvider{EntityID: sp, AcsURL: at(acs), MetadataURL: at(sp), IDPMetadata: &metadata}
	if _, err := provider.ParseXMLResponse(response, []string{"_r1"}, at(acs)); err != nil {
		var why *saml.InvalidResponseError
		if errors.As(err, &why) {
			err = why.PrivateErr
		}
		t.Error(err)
	}
}

func TestResponseIsExact(t *testing.T) {
	idp := newProvider(t, t.TempDir())
	_, response := signIn(t, idp, redirect(t, idp, authnRequest()), "ada")
	document := etree.NewDocument()
	if err := document.ReadFromBytes(response); err != nil {
		t.Fatal(err)
	}
	const (
		assertion    = "/Response/Assertion"
		confirmation = assertion + "/Subject/SubjectConfirmation/SubjectConfirmationData"
	)
	attribute := func(path, name string) string {
		t.Helper()
		found := document.FindElements(path)
		if len(found) != 1 {
			t.Fatalf("%s: %d elements", path, len(found))
		}
		return found[0].SelectAttrValue(name, "")
	}
	text := func(path string) string {
		t.Helper()
		found := document.FindElements(path)
		if len(found) != 1 {
			t.Fatalf("%s: %d elements", path, len(found))
		}
		return found[0].Text()
	}
	for what, c := range map[string]struct{ got, want string }{
		"Destination":                {attribute("/Response", "Destination"), acs},
		"InResponseTo":               {attribute("/Response", "InResponseTo"), "_r1"},
		"InResponseTo, confirmation": {attribute(confirmation, "InResponseTo"), "_r1"},
		"Recipient":                  {attribute(confirmation, "Recipient"), acs},
		"Address":                    {attribute(confirmation, "Address"), ""},
		"Method":                     {attribute(assertion+"/Subject/SubjectConfirmation", "Method"), "urn:oasis:names:tc:SAML:2.0:cm:bearer"},
		"Status":                     {attribute("/Response/Status/StatusCode", "Value"), "urn:oasis:names:tc:SAML:2.0:status:Success"},
		"Issuer of the response":     {text("/Response/Issuer"), base + "/metadata"},
		"Issuer of the assertion":    {text(assertion + "/Issuer"), base + "/metadata"},
		"Audience":                   {text(assertion + "/Conditions/AudienceRestriction/Audience"), sp},
		"NameID":                     {text(assertion + "/Subject/NameID"), practiceidp.NameID("ada")},
		"NameID format":              {attribute(assertion+"/Subject/NameID", "Format"), "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"},
		"SPNameQualifier":            {attribute(assertion+"/Subject/NameID", "SPNameQualifier"), sp},
		"email":                      {text(assertion + "//Attribute[@Name='email']/AttributeValue"), "ada@northwind.example"},
		"firstName":                  {text(assertion + "//Attribute[@Name='firstName']/AttributeValue"), "Ada"},
		"lastName":                   {text(assertion + "//Attribute[@Name='lastName']/AttributeValue"), "<Lovelace>"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", what, c.got, c.want)
		}
	}
	var groups []string
	for _, value := range document.FindElements(assertion + "//Attribute[@Name='groups']/AttributeValue") {
		groups = append(groups, value.Text())
	}
	if !slices.Equal(groups, people[0].Groups) || len(document.FindElements(assertion+"//Attribute")) != 4 {
		t.Errorf("groups %q", groups)
	}
	if attribute(assertion+"/AuthnStatement", "SessionIndex") == "" || document.FindElement("//EncryptedAssertion") != nil {
		t.Error("no session index, or encrypted")
	}

	now := time.Now()
	for what, c := range map[string]struct {
		got         string
		after, till time.Duration
	}{
		"IssueInstant of the response":  {attribute("/Response", "IssueInstant"), -time.Minute, time.Second},
		"IssueInstant of the assertion": {attribute(assertion, "IssueInstant"), -time.Minute, time.Second},
		"AuthnInstant":                  {attribute(assertion+"/AuthnStatement", "AuthnInstant"), -time.Minute, time.Second},
		"NotBefore":                     {attribute(assertion+"/Conditions", "NotBefore"), -2 * time.Minute, time.Second},
		"NotOnOrAfter":                  {attribute(assertion+"/Conditions", "NotOnOrAfter"), time.Minute, 10 * time.Minute},
		"NotOnOrAfter, confirmation":    {attribute(confirmation, "NotOnOrAfter"), time.Minute, 10 * time.Minute},
		"SessionNotOnOrAfter":           {attribute(assertion+"/AuthnStatement", "SessionNotOnOrAfter"), time.Hour, 24 * time.Hour},
	} {
		at, err := time.Parse(time.RFC3339, c.got)
		if err != nil || at.Before(now.Add(c.after)) || at.After(now.Add(c.till)) || !strings.HasSuffix(c.got, "Z") {
			t.Errorf("%s: %s, %v", what, c.got, err)
		}
	}
	for _, parent := range []string{"/Response", assertion} {
		id := attribute(parent, "ID")
		signature := parent + "/Signature"
		for path, want := range map[string]string{
			"/SignedInfo/CanonicalizationMethod": "http://www.w3.org/2001/10/xml-exc-c14n#",
			"/SignedInfo/SignatureMethod":        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
			"/SignedInfo/Reference/DigestMethod": "http://www.w3.org/2001/04/xmlenc#sha256",
		} {
			if got := attribute(signature+path, "Algorithm"); got != want {
				t.Errorf("%s: %s, want %s", signature+path, got, want)
			}
		}
		if got := attribute(signature+"/SignedInfo/Reference", "URI"); got != "#"+id || id == "" {
			t.Errorf("%s refers to %q, its element is %q", signature, got, id)
		}
		if document.FindElement(parent).ChildElements()[1].Tag != "Signature" {
			t.Errorf("%s: the schema wants the signature behind Issuer", parent)
		}
	}
	if len(document.FindElements("//Signature")) != 2 {
		t.Error("not one signature each for response and assertion")
	}
}

func TestAnswersAreAlwaysNewAndPeopleAlwaysTheSame(t *testing.T) {
	folder := t.TempDir()
	seen := map[string]bool{}
	var metadata []string
	for range 2 { // as after a second start
		idp := newProvider(t, folder)
		metadata = append(metadata, string(idp.Metadata()))
		_, response := signIn(t, idp, redirect(t, idp, authnRequest()), "kay")
		if !strings.Contains(string(response), practiceidp.NameID("kay")) {
			t.Error("another NameID")
		}
		for _, id := range regexp.MustCompile(` ID="([^"]+)"| SessionIndex="([^"]+)"`).FindAllString(string(response), -1) {
			if seen[id] {
				t.Errorf("%s a second time", id)
			}
			seen[id] = true
		}
		if strings.Contains(string(response), `Name="groups"`) {
			t.Error("no groups are no attribute")
		}
	}
	if metadata[0] != metadata[1] {
		t.Error("another key after the second start")
	}
	if info, err := os.Stat(filepath.Join(folder, "practice-idp.pem")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if practiceidp.NameID("ada") == practiceidp.NameID("kay") {
		t.Error("two people, one NameID")
	}
}

func TestRefused(t *testing.T) {
	idp := newProvider(t, t.TempDir())
	for name, w := range map[string]*httptest.ResponseRecorder{
		"unknown service provider": redirect(t, idp, authnRequest(sp, "http://other.example")),
		"foreign answer address":   redirect(t, idp, authnRequest(acs, "https://evil.example/acs")),
		"another destination":      redirect(t, idp, authnRequest(base+"/sso", "https://other.example/sso")),
		"old":                      redirect(t, idp, authnRequest(time.Now().UTC().Format("2006-"), "2001-")),
		"not XML":                  redirect(t, idp, "hello"),
		"no request":               get(t, idp, base+"/sso"),
		"unknown person":           post(t, idp, base+"/sign-in", url.Values{"person": {"eve"}}),
		"too large":                post(t, idp, base+"/sso", url.Values{"SAMLRequest": {strings.Repeat("A", 300<<10)}}),
	} {
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "was not answered") || strings.Contains(w.Body.String(), "SAMLResponse") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if err := idp.Register(idp.Metadata()); err == nil {
		t.Error("an identity provider's metadata was taken for a service provider's")
	}
}

func TestServiceProvidersAreFound(t *testing.T) {
	console := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/saml/k3x/metadata" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(strings.ReplaceAll(spMetadata, "http://127.0.0.1:8080", "http://"+r.Host)))
	}))
	defer console.Close()
	idp, err := practiceidp.New(practiceidp.Options{URL: base, People: people, Folder: t.TempDir(), ServiceProviders: practiceidp.FetchFrom(console.URL)})
	if err != nil {
		t.Fatal(err)
	}
	signIn(t, idp, redirect(t, idp, authnRequest("http://127.0.0.1:8080", console.URL)), "ada")
	for name, entityID := range map[string]string{"deleted": console.URL + "/saml/gone/metadata", "of another host": sp, "not under /saml/": console.URL + "/metadata"} {
		if _, err := practiceidp.FetchFrom(console.URL)(context.Background(), entityID); err == nil {
			t.Errorf("%s: found", name)
		}
	}
}

func TestPagesAndMetadata(t *testing.T) {
	idp := newProvider(t, t.TempDir())
	for path, want := range map[string]string{
		"/": "asks for no password", "/style.css": "--canvas", "/post.js": "submit()", "/metadata": `entityID="` + base + `/metadata"`,
	} {
		w := get(t, idp, base+path)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) || strings.Contains(w.Header().Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := get(t, idp, base+"/nothing"); w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
	if idp.EntityID() != base+"/metadata" || idp.SSOURL() != base+"/sso" {
		t.Errorf("%s %s", idp.EntityID(), idp.SSOURL())
	}
	if _, err := practiceidp.New(practiceidp.Options{URL: "http://127.0.0.1:8081/idp", Folder: t.TempDir()}); err == nil {
		t.Error("a URL with a path was taken")
	}
}

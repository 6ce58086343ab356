package practiceidp_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/practiceidp"
	"gatehouse/internal/saml"
)

// console is a connection of the console to the provider, known to it.
func console(t *testing.T, idp *practiceidp.Provider) saml.Connection {
	t.Helper()
	now := time.Now().UTC()
	metadata, err := saml.ReadMetadata(idp.Metadata(), saml.MetadataOptions{Now: now, AllowHTTPLoopback: true})
	if err != nil || len(metadata.Warnings) > 0 {
		t.Fatalf("%v, warnings: %q", err, metadata.Warnings)
	}
	key, err := saml.NewKeyPair("k3x", now)
	if err != nil {
		t.Fatal(err)
	}
	connection := saml.Connection{
		ID: "k3x", SPEntityID: sp, ACSURL: acs, SLOURL: "https://console.example/saml/k3x/slo", IDPEntityID: metadata.EntityID, SSOURL: metadata.SSOURL, Key: key,
		IDPSLOURL: metadata.SLOURL, IDPSLOBinding: metadata.SLOBinding,
	}
	for _, certificate := range metadata.Certificates {
		connection.Certificates = append(connection.Certificates, certificate.DER)
	}
	if err := idp.Register(saml.SPMetadata(connection, saml.SPMetadataOptions{})); err != nil {
		t.Fatal(err)
	}
	return connection
}

// The console's own checks are stricter than any library's: what the demo shows must pass every one of them, by both bindings.
func TestConsoleAcceptsTheAnswer(t *testing.T) {
	idp := newProvider(t, t.TempDir())
	now := time.Now().UTC()
	connection := console(t, idp)
	for _, binding := range []saml.Binding{saml.BindingRedirect, saml.BindingPOST} {
		connection.SSOBinding = binding
		request, err := saml.Begin(connection, "relay-1", now, saml.BeginOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var chooser *httptest.ResponseRecorder
		if binding == saml.BindingPOST {
			chooser = post(t, idp, request.PostURL, url.Values{"SAMLRequest": {request.SAMLRequest}, "RelayState": {request.RelayState}})
		} else {
			chooser = get(t, idp, request.RedirectURL)
		}
		page, response := signIn(t, idp, chooser, "ada")
		identity, checks, err := saml.Finish(connection, base64.StdEncoding.EncodeToString(response), saml.Expectation{RequestID: request.ID, Now: time.Now()})
		if err != nil {
			t.Fatalf("%s: %v %+v", binding, err, checks)
		}
		if identity.NameID != practiceidp.NameID("ada") || identity.Email != "ada@northwind.example" || identity.Name() != "Ada <Lovelace>" ||
			!slices.ContainsFunc(identity.Attributes, func(a saml.Attribute) bool { return a.Name == "groups" && slices.Equal(a.Values, people[0].Groups) }) || identity.SessionIndex == "" || hidden(page).Get("RelayState") != "relay-1" {
			t.Errorf("%s: %+v", binding, identity)
		}
	}
}

// in signs ada in, in a browser that keeps cookies, and returns what the console remembers of it.
func in(t *testing.T, idp *practiceidp.Provider, c saml.Connection, b *browser) saml.Subject {
	t.Helper()
	request, err := saml.Begin(c, "relay", time.Now().UTC(), saml.BeginOptions{})
	if err != nil {
		t.Fatal(err)
	}
	form := hidden(b.get(t, idp, request.RedirectURL))
	form.Set("person", "ada")
	page := b.post(t, idp, base+"/sign-in", form)
	identity, _, err := saml.Finish(c, hidden(page).Get("SAMLResponse"), saml.Expectation{RequestID: request.ID, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return saml.Subject{
		NameID: identity.NameID, Format: identity.NameIDFormat, NameQualifier: identity.NameQualifier, SPNameQualifier: identity.SPNameQualifier, SessionIndex: identity.SessionIndex,
	}
}

// browser keeps the provider's cookie.
type browser struct{ cookie *http.Cookie }

func (b *browser) do(r *http.Request, idp http.Handler) *httptest.ResponseRecorder {
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	w := httptest.NewRecorder()
	idp.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		if b.cookie = cookie; cookie.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return w
}

func (b *browser) get(t *testing.T, idp http.Handler, address string) *httptest.ResponseRecorder {
	t.Helper()
	return b.do(httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil), idp)
}

func (b *browser) post(t *testing.T, idp http.Handler, address string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r, idp)
}

const signedIn = "is signed in here"

func TestTheConsoleSignsOutHereToo(t *testing.T) {
	idp := newProvider(t, t.TempDir())
	c, b, other := console(t, idp), &browser{}, &browser{}
	subject := in(t, idp, c, b)
	in(t, idp, c, other)
	if page := b.get(t, idp, base+"/").Body.String(); !strings.Contains(page, signedIn) || !strings.Contains(page, "Sign out everywhere") {
		t.Errorf("nobody is signed in: %s", page)
	}
	order, err := saml.BeginLogout(c, subject, "way", time.Now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	answered := b.get(t, idp, order.RedirectURL)
	address, err := url.Parse(answered.Header().Get("Location"))
	if err != nil || answered.Code != http.StatusSeeOther || !strings.HasPrefix(address.String(), c.SLOURL+"?") {
		t.Fatalf("%d %s", answered.Code, address)
	}
	m := saml.Message{Binding: saml.BindingRedirect, Query: address.RawQuery}
	if _, err := saml.ReadLogoutResponse(c, m, order.ID, time.Now().UTC()); err != nil || m.Relayed() != "way" {
		t.Errorf("the console does not accept it: %v", err)
	}
	if strings.Contains(b.get(t, idp, base+"/").Body.String(), signedIn) {
		t.Error("still signed in")
	}
	if !strings.Contains(other.get(t, idp, base+"/").Body.String(), signedIn) {
		t.Error("another browser is signed out too, although the console named the session")
	}
}

func TestSigningOutHereTellsTheConsole(t *testing.T) {
	idp := newProvider(t, t.TempDir())
	c, b := console(t, idp), &browser{}
	subject := in(t, idp, c, b)
	if csp := b.get(t, idp, base+"/").Header().Get("Content-Security-Policy"); !strings.HasSuffix(csp, "form-action 'self' https://console.example") {
		t.Errorf("a browser would stop the way to the console: %s", csp)
	}
	gone := b.post(t, idp, base+"/sign-out", nil)
	address, err := url.Parse(gone.Header().Get("Location"))
	if err != nil || gone.Code != http.StatusSeeOther || b.cookie != nil {
		t.Fatalf("%d %s, cookie %v", gone.Code, address, b.cookie)
	}
	m := saml.Message{Binding: saml.BindingRedirect, Query: address.RawQuery}
	order, _, err := saml.ReadLogoutRequest(c, m, time.Now().UTC())
	if err != nil || order.NameID != subject.NameID || !slices.Equal(order.SessionIndexes, []string{subject.SessionIndex}) {
		t.Fatalf("the console does not accept it: %v %+v", err, order)
	}
	answer, err := saml.AnswerLogout(c, order.ID, m.Relayed(), time.Now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	if page := b.get(t, idp, answer.RedirectURL); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "You are signed out") {
		t.Errorf("%d %s", page.Code, page.Body)
	}
	if again := b.get(t, idp, answer.RedirectURL); again.Code != http.StatusBadRequest {
		t.Errorf("the same answer twice: %d", again.Code)
	}
	for _, nonsense := range []string{"", "?SAMLRequest=x", "?SAMLRequest=PHgvPg%3D%3D"} {
		if page := b.get(t, idp, base+"/slo"+nonsense); page.Code != http.StatusBadRequest {
			t.Errorf("%q: %d", nonsense, page.Code)
		}
	}
	if page := b.post(t, idp, base+"/sign-out", nil); page.Code != http.StatusOK {
		t.Errorf("signing out as nobody: %d", page.Code)
	}
}

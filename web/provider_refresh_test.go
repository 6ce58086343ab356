package web

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/saml/samltest"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

// publisher is a provider's own server, which says what a test sets.
type publisher struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
}

func publish(t testing.TB) (*publisher, *x509.CertPool) {
	t.Helper()
	p := &publisher{}
	p.Server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		answer := p.answer
		p.mu.Unlock()
		answer(rw, r)
	}))
	t.Cleanup(p.Close)
	roots := x509.NewCertPool()
	roots.AddCert(p.Certificate())
	return p, roots
}

func (p *publisher) answers(answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func (p *publisher) says(document string) {
	p.answers(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte(document)) })
}

// keyOf is the KeyDescriptor of an identity provider's metadata.
func keyOf(document string) string {
	from := strings.Index(document, "<md:KeyDescriptor")
	return document[from : strings.Index(document, "</md:KeyDescriptor>")+len("</md:KeyDescriptor>")]
}

func providerIn(w *world, connection string, idp samltest.IDP) provider {
	return provider{IDP: idp, w: w, organization: "northwind", slug: "okta", connection: connection,
		acs: w.base + urls.SAMLACS.To(connection), entityID: w.base + urls.SAMLMetadata.To(connection)}
}

func TestLookingAtMetadataAgain(t *testing.T) {
	t.Parallel()
	published, roots := publish(t)
	w := onceOnSQLite(t, settings{near: true, roots: roots})
	first := w.metadata()
	renewed, err := samltest.NewIDP(w.idp().EntityID, time.Now())
	must(t, err)
	second := string(renewed.Metadata(ssoURL))
	both := strings.Replace(first, keyOf(first), keyOf(first)+keyOf(second), 1)

	published.says(first)
	admin := w.signIn(ada)
	created := admin.post(newProvider, admin.opened("url", "metadata_url", published.URL+"/metadata"))
	equal(t, "created", created.status, http.StatusSeeOther)
	page := created.location
	look, decide := urls.IdentityProviderLook.To("northwind", "okta"), urls.IdentityProviderProposal.To("northwind", "okta")
	shows := func(when string, words ...string) {
		t.Helper()
		shown := admin.get(page).mustBe(w, when, http.StatusOK).page().text()
		for _, piece := range words {
			if !strings.Contains(shown, piece) {
				t.Errorf("%s: the page does not say %q: %s", when, piece, shown)
			}
		}
	}
	looks := func(when string, words ...string) {
		t.Helper()
		equal(t, when, admin.post(look, nil).status, http.StatusSeeOther)
		shows(when, words...)
	}
	provider := func() models.IdentityProvider {
		t.Helper()
		p, err := w.store.In(w.actor(ada, "northwind")).IdentityProvider(t.Context(), "okta")
		must(t, err)
		return p
	}
	shows("before", "Metadata", published.URL+"/metadata", "not since it was saved")
	looks("nothing new", "Nothing is new.", "none found")

	// Whatever goes wrong there is said, and changes nothing.
	for name, line := range map[string]struct {
		answer http.HandlerFunc
		says   string
	}{
		"redirect":  {func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/elsewhere", http.StatusFound) }, "leads on to another one"},
		"too large": {func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(make([]byte, 1<<20+1)) }, "This is too large"},
		"broken":    {func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("<html>secret</html>")) }, "not SAML 2.0 metadata"},
		"refused":   {func(rw http.ResponseWriter, _ *http.Request) { http.Error(rw, "secret", http.StatusForbidden) }, "did not give the document"},
		"expired": {func(rw http.ResponseWriter, _ *http.Request) {
			_, _ = rw.Write([]byte(strings.Replace(both, "entityID=", `validUntil="2020-01-01T00:00:00Z" entityID=`, 1)))
		}, "its validUntil has passed"},
	} {
		published.answers(line.answer)
		looks(name, "The last look failed.", line.says, "The metadata could not be read.")
		if strings.Contains(admin.get(page).body, "secret") {
			t.Errorf("%s: the page tells what was found", name)
		}
	}
	equal(t, "certificates after all that", len(provider().Certificates), 1)

	// A second certificate is taken at once, and signs people in.
	published.says(both)
	looks("a second certificate", "1 certificate was added.")
	equal(t, "certificates", len(provider().Certificates), 2)
	connection := provider().ConnectionID
	through := providerIn(w, connection, renewed)
	w.signInThrough(through, ulf)

	// Then the first one goes: that waits for a decision.
	published.says(strings.Replace(second, ssoURL, "https://elsewhere.example/sso", 2))
	looks("changed", "It differs from what is used here", "People will sign in at elsewhere.example instead of idp.example", "A certificate goes", "Waits for you")
	equal(t, "the address stays", provider().SSOURL, ssoURL)
	f, ok := admin.get(page).page().formTo(decide)
	if !ok {
		t.Fatal("nothing to decide on")
	}
	stale := f.values
	published.says(strings.Replace(second, ssoURL, "https://other.example/sso", 2))
	looks("superseded", "other.example instead of")
	stale.Set("action", "approve")
	late := admin.post(decide, stale)
	equal(t, "approving what is no more", late.status, http.StatusConflict)
	if shown := late.page().text(); !strings.Contains(shown, "changed meanwhile") || !strings.Contains(shown, "https://other.example/sso") {
		t.Errorf("the page does not say what differs now: %s", shown)
	}
	f, _ = late.page().formTo(decide)
	f.values.Set("action", "dismiss")
	equal(t, "dismissed", admin.post(decide, f.values).status, http.StatusSeeOther)
	looks("dismissed", "It still says what was dismissed")
	if strings.Contains(admin.get(page).body, "Waits for you") {
		t.Error("what was dismissed waits again")
	}
	published.says(second)
	looks("the address came back", "A certificate goes", "Waits for you")
	f, _ = admin.get(page).page().formTo(decide)
	f.values.Set("action", "approve")
	equal(t, "approved", admin.post(decide, f.values).status, http.StatusSeeOther)
	equal(t, "certificates approved", len(provider().Certificates), 1)
	w.signInThrough(through, ulf)

	// A name that is changed by hand does not end the looking; saying so does.
	edit := urls.IdentityProviderEdit.To("northwind", "okta")
	for _, keep := range []bool{true, false} {
		f, _ := admin.get(edit).page().formTo(edit)
		f.values.Set("action", "save")
		if !keep {
			f.values.Del("keep_url")
		}
		equal(t, "edited", admin.post(edit, f.values).status, http.StatusSeeOther)
		equal(t, "looked at further", provider().MetadataURL != "", keep)
	}
	equal(t, "nowhere to look", admin.post(look, nil).status, http.StatusUnprocessableEntity)
}

func TestTheScheduleLooksAtWhatIsDue(t *testing.T) {
	t.Parallel()
	published, roots := publish(t)
	w := onceOnSQLite(t, settings{near: true, roots: roots})
	published.says(w.metadata())
	admin := w.signIn(ada)
	equal(t, "created", admin.post(newProvider, admin.opened("url", "metadata_url", published.URL)).status, http.StatusSeeOther)
	n, err := w.handlers.RefreshMetadata(t.Context())
	must(t, err)
	equal(t, "due when just read", n, 0)
	w.raw().run("UPDATE metadata_refreshes SET next_at = '2020-01-01 00:00:00+00:00'")
	published.says("<html/>")
	n, err = w.handlers.RefreshMetadata(t.Context())
	must(t, err)
	equal(t, "due", n, 1)
	n, err = w.handlers.RefreshMetadata(t.Context())
	must(t, err)
	equal(t, "due again at once", n, 0)
	if shown := admin.get("/orgs/northwind/security/identity-providers/okta").page().text(); !strings.Contains(shown, "The last look failed.") {
		t.Errorf("the page does not say so: %s", shown)
	}
}

// proposes makes a look find another binding, which waits for an Administrator.
func (p provider) proposes() {
	p.w.t.Helper()
	tenant := p.w.store.In(p.w.actor(ada, p.organization))
	saved, err := tenant.IdentityProvider(p.w.t.Context(), p.slug)
	must(p.w.t, err)
	look, err := tenant.Look(p.w.t.Context(), p.slug)
	must(p.w.t, err)
	other := map[string]string{"redirect": "post", "post": "redirect"}[saved.SSOBinding]
	_, err = tenant.KeepLook(p.w.t.Context(), look, models.Looked{Secure: true, Read: models.ProviderChange{
		EntityID: saved.EntityID, SSOURL: saved.SSOURL, SSOBinding: other, Certificates: saved.Certificates,
	}})
	must(p.w.t, err)
}

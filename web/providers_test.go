package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/urls"
)

const newProvider = "/orgs/northwind/security/identity-providers/new"

// metadata are those of the identity provider outside.
func (w *world) metadata() string { return string(w.idp().Metadata(ssoURL)) }

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// opened is the form for a new identity provider with what is filled in already.
func (c *client) opened(source string, pairs ...string) url.Values {
	c.w.t.Helper()
	f, ok := c.get(newProvider).mustBe(c.w, "the form", http.StatusOK).page().formTo(newProvider)
	if !ok {
		c.w.t.Fatal("there is no form")
	}
	values := f.values
	for name, value := range map[string]string{"id": "okta", "name": "Okta", "source": source, "action": "save", "enabled": "on"} {
		values.Set(name, value)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

func TestCreatingAnIdentityProvider(t *testing.T) {
	eachWith(t, settings{near: true}, func(w *world) {
		published := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, w.metadata()) }))
		w.t.Cleanup(published.Close)
		admin := w.signIn(ada)
		by := map[string]func(url.Values) answer{
			"url":   func(v url.Values) answer { v.Set("metadata_url", published.URL); return admin.post(newProvider, v) },
			"file":  func(v url.Values) answer { return admin.upload(newProvider, v, "metadata_file", w.metadata()) },
			"paste": func(v url.Values) answer { v.Set("metadata_xml", w.metadata()); return admin.post(newProvider, v) },
			"manual": func(v url.Values) answer {
				v.Set("entity_id", w.idp().EntityID)
				v.Set("sso_url", ssoURL)
				v.Set("certificate", pemOf("CERTIFICATE", w.idp().Certificate))
				return admin.post(newProvider, v)
			},
		}
		for source, send := range by {
			page := admin.get(newProvider).page()
			connection := page.valueOf("connection")
			shown := page.text() + pageValues(page)
			for _, value := range []string{w.base + urls.SAMLACS.To(connection), w.base + urls.SAMLMetadata.To(connection)} {
				if !strings.Contains(shown, value) {
					w.t.Errorf("%s: the form does not show %s first", source, value)
				}
			}
			equal(w.t, source+": our metadata before it exists", w.client().get(urls.SAMLMetadata.To(connection)).status, http.StatusOK)

			checked := send(admin.opened(source, "id", "by-"+source, "action", "check"))
			equal(w.t, source+": checked", checked.status, http.StatusOK)
			for _, read := range []string{w.idp().EntityID, ssoURL, "HTTP-Redirect", "Test identity provider"} {
				if !strings.Contains(checked.page().text(), read) {
					w.t.Errorf("%s: the summary does not say %s", source, read)
				}
			}
			equal(w.t, source+": checking saves nothing", admin.get("/orgs/northwind/security/identity-providers/by-"+source).status, http.StatusNotFound)

			created := send(admin.opened(source, "id", "By "+source, "name", "  By   "+source))
			equal(w.t, source+": created", created.status, http.StatusSeeOther)
			equal(w.t, source+": leads to it", created.location, "/orgs/northwind/security/identity-providers/By-"+source)
			own := admin.get(created.location).mustBe(w, source, http.StatusOK).page()
			for _, value := range []string{"By " + source + " is created.", w.idp().EntityID, ssoURL} {
				if !strings.Contains(own.text(), value) {
					w.t.Errorf("%s: its page does not say %s", source, value)
				}
			}
			p := provider{IDP: w.idp(), w: w, organization: "northwind", slug: "by-" + source, connection: connection,
				acs: w.base + urls.SAMLACS.To(connection), entityID: w.base + urls.SAMLMetadata.To(connection)}
			w.signInThrough(p, ulf)
		}
	})
}

// pageValues is what stands in the inputs of a page.
func pageValues(p page) string {
	var all []string
	for _, input := range p.all("input") {
		all = append(all, attribute(input, "value"))
	}
	return strings.Join(all, " ")
}

// Every wrong thing has its own sentence, beside its field.
func TestEveryBadInputHasItsOwnSentence(t *testing.T) {
	w := onSQLite(t, settings{})
	w.connect("northwind", "taken")
	admin, good := w.signIn(ada), w.metadata()
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	must(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	shortPEM := selfSigned(t, short, &short.PublicKey, time.Now().AddDate(1, 0, 0))
	curvePEM := selfSigned(t, curve, &curve.PublicKey, time.Now().AddDate(1, 0, 0))
	replaced := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the metadata do not say %s", old)
		}
		return strings.ReplaceAll(good, old, with)
	}
	keys := good[strings.Index(good, "<md:KeyDescriptor"):strings.Index(good, "<md:NameIDFormat")]
	asRole := strings.NewReplacer("IDPSSODescriptor", "SPSSODescriptor").Replace(good)
	entity := good[strings.Index(good, "<md:EntityDescriptor"):]
	several := `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + entity + strings.Replace(entity, "https://idp.example/metadata", "https://second.example", 1) + `</md:EntitiesDescriptor>`
	bare := func(certificate string) string {
		block, _ := pem.Decode([]byte(certificate))
		return base64.StdEncoding.EncodeToString(block.Bytes)
	}
	ours := base64.StdEncoding.EncodeToString(w.idp().Certificate)

	lines := []struct {
		name, field, says string
		values            []string
	}{
		{"no ID", "id", "Choose an ID.", paste(good, "id", " ")},
		{"a malformed ID", "id", "Use letters, digits, and single - or _ between them.", paste(good, "id", "a--b")},
		{"another script's ID", "id", "Use letters, digits", paste(good, "id", "оkta")},
		{"a long ID", "id", "at most 48 characters", paste(good, "id", strings.Repeat("x", 49))},
		{"a reserved ID", "id", "is reserved by the console", paste(good, "id", "New")},
		{"a taken ID", "id", "is taken.", paste(good, "id", "TAKEN")},
		{"no name", "name", "Enter a name.", paste(good, "name", " ")},
		{"a long name", "name", "at most 100 characters", paste(good, "name", strings.Repeat("x", 101))},
		{"a name that turns text around", "name", "no control characters", paste(good, "name", "Ok\u202eta")},
		{"nothing pasted", "metadata_xml", "Paste the provider's metadata.", paste(" ")},
		{"not XML", "metadata_xml", "This is not XML.", paste("hello")},
		{"not metadata", "metadata_xml", "This is XML, but not SAML 2.0 metadata.", paste("<html></html>")},
		{"metadata of a service provider", "metadata_xml", "This is metadata of a service provider, such as our own.", paste(asRole)},
		{"our own metadata", "metadata_xml", "This is metadata of a service provider, such as our own.", paste(w.client().get(urls.SAMLMetadata.To(w.connect("northwind", "ours").connection)).body)},
		{"several providers", "metadata_xml", "several identity providers", paste(several)},
		{"no certificate", "metadata_xml", "no signing certificate", paste(replaced(keys, ""))},
		{"a curve's key", "metadata_xml", "The certificate's key is not RSA.", paste(replaced(ours, bare(curvePEM)))},
		{"a short key", "metadata_xml", "fewer than 2,048 bits", paste(replaced(ours, bare(shortPEM)))},
		{"a broken certificate", "metadata_xml", "The signing certificate in the metadata is malformed.", paste(replaced(ours, "AAAA"))},
		{"expired metadata", "metadata_xml", "its validUntil has passed", paste(replaced("entityID=", `validUntil="2020-01-01T00:00:00Z" entityID=`))},
		{"an http endpoint", "metadata_xml", "sign-on address is http.", paste(replaced(ssoURL, "http://idp.example/sso"))},
		{"another scheme", "metadata_xml", "It must begin with https://.", paste(replaced(ssoURL, "javascript:alert(1)"))},
		{"no endpoint", "metadata_xml", "has no single sign-on address", paste(replaced("urn:oasis:names:tc:SAML:2.0:bindings:HTTP", "urn:other"))},
		{"no name of the provider", "metadata_xml", "does not name the identity provider", paste(replaced(`entityID="https://idp.example/metadata"`, `entityID=""`))},
		{"not SAML 2.0", "metadata_xml", "does not speak SAML 2.0", paste(replaced("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.1:protocol"))},
		{"a document type", "metadata_xml", "DOCTYPE", paste("<!DOCTYPE x>" + entity)},
		{"an external entity", "metadata_xml", "DOCTYPE", paste(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + entity)},
		{"too large", "metadata_xml", "This is too large", paste(strings.Replace(good, "<md:IDP", "<!--"+strings.Repeat("x", 1<<20)+"--><md:IDP", 1))},

		{"no address", "metadata_url", "Enter the address", from("")},
		{"no whole address", "metadata_url", "not a complete web address", from("idp.example/metadata")},
		{"an http address", "metadata_url", "by https only", from("http://idp.example/metadata")},
		{"another scheme's address", "metadata_url", "It must begin with https://.", from("file:///etc/passwd")},
		{"another port", "metadata_url", "from port 443 only", from("https://idp.example:8443/metadata")},
		{"this machine", "metadata_url", "inside a private network", from("https://127.0.0.1/metadata")},
		{"this machine mapped", "metadata_url", "inside a private network", from("https://[::ffff:127.0.0.1]/metadata")},
		{"the cloud's own address", "metadata_url", "inside a private network", from("https://169.254.169.254/latest")},
		{"a private address", "metadata_url", "inside a private network", from("https://10.0.0.1/metadata")},
		{"with a password in it", "metadata_url", "not a complete web address", from("https://user:secret@idp.example/metadata")},

		{"no entity ID", "entity_id", "Enter the identity provider's entity ID.", byHand("entity_id", "")},
		{"no SSO URL", "sso_url", "not a complete web address", byHand("sso_url", "")},
		{"an http SSO URL", "sso_url", "sign-on address is http.", byHand("sso_url", "http://idp.example/sso")},
		{"a script as SSO URL", "sso_url", "It must begin with https://.", byHand("sso_url", "javascript:alert(1)")},
		{"a script for answers about signing out", "slo_response_url", "It must begin with https://.", []string{"slo_url", sloURL, "slo_response_url", "javascript:alert(1)"}},
		{"where answers go alone", "slo_url", "Enter where logout messages go, too", byHand("slo_response_url", "https://idp.example/answers")},
		{"no certificate by hand", "certificate", "Paste the identity provider's signing certificate.", byHand("certificate", "")},
		{"no certificate at all", "certificate", "This is not a certificate.", byHand("certificate", "hello")},
		{"a short key by hand", "certificate", "fewer than 2,048 bits", byHand("certificate", shortPEM)},
		{"a curve's key by hand", "certificate", "is not RSA", byHand("certificate", curvePEM)},
		{"no source", "source", "Choose how to give the provider's values.", []string{"source", "guess"}},
	}
	raw := w.raw()
	before := raw.number("SELECT count(*) FROM identity_providers")
	for _, line := range lines {
		values := admin.opened("manual", "entity_id", w.idp().EntityID, "sso_url", ssoURL, "certificate", pemOf("CERTIFICATE", w.idp().Certificate))
		for i := 0; i+1 < len(line.values); i += 2 {
			values.Set(line.values[i], line.values[i+1])
		}
		got := admin.post(newProvider, values)
		equal(t, line.name+": status", got.status, http.StatusUnprocessableEntity)
		said := got.page().errorAt(line.field)
		if !strings.Contains(said, line.says) {
			t.Errorf("%s: beside %s stands %q, want %q (the page: %.300s)", line.name, line.field, said, line.says, text(got.page().byID("content")))
		}
		if strings.Count(got.body, `class="error"`) != 1 {
			t.Errorf("%s: %d messages, want one", line.name, strings.Count(got.body, `class="error"`))
		}
		if line.field != "id" && line.field != "name" {
			equal(t, line.name+": the name stays as typed", got.page().valueOf("name"), "Okta")
		}
	}
	equal(t, "identity providers", raw.number("SELECT count(*) FROM identity_providers"), before)
	t.Logf("%d bad inputs", len(lines))
}

func paste(document string, more ...string) []string {
	return append([]string{"source", "paste", "metadata_xml", document}, more...)
}
func from(address string) []string        { return []string{"source", "url", "metadata_url", address} }
func byHand(field, value string) []string { return []string{field, value} }

func selfSigned(t testing.TB, key, public any, until time.Time) string {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test"}, NotBefore: until.AddDate(-1, 0, 0), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	must(t, err)
	return pemOf("CERTIFICATE", der)
}

func TestAChangeMadeMeanwhileIsShownBesideOnesOwn(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		edit := urls.IdentityProviderEdit.To("northwind", "okta")
		admin := w.signIn(ada)
		open := func() url.Values {
			f, _ := admin.get(edit).mustBe(w, "the form", http.StatusOK).page().formTo(edit)
			f.values.Set("action", "save")
			return f.values
		}
		mine, theirs := open(), open()
		theirs.Set("name", "Their name")
		theirs.Set("sso_url", "https://theirs.example/sso")
		equal(w.t, "theirs", admin.post(edit, theirs).status, http.StatusSeeOther)
		mine.Set("name", "My name")
		got := admin.post(edit, mine)
		equal(w.t, "mine", got.status, http.StatusConflict)
		shown := text(got.page().byID("content"))
		for _, piece := range []string{"Their name", "My name", "https://theirs.example/sso", ssoURL} {
			if !strings.Contains(shown, piece) {
				w.t.Errorf("the page does not show %s: %s", piece, shown)
			}
		}
		kept, err := w.store.In(w.actor(ada, "northwind")).IdentityProvider(w.t.Context(), "okta")
		must(w.t, err)
		equal(w.t, "saved", kept.Name, "Their name")

		// Saving what is shown now replaces theirs, knowingly.
		again, _ := got.page().formTo(edit)
		again.values.Set("action", "save")
		equal(w.t, "again", admin.post(edit, again.values).status, http.StatusSeeOther)
		for _, version := range []string{"", "x", "-1", "999999999999999999999"} {
			stale := open()
			stale.Set("version", version)
			equal(w.t, "version "+version, admin.post(edit, stale).status, http.StatusConflict)
		}
		equal(w.t, "the connection stays", strings.Contains(admin.get(p.page()).body, p.connection), true)
	})
}

func TestEnablingDisablingAndDeleting(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "Okta")
		admin, member := w.signIn(ada), w.signInThrough(p, ulf)
		disable, enable, remove := urls.IdentityProviderDisable.To("northwind", "okta"), urls.IdentityProviderEnable.To("northwind", "okta"), urls.IdentityProviderDelete.To("northwind", "okta")
		equal(w.t, "disabled", admin.post(disable, nil).status, http.StatusSeeOther)
		equal(w.t, "the member's session", member.get("/orgs/northwind").status, http.StatusSeeOther)
		equal(w.t, "beginning", w.client().get(p.begin("/")).status, http.StatusNotFound)
		equal(w.t, "disabled twice", admin.post(disable, nil).status, http.StatusSeeOther)
		equal(w.t, "enabled", admin.post(enable, nil).status, http.StatusSeeOther)
		member = w.signInThrough(p, ulf)

		for _, typed := range []string{"", "okt", "other", "Okta okta"} {
			got := admin.post(remove, fields("confirm", typed))
			equal(w.t, fmt.Sprintf("typed %q", typed), got.status, http.StatusUnprocessableEntity)
			if !strings.Contains(got.body, "Type “Okta” to delete it.") {
				w.t.Errorf("typed %q: the page says %s", typed, got.page().text())
			}
		}
		got := admin.post(remove, fields("confirm", " okta "))
		equal(w.t, "deleted", got.status, http.StatusSeeOther)
		equal(w.t, "its page", admin.get(p.page()).status, http.StatusNotFound)
		equal(w.t, "the member's session", member.signedIn(), false)
		actions := []string{}
		for _, row := range w.raw().rows("SELECT action FROM audit_entries WHERE target_type = 'identity-provider' ORDER BY id") {
			actions = append(actions, strings.TrimPrefix(row[0], "identity-provider."))
		}
		equal(w.t, "the audit log", strings.Join(actions, " "), "created disabled enabled deleted")
	})
}

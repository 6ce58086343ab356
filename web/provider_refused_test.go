package web

import (
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"
)

// An expired certificate warns and works: the identity is pinned, and nobody is locked out overnight.
func TestAnExpiredCertificateIsAWarning(t *testing.T) {
	w := onSQLite(t, settings{})
	admin := w.signIn(ada)
	expired := selfSigned(t, w.idp().Key, &w.idp().Key.PublicKey, time.Now().AddDate(0, 0, -3))
	got := admin.post(newProvider, admin.opened("manual", "entity_id", "https://idp.example/metadata", "sso_url", ssoURL, "certificate", expired, "action", "check"))
	equal(t, "status", got.status, http.StatusOK)
	if !strings.Contains(got.page().text(), "expired on") {
		t.Errorf("no warning: %s", got.page().text())
	}
}

// What was typed comes back as it was typed, but a private key does not, wherever it was pasted.
func TestAPrivateKeyIsNeverEchoed(t *testing.T) {
	w := onSQLite(t, settings{})
	admin := w.signIn(ada)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(w.idp().Key)
	must(t, err)
	keys := map[string]string{
		"PKCS #8": pemOf("PRIVATE KEY", pkcs8), "PKCS #1": pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(w.idp().Key)),
		"beside a certificate": pemOf("CERTIFICATE", w.idp().Certificate) + pemOf("PRIVATE KEY", pkcs8), "base64 alone": base64.StdEncoding.EncodeToString(pkcs8),
	}
	for kind, key := range keys {
		piece := strings.Split(strings.TrimSpace(key), "\n")
		secret := piece[len(piece)/2]
		if kind == "base64 alone" {
			secret = key[40:120]
		}
		fieldsOf := map[string][]string{"certificate": {"source", "manual"}}
		if kind != "base64 alone" { // which is text like any other elsewhere
			fieldsOf["metadata_xml"] = []string{"source", "paste"}
			fieldsOf["certificate in another source's field"] = []string{"source", "paste", "metadata_xml", "<x/>"}
		}
		for where, more := range fieldsOf {
			field, _, _ := strings.Cut(where, " ")
			values := admin.opened("manual", "entity_id", "https://idp.example", "sso_url", ssoURL)
			for i := 0; i+1 < len(more); i += 2 {
				values.Set(more[i], more[i+1])
			}
			values.Set(field, key)
			got := admin.post(newProvider, values)
			equal(t, kind+" in "+where+": status", got.status, http.StatusUnprocessableEntity)
			if strings.Contains(got.body, secret) {
				t.Errorf("%s in %s: the page holds it", kind, where)
			}
			if !strings.Contains(got.page().text(), "This is a private key.") {
				t.Errorf("%s in %s: the page does not say so: %s", kind, where, got.page().errorAt(field))
			}
		}
		file := admin.upload(newProvider, admin.opened("file"), "metadata_file", key)
		equal(t, kind+" as a file: the page holds it", strings.Contains(file.body, secret), false)
		w.log.secret(secret)
	}
}

// A chosen file need not be chosen again when something else is wrong.
func TestAnUploadedFileSurvivesARefusal(t *testing.T) {
	each(t, func(w *world) {
		admin := w.signIn(ada)
		got := admin.upload(newProvider, admin.opened("file", "id", "a--b"), "metadata_file", w.metadata()).mustBe(w, "refused", http.StatusUnprocessableEntity)
		again, ok := got.page().formTo(newProvider)
		if !ok {
			w.t.Fatal("no form to send again")
		}
		equal(w.t, "the ID as typed", again.values.Get("id"), "a--b")
		equal(w.t, "the text of the file", strings.TrimSpace(again.values.Get("metadata_xml")), strings.TrimSpace(w.metadata()))
		again.values.Set("id", "fine")
		again.values.Set("action", "save")
		equal(w.t, "sent again without the file", admin.upload(newProvider, again.values, "other", "").status, http.StatusSeeOther)

		nothing := admin.post(newProvider, admin.opened("file"))
		equal(w.t, "no file", nothing.page().errorAt("metadata_file"), "Choose the provider's metadata file.")
		binary := admin.upload(newProvider, admin.opened("file"), "metadata_file", "<x>\xff\x00</x>")
		equal(w.t, "a file that is no text", binary.page().errorAt("metadata_file"), "This is not UTF-8 text. Save the metadata as UTF-8.")
		large := admin.upload(newProvider, admin.opened("file"), "metadata_file", strings.Repeat("x", 1<<20+1))
		if !strings.Contains(large.page().errorAt("metadata_file"), "too large") || len(large.body) > 100<<10 {
			w.t.Errorf("a large file: %q on a page of %d KB", large.page().errorAt("metadata_file"), len(large.body)>>10)
		}
	})
}

func TestTheValuesOfTheFormAreUsedOnce(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.signIn(ada), w.signIn(ada)
		mine, theirs := first.opened("paste", "metadata_xml", w.metadata(), "id", "mine"), second.opened("paste", "metadata_xml", w.metadata(), "id", "theirs")
		equal(w.t, "both are shown the same", mine.Get("connection"), theirs.Get("connection"))
		equal(w.t, "the first", second.post(newProvider, theirs).status, http.StatusSeeOther)
		got := first.post(newProvider, mine)
		equal(w.t, "the second", got.status, http.StatusConflict)
		if !strings.Contains(got.page().text(), "were used for another identity provider meanwhile") {
			w.t.Errorf("the page says %s", got.page().text())
		}
		again, _ := got.page().formTo(newProvider)
		equal(w.t, "what was typed stays", again.values.Get("id"), "mine")
		if again.values.Get("connection") == mine.Get("connection") {
			w.t.Error("the form shows the used values again")
		}
		for _, made := range []string{"x", "", w.connect("contoso", "okta").connection} {
			mine.Set("connection", made)
			equal(w.t, "values that somebody made up", first.post(newProvider, mine).status, http.StatusConflict)
		}
	})
}

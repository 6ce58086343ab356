package web

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/urls"
	"gatehouse/models"
)

// Another site that leads a browser to the start of a sign-in gets no further than a page that asks.
func TestAnotherSiteCannotForceASignIn(t *testing.T) {
	w := onSQLite(t, settings{})
	for name, p := range map[string]provider{"redirect": w.connect("northwind", "redirecting"), "POST": w.connect("northwind", "posting", byPost)} {
		for site, asks := range map[string]bool{"cross-site": true, "same-origin": false, "none": false, "": false} {
			got := w.client().get(p.begin("/"), header("Sec-Fetch-Site", site)).mustBe(w, name, http.StatusOK)
			equal(t, name+" from "+site+": goes on by itself", strings.Contains(got.body, "data-go") || strings.Contains(got.body, "js/go"), !asks)
			equal(t, name+" from "+site+": asks", strings.Contains(got.body, "You are about to sign in with"), asks)
		}
	}
}

// What an address of a provider holds besides a host does not reach the header, also when it was stored before it was refused.
func TestAProvidersAddressDoesNotOpenThePolicy(t *testing.T) {
	w := onSQLite(t, settings{})
	p := w.connect("northwind", "posting", byPost, func(c *models.ProviderChange) { c.SSOURL = "https://[fe80::1%25x%20*;frame-ancestors%20*]/sso" })
	got := w.client().get(p.begin("/")).mustBe(w, "begin", http.StatusOK)
	equal(t, "the policy", got.header.Get("Content-Security-Policy"), contentSecurityPolicy)
}

// What is not text is refused or left out, and is never a fault of ours.
func TestWhatIsNotTextIsNoFault(t *testing.T) {
	each(t, func(w *world) {
		p, admin := w.connect("northwind", "practice"), w.signIn(ada)
		for _, path := range []string{
			urls.LoginBegin.To("northwind", "practice") + "?next=/%ff", urls.LoginBegin.To("northwind", "practice") + "?next=/orgs/%25ff",
			urls.LoginBegin.To("northwind", "practice") + "?next=/%00", urls.Login.To() + "?next=/orgs/%25ff/teams",
		} {
			equal(w.t, path, w.client().get(path).status, http.StatusOK)
		}
		for _, bad := range []string{"A\xffB", "A\x00B"} {
			for what, got := range map[string]answer{
				"a name":              admin.post(urls.Account.To(), fields("name", bad)),
				"a sign-in":           w.client().post(urls.Login.To(), fields("email", bad, "password", bad)),
				"a forgotten one":     w.client().post(urls.PasswordForgot.To(), fields("email", bad)),
				"a provider's name":   admin.post(newProvider, admin.opened("manual", "name", bad)),
				"a provider's ID":     admin.post(newProvider, admin.opened("manual", "entity_id", bad)),
				"a provider's page":   admin.post(newProvider, admin.opened("manual", "sso_url", "https://idp.example/"+bad)),
				"a connection":        admin.post(newProvider, admin.opened("manual", "connection", bad)),
				"a file's other part": admin.upload(newProvider, admin.opened("file", "name", bad), "metadata_file", w.metadata()),
			} {
				equal(w.t, what, got.status, http.StatusUnprocessableEntity)
			}
		}
		equal(w.t, "the provider is as it was", w.client().get(p.begin("/")).status, http.StatusOK)
	})
}

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/saml/samltest"
	"gatehouse/internal/testdb"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

const sloURL = "https://idp.example/slo"

func logoutBy(binding string) func(*models.ProviderChange) {
	return func(c *models.ProviderChange) {
		c.Logout = models.LogoutAddress{URL: sloURL, Binding: binding}
	}
}

func (p provider) slo() string     { return p.w.base + p.sloPath() }
func (p provider) sloPath() string { return urls.SAMLLogout.To(p.connection) }

// signsOut makes a logout message about somebody and has the browser carry it, as the identity provider does.
func (c *client) signsOut(p provider, binding string, l samltest.Logout) answer {
	c.w.t.Helper()
	if l.Destination == "" {
		l.Destination = p.slo()
	}
	l.Now = time.Now()
	if binding == "redirect" {
		query, err := p.RedirectLogout(l)
		must(c.w.t, err)
		return c.get(p.sloPath()+"?"+query, header("Sec-Fetch-Site", "cross-site"))
	}
	form, err := p.PostLogout(l)
	must(c.w.t, err)
	return c.post(p.sloPath(), form, header("Origin", "https://idp.example"), header("Sec-Fetch-Site", "cross-site"))
}

// carried reads the logout message on the page that leads to the identity provider, or in the address that it leads to.
func (c *client) carried(got answer) samltest.LogoutMessage {
	c.w.t.Helper()
	address := got.location
	if got.status == http.StatusOK {
		page := got.page()
		if sent, ok := page.formTo(sloURL); ok {
			m, err := samltest.ReadLogout(sent.values, false)
			must(c.w.t, err)
			return m
		}
		for _, link := range page.all("a") {
			if href := attribute(link, "href"); strings.HasPrefix(href, sloURL) {
				address = href
			}
		}
	}
	u, err := url.Parse(address)
	must(c.w.t, err)
	m, err := samltest.ReadLogout(u.Query(), true)
	must(c.w.t, err)
	c.w.log.secret(m.RelayState, m.ID)
	return m
}

func (c *client) isIn() bool { return c.get("/orgs/northwind").status == http.StatusOK }

func TestTheIdentityProviderSignsPeopleOut(t *testing.T) {
	t.Parallel()
	testdb.Each(t, migrateForTest, func(t *testing.T, address string) {
		w := newWorld(t, address, settings{})
		second := w.replica()
		for _, binding := range []string{"redirect", "post"} {
			p := w.connect("northwind", "okta-"+binding, logoutBy(binding))
			in := func(index string) *client {
				c := w.client()
				c.sso(p, ulf, "", func(a *samltest.Answer) { a.SessionIndex = index }).mustBe(w, "in", http.StatusSeeOther)
				return c
			}
			first, other := in("_1"), in("_2")
			onTheOther := &client{w: second, http: first.http, ip: first.ip}
			order := samltest.Logout{NameID: "id of " + ulf, Sessions: []string{"_1"}, ID: "_order-" + binding, RelayState: "theirs"}

			stranger := w.client()
			forged := p
			forged.IDP = samltest.IDP{EntityID: p.EntityID, Key: w.otherIDP().Key, Certificate: w.otherIDP().Certificate}
			equal(t, "forged", stranger.signsOut(forged, binding, order).status, http.StatusForbidden)
			bare := stranger.get(p.sloPath() + "?SAMLRequest=x")
			equal(t, "unsigned", bare.status, http.StatusForbidden)
			elsewhere := order
			elsewhere.Destination = w.base + "/saml/another/slo"
			equal(t, "another connection's", stranger.signsOut(p, binding, elsewhere).status, http.StatusForbidden)
			equal(t, "nobody is out", first.isIn() && other.isIn(), true)

			got := stranger.signsOut(p, binding, order)
			equal(t, "answered", got.status, map[string]int{"redirect": http.StatusSeeOther, "post": http.StatusOK}[binding])
			for _, check := range []string{"signature", "signature-shape", "logout-address"} {
				equal(t, "recorded", strings.Contains(w.attempts(p), check), true)
			}
			answered := stranger.carried(got)
			equal(t, "the order", answered.InResponseTo, order.ID)
			equal(t, "done", answered.Status.Value, "urn:oasis:names:tc:SAML:2.0:status:Success")
			equal(t, "to them", answered.Destination, sloURL)
			equal(t, "with their state", answered.RelayState, "theirs")
			equal(t, "out", first.isIn(), false)
			equal(t, "out on the other replica", onTheOther.isIn(), false)
			equal(t, "the other session", other.isIn(), true)
			equal(t, "replayed", stranger.signsOut(p, binding, order).status, http.StatusForbidden)
			order.Sessions, order.ID = nil, "_all-"+binding
			stranger.signsOut(p, binding, order)
			equal(t, "the rest", other.isIn(), false)
		}
	})
}

// Where answers go can be given by hand, and taken back by hand.
func TestAnswersGoWhereTheFormSays(t *testing.T) {
	each(t, func(w *world) {
		const answers = "https://idp.example/answers"
		p := w.connect("northwind", "okta", logoutBy("redirect"))
		admin, edit := w.signIn(ada), urls.IdentityProviderEdit.To("northwind", "okta")
		for _, given := range []string{answers, ""} {
			form, _ := admin.get(edit).mustBe(w, "the form", http.StatusOK).page().formTo(edit)
			form.values.Set("slo_response_url", given)
			form.values.Set("action", "save")
			admin.post(edit, form.values).mustBe(w, "saved", http.StatusSeeOther)
			equal(w.t, "shown", strings.Contains(admin.get(p.page()).page().text(), ", answers to "+answers), given != "")
			kept, _ := admin.get(edit).page().formTo(edit)
			equal(w.t, "kept", kept.values.Get("slo_response_url"), given)
			got := w.client().signsOut(p, "redirect", samltest.Logout{NameID: "id of " + ulf, ID: "_to" + given})
			equal(w.t, "answered there", strings.HasPrefix(got.location, answers+"?SAMLResponse="), given != "")
			equal(w.t, "answered at all", strings.Contains(got.location, "?SAMLResponse="), true)
		}
	})
}

func TestSigningOutEndsTheSessionThereToo(t *testing.T) {
	each(t, func(w *world) {
		for _, binding := range []string{"redirect", "post"} {
			p := w.connect("northwind", "okta-"+binding, logoutBy(binding))
			leave := func() (*client, samltest.LogoutMessage) {
				c := w.client()
				c.sso(p, ulf, "", func(a *samltest.Answer) { a.SessionIndex = "_there" }).mustBe(w, "in", http.StatusSeeOther)
				got := c.post("/logout", nil).mustBe(w, "out", http.StatusSeeOther)
				equal(w.t, "the session here has ended before anything else", c.isIn(), false)
				return c, c.carried(c.get(got.location).mustBe(w, "the page there", http.StatusOK))
			}
			said := func(c *client, got answer) string {
				return c.get(got.mustBe(w, "answered", http.StatusSeeOther).location).mustBe(w, "the end", http.StatusOK).page().text()
			}
			c, asked := leave()
			equal(w.t, "whom", asked.NameID.Value, "id of "+ulf)
			equal(w.t, "which session", strings.Join(asked.SessionIndex, " "), "_there")
			equal(w.t, "in our name", asked.Issuer, p.entityID)
			answerTo := samltest.Logout{InResponseTo: asked.ID, RelayState: asked.RelayState}
			equal(w.t, "both", strings.Contains(said(c, c.signsOut(p, binding, answerTo)), "You are signed out here and at Sign in with okta-"+binding+"."), true)
			equal(w.t, "answered twice", c.signsOut(p, binding, answerTo).status, http.StatusForbidden)
			equal(w.t, "recorded", strings.HasSuffix(w.attempts(p), "accepted outstanding-logout"), true)

			c, asked = leave()
			refused := c.signsOut(p, binding, samltest.Logout{InResponseTo: asked.ID, RelayState: asked.RelayState, Status: "urn:oasis:names:tc:SAML:2.0:status:Responder"})
			equal(w.t, "not there", strings.Contains(said(c, refused), "did not confirm"), true)
			equal(w.t, "recorded", strings.HasSuffix(w.attempts(p), "accepted status"), true)
			c, asked = leave()
			forged := p
			forged.IDP = w.otherIDP()
			got := c.signsOut(forged, binding, samltest.Logout{InResponseTo: asked.ID, RelayState: asked.RelayState})
			equal(w.t, "a forged confirmation", strings.Contains(said(c, got), "did not confirm"), true)
			equal(w.t, "recorded", strings.HasSuffix(w.attempts(p), "accepted signature"), true)
		}
		plainly := w.signIn(ulf)
		equal(w.t, "who came by password goes nowhere", plainly.post("/logout", nil).location, "/login?notice=signed-out")
	})
}

// Whoever came in through several goes to each, and hears what came of it; one that says nothing, or no, keeps nobody from the others.
func TestSigningOutGoesThroughEveryProvider(t *testing.T) {
	each(t, func(w *world) {
		north, south := w.connect("northwind", "okta", logoutBy("post")), w.connect("contoso", "entra", logoutBy("redirect"))
		c := w.client()
		c.sso(north, bo, "").mustBe(w, "in", http.StatusSeeOther)
		c.sso(south, bo, "/orgs/contoso").mustBe(w, "in there too", http.StatusSeeOther)
		equal(w.t, "both are open", c.isIn() && c.get("/orgs/contoso").status == http.StatusOK, true)
		way := c.post("/logout", nil).mustBe(w, "out", http.StatusSeeOther).location
		w.log.secret(strings.TrimPrefix(way, "/logout/"))
		on := func(address string) string {
			return c.get(address).mustBe(w, "on the way", http.StatusOK).page().text()
		}

		first := c.get(way).mustBe(w, "the first", http.StatusOK)
		equal(w.t, "says which it is", strings.Contains(first.page().text(), "this is 1 of 2"), true)
		equal(w.t, "the newest first", c.carried(first).Issuer, south.entityID)
		back := c.get("/login?next=%2Forgs%2Fnorthwind")
		equal(w.t, "who comes back to the sign-in page is shown where they are out", back.location, way)
		equal(w.t, "once", c.get("/login").status, http.StatusOK)
		stuck := on(way)
		equal(w.t, "who comes back without an answer", strings.Contains(stuck, "No answer") && strings.Contains(stuck, "Not asked yet") && strings.Contains(stuck, "Ask Sign in with entra again"), true)
		equal(w.t, "a place that there is not", strings.Contains(on(way+"?at=7"), "Signed out"), true)
		second := c.get(way+"?at=1").mustBe(w, "goes on all the same", http.StatusOK)
		asked := c.carried(second)
		equal(w.t, "to the other", asked.Issuer, north.entityID)
		no := samltest.Logout{InResponseTo: asked.ID, RelayState: asked.RelayState, Status: "urn:oasis:names:tc:SAML:2.0:status:Responder"}
		got := c.signsOut(north, "post", no)
		equal(w.t, "the way", got.location, way)
		again := c.carried(c.get(way+"?at=0").mustBe(w, "asked again", http.StatusOK))
		equal(w.t, "the first one answers", c.signsOut(south, "redirect", samltest.Logout{InResponseTo: again.ID, RelayState: again.RelayState}).location, way)
		end := on(way)
		equal(w.t, "what came of it", strings.Contains(end, "not every identity provider confirmed") && strings.Contains(end, "Signed out Sign in with entra") &&
			strings.Contains(end, "Not confirmed Sign in with okta") && !strings.Contains(end, "Ask Sign in with entra"), true)

		reference := w.raw().word("SELECT reference FROM sign_in_attempts WHERE leaving")
		page := w.signIn(ada).get(urls.IdentityProviderAttempt.To("northwind", "okta", reference)).mustBe(w, "the record", http.StatusOK)
		equal(w.t, "of what", strings.Contains(page.page().text(), "This message about signing out was refused"), true)
		checks := page.checks()
		equal(w.t, "refused by", checks["Status"], "Failed")
		equal(w.t, "after", checks["A sign-out was waiting for it"]+checks["Signature of a certificate of this connection"], "PassedPassed")
		equal(w.t, "another token", c.get("/logout/nothing").location, "/login?notice=signed-out")

		// A provider that takes no messages any more is passed over.
		c.sso(north, bo, "").mustBe(w, "in", http.StatusSeeOther)
		way = c.post("/logout", nil).mustBe(w, "out", http.StatusSeeOther).location
		w.raw().run("UPDATE identity_providers SET slo_url = ''")
		equal(w.t, "not begun", c.get(way).location, way)
		equal(w.t, "and said", strings.Contains(on(way), "did not confirm"), true)
	})
}

func TestWhatComesUnaskedBeginsASignInWhereThatIsAllowed(t *testing.T) {
	each(t, func(w *world) {
		closed := w.connect("northwind", "closed")
		open := w.connect("northwind", "open", func(c *models.ProviderChange) { c.IDPInitiated = true })
		before := w.raw().number("SELECT count(*) FROM sessions")
		unasked := func(p provider) answer {
			return w.client().deliver(p.acsPath(), p.respond(p.says(samltest.AuthnRequest{}, ulf)), "https://evil.example")
		}
		equal(w.t, "off by default", unasked(closed).status, http.StatusForbidden)
		got := unasked(open)
		equal(w.t, "begun here", got.location, urls.LoginBegin.To("northwind", "open"))
		equal(w.t, "not read at all", w.client().deliver(open.acsPath(), "%%%", "").location, urls.LoginBegin.To("northwind", "open"))
		page := w.client().get(got.location, header("Sec-Fetch-Site", "cross-site")).mustBe(w, "the page between", http.StatusOK).page()
		equal(w.t, "asks first", strings.Contains(page.text(), "Another site led you here"), true)
		equal(w.t, "nobody is in", w.raw().number("SELECT count(*) FROM sessions"), before)
		open.store().enable(false)
		equal(w.t, "disabled", unasked(open).status, http.StatusForbidden)
	})
}

func TestOurCertificateChangesOver(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		admin := w.signIn(ada)
		certificates := func() int {
			return strings.Count(w.client().get(urls.SAMLMetadata.To(p.connection)).body, "<ds:X509Certificate>")
		}
		equal(w.t, "published, for signing and encryption", certificates(), 2)
		admin.post(urls.IdentityProviderPrepare.To("northwind", "okta"), nil).mustBe(w, "prepare", http.StatusSeeOther)
		equal(w.t, "both are", certificates(), 4)
		equal(w.t, "prepared twice", admin.post(urls.IdentityProviderPrepare.To("northwind", "okta"), nil).status, http.StatusUnprocessableEntity)
		before := w.client().get(urls.SAMLMetadata.To(p.connection)).body
		admin.post(urls.IdentityProviderSwitch.To("northwind", "okta"), nil).mustBe(w, "switch", http.StatusSeeOther)
		equal(w.t, "the new one is", certificates(), 2)
		equal(w.t, "and it was announced", strings.Contains(before, strings.Split(strings.Split(w.client().get(urls.SAMLMetadata.To(p.connection)).body, "X509Certificate>")[1], "<")[0]), true)
		shown := admin.get(p.page()).mustBe(w, "the page", http.StatusOK).page().text()
		equal(w.t, "the page says what is next", strings.Contains(shown, "Retire the previous certificate once"), true)

		// Who encrypts for the certificate before is still read; after it is retired, no more.
		old, err := ourKey()
		must(w.t, err)
		sealed := func(a *samltest.Answer) { a.Encryption = &samltest.Encryption{Certificate: old.Certificate} }
		equal(w.t, "encrypted for the previous one", w.client().sso(p, ulf, "/orgs/northwind", sealed).location, "/orgs/northwind")
		admin.post(urls.IdentityProviderRetire.To("northwind", "okta"), nil).mustBe(w, "retire", http.StatusSeeOther)
		equal(w.t, "retired", w.client().sso(p, ulf, "", sealed).status, http.StatusForbidden)
		equal(w.t, "recorded", strings.HasSuffix(w.attempts(p), "accepted decryption"), true)
	})
}

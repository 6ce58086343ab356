package web

import (
	"crypto/sha256"
	"crypto/x509"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/saml"
	"gatehouse/internal/saml/samltest"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

// Two identity providers, made once: finding keys takes long.
var identityProviders = sync.OnceValues(func() ([2]samltest.IDP, error) {
	var both [2]samltest.IDP
	var err error
	for i, name := range []string{"https://idp.example/metadata", "https://other.example/metadata"} {
		if both[i], err = samltest.NewIDP(name, time.Now()); err != nil {
			return both, err
		}
	}
	return both, nil
})

var ourKey = sync.OnceValues(func() (saml.KeyPair, error) { return saml.NewKeyPair("Gatehouse test", time.Now().Add(-time.Hour)) })

// provider is an identity provider as the console and as the world outside know it.
type provider struct {
	samltest.IDP
	w                  *world
	organization, slug string
	connection         string
	acs, entityID      string
}

const ssoURL = "https://idp.example/sso"

// idp is the first of the two identity providers outside, and otherIDP the second.
func (w *world) idp() samltest.IDP      { return w.outside(0) }
func (w *world) otherIDP() samltest.IDP { return w.outside(1) }

func (w *world) outside(n int) samltest.IDP {
	w.t.Helper()
	both, err := identityProviders()
	must(w.t, err)
	return both[n]
}

// connect makes an enabled identity provider of an organization, without HTTP.
func (w *world) connect(organization, slug string, changes ...func(*models.ProviderChange)) provider {
	w.t.Helper()
	return w.connectTo(w.idp(), organization, slug, changes...)
}

func (w *world) connectTo(idp samltest.IDP, organization, slug string, changes ...func(*models.ProviderChange)) provider {
	w.t.Helper()
	admin := ada
	if organization == "contoso" {
		admin = carl
	}
	key, err := ourKey()
	must(w.t, err)
	connection := saml.NewConnectionID()
	tenant := w.store.In(w.actor(admin, organization))
	reserved, err := tenant.Reservation(w.t.Context(), func() (models.Reservation, error) {
		return models.Reservation{ConnectionID: connection, PrivateKey: key.MarshalPrivate(), CertificateDER: key.Certificate}, nil
	})
	must(w.t, err)
	certificate, err := x509.ParseCertificate(idp.Certificate)
	must(w.t, err)
	sum := sha256.Sum256(idp.Certificate)
	in := models.ProviderChange{
		Slug: models.Slug(slug), Name: "Sign in with " + slug, EntityID: idp.EntityID, SSOURL: ssoURL, SSOBinding: "redirect", Enabled: true,
		Certificates: []models.ProviderCertificate{{
			DER: idp.Certificate, Subject: certificate.Subject.String(), SHA256: sum[:], NotBefore: certificate.NotBefore, NotAfter: certificate.NotAfter,
		}},
	}
	for _, change := range changes {
		change(&in)
	}
	_, err = tenant.CreateIdentityProvider(w.t.Context(), reserved.ConnectionID, in)
	must(w.t, err)
	return provider{
		IDP: idp, w: w, organization: organization, slug: slug, connection: reserved.ConnectionID,
		acs: w.base + urls.SAMLACS.To(reserved.ConnectionID), entityID: w.base + urls.SAMLMetadata.To(reserved.ConnectionID),
	}
}

func disabled(c *models.ProviderChange) { c.Enabled = false }
func byPost(c *models.ProviderChange)   { c.SSOBinding = "post" }
func (p provider) page() string         { return urls.IdentityProvider.To(p.organization, p.slug) }
func (p provider) acsPath() string      { return urls.SAMLACS.To(p.connection) }
func (p provider) begin(n string) string {
	return urls.With(urls.LoginBegin.To(p.organization, p.slug), "next", n)
}
func (p provider) store() (t tenantStore) { return tenantStore{p} }

// tenantStore changes the identity provider without HTTP.
type tenantStore struct{ p provider }

func (t tenantStore) enable(on bool) {
	t.p.w.t.Helper()
	admin := map[string]string{"northwind": ada, "contoso": carl}[t.p.organization]
	must(t.p.w.t, t.p.w.store.In(t.p.w.actor(admin, t.p.organization)).SetIdentityProviderEnabled(t.p.w.t.Context(), t.p.slug, on))
}

func (t tenantStore) delete() {
	t.p.w.t.Helper()
	admin := map[string]string{"northwind": ada, "contoso": carl}[t.p.organization]
	must(t.p.w.t, t.p.w.store.In(t.p.w.actor(admin, t.p.organization)).DeleteIdentityProvider(t.p.w.t.Context(), t.p.slug, t.p.slug))
}

// begin goes to the identity provider and returns the request that arrived there.
func (c *client) begin(p provider, next string) samltest.AuthnRequest {
	c.w.t.Helper()
	page := c.get(p.begin(next)).mustBe(c.w, "begin", http.StatusOK).page()
	for _, link := range page.all("a") {
		if href := attribute(link, "href"); strings.HasPrefix(href, ssoURL) {
			request, err := samltest.ReadRedirect(href)
			must(c.w.t, err)
			return c.secretly(request)
		}
	}
	sent, ok := page.formTo(ssoURL)
	if !ok {
		c.w.t.Fatal("the page leads to no identity provider")
	}
	request, err := samltest.ReadPOST(sent.values.Get("SAMLRequest"), sent.values.Get("RelayState"))
	must(c.w.t, err)
	return c.secretly(request)
}

func (c *client) secretly(r samltest.AuthnRequest) samltest.AuthnRequest {
	c.w.log.secret(r.RelayState, r.ID)
	return r
}

// says makes an ordinary answer about somebody.
func (p provider) says(request samltest.AuthnRequest, email string, mutations ...func(*samltest.Answer)) samltest.Answer {
	a := samltest.Answer{
		ACSURL: p.acs, Audience: p.entityID, InResponseTo: request.ID, Now: time.Now().UTC(), NameID: "id of " + email,
		Attributes: samltest.Person(email, "Some", "Body"),
	}
	for _, mutate := range mutations {
		mutate(&a)
	}
	return a
}

// respond signs it.
func (p provider) respond(a samltest.Answer) string {
	p.w.t.Helper()
	posted, err := p.Respond(a)
	must(p.w.t, err)
	p.w.log.secret(posted[:64], posted[len(posted)/2:len(posted)/2+64])
	return posted
}

// deliver posts an answer as the identity provider's page does: from another site, without cookies.
func (c *client) deliver(path, response, relayState string) answer {
	c.w.t.Helper()
	stranger := *c.http
	stranger.Jar = nil
	bare := &client{w: c.w, http: &stranger, ip: c.ip}
	form := url.Values{"SAMLResponse": {response}}
	if relayState != "" {
		form.Set("RelayState", relayState)
	}
	return bare.post(path, form, header("Origin", "https://idp.example"), header("Sec-Fetch-Site", "cross-site"))
}

// sso signs in through the identity provider and returns the last answer, which leads to the page that was wanted.
func (c *client) sso(p provider, email, next string, mutations ...func(*samltest.Answer)) answer {
	c.w.t.Helper()
	request := c.begin(p, next)
	got := c.deliver(p.acsPath(), p.respond(p.says(request, email, mutations...)), request.RelayState)
	if got.status != http.StatusSeeOther {
		return got
	}
	return c.get(got.location)
}

// refusal is the reference number of a sign-in that was refused, with its answer kept.
func (p provider) refusal() string {
	p.w.t.Helper()
	c := p.w.client()
	request := c.begin(p, "/")
	return c.deliver(p.acsPath(), p.respond(p.says(request, ulf, func(a *samltest.Answer) { a.Audience = "https://other.example" })), request.RelayState).reference()
}

// signInThrough is a browser that signed in through the identity provider.
func (w *world) signInThrough(p provider, email string) *client {
	w.t.Helper()
	c := w.client()
	c.sso(p, email, "").mustBe(w, "signing in as "+email, http.StatusSeeOther)
	return c
}

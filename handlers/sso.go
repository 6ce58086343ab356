package handlers

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// SSO asks for the organization's ID or an address.
func (h *Handlers) SSO(c echo.Context) error {
	next, typed := urls.Local(c.QueryParam("next")), strings.TrimSpace(c.QueryParam("organization"))
	if typed == "" {
		return draw(c, views.SSOPage(views.SSO{Bare: h.bare(c, "Sign in with SSO"), Next: next}))
	}
	return h.leadToSSO(c, typed, next)
}

// SSOLead takes the form: what was typed stays out of addresses and histories, because it may be somebody's address.
func (h *Handlers) SSOLead(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	return h.leadToSSO(c, strings.TrimSpace(typed.Get("organization")), urls.Local(typed.Get("next")))
}

// leadToSSO goes by the ID of an organization, or by an address in a domain that one has verified.
func (h *Handlers) leadToSSO(c echo.Context, typed, next string) error {
	if strings.Contains(typed, "@") {
		to, err := h.providersFor(c, typed, next)
		if models.Is(err, models.NotFound) {
			return h.noSuchSSO(c, typed, next)
		}
		if err != nil {
			return err
		}
		return see(c, to)
	}
	slug, err := models.ParseSlug("organization", typed)
	if err != nil {
		return h.noSuchSSO(c, typed, next)
	}
	if next == urls.Home.To() {
		next = ""
	}
	return see(c, urls.With(urls.LoginProviders.To(string(slug)), "next", next))
}

// noSuchSSO is the one answer for an organization that does not exist, for one without single sign-on, and for an address that leads to none.
func (h *Handlers) noSuchSSO(c echo.Context, organization, next string) error {
	return refuse(models.Invalid, views.SSOPage(views.SSO{
		Bare: h.bare(c, "Sign in with SSO"), Next: next, Organization: organization,
		Error: "There is no single sign-on for this organization ID or address. Check it, or sign in with a password.",
	}))
}

// SSOProviders goes straight on when the organization has one enabled identity provider, and offers a choice of several.
func (h *Handlers) SSOProviders(c echo.Context) error {
	organization := c.Param("org")
	next := urls.Local(c.QueryParam("next"))
	offer, err := h.store.SignInOffer(c.Request().Context(), organization)
	if models.Is(err, models.NotFound) || (err == nil && len(offer.Providers) == 0) {
		return h.noSuchSSO(c, organization, next)
	}
	if err != nil {
		return err
	}
	if next == urls.Home.To() {
		next = urls.Organization.To(offer.Organization.Slug)
	}
	begin := func(p models.IdentityProvider) string {
		return urls.With(urls.LoginBegin.To(offer.Organization.Slug, p.Slug), "next", next, "again", c.QueryParam("again"))
	}
	required := c.QueryParam("required") != ""
	if len(offer.Providers) == 1 && !required {
		return see(c, begin(offer.Providers[0]))
	}
	view := views.Providers{
		Bare: h.bare(c, "Sign in to "+offer.Organization.Name), Organization: offer.Organization.Name,
		PasswordURL: views.PasswordURL(next),
	}
	if required { // a password opened the account, but not this organization
		view.GlassURL = urls.With(urls.LoginBreakGlass.To(), "organization", offer.Organization.Slug)
	}
	for _, p := range offer.Providers {
		view.Choices = append(view.Choices, views.ProviderChoice{Name: p.Name, URL: begin(p)})
	}
	return draw(c, views.ProvidersPage(view))
}

// browserCookie binds a flow to the browser it was begun in. Flows begun side by side share it.
func (h *Handlers) browserCookie() string {
	if h.url.Scheme == "https" {
		return "__Host-gatehouse-flow"
	}
	return "gatehouse-flow"
}

const flowLifetime = 10 * time.Minute

// SSOBegin makes an authentication request and takes the browser to the identity provider with it.
func (h *Handlers) SSOBegin(c echo.Context) error {
	connection, err := h.store.ConnectionOf(c.Request().Context(), c.Param("org"), c.Param("idp"))
	if err != nil {
		return err
	}
	next := urls.Local(c.QueryParam("next"))
	if next == urls.Home.To() {
		next = urls.Organization.To(connection.Organization.Slug)
	}
	flow := models.Flow{Mode: models.FlowLogin, ReturnPath: next}
	view, err := h.begin(c, connection, &flow, saml.BeginOptions{ForceAuthn: c.QueryParam("again") != ""})
	if err != nil {
		return err
	}
	if err := h.store.BeginFlow(c.Request().Context(), flow); err != nil {
		return err
	}
	// Another site may send people here, but does not sign them in behind their backs.
	view.Ask = c.Request().Header.Get("Sec-Fetch-Site") == "cross-site"
	return draw(c, views.ContinuePage(view))
}

// begin makes an authentication request, completes the flow that waits for its answer, and binds it to this browser. A form must not lead
// straight to another host (the console's form-action forbids it), so a page of our own goes between.
func (h *Handlers) begin(c echo.Context, connection models.Connection, flow *models.Flow, o saml.BeginOptions) (views.Continue, error) {
	protocol := h.protocol(connection)
	var err error
	if protocol.Key, err = saml.ParseKeyPair(connection.PrivateKey, connection.CertificateDER); err != nil {
		return views.Continue{}, err
	}
	relayState := secret.Token()[:22] // 128 bits and more; SAML bindings §3.4.3 allow 80 bytes
	request, err := saml.Begin(protocol, relayState, time.Now().UTC(), o)
	if err != nil {
		return views.Continue{}, err
	}
	browser := secret.Token()
	if kept, err := c.Cookie(h.browserCookie()); err == nil && len(kept.Value) == len(browser) {
		browser = kept.Value
	}
	flow.RelayState, flow.RequestID, flow.Browser = relayState, request.ID, browser
	flow.ProviderID, flow.OrganizationID = connection.Provider.ID, connection.Organization.ID
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure whenever the address is https
		Name: h.browserCookie(), Value: browser, Path: "/", MaxAge: int(flowLifetime.Seconds()), HttpOnly: true,
		Secure: h.url.Scheme == "https", SameSite: http.SameSiteLaxMode,
	})
	view := views.Continue{Bare: h.bare(c, "Sign in with "+connection.Provider.Name), Provider: connection.Provider.Name}
	carry(c, &view, request)
	return view, nil
}

// carry puts a message of ours on the page that leads to the identity provider.
func carry(c echo.Context, view *views.Continue, r saml.Request) {
	if r.Binding == saml.BindingPOST {
		allowFormTo(c, r.PostURL)
		view.PostURL, view.SAMLRequest, view.SAMLResponse, view.RelayState = r.PostURL, r.SAMLRequest, r.SAMLResponse, r.RelayState
		return
	}
	view.RedirectURL = r.RedirectURL
}

// allowFormTo lets the forms of this one page post to the origin of a URL as well. An address that has no plain origin opens nothing.
func allowFormTo(c echo.Context, target string) {
	origin, ok := saml.Origin(target)
	if !ok {
		return
	}
	const header, closed = "Content-Security-Policy", "form-action 'self'"
	h := c.Response().Header()
	h.Set(header, strings.Replace(h.Get(header), closed, closed+" "+origin, 1))
}

// protocol is a connection as the protocol needs it. Our private key is not parsed: only a request is signed with it, and reading an RSA
// key costs as much as checking a signature.
func (h *Handlers) protocol(c models.Connection) saml.Connection {
	ours := h.ours(c.Provider.ConnectionID)
	protocol := saml.Connection{
		ID: c.Provider.ConnectionID, SPEntityID: ours.EntityID, ACSURL: ours.ACSURL, IDPEntityID: c.Provider.EntityID,
		SSOURL: c.Provider.SSOURL, SSOBinding: saml.Binding(c.Provider.SSOBinding), Attributes: saml.Attributes(c.Provider.Attributes),
		Key: saml.KeyPair{Certificate: c.CertificateDER}, DecryptWith: append([][]byte{c.PrivateKey}, c.OtherKeys...),
		SLOURL: ours.SLOURL, IDPSLOURL: c.Provider.Logout.URL, IDPSLOResponseURL: c.Provider.Logout.ResponseURL, IDPSLOBinding: saml.Binding(c.Provider.Logout.Binding),
	}
	for _, certificate := range c.Provider.Certificates {
		protocol.Certificates = append(protocol.Certificates, certificate.DER)
	}
	return protocol
}

// ours are the values of a connection that are entered at the identity provider. The entity ID is the metadata's own address, one for
// each connection.
func (h *Handlers) ours(connectionID string) views.OurValues {
	metadata := h.absolute(urls.SAMLMetadata.To(connectionID))
	return views.OurValues{
		EntityID: metadata, ACSURL: h.absolute(urls.SAMLACS.To(connectionID)), MetadataURL: metadata, SLOURL: h.absolute(urls.SAMLLogout.To(connectionID)),
		DownloadURL: urls.With(urls.SAMLMetadata.To(connectionID), "download", "1"),
	}
}

package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// logoutThere takes somebody whose session here has ended to their identity provider, to end that there. Whatever fails now, they are
// signed out here, and told no more than that.
func (h *Handlers) logoutThere(c echo.Context, f models.Farewell) error {
	view, err := h.beginLogout(c, f)
	if err != nil {
		h.log.WarnContext(c.Request().Context(), "single logout not begun", "error", err, "reference", RequestOf(c).Reference)
		return see(c, urls.With(urls.Login.To(), "notice", "signed-out"))
	}
	return draw(c, views.ContinuePage(view))
}

func (h *Handlers) beginLogout(c echo.Context, f models.Farewell) (views.Continue, error) {
	ctx := c.Request().Context()
	connection, protocol, err := h.signingConnection(c, f.ConnectionID)
	if err != nil {
		return views.Continue{}, err
	}
	relayState := secret.Token()[:22] // as for a sign-in
	request, err := saml.BeginLogout(protocol, saml.Subject{
		NameID: f.NameID, Format: f.Format, NameQualifier: f.NameQualifier, SPNameQualifier: f.SPNameQualifier, SessionIndex: f.SessionIndex,
	}, relayState, time.Now().UTC())
	if err != nil {
		return views.Continue{}, err
	}
	if err := h.store.BeginLogout(ctx, models.LogoutFlow{RelayState: relayState, RequestID: request.ID, ConnectionID: f.ConnectionID}); err != nil {
		return views.Continue{}, err
	}
	view := views.Continue{Bare: h.bare(c, "Sign out at "+connection.Provider.Name), Provider: connection.Provider.Name, Leaving: true}
	carry(c, &view, request)
	return view, nil
}

// signingConnection is a connection with our key, ready to sign.
func (h *Handlers) signingConnection(c echo.Context, id string) (models.Connection, saml.Connection, error) {
	connection, err := h.store.Connection(c.Request().Context(), id)
	if err != nil {
		return connection, saml.Connection{}, err
	}
	protocol := h.protocol(connection)
	protocol.Key, err = saml.ParseKeyPair(connection.PrivateKey, connection.CertificateDER)
	return connection, protocol, err
}

// SAMLLogoutRedirect receives a logout message in the query.
func (h *Handlers) SAMLLogoutRedirect(c echo.Context) error {
	return h.logoutMessage(c, saml.Message{Binding: saml.BindingRedirect, Query: c.Request().URL.RawQuery})
}

// SAMLLogoutPost receives one in a form. No cookie of ours comes with it, and none is needed.
func (h *Handlers) SAMLLogoutPost(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxSAMLForm)
	typed, err := form(c)
	if err != nil {
		return h.logoutRefused(c, saml.CheckSize)
	}
	return h.logoutMessage(c, saml.Message{
		Binding: saml.BindingPOST, Request: typed.Get("SAMLRequest"), Response: typed.Get("SAMLResponse"), RelayState: typed.Get("RelayState"),
	})
}

func (h *Handlers) logoutMessage(c echo.Context, m saml.Message) error {
	connection, protocol, err := h.signingConnection(c, c.Param("connection"))
	if err != nil {
		return err
	}
	if m.IsResponse() {
		return h.logoutAnswered(c, connection, protocol, m)
	}
	now := time.Now().UTC()
	request, err := saml.ReadLogoutRequest(protocol, m, now)
	var refusal *saml.Refusal
	if errors.As(err, &refusal) {
		return h.logoutRefused(c, refusal.Check)
	}
	err = h.store.EndByProvider(c.Request().Context(), connection.Provider.ConnectionID, models.LogoutOrder{
		ID: request.ID, Until: request.ExpiresAt, NameID: request.NameID, Sessions: request.SessionIndexes,
	}, RequestOf(c))
	if _, refused := models.RefusalOf(err); refused {
		return h.logoutRefused(c, models.CheckReplay)
	}
	if err != nil {
		return err
	}
	if protocol.IDPSLOURL == "" { // nobody to answer to
		return draw(c, h.signedOut(c, connection, true))
	}
	answer, err := saml.AnswerLogout(protocol, request.ID, m.Relayed(), now)
	if err != nil {
		return err
	}
	if answer.Binding == saml.BindingRedirect {
		return see(c, answer.RedirectURL)
	}
	view := views.Continue{Bare: h.bare(c, "Signed out"), Provider: connection.Provider.Name, Leaving: true}
	carry(c, &view, answer)
	return draw(c, views.ContinuePage(view))
}

// logoutAnswered is the identity provider's answer to a logout that began here. The session here ended before it was asked.
func (h *Handlers) logoutAnswered(c echo.Context, connection models.Connection, protocol saml.Connection, m saml.Message) error {
	requestID, err := h.store.FinishLogout(c.Request().Context(), connection.Provider.ConnectionID, m.Relayed())
	if models.Is(err, models.NotFound) {
		return h.logoutRefused(c, models.CheckFlow)
	}
	if err != nil {
		return err
	}
	err = saml.ReadLogoutResponse(protocol, m, requestID, time.Now().UTC())
	var refusal *saml.Refusal
	if errors.As(err, &refusal) {
		h.log.InfoContext(c.Request().Context(), "single logout not confirmed", "check", refusal.Check, "reference", RequestOf(c).Reference)
	}
	return draw(c, h.signedOut(c, connection, err == nil))
}

func (h *Handlers) signedOut(c echo.Context, connection models.Connection, confirmed bool) templ.Component {
	return views.SignedOutPage(views.SignedOut{
		Bare: h.bare(c, "Signed out"), Provider: connection.Provider.Name, Confirmed: confirmed, SignInURL: urls.Login.To(),
	})
}

// logoutRefused changes nothing and says so; the check stands in the log under the reference number.
func (h *Handlers) logoutRefused(c echo.Context, check string) error {
	h.log.InfoContext(c.Request().Context(), "single logout refused", "check", check, "reference", RequestOf(c).Reference)
	return refuse(models.Denied, views.LogoutRefusedPage(views.SignInRefused{
		Bare: h.bare(c, "Nobody was signed out"), Reference: RequestOf(c).Reference, RetryURL: urls.Home.To(),
		Sentence: "A message about signing out was not accepted, so nothing was changed. To sign out here, use Sign out in the profile menu.",
	}))
}

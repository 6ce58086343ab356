package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// SAMLMetadata is our side of one connection, for the identity provider.
func (h *Handlers) SAMLMetadata(c echo.Context) error {
	connection, err := h.store.Connection(c.Request().Context(), c.Param("connection"))
	if err != nil {
		return err
	}
	if c.QueryParam("download") != "" {
		c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="gatehouse-metadata.xml"`)
	}
	return c.Blob(http.StatusOK, "application/samlmetadata+xml; charset=utf-8", saml.SPMetadata(h.protocol(connection), saml.SPMetadataOptions{}))
}

// Checks of a sign-in that are the console's, not the protocol's.
const (
	checkFlow   = "outstanding-request"
	checkReplay = "replay"
)

// SAMLACS receives a response. Browsers send no cookie of ours on this cross-site post, so it only checks the response and keeps the
// result for one fetch at SAMLFinish, where the cookie is sent and the browser is known.
func (h *Handlers) SAMLACS(c echo.Context) error {
	ctx := c.Request().Context()
	connectionID := c.Param("connection")
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxSAMLForm)
	typed, err := form(c)
	if err != nil {
		return h.signInRefused(c, connectionID, "size", "The response is larger than any genuine one, or is not a form.")
	}
	// With no outstanding request the response is refused before it is parsed.
	flow, err := h.store.OutstandingFlow(ctx, connectionID, typed.Get("RelayState"))
	if models.Is(err, models.NotFound) {
		return h.signInRefused(c, connectionID, checkFlow,
			"No sign-in was waiting for this response: it was not begun here, took longer than ten minutes, was used already, or the identity provider is disabled. "+
				"Start at the console's sign-in page.")
	}
	if err != nil {
		return err
	}
	connection, err := h.store.Connection(ctx, connectionID)
	if err != nil {
		return err
	}
	identity, _, err := saml.Finish(h.protocol(connection), typed.Get("SAMLResponse"), saml.Expectation{RequestID: flow.RequestID, Now: time.Now().UTC()})
	var refusal *saml.Refusal
	if errors.As(err, &refusal) {
		return h.signInRefused(c, connectionID, refusal.Check, refusal.Cause)
	}
	if err != nil {
		return err
	}
	result := secret.Token()
	if err := h.store.AcceptAssertion(ctx, flow, identityOf(identity), secret.HashToken(result)); err != nil {
		if _, refused := models.RefusalOf(err); refused {
			return h.signInRefused(c, connectionID, checkReplay, "This response was used before. A response counts once; sign in again.")
		}
		return err
	}
	return see(c, urls.With(urls.SAMLFinish.To(), "result", result))
}

// maxSAMLForm is the largest form with a response: 256 KiB of XML in base64, percent-encoded, and the relay state.
const maxSAMLForm = 520 << 10

func identityOf(i saml.Identity) models.SAMLIdentity {
	var names []string
	for _, attribute := range i.Attributes {
		names = append(names, attribute.Name)
	}
	return models.SAMLIdentity{
		Person: i.Person, Groups: i.Groups, GroupsSent: i.GroupsSent, Attributes: names,
		AssertionID: i.AssertionID, NameID: i.NameID, NameIDFormat: i.NameIDFormat, SessionIndex: i.SessionIndex,
		SessionNotOnOrAfter: i.SessionNotOnOrAfter, ReplayUntil: i.ExpiresAt, Email: i.Email, Name: i.Name(), VerifiedBy: i.VerifiedBy[:],
	}
}

// SAMLFinish takes the result of SAMLACS once, in the browser that began, and makes the session.
func (h *Handlers) SAMLFinish(c echo.Context) error {
	browser := ""
	if cookie, err := c.Cookie(h.browserCookie()); err == nil {
		browser = cookie.Value
	}
	token := secret.Token()
	finished, err := h.store.FinishSAML(c.Request().Context(), secret.HashToken(c.QueryParam("result")), browser,
		h.sessions.TokenHash(c.Request()), secret.HashToken(token), RequestOf(c))
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind != models.Unavailable {
		return h.refusedPage(c, refusal.Sentence)
	}
	if err != nil {
		return err
	}
	if err := h.sessions.Issue(c.Request(), c.Response(), token); err != nil {
		return err
	}
	return see(c, urls.Local(finished.ReturnPath))
}

// signInRefused records a refused sign-in with its cause for the Administrator, and tells the person little, with the same number.
func (h *Handlers) signInRefused(c echo.Context, connectionID, check, cause string) error {
	request := RequestOf(c)
	attempt := models.Attempt{Reference: request.Reference, Check: check, Cause: cause, IP: request.IP}
	err := h.store.RecordRefusedAttempt(c.Request().Context(), connectionID, attempt)
	if err != nil {
		return err // also for a connection that does not exist: not found
	}
	h.log.InfoContext(c.Request().Context(), "single sign-on refused", "check", check, "reference", request.Reference)
	return h.refusedPage(c, "The answer of your identity provider was not accepted, so you are not signed in. Try again; if it happens again, give your Administrator the reference number below.")
}

func (h *Handlers) refusedPage(c echo.Context, sentence string) error {
	return refuse(models.Denied, views.SignInRefusedPage(views.SignInRefused{
		Bare: h.bare(c, "You are not signed in"), Sentence: sentence, Reference: RequestOf(c).Reference, RetryURL: urls.Login.To(),
	}))
}

package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

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
		return h.logoutRefused(c, models.Attempt{Check: saml.CheckSize, Cause: "The message is larger than any genuine one, or is not a form."}, false)
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
	request, recording, err := saml.ReadLogoutRequest(protocol, m, now)
	attempt := models.Attempt{Configuration: connection.Provider.Fingerprint(), Recording: recordingOf(recording)}
	var refusal *saml.Refusal
	if errors.As(err, &refusal) {
		attempt.Check, attempt.Cause = refusal.Check, refusal.Cause
		return h.logoutRefused(c, attempt, false)
	}
	err = h.store.EndByProvider(c.Request().Context(), connection.Provider.ConnectionID, models.LogoutOrder{
		ID: request.ID, Until: request.ExpiresAt, NameID: request.NameID, Sessions: request.SessionIndexes,
	}, RequestOf(c))
	if _, refused := models.RefusalOf(err); refused {
		attempt.Check, attempt.Cause, attempt.Person = models.CheckReplay, "This message was used before. One counts once; usually a page was reloaded there.", request.NameID
		return h.logoutRefused(c, attempt, false)
	}
	if err != nil {
		return err
	}
	if protocol.IDPSLOURL == "" { // nobody to answer to
		return draw(c, h.signedOut(c, views.SignedOutStop{Provider: connection.Provider.Name, State: views.StopConfirmed}))
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

// logoutAnswered is the identity provider's answer to a logout that began here. The session here ended before it was asked; the way goes on
// whatever it says.
func (h *Handlers) logoutAnswered(c echo.Context, connection models.Connection, protocol saml.Connection, m saml.Message) error {
	ctx, id := c.Request().Context(), connection.Provider.ConnectionID
	requestID, err := h.store.OutstandingLogout(ctx, id, m.Relayed())
	if models.Is(err, models.NotFound) {
		return h.logoutRefused(c, models.Attempt{Check: models.CheckDeparture, Cause: "No sign-out was waiting for this answer: it was not begun here, took longer than ten minutes, or was answered before. " +
			"Whoever signed out here is signed out here all the same."}, true)
	}
	if err != nil {
		return err
	}
	recording, err := saml.ReadLogoutResponse(protocol, m, requestID, time.Now().UTC())
	var refusal *saml.Refusal
	var refused *models.Attempt
	if errors.As(err, &refusal) {
		refused = h.refusedLogout(c, models.Attempt{Configuration: connection.Provider.Fingerprint(), Recording: recordingOf(recording), Check: refusal.Check, Cause: refusal.Cause}, true)
	} else if err != nil {
		return err
	}
	departure, err := h.store.FinishLogout(ctx, id, m.Relayed(), refused)
	if err != nil {
		return err
	}
	return see(c, urls.Departure.To(departure))
}

// refusedLogout completes what is recorded of a refused message about signing out.
func (h *Handlers) refusedLogout(c echo.Context, attempt models.Attempt, answer bool) *models.Attempt {
	request := RequestOf(c)
	attempt.Reference, attempt.IP, attempt.Leaving = request.Reference, request.IP, true
	if attempt.Recording.Checks == nil { // nothing was looked at
		attempt.Recording = recordingOf(saml.Recording{Checks: saml.UnmadeLogout()})
	}
	attempt.Recording.Checks = models.LogoutChecklist(attempt.Recording.Checks, answer, attempt.Check)
	h.log.InfoContext(c.Request().Context(), "single logout refused", "check", attempt.Check, "reference", request.Reference)
	return &attempt
}

// logoutRefused changes nothing, says so, and records it under the reference number.
func (h *Handlers) logoutRefused(c echo.Context, attempt models.Attempt, answer bool) error {
	if _, err := h.store.RecordRefusedAttempt(c.Request().Context(), c.Param("connection"), *h.refusedLogout(c, attempt, answer), nil); err != nil {
		return err // also for a connection that does not exist: not found
	}
	return refuse(models.Denied, views.LogoutRefusedPage(views.SignInRefused{
		Bare: h.bare(c, "Nobody was signed out"), Reference: RequestOf(c).Reference, RetryURL: urls.Home.To(),
		Sentence: "A message about signing out was not accepted, so nothing was changed. To sign out here, use Sign out in the profile menu.",
	}))
}

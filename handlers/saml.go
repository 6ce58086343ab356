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
	return c.Blob(http.StatusOK, "application/samlmetadata+xml; charset=utf-8", saml.SPMetadata(h.protocol(connection), saml.SPMetadataOptions{NextCertificate: connection.Provider.NextDER}))
}

// SAMLACS receives a response. Browsers send no cookie of ours on this cross-site post, so it only checks the response and keeps the
// result for one fetch at SAMLFinish, where the cookie is sent and the browser is known.
func (h *Handlers) SAMLACS(c echo.Context) error {
	ctx := c.Request().Context()
	connectionID := c.Param("connection")
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxSAMLForm)
	typed, err := form(c)
	if err != nil {
		return h.signInRefused(c, connectionID, models.Flow{}, models.Attempt{Check: saml.CheckSize, Cause: "The response is larger than any genuine one, or is not a form."}, nil)
	}
	// With no outstanding request the response is refused before it is parsed.
	flow, err := h.store.OutstandingFlow(ctx, connectionID, typed.Get("RelayState"))
	if models.Is(err, models.NotFound) {
		connection, err := h.store.Connection(ctx, connectionID)
		if err != nil {
			return err
		}
		if connection.Provider.IDPInitiated && connection.Provider.Enabled {
			// What came unasked is not even read: a sign-in is begun here instead, and that one is bound to this browser.
			return see(c, urls.LoginBegin.To(connection.Organization.Slug, connection.Provider.Slug))
		}
		return h.signInRefused(c, connectionID, models.Flow{}, models.Attempt{Check: models.CheckFlow, Cause: "No sign-in was waiting for this response: it was not begun here, took longer than ten minutes, was used already, or the identity provider is disabled. " +
			"Start at the console's sign-in page."}, nil)
	}
	if err != nil {
		return err
	}
	connection, err := h.store.Connection(ctx, connectionID)
	if err != nil {
		return err
	}
	received := models.Evidence{Response: typed.Get("SAMLResponse"), RequestID: flow.RequestID, ReceivedAt: time.Now().UTC()}
	identity, recording, err := saml.Record(h.protocol(connection), received.Response, saml.Expectation{RequestID: flow.RequestID, Now: received.ReceivedAt})
	attempt := models.Attempt{Configuration: connection.Provider.Fingerprint(), Recording: recordingOf(recording)}
	var refusal *saml.Refusal
	if errors.As(err, &refusal) {
		attempt.Check, attempt.Cause = refusal.Check, refusal.Cause
		return h.signInRefused(c, connectionID, flow, attempt, &received)
	}
	if err != nil {
		return err
	}
	result, said := secret.Token(), identityOf(identity)
	said.Configuration, said.Recording = attempt.Configuration, attempt.Recording
	if flow.Mode == models.FlowTest {
		said.Received = receivedOf(identity)
	}
	if err := h.store.AcceptAssertion(ctx, flow, said, secret.HashToken(result)); err != nil {
		if _, refused := models.RefusalOf(err); refused {
			attempt.Check, attempt.Cause = models.CheckReplay, "This response was used before. A response counts once; sign in again."
			return h.signInRefused(c, connectionID, flow, attempt, nil)
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
		NameQualifier: i.NameQualifier, SPNameQualifier: i.SPNameQualifier,
		AssertionID: i.AssertionID, NameID: i.NameID, NameIDFormat: i.NameIDFormat, SessionIndex: i.SessionIndex,
		SessionNotOnOrAfter: i.SessionNotOnOrAfter, ReplayUntil: i.ExpiresAt, Email: i.Email, Name: i.Name(), VerifiedBy: i.VerifiedBy[:],
	}
}

// receivedOf is everything that came, in full: for the Administrator who tests.
func receivedOf(i saml.Identity) []models.ReceivedAttribute {
	received := make([]models.ReceivedAttribute, 0, len(i.Attributes))
	for _, a := range i.Attributes {
		received = append(received, models.ReceivedAttribute(a))
	}
	return received
}

// recordingOf is what the recorder keeps of the protocol's part.
func recordingOf(r saml.Recording) models.Recording {
	recording := models.Recording{Outline: r.Outline, Drift: r.Drift, Drifted: r.Drifted}
	if r.VerifiedBy != [32]byte{} {
		recording.VerifiedBy = r.VerifiedBy[:]
	}
	for _, c := range r.Checks {
		recording.Checks = append(recording.Checks, models.Check{Name: c.Name, Expected: c.Expected, Got: c.Got, Outcome: models.Outcome(c.Outcome)})
	}
	return recording
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
	if finished.Test != nil {
		return seeTest(c, finished)
	}
	if err := h.sessions.Issue(c.Request(), c.Response(), token); err != nil {
		return err
	}
	return see(c, urls.Local(finished.ReturnPath))
}

// signInRefused records a refused sign-in with its cause for the Administrator, and tells the person little, with the same number. A test
// ends where everything is told.
func (h *Handlers) signInRefused(c echo.Context, connectionID string, flow models.Flow, attempt models.Attempt, received *models.Evidence) error {
	request := RequestOf(c)
	attempt.Reference, attempt.IP, attempt.Mode, attempt.TesterID = request.Reference, request.IP, flow.Mode, flow.TesterID
	if attempt.Recording.Checks == nil { // nothing was looked at
		attempt.Recording = recordingOf(saml.Recording{Checks: saml.Unmade()})
	}
	attempt.Recording.Checks = models.Checklist(attempt.Recording.Checks, attempt.Check)
	finished, err := h.store.RecordRefusedAttempt(c.Request().Context(), connectionID, attempt, received)
	if err != nil {
		return err // also for a connection that does not exist: not found
	}
	h.log.InfoContext(c.Request().Context(), "single sign-on refused", "check", attempt.Check, "reference", request.Reference)
	if finished.Test != nil {
		return seeTest(c, finished)
	}
	return h.refusedPage(c, "The answer of your identity provider was not accepted, so you are not signed in. Try again; if it happens again, give your Administrator the reference number below.")
}

func seeTest(c echo.Context, f models.Finished) error {
	return see(c, urls.IdentityProviderAttempt.To(f.Organization.Slug, f.Test.Provider, f.Test.Reference))
}

func (h *Handlers) refusedPage(c echo.Context, sentence string) error {
	return refuse(models.Denied, views.SignInRefusedPage(views.SignInRefused{
		Bare: h.bare(c, "You are not signed in"), Sentence: sentence, Reference: RequestOf(c).Reference, RetryURL: urls.Login.To(),
	}))
}

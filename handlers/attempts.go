package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// AttemptFind leads from a reference number to the recorded sign-in, or says that there is none.
func (h *Handlers) AttemptFind(c echo.Context, a models.Actor) error {
	typed := strings.TrimSpace(c.QueryParam("reference"))
	org := a.Organization.Slug
	if typed == "" {
		return see(c, urls.Security.To(org))
	}
	reference, ok := models.ParseReference(typed)
	if ok {
		attempt, err := h.store.In(a).Attempt(c.Request().Context(), reference)
		if err == nil {
			return see(c, urls.IdentityProviderAttempt.To(org, attempt.Provider, reference))
		}
		if !models.Is(err, models.NotFound) {
			return err
		}
	}
	view, err := h.securityView(c, a)
	if err != nil {
		return err
	}
	view.Reference, view.ReferenceError = searched(typed), "No sign-in is recorded under this number. It has eight letters and digits, such as 7K2M-9QXD; sign-ins are kept for 90 days."
	return refuse(models.NotFound, views.SecurityPage(view))
}

// Attempt draws one recorded sign-in.
func (h *Handlers) Attempt(c echo.Context, a models.Actor) error {
	ctx, tenant, org := c.Request().Context(), h.store.In(a), a.Organization.Slug
	attempt, err := tenant.Attempt(ctx, c.Param("reference"))
	if err != nil {
		return err
	}
	if !strings.EqualFold(attempt.Provider, c.Param("idp")) {
		return models.ErrNotFound
	}
	connection, err := tenant.Connection(ctx, attempt.Provider)
	if err != nil {
		return err
	}
	p := connection.Provider
	title := "Sign-in " + attempt.Reference
	if attempt.Leaving {
		title = "Sign-out " + attempt.Reference
	}
	frame, err := h.organizationFrame(c, a, title, navSecurity,
		crumb("Security", urls.Security.To(org)), crumb(p.Name, urls.IdentityProvider.To(org, p.Slug)))
	if err != nil {
		return err
	}
	view := views.AttemptPageView{
		Page: frame.Page, Row: attemptRow(org, p.Slug, attempt), Provider: p.Name, EditURL: urls.IdentityProviderEdit.To(org, p.Slug),
		Outline: attempt.Recording.Outline, VerifiedBy: fingerprint(attempt.Recording.VerifiedBy), Checks: checkRows(attempt.Recording.Checks),
		Current: slices.Equal(attempt.Configuration, p.Fingerprint()),
	}
	if p.Draft {
		view.GuideURL = urls.IdentityProviderStep.To(org, p.Slug, string(models.GuideTest))
	}
	for _, certificate := range p.Certificates {
		if slices.Equal(certificate.SHA256, attempt.Recording.VerifiedBy) {
			view.Certificate = certificate.Subject
		}
	}
	return h.drawAttempt(c, a, view, attempt, connection)
}

// drawAttempt adds what is kept sealed for a short time: what one's own test received, and whether a refused answer would pass now.
func (h *Handlers) drawAttempt(c echo.Context, a models.Actor, view views.AttemptPageView, attempt models.Attempt, connection models.Connection) error {
	mine := attempt.Mode == models.FlowTest && attempt.TesterID == a.User.ID
	if !mine && !attempt.Kept {
		return draw(c, views.AttemptPage(view))
	}
	evidence, err := h.store.In(a).Evidence(c.Request().Context(), attempt)
	if models.Is(err, models.NotFound) {
		return draw(c, views.AttemptPage(view))
	}
	if err != nil {
		return err
	}
	view.NameID, view.Trial = evidence.NameID, mappingTrial(evidence.Trial, nil)
	for _, received := range evidence.Attributes {
		view.Received = append(view.Received, views.ReceivedRow(received))
	}
	if attempt.Kept {
		if view.Replay, err = h.replay(connection, attempt, evidence); err != nil {
			return err
		}
	}
	return draw(c, views.AttemptPage(view))
}

func attemptRow(org, idp string, at models.Attempt) views.AttemptRow {
	return views.AttemptRow{
		URL: urls.IdentityProviderAttempt.To(org, idp, at.Reference), At: at.At, Accepted: at.Accepted, Test: at.Mode == models.FlowTest, AsTester: at.AsTester,
		Reference: at.Reference, Cause: at.Cause, Person: at.Person, IP: at.IP, Leaving: at.Leaving, Drift: at.Recording.Drift, Drifted: at.Recording.Drifted,
	}
}

func checkTitle(name string) string {
	if title, ours := models.CheckTitle(name); ours {
		return title
	}
	return saml.CheckTitle(name)
}

func checkRows(checks []models.Check) []views.CheckRow {
	rows := make([]views.CheckRow, 0, len(checks))
	for _, c := range checks {
		rows = append(rows, views.CheckRow{Title: checkTitle(c.Name), Expected: c.Expected, Got: c.Got, Outcome: string(c.Outcome)})
	}
	return rows
}

// replay checks a kept answer against a connection once more, as of the moment it came, and compares. Nothing comes of it: whether the answer
// was used before, and who the person is here, is not asked.
func (h *Handlers) replay(connection models.Connection, attempt models.Attempt, evidence models.Evidence) (*views.Replay, error) {
	_, again, err := saml.Record(h.protocol(connection), evidence.Response, saml.Expectation{RequestID: evidence.RequestID, Now: evidence.ReceivedAt})
	result := &views.Replay{Reference: attempt.Reference, At: attempt.At, Passes: err == nil}
	var refusal *saml.Refusal
	if errors.As(err, &refusal) {
		result.Cause = refusal.Cause
	} else if err != nil {
		return nil, err
	}
	was := map[string]models.Outcome{}
	for _, c := range attempt.Recording.Checks {
		was[c.Name] = c.Outcome
	}
	for _, c := range again.Checks {
		before, known := was[c.Name]
		if known && before != models.Outcome(c.Outcome) {
			result.Changed = append(result.Changed, views.ReplayRow{
				Title: saml.CheckTitle(c.Name), Was: string(before), Is: string(c.Outcome), Expected: c.Expected, Got: c.Got,
			})
		}
	}
	return result, nil
}

// offerReplays lists the refused sign-ins whose answers are kept.
func (h *Handlers) offerReplays(ctx context.Context, a models.Actor, p models.IdentityProvider, view *views.ProviderForm) error {
	refusals, err := h.store.In(a).Refusals(ctx, p.ID)
	for _, r := range refusals {
		label := r.Reference + ", " + parts.Relative(r.At, time.Now().UTC()) + ": " + checkTitle(r.Check)
		view.Refusals = append(view.Refusals, parts.Option{Value: r.Reference, Label: label})
	}
	return err
}

// replayDraft checks the chosen answer against what stands in the form. One that is no longer kept, or never was of this provider, is said
// above the form.
func (h *Handlers) replayDraft(c echo.Context, a models.Actor, p models.IdentityProvider, draft models.ProviderChange, view *views.ProviderForm) error {
	ctx, tenant := c.Request().Context(), h.store.In(a)
	attempt, err := tenant.Attempt(ctx, view.ReplayOf)
	var evidence models.Evidence
	if err == nil && attempt.ProviderID == p.ID && attempt.Kept {
		evidence, err = tenant.Evidence(ctx, attempt)
	} else if err == nil {
		err = models.ErrNotFound
	}
	if models.Is(err, models.NotFound) {
		view.Message = "The answer of that sign-in is not kept any more. Have the person try again, then check it here."
		return refuse(models.Invalid, views.ProviderFormPage(*view))
	}
	if err != nil {
		return err
	}
	connection, err := tenant.Connection(ctx, p.Slug)
	if err != nil {
		return err
	}
	connection.Provider.EntityID, connection.Provider.SSOURL, connection.Provider.SSOBinding = draft.EntityID, draft.SSOURL, draft.SSOBinding
	connection.Provider.Certificates, connection.Provider.Attributes = draft.Certificates, draft.Attributes
	if view.Replay, err = h.replay(connection, attempt, evidence); err != nil {
		return err
	}
	return draw(c, views.ProviderFormPage(*view))
}

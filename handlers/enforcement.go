package handlers

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// SingleSignOn draws of whom single sign-on is required, and the next step with what it needs.
func (h *Handlers) SingleSignOn(c echo.Context, a models.Actor) error {
	view, err := h.enforcementView(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.EnforcementPage(view))
}

func (h *Handlers) enforcementView(c echo.Context, a models.Actor) (views.Enforcement, error) {
	ctx, tenant, org := c.Request().Context(), h.store.In(a), a.Organization.Slug
	is, err := tenant.Enforcement(ctx)
	if err != nil {
		return views.Enforcement{}, err
	}
	providers, err := tenant.IdentityProviders(ctx)
	if err != nil {
		return views.Enforcement{}, err
	}
	frame, err := h.organizationFrame(c, a, "Required single sign-on", navSecurity, crumb("Security", urls.Security.To(org)))
	if err != nil {
		return views.Enforcement{}, err
	}
	required, err := h.requiredSSO(c, a, is, providers)
	if err != nil {
		return views.Enforcement{}, err
	}
	ready, err := tenant.Readiness(ctx)
	now := time.Now().UTC()
	view := views.Enforcement{
		Page: frame.Page, URL: urls.SecuritySSO.To(org), LiftURL: urls.SecuritySSOLift.To(org), CodesURL: urls.BreakGlassCodes.To(org), TestCodeURL: urls.BreakGlassCodeTest.To(org),
		GlassURL: h.absolute(urls.With(urls.LoginBreakGlass.To(), "organization", org)), Required: required, Version: strconv.Itoa(is.Version),
		Within: strconv.Itoa(int(models.ConfirmWithin()[0] / time.Minute)), PeopleURL: urls.SecuritySSOPeople.To(org), Errors: map[string]string{},
		CodesLeft: ready.Codes, CodesOf: ready.CodesOf, Tested: ready.Tested, Ready: ready.Ready(now) == nil,
	}
	for _, test := range ready.Tests {
		at := slices.IndexFunc(providers, func(p models.IdentityProvider) bool { return p.Slug == test.Provider })
		view.Tests = append(view.Tests, views.ProviderTest{
			Name: test.Name, URL: urls.IdentityProviderTest.To(org, test.Provider), At: test.At, Fresh: test.Fresh(now), Proven: at >= 0 && !providers[at].ProvenAt.IsZero(),
		})
	}
	view.Withins = withins()
	for _, c := range is.Chosen {
		view.Chosen = append(view.Chosen, enforcedRow(c))
	}
	for _, stage := range []models.Stage{models.StageMe, models.StageChosen, models.StageEveryone} {
		if err := stage.MayFollow(is); err == nil && (stage == models.StageChosen || stage != is.Stage) {
			view.Steps = append(view.Steps, string(stage))
		}
	}
	if len(view.Steps) > 0 {
		view.Step = view.Steps[0]
	}
	return view, err
}

// requiredSSO is what is required, for the pages that say it.
func (h *Handlers) requiredSSO(c echo.Context, a models.Actor, is models.Enforcement, providers []models.IdentityProvider) (views.RequiredSSO, error) {
	end, ended, err := h.store.In(a).EnforcementEnd(c.Request().Context())
	org := a.Organization
	v := views.RequiredSSO{
		Organization: org.Name, Stage: string(is.Stage), Of: is.Stage.Words(), By: is.By, Since: is.ChangedAt, ConfirmBy: is.ConfirmBy, FallsTo: is.Confirmed.Words(),
		Altered: is.Altered, RestsOn: is.ProviderName, Now: time.Now().UTC(),
	}
	if ended {
		v.Ended, v.Was, v.Why = end.At, end.Was, end.Why()
	}
	if a.May(authz.SecurityManage) {
		v.URL = urls.SecuritySSO.To(org.Slug)
	}
	for _, p := range providers {
		if p.Enabled {
			v.Through = append(v.Through, parts.Option{Value: urls.With(urls.LoginBegin.To(org.Slug, p.Slug), "next", urls.SecuritySSO.To(org.Slug)), Label: p.Name})
		}
	}
	return v, err
}

// withins are the times in which a step may have to be confirmed.
func withins() []parts.Option {
	var options []parts.Option
	for _, within := range models.ConfirmWithin() {
		minutes := strconv.Itoa(int(within / time.Minute))
		options = append(options, parts.Option{Value: minutes, Label: minutes + " minutes"})
	}
	return options
}

// SingleSignOnRequire takes one step: at once when it concerns the reader alone, else after saying whom it concerns. Whom the stage of chosen
// people concerns is chosen on a page of its own.
func (h *Handlers) SingleSignOnRequire(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	change, err := readEnforcement(typed.Get)
	switch {
	case err == nil && change.Stage == models.StageChosen:
		return see(c, urls.With(urls.SecuritySSOPeople.To(a.Organization.Slug), "within", typed.Get("within")))
	case err == nil && change.Stage == models.StageEveryone && typed.Get("action") != "save":
		return h.previewEnforcement(c, a, change, nil)
	case err == nil:
		err = h.store.In(a).RequireSSO(c.Request().Context(), change)
	}
	return h.required(c, a, change, typed.Get("within"), err)
}

// required ends a step: with what is to be done next, or with the page that says why it was not taken.
func (h *Handlers) required(c echo.Context, a models.Actor, change models.EnforcementChange, within string, err error) error {
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind != models.Denied && refusal.Kind != models.Unavailable {
		view, viewErr := h.enforcementView(c, a)
		if viewErr != nil {
			return viewErr
		}
		view.Step, view.Within = string(change.Stage), within
		if refusal.Field == "" {
			view.Message = refusal.Sentence
		} else {
			view.Errors[refusal.Field] = refusal.Sentence
		}
		return refuse(refusal.Kind, views.EnforcementPage(view))
	}
	if err != nil {
		return err
	}
	// The next request may have to come by single sign-on already: that page says how.
	return h.seeWith(c, urls.SecuritySSO.To(a.Organization.Slug), "Required of "+change.Stage.Words()+". Sign in by single sign-on to confirm it.")
}

func readEnforcement(get func(string) string) (models.EnforcementChange, error) {
	var in models.EnforcementChange
	var known bool
	if in.Stage, known = models.ParseStage(get("stage")); !known {
		return in, models.RefuseField("stage", "Choose of whom.")
	}
	in.Version, _ = strconv.Atoi(get("version")) // what is no number is no current version
	for _, within := range models.ConfirmWithin() {
		if get("within") == strconv.Itoa(int(within/time.Minute)) {
			in.Within = within
		}
	}
	if in.Within == 0 {
		return in, models.RefuseField("within", "Choose how long.")
	}
	return in, nil
}

// SingleSignOnLift requires it of nobody any more.
func (h *Handlers) SingleSignOnLift(c echo.Context, a models.Actor) error {
	if err := h.store.In(a).LiftSSO(c.Request().Context()); err != nil {
		return err
	}
	return h.seeWith(c, urls.SecuritySSO.To(a.Organization.Slug), "Single sign-on is required of nobody. Passwords open the organization again.")
}

// BreakGlassCodes makes the Administrator's codes anew and shows them once.
func (h *Handlers) BreakGlassCodes(c echo.Context, a models.Actor) error {
	codes, hashes := make([]string, models.BreakGlassCodes), make([][]byte, models.BreakGlassCodes)
	for i := range codes {
		codes[i] = SetupCode()
		hashes[i] = breakGlassHash(codes[i])
	}
	if err := h.store.In(a).MakeCodes(c.Request().Context(), hashes); err != nil {
		return err
	}
	view, err := h.enforcementView(c, a)
	if err != nil {
		return err
	}
	view.Codes = codes
	return draw(c, views.EnforcementPage(view))
}

// breakGlassHash is what is kept of a code, however it was typed; a setup code is kept as something else.
func breakGlassHash(typed string) []byte {
	return secret.HashToken("break-glass/" + string(SetupCodeHash(typed)))
}

// BreakGlassCodeTest uses one code up to see that it is the right one.
func (h *Handlers) BreakGlassCodeTest(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	err = h.store.In(a).TestCode(c.Request().Context(), breakGlassHash(typed.Get("code")))
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
		view, viewErr := h.enforcementView(c, a)
		if viewErr != nil {
			return errors.Join(err, viewErr)
		}
		view.Errors["code"] = refusal.Sentence
		return refuse(refusal.Kind, views.EnforcementPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.SecuritySSO.To(a.Organization.Slug), "The code is right, and used up by this test. The others are as good.")
}

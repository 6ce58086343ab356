package handlers

import (
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// ProviderGuideNew asks for the product and the name: with them there is a draft to come back to.
func (h *Handlers) ProviderGuideNew(c echo.Context, a models.Actor) error {
	view := views.ProviderForm{Errors: map[string]string{}}
	guide, err := h.newGuide(c, a, view)
	if err != nil {
		return err
	}
	return draw(c, views.GuidePage(guide))
}

func (h *Handlers) newGuide(c echo.Context, a models.Actor, form views.ProviderForm) (views.Guide, error) {
	if err := h.newForm(c, a, &form); err != nil {
		return views.Guide{}, err
	}
	org := a.Organization.Slug
	form.Action = urls.IdentityProviderGuided.To(org)
	guide := views.Guide{Page: form.Page, Form: form, Step: string(models.GuideProduct), ShortURL: urls.IdentityProviderNew.To(org), Back: urls.Security.To(org), LaterURL: urls.Security.To(org)}
	for _, step := range models.GuideSteps() {
		guide.Steps = append(guide.Steps, views.GuideStep{Key: string(step)})
	}
	return guide, nil
}

// ProviderGuideCreate makes the draft.
func (h *Handlers) ProviderGuideCreate(c echo.Context, a models.Actor) error {
	view, _, err := readProviderForm(c)
	if err != nil {
		return err
	}
	shown := view.ConnectionID
	change := models.ProviderChange{SSOBinding: string(saml.BindingRedirect), Product: checkProduct(&view), Draft: true}
	if change.Name, err = models.ParseName("name", view.Name); err != nil {
		noteProblem(&view, err)
	}
	if change.Slug, err = models.ParseSlug("id", view.ID); err != nil {
		noteProblem(&view, err)
	}
	refused := func(kind models.Kind) error {
		guide, err := h.newGuide(c, a, view)
		if err != nil {
			return err
		}
		return refuse(kind, views.GuidePage(guide))
	}
	if len(view.Errors) > 0 {
		return refused(models.Invalid)
	}
	made, err := h.store.In(a).CreateIdentityProvider(c.Request().Context(), shown, change)
	if refusal, is := models.RefusalOf(err); is {
		noteProblem(&view, err)
		return refused(refusal.Kind)
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.IdentityProviderStep.To(a.Organization.Slug, made.Slug, string(models.GuideOurs)), "The draft is saved. You can leave and come back from the Security page.")
}

func checkProduct(view *views.ProviderForm) string {
	if _, known := views.ProductOf(view.Product); !known {
		noteProblem(view, models.RefuseField("product", "Choose the identity provider. When it is not listed, choose another provider."))
	}
	return view.Product
}

// ProviderGuide goes on where the draft was left.
func (h *Handlers) ProviderGuide(c echo.Context, a models.Actor) error {
	p, err := h.store.In(a).IdentityProvider(c.Request().Context(), c.Param("idp"))
	if err != nil {
		return err
	}
	if !p.Draft {
		return see(c, urls.IdentityProvider.To(a.Organization.Slug, p.Slug))
	}
	last, err := h.lastTest(c, a, p)
	if err != nil {
		return err
	}
	return see(c, urls.IdentityProviderStep.To(a.Organization.Slug, p.Slug, string(p.NextStep(passes(p, last)))))
}

// lastTest is the newest test sign-in through it, nil when there was none.
func (h *Handlers) lastTest(c echo.Context, a models.Actor, p models.IdentityProvider) (*models.Attempt, error) {
	attempts, err := h.store.In(a).Attempts(c.Request().Context(), p.ID)
	at := slices.IndexFunc(attempts, func(attempt models.Attempt) bool { return attempt.Mode == models.FlowTest })
	if err != nil || at < 0 {
		return nil, err
	}
	return &attempts[at], nil
}

// passes says whether the test was good, of what is saved now.
func passes(p models.IdentityProvider, test *models.Attempt) bool {
	return test != nil && test.Accepted && slices.Equal(test.Configuration, p.Fingerprint())
}

// ProviderGuideStep draws one step.
func (h *Handlers) ProviderGuideStep(c echo.Context, a models.Actor) error {
	p, step, err := h.guided(c, a)
	if err != nil {
		return err
	}
	guide, err := h.guide(c, a, p, step, savedForm(p))
	if err != nil {
		return err
	}
	return draw(c, views.GuidePage(guide))
}

// guided is the provider and the step of the address.
func (h *Handlers) guided(c echo.Context, a models.Actor) (models.IdentityProvider, models.GuideStep, error) {
	step := models.GuideStep(c.Param("step"))
	if !slices.Contains(models.GuideSteps(), step) {
		return models.IdentityProvider{}, "", models.ErrNotFound
	}
	p, err := h.store.In(a).IdentityProvider(c.Request().Context(), c.Param("idp"))
	return p, step, err
}

// savedForm is the form as it is saved.
func savedForm(p models.IdentityProvider) views.ProviderForm {
	view := views.ProviderForm{
		ID: p.Slug, Name: p.Name, Product: p.Product, Source: "manual", MetadataURL: p.MetadataURL, KeepURL: true, EntityID: p.EntityID, SSOURL: p.SSOURL,
		SSOBinding: p.SSOBinding, SLOURL: p.Logout.URL, SLOResponseURL: p.Logout.ResponseURL, SLOBinding: p.Logout.Binding, IDPInitiated: p.IDPInitiated, Version: strconv.Itoa(p.Version), Certificate: pemOf(p.Certificates), Attributes: attributesOf(p), Errors: map[string]string{},
	}
	if len(p.Certificates) == 0 {
		product, _ := views.ProductOf(p.Product)
		view.Source = product.Source
	}
	return view
}

// guide is a step with what was typed, or is saved.
func (h *Handlers) guide(c echo.Context, a models.Actor, p models.IdentityProvider, step models.GuideStep, form views.ProviderForm) (views.Guide, error) {
	org, steps := a.Organization.Slug, models.GuideSteps()
	at := func(step models.GuideStep) string { return urls.IdentityProviderStep.To(org, p.Slug, string(step)) }
	own := urls.IdentityProvider.To(org, p.Slug)
	frame, err := h.organizationFrame(c, a, "Set up "+p.Name, navSecurity, crumb("Security", urls.Security.To(org)))
	if err != nil {
		return views.Guide{}, err
	}
	form.Page, form.Ours, form.Editing, form.ID, form.SavedURL = frame.Page, h.ours(p.ConnectionID), true, p.Slug, p.MetadataURL
	form.Action, form.Cancel = at(step), urls.Security.To(org)
	guide := views.Guide{
		Page: frame.Page, Form: form, Step: string(step), ProviderURL: own, LaterURL: urls.Security.To(org), EnableURL: urls.IdentityProviderEnable.To(org, p.Slug),
		TestURL: urls.IdentityProviderTest.To(org, p.Slug), Saved: *theirs(p), Ready: len(p.Certificates) > 0, Enabled: p.Enabled, DomainsURL: urls.Domains.To(org), MappingsURL: urls.Mappings.To(org, p.Slug), Now: time.Now().UTC(),
	}
	test, err := h.lastTest(c, a, p)
	if err != nil {
		return guide, err
	}
	guide.Tested = passes(p, test)
	if test != nil && step == models.GuideTest {
		full, err := h.store.In(a).Attempt(c.Request().Context(), test.Reference)
		if err != nil {
			return guide, err
		}
		row := attemptRow(org, p.Slug, full)
		guide.Test, guide.Checks = &row, checkRows(full.Recording.Checks)
	}
	if step == models.GuideDomains {
		domains, err := h.store.In(a).Domains(c.Request().Context())
		if err != nil {
			return guide, err
		}
		for _, d := range domains {
			guide.Domains = append(guide.Domains, views.GuideDomain{Name: d.Name, Verified: !d.VerifiedAt.IsZero()})
		}
	}
	guide.Product, _ = views.ProductOf(p.Product)
	if guide.Product.Key == "" {
		guide.Product, _ = views.ProductOf("other")
	}
	for i, s := range steps {
		done := s == models.GuideProduct || s == models.GuideTest && guide.Tested || s == models.GuideEnable && p.Enabled || (s == models.GuideOurs || s == models.GuideTheirs) && guide.Ready ||
			s == models.GuideAttributes && p.Attributes != (models.AttributeNames{}) || s == models.GuideDomains && p.AdmitsDomains
		guide.Steps = append(guide.Steps, views.GuideStep{Key: string(s), URL: at(s), Done: done})
		if s != step {
			continue
		}
		if i > 0 {
			guide.Back = at(steps[i-1])
		}
		if i+1 < len(steps) {
			guide.Next = at(steps[i+1])
		}
	}
	return guide, nil
}

// ProviderGuideSave saves one step and goes on to the next.
func (h *Handlers) ProviderGuideSave(c echo.Context, a models.Actor) error {
	p, step, err := h.guided(c, a)
	if err != nil {
		return err
	}
	view, checkOnly, err := readProviderForm(c)
	if err != nil {
		return err
	}
	again := func(kind models.Kind) error {
		guide, err := h.guide(c, a, p, step, view)
		if err != nil {
			return err
		}
		if kind == 0 {
			return draw(c, views.GuidePage(guide))
		}
		return refuse(kind, views.GuidePage(guide))
	}
	save, err := h.checkStep(c, a, p, step, &view)
	if err != nil {
		return err
	}
	switch {
	case len(view.Errors) > 0:
		return again(models.Invalid)
	case checkOnly:
		return again(0)
	}
	err = save()
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind != models.NotFound {
		if refusal.Kind == models.Stale {
			view.Theirs, view.Version = theirs(p), strconv.Itoa(p.Version)
		}
		noteProblem(&view, err)
		return again(refusal.Kind)
	}
	if err != nil {
		return err
	}
	guide, err := h.guide(c, a, p, step, view)
	if err != nil {
		return err
	}
	return see(c, guide.Next)
}

// checkStep reads one step of the form, the others being as they are saved, and returns what saves it.
func (h *Handlers) checkStep(c echo.Context, a models.Actor, p models.IdentityProvider, step models.GuideStep, view *views.ProviderForm) (save func() error, err error) {
	ctx, tenant := c.Request().Context(), h.store.In(a)
	version, _ := strconv.Atoi(view.Version) // what is no number is no current version
	change := p.DraftChange()
	typed := *view
	*view = savedForm(p)
	view.Version = typed.Version
	switch step {
	case models.GuideProduct:
		view.Product, view.Name = typed.Product, typed.Name
		change.Product = checkProduct(view)
		if change.Name, err = models.ParseName("name", view.Name); err != nil {
			noteProblem(view, err)
		}
	case models.GuideTheirs:
		typed.Name, typed.Attributes, typed.Product, typed.IDPInitiated = view.Name, view.Attributes, view.Product, view.IDPInitiated
		*view = typed
		values, err := h.checkProvider(ctx, view)
		if err != nil {
			return nil, err
		}
		keepUntyped(p, view, &values)
		return func() error { return tenant.EditIdentityProvider(ctx, p.Slug, version, values) }, nil
	case models.GuideAttributes:
		admits := view.Attributes.AdmitsDomains
		view.Attributes = typed.Attributes
		view.Attributes.AdmitsDomains = admits
		change.Attributes = checkAttributes(view)
	case models.GuideDomains:
		view.Attributes.AdmitsDomains = typed.Attributes.AdmitsDomains
		change.AdmitsDomains = typed.Attributes.AdmitsDomains
	case models.GuideOurs, models.GuideTest, models.GuideEnable:
		return nil, models.ErrNotFound // nothing is typed there
	}
	return func() error { return tenant.SaveDraft(ctx, p.Slug, version, change) }, nil
}

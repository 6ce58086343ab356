package handlers

import (
	"crypto/x509"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/saml"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// IdentityProviderNew draws the form with our values, which are set aside for this organization until it is saved.
func (h *Handlers) IdentityProviderNew(c echo.Context, a models.Actor) error {
	view := views.ProviderForm{Source: "url", SSOBinding: string(saml.BindingRedirect), Enabled: true, Attributes: views.ProviderAttributes{Usual: usualNames()}, Errors: map[string]string{}}
	if err := h.newForm(c, a, &view); err != nil {
		return err
	}
	return draw(c, views.ProviderFormPage(view))
}

// newForm fills what the form shows besides what was typed.
func (h *Handlers) newForm(c echo.Context, a models.Actor, view *views.ProviderForm) error {
	reservation, err := h.store.In(a).Reservation(c.Request().Context(), func() (models.Reservation, error) {
		keys, err := saml.NewKeyPair("Gatehouse "+a.Organization.Slug, time.Now().UTC())
		if err != nil {
			return models.Reservation{}, err
		}
		return models.Reservation{ConnectionID: saml.NewConnectionID(), PrivateKey: keys.MarshalPrivate(), CertificateDER: keys.Certificate}, nil
	})
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Create Identity Provider", navSecurity, crumb("Security", urls.Security.To(a.Organization.Slug)))
	if err != nil {
		return err
	}
	view.Page, view.Ours, view.ConnectionID = frame.Page, h.ours(reservation.ConnectionID), reservation.ConnectionID
	view.Action, view.Cancel = urls.IdentityProviderNew.To(a.Organization.Slug), urls.Security.To(a.Organization.Slug)
	view.GuidedURL = urls.IdentityProviderGuided.To(a.Organization.Slug)
	return nil
}

// IdentityProviderCreate reads what was given, sums it up, and saves it; "check" only sums it up.
func (h *Handlers) IdentityProviderCreate(c echo.Context, a models.Actor) error {
	view, checkOnly, err := readProviderForm(c)
	if err != nil {
		return err
	}
	shown := view.ConnectionID
	if err := h.newForm(c, a, &view); err != nil {
		return err
	}
	change, err := h.checkProvider(c.Request().Context(), &view)
	if err != nil {
		return err
	}
	if slug, err := models.ParseSlug("id", view.ID); err != nil {
		noteProblem(&view, err)
	} else {
		change.Slug = slug
	}
	if len(view.Errors) > 0 {
		return refuse(models.Invalid, views.ProviderFormPage(view))
	}
	if checkOnly {
		return draw(c, views.ProviderFormPage(view))
	}
	created, err := h.store.In(a).CreateIdentityProvider(c.Request().Context(), shown, change)
	if refusal, refused := models.RefusalOf(err); refused {
		if refusal.Kind == models.Stale { // the values that were shown are used up: show the next ones
			if err := h.newForm(c, a, &view); err != nil {
				return err
			}
		}
		noteProblem(&view, err)
		return refuse(refusal.Kind, views.ProviderFormPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.IdentityProvider.To(a.Organization.Slug, created.Slug), created.Name+" is created.")
}

// IdentityProvider draws one identity provider.
func (h *Handlers) IdentityProvider(c echo.Context, a models.Actor) error {
	view, err := h.providerView(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.ProviderPage(view))
}

func (h *Handlers) providerView(c echo.Context, a models.Actor) (views.Provider, error) {
	tenant := h.store.In(a)
	p, err := tenant.IdentityProvider(c.Request().Context(), c.Param("idp"))
	if err != nil {
		return views.Provider{}, err
	}
	attempts, err := tenant.Attempts(c.Request().Context(), p.ID)
	if err != nil {
		return views.Provider{}, err
	}
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, p.Name, navSecurity, crumb("Security", urls.Security.To(org)))
	if err != nil {
		return views.Provider{}, err
	}
	view := views.Provider{
		Page: frame.Page, Row: providerRow(a, p), Ours: h.ours(p.ConnectionID), Metadata: p.MetadataURL, Links: p.Links, Required: p.Required, Elsewhere: p.Elsewhere,
		Summary: views.ProviderSummary{EntityID: p.EntityID, SSOURL: p.SSOURL, SSOBinding: bindingWords(p.SSOBinding), SLOURL: p.Logout.URL, SLOResponseURL: p.Logout.ResponseURL, SLOBinding: bindingWords(p.Logout.Binding), IDPInitiated: p.IDPInitiated},
		Created: p.CreatedAt, Updated: p.UpdatedAt, SignInURL: h.absolute(urls.LoginBegin.To(org, p.Slug)),
		EditURL: urls.IdentityProviderEdit.To(org, p.Slug), EnableURL: urls.IdentityProviderEnable.To(org, p.Slug), MappingsURL: urls.Mappings.To(org, p.Slug),
		DisableURL: urls.IdentityProviderDisable.To(org, p.Slug), DeleteURL: urls.IdentityProviderDelete.To(org, p.Slug),
		TestURL: urls.IdentityProviderTest.To(org, p.Slug), Keys: ourKeys(org, p),
	}
	if a.May(authz.SecurityManage) {
		view.SessionsURL = urls.With(urls.Sessions.To(org), "provider", p.Slug)
	}
	if ours, err := x509.ParseCertificate(p.CertificateDER); err == nil {
		view.OurUntil = ours.NotAfter
	}
	if view.Refresh, err = h.refreshView(c.Request().Context(), a, p); err != nil {
		return view, err
	}
	for _, certificate := range p.Certificates {
		view.Summary.Certificates = append(view.Summary.Certificates, certificateCard(certificate))
	}
	for _, attempt := range attempts {
		view.Attempts = append(view.Attempts, attemptRow(org, p.Slug, attempt))
	}
	return view, nil
}

// IdentityProviderEdit draws the form with the saved values.
func (h *Handlers) IdentityProviderEdit(c echo.Context, a models.Actor) error {
	view := views.ProviderForm{Editing: true, Errors: map[string]string{}}
	p, err := h.editForm(c, a, &view)
	if err != nil {
		return err
	}
	view.ID, view.Name, view.Source, view.MetadataURL, view.KeepURL = p.Slug, p.Name, "manual", p.MetadataURL, true
	view.EntityID, view.SSOURL, view.SSOBinding, view.Enabled = p.EntityID, p.SSOURL, p.SSOBinding, p.Enabled
	view.SLOURL, view.SLOResponseURL, view.SLOBinding, view.IDPInitiated = p.Logout.URL, p.Logout.ResponseURL, p.Logout.Binding, p.IDPInitiated
	view.Version, view.Certificate = strconv.Itoa(p.Version), pemOf(p.Certificates)
	seen := view.Attributes.Seen
	view.Attributes = attributesOf(p)
	view.Attributes.Seen = seen
	return draw(c, views.ProviderFormPage(view))
}

func (h *Handlers) editForm(c echo.Context, a models.Actor, view *views.ProviderForm) (models.IdentityProvider, error) {
	p, seen, err := h.store.In(a).ProviderToEdit(c.Request().Context(), c.Param("idp"))
	if err != nil {
		return p, err
	}
	org := a.Organization.Slug
	own := urls.IdentityProvider.To(org, p.Slug)
	frame, err := h.organizationFrame(c, a, "Edit "+p.Name, navSecurity, crumb("Security", urls.Security.To(org)), crumb(p.Name, own))
	if err != nil {
		return p, err
	}
	view.Page, view.Ours, view.Editing, view.ID, view.SavedURL = frame.Page, h.ours(p.ConnectionID), true, p.Slug, p.MetadataURL
	view.Action, view.Cancel = urls.IdentityProviderEdit.To(org, p.Slug), own
	view.Attributes.Seen = seen
	return p, h.offerReplays(c.Request().Context(), a, p, view)
}

// IdentityProviderSave saves the edited identity provider, unless somebody else saved it meanwhile.
func (h *Handlers) IdentityProviderSave(c echo.Context, a models.Actor) error {
	view, checkOnly, err := readProviderForm(c)
	if err != nil {
		return err
	}
	p, err := h.editForm(c, a, &view)
	if err != nil {
		return err
	}
	change, err := h.checkProvider(c.Request().Context(), &view)
	if err != nil {
		return err
	}
	if len(view.Errors) > 0 {
		return refuse(models.Invalid, views.ProviderFormPage(view))
	}
	if view.ReplayOf != "" {
		return h.replayDraft(c, a, p, change, &view)
	}
	if checkOnly {
		return draw(c, views.ProviderFormPage(view))
	}
	keepUntyped(p, &view, &change)
	version, _ := strconv.Atoi(view.Version) // what is no number is no current version
	err = h.store.In(a).EditIdentityProvider(c.Request().Context(), p.Slug, version, change)
	if refusal, refused := models.RefusalOf(err); refused {
		if refusal.Kind == models.Stale {
			view.Theirs = theirs(p)
			view.Version = strconv.Itoa(p.Version)
		}
		noteProblem(&view, err)
		return refuse(refusal.Kind, views.ProviderFormPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.IdentityProvider.To(a.Organization.Slug, p.Slug), change.Name+" is saved.")
}

// keepUntyped keeps what has no field of its own when the values are typed by hand.
func keepUntyped(p models.IdentityProvider, view *views.ProviderForm, change *models.ProviderChange) {
	if view.Source == "manual" && view.KeepURL {
		change.MetadataURL = p.MetadataURL
	}
}

// theirs is what somebody else saved meanwhile, shown beside what was typed.
func theirs(p models.IdentityProvider) *views.ProviderSummary {
	summary := &views.ProviderSummary{Name: p.Name, EntityID: p.EntityID, SSOURL: p.SSOURL, SSOBinding: bindingWords(p.SSOBinding),
		SLOURL: p.Logout.URL, SLOResponseURL: p.Logout.ResponseURL, SLOBinding: bindingWords(p.Logout.Binding), IDPInitiated: p.IDPInitiated, Attributes: attributesOf(p)}
	for _, certificate := range p.Certificates {
		summary.Certificates = append(summary.Certificates, certificateCard(certificate))
	}
	return summary
}

// IdentityProviderEnable lets people sign in through it.
func (h *Handlers) IdentityProviderEnable(c echo.Context, a models.Actor) error {
	return h.setEnabled(c, a, true, "Enabled. People can sign in through it.")
}

// IdentityProviderDisable stops sign-ins through it and ends the sessions it vouched for.
func (h *Handlers) IdentityProviderDisable(c echo.Context, a models.Actor) error {
	return h.setEnabled(c, a, false, "Disabled. Nobody signs in through it, and the sessions it opened have ended.")
}

func (h *Handlers) setEnabled(c echo.Context, a models.Actor, enabled bool, sentence string) error {
	slug := c.Param("idp")
	if err := h.store.In(a).SetIdentityProviderEnabled(c.Request().Context(), slug, enabled); err != nil {
		return err
	}
	return h.seeWith(c, urls.IdentityProvider.To(a.Organization.Slug, slug), sentence)
}

// IdentityProviderDelete deletes it when its ID was typed.
func (h *Handlers) IdentityProviderDelete(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	confirm := typed.Get("confirm")
	err = h.store.In(a).DeleteIdentityProvider(c.Request().Context(), c.Param("idp"), confirm)
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
		view, err := h.providerView(c, a)
		if err != nil {
			return err
		}
		view.Confirm, view.ConfirmError = confirm, refusal.Sentence
		return refuse(refusal.Kind, views.ProviderPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Security.To(a.Organization.Slug), "The identity provider is deleted.")
}

package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// OrganizationNew draws the form that makes an organization.
func (h *Handlers) OrganizationNew(c echo.Context, p models.Person) error {
	view, err := h.newOrganization(c, p)
	if err != nil {
		return err
	}
	return draw(c, views.OrganizationNewPage(view))
}

func (h *Handlers) newOrganization(c echo.Context, p models.Person) (views.OrganizationNew, error) {
	view := views.OrganizationNew{Errors: map[string]string{}}
	err := h.store.MayCreate(c.Request().Context(), p, h.creation)
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Impossible {
		view.Reason, err = refusal.Sentence, nil
	}
	if err != nil {
		return view, err
	}
	frame, err := h.accountFrame(c, p, "Create organization", navOrganizations, crumb("Organizations", urls.Home.To()))
	view.Page, view.SignInURL = frame.Page, urls.With(urls.Login.To(), "next", urls.OrganizationNew.To())
	return view, err
}

// OrganizationCreate makes an organization with the person as its Administrator.
func (h *Handlers) OrganizationCreate(c echo.Context, p models.Person) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view, err := h.newOrganization(c, p)
	if err != nil {
		return err
	}
	view.Name, view.ID = typed.Get("name"), typed.Get("id")
	in := checkOrganization(&view)
	if len(view.Errors) > 0 || view.Reason != "" {
		return refuse(models.Invalid, views.OrganizationNewPage(view))
	}
	made, err := h.store.CreateOrganization(c.Request().Context(), p, h.creation, in)
	if refusal, refused := models.RefusalOf(err); refused && refusal.Field != "" {
		view.Errors[refusal.Field] = refusal.Sentence
		return refuse(refusal.Kind, views.OrganizationNewPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Organization.To(made.Slug), made.Name+" is created. You are its Administrator.")
}

// checkOrganization makes the domain values of what was typed, or puts messages beside the fields.
func checkOrganization(view *views.OrganizationNew) models.Setup {
	var in models.Setup
	var err error
	if in.Organization, err = models.ParseName("name", view.Name); err != nil {
		noteField(view.Errors, err)
	}
	if in.Slug, err = models.ParseSlug("id", view.ID); err != nil {
		noteField(view.Errors, err)
	}
	return in
}

func noteField(errors map[string]string, err error) {
	if refusal, refused := models.RefusalOf(err); refused {
		errors[refusal.Field] = refusal.Sentence
	}
}

// Settings draws the organization's name and ID, and how to delete it.
func (h *Handlers) Settings(c echo.Context, a models.Actor) error {
	view, err := h.settings(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.SettingsPage(view))
}

func (h *Handlers) settings(c echo.Context, a models.Actor) (views.Settings, error) {
	frame, err := h.organizationFrame(c, a, "Settings", navSettings)
	org := a.Organization
	view := views.Settings{
		Page: frame.Page, Name: org.Name, ID: org.Slug, Created: org.CreatedAt, Version: strconv.Itoa(org.Version),
		Action: urls.Settings.To(org.Slug), DeleteURL: urls.OrganizationDelete.To(org.Slug), Errors: map[string]string{},
	}
	if refusal, refused := models.RefusalOf(org.MayDelete(a.Person)); refused {
		view.Reason = refusal.Sentence
	}
	return view, err
}

// SettingsSave renames the organization, unless somebody else saved it meanwhile.
func (h *Handlers) SettingsSave(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(typed.Get("version")) // what is no number is no current version
	name, err := models.ParseName("name", typed.Get("name"))
	if err == nil {
		err = h.store.In(a).RenameOrganization(c.Request().Context(), version, name)
	}
	refusal, refused := models.RefusalOf(err)
	if !refused || (refusal.Kind != models.Invalid && refusal.Kind != models.Stale) {
		if err != nil {
			return err
		}
		return h.seeWith(c, urls.Settings.To(a.Organization.Slug), "The name is saved.")
	}
	now, err := h.store.In(a).Organization(c.Request().Context())
	if err != nil {
		return err
	}
	a.Organization = now
	view, err := h.settings(c, a)
	if err != nil {
		return err
	}
	view.Name = typed.Get("name")
	if refusal.Kind == models.Stale {
		view.Theirs = now.Name
	} else {
		// Over the version that was read: only saving says that somebody else's is known.
		view.Errors["name"], view.Version = refusal.Sentence, typed.Get("version")
	}
	return refuse(refusal.Kind, views.SettingsPage(view))
}

// OrganizationDeletion says what goes with the organization, and asks for its ID. It counts, which the settings do not, whatever they cost.
func (h *Handlers) OrganizationDeletion(c echo.Context, a models.Actor) error {
	view, err := h.organizationDeletion(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.OrganizationDeletionPage(view))
}

func (h *Handlers) organizationDeletion(c echo.Context, a models.Actor) (views.OrganizationDeletion, error) {
	going, err := h.store.In(a).Belongings(c.Request().Context())
	if err != nil {
		return views.OrganizationDeletion{}, err
	}
	org := a.Organization
	settings := urls.Settings.To(org.Slug)
	frame, err := h.organizationFrame(c, a, "Delete organization", navSettings, crumb("Settings", settings))
	view := views.OrganizationDeletion{Page: frame.Page, ID: org.Slug, Action: urls.OrganizationDelete.To(org.Slug), Cancel: settings}
	for _, kind := range going {
		view.Going = append(view.Going, views.Going{What: kind.What, N: kind.N})
	}
	if refusal, refused := models.RefusalOf(org.MayDelete(a.Person)); refused {
		view.Reason = refusal.Sentence
	}
	return view, err
}

// OrganizationDelete deletes the organization when its ID was typed.
func (h *Handlers) OrganizationDelete(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	err = h.store.In(a).DeleteOrganization(c.Request().Context(), typed.Get("confirm"))
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
		view, err := h.organizationDeletion(c, a)
		if err != nil {
			return err
		}
		view.Typed, view.Error = typed.Get("confirm"), refusal.Sentence
		return refuse(refusal.Kind, views.OrganizationDeletionPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Home.To(), a.Organization.Name+" is deleted.")
}

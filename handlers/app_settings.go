package handlers

import (
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// AppSettings draws an app's identifier, visibility and base workflow, each as a form for who may change it.
func (h *Handlers) AppSettings(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.appSettings(c, a, r)
	if err != nil {
		return err
	}
	return draw(c, views.AppSettingsPage(view))
}

func (h *Handlers) appSettings(c echo.Context, a models.Actor, r models.Reached) (views.AppSettingsForm, error) {
	details, err := h.store.In(a).AppDetails(c.Request().Context(), r)
	if err != nil {
		return views.AppSettingsForm{}, err
	}
	frame, err := h.appFrame(c, a, r, "Settings", views.AppSettings)
	org, app := a.Organization.Slug, r.App.Slug
	frame.Page.Path = urls.AppSettings.To(org, app) // where a refused form was sent is no page
	view := views.AppSettingsForm{
		Page: frame.Page, Version: strconv.Itoa(r.App.Version), Slug: app, Visibility: r.App.Visibility,
		BaseWorkflow: baseOf(r.App),
		ChangedAt:    details.VisibilityChangedAt, ChangedBy: details.VisibilityChangedBy, Teams: details.Teams, Collaborators: details.Collaborators,
		TypedID: app, TypedVisibility: models.VisibilityKey(r.App.Visibility), TypedBaseWorkflow: baseOf(r.App).Key, Errors: map[string]string{},
		BaseWorkflows: baseWorkflowChoices(),
	}
	if r.App.OwnBase != "" {
		view.BaseWorkflows = append(view.BaseWorkflows, baseOf(r.App))
	}
	for _, v := range visibilities() {
		view.Visibilities = append(view.Visibilities, views.VisibilityChoice{Key: models.VisibilityKey(v), Visibility: v})
	}
	if r.May(authz.AppIDEdit) {
		view.IDURL = urls.AppSettingsID.To(org, app)
	}
	if r.May(authz.AppVisibilityChange) {
		view.VisibilityURL = urls.AppSettingsVisibility.To(org, app)
	}
	if r.May(authz.BaseWorkflowEdit) {
		view.BaseWorkflowURL = urls.AppSettingsBaseWorkflow.To(org, app)
	}
	if err != nil || !r.May(authz.AppDelete) {
		return view, err
	}
	view.DeleteURL = urls.AppDelete.To(org, app)
	inside, err := h.store.In(a).ResourceCounts(c.Request().Context(), r)
	view.Inside = views.AppInside{
		Models: inside.Models, Workflows: inside.Workflows, Modules: inside.Modules, InstallsElsewhere: inside.InstallsElsewhere, WorkflowsElsewhere: inside.WorkflowsElsewhere,
	}
	return view, err
}

// refusedSetting draws the settings again with what was typed and why it was refused; meanwhile says what somebody else made of it.
func (h *Handlers) refusedSetting(c echo.Context, a models.Actor, r models.Reached, refused error, field string, as func(*views.AppSettingsForm) (meanwhile string)) error {
	refusal, known := models.RefusalOf(refused)
	if !known || (refusal.Kind != models.Stale && refusal.Kind != models.Invalid) {
		return refused
	}
	if refusal.Kind == models.Stale {
		var err error
		if r, err = h.store.In(a).Reach(c.Request().Context(), r.App.Slug); err != nil {
			return err
		}
	}
	view, err := h.appSettings(c, a, r)
	if err != nil {
		return err
	}
	meanwhile := as(&view)
	view.Errors[field] = refusal.Sentence
	if refusal.Kind == models.Stale {
		view.Errors[field] = refusal.Sentence + " " + meanwhile
	}
	return refuse(refusal.Kind, views.AppSettingsPage(view))
}

// AppIDSave changes the identifier, once the person has seen that every link to the app changes with it.
func (h *Handlers) AppIDSave(c echo.Context, a models.Actor, r models.Reached) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	slug, err := models.ParseSlug("id", typed.Get("id"))
	if err == nil && string(slug) != r.App.Slug && typed.Get("confirmed") == "" {
		return h.confirmID(c, a, r, typed, slug)
	}
	if err == nil {
		err = h.store.In(a).ChangeAppID(c.Request().Context(), r.App.ID, versionOf(typed.Get("version")), slug)
	}
	if err == nil {
		return h.seeWith(c, urls.AppSettings.To(a.Organization.Slug, string(slug)), "The ID is "+string(slug)+" now. Links with "+r.App.Slug+" lead nowhere.")
	}
	return h.refusedSetting(c, a, r, err, "id", func(view *views.AppSettingsForm) string {
		view.TypedID = typed.Get("id")
		return "You typed " + typed.Get("id") + "."
	})
}

func (h *Handlers) confirmID(c echo.Context, a models.Actor, r models.Reached, typed url.Values, slug models.Slug) error {
	org := a.Organization.Slug
	view, err := h.confirm(c, a, r, "Change the ID to "+string(slug), urls.AppSettingsID.To(org, r.App.Slug), typed)
	if err != nil {
		return err
	}
	view.Values = append(view.Values, views.Hidden{Name: "id", Value: string(slug)})
	view.Button = "Change ID"
	view.Consequences = []string{
		h.absolute(urls.App.To(org, r.App.Slug)) + " will lead nowhere, and so will every link below it.",
		"The app will be at " + h.absolute(urls.App.To(org, string(slug))) + ".",
		"Its models, workflows, teams and collaborators stay as they are.",
		r.App.Slug + " becomes free: another app can take it.",
	}
	return draw(c, views.AppConfirmPage(view))
}

func (h *Handlers) confirm(c echo.Context, a models.Actor, r models.Reached, title, action string, typed url.Values) (views.AppConfirm, error) {
	settings := urls.AppSettings.To(a.Organization.Slug, r.App.Slug)
	frame, err := h.appFrame(c, a, r, title, views.AppSettings, crumb("Settings", settings))
	frame.Page.Path = settings
	return views.AppConfirm{
		Page: frame.Page, Title: title, Action: action, Cancel: settings,
		Values: []views.Hidden{{Name: "version", Value: typed.Get("version")}, {Name: "confirmed", Value: "yes"}},
	}, err
}

// AppVisibilitySave changes who sees the app; making it public is asked about first.
func (h *Handlers) AppVisibilitySave(c echo.Context, a models.Actor, r models.Reached) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	visibility, known := models.ParseVisibility(typed.Get("visibility"))
	if !known {
		err = models.RefuseField("visibility", "Choose who can see the app.")
	}
	if known && visibility == authz.Public && r.App.Visibility != authz.Public && typed.Get("confirmed") == "" {
		return h.confirmPublic(c, a, r, typed)
	}
	if known {
		err = h.store.In(a).ChangeAppVisibility(c.Request().Context(), r.App.ID, versionOf(typed.Get("version")), visibility)
	}
	if err == nil {
		return h.seeWith(c, urls.AppSettings.To(a.Organization.Slug, r.App.Slug), views.VisibilitySaved(visibility))
	}
	return h.refusedSetting(c, a, r, err, "visibility", func(view *views.AppSettingsForm) string {
		view.TypedVisibility = typed.Get("visibility")
		return "It is " + views.VisibilityLabel(view.Visibility) + " now, and you chose " + views.VisibilityLabel(visibility) + "."
	})
}

func (h *Handlers) confirmPublic(c echo.Context, a models.Actor, r models.Reached, typed url.Values) error {
	view, err := h.confirm(c, a, r, "Make "+r.App.Slug+" public", urls.AppSettingsVisibility.To(a.Organization.Slug, r.App.Slug), typed)
	if err != nil {
		return err
	}
	view.Values = append(view.Values, views.Hidden{Name: "visibility", Value: models.VisibilityKey(authz.Public)})
	view.Button = "Make public"
	view.Consequences = []string{
		"Everybody who is signed in to this console will be able to open it, also people of other organizations.",
		"They read what an Organization User reads: description, notes, base workflow, and the names of its collaborators. They change nothing.",
		"What is private in it stays private. Nothing is open to people without an account.",
		"It ends when you make the app private again. What was read until then was read.",
	}
	return draw(c, views.AppConfirmPage(view))
}

// AppBaseWorkflowSave changes the workflow that the app runs unless it is told another.
func (h *Handlers) AppBaseWorkflowSave(c echo.Context, a models.Actor, r models.Reached) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	if typed.Get("base_workflow") == ownBase && r.App.OwnBase != "" {
		return see(c, urls.AppSettings.To(a.Organization.Slug, r.App.Slug)) // it stays what it is
	}
	workflow, err := models.ParseBaseWorkflow("base_workflow", typed.Get("base_workflow"))
	if err == nil {
		err = h.store.In(a).ChangeBaseWorkflow(c.Request().Context(), r.App.ID, versionOf(typed.Get("version")), workflow)
	}
	if err == nil {
		return h.seeWith(c, urls.AppSettings.To(a.Organization.Slug, r.App.Slug), "The base workflow is "+workflow.Label()+".")
	}
	return h.refusedSetting(c, a, r, err, "base_workflow", func(view *views.AppSettingsForm) string {
		view.TypedBaseWorkflow = typed.Get("base_workflow")
		return "It is " + view.BaseWorkflow.Label + " now, and you chose " + workflow.Label() + "."
	})
}

// AppDelete deletes the app when its ID was typed.
func (h *Handlers) AppDelete(c echo.Context, a models.Actor, r models.Reached) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	err = h.store.In(a).DeleteApp(c.Request().Context(), r.App.ID, typed.Get("confirm"))
	if err == nil {
		return h.seeWith(c, urls.Apps.To(a.Organization.Slug), r.App.Slug+" is deleted.")
	}
	return h.refusedSetting(c, a, r, err, "confirm", func(view *views.AppSettingsForm) string {
		view.TypedConfirm = typed.Get("confirm")
		return ""
	})
}

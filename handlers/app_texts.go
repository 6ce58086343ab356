package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// AppDescription draws the form of an app's description.
func (h *Handlers) AppDescription(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.descriptionForm(c, a, r, views.AppText{Text: r.App.Description})
	if err != nil {
		return err
	}
	return draw(c, views.AppDescriptionPage(view))
}

func (h *Handlers) descriptionForm(c echo.Context, a models.Actor, r models.Reached, view views.AppText) (views.AppText, error) {
	frame, err := h.appFrame(c, a, r, "Edit description", views.AppOverview, crumb(r.App.Slug, urls.App.To(a.Organization.Slug, r.App.Slug)))
	view.Page, view.Version = frame.Page, strconv.Itoa(r.App.DescriptionVersion)
	view.Action, view.Cancel = urls.AppDescription.To(a.Organization.Slug, r.App.Slug), urls.App.To(a.Organization.Slug, r.App.Slug)
	return view, err
}

// AppDescriptionSave saves the description, unless somebody else saved another meanwhile: then both are shown.
func (h *Handlers) AppDescriptionSave(c echo.Context, a models.Actor, r models.Reached) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view := views.AppText{Text: typed.Get("description")}
	description, err := models.ParseDescription("description", view.Text)
	if err == nil {
		err = h.store.In(a).EditAppDescription(c.Request().Context(), r.App.ID, versionOf(typed.Get("version")), description)
	}
	refusal, refused := models.RefusalOf(err)
	switch {
	case err == nil:
		return h.seeWith(c, urls.App.To(a.Organization.Slug, r.App.Slug), "The description is saved.")
	case !refused || (refusal.Kind != models.Stale && refusal.Kind != models.Invalid):
		return err
	case refusal.Kind == models.Stale:
		if r, err = h.store.In(a).Reach(c.Request().Context(), r.App.Slug); err != nil {
			return err
		}
		view.Theirs = &views.SavedText{Text: r.App.Description}
	default:
		view.Error = refusal.Sentence
	}
	if view, err = h.descriptionForm(c, a, r, view); err != nil {
		return err
	}
	return refuse(refusal.Kind, views.AppDescriptionPage(view))
}

// versionOf reads the version that a form was drawn with; what is no number is no version.
func versionOf(typed string) int {
	version, err := strconv.Atoi(typed)
	if err != nil {
		return -1
	}
	return version
}

// AppNotes draws the form of an app's notes.
func (h *Handlers) AppNotes(c echo.Context, a models.Actor, r models.Reached) error {
	details, err := h.store.In(a).AppDetails(c.Request().Context(), r)
	if err != nil {
		return err
	}
	view, err := h.notesForm(c, a, r, views.AppText{Text: details.Notes.Text, Version: strconv.Itoa(details.Notes.Version)})
	if err != nil {
		return err
	}
	return draw(c, views.AppNotesPage(view))
}

func (h *Handlers) notesForm(c echo.Context, a models.Actor, r models.Reached, view views.AppText) (views.AppText, error) {
	frame, err := h.appFrame(c, a, r, "Edit notes", views.AppOverview, crumb(r.App.Slug, urls.App.To(a.Organization.Slug, r.App.Slug)))
	view.Page = frame.Page
	view.Action, view.Cancel = urls.AppNotes.To(a.Organization.Slug, r.App.Slug), urls.App.To(a.Organization.Slug, r.App.Slug)
	return view, err
}

// AppNotesSave shows the notes as they would look, or saves them, unless somebody else saved others meanwhile: then both are shown.
func (h *Handlers) AppNotesSave(c echo.Context, a models.Actor, r models.Reached) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view := views.AppText{Text: typed.Get("notes"), Version: typed.Get("version")}
	notes, err := models.ParseNotes("notes", view.Text)
	preview := err == nil && typed.Get("action") == "preview"
	if err == nil && !preview {
		err = h.store.In(a).EditAppNotes(c.Request().Context(), r.App.ID, versionOf(view.Version), notes)
	}
	refusal, refused := models.RefusalOf(err)
	switch {
	case preview:
		view.Previewed, view.Preview = true, h.rendered(notes)
		if typed.Get("theirs") != "" {
			details, err := h.store.In(a).AppDetails(c.Request().Context(), r)
			if err != nil {
				return err
			}
			view.Theirs = savedNotes(details.Notes)
		}
	case err == nil:
		return h.seeWith(c, urls.App.To(a.Organization.Slug, r.App.Slug), "The notes are saved.")
	case !refused || (refusal.Kind != models.Stale && refusal.Kind != models.Invalid):
		return err
	case refusal.Kind == models.Stale:
		details, err := h.store.In(a).AppDetails(c.Request().Context(), r)
		if err != nil {
			return err
		}
		view.Version = strconv.Itoa(details.Notes.Version)
		view.Theirs = savedNotes(details.Notes)
	default:
		view.Error = refusal.Sentence
	}
	if view, err = h.notesForm(c, a, r, view); err != nil {
		return err
	}
	if preview {
		return draw(c, views.AppNotesPage(view))
	}
	return refuse(refusal.Kind, views.AppNotesPage(view))
}

func savedNotes(n models.AppNotes) *views.SavedText {
	return &views.SavedText{Text: n.Text, By: n.EditedBy, At: n.EditedAt}
}

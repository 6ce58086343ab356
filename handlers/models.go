package handlers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// Models draws the list of an app's models.
func (h *Handlers) Models(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	listed, err := h.store.In(a).Models(c.Request().Context(), r, i.filter())
	if err != nil {
		return err
	}
	var rows []views.ResourceRow
	for _, m := range listed.Rows {
		row := i.row(m.Resource, urls.Model)
		row.Sort = m.Type.Label()
		rows = append(rows, row)
	}
	return i.list(views.ModelWords(), views.AppModels, urls.Models, urls.ModelNew, authz.ModelsCreate, listed.Newer, listed.Older, rows, func(v *views.Resources) {
		if len(rows) > 0 && r.May(authz.ModelsDeleteAll) {
			v.DeleteAll = urls.ModelsDelete.To(i.org(), i.app())
		}
	})
}

// Model draws one model.
func (h *Handlers) Model(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.inside(c, a, r).model()
	if err != nil {
		return err
	}
	return draw(c, views.ModelPage(view))
}

func (i inside) model() (views.Model, error) {
	m, err := i.store.In(i.actor).Model(i.c.Request().Context(), i.reached, i.c.Param("model"))
	if err != nil {
		return views.Model{}, err
	}
	frame, err := i.appFrame(i.c, i.actor, i.reached, m.Slug, views.AppModels, crumb("Models", urls.Models.To(i.org(), i.app())))
	frame.Page.Path = urls.Model.To(i.org(), i.app(), m.Slug)
	consequence := "No workflow uses it."
	if m.UsedBy > 0 {
		consequence = fmt.Sprintf("%s it and will be marked deprecated, not deleted.", plural(m.UsedBy, "workflow uses", "workflows use"))
	}
	return views.Model{
		Page: frame.Page, Head: i.head(m.Resource, authz.ModelsCreate, urls.ModelEdit), Type: m.Type.Label(), Meaning: m.Type.Meaning(), Notes: i.rendered(m.Notes),
		UsedBy: m.UsedBy, Created: m.CreatedAt, Updated: m.UpdatedAt, Visibility: i.visibility(m.Resource, urls.ModelVisibility),
		Danger: i.zone(authz.ModelsDeleteAll, urls.ModelDelete, m.Slug, "model", consequence),
	}, err
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// ModelNew draws the form of a new model.
func (h *Handlers) ModelNew(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.inside(c, a, r).modelForm(views.ModelForm{Type: string(models.ModelTypes()[0]), Errors: map[string]string{}})
	if err != nil {
		return err
	}
	return draw(c, views.ModelFormPage(view))
}

// modelForm puts the frame around what was typed; the form of a model that is edited names it.
func (i inside) modelForm(view views.ModelForm) (views.ModelForm, error) {
	list := urls.Models.To(i.org(), i.app())
	title, trail := "Create model", []parts.Crumb{crumb("Models", list)}
	view.Action, view.Cancel = urls.ModelNew.To(i.org(), i.app()), list
	if view.Editing {
		view.Cancel = urls.Model.To(i.org(), i.app(), view.ID)
		title, trail, view.Action = "Edit", append(trail, crumb(view.ID, view.Cancel)), urls.ModelEdit.To(i.org(), i.app(), view.ID)
	}
	for _, t := range models.ModelTypes() {
		view.Types = append(view.Types, parts.Option{Value: string(t), Label: t.Label() + " – " + strings.TrimSuffix(t.Meaning(), ".")})
	}
	frame, err := i.appFrame(i.c, i.actor, i.reached, title, views.AppModels, trail...)
	view.Page = frame.Page
	return view, err
}

func (i inside) readModelForm() (views.ModelForm, models.ModelChange, error, error) {
	typed, err := form(i.c)
	if err != nil {
		return views.ModelForm{}, models.ModelChange{}, nil, err
	}
	view := views.ModelForm{
		Version: typed.Get("version"), ID: typed.Get("id"), Type: typed.Get("type"), Description: typed.Get("description"), Notes: typed.Get("notes"),
		Errors: map[string]string{}, Previewed: typed.Get("action") == "preview", AfterTheirs: typed.Get("theirs") != "",
	}
	var change models.ModelChange
	var description, notes error
	change.Description, description = models.ParseDescription("description", view.Description)
	change.Notes, notes = models.ParseNotes("notes", view.Notes)
	return view, change, problemsOf(description, notes), nil
}

// ModelCreate makes a model.
func (h *Handlers) ModelCreate(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	view, change, problems, err := i.readModelForm()
	if err != nil {
		return err
	}
	var slug, kind error
	change.Slug, slug = models.ParseSlug("id", view.ID)
	change.Type, kind = models.ParseModelType("type", view.Type)
	if view.Previewed {
		return i.modelPreviewed(view, problems)
	}
	if err = problemsOf(slug, kind, problems); err == nil {
		err = h.store.In(a).CreateModel(c.Request().Context(), r, change)
	}
	if err == nil {
		return h.seeWith(c, urls.Model.To(i.org(), i.app(), string(change.Slug)), "The model "+string(change.Slug)+" is created.")
	}
	return i.modelRefused(view, err)
}

// modelPreviewed shows the notes as they would look; nothing is saved, and what is wrong with them is said.
func (i inside) modelPreviewed(view views.ModelForm, problems error) error {
	if problems != nil {
		view.Previewed = false
		return i.modelRefused(view, problems)
	}
	view.Preview = i.rendered(view.Notes)
	view, err := i.modelForm(view)
	if err != nil {
		return err
	}
	return draw(i.c, views.ModelFormPage(view))
}

func (i inside) modelRefused(view views.ModelForm, err error) error {
	kind, err := noteEach(view.Errors, err)
	if err != nil {
		return err
	}
	if view, err = i.modelForm(view); err != nil {
		return err
	}
	return refuse(kind, views.ModelFormPage(view))
}

// ModelEdit draws the form with what is saved.
func (h *Handlers) ModelEdit(c echo.Context, a models.Actor, r models.Reached) error {
	m, err := h.store.In(a).Model(c.Request().Context(), r, c.Param("model"))
	if err != nil {
		return err
	}
	view, err := h.inside(c, a, r).modelForm(views.ModelForm{
		Editing: true, Version: strconv.Itoa(m.Version), ID: m.Slug, Description: m.Description, Notes: m.Notes, Errors: map[string]string{},
	})
	if err != nil {
		return err
	}
	return draw(c, views.ModelFormPage(view))
}

// ModelSave saves an edited model; when somebody else was faster it shows both.
func (h *Handlers) ModelSave(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	view, change, problems, err := i.readModelForm()
	if err != nil {
		return err
	}
	slug := c.Param("model")
	if err = problems; err == nil && !view.Previewed {
		err = h.store.In(a).EditModel(c.Request().Context(), r, slug, versionOf(view.Version), change)
	}
	if err == nil && !view.Previewed {
		return h.seeWith(c, urls.Model.To(i.org(), i.app(), slug), "The model is saved.")
	}
	now, gone := h.store.In(a).Model(c.Request().Context(), r, slug)
	if gone != nil {
		return gone
	}
	view.Editing, view.ID = true, now.Slug
	theirs := &views.ModelTexts{Description: now.Description, Notes: now.Notes}
	if view.Previewed {
		if view.AfterTheirs {
			view.Theirs = theirs
		}
		return i.modelPreviewed(view, problems)
	}
	if models.Is(err, models.Stale) {
		view.Version, view.Theirs = strconv.Itoa(now.Version), theirs
		if view, err = i.modelForm(view); err != nil {
			return err
		}
		return refuse(models.Stale, views.ModelFormPage(view))
	}
	return i.modelRefused(view, err)
}

// ModelDelete deletes a model when its ID was typed.
func (h *Handlers) ModelDelete(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	if err := h.store.In(a).DeleteModel(c.Request().Context(), r, c.Param("model"), typed.Get("confirm")); err != nil {
		return notDestroyed(err, func(why string) error {
			view, err := i.model()
			if err != nil {
				return err
			}
			view.Danger.Typed, view.Danger.Error = typed.Get("confirm"), why
			return refuse(models.Invalid, views.ModelPage(view))
		})
	}
	return h.seeWith(c, urls.Models.To(i.org(), i.app()), "The model "+c.Param("model")+" is deleted.")
}

// ModelVisibility changes who sees a model.
func (h *Handlers) ModelVisibility(c echo.Context, a models.Actor, r models.Reached) error {
	return h.inside(c, a, r).setVisibility(models.KindModel, c.Param("model"), views.AppModels, urls.Model, urls.ModelVisibility)
}

// ModelsDeletePage says what deleting all models would do, and asks.
func (h *Handlers) ModelsDeletePage(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.inside(c, a, r).modelsDelete("", "")
	if err != nil {
		return err
	}
	return draw(c, views.ModelsDeletePage(view))
}

func (i inside) modelsDelete(typed, why string) (views.ModelsDelete, error) {
	would, err := i.store.In(i.actor).ModelsToDelete(i.c.Request().Context(), i.reached)
	if err != nil {
		return views.ModelsDelete{}, err
	}
	list := urls.Models.To(i.org(), i.app())
	frame, err := i.appFrame(i.c, i.actor, i.reached, "Delete all models", views.AppModels, crumb("Models", list))
	consequence := fmt.Sprintf("%s will be gone for good.", plural(would.Models, "model", "models"))
	if would.Workflows > 0 {
		consequence += fmt.Sprintf(" %s them and will be marked deprecated, not deleted.", plural(would.Workflows, "workflow uses", "workflows use"))
	}
	zone := parts.DangerZone{
		Title: "Delete " + plural(would.Models, "model", "models"), Consequence: consequence, Action: urls.ModelsDelete.To(i.org(), i.app()), Confirm: i.app(),
		Typed: typed, Error: why, Label: "Delete all models",
	}
	if would.Models == 0 {
		zone.Title, zone.Consequence, zone.Disabled, zone.Reason = "Delete all models", "", true, "The app has no models."
	}
	return views.ModelsDelete{Page: frame.Page, Cancel: list, Danger: zone}, err
}

// ModelsDelete deletes all models when the app's ID was typed.
func (h *Handlers) ModelsDelete(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	did, err := h.store.In(a).DeleteAllModels(c.Request().Context(), r, typed.Get("confirm"))
	if err != nil {
		return notDestroyed(err, func(why string) error {
			view, err := i.modelsDelete(typed.Get("confirm"), why)
			if err != nil {
				return err
			}
			return refuse(models.Invalid, views.ModelsDeletePage(view))
		})
	}
	said := plural(did.Models, "model is", "models are") + " deleted."
	if did.Workflows > 0 {
		said += " " + plural(did.Workflows, "workflow is", "workflows are") + " marked deprecated."
	}
	return h.seeWith(c, urls.Models.To(i.org(), i.app()), said)
}

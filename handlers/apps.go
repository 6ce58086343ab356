package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// Apps draws the list of apps within the actor's reach.
func (h *Handlers) Apps(c echo.Context, a models.Actor) error {
	filter := models.AppFilter{Query: queryOf(c), Sort: models.AppSort(c.QueryParam("sort")), Page: pageOf(c)}
	if v, known := models.ParseVisibility(c.QueryParam("visibility")); known {
		filter.Visibility = &v
	}
	listed, err := h.store.In(a).AppsReached(c.Request().Context(), filter)
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Apps", navApps)
	if err != nil {
		return err
	}
	view := views.Apps{
		Page: frame.Page, Query: filter.Query, Sort: string(models.AppsBySlug), Listing: c.QueryParams(), Pager: pager(c, listed.Newer, listed.Older),
		Filtered: filter.Query != "" || filter.Visibility != nil, Creates: a.May(authz.AppsCreate),
	}
	switch filter.Sort {
	case models.AppsFromLast, models.AppsOldest, models.AppsNewest, models.AppsBySlug:
		view.Sort = string(filter.Sort)
	}
	if filter.Visibility != nil {
		view.Visibility = models.VisibilityKey(*filter.Visibility)
	}
	for _, v := range visibilities() {
		view.Visibilities = append(view.Visibilities, views.Option{Value: models.VisibilityKey(v), Label: views.VisibilityLabel(v)})
	}
	for _, app := range listed.Rows {
		row := appRow(app.App)
		row.Teams, row.Collaborators = upTo(app.Teams), upTo(app.Collaborators)
		row.Through = views.Through(grantsOf(app.Reached))
		view.Rows = append(view.Rows, row)
	}
	return draw(c, views.AppsPage(view))
}

func visibilities() []authz.Visibility {
	return []authz.Visibility{authz.Private, authz.Organization, authz.Public}
}

// upTo is a number of a list, which stops counting somewhere.
func upTo(n int) string {
	if n >= models.MostCounted {
		return strconv.Itoa(models.MostCounted-1) + "+"
	}
	return strconv.Itoa(n)
}

func appRow(app models.App) views.AppRow {
	return views.AppRow{
		URL: urls.App.To(app.Organization.Slug, app.Slug), Slug: app.Slug, Organization: app.Organization.Name, Description: app.Description,
		Visibility: app.Visibility, Updated: app.UpdatedAt, Created: app.CreatedAt,
	}
}

// grantsOf is everything that opens the app, in words.
func grantsOf(r models.Reached) []views.Grant {
	var grants []views.Grant
	for _, reason := range r.Decide(authz.SidebarView).Because {
		grants = append(grants, views.Grant{Origin: reason.Origin, Team: reason.Team, Column: reason.Column})
	}
	return grants
}

// App draws one app: what it is, every grant that reaches it, and what follows from them.
func (h *Handlers) App(c echo.Context, a models.Actor, r models.Reached) error {
	details, err := h.store.In(a).AppDetails(c.Request().Context(), r)
	if err != nil {
		return err
	}
	frame, err := h.appFrame(c, a, r, r.App.Slug, views.AppOverview)
	if err != nil {
		return err
	}
	org, app := a.Organization.Slug, r.App.Slug
	view := views.App{
		Page: frame.Page, Row: appRow(r.App), WhyURL: urls.AppAccess.To(org, app), Grants: grantsOf(r), CreatedBy: details.CreatedBy, BaseWorkflow: baseOf(r.App).Label,
		Teams: details.Teams, Collaborators: details.Collaborators,
		Notes: h.rendered(details.Notes.Text), NotesEdited: details.Notes.EditedAt, NotesEditor: details.Notes.EditedBy,
	}
	if r.May(authz.AppDescriptionEdit) {
		view.DescriptionURL = urls.AppDescription.To(org, app)
	}
	if r.May(authz.AppNotesEdit) {
		view.NotesURL = urls.AppNotes.To(org, app)
	}
	for _, table := range authz.Tables() {
		for _, scope := range table.Scopes() {
			if scope.Level() == authz.OfApp {
				view.Scopes = append(view.Scopes, views.ScopeAnswer{Label: scope.Label(), Allowed: r.May(scope)})
			}
		}
	}
	return draw(c, views.AppPage(view))
}

// AppNew draws the form of an app.
func (h *Handlers) AppNew(c echo.Context, a models.Actor) error {
	view, err := h.appForm(c, a, views.AppForm{BaseWorkflow: string(models.UniversalWorkflow)})
	if err != nil {
		return err
	}
	return draw(c, views.AppNewPage(view))
}

func (h *Handlers) appForm(c echo.Context, a models.Actor, typed views.AppForm) (views.AppForm, error) {
	frame, err := h.organizationFrame(c, a, "Create app", navApps, crumb("Apps", urls.Apps.To(a.Organization.Slug)))
	typed.Page, typed.BaseWorkflows = frame.Page, baseWorkflowChoices()
	if typed.Errors == nil {
		typed.Errors = map[string]string{}
	}
	return typed, err
}

// ownBase is the key of an app's own base workflow, where a choice is between it and the built-in ones.
const ownBase = "own"

// baseOf is what the app starts from.
func baseOf(app models.App) views.BaseWorkflow {
	if app.OwnBase != "" {
		return views.BaseWorkflow{Key: ownBase, Label: app.OwnBase, Meaning: "A workflow of this app. Another one is chosen on its own page."}
	}
	return views.BaseWorkflow{Key: string(app.BaseWorkflow), Label: app.BaseWorkflow.Label(), Meaning: app.BaseWorkflow.Meaning()}
}

func baseWorkflowChoices() []views.BaseWorkflow {
	var choices []views.BaseWorkflow
	for _, w := range models.BaseWorkflows() {
		choices = append(choices, views.BaseWorkflow{Key: string(w), Label: w.Label(), Meaning: w.Meaning()})
	}
	return choices
}

// AppCreate makes an app, which is private until somebody changes that.
func (h *Handlers) AppCreate(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view := views.AppForm{ID: typed.Get("id"), Description: typed.Get("description"), BaseWorkflow: typed.Get("base_workflow"), Errors: map[string]string{}}
	draft, problems := checkApp(view)
	if len(problems) == 0 {
		err = h.store.In(a).CreateApp(c.Request().Context(), draft)
		if err == nil {
			return h.seeWith(c, urls.App.To(a.Organization.Slug, string(draft.Slug)), string(draft.Slug)+" is created. Only those you give it to can open it.")
		}
		problems = append(problems, err)
	}
	if view, err = h.appForm(c, a, view); err != nil {
		return err
	}
	kind, err := noteAt(view.Errors, problems...)
	if err != nil {
		return err
	}
	return refuse(kind, views.AppNewPage(view))
}

// checkApp makes what is saved of what was typed.
func checkApp(typed views.AppForm) (draft models.AppDraft, problems []error) {
	var errs [3]error
	draft.Slug, errs[0] = models.ParseSlug("id", typed.ID)
	draft.Description, errs[1] = models.ParseDescription("description", typed.Description)
	draft.BaseWorkflow, errs[2] = models.ParseBaseWorkflow("base_workflow", typed.BaseWorkflow)
	for _, err := range errs {
		if err != nil {
			problems = append(problems, err)
		}
	}
	return draft, problems
}

// noteAt puts refusals beside their fields, and returns the kind of the first. What is none, or belongs to no field, is returned as it came.
func noteAt(errors map[string]string, problems ...error) (models.Kind, error) {
	var kind models.Kind
	for _, err := range problems {
		refusal, refused := models.RefusalOf(err)
		if !refused || refusal.Field == "" {
			return 0, err
		}
		errors[refusal.Field] = refusal.Sentence
		if kind == 0 {
			kind = refusal.Kind
		}
	}
	return kind, nil
}

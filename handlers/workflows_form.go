package handlers

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/internal/workflowyaml"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// WorkflowNew draws the form of a new workflow.
func (h *Handlers) WorkflowNew(c echo.Context, a models.Actor, r models.Reached) error {
	return h.inside(c, a, r).drawWorkflowForm(views.WorkflowForm{Rows: make([]views.NodeRow, 1), Errors: map[string]string{}})
}

// WorkflowEdit draws the form with what is saved.
func (h *Handlers) WorkflowEdit(c echo.Context, a models.Actor, r models.Reached) error {
	w, err := h.store.In(a).Workflow(c.Request().Context(), r, c.Param("workflow"))
	if err != nil {
		return err
	}
	return h.inside(c, a, r).drawWorkflowForm(views.WorkflowForm{
		Editing: true, Version: strconv.Itoa(w.Version), ID: w.Slug, Description: w.Description, Rows: nodeRows(w.Nodes), Errors: map[string]string{},
	})
}

func nodeRows(nodes []models.Node) []views.NodeRow {
	rows := make([]views.NodeRow, 0, len(nodes))
	for _, n := range nodes {
		rows = append(rows, views.NodeRow{ID: n.ID, Model: n.Model.String(), Inputs: strings.Join(n.Inputs, ", ")})
	}
	return rows
}

// workflowForm puts the frame around what was typed.
func (i inside) workflowForm(view views.WorkflowForm) (views.WorkflowForm, error) {
	list := urls.Workflows.To(i.org(), i.app())
	title, trail := "Create workflow", []parts.Crumb{crumb("Workflows", list)}
	view.Action, view.Cancel = urls.WorkflowNew.To(i.org(), i.app()), list
	if view.Editing {
		view.Cancel = urls.Workflow.To(i.org(), i.app(), view.ID)
		title, trail, view.Action = "Edit", append(trail, crumb(view.ID, view.Cancel)), urls.WorkflowEdit.To(i.org(), i.app(), view.ID)
	}
	if len(view.Rows) == 0 {
		view.Rows = make([]views.NodeRow, 1)
	}
	view.Full = len(view.Rows) >= models.MaxNodes
	var err error
	if view.Models, err = i.store.In(i.actor).ModelNames(i.c.Request().Context(), i.reached); err != nil {
		return view, err
	}
	frame, err := i.appFrame(i.c, i.actor, i.reached, title, views.AppWorkflows, trail...)
	view.Page = frame.Page
	return view, err
}

func (i inside) drawWorkflowForm(view views.WorkflowForm) error {
	view, err := i.workflowForm(view)
	if err != nil {
		return err
	}
	return draw(i.c, views.WorkflowFormPage(view))
}

func (i inside) refuseWorkflowForm(kind models.Kind, view views.WorkflowForm) error {
	view, err := i.workflowForm(view)
	if err != nil {
		return err
	}
	return refuse(kind, views.WorkflowFormPage(view))
}

// readRows reads the rows as they were typed; more than a form can hold are cut off.
func readRows(typed url.Values) []views.NodeRow {
	ids, names, inputs := typed["node"], typed["model"], typed["inputs"]
	rows := make([]views.NodeRow, min(max(len(ids), len(names), len(inputs)), 2*models.MaxNodes))
	for n := range rows {
		for from, into := range map[*string][]string{&rows[n].ID: ids, &rows[n].Model: names, &rows[n].Inputs: inputs} {
			if n < len(into) {
				*from = into[n]
			}
		}
	}
	return rows
}

// reshaped does what a button of the form asks for other than saving: it says whether that is all.
func reshaped(view *views.WorkflowForm, action string) bool {
	switch row, removes := strings.CutPrefix(action, "remove-"); {
	case removes:
		if n, err := strconv.Atoi(row); err == nil && n >= 1 && n <= len(view.Rows) {
			view.Rows = slices.Delete(view.Rows, n-1, n)
		}
		return true
	case action == "add":
		if len(view.Rows) < models.MaxNodes {
			view.Rows = append(view.Rows, views.NodeRow{})
		}
		return true
	case action == "read":
		readYAML(view)
		return true
	}
	return false
}

// readYAML makes the rows those of the file. A description of the form stays unless the file has one; the identifier of a workflow that is
// edited cannot be changed by a file either.
func readYAML(view *views.WorkflowForm) {
	file, err := workflowyaml.Read(view.YAML)
	var refused *workflowyaml.Error
	switch {
	case errors.As(err, &refused):
		view.Errors["yaml"] = refused.Error()
		return
	case view.Editing && file.ID != "" && !strings.EqualFold(file.ID, view.ID):
		view.Errors["yaml"] = "This file is of another workflow, “" + file.ID + "”. Take its id out to use its nodes here."
		return
	}
	view.Rows, view.Read, view.YAML = nil, true, ""
	for _, n := range file.Nodes {
		view.Rows = append(view.Rows, views.NodeRow{ID: n.ID, Model: n.Model, Inputs: strings.Join(n.Inputs, ", ")})
	}
	if !view.Editing && file.ID != "" {
		view.ID = file.ID
	}
	if file.Description != "" {
		view.Description = file.Description
	}
}

// readNodes makes nodes of rows. A row in which nothing was typed is none, so that the last one may stay empty.
func readNodes(view *views.WorkflowForm) ([]models.Node, error) {
	view.Rows = slices.DeleteFunc(view.Rows, func(row views.NodeRow) bool { return strings.TrimSpace(row.ID+row.Model+row.Inputs) == "" })
	var problems []error
	nodes := make([]models.Node, 0, len(view.Rows))
	for n, row := range view.Rows {
		named, err := models.ParseModelRef(models.NodeField("model", n+1), row.Model)
		problems = append(problems, err)
		nodes = append(nodes, models.Node{
			ID: strings.TrimSpace(row.ID), Model: named, Inputs: strings.FieldsFunc(row.Inputs, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }),
		})
	}
	checked, err := models.CheckNodes(nodes)
	return checked, problemsOf(append(problems, err)...)
}

func (i inside) readWorkflowForm() (views.WorkflowForm, string, error) {
	typed, err := form(i.c)
	if err != nil {
		return views.WorkflowForm{}, "", err
	}
	return views.WorkflowForm{
		Version: typed.Get("version"), ID: typed.Get("id"), Description: typed.Get("description"), Rows: readRows(typed), YAML: typed.Get("yaml"),
		Errors: map[string]string{},
	}, typed.Get("action"), nil
}

// WorkflowCreate makes a workflow, or adds and removes rows of its form.
func (h *Handlers) WorkflowCreate(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	view, action, err := i.readWorkflowForm()
	if err != nil {
		return err
	}
	if reshaped(&view, action) {
		return i.drawReshaped(view)
	}
	var change models.WorkflowChange
	var slug, description, nodes error
	change.Slug, slug = models.ParseSlug("id", view.ID)
	change.Description, description = models.ParseDescription("description", view.Description)
	change.Nodes, nodes = readNodes(&view)
	if err = problemsOf(slug, description, nodes); err == nil {
		err = h.store.In(a).CreateWorkflow(c.Request().Context(), r, change)
	}
	if err == nil {
		return h.seeWith(c, urls.Workflow.To(i.org(), i.app(), string(change.Slug)), "The workflow "+string(change.Slug)+" is created.")
	}
	kind, err := noteEach(view.Errors, err)
	if err != nil {
		return err
	}
	return i.refuseWorkflowForm(kind, view)
}

func (i inside) drawReshaped(view views.WorkflowForm) error {
	if len(view.Errors) > 0 {
		return i.refuseWorkflowForm(models.Invalid, view)
	}
	return i.drawWorkflowForm(view)
}

// WorkflowSave saves an edited workflow; when somebody else was faster it shows both.
func (h *Handlers) WorkflowSave(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	view, action, err := i.readWorkflowForm()
	if err != nil {
		return err
	}
	now, err := h.store.In(a).Workflow(c.Request().Context(), r, c.Param("workflow"))
	if err != nil {
		return err
	}
	view.Editing, view.ID = true, now.Slug
	if reshaped(&view, action) {
		return i.drawReshaped(view)
	}
	var change models.WorkflowChange
	var description, nodes error
	change.Description, description = models.ParseDescription("description", view.Description)
	change.Nodes, nodes = readNodes(&view)
	if err = problemsOf(description, nodes); err == nil {
		err = h.store.In(a).EditWorkflow(c.Request().Context(), r, now.Slug, versionOf(view.Version), change)
	}
	if err == nil {
		return h.seeWith(c, urls.Workflow.To(i.org(), i.app(), now.Slug), "The workflow is saved.")
	}
	if models.Is(err, models.Stale) {
		if now, err = h.store.In(a).Workflow(c.Request().Context(), r, now.Slug); err != nil {
			return err
		}
		view.Version, view.Theirs = strconv.Itoa(now.Version), &views.WorkflowTexts{Description: now.Description, Nodes: nodeRows(now.Nodes)}
		return i.refuseWorkflowForm(models.Stale, view)
	}
	kind, err := noteEach(view.Errors, err)
	if err != nil {
		return err
	}
	return i.refuseWorkflowForm(kind, view)
}

package handlers

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/internal/workflowyaml"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// Workflows draws the list of an app's workflows.
func (h *Handlers) Workflows(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	listed, err := h.store.In(a).Workflows(c.Request().Context(), r, i.filter())
	if err != nil {
		return err
	}
	var rows []views.ResourceRow
	for _, w := range listed.Rows {
		row := i.row(w.Resource, urls.Workflow)
		row.Sort, row.States = strconv.Itoa(w.NodeCount), statesOf(w)
		rows = append(rows, row)
	}
	return i.list(views.WorkflowWords(), views.AppWorkflows, urls.Workflows, urls.WorkflowNew, authz.WorkflowsCreate, listed.Newer, listed.Older, rows)
}

func statesOf(w models.Workflow) []parts.Pill {
	var states []parts.Pill
	if w.Deprecated() {
		states = append(states, parts.Pill{Label: "Deprecated", Tone: parts.Warn})
	}
	if w.Base {
		states = append(states, parts.Pill{Label: "Base workflow", Tone: parts.OK})
	}
	return states
}

// Workflow draws one workflow with its graph.
func (h *Handlers) Workflow(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.inside(c, a, r).workflow()
	if err != nil {
		return err
	}
	return draw(c, views.WorkflowPage(view))
}

func (i inside) workflow() (views.Workflow, error) {
	w, err := i.store.In(i.actor).Workflow(i.c.Request().Context(), i.reached, i.c.Param("workflow"))
	if err != nil {
		return views.Workflow{}, err
	}
	frame, err := i.appFrame(i.c, i.actor, i.reached, w.Slug, views.AppWorkflows, crumb("Workflows", urls.Workflows.To(i.org(), i.app())))
	frame.Page.Path = urls.Workflow.To(i.org(), i.app(), w.Slug)
	view := views.Workflow{
		Page: frame.Page, Head: i.head(w.Resource, authz.WorkflowsCreate, urls.WorkflowEdit), Deprecated: w.DeprecatedAt,
		File: urls.WorkflowFile.To(i.org(), i.app(), w.Slug), Created: w.CreatedAt, Updated: w.UpdatedAt,
		Visibility: i.visibility(w.Resource, urls.WorkflowVisibility),
		Danger:     i.zone(authz.WorkflowsCreate, urls.WorkflowDelete, w.Slug, "workflow", "Its graph is gone for good. The models stay."),
	}
	view.Head.States = statesOf(w)
	if action := i.address(authz.BaseWorkflowEdit, urls.WorkflowBase, w.Slug); action != "" {
		view.Base = &views.BaseChoice{Action: action, Is: w.Base}
		if refusal, refused := models.RefusalOf(w.MayBeBase()); refused {
			view.Base.Reason = refusal.Sentence
		}
	}
	if refusal, refused := models.RefusalOf(w.MayDelete()); refused {
		view.Danger.Disabled, view.Danger.Reason = true, refusal.Sentence
	}
	for _, n := range w.Nodes {
		node := views.WorkflowNode{ID: n.ID, Model: n.Model.String(), Type: n.Type.Label(), Inputs: n.Inputs, Lost: n.Lost}
		if n.Readable {
			app := n.Model.App
			if app == "" {
				app = i.app()
			}
			node.ModelURL = urls.Model.To(i.org(), app, n.Model.Model)
		}
		view.Nodes = append(view.Nodes, node)
	}
	return view, err
}

// WorkflowFile gives a workflow as YAML, which the log tells.
func (h *Handlers) WorkflowFile(c echo.Context, a models.Actor, r models.Reached) error {
	w, err := h.store.In(a).ExportWorkflow(c.Request().Context(), r, c.Param("workflow"))
	if err != nil {
		return err
	}
	file := workflowyaml.File{ID: w.Slug, Description: w.Description}
	for _, n := range w.Nodes {
		file.Nodes = append(file.Nodes, workflowyaml.Node{ID: n.ID, Model: n.Model.String(), Inputs: n.Inputs})
	}
	text, err := workflowyaml.Write(file)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+w.Slug+`.yaml"`)
	return c.Blob(http.StatusOK, "application/yaml; charset=utf-8", []byte(text))
}

// WorkflowDelete deletes a workflow when its ID was typed.
func (h *Handlers) WorkflowDelete(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	if err := h.store.In(a).DeleteWorkflow(c.Request().Context(), r, c.Param("workflow"), typed.Get("confirm")); err != nil {
		return notDestroyed(err, func(why string) error {
			view, err := i.workflow()
			if err != nil {
				return err
			}
			view.Danger.Typed, view.Danger.Error = typed.Get("confirm"), why
			return refuse(models.Invalid, views.WorkflowPage(view))
		})
	}
	return h.seeWith(c, urls.Workflows.To(i.org(), i.app()), "The workflow "+c.Param("workflow")+" is deleted.")
}

// WorkflowVisibility changes who sees a workflow.
func (h *Handlers) WorkflowVisibility(c echo.Context, a models.Actor, r models.Reached) error {
	return h.inside(c, a, r).setVisibility(models.KindWorkflow, c.Param("workflow"), views.AppWorkflows, urls.Workflow, urls.WorkflowVisibility)
}

// WorkflowBase makes a workflow the base of its app, or no longer.
func (h *Handlers) WorkflowBase(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	slug, said := c.Param("workflow"), "The app starts from a built-in workflow again."
	if typed.Get("base") == "yes" {
		said = slug + " is the base workflow now."
		err = h.store.In(a).UseAsBaseWorkflow(c.Request().Context(), r, slug)
	} else {
		err = h.store.In(a).LeaveBaseWorkflow(c.Request().Context(), r, slug)
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Workflow.To(i.org(), i.app(), slug), said)
}

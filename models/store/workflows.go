package store

import (
	"context"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type workflowRow struct {
	Resource     resourceRow `gorm:"embedded"`
	DeprecatedAt moment      `gorm:"column:deprecated_at"`
}

func (workflowRow) TableName() string { return "workflows" }

// workflowListRow is a workflow with what is said of it in a list.
type workflowListRow struct {
	Workflow workflowRow `gorm:"embedded"`
	Nodes    int         `gorm:"column:nodes"`
	Base     bool        `gorm:"column:base"`
}

var workflowKind = kind{name: models.KindWorkflow, table: "workflows", columns: `, x.deprecated_at,
	(SELECT count(*) FROM workflow_nodes n WHERE n.workflow_id = x.id) AS nodes,
	EXISTS (SELECT 1 FROM base_workflows b WHERE b.app_id = x.app_id AND b.workflow_id = x.id) AS base`}

func (r workflowListRow) noun(app models.App) models.Workflow {
	return models.Workflow{Resource: r.Workflow.Resource.noun(app), DeprecatedAt: r.Workflow.DeprecatedAt.Time, NodeCount: r.Nodes, Base: r.Base}
}

// Workflows returns a page of an app's workflows that the person sees, without their nodes.
func (t Tenant) Workflows(ctx context.Context, r models.Reached, filter models.ResourceFilter) (models.Listed[models.Workflow], error) {
	return listIn(ctx, t, workflowKind, r, filter, func(row workflowListRow) resourceRow { return row.Workflow.Resource },
		func(row workflowListRow) models.Workflow { return row.noun(r.App) })
}

// Workflow returns one of them with its nodes, or models.ErrNotFound.
func (t Tenant) Workflow(ctx context.Context, r models.Reached, slug string) (models.Workflow, error) {
	workflow, err := t.workflow(t.store.read(ctx), r, slug, "")
	return workflow, fault("workflow", err)
}

// ExportWorkflow returns a workflow to be taken away, which is recorded, unless a stranger takes what is public: the organization is not told who
// that is (ADR 0022).
func (t Tenant) ExportWorkflow(ctx context.Context, r models.Reached, slug string) (workflow models.Workflow, err error) {
	err = t.writeIn(ctx, "export workflow", authz.SidebarView, r.App.ID, func(u *unit, r models.Reached) error {
		var err error
		if workflow, err = t.workflow(u, r, slug, ""); err != nil {
			return err
		}
		if !t.actor.Role.Valid() && r.Object.App.Collaborator == 0 {
			return nil
		}
		return u.record([]string{t.organization()}, t.about(models.ActionWorkflowExported, workflowKind, r.App, resourceRow{ID: workflow.ID, Slug: workflow.Slug}))
	})
	return workflow, err
}

func (t Tenant) workflow(u *unit, r models.Reached, slug, lock string) (models.Workflow, error) {
	var row workflowListRow
	if err := t.oneIn(u, workflowKind, r, slug, &row, lock); err != nil {
		return models.Workflow{}, err
	}
	workflow := row.noun(r.App)
	var err error
	workflow.Nodes, err = t.nodesOf(u, r, workflow.ID)
	return workflow, err
}

// CreateWorkflow makes a workflow in the app. The nodes went through models.CheckNodes; whether their models are there is looked up here, and
// every problem comes back at once.
func (t Tenant) CreateWorkflow(ctx context.Context, r models.Reached, in models.WorkflowChange) error {
	return t.writeIn(ctx, "create workflow", authz.WorkflowsCreate, r.App.ID, func(u *unit, r models.Reached) error {
		nodes, err := t.withModels(u, r, in.Nodes, nil)
		if err != nil {
			return err
		}
		row := workflowRow{Resource: t.newResource(u, r.App, in.Slug, in.Description)}
		if err := u.insert(&row); err != nil {
			return err
		}
		if err := t.keepNodes(u, row.Resource.ID, nodes); err != nil {
			return err
		}
		e := t.about(models.ActionWorkflowCreated, workflowKind, r.App, row.Resource)
		_, e.After = differences(nil, describedWorkflow(row.Resource.Slug, row.Resource.Description, nodes))
		return u.record([]string{t.organization()}, e)
	})
}

// EditWorkflow saves a change made to that version; to another it is models.Stale. A node may keep a model that the person cannot read, if
// the workflow uses it already. What is saved is deprecated no longer: each of its models is there.
func (t Tenant) EditWorkflow(ctx context.Context, r models.Reached, slug string, version int, in models.WorkflowChange) error {
	return t.writeIn(ctx, "edit workflow", authz.WorkflowsCreate, r.App.ID, func(u *unit, r models.Reached) error {
		was, err := t.workflow(u, r, slug, "")
		if err != nil {
			return err
		}
		if was.Version != version {
			return errStale(models.KindWorkflow)
		}
		nodes, err := t.withModels(u, r, in.Nodes, was.Nodes)
		if err != nil {
			return err
		}
		before, after := describedWorkflow(was.Slug, was.Description, was.Nodes), describedWorkflow(was.Slug, in.Description, nodes)
		before, after = differences(before, after)
		if len(after) == 0 {
			return nil
		}
		err = u.do(
			stmt(`UPDATE workflows SET description = ?, search = ?, deprecated_at = NULL, version = version + 1, updated_at = ? WHERE organization_id = ? AND id = ?`,
				in.Description, resourceSearch(was.Slug, in.Description), u.now, t.organization(), was.ID),
			stmt("DELETE FROM workflow_nodes WHERE organization_id = ? AND workflow_id = ?", t.organization(), was.ID),
		)
		if err != nil {
			return err
		}
		if err := t.keepNodes(u, was.ID, nodes); err != nil {
			return err
		}
		e := t.about(models.ActionWorkflowEdited, workflowKind, r.App, resourceRow{ID: was.ID, Slug: was.Slug})
		e.Before, e.After = before, after
		return u.record([]string{t.organization()}, e)
	})
}

// DeleteWorkflow deletes a workflow that is not the base of its app. typed is its identifier.
func (t Tenant) DeleteWorkflow(ctx context.Context, r models.Reached, slug, typed string) error {
	return t.writeIn(ctx, "delete workflow", authz.WorkflowsCreate, r.App.ID, func(u *unit, r models.Reached) error {
		was, err := t.workflow(u, r, slug, u.dialect.forUpdate("x"))
		if err != nil {
			return err
		}
		if err := was.MayDelete(); err != nil {
			return err
		}
		if err := confirmed(typed, was.Slug); err != nil {
			return err
		}
		err = u.do(
			stmt("DELETE FROM workflow_nodes WHERE organization_id = ? AND workflow_id = ?", t.organization(), was.ID),
			stmt("DELETE FROM workflows WHERE organization_id = ? AND id = ?", t.organization(), was.ID),
		)
		if err != nil {
			return err
		}
		e := t.about(models.ActionWorkflowDeleted, workflowKind, r.App, resourceRow{ID: was.ID, Slug: was.Slug})
		e.Before, _ = differences(describedWorkflow(was.Slug, was.Description, was.Nodes), nil)
		return u.record([]string{t.organization()}, e)
	})
}

// describedWorkflow is what the audit log keeps of a workflow: the nodes one after the other, as "crop = crop-model (detect)".
func describedWorkflow(slug, description string, nodes []models.Node) map[string]string {
	said := make([]string, 0, len(nodes))
	for _, n := range nodes {
		text := n.ID + " = " + n.Model.String()
		if n.Lost {
			text += " (deleted)"
		}
		if len(n.Inputs) > 0 {
			text += " ← " + strings.Join(n.Inputs, ", ")
		}
		said = append(said, text)
	}
	return map[string]string{"id": slug, "description": description, "nodes": strings.Join(said, "; ")}
}

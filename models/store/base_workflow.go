package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// UseAsBaseWorkflow makes one of the app's own workflows the one that it starts from, in place of whichever was.
func (t Tenant) UseAsBaseWorkflow(ctx context.Context, r models.Reached, slug string) error {
	return t.writeIn(ctx, "use as base workflow", authz.BaseWorkflowEdit, r.App.ID, func(u *unit, r models.Reached) error {
		var row workflowListRow
		if err := t.oneIn(u, workflowKind, r, slug, &row, u.dialect.forShare("x")); err != nil {
			return err
		}
		workflow := row.noun(r.App)
		if err := workflow.MayBeBase(); err != nil || workflow.Base {
			return err
		}
		before, err := t.leaveBaseWorkflow(u, r.App.ID)
		if err != nil {
			return err
		}
		if err := u.insert(&baseRow{AppID: r.App.ID, WorkflowID: workflow.ID}); err != nil {
			return err
		}
		return t.recordBase(u, r, before, "workflow "+workflow.Slug)
	})
}

// LeaveBaseWorkflow lets the app start from a built-in workflow again, if this one is its base.
func (t Tenant) LeaveBaseWorkflow(ctx context.Context, r models.Reached, slug string) error {
	return t.writeIn(ctx, "leave base workflow", authz.BaseWorkflowEdit, r.App.ID, func(u *unit, r models.Reached) error {
		var row workflowListRow
		if err := t.oneIn(u, workflowKind, r, slug, &row, u.dialect.forShare("x")); err != nil || !row.Base {
			return err
		}
		before, err := t.leaveBaseWorkflow(u, r.App.ID)
		if err != nil {
			return err
		}
		return t.recordBase(u, r, before, builtIn)
	})
}

// builtIn is how the audit log calls whichever built-in workflow an app starts from.
const builtIn = "built-in"

// leaveBaseWorkflow takes the app's own base away, if it has one, and says what it started from. The app's row is locked.
func (t Tenant) leaveBaseWorkflow(u *unit, appID string) (string, error) {
	var slug string
	own, err := u.found(&slug, "SELECT w.slug FROM base_workflows b JOIN workflows w ON w.id = b.workflow_id WHERE w.organization_id = ? AND b.app_id = ?", t.organization(), appID)
	if err != nil || !own {
		return builtIn, err
	}
	return "workflow " + slug, u.do(stmt("DELETE FROM base_workflows WHERE app_id = ?", appID))
}

func (t Tenant) recordBase(u *unit, r models.Reached, before, after string) error {
	e := on(entry(t.actor.Person, models.ActionOwnBaseWorkflow), "app", r.App.ID, r.App.Slug)
	e.Before, e.After = map[string]string{"base workflow": before}, map[string]string{"base workflow": after}
	return u.record([]string{t.organization()}, e)
}

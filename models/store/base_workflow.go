package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// UseAsBaseWorkflow makes one of the app's own workflows the one that it starts from, in place of whichever was.
func (t Tenant) UseAsBaseWorkflow(ctx context.Context, r models.Reached, slug string) error {
	return t.changeBase(ctx, r, slug, func(u *unit, w models.Workflow) (own string, err error) {
		if err := w.MayBeBase(); err != nil {
			return "", err
		}
		err = u.do(stmt("DELETE FROM base_workflows WHERE app_id = ?", w.AppID))
		if err == nil {
			err = u.insert(&baseRow{AppID: w.AppID, WorkflowID: w.ID})
		}
		return w.Slug, err
	})
}

// LeaveBaseWorkflow lets the app start from its built-in workflow again, if this one is its base.
func (t Tenant) LeaveBaseWorkflow(ctx context.Context, r models.Reached, slug string) error {
	return t.changeBase(ctx, r, slug, func(u *unit, w models.Workflow) (string, error) {
		return "", u.do(stmt("DELETE FROM base_workflows WHERE app_id = ? AND workflow_id = ?", w.AppID, w.ID))
	})
}

// changeBase makes one change of what the app starts from, and says which workflow of its own that is then. What changes nothing is not done.
func (t Tenant) changeBase(ctx context.Context, r models.Reached, slug string, change func(*unit, models.Workflow) (string, error)) error {
	return t.writeIn(ctx, "change base workflow", authz.BaseWorkflowEdit, r.App.ID, func(u *unit, r models.Reached) error {
		var row workflowListRow
		if err := t.oneIn(u, workflowKind, r, slug, &row, u.dialect.forShare("x")); err != nil {
			return err
		}
		is := r.App
		own, err := change(u, row.noun(r.App))
		if err != nil {
			return err
		}
		if own != "" || row.Base {
			is.OwnBase = own
		}
		if is == r.App {
			return nil
		}
		if err := u.do(stmt("UPDATE apps SET version = version + 1, updated_at = ? WHERE organization_id = ? AND id = ?", u.now, t.organization(), is.ID)); err != nil {
			return err
		}
		before, after := differences(describedApp(r.App), describedApp(is))
		return t.recordApp(u, models.ActionBaseWorkflowChanged, is, before, after)
	})
}

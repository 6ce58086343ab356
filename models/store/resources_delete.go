package store

import (
	"context"

	"gatehouse/models"
)

// resourceCounts are how many things an app holds, and what elsewhere goes or stops working with them.
const resourceCounts = `SELECT
	(SELECT count(*) FROM models m WHERE m.organization_id = ? AND m.app_id = ?) AS models,
	(SELECT count(*) FROM workflows w WHERE w.organization_id = ? AND w.app_id = ?) AS workflows,
	(SELECT count(*) FROM modules m WHERE m.organization_id = ? AND m.app_id = ?) AS modules,
	(SELECT count(*) FROM module_installs i WHERE i.organization_id = ? AND i.app_id = ?) AS installs,
	(SELECT count(*) FROM modules m JOIN module_versions v ON v.module_id = m.id JOIN module_installs i ON i.version_id = v.id
		WHERE m.organization_id = ? AND m.app_id = ? AND i.app_id <> m.app_id) AS installs_elsewhere,
	(SELECT count(DISTINCT w.id) FROM models m JOIN workflow_nodes n ON n.model_id = m.id JOIN workflows w ON w.id = n.workflow_id
		WHERE m.organization_id = ? AND m.app_id = ? AND w.app_id <> m.app_id) AS workflows_elsewhere`

func (t Tenant) resourceCounts(u *unit, appID string) (models.ResourceCounts, error) {
	var row struct {
		Models             int `gorm:"column:models"`
		Workflows          int `gorm:"column:workflows"`
		Modules            int `gorm:"column:modules"`
		Installs           int `gorm:"column:installs"`
		InstallsElsewhere  int `gorm:"column:installs_elsewhere"`
		WorkflowsElsewhere int `gorm:"column:workflows_elsewhere"`
	}
	var args []any
	for range 6 {
		args = append(args, t.organization(), appID)
	}
	err := u.one(&row, resourceCounts, args...)
	return models.ResourceCounts(row), err
}

// ResourceCounts returns how many things the app holds.
func (t Tenant) ResourceCounts(ctx context.Context, r models.Reached) (models.ResourceCounts, error) {
	counts, err := t.resourceCounts(t.store.read(ctx), r.App.ID)
	return counts, fault("resource counts", err)
}

// deleteResources deletes everything that an app holds, with the installs of its modules elsewhere; workflows elsewhere that used its models
// are marked deprecated. The app's row is locked.
func (t Tenant) deleteResources(u *unit, appID string) error {
	of := func(sql string) statement { return stmt(sql, t.organization(), appID) }
	err := u.do(
		of("DELETE FROM module_installs WHERE organization_id = ? AND app_id = ?"),
		stmt("DELETE FROM base_workflows WHERE app_id = ?", appID),
		of("DELETE FROM workflow_nodes WHERE workflow_id IN (SELECT w.id FROM workflows w WHERE w.organization_id = ? AND w.app_id = ?)"),
		of("DELETE FROM workflows WHERE organization_id = ? AND app_id = ?"),
	)
	if err != nil {
		return err
	}
	if _, _, err := t.dropVersions(u, "v.module_id IN (SELECT m.id FROM modules m WHERE m.app_id = ?)", appID); err != nil {
		return err
	}
	if err := u.do(of("DELETE FROM modules WHERE organization_id = ? AND app_id = ?")); err != nil {
		return err
	}
	_, err = t.loseModels(u, "m.app_id = ?", appID)
	return err
}

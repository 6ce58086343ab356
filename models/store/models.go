package store

import (
	"context"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type modelRow struct {
	Resource resourceRow `gorm:"embedded"`
	Type     string      `gorm:"column:type"`
	Notes    string      `gorm:"column:notes"`
}

func (modelRow) TableName() string { return "models" }

// modelKind leaves the notes out: a list of them would be long.
var modelKind = kind{name: models.KindModel, table: "models", columns: ", x.type"}

func (r modelRow) noun(app models.App) models.Model {
	return models.Model{Resource: r.Resource.noun(app), Type: models.ModelType(r.Type), Notes: r.Notes}
}

// Models returns a page of an app's models that the person sees.
func (t Tenant) Models(ctx context.Context, r models.Reached, filter models.ResourceFilter) (models.Listed[models.Model], error) {
	return listIn(ctx, t, modelKind, r, filter, func(row modelRow) resourceRow { return row.Resource },
		func(row modelRow) models.Model { return row.noun(r.App) })
}

// Model returns one of them with its notes and the number of workflows that use it, or models.ErrNotFound.
func (t Tenant) Model(ctx context.Context, r models.Reached, slug string) (models.Model, error) {
	whole := modelKind
	whole.columns += ", x.notes, (SELECT count(DISTINCT n.workflow_id) FROM workflow_nodes n WHERE n.model_id = x.id) AS used_by"
	var row struct {
		Model  modelRow `gorm:"embedded"`
		UsedBy int      `gorm:"column:used_by"`
	}
	if err := t.oneIn(t.store.read(ctx), whole, r, slug, &row, ""); err != nil {
		return models.Model{}, fault("model", err)
	}
	model := row.Model.noun(r.App)
	model.UsedBy = row.UsedBy
	return model, nil
}

// ModelNames returns the identifiers of the app's first models, for the suggestions of a form.
func (t Tenant) ModelNames(ctx context.Context, r models.Reached) ([]string, error) {
	u := t.store.read(ctx)
	q := t.of(kind{table: "models"}, r).add(" ORDER BY x.slug_norm, x.id LIMIT 100")
	var rows []resourceRow
	if err := u.rows(&rows, q); err != nil {
		return nil, fault("names of models", err)
	}
	names := make([]string, 0, len(rows))
	for _, row := range rows {
		names = append(names, row.Slug)
	}
	return names, nil
}

// CreateModel makes a model in the app.
func (t Tenant) CreateModel(ctx context.Context, r models.Reached, in models.ModelChange) error {
	return t.writeIn(ctx, "create model", authz.ModelsCreate, r.App.ID, func(u *unit, r models.Reached) error {
		row := modelRow{Resource: t.newResource(u, r.App, in.Slug, in.Description), Type: string(in.Type), Notes: in.Notes}
		if err := u.insert(&row); err != nil {
			return err
		}
		e := t.about(models.ActionModelCreated, modelKind, r.App, row.Resource)
		_, e.After = differences(nil, describedModel(row))
		return u.record([]string{t.organization()}, e)
	})
}

// EditModel saves a change made to that version; to another it is models.Stale. Identifier and type never change.
func (t Tenant) EditModel(ctx context.Context, r models.Reached, slug string, version int, in models.ModelChange) error {
	return t.writeIn(ctx, "edit model", authz.ModelsCreate, r.App.ID, func(u *unit, r models.Reached) error {
		var was modelRow
		whole := modelKind
		whole.columns += ", x.notes"
		if err := t.oneIn(u, whole, r, slug, &was, u.dialect.forChange("x")); err != nil {
			return err
		}
		if was.Resource.Version != version {
			return errStale(models.KindModel)
		}
		is := was
		is.Resource.Description, is.Notes = in.Description, in.Notes
		if is == was {
			return nil
		}
		err := u.do(stmt("UPDATE models SET description = ?, notes = ?, search = ?, version = version + 1, updated_at = ? WHERE organization_id = ? AND id = ?",
			is.Resource.Description, is.Notes, resourceSearch(is.Resource.Slug, is.Resource.Description), u.now, t.organization(), is.Resource.ID))
		if err != nil {
			return err
		}
		e := t.about(models.ActionModelEdited, modelKind, r.App, is.Resource)
		e.Before, e.After = differences(describedModel(was), describedModel(is))
		return u.record([]string{t.organization()}, e)
	})
}

// DeleteModel deletes one model; the workflows that use it, in every app, stay and are marked deprecated. typed is its identifier.
func (t Tenant) DeleteModel(ctx context.Context, r models.Reached, slug, typed string) error {
	return t.writeIn(ctx, "delete model", authz.ModelsDeleteAll, r.App.ID, func(u *unit, r models.Reached) error {
		var was modelRow
		if err := t.oneIn(u, modelKind, r, slug, &was, u.dialect.forUpdate("x")); err != nil {
			return err
		}
		if err := confirmed(typed, was.Resource.Slug); err != nil {
			return err
		}
		lost, err := t.loseModels(u, "m.id = ?", was.Resource.ID)
		if err != nil {
			return err
		}
		e := t.about(models.ActionModelDeleted, modelKind, r.App, was.Resource)
		e.Before, _ = differences(describedModel(was), nil)
		e.After = lost.described()
		return u.record([]string{t.organization()}, e)
	})
}

// DeleteAllModels deletes every model of the app and says how many. typed is the app's identifier.
func (t Tenant) DeleteAllModels(ctx context.Context, r models.Reached, typed string) (models.ModelsDeleted, error) {
	var lost lostModels
	err := t.writeIn(ctx, "delete all models", authz.ModelsDeleteAll, r.App.ID, func(u *unit, r models.Reached) (err error) {
		if err := confirmed(typed, r.App.Slug); err != nil {
			return err
		}
		if lost, err = t.loseModels(u, "m.app_id = ?", r.App.ID); err != nil || lost.models == 0 {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionModelsDeleted), "app", r.App.ID, r.App.Slug)
		e.Before, e.After = map[string]string{"models": strconv.Itoa(lost.models)}, lost.described()
		return u.record([]string{t.organization()}, e)
	})
	return models.ModelsDeleted{Models: lost.models, Workflows: len(lost.workflows)}, err
}

// ModelsToDelete is what DeleteAllModels would do at this moment.
func (t Tenant) ModelsToDelete(ctx context.Context, r models.Reached) (models.ModelsDeleted, error) {
	var row struct {
		Models    int `gorm:"column:models"`
		Workflows int `gorm:"column:workflows"`
	}
	err := t.store.read(ctx).one(&row, `SELECT (SELECT count(*) FROM models m WHERE m.organization_id = ? AND m.app_id = ?) AS models,
		(SELECT count(DISTINCT n.workflow_id) FROM models m JOIN workflow_nodes n ON n.model_id = m.id WHERE m.organization_id = ? AND m.app_id = ?) AS workflows`,
		t.organization(), r.App.ID, t.organization(), r.App.ID)
	return models.ModelsDeleted{Models: row.Models, Workflows: row.Workflows}, fault("models to delete", err)
}

// lostModels is what a deletion took: how many models, and which workflows it left deprecated.
type lostModels struct {
	models    int
	workflows []string
}

// described is what the audit log keeps of it.
func (l lostModels) described() map[string]string {
	if len(l.workflows) == 0 {
		return nil
	}
	const named = 20
	said := strings.Join(l.workflows[:min(len(l.workflows), named)], ", ")
	if more := len(l.workflows) - named; more > 0 {
		said += " and " + strconv.Itoa(more) + " more"
	}
	return map[string]string{"workflows deprecated": said}
}

// loseModels deletes the organization's models m of a condition. Nodes that used them keep what the model was called. The models are
// locked before the workflows, as saving a workflow does, so that the two never wait for each other in a circle.
func (t Tenant) loseModels(u *unit, condition, which string) (lostModels, error) {
	const chosen = "SELECT m.id FROM models m WHERE m.organization_id = ? AND "
	var ids []string
	if err := u.all(&ids, chosen+condition+" ORDER BY m.id"+u.dialect.forUpdate("m"), t.organization(), which); err != nil || len(ids) == 0 {
		return lostModels{}, err
	}
	lost := lostModels{models: len(ids)}
	const used = "x.organization_id = ? AND x.id IN (SELECT n.workflow_id FROM workflow_nodes n WHERE n.model_id IN (" + chosen
	// Whoever saves one of the workflows at this moment is waited for; what they then still use is read after that.
	var waited []string
	if err := u.all(&waited, "SELECT x.id FROM workflows x WHERE "+used+condition+")) ORDER BY x.id"+u.dialect.forChange("x"), t.organization(), t.organization(), which); err != nil {
		return lost, err
	}
	err := u.all(&lost.workflows, "SELECT a.slug || '/' || x.slug FROM workflows x JOIN apps a ON a.id = x.app_id WHERE "+used+condition+")) ORDER BY a.slug_norm, x.slug_norm",
		t.organization(), t.organization(), which)
	if err != nil {
		return lost, err
	}
	return lost, u.do(
		stmt("UPDATE workflows AS x SET deprecated_at = coalesce(x.deprecated_at, ?) WHERE "+used+condition+"))", u.now, t.organization(), t.organization(), which),
		stmt(`UPDATE workflow_nodes SET model_id = NULL,
			lost_model = (SELECT a.slug || '/' || m.slug FROM models m JOIN apps a ON a.id = m.app_id WHERE m.id = workflow_nodes.model_id)
			WHERE organization_id = ? AND model_id IN (`+chosen+condition+")", t.organization(), t.organization(), which),
		stmt("DELETE FROM models WHERE id IN ("+chosen+condition+")", t.organization(), which),
	)
}

// describedModel is what the audit log keeps of a model: that the notes changed, not what they say.
func describedModel(r modelRow) map[string]string {
	return map[string]string{"id": r.Resource.Slug, "type": r.Type, "description": r.Resource.Description, "notes": summed(r.Notes)}
}

// summed is a long text as the audit log keeps it: enough to tell that it is another one.
func summed(text string) string {
	const kept = 80
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= kept {
		return string(runes)
	}
	return string(runes[:kept]) + "… (" + strconv.Itoa(len(text)) + " bytes)"
}

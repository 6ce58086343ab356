package store

import (
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// plantedResources are rows on their way into the database, and the keys by which others refer to them.
type plantedResources struct {
	*planting

	models    []modelRow
	workflows []workflowRow
	nodes     []nodeRow
	bases     []baseRow
	modules   []moduleRow
	versions  []versionRow
	installs  []installRow

	modelIDs, versionIDs map[string]string // by "app/model" and "app/module version"
}

type baseRow struct {
	AppID      string `gorm:"column:app_id;primaryKey"`
	WorkflowID string `gorm:"column:workflow_id"`
}

func (baseRow) TableName() string { return "base_workflows" }

func (p *planting) plantResources(seed models.Seed) error {
	r := &plantedResources{planting: p, modelIDs: map[string]string{}, versionIDs: map[string]string{}}
	for _, app := range seed.Apps {
		r.models = append(r.models, r.modelsOf(app)...)
		r.modulesOf(app)
	}
	for _, app := range seed.Apps {
		if err := r.workflowsOf(app); err != nil {
			return err
		}
		for _, install := range app.Holds.Installs {
			version, known := r.versionIDs[install.Module.String()+" "+install.Version]
			if !known {
				return fmt.Errorf("seed: %s has no version %s", install.Module, install.Version)
			}
			row := installRow{Resource: r.resource(app, install.Slug, "", install.Visibility), VersionID: version}
			row.Resource.Search = resourceSearch(row.Resource.Slug, install.Module.Module)
			r.installs = append(r.installs, row)
		}
	}
	for _, step := range []func() error{
		func() error { return plant(p.unit, r.models) }, func() error { return plant(p.unit, r.workflows) }, func() error { return plant(p.unit, r.nodes) },
		func() error { return plant(p.unit, r.bases) }, func() error { return plant(p.unit, r.modules) }, func() error { return plant(p.unit, r.versions) },
		func() error { return plant(p.unit, r.installs) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (r *plantedResources) resource(app models.SeedApp, slug models.Slug, description string, v authz.Visibility) resourceRow {
	made := r.orNow(app.Created)
	return resourceRow{
		ID: newID(), OrganizationID: r.organization.ID, AppID: r.apps[app.Slug], Slug: string(slug), SlugNorm: slug.Norm(), Description: description,
		Visibility: models.VisibilityKey(v), Search: resourceSearch(string(slug), description), Version: 1, CreatedAt: made, UpdatedAt: made,
	}
}

func (r *plantedResources) modelsOf(app models.SeedApp) (rows []modelRow) {
	for _, m := range app.Holds.Models {
		row := modelRow{Resource: r.resource(app, m.Slug, m.Description, m.Visibility), Type: string(m.Type), Notes: m.Notes}
		r.modelIDs[string(app.Slug)+"/"+string(m.Slug)] = row.Resource.ID
		rows = append(rows, row)
	}
	return rows
}

func (r *plantedResources) modulesOf(app models.SeedApp) {
	for _, m := range app.Holds.Modules {
		module := moduleRow{Resource: r.resource(app, m.Slug, m.Description, m.Visibility)}
		r.modules = append(r.modules, module)
		for n, v := range m.Versions {
			version := versionRow{
				ID: newID(), OrganizationID: r.organization.ID, ModuleID: module.Resource.ID, Slug: string(v.Slug), SlugNorm: v.Slug.Norm(), URL: v.URL, Notes: v.Notes,
				CreatedAt: moment{module.Resource.CreatedAt.Add(time.Duration(n) * time.Hour)},
			}
			r.versionIDs[string(app.Slug)+"/"+string(m.Slug)+" "+string(v.Slug)] = version.ID
			r.versions = append(r.versions, version)
		}
	}
}

func (r *plantedResources) workflowsOf(app models.SeedApp) error {
	for _, w := range app.Holds.Workflows {
		row := workflowRow{Resource: r.resource(app, w.Slug, w.Description, w.Visibility)}
		r.workflows = append(r.workflows, row)
		if w.Base {
			r.bases = append(r.bases, baseRow{AppID: row.Resource.AppID, WorkflowID: row.Resource.ID})
		}
		for position, n := range w.Nodes {
			if n.Model.App == "" {
				n.Model.App = string(app.Slug)
			}
			id, known := r.modelIDs[n.Model.String()]
			if !known {
				return fmt.Errorf("seed: there is no model %s", n.Model)
			}
			inputs, err := json.Marshal(append([]string{}, n.Inputs...))
			if err != nil {
				return err
			}
			r.nodes = append(r.nodes, nodeRow{
				OrganizationID: r.organization.ID, WorkflowID: row.Resource.ID, Position: position, Slug: n.ID, ModelID: ref(id), Inputs: string(inputs),
			})
		}
	}
	return nil
}

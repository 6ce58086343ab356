package main

import (
	"gatehouse/internal/authz"
	"gatehouse/models"
)

// demoHolds is what the apps of the sample organization hold, by identifier.
func demoHolds(app models.Slug) models.SeedResources {
	node := func(id, of, model string, inputs ...string) models.Node {
		return models.Node{ID: id, Model: models.ModelRef{App: of, Model: model}, Inputs: inputs}
	}
	switch app {
	case "shelf-vision":
		return models.SeedResources{
			Models: []models.SeedModel{
				{Slug: "shelf-detector", Type: "visual-detector", Description: "Boxes around every item and every gap on a shelf.", Visibility: authz.Organization,
					Notes: "## Trained on\n\n- 41,000 frames from halls 1 to 4, *winter and summer*\n- 6,200 frames with the lights half off\n\n## Does not see\n\n1. Items lower than 4 cm\n2. Anything behind glass\n\n| hall | precision | recall |\n|---|---|---|\n| 1 | 0.94 | 0.91 |\n| 4 | 0.88 | 0.79 |\n"},
				{Slug: "item-embedder", Type: "visual-embedder", Description: "One vector for each item, for comparing it with the catalogue.", Visibility: authz.Organization},
				{Slug: "gap-classifier", Type: "visual-classifier", Description: "Empty, misplaced, or only pushed back."},
				{Slug: "shelf-report", Type: "text-generator", Description: "A sentence for the floor manager."},
			},
			Workflows: []models.SeedWorkflow{
				{Slug: "find-gaps", Description: "What is missing on a shelf, and what stands in its place.", Visibility: authz.Organization, Base: true, Nodes: []models.Node{
					node("detect", "", "shelf-detector"), node("embed", "", "item-embedder", "detect"), node("classify", "", "gap-classifier", "detect"),
					node("compare", "pallet-counter", "matcher", "embed"), node("report", "", "shelf-report", "classify", "compare"),
				}},
				{Slug: "nightly-count", Description: "", Nodes: []models.Node{node("detect", "", "shelf-detector"), node("count", "pallet-counter", "matcher", "detect")}},
			},
			Modules: []models.SeedModule{{Slug: "label-reader", Description: "Reads price labels with the camera of a phone.", Visibility: authz.Organization, Versions: []models.VersionChange{
				{Slug: "1.0.0", URL: "https://modules.northwind.example/label-reader/1.0.0/", Notes: "Reads EAN-13."}, {Slug: "1.1.0", URL: "https://modules.northwind.example/label-reader/1.1.0/", Notes: "Reads EAN-8 as well."},
			}}},
		}
	case "pallet-counter":
		return models.SeedResources{
			Models: []models.SeedModel{{Slug: "matcher", Type: "operator", Description: "Pairs what was seen with what was announced.", Visibility: authz.Public}},
			Workflows: []models.SeedWorkflow{{Slug: "count", Description: "Pallets at the gate, against the delivery note.", Visibility: authz.Organization,
				Nodes: []models.Node{node("pair", "", "matcher")}}},
			Modules: []models.SeedModule{{Slug: "gate-board", Description: "A board for the wall beside the gate.", Visibility: authz.Organization,
				Versions: []models.VersionChange{{Slug: "0.9", URL: "https://modules.northwind.example/gate-board/0.9/"}}}},
			Installs: []models.SeedInstall{{Slug: "labels", Module: models.ModuleRef{App: "shelf-vision", Module: "label-reader"}, Version: "1.0.0", Visibility: authz.Organization}},
		}
	case "demand-forecast":
		return models.SeedResources{
			Models:    []models.SeedModel{{Slug: "weekly-demand", Type: "series-forecaster", Description: "Twelve weeks ahead, for each hall."}},
			Workflows: []models.SeedWorkflow{{Slug: "next-week", Description: "", Nodes: []models.Node{node("forecast", "", "weekly-demand")}}},
			Modules: []models.SeedModule{{Slug: "planner", Description: "Moves orders between weeks.", Versions: []models.VersionChange{
				{Slug: "2026-03", URL: "https://modules.northwind.example/planner/", Notes: "First trial."}}}},
			Installs: []models.SeedInstall{{Slug: "planner", Module: models.ModuleRef{App: "demand-forecast", Module: "planner"}, Version: "2026-03"}},
		}
	case "ticket-triage":
		return models.SeedResources{
			Models: []models.SeedModel{
				{Slug: "urgency", Type: "text-classifier", Description: "How long a ticket can wait."}, {Slug: "first-answer", Type: "text-generator", Description: "A draft that somebody reads before it is sent."},
			},
			Workflows: []models.SeedWorkflow{{Slug: "triage", Description: "Urgency first, then a draft.", Nodes: []models.Node{node("sort", "", "urgency"), node("draft", "", "first-answer", "sort")}}},
		}
	}
	return models.SeedResources{}
}

package web

import (
	"gatehouse/internal/authz"
	"gatehouse/models"
)

// armHolds is what the app arm of Northwind holds, which a team builds in.
func armHolds() models.SeedResources {
	return models.SeedResources{
		Models: []models.SeedModel{
			{Slug: "gripper", Type: "visual-detector", Description: "Finds handles", Notes: "# Gripper\n\nFinds *handles*."},
			{Slug: "namer", Type: "text-generator", Visibility: authz.Public},
		},
		Workflows: []models.SeedWorkflow{{Slug: "pick", Description: "Finds and names", Nodes: []models.Node{
			{ID: "see", Model: models.ModelRef{Model: "gripper"}}, {ID: "say", Model: models.ModelRef{Model: "namer"}, Inputs: []string{"see"}},
		}}},
		Modules: []models.SeedModule{{Slug: "reader", Description: "Reads labels", Versions: []models.VersionChange{
			{Slug: "1.0", URL: "https://modules.example/reader/1.0"}, {Slug: "1.1", URL: "https://modules.example:8443/reader/1.1", Notes: "Faster"},
		}}},
		Installs: []models.SeedInstall{{Slug: "labels", Module: models.ModuleRef{App: "arm", Module: "reader"}, Version: "1.0"}},
	}
}

// mapHolds is what the app map holds, which is visible to the organization: one of everything for each visibility.
func mapHolds() models.SeedResources {
	var holds models.SeedResources
	for _, v := range []authz.Visibility{authz.Private, authz.Organization, authz.Public} {
		slug := models.Slug("for-" + models.VisibilityKey(v))
		holds.Models = append(holds.Models, models.SeedModel{Slug: slug, Type: "tracker", Visibility: v})
		holds.Workflows = append(holds.Workflows, models.SeedWorkflow{Slug: slug, Visibility: v, Nodes: []models.Node{{ID: "n", Model: models.ModelRef{Model: string(slug)}}}})
		holds.Modules = append(holds.Modules, models.SeedModule{Slug: slug, Visibility: v, Versions: []models.VersionChange{{Slug: "1.0", URL: "https://modules.example/map"}}})
		holds.Installs = append(holds.Installs, models.SeedInstall{Slug: slug, Visibility: v, Module: models.ModuleRef{App: "map", Module: string(slug)}, Version: "1.0"})
	}
	return holds
}

// vaultHolds is what the app vault of Contoso holds. Nobody at Northwind reads any of it, public as it says it is: the app is private.
func vaultHolds() models.SeedResources {
	return models.SeedResources{
		Models:    []models.SeedModel{{Slug: "secret", Type: "tracker", Visibility: authz.Public}},
		Workflows: []models.SeedWorkflow{{Slug: "heist", Visibility: authz.Public, Nodes: []models.Node{{ID: "n", Model: models.ModelRef{Model: "secret"}}}}},
		Modules:   []models.SeedModule{{Slug: "cracker", Visibility: authz.Public, Versions: []models.VersionChange{{Slug: "9.9", URL: "https://contoso.example/cracker"}}}},
		Installs:  []models.SeedInstall{{Slug: "tools", Visibility: authz.Public, Module: models.ModuleRef{App: "vault", Module: "cracker"}, Version: "9.9"}},
	}
}

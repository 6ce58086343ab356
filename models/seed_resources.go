package models

import "gatehouse/internal/authz"

// SeedResources are what a sample app holds.
type SeedResources struct {
	Models    []SeedModel
	Workflows []SeedWorkflow
	Modules   []SeedModule
	Installs  []SeedInstall
}

// SeedModel is a model.
type SeedModel struct {
	Slug        Slug
	Type        ModelType
	Description string
	Notes       string
	Visibility  authz.Visibility
}

// SeedWorkflow is a workflow; its nodes name models of the sample, those of other apps with their app.
type SeedWorkflow struct {
	Slug        Slug
	Description string
	Visibility  authz.Visibility
	Nodes       []Node
	Base        bool
}

// SeedModule is a module, with its versions from the oldest to the newest.
type SeedModule struct {
	Slug        Slug
	Description string
	Visibility  authz.Visibility
	Versions    []VersionChange
}

// SeedInstall is an installed module of the sample.
type SeedInstall struct {
	Slug       Slug
	Module     ModuleRef
	Version    string
	Visibility authz.Visibility
}

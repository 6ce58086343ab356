package views

import (
	"gatehouse/internal/urls"
	"gatehouse/views/parts"
)

// AppFrame is the app that a page stands in; zero on every other page.
type AppFrame struct {
	Org    string // the slugs in the address; a guest of the app has no Organization in the frame
	App    string
	Active AppSection
}

// AppSection is a line of the app's own navigation.
type AppSection uint8

// The sections of an app, in the order of its navigation.
const (
	AppOverview AppSection = iota + 1
	AppModels
	AppWorkflows
	AppModules
	AppInstalled
	AppCollaborators
	AppSettings
)

type appLink struct {
	section AppSection
	label   string
	href    string
	icon    parts.Icon
}

// sections are the same for everybody who reads the app (row 1 of the role table); each page checks its own scope.
func (f AppFrame) sections() []appLink {
	if f.App == "" {
		return nil
	}
	return []appLink{
		{AppOverview, "Overview", urls.App.To(f.Org, f.App), parts.IconApp},
		{AppModels, "Models", urls.Models.To(f.Org, f.App), parts.IconModel},
		{AppWorkflows, "Workflows", urls.Workflows.To(f.Org, f.App), parts.IconWorkflow},
		{AppModules, "Modules", urls.Modules.To(f.Org, f.App), parts.IconModule},
		{AppInstalled, "Installed modules", urls.Installs.To(f.Org, f.App), parts.IconInstalled},
		{AppCollaborators, "Collaborators", urls.AppCollaborators.To(f.Org, f.App), parts.IconCollaborations},
		{AppSettings, "Settings", urls.AppSettings.To(f.Org, f.App), parts.IconSettings},
	}
}

// holdsApp says whether a line of the sidebar is the one that the app's own navigation stands under.
func (p Page) holdsApp(section Section) bool { return p.App.App != "" && section == p.Active }

// tabs are the sections where the window is too narrow for the sidebar.
func (f AppFrame) tabs() parts.Tabs {
	tabs := parts.Tabs{Label: "Sections of " + f.App}
	for _, s := range f.sections() {
		tabs.Items = append(tabs.Items, parts.Tab{Label: s.label, Href: s.href, Current: s.section == f.Active})
	}
	return tabs
}

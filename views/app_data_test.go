package views_test

import (
	"github.com/a-h/templ"

	"gatehouse/internal/authz"
	"gatehouse/views"
)

func appFrame(title string, section views.AppSection) views.Page {
	page := organizationFrame(title, views.SectionApps)
	page.App = views.AppFrame{Org: "northwind", App: "pick-and-place", Active: section}
	return page
}

func sampleWorkflows() []views.BaseWorkflow {
	return []views.BaseWorkflow{{Key: "universal", Label: "Universal", Meaning: "Takes all."}, {Key: "text", Label: "Text", Meaning: "Takes text."}}
}

func sampleSettings() views.AppSettingsForm {
	page := appFrame("Settings", views.AppSettings)
	return views.AppSettingsForm{
		Page: page, Version: "4", Slug: "pick-and-place", Visibility: authz.Organization, BaseWorkflow: sampleWorkflows()[1], BaseWorkflows: sampleWorkflows(),
		Visibilities: []views.VisibilityChoice{{Key: "private", Visibility: authz.Private}, {Key: "organization", Visibility: authz.Organization}, {Key: "public", Visibility: authz.Public}},
		ChangedAt:    page.Now.Add(-2 * hour), ChangedBy: "Olga Org", Teams: 2, Collaborators: 1,
		Inside: views.AppInside{Models: 3, Workflows: 1, InstallsElsewhere: 2, WorkflowsElsewhere: 1},
		IDURL:  "/i", VisibilityURL: "/v", BaseWorkflowURL: "/b", DeleteURL: "/d", TypedID: "pick-and-place", TypedVisibility: "organization", TypedBaseWorkflow: "text",
	}
}

func sampleCollaborators() views.Collaborators {
	page := appFrame("Collaborators", views.AppCollaborators)
	row := func(id, name, email string) views.CollaboratorRow {
		return views.CollaboratorRow{
			ID: id, Key: id, Name: name, Email: email, Level: "Viewer", Added: page.Now.Add(-hour), By: "Olga Org",
			Other: "contributor", OtherLabel: "Make contributor", LevelURL: "/c/" + id + "/level", RemoveURL: "/c/" + id + "/remove",
		}
	}
	member, out := row("1", "Mia Mate", "mia@northwind.example"), row("3", "Zoe Out", "zoe@northwind.example")
	member.Member, member.You, out.Member, out.Suspended, out.By = true, true, true, true, ""
	return views.Collaborators{
		Page: page, App: "pick-and-place", Organization: "Northwind Robotics", AddURL: "/add", Level: "viewer",
		Rows: []views.CollaboratorRow{member, row("2", "Quentin Marsh", "quentin@tailspin.example"), out},
	}
}

func sampleText() views.AppText {
	return views.AppText{Page: appFrame("Edit notes", views.AppOverview), Action: "/notes", Cancel: "/app", Version: "3", Text: "# Mine\n\nwritten"}
}

// appPages are the pages of an app, full, empty and with the longest and wrong values.
func appPages() map[string]templ.Component {
	settings, wrong, reader := sampleSettings(), sampleSettings(), sampleSettings()
	wrong.Errors = map[string]string{"id": "This ID is taken.", "visibility": hostile, "base_workflow": endless, "confirm": "Type it."}
	wrong.Slug, wrong.TypedID, wrong.TypedConfirm, wrong.TypedVisibility = endless, hostile, hostile, "none"
	reader.IDURL, reader.VisibilityURL, reader.BaseWorkflowURL, reader.DeleteURL, reader.ChangedAt, reader.Slug = "", "", "", "", settings.Page.Now.AddDate(-3, 0, 0), endless
	people, seen, failed := sampleCollaborators(), sampleCollaborators(), sampleCollaborators()
	seen.AddURL, seen.Rows[1].Email = "", ""
	failed.Email, failed.Level, failed.Errors, failed.Rows = hostile, "owner", map[string]string{"email": endless, "level": "Choose a level."}, []views.CollaboratorRow{{Name: endless, Email: endless, Level: hostile, By: hostile, LevelURL: "/l", RemoveURL: "/r"}}
	text, stale, previewed, blank, bad := sampleText(), sampleText(), sampleText(), sampleText(), sampleText()
	stale.Theirs = &views.SavedText{Text: endless + hostile + "\n\nthird line", By: hostile, At: stale.Page.Now.Add(-hour)}
	previewed.Previewed, previewed.Preview = true, templ.Raw("<h3>Mine</h3><p>written</p>")
	blank.Previewed, blank.Text, blank.Theirs = true, "", &views.SavedText{}
	bad.Error, bad.Text = "Notes have at most 65,536 bytes.", "</textarea>"+hostile
	noted := sampleApp()
	noted.Notes, noted.NotesEdited, noted.NotesEditor, noted.CreatedBy = templ.Raw("<h3>What it does</h3><p>It picks.</p>"), noted.Page.Now.Add(-hour), "Tess Team", "Olga Org"
	noted.NotesURL, noted.DescriptionURL = "/notes", "/description"
	return map[string]templ.Component{
		"app, with notes":          views.AppPage(noted),
		"app, new":                 views.AppNewPage(views.AppForm{Page: organizationFrame("Create app", views.SectionApps), BaseWorkflow: "universal", BaseWorkflows: sampleWorkflows()}),
		"app, new, wrong":          views.AppNewPage(views.AppForm{Page: organizationFrame("Create app", views.SectionApps), ID: hostile, Description: endless, BaseWorkflows: sampleWorkflows(), Errors: map[string]string{"id": "Taken.", "description": endless, "base_workflow": "Choose."}}),
		"settings":                 views.AppSettingsPage(settings),
		"settings, wrong":          views.AppSettingsPage(wrong),
		"settings, reader":         views.AppSettingsPage(reader),
		"confirm":                  views.AppConfirmPage(views.AppConfirm{Page: settings.Page, Title: "Make it public", Consequences: []string{"Everybody reads it.", endless}, Action: "/v", Values: []views.Hidden{{Name: "version", Value: "4"}, {Name: "x", Value: hostile}}, Button: "Make public", Cancel: "/s"}),
		"collaborators":            views.CollaboratorsPage(people),
		"collaborators, seen":      views.CollaboratorsPage(seen),
		"collaborators, wrong":     views.CollaboratorsPage(failed),
		"collaborators, unmatched": views.CollaboratorsPage(views.Collaborators{Page: people.Page, Query: endless, Filtered: true, Action: "/c"}),
		"collaborators, none":      views.CollaboratorsPage(views.Collaborators{Page: people.Page, AddURL: "/add"}),
		"description":              views.AppDescriptionPage(text),
		"description, stale":       views.AppDescriptionPage(stale),
		"notes":                    views.AppNotesPage(text),
		"notes, stale":             views.AppNotesPage(stale),
		"notes, previewed":         views.AppNotesPage(previewed),
		"notes, blank":             views.AppNotesPage(blank),
		"notes, wrong":             views.AppNotesPage(bad),
		"collab, no match":         views.CollaborationsPage(views.Collaborations{Page: people.Page, Filtered: true, Query: hostile}),
	}
}

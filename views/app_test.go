package views_test

import (
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"gatehouse/internal/authz"
	"gatehouse/views"
)

func drawn(t *testing.T, page templ.Component) *html.Node {
	t.Helper()
	return content(t, render(t, page))
}

func TestWhatOpensAnAppInAFewWords(t *testing.T) {
	role := views.Grant{Origin: authz.FromRole, Column: authz.OrganizationUser}
	team := func(name string) views.Grant {
		return views.Grant{Origin: authz.FromTeam, Team: name, Column: authz.TeamContributor}
	}
	collaborator := func(column authz.Role) views.Grant {
		return views.Grant{Origin: authz.FromCollaborator, Column: column}
	}
	organization := views.Grant{Origin: authz.FromOrganizationVisibility, Column: authz.OrganizationUser}
	public := views.Grant{Origin: authz.FromPublicVisibility, Column: authz.OrganizationUser}
	for want, grants := range map[string][]views.Grant{
		"":                            nil,
		"Your role":                   {role, organization, public},
		"Team Feet":                   {team("Feet"), public},
		"Team Feet and 2 more":        {team("Feet"), team("Hands"), team("Heads")},
		"As a viewer":                 {collaborator(authz.OrganizationUser), public},
		"As a contributor":            {collaborator(authz.TeamContributor)},
		"Your role, as a contributor": {role, collaborator(authz.TeamContributor)},
		"Team Feet, as a viewer":      {team("Feet"), collaborator(authz.OrganizationUser)},
		"Visible to the organization": {organization, public},
		"Public":                      {public},
	} {
		if got := views.Through(grants); got != want {
			t.Errorf("%v: %q, want %q", grants, got, want)
		}
	}
}

func TestAListOfAppsOffersTheOrdersAndTheButtonForWhoCreates(t *testing.T) {
	list := views.Apps{Page: organizationFrame("Apps", views.SectionApps), Sort: "-updated", Rows: []views.AppRow{{URL: "/a", Slug: "arm", Through: "Team Feet", Teams: "99+", Collaborators: "3"}}}
	page := drawn(t, views.AppsPage(list))
	hidesWords(t, page, "Create app")
	says(t, elements(elements(page, "tbody")[0], "tr")[0], "arm", "Team Feet", "99+", "3")
	sorted := byID(page)["sort-updated"]
	if href, _ := attr(sorted, "href"); href != "/orgs/northwind/apps?sort=updated" {
		t.Errorf("from the newest one comes to %q", href)
	}
	if order, _ := attr(sorted.Parent, "aria-sort"); order != "descending" {
		t.Errorf("the column says %q", order)
	}
	list.Creates = true
	says(t, drawn(t, views.AppsPage(list)), "Create app")
	list.Rows = nil
	says(t, drawn(t, views.AppsPage(list)), "Create app", "No apps")
}

func TestAnAppOffersToEditWhatOneMay(t *testing.T) {
	app := sampleApp()
	hidesWords(t, drawn(t, views.AppPage(app)), "Edit notes", "Edit description")
	says(t, drawn(t, views.AppPage(app)), "Nothing is written about this app.")
	app.CreatedBy, app.Row.Created = "Olga Org", app.Page.Now.Add(-2*hour)
	says(t, drawn(t, views.AppPage(app)), "2 hours ago by Olga Org")
	app.NotesURL, app.Notes = "/notes", templ.Raw("<p>It picks.</p>")
	says(t, drawn(t, views.AppPage(app)), "Edit notes", "It picks.")
	hidesWords(t, drawn(t, views.AppPage(app)), "Edit description")
}

func TestSettingsAreFormsForWhoMayAndFactsForTheRest(t *testing.T) {
	settings := sampleSettings()
	page := drawn(t, views.AppSettingsPage(settings))
	if got := len(elements(page, "form")); got != 4 {
		t.Errorf("%d forms, want 4", got)
	}
	says(t, page, "Changed 2 hours ago by Olga Org.", "3 models, 1 workflow and 0 modules", "2 teams and 1 collaborator lose it", "2 installs", "1 workflow of other apps")
	settings.IDURL, settings.VisibilityURL, settings.BaseWorkflowURL, settings.DeleteURL = "", "", "", ""
	page = drawn(t, views.AppSettingsPage(settings))
	if got := len(elements(page, "form")); got != 0 {
		t.Errorf("%d forms for who may change nothing", got)
	}
	says(t, page, "pick-and-place", "Organization", "Text", "Takes text.")
	hidesWords(t, page, "Delete app")
}

func TestCollaboratorsCanBeChangedByWhoMay(t *testing.T) {
	people := sampleCollaborators()
	rows := elements(elements(drawn(t, views.CollaboratorsPage(people)), "tbody")[0], "tr")
	says(t, rows[0], "Mia Mate (you)", "Member", "Make contributor", "Remove")
	says(t, rows[1], "Quentin Marsh", "quentin@tailspin.example", "Outside", "Olga Org")
	says(t, rows[2], "Suspended member", "–")
	people.AddURL = ""
	page := drawn(t, views.CollaboratorsPage(people))
	hidesWords(t, page, "Add collaborator", "Remove", "Make contributor")
	people.Rows, people.Filtered, people.Query = nil, true, "zoe"
	says(t, drawn(t, views.CollaboratorsPage(people)), "No collaborator matches", "in their name.", "Show all collaborators")
	people.Addresses = true
	says(t, drawn(t, views.CollaboratorsPage(people)), "in their name or their address.")
	people.Filtered = false
	hidesWords(t, drawn(t, views.CollaboratorsPage(people)), "Search collaborators")
	says(t, drawn(t, views.CollaboratorsPage(people)), "An Administrator or an Organization Contributor can add somebody.")
}

// Nothing typed is lost: what somebody else saved stands above it, and saving again is saving over that.
func TestAStaleTextStandsBesideTheirs(t *testing.T) {
	text := sampleText()
	text.Theirs = &views.SavedText{Text: "Theirs", By: "Olga Org", At: text.Page.Now.Add(-2 * hour)}
	page := drawn(t, views.AppNotesPage(text))
	says(t, page, "Somebody else saved this meanwhile.", "Theirs", "Saved 2 hours ago by Olga Org.", "What you typed")
	if got := text.Text; byID(page)["notes"].FirstChild.Data != got {
		t.Errorf("the field holds %q", byID(page)["notes"].FirstChild.Data)
	}
	text.Theirs.Text = ""
	says(t, drawn(t, views.AppNotesPage(text)), "Nothing: they emptied it.")
}

package views_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"gatehouse/internal/authz"
	"gatehouse/views"
	"gatehouse/views/parts"
)

func sampleTeam() views.Team {
	page := organizationFrame("Robotics", views.SectionTeams)
	return views.Team{
		Page: page, Slug: "robotics", Name: "Robotics", Description: "Arms and grippers.", Members: 2, Apps: 1, Manages: true, Adds: true,
		People: []views.TeamPerson{
			{URL: "/m/1", ID: "1", Name: "Amara Okafor", Email: "amara@northwind.example", Role: authz.Administrator, You: true, Added: page.Now.Add(-hour), AddedBy: "Benedikt Sørensen"},
			{URL: "/m/2", ID: "2", Name: "Daniel Cho", Email: "daniel@northwind.example", Role: authz.TeamContributor, Suspended: true, Added: page.Now},
		},
		AppRows: []views.TeamAppRow{{URL: "/a/arm", Slug: "arm", Visibility: authz.Public, Added: page.Now, AddedBy: "Amara Okafor"}},
	}
}

func sampleTeamForm() views.TeamForm {
	return views.TeamForm{
		Page: organizationFrame("Edit Robotics", views.SectionTeams), Editing: true, Action: "/e", Cancel: "/t", ID: "robotics", Name: "Robotics", Description: "Arms", Version: "3",
		Errors: map[string]string{}, DeleteURL: "/d",
	}
}

func sampleTeamDeletion() views.TeamDeletion {
	return views.TeamDeletion{
		Page: organizationFrame("Delete Robotics", views.SectionTeams), ID: "robotics", Action: "/d", Cancel: "/e", Members: 12, Apps: 4,
		Effect: views.TeamEffect{ReachPeople: 5, ReachApps: 3, BuildPeople: 1, BuildApps: 1},
	}
}

func sampleTeamConfirm() views.TeamConfirm {
	person := func(name string, role authz.Role) views.TeamCandidate {
		return views.TeamCandidate{ID: name, Name: name, Email: name + "@x.example", Role: role, Builds: role == authz.TeamContributor}
	}
	gains, builds, nothing := person("Gains", authz.TeamContributor), person("Builds", authz.TeamContributor), person("Has", authz.TeamContributor)
	gains.Reach, gains.Build, builds.Build = 3, 1, 2
	in, suspended := person("In", authz.OrganizationUser), person("Out", authz.TeamContributor)
	in.In, suspended.Suspended = true, true
	return views.TeamConfirm{
		Page: organizationFrame("Add members", views.SectionTeams), Team: "Robotics", TeamApps: 4, Adding: true, Field: "member", Action: "/add", Again: "/add?member=1", Cancel: "/t",
		Effect: views.TeamEffect{ReachPeople: 1, ReachApps: 3, BuildPeople: 2, BuildApps: 2},
		Rows:   []views.TeamCandidate{gains, builds, nothing, person("Reads", authz.OrganizationUser), in, suspended, {ID: "gone"}},
	}
}

// teamPages are the pages of a team, full, empty and with the longest and hostile values.
func teamPages() map[string]templ.Component {
	team, form, confirm := sampleTeam(), sampleTeamForm(), sampleTeamConfirm()
	empty, reader := views.Team{Page: team.Page, Slug: "idle", Name: "Idle", Adds: true}, views.Team{Page: seenBy(team.Page, authz.OrganizationUser), Slug: "idle", Name: "Idle"}
	searched := empty
	searched.Query = "zzz"
	long := sampleTeam()
	long.Name, long.Description, long.Slug = endless+hostile, endless+hostile, endless
	long.People[0].Name, long.People[0].Email, long.People[0].AddedBy = hostile+endless, endless, endless+hostile
	long.AppRows[0].Slug, long.AppRows[0].Description = endless, hostile
	created := views.TeamForm{Page: form.Page, Action: "/n", Cancel: "/t", ID: hostile, Name: endless, Description: hostile, Errors: map[string]string{"id": "Choose an ID.", "name": "n", "description": hostile}, Message: hostile}
	stale := sampleTeamForm()
	stale.Theirs, stale.Message = &views.TeamTexts{Name: "Robots", Description: hostile}, "stale"
	unsure := sampleTeamDeletion()
	unsure.Typed, unsure.Error = hostile, "Type “robotics” to delete it."
	removing := sampleTeamConfirm()
	removing.Adding, removing.OnApps, removing.Again = false, true, ""
	removing.Rows = []views.TeamCandidate{{ID: endless, Name: endless, App: true, In: true, Reach: 1, Build: 2}, {ID: "b", Name: hostile, App: true, In: true}, {ID: "c", Name: "c", App: true}}
	return map[string]templ.Component{
		"team": views.TeamPage(team), "team, empty": views.TeamPage(empty), "team, empty, read": views.TeamPage(reader), "team, no match": views.TeamPage(searched), "team, longest": views.TeamPage(long),
		"team apps": views.TeamAppsPage(team), "team apps, empty": views.TeamAppsPage(empty), "team apps, empty, read": views.TeamAppsPage(reader), "team apps, no match": views.TeamAppsPage(searched), "team apps, longest": views.TeamAppsPage(long),
		"team form": views.TeamFormPage(form), "team form, refused": views.TeamFormPage(created), "team form, stale": views.TeamFormPage(stale), "team deletion": views.TeamDeletionPage(sampleTeamDeletion()), "team deletion, unsure": views.TeamDeletionPage(unsure),
		"team confirm": views.TeamConfirmPage(confirm), "team confirm, removing": views.TeamConfirmPage(removing), "team confirm, nobody": views.TeamConfirmPage(views.TeamConfirm{Page: confirm.Page, Problem: "Choose at least one.", Cancel: "/t"}),
		"team pick": views.TeamPickPage(views.TeamPick{Page: confirm.Page, Team: hostile, Cancel: "/t", Picker: parts.Picker{
			Action: "/add", Field: "member", Label: "Search members", Query: hostile, Noun: "member", Error: hostile, More: true,
			Chosen: []parts.Pick{{Value: "1", Name: endless}}, Matches: []parts.Pick{{Value: "2", Name: hostile, Below: endless, Taken: "In the team"}},
		}}),
		"team pick, nothing": views.TeamPickPage(views.TeamPick{Page: confirm.Page, OnApps: true, Picker: parts.Picker{Action: "/add", Field: "app", Label: "Search apps", Noun: "app"}}),
	}
}

func TestNothingOfATeamBecomesAnElement(t *testing.T) {
	for name, page := range teamPages() {
		for _, script := range elements(render(t, page), "script") {
			if _, ok := attr(script, "src"); !ok {
				t.Errorf("%s: %s", name, text(script))
			}
		}
	}
}

func TestATeamShowsButtonsToWhoMayUseThem(t *testing.T) {
	team := sampleTeam()
	content := func(page templ.Component) *html.Node { return byID(render(t, page))["content"] }
	says(t, content(views.TeamPage(team)), "Edit", "Add members", "Remove from the team", "1 hour ago by Benedikt Sørensen", "You", "Suspended", "Members 2", "Apps 1")
	says(t, content(views.TeamAppsPage(team)), "Add apps", "Remove from the team", "by Amara Okafor", "Public")
	team.Manages, team.Adds = false, false
	for _, page := range []templ.Component{views.TeamPage(team), views.TeamAppsPage(team)} {
		hidesWords(t, content(page), "Edit", "Add members", "Add apps", "Remove", "Select")
		if boxes := pick(content(page), "input", "check"); len(boxes) != 0 {
			t.Errorf("%d boxes to tick for nothing", len(boxes))
		}
	}
}

func TestWhatATeamGivesIsSaidForEach(t *testing.T) {
	v := sampleTeamConfirm()
	doc := render(t, views.TeamConfirmPage(v))
	says(t, doc, "1 person gains 3 apps. 2 people may then build in 2 apps that they could only read.", "Add 5 members")
	want := []string{
		"Gains 3 apps, and may build in 1 more that they can only read.", "May build in 2 apps that they can only read.", "Gains no app: builds in all of the team's apps by other ways.",
		"Reaches every app as an Organization User.", "In the team already. Nothing changes.", "Reaches nothing while suspended, so nothing changes now.", "Not of this organization any more. It is left out.",
	}
	for i, row := range elements(elements(doc, "tbody")[0], "tr") {
		says(t, row, want[i])
	}
	v.TeamApps, v.Effect = 0, views.TeamEffect{}
	says(t, render(t, views.TeamConfirmPage(v)), "The team has no apps yet, so nobody gains one.", "Gains no app yet: the team has none.")

	v = sampleTeamConfirm()
	v.Adding, v.Rows = false, v.Rows[:5]
	for i := range v.Rows {
		v.Rows[i].In = !v.Rows[i].In
	}
	doc = render(t, views.TeamConfirmPage(v))
	says(t, doc, "1 person loses 3 apps, because nothing else opens them to them. 2 people can then only read 2 apps.", "Remove 4 members")
	want = []string{
		"Loses 3 apps, and can only read 1 more.", "Can then only read 2 apps.", "Loses no app: other ways open them all, or the team has none.", "Reaches every app as an Organization User.", "Not in the team any more. Nothing changes.",
	}
	for i, row := range elements(elements(doc, "tbody")[0], "tr") {
		says(t, row, want[i])
	}
	v.Rows = v.Rows[4:]
	button := pick(byID(render(t, views.TeamConfirmPage(v)))["content"], "button", "danger")
	if _, disabled := attr(button[0], "disabled"); !disabled {
		t.Error("nothing can be removed, and the button works")
	}
}

func TestDeletingATeamIsSaidInNumbers(t *testing.T) {
	deletion := sampleTeamDeletion()
	says(t, render(t, views.TeamDeletionPage(deletion)), "12 members and 4 apps are in it; they stay in the organization. 5 people lose 3 apps, because nothing else opens them to them. 1 person can then only read 1 app. There is no way back.")
	deletion.Effect = views.TeamEffect{}
	says(t, render(t, views.TeamDeletionPage(deletion)), "Nobody loses an app.")
	deletion.Members, deletion.Apps = 0, 0
	says(t, render(t, views.TeamDeletionPage(deletion)), "Nobody and no app is in it, so nobody loses anything.")
	form := sampleTeamForm()
	form.Editing = false
	hidesWords(t, byID(render(t, views.TeamFormPage(form)))["content"], "Delete", "cannot be changed.")
}

// A page of 50 people with long names is not a heavy one.
func TestAPageOfATeamIsLight(t *testing.T) {
	team := sampleTeam()
	team.People, team.AppRows = nil, nil
	for i := range 50 {
		name := fmt.Sprintf("Maximiliane Hohenlohe %d", i)
		team.People = append(team.People, views.TeamPerson{
			URL: "/orgs/northwind/members/0190a5c0-0000-7000-8000-000000000000", ID: "0190a5c0-0000-7000-8000-000000000000", Name: name, Email: strings.ReplaceAll(name, " ", ".") + "@northwind.example",
			Role: authz.OrganizationContributor, Added: team.Page.Now.Add(-hour), AddedBy: name,
		})
		team.AppRows = append(team.AppRows, views.TeamAppRow{URL: "/orgs/northwind/apps/an-app-with-a-long-identifier", Slug: "an-app-with-a-long-identifier", Description: strings.Repeat("word ", 24), AddedBy: name, Added: team.Page.Now})
	}
	for name, page := range map[string]templ.Component{"people": views.TeamPage(team), "apps": views.TeamAppsPage(team)} {
		var b bytes.Buffer
		if err := page.Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", name, b.Len())
		if b.Len() > 60<<10 {
			t.Errorf("%s: %d bytes", name, b.Len())
		}
	}
}

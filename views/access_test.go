package views_test

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"gatehouse/internal/authz"
	"gatehouse/views"
)

func sampleVerdict() views.Access {
	page := organizationFrame("Why can, why can't", views.SectionRoles)
	return views.Access{
		Page: page,
		Form: views.AccessForm{
			Action: "/orgs/northwind/access", Scope: "models:create",
			Person: &views.AccessThing{ID: "2", Name: "Daniel Cho", Below: "daniel.cho@northwind.example", URL: "/orgs/northwind/access?scope=models:create"},
			App:    &views.AccessThing{ID: "arm", Name: "arm", URL: "/orgs/northwind/access?who=2"},
		},
		Verdict: &views.Verdict{
			Person: "Daniel Cho", Scope: authz.ModelsCreate, App: "arm", Reason: "One grant reaches arm, and its column has No in this row.",
			Grants: []views.AccessGrant{{Origin: "The role Organization User", Column: authz.OrganizationUser, Facts: []views.AccessFact{{Words: "Given the role", At: page.Now.Add(-3 * hour), By: "Amara Okafor"}}}},
			Idle:   []string{"The team Hands gives its apps to Team Contributors, and Daniel Cho is an Organization User."},
			Ways: []views.AccessWay{
				{Steps: []views.AccessStep{{Sentence: "Make Daniel Cho a collaborator of arm, as a contributor.", Label: "Open arm", URL: "/orgs/northwind/apps/arm"}}},
				{Steps: []views.AccessStep{{Sentence: "Reinstate Daniel Cho.", Who: "An Administrator can do that.", WhoURL: "/orgs/northwind/access?scope=members:manage"}, {Sentence: "Daniel Cho signs in.", Who: "Only Daniel Cho can."}}},
			},
		},
	}
}

func accessPages() map[string]templ.Component {
	verdict := sampleVerdict()
	ask := views.Access{Page: verdict.Page, Form: views.AccessForm{Action: "/orgs/northwind/access"}}
	with := func(change func(*views.Access)) templ.Component {
		one := ask
		change(&one)
		return views.AccessPage(one)
	}
	holders := views.Holders{Scope: authz.ModelsCreate, App: "arm", Ways: []views.HoldersWay{{Label: "Administrators", URL: "/w", Current: true}}}
	named, everybody := holders, holders
	named.Rows = []views.HolderRow{{Name: "Amara Okafor", Email: "amara.okafor@northwind.example", URL: "/why", Through: "Administrator", Since: verdict.Page.Now}}
	everybody.Said = "Every member of Northwind Robotics."
	long := sampleVerdict()
	long.Form.Person.Name, long.Form.App.Name, long.Verdict.Person, long.Verdict.App, long.Verdict.Reason = endless, endless, endless+hostile, endless, hostile
	long.Verdict.Grants[0].Origin, long.Verdict.Idle[0], long.Verdict.Ways[0].Steps[0].Sentence, long.Verdict.Ways[0].Steps[0].Label = hostile, endless, endless, endless
	return map[string]templ.Component{
		"access":            with(func(v *views.Access) { v.Examples = []views.AccessExample{{Question: "What may I do?", URL: "/q"}} }),
		"access, verdict":   views.AccessPage(verdict),
		"access, longest":   views.AccessPage(long),
		"access, needs app": with(func(v *views.Access) { v.NeedsApp = "Create Models" }),
		"access, people": with(func(v *views.Access) {
			v.People = &views.AccessMatches{Typed: hostile, More: true, Found: []views.AccessThing{{Name: endless, Below: endless, URL: "/q"}}}
		}),
		"access, no app": with(func(v *views.Access) { v.Apps = &views.AccessMatches{Typed: hostile} }),
		"access, rights": with(func(v *views.Access) {
			v.Rights = &views.Rights{Person: endless, Rows: []views.RightRow{{Scope: authz.MembersManage, URL: "/q"}, {Scope: authz.MembersView, Allowed: true, Because: endless, URL: "/q"}}}
		}),
		"access, holders":   with(func(v *views.Access) { v.Holders = &named }),
		"access, nobody":    with(func(v *views.Access) { v.Holders = &holders }),
		"access, everybody": with(func(v *views.Access) { v.Holders = &everybody }),
	}
}

func TestTheVerdictShowsRowGrantsAndWays(t *testing.T) {
	doc := render(t, views.AccessPage(sampleVerdict()))
	answer := byID(doc)["results"]
	says(t, answer, "No. Daniel Cho does not have the right “Create Models” in the app arm.", "One grant reaches arm", "The role Organization User",
		"Given the role", "by Amara Okafor", "The team Hands gives its apps to Team Contributors", "And:")
	if announced, _ := attr(answer, "data-announce"); !strings.HasPrefix(announced, "No. One grant") {
		t.Errorf("announced %q", announced)
	}
	says(t, one(t, answer, "tr", "mine"), "Organization User", "carried by a grant", "No")
	var links []string
	for _, link := range pick(answer, "a", "") {
		href, _ := attr(link, "href")
		links = append(links, text(link)+" "+href)
	}
	for _, want := range []string{"Open arm /orgs/northwind/apps/arm", "See who that is for: Reinstate Daniel Cho. /orgs/northwind/access?scope=members:manage"} {
		if !strings.Contains(strings.Join(links, "\n"), want) {
			t.Errorf("no link %q in %q", want, links)
		}
	}
	says(t, byID(doc)["ask"], "Daniel Cho", "arm", "Change the person")
}

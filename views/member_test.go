package views_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"gatehouse/internal/authz"
	"gatehouse/views"
)

const lastSentence = "Daniel Cho is the only active Administrator. Make somebody else an Administrator first."

// sampleMember is a member as an Administrator sees them.
func sampleMember() views.Member {
	list := sampleMembers()
	row, now := list.Rows[1], list.Page.Now
	return views.Member{
		Page: organizationFrame("Daniel Cho", views.SectionMembers), Row: row, Now: now, RoleSince: now.Add(-30 * hour), RoleBy: "Amara Okafor",
		Teams: []views.MemberTeam{{Name: "Robotics", URL: "/orgs/northwind/teams/robotics"}, {Name: "Night shift", URL: "/orgs/northwind/teams/night-shift"}},
		Apps: []views.MemberAppRow{
			{URL: "/orgs/northwind/apps/arm", Slug: "arm", Why: []string{"Team Robotics", "Collaborator, as a viewer"}},
			{URL: "/orgs/northwind/apps/map", Slug: "map", Visibility: authz.Organization, Why: []string{"Visible to the organization"}},
		},
		AppCount: 1000, MoreApps: true, AppsURL: "/orgs/northwind/members/2/apps",
		Manage: &views.ManageMember{
			RoleURL: "/orgs/northwind/members/2/role", SuspendURL: "/orgs/northwind/members/2/suspend", ReinstateURL: "/orgs/northwind/members/2/reinstate",
			RemoveURL: "/orgs/northwind/members/2/remove", ResetURL: "/orgs/northwind/members/2/reset-link",
		},
		Sessions: &views.MemberSessions{
			EndAllURL: "/orgs/northwind/members/2/sessions/end-all", HeldReason: "held",
			Rows: []views.SessionRow{
				{Browser: "Firefox on Linux", IP: "203.0.113.9", Methods: []string{"SSO: Okta"}, Since: now.Add(-hour), LastSeen: now, EndURL: "/orgs/northwind/members/2/sessions/a/end"},
				{Browser: "Chrome on Android", IP: "203.0.113.10", Methods: []string{"Password"}, Since: now.Add(-hour), LastSeen: now, Held: true},
			},
		},
		Log: &views.MemberLog{Rows: sampleAudit().Rows, URL: "/orgs/northwind/audit?who=2"},
	}
}

func sampleMemberRole() views.MemberRole {
	page := organizationFrame("Change the role of Daniel Cho", views.SectionMembers)
	return views.MemberRole{
		Page: page, Name: "Daniel Cho", Role: authz.OrganizationContributor, Chosen: "organization_contributor", Version: "3", Teams: 2,
		Action: "/orgs/northwind/members/2/role", Cancel: "/orgs/northwind/members/2", Since: page.Now.Add(-hour), By: "Amara Okafor",
	}
}

func sampleDeparture() views.Departure {
	page := organizationFrame("Remove Daniel Cho", views.SectionMembers)
	return views.Departure{
		Page: page, Name: "Daniel Cho", Role: authz.TeamContributor, Teams: sampleMember().Teams, Sessions: 2, Identities: 1, Invitations: 1,
		Grants: []views.GrantRow{{App: "arm", Since: page.Now.Add(-hour)}, {App: "map", Contributor: true, Since: page.Now.Add(-400 * hour), Kept: true}},
		Action: "/orgs/northwind/members/2/remove", Cancel: "/orgs/northwind/members/2", Confirm: "daniel.cho@northwind.example",
	}
}

// memberPages are a member's own pages: full, bare, refused, and with the longest values.
func memberPages() map[string]templ.Component {
	made, active, last, plain, own := sampleMember(), sampleMember(), sampleMember(), sampleMember(), sampleMember()
	made.ResetLink = "https://console.northwind.example/password/reset/abc"
	active.Row.Suspended = false
	last.Row.Suspended, last.Manage.SuspendReason, last.Manage.RemoveReason, last.Manage.ResetReason = false, lastSentence, lastSentence, "No password."
	plain.Manage, plain.Sessions, plain.Log, plain.Teams, plain.Apps, plain.AppCount, plain.MoreApps = nil, nil, nil, nil, nil, 0, false
	own.Row.You, own.Row.Suspended, own.Sessions = true, false, &views.MemberSessions{OwnURL: "/account/security"}

	long := sampleMember()
	long.Page.Org.Name = endless + hostile
	long.Row = views.MemberRow{Name: endless + hostile, Email: endless + "@" + endless, Role: authz.OrganizationContributor, Source: hostile}
	long.RoleBy, long.ResetLink = endless, "https://x.example/"+endless+hostile
	long.Teams = slices.Repeat([]views.MemberTeam{{Name: endless, URL: "/t"}, {Name: hostile, URL: "/u"}}, 20)
	long.Apps = []views.MemberAppRow{{URL: "/a", Slug: endless, Visibility: 9, Why: []string{hostile, endless}}}

	stale, none, only := sampleMemberRole(), sampleMemberRole(), sampleMemberRole()
	stale.Stale, stale.Message, stale.Chosen = true, "Somebody else changed Daniel Cho meanwhile. Look at what is now, and save again.", "organization_user"
	none.Message, none.AtField, none.Chosen = "Choose a role.", true, "owner"
	only.Reason, only.You, only.Role, only.Chosen = "You are the only active Administrator. Make somebody else an Administrator first.", true, authz.Administrator, "administrator"
	refused, leaving, stays, endlessDeparture := sampleDeparture(), sampleDeparture(), sampleDeparture(), sampleDeparture()
	refused.Typed, refused.Error = "daniel", "Type “daniel.cho@northwind.example” to remove Daniel Cho."
	leaving.You, leaving.Confirm = true, "northwind"
	stays.You, stays.Reason, stays.Teams, stays.Grants = true, only.Reason, nil, nil
	endlessDeparture.Name, endlessDeparture.Confirm, endlessDeparture.Grants = endless+hostile, endless+"@"+endless, []views.GrantRow{{App: endless}}
	return map[string]templ.Component{
		"member":                    views.MemberPage(made),
		"member, active":            views.MemberPage(active),
		"member, last":              views.MemberPage(last),
		"member, seen by others":    views.MemberPage(plain),
		"member, oneself":           views.MemberPage(own),
		"member, longest":           views.MemberPage(long),
		"member's apps":             views.MemberAppsPage(views.MemberAppsList{Page: made.Page, Name: "Daniel Cho", MemberURL: "/m", Role: authz.TeamContributor, Rows: made.Apps}),
		"member's apps, none":       views.MemberAppsPage(views.MemberAppsList{Page: made.Page, Name: endless, MemberURL: "/m", Role: 99, Suspended: true}),
		"member's role":             views.MemberRolePage(sampleMemberRole()),
		"member's role, stale":      views.MemberRolePage(stale),
		"member's role, none":       views.MemberRolePage(none),
		"member's role, last":       views.MemberRolePage(only),
		"member's removal":          views.DeparturePage(sampleDeparture()),
		"member's removal, refused": views.DeparturePage(refused),
		"member's removal, longest": views.DeparturePage(endlessDeparture),
		"leaving":                   views.DeparturePage(leaving),
		"leaving, last":             views.DeparturePage(stays),
	}
}

func contentOf(t *testing.T, page templ.Component) *html.Node {
	t.Helper()
	return byID(render(t, page))["content"]
}

// actions are where the forms of a page post to.
func actions(t *testing.T, n *html.Node) string {
	t.Helper()
	var all []string
	for _, form := range elements(n, "form") {
		action, _ := attr(form, "action")
		if method, _ := attr(form, "method"); method != "post" {
			t.Errorf("the form to %s is sent by %s", action, method)
		}
		all = append(all, action[strings.LastIndex(action, "/")+1:])
	}
	return strings.Join(all, " ")
}

func TestAMembersPageOffersWhatMayBeDone(t *testing.T) {
	active := sampleMember()
	active.Row.Suspended = false
	plain := sampleMember()
	plain.Manage, plain.Sessions, plain.Log = nil, nil, nil
	for name, c := range map[string]struct {
		view views.Member
		want string
	}{
		"suspended":        {sampleMember(), "reset-link end-all end reinstate"},
		"active":           {active, "reset-link end-all end suspend"},
		"seen by a member": {plain, ""},
	} {
		if got := actions(t, contentOf(t, views.MemberPage(c.view))); got != c.want {
			t.Errorf("%s: forms %q, want %q", name, got, c.want)
		}
	}
	main := contentOf(t, views.MemberPage(active))
	says(t, main, "yesterday", "by Amara Okafor", "Team Robotics, Collaborator, as a viewer", "Show all 1,000+", "Show in the audit log", "Remove from Northwind Robotics")
	for _, link := range []string{"/orgs/northwind/members/2/role", "/orgs/northwind/members/2/remove", "/orgs/northwind/members/2/apps", "/orgs/northwind/teams/robotics", "/orgs/northwind/audit?who=2"} {
		found := false
		for _, a := range elements(main, "a") {
			href, _ := attr(a, "href")
			found = found || href == link
		}
		if !found {
			t.Errorf("no link to %s", link)
		}
	}
}

func TestTheLastAdministratorsButtonsAreDisabledWithTheReason(t *testing.T) {
	last := sampleMember()
	last.Row.Suspended, last.Manage.SuspendReason, last.Manage.RemoveReason = false, lastSentence, lastSentence
	zone := one(t, contentOf(t, views.MemberPage(last)), "section", "danger-zone")
	buttons := elements(zone, "button")
	if len(buttons) != 2 {
		t.Fatalf("%d buttons", len(buttons))
	}
	for _, button := range buttons {
		if _, disabled := attr(button, "disabled"); !disabled {
			t.Errorf("%q works", text(button))
		}
	}
	if n := strings.Count(text(zone), lastSentence); n != 2 {
		t.Errorf("the reason stands there %d times", n)
	}
	role := sampleMemberRole()
	role.Reason, role.Role, role.Chosen = lastSentence, authz.Administrator, "administrator"
	for _, radio := range elements(one(t, contentOf(t, views.MemberRolePage(role)), "fieldset", ""), "input") {
		value, _ := attr(radio, "value")
		if _, disabled := attr(radio, "disabled"); disabled == (value == "administrator") {
			t.Errorf("%s: disabled is %v", value, disabled)
		}
	}
}

func TestEachRoleSaysWhatItWouldChange(t *testing.T) {
	role := sampleMemberRole()
	role.Role, role.Chosen, role.Teams = authz.TeamContributor, "team_contributor", 0
	cards := pick(contentOf(t, views.MemberRolePage(role)), "label", "radio-card")
	says(t, cards[0], "Gives 13 rights: Edit App ID, Edit Collaborators, Base Workflow Edit and 10 more.", "They then reach every app")
	hidesWords(t, cards[0], "Takes")
	says(t, cards[2], "As it is now.")
	says(t, cards[3], "Takes 8 rights: Create Models, Create Workflows, Edit App Description and 5 more.")
	role.Role = authz.OrganizationUser
	cards = pick(contentOf(t, views.MemberRolePage(role)), "label", "radio-card")
	says(t, cards[2], "In no team, they keep only apps that are visible")
	role.Teams = 2
	says(t, pick(contentOf(t, views.MemberRolePage(role)), "label", "radio-card")[2], "those of 2 teams")
}

func TestAStaleRoleShowsBoth(t *testing.T) {
	stale := sampleMemberRole()
	stale.Stale, stale.Message, stale.Chosen = true, "Somebody else changed Daniel Cho meanwhile.", "organization_user"
	main := contentOf(t, views.MemberRolePage(stale))
	says(t, one(t, main, "div", "callout"), "Somebody else changed Daniel Cho meanwhile.", "Now: Organization Contributor", "by Amara Okafor", "You chose: Organization User")
	for _, radio := range elements(one(t, main, "fieldset", ""), "input") {
		value, _ := attr(radio, "value")
		if _, checked := attr(radio, "checked"); checked != (value == "organization_user") {
			t.Errorf("%s: checked is %v", value, checked)
		}
	}
}

func TestARemovalSaysWhatGoesAndAsksWhatIsKept(t *testing.T) {
	main := contentOf(t, views.DeparturePage(sampleDeparture()))
	says(t, main, "The role Team Contributor, and the place in 2 teams.", "2 sessions that single sign-on opened end.", "1 pending invitation that could lead back is cancelled.",
		"What they made here: it belongs to the organization.", "Teams that lose them", "They were given 2 apps as a collaborator.")
	kept := map[string]bool{}
	for _, tick := range elements(one(t, main, "fieldset", "keep"), "input") {
		value, _ := attr(tick, "value")
		_, kept[value] = attr(tick, "checked")
	}
	if len(kept) != 2 || kept["arm"] || !kept["map"] {
		t.Errorf("to be kept: %v", kept)
	}
	leaving := sampleDeparture()
	leaving.You, leaving.Confirm = true, "northwind"
	main = contentOf(t, views.DeparturePage(leaving))
	says(t, main, "Leave Northwind Robotics", "2 apps that you were given as a collaborator.")
	if len(pick(main, "fieldset", "keep")) != 0 {
		t.Error("who leaves keeps something")
	}
}

func TestAPasswordResetLinkIsOfferedOnlyAsFarAsItCanBeMade(t *testing.T) {
	fixed, made := sampleMember(), sampleMember()
	fixed.Manage.ResetReason = "Daniel Cho has no password."
	made.ResetLink = "https://console.northwind.example/password/reset/abc"
	reset := func(v views.Member) *html.Node {
		for _, form := range elements(contentOf(t, views.MemberPage(v)), "form") {
			if action, _ := attr(form, "action"); action == "/orgs/northwind/members/2/reset-link" {
				return form
			}
		}
		t.Fatal("no form")
		return nil
	}
	if _, disabled := attr(one(t, reset(sampleMember()), "button", ""), "disabled"); disabled {
		t.Error("the button does not work")
	}
	if _, disabled := attr(one(t, reset(fixed), "button", ""), "disabled"); !disabled {
		t.Error("the button works although it cannot")
	}
	says(t, reset(fixed), "Daniel Cho has no password.")
	main := contentOf(t, views.MemberPage(made))
	if value, _ := attr(byID(main)["reset-link"], "value"); value != made.ResetLink {
		t.Errorf("the field holds %q", value)
	}
	says(t, one(t, main, "div", "callout"), "shown once", "valid for one hour", "in person")
}

package views_test

import (
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/views"
)

const (
	hostile = `"><script>alert(1)</script>`
	hour    = time.Hour
)

// endless is a word without a place to break, as long as a column of the database lets it be.
var endless = strings.Repeat("Wolfeschlegelsteinhausen", 10)

func organizationFrame(title string, active views.Section) views.Page {
	page := views.KitPage(views.LightTheme, "/orgs/northwind")
	page.Title, page.Active = title, active
	return page
}

// seenBy is the frame for somebody of another role.
func seenBy(page views.Page, role authz.Role) views.Page {
	page.Org.Role = role
	return page
}

func sampleMembers() views.Members {
	page := organizationFrame("Members", views.SectionMembers)
	return views.Members{
		Page: page, Total: 137, Query: "a", Filters: sampleFilters(), Sort: "-joined", Params: url.Values{"q": {"a"}, "sort": {"-joined"}}, Manages: true, ChangeURL: "/orgs/northwind/members/change", ToTeamURL: "/orgs/northwind/members/add-to-team", Pager: views.Pager{Older: "/orgs/northwind/members?after=x", Newer: "/orgs/northwind/members?before=y"},
		Rows: []views.MemberRow{
			{ID: "1", URL: "/orgs/northwind/members/1", SignsIn: "Password and SSO", Name: "Amara Okafor", Email: "amara.okafor@northwind.example", Role: authz.Administrator, You: true, Source: "Setup", Joined: page.Now.Add(-900 * hour), LastActive: page.Now.Add(-hour)},
			{ID: "2", URL: "/orgs/northwind/members/2", SignsIn: "SSO", Name: "Daniel Cho", Email: "daniel.cho@northwind.example", Role: authz.TeamContributor, Suspended: true, Source: "SSO", Teams: []string{"Robotics", "Vision", "Night shift", "Test"}, Joined: page.Now},
		},
	}
}

func sampleFilters() views.MemberFilters {
	return views.MemberFilters{
		Role: authz.TeamContributor, Team: "Vision", Source: "sso", Idle: true,
		Sources: []views.Option{{Value: "setup", Label: "Setup"}, {Value: "sso", Label: "SSO"}},
		Teams:   []views.Option{{Value: "robotics", Label: "Robotics"}, {Value: "vision", Label: "Vision"}},
	}
}

// sampleBulk is a change of many members with one of each state.
func sampleBulk(action string) views.Bulk {
	v := views.Bulk{
		Page: organizationFrame("Members", views.SectionMembers), Action: action, URL: "/orgs/northwind/members/change", Members: []string{"1", "2", "3", "4"}, Count: 4,
		Chosen: true, Role: "team_contributor", RoleName: "Team Contributor", Team: "hands", TeamName: "Hands", Teams: []views.Option{{Value: "hands", Label: "Hands"}}, More: true,
	}
	for i, state := range []views.BulkState{views.BulkPlanned, views.BulkSkipped, views.BulkDone, views.BulkFailed} {
		v.Rows = append(v.Rows, views.BulkRow{ID: v.Members[i], URL: "/m/" + v.Members[i], Name: endless[:20*(i+1)], Email: "p@northwind.example", State: state, Reason: []string{"", "Has this role already.", "", "Is no longer a member."}[i]})
	}
	return v
}

func sampleTeams() views.Teams {
	return views.Teams{Page: organizationFrame("Teams", views.SectionTeams), Rows: []views.TeamRow{
		{Slug: "robotics", Name: "Robotics", Description: "Arms and grippers.", Members: 14, Apps: 3},
		{Slug: "vision", Name: "Vision"},
	}}
}

func sampleApps() []views.AppRow {
	return []views.AppRow{
		{URL: "/orgs/northwind/apps/pick-and-place", Slug: "pick-and-place", Organization: "Northwind Robotics", Description: "From the belt to the tray.", Visibility: authz.Organization, Level: "Viewer"},
		{URL: "/orgs/fjord/apps/public-demo", Slug: "public-demo", Organization: "Fjord Lab", Visibility: authz.Public, Level: "Contributor"},
		{URL: "/orgs/fjord/apps/secret", Slug: "secret", Organization: "Fjord Lab", Level: "Contributor"},
	}
}

func sampleApp() views.App {
	return views.App{
		Page: organizationFrame("pick-and-place", views.SectionApps), Row: sampleApps()[0],
		Grants: []views.Grant{{Origin: authz.FromTeam, Team: "Robotics", Column: authz.TeamContributor}, {Origin: authz.FromOrganizationVisibility, Column: authz.OrganizationUser}},
		Scopes: []views.ScopeAnswer{{Label: "Create Models", Allowed: true}, {Label: "Delete App"}},
	}
}

func sampleRoles(own authz.Role) views.Roles {
	return views.Roles{
		Page: seenBy(organizationFrame("Roles & scopes", views.SectionRoles), own), Own: own,
		Counts: []views.RoleCount{{Role: authz.Administrator, Members: 1}, {Role: authz.OrganizationUser, Members: 81}},
	}
}

func sampleAudit() views.Audit {
	page := organizationFrame("Audit log", views.SectionAudit)
	return views.Audit{
		Page: page, Kinds: []views.Option{{Value: "session", Label: "session"}}, Keys: []views.AuditKey{{Term: "since:7d", Meaning: "from then on"}}, Pager: views.Pager{Older: "/orgs/northwind/audit?after=x"},
		Rows: []views.AuditRow{
			{At: page.Now.Add(-2 * hour), ActorName: "Amara Okafor", ActorEmail: "amara.okafor@northwind.example", Words: "edited an identity provider", TargetName: "Northwind SSO", Method: "Password", Changes: 3, URL: "/orgs/northwind/audit/entries/1",
				Actor: chip("actor:amara.okafor@northwind.example", "amara.okafor@northwind.example"), Action: chip("action:identity-provider.edited", "identity-provider.edited"),
				Target: chip("about:9", "Northwind SSO"), IP: chip("ip:203.0.113.9", "203.0.113.9"), Reference: chip("reference:7QK2-M9XD", "7QK2-M9XD")},
			{At: page.Now.Add(-9 * hour), ActorName: "The system", Words: "created the organization", Action: chip("action:organization.created", "organization.created"), URL: "/orgs/northwind/audit/entries/2", TargetName: "Northwind Robotics"},
			{At: page.Now.Add(-9 * hour), ActorName: "Daniel Cho", ActorEmail: "daniel.cho@northwind.example", Words: "signed in", Action: chip("action:session.signed-in", "session.signed-in"), URL: "/orgs/northwind/audit/entries/3", TargetName: "Daniel Cho", Method: "SSO"},
		},
	}
}

func chip(term, label string) views.AuditChip {
	return views.AuditChip{Label: label, Href: urls.AuditOf("northwind", term)}
}

func searchedAudit() views.Audit {
	v := sampleAudit()
	on := chip("action:identity-provider.edited", "action:identity-provider.edited")
	on.On = true
	v.Query, v.Terms, v.Action, v.Since = "action:identity-provider.edited ada", []views.AuditChip{on}, "session", "7d"
	v.Rows[0].Action.On = true
	return v
}

func sampleAuditEntry() views.AuditEntry {
	v := sampleAudit()
	return views.AuditEntry{
		Page: v.Page, Row: v.Rows[0], Kind: "identity provider", ActorURL: "/orgs/northwind/members/1", ObjectURL: "/orgs/northwind/security/identity-providers/sso", AboutURL: chip("about:9", "").Href,
		Changes: []views.Change{
			{Name: "name", Before: "Northwind", After: "Northwind SSO"}, {Name: "enabled", Before: "no", After: "no"}, {Name: "id", After: "sso"},
			{Name: "certificates", List: true, Removed: []string{"31:00"}, Added: []string{"45:00", "46:00"}, Kept: 1},
		},
	}
}

func sampleOverview() views.Overview {
	page := organizationFrame("Overview", views.SectionOverview)
	return views.Overview{
		Page: page, Members: 137, Suspended: 2, Teams: 3, Apps: 4, Pending: 6, Policy: []string{"At least 12 characters."}, SeesAudit: true, Manages: true,
		ByRole: []views.RoleCount{{Role: authz.Administrator, Members: 1}, {Role: authz.OrganizationContributor}, {Role: authz.TeamContributor, Members: 34}, {Role: authz.OrganizationUser, Members: 100}},
		Providers: []views.ProviderRow{
			{URL: "/p/sso", Name: "Northwind SSO", Enabled: true, Expires: page.Now.Add(12 * 24 * hour), LastSignIn: page.Now.Add(-hour), Now: page.Now},
			{Name: "Old directory", Expires: page.Now.Add(-hour), Now: page.Now},
			{Name: "Half made", Now: page.Now},
			{Name: "Long-lived", Enabled: true, Expires: page.Now.Add(400 * 24 * hour), Now: page.Now},
		},
		Recent: sampleAudit().Rows,
	}
}

// longest is every text as long as it can be, and hostile.
func longest() map[string]templ.Component {
	page := organizationFrame(endless, views.SectionMembers)
	page.Org.Name = endless + hostile
	member := views.MemberRow{URL: "/m", Name: endless + hostile, Email: endless + "@" + endless, Role: authz.OrganizationContributor, Source: hostile, Teams: []string{endless, hostile, endless}}
	app := views.AppRow{URL: "/a", Slug: endless, Organization: endless, Description: endless + hostile, Level: hostile, Visibility: 9, Through: endless, Teams: "99+"}
	entry := views.AuditRow{ActorName: endless, ActorEmail: endless, Words: hostile, Action: chip(hostile, endless), TargetName: hostile, Method: endless, IP: chip(endless, endless), Reference: chip(endless, endless), Changes: 1}
	return map[string]templ.Component{
		"members, longest":     views.MembersPage(views.Members{Page: page, Query: hostile, Filters: views.MemberFilters{Role: 99, Team: hostile, Source: hostile, MoreTeams: true, UnknownTeam: true, Teams: []views.Option{{Value: endless, Label: hostile}}}, Sort: hostile, Params: url.Values{"q": {hostile}}, Manages: true, Total: 1, Rows: []views.MemberRow{member}, Filtered: true}),
		"teams, longest":       views.TeamsPage(views.Teams{Page: page, Query: hostile, Rows: []views.TeamRow{{Slug: endless, Name: hostile, Description: endless, Members: 1 << 40}}}),
		"apps, longest":        views.AppsPage(views.Apps{Page: page, Query: hostile, Rows: []views.AppRow{app}}),
		"app, longest":         views.AppPage(views.App{Page: page, Row: app, Grants: []views.Grant{{Origin: authz.FromTeam, Team: hostile}, {Origin: 99}}, Scopes: []views.ScopeAnswer{{Label: endless}}}),
		"collab, longest":      views.CollaborationsPage(views.Collaborations{Page: page, Rows: []views.AppRow{app}}),
		"roles, wrong":         views.RolesPage(views.Roles{Page: page, Own: 99, Counts: []views.RoleCount{{Role: 99, Members: -1}}}),
		"audit, longest":       views.AuditPage(views.Audit{Page: page, Query: hostile, Action: hostile, Kinds: []views.Option{{}, {Value: hostile, Label: "ü"}}, Terms: []views.AuditChip{chip(hostile, endless)}, Rows: []views.AuditRow{entry}}),
		"audit entry, longest": views.AuditEntryPage(views.AuditEntry{Page: page, Row: entry, Kind: hostile, Changes: []views.Change{{Name: hostile, Before: endless, After: hostile}, {Name: endless, List: true, Added: []string{endless, hostile}}}}),
		"overview, wrong":      views.OverviewPage(views.Overview{Page: page, Members: -1, ByRole: []views.RoleCount{{Role: 99, Members: -5}, {Members: 1 << 40}}, Policy: []string{hostile}, Providers: []views.ProviderRow{{URL: "/p", Name: endless}}, Recent: []views.AuditRow{entry}, SeesAudit: true}),
	}
}

// organizationPages are the pages of an organization, full, empty and with the longest and wrong values.
func organizationPages() map[string]templ.Component {
	all := longest()
	maps.Copy(all, accessPages())
	maps.Copy(all, teamPages())
	members, apps, teams := sampleMembers(), views.Apps{Page: organizationFrame("Apps", views.SectionApps), Rows: sampleApps()}, sampleTeams()
	maps.Copy(all, memberPages())
	own, foreign := members, members
	own.OwnTeams, own.Rows = true, nil
	foreign.Rows = nil
	asked, none, many := sampleBulk("role"), sampleBulk("team"), sampleBulk("team")
	asked.Chosen, asked.Rows, asked.Errors = false, nil, map[string]string{"to-role": "Choose what they will be."}
	none.Teams, none.NewTeamURL = nil, "/orgs/northwind/teams/new"
	many.MoreTeams, many.Errors = true, map[string]string{"to-team": "There is no such team. Choose one."}
	nobody := views.Bulk{Page: members.Page, Action: "remove", URL: "/r", Errors: map[string]string{"members": "Nobody is chosen."}}
	for name, page := range map[string]templ.Component{
		"bulk, asked": views.BulkPage(asked), "bulk, role": views.BulkPage(sampleBulk("role")), "bulk, team": views.BulkPage(none), "bulk, teams": views.BulkPage(many),
		"bulk, remove": views.BulkPage(sampleBulk("remove")), "bulk, nobody": views.BulkPage(nobody), "bulk, suspend": views.BulkPage(sampleBulk("suspend")), "bulk, done": views.BulkResultPage(sampleBulk("reinstate")),
		"members":             views.MembersPage(members),
		"members, empty":      views.MembersPage(foreign),
		"members, own teams":  views.MembersPage(own),
		"members, no match":   views.MembersPage(views.Members{Page: members.Page, Filtered: true, Query: "zzz"}),
		"teams":               views.TeamsPage(teams),
		"teams, empty":        views.TeamsPage(views.Teams{Page: teams.Page}),
		"teams, own":          views.TeamsPage(views.Teams{Page: teams.Page, OwnTeams: true}),
		"teams, no match":     views.TeamsPage(views.Teams{Page: teams.Page, Filtered: true}),
		"apps":                views.AppsPage(apps),
		"apps, empty":         views.AppsPage(views.Apps{Page: apps.Page}),
		"apps, no team":       views.AppsPage(views.Apps{Page: seenBy(apps.Page, authz.TeamContributor)}),
		"apps, no match":      views.AppsPage(views.Apps{Page: apps.Page, Filtered: true}),
		"app":                 views.AppPage(sampleApp()),
		"app, guest":          views.AppPage(views.App{Page: seenBy(apps.Page, 0), Row: sampleApps()[2]}),
		"collaborations":      views.CollaborationsPage(views.Collaborations{Page: apps.Page, Rows: sampleApps()}),
		"collaborations, new": views.CollaborationsPage(views.Collaborations{Page: apps.Page}),
		"roles":               views.RolesPage(sampleRoles(authz.TeamContributor)),
		"audit":               views.AuditPage(sampleAudit()),
		"audit, empty":        views.AuditPage(views.Audit{Page: sampleAudit().Page}),
		"audit, no match":     views.AuditPage(views.Audit{Page: sampleAudit().Page, Query: "zebra", Terms: []views.AuditChip{chip("zebra", "zebra")}}),
		"audit, searched":     views.AuditPage(searchedAudit()),
		"audit, wrong":        views.AuditPage(views.Audit{Page: sampleAudit().Page, Query: "colour:red", Wrong: "At character 1: there is no “colour:”."}),
		"audit entry":         views.AuditEntryPage(sampleAuditEntry()),
		"audit entry, bare":   views.AuditEntryPage(views.AuditEntry{Page: sampleAudit().Page, Row: sampleAudit().Rows[1], Kind: "organization"}),
		"overview":            views.OverviewPage(sampleOverview()),
		"overview, empty":     views.OverviewPage(views.Overview{Page: sampleOverview().Page, SeesAudit: true, Manages: true}),
		"overview, guarded":   views.OverviewPage(views.Overview{Page: seenBy(sampleOverview().Page, authz.OrganizationUser)}),
	} {
		all[name] = page
	}
	return all
}

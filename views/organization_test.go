package views_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gatehouse/internal/authz"
	"gatehouse/views"
)

// pick finds the elements of a name that carry a class; an empty class is any.
func pick(n *html.Node, name, class string) []*html.Node {
	return slices.DeleteFunc(elements(n, name), func(e *html.Node) bool {
		classes, _ := attr(e, "class")
		return class != "" && !slices.Contains(strings.Fields(classes), class)
	})
}

// one is the only element of a name and class.
func one(t *testing.T, n *html.Node, name, class string) *html.Node {
	t.Helper()
	found := pick(n, name, class)
	if len(found) != 1 {
		t.Fatalf("%d of %s.%s, want one", len(found), name, class)
	}
	return found[0]
}

func hidesWords(t *testing.T, n *html.Node, unwanted ...string) {
	t.Helper()
	for _, word := range unwanted {
		if strings.Contains(text(n), word) {
			t.Errorf("it says %q: %s", word, text(n))
		}
	}
}

func TestHeadingsAreInOrder(t *testing.T) {
	for name, page := range organizationPages() {
		level := 0
		for _, n := range elements(render(t, page), "") {
			if len(n.Data) != 2 || n.Data[0] != 'h' || n.Data[1] < '1' || n.Data[1] > '6' {
				continue
			}
			if next := int(n.Data[1] - '0'); next > level+1 {
				t.Errorf("%s: after h%d comes h%d %q", name, level, next, text(n))
				level = next
			} else {
				level = next
			}
		}
	}
}

func TestTablesHaveACaptionAndHeadedColumns(t *testing.T) {
	for name, page := range organizationPages() {
		for _, table := range elements(render(t, page), "table") {
			if len(elements(table, "caption")) != 1 {
				t.Errorf("%s: a table without a caption", name)
			}
			columns := len(elements(elements(table, "thead")[0], "th"))
			for _, row := range elements(table, "tr") {
				cells := 0
				for _, cell := range slices.Concat(elements(row, "th"), elements(row, "td")) {
					span, _ := attr(cell, "colspan")
					n, err := strconv.Atoi(span)
					if err != nil {
						n = 1
					}
					cells += n
					if scope, _ := attr(cell, "scope"); cell.Data == "th" && scope == "" {
						t.Errorf("%s: the head %q has no scope", name, text(cell))
					}
				}
				if cells != columns {
					t.Errorf("%s: a row of %d cells under %d columns", name, cells, columns)
				}
			}
		}
	}
}

func TestNothingThatWasTypedBecomesAnElement(t *testing.T) {
	for name, page := range longest() {
		for _, script := range elements(render(t, page), "script") {
			if _, ok := attr(script, "src"); !ok {
				t.Errorf("%s: %s", name, text(script))
			}
		}
	}
}

func TestEveryEmptyListSaysWhatWhyAndWhatToDo(t *testing.T) {
	for name, page := range organizationPages() {
		for _, empty := range pick(render(t, page), "div", "empty") {
			if text(one(t, empty, "h2", "")) == "" || len(text(one(t, empty, "p", ""))) < 40 || len(elements(empty, "a")) != 1 {
				t.Errorf("%s: %s", name, text(empty))
			}
		}
	}
}

func TestMembersAreRowsThatLeadToTheirPages(t *testing.T) {
	doc := render(t, views.MembersPage(sampleMembers()))
	body := byID(doc)["results"]
	rows := elements(elements(body, "tbody")[0], "tr")
	if len(rows) != 2 {
		t.Fatalf("%d rows", len(rows))
	}
	says(t, rows[0], "Amara Okafor", "You", "amara.okafor@northwind.example", "Administrator", "Active", "1 hour ago", "Setup")
	says(t, rows[1], "Daniel Cho", "Team Contributor", "Suspended", "Robotics, Vision and 2 more", "never", "SSO")
	hidesWords(t, rows[1], "You")
	if href, _ := attr(elements(rows[1], "a")[0], "href"); href != "/orgs/northwind/members/2" {
		t.Errorf("the row leads to %s", href)
	}
	says(t, doc, "The 137 members of Northwind Robotics", "Organization members 137")
	hidesWords(t, doc, "Pending invitations", "share a team")
}

func TestTheSearchOfMembersWorksAsAFormAndKeepsWhatWasAsked(t *testing.T) {
	form := byID(render(t, views.MembersPage(sampleMembers())))["search"]
	for name, want := range map[string]string{"method": "get", "action": "/orgs/northwind/members", "hx-get": "/orgs/northwind/members", "hx-target": "#results"} {
		if got, _ := attr(form, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if value, _ := attr(elements(form, "input")[0], "value"); value != "a" {
		t.Errorf("the search holds %q", value)
	}
	chosen := map[string]string{}
	for _, filter := range elements(form, "select") {
		name, _ := attr(filter, "name")
		for _, option := range elements(filter, "option") {
			if _, selected := attr(option, "selected"); selected {
				chosen[name], _ = attr(option, "value")
			}
		}
	}
	if want := (map[string]string{"role": "team_contributor", "team": "vision", "source": "sso", "status": "", "inactive": "90"}); !maps.Equal(chosen, want) {
		t.Errorf("chosen are %v, want %v", chosen, want)
	}
}

func TestTheHeadsOfMembersSortWithinTheFilter(t *testing.T) {
	links := map[string]string{}
	for _, head := range elements(byID(render(t, views.MembersPage(sampleMembers())))["results"], "th") {
		for _, link := range elements(head, "a") {
			links[text(link)], _ = attr(link, "href")
		}
		if sorted, _ := attr(head, "aria-sort"); (sorted == "descending") != (text(head) == "Joined") {
			t.Errorf("%s says it is sorted %q", text(head), sorted)
		}
	}
	const members = "/orgs/northwind/members?q=a&sort="
	if want := (map[string]string{"Member": members + "name", "Role": members + "role", "Last active": members + "active", "Joined": members + "joined"}); !maps.Equal(links, want) {
		t.Errorf("the heads lead to %v", links)
	}
}

func TestAnOrganizationOfManyTeamsAsksForTheTeamsID(t *testing.T) {
	v := sampleMembers()
	v.Filters.MoreTeams, v.Filters.UnknownTeam, v.Filters.Team = true, true, "gone"
	doc := render(t, views.MembersPage(v))
	field := elements(byID(doc)["search"], "input")[1]
	if name, _ := attr(field, "name"); name != "team" {
		t.Errorf("the second field is %q", name)
	}
	if list, _ := attr(field, "list"); len(elements(byID(doc)[list], "option")) != 2 {
		t.Errorf("the list %q offers nothing", list)
	}
	says(t, byID(doc)["results"], "There is no team “gone”")
}

func TestHowMembersSignInIsForWhoManagesThem(t *testing.T) {
	v := sampleMembers()
	says(t, byID(render(t, views.MembersPage(v)))["results"], "Signs in with", "Password and SSO", "with a second factor.")
	v.Rows[0].Factor, v.Filters.ByFactor = true, true
	says(t, byID(render(t, views.MembersPage(v)))["results"], "Password and SSO + factor")
	v.Manages, v.Filters.ByFactor = false, false
	hidesWords(t, byID(render(t, views.MembersPage(v)))["results"], "Signs in with", "factor")
}

func TestATeamContributorIsToldWhomTheySee(t *testing.T) {
	v := sampleMembers()
	v.OwnTeams, v.Manages, v.ChangeURL, v.ToTeamURL = true, false, "", ""
	doc := render(t, views.MembersPage(v))
	says(t, doc, "You see the people who share a team with you.")
	hidesWords(t, byID(doc)["content"], "137")
}

func TestTeamsAndAppsShowWhatTheyHold(t *testing.T) {
	teams := elements(elements(render(t, views.TeamsPage(sampleTeams())), "tbody")[0], "tr")
	says(t, teams[0], "Robotics", "robotics", "Arms and grippers.", "14", "3")
	says(t, teams[1], "No description", "0")
	apps := elements(elements(render(t, views.CollaborationsPage(views.Collaborations{Page: sampleApp().Page, Rows: sampleApps()})), "tbody")[0], "tr")
	for i, want := range [][]string{{"Northwind Robotics", "Viewer", "Organization"}, {"Fjord Lab", "Contributor", "Public"}, {"secret", "Private", "No description"}} {
		says(t, apps[i], want...)
	}
}

func TestAnAppSaysWhyItIsOpenAndWhatOneMayDo(t *testing.T) {
	tables := elements(render(t, views.AppPage(sampleApp())), "tbody")
	grants, answers := elements(tables[0], "tr"), elements(tables[1], "tr")
	says(t, grants[0], "Team Robotics", "Team Contributor")
	says(t, grants[1], "Visible to the organization", "Organization User")
	if got := text(answers[0]) + ", " + text(answers[1]); got != "Create Models Yes, Delete App No" {
		t.Errorf("got %q", got)
	}
	guest := views.AppPage(views.App{Page: seenBy(sampleApp().Page, 0), Row: sampleApps()[0]})
	hidesWords(t, byID(render(t, guest))["content"], "Role table")
}

func TestTheRolesPageIsBothTablesWithOnesOwnColumnMarked(t *testing.T) {
	for _, own := range append(authz.Roles(), 0) {
		doc := render(t, views.RolesPage(sampleRoles(own)))
		for _, table := range authz.Tables() {
			drawn := byID(doc)["matrix-"+table.Key()]
			var scopes []authz.Scope
			for _, row := range elements(drawn, "tr") {
				cells := elements(row, "td")
				if len(cells) == 0 {
					continue
				}
				scope, found := authz.FindScope(text(one(t, row, "small", "mono")))
				if !found || text(elements(row, "b")[0]) != scope.Label() {
					t.Fatalf("a row of no scope: %s", text(row))
				}
				scopes = append(scopes, scope)
				for i, role := range authz.Roles() {
					if (text(cells[i]) == "Yes") != scope.Holds(role) || (text(cells[i]) == "No") == scope.Holds(role) {
						t.Errorf("%s of %s is drawn as %q", scope.Name(), role, text(cells[i]))
					}
					if classes, _ := attr(cells[i], "class"); strings.Contains(classes, "mine") != (role == own) {
						t.Errorf("own %s, column %s: class %q", own, role, classes)
					}
				}
			}
			if !slices.Equal(scopes, table.Scopes()) {
				t.Errorf("%s: the rows are not the table's, in its order", table.Key())
			}
			for i, head := range elements(elements(drawn, "thead")[0], "th")[1:] {
				if strings.HasSuffix(text(head), "Your role") != (authz.Roles()[i] == own) {
					t.Errorf("own %s: the head %q", own, text(head))
				}
			}
			for _, group := range pick(drawn, "tr", "group") {
				if text(group) == "" {
					t.Errorf("%s: a group without a heading", table.Key())
				}
			}
		}
	}
}

func TestTheRolesPageSaysWhatEachRoleIsAndHowManyHoldIt(t *testing.T) {
	cards := pick(render(t, views.RolesPage(sampleRoles(authz.OrganizationUser))), "li", "role")
	for i, count := range []string{"1 member ", "0 members", "0 members", "81 members"} {
		role := authz.Roles()[i]
		says(t, cards[i], role.Label(), role.Meaning(), count)
	}
}

func TestTheAuditLogSaysWhoDidWhatWhenAndHow(t *testing.T) {
	doc := render(t, views.AuditPage(sampleAudit()))
	entries := elements(one(t, doc, "ol", "log"), "li")
	if len(entries) != 3 {
		t.Fatalf("%d entries", len(entries))
	}
	says(t, entries[0], "Amara Okafor edited an identity provider · Northwind SSO", "amara.okafor@northwind.example", "identity-provider.edited",
		"2 hours ago", "20 Nov 2026, 07:30:00 UTC", "Signed in by Password", "203.0.113.9", "Reference 7QK2-M9XD", "3 changes")
	if got := text(entries[1]); strings.Contains(got, "Reference") || strings.Contains(got, "change") || strings.Contains(got, "from") {
		t.Errorf("an entry without changes, address and reference shows some: %q", got)
	}
	if got := strings.Count(text(one(t, entries[2], "p", "said")), "Daniel Cho"); got != 1 {
		t.Errorf("the person is named %d times", got)
	}
	selects := elements(byID(doc)["search"], "select")
	options := elements(selects[0], "option")
	if name, _ := attr(selects[0], "name"); name != "action" || text(options[0]) != "Everything" || text(options[1]) != "Session" {
		t.Errorf("the filter %s offers %q and %q", name, text(options[0]), text(options[1]))
	}
}

func TestAFactThatIsSearchedForIsMarkedAndTakenAway(t *testing.T) {
	doc := render(t, views.AuditPage(searchedAudit()))
	marked := elements(one(t, doc, "ol", "log"), "mark")
	if len(marked) != 1 || text(marked[0]) != "identity-provider.edited" {
		t.Errorf("%d facts are marked", len(marked))
	}
	for _, link := range elements(one(t, doc, "ul", "chips"), "a") {
		if label, _ := attr(link, "aria-label"); label != "Remove action:identity-provider.edited from the search" {
			t.Errorf("the chip says %q", label)
		}
	}
	says(t, one(t, doc, "ul", "chips"), "action:identity-provider.edited")
}

func TestAnEntrySaysWhatWasBeforeAndAfter(t *testing.T) {
	doc := render(t, views.AuditEntryPage(sampleAuditEntry()))
	var rows []string
	for _, row := range elements(one(t, one(t, doc, "table", "diff"), "tbody", ""), "tr") {
		rows = append(rows, text(row))
	}
	want := []string{"Name Northwind Northwind SSO", "Enabled no no", "ID – none sso", "Certificates removed: 31:00 added: 45:00 added: 46:00 and 1 item as before"}
	if !slices.Equal(rows, want) {
		t.Errorf("the changes read %q", rows)
	}
	says(t, doc, "See the identity provider", "All events about this identity provider", "Friday, 20 November 2026")
	says(t, render(t, views.AuditEntryPage(views.AuditEntry{Page: sampleAudit().Page, Row: sampleAudit().Rows[1], Kind: "organization"})), "No value was changed", "not there any more")
}

func TestTheOverviewCountsAndWarns(t *testing.T) {
	doc := render(t, views.OverviewPage(sampleOverview()))
	var stats []string
	for _, stat := range slices.Concat(pick(doc, "a", "stat"), pick(doc, "div", "stat")) {
		stats = append(stats, text(stat))
	}
	if want := []string{"Members 137 2 suspended", "Teams 3", "Apps 4", "Pending invitations 6"}; !slices.Equal(stats, want) {
		t.Errorf("the numbers are %q", stats)
	}
	var widths []string
	for _, bar := range elements(one(t, doc, "ul", "bars"), "rect") {
		width, _ := attr(bar, "width")
		widths = append(widths, width)
	}
	if want := []string{"1", "0", "25", "74"}; !slices.Equal(widths, want) {
		t.Errorf("the bars are %q wide", widths)
	}
	providers := elements(one(t, doc, "ul", "providers"), "li")
	for i, want := range [][]string{
		{"Enabled", "Certificate expires in 12 days", "1 hour ago"}, {"Disabled", "Certificate expired", "never"}, {"No certificate"},
		{"Certificate until 25 Dec 2027"},
	} {
		says(t, providers[i], want...)
	}
	if len(elements(providers[0], "a")) != 1 || len(elements(providers[1], "a")) != 0 {
		t.Error("a provider leads where the reader may not go, or not where they may")
	}
	says(t, doc, "At least 12 characters.", "Recent activity")
}

func TestTheOverviewOffersOnlyWhatTheReaderMay(t *testing.T) {
	v := views.Overview{Page: seenBy(sampleOverview().Page, authz.OrganizationUser)}
	content := byID(render(t, views.OverviewPage(v)))["content"]
	says(t, content, "everybody signs in with a password", "An Administrator can create one.")
	hidesWords(t, content, "Recent activity", "Audit log", "Create an identity provider")
}

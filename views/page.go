package views

import (
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/views/parts"
)

// Theme is the colour scheme a person chose. The zero Theme follows the system.
type Theme string

// The three themes, as the theme form and the cookie spell them.
const (
	SystemTheme Theme = "system"
	LightTheme  Theme = "light"
	DarkTheme   Theme = "dark"
)

// ParseTheme returns the theme of a cookie or form value; what it does not know follows the system.
func ParseTheme(value string) Theme {
	switch t := Theme(value); t {
	case LightTheme, DarkTheme:
		return t
	default:
		return SystemTheme
	}
}

// Page is the frame around a signed-in page: what the layout shows besides the page's own content. It is filled once per request and
// passed down.
type Page struct {
	Title     string // of the document; the frame adds the product's name
	Theme     Theme
	Path      string // path and query of this page: where choosing a theme comes back to
	Now       time.Time
	Person    Person       // who is signed in
	Org       Organization // the organization the page stands in; zero on the account's own pages
	Others    []Organization
	CreateURL string // where an organization is created; empty for those who may not
	Members   int    // of the organization; stands in the sidebar
	Invited   int    // to so many other organizations
	Active    Section
	App       AppFrame      // the app the page stands in
	Crumbs    []parts.Crumb // from the organization's down to this page; the last without Href
	Flash     parts.Toast
	Again     int    // without a script, the page is asked for again after so many seconds; 0: it is not
	Reference string // of an error page: the number the log has it under

	GlassUntil time.Time // the session came in by a break-glass code, which holds until then
}

// Person is who is signed in.
type Person struct{ Name, Email string }

// Organization is one that the person may open.
type Organization struct {
	ID   string // the slug in the address
	Name string
	Role authz.Role // what the person is there; zero for a guest of one of its apps
}

// Section is the line of the sidebar that a page belongs to. The zero Section marks none.
type Section uint8

// The sections of an organization, then those of the account.
const (
	SectionOverview Section = iota + 1
	SectionApps
	SectionMembers
	SectionTeams
	SectionRoles
	SectionSecurity
	SectionAudit
	SectionSettings
	SectionOrganizations
	SectionCollaborations
	SectionAccount
	SectionAccountSecurity
)

type navLink struct {
	section Section
	label   string
	href    string
	icon    parts.Icon
	count   int // of what the page lists; 0 shows none
}

type navGroup struct {
	label string
	links []navLink
}

// sidebar lists what the person may open: the same predicate that guards the pages decides.
func (p Page) sidebar() []navGroup {
	if p.Org.ID == "" {
		return []navGroup{
			{links: []navLink{
				{section: SectionOrganizations, label: "Organizations", href: urls.Home.To(), icon: parts.IconOrganization},
				{section: SectionCollaborations, label: "Collaborations", href: urls.Collaborations.To(), icon: parts.IconCollaborations},
			}},
			{label: "You", links: []navLink{
				{section: SectionAccount, label: "Account", href: urls.Account.To(), icon: parts.IconAccount},
				{section: SectionAccountSecurity, label: "Password & sessions", href: urls.AccountSecurity.To(), icon: parts.IconKey},
			}},
		}
	}
	var first, second, third []navLink
	org, role := p.Org.ID, p.Org.Role
	show := func(to *[]navLink, scope authz.Scope, link navLink) {
		if scope.Holds(role) {
			*to = append(*to, link)
		}
	}
	show(&first, authz.OrganizationView, navLink{section: SectionOverview, label: "Overview", href: urls.Organization.To(org), icon: parts.IconOverview})
	show(&first, authz.OrganizationView, navLink{section: SectionApps, label: "Apps", href: urls.Apps.To(org), icon: parts.IconApp})
	show(&first, authz.MembersView, navLink{section: SectionMembers, label: "Members", href: urls.Members.To(org), icon: parts.IconMembers, count: p.Members})
	show(&first, authz.TeamsView, navLink{section: SectionTeams, label: "Teams", href: urls.Teams.To(org), icon: parts.IconTeams})
	show(&first, authz.OrganizationView, navLink{section: SectionRoles, label: "Roles & scopes", href: urls.Roles.To(org), icon: parts.IconRoles})
	show(&second, authz.SecurityView, navLink{section: SectionSecurity, label: "Security", href: urls.Security.To(org), icon: parts.IconSecurity})
	show(&second, authz.AuditView, navLink{section: SectionAudit, label: "Audit log", href: urls.Audit.To(org), icon: parts.IconAudit})
	show(&third, authz.OrganizationManage, navLink{section: SectionSettings, label: "Settings", href: urls.Settings.To(org), icon: parts.IconSettings})
	var groups []navGroup
	if len(first) > 0 {
		groups = append(groups, navGroup{links: first})
	}
	if len(second) > 0 {
		groups = append(groups, navGroup{label: "Security", links: second})
	}
	if len(third) > 0 {
		groups = append(groups, navGroup{label: "Organization", links: third})
	}
	return groups
}

// profileMenu lists the lines of the menu at the upper right, Sign out excepted; those of the organization only within one.
func (p Page) profileMenu() []parts.MenuItem {
	org, role := p.Org.ID, p.Org.Role
	items := make([]parts.MenuItem, 0, 6)
	within := func(scope authz.Scope, label, href string, icon parts.Icon, section Section) {
		if org != "" && scope.Holds(role) {
			items = append(items, parts.MenuItem{Label: label, Href: href, Icon: icon, Current: p.Active == section})
		}
	}
	own := func(label, href string, icon parts.Icon, section Section) {
		items = append(items, parts.MenuItem{Label: label, Href: href, Icon: icon, Current: p.Active == section})
	}
	within(authz.OrganizationView, "Apps", urls.Apps.To(org), parts.IconApp, SectionApps)
	own("Collaborations", urls.Collaborations.To(), parts.IconCollaborations, SectionCollaborations)
	own("Account", urls.Account.To(), parts.IconAccount, SectionAccount)
	within(authz.SecurityView, "Security", urls.Security.To(org), parts.IconSecurity, SectionSecurity)
	within(authz.MembersView, "Members", urls.Members.To(org), parts.IconMembers, SectionMembers)
	within(authz.TeamsView, "Teams", urls.Teams.To(org), parts.IconTeams, SectionTeams)
	return items
}

// shownOrganizations is how many others the switcher lists before it points to the page that has them all.
const shownOrganizations = 5

func (p Page) manyOthers() bool { return len(p.Others) > shownOrganizations }

func (p Page) others() []Organization {
	if len(p.Others) > shownOrganizations {
		return p.Others[:shownOrganizations]
	}
	return p.Others
}

func documentTitle(title string) string {
	if title == "" {
		return "Gatehouse"
	}
	return title + " · Gatehouse"
}

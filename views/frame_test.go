package views_test

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"gatehouse/internal/authz"
	"gatehouse/views"
)

func render(t *testing.T, c templ.Component) *html.Node {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func elements(doc *html.Node, name string) []*html.Node {
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && (name == "" || n.Data == name) {
			found = append(found, n)
		}
	}
	return found
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type != html.TextNode {
			continue
		}
		b.WriteString(d.Data)
		if next := d.NextSibling; next == nil || next.Data != "wbr" { // a word may be broken there, and stays one
			b.WriteString(" ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func byID(doc *html.Node) map[string]*html.Node {
	found := map[string]*html.Node{}
	for _, n := range elements(doc, "") {
		if id, ok := attr(n, "id"); ok {
			found[id] = n
		}
	}
	return found
}

// pages are every page that is drawn whole, with data that shows all its parts.
func pages() map[string]templ.Component {
	page := views.KitPage(views.DarkTheme, "/ui-kit?q=a")
	page.Reference = "7QK2-M9XD"
	alone := page
	alone.Org = views.Organization{}
	guest := page
	guest.Org.Role = 0
	nobody := views.Page{Reference: "7QK2-M9XD"}
	bare := views.BarePage{Title: "Sign in", Path: "/login"}
	rules := []string{"At least 12 characters.", "Not your name."}
	all := map[string]templ.Component{
		"ui-kit":         views.Kit(page),
		"not allowed":    views.Error(views.Forbidden(page, authz.MembersManage, "/why")),
		"guest":          views.Error(views.Forbidden(guest, authz.AppDelete, "/why")),
		"no org":         views.Error(views.NotFound(alone)),
		"nobody":         views.Error(views.NotFound(nobody)),
		"conflict":       views.Error(views.Conflict(page, "It was saved by somebody else.")),
		"not possible":   views.Error(views.Unprocessable(page, "The last Administrator cannot be removed.")),
		"failed":         views.Error(views.Failed(nobody)),
		"no database":    views.Error(views.Unavailable(nobody)),
		"login":          views.LoginPage(views.Login{Bare: bare, Next: "/", Email: "amara.okafor@northwind.example", Notice: "You are signed out.", Error: "The email address or the password is wrong.", SSOURL: "/login/sso"}),
		"sso":            views.SSOPage(views.SSO{Bare: bare, Next: "/", Organization: "nrthwind", Error: "There is no single sign-on for this."}),
		"providers":      views.ProvidersPage(views.Providers{Bare: bare, Organization: "Northwind Robotics", PasswordURL: "/login", Choices: []views.ProviderChoice{{Name: "Northwind SSO", URL: "/login/sso/northwind/sso"}}}),
		"continue":       views.ContinuePage(views.Continue{Bare: bare, Provider: "Northwind SSO", RedirectURL: "/idp"}),
		"continue, post": views.ContinuePage(views.Continue{Bare: bare, Provider: "Northwind SSO", PostURL: "/idp", SAMLRequest: "PHg+", RelayState: "abc"}),
		"continue?":      views.ContinuePage(views.Continue{Bare: bare, Provider: "Northwind SSO", RedirectURL: "/idp", Ask: true}),
		"refused":        views.SignInRefusedPage(views.SignInRefused{Bare: bare, Sentence: "The answer was not accepted.", Reference: "7QK2-M9XD", RetryURL: "/login"}),
		"forgot":         views.ForgotPage(views.Forgot{Bare: bare, SendsMail: true, Error: "That is not an address."}),
		"forgot, sent":   views.ForgotPage(views.Forgot{Bare: bare, SendsMail: true, Sent: true, Email: "a@northwind.example"}),
		"forgot, alone":  views.ForgotPage(views.Forgot{Bare: bare}),
		"reset":          views.ResetPage(views.Reset{Bare: bare, Email: "a@northwind.example", Rules: rules, Violations: []string{"This has 3 characters."}, RepeatError: "Not the same."}),
		"setup":          views.SetupPage(views.Setup{Bare: bare, Rules: rules, Errors: map[string]string{"id": "This ID is taken."}}),
		"home":           views.HomePage(views.Home{Page: alone, Locked: true, Memberships: []views.MembershipRow{{URL: "/orgs/northwind", Slug: "northwind", Name: "Northwind Robotics", Role: authz.Administrator}, {Name: "Fjord Lab", Slug: "fjord", Suspended: true}}}),
		"home, empty":    views.HomePage(views.Home{Page: alone}),
		"bare and empty": views.Bare(views.BarePage{Title: "Sign in", Path: "/login"}, "Sign in", ""),
	}
	maps.Copy(all, organizationPages())
	maps.Copy(all, invitationPages())
	maps.Copy(all, securityPages())
	maps.Copy(all, appPages())
	maps.Copy(all, resourcePages())
	return all
}

func TestEveryPageHasOneHeadingLandmarksAndATitle(t *testing.T) {
	for name, page := range pages() {
		doc := render(t, page)
		if got := len(elements(doc, "h1")); got != 1 {
			t.Errorf("%s: %d h1", name, got)
		}
		if got := len(elements(doc, "main")); got != 1 {
			t.Errorf("%s: %d main", name, got)
		}
		if title := text(elements(doc, "title")[0]); !strings.HasSuffix(title, " · Gatehouse") {
			t.Errorf("%s: title %q", name, title)
		}
		if lang, _ := attr(elements(doc, "html")[0], "lang"); lang != "en" {
			t.Errorf("%s: no language", name)
		}
	}
}

func TestNothingOnAPageNeedsAWeakerContentSecurityPolicy(t *testing.T) {
	for name, page := range pages() {
		for _, n := range elements(render(t, page), "") {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
					t.Errorf("%s: <%s> has the attribute %s", name, n.Data, a.Key)
				}
				if strings.HasPrefix(a.Val, "js:") || strings.HasPrefix(a.Val, "javascript:") {
					t.Errorf("%s: <%s %s> holds a script", name, n.Data, a.Key)
				}
				if a.Key == "hx-trigger" && strings.Contains(a.Val, "[") {
					t.Errorf("%s: a trigger filter is a script: %s", name, a.Val)
				}
				if n.Data == "iframe" && name == "install" {
					continue // the one page whose policy names another origin; what holds the frame has a test of its own
				}
				if (a.Key == "src" || n.Data == "link") && strings.Contains(a.Val, "//") {
					t.Errorf("%s: <%s> fetches from elsewhere: %s", name, n.Data, a.Val)
				}
			}
			if n.Data == "style" {
				t.Errorf("%s: a style element", name)
			}
			if src, ok := attr(n, "src"); n.Data == "script" && (!ok || n.FirstChild != nil || !strings.HasPrefix(src, "/static/")) {
				t.Errorf("%s: a script inside the page, or from elsewhere", name)
			}
		}
	}
}

func TestEveryFieldHasALabelAndEveryReferenceAnswers(t *testing.T) {
	for name, page := range pages() {
		doc := render(t, page)
		ids := byID(doc)
		labelled := map[string]bool{}
		for _, l := range elements(doc, "label") {
			if target, ok := attr(l, "for"); ok {
				labelled[target] = true
			}
		}
		seen := map[string]bool{}
		for _, n := range elements(doc, "") {
			if id, ok := attr(n, "id"); ok {
				if seen[id] {
					t.Errorf("%s: the id %s stands twice", name, id)
				}
				seen[id] = true
			}
			for _, reference := range []string{"for", "aria-describedby", "aria-labelledby", "popovertarget", "commandfor", "data-copy", "form"} {
				value, ok := attr(n, reference)
				for _, id := range strings.Fields(value) {
					if ok && ids[id] == nil {
						t.Errorf("%s: <%s %s=%q> names nothing", name, n.Data, reference, id)
					}
				}
			}
			if n.Data == "input" || n.Data == "select" || n.Data == "textarea" {
				kind, _ := attr(n, "type")
				id, _ := attr(n, "id")
				_, named := attr(n, "aria-label")
				within := n.Parent.Data == "label"
				if kind != "hidden" && !labelled[id] && !named && !within {
					t.Errorf("%s: the %s %q has no label", name, n.Data, id)
				}
			}
			if n.Data == "button" || n.Data == "a" {
				_, named := attr(n, "aria-label")
				_, hidden := attr(n, "aria-hidden")
				if text(n) == "" && !named && !hidden {
					t.Errorf("%s: a %s without words", name, n.Data)
				}
			}
			if n.Data == "fieldset" && len(elements(n, "legend")) != 1 {
				t.Errorf("%s: a fieldset without a legend", name)
			}
		}
	}
}

func TestTheThemeIsDrawnByTheServer(t *testing.T) {
	for _, c := range []struct {
		theme views.Theme
		want  string
	}{{views.LightTheme, "light"}, {views.DarkTheme, "dark"}, {views.SystemTheme, ""}, {"", ""}, {views.ParseTheme(`"><script>`), ""}} {
		doc := render(t, views.Bare(views.BarePage{Title: "Sign in", Theme: c.theme, Path: "/login?next=%2F"}, "Sign in", ""))
		if got, _ := attr(elements(doc, "html")[0], "data-theme"); got != c.want {
			t.Errorf("theme %q: data-theme %q, want %q", c.theme, got, c.want)
		}
		var pressed []string
		for _, b := range elements(doc, "button") {
			if on, _ := attr(b, "aria-pressed"); on == "true" {
				value, _ := attr(b, "value")
				pressed = append(pressed, value)
			}
		}
		if want := string(views.ParseTheme(string(c.theme))); strings.Join(pressed, " ") != want {
			t.Errorf("theme %q: pressed %v, want %s", c.theme, pressed, want)
		}
		next, _ := attr(elements(doc, "input")[0], "value")
		if next != "/login?next=%2F" {
			t.Errorf("the theme form comes back to %q", next)
		}
	}
}

func TestTheSidebarAndTheProfileMenuOfferWhatTheRoleMayOpen(t *testing.T) {
	org := []string{"Apps", "Collaborations", "Account", "Security", "Members", "Teams", "Sign out"}
	for _, c := range []struct {
		name    string
		org     views.Organization
		sidebar []string
		menu    []string
	}{
		{"Administrator", views.Organization{ID: "northwind", Name: "N", Role: authz.Administrator},
			[]string{"Overview", "Apps", "Members", "Teams", "Roles & scopes", "Security", "Audit log", "Settings"}, org},
		{"Organization User", views.Organization{ID: "northwind", Name: "N", Role: authz.OrganizationUser},
			[]string{"Overview", "Apps", "Members", "Teams", "Roles & scopes", "Security"}, org},
		{"guest", views.Organization{ID: "northwind", Name: "N"}, nil, []string{"Collaborations", "Account", "Sign out"}},
		{"no organization", views.Organization{},
			[]string{"Organizations", "Collaborations", "Account", "Password & sessions"}, []string{"Collaborations", "Account", "Sign out"}},
	} {
		page := views.KitPage(views.SystemTheme, "/")
		page.Org = c.org
		ids := byID(render(t, views.Layout(page)))
		var sidebar, menu []string
		for _, a := range elements(ids["sidebar"], "a") {
			if class, _ := attr(a, "class"); class == "nav-link" {
				sidebar = append(sidebar, text(a))
			}
		}
		for _, nav := range elements(ids["profile"], "nav") {
			for _, a := range elements(nav, "a") {
				menu = append(menu, text(a))
			}
		}
		for _, b := range elements(ids["profile"], "button") {
			if text(b) != "" {
				menu = append(menu, text(b))
			}
		}
		if strings.Join(sidebar, "|") != strings.Join(c.sidebar, "|") {
			t.Errorf("%s: sidebar %q, want %q", c.name, sidebar, c.sidebar)
		}
		if strings.Join(menu, "|") != strings.Join(c.menu, "|") {
			t.Errorf("%s: profile menu %q, want %q", c.name, menu, c.menu)
		}
	}
}

// The app's own navigation stands under the line that leads to the list it is in, for a member and for a guest alike.
func TestAnAppHasItsOwnNavigation(t *testing.T) {
	for name, c := range map[string]struct {
		org    views.Organization
		active views.Section
		under  string
	}{
		"a member": {views.Organization{ID: "northwind", Name: "N", Role: authz.OrganizationUser}, views.SectionApps, "Apps"},
		"a guest":  {views.Organization{}, views.SectionCollaborations, "Collaborations"},
	} {
		page := views.KitPage(views.SystemTheme, "/")
		page.Org, page.Active = c.org, c.active
		page.App = views.AppFrame{Org: "northwind", App: "arm", Active: views.AppOverview}
		doc := render(t, views.Layout(page))
		sidebar := byID(doc)["sidebar"]
		group := one(t, sidebar, "div", "app-nav")
		if label, _ := attr(group, "aria-label"); label != "App arm" {
			t.Errorf("%s: the group is called %q", name, label)
		}
		above := group.PrevSibling
		for above.Type != html.ElementNode {
			above = above.PrevSibling
		}
		if got := strings.TrimSuffix(text(above), " 137 in all"); got != c.under {
			t.Errorf("%s: it stands under %q", name, got)
		}
		var current []string
		for _, a := range elements(sidebar, "a") {
			if value, _ := attr(a, "aria-current"); value == "page" {
				href, _ := attr(a, "href")
				current = append(current, text(a)+" "+href)
			}
		}
		if len(current) != 1 || current[0] != "Overview /orgs/northwind/apps/arm" {
			t.Errorf("%s: one is at %q", name, current)
		}
		tabs := elements(one(t, doc, "nav", "tabs"), "a")
		if links := elements(group, "a"); len(tabs) != len(links) {
			t.Errorf("%s: a narrow window shows %d sections, not %d", name, len(tabs), len(links))
		}
	}
}

func TestThe403SpeaksInTheTablesOwnWords(t *testing.T) {
	page := views.KitPage(views.SystemTheme, "/")
	page.Org.Role = authz.OrganizationUser
	page.Reference = "7QK2-M9XD"
	words := text(byID(render(t, views.Error(views.Forbidden(page, authz.TeamsManage, "/why"))))["content"])
	for _, want := range []string{
		"Create / Edit / Delete Teams", "teams:manage", "Organization User",
		"Administrator or Organization Contributor", "An Administrator of the organization", "7QK2-M9XD",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("the page does not say %q: %s", want, words)
		}
	}
}

func TestTheFormsThatGetOneInCarryWhereToGoAfterwards(t *testing.T) {
	bare := views.BarePage{Title: "Sign in", Path: "/login"}
	const next = "/orgs/northwind/security?q=1&x=2"
	for name, page := range map[string]templ.Component{
		"login": views.LoginPage(views.Login{Bare: bare, Next: next}),
		"sso":   views.SSOPage(views.SSO{Bare: bare, Next: next}),
	} {
		form := elements(byID(render(t, page))["content"], "form")[0]
		carried := map[string]string{}
		for _, input := range elements(form, "input") {
			key, _ := attr(input, "name")
			carried[key], _ = attr(input, "value")
		}
		if carried["next"] != next {
			t.Errorf("%s carries %q", name, carried["next"])
		}
	}
}

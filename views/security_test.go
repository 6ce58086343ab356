package views_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gatehouse/views"
)

// content is the page's own part, without the frame.
func content(t *testing.T, doc *html.Node) *html.Node {
	t.Helper()
	main := byID(doc)["content"]
	if main == nil {
		t.Fatal("no content")
	}
	return main
}

// matching are the elements of that name whose attribute has that value.
func matching(doc *html.Node, name, attribute, value string) []*html.Node {
	var found []*html.Node
	for _, n := range elements(doc, name) {
		if got, ok := attr(n, attribute); ok && got == value {
			found = append(found, n)
		}
	}
	return found
}

// named is the one field of that name.
func named(t *testing.T, doc *html.Node, name string) *html.Node {
	t.Helper()
	var found []*html.Node
	for _, n := range elements(doc, "") {
		if got, ok := attr(n, "name"); ok && got == name && n.Data != "meta" {
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d fields are named %s", len(found), name)
	}
	return found[0]
}

// typed is what a field would be sent with.
func typed(n *html.Node) string {
	switch n.Data {
	case "textarea":
		if n.FirstChild == nil {
			return ""
		}
		return n.FirstChild.Data
	case "select":
		for _, o := range elements(n, "option") {
			if _, on := attr(o, "selected"); on {
				value, _ := attr(o, "value")
				return value
			}
		}
		return ""
	}
	value, _ := attr(n, "value")
	return value
}

func has(n *html.Node, attribute string) bool {
	_, ok := attr(n, attribute)
	return ok
}

func classes(doc *html.Node, class string) []string {
	var found []string
	for _, n := range elements(doc, "") {
		if all, _ := attr(n, "class"); slices.Contains(strings.Fields(all), class) {
			found = append(found, text(n))
		}
	}
	return found
}

func says(t *testing.T, doc *html.Node, wants ...string) {
	t.Helper()
	words := text(doc)
	for _, want := range wants {
		if !strings.Contains(words, want) {
			t.Errorf("the page does not say %q:\n%s", want, words)
		}
	}
}

func TestHeadingsOfTheSecurityPagesAreInOrder(t *testing.T) {
	for name, page := range securityPages() {
		level := byte('0')
		for _, n := range elements(content(t, render(t, page)), "") {
			if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
				if n.Data[1] > level+1 {
					t.Errorf("%s: %s %q after h%c", name, n.Data, text(n), level)
				}
				level = n.Data[1]
			}
		}
	}
}

func TestFormsOfTheSecurityPagesArePostedAndNeverByALink(t *testing.T) {
	for name, page := range securityPages() {
		for _, form := range elements(content(t, render(t, page)), "form") {
			method, _ := attr(form, "method")
			action, _ := attr(form, "action")
			if strings.HasSuffix(action, "/security/sign-ins") { // asks, and changes nothing
				continue
			}
			if method != "post" || action == "" {
				t.Errorf("%s: a form with method %q to %q", name, method, action)
			}
		}
	}
}

func TestSecurityListsTheIdentityProvidersAndWhatNeedsAttention(t *testing.T) {
	doc := content(t, render(t, views.SecurityPage(sampleSecurity())))
	want := []string{
		"NS Northwind SSO northwind-sso Enabled Expires 28 Jan 2029 3 minutes ago",
		"CK Contractors (Keycloak) contractors Enabled Expires in 12 days 5 days ago",
		"OA Old ADFS old-adfs Disabled Expired 3 days ago 11 Sep 2026",
		"D Draft draft Disabled No certificate never",
	}
	var got []string
	for _, row := range elements(elements(doc, "tbody")[0], "tr") {
		got = append(got, text(row))
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows\n%q, want\n%q", got, want)
	}
	if tones := classes(doc, "bad"); !slices.Equal(tones, []string{"Expired 3 days ago", "No certificate"}) {
		t.Errorf("what is bad: %q", tones)
	}
	if tones := classes(doc, "warn"); len(tones) != 2 || !strings.HasPrefix(tones[0], "The certificate of Contractors (Keycloak) expires in 12 days.") || tones[1] != "Expires in 12 days" {
		t.Errorf("what is warned of: %q", tones)
	}
	ids := byID(doc)
	if got := typed(ids["organization-id"]); got != "northwind" {
		t.Errorf("the organization ID to copy is %q", got)
	}
	if got := typed(ids["sso-url"]); got != sampleSecurity().SSOURL {
		t.Errorf("the link to copy is %q", got)
	}
	says(t, doc, samplePolicy()...)
}

func TestCreateIdentityProviderIsOfferedOnceAndOnlyToWhoMay(t *testing.T) {
	for _, c := range []struct {
		name     string
		manages  bool
		provider bool
		want     int
	}{{"manages, some", true, true, 1}, {"manages, none", true, false, 1}, {"reads, some", false, true, 0}, {"reads, none", false, false, 0}} {
		v := sampleSecurity()
		v.Manages = c.manages
		if !c.provider {
			v.Providers = nil
		}
		doc := content(t, render(t, views.SecurityPage(v)))
		links := matching(doc, "a", "href", v.NewURL)
		if len(links) != c.want {
			t.Errorf("%s: offered %d times", c.name, len(links))
		}
		for _, l := range links {
			if text(l) != "Create Identity Provider" {
				t.Errorf("%s: it says %q", c.name, text(l))
			}
		}
		if told := strings.Contains(text(doc), "Administrators can change"); told == c.manages {
			t.Errorf("%s: says who can change it: %v", c.name, told)
		}
		if empty := len(classes(doc, "empty")) == 1; empty == c.provider {
			t.Errorf("%s: empty state: %v", c.name, empty)
		}
	}
}

func TestARowThatCannotBeOpenedIsNoLink(t *testing.T) {
	v := sampleSecurity()
	v.Providers = v.Providers[:1]
	v.Providers[0].URL = ""
	if links := elements(elements(content(t, render(t, views.SecurityPage(v))), "tbody")[0], "a"); len(links) != 0 {
		t.Errorf("%d links", len(links))
	}
}

package urls

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestToFillsAndEscapes(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Home.To(), "/"},
		{Members.To("northwind"), "/orgs/northwind/members"},
		{IdentityProvider.To("northwind", "okta"), "/orgs/northwind/security/identity-providers/okta"},
		{PasswordReset.To("a/b?c"), "/password/reset/a%2Fb%3Fc"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestLocalKeepsOnlyOurOwnPaths(t *testing.T) {
	for _, path := range []string{"/", "/orgs/northwind", "/orgs/northwind/members?q=a+b&role=administrator", "/orgs/northwind/members?q=%C3%A9", "/orgs/northwind/members?q=%ff", "/account#x"} {
		if got := Local(path); got != path {
			t.Errorf("Local(%q) = %q, want it kept", path, got)
		}
	}
	for _, path := range []string{"", "orgs", "https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)", "/a\nb", "/%zz", "\t/x",
		"///x", "/x\x7f", "/\xff", "/a?q=\xff", "/%ff", "/orgs/%ff/teams", "/%00", "/%0a", "/\u0085", "/" + strings.Repeat("a", 2000)} {
		if got := Local(path); got != "/" {
			t.Errorf("Local(%q) = %q, want the home page", path, got)
		}
	}
}

func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/", "//evil", `/\evil`, "/a?b=//c", "javascript:x", "/\t/evil", "/\xff", "/%ff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := Local(path)
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t\x00") || !utf8.ValidString(got) {
			t.Errorf("Local(%q) = %q leaves our host", path, got)
		}
		if slug, _ := OrganizationOf(got); !utf8.ValidString(slug) || strings.Contains(slug, "\x00") {
			t.Errorf("Local(%q) leads into the organization %q", path, slug)
		}
	})
}

func TestWithLeavesEmptyValuesOut(t *testing.T) {
	if got := With("/login", "next", "/a?b=c", "organization", ""); got != "/login?next=%2Fa%3Fb%3Dc" {
		t.Errorf("got %q", got)
	}
}

func TestOrganizationOf(t *testing.T) {
	for path, want := range map[string]string{
		"/orgs/northwind": "northwind", "/orgs/northwind/members?q=/orgs/x": "northwind", "/orgs/northwind#%ff": "northwind", "/": "", "/orgs/": "", "/orgs": "", "/account": "",
	} {
		if got, within := OrganizationOf(path); got != want || within != (want != "") {
			t.Errorf("OrganizationOf(%q) = %q, %t", path, got, within)
		}
	}
}

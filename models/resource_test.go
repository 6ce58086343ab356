package models

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
)

func TestParseModuleURL(t *testing.T) {
	const wrong = "!"
	for typed, want := range map[string]string{
		"https://modules.example.com/reader":     "https://modules.example.com",
		" https://modules.example.com ":          "https://modules.example.com",
		"https://EXAMPLE.com:8443/a?b=c#d":       "https://example.com:8443",
		"https://192.0.2.7/x":                    "https://192.0.2.7",
		"":                                       wrong,
		"http://modules.example.com":             wrong,
		"javascript:alert(1)":                    wrong,
		"data:text/html,x":                       wrong,
		"https:modules.example.com":              wrong,
		"//modules.example.com":                  wrong,
		"modules.example.com":                    wrong,
		"https://":                               wrong,
		"https://user:pass@example.com":          wrong,
		"https://user@example.com":               wrong,
		"https://example.com;script-src *":       wrong,
		"https://example.com;script-src/":        wrong,
		"https://example.com,*":                  wrong,
		"https://*.example.com":                  wrong,
		"https://example.com:/":                  wrong,
		"https://example.com:99999999/":          wrong,
		"https://[2001:db8::1]/":                 wrong,
		"https://[fe80::1%25eth0;x]/":            wrong,
		"https://exa mple.com":                   wrong,
		"https://example.com/\nx":                wrong,
		"https://example.com\\@evil.example":     wrong,
		"https://%65xample.com/%zz":              wrong,
		"https://" + strings.Repeat("a", 1000):   wrong,
		"https://münchen.example":                wrong,
		"https://-example.com":                   wrong,
		"https://example.com/" + "\xff":          wrong,
		"https://" + strings.Repeat("a.", 130):   wrong,
		"https://example.com/%22%3E%3Cscript%3E": "https://example.com",
	} {
		got, err := ParseModuleURL("url", typed)
		if want == wrong {
			if !Is(err, Invalid) {
				t.Errorf("%q was taken as %q: %v", typed, got, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", typed, err)
			continue
		}
		if origin := (ModuleVersion{URL: got}).Origin(); origin != want {
			t.Errorf("%q has the origin %q, want %q", typed, origin, want)
		}
		if again, err := ParseModuleURL("url", got); err != nil || again != got {
			t.Errorf("%q comes back as %q: %v", got, again, err)
		}
	}
}

// Whatever is saved as the address of a module: its origin can stand in a header and adds nothing else to it.
func FuzzModuleURL(f *testing.F) {
	for _, seed := range []string{"https://modules.example.com/reader", "https://a.b;script-src *", "https://a\t.b", "https://a.b:1/?q", "HTTPS://A.b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		saved, err := ParseModuleURL("url", typed)
		if err != nil {
			if !Is(err, Invalid) {
				t.Errorf("%q: %v", typed, err)
			}
			return
		}
		origin := (ModuleVersion{URL: saved}).Origin()
		if !strings.HasPrefix(origin, "https://") || strings.ContainsAny(origin[len("https://"):], " ;,'\"/\\*@?#\t\r\n") {
			t.Errorf("%q has the origin %q", typed, origin)
		}
	})
}

func TestParseVersionID(t *testing.T) {
	for typed, ok := range map[string]bool{
		"1": true, "1.4.0": true, " v2 ": true, "2026-03-01": true, "1_0.b": true, "": false, "1..0": false, ".1": false, "1.": false, "a b": false, "..": false,
		"a/b": false, strings.Repeat("1", 49): false,
	} {
		if _, err := ParseVersionID("version", typed); (err == nil) != ok || err != nil && !Is(err, Invalid) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestParseModuleRef(t *testing.T) {
	for typed, ok := range map[string]bool{" tools/reader ": true, "reader": false, "": false, "a/b/c": false, "a/": false, "/b": false, "a b/c": false} {
		ref, err := ParseModuleRef("module", typed)
		if (err == nil) != ok || ok && ref.String() != strings.TrimSpace(typed) {
			t.Errorf("%q: %q, %v", typed, ref, err)
		}
	}
}

func TestModelTypes(t *testing.T) {
	all := ModelTypes()
	for i, each := range all {
		parsed, err := ParseModelType("type", string(each))
		if err != nil || parsed != each || each.Label() == "" || each.Label() == string(each) || each.Meaning() == "" || slices.Contains(all[:i], each) {
			t.Errorf("%q: %q, %v", each, parsed, err)
		}
	}
	for _, wrong := range []string{"", "Text classifier", "text-Classifier", "unknown"} {
		if _, err := ParseModelType("type", wrong); !Is(err, Invalid) {
			t.Errorf("%q is a type: %v", wrong, err)
		}
	}
	if got := ModelType("gone").Label(); got != "gone" {
		t.Errorf("a type of before is called %q", got)
	}
}

func TestNotesKeepTheirLines(t *testing.T) {
	if got, err := ParseNotes("notes", "# One\r\n\r\ntwo \r\n"); err != nil || got != "# One\n\ntwo" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := ParseNotes("notes", strings.Repeat("a", 65_537)); !Is(err, Invalid) {
		t.Errorf("got %v", err)
	}
}

func TestTheNarrowerVisibilityCounts(t *testing.T) {
	r := Resource{AppVisibility: authz.Organization, Visibility: authz.Public}
	if r.Effective() != authz.Organization {
		t.Errorf("got %d", r.Effective())
	}
}

package models

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/authz"
)

func TestParseSlug(t *testing.T) {
	for _, c := range []struct{ typed, want, refused string }{
		{"northwind", "northwind", ""},
		{"  North Wind  2 ", "North-Wind-2", ""},
		{"a", "a", ""},
		{"a_b-c", "a_b-c", ""},
		{strings.Repeat("a", 48), strings.Repeat("a", 48), ""},
		{"", "", "Choose an ID."},
		{"   ", "", "Choose an ID."},
		{strings.Repeat("a", 49), "", "An ID has at most 48 characters."},
		{"-a", "", "Use letters, digits, and single - or _ between them."},
		{"a-", "", "Use letters, digits, and single - or _ between them."},
		{"a--b", "", "Use letters, digits, and single - or _ between them."},
		{"a-_b", "", "Use letters, digits, and single - or _ between them."},
		{"é", "", "Use letters, digits, and single - or _ between them."},
		{"a/b", "", "Use letters, digits, and single - or _ between them."},
		{"a\x00b", "", "Use letters, digits, and single - or _ between them."},
		{"New", "", "“New” is reserved by the console. Choose another ID."},
		{"saml", "", "“saml” is reserved by the console. Choose another ID."},
	} {
		got, err := ParseSlug("id", c.typed)
		check(t, c.typed, string(got), c.want, err, "id", c.refused)
	}
	if Slug("North-Wind").Norm() != "north-wind" {
		t.Error("identifiers are compared ignoring case")
	}
}

func check(t *testing.T, typed, got, want string, err error, field, sentence string) {
	t.Helper()
	if got != want {
		t.Errorf("%q became %q, want %q", typed, got, want)
	}
	refusal, refused := RefusalOf(err)
	switch {
	case refused != (sentence != ""):
		t.Errorf("%q: got %v, want the refusal %q", typed, err, sentence)
	case refused && (refusal.Sentence != sentence || refusal.Field != field || refusal.Kind != Invalid):
		t.Errorf("%q: refused beside %q with %q, want %q", typed, refusal.Field, refusal.Sentence, sentence)
	}
}

func TestFold(t *testing.T) {
	for typed, want := range map[string]string{
		"":                    "",
		"  Ada   Lovelace\t ": "ada lovelace",
		"ÉLODIE":              "elodie",
		"Ångström":            "angstrom",
		"Łukasz Żółć":         "lukasz zolc",
		"Straße":              "strasse",
		"STRASSE":             "strasse",
		"Ørsted Æble":         "orsted aeble",
		"İstanbul ısı":        "istanbul isi",
		"ﬁne Ｗｉｄｅ":            "fine wide",
		"e\u0301":             "e",
		"Ελλάδα":              "ελλαδα",
		"日本":                  "日本",
	} {
		if got := Fold(typed); got != want {
			t.Errorf("%q folds to %q, want %q", typed, got, want)
		}
		if again := Fold(Fold(typed)); again != want {
			t.Errorf("%q folds twice to %q, want %q", typed, again, want)
		}
	}
}

func TestParseEmail(t *testing.T) {
	const form = "This is not an email address. Write it like name@example.com."
	for _, c := range []struct{ typed, want, refused string }{
		{" Ada@Northwind.example ", "Ada@Northwind.example", ""},
		{"ada+console@northwind.example", "ada+console@northwind.example", ""},
		{"o'hara@northwind.example", "o'hara@northwind.example", ""},
		{"", "", "Enter an email address."},
		{"ada", "", form},
		{"ada@localhost", "", form},
		{"@northwind.example", "", form},
		{"Ada <ada@northwind.example>", "", form},
		{"ada@northwind.example, olga@northwind.example", "", form},
		{"ada@northwind.example\r\nBcc: x@y.example", "", form},
		{"a da@northwind.example", "", form},
		{"ada\u202e@northwind.example", "", form},
		{"\xff@northwind.example", "", form},
		{"ada@north\xffwind.example", "", form},
		{"ada\u200b@northwind.example", "", form},
		{"ada\u200d@northwind.example", "", form},
		{"ada\u3164@northwind.example", "", form},
		{"ada\u00a0@northwind.example", "", form},
		{"jürgen@northwind.example", "jürgen@northwind.example", ""},
		{strings.Repeat("a", 250) + "@b.example", "", form},
	} {
		got, err := ParseEmail("email", c.typed)
		check(t, c.typed, got, c.want, err, "email", c.refused)
	}
	if NormEmail(" Ada+X@Northwind.Example ") != "ada+x@northwind.example" {
		t.Error("addresses are compared trimmed and in lower case, and nothing else is folded")
	}
}

func TestParseName(t *testing.T) {
	for _, c := range []struct{ typed, want, refused string }{
		{"  Ada   Lovelace ", "Ada Lovelace", ""},
		{"Ada\nLovelace", "Ada Lovelace", ""},
		{"李", "李", ""},
		{strings.Repeat("é", 100), strings.Repeat("é", 100), ""},
		{"", "", "Enter a name."},
		{" \t ", "", "Enter a name."},
		{strings.Repeat("é", 101), "", "A name has at most 100 characters."},
		{"Ada\x00", "", "A name has no control characters."},
		{"\u202eadA", "", "A name has no control characters."},
		{"Ada\u009f", "", "A name has no control characters."},
		{"A\xffB", "", "This name could not be read. Type it again."},
		{"\xc3", "", "This name could not be read. Type it again."},
		{"\u200bAda\u200b Love\u00adlace\ufeff", "Ada Lovelace", ""},
		{"نیم\u200cفاصله", "نیم\u200cفاصله", ""},
		{"👩\u200d💻", "👩\u200d💻", ""},
		{"\u200b", "", "Enter a name."},
		{"\u200d\u200c", "", "Enter a name that can be seen."},
		{"\u0301", "", "Enter a name that can be seen."},
		{"\ufe0f", "", "Enter a name that can be seen."},
		{"\u3164", "", "Enter a name that can be seen."},
		{"\u2800", "", "Enter a name that can be seen."},
	} {
		got, err := ParseName("name", c.typed)
		check(t, c.typed, got, c.want, err, "name", c.refused)
	}
}

func TestSignInSource(t *testing.T) {
	for ip, want := range map[string]string{
		"203.0.113.7":               "203.0.113.7",
		"::ffff:203.0.113.7":        "203.0.113.7",
		"2001:db8:1:2:3:4:5:6":      "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff:4:5:6":   "2001:db8:1:2::/64",
		"fe80::1%eth0":              "fe80::/64",
		"":                          "unknown",
		"203.0.113.7, 198.51.100.1": "unknown",
		"203.0.113.7:1234":          "unknown",
		"\x00":                      "unknown",
	} {
		if got := SignInSource(ip); got != want {
			t.Errorf("%q counts as %q, want %q", ip, got, want)
		}
	}
}

func TestRefusalsAreFoundInAChain(t *testing.T) {
	err := fmt.Errorf("saving: %w", RefuseField("name", "Enter a name."))
	if r, ok := RefusalOf(err); !ok || r.Field != "name" || !Is(err, Invalid) || Is(err, NotFound) {
		t.Errorf("got %v", err)
	}
	if Is(errors.New("a fault"), NotFound) || Is(nil, NotFound) {
		t.Error("a fault is no refusal")
	}
	if !Is(ErrNotFound, NotFound) {
		t.Error("ErrNotFound is of the kind NotFound")
	}
}

func TestWhatASessionOpens(t *testing.T) {
	saml := Authentication{Method: BySAML, OrganizationID: "a"}
	password := Authentication{Method: ByPassword}
	for _, c := range []struct {
		methods []Authentication
		a, b    bool
	}{
		{nil, false, false},
		{[]Authentication{saml}, true, false},
		{[]Authentication{password}, true, true},
		{[]Authentication{saml, password}, true, true},
		{[]Authentication{{Method: "other", OrganizationID: "a"}}, false, false},
	} {
		p := Person{Methods: c.methods}
		if p.Opens("a") != c.a || p.Opens("b") != c.b {
			t.Errorf("%v opens a: %v, b: %v", c.methods, p.Opens("a"), p.Opens("b"))
		}
	}
	if (Person{Methods: []Authentication{saml}}).Opens("") {
		t.Error("no organization is opened by none")
	}
}

func TestAnActorsRights(t *testing.T) {
	actor := Actor{Person: Person{User: User{ID: "u"}}, Role: authz.Administrator}
	if !actor.May(authz.AuditView) {
		t.Error("an Administrator reads the audit log")
	}
	actor.Suspended = true
	if actor.May(authz.OrganizationView) {
		t.Error("a suspended member opens nothing")
	}
	if (Actor{Role: authz.Administrator}).May(authz.OrganizationView) {
		t.Error("nobody opens nothing")
	}
}

func TestEveryActionHasWords(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range Actions() {
		if a.Words() == string(a) || seen[a.Words()] {
			t.Errorf("%s has no words of its own", a)
		}
		seen[a.Words()] = true
	}
}

func TestVisibilityKeysReadBack(t *testing.T) {
	for _, v := range []authz.Visibility{authz.Private, authz.Organization, authz.Public} {
		if got, ok := ParseVisibility(VisibilityKey(v)); !ok || got != v {
			t.Errorf("%v reads back as %v", v, got)
		}
	}
	if _, ok := ParseVisibility("everybody"); ok {
		t.Error("an unknown visibility is read")
	}
}

package password_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/password"
)

func keys(wrong []password.Violation) string {
	var all []string
	for _, v := range wrong {
		all = append(all, v.Key)
	}
	return strings.Join(all, " ")
}

func TestEveryRule(t *testing.T) {
	who := password.Person{Name: "Ada Lovelace", Email: "ada.byron@northwind.example", Present: "violet lantern harbour"}
	for _, c := range []struct {
		policy      password.Policy
		plain, want string
	}{
		{password.Policy{Upper: 2}, "Abcdef", password.NoUpper},
		{password.Policy{Upper: 2}, "ÀÉcdef", ""},
		{password.Policy{Lower: 3}, "ABcDe", password.NoLower},
		{password.Policy{Lower: 3}, "ßäö", ""},
		{password.Policy{Digits: 1}, "abcdef", password.NoDigits},
		{password.Policy{Digits: 1}, "abc٣", ""}, // a digit of another script
		{password.Policy{Special: 2}, "ab-cd", password.NoSpecial},
		{password.Policy{Special: 2}, "ab -cd", ""},
		{password.Policy{Special: 1}, "e\u0301e\u0301", password.NoSpecial}, // an accent is no sign
		{password.Policy{Upper: 1, Lower: 1, Digits: 1, Special: 1}, "長長長長", "upper lower digits special"},
		{password.Policy{ForbidCommon: true}, "Password2024", password.Common},
		{password.Policy{ForbidCommon: true}, "abababababab", ""},
		{password.Policy{ForbidPatterns: true}, "abababababab", password.Patterns},
		{password.Policy{ForbidPatterns: true}, "abcdefghijkl", password.Patterns},
		{password.Policy{ForbidPatterns: true}, "Sunshine-letmein", ""},
		{password.Policy{MinLength: 10, ForbidName: true}, "lovelace-12", password.Personal},
		{password.Policy{MinLength: 10, ForbidName: true}, "northwind-12", ""},
		{password.Policy{MinLength: 10, ForbidAddress: true}, "northwind-12", password.Personal},
		{password.Policy{MinLength: 10, ForbidAddress: true}, "lovelace-12", ""},
		{password.Policy{ForbidConfusing: true}, "xyz0", password.Confusing},
		{password.Policy{ForbidConfusing: true}, "ketchup", ""},
		{password.Policy{ForbidOverlap: true}, "violet lantern seaport", password.Overlap},
		{password.Policy{ForbidOverlap: true}, "VIOLET LANTERN HARBOUR", password.Overlap},
		{password.Policy{ForbidOverlap: true}, "harbour at the end of a long night", ""},
		{password.Policy{MaxLength: 40}, strings.Repeat("é", 41), password.TooLong},
		{password.Policy{MaxLength: 40}, strings.Repeat("e\u0301", 40), ""},
		{password.Policy{MinLength: 20, Upper: 1, Digits: 1, Special: 1, ForbidPatterns: true, ForbidConfusing: true}, "oooooo", "too_short upper digits special patterns confusing"},
	} {
		got := c.policy.Check(c.plain, who)
		if keys(got) != c.want {
			t.Errorf("%+v of %q: %q, want %q", c.policy, c.plain, keys(got), c.want)
		}
		for _, v := range got {
			sentence(t, v.Sentence)
		}
	}
	if got := (password.Policy{ForbidOverlap: true}).Check("violet lantern harbour", password.Person{}); len(got) > 0 {
		t.Errorf("a present password that is not known overlaps: %v", got)
	}
	// Anything of 128 characters may be a password, whole.
	for _, r := range []string{"é", "長", "\U0001F511", "ab"} {
		plain := strings.Repeat(r, 128/len([]rune(r)))
		if got := (password.Policy{MinLength: 128}).Check(plain, who); len(got) > 0 {
			t.Errorf("128 of %q: %v", r, got)
		}
	}
}

func TestEveryDemandIsSaid(t *testing.T) {
	all := password.Policy{
		MinLength: 12, MaxLength: 64, Upper: 1, Lower: 2, Digits: 1, Special: 3, History: 4, LifetimeDays: 90, ForbidCommon: true, ForbidName: true,
		ForbidConfusing: true, ForbidOverlap: true,
	}
	want := []string{
		"At least 12 characters.", "At most 64 characters.", "At least 1 capital letter.", "At least 2 small letters.", "At least 1 digit.", "At least 3 special characters.",
		"Not made of well-known passwords.", "The person's own name does not count towards the length.",
		"None of the characters that are taken for each other: 0, O, o, 1, l, I and |.", "Not mostly the present password.", "Not one of the last 4 passwords.", "A new one every 90 days.",
	}
	if got := all.InWords(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for _, preset := range []password.Policy{password.Recommended(), password.PCIDSS()} {
		if got := preset.Check("correct horse battery staple 7", password.Person{}); len(got) > 0 {
			t.Errorf("%+v refuses a good password: %v", preset, got)
		}
	}
}

func TestTheStrictestOfSeveralOrganizations(t *testing.T) {
	north := password.Asked{Organization: "Northwind", Policy: password.Policy{MinLength: 15, MaxLength: 128, ForbidCommon: true, ForbidPatterns: true, ForbidName: true, ForbidAddress: true, LockAfter: 5, LockMinutes: 1}}
	contoso := password.Asked{Organization: "Contoso", Policy: password.Policy{MinLength: 8, MaxLength: 64, Upper: 1, Lower: 1, Digits: 1, Special: 1, History: 4, LifetimeDays: 90, ForbidConfusing: true, ForbidOverlap: true, LockAfter: 10, LockMinutes: 30}}
	fabrikam := password.Asked{Organization: "Fabrikam", Policy: password.Policy{MinLength: 12, Upper: 2, History: 2, LifetimeDays: 365, LockAfter: 3}}
	want := password.Policy{
		MinLength: 15, MaxLength: 64, Upper: 2, Lower: 1, Digits: 1, Special: 1, History: 4, LifetimeDays: 90, ForbidCommon: true, ForbidPatterns: true,
		ForbidName: true, ForbidAddress: true, ForbidConfusing: true, ForbidOverlap: true, LockAfter: 3, LockMinutes: 30,
	}
	by := map[string]string{
		password.TooShort: "Northwind", password.TooLong: "Contoso", password.NoUpper: "Fabrikam", password.NoLower: "Contoso", password.NoDigits: "Contoso",
		password.NoSpecial: "Contoso", password.Reused: "Contoso", password.Lifetime: "Contoso", password.Common: "Northwind", password.Personal: "Northwind",
		password.Confusing: "Contoso", password.Overlap: "Contoso",
	}
	for _, order := range [][]password.Asked{{north, contoso, fabrikam}, {fabrikam, contoso, north}, {contoso, north, fabrikam}} {
		got := password.Strictest(order)
		if got.Policy != want {
			t.Errorf("from %s: %+v", order[0].Organization, got.Policy)
		}
		for key, organization := range by {
			if got.By[key] != organization {
				t.Errorf("from %s: %s asks for %s, want %s", order[0].Organization, got.By[key], key, organization)
			}
		}
	}
	both := password.Strictest([]password.Asked{north, contoso})
	if wrong := both.Check("short", password.Person{}); !strings.HasSuffix(wrong[0].Sentence, "Northwind asks for this.") || !strings.HasSuffix(wrong[1].Sentence, "Contoso asks for this.") {
		t.Errorf("%v", wrong)
	}
	if words := both.InWords(); words[0] != "At least 15 characters. Northwind asks for this." || !strings.HasSuffix(both.Reused(), "Contoso asks for this.") {
		t.Errorf("%q", words)
	}
	one := password.Strictest([]password.Asked{north})
	if words := one.InWords(); strings.Contains(strings.Join(words, " "), "asks") || one.Policy != north.Policy {
		t.Errorf("one organization alone is named: %q", words)
	}
	if got := password.Strictest(nil); got.Policy != password.Recommended() {
		t.Errorf("in no organization: %+v", got.Policy)
	}
}

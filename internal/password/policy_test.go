package password_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"gatehouse/internal/password"
)

func TestRecommendedPolicy(t *testing.T) {
	ada := password.Person{Name: "Ada Lovelace", Email: "ada.lovelace@northwind.example"}
	for plain, want := range map[string][]string{
		"correct horse battery staple": nil,
		"lanterns drift past noon":     nil,
		"长长的密码也可以由十五个汉字组成":             nil,
		"u7#Kq2!vZp9&Lw4":              nil,
		"":                             {password.TooShort},
		"u7#Kq2!vZp9&Lw":               {password.TooShort},
		strings.Repeat("k7#", 43):      {password.TooLong, password.Common},
		strings.Repeat("x", 5000):      {password.TooLong},

		"passwordpassword":          {password.Common},
		"password123456789":         {password.Common},
		"Password 123 Password":     {password.Common},
		"P@ssw0rd!P@ssw0rd!":        {password.Common},
		"Administrator123!":         {password.Common},
		"123456789012345":           {password.Common},
		"abcdefghijklmnopqrst":      {password.Common},
		"qwertyuiopasdfghjkl":       {password.Common},
		"aaaaaaaaaaaaaaaaaaaa":      {password.Common},
		"ééééééééééééééééé":         {password.Common},
		"19841984198419841984":      {password.Common},
		"Summer2024!Summer2024!":    {password.Common},
		"gatehouse gatehouse":       {password.Common},
		"letmein":                   {password.TooShort, password.Common},
		"lovelace-northwind":        {password.Personal},
		"LOVELACE lanterns":         {password.Personal},
		"Lovelace":                  {password.TooShort, password.Personal},
		"lovelace likes lantern 42": nil,
		"lanterns adapt to rain":    nil, // "ada" is too short a word to count
		"example of lanterns":       nil, // the top-level domain is nobody's own
	} {
		var got []string
		for _, violation := range password.Recommended().Check(plain, ada) {
			got = append(got, violation.Key)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%.40q: %v, want %v", plain, got, want)
		}
	}
}

func TestLengthIsCountedInCharacters(t *testing.T) {
	policy := password.Policy{MinLength: 8, MaxLength: 10}
	for plain, want := range map[string]string{
		"ééééééé":                       password.TooShort, // 7 characters, 14 bytes
		strings.Repeat("e\u0301", 7):    password.TooShort, // the same, written in 14 characters that NFC joins
		strings.Repeat("e\u0301", 10):   "",
		strings.Repeat("e\u0301", 11):   password.TooLong,
		strings.Repeat("\U0001F511", 8): "",
	} {
		got := ""
		if wrong := policy.Check(plain, password.Person{}); len(wrong) > 0 {
			got = wrong[0].Key
		}
		if got != want {
			t.Errorf("%q: %q, want %q", plain, got, want)
		}
	}
}

func TestRulesCanBeLeftOut(t *testing.T) {
	policy := password.Policy{MinLength: 8}
	if wrong := policy.Check("password", password.Person{Name: "Password"}); len(wrong) > 0 {
		t.Errorf("%v", wrong)
	}
	if wrong := policy.Check(strings.Repeat("ab", 65), password.Person{}); len(wrong) != 1 || wrong[0].Key != password.TooLong {
		t.Errorf("no maximum is the package's: %v", wrong)
	}
}

func TestSentences(t *testing.T) {
	for _, violation := range password.Recommended().Check("lovelace", password.Person{Name: "Ada Lovelace"}) {
		if strings.Contains(violation.Sentence, "lovelace") {
			t.Errorf("%s repeats the password", violation.Key)
		}
		sentence(t, violation.Sentence)
	}
	words := password.Recommended().InWords()
	if len(words) != 4 || !strings.Contains(words[0], "15") || !strings.Contains(words[1], "128") {
		t.Errorf("%q", words)
	}
	for _, text := range words {
		sentence(t, text)
	}
	if words := (password.Policy{MinLength: 8}).InWords(); len(words) != 2 {
		t.Errorf("rules that are off are not told: %q", words)
	}
}

func sentence(t *testing.T, text string) {
	t.Helper()
	if !unicode.IsUpper([]rune(text)[0]) || !strings.HasSuffix(text, ".") {
		t.Errorf("not a sentence: %q", text)
	}
}

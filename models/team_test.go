package models

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseDescription(t *testing.T) {
	for typed, want := range map[string]string{
		"": "", "  \t\n": "", " Two\r\nlines ": "Two lines", "a\u200bb": "ab", strings.Repeat("é", 300): strings.Repeat("é", 300),
		"👩\u200d🚀 in space": "👩\u200d🚀 in space",
	} {
		got, err := ParseDescription("description", typed)
		if err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", typed, got, err, want)
		}
	}
	for typed, says := range map[string]string{
		strings.Repeat("é", 301): "A description has at most 300 characters.", "a\xff": "This description could not be read. Type it again.",
		"a\u202eb": "A description has no control characters.", "a\x07": "A description has no control characters.",
	} {
		_, err := ParseDescription("description", typed)
		if refusal, _ := RefusalOf(err); refusal == nil || refusal.Field != "description" || refusal.Sentence != says {
			t.Errorf("%q: %v, want %q", typed, err, says)
		}
	}
}

func TestParseTeamChoice(t *testing.T) {
	var many []string
	for i := range MaxTeamChange + 1 {
		many = append(many, fmt.Sprint(i))
	}
	for _, c := range []struct {
		chosen []string
		want   string
		says   string
	}{
		{nil, "", "Choose at least one app."},
		{[]string{"", ""}, "", "Choose at least one app."},
		{[]string{"a", "b", "a", ""}, "a b", ""},
		{append(many[:MaxTeamChange:MaxTeamChange], "0"), strings.Join(many[:MaxTeamChange], " "), ""},
		{many, strings.Join(many, " "), "Choose at most 50 at once. Nothing was changed."},
	} {
		got, err := ParseTeamChoice("q", "app", c.chosen)
		says := ""
		if refusal, refused := RefusalOf(err); refused {
			says = refusal.Sentence
		}
		if strings.Join(got, " ") != c.want || says != c.says {
			t.Errorf("%q is %q, %q", c.chosen, got, says)
		}
	}
}

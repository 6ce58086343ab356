package models

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAPastedListIsRead(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"", ""},
		{" \n,;\n ", ""},
		{"ada@n.example", "ada@n.example"},
		{"ada@n.example, bo@n.example\ncy@n.example;di@n.example", "ada@n.example|bo@n.example|cy@n.example|di@n.example"},
		{"ada@n.example bo@n.example", "ada@n.example|bo@n.example"},
		{"Ada Lovelace <ada@n.example>", "Ada Lovelace=ada@n.example"},
		{`"Lovelace, Ada" <ada@n.example>, <bo@n.example>`, "Lovelace, Ada=ada@n.example|bo@n.example"},
		{"ada@n.example\r\nADA@N.example", "ada@n.example|ADA@N.example twice"},
		{"ada\nbo@n.example", "!ada|bo@n.example"},
		{"ada@localhost", "!ada@localhost"},
		{"Ada <ada@n.example\nbo@n.example", "!Ada <ada@n.example|bo@n.example"},
		{"\"open, bo@n.example\ncy@n.example", "!\"open, bo@n.example|cy@n.example"},
		{"a\x00b@n.example", "!a\x00b@n.example"},
		{"\xff@n.example", "!�@n.example"},
	} {
		if got := told(ParseInvitees(c.typed)); got != c.want {
			t.Errorf("%q is read as %q, want %q", c.typed, got, c.want)
		}
	}
}

func TestACSVFileIsRead(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"", ""},
		{"name,email\r\nAda Example,ada@n.example\r\n", "Ada Example=ada@n.example"},
		{"\ufeffEmail;Name\nada@n.example;\"Example; Ada\"\n", "Example; Ada=ada@n.example"},
		{"ada@n.example\nbo@n.example\n", "ada@n.example|bo@n.example"},
		{"Ada,Engineer,ada@n.example\n", "ada@n.example"},
		{"name,email\nAda,\nBo,bo@n.example\nBo,bo@n.example\n", "!Ada,|Bo=bo@n.example|Bo=bo@n.example twice"},
		{"name,email\nonly one\n", "!only one"},
	} {
		got := ParseInviteeCSV(c.typed)
		if told(got) != c.want {
			t.Errorf("%q is read as %q, want %q", c.typed, told(got), c.want)
		}
		// As lines it is read again as the same people.
		again := ParseInvitees(InviteeLines(got))
		for i := range min(len(got), len(again)) {
			if got[i].Email != again[i].Email && got[i].Email != "" {
				t.Errorf("%q as lines: %q, want %q", c.typed, again[i].Email, got[i].Email)
			}
		}
	}
}

func told(list []Invitee) string {
	var words []string
	for _, i := range list {
		word := i.Email
		if i.Name != "" {
			word = i.Name + "=" + word
		}
		if i.Problem != "" {
			word = "!" + i.Typed
		}
		if i.Twice {
			word += " twice"
		}
		words = append(words, word)
	}
	return strings.Join(words, "|")
}

func TestAListStopsAfterOneTooMany(t *testing.T) {
	var b strings.Builder
	for i := range 2 * MaxInvitees {
		fmt.Fprintf(&b, "p%d@n.example\n", i)
	}
	for what, list := range map[string][]Invitee{"pasted": ParseInvitees(b.String()), "file": ParseInviteeCSV(b.String()), "spaces": ParseInvitees(strings.ReplaceAll(b.String(), "\n", " "))} {
		if len(list) != MaxInvitees+1 {
			t.Errorf("%s: %d are read", what, len(list))
		}
	}
}

func FuzzInvitees(f *testing.F) {
	for _, seed := range []string{"a@b.example, C <c@d.example>", `"x, y" <z@w.example>;`, "name,email\nA,a@b.example", "<<>>@,\"", "\xff\x00\n;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, list := range [][]Invitee{ParseInvitees(typed), ParseInviteeCSV(typed)} {
			if len(list) > MaxInvitees+1 {
				t.Errorf("%d are read", len(list))
			}
			seen := map[string]bool{}
			for _, i := range list {
				if (i.Email == "") != (i.Problem != "") {
					t.Errorf("%+v has an address and a problem, or neither", i)
				}
				if i.Email == "" {
					continue
				}
				if email, err := ParseEmail("", i.Email); err != nil || email != i.Email || strings.ContainsAny(i.Email, "\r\n\x00") {
					t.Errorf("%q is no address", i.Email)
				}
				if norm := NormEmail(i.Email); seen[norm] != i.Twice {
					t.Errorf("%q twice is %t", norm, i.Twice)
				} else {
					seen[norm] = true
				}
			}
			_ = InviteeLines(list)
		}
	})
}

func TestWhatBecameOfAnInvitation(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		state   InvitationState
		expires time.Duration
		says    string
	}{
		{InvitationPending, time.Second, ""},
		{InvitationPending, 0, "has expired"},
		{InvitationExpired, time.Hour, "has expired"},
		{InvitationAccepted, time.Hour, "was accepted"},
		{InvitationAccepted, -time.Hour, "was accepted"},
		{InvitationDeclined, time.Hour, "was declined"},
		{InvitationCancelled, -time.Hour, "was withdrawn"},
	} {
		err := Invitation{State: c.state, ExpiresAt: now.Add(c.expires)}.Usable(now)
		if c.says == "" {
			if err != nil {
				t.Errorf("%s: %v", c.state, err)
			}
			continue
		}
		if !Is(err, Gone) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want that it %s", c.state, err, c.says)
		}
	}
}

func TestTheNoteOfAnInvitation(t *testing.T) {
	for typed, want := range map[string]string{"": "", " Hello,\r\nwelcome\r": "Hello,\nwelcome", "a\tb": "a\tb", strings.Repeat("ü", MaxNote): strings.Repeat("ü", MaxNote)} {
		if got, err := ParseNote("note", typed); err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{strings.Repeat("x", MaxNote+1), "a\x00b", "\x1b[31m", "\u202e", "\xff"} {
		_, err := ParseNote("note", typed)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Field != "note" {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestTheDaysOfAnInvitation(t *testing.T) {
	for typed, want := range map[string]time.Duration{"1": 24 * time.Hour, "7": 7 * 24 * time.Hour, "30": 30 * 24 * time.Hour} {
		if got, err := ParseInvitationDays("days", typed); err != nil || got != want {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "0", "-1", "365", "07", "seven"} {
		if _, err := ParseInvitationDays("days", typed); !Is(err, Invalid) {
			t.Errorf("%q is accepted", typed)
		}
	}
}

package models

import (
	"slices"
	"strings"
	"testing"
)

// saidOf is what a list says of each person, in one line of words.
func saidOf(list []Invitee) string {
	var words []string
	for _, i := range list {
		word := i.Email + "/" + i.Role.Key() + "/" + strings.Join(i.Teams, "+")
		if i.Problem != "" {
			word = "!" + i.Problem
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

const noSuchRole = "There is no role “owner”. Use administrator, organization_contributor, team_contributor or organization_user."

func TestALineSaysRoleAndTeams(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"ada@n.example | administrator", "ada@n.example/administrator/"},
		{"Ada <ada@n.example>|Team Contributor|hands; wheels,night shift", "ada@n.example/team_contributor/hands+wheels+night-shift"},
		{"ada@n.example | | hands", "ada@n.example//hands"},
		{"ada@n.example |", "ada@n.example//"},
		{"ada@n.example | ORGANIZATION-user\nbo@n.example, cy@n.example", "ada@n.example/organization_user/, bo@n.example//, cy@n.example//"},
		{"bo@n.example, ada@n.example | administrator | hands, wheels", "bo@n.example//, ada@n.example/administrator/hands+wheels"},
		{"ada@n.example | owner", "!" + noSuchRole},
		{`"Ada | Co" <ada@n.example> | administrator`, "ada@n.example/administrator/"},
	} {
		if got := saidOf(ParseInvitees(c.typed)); got != c.want {
			t.Errorf("%q is read as %q, want %q", c.typed, got, c.want)
		}
	}
}

func TestAFileSaysRoleAndTeamsRowByRow(t *testing.T) {
	for _, c := range []struct{ file, want, lines string }{
		{"name,email,role,teams\nAda,ada@n.example,administrator,hands; wheels\nBo,bo@n.example,,\n", "ada@n.example/administrator/hands+wheels, bo@n.example//",
			"Ada <ada@n.example> | administrator | hands; wheels\nBo <bo@n.example>\n"},
		{"email;role;teams\nada@n.example;Team Contributor;\"night shift;hands\"\n", "ada@n.example/team_contributor/night-shift+hands",
			"ada@n.example | Team Contributor | night-shift; hands\n"},
		{"email,teams\nada@n.example,hands\n", "ada@n.example//hands", "ada@n.example | | hands\n"},
		{"email,role\nada@n.example,owner\n", "!" + noSuchRole, "<ada@n.example> | owner\n"},
		{"name,email,role\n\"Ada, Bo\",not an address,administrator\n", "!This is not an email address. Write it like name@example.com.", "Ada Bo <not an address> | administrator\n"},
	} {
		got := ParseInviteeCSV(c.file)
		if saidOf(got) != c.want {
			t.Errorf("%q is read as %q, want %q", c.file, saidOf(got), c.want)
		}
		if lines := InviteeLines(got); lines != c.lines {
			t.Errorf("%q becomes %q, want %q", c.file, lines, c.lines)
		}
	}
}

// What a file says of a person is what its line says: what is shown in the preview is what is sent.
func FuzzAFileAndItsLinesSayTheSame(f *testing.F) {
	for _, seed := range []string{"name,email,role,teams\nAda,ada@n.example,administrator,hands; wheels\n", "email;role\na@b.example;Team Contributor\n", "email,teams\na@b.example,\"x,y;z|\"\n", "a|b@n.example,\"<\n>\"", "email,role,name\n,administrator,\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		from := ParseInviteeCSV(file)
		again := ParseInvitees(InviteeLines(from))
		if len(again) != len(from) {
			t.Fatalf("%d people become %d: %q", len(from), len(again), InviteeLines(from))
		}
		for i := range from {
			if from[i].Problem != "" {
				continue // its line may have lost what was wrong, such as a second pair of brackets
			}
			if again[i].Email != from[i].Email || again[i].Role != from[i].Role || !slices.Equal(again[i].Teams, cleanIDs(from[i].Teams)) {
				t.Errorf("%+v becomes %+v by the line %q", from[i], again[i], from[i].line())
			}
		}
	})
}

func cleanIDs(ids []string) []string {
	var clean []string
	for _, id := range ids {
		clean = append(clean, teamIDs(lineField(id))...)
	}
	return clean
}

func TestTheTeamsOfAnInvitation(t *testing.T) {
	known := map[string]TeamRef{"hands": {Slug: "Hands", Name: "Hands on"}, "wheels": {Slug: "wheels", Name: "Wheels"}}
	teams, err := InvitationTeams("teams", []string{"HANDS", "wheels", "hands"}, known)
	if err != nil || len(teams) != 2 || teams[0].Name != "Hands on" {
		t.Errorf("got %v, %v", teams, err)
	}
	_, err = InvitationTeams("teams", []string{"wheels", "nothing"}, known)
	if refusal, ok := RefusalOf(err); !ok || refusal.Field != "teams" || refusal.Sentence != "There is no team with the ID “nothing”." {
		t.Errorf("got %v", err)
	}
	var many []string
	for i := range MaxInvitationTeams + 1 {
		id := strings.Repeat("x", i+1)
		many, known[id] = append(many, id), TeamRef{Slug: id}
	}
	if _, err = InvitationTeams("", many, known); !Is(err, Invalid) {
		t.Errorf("21 teams: %v", err)
	}
}

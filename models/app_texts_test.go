package models

import (
	"strings"
	"testing"

	"gatehouse/internal/authz"
)

func TestParseNotes(t *testing.T) {
	const long, unread = "Notes have at most 65,536 bytes. Shorten them.", "These notes could not be read. Type them again."
	for _, c := range []struct{ typed, want, refused string }{
		{"", "", ""},
		{" \n\n\t", "", ""},
		{"# a\r\n\r\nb\rc  \n\n", "# a\n\nb\nc", ""},
		{"    code\n", "    code", ""},
		{strings.Repeat("é", MaxNotes/2), strings.Repeat("é", MaxNotes/2), ""},
		{strings.Repeat("x\r\n", MaxNotes/2), strings.Repeat("x\n", MaxNotes/2)[:MaxNotes-1], ""},
		{strings.Repeat("x", MaxNotes+1), "", long},
		{"a\xffb", "", unread},
		{"a\x00b", "", unread},
	} {
		got, err := ParseNotes("notes", c.typed)
		check(t, c.typed[:min(len(c.typed), 20)], got, c.want, err, "notes", c.refused)
	}
}

func TestBaseWorkflowsAndLevelsAreReadAsTheyAreWritten(t *testing.T) {
	for _, w := range BaseWorkflows() {
		got, err := ParseBaseWorkflow("base_workflow", string(w))
		check(t, string(w), string(got), string(w), err, "base_workflow", "")
		if w.Label() == "" || w.Meaning() == "" {
			t.Errorf("%s has no words", w)
		}
	}
	_, err := ParseBaseWorkflow("base_workflow", "Universal")
	check(t, "Universal", "", "", err, "base_workflow", "Choose a base workflow.")
	for _, l := range CollaboratorLevels() {
		if got, err := ParseLevel("level", LevelKey(l)); got != l || err != nil {
			t.Errorf("%s is read as %v, %v", LevelKey(l), got, err)
		}
	}
	_, err = ParseLevel("level", "owner")
	check(t, "owner", "", "", err, "level", "Choose a level.")
}

// What all organizations are asked at once is what each is asked by itself.
func TestWhatASessionOpensAtOnce(t *testing.T) {
	password, here, there := Authentication{Method: ByPassword}, Authentication{Method: BySAML, OrganizationID: "a"}, Authentication{Method: BySAML, OrganizationID: "b"}
	for _, methods := range [][]Authentication{nil, {password}, {here}, {here, there}, {there, password}} {
		for _, of := range []string{"", "a", "c"} {
			p := Person{User: User{PasswordOf: of}, Methods: methods}
			everywhere, only := p.OpensOnly()
			for _, organization := range []string{"a", "b", "c"} {
				opens := everywhere
				for _, each := range only {
					opens = opens || each == organization
				}
				if opens != p.Opens(organization) {
					t.Errorf("%v, password of %q, organization %s: %v", methods, of, organization, opens)
				}
			}
		}
	}
}

func TestGuestsSeeNoAddresses(t *testing.T) {
	for _, c := range []struct {
		actor Actor
		sees  bool
	}{{Actor{Role: authz.OrganizationUser}, true}, {Actor{}, false}, {Actor{Role: authz.Administrator, Suspended: true}, false}} {
		if c.actor.SeesAddresses() != c.sees {
			t.Errorf("%v, suspended %v: sees them: %v", c.actor.Role, c.actor.Suspended, !c.sees)
		}
	}
}

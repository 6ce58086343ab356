package views

import (
	"strconv"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// InvitationForm invites people: as typed, with a preview of every row, then with the result of every row.
type InvitationForm struct {
	Page      Page
	SendsMail bool
	People    string // as typed, with the lines of a file
	Role      string // its key
	Teams     TeamPicks
	Days      string // how long the link works
	Note      string
	Errors    map[string]string // people, file, role, teams, days, note
	Rows      []InviteeRow      // of the preview, or of the result; none before
}

// TeamPicks are the teams that can be ticked: those chosen, and those that a search finds.
type TeamPicks struct {
	Offered bool     // who invites may put people into teams
	Chosen  []string // the IDs as they came
	Picks   []parts.Tick
	Query   string
	More    bool // there are more teams than these
}

// InviteeState is what inviting a row would do, or did.
type InviteeState uint8

// The states of a row.
const (
	InviteeNew     InviteeState = iota
	InviteePending              // invited before: sent again
	InviteeMember
	InviteeBad   // no address, or a role or team that there is not
	InviteeTwice // stood in the list before
	InviteeFailed
	InviteeCancelled
)

// InviteeRow is one line of the list of people to invite.
type InviteeRow struct {
	Typed  string
	Name   string
	Email  string // empty when the address is bad
	Role   authz.Role
	Teams  []string // names
	State  InviteeState
	Reason string // why not, in a sentence
	Link   string // to pass on, when no mail brings it
}

func (r InviteeRow) shown() string {
	if r.Email == "" || r.State == InviteeBad {
		return r.Typed
	}
	return r.Email
}

// showsRole says whether the row's role and teams mean anything: not when nothing is sent.
func (r InviteeRow) showsRole() bool {
	return r.State != InviteeMember && r.State != InviteeBad && r.State != InviteeTwice
}

// goes says whether something is sent.
func (r InviteeRow) goes() bool { return r.State == InviteeNew || r.State == InviteePending }

// planned is the state before anything is sent.
func (r InviteeRow) planned() (parts.Pill, string) {
	switch r.State {
	case InviteeNew:
		return parts.Pill{Label: "New", Tone: parts.OK}, "Will be invited."
	case InviteePending:
		return parts.Pill{Label: "Already pending", Tone: parts.Warn}, "Will be sent again: a new link, and the old one dies."
	default:
		return r.left()
	}
}

// done is the state afterwards.
func (r InviteeRow) done(sendsMail bool) (parts.Pill, string) {
	switch r.State {
	case InviteeNew:
		if !sendsMail {
			return parts.Pill{Label: "Invited", Tone: parts.OK}, "Pass the link on."
		}
		return parts.Pill{Label: "Invited", Tone: parts.OK}, "The mail is on its way."
	case InviteePending:
		if !sendsMail {
			return parts.Pill{Label: "New link", Tone: parts.OK}, "Pass the link on. The old one no longer works."
		}
		return parts.Pill{Label: "Sent again", Tone: parts.OK}, "The old link no longer works."
	default:
		return r.left()
	}
}

// left is the state of a row that is left out.
func (r InviteeRow) left() (parts.Pill, string) {
	switch r.State {
	case InviteeMember:
		return parts.Pill{Label: "Already a member"}, "Nothing is sent."
	case InviteeBad:
		return parts.Pill{Label: "Cannot be invited", Tone: parts.Bad}, r.Reason
	case InviteeTwice:
		return parts.Pill{Label: "Twice in the list"}, "Invited once."
	case InviteeFailed:
		return parts.Pill{Label: "Not done", Tone: parts.Bad}, r.Reason
	case InviteeCancelled:
		return parts.Pill{Label: "Cancelled"}, "The link no longer works."
	case InviteeNew, InviteePending:
	}
	return parts.Pill{}, ""
}

// sends is how many rows something is sent to.
func (v InvitationForm) sends() int {
	n := 0
	for _, r := range v.Rows {
		if r.goes() {
			n++
		}
	}
	return n
}

func (v InvitationForm) summary() string {
	return strconv.Itoa(v.sends()) + " of " + counted(len(v.Rows), "line") + " can be invited."
}

func (v InvitationForm) problems() []parts.Problem {
	var problems []parts.Problem
	for _, field := range []string{"people", "file", "role", "teams", "days", "note"} {
		if message := v.Errors[field]; message != "" {
			problems = append(problems, parts.Problem{Field: field, Message: message})
		}
	}
	return problems
}

// roleChoices are the four roles with their meanings.
func roleChoices() []parts.Choice {
	var choices []parts.Choice
	for _, r := range authz.Roles() {
		choices = append(choices, parts.Choice{Value: r.Key(), Label: r.Label(), Meaning: r.Meaning()})
	}
	return choices
}

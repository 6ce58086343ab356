package views

import (
	"strconv"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// Invitations is the list of invitations that nobody has dealt with.
type Invitations struct {
	Page      Page
	Query     string
	Rows      []InvitationRow
	Pager     Pager
	Members   int // of the organization
	Pending   int // all of them, also those that have expired
	SendsMail bool
	Link      string // just made, shown once when no mail brings it
	LinkFor   string // the address it is for
}

// InvitationRow is one invitation of the list.
type InvitationRow struct {
	Email     string
	Role      authz.Role
	Sent      time.Time
	Expires   time.Time
	Expired   bool
	By        string // name of who sent it; may be empty
	ResendURL string
	CancelURL string
}

// InvitationForm invites people: as typed, with a preview of every row, then with the result of every row.
type InvitationForm struct {
	Page      Page
	SendsMail bool
	People    string // as typed, with the lines of a file
	Role      string // its key
	Days      string // how long the link works
	Note      string
	Errors    map[string]string // people, file, role, days, note
	Rows      []InviteeRow      // of the preview, or of the result; none before
}

// InviteeState is what inviting a row would do, or did.
type InviteeState uint8

// The states of a row.
const (
	InviteeNew     InviteeState = iota
	InviteePending              // invited before: sent again
	InviteeMember
	InviteeBad   // no address
	InviteeTwice // stood in the list before
	InviteeFailed
)

// InviteeRow is one line of the list of people to invite.
type InviteeRow struct {
	Typed  string
	Name   string
	Email  string // empty when the address is bad
	State  InviteeState
	Reason string // why not, in a sentence
	Link   string // to pass on, when no mail brings it
}

func (r InviteeRow) shown() string {
	if r.Email == "" {
		return r.Typed
	}
	return r.Email
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
		return parts.Pill{Label: "Bad address", Tone: parts.Bad}, r.Reason
	case InviteeTwice:
		return parts.Pill{Label: "Twice in the list"}, "Invited once."
	case InviteeFailed:
		return parts.Pill{Label: "Not invited", Tone: parts.Bad}, r.Reason
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
	for _, field := range []string{"people", "file", "role", "days", "note"} {
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

// OfferMode is how an invitation can be accepted by who looks at it.
type OfferMode uint8

// The modes.
const (
	OfferAccept  OfferMode = iota // signed in as the invited person
	OfferSignIn                   // the address has an account: sign in with its password
	OfferAccount                  // no account: make one
	OfferSSOOnly                  // the account has no password
	OfferNotOwn                   // an Administrator's link set the password: it speaks for their organization only
	OfferOther                    // somebody else is signed in
)

// InvitationOffer is an invitation as whoever holds its link sees it.
type InvitationOffer struct {
	Bare         BarePage
	Organization string
	Role         authz.Role
	Inviter      string // may be empty
	Email        string
	Note         string
	Expires, Now time.Time
	Mode         OfferMode
	SignedInAs   string // of OfferOther
	SignInURL    string
	SSOURL       string // empty: the organization has no enabled identity provider
	AcceptURL    string
	AccountURL   string
	DeclineURL   string
	Name         string // as typed
	Rules        []string
	Violations   []string
	Errors       map[string]string // name, repeat
}

func (v InvitationOffer) lead() string {
	if v.Inviter == "" {
		return "You are invited as " + v.Role.Label() + "."
	}
	return v.Inviter + " invites you as " + v.Role.Label() + "."
}

// InvitationNotice is an invitation of the account's own address, on the account's pages.
type InvitationNotice struct {
	Organization string
	Role         authz.Role
	Inviter      string // may be empty
	Expires      time.Time
	AcceptURL    string
	DeclineURL   string
}

func (n InvitationNotice) sentence() string {
	if n.Inviter == "" {
		return "You are invited as " + n.Role.Label() + "."
	}
	return n.Inviter + " invites you as " + n.Role.Label() + "."
}

package models

import (
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/authz"
)

// InvitationState is what has become of an invitation. All but pending are final.
type InvitationState string

// The states of invitations. One that was not answered in time stays pending until somebody deals with it: see Invitation.Expired.
const (
	InvitationPending   InvitationState = "pending"
	InvitationAccepted  InvitationState = "accepted"
	InvitationDeclined  InvitationState = "declined"
	InvitationCancelled InvitationState = "cancelled"
	InvitationExpired   InvitationState = "expired"
)

// Invitation asks the owner of an address to become a member.
type Invitation struct {
	ID           string
	Organization Organization
	Email        string
	Role         authz.Role
	State        InvitationState
	Teams        []TeamRef // by name; those that are deleted are not among them
	Note         string
	InvitedBy    string // name of who sent it; empty when nobody is known
	SentAt       time.Time
	ExpiresAt    time.Time
}

// Expired says whether the link has stopped working by time.
func (i Invitation) Expired(now time.Time) bool {
	return i.State == InvitationExpired || i.State == InvitationPending && !i.ExpiresAt.After(now)
}

// Usable refuses an invitation that nobody can answer any more, with what became of it.
func (i Invitation) Usable(now time.Time) error {
	again := " Ask an Administrator of " + i.Organization.Name + " to invite you again."
	switch {
	case i.State == InvitationAccepted:
		return Refuse(Gone, "This invitation was accepted already. Sign in to open "+i.Organization.Name+".")
	case i.State == InvitationDeclined:
		return Refuse(Gone, "This invitation was declined."+again)
	case i.State == InvitationCancelled:
		return Refuse(Gone, "This invitation was withdrawn."+again)
	case i.Expired(now):
		return Refuse(Gone, "This invitation has expired."+again)
	}
	return nil
}

// InvitationOffer is an invitation as whoever holds its link sees it.
type InvitationOffer struct {
	Invitation
	Account     bool // there is an account with the address
	HasPassword bool // and it signs in with a password
	SSO         bool // the organization has an enabled identity provider
	Policy      PasswordPolicy
}

// InvitationDraft is an invitation to be sent.
type InvitationDraft struct {
	Email string
	Role  authz.Role
	Teams []TeamRef // whoever accepts is put into them
	Note  string
	For   time.Duration // how long the link works
}

// InvitationFilter is what the list of invitations is asked for; the zero filter is the first page of all, last sent first.
type InvitationFilter struct {
	Query  string // part of an address
	Expiry Expiry
	Sort   InvitationSort
	Page   Page
}

// Expiry narrows a list of invitations to those whose link still works, or no longer does.
type Expiry uint8

// The values of Expiry.
const (
	AnyExpiry Expiry = iota
	Live
	Expired
)

// InvitationSort is the order of a list of invitations.
type InvitationSort uint8

// The orders.
const (
	LastSentFirst InvitationSort = iota
	FirstSentFirst
	ExpiresFirst
	ExpiresLast
)

// InviteOutcome is what inviting an address did, or would do.
type InviteOutcome uint8

// The outcomes.
const (
	InviteNew    InviteOutcome = iota // a new invitation
	InviteResent                      // there was a pending one: its link is replaced
	InviteMember                      // the address belongs to a member: nothing is sent
)

// MaxInvitees is how many addresses may be invited at once.
const MaxInvitees = 500

// MaxInvitationTeams is how many teams an invitation may name.
const MaxInvitationTeams = 20

// MaxNote is the longest note of an invitation, in characters.
const MaxNote = 1000

// ParseNote reads the note of an invitation: plain text without control characters but line breaks.
func ParseNote(field, typed string) (string, error) {
	note := strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(typed, "\r\n", "\n"), "\r", "\n"))
	switch {
	case utf8.RuneCountInString(note) > MaxNote:
		return "", RefuseField(field, "The note has at most 1,000 characters.")
	case !utf8.ValidString(note) || strings.ContainsFunc(note, func(r rune) bool { return r != '\n' && r != '\t' && notPrintable(r) }):
		return "", RefuseField(field, "The note has no control characters.")
	}
	return note, nil
}

// ParseInvitationDays reads how long an invitation works: 1, 7 or 30 days.
func ParseInvitationDays(field, typed string) (time.Duration, error) {
	for days, of := range map[string]time.Duration{"1": 1, "7": 7, "30": 30} {
		if typed == days {
			return of * 24 * time.Hour, nil
		}
	}
	return 0, RefuseField(field, "Choose how long the invitation works.")
}

// InvitationTeams finds the teams of an invitation by their IDs as somebody typed or chose them, each once and in that order. known are the
// organization's teams by the folded ID. A field of the form is named when the refusal stands beside one.
func InvitationTeams(field string, ids []string, known map[string]TeamRef) ([]TeamRef, error) {
	var teams []TeamRef
	seen := map[string]bool{}
	for _, id := range ids {
		team, found := known[strings.ToLower(id)]
		switch {
		case !found:
			return nil, RefuseField(field, "There is no team with the ID “"+shortened(id)+"”.")
		case seen[team.Slug]:
			continue
		case len(teams) == MaxInvitationTeams:
			return nil, RefuseField(field, "An invitation names at most 20 teams.")
		}
		seen[team.Slug] = true
		teams = append(teams, team)
	}
	return teams, nil
}

func shortened(typed string) string {
	const longest = 60
	runes := []rune(typed)
	if len(runes) <= longest {
		return typed
	}
	return string(runes[:longest]) + "…"
}

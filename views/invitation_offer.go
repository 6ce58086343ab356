package views

import (
	"strings"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

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
	Teams        []string // names
	Inviter      string   // may be empty
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
	Asked        string // the rules for what checks as one types
	Violations   []string
	Errors       map[string]string // name, repeat
}

func (v InvitationOffer) details() []parts.Detail {
	details := []parts.Detail{{Term: "For", Value: v.Email}, {Term: "Role", Content: roleAndMeaning(v.Role)}}
	if len(v.Teams) > 0 {
		details = append(details, parts.Detail{Term: "Teams", Value: strings.Join(v.Teams, ", ")})
	}
	return append(details, parts.Detail{Term: "Expires", Content: parts.Time{At: v.Expires, Now: v.Now}})
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

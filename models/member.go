package models

import (
	"time"

	"gatehouse/internal/authz"
)

// Source is how a member came into the organization.
type Source string

// The sources of members.
const (
	FromSetup      Source = "setup"
	FromInvitation Source = "invitation"
	FromSSO        Source = "sso"
)

// Member is an account in an organization.
type Member struct {
	UserID       string
	Name         string
	Email        string
	Role         authz.Role
	Suspended    bool
	Source       Source
	Teams        []TeamRef
	RoleThrough  string // the identity provider whose group gave the role; empty: people did
	HasPassword  bool
	HasFactor    bool // a second factor, of the account
	HasSSO       bool // an identity provider of the organization knows the account
	Elsewhere    bool // also a member of another organization, or a collaborator there (member page only)
	JoinedAt     time.Time
	LastActiveAt time.Time // zero: never

	// The rest is known on the member's own pages only.
	Version           int
	Factors           MemberFactors
	OnlyAdministrator bool                // an active Administrator, and nobody else is
	RoleChangedAt     time.Time           // zero: it is the role they joined with
	RoleChangedBy     string              // a name
	RoleBy            MappedBy            // the group mapping that gave the role, if one did
	TeamsBy           map[string]MappedBy // the group mappings that gave teams, by the team's identifier
}

// MemberFactors are the second factors of a member as others may know them: which kinds, and since when.
type MemberFactors struct {
	Authenticator time.Time // zero: none
	Passkeys      int
	PasskeysSince time.Time // the oldest one's
}

// MemberApp is an app that a member reaches, with every grant that reaches it.
type MemberApp struct {
	App     App
	Because []authz.Reason
}

// Departure is what a member would lose with the membership.
type Departure struct {
	Member      Member // with every team
	Grants      []Grant
	Sessions    int // that single sign-on opened; they end
	Identities  int // single sign-on identities that are unlinked
	Invitations int // pending ones that could bring them back: of their address, or with a link that they were shown
}

// Grant is what a collaborator was given in one app of the organization.
type Grant struct {
	App   string // its identifier
	Level authz.CollaboratorLevel
	Since time.Time
}

// MayResetPassword refuses a password reset link for an account whose password is not this organization's alone to give away, for one's
// own, and to a session that only an identity provider vouched for: it would turn its word into a password that outlives it.
func (m Member) MayResetPassword(by Person) error {
	switch {
	case m.UserID == by.User.ID:
		return Refuse(Impossible, "This is you: change your own password on the account page.")
	case !by.OwnsAccount():
		return Refuse(Impossible, "Sign in with your password to make reset links: single sign-on alone is not enough.")
	case !m.HasPassword:
		return Refuse(Impossible, m.Name+" has no password: they sign in through an identity provider.")
	case m.Elsewhere:
		return Refuse(Impossible, m.Name+" also belongs to another organization, so only they can reset the password, by mail.")
	}
	return nil
}

// Page asks for one page of a list: the rows after a cursor, or before one. Cursors are opaque; a cursor that was not made here is
// treated as none.
type Page struct {
	After  string
	Before string
	Size   int
}

// Listed is one page of rows with the cursors of its neighbours; an empty cursor is no neighbour.
type Listed[Row any] struct {
	Rows  []Row
	Older string // what comes after this page
	Newer string // what comes before it
}

// PageSize is how many rows a list shows.
const PageSize = 50

// LeastRole is what somebody begins with for whom nobody chose a role.
const LeastRole = authz.OrganizationUser

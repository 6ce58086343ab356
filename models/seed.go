package models

import (
	"time"

	"gatehouse/internal/authz"
)

// Seed is a whole sample organization, for demo and for the bench. Its first person with the role Administrator founds it.
type Seed struct {
	Slug        Slug
	Name        string
	People      []SeedPerson
	Teams       []SeedTeam
	Apps        []SeedApp
	Invitations []SeedInvitation
	Domains     []SeedDomain
	Founded     time.Time    // zero: now
	SignIns     []SeedSignIn // what the audit log says of the time before
	Crowd       *Crowd       // nil: these are all
}

// SeedPerson is an account with its membership.
type SeedPerson struct {
	Name         string
	Email        string
	Role         authz.Role // zero: an account that is not a member, such as an outside collaborator
	PasswordHash string     // empty: signs in through an identity provider
	Suspended    bool
	Source       Source
	Joined       time.Time
	LastActive   time.Time
}

// SeedTeam is a team with the addresses of its members.
type SeedTeam struct {
	Slug        Slug
	Name        string
	Description string
	Members     []string
	Apps        []Slug
}

// SeedApp is an app with its collaborators by address.
type SeedApp struct {
	Slug          Slug
	Description   string
	Notes         string
	Visibility    authz.Visibility
	Collaborators map[string]authz.CollaboratorLevel
	Holds         SeedResources
	Created       time.Time
}

// SeedInvitation is a pending invitation.
type SeedInvitation struct {
	Email string
	Role  authz.Role
	Teams []Slug
	By    string // address of who sent it; empty: nobody is known
}

// SeedDomain is a domain of the organization. One that is verified is taken as that for a year: nobody has published its record.
type SeedDomain struct {
	Name     string
	Verified bool
}

// SeedSignIn is a sign-in of the past.
type SeedSignIn struct {
	Email  string
	At     time.Time
	Method Method
}

// Crowd is what a large sample organization has besides its first people. Each thing is told by its number, so that they never stand in
// memory all together.
type Crowd struct {
	People, Apps, Teams, Invitations int // how many of each

	Person     func(i int) SeedPerson
	App        func(i int) CrowdApp
	Team       func(i int) CrowdTeam
	Invitation func(i int) SeedInvitation

	Progress func(what string, done, of int) // nil: nobody watches
}

// CrowdApp is an app that people of the crowd may see as well, by number.
type CrowdApp struct {
	SeedApp

	People []int
}

// CrowdTeam is a team that also has people and apps of the crowd, by number.
type CrowdTeam struct {
	SeedTeam

	People []int
	Has    []int // apps
}

package models

import (
	"time"

	"gatehouse/internal/authz"
)

// Organization is the tenant: everything else belongs to exactly one.
type Organization struct {
	ID        string
	Slug      string
	Name      string
	CreatedAt time.Time
	Version   int

	FactorRequired bool // who comes in by the account's own proof needs a second factor
}

// Membership is one organization of an account, as the chooser and the switcher show it.
type Membership struct {
	Organization Organization
	Role         authz.Role
	Suspended    bool
}

// Belonging is how many things of one kind belong to an organization, and would go with it.
type Belonging struct {
	What string // one of them, such as "identity provider"
	N    int
}

// MembershipFilter is what the list of one's organizations is asked for.
type MembershipFilter struct {
	Query string // part of a name or an ID
	Page  Page
}

// Counts are an organization's numbers, kept by the database so that reading them never counts rows.
type Counts struct {
	Members     int // active and suspended
	Suspended   int
	ByRole      map[authz.Role]int // active members
	Teams       int
	Apps        int
	Invitations int // pending
	Providers   int
}

// Setup is what the first run asks for, and `admin create`.
type Setup struct {
	Slug         Slug
	Organization string
	Name         string
	Email        string
	PasswordHash string
}

// ResetLifetime is how long a password reset link works.
const ResetLifetime = time.Hour

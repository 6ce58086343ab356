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

// PasswordPolicy is an organization's rules for the passwords of its members.
type PasswordPolicy struct {
	MinLength      int
	MaxLength      int
	ForbidCommon   bool
	ForbidPersonal bool // neither the name nor the address in it
}

// DefaultPasswordPolicy is the policy of a new organization: what NIST SP 800-63B-4 §3.1.1.2 demands of a password that is the only factor.
func DefaultPasswordPolicy() PasswordPolicy {
	return PasswordPolicy{MinLength: 15, MaxLength: 128, ForbidCommon: true, ForbidPersonal: true}
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

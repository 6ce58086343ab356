package views

import (
	"time"

	"gatehouse/internal/authz"
)

// Member is one member's page. What the person who looks may not see or do is nil.
type Member struct {
	Page      Page
	Now       time.Time
	Row       MemberRow
	WhyURL    string    // explains what they may do
	RoleSince time.Time // zero: the role they joined with
	RoleBy    string    // who gave it
	RoleGiven MappedBy  // the group that gave it, if one did
	Teams     []MemberTeam
	Apps      []MemberAppRow // the first of those they reach
	AppCount  int
	MoreApps  bool // there are more than were counted
	AppsURL   string
	ResetLink string // just made, shown once
	Manage    *ManageMember
	Sessions  *MemberSessions
	Log       *MemberLog
}

// MemberTeam is a team of a member.
type MemberTeam struct {
	Name, URL string
	Given     MappedBy
}

// MappedBy is the group of an identity provider that gave a role or a team; the zero one: people did.
type MappedBy struct {
	Provider, Group string
	Owned           bool // the provider takes it back: it is not changed by hand
}

// words completes "… ", such as "through Okta, group eng".
func (b MappedBy) words() string {
	if b.Provider == "" {
		return ""
	}
	return "through " + b.Provider + ", group " + b.Group
}

// MemberAppRow is an app that a member reaches.
type MemberAppRow struct {
	URL        string
	Slug       string
	Visibility authz.Visibility
	Why        []string // every grant, in words: "Their role", "Team Perception"
}

// ManageMember is what an Administrator may do to a member. A Reason says why it cannot be done now; empty, it can.
type ManageMember struct {
	RoleURL       string
	RoleReason    string
	SuspendURL    string
	SuspendReason string
	ReinstateURL  string
	RemoveURL     string // where it is asked once more; of oneself, where one leaves
	RemoveReason  string
	ResetURL      string
	ResetReason   string
	Factors       []FactorSince
	FactorURL     string // where the second factor is reset
	FactorReason  string
}

// FactorSince is a kind of second factor and since when there is one of it.
type FactorSince struct {
	Kind  string
	Since time.Time
}

// MemberSessions are the sessions of a member that open the organization.
type MemberSessions struct {
	OwnURL       string // set for oneself: they stand there, and nothing else here
	Rows         []SessionRow
	HeldReason   string // why some of them cannot be ended
	EndAllURL    string
	EndAllReason string
}

// MemberLog is the newest of what a member did and of what was done to them.
type MemberLog struct {
	Rows []AuditRow
	URL  string // of all of it
}

// MemberAppsList is every app that a member reaches.
type MemberAppsList struct {
	Page      Page
	Name      string
	You       bool
	MemberURL string
	Role      authz.Role
	Suspended bool
	Rows      []MemberAppRow
	Pager     Pager
}

// MemberRole is the form that gives a member another role.
type MemberRole struct {
	Page    Page
	Name    string
	You     bool
	Role    authz.Role // as it is
	Since   time.Time  // zero: since they joined
	By      string
	Chosen  string // the key of the role that was chosen
	Version string
	Teams   int
	Action  string
	Cancel  string
	Reason  string // why no other role can be given; empty: any can
	Message string // why it was refused
	AtField bool   // the message belongs beside the choice
	Stale   bool   // somebody else changed the member: both roles are shown
}

// Departure is the page before a membership ends, by removal or by leaving.
type Departure struct {
	Page        Page
	You         bool // leaving
	Name        string
	Role        authz.Role
	Teams       []MemberTeam
	Grants      []GrantRow
	Sessions    int
	Identities  int
	Invitations int
	Action      string
	Cancel      string
	Confirm     string // what is to be typed
	Typed       string
	Error       string
	Reason      string // why it cannot be done
}

// GrantRow is an app in which the person is a collaborator.
type GrantRow struct {
	App         string
	Contributor bool
	Since       time.Time
	Kept        bool // chosen to stay
}

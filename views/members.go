package views

import (
	"time"

	"gatehouse/internal/authz"
)

// Members is the list of members.
type Members struct {
	Page     Page
	Query    string
	Role     authz.Role // the role filter; zero for all
	Rows     []MemberRow
	Pager    Pager
	Total    int  // members of the organization
	OwnTeams bool // a Team Contributor: only people who share a team
	Invites  bool // may invite: sees the other tab and the button
	Pending  int  // invitations that nobody has dealt with
	Filtered bool // a search or a filter is on: an empty list means nothing matches
}

// Pager holds the links to the neighbouring pages; empty for none.
type Pager struct{ Newer, Older string }

// MemberRow is one member of the list.
type MemberRow struct {
	URL        string
	Name       string
	Email      string
	Role       authz.Role
	Suspended  bool
	You        bool
	Source     string // "Invitation", "SSO", "Setup"
	Teams      []string
	Joined     time.Time
	LastActive time.Time // zero: never
}

// Member is one member's page.
type Member struct {
	Page        Page
	Row         MemberRow
	Now         time.Time
	MayReset    bool   // holds the scope and the link can be made
	ResetURL    string // where the form posts
	ResetReason string // why the button is disabled, in words; empty: it works
	ResetLink   string // the link just made, shown once
}

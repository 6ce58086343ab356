package views

import (
	"net/url"
	"time"

	"gatehouse/internal/authz"
)

// Members is the list of members.
type Members struct {
	Page     Page
	Query    string
	Filters  MemberFilters
	Sort     string     // such as "name" or "-joined"; empty by name
	Params   url.Values // search, filters and order as they stand in the address
	Rows     []MemberRow
	Pager    Pager
	Total    int  // members of the organization
	OwnTeams bool // a Team Contributor: only people who share a team
	Invites  bool // may invite: sees the other tab and the button
	Pending  int  // invitations that nobody has dealt with
	Manages  bool // may change members: sees how each signs in
	// ChangeURL and ToTeamURL are where members are changed, or added to a team, many at once; empty for who may not.
	ChangeURL, ToTeamURL string

	Filtered bool // a search or a filter is on: an empty list means nothing matches
}

// MemberFilters are the filters of the list: what is chosen, and what can be.
type MemberFilters struct {
	Role           authz.Role // zero: all
	Team           string     // an identifier, as it was typed
	Source, Status string
	Idle           bool
	Factor         string // "has" or "none"
	ByFactor       bool   // it is offered
	Sources, Teams []Option
	MoreTeams      bool // there are more teams than are offered: one types the ID
	UnknownTeam    bool // there is no such team, so nothing is filtered by it
}

// Pager holds the links to the neighbouring pages; empty for none.
type Pager struct{ Newer, Older string }

// MemberRow is one member of the list.
type MemberRow struct {
	ID         string
	URL        string
	Name       string
	Email      string
	Role       authz.Role
	Suspended  bool
	You        bool
	Source     string // "Invitation", "SSO", "Setup"
	Through    string // the identity provider whose group gave the role; empty: people did
	SignsIn    string // "Password", "SSO"
	Factor     bool   // has a second factor
	Teams      []string
	Joined     time.Time
	LastActive time.Time // zero: never
}

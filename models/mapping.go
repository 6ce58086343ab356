package models

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/authz"
)

// Mapping is what an identity provider's people of one group are given at their sign-in: a role, teams, or both.
type Mapping struct {
	ID            string
	Group         string // as the provider spells it
	Role          authz.Role
	Teams         []TeamRef
	Authoritative bool // takes back what it gave from who has left the group
	Author        string
	Inert         bool // its author may not give this any more: it gives nothing new
	People        int  // who have something by it now (list only)
	UpdatedAt     time.Time
	Version       int
}

// MappingDraft is a mapping before it is saved.
type MappingDraft struct {
	Group         string
	Role          authz.Role
	Teams         []TeamRef
	Authoritative bool
}

const (
	// MaxMappings is how many mappings an identity provider has at most: a sign-in reads them all.
	MaxMappings = 300
	// MaxMappingTeams is how many teams one gives.
	MaxMappingTeams = 20
	longestGroup    = 500
)

// ParseGroup reads a group's value; it is compared with what a sign-in says letter by letter.
func ParseGroup(field, typed string) (string, error) {
	group := strings.TrimSpace(typed)
	switch {
	case group == "":
		return "", RefuseField(field, "Enter the group as the identity provider sends it.")
	case utf8.RuneCountInString(group) > longestGroup:
		return "", RefuseField(field, "A group has at most 500 characters here.")
	case !utf8.ValidString(group) || strings.ContainsFunc(group, notPrintable):
		return "", RefuseField(field, "A group has no control characters.")
	}
	return group, nil
}

// Check refuses a mapping that gives nothing.
func (d MappingDraft) Check() error {
	switch {
	case !d.Role.Valid() && len(d.Teams) == 0:
		return RefuseField("role", "Choose a role or at least one team: this mapping would give nothing.")
	case len(d.Teams) > MaxMappingTeams:
		return RefuseField("teams", "A mapping gives at most 20 teams.")
	}
	return nil
}

// MayGive says whether somebody of that role may give what the mapping gives, by their own hand. Who may not is no author of it.
func (d MappingDraft) MayGive(author authz.Role) bool {
	may := func(scope authz.Scope) bool {
		return authz.Decide(authz.Subject{SignedIn: true, Role: author}, scope, authz.Object{}).Allowed
	}
	return may(authz.SecurityManage) && (!d.Role.Valid() || may(authz.MembersManage) && d.Role >= author) && (len(d.Teams) == 0 || may(authz.TeamMembersAdd))
}

// MappedBy is the mapping that gave somebody a role or a place in a team. The zero one is: people did.
type MappedBy struct {
	Mapping  string // its ID
	Provider string // a name
	Group    string
	Owned    bool // the mapping is authoritative, and people can sign in through its provider
}

// errOwned refuses to change by hand what the identity provider owns: the next sign-in would undo it.
func (g MappedBy) errOwned(what string) error {
	return Refuse(Impossible, g.Provider+" decides "+what+", by the group “"+g.Group+"”. Change the group there, or the group mapping here.")
}

// Sighting is what an identity provider said of somebody at a sign-in, as far as it is kept.
type Sighting struct {
	At         time.Time
	UserID     string
	Name       string // of the account, as it is now
	Email      string
	Member     bool // they still are one, and not suspended
	Groups     []string
	GroupsSent bool
	Attributes []string // names
}

// Trial is what mappings would do to the person of a sighting, were they to sign in again as they did.
type Trial struct {
	Sighting Sighting
	Effect   MappingEffect // none on who is no member
}

// MappingList are the mappings of an identity provider.
type MappingList struct {
	Provider IdentityProvider
	All      []Mapping
	Trial    *Trial // nil before anybody signed in through it
}

// namesTeam says whether a team is among them.
func namesTeam(teams []TeamRef, slug string) bool {
	return slices.ContainsFunc(teams, func(t TeamRef) bool { return t.Slug == slug })
}

package views

import (
	"strings"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// Mappings are the group mappings of an identity provider.
type Mappings struct {
	Page          Page
	Provider      string
	NewURL        string
	AttributesURL string   // where the attribute is named that holds groups
	Attribute     string   // it; empty: the usual names
	Usual         []string // those
	Rows          []MappingRow
	Full          bool          // there may be no more
	Trial         *MappingTrial // nil before anybody signed in
	Unmapped      []UnmappedGroup
}

// MappingRow is one mapping of the list.
type MappingRow struct {
	URL           string
	Group         string
	Role          authz.Role // zero: none
	Teams         []string
	Authoritative bool
	Inert         bool // its author may not give this any more
	Author        string
	People        int
}

// UnmappedGroup is a group of the last sign-in that has no mapping.
type UnmappedGroup struct{ Group, URL string }

// MappingTrial is what mappings would do to whoever signed in last.
type MappingTrial struct {
	Person, Email string
	At            time.Time
	Groups        []string
	Told          bool // there was an attribute for groups
	Member        bool // they still are one

	Was, Role      authz.Role
	RoleGroup      string // by which they have the role afterwards; empty: people gave it
	RoleMoved      bool
	KeptLast       bool
	Join, Leave    []MappingGift
	Stay           []MappingGift // by another group from now on
	Matched, Inert []string      // groups that have a mapping, and one that gives nothing new
}

// MappingGift is a team, and the group by which it is given or taken.
type MappingGift struct{ Team, Group string }

// The kinds of a mapping, as the form sends them.
const (
	MappingAuthoritative = "authoritative"
	MappingAdditive      = "additive"
)

// MappingForm makes a mapping or edits one.
type MappingForm struct {
	Page      Page
	Provider  string
	Action    string
	Search    string // draws the teams anew
	Cancel    string
	DeleteURL string // of one that is there

	ID, Version string
	Group       string
	Role        string // a key; empty: none
	Teams       TeamPicks
	Kind        string
	People      int
	Inert       bool
	Author      string

	Seen    []string // groups of the last sign-in
	Errors  map[string]string
	Message string
	Theirs  *MappingSaved
	Tried   bool
	Trial   *MappingTrial
}

// MappingSaved is what somebody else saved meanwhile.
type MappingSaved struct {
	Group string
	Role  authz.Role
	Teams []string
	Kind  string
}

func (v Mappings) inert() int {
	n := 0
	for _, row := range v.Rows {
		if row.Inert {
			n++
		}
	}
	return n
}

func (v Mappings) inertTitle() string {
	if v.inert() == 1 {
		return "One mapping gives nothing new"
	}
	return parts.Number(v.inert()) + " mappings give nothing new"
}

func (v MappingForm) title() string {
	if v.ID == "" {
		return "Add group mapping"
	}
	return "Edit group mapping"
}

func (v MappingForm) problems() []parts.Problem {
	var problems []parts.Problem
	if v.Message != "" && v.Theirs == nil {
		problems = append(problems, parts.Problem{Message: v.Message})
	}
	for _, field := range [][2]string{{"group", "group"}, {"role", "role"}, {"teams", "teams"}, {"kind", "kind-" + MappingAuthoritative}} {
		if message := v.Errors[field[0]]; message != "" {
			problems = append(problems, parts.Problem{Field: field[1], Message: message})
		}
	}
	return problems
}

func mappingRoles() []parts.Option {
	options := []parts.Option{{Value: "", Label: "No role"}}
	for _, role := range authz.Roles() {
		options = append(options, parts.Option{Value: role.Key(), Label: role.Label()})
	}
	return options
}

func (v MappingForm) kinds() []parts.Choice {
	return []parts.Choice{
		{Value: MappingAuthoritative, Label: "Take it back", Meaning: v.Provider + " decides: what this mapping gave ends at the next sign-in without the group, and is not changed by hand here."},
		{Value: MappingAdditive, Label: "Let them keep it", Meaning: "The mapping only adds. What it gave stays until somebody takes it away here."},
	}
}

func kindWords(kind string) string {
	switch kind {
	case MappingAuthoritative:
		return "Take it back"
	case MappingAdditive:
		return "Let them keep it"
	}
	return ""
}

func roleWords(role authz.Role) string {
	if !role.Valid() {
		return "No role"
	}
	return role.Label()
}

func (v MappingForm) compared() []comparedValue {
	role, _ := authz.ParseRole(v.Role)
	var teams []string
	for _, pick := range v.Teams.Picks {
		if pick.Chosen {
			teams = append(teams, pick.Label)
		}
	}
	return []comparedValue{
		{label: "Group", theirs: []string{v.Theirs.Group}, typed: []string{strings.TrimSpace(v.Group)}},
		{label: "Role", theirs: []string{roleWords(v.Theirs.Role)}, typed: []string{roleWords(role)}},
		{label: "Teams", theirs: v.Theirs.Teams, typed: teams},
		{label: "When somebody leaves the group", theirs: []string{kindWords(v.Theirs.Kind)}, typed: []string{kindWords(v.Kind)}},
	}
}

func (v MappingForm) deleteWords() string {
	switch v.People {
	case 0:
		return "Nobody has anything by it now."
	case 1:
		return "One person has something by it. They keep it, and it can be changed by hand from then on."
	}
	return parts.Number(v.People) + " people have something by it. They keep it, and it can be changed by hand from then on."
}

// changes is what would be different, one sentence each, each completing "They …".
func (t MappingTrial) changes() []string {
	var lines []string
	switch {
	case t.Was != t.Role && t.RoleGroup != "":
		lines = append(lines, "would become "+t.Role.Label()+", by the group “"+t.RoleGroup+"”. Now: "+t.Was.Label()+".")
	case t.Was != t.Role:
		lines = append(lines, "would be "+t.Role.Label()+" again, as before a group made them "+t.Was.Label()+".")
	case t.RoleMoved && t.RoleGroup != "":
		lines = append(lines, "would stay "+t.Role.Label()+", by the group “"+t.RoleGroup+"” from then on.")
	case t.RoleMoved:
		lines = append(lines, "would stay "+t.Role.Label()+", by no group from then on.")
	}
	for _, g := range t.Join {
		lines = append(lines, "would join the team "+g.Team+", by the group “"+g.Group+"”.")
	}
	for _, g := range t.Leave {
		lines = append(lines, "would leave the team "+g.Team+": the mapping of “"+g.Group+"” put them there and does not any more.")
	}
	for _, g := range t.Stay {
		lines = append(lines, "would stay in the team "+g.Team+", by the group “"+g.Group+"” from then on.")
	}
	if t.KeptLast {
		lines = append(lines, "would stay Administrator, although the group that made them one is missing: nobody else is an active Administrator.")
	}
	return lines
}

// nothing says why nothing would change.
func (t MappingTrial) nothing() string {
	switch {
	case !t.Member:
		return "They are no active member any more, so nothing is tried on them."
	case !t.Told:
		return "Nothing: the sign-in said nothing of groups. Make the identity provider send them, or name the attribute that holds them."
	case len(t.Groups) == 0:
		return "Nothing: they are in no group, and have nothing by one."
	case len(t.Matched)+len(t.Inert) == 0:
		return "Nothing: none of their groups has a mapping."
	}
	return "Nothing: they have what their groups give."
}

func (t MappingTrial) sent() string {
	if !t.Told {
		return "came without groups"
	}
	if len(t.Groups) == 0 {
		return "came in no group"
	}
	return "came in " + counted(len(t.Groups), "group")
}

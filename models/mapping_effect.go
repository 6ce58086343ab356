package models

import (
	"cmp"
	"slices"

	"gatehouse/internal/authz"
)

// Mapped is what somebody has when they sign in, as far as mappings ask.
type Mapped struct {
	Role     authz.Role
	RoleBy   string     // the mapping that gave the role, if one did
	OwnRole  authz.Role // what they had before it did
	Teams    []MappedTeam
	LastOnly bool // they are the only active Administrator
}

// MappedTeam is a team that somebody is in, and the mapping that put them there, if one did.
type MappedTeam struct {
	Team TeamRef
	By   string
}

// MappingEffect is what a sign-in changes by mappings.
type MappingEffect struct {
	Role    authz.Role // afterwards
	RoleBy  string     // the mapping that gives it afterwards
	OwnRole authz.Role // what it falls back to

	Was         authz.Role
	Join, Leave []TeamGift
	Stay        []TeamGift // stay in the team, but by another mapping from now on
	RoleMoved   bool       // the role stays, but by another mapping from now on
	KeptLast    bool       // the role would have been taken back from the only active Administrator

	Matched []Mapping // of the groups that were sent, and those of them that are inert
	Groups  int       // that were sent
	Told    bool      // there was an attribute for groups
}

// TeamGift is a team and the mapping that gives it, or gave it.
type TeamGift struct {
	Team TeamRef
	By   Mapping
}

// RoleChanged says whether the role is another one afterwards.
func (e MappingEffect) RoleChanged() bool { return e.Role != e.Was }

// Changes says whether anything is different afterwards.
func (e MappingEffect) Changes() bool {
	return e.RoleChanged() || e.RoleMoved || len(e.Join)+len(e.Leave)+len(e.Stay) > 0
}

// ApplyMappings says what the mappings of one identity provider do to somebody who signs in through it. It is the one answer, for the
// sign-in and for the page that tries it beforehand.
//
// The strongest role of all groups counts, and only raises: what somebody has otherwise is not lowered. An authoritative mapping takes back
// what it gave, and nothing else, from who is not in its group any more. An inert one gives nothing new. When the provider said nothing of
// groups, nothing changes.
func ApplyMappings(all []Mapping, who Mapped, groups []string, told bool) MappingEffect {
	effect := MappingEffect{Role: who.Role, RoleBy: who.RoleBy, OwnRole: who.OwnRole, Was: who.Role, Groups: len(groups), Told: told}
	if !told {
		return effect
	}
	in := make(map[string]bool, len(groups))
	for _, g := range groups {
		in[g] = true
	}
	byID := make(map[string]Mapping, len(all))
	var giving []Mapping
	for _, m := range all {
		byID[m.ID] = m
		if in[m.Group] {
			effect.Matched = append(effect.Matched, m)
			if !m.Inert {
				giving = append(giving, m)
			}
		}
	}
	// Of several that give the same, one that gives it for good.
	slices.SortFunc(giving, func(a, b Mapping) int {
		return cmp.Or(order(a.Authoritative)-order(b.Authoritative), cmp.Compare(a.Group, b.Group))
	})
	effect.applyRole(byID, giving, who, in)
	effect.applyTeams(byID, giving, who, in)
	return effect
}

func order(last bool) int {
	if last {
		return 1
	}
	return 0
}

func (e *MappingEffect) applyRole(byID map[string]Mapping, giving []Mapping, who Mapped, in map[string]bool) {
	role, by, own := who.Role, who.RoleBy, who.Role
	if giver, known := byID[who.RoleBy]; known && giver.Authoritative {
		if own = who.OwnRole; !own.Valid() {
			own = authz.OrganizationUser
		}
		if !in[giver.Group] || giver.Role != who.Role {
			role, by = own, "" // taken back, unless another gives it too
		}
	}
	for _, m := range giving {
		if m.Role.Valid() && m.Role < role {
			role, by = m.Role, m.ID
		}
	}
	if who.LastOnly && role != authz.Administrator {
		e.KeptLast = true
		return
	}
	if by == "" {
		own = 0
	}
	e.Role, e.RoleBy = role, by
	if by != who.RoleBy {
		e.OwnRole, e.RoleMoved = own, role == who.Role
	}
}

func (e *MappingEffect) applyTeams(byID map[string]Mapping, giving []Mapping, who Mapped, in map[string]bool) {
	giverOf := func(team TeamRef) (Mapping, bool) {
		at := slices.IndexFunc(giving, func(m Mapping) bool { return namesTeam(m.Teams, team.Slug) })
		if at < 0 {
			return Mapping{}, false
		}
		return giving[at], true
	}
	has := make(map[string]bool, len(who.Teams))
	for _, t := range who.Teams {
		has[t.Team.Slug] = true
		giver, known := byID[t.By]
		if !known || !giver.Authoritative || in[giver.Group] && namesTeam(giver.Teams, t.Team.Slug) {
			continue
		}
		if another, given := giverOf(t.Team); given {
			e.Stay = append(e.Stay, TeamGift{t.Team, another})
		} else {
			e.Leave = append(e.Leave, TeamGift{t.Team, giver})
		}
	}
	for _, m := range giving {
		for _, team := range m.Teams {
			if !has[team.Slug] {
				has[team.Slug] = true
				e.Join = append(e.Join, TeamGift{team, m})
			}
		}
	}
}

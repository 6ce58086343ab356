package models

import (
	"strings"
	"testing"

	"gatehouse/internal/authz"
)

const (
	admin = authz.Administrator
	orgc  = authz.OrganizationContributor
	teamc = authz.TeamContributor
	user  = authz.OrganizationUser
)

func gives(group string, authoritative bool, role authz.Role, teams ...string) Mapping {
	m := Mapping{ID: "m-" + group, Group: group, Role: role, Authoritative: authoritative}
	for _, slug := range teams {
		m.Teams = append(m.Teams, TeamRef{Slug: slug, Name: slug})
	}
	return m
}

func inert(m Mapping) Mapping { m.Inert = true; return m }

// in is somebody in teams, each "team" or "team<mapping".
func in(role authz.Role, by string, own authz.Role, teams ...string) Mapped {
	who := Mapped{Role: role, RoleBy: by, OwnRole: own}
	for _, spelled := range teams {
		slug, by, _ := strings.Cut(spelled, "<")
		who.Teams = append(who.Teams, MappedTeam{TeamRef{Slug: slug, Name: slug}, by})
	}
	return who
}

func gifts(sign string, all []TeamGift) string {
	words := ""
	for _, g := range all {
		words += " " + sign + g.Team.Slug + "<" + g.By.ID
	}
	return words
}

// after is an effect in one line: the role, the mapping that gives it, what it falls back to, and the teams.
func after(e MappingEffect) string {
	words := e.Role.Key()
	if e.RoleBy != "" {
		words += "<" + e.RoleBy + "<" + e.OwnRole.Key()
	}
	if e.KeptLast {
		words += " kept"
	}
	return words + gifts("+", e.Join) + gifts("-", e.Leave) + gifts("=", e.Stay)
}

func TestApplyMappings(t *testing.T) {
	const no, yes = false, true
	last := in(admin, "m-a", user)
	last.LastOnly = true
	for _, c := range []struct {
		name   string
		all    []Mapping
		who    Mapped
		groups string
		want   string
	}{
		{"in no mapped group", []Mapping{gives("a", yes, admin, "t")}, in(user, "", 0), "b c", "organization_user"},
		{"additive role raises", []Mapping{gives("a", no, orgc)}, in(user, "", 0), "a", "organization_contributor<m-a<organization_user"},
		{"authoritative role raises", []Mapping{gives("a", yes, orgc)}, in(user, "", 0), "a", "organization_contributor<m-a<organization_user"},
		{"never lowers", []Mapping{gives("a", yes, user)}, in(orgc, "", 0), "a", "organization_contributor"},
		{"the same role stays people's own", []Mapping{gives("a", yes, orgc)}, in(orgc, "", 0), "a", "organization_contributor"},
		{"the strongest counts", []Mapping{gives("a", yes, teamc), gives("b", yes, admin), gives("c", no, orgc)}, in(user, "", 0), "c b a", "administrator<m-b<organization_user"},
		{"of two equal ones the one for good", []Mapping{gives("a", yes, orgc), gives("b", no, orgc)}, in(user, "", 0), "a b", "organization_contributor<m-b<organization_user"},
		{"case of a group counts", []Mapping{gives("Admins", yes, admin)}, in(user, "", 0), "admins ADMINS", "organization_user"},

		{"authoritative stays while in the group", []Mapping{gives("a", yes, orgc)}, in(orgc, "m-a", user), "a", "organization_contributor<m-a<organization_user"},
		{"authoritative takes back", []Mapping{gives("a", yes, orgc)}, in(orgc, "m-a", user), "", "organization_user"},
		{"additive does not", []Mapping{gives("a", no, orgc)}, in(orgc, "m-a", user), "", "organization_contributor<m-a<organization_user"},
		{"nor what people gave", []Mapping{gives("a", yes, orgc)}, in(orgc, "", 0), "", "organization_contributor"},
		{"nor what another provider gave", []Mapping{gives("a", yes, orgc)}, in(orgc, "m-elsewhere", user), "", "organization_contributor<m-elsewhere<organization_user"},
		{"falls to what another group gives", []Mapping{gives("a", yes, admin), gives("b", yes, teamc)}, in(admin, "m-a", user), "b", "team_contributor<m-b<organization_user"},
		{"keeps what it falls back to when raised further", []Mapping{gives("a", yes, teamc), gives("b", yes, admin)}, in(teamc, "m-a", user), "a b", "administrator<m-b<organization_user"},
		{"what is for good is what it falls back to", []Mapping{gives("a", no, orgc), gives("b", yes, admin)}, in(orgc, "m-a", user), "a b", "administrator<m-b<organization_contributor"},
		{"passes to another that gives the same", []Mapping{gives("a", yes, orgc), gives("b", yes, orgc)}, in(orgc, "m-a", user), "b", "organization_contributor<m-b<organization_user"},
		{"a mapping that gives another role now", []Mapping{gives("a", yes, teamc)}, in(admin, "m-a", user), "a", "team_contributor<m-a<organization_user"},
		{"a mapping that gives no role any more", []Mapping{gives("a", yes, 0, "t")}, in(admin, "m-a", user), "a", "organization_user +t<m-a"},
		{"the last Administrator stays", []Mapping{gives("a", yes, admin)}, last, "", "administrator<m-a<organization_user kept"},
		{"also when another role comes instead", []Mapping{gives("a", yes, admin), gives("b", yes, orgc)}, last, "b", "administrator<m-a<organization_user kept"},

		{"teams are joined, each once", []Mapping{gives("a", yes, 0, "t", "s"), gives("b", no, 0, "t")}, in(user, "", 0), "a b", "organization_user +t<m-b +s<m-a"},
		{"who is in it stays there on their own", []Mapping{gives("a", yes, 0, "t")}, in(user, "", 0, "t"), "a", "organization_user"},
		{"and is not taken out", []Mapping{gives("a", yes, 0, "t")}, in(user, "", 0, "t"), "", "organization_user"},
		{"authoritative takes out", []Mapping{gives("a", yes, 0, "t")}, in(user, "", 0, "t<m-a", "own"), "", "organization_user -t<m-a"},
		{"additive does not take out", []Mapping{gives("a", no, 0, "t")}, in(user, "", 0, "t<m-a"), "", "organization_user"},
		{"another provider's stays", []Mapping{gives("a", yes, 0, "t")}, in(user, "", 0, "t<m-elsewhere"), "", "organization_user"},
		{"a team passes to another mapping", []Mapping{gives("a", yes, 0, "t"), gives("b", no, 0, "t")}, in(user, "", 0, "t<m-a"), "b", "organization_user =t<m-b"},
		{"a team that the mapping gives no more", []Mapping{gives("a", yes, 0, "s")}, in(user, "", 0, "t<m-a"), "a", "organization_user +s<m-a -t<m-a"},

		{"inert gives nothing new", []Mapping{inert(gives("a", yes, admin, "t"))}, in(user, "", 0), "a", "organization_user"},
		{"inert leaves what it gave", []Mapping{inert(gives("a", yes, admin, "t"))}, in(admin, "m-a", user, "t<m-a"), "a", "administrator<m-a<organization_user"},
		{"inert takes back all the same", []Mapping{inert(gives("a", yes, admin, "t"))}, in(admin, "m-a", user, "t<m-a"), "", "organization_user -t<m-a"},
		{"inert does not stand in", []Mapping{gives("a", yes, orgc, "t"), inert(gives("b", yes, orgc, "t"))}, in(orgc, "m-a", user, "t<m-a"), "b", "organization_user -t<m-a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := after(ApplyMappings(c.all, c.who, strings.Fields(c.groups), true)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if e := ApplyMappings(c.all, c.who, strings.Fields(c.groups), false); e.Changes() || e.KeptLast {
				t.Errorf("not told of groups, and yet: %s", after(e))
			}
		})
	}
}

func TestAMappingGivesNoMoreThanItsAuthorMay(t *testing.T) {
	all := MappingDraft{Role: admin, Teams: []TeamRef{{Slug: "t"}}}
	if !all.MayGive(admin) {
		t.Error("an Administrator may not give everything")
	}
	for _, role := range []authz.Role{0, orgc, teamc, user} {
		for what, draft := range map[string]MappingDraft{"all": all, "the least role": {Role: user}, "a team": {Teams: all.Teams}} {
			if draft.MayGive(role) {
				t.Errorf("%s may give %s", role, what)
			}
		}
	}
}

func TestParseGroup(t *testing.T) {
	for typed, want := range map[string]string{" CN=Eng,OU=x ": "CN=Eng,OU=x", "Größe": "Größe", strings.Repeat("é", 500): strings.Repeat("é", 500)} {
		if got, err := ParseGroup("group", typed); err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "  ", "a\x00b", "a\u202Eb", "\xff", strings.Repeat("é", 501)} {
		if _, err := ParseGroup("group", typed); err == nil {
			t.Errorf("%q is taken", typed)
		}
	}
	if (MappingDraft{}).Check() == nil || (MappingDraft{Role: user}).Check() != nil || (MappingDraft{Teams: make([]TeamRef, 21)}).Check() == nil {
		t.Error("Check lets the wrong ones pass")
	}
}

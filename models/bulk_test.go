package models

import (
	"testing"

	"gatehouse/internal/authz"
)

func TestABulkChangePassesOverWhomItDoesNotConcern(t *testing.T) {
	by := Person{User: User{ID: "me"}}
	hands := TeamRef{Slug: "hands", Name: "Hands"}
	me := Member{UserID: "me", Role: authz.Administrator}
	other := Member{UserID: "u", Name: "Ulf", Role: authz.OrganizationUser, Teams: []TeamRef{{Slug: "feet"}, hands}}
	out := other
	out.Suspended = true
	last := Member{UserID: "a", Name: "Ada", Role: authz.Administrator, OnlyAdministrator: true}
	const you, only = "This is you: change your own membership by itself.", "Ada is the only active Administrator. Make somebody else an Administrator first."
	for _, c := range []struct {
		bulk   Bulk
		member Member
		want   string
	}{
		{Bulk{Action: BulkRole, Role: authz.TeamContributor}, other, ""},
		{Bulk{Action: BulkRole, Role: authz.OrganizationUser}, other, "Has this role already."},
		{Bulk{Action: BulkRole, Role: authz.OrganizationUser}, me, you},
		{Bulk{Action: BulkRole, Role: authz.OrganizationUser}, last, only},
		{Bulk{Action: BulkSuspend}, other, ""}, {Bulk{Action: BulkSuspend}, out, "Is suspended already."}, {Bulk{Action: BulkSuspend}, me, you}, {Bulk{Action: BulkSuspend}, last, only},
		{Bulk{Action: BulkReinstate}, out, ""}, {Bulk{Action: BulkReinstate}, other, "Is active already."},
		{Bulk{Action: BulkRemove}, out, ""}, {Bulk{Action: BulkRemove}, me, you}, {Bulk{Action: BulkRemove}, last, only},
		{Bulk{Action: BulkTeam, Team: TeamRef{Slug: "idle"}}, other, ""}, {Bulk{Action: BulkTeam, Team: hands}, other, "Is in the team already."}, {Bulk{Action: BulkTeam, Team: hands}, me, ""},
	} {
		if got := c.bulk.Skips(c.member, by); got != c.want {
			t.Errorf("%s of %s: %q, want %q", c.bulk.Action, c.member.UserID, got, c.want)
		}
	}
	for _, typed := range []string{"", "Role", "delete"} {
		if _, err := ParseBulkAction(typed); !Is(err, Invalid) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

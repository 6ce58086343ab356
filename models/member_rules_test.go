package models

import (
	"testing"

	"gatehouse/internal/authz"
)

func TestRulesOfAMember(t *testing.T) {
	by := Person{User: User{ID: "ada"}}
	ada := Member{UserID: "ada", Name: "Ada", Role: authz.Administrator}
	only := ada
	only.OnlyAdministrator = true
	olga := Member{UserID: "olga", Name: "Olga", Role: authz.OrganizationContributor}
	other := olga
	other.Role, other.OnlyAdministrator = authz.Administrator, true
	self := olga
	self.UserID = "ada"
	elsewhere := olga
	elsewhere.Elsewhere = true
	password := Session{Authentications: []Authentication{{Method: ByPassword}, {Method: BySAML}}}
	sso := Session{Authentications: []Authentication{{Method: BySAML}}}

	const (
		yourself  = "You are the only active Administrator. Make somebody else an Administrator first."
		theirs    = "Olga is the only active Administrator. Make somebody else an Administrator first."
		alsoThere = "It was begun with the password or a passkey and also opens another organization. Suspend Olga to lock them out of this one."
	)
	for _, c := range []struct {
		what string
		err  error
		want string
	}{
		{"any role", olga.MayBecome(authz.Administrator, by), ""},
		{"a lower role", olga.MayBecome(authz.OrganizationUser, by), ""},
		{"no role", olga.MayBecome(0, by), "Choose a role."},
		{"one of two steps down", ada.MayBecome(authz.OrganizationUser, by), ""},
		{"the only one steps down", only.MayBecome(authz.OrganizationUser, by), yourself},
		{"the only one stays", only.MayBecome(authz.Administrator, by), ""},
		{"the only one is demoted", other.MayBecome(authz.OrganizationUser, by), theirs},
		{"raising oneself", self.MayBecome(authz.Administrator, by), "Nobody gives themselves more rights. Ask another Administrator."},
		{"lowering oneself", self.MayBecome(authz.OrganizationUser, by), ""},
		{"suspend", olga.MaySuspend(by), ""},
		{"suspend oneself of two", ada.MaySuspend(by), ""},
		{"suspend the only one", only.MaySuspend(by), yourself},
		{"remove", olga.MayRemove(by), ""},
		{"remove the only one", other.MayRemove(by), theirs},
		{"remove oneself", ada.MayRemove(by), "This is you: leave the organization on your account page."},
		{"leave", ada.MayLeave(by), ""},
		{"the only one leaves", only.MayLeave(by), yourself},
		{"end a session", olga.MayEnd(password, by), ""},
		{"end one's own", ada.MayEnd(sso, by), "This is you: end your own sessions on your account page."},
		{"end one of two organizations", elsewhere.MayEnd(password, by), alsoThere},
		{"end what this organization opened", elsewhere.MayEnd(sso, by), ""},
		{"end none", olga.MayEndAll(nil, by), ""},
		{"end those that can be", elsewhere.MayEndAll([]Session{password, sso}, by), ""},
		{"end those that cannot", elsewhere.MayEndAll([]Session{password}, by), alsoThere},
	} {
		got := ""
		if c.err != nil {
			got = c.err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

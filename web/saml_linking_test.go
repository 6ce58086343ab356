package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/saml/samltest"
)

func named(nameID string) func(*samltest.Answer) {
	return func(a *samltest.Answer) { a.NameID = nameID }
}

// people counts what a sign-in could leave of somebody.
func (r *raw) people() string {
	return fmt.Sprint(r.number("SELECT count(*) FROM users"), " users, ", r.number("SELECT count(*) FROM members"), " members, ", r.number("SELECT count(*) FROM identity_links"), " links")
}

func TestAMemberIsKnownByTheAddressThenByTheLink(t *testing.T) {
	each(t, func(w *world) {
		p, raw := w.connect("northwind", "okta"), w.raw()
		people := raw.people()
		w.client().sso(p, strings.ToUpper(ulf), "", named("u-1")).mustBe(w, "by the address", http.StatusSeeOther)
		equal(w.t, "afterwards", raw.people(), strings.Replace(people, "0 links", "1 links", 1))

		// The provider changes the address: the person stays who they are. An address is a claim, the link is a fact.
		c := w.client()
		c.sso(p, "u.user.renamed@elsewhere.example", "", named("u-1")).mustBe(w, "another address", http.StatusSeeOther)
		equal(w.t, "still Ulf", strings.Contains(c.get("/account").body, "Ulf User"), true)
		// Also when it is the address of somebody with more rights.
		c = w.client()
		c.sso(p, ada, "", named("u-1")).mustBe(w, "Ada's address", http.StatusSeeOther)
		equal(w.t, "still Ulf, and no Administrator", c.get("/orgs/northwind/audit").status, http.StatusForbidden)
		equal(w.t, "links", raw.number("SELECT count(*) FROM identity_links"), 1)
		equal(w.t, "the account's own address", raw.word("SELECT email FROM users WHERE name = 'Ulf User'"), ulf)
	})
}

// A name at one connection says nothing about the same name at another one: whoever writes the names there is somebody else.
func TestTheSameNameAtAnotherConnectionIsAnotherIdentity(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.connect("northwind", "okta"), w.connect("northwind", "second")
		theirs := w.connect("contoso", "okta")
		w.client().sso(first, ada, "", named("id-1")).mustBe(w, "Ada at the first", http.StatusSeeOther)
		c := w.client()
		c.sso(second, ulf, "", named("id-1")).mustBe(w, "Ulf at the second, under the same name", http.StatusSeeOther)
		equal(w.t, "is Ulf", c.get("/orgs/northwind/audit").status, http.StatusForbidden)
		w.mustBeRefused("a stranger at another organization's, under the same name", theirs, "known-person", func() answer {
			return w.client().sso(theirs, unknown, "", named("id-1"))
		})
		equal(w.t, "links", w.raw().number("SELECT count(*) FROM identity_links"), 2)
	})
}

func TestAnInvitedPersonComesInWithTheInvitationsRole(t *testing.T) {
	each(t, func(w *world) {
		p, raw := w.connect("northwind", "okta"), w.raw()
		c := w.client()
		c.sso(p, strings.ToUpper(invited), "/orgs/northwind/teams").mustBe(w, "without an account", http.StatusSeeOther)
		equal(w.t, "is a member", c.get("/orgs/northwind").status, http.StatusOK)
		equal(w.t, "the role", raw.word("SELECT m.role FROM members m JOIN users u ON u.id = m.user_id WHERE u.email_norm = '"+invited+"'"), "team_contributor")
		equal(w.t, "the name", raw.word("SELECT name FROM users WHERE email_norm = '"+invited+"'"), "Some Body")
		equal(w.t, "the invitation", raw.word("SELECT state FROM invitations WHERE email_norm = '"+invited+"'"), "accepted")
		equal(w.t, "a password", raw.word("SELECT password_hash FROM users WHERE email_norm = '"+invited+"'"), "")

		c = w.client()
		c.sso(p, invitee, "").mustBe(w, "with an account", http.StatusSeeOther)
		equal(w.t, "the role", raw.word("SELECT m.role FROM members m JOIN users u ON u.id = m.user_id WHERE u.email_norm = '"+invitee+"'"), "organization_contributor")
		equal(w.t, "the account is the one that was there", strings.Contains(c.get("/account").body, "Vera Invited"), true)
		equal(w.t, "the account's own settings stay closed", c.post("/account", fields("name", "Taken Over")).status, http.StatusUnprocessableEntity)
		equal(w.t, "users", raw.number("SELECT count(*) FROM users WHERE email_norm = '"+invitee+"'"), 1)
	})
}

func TestNobodyElseComesIn(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		for _, line := range []struct{ name, email, check, says string }{
			{"known to nobody", unknown, "known-person", "You are not a member of Northwind Robotics yet."},
			{"an account that is a member elsewhere", carl, "known-person", "You are not a member of Northwind Robotics yet."},
			{"an account of no organization", nina, "known-person", "You are not a member of Northwind Robotics yet."},
			{"a guest of one app", quentin, "known-person", "You are not a member of Northwind Robotics yet."},
			{"suspended", zoe, "active", "Your membership of Northwind Robotics is suspended."},
			{"an invited address with a plus", strings.Replace(invited, "@", "+x@", 1), "known-person", "You are not a member"},
		} {
			var got answer
			w.mustBeRefused(line.name, p, line.check, func() answer { got = w.client().sso(p, line.email, ""); return got })
			if !strings.Contains(got.page().text(), line.says) {
				w.t.Errorf("%s: the page says %s", line.name, got.page().text())
			}
		}
		w.mustBeRefused("without any address", p, "known-person", func() answer {
			return w.client().sso(p, unknown, "", func(a *samltest.Answer) { a.Attributes = nil })
		})
		// An invitation of another organization is none here.
		theirs := w.connect("contoso", "okta")
		w.mustBeRefused("invited by another organization", theirs, "known-person", func() answer { return w.client().sso(theirs, invited, "") })
		w.raw().run("UPDATE invitations SET state = 'cancelled'")
		w.mustBeRefused("an invitation that was cancelled", p, "known-person", func() answer { return w.client().sso(p, invited, "") })
	})
}

// A link outlives a membership, but opens nothing without one.
func TestALinkedPersonWhoLeftOrIsSuspended(t *testing.T) {
	each(t, func(w *world) {
		p, raw := w.connect("northwind", "okta"), w.raw()
		c := w.signInThrough(p, ulf)
		raw.run("UPDATE members SET suspended = true WHERE user_id = '" + w.userID(ulf) + "'")
		equal(w.t, "the session that was open", c.get("/orgs/northwind").status, http.StatusForbidden)
		w.mustBeRefused("suspended", p, "active", func() answer { return w.client().sso(p, ulf, "") })
		raw.run("DELETE FROM team_members WHERE user_id = '" + w.userID(ulf) + "'")
		raw.run("DELETE FROM members WHERE user_id = '" + w.userID(ulf) + "'")
		w.mustBeRefused("removed", p, "member", func() answer { return w.client().sso(p, ulf, "") })
	})
}

// The Administrator finds on the provider's page what the person saw the number of.
func TestARefusedSignInStandsOnTheProvidersPage(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		refused := w.client().sso(p, unknown, "")
		w.signInThrough(p, ulf)
		page := w.signIn(ada).get(p.page()).mustBe(w, "the provider's page", http.StatusOK).page().text()
		for _, piece := range []string{refused.reference(), "Nobody with this address is a member or invited.", "Ulf User"} {
			if !strings.Contains(page, piece) {
				w.t.Errorf("the page does not say %q: %s", piece, page)
			}
		}
		w.mustBeRefused("too long to keep whole", p, "outstanding-request", func() answer { return w.client().deliver(p.acsPath(), "x", strings.Repeat("x", 5000)) })
	})
}

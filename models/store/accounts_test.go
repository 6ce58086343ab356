package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestCredentialsAreFoundByAddressIgnoringCase(t *testing.T) {
	each(t, func(w *world) {
		account, err := w.Credentials(w.ctx, "  OLGA@northwind.example ")
		must(w.t, err)
		equal(w.t, "name", account.Name, "Olga Org")
		equal(w.t, "address as it was written", account.Email, "Olga@northwind.example")
		equal(w.t, "hash", account.PasswordHash, hashOf)
		again, err := w.CredentialsOf(w.ctx, account.UserID)
		must(w.t, err)
		equal(w.t, "the same by id", again, account)
		for _, address := range []string{"", "nobody@northwind.example", "a\x00@b.example", "\xff@b.example", strings.Repeat("a", 5000)} {
			_, err := w.Credentials(w.ctx, address)
			refused(w.t, err, models.NotFound)
		}
		for _, id := range []string{"", "1", newID()} {
			_, err := w.CredentialsOf(w.ctx, id)
			refused(w.t, err, models.NotFound)
		}
	})
}

func TestSignInByPasswordIsRecordedInEveryOrganization(t *testing.T) {
	each(t, func(w *world) {
		w.records(func() { w.signIn("ulf@northwind.example") }, "northwind session.signed-in", "contoso session.signed-in")
		w.records(func() { w.signIn("quentin@tailspin.example") }, "- session.signed-in")
		w.records(func() {
			sana, err := w.Credentials(w.ctx, "sana@northwind.example")
			must(w.t, err)
			refused(w.t, w.SignInByPassword(w.ctx, sana, nil, secret.HashToken("x"), "", request), models.Invalid)
		})
	})
}

func TestRenameChangesTheNameWhereverItIsShown(t *testing.T) {
	each(t, func(w *world) {
		p := w.person("ulf@northwind.example")
		w.records(func() { must(w.t, w.Rename(w.ctx, p, "Åke Ärlig")) }, "northwind account.renamed", "contoso account.renamed")
		for _, tenant := range []Tenant{w.in("northwind", "ada@northwind.example"), w.in("contoso", "carl@contoso.example")} {
			found, err := tenant.Members(w.ctx, models.MemberFilter{Query: "ARLIG"})
			must(w.t, err)
			equal(w.t, "found by the new name", len(found.Rows), 1)
			equal(w.t, "name", found.Rows[0].Name, "Åke Ärlig")
		}
		all, err := w.in("northwind", "ada@northwind.example").Members(w.ctx, models.MemberFilter{})
		must(w.t, err)
		equal(w.t, "sorted by the new name", all.Rows[1].Name, "Åke Ärlig")
		entries, err := w.in("northwind", "ada@northwind.example").Audit(w.ctx, models.AuditFilter{Action: models.ActionAccountRenamed})
		must(w.t, err)
		equal(w.t, "before", entries.Rows[0].Before["name"], "Ulf User")
		equal(w.t, "after", entries.Rows[0].After["name"], "Åke Ärlig")
		w.records(func() { must(w.t, w.Rename(w.ctx, p, "Åke Ärlig")) })
	})
}

func TestChangePasswordEndsEverythingElse(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		other, mine := w.signIn("ulf@northwind.example"), w.signIn("ulf@northwind.example")
		stranger := w.signIn("ada@northwind.example")
		must(w.t, w.AskPasswordReset(ctx, "ulf@northwind.example", secret.HashToken("reset"), models.Mail{}, request))
		p := w.ask(mine, "").Person
		w.clock.pass(time.Second)
		rotated := secret.HashToken("rotated")
		w.records(func() { must(w.t, w.ChangePassword(ctx, p, models.NewPassword{Hash: "$new", Over: hashOf}, rotated)) }, "northwind password.changed", "contoso password.changed")
		for _, gone := range [][]byte{other, mine} {
			_, err := w.Asking(ctx, gone, "")
			refused(w.t, err, models.NotFound)
		}
		_, _, err := w.ResetSubject(ctx, secret.HashToken("reset"))
		refused(w.t, err, models.NotFound)
		w.ask(stranger, "")
		now := w.ask(rotated, "").Person
		equal(w.t, "the session is the same one", now.SessionID, p.SessionID)
		equal(w.t, "changed at", now.User.PasswordChangedAt, w.now())
		w.signOut(now)
		before := w.tables()
		refused(w.t, w.ChangePassword(ctx, now, models.NewPassword{Hash: "$newer", Over: hashOf}, secret.HashToken("n")), models.NotFound)
		equal(w.t, "without a session nothing changes", w.tables(), before)
		account, err := w.Credentials(ctx, "ulf@northwind.example")
		must(w.t, err)
		equal(w.t, "hash", account.PasswordHash, "$new")
	})
}

func TestMembershipsPoliciesAndFrame(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		p := w.person("ulf@northwind.example")
		listed, err := w.Memberships(ctx, p, models.MembershipFilter{})
		must(w.t, err)
		memberships := listed.Rows
		equal(w.t, "memberships", len(memberships), 2)
		equal(w.t, "by name", memberships[0].Organization.Slug, "contoso")
		equal(w.t, "role", memberships[1].Role, authz.OrganizationUser)
		policies, err := w.Policies(ctx, p.User.ID)
		must(w.t, err)
		equal(w.t, "policies", len(policies), 2)
		equal(w.t, "policy", policies[0].Policy, models.DefaultPasswordPolicy())

		var frame models.Frame
		n := w.queries(func(counted context.Context) { frame, err = w.Frame(counted, p, memberships[1].Organization.ID) })
		must(w.t, err)
		equal(w.t, "queries", n, 1)
		equal(w.t, "members", frame.Members, 7)
		equal(w.t, "memberships", len(frame.Memberships), 2)
		equal(w.t, "by name", frame.Memberships[0].Organization.Name, "Contoso")
		frame, err = w.Frame(ctx, p, "")
		must(w.t, err)
		equal(w.t, "members of no organization", frame.Members, 0)
		equal(w.t, "memberships", len(frame.Memberships), 2)
	})
}

func TestCollaborationsAreThoseTheSessionOpens(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		p := w.person("quentin@tailspin.example")
		found, err := w.Collaborations(ctx, p, models.CollaborationFilter{})
		must(w.t, err)
		equal(w.t, "collaborations", len(found.Rows), 1)
		equal(w.t, "app", found.Rows[0].App.Slug, "drive")
		equal(w.t, "organization", found.Rows[0].App.Organization.Slug, "northwind")
		equal(w.t, "level", found.Rows[0].Level, authz.Contributor)
		p.Methods = []models.Authentication{{Method: models.BySAML, OrganizationID: newID()}}
		found, err = w.Collaborations(ctx, p, models.CollaborationFilter{})
		must(w.t, err)
		equal(w.t, "another organization's sign-in opens none", len(found.Rows), 0)

		mia := w.person("mia@northwind.example")
		equal(w.t, "a member's", len(must1(w.Collaborations(ctx, mia, models.CollaborationFilter{})).Rows), 1)
		w.run("UPDATE members SET suspended = true WHERE user_id = ?", mia.User.ID)
		equal(w.t, "a suspended member's", len(must1(w.Collaborations(ctx, mia, models.CollaborationFilter{})).Rows), 0)
	})
}

func TestSignInOfferNamesEnabledProvidersOnly(t *testing.T) {
	each(t, func(w *world) {
		w.provider("okta", true)
		w.provider("entra", false)
		offer, err := w.SignInOffer(w.ctx, "NORTHWIND")
		must(w.t, err)
		equal(w.t, "organization", offer.Organization.Name, "Northwind Robotics")
		equal(w.t, "providers", len(offer.Providers), 1)
		equal(w.t, "provider", offer.Providers[0].Slug, "okta")
		offer, err = w.SignInOffer(w.ctx, "contoso")
		must(w.t, err)
		equal(w.t, "none of another organization", len(offer.Providers), 0)
		for _, slug := range []string{"", "nowhere", "a b", "\x00"} {
			_, err := w.SignInOffer(w.ctx, slug)
			refused(w.t, err, models.NotFound)
		}
	})
}

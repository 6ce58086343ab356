package store

import (
	"testing"

	"gatehouse/models"
)

func TestASecondFactorIsRequiredByTheWillOfAnAdministratorWhoHasOne(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		bare := w.in("northwind", "ada@northwind.example")
		w.records(func() { refused(w.t, bare.RequireFactor(ctx, true), models.Impossible) })
		olga := w.in("northwind", "olga@northwind.example")
		w.records(func() { refused(w.t, olga.RequireFactor(ctx, true), models.Denied) })

		_, person := w.enrols("ada@northwind.example")
		ada := w.In(models.Actor{Person: person, Organization: bare.actor.Organization, Role: bare.actor.Role})
		w.records(func() { must(w.t, ada.RequireFactor(ctx, true)) }, "northwind second-factor-rule.changed")
		w.records(func() { must(w.t, ada.RequireFactor(ctx, true)) }) // as it is already
		e := must1(ada.Audit(ctx, models.AuditFilter{Action: models.ActionFactorRule})).Rows[0]
		equal(w.t, "before and after", e.Before["required"]+" "+e.After["required"], "no yes")

		asking := w.ask(w.signIn("tess@northwind.example"), "northwind")
		equal(w.t, "the guard knows", asking.Organization.FactorRequired, true)
		refused(w.t, asking.Organization.Admits(asking.Person), models.FactorNeeded)
		equal(w.t, "Contoso does not", w.ask(w.signIn("carl@contoso.example"), "contoso").Organization.FactorRequired, false)

		// The last factor stays while it is required; said before and held in the transaction.
		_, user := w.enrols(ulfs)
		factors := must1(w.Factors(ctx, user.User.ID))
		equal(w.t, "by whom", factors.RequiredBy, "Northwind Robotics")
		refused(w.t, factors.MayRemove(), models.Impossible)
		w.records(func() { refused(w.t, w.RemoveAuthenticator(ctx, user, models.Mail{}), models.Impossible) })
		w.records(func() { must(w.t, ada.RequireFactor(ctx, false)) }, "northwind second-factor-rule.changed")
		must(w.t, must1(w.Factors(ctx, user.User.ID)).MayRemove())
		must(w.t, w.RemoveAuthenticator(ctx, user, models.Mail{}))
	})
}

func TestWhomARequiredFactorConcernsIsCounted(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		// Seven members: one suspended, one who has only single sign-on. A guest of an app comes with an account of their own.
		equal(w.t, "nobody has one", must1(ada.FactorImpact(w.ctx)), models.FactorImpact{Members: 6, Asked: 5, Guests: 1})
		w.enrols("ada@northwind.example")
		w.enrols("mia@northwind.example")
		w.enrols("quentin@tailspin.example")
		impact := must1(ada.FactorImpact(w.ctx))
		equal(w.t, "some have", impact, models.FactorImpact{Members: 6, Have: 2, Asked: 3})
		equal(w.t, "come by single sign-on", impact.NotAsked(), 1)
		// A password that another organization's Administrator made a link for does not open this one.
		w.run("UPDATE users SET password_organization_id = (SELECT id FROM organizations WHERE slug = 'contoso') WHERE email_norm = 'ulf@northwind.example'")
		equal(w.t, "another's password", must1(ada.FactorImpact(w.ctx)), models.FactorImpact{Members: 6, Have: 2, Asked: 2})
	})
}

func TestMembersAreListedByTheirSecondFactor(t *testing.T) {
	each(t, func(w *world) {
		w.enrols("mia@northwind.example")
		w.enrols("zoe@northwind.example")
		ada := w.in("northwind", "ada@northwind.example")
		for _, sort := range []models.MemberSort{"", "-name", "role", "active", "-joined"} {
			for state, want := range map[models.FactorState]int{models.WithFactor: 2, models.WithoutFactor: 5, "": 7} {
				seen, page := map[string]bool{}, models.Page{Size: 1}
				for range 10 {
					listed := must1(ada.Members(w.ctx, models.MemberFilter{Factor: state, Sort: sort, Page: page}))
					for _, m := range listed.Rows {
						equal(w.t, m.Name+" once", seen[m.UserID], false)
						seen[m.UserID] = true
						if state != "" {
							equal(w.t, m.Name, m.HasFactor, state == models.WithFactor)
						}
					}
					if page.After = listed.Older; page.After == "" {
						break
					}
				}
				equal(w.t, string(sort)+" "+string(state), len(seen), want)
			}
		}
		suspended := must1(ada.Members(w.ctx, models.MemberFilter{Factor: models.WithFactor, Status: models.StatusSuspended, Query: "zoe"}))
		equal(w.t, "with other filters", len(suspended.Rows), 1)
		m := must1(ada.Member(w.ctx, w.userID("mia@northwind.example")))
		equal(w.t, "has one", m.HasFactor, true)
		equal(w.t, "since when", m.Factors.Authenticator.IsZero(), false)
		equal(w.t, "passkeys", m.Factors.Passkeys, 0)
		w.run("INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at) VALUES (?, ?, ?, '{}', 'Laptop', ?)", newID(), m.UserID, []byte("one"), w.now())
		m = must1(ada.Member(w.ctx, m.UserID))
		equal(w.t, "one passkey", m.Factors.Passkeys, 1)
		equal(w.t, "since", m.Factors.PasskeysSince.Equal(w.now()), true)
	})
}

func TestAnAdministratorResetsTheSecondFactorOfAMemberOfTheirOwn(t *testing.T) {
	each(t, func(w *world) {
		const mias = "mia@northwind.example"
		_, _ = w.enrols(mias)
		token, mia := w.signIn("carl@contoso.example"), w.userID(mias)
		ada := w.in("northwind", "ada@northwind.example")
		half := w.half(mias)
		notice := models.Mail{Subject: "Reset", Text: "by Ada"}
		w.records(func() { must(w.t, ada.ResetMemberFactor(w.ctx, mia, notice)) }, "northwind second-factor.reset")
		mails := must1(w.Claim(w.ctx, 10))
		equal(w.t, "mails", len(mails), 1)
		equal(w.t, "who is told what", mails[0].To+": "+mails[0].Subject, mias+": Reset")
		e := must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionFactorReset})).Rows[0]
		equal(w.t, "who, whom, sessions", e.ActorName+", "+e.TargetName+", "+e.After["sessions ended"], "Ada Admin, Mia Mate, 1")
		account := must1(w.Credentials(w.ctx, mias))
		equal(w.t, "has one", account.HasFactor, false)
		_, _, err := w.HalfSignIn(w.ctx, half)
		refused(w.t, err, models.Gone)
		equal(w.t, "recovery codes", must1(w.Factors(w.ctx, mia)).RecoveryCodes, 0)
		equal(w.t, "somebody else's session", w.ask(token, "").Person.User.Name, "Carl Contoso")
		w.records(func() { refused(w.t, ada.ResetMemberFactor(w.ctx, mia, notice), models.Impossible) }) // has none

		// Not of whom another organization trusts too, not oneself, not by who may not, not across organizations.
		_, _ = w.enrols(ulfs)
		olga := w.in("northwind", "olga@northwind.example")
		w.records(func() {
			refused(w.t, ada.ResetMemberFactor(w.ctx, w.userID(ulfs), notice), models.Impossible)
			refused(w.t, ada.ResetMemberFactor(w.ctx, ada.actor.User.ID, notice), models.Impossible)
			refused(w.t, ada.ResetMemberFactor(w.ctx, w.userID("carl@contoso.example"), notice), models.NotFound)
			refused(w.t, olga.ResetMemberFactor(w.ctx, mia, notice), models.Denied)
			machine := ada
			machine.actor.Methods = []models.Authentication{{Method: models.BySAML, OrganizationID: ada.organization()}}
			refused(w.t, machine.ResetMemberFactor(w.ctx, w.userID(mias), notice), models.Impossible)
		})
		equal(w.t, "still has it", must1(w.Credentials(w.ctx, ulfs)).HasFactor, true)
	})
}

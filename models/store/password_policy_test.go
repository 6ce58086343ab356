package store

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestAPasswordPolicyIsChangedOneEditionAfterTheOther(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada := w.ctx, w.in("northwind", "ada@northwind.example")
		was := must1(ada.PasswordPolicy(ctx))
		equal(w.t, "organization", was.Organization, "Northwind Robotics")
		equal(w.t, "edition", was.Version, 1)
		next := models.PasswordPolicy{
			MinLength: 12, MaxLength: 64, Upper: 1, Lower: 2, Digits: 3, Special: 4, History: 5, LifetimeDays: 90, ForbidCommon: true, ForbidAddress: true,
			ForbidConfusing: true, ForbidOverlap: true, LockAfter: 3, LockMinutes: 30,
		}
		w.records(func() { must(w.t, ada.ChangePasswordPolicy(ctx, 1, next)) }, "northwind password-policy.changed")
		is := must1(ada.PasswordPolicy(ctx))
		equal(w.t, "policy", is.Policy, next)
		equal(w.t, "edition", is.Version, 2)
		e := must1(ada.Audit(ctx, models.AuditFilter{Action: models.ActionPolicyChanged})).Rows[0]
		equal(w.t, "before", e.Before["min length"]+" "+e.Before["lifetime days"]+" "+e.Before["forbid name"], "15 0 yes")
		equal(w.t, "after", e.After["min length"]+" "+e.After["lifetime days"]+" "+e.After["forbid name"], "12 90 no")
		_, said := e.After["forbid common"]
		equal(w.t, "what stays is not said", said, false)
		w.records(func() {
			must(w.t, ada.ChangePasswordPolicy(ctx, 2, next)) // the same again
			refused(w.t, ada.ChangePasswordPolicy(ctx, 1, models.DefaultPasswordPolicy()), models.Stale)
		})
		olga := w.in("northwind", "olga@northwind.example")
		w.records(func() { refused(w.t, olga.ChangePasswordPolicy(ctx, 2, models.DefaultPasswordPolicy()), models.Denied) })
		equal(w.t, "Contoso's", must1(w.in("contoso", "carl@contoso.example").PasswordPolicy(ctx)).Policy, models.DefaultPasswordPolicy())
		good, failures := atOnce(6, func(i int) error {
			other := next
			other.MinLength = 20 + i
			return ada.ChangePasswordPolicy(ctx, 2, other)
		})
		equal(w.t, "saved at once", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Stale)
		}
		policies := must1(w.Policies(ctx, w.userID("ulf@northwind.example"))) // is in both
		equal(w.t, "of both organizations", policies[0].Organization+", "+policies[1].Organization, "Northwind Robotics, Contoso")
	})
}

func TestTheImpactOfAPolicyIsCounted(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		now := models.DefaultPasswordPolicy()
		impact := func(change func(*models.PasswordPolicy)) models.PolicyImpact {
			next := now
			change(&next)
			return must1(ada.PolicyImpact(w.ctx, now, next))
		}
		// Seven members, one of whom has no password.
		equal(w.t, "the same", impact(func(*models.PasswordPolicy) {}), models.PolicyImpact{Members: 6})
		equal(w.t, "looser", impact(func(p *models.PasswordPolicy) { p.MinLength, p.ForbidName = 8, false }), models.PolicyImpact{Members: 6})
		for what, change := range map[string]func(*models.PasswordPolicy){
			"longer": func(p *models.PasswordPolicy) { p.MinLength = 16 }, "shorter at most": func(p *models.PasswordPolicy) { p.MaxLength = 64 },
			"capitals": func(p *models.PasswordPolicy) { p.Upper = 1 }, "small": func(p *models.PasswordPolicy) { p.Lower = 1 },
			"digits": func(p *models.PasswordPolicy) { p.Digits = 1 }, "signs": func(p *models.PasswordPolicy) { p.Special = 1 },
			"confusing": func(p *models.PasswordPolicy) { p.ForbidConfusing = true },
		} {
			equal(w.t, what, impact(change), models.PolicyImpact{Members: 6, Unknown: 6, Stricter: true})
		}
		w.run("UPDATE users SET password_changed_at = ?", w.now())
		w.run("UPDATE users SET password_changed_at = ? WHERE email_norm IN ('ulf@northwind.example', 'carl@contoso.example')", w.now().AddDate(0, 0, -90))
		w.run("UPDATE users SET password_changed_at = NULL WHERE email_norm = 'tess@northwind.example'")
		equal(w.t, "a lifetime", impact(func(p *models.PasswordPolicy) { p.LifetimeDays = 90 }), models.PolicyImpact{Members: 6, Overdue: 2})
		equal(w.t, "a longer one", impact(func(p *models.PasswordPolicy) { p.LifetimeDays = 91 }), models.PolicyImpact{Members: 6, Overdue: 1})
		w.run("UPDATE users SET password_due = true WHERE email_norm IN ('ulf@northwind.example', 'tess@northwind.example')")
		stricter := impact(func(p *models.PasswordPolicy) { p.LifetimeDays, p.MinLength = 91, 20 })
		equal(w.t, "who is due already, and who is unknown", stricter.Members, stricter.Overdue+stricter.Due+stricter.Unknown)
		equal(w.t, "nobody twice", stricter.Due >= 1 && stricter.Due <= 2, true)
		for age, outlived := range map[time.Duration]bool{89 * 24 * time.Hour: false, 90 * 24 * time.Hour: true} {
			equal(w.t, age.String(), models.PasswordPolicy{LifetimeDays: 90}.Outlived(w.now().Add(-age), w.now()), outlived)
		}
	})
}

func TestFormerPasswordsAreRememberedAsLongAsAnOrganizationWants(t *testing.T) {
	each(t, func(w *world) {
		const ulf = "ulf@northwind.example"
		id := w.userID(ulf)
		change := func(hash string) {
			w.t.Helper()
			account := must1(w.Credentials(w.ctx, ulf))
			must(w.t, w.ChangePassword(w.ctx, w.person(ulf), models.NewPassword{Hash: hash, Over: account.PasswordHash}, secret.HashToken(secret.Token())))
		}
		former := func(n int) string { return fmt.Sprint(must1(w.FormerPasswords(w.ctx, id, n))) }
		w.run("UPDATE users SET password_hash = '$0' WHERE id = ?", id)
		change("$1")
		equal(w.t, "nobody wants them", former(10), "[$1]")
		w.run("UPDATE organizations SET password_history = 4 WHERE slug = 'contoso'")
		for i := 2; i <= 7; i++ {
			change(fmt.Sprint("$", i))
		}
		equal(w.t, "the last four", former(4), "[$7 $6 $5 $4]")
		equal(w.t, "and no more are kept", former(10), "[$7 $6 $5 $4]")
		w.run("UPDATE organizations SET password_history = 2 WHERE slug = 'northwind'")
		w.run("UPDATE organizations SET password_history = 0 WHERE slug = 'contoso'")
		change("$8")
		equal(w.t, "fewer", former(10), "[$8 $7]")
		w.run("UPDATE organizations SET password_history = 0")
		change("$9")
		equal(w.t, "none any more", former(10), "[$9]")
	})
}

// Whoever was checked against a password that another has replaced meanwhile may break the rule about former ones; so only one of them is kept.
func TestOfSeveralChangesAtOnceOneCounts(t *testing.T) {
	each(t, func(w *world) {
		const tess = "tess@northwind.example"
		w.run("UPDATE organizations SET password_history = 3")
		for round := range 5 {
			over := must1(w.Credentials(w.ctx, tess)).PasswordHash
			people := make([]models.Person, 6)
			for i := range people {
				people[i] = w.person(tess)
			}
			good, _ := atOnce(len(people), func(i int) error {
				return w.ChangePassword(w.ctx, people[i], models.NewPassword{Hash: fmt.Sprint("$", round, "-", i), Over: over}, secret.HashToken(secret.Token()))
			})
			equal(w.t, "changed at once", good, 1)
			hashes := must1(w.FormerPasswords(w.ctx, w.userID(tess), 3))
			equal(w.t, "what it took the place of", hashes[1], over)
			equal(w.t, "kept", w.number("SELECT count(*) FROM former_passwords") <= 2, true)
		}
		must(w.t, w.AskPasswordReset(w.ctx, tess, secret.HashToken("reset"), models.Mail{}, request))
		refused(w.t, w.ResetPassword(w.ctx, secret.HashToken("reset"), models.NewPassword{Hash: "$new", Over: "$another"}, request), models.Stale)
		must(w.t, w.ResetPassword(w.ctx, secret.HashToken("reset"), models.NewPassword{Hash: "$new", Over: must1(w.Credentials(w.ctx, tess)).PasswordHash}, request))
	})
}

func TestADuePasswordIsNotedOnceAndUntilThereIsANewOne(t *testing.T) {
	each(t, func(w *world) {
		const ulf = "ulf@northwind.example"
		account := must1(w.Credentials(w.ctx, ulf))
		w.records(func() { must(w.t, w.DuePassword(w.ctx, account, request)) }, "northwind password.due", "contoso password.due")
		w.records(func() { must(w.t, w.DuePassword(w.ctx, account, request)) })
		person := w.person(ulf)
		equal(w.t, "due", person.User.PasswordDue, true)
		equal(w.t, "others", w.person("tess@northwind.example").User.PasswordDue, false)
		rotated := secret.HashToken("rotated")
		must(w.t, w.ChangePassword(w.ctx, person, models.NewPassword{Hash: "$new", Over: hashOf}, rotated))
		equal(w.t, "with a new one", w.ask(rotated, "").Person.User.PasswordDue, false)
		w.records(func() { must(w.t, w.DuePassword(w.ctx, account, request)) }) // of the old one
		equal(w.t, "still", w.ask(rotated, "").Person.User.PasswordDue, false)
	})
}

// The organization says when wrong passwords lock. An address without an account locks as one of some organization does, always the same.
func TestLockoutIsTheStrictestOfTheAccountsOrganizations(t *testing.T) {
	each(t, func(w *world) {
		w.run("UPDATE organizations SET password_lock_after = 3, password_lock_minutes = 2 WHERE slug = 'northwind'")
		w.run("UPDATE organizations SET password_lock_after = 8, password_lock_minutes = 30 WHERE slug = 'contoso'")
		after := func(email string) string {
			n := 0
			for {
				if err := w.tryPassword(w.ctx, email, "192.0.2.1", request); err != nil {
					refused(w.t, err, models.TooMany)
					refusal, _ := models.RefusalOf(err)
					return fmt.Sprint(n, ": ", refusal.Sentence)
				}
				n++
			}
		}
		equal(w.t, "Northwind's", after("tess@northwind.example"), "3: Too many attempts. Try again in 2 minutes.")
		equal(w.t, "Contoso's", after("carl@contoso.example"), "8: Too many attempts. Try again in 30 minutes.")
		equal(w.t, "of both", after("ulf@northwind.example"), "3: Too many attempts. Try again in 30 minutes.")
		seen := map[string]bool{}
		for i := range 12 {
			email := fmt.Sprintf("nobody-%d@elsewhere.example", i)
			first := after(email)
			seen[first] = true
			must(w.t, w.ForgiveAttempts(w.ctx, email, "192.0.2.1"))
			equal(w.t, "the same again", after(email), first)
		}
		for said := range seen {
			if said != "3: Too many attempts. Try again in 2 minutes." && said != "8: Too many attempts. Try again in 30 minutes." {
				w.t.Errorf("an unknown address locks as no organization does: %s", said)
			}
		}
		equal(w.t, "as both organizations do", len(seen), 2)
		good, failures := atOnce(20, func(int) error { return w.tryPassword(w.ctx, "mia@northwind.example", "192.0.2.9", request) })
		equal(w.t, "checked of twenty at once", good, 3)
		for _, err := range failures {
			refused(w.t, err, models.TooMany)
		}
	})
}

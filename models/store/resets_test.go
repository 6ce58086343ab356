package store

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestAskPasswordResetTellsNobodyWhoHasAnAccount(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ask := func(email, token string) {
			w.t.Helper()
			must(w.t, w.AskPasswordReset(ctx, email, secret.HashToken(token), models.Mail{To: email, Subject: "s", Text: "t"}, request))
		}
		w.records(func() {
			before := w.tables()
			ask("nobody@northwind.example", "a")
			ask("sana@northwind.example", "b") // signs in by her organization alone
			ask("a\x00@b.example", "c")
			equal(w.t, "tables", w.tables(), before)
		})
		w.records(func() { ask("OLGA@northwind.example", "d") }, "northwind password.reset-requested")
		claimed, err := w.Claim(ctx, 10)
		must(w.t, err)
		equal(w.t, "mail goes to the account's own address", claimed[0].To, "Olga@northwind.example")
		ask("olga@northwind.example", "e")
		ask("olga@northwind.example", "f")
		w.records(func() { ask("olga@northwind.example", "g") })
		equal(w.t, "live tokens", w.number("SELECT count(*) FROM password_resets"), liveResets)
	})
}

func TestAResetTokenWorksOnceWithinItsHour(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		session := w.signIn("ulf@northwind.example")
		for _, token := range []string{"one", "two"} {
			must(w.t, w.AskPasswordReset(ctx, "ulf@northwind.example", secret.HashToken(token), models.Mail{}, request))
		}
		must(w.t, w.tryPassword(ctx, "ulf@northwind.example", "elsewhere", request))
		user, policies, err := w.ResetSubject(ctx, secret.HashToken("one"))
		must(w.t, err)
		equal(w.t, "whose", user.Name, "Ulf User")
		equal(w.t, "policies", len(policies), 2)
		w.records(func() {
			must(w.t, w.ResetPassword(ctx, secret.HashToken("one"), models.NewPassword{Hash: "$reset", Over: hashOf}, request))
		},
			"northwind password.reset", "contoso password.reset")
		_, err = w.Asking(ctx, session, "")
		refused(w.t, err, models.NotFound)
		equal(w.t, "failures left", w.number("SELECT count(*) FROM sign_in_failures"), 0)
		w.records(func() {
			refused(w.t, w.ResetPassword(ctx, secret.HashToken("one"), models.NewPassword{Hash: "$again", Over: hashOf}, request), models.NotFound)
			refused(w.t, w.ResetPassword(ctx, secret.HashToken("two"), models.NewPassword{Hash: "$again", Over: hashOf}, request), models.NotFound)
		})
		account, err := w.Credentials(ctx, "ulf@northwind.example")
		must(w.t, err)
		equal(w.t, "hash", account.PasswordHash, "$reset")

		must(w.t, w.AskPasswordReset(ctx, "ulf@northwind.example", secret.HashToken("late"), models.Mail{}, request))
		w.clock.pass(models.ResetLifetime)
		_, _, err = w.ResetSubject(ctx, secret.HashToken("late"))
		refused(w.t, err, models.NotFound)
		refused(w.t, w.ResetPassword(ctx, secret.HashToken("late"), models.NewPassword{Hash: "$late", Over: hashOf}, request), models.NotFound)
	})
}

func TestAResetTokenUsedTwiceAtOnceWorksOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		must(w.t, w.AskPasswordReset(ctx, "ulf@northwind.example", secret.HashToken("one"), models.Mail{}, request))
		good, failures := atOnce(8, func(int) error {
			return w.ResetPassword(ctx, secret.HashToken("one"), models.NewPassword{Hash: "$reset", Over: hashOf}, request)
		})
		equal(w.t, "worked", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.NotFound)
		}
	})
}

func TestMakeResetLinkOpensNothingOfOthers(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ada := w.in("northwind", "ada@northwind.example")
		w.records(func() {
			_, err := ada.MakeResetLink(ctx, w.userID("ulf@northwind.example"), secret.HashToken("a")) // also in Contoso
			refused(w.t, err, models.Impossible)
			_, err = ada.MakeResetLink(ctx, w.userID("sana@northwind.example"), secret.HashToken("b")) // no password
			refused(w.t, err, models.Impossible)
			for _, id := range []string{w.userID("carl@contoso.example"), w.userID("quentin@tailspin.example"), newID(), "nobody"} {
				_, err = ada.MakeResetLink(ctx, id, secret.HashToken("c"))
				refused(w.t, err, models.NotFound)
			}
			equal(w.t, "tokens", w.number("SELECT count(*) FROM password_resets"), 0)
		})
		w.records(func() {
			user, err := ada.MakeResetLink(ctx, w.userID("olga@northwind.example"), secret.HashToken("d"))
			must(w.t, err)
			equal(w.t, "whose", user.Name, "Olga Org")
		}, "northwind password.reset-link-made")
		_, _, err := w.ResetSubject(ctx, secret.HashToken("d"))
		must(w.t, err)

		// A collaborator of another organization is trusted there as well.
		w.run("INSERT INTO collaborators (app_id, user_id, level, added_at) SELECT id, ?, 'viewer', created_at FROM apps WHERE slug = 'secret-app'", w.userID("tess@northwind.example"))
		_, err = ada.MakeResetLink(ctx, w.userID("tess@northwind.example"), secret.HashToken("e"))
		refused(w.t, err, models.Impossible)
	})
}

func TestJoiningAnotherOrganizationEndsLinksThatAnAdministratorMade(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ada := w.in("northwind", "ada@northwind.example")
		_, err := ada.MakeResetLink(ctx, w.userID("olga@northwind.example"), secret.HashToken("link"))
		must(w.t, err)
		created, err := w.CreateAdministrator(ctx, models.Setup{Slug: "contoso", Name: "x", Email: "olga@northwind.example", PasswordHash: "$x"})
		must(w.t, err)
		equal(w.t, "account made", created, false)
		refused(w.t, w.ResetPassword(ctx, secret.HashToken("link"), models.NewPassword{Hash: "$stolen", Over: hashOf}, request), models.NotFound)
	})
}

func TestOutboxIsClaimedOnceAndRetriedUntilGivenUp(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		for i := range 6 {
			must(w.t, w.write(ctx, "post", func(u *unit) error {
				return u.post(models.Mail{To: string(rune('a'+i)) + "@b.example", Subject: "Hello", Text: "https://console/secret-link"})
			}))
		}
		equal(w.t, "bodies in clear", w.number("SELECT count(*) FROM outbox WHERE CAST(sealed AS text) LIKE '%secret-link%'"), 0)
		replica := w.open()
		claims := make([][]models.PendingMail, 4)
		good, failures := atOnce(4, func(i int) (err error) {
			from := []*Store{w.Store, replica}[i%2]
			claims[i], err = from.Claim(ctx, 3)
			return err
		})
		if good != 4 {
			w.t.Fatal(errors.Join(failures...))
		}
		seen := map[string]int{}
		for _, claim := range claims {
			for _, mail := range claim {
				seen[mail.ID]++
				equal(w.t, "subject", mail.Subject, "Hello")
			}
		}
		again, err := w.Claim(ctx, 10)
		must(w.t, err)
		for _, mail := range again { // what was locked while the others looked
			seen[mail.ID]++
		}
		equal(w.t, "messages", len(seen), 6)
		for id, times := range seen {
			equal(w.t, "claims of "+id, times, 1)
		}
		kept, gone := "", ""
		for id := range seen {
			if gone == "" {
				gone = id
			} else {
				kept = id
			}
		}
		must(w.t, w.Done(ctx, gone, nil))
		equal(w.t, "left", w.number("SELECT count(*) FROM outbox"), 5)
		w.run("DELETE FROM outbox WHERE id <> ?", kept)

		// Tried after 1, 2, 4, 8, 16, 32 minutes and then hourly, until the day is over.
		broken := errors.New("connection refused")
		tries := 0
		for w.number("SELECT count(*) FROM outbox") == 1 {
			must(w.t, w.Done(ctx, kept, broken))
			tries++
			for pause := pauseAfter(tries); pause > 0 && w.number("SELECT count(*) FROM outbox") == 1; pause = 0 {
				w.clock.pass(pause - time.Second)
				equal(w.t, "too early", len(must1(w.Claim(ctx, 10))), 0)
				w.clock.pass(time.Second)
				equal(w.t, "due", len(must1(w.Claim(ctx, 10))), 1)
			}
		}
		equal(w.t, "tries", tries, 29)
	})
}

func TestAMessageSealedWithALostKeyHoldsUpNobody(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		must(w.t, w.write(ctx, "post", func(u *unit) error { return u.post(models.Mail{To: "a@b.example"}) }))
		w.run("UPDATE outbox SET sealed = ?", secret.NewBox([32]byte{2}).Seal([]byte("{}"), "x"))
		must(w.t, w.write(ctx, "post", func(u *unit) error { return u.post(models.Mail{To: "c@d.example"}) }))
		claimed, err := w.Claim(ctx, 10)
		must(w.t, err)
		equal(w.t, "claimed", len(claimed), 1)
		equal(w.t, "to", claimed[0].To, "c@d.example")
	})
}

func TestSweepDeletesWhatExpiredAndNothingElse(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		w.signIn("ada@northwind.example")
		must(w.t, w.MakeSetupCode(ctx, secret.HashToken("code")))
		must(w.t, w.AskPasswordReset(ctx, "ulf@northwind.example", secret.HashToken("t"), models.Mail{}, request))
		must(w.t, w.tryPassword(ctx, "x@y.example", "s", request))
		c := w.provider("okta", true)
		w.accepted(c, models.SAMLIdentity{NameID: "n", Email: "sana@northwind.example"})
		_, err := w.RecordRefusedAttempt(ctx, c.Provider.ConnectionID, models.Attempt{Check: "c"}, &models.Evidence{Response: "PA=="})
		must(w.t, err)
		before := w.tables()
		must(w.t, w.Sweep(ctx))
		equal(w.t, "nothing has expired", w.tables(), before)
		w.clock.pass(keepAttempts + time.Hour)
		must(w.t, w.Sweep(ctx))
		for _, table := range []string{"sessions", "session_authentications", "setup_codes", "password_resets", "sign_in_failures", "saml_flows", "saml_results", "saml_replays", "sign_in_attempts", "sign_in_evidence"} {
			equal(w.t, table, w.number("SELECT count(*) FROM "+table), 0)
		}
		equal(w.t, "users", w.number("SELECT count(*) FROM users"), 9)
	})
}

func TestSweepKeepsTheNewestRefusedAttemptsOfEachProvider(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		w.provider("spare", true)
		record := func(connectionID, reference string, accepted bool) {
			w.run("INSERT INTO sign_in_attempts (id, provider_id, at, accepted, reference, check_name, cause, person, ip) SELECT ?, id, ?, ?, ?, '', '', '', '' FROM identity_providers WHERE connection_id = ?",
				newID(), w.now(), accepted, reference, connectionID)
		}
		record(c.Provider.ConnectionID, "accepted long ago", true)
		for i := range mostRefused + 5 {
			record(c.Provider.ConnectionID, "refused "+strconv.Itoa(i), false)
		}
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "refused", w.number("SELECT count(*) FROM sign_in_attempts WHERE NOT accepted"), mostRefused)
		equal(w.t, "the oldest went", w.number("SELECT count(*) FROM sign_in_attempts WHERE reference = 'refused 4'"), 0)
		equal(w.t, "the next stayed", w.number("SELECT count(*) FROM sign_in_attempts WHERE reference = 'refused 5'"), 1)
		equal(w.t, "an accepted one stays", w.number("SELECT count(*) FROM sign_in_attempts WHERE accepted"), 1)
	})
}

// What an Administrator knows must open nothing but their own organization, also when the account joins others later.
func TestAPasswordFromAnAdministratorsLinkOpensTheirOrganizationOnly(t *testing.T) {
	each(t, func(w *world) {
		olga := "olga@northwind.example"
		_, err := w.in("northwind", "ada@northwind.example").MakeResetLink(w.ctx, w.userID(olga), secret.HashToken("link"))
		must(w.t, err)
		must(w.t, w.ResetPassword(w.ctx, secret.HashToken("link"), models.NewPassword{Hash: "hash that ada knows", Over: hashOf}, request))
		session := w.signIn(olga)
		_, err = w.CreateAdministrator(w.ctx, models.Setup{Slug: "contoso", Organization: "Contoso", Name: "Olga", Email: olga, PasswordHash: "unused"})
		must(w.t, err)
		opens := func(token []byte, organization string) bool {
			asking := w.ask(token, organization)
			return asking.Person.Opens(asking.Organization.ID)
		}
		for _, token := range [][]byte{session, w.signIn(olga)} {
			equal(w.t, "northwind", opens(token, "northwind"), true)
			equal(w.t, "contoso", opens(token, "contoso"), false)
		}
		// Nor does a change of the password wash that off, or a name go out to the other organization.
		person := w.ask(session, "").Person
		refused(w.t, w.Rename(w.ctx, person, "Olga the Second"), models.Invalid)
		must(w.t, w.ChangePassword(w.ctx, person, models.NewPassword{Hash: "another hash", Over: "hash that ada knows"}, secret.HashToken("new")))
		equal(w.t, "contoso, changed", opens(secret.HashToken("new"), "contoso"), false)
		must(w.t, w.AskPasswordReset(w.ctx, olga, secret.HashToken("mailed"), models.Mail{}, request))
		must(w.t, w.ResetPassword(w.ctx, secret.HashToken("mailed"), models.NewPassword{Hash: "her own hash", Over: "another hash"}, request))
		equal(w.t, "contoso, by mail", opens(w.signIn(olga), "contoso"), true)
	})
}

func TestAResetLinkEndsWithTheRightsOfWhoMadeIt(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.in("northwind", "ada@northwind.example").MakeResetLink(w.ctx, w.userID("olga@northwind.example"), secret.HashToken("link"))
		must(w.t, err)
		w.run("UPDATE members SET suspended = true WHERE user_id = ?", w.userID("ada@northwind.example"))
		_, _, err = w.ResetSubject(w.ctx, secret.HashToken("link"))
		refused(w.t, err, models.NotFound)
		refused(w.t, w.ResetPassword(w.ctx, secret.HashToken("link"), models.NewPassword{Hash: "x", Over: hashOf}, request), models.NotFound)
	})
}

func TestNobodyMakesAResetLinkForThemselvesOrBySingleSignOnAlone(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		_, err := ada.MakeResetLink(w.ctx, ada.actor.User.ID, secret.HashToken("own"))
		refused(w.t, err, models.Impossible)
		vouched := ada
		vouched.actor.Methods = []models.Authentication{{Method: models.BySAML, OrganizationID: ada.organization()}}
		_, err = vouched.MakeResetLink(w.ctx, w.userID("olga@northwind.example"), secret.HashToken("vouched"))
		refused(w.t, err, models.Impossible)
	})
}

// A request can take many seconds; what it saves is judged by what its person may do at the end of it.
func TestAChangeBegunBeforeTheRightsWentIsNotSaved(t *testing.T) {
	each(t, func(w *world) {
		for what, take := range map[string]func(Tenant){
			"suspended": func(t Tenant) { w.run("UPDATE members SET suspended = true WHERE user_id = ?", t.actor.User.ID) },
			"demoted": func(t Tenant) {
				w.run("UPDATE members SET suspended = false, role = 'organization_user' WHERE user_id = ?", t.actor.User.ID)
			},
			"signed out": func(t Tenant) {
				w.run("UPDATE members SET suspended = false, role = 'administrator' WHERE user_id = ?", t.actor.User.ID)
				w.signOut(t.actor.Person)
			},
		} {
			w.run("UPDATE members SET suspended = false, role = 'administrator' WHERE user_id = ?", w.userID("ada@northwind.example"))
			ada := w.in("northwind", "ada@northwind.example")
			reserved, err := ada.Reservation(w.ctx, reservationOf("c-"+what))
			must(w.t, err)
			take(ada)
			_, err = ada.CreateIdentityProvider(w.ctx, reserved.ConnectionID, models.ProviderChange{Slug: "late", Name: "Late"})
			refused(w.t, err, models.Denied)
			equal(w.t, what, w.number("SELECT count(*) FROM identity_providers"), 0)
		}
	})
}

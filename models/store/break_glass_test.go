package store

import (
	"slices"
	"testing"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestACodeOpensOnceForAnHourAndEverybodyIsTold(t *testing.T) {
	each(t, func(w *world) {
		c := w.readyToRequire()
		must(w.t, w.in("northwind", "ada@northwind.example").RequireSSO(w.ctx, step(models.StageMe, 0)))
		w.adaBySSO(c)
		ada, err := w.Credentials(w.ctx, "ada@northwind.example")
		must(w.t, err)
		mail := models.Mail{Subject: "s", Text: "t"}
		breaks := func(organization, code string, account Credentials) ([]byte, error) {
			token := secret.HashToken(secret.Token())
			_, err := w.BreakGlass(w.ctx, organization, account, secret.HashToken(code), nil, token, mail, request)
			return token, err
		}
		olga, err := w.Credentials(w.ctx, "olga@northwind.example")
		must(w.t, err)
		stale := ada
		stale.PasswordHash = "another"
		for name, do := range map[string]func() error{
			"a made-up code":       func() error { _, err := breaks("northwind", "made up", ada); return err },
			"the tested one":       func() error { _, err := breaks("northwind", "code 1", ada); return err },
			"somebody else's":      func() error { _, err := breaks("northwind", "code 2", olga); return err },
			"another organization": func() error { _, err := breaks("contoso", "code 2", ada); return err },
			"no organization":      func() error { _, err := breaks("\x00", "code 2", ada); return err },
			"an old password":      func() error { _, err := breaks("northwind", "code 2", stale); return err },
		} {
			w.records(func() {
				if err := do(); !models.Is(err, models.NotFound) {
					w.t.Errorf("%s: %v", name, err)
				}
			})
		}
		w.run("UPDATE members SET suspended = true WHERE user_id = ?", ada.UserID)
		_, err = breaks("northwind", "code 2", ada)
		refused(w.t, err, models.NotFound)
		w.run("UPDATE members SET suspended = false WHERE user_id = ?", ada.UserID)
		w.run("UPDATE members SET role = 'administrator' WHERE user_id = ?", olga.UserID)

		tokens := make([][]byte, 6)
		w.records(func() {
			good, _ := atOnce(len(tokens), func(i int) error {
				token, err := breaks("northwind", "code 2", ada)
				if err == nil {
					tokens[i] = token
				}
				return err
			})
			equal(w.t, "one code, how often", good, 1)
		}, "northwind break-glass.used")
		equal(w.t, "mails", w.number("SELECT count(*) FROM outbox"), 2)
		token := tokens[slices.IndexFunc(tokens, func(t []byte) bool { return t != nil })]
		asking := w.ask(token, "northwind")
		equal(w.t, "opens", asking.Person.Opens(asking.Organization.ID), true)
		equal(w.t, "until", asking.Person.Glass.Until, w.now().Add(models.BreakGlassFor))
		equal(w.t, "another session by password", w.opens("ada@northwind.example"), false)
		inside := w.In(actorOf(asking))
		_, err = inside.Readiness(w.ctx)
		must(w.t, err)
		must(w.t, inside.MakeCodes(w.ctx, [][]byte{secret.HashToken("new")}))
		w.clock.pass(models.BreakGlassFor)
		asking = w.ask(token, "northwind")
		equal(w.t, "after an hour", asking.Person.Opens(asking.Organization.ID), false)
		refused(w.t, inside.LiftSSO(w.ctx), models.Denied)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "entries", w.number("SELECT count(*) FROM break_glass_entries"), 0)
	})
}

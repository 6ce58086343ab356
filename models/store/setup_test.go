package store

import (
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/internal/testdb"
	"gatehouse/models"
)

var firstSetup = models.Setup{Slug: "Acme", Organization: "Acme", Name: "Anna", Email: "Anna@acme.example", PasswordHash: "$a"}

// fresh runs a test on an empty database.
func fresh(t *testing.T, test func(w *world)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, migrateForTest, func(t *testing.T, url string) {
		t.Parallel()
		w := &world{t: t, ctx: t.Context(), url: url, clock: &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}}
		w.Store = w.open()
		test(w)
	})
}

func TestSetupMakesTheFirstAdministratorOnce(t *testing.T) {
	fresh(t, func(w *world) {
		ctx := w.ctx
		needed, err := w.SetupNeeded(ctx)
		must(w.t, err)
		equal(w.t, "needed", needed, true)
		must(w.t, w.MakeSetupCode(ctx, secret.HashToken("old")))
		w.clock.pass(setupCodeValid)
		must(w.t, w.MakeSetupCode(ctx, secret.HashToken("code")))
		must(w.t, w.MakeSetupCode(ctx, secret.HashToken("other")))
		for _, wrong := range []string{"old", "made up"} {
			w.records(func() {
				_, err := w.Setup(ctx, secret.HashToken(wrong), firstSetup, request)
				refused(w.t, err, models.NotFound)
			})
		}
		w.records(func() {
			id, err := w.Setup(ctx, secret.HashToken("code"), firstSetup, request)
			must(w.t, err)
			equal(w.t, "user", id, w.userID("anna@acme.example"))
		}, "Acme organization.created")
		anna := w.in("acme", "anna@acme.example")
		equal(w.t, "role", anna.actor.Role, authz.Administrator)
		policy, err := anna.PasswordPolicy(ctx)
		must(w.t, err)
		equal(w.t, "policy", policy.Policy, models.DefaultPasswordPolicy())
		needed, err = w.SetupNeeded(ctx)
		must(w.t, err)
		equal(w.t, "needed", needed, false)
		_, err = w.Setup(ctx, secret.HashToken("other"), firstSetup, request)
		refused(w.t, err, models.NotFound)
		must(w.t, w.MakeSetupCode(ctx, secret.HashToken("late")))
		before := w.tables()
		_, err = w.Setup(ctx, secret.HashToken("late"), firstSetup, request)
		refused(w.t, err, models.Impossible)
		equal(w.t, "tables", w.tables(), before)
	})
}

func TestTwoSetupsAtOnceMakeOneAdministrator(t *testing.T) {
	fresh(t, func(w *world) {
		ctx := w.ctx
		codes := []string{"a", "b", "a", "b"}
		must(w.t, w.MakeSetupCode(ctx, secret.HashToken("a")))
		must(w.t, w.MakeSetupCode(ctx, secret.HashToken("b")))
		replica := w.open()
		good, failures := atOnce(len(codes), func(i int) error {
			in := firstSetup
			in.Slug += models.Slug(rune('0' + i))
			in.Email = string(rune('0'+i)) + in.Email
			_, err := []*Store{w.Store, replica}[i%2].Setup(ctx, secret.HashToken(codes[i]), in, request)
			return err
		})
		equal(w.t, "done", good, 1)
		for _, err := range failures {
			if _, isRefusal := models.RefusalOf(err); !isRefusal {
				w.t.Errorf("got %v, want a refusal", err)
			}
		}
		equal(w.t, "organizations", w.number("SELECT count(*) FROM organizations"), 1)
		equal(w.t, "users", w.number("SELECT count(*) FROM users"), 1)
	})
}

func TestSetupIsNeededAgainWithoutAnActiveAdministrator(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		w.run("UPDATE members SET suspended = true WHERE role = 'administrator'")
		needed, err := w.SetupNeeded(ctx)
		must(w.t, err)
		equal(w.t, "needed", needed, true)
		must(w.t, w.MakeSetupCode(ctx, secret.HashToken("code")))
		in := firstSetup
		in.Slug = "NORTHWIND"
		_, err = w.Setup(ctx, secret.HashToken("code"), in, request)
		refusedField(w.t, err, "id")
		in.Slug, in.Email = "acme", "ADA@northwind.example"
		_, err = w.Setup(ctx, secret.HashToken("code"), in, request)
		refusedField(w.t, err, "email")
		in.Email = "new@acme.example"
		_, err = w.Setup(ctx, secret.HashToken("code"), in, request)
		must(w.t, err)
	})
}

func TestCreateAdministratorFromTheCommandLine(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		w.records(func() {
			created, err := w.CreateAdministrator(ctx, firstSetup)
			must(w.t, err)
			equal(w.t, "account made", created, true)
		}, "Acme organization.created", "Acme member.joined")
		second := firstSetup
		second.Slug, second.Email, second.Name = "acme", "bert@acme.example", "Bert"
		w.records(func() { must1(w.CreateAdministrator(ctx, second)) }, "Acme member.joined")
		w.records(func() {
			_, err := w.CreateAdministrator(ctx, second)
			refused(w.t, err, models.Impossible)
		})
		second.Email, second.PasswordHash = "ada@northwind.example", "$other"
		created, err := w.CreateAdministrator(ctx, second)
		must(w.t, err)
		equal(w.t, "account made", created, false)
		account, err := w.Credentials(ctx, second.Email)
		must(w.t, err)
		equal(w.t, "an account keeps its password", account.PasswordHash, hashOf)
		equal(w.t, "Administrator", w.in("acme", "ada@northwind.example").actor.Role, authz.Administrator)
	})
}

func TestSeedMakesAnOrganizationOnce(t *testing.T) {
	each(t, func(w *world) {
		before := w.tables()
		made, err := w.Seed(w.ctx, models.Seed{Slug: "NORTHWIND", Name: "Again", People: []models.SeedPerson{{Name: "x", Email: "x@y.example"}}})
		must(w.t, err)
		equal(w.t, "made", made, false)
		equal(w.t, "tables", w.tables(), before)
	})
}

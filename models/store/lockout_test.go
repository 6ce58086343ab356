package store

import (
	"errors"
	"testing"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestLockForGrowsToAnHour(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: 0, 1: 0, 4: 0, 5: time.Minute, 6: 2 * time.Minute, 7: 4 * time.Minute, 8: 8 * time.Minute, 9: 16 * time.Minute, 10: 32 * time.Minute,
		11: time.Hour, 12: time.Hour, 1000: time.Hour,
	} {
		equal(t, "lock", lockFor(failures), want)
	}
}

func TestLockoutIsOfOneAccountFromOneSource(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		const victim, attacker, home = "ada@northwind.example", "198.51.100.1", "203.0.113.7"
		fail := func() { must(w.t, w.RecordFailure(ctx, victim, attacker, request)) }
		w.records(func() {
			for range 4 {
				must(w.t, w.AllowAttempt(ctx, victim, attacker))
				fail()
			}
		})
		must(w.t, w.AllowAttempt(ctx, victim, attacker))
		fail()
		err := w.AllowAttempt(ctx, victim, attacker)
		refused(w.t, err, models.TooMany)
		equal(w.t, "sentence", err.Error(), "Too many attempts. Try again in a minute.")
		must(w.t, w.AllowAttempt(ctx, victim, home))
		must(w.t, w.AllowAttempt(ctx, "olga@northwind.example", attacker))
		w.signIn(victim)
		refused(w.t, w.AllowAttempt(ctx, "ADA@northwind.example", attacker), models.TooMany)

		w.clock.pass(time.Minute)
		must(w.t, w.AllowAttempt(ctx, victim, attacker))
		fail()
		w.clock.pass(time.Minute)
		refused(w.t, w.AllowAttempt(ctx, victim, attacker), models.TooMany)
		w.clock.pass(time.Minute)
		must(w.t, w.AllowAttempt(ctx, victim, attacker))
		for range 20 {
			fail()
		}
		equal(w.t, "sentence", w.AllowAttempt(ctx, victim, attacker).Error(), "Too many attempts. Try again in 60 minutes.")
		w.clock.pass(time.Hour)
		must(w.t, w.AllowAttempt(ctx, victim, attacker))

		w.clock.pass(failuresForget + time.Second)
		fail()
		must(w.t, w.AllowAttempt(ctx, victim, attacker))
		equal(w.t, "a day later it starts anew", w.number("SELECT failures FROM sign_in_failures WHERE source = ?", attacker), 1)
	})
}

func TestASignInForgetsTheFailuresOfItsSource(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		source := models.SignInSource(request.IP)
		for range 4 {
			must(w.t, w.RecordFailure(ctx, "ada@northwind.example", source, request))
			must(w.t, w.RecordFailure(ctx, "ada@northwind.example", "elsewhere", request))
		}
		w.signIn("ada@northwind.example")
		equal(w.t, "rows left", w.number("SELECT count(*) FROM sign_in_failures"), 1)
	})
}

func TestGuessesSentAtOnceAreCountedAll(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		source := models.SignInSource(request.IP)
		proven, err := w.Credentials(ctx, "ada@northwind.example")
		must(w.t, err)
		good, failures := atOnce(20, func(int) error { return w.RecordFailure(ctx, "ada@northwind.example", source, request) })
		if good != 20 {
			w.t.Fatal(errors.Join(failures...))
		}
		equal(w.t, "failures", w.number("SELECT failures FROM sign_in_failures"), 20)
		// The right guess among them comes too late.
		refused(w.t, w.SignInByPassword(ctx, proven, nil, secret.HashToken("late"), "", request), models.TooMany)
		equal(w.t, "sessions", w.number("SELECT count(*) FROM sessions"), 0)
	})
}

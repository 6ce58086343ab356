package store

import (
	"context"
	"testing"
	"time"

	"gatehouse/models"
)

func TestLockForGrowsToAnHour(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: 0, 1: 0, 4: 0, 5: time.Minute, 6: 2 * time.Minute, 7: 4 * time.Minute, 8: 8 * time.Minute, 9: 16 * time.Minute, 10: 32 * time.Minute,
		11: time.Hour, 12: time.Hour, 1000: time.Hour,
	} {
		equal(t, "lock", lockout{After: 5, Minutes: 1}.lockFor(failures), want)
	}
}

func TestLockoutIsOfOneAccountFromOneSource(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		const victim, attacker, home = "ada@northwind.example", "198.51.100.1", "203.0.113.7"
		try := func() error { return w.tryPassword(ctx, victim, attacker, request) }
		w.records(func() {
			for range 5 {
				must(w.t, try())
			}
		})
		err := try()
		refused(w.t, err, models.TooMany)
		equal(w.t, "sentence", err.Error(), "Too many attempts. Try again in a minute.")
		equal(w.t, "a refused attempt does not count", w.number("SELECT failures FROM sign_in_failures WHERE source = ?", attacker), 5)
		must(w.t, w.tryPassword(ctx, victim, home, request))
		must(w.t, w.tryPassword(ctx, "olga@northwind.example", attacker, request))
		w.signIn(victim)
		refused(w.t, w.tryPassword(ctx, "ADA@northwind.example", attacker, request), models.TooMany)

		w.clock.pass(time.Minute)
		must(w.t, try())
		w.clock.pass(time.Minute)
		refused(w.t, try(), models.TooMany)
		for range 6 { // 2, 4, 8, 16, 32 and 60 minutes
			w.clock.pass(time.Hour)
			must(w.t, try())
		}
		equal(w.t, "sentence", try().Error(), "Too many attempts. Try again in 60 minutes.")

		w.clock.pass(failuresForget + time.Second)
		must(w.t, try())
		equal(w.t, "a day later it starts anew", w.number("SELECT failures FROM sign_in_failures WHERE source = ?", attacker), 1)
	})
}

func TestARightPasswordForgetsTheAttemptsOfItsSource(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		source := models.SignInSource(request.IP)
		for range 5 {
			must(w.t, w.tryPassword(ctx, "ada@northwind.example", source, request))
			must(w.t, w.tryPassword(ctx, "ada@northwind.example", "elsewhere", request))
		}
		w.signIn("ada@northwind.example") // the fifth was right
		equal(w.t, "rows left", w.number("SELECT count(*) FROM sign_in_failures"), 1)
		must(w.t, w.ForgiveAttempts(ctx, "ADA@northwind.example", "elsewhere"))
		equal(w.t, "rows left", w.number("SELECT count(*) FROM sign_in_failures"), 0)
	})
}

// However many are sent at once, five passwords are looked at; the right one among the others is never checked.
func TestOfGuessesSentAtOnceFiveAreLookedAt(t *testing.T) {
	each(t, func(w *world) {
		good, failures := atOnce(50, func(int) error { return w.tryPassword(w.ctx, "ada@northwind.example", "198.51.100.1", request) })
		equal(w.t, "looked at", good, 5)
		for _, err := range failures {
			if err != nil {
				refused(w.t, err, models.TooMany)
			}
		}
	})
}

// tryPassword is CountAttempt of which only the refusal matters.
func (w *world) tryPassword(ctx context.Context, email, source string, r models.Request) error {
	_, err := w.CountAttempt(ctx, email, source, r)
	return err
}

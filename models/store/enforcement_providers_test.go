package store

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/models"
)

// restsOn is the provider that what is required rests on, and whether it waits.
func (w *world) restsOn() string {
	w.t.Helper()
	var rests string
	must(w.t, w.db.WithContext(w.ctx).Raw("SELECT p.slug || CASE WHEN r.confirm_by IS NULL THEN '' ELSE ', waiting' END FROM enforcements r JOIN identity_providers p ON p.id = r.provider_id UNION ALL SELECT 'nothing' LIMIT 1").
		Row().Scan(&rests))
	return rests
}

func TestWithTwoProvidersItGoesOnThroughTheOtherThatWasTested(t *testing.T) {
	each(t, func(w *world) {
		okta, entra := w.readyToRequire(), w.provider("entra", true)
		ada := func() Tenant { return w.adaBySSO(okta) }
		must(w.t, w.in("northwind", "ada@northwind.example").RequireSSO(w.ctx, step(models.StageMe, 0)))
		equal(w.t, "the tested one", w.restsOn(), "okta, waiting")
		bySSO := w.adaBySSO(entra)
		equal(w.t, "confirmed through the other", w.restsOn(), "entra")

		// Edited, it goes over to the one that was tested as it is: nobody has to confirm anything.
		p, err := bySSO.IdentityProvider(w.ctx, "entra")
		must(w.t, err)
		equal(w.t, "says so before", p.Required, true)
		equal(w.t, "says through which before", p.Elsewhere, "Provider okta")
		must(w.t, bySSO.EditIdentityProvider(w.ctx, "entra", p.Version, w.change("entra", true, "one", "two", "three")))
		equal(w.t, "edited", w.restsOn(), "okta")
		must(w.t, ada().SetIdentityProviderEnabled(w.ctx, "entra", false))
		equal(w.t, "another one is disabled", w.restsOn(), "okta")
		must(w.t, ada().SetIdentityProviderEnabled(w.ctx, "entra", true))

		// The edited one counts for nothing until it is tested again; then it does.
		p, err = ada().IdentityProvider(w.ctx, "okta")
		must(w.t, err)
		equal(w.t, "none to go over to", p.Elsewhere, "")
		entra, err = w.Connection(w.ctx, entra.Provider.ConnectionID)
		must(w.t, err)
		w.passTestBySSO(entra, ada())
		ready, err := ada().Readiness(w.ctx)
		must(w.t, err)
		fresh := map[string]bool{}
		for _, test := range ready.Tests {
			fresh[test.Provider] = test.Fresh(w.now())
		}
		equal(w.t, "ready, each", fmt.Sprint(fresh), "map[entra:true okta:true]")
		must(w.t, ada().SetIdentityProviderEnabled(w.ctx, "okta", false))
		equal(w.t, "disabled", w.restsOn(), "entra")
		equal(w.t, "still required", w.opens("ada@northwind.example"), false)
		_, ended, err := w.in("northwind", "olga@northwind.example").EnforcementEnd(w.ctx)
		must(w.t, err)
		equal(w.t, "ended", ended, false)
		must(w.t, w.adaBySSO(entra).DeleteIdentityProvider(w.ctx, "entra", "entra"))
		equal(w.t, "the last one is gone", w.restsOn(), "nothing")
		equal(w.t, "open again", w.opens("ada@northwind.example"), true)
		end, ended, err := w.in("northwind", "olga@northwind.example").EnforcementEnd(w.ctx)
		must(w.t, err)
		equal(w.t, "ended", ended, true)
		equal(w.t, "why", end.Why(), "Ada Admin deleted Provider entra, on which it rested.")
	})
}

func TestTwoProvidersThatGoAtOnceLeaveNothingRequired(t *testing.T) {
	each(t, func(w *world) {
		okta, entra := w.readyToRequire(), w.provider("entra", true)
		w.passTest(entra)
		must(w.t, w.in("northwind", "ada@northwind.example").RequireSSO(w.ctx, step(models.StageMe, 0)))
		w.adaBySSO(okta)
		tenants := []Tenant{w.adaBySSO(okta), w.adaBySSO(entra)}
		tenants[1].store = w.open()
		good, failures := atOnce(2, func(i int) error {
			return tenants[i].SetIdentityProviderEnabled(w.ctx, []string{"okta", "entra"}[1-i], false)
		})
		if good == 2 {
			equal(w.t, "rests on", w.restsOn(), "nothing")
		}
		for _, err := range failures { // each may have been in through the one that the other disabled
			refused(w.t, err, models.Denied)
		}
		equal(w.t, "required though nobody could come in", w.number("SELECT count(*) FROM enforcements r JOIN identity_providers p ON p.id = r.provider_id WHERE NOT p.enabled"), 0)
	})
}

func TestItIsSaidHowItEnded(t *testing.T) {
	each(t, func(w *world) {
		c := w.readyToRequire()
		end := func() string {
			e, ended, err := w.in("northwind", "olga@northwind.example").EnforcementEnd(w.ctx)
			must(w.t, err)
			if !ended {
				return ""
			}
			return e.Was + ": " + e.Why()
		}
		require := func() {
			w.passTest(c)
			must(w.t, w.in("northwind", "ada@northwind.example").RequireSSO(w.ctx, step(models.StageMe, 0)))
		}
		equal(w.t, "never required", end(), "")
		require()
		equal(w.t, "required", end(), "")
		w.clock.pass(10 * time.Minute)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "not confirmed", end(), "the Administrator who switched it on: No Administrator signed in by single sign-on in time to confirm the step.")
		require()
		bySSO := w.adaBySSO(c)
		must(w.t, bySSO.EditIdentityProvider(w.ctx, "okta", 1, w.change("okta", true, "one", "two", "three")))
		e, err := bySSO.Enforcement(w.ctx)
		must(w.t, err)
		equal(w.t, "waits because of the change", e.Altered, true)
		w.clock.pass(10 * time.Minute)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "the provider changed", end(), "the Administrator who switched it on: The identity provider was changed, and no Administrator signed in through it in time to confirm that it still works.")
		c, err = w.Connection(w.ctx, c.Provider.ConnectionID)
		must(w.t, err)
		require()
		must(w.t, w.adaBySSO(c).LiftSSO(w.ctx))
		equal(w.t, "lifted", end(), "the Administrator who switched it on: Ada Admin switched it off.")
		require()
		_, err = w.Unlock(w.ctx, "northwind")
		must(w.t, err)
		equal(w.t, "unlocked", end(), "the Administrator who switched it on: Somebody who runs the server switched it off.")
		require()
		must(w.t, w.adaBySSO(c).SetIdentityProviderEnabled(w.ctx, "okta", false))
		equal(w.t, "disabled", end(), ": Ada Admin disabled Provider okta, on which it rested.")
	})
}

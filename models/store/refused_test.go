package store

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/models"
)

// refused are the entries of refusals in an organization's log, the oldest first, as "action · actor · target · reason · times".
func (w *world) refusedIn(organization string) []string {
	w.t.Helper()
	w.SettleRefused()
	var rows []auditRow
	must(w.t, w.read(w.ctx).all(&rows, `SELECT e.action, e.actor_name, e.target_name, e.after_values, e.ip FROM audit_entries e JOIN organizations o ON o.id = e.organization_id
		WHERE o.slug = ? AND e.action IN (?) ORDER BY e.seq`, organization, models.Refusals()))
	var all []string
	for _, row := range rows {
		e := row.noun()
		all = append(all, strings.Join([]string{row.Action, e.ActorName, e.TargetName, e.After["reason"], e.After["times"]}, " · "))
	}
	return all
}

func wrongPassword(email, ip string) models.RefusedTry {
	return models.TryAt(email, "", models.ActionSignInRefused, models.WrongPassword, models.Request{IP: ip, Reference: "7K2M-9QXD"})
}

func TestRefusedSignInsStandInTheLogsOfTheAccount(t *testing.T) {
	each(t, func(w *world) {
		for range 1000 {
			w.Refused(wrongPassword("ULF@northwind.example", "203.0.113.9"))
		}
		w.SettleRefused()
		w.clock.pass(refusedWindow + time.Second)
		w.Refused(wrongPassword("ulf@northwind.example", "203.0.113.9"))
		total := 0
		for _, organization := range []string{"northwind", "contoso"} {
			for i, entry := range w.refusedIn(organization) {
				fields := strings.Split(entry, " · ")
				equal(w.t, "what", strings.Join(fields[:4], " · "), "session.refused · Somebody · Ulf User · the password was wrong")
				n := 1
				if fields[4] != "" {
					_, err := fmt.Sscan(fields[4], &n)
					must(w.t, err)
				}
				total += n
				if i > 1 {
					w.t.Errorf("one attacker filled the log of %s: %q", organization, entry)
				}
			}
		}
		equal(w.t, "every one of them is counted in both logs", total, 2002)
		w.intact("northwind")
		w.intact("contoso")
	})
}

func TestWhatIsCountedIsToldWhenTheWindowIsOverAndAtTheEnd(t *testing.T) {
	each(t, func(w *world) {
		second := w.open()
		try := wrongPassword("olga@northwind.example", "203.0.113.9")
		for range 3 {
			second.Refused(try)
			second.SettleRefused()
		}
		equal(w.t, "at once", len(w.refusedIn("northwind")), 1)
		w.clock.pass(refusedWindow)
		must(w.t, second.Sweep(w.ctx))
		second.SettleRefused()
		got := w.refusedIn("northwind")
		equal(w.t, "after the window", got[len(got)-1], "session.refused · Somebody · Olga Org · the password was wrong · 2")
		for range 5 {
			second.Refused(try)
			second.SettleRefused()
		}
		must(w.t, second.Close())
		got = w.refusedIn("northwind")
		equal(w.t, "entries", len(got), 4)
		equal(w.t, "at the end of the program", got[3], "session.refused · Somebody · Olga Org · the password was wrong · 4")
		second.Refused(try) // too late, and harmless
	})
}

func TestNobodysAddressIsOnlyANumber(t *testing.T) {
	each(t, func(w *world) {
		for i := range 30 {
			w.Refused(wrongPassword(fmt.Sprintf("nobody-%d@northwind.example", i), "203.0.113.9"))
		}
		w.Refused(wrongPassword("ada@northwind.example", "203.0.113.9"))
		equal(w.t, "entries", len(w.refusedIn("northwind")), 1)
		totals := fmt.Sprint(w.RefusedTotals())
		equal(w.t, "numbers", totals, "[{session.refused 1} {unknown-address 30}]")
		equal(w.t, "kept of them", len(w.refusals.counts), 1)
		equal(w.t, "and where", len(w.refusals.apart), 1)
	})
}

func TestManySourcesAndManyAccountsDoNotFloodTheLog(t *testing.T) {
	each(t, func(w *world) {
		for i := range 500 {
			w.Refused(wrongPassword("ada@northwind.example", fmt.Sprintf("203.0.%d.%d", i/250, i%250)))
			if i%50 == 0 {
				w.SettleRefused()
			}
		}
		entries := w.refusedIn("northwind")
		equal(w.t, "entries about one account", len(entries), refusedApart+1)
		equal(w.t, "the last of them", strings.HasPrefix(entries[refusedApart], "session.refused · Somebody · Ada Admin · too many addresses or pages to tell apart"), true)

		for i := range 3 * refusedEach {
			try := wrongPassword("ada@northwind.example", "203.0.113.9")
			try.AccountID, try.Email, try.Organization = "", fmt.Sprint("person ", i), w.id("northwind") // as many people as that
			w.Refused(try)
		}
		entries = w.refusedIn("northwind")
		equal(w.t, "entries of one log", len(entries), refusedEach+1)
		equal(w.t, "and what is beyond", strings.HasPrefix(entries[refusedEach], "session.refused · Several people ·  · too many to tell apart"), true)
		w.clock.pass(refusedWindow)
		must(w.t, w.Sweep(w.ctx))
		sum := 0
		for _, entry := range w.refusedIn("northwind") {
			n := 1
			if times := entry[strings.LastIndex(entry, " ")+1:]; times != "" && times != "·" {
				_, err := fmt.Sscan(times, &n)
				must(w.t, err)
			}
			sum += n
		}
		equal(w.t, "nothing is lost", sum, 500+3*refusedEach)
	})
}

// A refused try costs the one who waits for the answer nothing: it is written by another, and many at once by one.
func TestARefusalDoesNotWaitForTheDatabase(t *testing.T) {
	each(t, func(w *world) {
		for i := range 4 {
			w.Refused(wrongPassword([]string{"ada", "olga", "tess", "mia"}[i]+"@northwind.example", "203.0.113.9"))
		}
		w.SettleRefused()
		chain := w.open()
		err := chain.write(w.ctx, "hold the chain", func(u *unit) error {
			if _, err := u.lockedEnds(map[string]ref{w.id("northwind"): ref(w.id("northwind"))}); err != nil {
				return err
			}
			// The end of the chain is held, and a thousand tries come all the same; they could not come back if any waited for it.
			var all sync.WaitGroup
			for i := range 1000 {
				all.Go(func() {
					w.Refused(wrongPassword([]string{"ada", "olga", "tess", "mia"}[i%4]+"@northwind.example", "203.0.113.9"))
				})
			}
			all.Wait()
			return nil
		})
		must(w.t, err)
		equal(w.t, "entries meanwhile", len(w.refusedIn("northwind")), 4)
		w.refusals.mu.Lock()
		counted := 0
		for _, c := range w.refusals.counts {
			counted += c.times
		}
		w.refusals.mu.Unlock()
		equal(w.t, "counted", counted, 1000)
	})
}

func TestWrongCodesAndLocksAreTold(t *testing.T) {
	each(t, func(w *world) {
		p := w.person("olga@northwind.example")
		for range 7 {
			err := w.ConfirmByCode(w.ctx, p, "000000", []byte("token"))
			if err == nil {
				w.t.Fatal("a code of nobody confirmed")
			}
			w.SettleRefused()
		}
		w.clock.pass(refusedWindow)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "told", strings.Join(slices.Sorted(slices.Values(w.refusedIn("northwind"))), "\n"), strings.Join([]string{
			"session.confirmation-refused · Olga Org · Olga Org · locked out after too many tries · ",
			"session.confirmation-refused · Olga Org · Olga Org · locked out after too many tries · ",
			"session.confirmation-refused · Olga Org · Olga Org · the code was wrong · ",
			"session.confirmation-refused · Olga Org · Olga Org · the code was wrong · 4",
			"session.locked-out · Olga Org · Olga Org · locked out after too many tries · ",
		}, "\n"))
	})
}

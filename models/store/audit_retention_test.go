package store

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/models"
)

// aged fills Northwind's log with n entries from 100 days ago and a few of today, and keeps entries for 90 days.
func (w *world) aged(n int) Tenant {
	w.t.Helper()
	now := w.clock.at
	w.clock.at = now.AddDate(0, 0, -100)
	w.run("DELETE FROM audit_entries")
	w.run("DELETE FROM audit_chains")
	w.run("DELETE FROM audit_checkpoints")
	w.busy(n - 1) // and who is busy signs in
	w.clock.at = now
	w.busy(5)
	ada := w.in("northwind", "ada@northwind.example")
	must(w.t, ada.KeepAudit(w.ctx, 0, 90, "NORTHWIND"))
	return ada
}

func TestHowLongEntriesAreKeptIsChosenWithTheNumbers(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		refused(w.t, ada.KeepAudit(w.ctx, 0, 90, ""), models.Invalid)
		refused(w.t, ada.KeepAudit(w.ctx, 365, 90, "northwind"), models.Stale)
		refused(w.t, w.in("northwind", "olga@northwind.example").KeepAudit(w.ctx, 0, 90, "northwind"), models.Denied)
		ada = w.aged(12)
		kept := must1(ada.AuditKept(w.ctx))
		equal(w.t, "kept", kept.Kept, models.AuditRetention(90))
		equal(w.t, "entries", kept.Entries, int64(w.number("SELECT count(*) FROM audit_entries WHERE organization_id = ?", ada.organization())))
		equal(w.t, "for ever", kept.Deletes[0], int64(0))
		equal(w.t, "90 days", kept.Deletes[90], int64(12))
		equal(w.t, "a year", kept.Deletes[365], int64(0))
		equal(w.t, "the oldest", kept.Oldest.Equal(w.now().AddDate(0, 0, -100)), true)
		must(w.t, ada.KeepAudit(w.ctx, 90, 730, "")) // longer needs no confirmation
		must(w.t, ada.KeepAudit(w.ctx, 730, 730, ""))
		log := must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionAuditRetention}))
		equal(w.t, "recorded", len(log.Rows), 2)
		equal(w.t, "in words", log.Rows[0].Before["entries are kept"]+", "+log.Rows[0].After["entries are kept"], "90 days, 2 years")
	})
}

func TestOldEntriesAreDeletedAndTheChainGoesOn(t *testing.T) {
	each(t, func(w *world) {
		const old = cutBatch + 300
		ada := w.aged(old)
		w.in("contoso", "carl@contoso.example")
		before := w.intact("northwind")
		replica := w.open()
		good, failures := atOnce(4, func(i int) error { return []*Store{w.Store, replica}[i%2].CutAudit(w.ctx) })
		equal(w.t, "at once", fmt.Sprint(good, failures), "4 []")
		must(w.t, w.CutAudit(w.ctx)) // what a replica that came in between left
		v := w.intact("northwind")
		equal(w.t, "begins behind what is gone", v.First, int64(old+1))
		equal(w.t, "entries", v.Entries, v.Last-v.First+1)
		equal(w.t, "one checkpoint of a cut is kept", w.number("SELECT count(*) FROM audit_checkpoints WHERE kind = 'cut'"), 1)
		log := must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionAuditCut}))
		equal(w.t, "an entry for each deletion", len(log.Rows), 2)
		equal(w.t, "which says how many", log.Rows[1].After["entries deleted"]+" "+log.Rows[0].After["entries deleted"], fmt.Sprint(cutBatch, " ", old-cutBatch))
		equal(w.t, "and to which", log.Rows[0].After["up to entry"], fmt.Sprint(old))
		equal(w.t, "grown by them alone", v.Last, before.Last+2)
		must(w.t, w.CutAudit(w.ctx))
		equal(w.t, "and no more", w.intact("northwind").Last, v.Last)
		w.busy(3)
		// Everything is older one day.
		w.clock.at = w.clock.at.AddDate(1, 0, 0)
		must(w.t, w.CutAudit(w.ctx))
		v = w.intact("northwind")
		equal(w.t, "what is left is the entry that says so", v.Entries, int64(1))
	})
}

// What is done to the log before or behind a cut is found as it is without one, and nothing is cut from a log that is not as it was written.
func TestAttacksOnAShortenedLogAreFound(t *testing.T) {
	const of = " AND organization_id = (SELECT id FROM organizations WHERE slug = 'northwind')"
	each(t, func(w *world) {
		w.aged(20)
		w.run("CREATE TABLE all_of_it AS SELECT * FROM audit_entries")
		for name, attack := range map[string]struct{ before, after, says string }{
			"nothing":                  {"", "", ""},
			"changed before":           {"UPDATE audit_entries SET actor_name = 'Nobody' WHERE seq = 7" + of, "", "was changed"},
			"removed before":           {"DELETE FROM audit_entries WHERE seq = 7" + of, "", "is missing"},
			"the beginning removed":    {"DELETE FROM audit_entries WHERE seq < 7" + of, "", "is missing"},
			"made older":               {"UPDATE audit_entries SET at = '2020-01-01 00:00:00+00:00' WHERE seq > 20" + of, "", "was changed"},
			"kept for less":            {"UPDATE organizations SET audit_days = 1 WHERE slug = 'northwind'", "", "nothing cut"},
			"changed behind":           {"", "UPDATE audit_entries SET action = 'team.deleted' WHERE seq = 22" + of, "was changed"},
			"the first behind removed": {"", "DELETE FROM audit_entries WHERE seq = 21" + of, "is missing"},
			"an old one put back":      {"", "INSERT INTO audit_entries SELECT * FROM all_of_it WHERE seq = 20" + of, "was deleted on purpose"},
			"the cut itself removed":   {"", "DELETE FROM audit_checkpoints", "is missing"},
			"the cut moved on":         {"", "UPDATE audit_checkpoints SET seq = 22, hash = (SELECT hash FROM audit_entries WHERE seq = 22" + of + ")", "is not ours"},
			"the cut and more removed": {"", "DELETE FROM audit_entries WHERE seq = 21" + of + "; UPDATE audit_checkpoints SET seq = 21", "is not ours"},
		} {
			for _, table := range []string{"audit_checkpoints", "audit_entries", "audit_chains"} {
				w.run("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
			}
			if attack.before != "" {
				w.run(attack.before)
			}
			must(w.t, w.CutAudit(w.ctx))
			for _, statement := range strings.Split(attack.after, "; ") {
				if statement != "" {
					w.run(statement)
				}
			}
			v := w.verdict("northwind", nil)
			switch {
			case attack.says == "" || attack.says == "nothing cut":
				equal(w.t, name+": a flaw", v.Flaw == nil, true)
			case v.Flaw == nil || !strings.Contains(v.Flaw.Why, attack.says):
				w.t.Errorf("%s: found %+v, want %s", name, v.Flaw, attack.says)
			}
			if untouched := attack.before != ""; untouched {
				equal(w.t, name+": cuts", w.number("SELECT count(*) FROM audit_checkpoints WHERE kind = 'cut'"), 0)
			}
			w.run("UPDATE organizations SET audit_days = 90 WHERE slug = 'northwind'")
			for _, table := range []string{"audit_checkpoints", "audit_entries", "audit_chains"} {
				w.run("DELETE FROM " + table)
				w.run("INSERT INTO " + table + " SELECT * FROM kept_" + table)
				w.run("DROP TABLE kept_" + table)
			}
		}
		w.intact("northwind")
	})
}

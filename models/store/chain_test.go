package store

import (
	"context"

	"fmt"

	"strings"
	"testing"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

// verdict is what verifying says of one chain, by the organization's identifier.
func (w *world) verdict(organization string, mark *models.AuditMark) models.AuditVerdict {
	w.t.Helper()
	var found []models.AuditVerdict
	must(w.t, w.VerifyAudit(w.ctx, organization, mark, func(v models.AuditVerdict) { found = append(found, v) }))
	equal(w.t, "chains", len(found), 1)
	return found[0]
}

func (w *world) intact(organization string) models.AuditVerdict {
	w.t.Helper()
	v := w.verdict(organization, nil)
	if v.Flaw != nil {
		w.t.Errorf("%s: entry %d: %s", organization, v.Flaw.Seq, v.Flaw.Why)
	}
	return v
}

// busy makes Northwind's log at least n entries long, with values before and after.
func (w *world) busy(n int) {
	w.t.Helper()
	ada, _ := w.in("northwind", "ada@northwind.example"), w.in("contoso", "carl@contoso.example")
	for i := range n {
		must(w.t, w.write(w.ctx, "be busy", func(u *unit) error {
			e := on(entry(ada.actor.Person, models.ActionTeamEdited), "team", newID(), fmt.Sprint("Team ", i))
			e.Before, e.After = map[string]string{"name": "Before"}, map[string]string{"name": fmt.Sprint("After ", i)}
			return u.record([]string{ada.organization()}, e)
		}))
	}
}

func TestEveryEntryIsInAChain(t *testing.T) {
	each(t, func(w *world) {
		w.everything()
		w.run("DELETE FROM audit_checkpoints") // made by hand there
		w.busy(5)
		// What many record at once comes one after the other, over two replicas and two organizations.
		replica := w.open()
		ulf := w.person("ulf@northwind.example") // a member of both
		good, failures := atOnce(16, func(i int) error {
			return []*Store{w.Store, replica}[i%2].Rename(w.ctx, ulf, fmt.Sprint("Ulf ", i))
		})
		equal(w.t, "renamed", good, 16)
		equal(w.t, "failures", len(failures), 0)
		for _, organization := range []string{"northwind", "Contoso"} {
			v := w.intact(organization)
			equal(w.t, "from", v.First, int64(1))
			equal(w.t, "entries", v.Entries, v.Last)
			equal(w.t, "all of them", int(v.Entries), w.number("SELECT count(*) FROM audit_entries WHERE organization_id = ?", w.id(strings.ToLower(organization))))
		}
		must(w.t, w.in("contoso", "carl@contoso.example").DeleteOrganization(w.ctx, "contoso"))
		found := map[string]models.AuditVerdict{}
		must(w.t, w.VerifyAudit(w.ctx, "", nil, func(v models.AuditVerdict) { found[v.Organization] = v }))
		equal(w.t, "chains", len(found), 2)
		equal(w.t, "the installation's flaw", found[""].Flaw == nil, true)
		equal(w.t, "the installation's entries", found[""].Entries > 0, true)
		refused(w.t, w.VerifyAudit(w.ctx, "nothing", nil, func(models.AuditVerdict) {}), models.NotFound)
		equal(w.t, "unnumbered", w.number("SELECT count(*) FROM audit_entries WHERE seq IS NULL OR hash IS NULL"), 0)
	})
}

// Every column of an entry is changed, one after the other, and each change is found at that entry.
func TestAChangedColumnIsFound(t *testing.T) {
	each(t, func(w *world) {
		w.busy(6)
		last := w.intact("northwind").Last
		target := last - 2
		columns := map[string]string{
			"at": "'2020-01-01 00:00:00+00:00'", "actor_id": "NULL", "actor_name": "'Somebody'", "actor_email": "'else@northwind.example'", "action": "'team.deleted'",
			"target_type": "'app'", "target_id": "'x'", "target_name": "'Other'", "before_values": "''", "after_values": `'{"name":"After 4"}'`, "method": "'saml'",
			"ip": "'192.0.2.99'", "reference": "'XXXX-XXXX'", "search": "'nothing'", "hash": "(SELECT hash FROM audit_chains LIMIT 1)", "id": "'" + newID() + "'",
		}
		for column, value := range columns {
			w.run("CREATE TABLE kept AS SELECT * FROM audit_entries WHERE seq = ? AND organization_id = ?", target, w.id("northwind"))
			w.run("UPDATE audit_entries SET "+column+" = "+value+" WHERE seq = ? AND organization_id = ?", target, w.id("northwind"))
			v := w.verdict("northwind", nil)
			if v.Flaw == nil || v.Flaw.Seq != target || !strings.Contains(v.Flaw.Why, "was changed") {
				w.t.Errorf("%s was changed: %+v", column, v.Flaw)
			}
			w.run("DELETE FROM audit_entries WHERE seq = ? AND organization_id = ?", target, w.id("northwind"))
			w.run("INSERT INTO audit_entries SELECT * FROM kept")
			w.run("DROP TABLE kept")
		}
		w.intact("northwind")
		equal(w.t, "columns", len(columns), len(strings.Split(chainedColumns, ","))) // all but the organization, and the hash
	})
}

// The log is attacked row by row; each attack is found, and at the first entry that it touches.
func TestAttacksOnTheLogAreFound(t *testing.T) {
	const of = " AND organization_id = (SELECT id FROM organizations WHERE slug = 'northwind')"
	const chain = " WHERE organization_id = (SELECT id FROM organizations WHERE slug = 'northwind')"
	attacks := []struct {
		name, says string
		at         int64 // from the end
		do         []string
	}{
		{"removed", "is missing", 3, []string{"DELETE FROM audit_entries WHERE seq = {3}" + of}},
		{"removed and the rest moved up", "was changed", 3, []string{"DELETE FROM audit_entries WHERE seq = {3}" + of, "UPDATE audit_entries SET seq = seq - 1000000 WHERE seq > {3}" + of, "UPDATE audit_entries SET seq = seq + 999999 WHERE seq < 0" + of}},
		{"swapped", "was changed", 4, []string{"UPDATE audit_entries SET seq = -1 WHERE seq = {4}" + of, "UPDATE audit_entries SET seq = {4} WHERE seq = {2}" + of, "UPDATE audit_entries SET seq = {2} WHERE seq = -1" + of}},
		{"put in without a number", "put in past the program", 0, []string{"INSERT INTO audit_entries SELECT {id}, organization_id, at, actor_id, actor_name, actor_email, action, target_type, target_id, target_name, before_values, after_values, method, ip, reference, search, NULL, NULL FROM audit_entries WHERE seq = {2}" + of}},
		{"put in behind the end", "behind the end", -1, []string{"INSERT INTO audit_entries SELECT {id}, organization_id, at, actor_id, actor_name, actor_email, action, target_type, target_id, target_name, before_values, after_values, method, ip, reference, search, seq + 3, hash FROM audit_entries WHERE seq = {2}" + of}},
		{"cut off at the end", "chain ends with entry", 1, []string{"DELETE FROM audit_entries WHERE seq > {2}" + of}},
		{"cut off with the end moved", "not written by this program", 2, []string{"DELETE FROM audit_entries WHERE seq > {2}" + of,
			"UPDATE audit_chains SET seq = {2}, hash = (SELECT hash FROM audit_entries WHERE seq = {2}" + of + ")" + chain}},
		{"cut off at the beginning", "is missing", -2, []string{"DELETE FROM audit_entries WHERE seq <= 3" + of}},
		{"all removed", "chain ends with entry", -2, []string{"DELETE FROM audit_entries" + chain}},
		{"all removed with the chain begun anew", "not written by this program", -3, []string{"DELETE FROM audit_entries" + chain, "UPDATE audit_chains SET seq = 0, hash = {zero}" + chain}},
		{"cut by a statement of somebody else's", "is not ours", -4, []string{"DELETE FROM audit_entries WHERE seq <= 3" + of,
			"INSERT INTO audit_checkpoints SELECT chain, organization_id, 3, 'cut', hash, '2026-03-01 11:00:00+00:00', mac FROM audit_chains" + chain}},
		{"the end's hash changed", "end of the chain was changed", 0, []string{"UPDATE audit_chains SET hash = {zero}" + chain}},
	}
	each(t, func(w *world) {
		for _, attack := range attacks {
			w.busy(5)
			before := w.intact("northwind")
			zero := "zeroblob(32)"
			if w.dialect == postgresDialect {
				zero = `decode(repeat('00', 32), 'hex')`
			}
			replace := []string{"{zero}", zero, "{id}", "'" + newID() + "'"}
			for back := range int64(6) {
				replace = append(replace, fmt.Sprintf("{%d}", back), fmt.Sprint(before.Last-back))
			}
			for _, table := range []string{"audit_entries", "audit_chains", "audit_checkpoints"} {
				w.run("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
			}
			for _, statement := range attack.do {
				w.run(strings.NewReplacer(replace...).Replace(statement))
			}
			at := map[int64]int64{-1: before.Last + 1, -2: 1, -3: 0, -4: 3}[attack.at]
			if attack.at >= 0 {
				at = before.Last - attack.at
			}
			if strings.Contains(attack.name, "without a number") {
				at = 0
			}
			v := w.verdict("northwind", nil)
			if v.Flaw == nil || !strings.Contains(v.Flaw.Why, attack.says) || v.Flaw.Seq != at {
				w.t.Errorf("%s: found %+v, want entry %d: %s", attack.name, v.Flaw, at, attack.says)
			}
			w.intact("contoso")
			// What is recorded afterwards does not hide it.
			w.busy(1)
			if again := w.verdict("northwind", nil); again.Flaw == nil {
				w.t.Errorf("%s: hidden by the next entry", attack.name)
			}
			for _, table := range []string{"audit_checkpoints", "audit_entries", "audit_chains"} {
				w.run("DELETE FROM " + table)
				w.run("INSERT INTO " + table + " SELECT * FROM kept_" + table)
				w.run("DROP TABLE kept_" + table)
			}
		}
		w.t.Logf("%d attacks", len(attacks))
	})
}

// A whole log that is put back to an earlier state was written by the program, every part of it. Only what was written down elsewhere shows it.
func TestALogPutBackIsShownByAMark(t *testing.T) {
	each(t, func(w *world) {
		w.busy(2)
		for _, table := range []string{"audit_entries", "audit_chains"} {
			w.run("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
		}
		w.busy(3)
		v := w.intact("northwind")
		mark := models.AuditMark{Seq: v.Last, Hash: v.End}
		equal(w.t, "flaw", w.verdict("northwind", &mark).Flaw == nil, true)
		for _, table := range []string{"audit_entries", "audit_chains"} {
			w.run("DELETE FROM " + table)
			w.run("INSERT INTO " + table + " SELECT * FROM kept_" + table)
		}
		w.intact("northwind")
		equal(w.t, "by the mark", w.verdict("northwind", &mark).Flaw != nil, true)
		w.busy(9)
		equal(w.t, "by its hash", w.verdict("northwind", &mark).Flaw != nil, true)
	})
}

func TestEntriesFromBeforeAreTakenIn(t *testing.T) {
	each(t, func(w *world) {
		w.busy(2300)
		before := w.intact("northwind")
		equal(w.t, "checkpoints", before.Checkpoints, 2)
		w.run("UPDATE audit_entries SET seq = NULL, hash = NULL")
		w.run("DELETE FROM audit_chains")
		w.run("DELETE FROM audit_checkpoints")
		good, _ := atOnce(3, func(i int) error { return w.ChainAudit(w.ctx) })
		equal(w.t, "at once", good, 3)
		after := w.intact("northwind")
		equal(w.t, "entries", after.Entries, before.Entries)
		equal(w.t, "checkpoints", after.Checkpoints, 2)
		equal(w.t, "queries of the next start", w.queries(func(ctx context.Context) { must(w.t, w.ChainAudit(ctx)) }), 1)

		// A checkpoint that says something else than the chain is found where it stands, and with another key nothing holds.
		w.run("UPDATE audit_checkpoints SET hash = (SELECT hash FROM audit_checkpoints c WHERE c.seq = 1000 AND c.chain = audit_checkpoints.chain) WHERE seq = 2000")
		equal(w.t, "flaw", w.verdict("northwind", nil).Flaw.Seq, int64(2000))
		other, err := Open(w.ctx, Options{URL: w.url, Box: secret.NewBox([32]byte{9}), Clock: w.clock.now})
		must(w.t, err)
		defer func() { must(w.t, other.Close()) }()
		must(w.t, other.VerifyAudit(w.ctx, "contoso", nil, func(v models.AuditVerdict) {
			equal(w.t, "with another key", v.Flaw != nil, true)
		}))
	})
}

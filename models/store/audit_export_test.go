package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"gatehouse/models"
)

func TestAnExportHoldsWhatTheSearchFindsAndSaysHowFarItIs(t *testing.T) {
	each(t, func(w *world) {
		ada, olga := w.in("northwind", "ada@northwind.example"), w.in("northwind", "olga@northwind.example")
		w.busy(2 * exportBatch)
		w.clock.at = w.clock.at.Add(time.Hour)
		for typed, want := range map[string]int64{"action:team.edited": 2 * exportBatch, "zebra": 0, `"Team 17"`: 111, "actor:ada@northwind.example action:team since:2h": 2 * exportBatch} {
			equal(w.t, typed, must1(ada.CountAudit(w.ctx, typed)), want)
			e := must1(ada.BeginAuditExport(w.ctx, typed, models.AuditJSONL))
			equal(w.t, typed+" in all", e.Total, want)
			equal(w.t, "not begun", must1(ada.AuditExport(w.ctx, e.ID)).Begun, false)
			w.clock.at = w.clock.at.Add(time.Minute)
			w.busy(1) // happened since: not in the file
			var ids []string
			batches := 0
			must(w.t, ada.WriteAuditExport(w.ctx, e, func(entries []models.AuditEntry) error {
				if batches++; len(entries) > exportBatch {
					w.t.Errorf("%d entries at once", len(entries))
				}
				for _, entry := range entries {
					ids = append(ids, entry.ID)
				}
				is := must1(ada.AuditExport(w.ctx, e.ID))
				equal(w.t, "under way", is.Begun && !is.Done, true)
				return nil
			}))
			equal(w.t, typed+" in the file", int64(len(ids)), want)
			slices.Sort(ids)
			equal(w.t, "each once", len(slices.Compact(ids)), len(ids))
			is := must1(ada.AuditExport(w.ctx, e.ID))
			equal(w.t, "written", is.Written, want)
			equal(w.t, "done", is.Done, true)
			_, err := olga.AuditExport(w.ctx, e.ID)
			refused(w.t, err, models.NotFound)
			_, err = w.in("contoso", "carl@contoso.example").AuditExport(w.ctx, e.ID)
			refused(w.t, err, models.NotFound)
			w.run("DELETE FROM audit_entries WHERE target_name = 'Team 0' AND seq > ?", 2*exportBatch+5) // the chain is not what is tested here
		}
		_, err := ada.BeginAuditExport(w.ctx, "colour:red", models.AuditCSV)
		refused(w.t, err, models.Invalid)
		log := must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionAuditExported}))
		equal(w.t, "recorded, once each", len(log.Rows), 4)
		equal(w.t, "with its format", log.Rows[0].After["format"], "jsonl")
		_, err = olga.BeginAuditExport(w.ctx, "", models.AuditCSV)
		refused(w.t, err, models.Denied)
	})
}

func TestAnExportEndsWithTheRightsOfWhoAskedForIt(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		w.busy(exportBatch + 5)
		w.clock.at = w.clock.at.Add(time.Hour)
		e := must1(ada.BeginAuditExport(w.ctx, "", models.AuditCSV))
		err := ada.WriteAuditExport(w.ctx, e, func([]models.AuditEntry) error {
			w.run("UPDATE members SET suspended = true WHERE user_id = ?", ada.actor.User.ID)
			return nil
		})
		refused(w.t, err, models.Denied)
		w.run("UPDATE members SET suspended = false WHERE user_id = ?", ada.actor.User.ID)
		is := must1(ada.AuditExport(w.ctx, e.ID))
		equal(w.t, "done", is.Done, false)
		equal(w.t, "still under way", is.Stopped(w.now()), false)
		w.clock.at = w.clock.at.Add(2 * time.Minute)
		equal(w.t, "stopped", is.Stopped(w.now()), true)
		gone := errors.New("the client is gone")
		if err := ada.WriteAuditExport(w.ctx, e, func([]models.AuditEntry) error { return gone }); !errors.Is(err, gone) {
			w.t.Errorf("got %v", err)
		}
		w.clock.at = w.clock.at.Add(models.KeepAuditExports)
		_, err = ada.AuditExport(w.ctx, e.ID)
		refused(w.t, err, models.NotFound)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "kept", w.number("SELECT count(*) FROM audit_exports"), 0)
	})
}

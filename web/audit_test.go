package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/models"
)

const auditLog = "/orgs/northwind/audit"

func TestTheLogIsExportedAsItIsSearched(t *testing.T) {
	each(t, func(w *world) {
		admin := w.signIn(ada)
		admin.changesRole(olga, "organization_user").mustBe(w, "change", http.StatusSeeOther)
		w.raw().run("UPDATE audit_entries SET target_name = '=HYPERLINK(1)' WHERE action = 'member.role-changed'")
		page := admin.get(auditLog + "?q=ada&action=member.role-changed").page()
		equal(w.t, "what is chosen is a term", page.says("action:member.role-changed"), true)
		equal(w.t, "counted", admin.get(auditLog+"/export?q=action%3Amember.role-changed").page().says("1 event in the log fits the search."), true)
		equal(w.t, "wrong", admin.get(auditLog+"/export?q=colour%3Ared").page().says("there is no “colour:”"), true)
		admin.post(auditLog+"/export", fields("q", "colour:red", "format", "csv")).mustBe(w, "wrong", http.StatusUnprocessableEntity)
		admin.post(auditLog+"/export", fields("q", "", "format", "pdf")).mustBe(w, "no format", http.StatusUnprocessableEntity)
		for format, kind := range map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"} {
			begun := admin.post(auditLog+"/export", fields("q", "action:member.role-changed", "format", format)).mustBe(w, "begin", http.StatusSeeOther)
			equal(w.t, "ready", admin.get(begun.location).page().says("Nothing is written yet. 1 event will be."), true)
			equal(w.t, "asks again without a script", strings.Contains(admin.get(begun.location).body, `<noscript><meta http-equiv="refresh" content="3"></noscript>`), true)
			file := admin.get(begun.location+"/file").mustBe(w, "file", http.StatusOK)
			equal(w.t, "its kind", file.header.Get("Content-Type"), kind)
			name := `attachment; filename="northwind-audit-` + time.Now().UTC().Format(time.DateOnly) + "." + format + `"`
			equal(w.t, "its name", file.header.Get("Content-Disposition"), name)
			if format == "csv" {
				rows, err := csv.NewReader(strings.NewReader(file.body)).ReadAll()
				must(w.t, err)
				equal(w.t, "rows", len(rows), 2)
				equal(w.t, "no formula", column(rows, "target_name")[0], "'=HYPERLINK(1)")
				equal(w.t, "who", column(rows, "actor_email")[0], ada)
				equal(w.t, "after", column(rows, "after")[0], `{"role":"organization_user"}`)
			} else {
				lines := strings.Split(strings.TrimSuffix(file.body, "\n"), "\n")
				equal(w.t, "lines", len(lines), 1)
				var entry struct {
					TargetName string            `json:"target_name"`
					Before     map[string]string `json:"before"`
				}
				must(w.t, json.Unmarshal([]byte(lines[0]), &entry))
				equal(w.t, "as it is", entry.TargetName, "=HYPERLINK(1)")
				equal(w.t, "before", entry.Before["role"], "organization_contributor")
			}
			done := admin.get(begun.location)
			equal(w.t, "complete", done.page().says("The file is complete: 1 event."), true)
			equal(w.t, "asks no more", strings.Contains(done.body, "refresh"), false)
			equal(w.t, "somebody else's", w.signIn(carl).get(begun.location).status, http.StatusNotFound)
		}
		empty := admin.post(auditLog+"/export", fields("q", "zebra", "format", "csv"))
		equal(w.t, "an empty file has its head", strings.HasPrefix(admin.get(empty.location+"/file").body, "id,time,actor_name,"), true)
		log, err := w.store.In(w.actor(ada, "northwind")).Audit(w.t.Context(), models.AuditFilter{Action: models.ActionAuditExported})
		must(w.t, err)
		equal(w.t, "each export is recorded once", len(log.Rows), 3)
		equal(w.t, "with its search", log.Rows[0].After["search"], "zebra")
	})
}

func TestHowLongTheLogIsKeptIsSavedAfterItsNumbers(t *testing.T) {
	each(t, func(w *world) {
		admin := w.signIn(ada)
		page := admin.get(auditLog + "/retention").page()
		equal(w.t, "as it is", page.says("Nothing is deleted."), true)
		equal(w.t, "nothing is old", page.says("Nothing is that old yet."), true)
		w.raw().run("UPDATE audit_entries SET at = '2020-01-01 00:00:00+00:00' WHERE action = 'session.signed-in'")
		old := w.raw().number("SELECT count(*) FROM audit_entries WHERE at < '2021-01-01 00:00:00+00:00' AND organization_id = '" + w.organizationID("northwind") + "'")
		equal(w.t, "in numbers", old > 0 && admin.get(auditLog+"/retention").page().says("Deletes 1 entry from before"), old == 1)
		refused := admin.post(auditLog+"/retention", fields("was", "0", "days", "365", "confirm", "wrong")).mustBe(w, "not confirmed", http.StatusUnprocessableEntity)
		equal(w.t, "says what to type", refused.page().says("Type “northwind” to have the older entries deleted."), true)
		admin.post(auditLog+"/retention", fields("was", "0", "days", "17", "confirm", "northwind")).mustBe(w, "another number", http.StatusUnprocessableEntity)
		admin.post(auditLog+"/retention", fields("was", "90", "days", "365", "confirm", "northwind")).mustBe(w, "stale", http.StatusConflict)
		admin.post(auditLog+"/retention", fields("was", "0", "days", "365", "confirm", "Northwind")).mustBe(w, "saved", http.StatusSeeOther)
		equal(w.t, "says so", strings.Contains(admin.get(auditLog+"/retention").body, "Entries are kept 1 year."), true)
		equal(w.t, "recorded", admin.get(auditLog).page().says("changed how long audit entries are kept"), true)
	})
}

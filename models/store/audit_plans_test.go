package store

import (
	"time"

	"gatehouse/models"
)

// auditPages are searches in the log whose first page, and one far in, must cost no more than what stands on it.
func (w *world) auditPages(ada Tenant) map[string]func() error {
	pages := map[string]func() error{}
	for _, typed := range []string{
		"", "action:session.signed-in", "action:session", "action:member", "action:member.removed", "action:team", "actor:p7@big.example", "actor:system", "member:p7@big.example",
		"about:" + ada.actor.User.ID, "ip:10.0.7.9", "ip:192.0.2.1", "reference:REF-777", "team:big7", "app:big7", "since:1h", "until:10d", "since:11d until:10d",
		"person", "zanzibar", "zebra", "per", "action:member person", "actor:p7@big.example action:session", "actor:p7@big.example person", "since:30d person",
	} {
		_, filter, err := models.ParseAuditSearch(typed, w.now())
		must(w.t, err)
		pages["audit "+typed] = func() error { _, err := ada.Audit(w.ctx, filter); return err }
		further := filter
		further.Page.After = momentPosition(moment{w.now().Add(-120 * time.Hour)}, newID()).cursor()
		pages["audit "+typed+", far in"] = func() error { _, err := ada.Audit(w.ctx, further); return err }
		further.Page = models.Page{Before: further.Page.After}
		pages["audit "+typed+", going back"] = func() error { _, err := ada.Audit(w.ctx, further); return err }
	}
	return pages
}

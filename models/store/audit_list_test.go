package store

import (
	"strings"
	"testing"
	"time"

	"gatehouse/models"
)

// logged is what a search in a log finds, newest first: the targets' names.
func (w *world) logged(t Tenant, typed string) string {
	w.t.Helper()
	_, filter, err := models.ParseAuditSearch(typed, w.now())
	must(w.t, err)
	var names []string
	for {
		filter.Page.Size = 3 // several pages
		page := must1(t.Audit(w.ctx, filter))
		for _, row := range page.Rows {
			names = append(names, row.TargetName)
		}
		if page.Older == "" {
			return strings.Join(names, " ")
		}
		filter.Page.After = page.Older
	}
}

func TestTheLogIsSearchedByTerms(t *testing.T) {
	each(t, func(w *world) {
		ada, carl := w.in("northwind", "ada@northwind.example"), w.in("contoso", "carl@contoso.example")
		key := func(sql string) (id string) {
			must(w.t, w.read(w.ctx).one(&id, sql))
			return id
		}
		tess := key("SELECT id FROM users WHERE email_norm = 'tess@northwind.example'")
		w.run("DELETE FROM audit_entries")
		note := func(in Tenant, action models.Action, kind, id, name string, adjust func(*models.AuditEntry)) {
			w.clock.at = w.clock.at.Add(time.Hour)
			must(w.t, w.write(w.ctx, "note", func(u *unit) error {
				e := on(entry(in.actor.Person, action), kind, id, name)
				e.IP, e.Reference = "192.0.2.1", "AAAA-AAAA"
				if adjust != nil {
					adjust(&e)
				}
				return u.record([]string{in.organization()}, e)
			}))
		}
		team, app := key("SELECT id FROM teams WHERE slug = 'hands'"), key("SELECT id FROM apps WHERE slug_norm = 'arm'")
		note(ada, models.ActionTeamEdited, "team", team, "one", nil)
		note(ada, models.ActionMemberRoleChanged, "member", tess, "two", func(e *models.AuditEntry) { e.IP = "2001:db8::1" })
		note(ada, models.ActionMemberSuspended, "member", tess, "three", func(e *models.AuditEntry) { e.Reference = "BBBB-BBBB" })
		note(ada, models.ActionAppIDChanged, "app", app, "four", func(e *models.AuditEntry) { e.ActorID = tess })
		note(ada, models.ActionSignedIn, "account", tess, "five", func(e *models.AuditEntry) { e.ActorID = tess })
		note(ada, models.ActionSSOReverted, "organization", ada.organization(), "six", func(e *models.AuditEntry) { e.ActorID, e.ActorName, e.ActorEmail = "", "", "" })
		note(carl, models.ActionMemberSuspended, "member", tess, "Contoso", nil)
		for typed, want := range map[string]string{
			"": "six five four three two one", "action:member": "three two", "action:member.suspended": "three", "actor:ADA@northwind.example": "three two one",
			"actor:system": "six", "actor:nobody@northwind.example": "", "about:" + tess: "five four three two", "about:nothing": "", "member:tess@northwind.example": "five four three two",
			"about:" + team: "one", "team:HANDS": "one", "team:none": "", "app:arm": "four", "provider:none": "", "ip:2001:db8::1": "two", "reference:bbbb-bbbb": "three",
			"action:member ip:192.0.2.1": "three", "about:" + tess + " action:session": "five", "member:tess@northwind.example actor:ada@northwind.example": "three two",
			"about:" + team + " member:tess@northwind.example": "", "admin two": "two", "ADA": "five four three two one", "ad": "five four three two one", "zebra": "",
			`"admin two"`: "", `"zebra" ada`: "", "since:2h": "six five", "until:5h": "one", "action:member admin": "three two", "action:team ada since:90d": "one",
		} {
			equal(w.t, typed, w.logged(ada, typed), want)
		}
		equal(w.t, "another organization's own", w.logged(carl, "member:tess@northwind.example"), "Contoso")
	})
}

// Going on and going back meet the same entries, also when many have the same time.
func TestPagesOfTheLogMeet(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		w.busy(40) // the clock stands still
		for _, typed := range []string{"", "action:team", "team", "about:" + ada.actor.User.ID, "action:team ada"} {
			_, filter, err := models.ParseAuditSearch(typed, w.now())
			must(w.t, err)
			var there, back []string
			filter.Page.Size = 7
			for {
				page := must1(ada.Audit(w.ctx, filter))
				for _, row := range page.Rows {
					there = append(there, row.ID)
				}
				if filter.Page = (models.Page{Size: 7, After: page.Older}); page.Older == "" {
					filter.Page = models.Page{Size: 7, Before: page.Newer}
					break
				}
			}
			for filter.Page.Before != "" {
				page := must1(ada.Audit(w.ctx, filter))
				var ids []string
				for _, row := range page.Rows {
					ids = append(ids, row.ID)
				}
				back = append(ids, back...)
				filter.Page.Before = page.Newer
			}
			equal(w.t, typed+": entries", len(there) >= 40, true)
			equal(w.t, typed+": going back", strings.HasPrefix(strings.Join(there, " "), strings.Join(back, " ")), true)
			equal(w.t, typed+": all but the last page", len(there)-len(back) <= 7, true)
		}
	})
}

func TestAnEntryLeadsToWhatItIsAbout(t *testing.T) {
	each(t, func(w *world) {
		w.everything()
		ada := w.in("northwind", "ada@northwind.example")
		northwind := ada.organization()
		for kind, key := range map[string]string{
			"member": "SELECT user_id FROM members WHERE organization_id = ?", "team": "SELECT id FROM teams WHERE organization_id = ?", "app": "SELECT id FROM apps WHERE organization_id = ?",
			"identity-provider": "SELECT id FROM identity_providers WHERE organization_id = ?", "invitation": "SELECT id FROM invitations WHERE state = 'pending' AND organization_id = ?",
			"domain": "SELECT id FROM domains WHERE organization_id = ?", "model": "SELECT id FROM models WHERE organization_id = ?", "workflow": "SELECT id FROM workflows WHERE organization_id = ?",
			"module": "SELECT id FROM modules WHERE organization_id = ?", "installed-module": "SELECT id FROM module_installs WHERE organization_id = ?",
			"group-mapping": "SELECT id FROM group_mappings WHERE organization_id = ?", "organization": "SELECT id FROM organizations WHERE id = ?",
		} {
			var id string
			must(w.t, w.read(w.ctx).one(&id, key+" LIMIT 1", northwind))
			must(w.t, w.write(w.ctx, "note", func(u *unit) error {
				return u.record([]string{northwind}, on(entry(ada.actor.Person, models.ActionTeamEdited), kind, id, kind))
			}))
			found := must1(ada.Audit(w.ctx, models.AuditFilter{Page: models.Page{Size: 1}})).Rows[0]
			entry := must1(ada.AuditEntry(w.ctx, found.ID))
			if entry.TargetType != kind || entry.Object == nil || !entry.ActorIsMember {
				w.t.Errorf("%s: %+v", kind, entry)
			}
			_, err := w.in("contoso", "carl@contoso.example").AuditEntry(w.ctx, found.ID)
			refused(w.t, err, models.NotFound)
			w.run("UPDATE audit_entries SET target_id = ? WHERE id = ?", newID(), found.ID)
			equal(w.t, kind+" that is gone", must1(ada.AuditEntry(w.ctx, found.ID)).Object == nil, true)
		}
		equal(w.t, "kinds", len(auditObjects), 13)
		_, err := ada.AuditEntry(w.ctx, "nothing")
		refused(w.t, err, models.NotFound)
	})
}

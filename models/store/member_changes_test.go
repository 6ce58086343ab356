package store

import (
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// status is what somebody is in an organization, straight from the database.
func (w *world) status(organization, email string) string {
	w.t.Helper()
	var rows []struct {
		Role      string `gorm:"column:role"`
		Suspended bool   `gorm:"column:suspended"`
	}
	must(w.t, w.db.WithContext(w.ctx).Raw(`SELECT m.role, m.suspended FROM members m JOIN organizations o ON o.id = m.organization_id
		WHERE o.slug = ? AND m.user_id = ?`, organization, w.userID(email)).Scan(&rows).Error)
	switch {
	case len(rows) == 0:
		return "none"
	case rows[0].Suspended:
		return rows[0].Role + " suspended"
	}
	return rows[0].Role
}

func TestAChangedRoleSaysSinceWhenAndByWhom(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, tess := w.ctx, w.in("northwind", "ada@northwind.example"), w.userID("tess@northwind.example")
		before, err := ada.Member(ctx, tess)
		must(w.t, err)
		equal(w.t, "not changed yet", before.RoleChangedAt.IsZero() && before.RoleChangedBy == "", true)
		w.records(func() { must(w.t, ada.ChangeRole(ctx, tess, authz.OrganizationUser, before.Version)) }, "northwind member.role-changed")
		after, err := ada.Member(ctx, tess)
		must(w.t, err)
		equal(w.t, "role", after.Role, authz.OrganizationUser)
		equal(w.t, "since", after.RoleChangedAt, w.now())
		equal(w.t, "by", after.RoleChangedBy, "Ada Admin")
		equal(w.t, "version", after.Version, before.Version+1)
		log, err := ada.Audit(ctx, models.AuditFilter{Action: models.ActionMemberRoleChanged})
		must(w.t, err)
		equal(w.t, "before and after", log.Rows[0].Before["role"]+" "+log.Rows[0].After["role"]+" "+log.Rows[0].TargetName, "team_contributor organization_user Tess Team")

		w.records(func() {
			refused(w.t, ada.ChangeRole(ctx, tess, authz.Administrator, before.Version), models.Stale)
			refusedField(w.t, ada.ChangeRole(ctx, tess, 0, after.Version), "role")
			must(w.t, ada.ChangeRole(ctx, tess, authz.OrganizationUser, after.Version)) // as it is
		})
		w.records(func() { must(w.t, ada.ChangeRole(ctx, tess, authz.TeamContributor, 0)) }, "northwind member.role-changed")
		equal(w.t, "counted", w.number("SELECT members FROM member_counts c JOIN organizations o ON o.id = c.organization_id WHERE o.slug = 'northwind' AND role = 'team_contributor' AND NOT suspended"), 2)
	})
}

func TestSuspendedPeopleKeepWhatTheyAre(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, olga := w.ctx, w.in("northwind", "ada@northwind.example"), w.userID("olga@northwind.example")
		working := w.in("northwind", "olga@northwind.example")
		w.records(func() {
			must(w.t, ada.Suspend(ctx, olga))
			must(w.t, ada.Suspend(ctx, olga))
		}, "northwind member.suspended")
		equal(w.t, "suspended", w.status("northwind", "olga@northwind.example"), "organization_contributor suspended")
		refused(w.t, working.Leave(ctx), models.Denied) // what was under way does nothing any more
		w.records(func() {
			must(w.t, ada.Reinstate(ctx, olga))
			must(w.t, ada.Reinstate(ctx, olga))
		}, "northwind member.reinstated")
		equal(w.t, "reinstated", w.status("northwind", "olga@northwind.example"), "organization_contributor")
		equal(w.t, "still in the team", w.number("SELECT count(*) FROM team_members WHERE user_id = ?", olga), 1)
	})
}

func TestOnlyAdministratorsChangeMembersAndOnlyTheirOwn(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ulf, carl := w.userID("ulf@northwind.example"), w.userID("carl@contoso.example")
		changes := func(t Tenant, id string) []error {
			_, all := t.EndMemberSessions(ctx, id)
			return []error{
				t.ChangeRole(ctx, id, authz.Administrator, 0), t.Suspend(ctx, id), t.Reinstate(ctx, id), t.Remove(ctx, id, nil),
				t.EndMemberSession(ctx, id, newID()), all,
			}
		}
		ada := w.in("northwind", "ada@northwind.example")
		for _, email := range []string{"olga@northwind.example", "tess@northwind.example", "ulf@northwind.example"} {
			tenant := w.in("northwind", email)
			w.records(func() {
				for _, id := range []string{ulf, w.userID(email)} { // somebody else, and themselves
					for _, err := range changes(tenant, id) {
						refused(w.t, err, models.Denied)
					}
				}
			})
		}
		w.records(func() {
			for _, id := range []string{carl, w.userID("quentin@tailspin.example"), newID(), "nobody", strings.ToUpper(carl)} {
				for _, err := range changes(ada, id) {
					refused(w.t, err, models.NotFound)
				}
			}
		})
		equal(w.t, "Carl", w.status("contoso", "carl@contoso.example"), "administrator")
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(w *world) {
		ctx, self := w.ctx, w.userID("ada@northwind.example")
		ada := w.in("northwind", "ada@northwind.example")
		last := func() {
			w.t.Helper()
			m, err := ada.Member(ctx, self)
			must(w.t, err)
			equal(w.t, "is known to be the only one", m.OnlyAdministrator, true)
			w.records(func() {
				refused(w.t, ada.ChangeRole(ctx, self, authz.OrganizationUser, 0), models.Impossible)
				refused(w.t, ada.Suspend(ctx, self), models.Impossible)
				refused(w.t, ada.Remove(ctx, self, nil), models.Impossible)
				refused(w.t, ada.Leave(ctx), models.Impossible)
			})
		}
		last()
		// A suspended one does not count.
		w.run("UPDATE members SET role = 'administrator' WHERE user_id = ?", w.userID("zoe@northwind.example"))
		last()
		must(w.t, ada.Reinstate(ctx, w.userID("zoe@northwind.example")))
		m, err := ada.Member(ctx, self)
		must(w.t, err)
		equal(w.t, "two", m.OnlyAdministrator, false)
		refused(w.t, ada.Remove(ctx, self, nil), models.Impossible) // oneself is left, not removed
		must(w.t, ada.ChangeRole(ctx, self, authz.OrganizationUser, 0))
		refused(w.t, ada.ChangeRole(ctx, self, authz.Administrator, 0), models.Denied) // and does not take it back
		zoe := w.in("northwind", "zoe@northwind.example")
		refused(w.t, zoe.Leave(ctx), models.Impossible)
		// Contoso's Administrator does not count for Northwind.
		w.run("UPDATE members SET role = 'administrator' WHERE user_id = ?", w.userID("ulf@northwind.example"))
		must(w.t, zoe.Leave(ctx))
		equal(w.t, "left", w.status("northwind", "zoe@northwind.example"), "none")
	})
}

func TestAMembersSessionsEndAsFarAsTheyAreTheOrganizations(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada := w.ctx, w.in("northwind", "ada@northwind.example")
		olga, ulf := w.userID("olga@northwind.example"), w.userID("ulf@northwind.example")
		first, second := w.signIn("olga@northwind.example"), w.signIn("olga@northwind.example")
		sessions, err := ada.MemberSessions(ctx, olga)
		must(w.t, err)
		equal(w.t, "Olga's sessions", len(sessions), 2)
		w.records(func() { must(w.t, ada.EndMemberSession(ctx, olga, sessions[0].ID)) }, "northwind member.sessions-ended")
		refused(w.t, ada.EndMemberSession(ctx, olga, sessions[0].ID), models.NotFound)
		alive := 0
		for _, token := range [][]byte{first, second} {
			if _, err := w.Asking(ctx, token, ""); err == nil {
				alive++
			}
		}
		equal(w.t, "alive", alive, 1)
		w.records(func() {
			n, err := ada.EndMemberSessions(ctx, olga)
			must(w.t, err)
			equal(w.t, "ended", n, 1)
			n, err = ada.EndMemberSessions(ctx, olga)
			must(w.t, err)
			equal(w.t, "none left", n, 0)
		}, "northwind member.sessions-ended")

		// Ulf's password opens Contoso too.
		both := w.signIn("ulf@northwind.example")
		sso, _, err := w.enters(w.provider("okta", true), models.SAMLIdentity{NameID: "u", Email: "ulf@northwind.example"})
		must(w.t, err)
		sessions, err = ada.MemberSessions(ctx, ulf)
		must(w.t, err)
		equal(w.t, "Ulf's sessions", len(sessions), 2)
		for _, s := range sessions {
			if s.OwnsAccount() {
				refused(w.t, ada.EndMemberSession(ctx, ulf, s.ID), models.Impossible)
			}
		}
		n, err := ada.EndMemberSessions(ctx, ulf)
		must(w.t, err)
		equal(w.t, "ended", n, 1)
		_, err = w.Asking(ctx, both, "contoso")
		must(w.t, err)
		_, err = w.Asking(ctx, sso, "northwind")
		refused(w.t, err, models.NotFound)
		_, err = ada.EndMemberSessions(ctx, ulf)
		refused(w.t, err, models.Impossible)
		_, err = ada.EndMemberSessions(ctx, w.userID("ada@northwind.example"))
		refused(w.t, err, models.Impossible)
		// Contoso sees none of what Northwind's identity provider opened, nor the other way round.
		seen, err := w.in("contoso", "carl@contoso.example").MemberSessions(ctx, ulf)
		must(w.t, err)
		equal(w.t, "seen by Contoso", len(seen), 1)
	})
}

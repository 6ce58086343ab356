package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestSignInsAreCountedByDayAndMethod(t *testing.T) {
	each(t, func(w *world) {
		today := w.clock.now()
		for range 3 {
			w.signIn("ulf@northwind.example") // also a member of Contoso: each log is complete, and so are its numbers
		}
		w.clock.pass(24 * time.Hour)
		w.signIn("carl@contoso.example")
		ada := w.in("northwind", "ada@northwind.example")
		overview, err := ada.Overview(w.ctx)
		must(w.t, err)
		last := overview.SignIns[len(overview.SignIns)-1]
		equal(w.t, "days", len(overview.SignIns), 30)
		equal(w.t, "today", last, models.DaySignIns{Day: today.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1), Password: 1})
		equal(w.t, "yesterday", overview.SignIns[28].Password, 3)

		// What the page shows is what the audit log says, whoever wrote it.
		w.run(`INSERT INTO audit_entries (id, organization_id, at, actor_name, actor_email, action, target_type, target_id, target_name, before_values, after_values, method, ip, reference, search)
			VALUES (?, ?, ?, '', '', 'session.signed-in', '', '', '', '', '', 'saml', '', '', ''), (?, ?, ?, '', '', 'session.ended', '', '', '', '', '', 'saml', '', '', '')`,
			newID(), ada.organization(), w.clock.now().UTC(), newID(), ada.organization(), w.clock.now().UTC())
		overview, err = ada.Overview(w.ctx)
		must(w.t, err)
		equal(w.t, "by single sign-on", overview.SignIns[29].SSO, 1)
		equal(w.t, "counted", w.number("SELECT sum(n) FROM daily_counts WHERE kind LIKE 'signed-in.%' AND organization_id = ?", ada.organization()),
			w.number("SELECT count(*) FROM audit_entries WHERE action = 'session.signed-in' AND method <> '' AND organization_id = ?", ada.organization()))

		ulf, err := w.in("northwind", "ulf@northwind.example").Overview(w.ctx)
		must(w.t, err)
		equal(w.t, "for who may not read the log", len(ulf.SignIns), 0)
		equal(w.t, "members over time", len(ulf.Growth), 1)
		tess, err := w.in("northwind", "tess@northwind.example").Overview(w.ctx)
		must(w.t, err)
		equal(w.t, "for who sees some members only", len(tess.Growth)+len(tess.SignIns), 0)
	})
}

func TestComingsAndGoingsAreCounted(t *testing.T) {
	each(t, func(w *world) {
		w.clock.pass(time.Until(w.clock.now())) // the database has a clock of its own
		ada := w.in("northwind", "ada@northwind.example")
		growth := func() string {
			overview, err := ada.Overview(w.ctx)
			must(w.t, err)
			last := overview.Growth[len(overview.Growth)-1]
			return fmt.Sprintf("%d at last, %d now", last.Members, overview.Counts.Members)
		}
		equal(w.t, "at first", growth(), "7 at last, 7 now")
		_, err := ada.Invite(w.ctx, models.InvitationDraft{Email: "new@x.example", Role: authz.OrganizationUser, For: week}, secret.HashToken("new"), models.Mail{})
		must(w.t, err)
		_, err = w.JoinByInvitation(w.ctx, secret.HashToken("new"), "New Person", hashOf, nil, secret.HashToken("s"), request)
		must(w.t, err)
		equal(w.t, "one came", growth(), "8 at last, 8 now")
		w.run("DELETE FROM members WHERE user_id = ?", w.userID("new@x.example"))
		equal(w.t, "and went", growth(), "7 at last, 7 now")
		kinds := func(kind string) int {
			return w.number("SELECT coalesce(sum(n), 0) FROM daily_counts WHERE organization_id = ? AND kind = ?", ada.organization(), kind)
		}
		equal(w.t, "came", kinds("member.joined"), 8)
		equal(w.t, "went", kinds("member.left"), 1)
	})
}

// Many who sign in at once do not lose a number.
func TestSignInsAtOnceAreAllCounted(t *testing.T) {
	each(t, func(w *world) {
		replica := w.open()
		account, err := w.Credentials(w.ctx, "ulf@northwind.example")
		must(w.t, err)
		good, failures := atOnce(40, func(i int) error {
			return []*Store{w.Store, replica}[i%2].SignInByPassword(w.ctx, account, nil, secret.HashToken(fmt.Sprint(i)), "", request)
		})
		equal(w.t, "went well", good, 40)
		equal(w.t, "failures", fmt.Sprint(failures), "[]")
		equal(w.t, "counted", w.number("SELECT sum(d.n) FROM daily_counts d JOIN organizations o ON o.id = d.organization_id WHERE o.slug = 'northwind' AND d.kind = 'signed-in.password'"), 40)
	})
}

// The overview costs the same whatever stands in the audit log.
func TestTheOverviewAsksThreeTimes(t *testing.T) {
	each(t, func(w *world) {
		for email, want := range map[string]int64{"ada@northwind.example": 3, "olga@northwind.example": 2, "tess@northwind.example": 2} {
			tenant := w.in("northwind", email)
			n := w.queries(func(ctx context.Context) {
				_, err := tenant.Overview(ctx)
				must(w.t, err)
			})
			equal(w.t, email, n, want)
		}
	})
}

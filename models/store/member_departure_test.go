package store

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

// A removed member is left nothing of the organization but the grants that were kept, and everything of every other one.
func TestRemovingTakesEverythingThatHungOnTheMembership(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, mia := w.ctx, w.in("northwind", "ada@northwind.example"), w.userID("mia@northwind.example")
		c := w.provider("okta", true)
		sso, _, err := w.enters(c, models.SAMLIdentity{NameID: "mia", Email: "mia@northwind.example"})
		must(w.t, err)
		byPassword := w.signIn("mia@northwind.example")
		_, err = ada.MakeResetLink(ctx, mia, secret.HashToken("reset"))
		must(w.t, err)
		w.run("INSERT INTO collaborators (app_id, user_id, level, added_at) SELECT id, ?, 'contributor', created_at FROM apps WHERE slug IN ('Arm', 'engine', 'secret-app')", mia)
		w.run("UPDATE apps SET created_by = ? WHERE slug = 'Arm'", mia)
		// Of Contoso she is a member too; nothing of that changes.
		carl := w.in("contoso", "carl@contoso.example")
		_, err = carl.Invite(ctx, models.InvitationDraft{Email: "mia@northwind.example", Role: authz.OrganizationUser, For: time.Hour}, secret.HashToken("contoso"), models.Mail{})
		must(w.t, err)
		_, err = w.AcceptInvitation(ctx, w.ask(byPassword, "").Person, secret.HashToken("contoso"))
		must(w.t, err)

		departure, err := ada.Departure(ctx, mia)
		must(w.t, err)
		equal(w.t, "teams", len(departure.Member.Teams), 2)
		equal(w.t, "sessions", departure.Sessions, 1)
		equal(w.t, "identities", departure.Identities, 1)
		equalAll(w.t, "grants", slugs(departure.Grants, func(g models.Grant) string { return g.App }), []string{"Arm", "drive", "engine"})

		w.records(func() { must(w.t, ada.Remove(ctx, mia, []string{"drive", "secret-app", "nothing"})) }, "northwind member.removed")
		equal(w.t, "membership", w.status("northwind", "mia@northwind.example"), "none")
		equal(w.t, "membership of Contoso", w.status("contoso", "mia@northwind.example"), "organization_user")
		for what, sql := range map[string]string{
			"teams":       "SELECT count(*) FROM team_members WHERE user_id = ?",
			"identities":  "SELECT count(*) FROM identity_links WHERE user_id = ?",
			"reset links": "SELECT count(*) FROM password_resets WHERE user_id = ?",
		} {
			equal(w.t, what, w.number(sql, mia), 0)
		}
		equal(w.t, "grants", w.number("SELECT count(*) FROM collaborators c JOIN apps a ON a.id = c.app_id WHERE c.user_id = ? AND a.slug IN ('drive', 'secret-app')", mia), 2)
		equal(w.t, "all grants", w.number("SELECT count(*) FROM collaborators WHERE user_id = ?", mia), 2)
		equal(w.t, "what she made", w.number("SELECT count(*) FROM apps WHERE created_by = ?", mia), 1)
		_, err = w.Asking(ctx, sso, "northwind")
		refused(w.t, err, models.NotFound)
		outside := w.ask(byPassword, "northwind")
		equal(w.t, "role", outside.Role, authz.Role(0))
		reached, err := w.In(actorOf(outside)).Reach(ctx, "drive")
		must(w.t, err)
		equal(w.t, "reads what was kept", reached.May(authz.SidebarView), true)
		equal(w.t, "counted", w.number("SELECT sum(members) FROM member_counts c JOIN organizations o ON o.id = c.organization_id WHERE o.slug = 'northwind'"), 6)

		log, err := ada.Audit(ctx, models.AuditFilter{Action: models.ActionMemberRemoved})
		must(w.t, err)
		e := log.Rows[0]
		equal(w.t, "before", e.Before["role"]+"; "+e.Before["teams"]+"; "+e.Before["collaborator in"], "team_contributor; feet, hands; Arm, engine, drive")
		equal(w.t, "after", e.After["collaborator in"]+"; "+e.After["sign-ins ended"]+"; "+e.After["identities unlinked"]+"; "+e.After["reset links ended"], "drive; 1; 1; ")

		// The identity provider does not bring her back.
		_, _, err = w.enters(c, models.SAMLIdentity{NameID: "mia", Email: "mia@northwind.example"})
		refused(w.t, err, models.Denied)
		equal(w.t, "membership", w.status("northwind", "mia@northwind.example"), "none")
		refused(w.t, ada.Remove(ctx, mia, nil), models.NotFound)
	})
}

func TestNoInvitationBringsARemovedMemberBack(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, olga := w.ctx, w.in("northwind", "ada@northwind.example"), w.userID("olga@northwind.example")
		c := w.provider("okta", true)
		must(w.t, ada.ChangeRole(ctx, olga, authz.Administrator, 0))
		w.run("INSERT INTO invitations (id, organization_id, email, email_norm, role, state, token_hash, expires_at, created_at) SELECT ?, organization_id, ?, ?, role, state, ?, expires_at, created_at FROM invitations",
			newID(), "Olga@northwind.example", "olga@northwind.example", secret.HashToken("own"))
		second := w.in("northwind", "olga@northwind.example")
		draft := models.InvitationDraft{Role: authz.Administrator, For: time.Hour}
		for email, mail := range map[string]models.Mail{"shown@x.example": {}, "mailed@x.example": {Subject: "s", Text: "t"}} {
			draft.Email = email
			_, err := second.Invite(ctx, draft, secret.HashToken(email), mail)
			must(w.t, err)
		}
		departure, err := ada.Departure(ctx, olga)
		must(w.t, err)
		equal(w.t, "announced", departure.Invitations, 2)
		must(w.t, ada.Remove(ctx, olga, nil))
		for email, state := range map[string]string{"olga@northwind.example": "cancelled", "shown@x.example": "cancelled", "mailed@x.example": "pending"} {
			equal(w.t, email, w.number("SELECT count(*) FROM invitations WHERE email_norm = ? AND state = ?", email, state), 1)
		}
		_, _, err = w.enters(c, models.SAMLIdentity{NameID: "olga", Email: "olga@northwind.example"})
		refused(w.t, err, models.Denied)
		// Invited anew she comes back, as the invitation says.
		draft.Email, draft.Role = "olga@northwind.example", authz.OrganizationUser
		_, err = ada.Invite(ctx, draft, secret.HashToken("again"), models.Mail{})
		must(w.t, err)
		_, _, err = w.enters(c, models.SAMLIdentity{NameID: "olga", Email: "olga@northwind.example"})
		must(w.t, err)
		equal(w.t, "again", w.status("northwind", "olga@northwind.example"), "organization_user")
	})
}

func TestLeavingKeepsNothing(t *testing.T) {
	each(t, func(w *world) {
		ctx, mia := w.ctx, w.in("northwind", "mia@northwind.example")
		id := w.userID("mia@northwind.example")
		own, err := mia.Departure(ctx, id)
		must(w.t, err)
		equal(w.t, "teams", strings.Join(slugs(own.Member.Teams, func(r models.TeamRef) string { return r.Slug }), " "), "feet hands")
		_, err = mia.Departure(ctx, w.userID("tess@northwind.example"))
		refused(w.t, err, models.NotFound)
		w.records(func() { must(w.t, mia.Leave(ctx)) }, "northwind member.left")
		equal(w.t, "membership", w.status("northwind", "mia@northwind.example"), "none")
		equal(w.t, "grants", w.number("SELECT count(*) FROM collaborators WHERE user_id = ?", id), 0)
		refused(w.t, mia.Leave(ctx), models.Denied)
	})
}

// A sign-in that is under way while its person is removed either comes first, and ends, or finds no membership.
func TestRemovingDuringASignIn(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, sana := w.ctx, w.in("northwind", "ada@northwind.example"), w.userID("sana@northwind.example")
		c := w.provider("okta", true)
		const atATime = 4
		var results [][]byte
		for range atATime {
			results = append(results, w.accepted(c, models.SAMLIdentity{NameID: "sana", Email: "sana@northwind.example"}))
		}
		_, failures := atOnce(atATime+1, func(i int) error {
			if i == atATime {
				return ada.Remove(ctx, sana, nil)
			}
			_, err := w.FinishSAML(ctx, results[i], browser, nil, secret.HashToken(secret.Token()), request)
			return err
		})
		for _, err := range failures {
			refused(w.t, err, models.Denied)
		}
		equal(w.t, "memberships", w.number("SELECT count(*) FROM members WHERE user_id = ?", sana), 0)
		equal(w.t, "links", w.number("SELECT count(*) FROM identity_links WHERE user_id = ?", sana), 0)
		equal(w.t, "sessions", w.number("SELECT count(*) FROM sessions WHERE user_id = ?", sana), 0)
	})
}

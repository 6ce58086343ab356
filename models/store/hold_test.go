package store

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/internal/testdb"
	"gatehouse/models"
)

// What no route does, or what one does only of a session that single sign-on opened. Everything else is held to the same by records, and
// each route by web's sweep over those that change something.
func TestWhoeverWaitsForAnOrganizationHoldsNothingOfIt(t *testing.T) {
	bySSO := func(w *world) models.Person {
		c := w.provider("okta", true)
		token, _, err := w.enters(c, models.SAMLIdentity{NameID: "ulf", Email: "ulf@northwind.example"})
		must(w.t, err)
		return w.ask(token, "northwind").Person
	}
	for name, prepare := range map[string]func(w *world) func(){
		"a refusal is told": func(w *world) func() {
			return func() {
				w.Refused(models.TryAt(w.id("northwind"), w.userID("ulf@northwind.example"), models.ActionSignInRefused, models.WrongPassword, request))
				w.SettleRefused()
			}
		},
		"a chain begins": func(w *world) func() {
			w.run("DELETE FROM audit_chains")
			return func() { must(w.t, w.ChainAudit(w.ctx)) }
		},
		"a step gives way": func(w *world) func() {
			c := w.readyToRequire()
			must(w.t, w.adaBySSO(c).RequireSSO(w.ctx, step(models.StageMe, 0)))
			w.clock.pass(time.Hour)
			return func() { must(w.t, w.giveWay(w.ctx, "")) }
		},
		"signing out": func(w *world) func() {
			p := bySSO(w)
			return func() { must1(w.SignOut(w.ctx, p, secret.Token())) }
		},
		"ending a session": func(w *world) func() {
			p := bySSO(w)
			self := w.person("ulf@northwind.example")
			return func() { must(w.t, w.EndSession(w.ctx, self, p.SessionID)) }
		},
		"ending all others": func(w *world) func() {
			bySSO(w)
			self := w.person("ulf@northwind.example")
			return func() { must1(w.EndOtherSessions(w.ctx, self)) }
		},
		"an Administrator from the shell": func(w *world) func() {
			return func() {
				must1(w.CreateAdministrator(w.ctx, models.Setup{Slug: "northwind", Name: "x", Email: "carl@contoso.example", PasswordHash: "$x"}))
			}
		},
		"a test that passed": func(w *world) func() {
			c := w.provider("okta", true)
			result, session := w.trial(c, models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example"})
			return func() {
				must1(w.FinishSAML(w.ctx, result, browser, session, secret.HashToken(secret.Token()), request))
			}
		},
		"a test that was refused": func(w *world) func() {
			c := w.provider("okta", true)
			at := models.Attempt{Mode: models.FlowTest, TesterID: w.userID("ada@northwind.example"), Check: "audience", Reference: "REFU-5ED0"}
			return func() {
				must1(w.RecordRefusedAttempt(w.ctx, c.Provider.ConnectionID, at, &models.Evidence{Response: "PA=="}))
			}
		},
		"joining by the domain of an address": func(w *world) func() {
			w.verified("northwind.example")
			c := w.provider("okta", true)
			w.run("UPDATE identity_providers SET admits_domains = true")
			return func() {
				_, _, err := w.enters(c, models.SAMLIdentity{NameID: "newt", Email: "new@northwind.example"})
				must(w.t, err)
			}
		},
		"an invitation accepted": func(w *world) func() {
			token := w.invite("carl@contoso.example", authz.OrganizationUser)
			carl := w.person("carl@contoso.example")
			return func() { must1(w.AcceptInvitation(w.ctx, carl, token)) }
		},
		"what has expired goes": func(w *world) func() {
			bySSO(w)
			w.clock.pass(365 * 24 * time.Hour)
			return func() { must(w.t, w.Sweep(w.ctx)) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) { w.whileNorthwindGoes(prepare(w)) })
		})
	}
}

// The test above is worth something only if it sees what is done in the wrong order.
func TestWhatIsHeldTooEarlyIsSeen(t *testing.T) {
	each(t, func(w *world) {
		if w.dialect == sqliteDialect {
			return // one writer at a time: there is nothing to see
		}
		northwind := w.id("northwind")
		held, err := testdb.HeldWhileWaiting(w.ctx, w.url, "organizations", "northwind", func() {
			must(w.t, w.write(w.ctx, "wrong order", func(u *unit) error {
				if err := u.do(stmt("UPDATE teams SET name = 'Busy' WHERE organization_id = ?", northwind)); err != nil {
					return err
				}
				return u.hold("?", northwind)
			}))
		})
		must(w.t, err)
		equal(w.t, "held", strings.Join(held, " "), "teams")
		equal(w.t, "and it was done", w.number("SELECT count(*) FROM teams WHERE name = 'Busy'"), 3)
	})
}

// Who leaves several teams locks them before their rows in them, as the deletion of a team does: the number of people that a team has is
// kept in its row.
func TestWhoeverWaitsForATeamHoldsNothingOfIt(t *testing.T) {
	for name, do := range map[string]func(w *world, ada Tenant){
		"a member is removed": func(w *world, ada Tenant) {
			must(w.t, ada.Remove(w.ctx, w.userID("mia@northwind.example"), nil))
		},
		"an app is deleted": func(w *world, ada Tenant) { must(w.t, ada.DeleteApp(w.ctx, w.reach(ada, "arm").App.ID, "arm")) },
		"a member is put in": func(w *world, ada Tenant) {
			must1(ada.AddTeamMembers(w.ctx, "hands", []string{w.userID("olga@northwind.example")}))
		},
		"an app is put in": func(w *world, ada Tenant) { must1(ada.AddTeamApps(w.ctx, "hands", []string{"brain"})) },
		"both are taken out": func(w *world, ada Tenant) {
			must1(ada.RemoveTeamMembers(w.ctx, "hands", []string{w.userID("mia@northwind.example")}))
			must1(ada.RemoveTeamApps(w.ctx, "hands", []string{"arm"}))
		},
		"an invitation is accepted": func(w *world, _ Tenant) {
			token := w.inviteInto("carl@contoso.example", models.TeamRef{Slug: "hands"})
			must1(w.AcceptInvitation(w.ctx, w.person("carl@contoso.example"), token))
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				ada := w.in("northwind", "ada@northwind.example")
				if w.dialect == sqliteDialect {
					do(w, ada)
					return
				}
				held, err := testdb.HeldWhileWaiting(w.ctx, w.url, "teams", "hands", func() { do(w, ada) })
				must(w.t, err)
				equal(w.t, "held", strings.Join(held, " "), "")
			})
		})
	}
}

package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/saml/samltest"
	"gatehouse/models"
)

// refused are the entries of refusals in an organization's log since a moment, as "action · actor · target · values".
func (w *world) refused(organization string) []string {
	w.t.Helper()
	w.store.SettleRefused()
	var all []string
	for _, row := range w.raw().rows(`SELECT e.action, e.actor_name, e.target_name, e.after_values FROM audit_entries e JOIN organizations o ON o.id = e.organization_id
		WHERE o.slug = '` + organization + `' AND e.action IN (` + refusals() + ") ORDER BY e.seq") {
		all = append(all, strings.Join(row, " · "))
	}
	return all
}

// newly holds what was refused to the entries that it leaves in a log.
func (w *world) newly(what, organization string, do func(), want ...string) {
	w.t.Helper()
	before := len(w.refused(organization))
	do()
	got := w.refused(organization)[before:]
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: the log of %s has %q, want %q", what, organization, got, want)
	}
}

func TestRefusedSignInsAreInTheLog(t *testing.T) {
	each(t, func(w *world) {
		for _, organization := range []string{"northwind", "contoso"} {
			w.newly("a wrong password", organization, func() { w.client().post("/login", fields("email", bo, "password", "wrong")) },
				`session.refused · Somebody · Bo Both · {"reason":"the password was wrong"}`)
		}
		w.newly("somebody else's account", "contoso", func() { w.client().post("/login", fields("email", ulf, "password", "wrong")) })
		w.newly("nobody's address", "northwind", func() { w.client().post("/login", fields("email", unknown, "password", "wrong")) })
		w.newly("a guessing attacker", "northwind", func() {
			attacker := w.client()
			for i := range 6 {
				attacker.post("/login", fields("email", ada, "password", fmt.Sprint("guess ", i)))
				w.store.SettleRefused() // so that what is counted together does not depend on how fast this is
			}
		},
			`session.refused · Somebody · Ada Admin · {"reason":"the password was wrong"}`,
			`session.refused · Somebody · Ada Admin · {"reason":"locked out after too many tries"}`,
			`session.locked-out · Somebody · Ada Admin · {"locked for":"1m0s","reason":"locked out after too many tries"}`)

		p := w.signIn(ulf).enrols()
		w.newly("a wrong code", "northwind", func() {
			c := w.client()
			c.post("/login", fields("email", ulf, "password", plain)).mustBe(w, "the password", http.StatusSeeOther)
			c.post("/login/second-factor", fields("code", "000000")).mustBe(w, "a wrong code", http.StatusUnprocessableEntity)
			c.post("/login/second-factor", fields("code", p.recovery[0])).mustBe(w, "a recovery code", http.StatusSeeOther)
		}, `second-factor.refused · Somebody · Ulf User · {"reason":"the code was wrong"}`)
		w.newly("break-glass", "northwind", func() {
			w.client().post("/login/break-glass", fields("organization", "northwind", "email", olga, "password", "wrong", "code", "x"))
			w.client().post("/login/break-glass", fields("organization", "northwind", "email", olga, "password", plain, "code", "x"))
		},
			`break-glass.refused · Somebody · Olga Org · {"reason":"the password was wrong"}`,
			`break-glass.refused · Somebody · Olga Org · {"reason":"the code was wrong"}`)
		okta := w.connect("northwind", "okta")
		for check, how := range map[string]func(*samltest.Answer){
			"audience": func(a *samltest.Answer) { a.Audience = "https://other.example/sp" },
			"active":   func(*samltest.Answer) {},
		} {
			w.newly("single sign-on, "+check, "northwind", func() {
				c := w.client()
				request := c.begin(okta, "/orgs/northwind")
				if got := c.deliver(okta.acsPath(), okta.respond(okta.says(request, zoe, how)), request.RelayState); got.status == http.StatusSeeOther {
					c.get(got.location).mustBe(w, "a suspended member", http.StatusForbidden)
				}
			}, `session.refused · Somebody · Sign in with okta · {"check":"`+check+`"}`)
		}
		w.newly("a proof", "northwind", func() {
			c := w.signIn(tess)
			w.stale()
			c.post("/account/confirm", fields("next", "/account", "confirm-password", "wrong")).mustBe(w, "a wrong password", http.StatusUnprocessableEntity)
			w.store.SettleRefused()
			c.post("/account/security", fields("current", "also wrong", "password", "x", "repeat", "y")).mustBe(w, "a wrong present password", http.StatusUnprocessableEntity)
		}, `session.confirmation-refused · Tess Team · Tess Team · {"reason":"the password was wrong"}`)

		metrics := NewMetrics()
		metrics.Refused(w.store.RefusedTotals)
		scrape := httptest.NewRecorder()
		metrics.Handler().ServeHTTP(scrape, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
		for _, line := range []string{`gatehouse_refused_total{what="unknown-address"} 1`, `gatehouse_refused_total{what="session.confirmation-refused"} 2`} {
			equal(w.t, line, strings.Contains(scrape.Body.String(), line), true)
		}
	})
}

func TestPagesThatSomebodyMayNotOpenAreInTheLog(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(ulf)
		w.newly("a page, many times", "northwind", func() {
			for range 20 {
				c.get("/orgs/northwind/audit").mustBe(w, "the log", http.StatusForbidden)
				w.store.SettleRefused()
			}
		}, `access.refused · Ulf User · Northwind Robotics · {"asked":"GET /orgs/:org/audit","reason":"needs “`+viewsAudit+`”"}`)
		w.newly("a form", "northwind", func() {
			c.post("/orgs/northwind/members/"+w.userID(tess)+"/suspend", nil).mustBe(w, "suspend", http.StatusForbidden)
		}, `access.refused · Ulf User · Northwind Robotics · {"asked":"POST /orgs/:org/members/:member/suspend","reason":"needs “`+managesMembers+`”"}`)
		w.newly("an app", "northwind", func() {
			c.post("/orgs/northwind/apps/arm/settings/delete", nil).mustBe(w, "delete", http.StatusForbidden)
		}, `access.refused · Ulf User · arm · {"asked":"POST /orgs/:org/apps/:app/settings/delete","reason":"needs “`+deletesApps+`”"}`)
		w.newly("a guest", "northwind", func() {
			w.signIn(quentin).get("/orgs/northwind/apps/drive/description").mustBe(w, "edit", http.StatusForbidden)
		}, `access.refused · Quentin Marsh · drive · {"asked":"GET /orgs/:org/apps/:app/description","reason":"needs “`+editsDescription+`”"}`)
		w.newly("a suspended member", "northwind", func() {
			w.signIn(zoe).get("/orgs/northwind").mustBe(w, "the overview", http.StatusForbidden)
		}, `access.refused · Zoe Out · Northwind Robotics · {"asked":"GET /orgs/:org","reason":"the membership is suspended"}`)
		w.newly("who reads what is public, who is out of reach, who is nobody", "northwind", func() {
			other := w.signIn(carl)
			other.get("/orgs/northwind/apps/showcase/description").mustBe(w, "edit", http.StatusForbidden)
			other.get("/orgs/northwind/members").mustBe(w, "members", http.StatusNotFound)
			w.client().get("/orgs/northwind/audit").mustBe(w, "nobody", http.StatusSeeOther)
		})
		page := w.signIn(ada).get("/orgs/northwind/audit?action="+string(models.ActionAccessRefused)).mustBe(w, "the log", http.StatusOK).page().text()
		equal(w.t, "in words", strings.Contains(page, "Ulf User was refused what they may not do"), true)
	})
}

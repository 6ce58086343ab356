package web

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/urls"
)

// Guesses that arrive at the same moment are counted one by one: no more are looked at than would be one after the other.
func TestGuessesAtOnceAreCounted(t *testing.T) {
	each(t, func(w *world) {
		const guesses = 20
		statuses := make(chan int, guesses)
		attacker := w.client()
		for range guesses {
			browser := w.client()
			browser.ip = attacker.ip
			go func() { statuses <- browser.post("/login", fields("email", ada, "password", "a guess")).status }()
		}
		looked, locked := 0, 0
		for range guesses {
			switch <-statuses {
			case http.StatusUnprocessableEntity:
				looked++
			case http.StatusTooManyRequests:
				locked++
			}
		}
		equal(w.t, "looked at", looked, 5)
		equal(w.t, "locked", locked, guesses-5)
		equal(w.t, "the owner elsewhere", w.client().post("/login", fields("email", ada, "password", plain)).status, http.StatusSeeOther)
	})
}

// A right password after a few wrong ones starts anew.
func TestARightPasswordForgivesTheWrongOnes(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.client()
	for range 3 {
		for range 4 {
			equal(t, "wrong", c.post("/login", fields("email", ada, "password", "wrong")).status, http.StatusUnprocessableEntity)
		}
		c.password(ada)
	}
}

// A password that an Administrator could have set is worth that Administrator's organization, and no other that the person joins later.
func TestAPasswordByAnAdministratorsLinkOpensThatOrganizationOnly(t *testing.T) {
	each(t, func(w *world) {
		const fresh = "an entirely new passphrase"
		w.log.secret(fresh)
		path := urls.PasswordReset.To(w.resetToken(ulf))
		w.client().post(path, fields("password", fresh, "repeat", fresh)).mustBe(w, "set", http.StatusSeeOther)
		raw := w.raw()
		raw.run("INSERT INTO members (organization_id, user_id, role, suspended, source, sort_name, search, joined_at, version) SELECT '" + w.organizationID("contoso") +
			"', user_id, 'administrator', suspended, source, sort_name, search, joined_at, version FROM members WHERE user_id = '" + w.userID(ulf) + "'")
		c := w.client()
		c.post("/login", fields("email", ulf, "password", fresh)).mustBe(w, "signed in", http.StatusSeeOther)
		equal(w.t, "that organization", c.get("/orgs/northwind").status, http.StatusOK)
		got := c.get("/orgs/contoso/audit")
		equal(w.t, "another one", got.status, http.StatusSeeOther)
		asked := c.get(got.location).mustBe(w, "asks, and does not send round in circles", http.StatusOK)
		if !strings.Contains(asked.page().text(), "opens their organization only") {
			w.t.Errorf("the page does not say why: %s", asked.page().text())
		}
	})
}

// The word of an identity provider is not turned into a password that outlives it.
func TestASingleSignOnMakesNoResetLinks(t *testing.T) {
	each(t, func(w *world) {
		c := w.signInThrough(w.connect("northwind", "okta"), ada)
		got := c.post(urls.MemberResetLink.To("northwind", w.userID(ulf)), nil)
		equal(w.t, "status", got.status, http.StatusUnprocessableEntity)
		equal(w.t, "links made", w.raw().number("SELECT count(*) FROM password_resets"), 0)
	})
}

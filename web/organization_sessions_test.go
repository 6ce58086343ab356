package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/urls"
)

// ends answers the question of a form on the page of sessions.
func (c *client) ends(typed url.Values) answer {
	c.w.t.Helper()
	path := urls.Sessions.To("northwind")
	asked := c.post(path, typed).mustBe(c.w, "the question", http.StatusOK).formTo(c.w, path)
	asked.values.Set("step", "confirm")
	return c.post(path, asked.values)
}

func TestAnAdministratorEndsTheSessionsOfTheOrganization(t *testing.T) {
	each(t, func(w *world) {
		path := urls.Sessions.To("northwind")
		p := w.connect("northwind", "okta")
		c, user, through, both := w.signIn(ada), w.signIn(tess), w.signInThrough(p, sana), w.signIn(bo)
		w.signIn(nina) // a stranger to Northwind
		list := func(query string) string {
			return strings.Join(rowsOf(c.get(path+query).mustBe(w, query, http.StatusOK).page()), " | ")
		}
		equal(w.t, "all, two of Ada", strings.Count(list(""), " | "), 4)
		equal(w.t, "no stranger", strings.Contains(list(""), "Nina"), false)
		equal(w.t, "by single sign-on", strings.HasPrefix(list("?method=sso"), "Sana") && !strings.Contains(list("?method=sso"), "|"), true)
		equal(w.t, "of the provider", list("?provider=okta"), list("?method=sso"))
		equal(w.t, "by person", strings.HasPrefix(list("?q=tess"), "Tess"), true)
		page := c.get(path).page()
		for _, said := range []string{"SSO: ", "Password", "cannot be ended here", "This session"} {
			equal(w.t, "says "+said, strings.Contains(page.text(), said), true)
		}

		// Looking and asking change nothing; the question says how many.
		before := w.raw().dump()
		c.post(path, fields("which", "chosen")).mustBe(w, "nothing chosen", http.StatusUnprocessableEntity)
		asked := c.post(path, fields("which", "all")).mustBe(w, "the question", http.StatusOK).page().text()
		for _, said := range []string{"2 sessions of 2 people end.", "1 stays: it was begun with the password or a passkey", "Your own stay"} {
			equal(w.t, "says "+said, strings.Contains(asked, said), true)
		}
		w.raw().unchanged("asking", before)

		before = w.raw().dump()
		gone := c.post(path, fields("which", "all", "provider", "gone", "step", "confirm")).mustBe(w, "of a provider that is gone", http.StatusNotFound)
		equal(w.t, "the reason", strings.Contains(gone.page().text(), "No session was ended."), true)
		w.raw().unchanged("of a provider that is gone", before)

		// All of a connection, to which its page leads.
		equal(w.t, "the provider's page", strings.Contains(c.get(urls.IdentityProvider.To("northwind", "okta")).body, `href="`+urls.With(path, "provider", "okta")+`"`), true)
		equal(w.t, "done", c.ends(fields("which", "all", "provider", "okta")).mustBe(w, "ending", http.StatusSeeOther).location, path)
		out := through.get(urls.Apps.To("northwind")).mustBe(w, "their next request", http.StatusSeeOther)
		equal(w.t, "is told why", strings.Contains(through.get(out.location).page().text(), "An Administrator of Northwind Robotics ended your session."), true)
		user.get(urls.Apps.To("northwind")).mustBe(w, "who came by password", http.StatusOK)

		// One, then all but one's own.
		id := ""
		for _, box := range c.get(path + "?q=tess").page().all("input") {
			if attribute(box, "name") == "session" {
				id = attribute(box, "value")
			}
		}
		c.ends(fields("only", id)).mustBe(w, "ending one", http.StatusSeeOther)
		user.post(urls.Leave.To("northwind"), fields("confirm", "northwind")).mustBe(w, "what they send meanwhile", http.StatusUnauthorized)
		equal(w.t, "out", user.signedIn(), false)
		w.signIn(tess)
		c.ends(fields("which", "all")).mustBe(w, "ending all", http.StatusSeeOther)
		both.get(urls.Organization.To("contoso")).mustBe(w, "what another organization trusts too", http.StatusOK)
		c.get(path).mustBe(w, "one's own", http.StatusOK)

		// A browser that never had a session, and one that signed out, are told nothing of it.
		equal(w.t, "a stranger", strings.Contains(w.client().get(urls.Login.To()).body, "ended your session"), false)
		user.password(tess)
		user.post(urls.Logout.To(), nil)
		equal(w.t, "who signed in again and out", strings.Contains(user.get(urls.Login.To()).body, "ended your session"), false)
	})
}

package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
)

// requires makes Northwind require a second factor: Ada, who gets one first.
func (w *world) requires() {
	w.t.Helper()
	c := w.signIn(ada)
	c.enrols()
	path := urls.FactorRule.To("northwind")
	c.post(path, c.get(path).formTo(w, path).values).mustBe(w, "requiring it", http.StatusSeeOther)
}

func TestASecondFactorIsRequiredWithItsMeaningSaidBefore(t *testing.T) {
	each(t, func(w *world) {
		c, path := w.signIn(ada), urls.FactorRule.To("northwind")
		page := c.get(path).mustBe(w, "the page", http.StatusOK).page()
		for _, said := range []string{"Not required", "5 of 6 active members have none and sign in with a password.", "1 comes by single sign-on and is not asked", "1 guest of an app has none", "You are signed in without a second factor yourself."} {
			equal(t, "says "+said, strings.Contains(page.text(), said), true)
		}
		before := w.raw().dump()
		got := c.post(path, fields("required", "yes")).mustBe(w, "without one of one's own", http.StatusUnprocessableEntity)
		equal(t, "the reason", strings.Contains(got.body, "Set one up first"), true)
		c.post(path, fields("required", "maybe")).mustBe(w, "neither", http.StatusUnprocessableEntity)
		w.raw().unchanged("refused", before)

		setUp := ""
		for _, link := range page.all("a") {
			if to := attribute(link, "href"); strings.HasPrefix(to, urls.AccountAuthenticator.To()) {
				setUp = to
			}
		}
		equal(t, "the way to one", setUp, urls.With(urls.AccountAuthenticator.To(), "next", path))
		equal(t, "and back", c.get(setUp).formTo(w, urls.AccountAuthenticator.To()).values.Get("next"), path)
		c.enrols()
		c.post(path, c.get(path).formTo(w, path).values).mustBe(w, "requiring it", http.StatusSeeOther)
		equal(t, "now", strings.Contains(c.get(path).page().text(), "4 of 6 active members have none"), true)
		user := w.signIn(ulf)
		user.post(urls.Logout.To(), nil)
		sana := w.signIn(tess)
		sana.enrols()
		equal(t, "every member sees it", strings.Contains(sana.get(urls.Security.To("northwind")).page().text(), "needs a second factor as well"), true)

		// Their only one stays, and the page says so before.
		account := sana.get(urls.AccountSecurity.To()).page()
		equal(t, "said first", strings.Contains(account.text(), "Northwind Robotics asks its members for a second factor, and this is your only one."), true)
		sana.post(urls.AccountAuthenticatorGone.To(), nil).mustBe(w, "removing it", http.StatusUnprocessableEntity)
	})
}

func TestWhoHasNoSecondFactorIsLedToOneAndOn(t *testing.T) {
	each(t, func(w *world) {
		open, posted := w.signIn(tess), urls.Leave.To("northwind")
		w.requires()
		// A session that was open: at its next request.
		next := urls.With(urls.Teams.To("northwind"), "q", "hands")
		got := open.get(next).mustBe(w, "the next page", http.StatusSeeOther)
		equal(t, "led to", got.location, urls.With(urls.AccountFactor.To(), "next", next))
		page := open.get(got.location).mustBe(w, "the page", http.StatusOK)
		equal(t, "in plain words", strings.Contains(page.page().text(), "Northwind Robotics asks everybody who signs in with a password for one proof more."), true)
		open.post(posted, fields("confirm", "northwind")).mustBe(w, "nothing is done before", http.StatusForbidden)

		var setUp string
		for _, link := range page.page().all("a") {
			if to := attribute(link, "href"); strings.HasPrefix(to, urls.AccountAuthenticator.To()) {
				setUp = to
			}
		}
		app := open.get(setUp).mustBe(w, "the app", http.StatusOK)
		form, p := app.formTo(w, urls.AccountAuthenticator.To()), app.phone(w)
		form.values.Set("code", p.shows(-1))
		codes := open.post(form.action, form.values).mustBe(w, "the code", http.StatusOK)
		on := slices.ContainsFunc(codes.page().all("a"), func(e *html.Node) bool { return attribute(e, "href") == next })
		equal(t, "leads on to where they went", on, true)
		open.get(next).mustBe(w, "in", http.StatusOK)

		// At the next sign-in the code is asked for, and nothing more.
		again := w.client()
		step := again.post(urls.Login.To(), fields("email", tess, "password", plain, "next", next)).mustBe(w, "the password", http.StatusSeeOther)
		form = again.get(step.location).formTo(w, urls.LoginFactor.To())
		form.values.Set("code", p.shows(0))
		equal(t, "on to", again.post(form.action, form.values).location, next)
		again.get(next).mustBe(w, "in", http.StatusOK)

		// Another organization of the account does not ask.
		other := w.signIn(bo)
		other.get(urls.Organization.To("contoso")).mustBe(w, "Contoso", http.StatusOK)
		equal(t, "Northwind", other.get(urls.Organization.To("northwind")).status, http.StatusSeeOther)
	})
}

func TestWhoJoinsIsLedToASecondFactor(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.invite("new@x.example", authz.TeamContributor)
		w.requires()
		path, c := urls.Invitation.To(token), w.client()
		joined := c.post(path+"/account", fields("name", "New Person", "password", plain, "repeat", plain)).mustBe(w, "joined", http.StatusSeeOther)
		equal(w.t, "leads to", joined.location, urls.Organization.To("northwind"))
		equal(w.t, "but first", c.get(joined.location).mustBe(w, "the overview", http.StatusSeeOther).location, urls.With(urls.AccountFactor.To(), "next", joined.location))
		c.enrols()
		c.get(joined.location).mustBe(w, "with one", http.StatusOK)
	})
}

func TestABreakGlassCodeDoesNotExcuseFromTheSecondFactor(t *testing.T) {
	each(t, func(w *world) {
		_, _, codes := w.enforced()
		w.raw().run("UPDATE organizations SET second_factor_required = true WHERE slug = 'northwind'")
		c := w.client()
		c.breakGlass(ada, codes[0]).mustBe(w, "the code", http.StatusSeeOther)
		equal(w.t, "leads to a second factor", c.get(singleSignOn).mustBe(w, "the page", http.StatusSeeOther).location, urls.With(urls.AccountFactor.To(), "next", singleSignOn))
		c.enrols()
		c.get(singleSignOn).mustBe(w, "in, by the same code", http.StatusOK)
	})
}

func TestSingleSignOnIsNotAskedForASecondFactor(t *testing.T) {
	w := onSQLite(t, settings{})
	p := w.connect("northwind", "okta")
	w.requires()
	c := w.signInThrough(p, sana)
	c.get(urls.Organization.To("northwind")).mustBe(w, "by single sign-on", http.StatusOK)
}

func TestTheListOfMembersTellsWhoHasASecondFactorToWhoManagesThem(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(ada)
		c.enrols()
		list := urls.Members.To("northwind")
		names := func(who *client, filter string) string {
			return strings.Join(rowsOf(who.get(urls.With(list, "factor", filter)).mustBe(w, filter, http.StatusOK).page()), " | ")
		}
		equal(t, "has", strings.Contains(names(c, "has"), "Ada") && !strings.Contains(names(c, "has"), "|"), true)
		equal(t, "none", !strings.Contains(names(c, "none"), "Ada") && strings.Contains(names(c, "none"), "Tess"), true)
		csv := c.get(urls.With(urls.MembersCSV.To("northwind"), "factor", "has")).mustBe(w, "export", http.StatusOK)
		lines := strings.Split(strings.TrimSpace(csv.body), "\r\n")
		equal(t, "lines", len(lines), 2)
		equal(t, "head", strings.HasSuffix(lines[0], ",signs_in_with,second_factor"), true)
		equal(t, "row", strings.HasSuffix(lines[1], ",password,true"), true)
		equal(t, "json", strings.Contains(c.get(urls.With(urls.MembersJSON.To("northwind"), "factor", "none")).body, `"second_factor":false`), true)

		// Others are not told, whatever they ask.
		other := w.signIn(olga)
		equal(t, "asked by another", names(other, "has"), names(other, ""))
		equal(t, "export", strings.Contains(other.get(urls.MembersCSV.To("northwind")).body, "second_factor"), false)
	})
}

func TestAnAdministratorResetsASecondFactorFromTheMemberPage(t *testing.T) {
	each(t, func(w *world) {
		user := w.signIn(tess)
		user.enrols()
		c := w.signIn(ada)
		page := c.get(urls.Member.To("northwind", w.userID(tess))).mustBe(w, "the member", http.StatusOK).page()
		equal(t, "which", strings.Contains(page.text(), "Authenticator app, since"), true)
		path := urls.MemberFactorReset.To("northwind", w.userID(tess))
		asked := c.get(path).mustBe(w, "the question", http.StatusOK)
		equal(t, "says what happens", strings.Contains(asked.page().text(), "is signed out everywhere"), true)
		c.post(path, asked.formTo(w, path).values).mustBe(w, "resetting", http.StatusSeeOther)
		equal(t, "signed out", user.signedIn(), false)
		equal(t, "none", strings.Contains(c.get(urls.Member.To("northwind", w.userID(tess))).page().text(), "Second factor None"), true)
		w.signIn(tess).get(urls.Organization.To("northwind")).mustBe(w, "the password alone", http.StatusOK)

		w.signIn(bo).enrols() // whom Contoso trusts too
		path = urls.MemberFactorReset.To("northwind", w.userID(bo))
		equal(t, "the reason", strings.Contains(c.get(path).page().text(), "also belongs to another organization"), true)
		c.post(path, nil).mustBe(w, "resetting it nevertheless", http.StatusUnprocessableEntity)
	})
}

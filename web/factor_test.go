package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/totp"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

// phone is an authenticator app and the codes beside it.
type phone struct {
	w        *world
	key      string
	recovery []string
}

func (p *phone) shows(step int64) string {
	p.w.t.Helper()
	code, err := totp.Code(p.key, totp.Step(time.Now())+step)
	must(p.w.t, err)
	return code
}

// enrols sets up an authenticator app through the pages. The code of the present step is used up.
func (c *client) enrols() *phone {
	c.w.t.Helper()
	page := c.get(urls.AccountAuthenticator.To()).mustBe(c.w, "the page of the app", http.StatusOK)
	form, p := page.formTo(c.w, urls.AccountAuthenticator.To()), page.phone(c.w)
	form.values.Set("code", p.shows(-1))
	got := c.post(form.action, form.values).mustBe(c.w, "the code of the app", http.StatusOK)
	p.recovery = strings.Fields(text(got.page().byID("recovery-codes")))
	equal(c.w.t, "recovery codes", len(p.recovery), 10)
	return p
}

// phone is an app that has read the key of the page that sets one up.
func (a answer) phone(w *world) *phone {
	return &phone{w: w, key: strings.ReplaceAll(text(a.page().byID("key")), " ", "")}
}

// formTo is the form of a page that is sent to an address, which must be there.
func (a answer) formTo(w *world, action string) form {
	w.t.Helper()
	found, ok := a.page().formTo(action)
	if !ok {
		w.t.Fatalf("the page has no form to %s: %d %s", action, a.status, a.sentence())
	}
	return found
}

// stale makes every proof of every session older than what is fresh.
func (w *world) stale() {
	w.t.Helper()
	old := time.Now().UTC().Add(-models.FreshFor - time.Minute).Format("2006-01-02 15:04:05.000000-07:00")
	_, err := w.raw().db.ExecContext(w.t.Context(), "UPDATE session_authentications SET at = '"+old+"'")
	must(w.t, err)
}

func TestAPasswordIsHalfASignInWithASecondFactor(t *testing.T) {
	each(t, func(w *world) {
		p := w.signIn(ulf).enrols()
		c := w.client()
		next := urls.Apps.To("northwind")
		got := c.post(urls.Login.To(), fields("email", ulf, "password", plain, "next", next)).mustBe(w, "the password", http.StatusSeeOther)
		equal(t, "led to", got.location, urls.With(urls.LoginFactor.To(), "next", next))
		equal(t, "half is no session", c.signedIn(), false)
		equal(t, "no token", c.token(), "")
		form := c.get(got.location).mustBe(w, "the page", http.StatusOK).formTo(w, urls.LoginFactor.To())
		equal(t, "next", form.values.Get("next"), next)
		form.values.Set("code", "000000")
		wrong := c.post(form.action, form.values).mustBe(w, "a wrong code", http.StatusUnprocessableEntity)
		if !strings.Contains(wrong.body, "This code is wrong") {
			t.Error("the page does not say what is wrong")
		}
		form.values.Set("code", p.shows(0))
		right := c.post(form.action, form.values).mustBe(w, "the right code", http.StatusSeeOther)
		equal(t, "on to", right.location, next)
		c.get(next).mustBe(w, "inside", http.StatusOK)

		// The same code again, and a recovery code twice.
		other := w.client()
		other.post(urls.Login.To(), fields("email", ulf, "password", plain)).mustBe(w, "the password", http.StatusSeeOther)
		other.post(urls.LoginFactor.To(), fields("code", p.shows(0))).mustBe(w, "a code that was used", http.StatusUnprocessableEntity)
		other.post(urls.LoginFactor.To(), fields("code", strings.ToLower(p.recovery[3]))).mustBe(w, "a recovery code", http.StatusSeeOther)
		equal(t, "signed in", other.signedIn(), true)
		again := w.client()
		again.post(urls.Login.To(), fields("email", ulf, "password", plain)).mustBe(w, "the password", http.StatusSeeOther)
		again.post(urls.LoginFactor.To(), fields("code", p.recovery[3])).mustBe(w, "a recovery code again", http.StatusUnprocessableEntity)

		equal(t, "without the password", w.client().get(urls.LoginFactor.To()).location, urls.With(urls.Login.To(), "notice", "factor-late"))
	})
}

func TestASecondFactorIsSetUpWithAFreshProofOnly(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(ulf)
	w.stale()
	got := c.get(urls.AccountAuthenticator.To()).mustBe(w, "with a stale proof", http.StatusSeeOther)
	equal(t, "led to", got.location, urls.With(urls.AccountConfirm.To(), "next", urls.AccountAuthenticator.To()))
	form := c.get(got.location).mustBe(w, "the question", http.StatusOK).formTo(w, urls.AccountConfirm.To())
	form.values.Set("confirm-password", "wrong")
	c.post(form.action, form.values).mustBe(w, "a wrong password", http.StatusUnprocessableEntity)
	form.values.Set("confirm-password", plain)
	before := c.token()
	got = c.post(form.action, form.values).mustBe(w, "the password", http.StatusSeeOther)
	equal(t, "on to", got.location, urls.AccountAuthenticator.To())
	if c.token() == before {
		t.Error("the token is the same after a proof")
	}
	p := c.enrols()

	// From now on it is the code that is asked for.
	w.stale()
	page := c.get(urls.AccountSecurity.To()).mustBe(w, "the page of security", http.StatusOK)
	if strings.Contains(page.body, "Present password") {
		t.Error("the password can be changed without the second factor")
	}
	form = c.get(urls.With(urls.AccountConfirm.To(), "next", urls.AccountSecurity.To())).formTo(w, urls.AccountConfirm.To())
	form.values.Set("confirm-code", p.shows(0))
	c.post(form.action, form.values).mustBe(w, "the code", http.StatusSeeOther)
	if !strings.Contains(c.get(urls.AccountSecurity.To()).body, "Present password") {
		t.Error("the password cannot be changed with a fresh second factor")
	}
}

func TestAFormWaitsForAFreshProof(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(ada)
	w.stale()
	path := urls.MemberRole.To("northwind", w.userID(ulf))
	version := c.get(path).formTo(w, path).values.Get("version")
	got := c.post(path, fields("role", "administrator", "version", version)).mustBe(w, "with a stale proof", http.StatusForbidden)
	form := got.formTo(w, path)
	equal(t, "carried", form.values.Get("role"), "administrator")
	form.values.Set("confirm-password", "wrong")
	form = c.post(path, form.values).mustBe(w, "a wrong password", http.StatusUnprocessableEntity).formTo(w, path)
	equal(t, "carried again", form.values.Get("role"), "administrator")
	equal(t, "not yet", w.stateOf(ulf), "organization_user")
	form.values.Set("confirm-password", plain)
	c.post(path, form.values).mustBe(w, "the password", http.StatusSeeOther)
	equal(t, "done", w.stateOf(ulf), "administrator")

	// What is not dangerous goes through without.
	w.stale()
	version = c.get(path).formTo(w, path).values.Get("version")
	c.post(path, fields("role", "team_contributor", "version", version)).mustBe(w, "a lesser role", http.StatusSeeOther)
}

// TestEveryMarkedRouteAsksForAFreshProof holds each route that says so to it: with a stale proof nothing is done.
func TestEveryMarkedRouteAsksForAFreshProof(t *testing.T) {
	w := onSQLite(t, settings{})
	w.connect("northwind", "okta").refusal()
	c := w.signIn(ada)
	own := w.own(c)
	c.enrols()
	w.stale()
	before, marked := w.raw().dump(), 0
	for _, r := range routes(nil, false) {
		if !r.stepped.asks {
			continue
		}
		marked++
		path := fillPath(r.pattern, own, "", "")
		if r.method == http.MethodGet {
			got := c.get(path).mustBe(w, r.name, http.StatusSeeOther)
			equal(t, r.name+" leads to", got.location, urls.With(urls.AccountConfirm.To(), "next", path))
			continue
		}
		got := c.post(path, fields("name", "typed", "role", "administrator", "current", "secret one", "password", "secret two")).mustBe(w, r.name, http.StatusForbidden)
		equal(t, r.name+" carries", got.formTo(w, path).values.Get("name"), "typed")
		if strings.Contains(got.body, "secret one") || strings.Contains(got.body, "secret two") {
			t.Errorf("%s repeats a password", r.name)
		}
	}
	w.raw().unchanged("asking for a fresh proof", before)
	if marked < 15 {
		t.Errorf("only %d routes are marked", marked)
	}
}

// A password that falls short of new rules and a second factor: the code comes first, then the new password, and nothing opens before both.
func TestAPasswordThatIsDueWaitsBehindTheSecondFactor(t *testing.T) {
	each(t, func(w *world) {
		p := w.signIn(ulf).enrols()
		w.raw().run("UPDATE organizations SET password_special = 5 WHERE slug = 'northwind'")
		c, next := w.client(), urls.Apps.To("northwind")
		closed := func(when, leads string) {
			w.t.Helper()
			for _, path := range []string{"/", "/account", next, urls.AccountSecurity.To(), urls.AccountAuthenticator.To()} {
				got := c.get(path)
				equal(w.t, when+": "+path, got.status, http.StatusSeeOther)
				equal(w.t, when+": "+path+" leads to "+leads, strings.HasPrefix(got.location, leads), true)
			}
		}
		const fresh = "a-brand-new-pass-phrase-of-ulf"
		choose := func() answer {
			return c.post(urls.AccountSecurity.To(), fields("current", plain, "password", fresh, "repeat", fresh, "next", next))
		}
		led := c.post(urls.Login.To(), fields("email", ulf, "password", plain, "next", next)).mustBe(w, "the password", http.StatusSeeOther)
		equal(w.t, "the second factor first", strings.HasPrefix(led.location, urls.LoginFactor.To()), true)
		closed("half signed in", urls.Login.To())
		equal(w.t, "no password is chosen before it", choose().status, http.StatusUnauthorized)
		equal(w.t, "nor seen", strings.HasPrefix(c.get(urls.PasswordDue.To()).location, urls.Login.To()), true)

		c.post(led.location, fields("code", p.shows(0), "next", next)).mustBe(w, "the code", http.StatusSeeOther)
		closed("with both proofs", urls.PasswordDue.To())
		c.post(urls.AccountAuthenticatorGone.To(), nil).mustBe(w, "the factor is not taken away either", http.StatusForbidden)
		equal(w.t, "and then", choose().mustBe(w, "a new password", http.StatusSeeOther).location, next)
		c.get(next).mustBe(w, "everything opens", http.StatusOK)

		again := w.client()
		led = again.post(urls.Login.To(), fields("email", ulf, "password", fresh, "next", next)).mustBe(w, "the new password", http.StatusSeeOther)
		equal(w.t, "asks for the factor still", strings.HasPrefix(led.location, urls.LoginFactor.To()), true)
	})
}

package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/urls"
)

// normal is a body without what differs between any two answers.
func (a answer) normal(email string) string {
	return strings.ReplaceAll(strings.ReplaceAll(a.body, a.header.Get("X-Reference"), "REFERENCE"), email, "EMAIL")
}

func TestUnknownAndWrongAreTheSame(t *testing.T) {
	each(t, func(w *world) {
		answers := map[string]answer{}
		for what, email := range map[string]string{"a wrong password": ada, "unknown": unknown, "without a password": sana, "suspended": zoe, "in no organization": nina, "not an address": "x'--"} {
			got := w.client().post("/login", fields("email", email, "password", "not the password", "next", "/account"))
			equal(w.t, what+": status", got.status, http.StatusUnprocessableEntity)
			answers[what] = answer{body: got.normal(strings.ReplaceAll(email, "'", "&#39;"))}
			equal(w.t, what+": cookies", len(got.header.Values("Set-Cookie")), 0)
		}
		for what, got := range answers {
			if got.body != answers["a wrong password"].body {
				w.t.Errorf("%s: the page differs from a wrong password's", what)
			}
		}
		if got := answers["unknown"].page().text(); !strings.Contains(got, "address or the password is wrong.") {
			w.t.Errorf("the page says %s", got)
		}
	})
}

// Forgetting tells nobody who has an account either.
func TestForgottenPasswordsOfUnknownAndKnownAreTheSame(t *testing.T) {
	eachWith(t, settings{smtp: true}, func(w *world) {
		raw := w.raw()
		known := w.client().post("/password/forgot", fields("email", ada))
		equal(w.t, "mails", raw.number("SELECT count(*) FROM outbox"), 1)
		stranger := w.client().post("/password/forgot", fields("email", unknown))
		noPassword := w.client().post("/password/forgot", fields("email", sana))
		equal(w.t, "mails after unknown ones", raw.number("SELECT count(*) FROM outbox"), 1)
		equal(w.t, "status", stranger.status, known.status)
		equal(w.t, "the page", stranger.normal(unknown), known.normal(ada))
		equal(w.t, "the page of an account without a password", noPassword.normal(sana), known.normal(ada))
	})
}

func TestTheLockIsForOneAccountFromOneSource(t *testing.T) {
	each(t, func(w *world) {
		attacker, owner := w.client(), w.client()
		tries := func(c *client, email, password string) int {
			return c.post("/login", fields("email", email, "password", password)).status
		}
		for i := range 5 {
			equal(w.t, fmt.Sprintf("wrong password %d", i+1), tries(attacker, ada, "wrong"), http.StatusUnprocessableEntity)
		}
		got := attacker.post("/login", fields("email", ada, "password", plain))
		equal(w.t, "locked, also for the right one", got.status, http.StatusTooManyRequests)
		if !strings.Contains(got.page().text(), "Try again in a minute") {
			w.t.Errorf("the page does not say when: %s", got.page().text())
		}
		equal(w.t, "what was typed stays", got.page().valueOf("email"), ada)
		equal(w.t, "the same account spelled otherwise", tries(attacker, strings.ToUpper(ada), plain), http.StatusTooManyRequests)
		equal(w.t, "its owner from elsewhere", tries(owner, ada, plain), http.StatusSeeOther)
		equal(w.t, "another account from there", tries(attacker, ulf, plain), http.StatusSeeOther)
		equal(w.t, "one that nobody has is locked alike", func() int {
			for range 5 {
				tries(attacker, unknown, "wrong")
			}
			return tries(attacker, unknown, "wrong")
		}(), http.StatusTooManyRequests)
	})
}

// An IPv6 household has a /64: every address in it is the same source.
func TestOneNetworkIsOneSource(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.client()
	for i := range 5 {
		c.ip = fmt.Sprintf("2001:db8:1:2::%x", i+1)
		c.post("/login", fields("email", ada, "password", "wrong"))
	}
	c.ip = "2001:db8:1:2:ffff::1"
	equal(t, "the same /64", c.post("/login", fields("email", ada, "password", plain)).status, http.StatusTooManyRequests)
	c.ip = "2001:db8:1:3::1"
	equal(t, "its neighbour", c.post("/login", fields("email", ada, "password", plain)).status, http.StatusSeeOther)
}

// The present password is asked for on the account's page too, and guessing there is locked alike.
func TestGuessingThePresentPasswordIsLocked(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(ada)
	change := func(current string) answer {
		return c.post("/account/security", fields("current", current, "password", "another fine long passphrase", "repeat", "another fine long passphrase"))
	}
	for range 5 {
		equal(t, "wrong", change("wrong").status, http.StatusUnprocessableEntity)
	}
	equal(t, "locked", change(plain).status, http.StatusTooManyRequests)
}

func TestTheSessionIsAnotherAfterSigningIn(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(ada)
		old := c.token()
		c.password(ada)
		if c.token() == old || old == "" {
			w.t.Error("the token is the same")
		}
		equal(w.t, "the old token", w.client().get("/account", header("Cookie", "gatehouse="+old)).status, http.StatusSeeOther)
		equal(w.t, "the new token", c.get("/account").status, http.StatusOK)
		equal(w.t, "sessions", w.raw().number("SELECT count(*) FROM sessions"), 1)

		// Somebody else at the same browser takes nothing over.
		c.password(ulf)
		equal(w.t, "Ulf sees himself", strings.Contains(c.get("/account").body, "Ulf User"), true)
		equal(w.t, "sessions after another person", w.raw().number("SELECT count(*) FROM sessions"), 1)
		equal(w.t, "Ulf may not read the log", c.get("/orgs/northwind/audit").status, http.StatusForbidden)
	})
}

// A token that somebody planted in the browser never becomes a session.
func TestAPlantedTokenNeverBecomesASession(t *testing.T) {
	each(t, func(w *world) {
		planted := strings.Repeat("A", 43)
		victim := w.client()
		got := victim.post("/login", fields("email", ada, "password", plain), header("Cookie", "gatehouse="+planted))
		equal(w.t, "status", got.status, http.StatusSeeOther)
		equal(w.t, "the planted token", w.client().get("/account", header("Cookie", "gatehouse="+planted)).status, http.StatusSeeOther)
		for what, value := range map[string]string{"empty": "", "nonsense": "x", "long": strings.Repeat("x", 4000), "quoted": `"' OR 1=1 --`} {
			equal(w.t, what, w.client().get("/account", header("Cookie", "gatehouse="+value)).status, http.StatusSeeOther)
		}
		if kept := w.raw().rows("SELECT token_hash FROM sessions"); strings.Contains(fmt.Sprint(kept), victim.token()) {
			w.t.Error("the database holds the token itself")
		}
	})
}

func TestSigningOutEndsTheSessionOnTheServer(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(ada)
		token := c.token()
		got := c.post("/logout", nil)
		equal(w.t, "status", got.status, http.StatusSeeOther)
		equal(w.t, "the browser's cookie", c.token(), "")
		equal(w.t, "the token", w.client().get("/account", header("Cookie", "gatehouse="+token)).status, http.StatusSeeOther)
		if page := c.get(got.location).page().text(); !strings.Contains(page, "You are signed out.") {
			w.t.Errorf("the page does not say so: %s", page)
		}
	})
}

// elsewhere are return paths that somebody else wrote.
func elsewhere() []string {
	return []string{
		"https://evil.example", "http://evil.example/x", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, `/\/evil.example`, "javascript:alert(1)",
		"data:text/html,x", "evil.example", "@evil.example", "/\tevil.example", "/\n/evil.example", "\x00//evil.example", "https:evil.example", "/%0d%0aLocation:https://evil.example",
		"http://127.0.0.1@evil.example/", " //evil.example", "/ /evil.example\r\nX: y",
	}
}

// mustStay holds a place to this console.
func (w *world) mustStay(what, location string) {
	w.t.Helper()
	base, err := url.Parse(w.base + "/login")
	must(w.t, err)
	to, err := base.Parse(location)
	if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || strings.HasPrefix(location, "//") || strings.ContainsAny(location, "\\\r\n\t") {
		w.t.Errorf("%s leads to %q", what, location)
	}
}

func TestTheWayBackNeverLeavesTheConsole(t *testing.T) {
	w := onSQLite(t, settings{})
	w.connect("northwind", "okta")
	w.connect("contoso", "one")
	w.connect("contoso", "two")
	for _, next := range elsewhere() {
		escaped := url.QueryEscape(next)
		signed := w.client()
		got := signed.post("/login", fields("email", ada, "password", plain, "next", next))
		if got.status != http.StatusSeeOther && got.status != http.StatusUnprocessableEntity { // what no browser sends may be no form
			t.Errorf("signing in with %q: status %d", next, got.status)
		}
		w.mustStay("signing in with "+next, got.location)
		w.mustStay("being signed in with "+next, signed.get("/login?next="+escaped).location)
		w.mustStay("choosing a theme with "+next, signed.post("/theme", fields("theme", "dark", "next", next)).location)
		w.mustStay("naming the organization with "+next, signed.get("/login/sso?organization=northwind&next="+escaped).location)
		w.mustStay("the only identity provider with "+next, signed.get("/login/sso/northwind?next="+escaped).location)
		for _, path := range []string{"/login", "/login/sso", "/login/sso/contoso", "/login/sso?organization=nothing&x=y"} {
			page := w.client().get(path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "next=" + escaped).page()
			for _, link := range page.all("a") {
				w.mustStay(path+" with "+next, attribute(link, "href"))
				if inside, err := url.Parse(attribute(link, "href")); err == nil {
					w.mustStay(path+" with "+next+", the link's own way back", inside.Query().Get("next"))
				}
			}
			w.mustStay(path+" with "+next+", the form's", page.valueOf("next"))
		}
	}
	// And where it should lead, it does.
	for _, next := range []string{"/orgs/northwind/members?q=a+b&role=administrator", "/account/security"} {
		equal(t, "the way back", w.client().post("/login", fields("email", ada, "password", plain, "next", next)).location, next)
	}
}

func TestADeepLinkLandsAfterSigningIn(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.client()
	const deep = "/orgs/northwind/members?q=ulf&role=organization_user"
	asked := c.get(deep)
	form, ok := c.get(asked.location).page().formTo("/login")
	if !ok {
		t.Fatal("no form to sign in with")
	}
	form.values.Set("email", ada)
	form.values.Set("password", plain)
	equal(t, "lands", c.post("/login", form.values).location, deep)
}

// What stands in the address is never what was typed.
func TestQueryParametersAreNoFormValues(t *testing.T) {
	each(t, func(w *world) {
		query := "?" + fields("email", ada, "password", plain, "name", "Taken over", "current", plain, "repeat", plain, "confirm", "okta", "code", "x",
			"source", "manual", "id", "made-up", "theme", "dark", "action", "save").Encode()
		w.connect("northwind", "okta")
		raw, c := w.raw(), w.signIn(ada)
		equal(w.t, "signing in", w.client().post("/login"+query, nil).status, http.StatusUnprocessableEntity)
		equal(w.t, "signing in by a link", w.client().get("/login"+query).status, http.StatusOK)
		equal(w.t, "the name", c.post("/account"+query, nil).status, http.StatusUnprocessableEntity)
		equal(w.t, "the password", c.post("/account/security"+query, nil).status, http.StatusUnprocessableEntity)
		equal(w.t, "deleting", c.post("/orgs/northwind/security/identity-providers/okta/delete"+query, nil).status, http.StatusUnprocessableEntity)
		equal(w.t, "creating", c.post("/orgs/northwind/security/identity-providers/new"+query, nil).status, http.StatusUnprocessableEntity)
		equal(w.t, "the theme", w.client().post("/theme"+query, nil).header.Get("Set-Cookie") != "", true)
		multipart := c.upload("/orgs/northwind/security/identity-providers/okta/delete"+query, nil, "file", "x")
		equal(w.t, "deleting by multipart", multipart.status, http.StatusUnprocessableEntity)
		equal(w.t, "Ada's name", raw.word("SELECT name FROM users WHERE email = '"+ada+"'"), "Ada Admin")
		equal(w.t, "identity providers", raw.number("SELECT count(*) FROM identity_providers"), 1)
		page := w.client().get("/login" + query)
		equal(w.t, "the sign-in page holds no password of an address", strings.Contains(page.body, plain), false)
	})
}

func TestAResetLinkWorksOnceAndSignsEverybodyOut(t *testing.T) {
	each(t, func(w *world) {
		elsewhere := w.signIn(ulf)
		token := w.resetToken(ulf)
		path := urls.PasswordReset.To(token)
		const fresh = "an entirely new passphrase"
		c := w.client()
		equal(w.t, "too short", c.post(path, fields("password", "short", "repeat", "short")).status, http.StatusUnprocessableEntity)
		equal(w.t, "not the same", c.post(path, fields("password", fresh, "repeat", fresh+"x")).status, http.StatusUnprocessableEntity)
		got := c.post(path, fields("password", fresh, "repeat", fresh))
		equal(w.t, "status", got.status, http.StatusSeeOther)
		equal(w.t, "it signs nobody in", c.signedIn(), false)
		equal(w.t, "sessions elsewhere", elsewhere.signedIn(), false)
		equal(w.t, "a second time", c.post(path, fields("password", fresh, "repeat", fresh)).status, http.StatusNotFound)
		equal(w.t, "the page a second time", c.get(path).status, http.StatusNotFound)
		equal(w.t, "the old password", c.post("/login", fields("email", ulf, "password", plain)).status, http.StatusUnprocessableEntity)
		equal(w.t, "the new password", c.post("/login", fields("email", ulf, "password", fresh)).status, http.StatusSeeOther)
		w.log.secret(fresh)
	})
}

// A new password ends every other session and keeps this one, with another token.
func TestANewPasswordSignsTheOthersOut(t *testing.T) {
	each(t, func(w *world) {
		here, there := w.signIn(ulf), w.signIn(ulf)
		token := here.token()
		const fresh = "an entirely new passphrase"
		got := here.post("/account/security", fields("current", plain, "password", fresh, "repeat", fresh))
		equal(w.t, "status", got.status, http.StatusSeeOther)
		if page := here.get(got.location); !strings.Contains(page.page().text(), "Your password is changed.") {
			w.t.Error("the page does not say so")
		}
		equal(w.t, "here", here.signedIn(), true)
		equal(w.t, "there", there.signedIn(), false)
		equal(w.t, "the old token", w.client().get("/account", header("Cookie", "gatehouse="+token)).status, http.StatusSeeOther)
	})
}

// No Administrator can take over an account that is more than this organization's.
func TestAResetLinkIsNotMadeForAnAccountOfTwoOrganizations(t *testing.T) {
	each(t, func(w *world) {
		admin := w.signIn(ada)
		for email, want := range map[string]int{ulf: http.StatusOK, bo: http.StatusUnprocessableEntity, sana: http.StatusUnprocessableEntity} {
			got := admin.post(urls.MemberResetLink.To("northwind", w.userID(email)), nil)
			equal(w.t, email, got.status, want)
			equal(w.t, email+": the page holds a link", strings.Contains(got.body, "/password/reset/"), want == http.StatusOK)
		}
	})
}

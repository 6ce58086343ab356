package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/saml/samltest"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

const singleSignOn = "/orgs/northwind/security/single-sign-on"

// makeCodes makes break-glass codes as the page does, tests the first, and returns the others.
func (c *client) makeCodes() []string {
	c.w.t.Helper()
	codes := strings.Fields(text(c.post(singleSignOn+"/codes", nil).mustBe(c.w, "codes", http.StatusOK).page().byID("codes")))
	equal(c.w.t, "codes", len(codes), models.BreakGlassCodes)
	c.w.log.secret(codes...)
	c.post(singleSignOn+"/codes/test", fields("code", " "+strings.ToLower(codes[0])+" ")).mustBe(c.w, "test code", http.StatusSeeOther)
	return codes[1:]
}

// require takes a step as the page does.
func (c *client) require(stage string, more ...string) answer {
	c.w.t.Helper()
	f, ok := c.get(singleSignOn).mustBe(c.w, "the page", http.StatusOK).page().formTo(singleSignOn)
	if !ok {
		c.w.t.Fatal("the page offers no step")
	}
	f.values.Set("stage", stage)
	f.values.Set("within", "10")
	f.values.Set("action", "save")
	for i := 0; i < len(more); i += 2 {
		f.values.Set(more[i], more[i+1])
	}
	if stage == "chosen" {
		return c.post(singleSignOn+"/people", f.values)
	}
	return c.post(singleSignOn, f.values)
}

// enforced is Northwind with single sign-on required of everyone, and confirmed: the Administrator who came in that way, and their codes.
func (w *world) enforced() (p provider, admin *client, codes []string) {
	w.t.Helper()
	p, admin = w.connect("northwind", "okta"), w.signIn(ada)
	admin.test(p, ada)
	codes = admin.makeCodes()
	admin.require("me").mustBe(w, "me", http.StatusSeeOther)
	admin.sso(p, ada, "").mustBe(w, "confirm", http.StatusSeeOther)
	admin.require("everyone").mustBe(w, "everyone", http.StatusSeeOther)
	admin.sso(p, ada, "").mustBe(w, "confirm", http.StatusSeeOther)
	return p, admin, codes
}

// later is as if that much time had passed for what is required.
func (w *world) later(d time.Duration) {
	w.t.Helper()
	at := time.Now().Add(-d).UTC().Format("2006-01-02 15:04:05.999999-07:00")
	w.raw().run("UPDATE enforcements SET confirm_by = '" + at + "' WHERE confirm_by IS NOT NULL")
}

func (c *client) breakGlass(email, code string) answer {
	c.w.t.Helper()
	return c.post(urls.LoginBreakGlass.To(), fields("organization", "northwind", "email", email, "password", plain, "code", code))
}

// mustBeOut holds a browser to being kept out of Northwind, and told the way.
func (c *client) mustBeOut(what string) {
	c.w.t.Helper()
	c.mustBeOutThrough(what, provider{slug: "okta"})
}

func (c *client) mustBeOutThrough(what string, p provider) {
	c.w.t.Helper()
	got := c.get("/orgs/northwind/members")
	equal(c.w.t, what+": status", got.status, http.StatusSeeOther)
	equal(c.w.t, what+": leads to", got.location, "/login/sso/northwind?next=%2Forgs%2Fnorthwind%2Fmembers&required=1")
	way := c.get(got.location).mustBe(c.w, what, http.StatusOK).page().text()
	equal(c.w.t, what+": says the way", strings.Contains(way, "requires single sign-on of you") && strings.Contains(way, "Sign in with "+p.slug), true)
}

func (c *client) mustBeIn(what string) {
	c.w.t.Helper()
	equal(c.w.t, what+": status", c.get("/orgs/northwind/members").status, http.StatusOK)
}

func TestFromNothingToEnforced(t *testing.T) {
	each(t, func(w *world) {
		p, admin, member := w.connect("northwind", "okta"), w.signIn(ada), w.signIn(ulf)
		both := w.signIn(bo)
		page := admin.get(singleSignOn).mustBe(w, "the page", http.StatusOK).page().text()
		equal(w.t, "says what is missing", strings.Contains(page, "Not required") && strings.Contains(page, "You have not tested it") && strings.Contains(page, "You have none."), true)
		equal(w.t, "without a test", admin.require("me").status, http.StatusUnprocessableEntity)
		admin.test(p, ulf) // ends as somebody else
		equal(w.t, "with a test as somebody else", admin.require("me").status, http.StatusUnprocessableEntity)
		admin.test(p, ada)
		equal(w.t, "without codes", admin.require("me").status, http.StatusUnprocessableEntity)
		equal(w.t, "a made-up code", admin.post(singleSignOn+"/codes/test", fields("code", "AAAA-AAAA-AAAA-AAAA")).status, http.StatusUnprocessableEntity)
		admin.makeCodes()
		equal(w.t, "everyone first", admin.require("everyone").status, http.StatusUnprocessableEntity)
		equal(w.t, "no stage", admin.require("all").status, http.StatusUnprocessableEntity)
		equal(w.t, "nobody chosen", admin.require("chosen").status, http.StatusUnprocessableEntity)
		equal(w.t, "for ever", admin.require("me", "within", "99999").status, http.StatusUnprocessableEntity)
		equal(w.t, "an older page", admin.require("me", "version", "7").status, http.StatusConflict)

		admin.require("me").mustBe(w, "me", http.StatusSeeOther)
		admin.mustBeOut("the Administrator by password")
		equal(w.t, "a change by password", admin.post(singleSignOn+"/lift", nil).status, http.StatusUnauthorized)
		member.mustBeIn("a member")
		admin.sso(p, ada, "").mustBe(w, "by single sign-on", http.StatusSeeOther)
		admin.mustBeIn("the Administrator by single sign-on")
		page = admin.get(singleSignOn).page().text()
		equal(w.t, "confirmed", strings.Contains(page, "Required of the Administrator who switched it on") && !strings.Contains(page, "not confirmed yet"), true)

		admin.chooses(olga)
		admin.require("chosen", "member", w.userID(olga), "team", "hands").mustBe(w, "chosen", http.StatusSeeOther)
		member.mustBeOut("a member of the team")
		w.signIn(olga).mustBeOut("a chosen person")
		both.mustBeIn("somebody else")
		admin.sso(p, ada, "").mustBe(w, "confirm", http.StatusSeeOther)
		listed := admin.get(singleSignOn).page().text()
		equal(w.t, "lists the chosen", strings.Contains(listed, "Chosen people and teams") && strings.Contains(listed, "Olga") && strings.Contains(listed, "Hands"), true)
		equal(w.t, "and begins with them", strings.Contains(admin.get(singleSignOn+"/people").body, `Chosen <span class="count">2`), true)
		everyone := admin.require("everyone", "action", "").mustBe(w, "says whom first", http.StatusOK).page().text()
		equal(w.t, "in numbers", strings.Contains(everyone, "Require single sign-on of every member") && strings.Contains(everyone, "It will be required of"), true)
		admin.require("everyone").mustBe(w, "everyone", http.StatusSeeOther)
		admin.sso(p, ada, "").mustBe(w, "confirm", http.StatusSeeOther)
		both.mustBeOut("everybody")
		equal(w.t, "their other organization", both.get("/orgs/contoso").status, http.StatusOK)
		equal(w.t, "their account", both.get("/account").status, http.StatusOK)
		guest := w.signIn(quentin)
		equal(w.t, "a guest of an app", guest.get("/orgs/northwind/apps/drive").status, http.StatusOK)
		equal(w.t, "an app, to a member by password", member.get("/orgs/northwind/apps/arm").status, http.StatusSeeOther)
		equal(w.t, "what is public, to a stranger with an account", w.signIn(carl).get("/orgs/northwind/apps/showcase").status, http.StatusOK)
		equal(w.t, "a member by single sign-on", w.signInThrough(p, ulf).get("/orgs/northwind/members").status, http.StatusOK)
		equal(w.t, "to a stranger the sign-in page is as ever", w.client().get("/orgs/northwind").location, "/login?next=%2Forgs%2Fnorthwind")
		equal(w.t, "by the other server", w.replica().client().get("/healthz").status, http.StatusOK)

		admin.post(singleSignOn+"/lift", nil).mustBe(w, "lift", http.StatusSeeOther)
		member.mustBeIn("a member afterwards")
	})
}

// chooses goes the way to the stage of chosen people up to its last button: found, pasted, taken out, and said in numbers.
func (c *client) chooses(email string) {
	w, people := c.w, singleSignOn+"/people"
	w.t.Helper()
	f, _ := c.get(singleSignOn).page().formTo(singleSignOn)
	f.values.Set("stage", "chosen")
	got := c.post(singleSignOn, f.values)
	equal(w.t, "leads to the choice", got.location, people+"?within=10")
	picker := c.get(got.location).mustBe(w, "the choice", http.StatusOK).page().text()
	equal(w.t, "offers both", strings.Contains(picker, "Hands") && strings.Contains(picker, "Ulf User"), true)
	found := c.get(people+"?q=olga").mustBe(w, "search", http.StatusOK).body
	equal(w.t, "finds one", strings.Contains(found, w.userID(email)) && !strings.Contains(found, w.userID(ulf)), true)
	picked := c.get(people+"?q=&team=hands&member="+w.userID(email)+"&member="+w.userID(carl)).mustBe(w, "chosen in the address", http.StatusOK).body
	equal(w.t, "stays chosen", strings.Contains(picked, `Chosen <span class="count">2`), true)
	equal(w.t, "nobody of another organization", strings.Contains(picked, `value="`+w.userID(carl)), false)

	equal(w.t, "nobody", c.post(people, fields("within", "10")).status, http.StatusUnprocessableEntity)
	refused := c.post(people, fields("within", "10", "team", "hands", "people", email+", nobody@nowhere.example\r\nno-team"))
	equal(w.t, "pasted wrong", refused.status, http.StatusUnprocessableEntity)
	equal(w.t, "says which", refused.page().errorAt("people"), "Not the address of a member, nor the ID of a team: nobody@nowhere.example, no-team.")
	equal(w.t, "keeps what was right", strings.Contains(refused.body, `Chosen <span class="count">2`), true)
	preview := c.post(people, fields("within", "10", "team", "hands", "people", " "+strings.ToUpper(email)+" ")).mustBe(w, "preview", http.StatusOK).page()
	for _, words := range []string{"Nothing is changed yet.", "It will be required of", "you among them.", "have never come in through an identity provider", "Olga", "Hands"} {
		if !strings.Contains(preview.text(), words) {
			w.t.Errorf("the preview does not say %q", words)
		}
	}
	shown, _ := preview.formTo(people)
	shown.values.Set("without", "team hands")
	fewer := c.post(people, shown.values).mustBe(w, "without the team", http.StatusOK).page()
	equal(w.t, "taken out", strings.Contains(fewer.text(), "Olga") && !strings.Contains(fewer.text(), "Hands"), true)
	equal(w.t, "nothing is required of them yet", w.raw().number("SELECT count(*) FROM enforced_members")+w.raw().number("SELECT count(*) FROM enforced_teams"), 0)
}

func TestTheSecurityPageSaysWhatIsRequired(t *testing.T) {
	each(t, func(w *world) {
		says := func(c *client, what string, words ...string) {
			w.t.Helper()
			page := c.get("/orgs/northwind/security").mustBe(w, what, http.StatusOK).page().text()
			for _, each := range words {
				if !strings.Contains(page, each) {
					w.t.Errorf("%s: the page does not say %q", what, each)
				}
			}
		}
		p, admin, reader := w.connect("northwind", "okta"), w.signIn(ada), w.signIn(olga)
		second := w.connect("northwind", "entra")
		says(reader, "nothing", "Not required", "as they like")
		equal(w.t, "a reader is led nowhere", strings.Contains(reader.get("/orgs/northwind/security").body, singleSignOn), false)
		admin.test(second, ada) // one of the two is enough
		admin.makeCodes()
		words := admin.get(singleSignOn).page().text()
		equal(w.t, "each by itself", strings.Contains(words, "You tested it as it is configured now") && strings.Contains(words, "You have not tested it as it is configured now."), true)
		admin.require("me").mustBe(w, "me", http.StatusSeeOther)
		says(reader, "waiting", "Not confirmed yet", "by signing in through Sign in with entra or Sign in with okta before", "Otherwise it gives way, and is required of nobody.")
		admin.sso(p, ada, "").mustBe(w, "confirm through the other", http.StatusSeeOther)
		says(reader, "confirmed", "Required of the Administrator who switched it on", "Switched on", "by Ada Admin. Whoever it concerns comes in through Sign in with entra or Sign in with okta")
		equal(w.t, "the way to the page", strings.Contains(admin.get("/orgs/northwind/security").body, singleSignOn), true)
		admin.require("everyone").mustBe(w, "everyone", http.StatusSeeOther)
		w.later(time.Minute)
		admin.sso(p, ada, "").mustBe(w, "too late", http.StatusSeeOther)
		says(reader, "given way", "Required of the Administrator who switched it on", "it was required of every member. No Administrator signed in by single sign-on in time to confirm the step.")
		admin.post(p.page()+"/disable", nil).mustBe(w, "disable the one it rests on", http.StatusSeeOther)
		w.signIn(ada).mustBeOutThrough("the other goes on", second)
		back := w.signInThrough(second, ada)
		back.post(second.page()+"/disable", nil).mustBe(w, "disable the other", http.StatusSeeOther)
		says(reader, "ended", "Not required", "because Ada Admin disabled Sign in with entra, on which it rested.")
	})
}

// Every way in which an Administrator is locked out that the design foresees, and how they get back in.

func TestLockedOutTheIdentityProviderIsDown(t *testing.T) {
	each(t, func(w *world) {
		p, _, codes := w.enforced()
		c := w.signIn(ada)
		c.mustBeOut("by password alone")
		equal(w.t, "a wrong code", c.breakGlass(ada, "AAAA-AAAA-AAAA-AAAA").status, http.StatusUnprocessableEntity)
		equal(w.t, "somebody else with the code", w.client().breakGlass(ulf, codes[0]).status, http.StatusUnprocessableEntity)
		stranger := w.client().breakGlass("nobody@nowhere.example", codes[0]).page().text()
		equal(w.t, "the same answer for all", w.client().breakGlass(ulf, codes[0]).page().text(), strings.ReplaceAll(stranger, "nobody@nowhere.example", ulf))
		c.breakGlass(ada, codes[0]).mustBe(w, "break glass", http.StatusSeeOther)
		for _, path := range []string{"/orgs/northwind/members", "/orgs/northwind/audit", "/account", "/"} {
			got := c.get(path)
			if got.status == http.StatusSeeOther {
				got = c.get(got.location)
			}
			equal(w.t, "the banner on "+path, strings.Contains(got.page().text(), "You came in by a break-glass code."), true)
		}
		equal(w.t, "audit", strings.Contains(c.get("/orgs/northwind/audit").page().text(), "got in by a break-glass code"), true)
		equal(w.t, "the code a second time", w.client().breakGlass(ada, codes[0]).status, http.StatusUnprocessableEntity)
		equal(w.t, "no banner elsewhere", strings.Contains(w.signInThrough(p, ada).get("/orgs/northwind").body, "You came in by a break-glass code."), false)
		c.post(p.page()+"/disable", nil).mustBe(w, "disable what is down", http.StatusSeeOther)
		w.signIn(ulf).mustBeIn("everybody by password")
	})
}

func TestLockedOutGuessingACodeLocksLikeAPassword(t *testing.T) {
	each(t, func(w *world) {
		_, _, codes := w.enforced()
		c := w.client()
		for range 5 {
			c.breakGlass(ada, "AAAA-AAAA-AAAA-AAAA")
		}
		equal(w.t, "the right code after five wrong ones", c.breakGlass(ada, codes[0]).status, http.StatusTooManyRequests)
		w.client().breakGlass(ada, codes[0]).mustBe(w, "from another address", http.StatusSeeOther)
	})
}

func TestLockedOutByAWrongCertificateGivesWayByItself(t *testing.T) {
	each(t, func(w *world) {
		p, admin, _ := w.enforced()
		form, _ := admin.get(p.page() + "/edit").page().formTo(p.page() + "/edit")
		save := url.Values{}
		for name, values := range form.values {
			save[name] = values
		}
		save.Set("action", "save")
		save.Set("certificate", pemOf("CERTIFICATE", w.otherIDP().Certificate))
		admin.post(p.page()+"/edit", save).mustBe(w, "save a wrong certificate", http.StatusSeeOther)
		c := w.signIn(ada)
		c.mustBeOut("by password")
		equal(w.t, "by single sign-on", c.sso(p, ada, "").status, http.StatusForbidden)
		w.later(time.Minute)
		c.mustBeIn("when nobody confirmed the new certificate")
		c.get(singleSignOn).mustBe(w, "noticed", http.StatusOK)
		c.get(singleSignOn).mustBe(w, "noticed again", http.StatusOK)
		equal(w.t, "recorded once", w.raw().number("SELECT count(*) FROM audit_entries WHERE action = 'single-sign-on.reverted'"), 1)
	})
}

func TestLockedOutAStepThatNobodyConfirmsGivesWay(t *testing.T) {
	each(t, func(w *world) {
		p, admin := w.connect("northwind", "okta"), w.signIn(ada)
		admin.test(p, ada)
		admin.makeCodes()
		admin.require("me").mustBe(w, "me", http.StatusSeeOther)
		admin.mustBeOut("before")
		w.later(time.Second)
		admin.mustBeIn("after the window")
		replica := w.replica()
		equal(w.t, "on another server", replica.signIn(ada).get("/orgs/northwind").status, http.StatusOK)
		equal(w.t, "the page", strings.Contains(admin.get(singleSignOn).page().text(), "Not required"), true)
		// Signing in too late confirms nothing.
		admin.sso(p, ada, "").mustBe(w, "too late", http.StatusSeeOther)
		w.signIn(ada).mustBeIn("by password")
	})
}

func TestLockedOutTheProviderIsDisabledOrDeleted(t *testing.T) {
	each(t, func(w *world) {
		p, admin, _ := w.enforced()
		w.signIn(ulf).mustBeOut("while it is required")
		words := admin.get(p.page()).page().text()
		equal(w.t, "the page says what disabling does", strings.Contains(words, "Single sign-on is required through it"), true)
		admin.post(p.page()+"/disable", nil).mustBe(w, "disable", http.StatusSeeOther)
		again := w.signIn(ada)
		again.mustBeIn("disabled")
		again.post(p.page()+"/enable", nil).mustBe(w, "enable", http.StatusSeeOther)
		again.mustBeIn("enabled, it is not required by itself")
		again.test(p, ada)
		again.require("me").mustBe(w, "me", http.StatusSeeOther)
		again.sso(p, ada, "").mustBe(w, "confirm", http.StatusSeeOther)
		again.post(p.page()+"/delete", fields("confirm", "okta")).mustBe(w, "delete", http.StatusSeeOther)
		w.signIn(ada).mustBeIn("deleted")
	})
}

func TestLockedOutAnAdministratorWhomTheProviderDoesNotKnow(t *testing.T) {
	each(t, func(w *world) {
		p, _ := w.connect("northwind", "okta"), w.raw()
		w.raw().run("UPDATE members SET role = 'administrator' WHERE user_id = '" + w.userID(olga) + "'")
		second := w.signIn(olga)
		codes := second.makeCodes()
		admin := w.signIn(ada)
		admin.test(p, ada)
		admin.makeCodes()
		admin.require("me").mustBe(w, "me", http.StatusSeeOther)
		admin.sso(p, ada, "").mustBe(w, "confirm", http.StatusSeeOther)
		admin.require("everyone").mustBe(w, "everyone", http.StatusSeeOther)
		admin.sso(p, ada, "").mustBe(w, "confirm", http.StatusSeeOther)
		// The only one whom the provider knew is gone.
		w.raw().run("DELETE FROM members WHERE user_id = '" + w.userID(ada) + "' AND organization_id = '" + w.organizationID("northwind") + "'")
		second.mustBeOut("by password")
		second.breakGlass(olga, codes[3]).mustBe(w, "by code", http.StatusSeeOther)
		second.post(singleSignOn+"/lift", nil).mustBe(w, "lift", http.StatusSeeOther)
		w.signIn(olga).mustBeIn("everybody")
	})
}

func TestLockedOutWithTheCodesUsedUpTheOperatorUnlocks(t *testing.T) {
	each(t, func(w *world) {
		_, _, codes := w.enforced()
		for _, code := range codes {
			w.client().breakGlass(ada, code).mustBe(w, "a code", http.StatusSeeOther)
		}
		c := w.signIn(ada)
		c.mustBeOut("with no code left")
		lifted, err := w.store.Unlock(t.Context(), "northwind")
		must(w.t, err)
		equal(w.t, "lifted", lifted, true)
		c.mustBeIn("after the operator's command")
		equal(w.t, "the audit log says who", strings.Contains(c.get("/orgs/northwind/audit").page().text(), "switched required single sign-on off"), true)
	})
}

func TestLockedOutASuspendedAdministratorStaysOut(t *testing.T) {
	each(t, func(w *world) {
		p, _, codes := w.enforced()
		w.raw().run("UPDATE members SET suspended = true WHERE user_id = '" + w.userID(ada) + "'")
		equal(w.t, "by code", w.client().breakGlass(ada, codes[0]).status, http.StatusUnprocessableEntity)
		equal(w.t, "by single sign-on", w.client().sso(p, ada, "").status, http.StatusForbidden)
		w.raw().run("UPDATE members SET suspended = false, role = 'organization_contributor' WHERE user_id = '" + w.userID(ada) + "'")
		equal(w.t, "no Administrator any more", w.client().breakGlass(ada, codes[0]).status, http.StatusUnprocessableEntity)
	})
}

func TestNobodyRequiresItWithoutHavingTestedThisConfiguration(t *testing.T) {
	each(t, func(w *world) {
		p, admin := w.connect("northwind", "okta"), w.signIn(ada)
		admin.makeCodes()
		admin.test(p, ada, func(a *samltest.Answer) { a.Audience = "https://other.example" })
		equal(w.t, "a refused test", admin.require("me").status, http.StatusUnprocessableEntity)
		admin.test(p, ada)
		w.raw().run("UPDATE identity_providers SET sso_url = 'https://elsewhere.example/sso'")
		equal(w.t, "another configuration since", admin.require("me").status, http.StatusUnprocessableEntity)
	})
}

func TestABreakGlassCodeDoesNotExcuseFromThePasswordRules(t *testing.T) {
	each(t, func(w *world) {
		_, _, codes := w.enforced()
		w.raw().run("UPDATE organizations SET password_special = 5 WHERE slug = 'northwind'")
		c := w.client()
		c.breakGlass(ada, codes[0]).mustBe(w, "the code", http.StatusSeeOther)
		equal(w.t, "leads to a new password", strings.HasPrefix(c.get(singleSignOn).mustBe(w, "the page", http.StatusSeeOther).location, urls.PasswordDue.To()), true)
		const fresh = "a-brand-new-pass-phrase-of-ada"
		c.post(urls.AccountSecurity.To(), fields("current", plain, "password", fresh, "repeat", fresh, "next", singleSignOn)).mustBe(w, "a new one", http.StatusSeeOther)
		c.get(singleSignOn).mustBe(w, "in, by the same code", http.StatusOK)
	})
}

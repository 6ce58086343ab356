package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const policyPage = "/orgs/northwind/security/password-policy"

// policyForm is the form as it is drawn, with changes.
func (c *client) policyForm(pairs ...string) map[string][]string {
	c.w.t.Helper()
	drawn, _ := c.get(policyPage).mustBe(c.w, "the form", http.StatusOK).page().formTo(policyPage)
	drawn.values.Del("action")
	for i := 0; i < len(pairs); i += 2 {
		if drawn.values.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			drawn.values.Del(pairs[i])
		}
	}
	return drawn.values
}

func TestPasswordRulesAreChangedAndMetAtTheNextSignIn(t *testing.T) {
	each(t, func(w *world) {
		admin, raw, was := w.signIn(ada), w.raw(), w.signIn(ulf)
		text := admin.get("/orgs/northwind/security").page().text()
		equal(w.t, "the rules in words", strings.Contains(text, "At least 15 characters. Every character counts, spaces too, and no kind of character is demanded."), true)

		before := raw.dump()
		for field, wrong := range map[string][]string{
			"min_length": {"", "7", "65", "many"}, "max_length": {"31", "129"}, "upper": {"-1", "6"}, "lower": {"6"}, "digits": {"6"}, "special": {"6"},
			"history": {"11"}, "lifetime": {"1", "4000"}, "lock_after": {"0", "2", "11"}, "lock_minutes": {"0", "61"},
		} {
			for _, value := range wrong {
				got := admin.post(policyPage, admin.policyForm("preset", "custom", field, value, "action", "save")).mustBe(w, field+" "+value, http.StatusUnprocessableEntity)
				if got.page().errorAt(field) == "" {
					w.t.Errorf("%s %q: nothing stands beside it", field, value)
				}
			}
		}
		got := admin.post(policyPage, admin.policyForm("preset", "custom", "min_length", "64", "max_length", "40", "action", "save")).mustBe(w, "more at least than at most", http.StatusUnprocessableEntity)
		equal(w.t, "beside it", got.page().errorAt("max_length"), "The maximum is not less than the minimum.")
		preview := admin.post(policyPage, admin.policyForm("preset", "custom", "special", "2", "lifetime", "30")).mustBe(w, "preview", http.StatusOK).page().text()
		for _, words := range []string{"Nothing is saved yet.", "it cannot be known now", "Each is checked at the next sign-in", "advise against demanding kinds of characters", "advise against passwords that expire", "At least 2 special characters."} {
			equal(w.t, "says "+words, strings.Contains(preview, words), true)
		}
		equal(w.t, "a preset, whatever stands in the fields", strings.Contains(admin.post(policyPage, admin.policyForm("preset", "pci-dss", "special", "5")).page().text(), "Not one of the last 4 passwords."), true)
		raw.unchanged("looking", before)

		strict := admin.policyForm("preset", "custom", "special", "5", "history", "3", "action", "save")
		admin.post(policyPage, strict).mustBe(w, "save", http.StatusSeeOther)
		equal(w.t, "stale", admin.post(policyPage, strict).status, http.StatusConflict)
		was.get("/orgs/northwind").mustBe(w, "a session that was open", http.StatusOK)

		c := w.client()
		in := c.post("/login", fields("email", ulf, "password", plain, "next", "/orgs/northwind/teams")).mustBe(w, "signs in", http.StatusSeeOther)
		equal(w.t, "leads to", in.location, "/password/due?next=%2Forgs%2Fnorthwind%2Fteams")
		for _, path := range []string{"/", "/account", "/account/security", "/orgs/northwind", "/orgs/northwind/members", "/collaborations", "/orgs/northwind/apps/arm"} {
			equal(w.t, path+" leads back", strings.HasPrefix(c.get(path).mustBe(w, path, http.StatusSeeOther).location, "/password/due?next="), true)
		}
		c.post("/account", fields("name", "Somebody Else")).mustBe(w, "nothing else is done either", http.StatusForbidden)
		page := c.get(in.location).mustBe(w, "the page", http.StatusOK).page()
		equal(w.t, "says", strings.Contains(page.text(), "Your present password does not meet the rules any more"), true)
		form, _ := page.formTo("/account/security")
		change := func(fresh string) answer {
			form.values.Set("current", plain)
			form.values.Set("password", fresh)
			form.values.Set("repeat", fresh)
			return c.post("/account/security", form.values)
		}
		refused := change(plain).mustBe(w, "the same again", http.StatusUnprocessableEntity).page()
		equal(w.t, "what is wrong", strings.Contains(refused.errorAt("password"), "Use at least 5 special characters"), true)
		equal(w.t, "on the same page", strings.Contains(refused.text(), "everything opens once there is a new one"), true)
		const fresh = "a-brand-new-pass-phrase-of-ulf"
		equal(w.t, "leads on", change(fresh).mustBe(w, "a good one", http.StatusSeeOther).location, "/orgs/northwind/teams")
		c.get("/orgs/northwind/teams").mustBe(w, "everything opens", http.StatusOK)
		equal(w.t, "no more", c.get("/password/due?next=/account").location, "/account")
		again := c.post("/account/security", fields("current", fresh, "password", fresh, "repeat", fresh)).mustBe(w, "the present one", http.StatusUnprocessableEntity)
		equal(w.t, "says", strings.Contains(again.page().errorAt("password"), "This is one of your last 3 passwords."), true)

		// Too old is due as well; single sign-on asks nobody for a password.
		raw.run("UPDATE organizations SET password_special = 0, password_lifetime_days = 30 WHERE slug = 'northwind'")
		raw.run("UPDATE users SET password_changed_at = NULL WHERE name = 'Tess Team'")
		equal(w.t, "too old", strings.HasPrefix(w.client().post("/login", fields("email", tess, "password", plain)).location, "/password/due"), true)
		p := w.connect("northwind", "okta")
		w.signInThrough(p, tess).get("/orgs/northwind").mustBe(w, "by single sign-on", http.StatusOK)
	})
}

// What is typed is checked by what decides, for an account of several organizations with the names of who asks, and nothing is kept of it.
func TestAPasswordIsCheckedAsItIsTyped(t *testing.T) {
	each(t, func(w *world) {
		raw := w.raw()
		bo := w.signIn(bo) // in both, and before the rules change
		raw.run("UPDATE organizations SET password_digits = 1 WHERE slug = 'contoso'")
		raw.run("UPDATE organizations SET password_forbid_overlap = true WHERE slug = 'northwind'")
		asks := func(c *client, path, typed, current string) []string {
			w.t.Helper()
			var asked string
			for _, node := range c.get(path).mustBe(w, path, http.StatusOK).page().all("div") {
				if attribute(node, "data-asked") != "" {
					asked = attribute(node, "data-asked")
				}
			}
			var broken []string
			got := c.post("/password/check", fields("asked", asked, "password", typed, "current", current)).mustBe(w, "check", http.StatusOK)
			must(w.t, json.Unmarshal([]byte(got.body), &broken))
			return broken
		}
		before := raw.dump()
		broken := asks(bo, "/account/security", "short", "x")
		equal(w.t, "all at once", strings.Join(broken, "|"), "Use at least 15 characters; this has 5. Northwind Robotics asks for this.|Use at least 1 digit; this has 0. Contoso asks for this.")
		equal(w.t, "mostly the present one", asks(bo, "/account/security", "amber lantern orchard 8", "amber lantern orchard 7")[0], "This is mostly your present password. Choose one that has little of it. Northwind Robotics asks for this.")
		equal(w.t, "a good one", len(asks(bo, "/account/security", "amber lantern orchard 8", "x")), 0)
		raw.unchanged("checking", before)
		for _, asked := range []string{"", "!", "e30x", strings.Repeat("A", 5000)} {
			w.client().post("/password/check", fields("asked", asked, "password", "x")).mustBe(w, "no rules", http.StatusUnprocessableEntity)
		}
	})
}

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/saml"
	"gatehouse/internal/saml/samltest"
	"gatehouse/internal/urls"
)

// beginTest begins a test sign-in as the Administrator's button does.
func (c *client) beginTest(p provider) samltest.AuthnRequest {
	c.w.t.Helper()
	page := c.post(p.page()+"/test", nil).mustBe(c.w, "begin test", http.StatusOK).page()
	for _, link := range page.all("a") {
		if href := attribute(link, "href"); strings.HasPrefix(href, ssoURL) {
			request, err := samltest.ReadRedirect(href)
			must(c.w.t, err)
			return c.secretly(request)
		}
	}
	c.w.t.Fatal("the page leads to no identity provider")
	return samltest.AuthnRequest{}
}

// test runs a whole test sign-in and returns the address of its result.
func (c *client) test(p provider, email string, mutations ...func(*samltest.Answer)) string {
	c.w.t.Helper()
	request := c.beginTest(p)
	got := c.deliver(p.acsPath(), p.respond(p.says(request, email, mutations...)), request.RelayState).mustBe(c.w, "test", http.StatusSeeOther)
	if strings.HasPrefix(got.location, urls.SAMLFinish.To()) {
		got = c.get(got.location).mustBe(c.w, "test", http.StatusSeeOther)
	}
	return got.location
}

// checks are the checks of a recorded sign-in's page, by title.
func (a answer) checks() map[string]string {
	found := map[string]string{}
	for _, row := range a.page().all("tr") {
		cells := (page{row}).all("td")
		if len(cells) == 4 {
			found[text(cells[0])] = text(cells[1])
		}
	}
	return found
}

func TestEveryCheckOfASignInIsRecorded(t *testing.T) {
	each(t, func(w *world) {
		p, admin := w.connect("northwind", "okta"), w.signIn(ada)
		c := w.client()
		request := c.begin(p, "/orgs/northwind")
		slow := func(a *samltest.Answer) { a.Now = a.Now.Add(90 * time.Second) }
		c.get(c.deliver(p.acsPath(), p.respond(p.says(request, ulf, slow)), request.RelayState).location).mustBe(w, "sign in", http.StatusSeeOther)
		reference := w.raw().word("SELECT reference FROM sign_in_attempts")
		accepted := admin.get(p.page()+"/attempts/"+reference).mustBe(w, "its page", http.StatusOK)
		checks := accepted.checks()
		equal(w.t, "checks", len(checks), len(saml.Unmade())+8)
		for title, outcome := range checks {
			equal(w.t, title, outcome, "Passed")
		}
		words := accepted.page().text()
		for _, piece := range []string{"Every check passed, and the person was signed in.", "Ulf User", "minute", "ahead of ours", `Name="email"`, "u•••@northwind.example", "Test identity provider"} {
			if !strings.Contains(words, piece) {
				w.t.Errorf("the page does not say %q", piece)
			}
		}
		equal(w.t, "an address in the outline", strings.Contains(text(accepted.page().byID("outline")), ulf), false)

		again := c.deliver(p.acsPath(), p.respond(p.says(c.begin(p, "/"), ulf, func(a *samltest.Answer) { a.Audience = "https://other.example" })), c.begin(p, "/").RelayState)
		equal(w.t, "an answer to another request", again.status, http.StatusForbidden)
		refusedPage := admin.get(p.page()+"/attempts/"+again.reference()).mustBe(w, "the refused one's page", http.StatusOK)
		checks = refusedPage.checks()
		equal(w.t, "a sign-in was waiting", checks["A sign-in was waiting for it"], "Passed")
		equal(w.t, "signature", checks["Signature of a certificate of this connection"], "Passed")
		equal(w.t, "request", checks["Answers our request"], "Failed")
		equal(w.t, "audience", checks["Audience"], "Not made")
		equal(w.t, "member", checks["A member"], "Not made")

		// A number is typed in any way; one that nobody saw, or that another organization's people saw, leads nowhere.
		find := func(c *client, organization, typed string) answer {
			return c.get(urls.With(urls.SecurityAttempt.To(organization), "reference", typed))
		}
		for _, typed := range []string{reference, strings.ToLower(reference), " " + strings.ReplaceAll(reference, "-", "") + " "} {
			equal(w.t, "found by "+typed, find(admin, "northwind", typed).location, p.page()+"/attempts/"+reference)
		}
		for _, typed := range []string{"0000-0000", "nothing", strings.Repeat("x", 3000), "%"} {
			got := find(admin, "northwind", typed)
			equal(w.t, "found by "+typed, got.status, http.StatusNotFound)
			equal(w.t, "says so", strings.Contains(got.page().text(), "No sign-in is recorded under this number."), true)
		}
		equal(w.t, "without a number", find(admin, "northwind", "").location, "/orgs/northwind/security")
		equal(w.t, "from another organization", find(w.signIn(carl), "contoso", reference).status, http.StatusNotFound)
		w.connect("northwind", "second")
		equal(w.t, "under another provider", admin.get("/orgs/northwind/security/identity-providers/second/attempts/"+reference).status, http.StatusNotFound)
		equal(w.t, "to others", w.signIn(olga).get(p.page()+"/attempts/"+reference).status, http.StatusForbidden)
		equal(w.t, "to strangers", w.client().get(p.page()+"/attempts/"+reference).status, http.StatusSeeOther)
	})
}

func TestATestSignInShowsEverythingAndMakesNothing(t *testing.T) {
	each(t, func(w *world) {
		p, admin := w.connect("northwind", "okta", disabled), w.signIn(ada)
		raw, token := w.raw(), admin.token()
		before := raw.dump()
		request := admin.beginTest(p)
		equal(w.t, "asked to sign in anew", request.ForceAuthn, true)
		got := admin.deliver(p.acsPath(), p.respond(p.says(request, ada)), request.RelayState).mustBe(w, "accepted", http.StatusSeeOther)
		end := admin.get(got.location).mustBe(w, "finished", http.StatusSeeOther)
		equal(w.t, "the session stays as it is", admin.token(), token)
		page := admin.get(end.location).mustBe(w, "result", http.StatusOK)
		words := page.page().text()
		for _, piece := range []string{"Test passed", "a sign-in like this would be accepted, as Ada Admin.", "id of " + ada, "What the identity provider sent", ada, "Some"} {
			if !strings.Contains(words, piece) {
				w.t.Errorf("the page does not say %q", piece)
			}
		}
		equal(w.t, "checks", len(page.checks()), len(saml.Unmade())+8)
		equal(w.t, "remembered that it works", raw.number("SELECT count(*) FROM identity_providers WHERE slug = 'okta' AND proven_at IS NOT NULL"), 1)
		raw.run("UPDATE identity_providers SET proven_at = NULL")
		after := raw.dump()
		for table, rows := range after {
			if strings.Join(rows, "\n") != strings.Join(before[table], "\n") && !strings.Contains("audit_entries audit_chains saml_flows saml_results saml_replays sign_in_attempts sign_in_evidence identity_provider_certificates identity_provider_sightings", table) {
				w.t.Errorf("a test changed %s", table)
			}
		}

		// Another Administrator sees the result, not what was received.
		raw.run("UPDATE members SET role = 'administrator' WHERE user_id = '" + w.userID(olga) + "'")
		theirs := w.signIn(olga).get(end.location).mustBe(w, "another Administrator", http.StatusOK)
		equal(w.t, "the name ID is shown to another", strings.Contains(theirs.body, "id of "+ada), false)
		equal(w.t, "the values are shown to another", strings.Contains(theirs.page().text(), "What the identity provider sent"), false)

		// A refused one ends on its page as well, and is kept to be tried again.
		location := admin.test(p, ada, func(a *samltest.Answer) { a.Audience = "https://other.example" })
		refused := admin.get(location).mustBe(w, "refused", http.StatusOK)
		equal(w.t, "refused by", refused.checks()["Audience"], "Failed")
		equal(w.t, "would it pass now", strings.Contains(refused.page().text(), "Would it pass now?"), true)
		stranger := admin.get(admin.test(p, "x@elsewhere.example")).mustBe(w, "a stranger", http.StatusOK)
		equal(w.t, "a stranger's test", stranger.checks()["A person known here"], "Failed")
		equal(w.t, "sign-ins through it", w.client().get(p.begin("/")).status, http.StatusNotFound)

		// In another browser it comes to nothing.
		request = admin.beginTest(p)
		got = admin.deliver(p.acsPath(), p.respond(p.says(request, ada)), request.RelayState)
		equal(w.t, "another browser", w.signIn(ada).get(got.location).status, http.StatusForbidden)
		equal(w.t, "begun by somebody else", w.signIn(tess).post(p.page()+"/test", nil).status, http.StatusForbidden)
	})
}

func TestARefusedAnswerIsCheckedAgainstTheDraft(t *testing.T) {
	each(t, func(w *world) {
		p, admin := w.connect("northwind", "okta"), w.signIn(ada)
		renewed := p
		renewed.IDP = w.otherIDP()
		renewed.EntityID = p.EntityID
		c := w.client()
		request := c.begin(p, "/orgs/northwind")
		got := c.deliver(p.acsPath(), renewed.respond(renewed.says(request, ulf)), request.RelayState)
		equal(w.t, "signed by a certificate that we do not have", got.status, http.StatusForbidden)
		reference := got.reference()

		raw := w.raw()
		before := raw.dump()
		draft := func(changes ...string) answer {
			form, ok := admin.get(p.page()+"/edit").mustBe(w, "the form", http.StatusOK).page().formTo(p.page() + "/edit")
			equal(w.t, "there is a form", ok, true)
			values := form.values
			equal(w.t, "offered", strings.Join(form.choices["refusal"], " "), reference)
			values.Set("refusal", reference)
			values.Set("action", "replay")
			for i := 0; i < len(changes); i += 2 {
				values.Set(changes[i], changes[i+1])
			}
			return admin.post(p.page()+"/edit", values)
		}
		equal(w.t, "as saved", strings.Contains(draft().mustBe(w, "as saved", http.StatusOK).page().text(), "No. The answer is not signed by a certificate of this connection."), true)
		both := pemOf("CERTIFICATE", p.Certificate) + pemOf("CERTIFICATE", renewed.Certificate)
		passes := draft("certificate", both).mustBe(w, "with the new certificate", http.StatusOK)
		equal(w.t, "passes", strings.Contains(passes.page().text(), "Yes: every check of the answer passes."), true)
		equal(w.t, "the draft is as typed", passes.page().valueOf("certificate"), both)
		other := draft("certificate", both, "entity_id", "https://other.example").page().text()
		equal(w.t, "with another entity ID", strings.Contains(other, "No. The answer names another issuer"), true)
		equal(w.t, "a draft that is wrong", draft("name", "").status, http.StatusUnprocessableEntity)
		for _, nothing := range []string{"", "0000-0000", "x"} {
			equal(w.t, "an answer that is not kept", draft("refusal", nothing).status, http.StatusUnprocessableEntity)
		}
		raw.unchanged("checking a draft", before)

		form, _ := admin.get(p.page() + "/edit").page().formTo(p.page() + "/edit")
		save := url.Values{}
		for name, values := range form.values {
			save[name] = values
		}
		save.Set("action", "save")
		save.Set("certificate", both)
		admin.post(p.page()+"/edit", save).mustBe(w, "save", http.StatusSeeOther)
		equal(w.t, "the sign-in's own page", strings.Contains(admin.get(p.page()+"/attempts/"+reference).page().text(), "Yes: every check of the answer passes."), true)
		equal(w.t, "signed in by all that", c.signedIn(), false)
	})
}

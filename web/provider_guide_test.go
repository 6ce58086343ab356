package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/saml"
	"gatehouse/internal/urls"
	"gatehouse/views"
)

// guided is a step's address.
func guided(step string) string { return urls.IdentityProviderStep.To("northwind", "okta", step) }

// fill sends the form of a page with some of its fields changed.
func (c *client) fill(path string, pairs ...string) answer {
	c.w.t.Helper()
	f, ok := c.get(path).mustBe(c.w, path, http.StatusOK).page().formTo(path)
	if !ok {
		c.w.t.Fatalf("%s has no form", path)
	}
	f.values.Set("action", "save")
	for i := 0; i+1 < len(pairs); i += 2 {
		f.values.Set(pairs[i], pairs[i+1])
	}
	return c.post(path, f.values)
}

func TestSettingUpAnIdentityProviderStepByStep(t *testing.T) {
	each(t, func(w *world) {
		admin := w.signIn(ada)
		begin := urls.IdentityProviderGuided.To("northwind")
		if !strings.Contains(admin.get("/orgs/northwind/security").body, `href="`+begin+`"`) {
			w.t.Error("Create Identity Provider leads elsewhere")
		}
		refused := admin.fill(begin, "id", "a--b", "name", " ", "product", "nothing").mustBe(w, "nothing chosen", http.StatusUnprocessableEntity).page()
		for field, says := range map[string]string{"id": "Use letters", "name": "Enter a name", "product": "Choose the identity provider"} {
			if !strings.Contains(refused.errorAt(field), says) {
				w.t.Errorf("beside %s stands %q", field, refused.errorAt(field))
			}
		}
		equal(w.t, "as typed", refused.valueOf("id"), "a--b")
		made := admin.fill(begin, "id", "okta", "name", "Okta", "product", "okta")
		equal(w.t, "the draft", made.location, guided("our-values"))
		connection := w.raw().word("SELECT connection_id FROM identity_providers")
		ours := admin.get(guided("our-values")).mustBe(w, "our values", http.StatusOK).page()
		for _, words := range []string{"Single sign-on URL", "Audience URI (SP Entity ID)", "Create App Integration", "firstName", "Step 2 of 7"} {
			if !strings.Contains(ours.text(), words) {
				w.t.Errorf("our values do not say %q", words)
			}
		}
		if values := pageValues(ours); !strings.Contains(values, w.base+urls.SAMLACS.To(connection)) {
			w.t.Errorf("our ACS URL is not there: %s", values)
		}

		// Left and resumed; a second draft does not stand in the way.
		equal(w.t, "a second one", admin.fill(begin, "id", "entra", "name", "Entra", "product", "entra").status, http.StatusSeeOther)
		list := admin.get("/orgs/northwind/security").page().text()
		if strings.Count(list, "Draft") != 2 || strings.Count(list, "Continue") != 2 {
			w.t.Errorf("the drafts are not listed: %s", list)
		}
		equal(w.t, "where it goes on", admin.get(urls.IdentityProviderGuide.To("northwind", "okta")).location, guided("our-values"))
		equal(w.t, "a draft signs nobody in", w.client().get("/login/sso/northwind/okta").status, http.StatusNotFound)

		broken := admin.fill(guided("its-values"), "source", "paste", "metadata_xml", "<html/>").mustBe(w, "no metadata", http.StatusUnprocessableEntity).page()
		equal(w.t, "as pasted", strings.TrimSpace(broken.valueOf("metadata_xml")), "<html/>")
		checked := admin.fill(guided("its-values"), "source", "paste", "metadata_xml", w.metadata(), "action", "check").mustBe(w, "checked", http.StatusOK).page()
		if !strings.Contains(checked.text(), "Can be used") {
			w.t.Error("nothing was read")
		}
		equal(w.t, "its values", admin.fill(guided("its-values"), "source", "paste", "metadata_xml", w.metadata()).location, guided("attributes"))
		equal(w.t, "where it goes on now", admin.get(urls.IdentityProviderGuide.To("northwind", "okta")).location, guided("test"))
		equal(w.t, "attributes", admin.fill(guided("attributes"), "attribute_email", "work-mail", "attribute_groups", "teams").location, guided("domains"))
		equal(w.t, "domains", admin.fill(guided("domains"), "admits_domains", "on").location, guided("test"))
		equal(w.t, "another name", admin.fill(guided("provider"), "name", "Okta Work", "product", "other").location, guided("our-values"))
		p, err := w.store.In(w.actor(ada, "northwind")).IdentityProvider(w.t.Context(), "okta")
		must(w.t, err)
		for what, is := range map[string]bool{
			"entity ID": p.EntityID == w.idp().EntityID, "name": p.Name == "Okta Work", "email attribute": p.Attributes.Email == "work-mail", "groups attribute": p.Attributes.Groups == "teams",
			"admits": p.AdmitsDomains, "product": p.Product == "other", "draft": p.Draft && !p.Enabled, "certificate": len(p.Certificates) == 1,
		} {
			if !is {
				w.t.Errorf("%s is not kept: %+v", what, p)
			}
		}

		// Two at once: the later one is shown both.
		f, _ := admin.get(guided("attributes")).page().formTo(guided("attributes"))
		equal(w.t, "first", admin.fill(guided("attributes"), "attribute_email", "theirs").status, http.StatusSeeOther)
		f.values.Set("attribute_email", "mine")
		both := admin.post(guided("attributes"), f.values).mustBe(w, "second", http.StatusConflict).page().text()
		if !strings.Contains(both, "theirs") || !strings.Contains(both, "mine") || !strings.Contains(both, "Somebody else saved this meanwhile.") {
			w.t.Errorf("not both are shown: %s", both)
		}
		for _, step := range []string{"our-values", "test", "enable"} {
			equal(w.t, "nothing is typed at "+step, admin.post(guided(step), fields("version", "1")).status, http.StatusNotFound)
		}
		equal(w.t, "no such step", admin.get(guided("seven")).status, http.StatusNotFound)

		summary := admin.get(guided("enable")).mustBe(w, "the last step", http.StatusOK).page()
		enable := urls.IdentityProviderEnable.To("northwind", "okta")
		if _, ok := summary.formTo(enable); !ok {
			w.t.Error("it cannot be enabled")
		}
		equal(w.t, "enabled", admin.post(enable, nil).status, http.StatusSeeOther)
		equal(w.t, "no draft any more", admin.get(urls.IdentityProviderGuide.To("northwind", "okta")).location, "/orgs/northwind/security/identity-providers/okta")
		admin.post(urls.IdentityProviderDisable.To("northwind", "okta"), nil)
		equal(w.t, "nor when it is disabled", w.raw().number("SELECT count(*) FROM identity_providers WHERE draft AND slug = 'okta'"), 0)
		equal(w.t, "the other is deleted", admin.post(urls.IdentityProviderDelete.To("northwind", "entra"), fields("confirm", "entra")).status, http.StatusSeeOther)
		equal(w.t, "a reader", w.signIn(ulf).get(begin).status, http.StatusForbidden)
	})
}

// Every product's own page of instructions can be drawn, and what it is told to send is read.
func TestEveryProductHasItsOwnWords(t *testing.T) {
	w := onSQLite(t, settings{})
	admin := w.signIn(ada)
	for _, p := range views.Products() {
		slug := "p-" + p.Key
		begin := urls.IdentityProviderGuided.To("northwind")
		equal(t, p.Key, admin.fill(begin, "id", slug, "name", p.Name, "product", p.Key).status, http.StatusSeeOther)
		shown := admin.get(urls.IdentityProviderStep.To("northwind", slug, "our-values")).mustBe(w, p.Key, http.StatusOK).page().text()
		for _, words := range append([]string{p.ACSURL, p.EntityID, p.NameID, p.Groups}, p.Steps...) {
			if !strings.Contains(shown, strings.Join(strings.Fields(words), " ")) {
				t.Errorf("%s: the page does not say %q", p.Key, words)
			}
		}
	}
	equal(t, "products", len(views.Products()), 10)
	email, first, last, _, _ := saml.UsualNames()
	for _, p := range views.Products() {
		for i, read := range [][]string{email, first, last} {
			if p.Key != "adfs" && !slices.Contains(read, p.Claims[i].Name) { // which shows names of its own for what it sends
				t.Errorf("%s sends %s, which is not read by itself", p.Name, p.Claims[i].Name)
			}
		}
	}
}

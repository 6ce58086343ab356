package web

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/internal/saml/samltest"
	"gatehouse/models"
)

// mapped is the ID of a mapping of a group, which gives the least that one can, made when it is not there yet.
func (w *world) mapped(admin, organization, idp, group string) string {
	w.t.Helper()
	tenant := w.store.In(w.actor(admin, organization))
	for range 2 {
		list, err := tenant.Mappings(w.t.Context(), idp, "", nil)
		must(w.t, err)
		for _, m := range list.All {
			if m.Group == group {
				return m.ID
			}
		}
		must(w.t, tenant.CreateMapping(w.t.Context(), idp, models.MappingDraft{Group: group, Role: authz.OrganizationUser}))
	}
	w.t.Fatal("the mapping is not there")
	return ""
}

func inGroups(groups ...string) func(*samltest.Answer) {
	return func(a *samltest.Answer) {
		a.Attributes = append(a.Attributes, samltest.Attribute{Name: "memberOf", Values: groups})
	}
}

// From the first sign-in to a mapping that was tried before it was saved, and back again.
func TestAGroupMappingFromTheFormToTheSignIn(t *testing.T) {
	each(t, func(w *world) {
		p, raw, admin := w.connect("northwind", "okta"), w.raw(), w.signIn(ada)
		mappings := p.page() + "/mappings"
		member := "/orgs/northwind/members/" + w.userID(ulf)
		says := func(what, path, words string) {
			w.t.Helper()
			if got := admin.get(path).mustBe(w, what, http.StatusOK).page().text(); !strings.Contains(got, words) {
				w.t.Errorf("%s does not say %q: %s", what, words, got)
			}
		}
		says("the empty list", mappings, "No group is mapped")
		says("before anybody came", mappings, "Nobody has signed in through Sign in with okta yet.")
		w.client().sso(p, ulf, "", inGroups("eng", "staff")).mustBe(w, "sign-in", http.StatusSeeOther)
		says("the list", mappings, "Ulf User "+ulf+" came in 2 groups")
		says("the list", mappings, "Nothing: none of their groups has a mapping.")
		form := admin.get(mappings+"/new?group=eng").mustBe(w, "form", http.StatusOK).page()
		equal(w.t, "the group of the link", form.valueOf("group"), "eng")

		before := raw.dump()
		typed := fields("group", " eng ", "role", "organization_contributor", "teams", "wheels", "kind", "authoritative")
		tried := admin.post(mappings+"/new", typed).mustBe(w, "try", http.StatusOK)
		for _, words := range []string{"Nothing is saved yet.", "Ulf User would become Organization Contributor, by the group “eng”. Now: Organization User.", "Ulf User would join the team Wheels, by the group “eng”."} {
			if !strings.Contains(tried.page().text(), words) {
				w.t.Errorf("the trial does not say %q: %s", words, tried.page().text())
			}
		}
		raw.unchanged("a trial", before)
		for name, line := range map[string]struct {
			wrong []string
			field string
		}{
			"no group":       {[]string{"group", " "}, "group"},
			"gives nothing":  {[]string{"role", "", "teams", ""}, "role"},
			"no such role":   {[]string{"role", "root"}, "role"},
			"no such team":   {[]string{"teams", "nothing"}, "teams"},
			"no kind chosen": {[]string{"kind", ""}, "kind"},
		} {
			wrong := fields("group", "eng", "role", "organization_user", "kind", "additive", "action", "save")
			for i := 0; i < len(line.wrong); i += 2 {
				if wrong.Set(line.wrong[i], line.wrong[i+1]); line.wrong[i+1] == "" {
					wrong.Del(line.wrong[i])
				}
			}
			if got := admin.post(mappings+"/new", wrong).mustBe(w, name, http.StatusUnprocessableEntity).page(); got.errorAt(line.field) == "" {
				w.t.Errorf("%s: nothing stands beside %s: %s", name, line.field, got.text())
			}
		}
		raw.unchanged("what was refused", before)
		typed.Set("action", "save")
		saved := admin.post(mappings+"/new", typed).mustBe(w, "save", http.StatusSeeOther)
		equal(w.t, "leads to", saved.location, mappings)
		admin.post(mappings+"/new", typed).mustBe(w, "the same group again", http.StatusUnprocessableEntity)
		says("what it will do", mappings, "Ulf User would become Organization Contributor")
		says("until then", member, "Organization User")

		c := w.client()
		c.sso(p, ulf, "", inGroups("eng", "staff")).mustBe(w, "sign-in", http.StatusSeeOther)
		c.get("/orgs/northwind/teams/new").mustBe(w, "as an Organization Contributor", http.StatusOK)
		says("the member", member, "through Sign in with okta, group eng")
		says("the member", member, "Sign in with okta decides the role of Ulf User, by the group “eng”.")
		says("the team", "/orgs/northwind/teams/wheels", "through Sign in with okta, group eng")
		says("the members", "/orgs/northwind/members", "through Sign in with okta")
		says("the list", mappings, "Nothing: they have what their groups give.")
		before = raw.dump()
		admin.post(member+"/role", fields("role", "administrator", "version", raw.word("SELECT version FROM members WHERE user_id = '"+w.userID(ulf)+"'"))).
			mustBe(w, "another role by hand", http.StatusUnprocessableEntity)
		raw.unchanged("by hand", before)
		removed := admin.post("/orgs/northwind/teams/wheels/members/remove", fields("member", w.userID(ulf), "action", "save")).mustBe(w, "out of the team by hand", http.StatusSeeOther)
		says("what became of it", removed.location, "Ulf User stays: an identity provider decides that.")

		says("the team as before", "/orgs/northwind/teams/wheels", "through Sign in with okta, group eng")
		id := w.mapped(ada, "northwind", "okta", "eng")
		typed.Set("version", "1")
		typed.Set("kind", "additive")
		admin.post(mappings+"/"+id, typed).mustBe(w, "edit", http.StatusSeeOther)
		stale := admin.post(mappings+"/"+id, typed).mustBe(w, "edit what was edited", http.StatusConflict).page()
		equal(w.t, "says so", strings.Contains(stale.text(), "Somebody else saved this meanwhile."), true)
		equal(w.t, "with the version that is there now", stale.valueOf("version"), "2")
		c.sso(p, ulf, "", inGroups()).mustBe(w, "in no group", http.StatusSeeOther)
		says("kept", member, "through Sign in with okta, group eng")
		admin.post(mappings+"/"+id+"/delete", nil).mustBe(w, "remove", http.StatusSeeOther)
		admin.get(mappings+"/"+id).mustBe(w, "gone", http.StatusNotFound)
		says("still", member, "Organization Contributor")
	})
}

// An attribute that the Administrator names is what counts, and the form offers what was seen.
func TestAttributesAreNamedOnTheProvidersForm(t *testing.T) {
	each(t, func(w *world) {
		p, admin := w.connect("northwind", "okta"), w.signIn(ada)
		edit := p.page() + "/edit"
		named := func(name string) func(*samltest.Answer) {
			return func(a *samltest.Answer) {
				a.NameID, a.NameIDFormat = "_changes", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
				a.Attributes = []samltest.Attribute{{Name: name, Values: []string{ulf}}, {Name: "employeeNumber", Values: []string{"42"}}}
			}
		}
		w.mustBeRefused("a name that changes", p, "name-id", func() answer { return w.client().sso(p, ulf, "", named("upn")) })
		form := admin.get(edit).page()
		sent, _ := form.formTo(edit)
		sent.values.Set("action", "save")
		sent.values.Set("attribute_email", " upn ")
		sent.values.Set("attribute_person", "employeeNumber")
		sent.values.Set("attribute_groups", "a\x07b")
		refused := admin.post(edit, sent.values).mustBe(w, "a control character", http.StatusUnprocessableEntity).page()
		equal(w.t, "beside its field", refused.errorAt("attribute_groups"), "The name of an attribute has no control characters.")
		sent.values.Set("attribute_groups", "")
		admin.post(edit, sent.values).mustBe(w, "save", http.StatusSeeOther)
		for range 2 {
			w.client().sso(p, ulf, "", named("upn")).mustBe(w, "known by the employee number", http.StatusSeeOther)
		}
		equal(w.t, "one link", w.raw().word("SELECT name_id FROM identity_links"), "employeeNumber=42")
		form = admin.get(edit).page()
		equal(w.t, "email", form.valueOf("attribute_email"), "upn")
		equal(w.t, "seen", strings.Contains(form.text(), "The last sign-in had these attributes: upn employeeNumber"), true)
	})
}

package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gatehouse/models"
)

func TestWhoMayCreateAnOrganization(t *testing.T) {
	t.Parallel()
	for setting, who := range map[models.Creation]string{
		models.CreationByNobody: "", models.CreationByAdministrators: "Ada Bo", models.CreationByEverybody: "Ada Bo Ulf Nina",
	} {
		w := onceOnSQLite(t, settings{create: setting})
		raw := w.raw()
		for name, email := range map[string]string{"Ada": ada, "Bo": bo, "Ulf": ulf, "Nina": nina} {
			c := w.signIn(email)
			may := strings.Contains(who, name)
			what := fmt.Sprintf("%s: %s", setting, name)
			home := "/?q="
			equal(t, what+": the button", strings.Contains(c.get(home).body, `href="/organizations/new"`), may)
			page, before := c.get("/organizations/new"), raw.dump()
			posted := c.post("/organizations/new", fields("name", "Litware", "id", "litware-"+name))
			if may {
				equal(t, what+": the form", page.status, http.StatusOK)
				equal(t, what+": created", posted.location, "/orgs/litware-"+name)
				continue
			}
			equal(t, what+": the form", page.status, http.StatusForbidden)
			equal(t, what+": says why", strings.Contains(page.page().text(), "can create"), true)
			equal(t, what+": refused", posted.status, http.StatusForbidden)
			raw.unchanged(what, before)
		}
	}
}

func TestCreatingAnOrganization(t *testing.T) {
	each(t, func(w *world) {
		raw, c := w.raw(), w.signIn(ulf)
		before := raw.dump()
		got := c.post("/organizations/new", fields("name", " ", "id", "-no-")).mustBe(w, "nothing typed", http.StatusUnprocessableEntity)
		equal(w.t, "beside the name", got.page().errorAt("name"), "Enter a name.")
		equal(w.t, "beside the ID", got.page().errorAt("id"), "Use letters, digits, and single - or _ between them.")
		equal(w.t, "as typed", got.page().valueOf("id"), "-no-")
		got = c.post("/organizations/new", fields("name", "Mine", "id", "Northwind")).mustBe(w, "taken", http.StatusUnprocessableEntity)
		equal(w.t, "taken", got.page().errorAt("id"), "This ID is taken. Choose another one.")
		equal(w.t, "reserved", c.post("/organizations/new", fields("name", "Mine", "id", "new")).status, http.StatusUnprocessableEntity)
		raw.unchanged("refused forms", before)

		got = c.post("/organizations/new", fields("name", "Ulf’s Workshop", "id", "ulfs workshop")).mustBe(w, "create", http.StatusSeeOther)
		equal(w.t, "leads to it", got.location, "/orgs/ulfs-workshop")
		opened := c.get(got.location).mustBe(w, "open", http.StatusOK)
		equal(w.t, "says so", strings.Contains(opened.body, "You are its Administrator."), true)
		equal(w.t, "the other one is in the switcher", strings.Contains(opened.body, `href="/orgs/northwind"`), true)
		equal(w.t, "an Administrator there", c.get("/orgs/ulfs-workshop/settings").status, http.StatusOK)
		equal(w.t, "and not here", c.get("/orgs/northwind/settings").status, http.StatusForbidden)
		equal(w.t, "others find nothing", w.signIn(ada).get("/orgs/ulfs-workshop").status, http.StatusNotFound)
	})
}

func TestSingleSignOnNeitherCreatesNorDeletesAnOrganization(t *testing.T) {
	each(t, func(w *world) {
		c, raw := w.signInThrough(w.connect("northwind", "okta"), ada), w.raw()
		page := c.get("/organizations/new").mustBe(w, "the page", http.StatusOK)
		_, form := page.page().formTo("/organizations/new")
		equal(w.t, "a form", form, false)
		equal(w.t, "says why", strings.Contains(page.body, "single sign-on does not prove that the account is yours"), true)
		settings := c.get("/orgs/northwind/settings").mustBe(w, "settings", http.StatusOK)
		equal(w.t, "a field to confirm", settings.page().byID("confirm") == nil, true)
		before := raw.dump()
		equal(w.t, "create", c.post("/organizations/new", fields("name", "Mine", "id", "mine")).status, http.StatusUnprocessableEntity)
		equal(w.t, "delete", c.post("/orgs/northwind/settings/delete", fields("confirm", "northwind")).status, http.StatusUnprocessableEntity)
		raw.unchanged("single sign-on", before)
		c.post("/orgs/northwind/settings", fields("name", "Renamed", "version", "1")).mustBe(w, "rename", http.StatusSeeOther)
	})
}

func TestRenamingAnOrganization(t *testing.T) {
	each(t, func(w *world) {
		one, other, raw := w.signIn(ada), w.signIn(ada), w.raw()
		const settings = "/orgs/northwind/settings"
		version := one.get(settings).page().valueOf("version")
		one.post(settings, fields("name", "Northwind AG", "version", version)).mustBe(w, "save", http.StatusSeeOther)
		equal(w.t, "everywhere", strings.Contains(one.get("/orgs/northwind").body, "Northwind AG"), true)

		before := raw.dump()
		stale := other.post(settings, fields("name", "Northwind KG", "version", version)).mustBe(w, "stale", http.StatusConflict)
		equal(w.t, "shows theirs", strings.Contains(stale.page().text(), "They saved the name Northwind AG"), true)
		equal(w.t, "keeps what was typed", stale.page().valueOf("name"), "Northwind KG")
		raw.unchanged("a stale name", before)
		again, _ := stale.page().formTo(settings)
		other.post(settings, again.values).mustBe(w, "save again", http.StatusSeeOther)
		equal(w.t, "is theirs now", raw.word("SELECT name FROM organizations WHERE slug = 'northwind'"), "Northwind KG")

		empty := one.post(settings, fields("name", "", "version", "3")).mustBe(w, "empty", http.StatusUnprocessableEntity)
		equal(w.t, "beside the name", empty.page().errorAt("name"), "Enter a name.")
		equal(w.t, "over the same version", empty.page().valueOf("version"), "3")
		for _, version := range []string{"", "x", "-1", "99999999999999999999"} {
			equal(w.t, "a version that nobody was shown", one.post(settings, fields("name", "Mine", "version", version)).status, http.StatusConflict)
		}
	})
}

func TestDeletingAnOrganization(t *testing.T) {
	each(t, func(w *world) {
		w.connect("northwind", "okta")
		admin, user, stranger, raw := w.signIn(ada), w.signIn(bo), w.signIn(carl), w.raw()
		page := admin.get("/orgs/northwind/settings/delete").page()
		for _, number := range []string{"7 members", "2 pending invitations", "1 identity provider", "2 teams", "5 apps", "1 collaborator"} {
			if !strings.Contains(page.text(), number) {
				w.t.Errorf("the page does not say that %s go: %s", number, page.text())
			}
		}
		before := raw.dump()
		for _, typed := range []string{"", "contoso", "Northwind Robotics"} {
			wrong := admin.post("/orgs/northwind/settings/delete", fields("confirm", typed)).mustBe(w, "typed "+typed, http.StatusUnprocessableEntity)
			equal(w.t, "beside the field", wrong.page().errorAt("confirm"), "Type “northwind” to delete it.")
			equal(w.t, "as typed", wrong.page().valueOf("confirm"), typed)
		}
		stranger.post("/orgs/northwind/settings/delete", fields("confirm", "northwind")).mustBe(w, "a stranger", http.StatusNotFound)
		raw.unchanged("without the ID", before)

		done := admin.post("/orgs/northwind/settings/delete", fields("confirm", "northwind")).mustBe(w, "delete", http.StatusSeeOther)
		equal(w.t, "leads to the others", done.location, "/")
		left := admin.get("/").mustBe(w, "home", http.StatusOK)
		equal(w.t, "says so", strings.Contains(left.body, "Northwind Robotics is deleted."), true)
		equal(w.t, "and what now", strings.Contains(left.body, "You are not a member of any organization."), true)
		for what, c := range map[string]*client{"the one who did": admin, "a member": user, "a stranger": stranger} {
			equal(w.t, "for "+what, c.get("/orgs/northwind").status, http.StatusNotFound)
		}
		equal(w.t, "the other organization of a member", user.get("/orgs/contoso").status, http.StatusOK)
		equal(w.t, "Contoso's people", len(rowsOf(stranger.get("/orgs/contoso/members").page())), 5)
		equal(w.t, "who did it is known", raw.number("SELECT count(*) FROM audit_entries WHERE organization_id IS NULL AND action = 'organization.deleted' AND actor_email = '"+ada+"'"), 1)
		equal(w.t, "the organization's own log is gone", raw.number("SELECT count(*) FROM audit_entries WHERE actor_email = '"+olga+"'"), 0)
	})
}

// Somebody in 200 organizations: the switcher offers a few, and the page of all finds the others.
func TestAPersonInManyOrganizations(t *testing.T) {
	each(t, func(w *world) {
		raw := w.raw()
		person := w.actor(ulf, "northwind").Person
		for i := range 199 {
			in := models.Setup{Slug: models.Slug(fmt.Sprintf("branch-%03d", i)), Organization: fmt.Sprintf("Branch %03d", i)}
			_, err := w.store.CreateOrganization(w.t.Context(), person, models.CreationByEverybody, in)
			must(w.t, err)
		}
		c := w.signIn(ulf)
		switcher := page{c.get("/orgs/northwind").page().byID("organizations")}
		equal(w.t, "links of the switcher", len(switcher.all("a")), 1+5+2) // this one, five others, all, create
		find, found := switcher.formTo("/")
		equal(w.t, "a search in it", found, true)
		find.values.Set("q", "branch 11")
		equal(w.t, "the search finds", len(cards(c.get("/?"+find.values.Encode()))), 10)

		seen := map[string]bool{}
		path, pages := "/", 0
		for ; path != "" && pages < 10; pages++ {
			got := c.get(path).mustBe(w, path, http.StatusOK)
			if len(got.body) > 60<<10 {
				w.t.Errorf("%s: %d KB", path, len(got.body)>>10)
			}
			for _, card := range cards(got) {
				seen[card] = true
			}
			path = ""
			if older := got.page().byID("pager-older"); older != nil {
				path = attribute(older, "href")
			}
		}
		equal(w.t, "pages", pages, 4)
		equal(w.t, "organizations on them", len(seen), 200)
		for list, most := range map[string]int64{"/?q=branch": 4, "/": 4, "/account": 3, "/orgs/northwind/roles": 3} {
			n, status := w.count(c, list)
			equal(w.t, list+": status", status, http.StatusOK)
			equal(w.t, list+": queries", n, most)
		}
		equal(w.t, "nothing found", strings.Contains(c.get("/?q=nowhere").body, "No organization matches"), true)
		equal(w.t, "the account's page leads on", strings.Contains(c.get("/account").body, "All your organizations"), true)
		equal(w.t, "roles of their own", raw.number("SELECT count(*) FROM members WHERE role = 'administrator' AND user_id = '"+w.userID(ulf)+"'"), 199)
	})
}

// cards are the links of the cards of a page.
func cards(a answer) []string {
	var links []string
	for _, link := range (page{a.page().byID("results")}).all("a") {
		if to := attribute(link, "href"); strings.HasPrefix(to, "/orgs/") {
			links = append(links, to)
		}
	}
	return links
}

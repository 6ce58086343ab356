package web

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/handlers"
)

// The first run: everything leads to setting up, a code of the log is the proof, and afterwards nobody finds the page.
func TestSettingUpOnce(t *testing.T) {
	eachWith(t, settings{empty: true}, func(w *world) {
		c, raw := w.client(), w.raw()
		equal(w.t, "signing in leads there", c.get("/login").location, "/setup")
		code := handlers.SetupCode()
		must(w.t, w.store.MakeSetupCode(w.t.Context(), handlers.SetupCodeHash(code)))
		w.log.secret(code)
		good := func(pairs ...string) map[string][]string {
			form := fields("code", code, "id", "northwind", "organization", "Northwind Robotics", "name", "Ada Admin", "email", ada, "password", plain, "repeat", plain)
			for i := 0; i+1 < len(pairs); i += 2 {
				form.Set(pairs[i], pairs[i+1])
			}
			return form
		}
		for _, line := range []struct{ field, typed, says string }{
			{"code", "", "Enter the one-time code"}, {"code", "AAAA-BBBB-CCCC-DDDD", "This code is wrong or has expired."},
			{"id", "a--b", "Use letters"}, {"id", "settings", "reserved"}, {"organization", "", "Enter a name."}, {"name", " ", "Enter a name."},
			{"email", "ada", "This is not an e"}, {"repeat", "another", "not the same"},
		} {
			got := c.post("/setup", good(line.field, line.typed))
			equal(w.t, line.field+" "+line.typed, got.status, http.StatusUnprocessableEntity)
			if said := got.page().errorAt(line.field); !strings.Contains(said, line.says) {
				w.t.Errorf("beside %s stands %q, want %q", line.field, said, line.says)
			}
		}
		equal(w.t, "a weak password", c.post("/setup", good("password", "password", "repeat", "password")).status, http.StatusUnprocessableEntity)
		equal(w.t, "organizations so far", raw.number("SELECT count(*) FROM organizations"), 0)

		done := c.post("/setup", good("code", " "+strings.ToLower(code)+" "))
		equal(w.t, "set up", done.status, http.StatusSeeOther)
		equal(w.t, "again", c.post("/setup", good()).status, http.StatusNotFound)
		equal(w.t, "its page", c.get("/setup").status, http.StatusNotFound)
		page := c.get(done.location).mustBe(w, "the sign-in page", http.StatusOK)
		equal(w.t, "says so", strings.Contains(page.page().text(), "The organization is ready."), true)
		c.password(ada)
		equal(w.t, "the Administrator is in", c.get("/orgs/northwind/audit").status, http.StatusOK)
		equal(w.t, "home leads straight there", c.get("/").location, "/orgs/northwind")
	})
}

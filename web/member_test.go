package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
)

// memberURL is the address of somebody's page at Northwind, or of what may be done there.
func (w *world) memberURL(email, act string) string {
	w.t.Helper()
	path := urls.Member.To("northwind", w.userID(email))
	if act != "" {
		path += "/" + act
	}
	return path
}

// statuses are what several pages of Northwind answer.
func (c *client) statuses(paths ...string) string {
	c.w.t.Helper()
	var words []string
	for _, path := range paths {
		words = append(words, http.StatusText(c.get("/orgs/northwind"+path).status))
	}
	return strings.Join(words, ", ")
}

func (p page) says(words string) bool { return strings.Contains(text(p.byID("content")), words) }

// changesRole sends the role form of somebody as the page has it, with another role.
func (c *client) changesRole(email, role string) answer {
	c.w.t.Helper()
	path := c.w.memberURL(email, "role")
	f, offered := c.get(path).mustBe(c.w, "the role form", http.StatusOK).page().formTo(path)
	equal(c.w.t, "the role form is offered", offered, true)
	f.values.Set("role", role)
	return c.post(path, f.values)
}

func TestAnotherRoleBitesOnTheNextRequest(t *testing.T) {
	each(t, func(w *world) {
		admin, working := w.signIn(ada), w.signIn(olga)
		paths := []string{"", "/audit", "/members/" + w.userID(ulf) + "/role", "/apps/arm", "/apps/engine"}
		equal(w.t, "as she is", working.statuses(paths...), "OK, Forbidden, Forbidden, OK, OK")
		got := admin.changesRole(olga, "administrator").mustBe(w, "promoted", http.StatusSeeOther)
		equal(w.t, "leads to", got.location, w.memberURL(olga, ""))
		equal(w.t, "says so", strings.Contains(admin.get(got.location).page().text(), "The role is Administrator now, from the next request on."), true)
		equal(w.t, "promoted", working.statuses(paths...), "OK, OK, OK, OK, OK")
		admin.changesRole(olga, "team_contributor").mustBe(w, "demoted", http.StatusSeeOther)
		equal(w.t, "demoted", working.statuses(paths...), "OK, Forbidden, Forbidden, Not Found, OK")
		equal(w.t, "since when and by whom", admin.get(w.memberURL(olga, "")).page().says("just now by Ada Admin"), true)
		// The body alone counts.
		admin.post(w.memberURL(olga, "role")+"?role=administrator&version=3", nil).mustBe(w, "a query", http.StatusConflict)
		refused := admin.changesRole(olga, "owner").mustBe(w, "no role", http.StatusUnprocessableEntity)
		equal(w.t, "no role", refused.page().errorAt("role"), "Choose a role.")
	})
}

func TestTwoWhoChangeOneMemberAtOnce(t *testing.T) {
	each(t, func(w *world) {
		first, second, path := w.signIn(ada), w.signIn(ada), w.memberURL(ulf, "role")
		shown, _ := second.get(path).page().formTo(path)
		first.changesRole(ulf, "team_contributor").mustBe(w, "the first", http.StatusSeeOther)
		before := w.raw().dump()
		shown.values.Set("role", "administrator")
		stale := second.post(path, shown.values).mustBe(w, "the second", http.StatusConflict)
		w.raw().unchanged("a stale form", before)
		equal(w.t, "what is now", stale.page().says("Now: Team Contributor"), true)
		equal(w.t, "what was chosen", stale.page().says("You chose: Administrator"), true)
		again, _ := stale.page().formTo(path)
		equal(w.t, "the choice is kept", again.values.Get("role"), "administrator")
		second.post(path, again.values).mustBe(w, "once more", http.StatusSeeOther)
		equal(w.t, "role", w.raw().word("SELECT role FROM members WHERE user_id = '"+w.userID(ulf)+"' AND role = 'administrator'"), "administrator")
	})
}

func TestSuspendedMeansLockedOutUntilReinstated(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		admin, working, bySSO := w.signIn(ada), w.signIn(olga), w.signInThrough(p, olga)
		equal(w.t, "leads to", admin.post(w.memberURL(olga, "suspend"), nil).mustBe(w, "suspend", http.StatusSeeOther).location, w.memberURL(olga, ""))
		for _, c := range []*client{working, bySSO} {
			equal(w.t, "suspended", c.statuses("", "/members", "/apps/arm", "/leave", "/apps/showcase"), "Forbidden, Forbidden, Forbidden, Forbidden, OK")
			equal(w.t, "says so", strings.Contains(c.get("/orgs/northwind").body, "Your membership is suspended"), true)
		}
		account := working.get("/account")
		equal(w.t, "the account says so", account.page().says("Suspended"), true)
		equal(w.t, "leaving is not offered", strings.Contains(account.body, "/orgs/northwind/leave"), false)
		w.client().sso(p, olga, "").mustBe(w, "a new sign-in", http.StatusForbidden)
		shown := admin.get(w.memberURL(olga, "")).page()
		_, reinstate := shown.formTo(w.memberURL(olga, "reinstate"))
		_, suspend := shown.formTo(w.memberURL(olga, "suspend"))
		equal(w.t, "reinstating is offered, suspending is not", reinstate && !suspend, true)
		for range 2 { // also when somebody else was faster
			admin.post(w.memberURL(olga, "reinstate"), nil).mustBe(w, "reinstate", http.StatusSeeOther)
		}
		equal(w.t, "reinstated", working.statuses("", "/members", "/apps/arm", "/leave"), "OK, OK, OK, OK")
	})
}

func TestARemovedMemberKeepsWhatWasChosenAndNothingElse(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		admin, working, bySSO := w.signIn(ada), w.signIn(olga), w.signInThrough(p, olga)
		raw := w.raw()
		raw.run("INSERT INTO collaborators (app_id, user_id, level, added_at) SELECT id, '" + w.userID(olga) + "', 'viewer', created_at FROM apps WHERE slug IN ('drive', 'engine')")
		path := w.memberURL(olga, "remove")
		asked := admin.get(path).mustBe(w, "the page before", http.StatusOK).page()
		for _, words := range []string{"the place in 1 team", "1 session that single sign-on opened ends.", "They were given 2 apps as a collaborator.", "Wheels"} {
			equal(w.t, "says "+words, asked.says(words), true)
		}
		before := raw.dump()
		for _, typed := range []string{"", "olga", ulf} {
			wrong := admin.post(path, fields("confirm", typed, "keep", "drive")).mustBe(w, "without the address", http.StatusUnprocessableEntity)
			f, _ := wrong.page().formTo(path)
			equal(w.t, "what was ticked stays", strings.Join(f.values["keep"], " "), "drive")
			equal(w.t, "says what to type", wrong.page().errorAt("confirm"), "Type “"+olga+"” to remove Olga Org.")
		}
		raw.unchanged("a removal that was not confirmed", before)
		// Contoso's app of that name is not hers to keep.
		got := admin.post(path, fields("confirm", " OLGA@northwind.example", "keep", "drive", "keep", "vault")).mustBe(w, "remove", http.StatusSeeOther)
		equal(w.t, "leads to", got.location, "/orgs/northwind/members")
		equal(w.t, "removed", working.statuses("", "/members", "/apps/drive", "/apps/engine", "/apps/map", "/apps/showcase"), "Not Found, Not Found, OK, Not Found, Not Found, OK")
		equal(w.t, "the account is left", working.signedIn(), true)
		equal(w.t, "single sign-on has ended", bySSO.signedIn(), false)
		w.client().sso(p, olga, "").mustBe(w, "single sign-on brings nobody back", http.StatusForbidden)
		equal(w.t, "her page", admin.get(w.memberURL(olga, "")).status, http.StatusNotFound)
		equal(w.t, "again", admin.post(path, fields("confirm", olga)).status, http.StatusNotFound)
		equal(w.t, "entries", raw.number("SELECT count(*) FROM audit_entries WHERE action = 'member.removed'"), 1)
	})
}

const onlyOne = "You are the only active Administrator. Make somebody else an Administrator first."

func TestTheLastAdministratorIsToldWhyNot(t *testing.T) {
	each(t, func(w *world) {
		c, raw := w.signIn(ada), w.raw()
		shown := c.get(w.memberURL(ada, "")).mustBe(w, "own page", http.StatusOK).page()
		f, _ := shown.formTo(w.memberURL(ada, "suspend"))
		equal(w.t, "the page says why", shown.says(onlyOne), true)
		before := raw.dump()
		for what, got := range map[string]answer{
			"suspend":     c.post(w.memberURL(ada, "suspend"), f.values),
			"remove":      c.post(w.memberURL(ada, "remove"), fields("confirm", ada)),
			"leave":       c.post("/orgs/northwind/leave", fields("confirm", "northwind")),
			"change role": c.post(w.memberURL(ada, "role"), fields("role", "organization_user", "version", "1")),
		} {
			equal(w.t, what, got.status, http.StatusUnprocessableEntity)
			if what != "remove" {
				equal(w.t, what+" says why", strings.Contains(got.page().text(), onlyOne), true)
			}
		}
		raw.unchanged("what the last Administrator may not", before)
		leaving := c.get("/orgs/northwind/leave").mustBe(w, "leaving", http.StatusOK).page()
		equal(w.t, "leaving says why", leaving.says(onlyOne), true)
		c.changesRole(olga, "administrator").mustBe(w, "another one", http.StatusSeeOther)
		equal(w.t, "not any more", c.get(w.memberURL(ada, "")).page().says(onlyOne), false)
		got := c.post(w.memberURL(ada, "suspend"), nil).mustBe(w, "suspends herself", http.StatusSeeOther)
		equal(w.t, "leads to", got.location, "/account")
		equal(w.t, "says so", strings.Contains(c.get("/account").page().text(), "You are suspended in Northwind Robotics."), true)
	})
}

func TestEverybodyMayLeave(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		both, bySSO := w.signIn(bo), w.signInThrough(p, ulf)
		equal(w.t, "is offered", strings.Contains(both.get("/account").body, "/orgs/northwind/leave"), true)
		wrong := both.post("/orgs/northwind/leave", fields("confirm", "contoso")).mustBe(w, "not confirmed", http.StatusUnprocessableEntity)
		equal(w.t, "says what to type", wrong.page().errorAt("confirm"), "Type “northwind” to leave it.")
		equal(w.t, "leads to", both.post("/orgs/northwind/leave", fields("confirm", "Northwind ")).mustBe(w, "leave", http.StatusSeeOther).location, "/account")
		shown := both.get("/account").page()
		equal(w.t, "says so", strings.Contains(shown.text(), "You have left Northwind Robotics."), true)
		equal(w.t, "Contoso stays", both.get("/orgs/contoso").status, http.StatusOK)
		equal(w.t, "Northwind is gone", both.get("/orgs/northwind").status, http.StatusNotFound)
		// What only Northwind's identity provider opened is over.
		got := bySSO.post("/orgs/northwind/leave", fields("confirm", "northwind")).mustBe(w, "by single sign-on", http.StatusSeeOther)
		equal(w.t, "leads to", got.location, "/login?notice=left")
		equal(w.t, "signed out", bySSO.token(), "")
		equal(w.t, "says so", strings.Contains(bySSO.get(got.location).page().text(), "You have left the organization"), true)
		equal(w.t, "in the log", strings.Contains(w.signIn(ada).get("/orgs/northwind/audit?action=member.left").page().text(), "left the organization"), true)
	})
}

func TestAnAdministratorEndsAMembersSessions(t *testing.T) {
	each(t, func(w *world) {
		admin, first, second := w.signIn(ada), w.signIn(ulf), w.signIn(ulf)
		shown := admin.get(w.memberURL(ulf, "")).mustBe(w, "the page", http.StatusOK).page()
		equal(w.t, "says the browser", shown.says("Firefox on Linux"), true)
		equal(w.t, "says the address", shown.says(first.ip), true)
		ends := slices.DeleteFunc(shown.forms(), func(f form) bool { return !strings.HasSuffix(f.action, "/end") })
		equal(w.t, "two sessions", len(ends), 2)
		admin.post(ends[0].action, nil).mustBe(w, "end the newest", http.StatusSeeOther)
		equal(w.t, "the other is alive", first.signedIn(), true)
		equal(w.t, "it has ended", second.signedIn(), false)
		admin.post(ends[0].action, nil).mustBe(w, "again", http.StatusNotFound)
		admin.post(w.memberURL(ulf, "sessions/end-all"), nil).mustBe(w, "end all", http.StatusSeeOther)
		equal(w.t, "none is alive", first.signedIn(), false)
		// Bo's password opens Contoso as well: that is not Northwind's to end.
		there := w.signIn(bo)
		shown = admin.get(w.memberURL(bo, "")).page()
		equal(w.t, "says why not", shown.says("which opens another organization too"), true)
		_, offered := shown.formTo(w.memberURL(bo, "sessions/end-all"))
		equal(w.t, "is not offered", offered, false)
		admin.post(w.memberURL(bo, "sessions/"+there.ownSession()+"/end"), nil).mustBe(w, "Bo's session", http.StatusUnprocessableEntity)
		admin.post(w.memberURL(bo, "sessions/end-all"), nil).mustBe(w, "Bo's sessions", http.StatusUnprocessableEntity)
		equal(w.t, "Bo is signed in", there.signedIn(), true)
		equal(w.t, "entries", w.raw().number("SELECT count(*) FROM audit_entries WHERE action = 'member.sessions-ended'"), 2)
	})
}

// A Team Contributor learns of a colleague what the two share, and nothing else.
func TestATeamContributorSeesOfAColleagueWhatTheyShare(t *testing.T) {
	each(t, func(w *world) {
		raw := w.raw()
		raw.run("INSERT INTO team_members (organization_id, team_id, user_id, added_at) SELECT organization_id, id, '" + w.userID(ulf) + "', created_at FROM teams WHERE slug = 'wheels'")
		raw.run("UPDATE members SET role = '" + authz.TeamContributor.Key() + "' WHERE user_id = '" + w.userID(ulf) + "'")
		for name, want := range map[string]struct {
			as    *client
			wheel bool
		}{"Tess": {w.signIn(tess), false}, "Ada": {w.signIn(ada), true}} {
			for _, act := range []string{"", "apps"} {
				shown := want.as.get(w.memberURL(ulf, act)).mustBe(w, act, http.StatusOK).page()
				equal(w.t, name+" sees the shared app", shown.says("arm"), true)
				equal(w.t, name+" sees why", shown.says("Team Hands"), true)
				equal(w.t, name+" sees the other team", shown.says("Wheels"), want.wheel)
				equal(w.t, name+" sees the other app", shown.says("engine"), want.wheel)
			}
		}
		shown := w.signIn(tess).get(w.memberURL(ulf, "")).page()
		for _, words := range []string{"Sessions", "Activity", "Suspend", "Change role"} {
			equal(w.t, "Tess is offered "+words, shown.says(words), false)
		}
	})
}

func TestTheAuditLogOfOnePerson(t *testing.T) {
	each(t, func(w *world) {
		admin := w.signIn(ada)
		w.signIn(tess)
		w.signIn(olga)
		admin.changesRole(olga, "organization_user").mustBe(w, "change", http.StatusSeeOther)
		page := admin.get(w.memberURL(olga, "")).page()
		equal(w.t, "the page has it", page.says("changed the role of a member"), true)
		path := "/orgs/northwind/audit?q=member:" + olga
		log := admin.get(path).mustBe(w, "the log", http.StatusOK).page()
		equal(w.t, "hers", log.says("changed the role of a member · Olga Org"), true)
		equal(w.t, "of nobody else", log.says("Tess Team"), false)
		equal(w.t, "the same by her key", admin.get("/orgs/northwind/audit?q=about:"+w.userID(olga)).page().says("changed the role of a member · Olga Org"), true)
		for _, who := range []string{"member:" + carl, "about:" + w.userID(carl), "about:nobody"} {
			equal(w.t, "of somebody else", admin.get("/orgs/northwind/audit?q="+who).mustBe(w, who, http.StatusOK).page().says("No event matches"), true)
		}
	})
}

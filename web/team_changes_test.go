package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A team gives reach on the next request, and takes it; what it will do is said before.
func TestATeamGivesAndTakesReach(t *testing.T) {
	each(t, func(w *world) {
		raw, boss, member := w.raw(), w.signIn(olga), w.signIn(tess)
		reach := func() string {
			statuses := []string{}
			for _, app := range []string{"arm", "engine", "drive"} {
				statuses = append(statuses, http.StatusText(member.get("/orgs/northwind/apps/"+app).status))
			}
			return strings.Join(statuses, ", ")
		}
		equal(w.t, "at first", reach(), "OK, Not Found, Not Found")

		people := fields("member", w.userID(tess), "member", w.userID(ulf), "member", w.userID(olga))
		before := raw.dump()
		said := boss.post(teams+"/wheels/members/add", people).mustBe(w, "preview", http.StatusOK)
		raw.unchanged("a preview", before)
		for _, words := range []string{
			"1 person gains 1 app.", "Tess Team Team Contributor Gains Gains 1 app.", "Ulf User Organization User Nothing changes Reaches every app as an Organization User.",
			"Olga Org Organization Contributor In the team In the team already. Nothing changes.", "Add 2 members",
		} {
			equal(w.t, "says "+words, strings.Contains(said.content(), words), true)
		}
		form, _ := said.page().formTo(teams + "/wheels/members/add")
		form.values.Set("action", "save")
		done := boss.post(teams+"/wheels/members/add", form.values).mustBe(w, "add", http.StatusSeeOther)
		equal(w.t, "leads to", done.location, teams+"/wheels")
		equal(w.t, "says", strings.Contains(boss.get(done.location).page().text(), "2 members are added to Wheels. Olga Org was in it already."), true)
		equal(w.t, "with the team", reach(), "OK, OK, Not Found")
		member.get(teams+"/wheels").mustBe(w, "her team now", http.StatusOK)

		said = boss.post(teams+"/wheels/apps/add", fields("app", "drive", "app", "map")).mustBe(w, "apps", http.StatusOK)
		for _, words := range []string{"1 person gains 1 app.", "1 person may then build in 1 app that they could only read.", "1 person gains it.", "1 person may build in it and could only read it."} {
			equal(w.t, "says "+words, strings.Contains(said.content(), words), true)
		}
		boss.post(teams+"/wheels/apps/add", fields("app", "drive", "app", "map", "action", "save")).mustBe(w, "apps", http.StatusSeeOther)
		equal(w.t, "with its new apps", reach(), "OK, OK, OK")

		said = boss.post(teams+"/wheels/apps/remove", fields("app", "drive", "app", "arm")).mustBe(w, "removing apps", http.StatusOK)
		equal(w.t, "says who loses it", strings.Contains(said.content(), "1 person loses it."), true)
		equal(w.t, "says that the other is not in it", strings.Contains(said.content(), "Not in the team any more."), true)
		boss.post(teams+"/wheels/apps/remove", fields("app", "drive", "action", "save")).mustBe(w, "remove", http.StatusSeeOther)
		equal(w.t, "without the app", reach(), "OK, OK, Not Found")

		said = boss.post(teams+"/wheels/members/remove", fields("member", w.userID(tess))).mustBe(w, "removing", http.StatusOK)
		equal(w.t, "says what leaving takes", strings.Contains(said.content(), "Loses 1 app, and can only read 1 more."), true)
		boss.post(teams+"/wheels/members/remove", fields("member", w.userID(tess), "action", "save")).mustBe(w, "remove", http.StatusSeeOther)
		equal(w.t, "without the team", reach(), "OK, Not Found, Not Found")
		member.get(teams+"/wheels").mustBe(w, "her team no more", http.StatusNotFound)
	})
}

func TestWhatIsAddedToATeamIsTheOrganizations(t *testing.T) {
	each(t, func(w *world) {
		raw, c := w.raw(), w.signIn(ada)
		before := raw.dump()
		got := c.post(teams+"/hands/members/add", fields("action", "save")).mustBe(w, "nobody", http.StatusUnprocessableEntity)
		equal(w.t, "nobody chosen", got.page().errorAt("q"), "Choose at least one member.")
		many := url.Values{"action": {"save"}}
		for i := range 51 {
			many.Add("member", fmt.Sprintf("0190a5c0-0000-7000-8000-0000000000%02d", i))
		}
		got = c.post(teams+"/hands/members/add", many).mustBe(w, "too many", http.StatusUnprocessableEntity)
		equal(w.t, "too many", got.page().errorAt("q"), "Choose at most 50 at once. Nothing was changed.")
		for _, side := range []string{"members", "apps"} {
			got = c.post(teams+"/hands/"+side+"/remove", fields("action", "save")).mustBe(w, "nothing to remove", http.StatusUnprocessableEntity)
			equal(w.t, "says so", strings.Contains(got.content(), "Choose at least one"), true)
		}
		strangers := fields("member", w.userID(carl), "member", w.userID(quentin), "member", "x'--")
		for _, path := range []string{"add", "remove"} {
			said := c.post(teams+"/hands/members/"+path, strangers).mustBe(w, "strangers", http.StatusOK)
			equal(w.t, path+": their names are not told", strings.Contains(said.body, "Carl") || strings.Contains(said.body, "Quentin"), false)
			equal(w.t, path+": said of each", strings.Count(said.content(), "Not of this organization any more."), 3)
			said = c.post(teams+"/hands/apps/"+path, fields("app", "vault", "app", "a b")).mustBe(w, "another's app", http.StatusOK)
			equal(w.t, path+": said of each app", strings.Count(said.content(), "Not of this organization any more."), 2)
		}
		raw.unchanged("what was refused and previewed", before)
		strangers.Set("action", "save")
		done := c.post(teams+"/hands/members/add", strangers).mustBe(w, "saving", http.StatusSeeOther)
		equal(w.t, "says", strings.Contains(c.get(done.location).page().text(), "Nothing changed. 3 could not be found any more."), true)
		equal(w.t, "Carl is in no team of Northwind", raw.word("SELECT count(*) FROM team_members WHERE user_id = '"+w.userID(carl)+"'"), "0")
	})
}

func TestSearchingKeepsWhatWasChosen(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(ada)
		page := c.get(teams+"/hands/members/add?q=o&member="+w.userID(zoe)+"&member="+w.userID(carl)+"&member="+w.userID(zoe)).mustBe(w, "choose", http.StatusOK).page()
		form, _ := page.formTo(teams + "/hands/members/add")
		equal(w.t, "chosen", strings.Join(form.values["member"], " "), w.userID(zoe))
		picked := text(page.byID("picked"))
		for name, there := range map[string]bool{"Olga Org": true, "Bo Both": true, "Zoe Out": true, "Ada Admin": true, "Carl": false} {
			equal(w.t, name+" is shown", strings.Contains(picked, name), there)
		}
		equal(w.t, "once", strings.Count(picked, "Zoe Out"), 1)
		taken := c.get(teams + "/hands/members/add?q=tess").page()
		_, disabled := lookup(taken.byID("pick-"+w.userID(tess)), "disabled")
		equal(w.t, "who is in cannot be picked", disabled, true)
		equal(w.t, "nobody", strings.Contains(c.get(teams+"/hands/members/add?q=carl").content(), "Nothing else matches “carl”."), true)
		apps := c.get(teams + "/hands/apps/add?app=drive&q=e").content()
		equal(w.t, "apps", strings.Contains(apps, "engine") && strings.Contains(apps, "Chosen 1"), true)
	})
}

package web

import (
	"net/http"
	"strings"
	"testing"
)

const teams = "/orgs/northwind/teams"

func TestATeamIsCreatedWithAnIDOfItsOwn(t *testing.T) {
	each(t, func(w *world) {
		raw, c := w.raw(), w.signIn(olga)
		before := raw.dump()
		for id, says := range map[string]string{
			"":                      "Choose an ID.",
			"Eyes!":                 "Use letters, digits, and single - or _ between them.",
			"new":                   "“new” is reserved by the console. Choose another ID.",
			"HANDS":                 "This ID is taken. Choose another one.",
			strings.Repeat("a", 49): "An ID has at most 48 characters.",
		} {
			got := c.post(teams+"/new", fields("id", id, "name", "Eyes", "description", "They see")).mustBe(w, id, http.StatusUnprocessableEntity)
			equal(w.t, id+": says", got.page().errorAt("id"), says)
			equal(w.t, id+": comes back", got.page().valueOf("id")+"/"+got.page().valueOf("name"), id+"/Eyes")
		}
		got := c.post(teams+"/new", fields("id", "eyes", "name", " ", "description", strings.Repeat("é", 301))).mustBe(w, "too long", http.StatusUnprocessableEntity)
		equal(w.t, "name", got.page().errorAt("name"), "Enter a name.")
		equal(w.t, "description", got.page().errorAt("description"), "A description has at most 300 characters.")
		raw.unchanged("what was refused", before)

		made := c.post(teams+"/new", fields("id", "far eyes", "name", "Far Eyes", "description", strings.Repeat("é", 300))).mustBe(w, "create", http.StatusSeeOther)
		equal(w.t, "leads to", made.location, teams+"/far-eyes")
		page := c.get(made.location).mustBe(w, "team", http.StatusOK)
		equal(w.t, "says", strings.Contains(page.page().text(), "The team Far Eyes is created."), true)
		equal(w.t, "listed", strings.Contains(c.get(teams+"?q=far").content(), "Far Eyes"), true)
	})
}

func TestATeamChangedMeanwhileIsShownBesideWhatWasTyped(t *testing.T) {
	each(t, func(w *world) {
		olga, ada := w.signIn(olga), w.signIn(ada)
		form, _ := olga.get(teams + "/hands/edit").page().formTo(teams + "/hands/edit")
		ada.post(teams+"/hands/edit", fields("version", form.values.Get("version"), "name", "Fingers", "description", "Ten of them")).mustBe(w, "first", http.StatusSeeOther)
		stale := olga.post(teams+"/hands/edit", fields("version", form.values.Get("version"), "name", "Arms", "description", "Two of them")).mustBe(w, "second", http.StatusConflict)
		for _, words := range []string{"Somebody else saved this meanwhile.", "Fingers", "Ten of them", "Two of them"} {
			equal(w.t, "says "+words, strings.Contains(stale.content(), words), true)
		}
		equal(w.t, "typed name", stale.page().valueOf("name"), "Arms")
		again, _ := stale.page().formTo(teams + "/hands/edit")
		olga.post(teams+"/hands/edit", again.values).mustBe(w, "saving again", http.StatusSeeOther)
		equal(w.t, "name", strings.Contains(olga.get(teams+"/hands").content(), "Arms"), true)
		equal(w.t, "wrong name", olga.post(teams+"/hands/edit", fields("version", "3", "name", "")).mustBe(w, "empty", http.StatusUnprocessableEntity).page().errorAt("name"), "Enter a name.")
	})
}

func TestDeletingATeamSaysWhatItTakesAndTakesIt(t *testing.T) {
	each(t, func(w *world) {
		raw, olga, tess := w.raw(), w.signIn(olga), w.signIn(tess)
		tess.get("/orgs/northwind/apps/arm").mustBe(w, "before", http.StatusOK)
		equal(w.t, "consequence", strings.Contains(olga.get(teams+"/hands/delete").content(), "2 members and 1 app are in it; they stay in the organization. 1 person loses 1 app, because nothing else opens it to them."), true)
		equal(w.t, "of a team without Team Contributors", strings.Contains(olga.get(teams+"/wheels/delete").content(), "1 member and 1 app are in it; they stay in the organization. Nobody loses an app."), true)
		before := raw.dump()
		wrong := olga.post(teams+"/hands/delete", fields("confirm", "wheels")).mustBe(w, "another ID", http.StatusUnprocessableEntity)
		equal(w.t, "says", wrong.page().errorAt("confirm"), "Type “hands” to delete it.")
		raw.unchanged("a wrong ID", before)
		gone := olga.post(teams+"/hands/delete", fields("confirm", "hands")).mustBe(w, "delete", http.StatusSeeOther)
		equal(w.t, "leads to", gone.location, teams)
		olga.get(teams+"/hands").mustBe(w, "the team", http.StatusNotFound)
		tess.get("/orgs/northwind/apps/arm").mustBe(w, "after, on the next request", http.StatusNotFound)
		olga.get("/orgs/northwind/apps/arm").mustBe(w, "whose role reaches it", http.StatusOK)
	})
}

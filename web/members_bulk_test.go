package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

const changeURL, toTeamURL = "/orgs/northwind/members/change", "/orgs/northwind/members/add-to-team"

func (w *world) ids(emails ...string) []string {
	var ids []string
	for _, email := range emails {
		ids = append(ids, w.userID(email))
	}
	return ids
}

// ticked is what the list sends with these rows ticked.
func ticked(action string, ids []string) url.Values {
	return url.Values{"action": {action}, "member": ids}
}

// confirmed is what the page of a change sends on confirmation.
func (a answer) confirmed(w *world, to string, more ...string) url.Values {
	w.t.Helper()
	form, found := a.page().formTo(to)
	if !found {
		w.t.Fatalf("the page has no form to %s: %s", to, a.sentence())
	}
	sent := form.values
	sent.Set("step", "confirm")
	for i := 0; i+1 < len(more); i += 2 {
		sent.Set(more[i], more[i+1])
	}
	return sent
}

// outcomes are the rows of a page's tables as "name: status, what happens".
func (a answer) outcomes() []string {
	var rows []string
	for _, row := range a.page().all("tr") {
		if cells := (page{row}).all("td"); len(cells) == 3 {
			name := (page{cells[0]}).all("a", "b")[0]
			rows = append(rows, text(name)+": "+text(cells[1])+", "+text(cells[2]))
		}
	}
	slices.Sort(rows)
	return rows
}

func (w *world) stateOf(email string) string {
	w.t.Helper()
	return w.raw().word("SELECT role || CASE WHEN suspended THEN ' suspended' ELSE '' END FROM members m JOIN organizations o ON o.id = m.organization_id WHERE o.slug = 'northwind' AND m.user_id = '" + w.userID(email) + "'")
}

func equalRows(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestManyMembersAreChangedAfterAPreview(t *testing.T) {
	each(t, func(w *world) {
		admin, raw := w.signIn(ada), w.raw()
		everybody := w.ids(ada, olga, tess, ulf, zoe)
		before := raw.dump()
		asked := admin.post(changeURL, ticked("role", everybody)).mustBe(w, "which role", http.StatusOK)
		equal(w.t, "nothing is said before the role is known", len(asked.outcomes()), 0)
		form, _ := asked.page().formTo(changeURL)
		form.values.Set("step", "preview")
		equal(w.t, "no role", admin.post(changeURL, form.values).mustBe(w, "no role", http.StatusUnprocessableEntity).page().errorAt("to-role"), "Choose what they will be.")
		form.values.Set("to-role", authz.TeamContributor.Key())
		preview := admin.post(changeURL, form.values).mustBe(w, "preview", http.StatusOK)
		equalRows(w.t, "preview", preview.outcomes(), "Ada Admin: Skipped, This is you: change your own membership by itself.", "Olga Org: Will change, Becomes Team Contributor",
			"Tess Team: Skipped, Has this role already.", "Ulf User: Will change, Becomes Team Contributor", "Zoe Out: Will change, Becomes Team Contributor")
		raw.unchanged("a preview", before)

		// Meanwhile one is removed and another is given the role.
		raw.run("DELETE FROM team_members WHERE user_id = '" + w.userID(olga) + "'")
		raw.run("DELETE FROM members WHERE user_id = '" + w.userID(olga) + "'")
		raw.run("UPDATE members SET role = 'team_contributor' WHERE user_id = '" + w.userID(zoe) + "'")
		result := admin.post(changeURL, preview.confirmed(w, changeURL, "to-role", authz.TeamContributor.Key())).mustBe(w, "result", http.StatusOK)
		equalRows(w.t, "result", result.outcomes(), "Ada Admin: Skipped, This is you: change your own membership by itself.", "Somebody: Not changed, Is no longer a member.",
			"Tess Team: Skipped, Has this role already.", "Ulf User: Changed, Is Team Contributor now", "Zoe Out: Skipped, Has this role already.")
		equal(w.t, "Ulf", w.stateOf(ulf), "team_contributor")
		equal(w.t, "Ada", w.stateOf(ada), "administrator")
		log, err := w.store.In(w.actor(ada, "northwind")).Audit(w.t.Context(), models.AuditFilter{Action: models.ActionMemberRoleChanged})
		must(w.t, err)
		equal(w.t, "one entry for the one change", len(log.Rows), 1)
	})
}

func TestManyMembersAreSuspendedReinstatedAndRemoved(t *testing.T) {
	each(t, func(w *world) {
		admin := w.signIn(ada)
		open := w.signIn(ulf)
		preview := admin.post(changeURL, ticked("suspend", w.ids(ada, ulf, zoe))).mustBe(w, "suspend", http.StatusOK)
		equalRows(w.t, "suspend", preview.outcomes(), "Ada Admin: Skipped, This is you: change your own membership by itself.", "Ulf User: Will change, Will be locked out", "Zoe Out: Skipped, Is suspended already.")
		admin.post(changeURL, preview.confirmed(w, changeURL)).mustBe(w, "suspended", http.StatusOK)
		equal(w.t, "Ulf's next request", open.get("/orgs/northwind").status, http.StatusForbidden)
		admin.post(changeURL, admin.post(changeURL, ticked("reinstate", w.ids(ulf, zoe))).confirmed(w, changeURL)).mustBe(w, "reinstated", http.StatusOK)
		equal(w.t, "and the one after", open.get("/orgs/northwind").status, http.StatusOK)
		equal(w.t, "Zoe", w.stateOf(zoe), "organization_user")

		remove := admin.post(changeURL, ticked("remove", w.ids(ada, ulf, tess))).mustBe(w, "remove", http.StatusOK)
		for typed, sentence := range map[string]string{"": "This is not the ID", "contoso": "This is not the ID"} {
			got := admin.post(changeURL, remove.confirmed(w, changeURL, "confirm", typed)).mustBe(w, "wrong ID", http.StatusUnprocessableEntity)
			equal(w.t, "says so", strings.HasPrefix(got.page().errorAt("confirm"), sentence), true)
			equal(w.t, "whom it was about is still there", len(got.outcomes()), 3)
		}
		result := admin.post(changeURL, remove.confirmed(w, changeURL, "confirm", "Northwind")).mustBe(w, "removed", http.StatusOK)
		equalRows(w.t, "removed", result.outcomes(), "Ada Admin: Skipped, This is you: change your own membership by itself.", "Tess Team: Changed, Is no longer a member", "Ulf User: Changed, Is no longer a member")
		equal(w.t, "Ulf is out", open.get("/orgs/northwind").status, http.StatusNotFound)
	})
}

func TestManyMembersAreAddedToATeam(t *testing.T) {
	each(t, func(w *world) {
		contributor := w.signIn(olga)
		list := contributor.get("/orgs/northwind/members").mustBe(w, "list", http.StatusOK)
		if _, offered := list.page().formTo(changeURL); offered {
			w.t.Error("who may only add to teams is offered more")
		}
		asked := contributor.post(toTeamURL, ticked("team", w.ids(ulf, zoe))).mustBe(w, "which team", http.StatusOK)
		form, _ := asked.page().formTo(toTeamURL)
		equal(w.t, "teams are offered", strings.Join(form.choices["to-team"], ","), ",hands,wheels")
		form.values.Set("step", "preview")
		for _, wrong := range []string{"", "sales", "no such team"} {
			form.values.Set("to-team", wrong)
			equal(w.t, "the team "+wrong, contributor.post(toTeamURL, form.values).mustBe(w, wrong, http.StatusUnprocessableEntity).page().errorAt("to-team"), "There is no such team. Choose one.")
		}
		form.values.Set("to-team", "HANDS")
		preview := contributor.post(toTeamURL, form.values).mustBe(w, "preview", http.StatusOK)
		equalRows(w.t, "preview", preview.outcomes(), "Ulf User: Skipped, Is in the team already.", "Zoe Out: Will change, Joins Hands")
		result := contributor.post(toTeamURL, preview.confirmed(w, toTeamURL, "to-team", "hands")).mustBe(w, "result", http.StatusOK)
		equalRows(w.t, "result", result.outcomes(), "Ulf User: Skipped, Is in the team already.", "Zoe Out: Changed, Is in Hands now")
	})
}

// All that match are those whom the list shows under the same filter, beyond the page too.
func TestAllThatMatchAreThoseOfTheList(t *testing.T) {
	eachWith(t, settings{adjust: crowd(120)}, func(w *world) {
		admin := w.signIn(ada)
		const query = "?role=team_contributor&q=member&sort=-name"
		list := admin.get("/orgs/northwind/members?q=member").mustBe(w, "list", http.StatusOK)
		form, _ := list.page().formTo(changeURL)
		equal(w.t, "the list passes on its search", form.values.Get("q"), "member")
		_, people := admin.exported(query)
		sent := url.Values{"action": {"suspend"}, "which": {"all"}, "q": {"member"}, "role": {"team_contributor"}, "sort": {"-name"}, "after": {"x"}, "member": w.ids(ulf)}
		preview := admin.post(changeURL, sent).mustBe(w, "all", http.StatusOK)
		equal(w.t, "as many", len(preview.outcomes()), len(people))
		equal(w.t, "thirty", len(people), 30)
		for _, row := range preview.outcomes() {
			equal(w.t, row, strings.HasPrefix(row, "Member "), true)
		}
		nobody := admin.post(changeURL, url.Values{"action": {"suspend"}, "which": {"all"}, "team": {"no-such-team"}}).mustBe(w, "a team that is gone", http.StatusUnprocessableEntity)
		equal(w.t, "nobody, rather than everybody", strings.Contains(nobody.body, "Nobody fits the search and the filters any more."), true)
	})
}

// What the preview allowed is asked again: rights that end in between end the change.
func TestRightsThatEndBeforeTheConfirmation(t *testing.T) {
	each(t, func(w *world) {
		raw, admin := w.raw(), w.signIn(ada)
		preview := admin.post(changeURL, ticked("remove", w.ids(ulf, tess))).mustBe(w, "preview", http.StatusOK)
		sent := preview.confirmed(w, changeURL, "confirm", "northwind")
		raw.run("UPDATE members SET role = 'organization_contributor' WHERE user_id = '" + w.userID(ada) + "'")
		before := raw.dump()
		equal(w.t, "refused", admin.post(changeURL, sent).status, http.StatusForbidden)
		raw.unchanged("a change without the right", before)
	})
}

func TestAChangeOfManyIsRefusedInWords(t *testing.T) {
	each(t, func(w *world) {
		raw, admin := w.raw(), w.signIn(ada)
		before := raw.dump()
		tooMany := make([]string, models.MaxBulk+1)
		for i := range tooMany {
			tooMany[i] = strings.Repeat("x", 1+i)
		}
		for what, c := range map[string]struct {
			sent     url.Values
			sentence string
		}{
			"nobody":            {ticked("suspend", nil), "Nobody is chosen."},
			"no action":         {ticked("", w.ids(ulf)), "Choose what to do with the members."},
			"an action of none": {ticked("promote", w.ids(ulf)), "Choose what to do with the members."},
			"another's act":     {ticked("team", w.ids(ulf)), "Choose what to do with the members."},
			"strangers":         {url.Values{"action": {"remove"}, "step": {"confirm"}, "confirm": {"northwind"}, "members": {strings.Join(w.ids(carl, cleo, nina), " ")}}, "None of those who were chosen is a member any more."},
			"too many":          {url.Values{"action": {"suspend"}, "members": {strings.Join(tooMany, " ")}}, "At most 1000 members are changed at once."},
		} {
			got := admin.post(changeURL, c.sent).mustBe(w, what, http.StatusUnprocessableEntity)
			if !strings.Contains(html.UnescapeString(got.body), c.sentence) {
				w.t.Errorf("%s: %s", what, got.page().text())
			}
		}
		raw.unchanged("what was refused", before)
	})
}

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// collaborates makes somebody a collaborator of an app of Northwind at that level, whatever they were, and returns the id of the account.
func (w *world) collaborates(app, email string, level authz.CollaboratorLevel) string {
	w.t.Helper()
	tenant := w.store.In(w.actor(ada, "northwind"))
	reached, err := tenant.Reach(w.t.Context(), app)
	must(w.t, err)
	if err := tenant.AddCollaborator(w.t.Context(), reached.App.ID, email, level); !models.Is(err, models.Invalid) {
		must(w.t, err)
	}
	must(w.t, tenant.ChangeCollaborator(w.t.Context(), reached.App.ID, w.userID(email), level))
	return w.userID(email)
}

// The rights in an app, in the words of the role table.
const (
	createsApps          = "Create Apps"
	editsAppID           = "Edit App ID"
	editsDescription     = "Edit App Description"
	editsNotes           = "Edit App Notes"
	editsCollaborators   = "Edit Collaborators"
	editsBaseWorkflow    = "Base Workflow Edit"
	deletesApps          = "Delete App"
	changesAppVisibility = "Change Visibility of Apps"
)

const (
	appArm   = "/orgs/northwind/apps/arm"
	appDrive = "/orgs/northwind/apps/drive"
)

// typed is the form of a page that goes to an address, with some of its fields typed over.
func (c *client) typed(path, action string, pairs ...string) url.Values {
	c.w.t.Helper()
	f, found := c.get(path).mustBe(c.w, path, http.StatusOK).page().formTo(action)
	if !found {
		c.w.t.Fatalf("%s has no form to %s", path, action)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.values.Set(pairs[i], pairs[i+1])
	}
	return f.values
}

func (c *client) says(what, path string, words ...string) {
	c.w.t.Helper()
	page := c.get(path).mustBe(c.w, what, http.StatusOK).page().text()
	for _, want := range words {
		if !strings.Contains(page, want) {
			c.w.t.Errorf("%s: %s does not say %q: %s", what, path, want, page)
		}
	}
}

func TestAnAppIsCreated(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(olga)
		const path = "/orgs/northwind/apps/new"
		for _, bad := range []struct{ field, id, description, workflow, sentence string }{
			{"id", "", "", "text", "Choose an ID."},
			{"id", "new", "", "text", "“new” is reserved by the console. Choose another ID."},
			{"id", "a b/c", "", "text", "Use letters, digits, and single - or _ between them."},
			{"id", "ARM", "", "text", "This ID is taken. Choose another one."},
			{"description", "ok", strings.Repeat("é", 301), "text", "A description has at most 300 characters."},
			{"base_workflow", "ok", "", "mine", "Choose a base workflow."},
		} {
			got := c.post(path, fields("id", bad.id, "description", bad.description, "base_workflow", bad.workflow)).mustBe(w, bad.sentence, http.StatusUnprocessableEntity)
			equal(w.t, "beside "+bad.field, got.page().errorAt(bad.field), bad.sentence)
			equal(w.t, "the ID as typed", got.page().valueOf("id"), bad.id)
			equal(w.t, "the description as typed", got.page().valueOf("description"), bad.description)
		}
		got := c.post(path, c.typed(path, path, "id", "Left Hand", "description", " Holds\n things ")).mustBe(w, "create", http.StatusSeeOther)
		equal(w.t, "leads to", got.location, "/orgs/northwind/apps/Left-Hand")
		c.says("the app", got.location, "Left-Hand", "Holds things", "Private", "Universal", "by Olga Org")
		equal(w.t, "not for another team", w.signIn(tess).get(got.location).status, http.StatusNotFound)
	})
}

func TestNotesArePreviewedAndSaved(t *testing.T) {
	each(t, func(w *world) {
		c, raw := w.signIn(tess), w.raw()
		const path = appArm + "/notes"
		before := raw.dump()
		got := c.post(path, c.typed(path, path, "notes", "# Hi\n<script>x</script>\n\n[go](javascript:x)", "action", "preview")).mustBe(w, "preview", http.StatusOK)
		raw.unchanged("a preview", before)
		preview := got.page().byID("preview")
		if preview == nil || !strings.Contains(text(preview), "Hi") || strings.Contains(got.body, "<script>x") || strings.Contains(got.body, `href="javascript:`) {
			w.t.Errorf("the preview: %s", got.body)
		}
		equal(w.t, "still in the field", got.page().valueOf("notes"), "# Hi\n<script>x</script>\n\n[go](javascript:x)")
		equal(w.t, "the policy", strings.Contains(got.header.Get("Content-Security-Policy"), "script-src 'self'"), true)

		stale := c.typed(path, path, "notes", "Mine", "action", "save")
		c.post(path, c.typed(path, path, "notes", "# Theirs", "action", "save")).mustBe(w, "save", http.StatusSeeOther)
		c.says("the app", appArm, "Theirs", "by Tess Team")
		before = raw.dump()
		got = c.post(path, stale).mustBe(w, "stale", http.StatusConflict)
		raw.unchanged("a stale edit", before)
		page := got.page()
		equal(w.t, "what was typed", page.valueOf("notes"), "Mine")
		equal(w.t, "what they saved", strings.Contains(page.text(), "# Theirs"), true)
		again, _ := page.formTo(path)
		again.values.Set("action", "preview")
		page = c.post(path, again.values).mustBe(w, "a preview of mine", http.StatusOK).page()
		equal(w.t, "theirs still stands there", strings.Contains(page.text(), "# Theirs"), true)
		again, _ = page.formTo(path)
		again.values.Set("action", "save")
		c.post(path, again.values).mustBe(w, "saving over it", http.StatusSeeOther)
		c.says("the app", appArm, "Mine")

		long := strings.Repeat("x", models.MaxNotes+1)
		got = c.post(path, c.typed(path, path, "notes", long, "action", "save")).mustBe(w, "too long", http.StatusUnprocessableEntity)
		equal(w.t, "beside it", got.page().errorAt("notes"), "Notes have at most 65,536 bytes. Shorten them.")
		equal(w.t, "as typed", len(got.page().valueOf("notes")), len(long))
		equal(w.t, "no version", c.post(path, fields("notes", "x")).status, http.StatusConflict)
	})
}

func TestADescriptionIsEdited(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(tess)
		const path = appArm + "/description"
		stale := c.typed(path, path, "description", "Mine")
		c.post(path, c.typed(path, path, "description", "Theirs")).mustBe(w, "save", http.StatusSeeOther)
		got := c.post(path, stale).mustBe(w, "stale", http.StatusConflict)
		equal(w.t, "what was typed", got.page().valueOf("description"), "Mine")
		equal(w.t, "what they saved", strings.Contains(got.page().text(), "Theirs"), true)
		again, _ := got.page().formTo(path)
		c.post(path, again.values).mustBe(w, "saving over it", http.StatusSeeOther)
		c.says("the app", appArm, "Mine")
		got = c.post(path, c.typed(path, path, "description", strings.Repeat("x", 301))).mustBe(w, "too long", http.StatusUnprocessableEntity)
		equal(w.t, "beside it", got.page().errorAt("description"), "A description has at most 300 characters.")
		equal(w.t, "as typed", len(got.page().valueOf("description")), 301)
	})
}

func TestAnIDIsChangedOnceItWasConfirmed(t *testing.T) {
	each(t, func(w *world) {
		c, raw := w.signIn(olga), w.raw()
		const settings, path = appArm + "/settings", appArm + "/settings/id"
		before := raw.dump()
		asked := c.post(path, c.typed(settings, path, "id", "Hand")).mustBe(w, "asked first", http.StatusOK)
		raw.unchanged("asking", before)
		for _, want := range []string{w.base + appArm + " will lead nowhere", w.base + "/orgs/northwind/apps/Hand"} {
			equal(w.t, "says "+want, strings.Contains(asked.page().text(), want), true)
		}
		confirmed, _ := asked.page().formTo(path)
		stale := confirmed.values
		for id, sentence := range map[string]string{"drive": "This ID is taken. Choose another one.", "": "Choose an ID.", "arm": "This is the ID it has.", "settings": "“settings” is reserved by the console. Choose another ID."} {
			got := c.post(path, c.typed(settings, path, "id", id, "confirmed", "yes")).mustBe(w, sentence, http.StatusUnprocessableEntity)
			equal(w.t, "beside it", got.page().errorAt("id"), sentence)
			equal(w.t, "as typed", got.page().valueOf("id"), id)
		}
		raw.unchanged("what was refused", before)
		workflow := appArm + "/settings/base-workflow"
		c.post(workflow, c.typed(settings, workflow, "base_workflow", "empty")).mustBe(w, "another setting", http.StatusSeeOther)
		got := c.post(path, stale).mustBe(w, "stale", http.StatusConflict)
		equal(w.t, "both are said", strings.HasSuffix(got.page().errorAt("id"), "You typed Hand."), true)
		equal(w.t, "as typed", got.page().valueOf("id"), "Hand")
		again, _ := got.page().formTo(path)
		again.values.Set("confirmed", "yes")
		got = c.post(path, again.values).mustBe(w, "changed", http.StatusSeeOther)
		equal(w.t, "leads to", got.location, "/orgs/northwind/apps/Hand/settings")
		equal(w.t, "the old address", c.get(appArm).status, http.StatusNotFound)
		w.signIn(tess).says("the team's", "/orgs/northwind/apps/hand", "Team Hands")
	})
}

func TestGoingPublicIsConfirmed(t *testing.T) {
	each(t, func(w *world) {
		c, stranger, raw := w.signIn(olga), w.signIn(carl), w.raw()
		const settings, path = appArm + "/settings", appArm + "/settings/visibility"
		before := raw.dump()
		asked := c.post(path, c.typed(settings, path, "visibility", "public")).mustBe(w, "asked first", http.StatusOK)
		raw.unchanged("asking", before)
		equal(w.t, "who will see it", strings.Contains(asked.page().text(), "Everybody who is signed in to this console"), true)
		equal(w.t, "a stranger", stranger.get(appArm).status, http.StatusNotFound)
		confirmed, _ := asked.page().formTo(path)
		c.post(path, confirmed.values).mustBe(w, "confirmed", http.StatusSeeOther)
		c.says("the settings", settings, "The app is public.", "by Olga Org")
		stranger.says("a stranger", appArm, "Public")
		equal(w.t, "a stranger changes nothing", stranger.post(appArm+"/notes", fields("notes", "x")).status, http.StatusForbidden)

		stale := confirmed.values
		got := c.post(path, stale).mustBe(w, "stale", http.StatusConflict)
		equal(w.t, "both are said", strings.HasSuffix(got.page().errorAt("visibility"), "It is Public now, and you chose Public."), true)
		c.post(path, c.typed(settings, path, "visibility", "private")).mustBe(w, "back, unasked", http.StatusSeeOther)
		equal(w.t, "a stranger", stranger.get(appArm).status, http.StatusNotFound)
		got = c.post(path, c.typed(settings, path, "visibility", "everybody")).mustBe(w, "no visibility", http.StatusUnprocessableEntity)
		equal(w.t, "beside it", got.page().errorAt("visibility"), "Choose who can see the app.")
	})
}

// Somebody from outside reaches exactly the app they were given, with the column of their level, until it is taken away.
func TestACollaboratorReachesOneApp(t *testing.T) {
	each(t, func(w *world) {
		c, guest := w.signIn(olga), w.signIn(nina)
		const path = appArm + "/collaborators"
		equal(w.t, "before", guest.get(appArm).status, http.StatusNotFound)
		c.post(path, c.typed(path, path, "email", " NINA@nowhere.example")).mustBe(w, "added", http.StatusSeeOther)
		guest.says("the collaborations", "/collaborations", "arm", "Northwind Robotics", "Viewer")
		guest.says("the app", appArm, "You are a collaborator", "Organization User")
		for other, want := range map[string]int{
			"/orgs/northwind": 404, "/orgs/northwind/apps": 404, "/orgs/northwind/members": 404, "/orgs/northwind/apps/new": 404, appDrive: 404, "/orgs/northwind/apps/map": 404,
			"/orgs/northwind/apps/showcase": 200, path: 200, appArm + "/settings": 200, appArm + "/notes": 403, appArm + "/description": 403,
		} {
			equal(w.t, "a viewer at "+other, guest.get(other).status, want)
		}
		denied := guest.get(appArm + "/notes")
		equal(w.t, "says what is missing", strings.Contains(denied.page().text(), "Edit App Notes"), true)
		shown := guest.get(path).page().text()
		equal(w.t, "their own address", strings.Contains(shown, nina), true)
		c.post(path, c.typed(path, path, "email", quentin)).mustBe(w, "another", http.StatusSeeOther)
		shown = guest.get(path).page().text()
		equal(w.t, "another's name", strings.Contains(shown, "Quentin Marsh"), true)
		equal(w.t, "another's address", strings.Contains(shown, quentin), false)
		guest.says("found by name", path+"?q=QUENTIN", "Quentin Marsh", "1 collaborator")
		guest.says("not by address", path+"?q="+quentin, "No collaborator matches", "in their name.")
		c.says("a member searches for an address", path+"?q="+quentin, "Quentin Marsh")

		id := w.userID(nina)
		c.post(path+"/"+id+"/level", fields("level", "contributor")).mustBe(w, "contributor", http.StatusSeeOther)
		guest.post(appArm+"/notes", guest.typed(appArm+"/notes", appArm+"/notes", "notes", "By Nina", "action", "save")).mustBe(w, "a contributor writes", http.StatusSeeOther)
		equal(w.t, "but adds nobody", guest.post(path, fields("email", carl, "level", "viewer")).status, http.StatusForbidden)
		equal(w.t, "no level", c.post(path+"/"+id+"/level", fields("level", "owner")).status, http.StatusUnprocessableEntity)
		c.says("the list", path, "Nina Nowhere", "Contributor", "Outside", "Olga Org")

		c.post(path+"/"+id+"/remove", nil).mustBe(w, "removed", http.StatusSeeOther)
		equal(w.t, "at once", guest.get(appArm).status, http.StatusNotFound)
		equal(w.t, "nor written", guest.post(appArm+"/notes", fields("notes", "late")).status, http.StatusNotFound)
		equal(w.t, "removed twice", c.post(path+"/"+id+"/remove", nil).status, http.StatusNotFound)
		guest.says("the collaborations", "/collaborations", "No collaborations")
	})
}

func TestACollaboratorNeedsAnAccount(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(ada)
		const path = appDrive + "/collaborators"
		for email, sentence := range map[string]string{
			unknown:   "No account has this address. A collaborator needs one first: an Administrator can invite them to an organization.",
			quentin:   "They are a collaborator of this app already. Change what they may do in the list.",
			"":        "Enter an email address.",
			"quentin": "This is not an email address. Write it like name@example.com.",
		} {
			got := c.post(path, c.typed(path, path, "email", email, "level", "contributor")).mustBe(w, sentence, http.StatusUnprocessableEntity)
			equal(w.t, "beside it", got.page().errorAt("email"), sentence)
			equal(w.t, "as typed", got.page().valueOf("email"), email)
		}
		got := c.post(path, fields("email", nina)).mustBe(w, "no level", http.StatusUnprocessableEntity)
		equal(w.t, "beside it", got.page().errorAt("level"), "Choose a level.")
	})
}

func TestAnAppIsDeletedWhenItsIDWasTyped(t *testing.T) {
	each(t, func(w *world) {
		c, guest, raw := w.signIn(ada), w.signIn(quentin), w.raw()
		const settings, path = appDrive + "/settings", appDrive + "/settings/delete"
		c.says("the consequences", settings, "0 models, 0 workflows and 0 modules; 0 teams and 1 collaborator lose it")
		before := raw.dump()
		for _, wrong := range []string{"", "arm", "driv"} {
			got := c.post(path, c.typed(settings, path, "confirm", wrong)).mustBe(w, "typed "+wrong, http.StatusUnprocessableEntity)
			equal(w.t, "beside it", got.page().errorAt("confirm"), "Type “drive” to delete it.")
			equal(w.t, "as typed", got.page().valueOf("confirm"), wrong)
		}
		raw.unchanged("what was refused", before)
		got := c.post(path, c.typed(settings, path, "confirm", "drive")).mustBe(w, "delete", http.StatusSeeOther)
		equal(w.t, "leads to", got.location, "/orgs/northwind/apps")
		c.says("the list", got.location, "drive is deleted.")
		equal(w.t, "gone", c.get(appDrive).status, http.StatusNotFound)
		equal(w.t, "gone for the guest", guest.get(appDrive).status, http.StatusNotFound)
		equal(w.t, "somebody still writing", c.post(appDrive+"/notes", fields("notes", "late")).status, http.StatusNotFound)
	})
}

func TestTheListOfAppsSaysThroughWhat(t *testing.T) {
	each(t, func(w *world) {
		w.collaborates("engine", tess, authz.Contributor)
		var rows []string
		for _, row := range w.signIn(tess).get("/orgs/northwind/apps").page().all("tr")[1:] {
			rows = append(rows, text(row))
		}
		want := [][2]string{{"arm", "Team Hands"}, {"engine", "As a contributor"}, {"map", "Visible to the organization"}, {"showcase", "Visible to the organization"}}
		equal(w.t, "rows", len(rows), len(want))
		for i, row := range rows {
			equal(w.t, row+" is "+want[i][0]+" through "+want[i][1], strings.Contains(row, want[i][0]) && strings.Contains(row, want[i][1]), true)
		}
		only := w.signIn(ada).get("/orgs/northwind/apps?visibility=public&sort=-updated").page()
		equal(w.t, "of one visibility", len(rowsOf(only)), 1)
	})
}

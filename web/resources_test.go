package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

const arm = "/orgs/northwind/apps/arm"

// What somebody sees in an app depends on why they can open it, on every kind of page.
func TestResourcesWithinReach(t *testing.T) {
	each(t, func(w *world) {
		raw := w.raw()
		kinds := []string{"models", "workflows", "modules", "installed"}
		sees := func(email, want string) {
			w.t.Helper()
			c := w.signIn(email)
			for _, kind := range kinds {
				list := c.get("/orgs/northwind/apps/map/" + kind)
				var listed []string
				for _, slug := range []string{"private", "organization", "public"} {
					page := c.get("/orgs/northwind/apps/map/" + kind + "/for-" + slug)
					inList := list.status == http.StatusOK && strings.Contains(text(list.page().byID("content")), "for-"+slug)
					if inList != (page.status == http.StatusOK) || page.status != http.StatusOK && page.status != http.StatusNotFound {
						w.t.Errorf("%s: %s %s: listed %t, status %d", email, kind, slug, inList, page.status)
					}
					if page.status == http.StatusOK {
						listed = append(listed, slug)
					}
				}
				equal(w.t, email+" sees of "+kind, strings.Join(listed, " "), want)
			}
		}
		sees(ada, "private organization public")
		sees(ulf, "private organization public")
		sees(tess, "organization public")
		sees(nina, "")
		sees(quentin, "")
		raw.run("UPDATE apps SET visibility = 'public' WHERE slug = 'map'")
		sees(tess, "organization public")
		sees(nina, "public")
		sees(zoe, "public")
		raw.run("INSERT INTO team_apps (organization_id, team_id, app_id, added_at) SELECT t.organization_id, t.id, a.id, t.created_at FROM teams t, apps a WHERE t.slug = 'hands' AND a.slug = 'map'")
		sees(tess, "private organization public")
		raw.run("UPDATE apps SET visibility = 'private' WHERE slug = 'map'")
		sees(nina, "")
		sees(tess, "private organization public")
	})
}

// nodeForm makes a form of a workflow with nodes of "id model inputs" each.
func nodeForm(id string, nodes ...string) url.Values {
	f := fields("id", id, "description", "Made by hand")
	for _, n := range nodes {
		parts := strings.SplitN(n+"  ", " ", 3)
		f.Add("node", parts[0])
		f.Add("model", parts[1])
		f.Add("inputs", strings.TrimSpace(parts[2]))
	}
	return f
}

func TestAWorkflowIsBuiltByForm(t *testing.T) {
	each(t, func(w *world) {
		c, create := w.signIn(tess), arm+"/workflows/new"
		rows := func(got answer) int { return len(got.page().inputs("node")) }
		equal(w.t, "rows of a new form", rows(c.get(create)), 1)

		typed := nodeForm("sort", "see gripper say", "say namer see")
		refused := c.post(create, typed).mustBe(w, "a circle", http.StatusUnprocessableEntity)
		equal(w.t, "at its node", refused.page().errorAt("inputs-1"), "This makes a circle: see → say → see. Take one of these inputs away.")
		equal(w.t, "what was typed stays", strings.Join(refused.page().inputs("node"), " ")+" "+refused.page().valueOf("id"), "see say sort")

		refused = c.post(create, nodeForm("new", "see gripper", "see nothing/at-all", " b/c/d")).mustBe(w, "several problems", http.StatusUnprocessableEntity)
		for field, want := range map[string]string{
			"id": "“new” is reserved by the console. Choose another ID.", "node-2": "There is another node “see”. Choose another ID.", "node-3": "Give this node an ID.",
			"model-3": "Write the ID of a model of this app, or app/model for one of another app.",
		} {
			equal(w.t, field, refused.page().errorAt(field), want)
		}
		refused = c.post(create, nodeForm("sort", "see gripper", "say map/for-private see", "end vault/secret say")).mustBe(w, "what she cannot read", http.StatusUnprocessableEntity)
		equal(w.t, "private elsewhere", refused.page().errorAt("model-2"), "There is no model “map/for-private” that you can read.")
		equal(w.t, "of another organization", refused.page().errorAt("model-3"), "There is no model “vault/secret” that you can read.")

		typed.Set("action", "add")
		added := c.post(create, typed).mustBe(w, "add a row", http.StatusOK)
		equal(w.t, "one more row", rows(added), 3)
		typed.Set("action", "remove-1")
		equal(w.t, "the first is gone", strings.Join(c.post(create, typed).mustBe(w, "remove a row", http.StatusOK).page().inputs("node"), " "), "say")
		typed.Set("action", "read")
		typed.Set("yaml", "nodes:\n  - id: a\n    modell: x")
		equal(w.t, "in the file", c.post(create, typed).mustBe(w, "a wrong file", http.StatusUnprocessableEntity).page().errorAt("yaml"), "Line 3: “modell” is nothing that a node has.")
		typed.Set("yaml", "id: from-file\ndescription: Of a file\nnodes:\n  - {id: a, model: gripper}\n  - {id: b, model: map/for-public, inputs: [a]}\n")
		read := c.post(create, typed).mustBe(w, "a file", http.StatusOK).page()
		equal(w.t, "becomes rows", strings.Join(read.inputs("node"), " ")+" "+strings.Join(read.inputs("model"), " ")+" "+read.valueOf("id"), "a b gripper map/for-public from-file")
		equal(w.t, "nothing is saved", w.raw().number("SELECT count(*) FROM workflows WHERE slug IN ('sort', 'from-file')"), 0)

		saved := c.post(create, nodeForm("sort", "see gripper", "say map/for-public see", "  ")).mustBe(w, "right", http.StatusSeeOther)
		equal(w.t, "leads to", saved.location, arm+"/workflows/sort")
		page := c.get(saved.location).mustBe(w, "the page", http.StatusOK)
		equal(w.t, "is drawn", len(page.page().all("svg")) > 0 && strings.Contains(page.body, "say (map/for-public) takes see."), true)
		file := c.get(saved.location+"/workflow.yaml").mustBe(w, "the file", http.StatusOK)
		equal(w.t, "the file", file.body, "id: sort\ndescription: Made by hand\nnodes:\n  - id: see\n    model: gripper\n  - id: say\n    model: map/for-public\n    inputs: [see]\n")
		equal(w.t, "is a download", file.header.Get("Content-Disposition"), `attachment; filename="sort.yaml"`)
		again := nodeForm("")
		again.Set("action", "read")
		again.Set("yaml", strings.Replace(file.body, "id: sort", "id: other", 1))
		equal(w.t, "of another workflow", strings.HasPrefix(c.post(saved.location+"/edit", again).page().errorAt("yaml"), "This file is of another workflow, “other”."), true)
		again.Set("yaml", file.body)
		equal(w.t, "its own", rows(c.post(saved.location+"/edit", again).mustBe(w, "its own file", http.StatusOK)), 2)

		many := nodeForm("many")
		for range 60 {
			many.Add("node", "n")
		}
		equal(w.t, "too many", c.post(create, many).mustBe(w, "too many", http.StatusUnprocessableEntity).page().errorAt("nodes"), "A workflow has at most 20 nodes.")
	})
}

// inputs are what the fields of a name hold, in their order.
func (p page) inputs(name string) []string {
	var values []string
	for _, control := range p.all("input") {
		if attribute(control, "name") == name {
			values = append(values, attribute(control, "value"))
		}
	}
	return values
}

// Who saves what somebody else changed first sees both, loses nothing, and can save then.
func TestResourcesSavedMeanwhile(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.signIn(tess), w.signIn(olga)
		for _, c := range []struct {
			edit         string
			theirs, mine url.Values
		}{
			{"/models/gripper/edit", fields("description", "By Olga", "notes", "Theirs"), fields("description", "By Tess", "notes", "Mine")},
			{"/workflows/pick/edit", nodeForm("", "olga gripper"), nodeForm("", "tess namer")},
			{"/modules/reader/edit", fields("description", "By Olga"), fields("description", "By Tess")},
		} {
			version := first.get(arm + c.edit).page().valueOf("version")
			c.theirs.Set("version", version)
			c.mine.Set("version", version)
			second.post(arm+c.edit, c.theirs).mustBe(w, c.edit+": the first", http.StatusSeeOther)
			conflict := first.post(arm+c.edit, c.mine).mustBe(w, c.edit+": the second", http.StatusConflict)
			shown := strings.ToLower(text(conflict.page().byID("content")))
			equal(w.t, c.edit+": shows both", strings.Contains(shown, "olga") && strings.Contains(shown, "tess"), true)
			f, _ := conflict.page().formTo(arm + c.edit)
			f.values.Del("action")
			first.post(arm+c.edit, f.values).mustBe(w, c.edit+": again", http.StatusSeeOther)
		}
	})
}

func TestNotesOfAModelArePreviewed(t *testing.T) {
	each(t, func(w *world) {
		c, raw := w.signIn(tess), w.raw()
		const edit, create = appArm + "/models/gripper/edit", appArm + "/models/new"
		before := raw.dump()
		for path, id := range map[string]string{edit: "", create: "fresh"} {
			typed := c.typed(path, path, "id", id, "description", "Typed", "notes", "# Hi", "action", "preview")
			page := c.post(path, typed).mustBe(w, "preview", http.StatusOK).page()
			preview := page.byID("preview")
			equal(w.t, "as it would look", preview != nil && strings.Contains(text(preview), "Hi") && !strings.Contains(text(preview), "#"), true)
			equal(w.t, "still in the fields", page.valueOf("description")+page.valueOf("notes"), "Typed# Hi")
			typed.Set("notes", strings.Repeat("x", models.MaxNotes+1))
			equal(w.t, "too long", c.post(path, typed).mustBe(w, "too long", http.StatusUnprocessableEntity).page().errorAt("notes"), "Notes have at most 65,536 bytes. Shorten them.")
		}
		raw.unchanged("previews", before)

		mine := c.typed(edit, edit, "notes", "Mine", "action", "save")
		c.post(edit, c.typed(edit, edit, "notes", "Theirs", "action", "save")).mustBe(w, "save", http.StatusSeeOther)
		again, _ := c.post(edit, mine).mustBe(w, "stale", http.StatusConflict).page().formTo(edit)
		again.values.Set("action", "preview")
		page := c.post(edit, again.values).mustBe(w, "a preview of mine", http.StatusOK).page()
		equal(w.t, "theirs still stands there", strings.Contains(page.text(), "Theirs"), true)
		again, _ = page.formTo(edit)
		again.values.Set("action", "save")
		c.post(edit, again.values).mustBe(w, "saving over it", http.StatusSeeOther)
		c.says("the model", appArm+"/models/gripper", "Mine")
	})
}

func TestDeletingModelsDeprecatesWorkflows(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(tess)
		ask := c.get(arm+"/models/all/delete").mustBe(w, "ask", http.StatusOK).page().text()
		equal(w.t, "says how many", strings.Contains(ask, "2 models will be gone for good. 1 workflow uses them and will be marked deprecated, not deleted."), true)
		wrong := c.post(arm+"/models/all/delete", fields("confirm", "Arn")).mustBe(w, "typed wrong", http.StatusUnprocessableEntity)
		equal(w.t, "beside the field", wrong.page().errorAt("confirm"), "Type “arm” to delete it.")
		equal(w.t, "as typed", wrong.page().valueOf("confirm"), "Arn")
		done := c.post(arm+"/models/all/delete", fields("confirm", "arm")).mustBe(w, "typed right", http.StatusSeeOther)
		equal(w.t, "says what was done", strings.Contains(c.get(done.location).body, "2 models are deleted. 1 workflow is marked deprecated."), true)
		equal(w.t, "the list says so", strings.Contains(c.get(arm+"/workflows").page().text(), "Deprecated"), true)
		page := c.get(arm + "/workflows/pick").page().text()
		equal(w.t, "the page says why", strings.Contains(page, "The model gripper of the node see was deleted."), true)
		equal(w.t, "nothing left to delete", strings.Contains(c.get(arm+"/models/all/delete").page().text(), "The app has no models."), true)
	})
}

// Only the page that opens a module may frame anything, and that only the origin of its version.
func TestOnlyTheModulesOriginIsFramed(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(ulf)
	opened := c.get(arm+"/installed/labels").mustBe(w, "open", http.StatusOK)
	equal(w.t, "policy", opened.header.Get("Content-Security-Policy"), contentSecurityPolicy+"; frame-src https://modules.example")
	frames := opened.page().all("iframe")
	equal(w.t, "frames", len(frames), 1)
	for name, want := range map[string]string{
		"src": "https://modules.example/reader/1.0", "sandbox": "allow-scripts allow-forms", "referrerpolicy": "no-referrer", "title": "Module labels", "allow": "",
	} {
		equal(w.t, name, attribute(frames[0], name), want)
	}
	builder := w.signIn(tess)
	builder.post(arm+"/installed/labels/version", fields("version", "1.1")).mustBe(w, "another version", http.StatusSeeOther)
	equal(w.t, "its policy", strings.HasSuffix(c.get(arm+"/installed/labels").header.Get("Content-Security-Policy"), "; frame-src https://modules.example:8443"), true)
	refused := builder.post(arm+"/installed/labels/version", fields("version", "7")).mustBe(w, "no version", http.StatusUnprocessableEntity)
	equal(w.t, "said beside the field", refused.page().errorAt("version"), "Choose a version of the module.")
	for _, path := range []string{"/installed", "/modules/reader", "/modules/reader/versions/1.0", "/models/gripper"} {
		equal(w.t, path, c.get(arm+path).header.Get("Content-Security-Policy"), contentSecurityPolicy)
	}
	// An address that should not be in the database opens nothing.
	w.raw().run("UPDATE module_versions SET url = 'https://evil.example; script-src *' WHERE slug = '1.1'")
	equal(w.t, "no origin", c.get(arm+"/installed/labels").header.Get("Content-Security-Policy"), contentSecurityPolicy)
}

func TestModulesAreInstalledFromElsewhere(t *testing.T) {
	each(t, func(w *world) {
		c, create := w.signIn(tess), arm+"/installed/new"
		offered := c.get(create).mustBe(w, "the catalogue", http.StatusOK).page().text()
		for name, there := range map[string]bool{"for-organization": true, "for-public": true, "reader": true, "for-private": false, "cracker": false} {
			equal(w.t, name+" is offered", strings.Contains(offered, name), there)
		}
		equal(w.t, "searched", strings.Contains(c.get(create+"?q=reads").page().text(), "for-public"), false)
		equal(w.t, "an own one", c.get(create+"?module=map/for-public").page().valueOf("id"), "for-public")
		for _, wrong := range []string{"map/for-private", "vault/cracker", "nothing", "a/b/c"} {
			equal(w.t, "GET "+wrong, c.get(create+"?module="+url.QueryEscape(wrong)).status, http.StatusNotFound)
			got := c.post(create, fields("module", wrong, "version", "1.0", "id", "x")).mustBe(w, "POST "+wrong, http.StatusUnprocessableEntity)
			equal(w.t, "offers others", strings.Contains(got.page().text(), "for-public"), true)
		}
		refused := c.post(create, fields("module", "map/for-public", "version", "1.0", "id", "labels")).mustBe(w, "taken", http.StatusUnprocessableEntity)
		equal(w.t, "said beside the field", refused.page().errorAt("id"), "The app has an installed module with this ID. Choose another one.")
		done := c.post(create, fields("module", "MAP/for-public", "version", "1.0", "id", "Tracks")).mustBe(w, "right", http.StatusSeeOther)
		equal(w.t, "leads to", done.location, arm+"/installed/Tracks")
		w.signIn(ada).post("/orgs/northwind/apps/map/modules/for-public/delete", fields("confirm", "for-public")).mustBe(w, "its home deletes it", http.StatusSeeOther)
		equal(w.t, "it went with it", c.get(done.location).status, http.StatusNotFound)
	})
}

func TestGoingPublicIsAskedFirst(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(tess)
		for kind, thing := range map[string]string{"models": "gripper", "workflows": "pick", "modules": "reader", "installed": "labels"} {
			page := arm + "/" + kind + "/" + thing
			asked := c.post(page+"/visibility", fields("visibility", "public")).mustBe(w, kind+": ask", http.StatusOK)
			equal(w.t, kind+": says who", strings.Contains(asked.page().text(), "also people of other organizations"), true)
			f, _ := asked.page().formTo(page + "/visibility")
			c.post(page+"/visibility", f.values).mustBe(w, kind+": confirm", http.StatusSeeOther)
			shown := c.get(page).page().text()
			equal(w.t, kind+": shows both", strings.Contains(shown, "Its own visibility is Public, but the app is Private, and the narrower of the two counts."), true)
			c.post(page+"/visibility", fields("visibility", "organization")).mustBe(w, kind+": back", http.StatusSeeOther)
			c.post(page+"/visibility", fields("visibility", "everybody")).mustBe(w, kind+": unknown", http.StatusUnprocessableEntity)
		}
	})
}

func TestWrongVersionsOfModules(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(tess)
	refused := c.post(arm+"/modules/reader/versions", fields("version", "2..0", "url", "http://modules.example", "notes", "new")).mustBe(w, "wrong", http.StatusUnprocessableEntity).page()
	equal(w.t, "version", refused.errorAt("version"), "Use letters, digits, and single . - or _ between them.")
	equal(w.t, "address", refused.errorAt("url"), "Only https addresses: what a module is given must not travel in the clear.")
	equal(w.t, "as typed", refused.valueOf("version")+" "+refused.valueOf("url")+" "+refused.valueOf("notes"), "2..0 http://modules.example new")
	taken := c.post(arm+"/modules/reader/versions", fields("version", "1.0", "url", "https://modules.example")).mustBe(w, "taken", http.StatusUnprocessableEntity).page()
	equal(w.t, "taken", taken.errorAt("version"), "The module has a version with this ID. Choose another one.")
	c.post(arm+"/modules/reader/versions", fields("version", "2.0", "url", "https://modules.example/2")).mustBe(w, "right", http.StatusSeeOther)
	c.post(arm+"/modules/reader/versions/1.0/delete", fields("confirm", "1.1")).mustBe(w, "typed wrong", http.StatusUnprocessableEntity)
	equal(w.t, "consequence", strings.Contains(c.get(arm+"/modules/reader/versions/1.0").page().text(), "1 install goes with it"), true)
	c.post(arm+"/modules/reader/versions/1.0/delete", fields("confirm", "1.0")).mustBe(w, "typed right", http.StatusSeeOther)
	equal(w.t, "its install went", c.get(arm+"/installed/labels").status, http.StatusNotFound)
}

// What people write as notes is text to the page, whatever it is.
func TestHostileNotesOfAModel(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(tess)
	hostile := "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n<iframe src=//evil.example></iframe>"
	c.post(arm+"/models/new", fields("id", "evil", "type", "tracker", "description", `"><script>`, "notes", hostile)).mustBe(w, "create", http.StatusSeeOther)
	page := c.get(arm + "/models/evil").page()
	equal(w.t, "scripts", len(page.all("script")), len(c.get(arm+"/models/gripper").page().all("script")))
	equal(w.t, "frames and images", len(page.all("iframe", "img")), 0)
	equal(w.t, "back in the form", strings.TrimSpace(page.text()) != "" && strings.Contains(c.get(arm+"/models/evil/edit").page().valueOf("notes"), "<script>alert(1)</script>"), true)
}

// Whoever lost the app while a form was open saves nothing.
func TestAResourceFormAfterTheTeamLostTheApp(t *testing.T) {
	each(t, func(w *world) {
		c := w.signIn(tess)
		f, _ := c.get(arm + "/models/new").page().formTo(arm + "/models/new")
		w.raw().run("DELETE FROM team_apps")
		f.values.Set("id", "late")
		c.post(arm+"/models/new", f.values).mustBe(w, "late", http.StatusNotFound)
		equal(w.t, "nothing was made", w.raw().number("SELECT count(*) FROM models WHERE slug = 'late'"), 0)
	})
}

// A list's page stays small with as many resources as there are.
func TestListsOfResourcesStaySmall(t *testing.T) {
	w := onSQLite(t, settings{adjust: func(s *models.Seed) {
		for i := range 130 {
			slug := models.Slug("model-with-a-rather-long-name-" + string(rune('a'+i%26)) + string(rune('a'+i/26)))
			s.Apps[0].Holds.Models = append(s.Apps[0].Holds.Models, models.SeedModel{Slug: slug, Type: "multimodal-generator", Description: strings.Repeat("word ", 40), Visibility: authz.Visibility(i % 3)})
		}
	}})
	c := w.signIn(ada)
	seen, path := 0, arm+"/models"
	for pages := 0; path != "" && pages < 5; pages++ {
		got := c.get(path).mustBe(w, path, http.StatusOK)
		if len(got.body) > 60<<10 {
			w.t.Errorf("%s: %d bytes", path, len(got.body))
		}
		seen += len(rowsOf(got.page()))
		path = ""
		for _, link := range got.page().all("a") {
			if to := attribute(link, "href"); strings.Contains(to, "after=") {
				path = to
			}
		}
	}
	equal(w.t, "all are shown once", seen, 132)
}

// The app's settings know which of its own workflows it starts from, and lead back to a built-in one.
func TestAnOwnBaseWorkflow(t *testing.T) {
	each(t, func(w *world) {
		c, settings := w.signIn(olga), arm+"/settings"
		c.post(arm+"/workflows/pick/base", fields("base", "yes")).mustBe(w, "make it the base", http.StatusSeeOther)
		equal(w.t, "the overview says so", strings.Contains(c.get(arm).page().text(), "Base workflow pick"), true)
		equal(w.t, "it cannot be deleted", c.post(arm+"/workflows/pick/delete", fields("confirm", "pick")).status, http.StatusUnprocessableEntity)
		f, _ := c.get(settings).page().formTo(settings + "/base-workflow")
		equal(w.t, "is chosen in the settings", f.values.Get("base_workflow"), "own")
		before := w.raw().dump()
		c.post(f.action, f.values).mustBe(w, "save as it is", http.StatusSeeOther)
		before["sessions"] = w.raw().dump()["sessions"]
		w.raw().unchanged("saving what is", before)
		f.values.Set("base_workflow", "text")
		c.post(f.action, f.values).mustBe(w, "a built-in one", http.StatusSeeOther)
		equal(w.t, "the overview says so again", strings.Contains(c.get(arm).page().text(), "Base workflow Text"), true)
		c.post(f.action, fields("version", "9", "base_workflow", "own")).mustBe(w, "an own one that is none", http.StatusUnprocessableEntity)
		c.post(arm+"/workflows/pick/delete", fields("confirm", "pick")).mustBe(w, "it can be deleted", http.StatusSeeOther)
	})
}

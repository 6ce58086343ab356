package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// reach is an app as somebody reaches it.
func (w *world) reach(t Tenant, app string) models.Reached {
	w.t.Helper()
	r, err := t.Reach(w.ctx, app)
	must(w.t, err)
	return r
}

// nodes makes nodes of "id=model<input+input" words.
func nodes(t testing.TB, words ...string) []models.Node {
	t.Helper()
	all := make([]models.Node, 0, len(words))
	for i, word := range words {
		head, inputs, _ := strings.Cut(word, "<")
		id, model, _ := strings.Cut(head, "=")
		named, err := models.ParseModelRef(models.NodeField("model", i+1), model)
		must(t, err)
		n := models.Node{ID: id, Model: named}
		if inputs != "" {
			n.Inputs = strings.Split(inputs, "+")
		}
		all = append(all, n)
	}
	checked, err := models.CheckNodes(all)
	must(t, err)
	return checked
}

// said is a workflow's nodes in one line.
func said(w models.Workflow) string {
	return describedWorkflow(w.Slug, w.Description, w.Nodes)["nodes"]
}

// model makes a model in an app of Northwind.
func (w *world) model(app, slug string) {
	w.t.Helper()
	ada := w.in("northwind", "ada@northwind.example")
	must(w.t, ada.CreateModel(w.ctx, w.reach(ada, app), models.ModelChange{Slug: models.Slug(slug), Type: "visual-detector", Description: "Finds things"}))
}

// module makes a module with versions.
func (w *world) module(app, slug string, versions ...string) {
	w.t.Helper()
	ada := w.in("northwind", "ada@northwind.example")
	r := w.reach(ada, app)
	must(w.t, ada.CreateModule(w.ctx, r, models.ModuleChange{Slug: models.Slug(slug), Description: "Reads labels"}))
	for _, version := range versions {
		must(w.t, ada.AddModuleVersion(w.ctx, r, slug, models.VersionChange{Slug: models.Slug(version), URL: "https://modules.example/" + version}))
	}
}

// plantResources makes one thing of each kind in the app Arm.
func (w *world) plantResources() {
	w.t.Helper()
	w.model("arm", "eye")
	w.module("arm", "reader", "1.0")
	ada := w.in("northwind", "ada@northwind.example")
	arm := w.reach(ada, "arm")
	must(w.t, ada.CreateWorkflow(w.ctx, arm, models.WorkflowChange{Slug: "see", Nodes: nodes(w.t, "a=eye")}))
	must(w.t, ada.InstallModule(w.ctx, arm, models.InstallChange{Slug: "labels", Module: models.ModuleRef{App: "arm", Module: "reader"}, Version: "1.0"}))
}

func TestModelsAreMadeChangedAndDeleted(t *testing.T) {
	each(t, func(w *world) {
		tess := w.in("northwind", "tess@northwind.example")
		arm := w.reach(tess, "arm")
		first := models.ModelChange{Slug: "Gripper", Type: "visual-detector", Description: "Finds handles", Notes: "# Gripper"}
		w.records(func() { must(w.t, tess.CreateModel(w.ctx, arm, first)) }, "northwind model.created")
		first.Slug = "gripper"
		refusedField(w.t, tess.CreateModel(w.ctx, arm, first), "id")
		made, err := tess.Model(w.ctx, arm, "GRIPPER")
		must(w.t, err)
		equal(w.t, "what was made", fmt.Sprintf("%s %s %s %s %d %d %s", made.Slug, made.Type, made.Description, made.Notes, made.Visibility, made.Version, made.AppSlug),
			"Gripper visual-detector Finds handles # Gripper 0 1 Arm")
		equal(w.t, "made at", made.CreatedAt, w.now())
		change := models.ModelChange{Slug: "other", Type: "tracker", Description: "Finds grips", Notes: "# Gripper"}
		w.records(func() { must(w.t, tess.EditModel(w.ctx, arm, "gripper", 1, change)) }, "northwind model.edited")
		w.records(func() { must(w.t, tess.EditModel(w.ctx, arm, "gripper", 2, change)) }) // nothing is different
		w.records(func() { refused(w.t, tess.EditModel(w.ctx, arm, "gripper", 1, change), models.Stale) })
		is, err := tess.Model(w.ctx, arm, "gripper")
		must(w.t, err)
		equal(w.t, "identifier and type stay", fmt.Sprintf("%s %s %s %d", is.Slug, is.Type, is.Description, is.Version), "Gripper visual-detector Finds grips 2")
		found, err := tess.Models(w.ctx, arm, models.ResourceFilter{Query: "GRIPS"})
		must(w.t, err)
		equal(w.t, "is found by its new description", len(found.Rows), 1)
		w.records(func() {
			must(w.t, tess.SetResourceVisibility(w.ctx, arm, models.KindModel, "gripper", authz.Public))
		}, "northwind resource.visibility-changed")
		w.records(func() {
			must(w.t, tess.SetResourceVisibility(w.ctx, arm, models.KindModel, "gripper", authz.Public))
		})
		is, err = tess.Model(w.ctx, arm, "gripper")
		must(w.t, err)
		equal(w.t, "own and effective", fmt.Sprint(is.Visibility, is.Effective()), fmt.Sprint(authz.Public, authz.Private))
		w.records(func() { refusedField(w.t, tess.DeleteModel(w.ctx, arm, "gripper", "grip"), "confirm") })
		w.records(func() { must(w.t, tess.DeleteModel(w.ctx, arm, "gripper", " GRIPPER ")) }, "northwind model.deleted")
		_, err = tess.Model(w.ctx, arm, "gripper")
		refused(w.t, err, models.NotFound)
		for _, wrong := range []string{"", "nothing", "a b", "%", strings.Repeat("x", 2000)} {
			refused(w.t, tess.EditModel(w.ctx, arm, wrong, 1, change), models.NotFound)
			refused(w.t, tess.DeleteModel(w.ctx, arm, wrong, wrong), models.NotFound)
			refused(w.t, tess.SetResourceVisibility(w.ctx, arm, models.KindModel, wrong, authz.Public), models.NotFound)
		}
	})
}

// Lists, pages and the catalogue draw the line that authz draws.
func TestWhoSeesWhichResource(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		apps := []string{"arm", "brain", "camera", "drive", "engine"}
		for _, app := range apps {
			r := w.reach(ada, app)
			for _, v := range []authz.Visibility{authz.Private, authz.Organization, authz.Public} {
				slug := app + "-" + models.VisibilityKey(v)
				w.model(app, slug)
				w.module(app, slug, "1.0")
				must(w.t, ada.SetResourceVisibility(w.ctx, r, models.KindModel, slug, v))
				must(w.t, ada.SetResourceVisibility(w.ctx, r, models.KindModule, slug, v))
				must(w.t, ada.CreateWorkflow(w.ctx, r, models.WorkflowChange{Slug: models.Slug(slug), Nodes: nodes(w.t, "n="+slug)}))
				must(w.t, ada.SetResourceVisibility(w.ctx, r, models.KindWorkflow, slug, v))
				must(w.t, ada.InstallModule(w.ctx, r, models.InstallChange{Slug: models.Slug(slug), Module: models.ModuleRef{App: app, Module: slug}, Version: "1.0"}))
				must(w.t, ada.SetResourceVisibility(w.ctx, r, models.KindInstall, slug, v))
			}
		}
		for _, email := range []string{"ada@northwind.example", "olga@northwind.example", "tess@northwind.example", "mia@northwind.example", "ulf@northwind.example",
			"quentin@tailspin.example", "carl@contoso.example", "zoe@northwind.example"} {
			me := w.in("northwind", email)
			var all []string
			for _, app := range apps {
				r := w.reach(me, app)
				d := r.Decide(authz.SidebarView)
				if !d.Within {
					continue // the guard has answered already
				}
				var want []string
				for _, v := range []authz.Visibility{authz.Organization, authz.Private, authz.Public} {
					if d.Reads(v) {
						want = append(want, app+"-"+models.VisibilityKey(v))
					}
				}
				all = append(all, want...)
				listed := func(kind string, rows []string, err error) {
					must(w.t, err)
					equalAll(w.t, email+": "+kind+" in "+app, rows, want)
				}
				ms, err := me.Models(w.ctx, r, models.ResourceFilter{})
				listed("models", slugsOf(ms.Rows, func(m models.Model) models.Resource { return m.Resource }), err)
				ws, err := me.Workflows(w.ctx, r, models.ResourceFilter{})
				listed("workflows", slugsOf(ws.Rows, func(m models.Workflow) models.Resource { return m.Resource }), err)
				mo, err := me.Modules(w.ctx, r, models.ResourceFilter{})
				listed("modules", slugsOf(mo.Rows, func(m models.Module) models.Resource { return m.Resource }), err)
				is, err := me.Installs(w.ctx, r, models.ResourceFilter{})
				listed("installs", slugsOf(is.Rows, func(m models.Install) models.Resource { return m.Resource }), err)
				for _, v := range []authz.Visibility{authz.Private, authz.Organization, authz.Public} {
					slug := app + "-" + models.VisibilityKey(v)
					_, m := me.Model(w.ctx, r, slug)
					_, f := me.Workflow(w.ctx, r, slug)
					_, o := me.Module(w.ctx, r, slug)
					_, i := me.Install(w.ctx, r, slug)
					_, _, ver := me.ModuleVersion(w.ctx, r, slug, "1.0")
					for kind, err := range map[string]error{"model": m, "workflow": f, "module": o, "install": i, "version": ver} {
						if d.Reads(v) != (err == nil) || err != nil && !models.Is(err, models.NotFound) {
							w.t.Errorf("%s: %s %s: %v, want it readable: %t", email, kind, slug, err, d.Reads(v))
						}
					}
				}
			}
			catalogue, err := me.ModulesToInstall(w.ctx, models.ResourceFilter{})
			must(w.t, err)
			slices.Sort(all)
			equalAll(w.t, email+": catalogue", slugsOf(catalogue.Rows, func(m models.CatalogueModule) models.Resource { return m.Resource }), all)
		}
	})
}

func slugsOf[Noun any](rows []Noun, resource func(Noun) models.Resource) []string {
	var slugs []string
	for _, row := range rows {
		slugs = append(slugs, resource(row).Slug)
	}
	return slugs
}

// Whoever lost the right, or never had it, changes nothing, whatever the guard has let through.
func TestResourcesAreWrittenByWhoMay(t *testing.T) {
	each(t, func(w *world) {
		w.model("brain", "lobe")
		w.module("brain", "reader", "1.0", "2.0")
		ada := w.in("northwind", "ada@northwind.example")
		brain := w.reach(ada, "brain")
		must(w.t, ada.CreateWorkflow(w.ctx, brain, models.WorkflowChange{Slug: "think", Nodes: nodes(w.t, "a=lobe")}))
		must(w.t, ada.InstallModule(w.ctx, brain, models.InstallChange{Slug: "mine", Module: models.ModuleRef{App: "brain", Module: "reader"}, Version: "1.0"}))
		for _, email := range []string{"ulf@northwind.example", "tess@northwind.example", "carl@contoso.example", "zoe@northwind.example"} {
			me := w.in("northwind", email)
			before := w.tables()
			for what, err := range map[string]error{
				"create model":    me.CreateModel(w.ctx, brain, models.ModelChange{Slug: "x", Type: "tracker"}),
				"edit model":      me.EditModel(w.ctx, brain, "lobe", 1, models.ModelChange{Description: "x"}),
				"delete model":    me.DeleteModel(w.ctx, brain, "lobe", "lobe"),
				"delete all":      deleteAll(w, me, brain),
				"create workflow": me.CreateWorkflow(w.ctx, brain, models.WorkflowChange{Slug: "x", Nodes: nodes(w.t, "a=lobe")}),
				"edit workflow":   me.EditWorkflow(w.ctx, brain, "think", 1, models.WorkflowChange{Nodes: nodes(w.t, "b=lobe")}),
				"delete workflow": me.DeleteWorkflow(w.ctx, brain, "think", "think"),
				"create module":   me.CreateModule(w.ctx, brain, models.ModuleChange{Slug: "x"}),
				"edit module":     me.EditModule(w.ctx, brain, "reader", 1, models.ModuleChange{Description: "x"}),
				"delete module":   me.DeleteModule(w.ctx, brain, "reader", "reader"),
				"add version":     me.AddModuleVersion(w.ctx, brain, "reader", models.VersionChange{Slug: "3", URL: "https://x.example"}),
				"delete version":  me.DeleteModuleVersion(w.ctx, brain, "reader", "1.0", "1.0"),
				"install":         me.InstallModule(w.ctx, brain, models.InstallChange{Slug: "x", Module: models.ModuleRef{App: "brain", Module: "reader"}, Version: "1.0"}),
				"change version":  me.ChangeInstallVersion(w.ctx, brain, "mine", "2.0"),
				"uninstall":       me.UninstallModule(w.ctx, brain, "mine", "mine"),
				"visibility":      me.SetResourceVisibility(w.ctx, brain, models.KindModel, "lobe", authz.Public),
			} {
				if !models.Is(err, models.Denied) && !models.Is(err, models.NotFound) {
					w.t.Errorf("%s: %s: %v", email, what, err)
				}
			}
			equal(w.t, email+" changed nothing", w.tables(), before)
		}
	})
}

func deleteAll(w *world, t Tenant, r models.Reached) error {
	_, err := t.DeleteAllModels(w.ctx, r, r.App.Slug)
	return err
}

// What another organization has under the same names is not there.
func TestResourcesOfAnotherOrganization(t *testing.T) {
	each(t, func(w *world) {
		w.model("arm", "gripper")
		w.module("arm", "reader", "1.0")
		carl := w.in("contoso", "carl@contoso.example")
		theirs := w.reach(carl, "secret-app")
		ada := w.in("northwind", "ada@northwind.example")
		ours := w.reach(ada, "arm")
		// Carl's tenant with an app of Northwind, as no guard would make it.
		_, err := carl.Model(w.ctx, ours, "gripper")
		refused(w.t, err, models.NotFound)
		refused(w.t, carl.DeleteModel(w.ctx, ours, "gripper", "gripper"), models.NotFound)
		err = carl.CreateWorkflow(w.ctx, theirs, models.WorkflowChange{Slug: "x", Nodes: nodes(w.t, "a=arm/gripper")})
		refusedField(w.t, err, "model-1")
		refusedField(w.t, carl.InstallModule(w.ctx, theirs, models.InstallChange{Slug: "x", Module: models.ModuleRef{App: "arm", Module: "reader"}, Version: "1.0"}), "module")
		_, _, err = carl.ModuleToInstall(w.ctx, theirs, models.ModuleRef{App: "arm", Module: "reader"})
		refused(w.t, err, models.NotFound)
		catalogue, err := carl.ModulesToInstall(w.ctx, models.ResourceFilter{})
		must(w.t, err)
		equal(w.t, "catalogue", len(catalogue.Rows), 0)
	})
}

func TestListsOfResourcesArePaged(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		arm := w.reach(ada, "arm")
		for i := range 7 {
			w.model("arm", fmt.Sprintf("M-%d", i))
			w.module("arm", fmt.Sprintf("R-%d", i))
		}
		var forth, back, catalogue []string
		page := models.Page{Size: 3}
		for range 4 {
			got, err := ada.Models(w.ctx, arm, models.ResourceFilter{Page: page})
			must(w.t, err)
			forth = append(forth, slugsOf(got.Rows, func(m models.Model) models.Resource { return m.Resource })...)
			if got.Older == "" {
				page = models.Page{Size: 3, Before: got.Newer}
				break
			}
			page.After = got.Older
		}
		equal(w.t, "forth", strings.Join(forth, " "), "M-0 M-1 M-2 M-3 M-4 M-5 M-6")
		got, err := ada.Models(w.ctx, arm, models.ResourceFilter{Page: page})
		must(w.t, err)
		back = slugsOf(got.Rows, func(m models.Model) models.Resource { return m.Resource })
		equal(w.t, "back", strings.Join(back, " "), "M-3 M-4 M-5")
		page = models.Page{Size: 3}
		for range 4 {
			got, err := ada.ModulesToInstall(w.ctx, models.ResourceFilter{Page: page})
			must(w.t, err)
			catalogue = append(catalogue, slugsOf(got.Rows, func(m models.CatalogueModule) models.Resource { return m.Resource })...)
			if page.After = got.Older; got.Older == "" {
				break
			}
		}
		equal(w.t, "catalogue", strings.Join(catalogue, " "), "R-0 R-1 R-2 R-3 R-4 R-5 R-6")
		some, err := ada.ModulesToInstall(w.ctx, models.ResourceFilter{Query: "r-5"})
		must(w.t, err)
		equal(w.t, "searched", strings.Join(slugsOf(some.Rows, func(m models.CatalogueModule) models.Resource { return m.Resource }), " "), "R-5")
	})
}

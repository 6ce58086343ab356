package store

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

func TestModulesAreMadeInstalledAndDeleted(t *testing.T) {
	each(t, func(w *world) {
		tess, ada := w.in("northwind", "tess@northwind.example"), w.in("northwind", "ada@northwind.example")
		arm, engine := w.reach(tess, "arm"), w.reach(ada, "engine")
		w.records(func() {
			must(w.t, tess.CreateModule(w.ctx, arm, models.ModuleChange{Slug: "Reader", Description: "Reads"}))
		}, "northwind module.created")
		refusedField(w.t, tess.CreateModule(w.ctx, arm, models.ModuleChange{Slug: "reader"}), "id")
		for i, version := range []string{"1.0", "1.1", "2.0-beta"} {
			w.records(func() {
				must(w.t, tess.AddModuleVersion(w.ctx, arm, "reader", models.VersionChange{Slug: models.Slug(version), URL: "https://m.example/" + version, Notes: "n"}))
			}, "northwind module-version.added")
			w.clock.pass(1e9 * 60 * 60)
			_ = i
		}
		refusedField(w.t, tess.AddModuleVersion(w.ctx, arm, "reader", models.VersionChange{Slug: "2.0-BETA", URL: "https://m.example"}), "version")
		refused(w.t, tess.AddModuleVersion(w.ctx, arm, "nothing", models.VersionChange{Slug: "1", URL: "https://m.example"}), models.NotFound)
		w.records(func() {
			must(w.t, tess.EditModule(w.ctx, arm, "reader", 1, models.ModuleChange{Description: "Reads labels"}))
		}, "northwind module.edited")
		w.records(func() {
			must(w.t, tess.EditModule(w.ctx, arm, "reader", 2, models.ModuleChange{Description: "Reads labels"}))
			refused(w.t, tess.EditModule(w.ctx, arm, "reader", 1, models.ModuleChange{Description: "x"}), models.Stale)
		})

		in := models.InstallChange{Slug: "Labels", Module: models.ModuleRef{App: "ARM", Module: "READER"}, Version: "1.0"}
		w.records(func() { must(w.t, ada.InstallModule(w.ctx, engine, in)) }, "northwind module.installed")
		refusedField(w.t, ada.InstallModule(w.ctx, engine, in), "id")
		in.Slug, in.Version = "again", "3.0"
		refusedField(w.t, ada.InstallModule(w.ctx, engine, in), "version")
		in.Version, in.Module.Module = "1.0", "nothing"
		refusedField(w.t, ada.InstallModule(w.ctx, engine, in), "module")
		made, err := ada.Install(w.ctx, engine, "labels")
		must(w.t, err)
		equal(w.t, "installed", fmt.Sprintf("%s %s %s %s %t %d", made.Slug, made.Module, made.Version.Slug, made.Version.URL, made.Module.Readable, len(made.Versions)), "Labels Arm/Reader 1.0 https://m.example/1.0 true 3")
		equal(w.t, "newest first", made.Versions[0].Slug, "2.0-beta")
		w.records(func() { must(w.t, ada.ChangeInstallVersion(w.ctx, engine, "labels", "1.1")) }, "northwind module.version-changed")
		w.records(func() {
			must(w.t, ada.ChangeInstallVersion(w.ctx, engine, "labels", "1.1"))
			refusedField(w.t, ada.ChangeInstallVersion(w.ctx, engine, "labels", "9"), "version")
		})
		module, err := tess.Module(w.ctx, arm, "reader")
		must(w.t, err)
		equal(w.t, "counts", fmt.Sprintf("%d %d %d", module.Count, module.Installs, module.Versions[1].Installs), "3 1 1")

		must(w.t, tess.InstallModule(w.ctx, arm, models.InstallChange{Slug: "own", Module: models.ModuleRef{App: "arm", Module: "reader"}, Version: "1.0"}))
		w.records(func() { refusedField(w.t, tess.DeleteModuleVersion(w.ctx, arm, "reader", "1.0", "1.1"), "confirm") })
		w.records(func() { must(w.t, tess.DeleteModuleVersion(w.ctx, arm, "reader", "1.0", "1.0")) }, "northwind module-version.deleted")
		_, err = tess.Install(w.ctx, arm, "own")
		refused(w.t, err, models.NotFound)
		w.records(func() { refusedField(w.t, ada.UninstallModule(w.ctx, engine, "labels", "reader"), "confirm") })
		w.records(func() { must(w.t, ada.UninstallModule(w.ctx, engine, "labels", "labels")) }, "northwind module.uninstalled")
		must(w.t, ada.InstallModule(w.ctx, engine, models.InstallChange{Slug: "labels", Module: models.ModuleRef{App: "arm", Module: "reader"}, Version: "1.1"}))
		w.records(func() { must(w.t, tess.DeleteModule(w.ctx, arm, "reader", "reader")) }, "northwind module.deleted")
		for _, table := range []string{"modules", "module_versions", "module_installs"} {
			equal(w.t, table, w.number("SELECT count(*) FROM "+table), 0)
		}
		log, err := ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionModuleDeleted})
		must(w.t, err)
		equal(w.t, "the log has numbers", log.Rows[0].Before["versions"]+" "+log.Rows[0].Before["installs"], "2 1")
	})
}

// The right is asked of the app that installs; the module only has to be readable.
func TestOnlyReadableModulesAreInstalled(t *testing.T) {
	each(t, func(w *world) {
		w.module("engine", "reader", "1.0") // a private module of an app that Tess does not reach
		w.module("brain", "reader", "1.0")  // a private one of an app that is visible to her
		tess, ada := w.in("northwind", "tess@northwind.example"), w.in("northwind", "ada@northwind.example")
		arm := w.reach(tess, "arm")
		for _, app := range []string{"engine", "brain"} {
			name := models.ModuleRef{App: app, Module: "reader"}
			refusedField(w.t, tess.InstallModule(w.ctx, arm, models.InstallChange{Slug: "mine", Module: name, Version: "1.0"}), "module")
			_, _, err := tess.ModuleToInstall(w.ctx, arm, name)
			refused(w.t, err, models.NotFound)
		}
		must(w.t, ada.SetResourceVisibility(w.ctx, w.reach(ada, "brain"), models.KindModule, "reader", authz.Organization))
		name, versions, err := tess.ModuleToInstall(w.ctx, arm, models.ModuleRef{App: "BRAIN", Module: "Reader"})
		must(w.t, err)
		equal(w.t, "found", fmt.Sprintf("%s %d", name, len(versions)), "brain/reader 1")
		must(w.t, tess.InstallModule(w.ctx, arm, models.InstallChange{Slug: "mine", Module: name, Version: "1.0"}))
		must(w.t, ada.SetResourceVisibility(w.ctx, w.reach(ada, "brain"), models.KindModule, "reader", authz.Private))
		kept, err := tess.Install(w.ctx, arm, "mine")
		must(w.t, err)
		equal(w.t, "stays installed", fmt.Sprintf("%s %t", kept.Module, kept.Module.Readable), "brain/reader false")
	})
}

// Whoever installs a version while it is deleted finds it gone, or loses it with the others.
func TestInstallingMeetsDeleting(t *testing.T) {
	each(t, func(w *world) {
		ada, olga := w.in("northwind", "ada@northwind.example"), w.in("northwind", "olga@northwind.example")
		arm, engine := w.reach(ada, "arm"), w.reach(olga, "engine")
		for i := range 10 {
			w.module("arm", "reader", "1.0")
			_, failures := atOnce(2, func(n int) error {
				if n == 0 {
					return olga.InstallModule(w.ctx, engine, models.InstallChange{Slug: models.Slug(fmt.Sprintf("i-%d", i)), Module: models.ModuleRef{App: "arm", Module: "reader"}, Version: "1.0"})
				}
				return ada.DeleteModule(w.ctx, arm, "reader", "reader")
			})
			for _, err := range failures {
				if refusal, ok := models.RefusalOf(err); !ok || refusal.Kind != models.Invalid || refusal.Field != "version" && refusal.Field != "module" {
					w.t.Errorf("failed with %v", err)
				}
			}
			equal(w.t, "installs", w.number("SELECT count(*) FROM module_installs"), 0)
		}
	})
}

// Nothing of an app is left when everything that it holds is deleted, and other apps keep theirs.
func TestEverythingAnAppHoldsIsDeleted(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		for _, app := range []string{"arm", "brain"} {
			w.model(app, "eye")
			w.module(app, "reader", "1.0")
		}
		arm, brain := w.reach(ada, "arm"), w.reach(ada, "brain")
		for _, r := range []models.Reached{arm, brain} {
			must(w.t, ada.CreateWorkflow(w.ctx, r, models.WorkflowChange{Slug: "see", Nodes: nodes(w.t, "a=arm/eye", "b=brain/eye")}))
			for _, from := range []string{"arm", "brain"} {
				must(w.t, ada.InstallModule(w.ctx, r, models.InstallChange{Slug: models.Slug("of-" + from), Module: models.ModuleRef{App: from, Module: "reader"}, Version: "1.0"}))
			}
		}
		w.run("INSERT INTO base_workflows (app_id, workflow_id) SELECT app_id, id FROM workflows")
		counts, err := ada.ResourceCounts(w.ctx, arm)
		must(w.t, err)
		equal(w.t, "counts", counts, models.ResourceCounts{Models: 1, Workflows: 1, Modules: 1, Installs: 2, InstallsElsewhere: 1, WorkflowsElsewhere: 1})
		must(w.t, ada.writeIn(w.ctx, "empty", authz.AppDelete, arm.App.ID, func(u *unit, _ models.Reached) error { return ada.deleteResources(u, arm.App.ID) }))
		for _, table := range []string{"models", "workflows", "modules", "module_installs", "base_workflows"} {
			equal(w.t, table+" of the app", w.number("SELECT count(*) FROM "+table+" WHERE app_id = ?", arm.App.ID), 0)
			equal(w.t, table+" of the other", w.number("SELECT count(*) FROM "+table+" WHERE app_id = ?", brain.App.ID), 1)
		}
		kept, err := ada.Workflow(w.ctx, brain, "see")
		must(w.t, err)
		equal(w.t, "the other workflow", fmt.Sprintf("%t %s", kept.Deprecated(), said(kept)), "true a = Arm/eye (deleted); b = eye")
		installs, err := ada.Installs(w.ctx, brain, models.ResourceFilter{})
		must(w.t, err)
		equal(w.t, "installs of the other", strings.Join(slugsOf(installs.Rows, func(i models.Install) models.Resource { return i.Resource }), " "), "of-brain")
	})
}

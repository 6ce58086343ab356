package store

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testdb"
	"gatehouse/models"
)

// bigApp fills an app of Northwind, by the database itself: 5,000 of each kind, and 2,000 modules in another app.
const bigApp = `
	INSERT INTO models (id, organization_id, app_id, slug, slug_norm, visibility, search, type, created_at, updated_at)
		SELECT gen_random_uuid(), a.organization_id, a.id, 'm' || n, 'm' || n, (ARRAY['private', 'organization', 'public'])[1 + n % 3], 'm' || n, 'tracker', now(), now()
		FROM generate_series(1, 5000) n, apps a WHERE a.slug = 'brain';
	INSERT INTO workflows (id, organization_id, app_id, slug, slug_norm, visibility, search, created_at, updated_at)
		SELECT gen_random_uuid(), a.organization_id, a.id, 'm' || n, 'm' || n, (ARRAY['private', 'organization', 'public'])[1 + n % 3], 'm' || n, now(), now()
		FROM generate_series(1, 5000) n, apps a WHERE a.slug = 'brain';
	INSERT INTO workflow_nodes (organization_id, workflow_id, position, slug, model_id, inputs)
		SELECT w.organization_id, w.id, p, 'n' || p, m.id, '[]' FROM workflows w JOIN models m ON m.slug = w.slug, generate_series(1, 3) p;
	INSERT INTO modules (id, organization_id, app_id, slug, slug_norm, visibility, search, created_at, updated_at)
		SELECT gen_random_uuid(), a.organization_id, a.id, 'm' || n, 'm' || n, (ARRAY['private', 'organization', 'public'])[1 + n % 3], 'm' || n, now(), now()
		FROM generate_series(1, 5000) n, apps a WHERE a.slug IN ('brain', 'engine');
	INSERT INTO module_versions (id, organization_id, module_id, slug, slug_norm, url, created_at)
		SELECT gen_random_uuid(), m.organization_id, m.id, 'v' || n, 'v' || n, 'https://x.example', now() FROM modules m, generate_series(1, 2) n;
	INSERT INTO module_installs (id, organization_id, app_id, slug, slug_norm, visibility, search, version_id, created_at, updated_at)
		SELECT gen_random_uuid(), m.organization_id, m.app_id, m.slug, m.slug_norm, m.visibility, m.slug, v.id, now(), now()
		FROM modules m JOIN module_versions v ON v.module_id = m.id AND v.slug = 'v1' JOIN apps a ON a.id = m.app_id WHERE a.slug = 'brain';
	ANALYZE`

// A page of what an app holds costs what its rows cost, not what the app or the organization holds.
func TestAPageOfABigAppReadsAPage(t *testing.T) {
	t.Parallel()
	w := &world{t: t, ctx: t.Context(), url: testdb.PostgreSQL(t, migrateForTest), clock: &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}}
	w.Store = w.open()
	w.seed()
	for _, statement := range strings.Split(bigApp, ";") {
		w.run(statement)
	}
	ctx := t.Context()
	ada, tess := w.in("northwind", "ada@northwind.example"), w.in("northwind", "tess@northwind.example")
	all, some := w.reach(ada, "brain"), w.reach(tess, "brain")
	middle := models.Page{After: position{"m3", newID()}.cursor()}
	pages := map[string]func() error{
		"models":                func() error { _, err := ada.Models(ctx, all, models.ResourceFilter{}); return err },
		"models, in the middle": func() error { _, err := ada.Models(ctx, all, models.ResourceFilter{Page: middle}); return err },
		"models that are visible": func() error {
			_, err := tess.Models(ctx, some, models.ResourceFilter{Page: middle})
			return err
		},
		"one model":     func() error { _, err := ada.Model(ctx, all, "m77"); return err },
		"names":         func() error { _, err := ada.ModelNames(ctx, all); return err },
		"workflows":     func() error { _, err := ada.Workflows(ctx, all, models.ResourceFilter{Page: middle}); return err },
		"one workflow":  func() error { _, err := ada.Workflow(ctx, all, "m77"); return err },
		"modules":       func() error { _, err := ada.Modules(ctx, all, models.ResourceFilter{Page: middle}); return err },
		"one module":    func() error { _, err := ada.Module(ctx, all, "m77"); return err },
		"installs":      func() error { _, err := ada.Installs(ctx, all, models.ResourceFilter{Page: middle}); return err },
		"one install":   func() error { _, err := ada.Install(ctx, all, "m77"); return err },
		"the catalogue": func() error { _, err := ada.ModulesToInstall(ctx, models.ResourceFilter{Page: middle}); return err },
		"the catalogue of a Team Contributor": func() error {
			_, err := tess.ModulesToInstall(ctx, models.ResourceFilter{Page: middle})
			return err
		},
	}
	for name, page := range pages {
		statements, arguments := w.spied(t, func() { must(t, page()) })
		for i, statement := range statements {
			p := w.explain(ctx, t, statement, arguments[i])
			if rows := p.read(); rows > 900 {
				t.Errorf("%s reads %.0f rows:\n%s\n%s", name, rows, statement, p.text("  "))
			}
		}
	}
}

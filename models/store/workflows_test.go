package store

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

func TestWorkflowsAreMadeChangedAndDeleted(t *testing.T) {
	each(t, func(w *world) {
		w.model("arm", "detector")
		w.model("brain", "namer")
		tess := w.in("northwind", "tess@northwind.example")
		arm := w.reach(tess, "arm")
		in := models.WorkflowChange{Slug: "Pick", Description: "Picks", Nodes: nodes(w.t, "see=DETECTOR", "say=Detector<see")}
		w.records(func() { must(w.t, tess.CreateWorkflow(w.ctx, arm, in)) }, "northwind workflow.created")
		in.Slug = "pick"
		refusedField(w.t, tess.CreateWorkflow(w.ctx, arm, in), "id")
		made, err := tess.Workflow(w.ctx, arm, "pick")
		must(w.t, err)
		equal(w.t, "nodes, as the models are spelled", said(made), "see = detector; say = detector ← see")
		equal(w.t, "works", fmt.Sprintf("%t %t %d", made.Deprecated(), made.Base, made.NodeCount), "false false 2")
		equal(w.t, "type and page of the model", fmt.Sprintf("%s %t", made.Nodes[0].Type, made.Nodes[0].Readable), "visual-detector true")
		// A model that is not there, and one that cannot be read, are the same to her; both are said at once.
		change := models.WorkflowChange{Description: "Picks", Nodes: nodes(w.t, "a=nothing", "b=detector<a", "c=brain/namer")}
		problems := models.RefusalsOf(tess.EditWorkflow(w.ctx, arm, "pick", 1, change))
		if len(problems) != 2 || problems[0].Field != "model-1" || problems[1].Field != "model-3" || strings.ReplaceAll(problems[0].Sentence, "nothing", "brain/namer") != problems[1].Sentence {
			w.t.Errorf("problems are %v", problems)
		}
		ada := w.in("northwind", "ada@northwind.example")
		must(w.t, ada.SetResourceVisibility(w.ctx, w.reach(ada, "brain"), models.KindModel, "namer", authz.Organization))
		change.Nodes = nodes(w.t, "b=detector", "c=Brain/Namer<b")
		w.records(func() { must(w.t, tess.EditWorkflow(w.ctx, arm, "pick", 1, change)) }, "northwind workflow.edited")
		w.records(func() { must(w.t, tess.EditWorkflow(w.ctx, arm, "pick", 2, change)) })
		w.records(func() { refused(w.t, tess.EditWorkflow(w.ctx, arm, "pick", 1, change), models.Stale) })
		// What the workflow uses already stays when it is out of her reach.
		must(w.t, ada.SetResourceVisibility(w.ctx, w.reach(ada, "brain"), models.KindModel, "namer", authz.Private))
		is, err := tess.Workflow(w.ctx, arm, "pick")
		must(w.t, err)
		equal(w.t, "the model cannot be opened", is.Nodes[1].Readable, false)
		equal(w.t, "and is named", said(is), "b = detector; c = brain/namer ← b")
		change.Nodes = nodes(w.t, "c=brain/namer", "d=detector<c")
		w.records(func() { must(w.t, tess.EditWorkflow(w.ctx, arm, "pick", 2, change)) }, "northwind workflow.edited")
		refusedField(w.t, tess.CreateWorkflow(w.ctx, arm, models.WorkflowChange{Slug: "another", Nodes: change.Nodes}), "model-1")
		w.records(func() { refusedField(w.t, tess.DeleteWorkflow(w.ctx, arm, "pick", ""), "confirm") })
		w.records(func() { must(w.t, tess.DeleteWorkflow(w.ctx, arm, "pick", "Pick")) }, "northwind workflow.deleted")
		equal(w.t, "nodes left", w.number("SELECT count(*) FROM workflow_nodes"), 0)
	})
}

func TestAWorkflowThatIsTakenAwayIsRecorded(t *testing.T) {
	each(t, func(w *world) {
		w.model("arm", "detector")
		tess := w.in("northwind", "tess@northwind.example")
		must(w.t, tess.CreateWorkflow(w.ctx, w.reach(tess, "arm"), models.WorkflowChange{Slug: "pick", Description: "Picks", Nodes: nodes(w.t, "see=detector")}))
		takes := func(who Tenant) func() {
			return func() {
				equal(w.t, "the workflow", must1(who.ExportWorkflow(w.ctx, w.reach(who, "arm"), "PICK")).Slug, "pick")
			}
		}
		w.records(takes(tess), "northwind workflow.exported")
		w.run("UPDATE apps SET visibility = 'public'")
		w.run("UPDATE workflows SET visibility = 'public'")
		carl := w.in("northwind", "carl@contoso.example") // a stranger, who may read what is public
		w.records(takes(carl))
	})
}

func TestADeletedModelLeavesItsWorkflowsDeprecated(t *testing.T) {
	each(t, func(w *world) {
		w.model("arm", "eye")
		w.model("arm", "ear")
		w.model("brain", "lobe")
		ada := w.in("northwind", "ada@northwind.example")
		arm, brain := w.reach(ada, "arm"), w.reach(ada, "brain")
		must(w.t, ada.CreateWorkflow(w.ctx, arm, models.WorkflowChange{Slug: "both", Nodes: nodes(w.t, "a=eye", "b=ear<a")}))
		must(w.t, ada.CreateWorkflow(w.ctx, arm, models.WorkflowChange{Slug: "hear", Nodes: nodes(w.t, "b=ear")}))
		must(w.t, ada.CreateWorkflow(w.ctx, brain, models.WorkflowChange{Slug: "think", Nodes: nodes(w.t, "a=arm/eye", "b=lobe<a")}))
		eye, err := ada.Model(w.ctx, arm, "eye")
		must(w.t, err)
		equal(w.t, "used by", eye.UsedBy, 2)
		w.records(func() { must(w.t, ada.DeleteModel(w.ctx, arm, "eye", "eye")) }, "northwind model.deleted")
		state := func(r models.Reached, slug string) string {
			f, err := ada.Workflow(w.ctx, r, slug)
			must(w.t, err)
			return fmt.Sprintf("%t %d %s", f.Deprecated(), len(f.Lost()), said(f))
		}
		equal(w.t, "both", state(arm, "both"), "true 1 a = eye (deleted); b = ear ← a")
		equal(w.t, "hear", state(arm, "hear"), "false 0 b = ear")
		equal(w.t, "think", state(brain, "think"), "true 1 a = Arm/eye (deleted); b = lobe ← a")
		entries, err := ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionModelDeleted})
		must(w.t, err)
		equal(w.t, "the log names them", entries.Rows[0].After["workflows deprecated"], "Arm/both, brain/think")
		// A new model of that name is another model.
		w.model("arm", "eye")
		equal(w.t, "still", state(arm, "both"), "true 1 a = eye (deleted); b = ear ← a")
		f, err := ada.Workflow(w.ctx, arm, "both")
		must(w.t, err)
		must(w.t, ada.EditWorkflow(w.ctx, arm, "both", f.Version, models.WorkflowChange{Nodes: nodes(w.t, "a=eye", "b=ear<a")}))
		equal(w.t, "repaired", state(arm, "both"), "false 0 a = eye; b = ear ← a")

		would, err := ada.ModelsToDelete(w.ctx, arm)
		must(w.t, err)
		equal(w.t, "would", would, models.ModelsDeleted{Models: 2, Workflows: 2})
		w.records(func() {
			_, err = ada.DeleteAllModels(w.ctx, arm, "brain")
			refusedField(w.t, err, "confirm")
		})
		w.records(func() {
			did, err := ada.DeleteAllModels(w.ctx, arm, "ARM")
			must(w.t, err)
			equal(w.t, "did", did, would)
		}, "northwind models.all-deleted")
		equal(w.t, "hear, after all", state(arm, "hear"), "true 1 b = ear (deleted)")
		equal(w.t, "models left", w.number("SELECT count(*) FROM models"), 1)
		w.records(func() {
			did, err := ada.DeleteAllModels(w.ctx, arm, "arm")
			must(w.t, err)
			equal(w.t, "again", did, models.ModelsDeleted{})
		})
	})
}

// However saving a workflow and deleting its model meet: the workflow is refused, or saved and deprecated; nothing points at what is gone.
func TestSavingMeetsDeleting(t *testing.T) {
	each(t, func(w *world) {
		ada, olga := w.in("northwind", "ada@northwind.example"), w.in("northwind", "olga@northwind.example")
		arm, brain := w.reach(ada, "arm"), w.reach(olga, "brain")
		for i := range 12 {
			w.model("arm", "eye")
			slug := fmt.Sprintf("f-%d", i)
			good, failures := atOnce(2, func(n int) error {
				if n == 0 {
					return olga.CreateWorkflow(w.ctx, brain, models.WorkflowChange{Slug: models.Slug(slug), Nodes: nodes(w.t, "a=arm/eye")})
				}
				return ada.DeleteModel(w.ctx, arm, "eye", "eye")
			})
			for _, err := range failures {
				refusedField(w.t, err, "model-1")
			}
			f, err := olga.Workflow(w.ctx, brain, slug)
			if good == 2 && (err != nil || !f.Deprecated()) || good == 1 && !models.Is(err, models.NotFound) {
				w.t.Errorf("%d went well, and the workflow is %+v, %v", good, f, err)
			}
		}
	})
}

func TestTheBaseWorkflow(t *testing.T) {
	each(t, func(w *world) {
		w.model("arm", "eye")
		ada := w.in("northwind", "ada@northwind.example")
		arm, brain := w.reach(ada, "arm"), w.reach(ada, "brain")
		for _, slug := range []models.Slug{"see", "look"} {
			must(w.t, ada.CreateWorkflow(w.ctx, arm, models.WorkflowChange{Slug: slug, Nodes: nodes(w.t, "a=eye")}))
		}
		base := func() string {
			listed, err := ada.Workflows(w.ctx, arm, models.ResourceFilter{})
			must(w.t, err)
			var slugs []string
			for _, f := range listed.Rows {
				if f.Base {
					slugs = append(slugs, f.Slug)
				}
			}
			return strings.Join(slugs, " ")
		}
		w.records(func() { must(w.t, ada.UseAsBaseWorkflow(w.ctx, arm, "SEE")) }, "northwind app.base-workflow-changed")
		w.records(func() { must(w.t, ada.UseAsBaseWorkflow(w.ctx, arm, "see")) })
		equal(w.t, "is the base", base(), "see")
		w.records(func() { refused(w.t, ada.DeleteWorkflow(w.ctx, arm, "see", "see"), models.Impossible) })
		w.records(func() { must(w.t, ada.UseAsBaseWorkflow(w.ctx, arm, "look")) }, "northwind app.base-workflow-changed")
		equal(w.t, "one at a time", base(), "look")
		now := w.reach(ada, "arm")
		equal(w.t, "the app knows", now.App.Base(), "workflow look")
		w.records(func() {
			refused(w.t, ada.ChangeBaseWorkflow(w.ctx, arm.App.ID, arm.App.Version, models.TextWorkflow), models.Stale)
		})
		w.records(func() {
			must(w.t, ada.ChangeBaseWorkflow(w.ctx, arm.App.ID, now.App.Version, now.App.BaseWorkflow))
		}, "northwind app.base-workflow-changed")
		equal(w.t, "a built-in one takes its place", base()+w.reach(ada, "arm").App.Base(), "universal")
		w.records(func() { must(w.t, ada.UseAsBaseWorkflow(w.ctx, arm, "look")) }, "northwind app.base-workflow-changed")
		w.records(func() { must(w.t, ada.LeaveBaseWorkflow(w.ctx, arm, "see")) })
		w.records(func() { must(w.t, ada.LeaveBaseWorkflow(w.ctx, arm, "look")) }, "northwind app.base-workflow-changed")
		equal(w.t, "none", base(), "")
		refused(w.t, ada.UseAsBaseWorkflow(w.ctx, brain, "see"), models.NotFound)
		refused(w.t, w.in("northwind", "tess@northwind.example").UseAsBaseWorkflow(w.ctx, arm, "see"), models.Denied)
		err := w.db.WithContext(w.ctx).Exec("INSERT INTO base_workflows (app_id, workflow_id) SELECT ?, id FROM workflows WHERE slug = 'see'", brain.App.ID).Error
		equal(w.t, "the database lets no other app have it", err != nil, true)
		must(w.t, ada.DeleteModel(w.ctx, arm, "eye", "eye"))
		refused(w.t, ada.UseAsBaseWorkflow(w.ctx, arm, "see"), models.Impossible)
	})
}

// However choosing a base and deleting it meet, the app never starts from what is gone.
func TestChoosingABaseMeetsDeletingIt(t *testing.T) {
	each(t, func(w *world) {
		w.model("arm", "eye")
		ada, olga := w.in("northwind", "ada@northwind.example"), w.in("northwind", "olga@northwind.example")
		arm := w.reach(ada, "arm")
		for range 8 {
			must(w.t, ada.CreateWorkflow(w.ctx, arm, models.WorkflowChange{Slug: "see", Nodes: nodes(w.t, "a=eye")}))
			good, failures := atOnce(2, func(n int) error {
				if n == 0 {
					return olga.UseAsBaseWorkflow(w.ctx, arm, "see")
				}
				return ada.DeleteWorkflow(w.ctx, arm, "see", "see")
			})
			if good != 1 || !models.Is(failures[0], models.NotFound) && !models.Is(failures[0], models.Impossible) {
				w.t.Fatalf("%d went well, and %v", good, failures)
			}
			if models.Is(failures[0], models.Impossible) {
				must(w.t, ada.LeaveBaseWorkflow(w.ctx, arm, "see"))
				must(w.t, ada.DeleteWorkflow(w.ctx, arm, "see", "see"))
			}
		}
	})
}

package views_test

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/authz"
	"gatehouse/views"
	"gatehouse/views/parts"
)

func appPage(title string, section views.AppSection) views.Page {
	page := organizationFrame(title, views.SectionApps)
	page.App = views.AppFrame{Org: "northwind", App: "shelf-vision", Active: section}
	return page
}

var narrowed = views.Visible{Own: authz.Public, Effective: authz.Private}

func sampleResources(words views.ResourceWords) views.Resources {
	page := appPage(words.Title, views.AppModels)
	return views.Resources{
		Page: page, Words: words, Action: "/list", New: "/list/new", DeleteAll: "/list/all/delete", Pager: views.Pager{Older: "/list?after=x"},
		Rows: []views.ResourceRow{
			{URL: "/list/a", Slug: "a", Description: "Finds things", Sort: "Visual detector", Visible: narrowed, Updated: page.Now.Add(-hour), States: []parts.Pill{{Label: "Deprecated", Tone: parts.Warn}}},
			{URL: "/list/b", Slug: endless[:48], Description: hostile + endless, Sort: "20"},
		},
	}
}

func sampleWorkflow() views.Workflow {
	page := appPage("find-gaps", views.AppWorkflows)
	return views.Workflow{
		Page: page, Head: views.ResourceHead{Slug: "find-gaps", Description: hostile, Edit: "/edit"}, File: "/file.yaml", Created: page.Now, Updated: page.Now,
		Nodes: []views.WorkflowNode{
			{ID: "see", Model: "eye", ModelURL: "/models/eye", Type: "Visual detector"}, {ID: "say", Model: "other/" + endless[:48], Type: "Text generator", Inputs: []string{"see"}},
			{ID: "gone", Model: hostile, Inputs: []string{"see", "say"}, Lost: true},
		},
		Deprecated: page.Now.Add(-hour), Visibility: views.VisibilityForm{Visible: narrowed, Action: "/visibility"},
		Danger: parts.DangerZone{Title: "Delete workflow", Action: "/delete", Confirm: "find-gaps", Label: "Delete workflow", Disabled: true, Reason: "It is the base workflow."},
	}
}

func sampleWorkflowForm() views.WorkflowForm {
	return views.WorkflowForm{
		Page: appPage("Edit", views.AppWorkflows), Action: "/edit", Cancel: "/", Editing: true, Version: "3", ID: "find-gaps", Description: hostile, Full: true,
		Rows: []views.NodeRow{{ID: "see", Model: hostile, Inputs: "say"}, {ID: "say"}}, Models: []string{"eye", hostile}, YAML: hostile,
		Errors: map[string]string{"yaml": "Line 3: no.", "model-2": "Name the model of this node.", "inputs-1": "This makes a circle.", "description": "Too long.", "nodes": "Too many."},
		Theirs: &views.WorkflowTexts{Description: "Theirs", Nodes: []views.NodeRow{{ID: "see", Model: "eye", Inputs: "a,  b"}}},
	}
}

func sampleInstall() views.Install {
	page := appPage("labels", views.AppInstalled)
	return views.Install{
		Page: page, Head: views.ResourceHead{Slug: "labels"}, Address: "https://modules.example/a?b=" + `"><script>`, Host: "modules.example", Module: "tools/reader", ModuleURL: "/reader",
		Version: "1.0", Notes: hostile, Updated: page.Now, Visibility: views.VisibilityForm{Visible: narrowed},
		Change: &views.InstallChange{Action: "/version", Versions: []parts.Option{{Value: "1.0", Label: "1.0"}}, Error: "Choose a version."},
	}
}

func sampleModule() views.Module {
	page := appPage("reader", views.AppModules)
	return views.Module{
		Page: page, Head: views.ResourceHead{Slug: "reader", Edit: "/edit"}, More: 3, Installs: 1, Created: page.Now, Updated: page.Now,
		Versions: []views.VersionRow{{URL: "/v", Slug: "1.0", Host: endless, Installs: 2, Created: page.Now}}, Visibility: views.VisibilityForm{Action: "/visibility"},
		Version: &views.VersionForm{Action: "/versions", ID: hostile, Address: "http://", Errors: map[string]string{"url": "Only https addresses."}},
		Danger:  parts.DangerZone{Title: "Delete module", Action: "/delete", Confirm: "reader", Label: "Delete module", Typed: hostile, Error: "Type “reader” to delete it."},
	}
}

func resourcePages() map[string]templ.Component {
	page := appPage("x", views.AppModels)
	model := views.Model{
		Page: page, Head: views.ResourceHead{Slug: "eye", Description: endless, Edit: "/edit"}, Type: "Visual detector", Meaning: "An image in, boxes out.", Notes: templ.Raw("<p>Notes</p>"), UsedBy: 2,
		Created: page.Now, Updated: page.Now, Visibility: views.VisibilityForm{Visible: narrowed, Action: "/visibility"},
	}
	form := views.ModelForm{Page: page, Action: "/new", Cancel: "/", ID: hostile, Type: "x", Types: []parts.Option{{Value: "x", Label: "X"}}, Errors: map[string]string{"id": "Use letters.", "type": "Choose."}}
	edited := form
	edited.Editing, edited.Theirs = true, &views.ModelTexts{Description: "Theirs", Notes: hostile}
	empty := sampleResources(views.InstallWords())
	empty.Rows, empty.Pager = nil, views.Pager{}
	searched := empty
	searched.Filtered, searched.Query = true, hostile
	theirs := "Theirs"
	return map[string]templ.Component{
		"models": views.ResourcesPage(sampleResources(views.ModelWords())), "no installed modules": views.ResourcesPage(empty), "no model found": views.ResourcesPage(searched),
		"model": views.ModelPage(model), "model form": views.ModelFormPage(form), "model edited": views.ModelFormPage(edited),
		"delete all models": views.ModelsDeletePage(views.ModelsDelete{Page: page, Cancel: "/", Danger: parts.DangerZone{Title: "Delete 3 models", Action: "/all/delete", Confirm: "x", Label: "Delete all models"}}),
		"workflow":          views.WorkflowPage(sampleWorkflow()), "workflow form": views.WorkflowFormPage(sampleWorkflowForm()),
		"module": views.ModulePage(sampleModule()), "module form": views.ModuleFormPage(views.ModuleForm{Page: page, Editing: true, ID: "reader", Action: "/edit", Cancel: "/", Theirs: &theirs}),
		"module version": views.ModuleVersionPage(views.ModuleVersion{Page: page, Module: "reader", Slug: "1.0", Address: "https://modules.example/" + endless, Notes: hostile, Created: page.Now}),
		"install":        views.InstallPage(sampleInstall()),
		"catalogue": views.InstallFormPage(views.InstallForm{Page: page, Action: "/new", Cancel: "/", Errors: map[string]string{"module": "It is gone."},
			Catalogue: []views.CatalogueRow{{Choose: "/new?module=a/b", Name: "a/b", Slug: "b", App: "a", Latest: "1.0"}, {Name: "a/c", Slug: "c", App: "a", Description: hostile}}}),
		"install form": views.InstallFormPage(views.InstallForm{Page: page, Module: "a/b", Action: "/new", Cancel: "/", ID: hostile, Versions: []parts.Option{{Value: "1.0", Label: "1.0"}}, Errors: map[string]string{"id": "Taken.", "version": "Choose."}}),
		"going public": views.GoingPublicPage(views.GoingPublic{Page: page, Slug: "eye", Action: "/visibility", Cancel: "/"}),
	}
}

func TestAListShowsBothVisibilitiesWhereTheyDiffer(t *testing.T) {
	doc := content(t, render(t, views.ResourcesPage(sampleResources(views.ModelWords()))))
	rows := elements(elements(doc, "tbody")[0], "tr")
	says(t, rows[0], "Private own: Public", "Deprecated")
	if strings.Contains(text(rows[1]), "own:") {
		t.Error("an own visibility is shown that is the one that counts")
	}
}

func TestWhoMayNothingIsOfferedNothing(t *testing.T) {
	list := sampleResources(views.ModelWords())
	list.New, list.DeleteAll = "", ""
	workflow, module, install := sampleWorkflow(), sampleModule(), sampleInstall()
	workflow.Head.Edit, workflow.Visibility.Action, workflow.Danger = "", "", parts.DangerZone{}
	module.Head.Edit, module.Visibility.Action, module.Version, module.Danger = "", "", nil, parts.DangerZone{}
	install.Visibility.Action, install.Change, install.Danger = "", nil, parts.DangerZone{}
	for name, page := range map[string]templ.Component{
		"list": views.ResourcesPage(list), "workflow": views.WorkflowPage(workflow), "module": views.ModulePage(module), "install": views.InstallPage(install),
	} {
		doc := content(t, render(t, page))
		if forms := matching(doc, "form", "method", "post"); len(forms) != 0 {
			t.Errorf("%s has %d forms", name, len(forms))
		}
		for _, link := range elements(doc, "a") {
			if words := text(link); words == "Edit" || strings.HasPrefix(words, "Create") || strings.HasPrefix(words, "Delete") {
				t.Errorf("%s offers %q", name, words)
			}
		}
	}
}

func TestADeprecatedWorkflowSaysWhy(t *testing.T) {
	v := sampleWorkflow()
	doc := content(t, render(t, views.WorkflowPage(v)))
	says(t, doc, "This workflow is deprecated.", "of the node gone was deleted.", "Edit the workflow and give each of these nodes another model")
	if len(matching(doc, "a", "href", "/models/eye")) != 1 {
		t.Error("no way to the model that can be read")
	}
	v.Deprecated, v.Nodes = time.Time{}, v.Nodes[:2]
	if strings.Contains(text(content(t, render(t, views.WorkflowPage(v)))), "deprecated") {
		t.Error("one that works is called deprecated")
	}
}

func TestTheWorkflowFormSavesOnEnterAndListsItsProblemsInOrder(t *testing.T) {
	doc := content(t, render(t, views.WorkflowFormPage(sampleWorkflowForm())))
	form := matching(doc, "form", "action", "/edit")[0]
	first := elements(form, "button")[0]
	if name, named := attr(first, "name"); named || has(first, "disabled") {
		t.Errorf("Enter presses %q", name)
	}
	var listed []string
	for _, item := range elements(matching(doc, "div", "role", "alert")[1], "li") {
		listed = append(listed, text(item))
	}
	if got, want := strings.Join(listed, " | "), "Too long. | Too many. | Node 1: This makes a circle. | Node 2: Name the model of this node. | YAML: Line 3: no."; got != want {
		t.Errorf("problems are %q, want %q", got, want)
	}
	says(t, doc, "They saved", "see = eye ← a, b")
}

func TestTheFrameOfAModuleIsASandbox(t *testing.T) {
	frames := elements(content(t, render(t, views.InstallPage(sampleInstall()))), "iframe")
	if len(frames) != 1 {
		t.Fatalf("%d frames", len(frames))
	}
	for name, want := range map[string]string{"sandbox": "allow-scripts allow-forms", "referrerpolicy": "no-referrer", "allow": "", "title": "Module labels"} {
		if got, there := attr(frames[0], name); !there || got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

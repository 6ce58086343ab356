package views

import (
	"time"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// AppSettingsForm is an app's settings; an empty address means that it is not for this person to change.
type AppSettingsForm struct {
	Page              Page
	Version           string
	Slug              string
	Visibility        authz.Visibility
	Visibilities      []VisibilityChoice
	BaseWorkflow      BaseWorkflow
	BaseWorkflows     []BaseWorkflow
	ChangedAt         time.Time // the visibility; zero: never
	ChangedBy         string    // may be empty
	Teams             int
	Collaborators     int
	Inside            AppInside
	IDURL             string
	VisibilityURL     string
	BaseWorkflowURL   string
	DeleteURL         string
	TypedID           string
	TypedVisibility   string
	TypedBaseWorkflow string
	TypedConfirm      string
	Errors            map[string]string // id, visibility, base_workflow, confirm
}

// VisibilityChoice is a visibility with its key in forms.
type VisibilityChoice struct {
	Key        string
	Visibility authz.Visibility
}

func (v AppSettingsForm) visibilityChoices() []parts.Choice {
	var choices []parts.Choice
	for _, c := range v.Visibilities {
		choices = append(choices, parts.Choice{Value: c.Key, Label: VisibilityLabel(c.Visibility), Meaning: visibilityMeaning(c.Visibility)})
	}
	return choices
}

func (v AppSettingsForm) visibilityLead() string {
	if v.ChangedAt.IsZero() {
		return "Who can read the app without being given it."
	}
	words := "Who can read the app without being given it. Changed " + parts.Relative(v.ChangedAt, v.Page.Now)
	if v.ChangedBy != "" {
		words += " by " + v.ChangedBy
	}
	return words + "."
}

// AppInside is how many things an app holds, and what elsewhere rests on them.
type AppInside struct{ Models, Workflows, Modules, InstallsElsewhere, WorkflowsElsewhere int }

// consequence says what goes with the app, in numbers.
func (v AppSettingsForm) consequence() string {
	in := v.Inside
	words := "With it go " + counted(in.Models, "model") + ", " + counted(in.Workflows, "workflow") + " and " + counted(in.Modules, "module") + "; " +
		counted(v.Teams, "team") + " and " + counted(v.Collaborators, "collaborator") + " lose it."
	if in.InstallsElsewhere > 0 {
		words += " Its modules are taken out of the other apps that installed them: " + counted(in.InstallsElsewhere, "install") + "."
	}
	if in.WorkflowsElsewhere > 0 {
		words += " " + counted(in.WorkflowsElsewhere, "workflow") + " of other apps stop working."
	}
	return words + " This cannot be undone."
}

// VisibilityLabel is a visibility in a word.
func VisibilityLabel(v authz.Visibility) string { return visibilityPill(v).Label }

// VisibilitySaved says what was changed.
func VisibilitySaved(v authz.Visibility) string {
	switch v {
	case authz.Public:
		return "The app is public. Everybody who is signed in can read it."
	case authz.Organization:
		return "Every member of the organization can read the app."
	case authz.Private:
	}
	return "The app is private. Only those who were given it can open it."
}

// AppConfirm asks before something that reaches further than one might think.
type AppConfirm struct {
	Page         Page
	Title        string
	Consequences []string
	Action       string
	Values       []Hidden
	Button       string
	Cancel       string
}

// Hidden is a value that a form sends along.
type Hidden struct{ Name, Value string }

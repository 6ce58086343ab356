package views

import (
	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// ResourceWords are what the list of one kind says.
type ResourceWords struct {
	Title, Lead string
	Noun        string // "model"; its plural adds an s
	Head        string // of the third column
	Counts      bool   // it holds a number, which says nothing without its head
	NewLabel    string
	Icon        parts.Icon
	Empty       string // what such a thing is, when there is none
}

// ModelWords are the words of the list of models.
func ModelWords() ResourceWords {
	return ResourceWords{
		Title: "Models", Lead: "What the app was trained for. Workflows put models together.", Noun: "model", Head: "Type", NewLabel: "Create model",
		Icon: parts.IconModel, Empty: "A model takes one kind of input and gives one kind of answer. Workflows put models together.",
	}
}

// WorkflowWords are the words of the list of workflows.
func WorkflowWords() ResourceWords {
	return ResourceWords{
		Title: "Workflows", Lead: "Graphs of models: what one gives, the next one takes.", Noun: "workflow", Head: "Nodes", Counts: true, NewLabel: "Create workflow",
		Icon: parts.IconWorkflow, Empty: "A workflow puts models together: what one gives, the next one takes.",
	}
}

// ModuleWords are the words of the list of modules.
func ModuleWords() ResourceWords {
	return ResourceWords{
		Title: "Modules", Lead: "Small applications that live here, for other apps to install.", Noun: "module", Head: "Versions", Counts: true, NewLabel: "Create module",
		Icon: parts.IconModule, Empty: "A module is a small application at an https address. It lives in one app, and others install one of its versions.",
	}
}

// InstallWords are the words of the list of installed modules.
func InstallWords() ResourceWords {
	return ResourceWords{
		Title: "Installed modules", Lead: "Modules that this app uses, its own or those of other apps.", Noun: "installed module", Head: "Version", NewLabel: "Install module",
		Icon: parts.IconInstalled, Empty: "An installed module opens within the console, under an ID that you choose.",
	}
}

func (v Resources) summary() string { return listSummary(len(v.Rows), v.Words.Noun, v.Pager) }

// narrowed says why a resource is less visible than it says.
func (v Visible) narrowed() string {
	return "Its own visibility is " + visibilityPill(v.Own).Label + ", but the app is " + visibilityPill(v.Effective).Label + ", and the narrower of the two counts."
}

// resourceMeaning says who may read a resource of that visibility, if the app lets them.
func resourceMeaning(v authz.Visibility) string {
	switch v {
	case authz.Organization:
		return "Every member of the organization who can open the app."
	case authz.Public:
		return "Everybody who is signed in to this console and can open the app, also from other organizations."
	case authz.Private:
		return "Only those who were given the app by a role, a team or as a collaborator."
	}
	return ""
}

func resourceVisibilities() []parts.Choice {
	return []parts.Choice{
		{Value: "private", Label: "Private", Meaning: resourceMeaning(authz.Private)},
		{Value: "organization", Label: "Organization", Meaning: resourceMeaning(authz.Organization)},
		{Value: "public", Label: "Public", Meaning: resourceMeaning(authz.Public)},
	}
}

func visibilityKey(v authz.Visibility) string {
	switch v {
	case authz.Organization:
		return "organization"
	case authz.Public:
		return "public"
	case authz.Private:
	}
	return "private"
}

// savedTitle says above a refused form what became of it.
func savedTitle(editing bool) string {
	if editing {
		return "Nothing was saved yet"
	}
	return "Nothing was created yet"
}

const slugHint = "Letters, digits, and single - or _ between them; at most 48 characters. It stands in the address and cannot be changed later."

// comparedText is one field as somebody else saved it meanwhile, and as it was typed here.
type comparedText struct{ label, theirs, typed string }

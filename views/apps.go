package views

import (
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/views/parts"
)

// Apps is the list of apps within reach.
type Apps struct {
	Page         Page
	Query        string
	Visibility   string // its key; empty: any
	Visibilities []Option
	Sort         string     // "id", "updated", with a "-" before it from the last
	Listing      url.Values // what the list was asked for
	Rows         []AppRow
	Pager        Pager
	Filtered     bool
	Creates      bool
}

// AppRow is one app of a list.
type AppRow struct {
	URL           string
	Slug          string
	Organization  string // on the page of collaborations
	Description   string
	Visibility    authz.Visibility
	Teams         string // how many; "99+" for many
	Collaborators string
	Through       string // what opens it
	Level         string // on the page of collaborations: "Viewer" or "Contributor"
	Since         time.Time
	Created       time.Time
	Updated       time.Time
}

func (v Apps) listing() parts.Listing {
	return parts.Listing{Path: urls.Apps.To(v.Page.Org.ID), Query: v.Listing}
}

func (v Apps) summary() string { return listSummary(len(v.Rows), "app", v.Pager) }

func (v Apps) visibilityFilter() parts.Filter {
	filter := parts.Filter{Name: "visibility", Label: "Visibility", Value: v.Visibility, Options: []parts.Option{{Label: "Any visibility"}}}
	for _, o := range v.Visibilities {
		filter.Options = append(filter.Options, parts.Option(o))
	}
	return filter
}

// Collaborations is the list of apps in which the account is a collaborator.
type Collaborations struct {
	Page     Page
	Query    string
	Rows     []AppRow
	Pager    Pager
	Filtered bool
}

func (v Collaborations) summary() string {
	return listSummary(len(v.Rows), "app", v.Pager)
}

// App is one app's page: what it is and every grant that reaches it.
type App struct {
	Page           Page
	Row            AppRow
	WhyURL         string // explains what the reader may do here
	BaseWorkflow   string
	CreatedBy      string // may be empty
	Teams          int
	Collaborators  int
	DescriptionURL string // empty: not for this person
	Notes          templ.Component
	NotesEdited    time.Time
	NotesEditor    string
	NotesURL       string
	Grants         []Grant
	Scopes         []ScopeAnswer // the rows of the role table that are asked of an app
}

// Grant is one way in which the app is within reach.
type Grant struct {
	Origin authz.Origin
	Team   string // of a team
	Column authz.Role
}

// ScopeAnswer is what the person may do here.
type ScopeAnswer struct {
	Label   string
	Allowed bool
}

func (g Grant) words() string {
	switch g.Origin {
	case authz.FromRole:
		return "Your role"
	case authz.FromTeam:
		return "Team " + g.Team
	case authz.FromCollaborator:
		return "You are a collaborator"
	case authz.FromOrganizationVisibility:
		return "Visible to the organization"
	case authz.FromPublicVisibility:
		return "Public"
	}
	return ""
}

// Through is what opens an app, in the few words of a list: the strongest of each kind, and visibility only where nothing else does.
func Through(grants []Grant) string {
	var words, team string
	teams, collaborator, visibility := 0, "", ""
	for _, g := range grants {
		switch g.Origin {
		case authz.FromRole:
			words = "Your role"
		case authz.FromTeam:
			if teams++; teams == 1 {
				team = g.Team
			}
		case authz.FromCollaborator:
			collaborator = "as a viewer"
			if g.Column == authz.TeamContributor {
				collaborator = "as a contributor"
			}
		case authz.FromOrganizationVisibility, authz.FromPublicVisibility:
			if visibility == "" {
				visibility = g.words()
			}
		}
	}
	switch {
	case teams == 1:
		words = "Team " + team
	case teams > 1:
		words = "Team " + team + " and " + strconv.Itoa(teams-1) + " more"
	}
	switch {
	case words != "" && collaborator != "":
		return words + ", " + collaborator
	case collaborator != "":
		return sentence(collaborator)
	case words == "":
		return visibility
	}
	return words
}

func (v App) answered() string {
	yes := 0
	for _, answer := range v.Scopes {
		if answer.Allowed {
			yes++
		}
	}
	return strconv.Itoa(yes) + " of the " + strconv.Itoa(len(v.Scopes)) + " rights in an app."
}

func (v App) notesLead() string {
	if v.NotesEdited.IsZero() {
		return ""
	}
	words := "Edited " + parts.Relative(v.NotesEdited, v.Page.Now)
	if v.NotesEditor != "" {
		words += " by " + v.NotesEditor
	}
	return words + "."
}

// AppForm makes an app: as typed, with the messages beside the fields.
type AppForm struct {
	Page          Page
	ID            string
	Description   string
	BaseWorkflow  string // its key
	BaseWorkflows []BaseWorkflow
	Errors        map[string]string // id, description, base_workflow
}

// BaseWorkflow is a workflow that an app can run.
type BaseWorkflow struct{ Key, Label, Meaning string }

func workflowChoices(all []BaseWorkflow) []parts.Choice {
	var choices []parts.Choice
	for _, w := range all {
		choices = append(choices, parts.Choice{Value: w.Key, Label: w.Label, Meaning: w.Meaning})
	}
	return choices
}

func (v AppForm) problems() []parts.Problem {
	return fieldProblems(v.Errors, "id", "description", "base_workflow")
}

// AppText is the form of one of an app's texts: as typed, with what somebody else saved meanwhile.
type AppText struct {
	Page      Page
	Action    string
	Cancel    string
	Version   string
	Text      string
	Error     string
	Theirs    *SavedText
	Previewed bool
	Preview   templ.Component // nil when there is nothing to show
}

// SavedText is what somebody else saved meanwhile.
type SavedText struct {
	Text string
	By   string // may be empty
	At   time.Time
}

func (t SavedText) lead(now time.Time) string {
	switch {
	case t.At.IsZero():
		return "Saved while you were writing."
	case t.By == "":
		return "Saved " + parts.Relative(t.At, now) + "."
	}
	return "Saved " + parts.Relative(t.At, now) + " by " + t.By + "."
}

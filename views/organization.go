package views

import (
	"time"

	"gatehouse/views/parts"
)

// OrganizationNew is the form that makes an organization, as typed.
type OrganizationNew struct {
	Page      Page
	Name      string
	ID        string
	Errors    map[string]string // name, id
	Reason    string            // why this session cannot; empty when it can
	SignInURL string            // where the account is proven
}

// Settings is an organization's name, its ID, and its end.
type Settings struct {
	Page    Page
	Name    string // as typed, when refused
	ID      string
	Created time.Time
	Version string // over which a name is saved
	Theirs  string // the name that somebody else saved meanwhile; empty otherwise
	Action  string
	Errors  map[string]string // name

	DeleteURL string
	Reason    string // why this session cannot delete it; empty when it can
}

// OrganizationDeletion says what goes with an organization, and asks for its ID.
type OrganizationDeletion struct {
	Page   Page
	ID     string
	Action string
	Cancel string
	Going  []Going
	Reason string // why this session cannot delete it; empty when it can
	Typed  string // as typed, when refused
	Error  string
}

// Going is how many of one kind of thing go with an organization.
type Going struct {
	What string
	N    int
}

// consequence says what goes, in numbers, and what stays.
func (v OrganizationDeletion) consequence() string {
	words := []string{}
	for _, g := range v.Going {
		if g.N > 0 {
			words = append(words, counted(g.N, g.What))
		}
	}
	return "This deletes " + v.Page.Org.Name + " with all that is in it: " + listed(words) + ". Everybody in it loses it on their next click; they keep their " +
		"accounts and their other organizations. That you deleted it stays in the log of the installation. It cannot be undone."
}

func (v Settings) problems() []parts.Problem        { return fieldProblems(v.Errors, "name") }
func (v OrganizationNew) problems() []parts.Problem { return fieldProblems(v.Errors, "name", "id") }

// fieldProblems are the messages beside fields in the order of the form.
func fieldProblems(errors map[string]string, fields ...string) []parts.Problem {
	var all []parts.Problem
	for _, field := range fields {
		if errors[field] != "" {
			all = append(all, parts.Problem{Field: field, Message: errors[field]})
		}
	}
	return all
}

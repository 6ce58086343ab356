package models

import (
	"time"

	"gatehouse/internal/authz"
)

// App is what an organization builds.
type App struct {
	ID                 string
	Organization       Organization
	Slug               string
	Description        string
	Visibility         authz.Visibility
	BaseWorkflow       BaseWorkflow // what it starts from while OwnBase is empty
	OwnBase            string       // the identifier of the workflow of its own that it starts from (within one app only)
	Version            int          // of identifier, visibility and base workflow; the texts have their own
	DescriptionVersion int
	CreatedAt          time.Time
	UpdatedAt          time.Time
}

// Base is what the app starts from, as the audit log calls it.
func (a App) Base() string {
	if a.OwnBase != "" {
		return "workflow " + a.OwnBase
	}
	return string(a.BaseWorkflow)
}

// AppDetails is what the pages of one app show besides.
type AppDetails struct {
	Notes               AppNotes
	CreatedBy           string // empty: nobody knows any more
	VisibilityChangedAt time.Time
	VisibilityChangedBy string
	Teams               int
	Collaborators       int
}

// AppNotes are what is written about an app, in Markdown.
type AppNotes struct {
	Text     string
	Version  int
	EditedAt time.Time // zero: never
	EditedBy string
}

// AppDraft is an app to be made; it is private.
type AppDraft struct {
	Slug         Slug
	Description  string
	BaseWorkflow BaseWorkflow
}

// Reached is an app that the guard found within the actor's reach, with every grant that reaches it. Only the guard makes one.
type Reached struct {
	App     App
	Subject authz.Subject
	Object  authz.Object
}

// May answers for a scope of this app.
func (r Reached) May(scope authz.Scope) bool { return r.Decide(scope).Allowed }

// Decide answers for a scope of this app, with reasons.
func (r Reached) Decide(scope authz.Scope) authz.Decision {
	return authz.Decide(r.Subject, scope, r.Object)
}

// Collaboration is an app in which an account is a collaborator.
type Collaboration struct {
	App   App
	Level authz.CollaboratorLevel
	Since time.Time
}

// AppFilter is what a list of apps is asked for; the zero filter is the first page of all, by identifier.
type AppFilter struct {
	Query      string
	Visibility *authz.Visibility // nil: any
	Sort       AppSort
	Page       Page
}

// AppSort is the order of a list of apps.
type AppSort string

// The orders, as they stand in an address.
const (
	AppsBySlug   AppSort = "id"
	AppsFromLast AppSort = "-id"
	AppsOldest   AppSort = "updated"
	AppsNewest   AppSort = "-updated"
)

// AppListed is an app of a list, with every grant that reaches it.
type AppListed struct {
	Reached
	Teams         int // up to MostCounted
	Collaborators int // up to MostCounted
}

// MostCounted is where a list stops counting.
const MostCounted = 100

// ParseVisibility returns the visibility of a key.
func ParseVisibility(key string) (authz.Visibility, bool) {
	for _, v := range []authz.Visibility{authz.Private, authz.Organization, authz.Public} {
		if VisibilityKey(v) == key {
			return v, true
		}
	}
	return 0, false
}

// VisibilityKey is the stable name of a visibility in the database and in forms.
func VisibilityKey(v authz.Visibility) string {
	switch v {
	case authz.Organization:
		return "organization"
	case authz.Public:
		return "public"
	case authz.Private:
		return "private"
	}
	return "private"
}

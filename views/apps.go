package views

import (
	"time"

	"gatehouse/internal/authz"
)

// Apps is the list of apps within reach.
type Apps struct {
	Page     Page
	Query    string
	Rows     []AppRow
	Pager    Pager
	Filtered bool
}

// AppRow is one app of a list.
type AppRow struct {
	URL          string
	Slug         string
	Organization string // on the page of collaborations
	Description  string
	Visibility   authz.Visibility
	Level        string // on the page of collaborations: "Viewer" or "Contributor"
	Updated      time.Time
}

// Collaborations is the list of apps in which the account is a collaborator.
type Collaborations struct {
	Page Page
	Rows []AppRow
}

// App is one app's page: what it is and every grant that reaches it.
type App struct {
	Page   Page
	Row    AppRow
	Grants []Grant
	Scopes []ScopeAnswer // the rows of the role table that are asked of an app
}

// Grant is one way in which the app is within reach.
type Grant struct {
	Origin string // "Your role", "Team Robotics", "Collaborator", "Visible to the organization", "Public"
	Column authz.Role
}

// ScopeAnswer is what the person may do here.
type ScopeAnswer struct {
	Label   string
	Allowed bool
}

package views

import (
	"time"

	"gatehouse/internal/authz"
)

// Teams is the list of teams.
type Teams struct {
	Page     Page
	Query    string
	Rows     []TeamRow
	Pager    Pager
	OwnTeams bool
	Manages  bool // may create teams
	Filtered bool
}

// TeamRow is one team of the list.
type TeamRow struct {
	URL         string
	Slug        string
	Name        string
	Description string
	Members     int
	Apps        int
	Created     time.Time
}

// Team is one team's page: its people, or its apps.
type Team struct {
	Page        Page
	Slug        string
	Name        string
	Description string
	Members     int
	Apps        int
	Created     time.Time
	Manages     bool // may edit and delete it
	Adds        bool // may add to this tab, and remove
	Query       string
	People      []TeamPerson
	AppRows     []TeamAppRow
	Pager       Pager
}

// TeamPerson is one of a team's people.
type TeamPerson struct {
	URL       string
	ID        string
	Name      string
	Email     string
	Role      authz.Role
	Suspended bool
	You       bool
	Added     time.Time
	AddedBy   string // empty: nobody knows
	Given     MappedBy
}

// addedClass lets long words break that say how somebody came.
func (p TeamPerson) addedClass() string {
	if p.Given.Provider != "" {
		return "wide says muted"
	}
	return "meta wide"
}

// TeamAppRow is one of a team's apps.
type TeamAppRow struct {
	URL         string
	Slug        string
	Description string
	Visibility  authz.Visibility
	Added       time.Time
	AddedBy     string // empty: nobody knows
}

package views

import "time"

// Teams is the list of teams.
type Teams struct {
	Page     Page
	Query    string
	Rows     []TeamRow
	Pager    Pager
	OwnTeams bool
	Filtered bool
}

// TeamRow is one team of the list.
type TeamRow struct {
	Slug        string
	Name        string
	Description string
	Members     int
	Apps        int
	Created     time.Time
}

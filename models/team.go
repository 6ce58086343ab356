package models

import "time"

// TeamRef names a team.
type TeamRef struct{ Slug, Name string }

// Team is a group of members with the apps that were added to it.
type Team struct {
	ID          string
	Slug        string
	Name        string
	Description string
	Members     int
	Apps        int
	CreatedAt   time.Time
}

// TeamFilter is what a list of teams is asked for.
type TeamFilter struct {
	Query string
	Page  Page
}

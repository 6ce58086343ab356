package models

// TeamChoices are teams to choose one from.
type TeamChoices struct {
	Teams  []TeamRef
	More   bool    // there are more than these
	Chosen TeamRef // the one that was asked for; zero when there is none of that identifier
}

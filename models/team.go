package models

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/authz"
)

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
	Version     int
}

// TeamFilter is what a list of teams, of a team's members or of its apps is asked for.
type TeamFilter struct {
	Query string
	Page  Page
}

// TeamDraft is a team before it is made. Its Slug never changes afterwards.
type TeamDraft struct {
	Slug        Slug
	Name        string
	Description string
}

// TeamMember is a member as their team sees them.
type TeamMember struct {
	UserID    string
	Name      string
	Email     string
	Role      authz.Role
	Suspended bool
	AddedAt   time.Time
	AddedBy   string // a name; empty: nobody knows
	By        MappedBy
}

// TeamApp is an app as its team sees it.
type TeamApp struct {
	App     App
	AddedAt time.Time
	AddedBy string // a name; empty: nobody knows
}

// MaxTeamChange is how many people or apps are added to a team, or removed from it, at once.
const MaxTeamChange = 50

// TeamOutcome is what became of one of several that were to be added to a team, or removed from it.
type TeamOutcome uint8

// The outcomes.
const (
	TeamChanged TeamOutcome = iota + 1
	TeamSame                // in the team already, or not in it any more
	TeamUnknown             // not of this organization, or no longer
	TeamOwned               // an identity provider decides it
)

// TeamChange is one of several that were to be added to a team, or removed from it, with what became of it.
type TeamChange struct {
	ID      string // of an account, or the identifier of an app
	Name    string // of the person or the app; empty when unknown
	Outcome TeamOutcome
}

// TeamEffect is what a change of a team gives to its Team Contributors or takes from them, beyond what they have anyway. Nobody else has
// anything by a team.
type TeamEffect struct {
	Reach TeamNumbers // nothing else opens these apps to these people
	Build TeamNumbers // they read these apps anyway; what the team gives is to build in them
	Each  map[string]TeamShare
}

// TeamNumbers are how many people a change concerns, and how many apps.
type TeamNumbers struct{ People, Apps int }

// TeamShare is one's own part of an effect: of a person how many apps, of an app how many people.
type TeamShare struct{ Reach, Build int }

// TeamCandidate is somebody or an app, as they are before they are added to a team or removed from it.
type TeamCandidate struct {
	ID          string // of an account, or the identifier of an app
	Name        string // empty: not of this organization, or no longer
	Email       string
	Role        authz.Role // of a person
	Suspended   bool
	Description string
	Visibility  authz.Visibility // of an app
	In          bool             // in the team
}

// TeamPreview is what adding them or removing them will do, said before it is done.
type TeamPreview struct {
	Candidates []TeamCandidate
	Effect     TeamEffect
}

// ParseTeamChoice reads whom or what to add to a team or to remove from it: at least one and at most 50, each once. what is the noun, such
// as "person".
func ParseTeamChoice(field, what string, chosen []string) ([]string, error) {
	var once []string
	for _, id := range chosen {
		if id != "" && !slices.Contains(once, id) {
			once = append(once, id)
		}
	}
	switch {
	case len(once) == 0:
		return nil, RefuseField(field, "Choose at least one "+what+".")
	case len(once) > MaxTeamChange:
		return once, RefuseField(field, "Choose at most 50 at once. Nothing was changed.")
	}
	return once, nil
}

// MaxDescription is the longest description, in characters.
const MaxDescription = 300

// ParseDescription reads a description: plain text of at most 300 characters, which may be empty. Lines and spaces are folded into one.
func ParseDescription(field, typed string) (string, error) {
	if !utf8.ValidString(typed) {
		return "", RefuseField(field, "This description could not be read. Type it again.")
	}
	words := strings.Join(strings.Fields(strings.Map(withoutWidth, typed)), " ")
	switch {
	case utf8.RuneCountInString(words) > MaxDescription:
		return "", RefuseField(field, "A description has at most 300 characters.")
	case strings.ContainsFunc(words, notPrintable):
		return "", RefuseField(field, "A description has no control characters.")
	}
	return words, nil
}

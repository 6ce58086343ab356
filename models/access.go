package models

import (
	"time"

	"gatehouse/internal/authz"
)

// Standing is what one person is in an organization and, where an app was asked about, in that app. It holds no more than whoever asks
// may see.
type Standing struct {
	UserID   string
	Name     string
	Email    string
	Member   bool
	JoinedAt time.Time // of members
	// RoleGiven is zero for the role that a member joined with.
	RoleGiven Given
	Subject   authz.Subject
	Object    authz.Object // without an app: the organization itself; its teams, and the subject's, are named by their identifiers

	// Teams are those of the subject and of the object by identifier, as far as whoever asks may see them.
	Teams        map[string]StandingTeam
	Collaborator Given
	Visibility   Given // of the app, as it is; zero: as it was created
}

// StandingTeam is a team that matters to the question: the person is in it, or the app is, or both are.
type StandingTeam struct {
	TeamRef
	Joined Given // zero: the person is not in it
	Added  Given // zero: the app is not in it
}

// Given is since when something is so, and who did it; empty where that was not kept, or is not told.
type Given struct {
	At time.Time
	By string
}

// Via is a way in which people hold a right: one of the kinds of grants, and for roles which one.
type Via struct {
	Origin authz.Origin
	Role   authz.Role // of FromRole
}

// Key is the way as it stands in a URL.
func (v Via) Key() string {
	switch v.Origin {
	case authz.FromRole:
		return v.Role.Key()
	case authz.FromTeam:
		return "team"
	case authz.FromCollaborator:
		return "collaborator"
	case authz.FromOrganizationVisibility:
		return "organization"
	case authz.FromPublicVisibility:
		return "public"
	}
	return ""
}

// WaysToHold are the ways in which anybody can hold the right, on the organization (app nil) or on an app of that visibility. It asks the
// guard about one person who has nothing but that grant.
func WaysToHold(scope authz.Scope, app *authz.App) []Via {
	var ways []Via
	add := func(v Via, who authz.Subject, alone authz.App) {
		who.SignedIn = true
		object := authz.Object{}
		if app != nil {
			object.App = &alone
		}
		if authz.Decide(who, scope, object).Allowed {
			ways = append(ways, v)
		}
	}
	for _, role := range authz.Roles() {
		add(Via{authz.FromRole, role}, authz.Subject{Role: role}, authz.App{})
	}
	if app == nil {
		return ways
	}
	const team = "team"
	add(Via{Origin: authz.FromTeam}, authz.Subject{Role: authz.TeamContributor, Teams: []string{team}}, authz.App{Teams: []string{team}})
	add(Via{Origin: authz.FromCollaborator}, authz.Subject{}, authz.App{Collaborator: authz.Contributor})
	// A member of no team, whose role opens no app, has what the visibility gives.
	if app.Visibility >= authz.Organization {
		add(Via{Origin: authz.FromOrganizationVisibility}, authz.Subject{Role: authz.TeamContributor}, authz.App{Visibility: authz.Organization})
	}
	if app.Visibility == authz.Public {
		add(Via{Origin: authz.FromPublicVisibility}, authz.Subject{}, authz.App{Visibility: authz.Public})
	}
	return ways
}

// Holder is somebody who holds a right in one way.
type Holder struct {
	UserID string
	Name   string
	Email  string
	Role   authz.Role // zero: from outside
	Level  authz.CollaboratorLevel
	Teams  []TeamRef // through which, of FromTeam
	Since  time.Time
}

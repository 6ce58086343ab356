package authz

import "slices"

// Explanation is a decision with what it would take to turn it around.
type Explanation struct {
	Decision
	Scope Scope
	// Idle are things that the person was given and that open nothing here, each with the reason.
	Idle []Idle
	// Ways are sets of changes; all changes of one set together turn the answer around, and no smaller part of the set does. Of changes
	// that differ only in how much they give, the least stands here. Sets of one change come first. A question that has no answer, such
	// as an app's row asked of the organization, has no way.
	Ways [][]Change
}

// Idle is something that the person was given and that does not reach the object.
type Idle struct {
	Origin Origin
	Team   string // for FromTeam
	Why    IdleWhy
}

// IdleWhy is why something that was given opens nothing.
type IdleWhy uint8

// The reasons.
const (
	NotSignedIn         IdleWhy = iota + 1 // nothing is open to strangers
	NotAMember                             // it is for members only
	WhileSuspended                         // suspension ends it
	RoleReachesNoApp                       // a Team Contributor's role opens no app by itself
	NotATeamContributor                    // teams give apps to Team Contributors; the person has another role
)

// Explain answers as Decide does, and says what would turn the answer around. Every change is tried by asking Decide.
func Explain(who Subject, scope Scope, what Object) Explanation {
	e := Explanation{Decision: Decide(who, scope, what), Scope: scope, Idle: idle(who, what)}
	switch {
	case !scope.fits(what):
	case e.Allowed:
		e.Ways = waysOut(who, scope, what)
	default:
		e.Ways = waysIn(who, scope, what)
	}
	return e
}

// idle compares what the person was given with what the grants made of it.
func idle(who Subject, what Object) []Idle {
	if what.App == nil {
		if who.Role.Valid() && len(grants(who, what)) == 0 {
			return []Idle{{Origin: FromRole, Why: stopped(who, 0)}}
		}
		return nil
	}
	var all []Idle
	reaching := grants(who, what)
	given := func(origin Origin, team string, otherwise IdleWhy) {
		if !slices.ContainsFunc(reaching, func(r Reason) bool { return r.Origin == origin && r.Team == team }) {
			all = append(all, Idle{Origin: origin, Team: team, Why: stopped(who, otherwise)})
		}
	}
	if who.Role.Valid() {
		given(FromRole, "", RoleReachesNoApp)
		for _, team := range who.Teams {
			if slices.Contains(what.App.Teams, team) {
				given(FromTeam, team, NotATeamContributor)
			}
		}
	}
	if what.App.Collaborator == Viewer || what.App.Collaborator == Contributor {
		given(FromCollaborator, "", 0)
	}
	if what.App.Visibility >= Organization {
		given(FromOrganizationVisibility, "", NotAMember)
	}
	if what.App.Visibility == Public {
		given(FromPublicVisibility, "", 0)
	}
	return all
}

func stopped(who Subject, otherwise IdleWhy) IdleWhy {
	switch {
	case !who.SignedIn:
		return NotSignedIn
	case who.Suspended:
		return WhileSuspended
	}
	return otherwise
}

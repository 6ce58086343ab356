package authz

import "slices"

// Visibility is who may read an app or a resource without being given it. The zero Visibility is Private.
type Visibility uint8

// The three visibilities, from narrow to wide.
const (
	Private Visibility = iota
	Organization
	Public
)

// CollaboratorLevel is what an account was given in one app. The zero level is none.
type CollaboratorLevel uint8

// The two levels a collaborator can have.
const (
	Viewer CollaboratorLevel = iota + 1
	Contributor
)

// Subject is who asks, as the database knows them at this moment. The zero Subject is nobody.
type Subject struct {
	SignedIn  bool
	Role      Role // in the object's organization; zero when not a member of it
	Suspended bool // membership exists but is suspended: nothing of the organization is within reach
	Teams     []string
}

// App is one app as far as reach is concerned.
type App struct {
	Visibility   Visibility
	Teams        []string          // the teams it was added to
	Collaborator CollaboratorLevel // what the subject itself was given
}

// Object is what is asked about: the organization itself (App nil) or one app of it.
type Object struct{ App *App }

// Origin is where a grant comes from.
type Origin uint8

// The origins of grants, in the order of the domain's table.
const (
	FromRole Origin = iota + 1
	FromTeam
	FromCollaborator
	FromOrganizationVisibility
	FromPublicVisibility
)

// Reason is one grant that reaches the object: the column of the table it carries, where it comes from, and whether that column has
// Yes in the row that was asked for.
type Reason struct {
	Origin Origin
	Column Role
	Team   string // the team's name for FromTeam
	Yes    bool
}

// Decision answers one question. Within is false when no grant reaches the object at all: the answer to the person is then "not found",
// never "forbidden". Because lists every grant that reaches it, also those that say No.
type Decision struct {
	Allowed bool
	Within  bool
	Because []Reason
}

// Decide answers whether the subject may use the scope on the object, and why. It is the only place where function (may this role do
// that kind of thing?) and reach (to this object?) meet. A scope of an app asked without an app, a scope of the organization asked of
// an app, and the zero scope are refused.
func Decide(who Subject, scope Scope, what Object) Decision {
	var d Decision
	for _, reason := range grants(who, what) {
		reason.Yes = scope.Holds(reason.Column) && scope.fits(what)
		d.Within = true
		d.Allowed = d.Allowed || reason.Yes
		d.Because = append(d.Because, reason)
	}
	return d
}

func (s Scope) fits(what Object) bool {
	if what.App == nil {
		return s.Level() == OfOrganization
	}
	return s.Level() == OfApp
}

func grants(who Subject, what Object) []Reason {
	if !who.SignedIn {
		return nil
	}
	member := who.Role.Valid() && !who.Suspended
	if what.App == nil {
		if member {
			return []Reason{{Origin: FromRole, Column: who.Role}}
		}
		return nil
	}
	var found []Reason
	// A Team Contributor's role reaches no app by itself: no team, no app.
	if member && who.Role != TeamContributor {
		found = append(found, Reason{Origin: FromRole, Column: who.Role})
	}
	if member && who.Role == TeamContributor {
		for _, team := range who.Teams {
			if slices.Contains(what.App.Teams, team) {
				found = append(found, Reason{Origin: FromTeam, Column: TeamContributor, Team: team})
			}
		}
	}
	// Suspension ends everything that was given inside the organization, a collaborator's grant too; what is public stays public.
	if !who.Suspended {
		switch what.App.Collaborator {
		case Contributor:
			found = append(found, Reason{Origin: FromCollaborator, Column: TeamContributor})
		case Viewer:
			found = append(found, Reason{Origin: FromCollaborator, Column: OrganizationUser})
		}
	}
	if member && what.App.Visibility >= Organization {
		found = append(found, Reason{Origin: FromOrganizationVisibility, Column: OrganizationUser})
	}
	if what.App.Visibility == Public {
		found = append(found, Reason{Origin: FromPublicVisibility, Column: OrganizationUser})
	}
	return found
}

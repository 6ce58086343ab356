package authz

import "slices"

// ChangeKind is what a Change does.
type ChangeKind uint8

// The kinds of changes: those that give, each followed by what takes it back.
const (
	SignIn ChangeKind = iota + 1
	GiveRole
	RemoveMember
	Reinstate
	Suspend
	JoinTeam
	LeaveTeam
	AddAppToTeam
	RemoveAppFromTeam
	SetCollaborator
	SetVisibility
)

// Change is one thing that somebody could change so that another answer follows. Which of the fields count depends on the kind.
type Change struct {
	Kind       ChangeKind
	Role       Role              // of GiveRole: also of somebody who is no member, who would be invited
	Team       string            // of the four kinds about a team
	Level      CollaboratorLevel // of SetCollaborator; zero removes
	Visibility Visibility        // of SetVisibility
}

// Needs is the row that somebody has to hold to make the change; the zero Scope means that only the person themselves can.
func (c Change) Needs() Scope {
	switch c.Kind {
	case GiveRole, RemoveMember, Reinstate, Suspend:
		return MembersManage
	case JoinTeam, LeaveTeam:
		return TeamMembersAdd
	case AddAppToTeam, RemoveAppFromTeam:
		return TeamAppsAdd
	case SetCollaborator:
		return CollaboratorsEdit
	case SetVisibility:
		return AppVisibilityChange
	case SignIn:
		return Scope{}
	}
	return Scope{}
}

// Apply returns the state after the change; what it was given stays as it is. A change of an app does nothing where there is none.
func (c Change) Apply(who Subject, what Object) (Subject, Object) {
	app := App{}
	if what.App != nil {
		app = *what.App
	}
	switch c.Kind {
	case SignIn:
		who.SignedIn = true
	case GiveRole:
		who.Role = c.Role
	case RemoveMember: // what an account was given as a collaborator is not the membership's
		who.Role, who.Suspended, who.Teams = 0, false, nil
	case Reinstate:
		who.Suspended = false
	case Suspend:
		who.Suspended = true
	case JoinTeam:
		who.Teams = with(who.Teams, c.Team)
	case LeaveTeam:
		who.Teams = without(who.Teams, c.Team)
	case AddAppToTeam:
		app.Teams = with(app.Teams, c.Team)
	case RemoveAppFromTeam:
		app.Teams = without(app.Teams, c.Team)
	case SetCollaborator:
		app.Collaborator = c.Level
	case SetVisibility:
		app.Visibility = c.Visibility
	}
	if what.App != nil {
		what.App = &app
	}
	return who, what
}

// after is the decision once all of the changes are made.
func after(changes []Change, who Subject, scope Scope, what Object) Decision {
	for _, c := range changes {
		who, what = c.Apply(who, what)
	}
	return Decide(who, scope, what)
}

func with(teams []string, team string) []string {
	if slices.Contains(teams, team) {
		return teams
	}
	return append(slices.Clone(teams), team)
}

func without(teams []string, team string) []string {
	return slices.DeleteFunc(slices.Clone(teams), func(t string) bool { return t == team })
}

package handlers

import (
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/views"
)

// stepOf is one change in words, with the way to make it for who may, else with who can.
func stepOf(q accessQuestion, change authz.Change) views.AccessStep {
	step := views.AccessStep{Sentence: changeWords(q, change)}
	needs := change.Needs()
	switch {
	case needs.IsZero():
		step.Who = "Only " + q.who.Name + " can."
	case q.may(needs):
		step.Label, step.URL = changePlace(q, change)
	default:
		var roles []string
		for _, role := range needs.Roles() {
			roles = append(roles, article(role.Label()))
		}
		step.Who = capital(strings.Join(roles, " or ")) + " can do that."
		if !q.guest() {
			step.WhoURL = q.url("who", "", "scope", needs.Name())
		}
	}
	return step
}

// may says whether the reader can make a change that needs the row.
func (q accessQuestion) may(scope authz.Scope) bool {
	if scope.Level() == authz.OfOrganization {
		return q.a.May(scope)
	}
	return q.app != nil && q.app.May(scope)
}

func changeWords(q accessQuestion, change authz.Change) string {
	who, name, app := *q.who, q.who.Name, ""
	if q.app != nil {
		app = q.app.App.Slug
	}
	team := teamWords(who, change.Team)
	switch change.Kind {
	case authz.SignIn:
		return name + " signs in."
	case authz.GiveRole:
		if !who.Member {
			return "Invite " + name + " as " + article(change.Role.Label()) + "."
		}
		return "Give " + name + " the role " + change.Role.Label() + "." + lossWords(who.Subject.Role, change.Role)
	case authz.RemoveMember:
		return "Remove " + name + " from the organization."
	case authz.Reinstate:
		return "Reinstate " + name + "."
	case authz.Suspend:
		return "Suspend " + name + "."
	case authz.JoinTeam:
		return "Add " + name + " to " + team + ", which has the app."
	case authz.LeaveTeam:
		return "Take " + name + " out of " + team + "."
	case authz.AddAppToTeam:
		return "Add " + app + " to " + team + ", which " + name + " is in."
	case authz.RemoveAppFromTeam:
		return "Take " + app + " out of " + team + ". Everybody in the team loses it."
	case authz.SetCollaborator:
		return collaborationWords(name, app, who.Object.App.Collaborator, change.Level)
	case authz.SetVisibility:
		return visibilityWords(app, change.Visibility)
	}
	return ""
}

// lossWords warn of a role that gives what was asked for and takes other things.
func lossWords(from, to authz.Role) string {
	lost := 0
	for _, table := range authz.Tables() {
		for _, scope := range table.Scopes() {
			if scope.Holds(from) && !scope.Holds(to) {
				lost++
			}
		}
	}
	switch lost {
	case 0:
		return ""
	case 1:
		return " One right of " + article(from.Label()) + " goes with that."
	}
	return " " + strconv.Itoa(lost) + " rights of " + article(from.Label()) + " go with that."
}

func collaborationWords(name, app string, from, to authz.CollaboratorLevel) string {
	switch {
	case to == 0:
		return "End the collaboration of " + name + " in " + app + "."
	case from == 0:
		return "Make " + name + " a collaborator of " + app + ", as a " + levelWord(to) + "."
	}
	return "Make " + name + " a " + levelWord(to) + " of " + app + " instead of a " + levelWord(from) + "."
}

func visibilityWords(app string, to authz.Visibility) string {
	switch to {
	case authz.Organization:
		return "Make " + app + " visible to the organization. Every member then reads it."
	case authz.Public:
		return "Make " + app + " public. Everybody who is signed in to this console then reads it."
	case authz.Private:
	}
	return "Make " + app + " private. Everybody who reads it by its visibility loses it."
}

// changePlace is where a change is made, and the words of the button that leads there.
func changePlace(q accessQuestion, change authz.Change) (label, url string) {
	org := q.a.Organization.Slug
	switch change.Kind {
	case authz.GiveRole, authz.RemoveMember, authz.Reinstate, authz.Suspend:
		if !q.who.Member {
			return "Invite a member", urls.InvitationNew.To(org)
		}
		if change.Kind == authz.GiveRole {
			return "Change the role", urls.MemberRole.To(org, q.who.UserID)
		}
		return "Open " + q.who.Name, urls.Member.To(org, q.who.UserID)
	case authz.JoinTeam, authz.LeaveTeam:
		return "Open " + q.who.Teams[change.Team].Name, urls.Team.To(org, change.Team)
	case authz.AddAppToTeam, authz.RemoveAppFromTeam:
		return "Open the apps of " + q.who.Teams[change.Team].Name, urls.TeamApps.To(org, change.Team)
	case authz.SetCollaborator:
		return "Open the collaborators", urls.AppCollaborators.To(org, q.app.App.Slug)
	case authz.SetVisibility:
		return "Open the settings", urls.AppSettings.To(org, q.app.App.Slug)
	case authz.SignIn:
	}
	return "", ""
}

package handlers

import (
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// verdictOf explains one answer.
func verdictOf(q accessQuestion) *views.Verdict {
	who, in := q.who, q.inApp()
	e := authz.Explain(who.Subject, q.scope, who.Object)
	v := &views.Verdict{Allowed: e.Allowed, Person: who.Name, Scope: q.scope}
	object := q.a.Organization.Name
	if in != nil {
		v.App, object = in.App.Slug, in.App.Slug
	}
	v.Reason = reasonWords(e, who.Name, object)
	for _, reason := range e.Because {
		grant := grantOf(q, reason)
		grant.Yes = reason.Yes
		v.Grants = append(v.Grants, grant)
	}
	for _, idle := range e.Idle {
		v.Idle = append(v.Idle, idleWords(idle, *who))
	}
	for _, way := range e.Ways {
		var steps []views.AccessStep
		for _, change := range way {
			steps = append(steps, stepOf(q, change))
		}
		v.Ways = append(v.Ways, views.AccessWay{Steps: steps})
	}
	return v
}

// rightsOf answers every row of the level that is asked about.
func rightsOf(q accessQuestion) *views.Rights {
	rights := &views.Rights{Person: q.who.Name}
	level := authz.OfOrganization
	if q.app != nil {
		rights.App, level = q.app.App.Slug, authz.OfApp
	}
	for _, table := range authz.Tables() {
		for _, scope := range table.Scopes() {
			if scope.Level() != level {
				continue
			}
			d := authz.Decide(q.who.Subject, scope, q.who.Object)
			var because []string
			for _, reason := range d.Because {
				if reason.Yes {
					because = append(because, grantOf(q, reason).Origin)
				}
			}
			rights.Rows = append(rights.Rows, views.RightRow{Scope: scope, Allowed: d.Allowed, Because: strings.Join(because, ", "), URL: q.url("scope", scope.Name())})
		}
	}
	return rights
}

func reasonWords(e authz.Explanation, name, object string) string {
	yes := 0
	for _, reason := range e.Because {
		if reason.Yes {
			yes++
		}
	}
	switch {
	case e.Allowed && len(e.Because) == 1:
		return "The one grant that reaches " + object + " carries a column with Yes in this row."
	case e.Allowed:
		return strconv.Itoa(yes) + " of the " + strconv.Itoa(len(e.Because)) + " grants that reach " + object + " carry a column with Yes in this row. One is enough."
	case len(e.Because) == 1:
		return "One grant reaches " + object + ", and its column has No in this row."
	case e.Within:
		return strconv.Itoa(len(e.Because)) + " grants reach " + object + ", and their columns have No in this row."
	}
	return "No grant reaches " + object + ". To " + name + " it is as if it did not exist."
}

// unseenTeam stands for a team whose name the reader is not told.
const unseenTeam = "a team that you are not in"

func teamWords(s models.Standing, slug string) string {
	if team := s.Teams[slug]; team.Slug != "" {
		return "the team " + team.Name
	}
	return unseenTeam
}

// grantOf is one grant in words, with since when and by whom as far as it is known.
func grantOf(q accessQuestion, reason authz.Reason) views.AccessGrant {
	who := *q.who
	grant := views.AccessGrant{Column: reason.Column}
	fact := func(words string, given models.Given) {
		if !given.At.IsZero() {
			grant.Facts = append(grant.Facts, views.AccessFact{Words: words, At: given.At, By: given.By})
		}
	}
	switch reason.Origin {
	case authz.FromRole:
		grant.Origin = "The role " + reason.Column.Label()
		fact("Became a member", models.Given{At: who.JoinedAt})
		fact("Given the role", who.RoleGiven)
	case authz.FromTeam:
		grant.Origin = capital(teamWords(who, reason.Team))
		if team := who.Teams[reason.Team]; team.Slug != "" && q.a.May(authz.TeamsView) {
			grant.URL = urls.Team.To(q.a.Organization.Slug, team.Slug)
		}
		fact("Added to the team", who.Teams[reason.Team].Joined)
		fact("App added to the team", who.Teams[reason.Team].Added)
	case authz.FromCollaborator:
		grant.Origin = "A " + levelWord(who.Object.App.Collaborator) + " of the app"
		fact("Added", who.Collaborator)
	case authz.FromOrganizationVisibility:
		grant.Origin = "The app is visible to every member"
		fact("Visibility changed", who.Visibility)
	case authz.FromPublicVisibility:
		grant.Origin = "The app is public"
		fact("Visibility changed", who.Visibility)
	}
	return grant
}

func levelWord(level authz.CollaboratorLevel) string {
	if level == authz.Contributor {
		return "contributor"
	}
	return "viewer"
}

func idleWords(idle authz.Idle, who models.Standing) string {
	what := map[authz.Origin]string{
		authz.FromRole: "The role " + who.Subject.Role.Label(), authz.FromCollaborator: "Being a collaborator of the app",
		authz.FromOrganizationVisibility: "The visibility of the app", authz.FromPublicVisibility: "The app being public",
	}[idle.Origin]
	if idle.Origin == authz.FromTeam {
		what = capital(teamWords(who, idle.Team))
	}
	switch idle.Why {
	case authz.NotSignedIn:
		return what + " opens nothing to strangers."
	case authz.NotAMember:
		return what + " is for members, and " + who.Name + " is none."
	case authz.WhileSuspended:
		return what + " opens nothing while " + who.Name + " is suspended."
	case authz.RoleReachesNoApp:
		return what + " opens no app by itself: teams do."
	case authz.NotATeamContributor:
		return what + " gives its apps to Team Contributors, and " + who.Name + " is " + article(who.Subject.Role.Label()) + "."
	}
	return what
}

func wayLabel(via models.Via) string {
	switch via.Origin {
	case authz.FromRole:
		return via.Role.Plural()
	case authz.FromTeam:
		return "Through a team"
	case authz.FromCollaborator:
		return "Collaborators"
	case authz.FromOrganizationVisibility:
		return "Every member"
	case authz.FromPublicVisibility:
		return "Everybody signed in"
	}
	return ""
}

// everybodyIn says who holds a right that a visibility gives; empty where people are named.
func everybodyIn(via models.Via, organization string) string {
	switch via.Origin {
	case authz.FromOrganizationVisibility:
		return "Every member of " + organization + " who is not suspended, because the app is visible to the organization."
	case authz.FromPublicVisibility:
		return "Everybody who is signed in to this console, also from other organizations, because the app is public."
	case authz.FromRole, authz.FromTeam, authz.FromCollaborator:
	}
	return ""
}

func throughWords(via models.Via, person models.Holder) string {
	switch via.Origin {
	case authz.FromTeam:
		names := make([]string, 0, len(person.Teams))
		for _, team := range person.Teams {
			names = append(names, team.Name)
		}
		if len(names) == 0 {
			return capital(unseenTeam)
		}
		return strings.Join(names, ", ")
	case authz.FromCollaborator:
		return capital(levelWord(person.Level))
	case authz.FromRole, authz.FromOrganizationVisibility, authz.FromPublicVisibility:
	}
	return person.Role.Label()
}

func capital(words string) string { return strings.ToUpper(words[:1]) + words[1:] }

func article(noun string) string {
	if strings.ContainsRune("AEIOU", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

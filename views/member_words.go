package views

import (
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

func resetLabel(v Member) string {
	if v.ResetLink != "" {
		return "Make another reset link"
	}
	return "Make a password reset link"
}

// reachWords is what a role reaches of the apps, about somebody who has it.
func reachWords(role authz.Role, suspended, you bool) string {
	switch {
	case suspended:
		return "Suspended: of this organization they reach what is public, and nothing else."
	case role == authz.TeamContributor && you:
		return "You reach the apps of your teams, those you were given as a collaborator, and what is visible to everybody here."
	case role == authz.TeamContributor:
		return "They reach the apps of their teams, those they were given as a collaborator, and what is visible to everybody here."
	case you:
		return "Your role reaches every app of the organization."
	}
	return "Their role reaches every app of the organization."
}

func (v Member) appNumber() string {
	number := parts.Number(v.AppCount)
	if v.MoreApps {
		number += "+"
	}
	return number
}

func (v Member) appsLead() string { return reachWords(v.Row.Role, v.Row.Suspended, v.Row.You) }

func (v Member) noApps() string {
	if v.Row.Suspended || v.Row.Role == authz.TeamContributor {
		return "None. " + v.appsLead()
	}
	return "There are no apps yet. " + v.appsLead()
}

func (r MemberAppRow) why() string { return strings.Join(r.Why, ", ") }

func (v Member) heldWords() string {
	return "Some of these were begun with the password, which opens another organization too: only " + v.Row.Name +
		" can end them. Suspend " + v.Row.Name + " to lock them out of this one."
}

func (v Member) accessTitle() string {
	if v.Row.Suspended {
		return "Reinstate or remove"
	}
	if v.Row.You {
		return "Suspend yourself or leave"
	}
	return "Suspend or remove"
}

func (v Member) suspendWords() string {
	if v.Row.You {
		return "Nothing of " + v.Page.Org.Name + " opens for you until another Administrator reinstates you. Role, teams and apps stay yours."
	}
	return "Nothing of " + v.Page.Org.Name + " opens for them until they are reinstated. Role, teams and apps stay theirs."
}

func (v Member) reinstateWords() string {
	return "They are let in again as what they were: " + v.Row.Role.Label() + ", with the same teams and apps."
}

func (v Member) removeTitle() string {
	if v.Row.You {
		return "Leave."
	}
	return "Remove."
}

func (v Member) removeLabel() string {
	if v.Row.You {
		return "Leave " + v.Page.Org.Name
	}
	return "Remove from " + v.Page.Org.Name
}

func (v Member) removeWords() string {
	if v.Row.You {
		return "You come back only when you are invited again. You are shown what goes first."
	}
	return "They come back only when they are invited again. You are shown what goes, and choose what they keep, first."
}

func (v Member) removeIcon() parts.Icon {
	if v.Row.You {
		return parts.IconSignOut
	}
	return parts.IconDelete
}

func (v Member) accessLead() string {
	if v.Row.You {
		return "Both work from the next request on, also where you are signed in now."
	}
	return "Both work from the next request on, also where they are signed in now."
}

func (v Member) logLead() string {
	if v.Row.You {
		return "What you did and what was done to you, newest first."
	}
	return "What they did and what was done to them, newest first."
}

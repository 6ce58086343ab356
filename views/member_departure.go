package views

import (
	"github.com/a-h/templ"

	"gatehouse/views/parts"
)

func (v Departure) title() string {
	if v.You {
		return "Leave " + v.Page.Org.Name
	}
	return "Remove " + v.Name
}

func (v Departure) lead() string {
	if v.You {
		return "From the next request on nothing of " + v.Page.Org.Name + " opens for you. You come back only when you are invited again."
	}
	return "From the next request on nothing of " + v.Page.Org.Name + " opens for " + v.Name + ". They come back only when they are invited again."
}

// goes are what ends with the membership, in numbers.
func (v Departure) goes() []string {
	role := "The role " + v.Role.Label()
	if len(v.Teams) > 0 {
		role += ", and the place in " + counted(len(v.Teams), "team")
	}
	lines := []string{role + "."}
	add := func(n int, noun, one, many string) {
		switch {
		case n == 1:
			lines = append(lines, counted(n, noun)+" "+one)
		case n > 1:
			lines = append(lines, counted(n, noun)+" "+many)
		}
	}
	if v.You {
		add(len(v.Grants), "app", "that you were given as a collaborator.", "that you were given as a collaborator.")
	}
	add(v.Sessions, "session", "that single sign-on opened ends.", "that single sign-on opened end.")
	if v.Identities > 0 {
		lines = append(lines, "Single sign-on: it no longer lets "+v.object()+" in.")
	}
	add(v.Invitations, "pending invitation", "that could lead back is cancelled.", "that could lead back are cancelled.")
	return lines
}

func (v Departure) object() string {
	if v.You {
		return "you"
	}
	return "them"
}

// stays are what does not end.
func (v Departure) stays() []string {
	if v.You {
		return []string{"What you made here: it belongs to the organization.", "Your account, with its name, its password and its other organizations."}
	}
	return []string{"What they made here: it belongs to the organization.", "Their account, which is theirs, and what they are in other organizations.", "The audit log."}
}

func (v Departure) confirmTitle() string {
	if v.You {
		return "Leave for good"
	}
	return "Remove for good"
}

func (v Departure) button() string {
	if v.You {
		return "Leave " + v.Page.Org.Name
	}
	return "Remove " + v.Name
}

func (v Departure) grantsLead() string {
	return "They were given " + counted(len(v.Grants), "app") + " as a collaborator. Tick what they keep, as somebody from outside; the rest ends."
}

func (g GrantRow) level() string {
	if g.Contributor {
		return "Contributor"
	}
	return "Viewer"
}

// consequence is what stands in the danger zone.
func (v Departure) consequence() string {
	if v.You {
		return "This cannot be undone by yourself."
	}
	return "This cannot be undone: an invitation makes a new member."
}

func (v Departure) teamsTitle() string {
	if v.You {
		return "Teams that you leave"
	}
	return "Teams that lose them"
}

// choices are what is chosen before a member is removed; nothing when there is nothing to choose.
func (v Departure) choices() templ.Component {
	if v.You || len(v.Grants) == 0 || v.Reason != "" {
		return nil
	}
	return keptGrants(v, v.Page.Now)
}

func (v Departure) icon() parts.Icon {
	if v.You {
		return parts.IconSignOut
	}
	return parts.IconDelete
}

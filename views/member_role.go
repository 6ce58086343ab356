package views

import (
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

func (v MemberRole) lead() string {
	if v.You {
		return "Your role in " + v.Page.Org.Name + " decides what you may do, from the next request on."
	}
	return "The role in " + v.Page.Org.Name + " decides what they may do, from the next request on. Nobody has to sign in again."
}

// choices are the four roles, each with what it would change.
func (v MemberRole) choices() []parts.Choice {
	var all []parts.Choice
	for _, role := range authz.Roles() {
		c := parts.Choice{Value: role.Key(), Label: role.Label(), Meaning: role.Meaning(), Disabled: v.Reason != "" && role != v.Role}
		if role == v.Role {
			c.Changes = []string{"As it is now."}
		} else {
			c.Changes = v.changes(role)
		}
		all = append(all, c)
	}
	return all
}

// changes are what another role would give and take: rows of the two tables, then apps.
func (v MemberRole) changes(to authz.Role) []string {
	var gained, lost []string
	for _, table := range authz.Tables() {
		for _, scope := range table.Scopes() {
			switch had, has := scope.Holds(v.Role), scope.Holds(to); {
			case has && !had:
				gained = append(gained, scope.Label())
			case had && !has:
				lost = append(lost, scope.Label())
			}
		}
	}
	var lines []string
	if len(gained) > 0 {
		lines = append(lines, "Gives "+rightWords(gained))
	}
	if len(lost) > 0 {
		lines = append(lines, "Takes "+rightWords(lost))
	}
	switch {
	case to == authz.TeamContributor && v.Teams == 0:
		lines = append(lines, "In no team, they keep only apps that are visible to everybody here or were given to them. Add them to a team.")
	case to == authz.TeamContributor:
		lines = append(lines, "Of the apps they keep those of "+counted(v.Teams, "team")+", and what is visible to everybody here or was given to them.")
	case v.Role == authz.TeamContributor:
		lines = append(lines, "They then reach every app, not only those of their teams.")
	}
	return lines
}

// rightWords are several rows of the tables: how many, and the first ones by name.
func rightWords(labels []string) string {
	const named = 3
	words := counted(len(labels), "right") + ": " + strings.Join(labels[:min(len(labels), named)], ", ")
	if len(labels) > named {
		words += " and " + strconv.Itoa(len(labels)-named) + " more"
	}
	return words + "."
}

func (v MemberRole) problems() []parts.Problem {
	switch {
	case v.Message == "" || v.Stale:
		return nil
	case v.AtField:
		return []parts.Problem{{Field: "role-" + v.Role.Key(), Message: v.Message}}
	}
	return []parts.Problem{{Message: v.Message}}
}

func (v MemberRole) fieldError() string {
	if v.AtField {
		return v.Message
	}
	return ""
}

// chosenLabel is the role that was chosen when somebody else was faster.
func (v MemberRole) chosenLabel() string {
	if role, err := authz.ParseRole(v.Chosen); err == nil {
		return role.Label()
	}
	return "no role"
}

func (v MemberRole) legend() string {
	if v.You {
		return "Your role"
	}
	return "Role of " + v.Name
}

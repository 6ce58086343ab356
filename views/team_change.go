package views

import (
	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// TeamPick is the page on which members or apps are found that are to be added to a team.
type TeamPick struct {
	Page   Page
	Team   string // its name
	OnApps bool
	Picker parts.Picker
	Cancel string
}

// TeamConfirm is the page that says what adding or removing will do before it is done.
type TeamConfirm struct {
	Page     Page
	Team     string // its name
	TeamApps int    // how many it has
	OnApps   bool
	Adding   bool
	Field    string // name of what is sent for each
	Rows     []TeamCandidate
	Effect   TeamEffect
	Problem  string // why nothing can be done
	Action   string
	Again    string // where others are chosen; empty: on the team's page
	Cancel   string
}

// TeamCandidate is a member or an app that is to be added to a team or removed from it.
type TeamCandidate struct {
	ID          string
	Name        string // empty: not of this organization any more
	App         bool
	Email       string
	Role        authz.Role
	Builds      bool // a Team Contributor who is not suspended: has something by a team
	Suspended   bool
	Description string
	Visibility  authz.Visibility
	In          bool // in the team
	Reach       int  // what nothing else opens: for a person apps, for an app people
	Build       int  // what could be read anyway
}

// Pick is the candidate as it is offered.
func (c TeamCandidate) Pick() parts.Pick {
	pick := parts.Pick{Value: c.ID, Name: c.Name, Below: c.Email, Aside: c.Role.Label(), Key: c.Email}
	if c.App {
		pick.Below, pick.Aside, pick.Key, pick.Square = c.Description, visibilityPill(c.Visibility).Label, c.Name, true
	}
	if c.Suspended {
		pick.Aside = "Suspended"
	}
	if c.In {
		pick.Taken = "In the team"
	}
	return pick
}

func things(onApps bool) string {
	if onApps {
		return "apps"
	}
	return "members"
}

// Title is the page's heading.
func (v TeamPick) Title() string { return "Add " + things(v.OnApps) }

// Title is the page's heading.
func (v TeamConfirm) Title() string {
	if v.Adding {
		return "Add " + things(v.OnApps)
	}
	return "Remove " + things(v.OnApps)
}

func (v TeamPick) lead() string {
	if v.OnApps {
		return "Choose the apps to add to " + v.Team + ". Who gains them is said before anything is saved."
	}
	return "Choose the members of " + v.Page.Org.Name + " to add to " + v.Team + ". What they gain is said before anything is saved."
}

func (v TeamConfirm) lead() string {
	if v.Adding {
		return "Nothing is saved yet. This is what adding to " + v.Team + " will do."
	}
	return "Nothing is saved yet. This is what removing from " + v.Team + " will do."
}

// changes says how many there are that the change is for.
func (v TeamConfirm) changes() int {
	n := 0
	for _, row := range v.Rows {
		if row.Name != "" && row.In != v.Adding {
			n++
		}
	}
	return n
}

func (v TeamConfirm) summary() string {
	words := v.Effect.gives()
	if !v.Adding {
		words = v.Effect.takes()
	}
	switch {
	case words != "":
		return words
	case v.Adding && !v.OnApps && v.TeamApps == 0:
		return "The team has no apps yet, so nobody gains one."
	case v.Adding:
		return "Nobody gains an app by this now."
	}
	return "Nobody loses an app by this."
}

func (v TeamConfirm) label() string {
	noun := "member"
	if v.OnApps {
		noun = "app"
	}
	if v.Adding {
		return "Add " + counted(v.changes(), noun)
	}
	return "Remove " + counted(v.changes(), noun)
}

func (v TeamConfirm) reason() string {
	switch {
	case v.changes() > 0:
		return ""
	case v.Adding:
		return "Everything chosen is in the team already."
	}
	return "Nothing chosen is in the team any more."
}

// outcome is what the change does to one of the chosen, and a sign for it.
func (v TeamConfirm) outcome(c TeamCandidate) (parts.Pill, string) {
	switch {
	case c.Name == "":
		return parts.Pill{Label: "Not found", Tone: parts.Bad}, "Not of this organization any more. It is left out."
	case v.Adding && c.In:
		return parts.Pill{Label: "In the team"}, "In the team already. Nothing changes."
	case !v.Adding && !c.In:
		return parts.Pill{Label: "Not in the team"}, "Not in the team any more. Nothing changes."
	case v.OnApps:
		return v.appOutcome(c)
	case c.Suspended:
		return parts.Pill{Label: "Suspended", Tone: parts.Warn}, "Reaches nothing while suspended, so nothing changes now."
	case !c.Builds:
		return parts.Pill{Label: "Nothing changes"}, "Reaches every app as " + article(c.Role.Label()) + "."
	case v.Adding:
		return c.joins(v.TeamApps)
	}
	return c.leaves()
}

func (c TeamCandidate) joins(apps int) (parts.Pill, string) {
	switch {
	case apps == 0:
		return parts.Pill{Label: "Joins", Tone: parts.OK}, "Gains no app yet: the team has none."
	case c.Reach > 0 && c.Build > 0:
		return parts.Pill{Label: "Gains", Tone: parts.OK}, "Gains " + counted(c.Reach, "app") + ", and may build in " + parts.Number(c.Build) + " more that they can only read."
	case c.Reach > 0:
		return parts.Pill{Label: "Gains", Tone: parts.OK}, "Gains " + counted(c.Reach, "app") + "."
	case c.Build > 0:
		return parts.Pill{Label: "Gains", Tone: parts.OK}, "May build in " + counted(c.Build, "app") + " that they can only read."
	}
	return parts.Pill{Label: "Joins", Tone: parts.OK}, "Gains no app: builds in all of the team's apps by other ways."
}

func (c TeamCandidate) leaves() (parts.Pill, string) {
	switch {
	case c.Reach > 0 && c.Build > 0:
		return parts.Pill{Label: "Loses", Tone: parts.Bad}, "Loses " + counted(c.Reach, "app") + ", and can only read " + parts.Number(c.Build) + " more."
	case c.Reach > 0:
		return parts.Pill{Label: "Loses", Tone: parts.Bad}, "Loses " + counted(c.Reach, "app") + "."
	case c.Build > 0:
		return parts.Pill{Label: "Loses", Tone: parts.Warn}, "Can then only read " + counted(c.Build, "app") + "."
	}
	return parts.Pill{Label: "Leaves"}, "Loses no app: other ways open them all, or the team has none."
}

func (v TeamConfirm) appOutcome(c TeamCandidate) (parts.Pill, string) {
	gain, tone, build := "gain", parts.OK, " may build in it and could only read it."
	if !v.Adding {
		gain, tone, build = "lose", parts.Bad, " can then only read it."
	}
	var words string
	if c.Reach > 0 {
		words = persons(c.Reach) + " " + verb(c.Reach, gain) + " it."
	}
	if c.Build > 0 {
		words += " " + persons(c.Build) + build
	}
	if words == "" {
		return parts.Pill{Label: "Nobody's reach changes"}, "The team has no Team Contributor, or they all build in it by other ways."
	}
	return parts.Pill{Label: sentence(verb(1, gain)), Tone: tone}, words
}

// article puts "a" or "an" before a role.
func article(role string) string {
	switch role[:1] {
	case "A", "O":
		return "an " + role
	}
	return "a " + role
}

func (c TeamCandidate) below() string {
	if c.App {
		return visibilityPill(c.Visibility).Label
	}
	return c.Role.Label()
}

func (c TeamCandidate) key() string {
	if c.App {
		return c.Name
	}
	return c.Email
}

func (v TeamConfirm) tone() parts.Tone {
	if !v.Adding && v.Effect.takes() != "" {
		return parts.Warn
	}
	return parts.Neutral
}

func (v TeamConfirm) kind() parts.Kind {
	if v.Adding {
		return parts.Primary
	}
	return parts.Danger
}

// explained says whose reach a team changes at all.
func (v TeamConfirm) explained() string {
	if v.Adding {
		return "A team gives its apps to the Team Contributors in it. Everybody else reaches every app by their role."
	}
	return "Only Team Contributors have apps by a team. Nothing is deleted, and who leaves stays in the organization."
}

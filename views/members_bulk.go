package views

import (
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// Bulk is a change of many members: what is asked first, then what will happen to each, and at last what became of each.
type Bulk struct {
	Page    Page
	Action  string   // "role", "team", "suspend", "reinstate" or "remove"
	URL     string   // where it is sent
	Members []string // the accounts that were chosen
	Count   int      // those of them who are members
	More    bool     // more fit the filter than are changed at once
	Chosen  bool     // what they become is known, so that the rows say what will happen
	Rows    []BulkRow
	Errors  map[string]string // by field

	Role, RoleName string // a role's key, and its name once it is one
	Team, TeamName string // a team's ID as typed, and its name once there is one
	Teams          []Option
	MoreTeams      bool   // there are more teams than are offered: one types the ID
	NewTeamURL     string // empty for who may not make one
}

// BulkState is what will happen to a member, or what became of them.
type BulkState uint8

// The states. The zero one is that the member will be changed.
const (
	BulkPlanned BulkState = iota
	BulkSkipped
	BulkDone
	BulkFailed
)

// BulkRow is one of many members.
type BulkRow struct {
	ID, URL     string
	Name, Email string
	Role        authz.Role
	Suspended   bool
	State       BulkState
	Reason      string // why they are skipped, or were not changed
}

// bulkWords are an action in words: of the page, of the button that does it, of one member to whom it will happen, and afterwards.
type bulkWords struct{ title, verb, one, done string }

func (v Bulk) words() bulkWords {
	switch v.Action {
	case "role":
		return bulkWords{"Change roles", "Change the role of", "Becomes " + v.RoleName, "Is " + v.RoleName + " now"}
	case "team":
		return bulkWords{"Add to a team", "Add to " + v.TeamName + ":", "Joins " + v.TeamName, "Is in " + v.TeamName + " now"}
	case "suspend":
		return bulkWords{"Suspend members", "Suspend", "Will be locked out", "Is suspended"}
	case "reinstate":
		return bulkWords{"Reinstate members", "Reinstate", "Will be let in again", "Is active again"}
	}
	return bulkWords{"Remove members", "Remove", "Will be removed", "Is no longer a member"}
}

// Title is the page's heading.
func (v Bulk) Title() string { return v.words().title }

func (v Bulk) count(state BulkState) (n int) {
	for _, r := range v.Rows {
		if r.State == state {
			n++
		}
	}
	return n
}

func (v Bulk) of(state BulkState) (rows []BulkRow) {
	for _, r := range v.Rows {
		if r.State == state {
			rows = append(rows, r)
		}
	}
	return rows
}

// consequence says once what the change means for those whom it concerns.
func (v Bulk) consequence() string {
	switch v.Action {
	case "role":
		role, _ := authz.ParseRole(v.Role)
		return role.Meaning() + " It counts from the next thing they do."
	case "team":
		return "Team Contributors among them can then build in the team's apps. For everybody else nothing changes."
	case "suspend":
		return "They are locked out of " + v.Page.Org.Name + " from the next thing they do. What they have stays for when they are reinstated."
	case "reinstate":
		return "They can enter " + v.Page.Org.Name + " again, as what they were."
	}
	return "They lose the organization, their teams, what they were given in single apps, and the link to their single sign-on. What they created stays. A removed member comes back only by invitation or single sign-on."
}

func (v Bulk) summary() string {
	text := counted(v.count(BulkPlanned), "member") + " will be changed"
	if n := v.count(BulkSkipped); n > 0 {
		text += ", " + counted(n, "member") + " skipped"
	}
	return text + "."
}

func (v Bulk) confirmLabel() string {
	return v.words().verb + " " + counted(v.count(BulkPlanned), "member")
}

func (v Bulk) confirmReason() string {
	if v.count(BulkPlanned) == 0 {
		return "There is nobody whom this would change."
	}
	return ""
}

func (v Bulk) problems() []parts.Problem {
	var problems []parts.Problem
	for _, field := range []string{"members", "to-role", "to-team", "confirm"} {
		if v.Errors[field] == "" {
			continue
		}
		at := field
		if field == "members" {
			at = ""
		}
		if field == "to-role" {
			at = "to-role-" + authz.Administrator.Key()
		}
		problems = append(problems, parts.Problem{Field: at, Message: v.Errors[field]})
	}
	return problems
}

func (v Bulk) ids() string { return strings.Join(v.Members, " ") }

func (v Bulk) failedIDs() string {
	var ids []string
	for _, r := range v.of(BulkFailed) {
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
	}
	return strings.Join(ids, " ")
}

func (v Bulk) resultTitle() string {
	done := v.count(BulkDone)
	if done == 0 {
		return "Nobody was changed"
	}
	return counted(done, "member") + " changed"
}

func (v Bulk) resultLead() string {
	var also []string
	if n := v.count(BulkFailed); n > 0 {
		also = append(also, counted(n, "member")+" not changed")
	}
	if n := v.count(BulkSkipped); n > 0 {
		also = append(also, counted(n, "member")+" skipped")
	}
	if len(also) == 0 {
		return "Everybody who was chosen. Each change is an entry of its own in the audit log."
	}
	return sentence(strings.Join(also, ", ")) + ". Each change is an entry of its own in the audit log."
}

func (v Bulk) pill(r BulkRow) parts.Pill {
	switch r.State {
	case BulkSkipped:
		return parts.Pill{Label: "Skipped"}
	case BulkDone:
		return parts.Pill{Label: "Changed", Tone: parts.OK}
	case BulkFailed:
		return parts.Pill{Label: "Not changed", Tone: parts.Bad}
	case BulkPlanned:
		return parts.Pill{Label: "Will change", Tone: parts.Warn}
	}
	return parts.Pill{}
}

func (v Bulk) said(r BulkRow) string {
	switch r.State {
	case BulkPlanned:
		return v.words().one
	case BulkDone:
		return v.words().done
	case BulkSkipped, BulkFailed:
		return r.Reason
	}
	return r.Reason
}

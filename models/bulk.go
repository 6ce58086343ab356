package models

import "gatehouse/internal/authz"

// MaxBulk is how many members are changed at once.
const MaxBulk = 1000

// BulkAction is what is done to many members at once.
type BulkAction string

// The actions.
const (
	BulkRole      BulkAction = "role"
	BulkTeam      BulkAction = "team"
	BulkSuspend   BulkAction = "suspend"
	BulkReinstate BulkAction = "reinstate"
	BulkRemove    BulkAction = "remove"
)

// ParseBulkAction reads an action.
func ParseBulkAction(typed string) (BulkAction, error) {
	action := oneOf(BulkAction(typed), BulkRole, BulkTeam, BulkSuspend, BulkReinstate, BulkRemove)
	if action == "" {
		return "", Refuse(Invalid, "Choose what to do with the members.")
	}
	return action, nil
}

// Bulk is a change of many members: what is done, and to what.
type Bulk struct {
	Action BulkAction
	Role   authz.Role // of BulkRole
	Team   TeamRef    // of BulkTeam
}

// Skips says why the change passes over a member, or nothing when it does not. The person who makes it is passed over whatever rights they
// would lose or win: they would lose them before the rest is done.
func (b Bulk) Skips(m Member, by Person) string {
	var err error
	switch oneself := m.UserID == by.User.ID; {
	case b.Action == BulkTeam:
		for _, team := range m.Teams {
			if team.Slug == b.Team.Slug {
				return "Is in the team already."
			}
		}
	case oneself:
		return "This is you: change your own membership by itself."
	case b.Action == BulkRole && m.Role == b.Role:
		return "Has this role already."
	case b.Action == BulkRole:
		err = m.MayBecome(b.Role, by)
	case b.Action == BulkSuspend && m.Suspended:
		return "Is suspended already."
	case b.Action == BulkSuspend:
		err = m.MaySuspend(by)
	case b.Action == BulkReinstate && !m.Suspended:
		return "Is active already."
	case b.Action == BulkRemove:
		err = m.MayRemove(by)
	}
	if refusal, refused := RefusalOf(err); refused {
		return refusal.Sentence
	}
	return ""
}

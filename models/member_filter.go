package models

import (
	"strings"
	"time"

	"gatehouse/internal/authz"
)

// MemberFilter is what a list of members is asked for; the zero filter is the first page of everybody by name.
type MemberFilter struct {
	Query  string // part of a name or address
	Role   authz.Role
	Team   string // a team's identifier; one that the actor cannot see has no members
	Source Source
	Status MemberStatus
	Idle   bool // inactive for IdleAfter
	Factor FactorState
	Sort   MemberSort
	Page   Page
}

// Narrows says whether the filter leaves anybody out.
func (f MemberFilter) Narrows() bool { return len(f.Values()) > 0 }

// Values are the parts of the filter that are on, without the order and the page, as the audit log keeps them.
func (f MemberFilter) Values() map[string]string {
	values := map[string]string{}
	for name, value := range map[string]string{
		"search": f.Query, "role": f.Role.Key(), "team": f.Team, "source": string(f.Source), "status": string(f.Status), "second factor": string(f.Factor),
	} {
		if value != "" {
			values[name] = value
		}
	}
	if f.Idle {
		values["inactive"] = "90 days"
	}
	return values
}

// IdleAfter is how long nothing is heard of a member until they count as inactive. Who was never active counts from the day they joined.
const IdleAfter = 90 * 24 * time.Hour

// MemberStatus is whether a membership works; empty is either.
type MemberStatus string

// The statuses of members.
const (
	StatusActive    MemberStatus = "active"
	StatusSuspended MemberStatus = "suspended"
)

// ParseMemberStatus reads a status; what is none is empty.
func ParseMemberStatus(typed string) MemberStatus {
	return oneOf(MemberStatus(typed), StatusActive, StatusSuspended)
}

// Sources returns every source in the order in which people read them.
func Sources() []Source { return []Source{FromSetup, FromInvitation, FromSSO} }

// ParseSource reads a source; what is none is empty.
func ParseSource(typed string) Source { return oneOf(Source(typed), Sources()...) }

// FactorState is whether somebody has a second factor; empty is either.
type FactorState string

// The states of a second factor.
const (
	WithFactor    FactorState = "has"
	WithoutFactor FactorState = "none"
)

// ParseFactorState reads a state; what is none is empty.
func ParseFactorState(typed string) FactorState {
	return oneOf(FactorState(typed), WithFactor, WithoutFactor)
}

// MemberSort is the order of a list of members; with a leading "-" it is turned around. Empty is by name.
type MemberSort string

// The orders of members.
const (
	SortByName   MemberSort = "name"
	SortByRole   MemberSort = "role" // by the alphabet, each by name
	SortByActive MemberSort = "active"
	SortByJoined MemberSort = "joined"
)

// ParseMemberSort reads an order; what is none is by name.
func ParseMemberSort(typed string) MemberSort {
	key := oneOf(MemberSort(strings.TrimPrefix(typed, "-")), SortByName, SortByRole, SortByActive, SortByJoined)
	if key == "" || MemberSort(typed) == SortByName {
		return ""
	}
	return MemberSort(typed)
}

// By is the order without its direction.
func (s MemberSort) By() MemberSort {
	if key := MemberSort(strings.TrimPrefix(string(s), "-")); key != "" {
		return key
	}
	return SortByName
}

// Descending says whether the order is turned around.
func (s MemberSort) Descending() bool { return strings.HasPrefix(string(s), "-") }

func oneOf[T ~string](typed T, known ...T) T {
	for _, one := range known {
		if typed == one {
			return typed
		}
	}
	return ""
}

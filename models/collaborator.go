package models

import (
	"time"

	"gatehouse/internal/authz"
)

// Collaborator is an account that was given one app.
type Collaborator struct {
	UserID    string
	Name      string
	Email     string
	Level     authz.CollaboratorLevel
	Member    bool // of the app's organization
	Suspended bool // as a member: the grant rests
	AddedAt   time.Time
	AddedBy   string // empty: nobody knows any more
}

// CollaboratorLevels returns the levels from the lower to the higher.
func CollaboratorLevels() []authz.CollaboratorLevel {
	return []authz.CollaboratorLevel{authz.Viewer, authz.Contributor}
}

// LevelKey is the stable name of a level in the database and in forms.
func LevelKey(l authz.CollaboratorLevel) string {
	if l == authz.Contributor {
		return "contributor"
	}
	return "viewer"
}

// ParseLevel reads the choice of a level.
func ParseLevel(field, key string) (authz.CollaboratorLevel, error) {
	for _, l := range CollaboratorLevels() {
		if LevelKey(l) == key {
			return l, nil
		}
	}
	return 0, RefuseField(field, "Choose a level.")
}

// CollaboratorFilter is what the list of an app's collaborators is asked for.
type CollaboratorFilter struct {
	Query string // part of the name, or of the address for who is told addresses
	Page  Page
}

// CollaborationFilter is what the list of one's own collaborations is asked for.
type CollaborationFilter struct {
	Query string
	Page  Page
}

// SeesAddresses says whether the actor is told the addresses of an app's collaborators: members are, and guests see names alone.
func (a Actor) SeesAddresses() bool { return a.Role.Valid() && !a.Suspended }

package models

import (
	"time"

	"gatehouse/internal/authz"
)

// App is what an organization builds.
type App struct {
	ID           string
	Organization Organization
	Slug         string
	Description  string
	Visibility   authz.Visibility
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Reached is an app that the guard found within the actor's reach, with every grant that reaches it. Only the guard makes one.
type Reached struct {
	App     App
	Subject authz.Subject
	Object  authz.Object
}

// May answers for a scope of this app.
func (r Reached) May(scope authz.Scope) bool { return r.Decide(scope).Allowed }

// Decide answers for a scope of this app, with reasons.
func (r Reached) Decide(scope authz.Scope) authz.Decision {
	return authz.Decide(r.Subject, scope, r.Object)
}

// Collaboration is an app in which an account is a collaborator.
type Collaboration struct {
	App   App
	Level authz.CollaboratorLevel
	Since time.Time
}

// AppFilter is what a list of apps is asked for.
type AppFilter struct {
	Query string
	Page  Page
}

// ParseVisibility returns the visibility of a key.
func ParseVisibility(key string) (authz.Visibility, bool) {
	for _, v := range []authz.Visibility{authz.Private, authz.Organization, authz.Public} {
		if VisibilityKey(v) == key {
			return v, true
		}
	}
	return 0, false
}

// VisibilityKey is the stable name of a visibility in the database and in forms.
func VisibilityKey(v authz.Visibility) string {
	switch v {
	case authz.Organization:
		return "organization"
	case authz.Public:
		return "public"
	case authz.Private:
		return "private"
	}
	return "private"
}

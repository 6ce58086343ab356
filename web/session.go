package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/handlers"
	"gatehouse/internal/session"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

type sessions = *session.Store

// person is who is asking; nobody is the refusal SignInNeeded.
func (g *guard) person(c echo.Context) (models.Person, error) {
	asking, err := g.asking(c)
	return asking.Person, err
}

// actor is who is asking, in the organization of the path. The organization is decided before anything else: one that the session's
// proofs do not open asks for a sign-in whether or not the person is a member, so that nothing is told of memberships.
func (g *guard) actor(c echo.Context) (models.Actor, error) {
	r := c.Request()
	c.SetRequest(r.WithContext(session.ForOrganization(r.Context(), c.Param("org"))))
	asking, err := g.asking(c)
	if err != nil {
		return models.Actor{}, err
	}
	if asking.Organization == nil {
		return models.Actor{}, models.ErrNotFound
	}
	if !asking.Person.Opens(asking.Organization.ID) {
		err := models.Refuse(models.SignInNeeded, "Sign in to "+asking.Organization.Name+" to go on.")
		if asking.Person.SSOOnly == asking.Organization.ID { // asking for the password again would lead nowhere
			return models.Actor{}, &ssoNeeded{err, asking.Organization.Slug}
		}
		return models.Actor{}, err
	}
	actor := models.Actor{Person: asking.Person, Organization: *asking.Organization, Role: asking.Role, MemberSince: asking.MemberSince}
	if asking.Suspended {
		actor.Role, actor.Suspended = 0, true
	}
	return actor, nil
}

// ssoNeeded is the refusal of a member whose organization requires single sign-on of them.
type ssoNeeded struct {
	error
	organization string
}

func (n *ssoNeeded) Unwrap() error { return n.error }

func (g *guard) asking(c echo.Context) (models.Asking, error) {
	asking, ok, err := g.sessions.Asking(c.Request())
	if err != nil {
		return models.Asking{}, err
	}
	if !ok {
		return models.Asking{}, models.Refuse(models.SignInNeeded, "Sign in to go on.")
	}
	asking.Person.Request = handlers.RequestOf(c)
	if asking.Person.User.PasswordDue && asking.Person.OwnsAccount() && !leadsOut(c) {
		return models.Asking{}, models.Refuse(models.PasswordDue, "Choose a new password to go on.")
	}
	if asking.TouchNeeded {
		organizationID := ""
		if asking.Organization != nil && asking.Role.Valid() && asking.Person.Opens(asking.Organization.ID) {
			organizationID = asking.Organization.ID
		}
		// Being seen must not fail a request that otherwise works: the session merely ends earlier.
		if err := g.store.Touch(c.Request().Context(), asking.Person.SessionID, organizationID, asking.Person.User.ID); err != nil {
			g.log.WarnContext(c.Request().Context(), "session not touched", "error", err)
		}
	}
	return asking, nil
}

// leadsOut says whether the request is for what somebody may do whose password does not meet the rules any more: choose another, or leave.
func leadsOut(c echo.Context) bool {
	switch c.Path() {
	case urls.PasswordDue.Pattern(), urls.Logout.Pattern(), urls.AccountConfirm.Pattern(), urls.AccountConfirmPasskey.Pattern(): // to change it may ask for the second factor
		return true
	case urls.AccountSecurity.Pattern():
		return !safe(c.Request())
	}
	return false
}

// safe says whether a request only reads (RFC 9110 §9.2.1).
func safe(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

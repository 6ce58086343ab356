package web

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// step is when a route asks for a proof that is not older than models.FreshFor. The zero step never does.
type step struct {
	asks   bool
	factor bool   // asks only accounts with a second factor: the form itself asks the others for their password
	field  string // asks only when this field of the form …
	value  string // … has this value
}

// stepUp makes the route ask for a fresh proof first, because what it does is dangerous.
func (r route) stepUp() route { r.stepped = step{asks: true}; return r }

// stepUpOfFactor does so for accounts with a second factor, where the form itself asks for the present password.
func (r route) stepUpOfFactor() route { r.stepped = step{asks: true, factor: true}; return r }

// stepUpToAdministrator does so when the form makes somebody an Administrator.
func (r route) stepUpToAdministrator() route {
	r.stepped = step{asks: true, field: "role", value: authz.Administrator.Key()}
	return r
}

func (s step) words() string {
	switch {
	case !s.asks:
		return ""
	case s.factor:
		return "; step-up with a second factor"
	case s.field != "":
		return "; step-up when " + s.field + " is " + s.value
	}
	return "; step-up"
}

// due says whether this request needs a fresh proof.
func (s step) due(c echo.Context, p models.Person) bool {
	switch {
	case !s.asks || (s.factor && p.User.FactorSince.IsZero()):
		return false
	case s.field == "":
		return true
	}
	// What cannot be read is refused by the handler.
	_, _ = c.FormParams()
	return c.Request().PostForm.Get(s.field) == s.value
}

// fresh asks for a fresh proof where the route wants one; organizationID is where a proof by single sign-on counts, if anywhere.
func (g *guard) fresh(c echo.Context, s step, p models.Person, organizationID string) error {
	if p.Fresh(organizationID) || !s.due(c, p) {
		return nil
	}
	return g.confirm(c, p, organizationID)
}

// admits asks for the second factor that the organization wants, and then for the fresh proof that the route wants.
func (g *guard) admits(c echo.Context, s step, a models.Actor) error {
	if err := a.Organization.Admits(a.Person); err != nil {
		return err
	}
	return g.fresh(c, s, a.Person, a.Organization.ID)
}

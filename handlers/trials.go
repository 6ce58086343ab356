package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// IdentityProviderTest begins a test sign-in: the person signs in at the identity provider anew, and comes back to every check.
func (h *Handlers) IdentityProviderTest(c echo.Context, a models.Actor) error {
	ctx, tenant := c.Request().Context(), h.store.In(a)
	connection, err := tenant.Connection(ctx, c.Param("idp"))
	if err != nil {
		return err
	}
	own := urls.IdentityProvider.To(a.Organization.Slug, connection.Provider.Slug)
	flow := models.Flow{ReturnPath: own}
	view, err := h.begin(c, connection, &flow, saml.BeginOptions{ForceAuthn: true})
	if err != nil {
		return err
	}
	if err := tenant.BeginTest(ctx, connection.Provider.Slug, flow); err != nil {
		return err
	}
	view.Bare.Path = own // what was posted cannot be opened again
	return draw(c, views.ContinuePage(view))
}

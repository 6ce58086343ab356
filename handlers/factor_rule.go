package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// FactorRule draws whether the organization requires a second factor, and whom that concerns.
func (h *Handlers) FactorRule(c echo.Context, a models.Actor) error {
	org := a.Organization.Slug
	impact, err := h.store.In(a).FactorImpact(c.Request().Context())
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Second factor", navSecurity, crumb("Security", urls.Security.To(org)))
	if err != nil {
		return err
	}
	here := urls.FactorRule.To(org)
	return draw(c, views.FactorRulePage(views.FactorRule{
		Page: frame.Page, URL: here, Required: a.Organization.FactorRequired, Reason: reasonOf(a.Organization.MayRequireFactor(a.Person)),
		SetUpURL: urls.With(urls.AccountAuthenticator.To(), "next", here), NoneURL: urls.With(urls.Members.To(org), "factor", string(models.WithoutFactor)),
		Members: impact.Members, Have: impact.Have, Asked: impact.Asked, NotAsked: impact.NotAsked(), Guests: impact.Guests,
	}))
}

// FactorRuleSave turns the rule on or off.
func (h *Handlers) FactorRuleSave(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	said := ""
	switch typed.Get("required") {
	case "yes":
		said = "A second factor is required from now on."
	case "no":
		said = "A second factor is not required any more."
	default:
		return models.Refuse(models.Invalid, "Choose whether a second factor is required.")
	}
	if err := h.store.In(a).RequireFactor(c.Request().Context(), typed.Get("required") == "yes"); err != nil {
		return err
	}
	return h.seeWith(c, urls.FactorRule.To(a.Organization.Slug), said)
}

package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/mail"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// factorsSince are the kinds of second factor that somebody has.
func factorsSince(f models.MemberFactors) []views.FactorSince {
	var kinds []views.FactorSince
	if !f.Authenticator.IsZero() {
		kinds = append(kinds, views.FactorSince{Kind: "Authenticator app", Since: f.Authenticator})
	}
	if f.Passkeys > 0 {
		kinds = append(kinds, views.FactorSince{Kind: views.Passkeys(f.Passkeys), Since: f.PasskeysSince})
	}
	return kinds
}

// MemberFactor says what resetting a member's second factor does, and asks.
func (h *Handlers) MemberFactor(c echo.Context, a models.Actor) error {
	m, err := h.store.In(a).Member(c.Request().Context(), c.Param("member"))
	if err != nil {
		return err
	}
	org := a.Organization.Slug
	own := urls.Member.To(org, m.UserID)
	frame, err := h.organizationFrame(c, a, "Reset second factor", navMembers, crumb("Members", urls.Members.To(org)), crumb(m.Name, own))
	if err != nil {
		return err
	}
	return draw(c, views.MemberFactorPage(views.MemberFactor{
		Page: frame.Page, Name: m.Name, Action: urls.MemberFactorReset.To(org, m.UserID), Cancel: own, Factors: factorsSince(m.Factors),
		Required: a.Organization.FactorRequired, Mailed: h.sendsMail, Reason: reasonOf(m.MayResetFactor(a.Person)),
	}))
}

// MemberFactorReset takes the member's second factors.
func (h *Handlers) MemberFactorReset(c echo.Context, a models.Actor) error {
	tenant, ctx := h.store.In(a), c.Request().Context()
	m, err := tenant.Member(ctx, c.Param("member"))
	if err != nil {
		return err
	}
	var notice models.Mail
	if h.sendsMail {
		notice = models.Mail(mail.FactorChanged{
			To: m.Email, Name: m.Name, Site: h.absolute(""), What: a.User.Name + ", an Administrator of " + a.Organization.Name + ", reset it: what you had counts no more.",
		}.Message())
	}
	if err := tenant.ResetMemberFactor(ctx, m.UserID, notice); err != nil {
		return err
	}
	h.nudge()
	return h.seeWith(c, urls.Member.To(a.Organization.Slug, m.UserID), "The second factor of "+m.Name+" is reset. They are signed out everywhere.")
}

package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/models"
	"gatehouse/views"
)

// Home lets the person choose an organization, and goes straight in when there is one and nobody else asks them to join.
func (h *Handlers) Home(c echo.Context, p models.Person) error {
	frame, err := h.accountFrame(c, p, "Choose an organization", navOrganizations)
	if err != nil {
		return err
	}
	invitations, err := h.invitationNotices(c, p)
	if err != nil {
		return err
	}
	if len(invitations) == 0 && len(frame.Memberships) == 1 && !frame.Memberships[0].Suspended {
		return see(c, frame.Memberships[0].URL)
	}
	return draw(c, views.HomePage(views.Home{Page: frame.Page, Memberships: frame.Memberships, Invitations: invitations, Locked: !p.Proved(models.ByPassword) || p.User.PasswordOf != ""}))
}

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
	filter := models.MembershipFilter{Query: queryOf(c), Page: pageOf(c)}
	if c.QueryString() == "" && len(invitations) == 0 && len(frame.Memberships) == 1 && !frame.Memberships[0].Suspended {
		return see(c, frame.Memberships[0].URL)
	}
	listed, err := h.store.Memberships(c.Request().Context(), p, filter)
	if err != nil {
		return err
	}
	view := views.Home{
		Page: frame.Page, Query: filter.Query, Pager: pager(c, listed.Newer, listed.Older), Many: len(frame.Memberships) > manyOrganizations,
		Invitations: invitations, Locked: !p.OwnsAccount() || p.User.PasswordOf != "", None: len(frame.Memberships) == 0,
	}
	for _, m := range listed.Rows {
		view.Memberships = append(view.Memberships, membershipOf(m))
	}
	return draw(c, views.HomePage(view))
}

// manyOrganizations is how many can be told apart without a search.
const manyOrganizations = 5

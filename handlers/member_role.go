package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// MemberRole draws the form to give a member another role.
func (h *Handlers) MemberRole(c echo.Context, a models.Actor) error {
	view, err := h.memberRole(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.MemberRolePage(view))
}

func (h *Handlers) memberRole(c echo.Context, a models.Actor) (views.MemberRole, error) {
	m, err := h.store.In(a).Member(c.Request().Context(), c.Param("member"))
	if err != nil {
		return views.MemberRole{}, err
	}
	org := a.Organization.Slug
	own := urls.Member.To(org, m.UserID)
	frame, err := h.organizationFrame(c, a, "Change role", navMembers, crumb("Members", urls.Members.To(org)), crumb(m.Name, own))
	frame.Page.Title = "Change the role of " + m.Name
	view := views.MemberRole{
		Page: frame.Page, Name: m.Name, You: m.UserID == a.User.ID, Role: m.Role, Chosen: m.Role.Key(), Version: strconv.Itoa(m.Version), Teams: len(m.Teams),
		Action: urls.MemberRole.To(org, m.UserID), Cancel: own, Since: m.RoleChangedAt, By: m.RoleChangedBy,
	}
	if m.RoleBy.Owned {
		view.Reason = reasonOf(m.MayChangeRole())
	} else if m.OnlyAdministrator {
		view.Reason = reasonOf(m.MayBecome(authz.OrganizationUser, a.Person))
	}
	return view, err
}

// MemberRoleSave gives a member another role, unless somebody else changed them meanwhile.
func (h *Handlers) MemberRoleSave(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	role, _ := authz.ParseRole(typed.Get("role")) // what is no role is refused as none
	version, err := strconv.Atoi(typed.Get("version"))
	if err != nil || version < 1 {
		version = -1 // no version of anybody
	}
	err = h.store.In(a).ChangeRole(c.Request().Context(), c.Param("member"), role, version)
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind != models.NotFound && refusal.Kind != models.Denied {
		view, err := h.memberRole(c, a)
		if err != nil {
			return err
		}
		view.Chosen, view.Message, view.Stale = typed.Get("role"), refusal.Sentence, refusal.Kind == models.Stale
		view.AtField = refusal.Field != ""
		return refuse(refusal.Kind, views.MemberRolePage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Member.To(a.Organization.Slug, c.Param("member")), "The role is "+role.Label()+" now, from the next request on.")
}

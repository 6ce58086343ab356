package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// memberSessions are a member's sessions that open the organization; one's own stand on the account page.
func (h *Handlers) memberSessions(c echo.Context, a models.Actor, m models.Member) (*views.MemberSessions, error) {
	if m.UserID == a.User.ID {
		return &views.MemberSessions{OwnURL: urls.AccountSecurity.To()}, nil
	}
	found, err := h.store.In(a).MemberSessions(c.Request().Context(), m.UserID)
	if err != nil {
		return nil, err
	}
	org := a.Organization.Slug
	view := &views.MemberSessions{EndAllURL: urls.MemberSessionsEnd.To(org, m.UserID), EndAllReason: reasonOf(m.MayEndAll(found, a.Person))}
	for _, s := range found {
		row := sessionRow(s)
		row.EndURL = urls.MemberSessionEnd.To(org, m.UserID, s.ID)
		if reason := reasonOf(m.MayEnd(s, a.Person)); reason != "" {
			row.EndURL, row.Held, view.HeldReason = "", true, reason
		}
		view.Rows = append(view.Rows, row)
	}
	return view, nil
}

func sessionRow(s models.Session) views.SessionRow {
	row := views.SessionRow{Browser: browserOf(s.UserAgent), IP: s.IP, Since: s.CreatedAt, LastSeen: s.LastSeenAt, Current: s.Current}
	for _, proof := range s.Authentications {
		row.Methods = append(row.Methods, methodWords(proof))
	}
	return row
}

// MemberSessionEnd ends one of a member's sessions.
func (h *Handlers) MemberSessionEnd(c echo.Context, a models.Actor) error {
	if err := h.store.In(a).EndMemberSession(c.Request().Context(), c.Param("member"), c.Param("session")); err != nil {
		return err
	}
	return h.seeWith(c, urls.Member.To(a.Organization.Slug, c.Param("member")), "That session has ended.")
}

// MemberSessionsEnd ends all of a member's sessions.
func (h *Handlers) MemberSessionsEnd(c echo.Context, a models.Actor) error {
	n, err := h.store.In(a).EndMemberSessions(c.Request().Context(), c.Param("member"))
	if err != nil {
		return err
	}
	said := strconv.Itoa(n) + " sessions have ended."
	switch n {
	case 0:
		said = "There was no session to end."
	case 1:
		said = "One session has ended."
	}
	return h.seeWith(c, urls.Member.To(a.Organization.Slug, c.Param("member")), said)
}

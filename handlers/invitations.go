package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/mail"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// The spellings of the list's filter and order in its address.
var (
	expiries        = map[string]models.Expiry{"live": models.Live, "expired": models.Expired}
	invitationSorts = map[string]models.InvitationSort{"sent": models.FirstSentFirst, "-sent": models.LastSentFirst, "expires": models.ExpiresFirst, "-expires": models.ExpiresLast}
)

// Invitations draws the list of invitations that nobody has dealt with yet.
func (h *Handlers) Invitations(c echo.Context, a models.Actor) error {
	filter := models.InvitationFilter{Query: queryOf(c), Expiry: expiries[c.QueryParam("expiry")], Sort: invitationSorts[c.QueryParam("sort")], Page: pageOf(c)}
	tenant := h.store.In(a)
	listed, err := tenant.Invitations(c.Request().Context(), filter)
	if err != nil {
		return err
	}
	pending, err := tenant.PendingInvitations(c.Request().Context())
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Pending invitations", navMembers, crumb("Members", urls.Members.To(a.Organization.Slug)))
	if err != nil {
		return err
	}
	view := views.Invitations{
		Page: frame.Page, Query: filter.Query, Pager: pager(c, listed.Newer, listed.Older), Members: frame.Members, Pending: pending,
		Asked: c.QueryParams(), Sort: "-sent", SendsMail: h.sendsMail,
	}
	if _, known := expiries[c.QueryParam("expiry")]; known {
		view.Expiry = c.QueryParam("expiry")
	}
	if _, known := invitationSorts[c.QueryParam("sort")]; known {
		view.Sort = c.QueryParam("sort")
	}
	for _, i := range listed.Rows {
		view.Rows = append(view.Rows, views.InvitationRow{
			ID: i.ID, Email: i.Email, Role: i.Role, Teams: namesOf(i.Teams), Sent: i.SentAt, Expires: i.ExpiresAt, By: i.InvitedBy, Expired: i.Expired(time.Now()),
		})
	}
	return draw(c, views.InvitationsPage(view))
}

// resendFor is how long a link works that is sent again.
const resendFor = 7 * 24 * time.Hour

// What can be done with the ticked invitations of the list.
const (
	sendAgain    = "resend"
	makeLinks    = "link"
	cancelTicked = "cancel"
)

// InvitationsAct sends the ticked invitations again, makes new links of them to pass on, or cancels them: one by one, with what became of each.
func (h *Handlers) InvitationsAct(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	org, ids, act := a.Organization.Slug, typed["invitation"], typed.Get("action")
	if len(ids) == 0 || len(ids) > models.PageSize {
		return h.seeWith(c, urls.Invitations.To(org), "Nothing was ticked, so nothing was done.")
	}
	frame, err := h.organizationFrame(c, a, "Invitations", navMembers, crumb("Members", urls.Members.To(org)), crumb("Pending invitations", urls.Invitations.To(org)))
	if err != nil {
		return err
	}
	view := views.InvitationsDone{Page: frame.Page, Cancelled: act == cancelTicked, Mailed: act == sendAgain && h.sendsMail}
	for _, id := range ids {
		row, err := h.actOn(c, a, id, act)
		if models.Is(err, models.NotFound) {
			continue // nobody was offered it
		}
		if err != nil {
			row.State, row.Reason, row.Link = views.InviteeFailed, h.notInvited(c, err), ""
		}
		view.Rows = append(view.Rows, row)
	}
	if len(view.Rows) == 0 {
		return models.ErrNotFound
	}
	h.nudge()
	return draw(c, views.InvitationsDonePage(view))
}

func (h *Handlers) actOn(c echo.Context, a models.Actor, id, act string) (views.InviteeRow, error) {
	invitation, err := h.store.In(a).Invitation(c.Request().Context(), id)
	row := views.InviteeRow{Email: invitation.Email, Role: invitation.Role, Teams: namesOf(invitation.Teams), State: views.InviteePending}
	switch {
	case err != nil:
	case act == cancelTicked:
		row.State, err = views.InviteeCancelled, h.store.In(a).CancelInvitation(c.Request().Context(), id)
	case act == sendAgain || act == makeLinks:
		row.Link, err = h.resend(c, a, invitation, act == sendAgain && h.sendsMail)
	default:
		err = models.Refuse(models.Invalid, "Choose what to do with the invitations that you ticked.")
	}
	return row, err
}

// resend replaces the link of an invitation. By mail the new one goes to the address alone; else it is shown once, to be passed on. Nobody
// knows an old link: only its hash is kept.
func (h *Handlers) resend(c echo.Context, a models.Actor, invitation models.Invitation, byMail bool) (link string, err error) {
	draft := models.InvitationDraft{Email: invitation.Email, Role: invitation.Role, Teams: invitation.Teams, Note: invitation.Note, For: resendFor}
	token, message := secret.Token(), models.Mail{}
	if byMail {
		message = h.invitationMail(a, draft, token)
	} else {
		link = h.absolute(urls.Invitation.To(token))
	}
	return link, h.store.In(a).ResendInvitation(c.Request().Context(), invitation.ID, draft, secret.HashToken(token), message)
}

// invitationMail is the message that brings a link; empty when this installation sends none.
func (h *Handlers) invitationMail(a models.Actor, draft models.InvitationDraft, token string) models.Mail {
	if !h.sendsMail {
		return models.Mail{}
	}
	return models.Mail(mail.Invitation{
		To: draft.Email, Organization: a.Organization.Name, Inviter: a.User.Name, Role: draft.Role.Label(), Teams: namesOf(draft.Teams), Note: draft.Note,
		Link: h.absolute(urls.Invitation.To(token)), For: draft.For,
	}.Message())
}

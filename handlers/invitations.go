package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/mail"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// Invitations draws the list of invitations that nobody has dealt with yet.
func (h *Handlers) Invitations(c echo.Context, a models.Actor) error {
	return h.invitations(c, a, "", "")
}

// invitations draws the list, with a link that was just made and whom it is for when no mail brings it.
func (h *Handlers) invitations(c echo.Context, a models.Actor, link, linkFor string) error {
	filter := models.InvitationFilter{Query: queryOf(c), Page: pageOf(c)}
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
		Link: link, LinkFor: linkFor, SendsMail: h.sendsMail,
	}
	org := a.Organization.Slug
	for _, i := range listed.Rows {
		view.Rows = append(view.Rows, views.InvitationRow{
			Email: i.Email, Role: i.Role, Sent: i.SentAt, Expires: i.ExpiresAt, By: i.InvitedBy, Expired: i.Expired(time.Now()),
			ResendURL: urls.InvitationResend.To(org, i.ID), CancelURL: urls.InvitationCancel.To(org, i.ID),
		})
	}
	return draw(c, views.InvitationsPage(view))
}

// resendFor is how long a link works that is sent again.
const resendFor = 7 * 24 * time.Hour

// InvitationResend sends a new link in place of the old one, or shows it once when this installation sends no mail.
func (h *Handlers) InvitationResend(c echo.Context, a models.Actor) error {
	tenant, id := h.store.In(a), c.Param("invitation")
	invitation, err := tenant.Invitation(c.Request().Context(), id)
	if err != nil {
		return err
	}
	draft := models.InvitationDraft{Email: invitation.Email, Role: invitation.Role, Note: invitation.Note, For: resendFor}
	token := secret.Token()
	if err := tenant.ResendInvitation(c.Request().Context(), id, draft, secret.HashToken(token), h.invitationMail(a, draft, token)); err != nil {
		return err
	}
	if !h.sendsMail {
		return h.invitations(c, a, h.absolute(urls.Invitation.To(token)), invitation.Email)
	}
	h.nudge()
	return h.seeWith(c, urls.Invitations.To(a.Organization.Slug), "A new link is on its way to "+invitation.Email+". The old one no longer works.")
}

// InvitationCancel ends an invitation.
func (h *Handlers) InvitationCancel(c echo.Context, a models.Actor) error {
	if err := h.store.In(a).CancelInvitation(c.Request().Context(), c.Param("invitation")); err != nil {
		return err
	}
	return h.seeWith(c, urls.Invitations.To(a.Organization.Slug), "The invitation is cancelled. Its link no longer works.")
}

// invitationMail is the message that brings a link; empty when this installation sends none.
func (h *Handlers) invitationMail(a models.Actor, draft models.InvitationDraft, token string) models.Mail {
	if !h.sendsMail {
		return models.Mail{}
	}
	return models.Mail(mail.Invitation{
		To: draft.Email, Organization: a.Organization.Name, Inviter: a.User.Name, Role: draft.Role.Label(), Note: draft.Note,
		Link: h.absolute(urls.Invitation.To(token)), For: draft.For,
	}.Message())
}

// InvitationTemplate is the file to fill in for many people.
func (h *Handlers) InvitationTemplate(c echo.Context, _ models.Actor) error {
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="invitations.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", []byte("name,email\r\nAda Example,ada@example.com\r\n"))
}

// InvitationNew draws the form.
func (h *Handlers) InvitationNew(c echo.Context, a models.Actor) error {
	view := views.InvitationForm{Role: authz.OrganizationUser.Key(), Days: "7", Errors: map[string]string{}}
	if err := h.invitationForm(c, a, &view); err != nil {
		return err
	}
	return draw(c, views.InvitationFormPage(view))
}

func (h *Handlers) invitationForm(c echo.Context, a models.Actor, view *views.InvitationForm) error {
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, "Invite members", navMembers, crumb("Members", urls.Members.To(org)), crumb("Pending invitations", urls.Invitations.To(org)))
	view.Page, view.SendsMail = frame.Page, h.sendsMail
	return err
}

// InvitationCreate shows what would happen to each address, and on confirmation invites them one by one, so that one that fails does not
// lose the others.
func (h *Handlers) InvitationCreate(c echo.Context, a models.Actor) error {
	view, confirmed, err := readInvitationForm(c)
	if err != nil {
		return err
	}
	if err := h.invitationForm(c, a, &view); err != nil {
		return err
	}
	draft, people := checkInvitations(&view)
	if len(view.Errors) > 0 {
		return refuse(models.Invalid, views.InvitationFormPage(view))
	}
	if !confirmed {
		if err := h.previewInvitations(c, a, &view, people); err != nil {
			return err
		}
		return draw(c, views.InvitationFormPage(view))
	}
	for _, person := range people {
		row := views.InviteeRow{Typed: person.Typed, Name: person.Name, Email: person.Email}
		switch {
		case person.Problem != "":
			row.State, row.Reason = views.InviteeBad, person.Problem
		case person.Twice:
			row.State = views.InviteeTwice
		default:
			row = h.invite(c, a, draft, row)
		}
		view.Rows = append(view.Rows, row)
	}
	h.nudge()
	return draw(c, views.InvitedPage(view))
}

// invite invites one address; whatever goes wrong is its own row's.
func (h *Handlers) invite(c echo.Context, a models.Actor, draft models.InvitationDraft, row views.InviteeRow) views.InviteeRow {
	draft.Email = row.Email
	token := secret.Token()
	outcome, err := h.store.In(a).Invite(c.Request().Context(), draft, secret.HashToken(token), h.invitationMail(a, draft, token))
	if refusal, refused := models.RefusalOf(err); refused {
		row.State, row.Reason = views.InviteeFailed, refusal.Sentence
		return row
	}
	if err != nil {
		h.log.ErrorContext(c.Request().Context(), "an invitation was not made", "error", err, "reference", RequestOf(c).Reference)
		row.State, row.Reason = views.InviteeFailed, "Something went wrong. Invite this address again; reference "+RequestOf(c).Reference+"."
		return row
	}
	row.State = inviteeState(outcome)
	if !h.sendsMail && outcome != models.InviteMember {
		row.Link = h.absolute(urls.Invitation.To(token))
	}
	return row
}

func inviteeState(outcome models.InviteOutcome) views.InviteeState {
	switch outcome {
	case models.InviteMember:
		return views.InviteeMember
	case models.InviteResent:
		return views.InviteePending
	case models.InviteNew:
		return views.InviteeNew
	}
	return views.InviteeNew
}

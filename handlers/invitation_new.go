package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// InvitationTemplate is the file to fill in for many people.
func (h *Handlers) InvitationTemplate(c echo.Context, _ models.Actor) error {
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="invitations.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", []byte("name,email,role,teams\r\n"+
		"Ada Example,ada@example.com,organization_contributor,\r\nBo Example,bo@example.com,team_contributor,\r\nCy Example,cy@example.com,,\r\n"))
}

// InvitationNew draws the form. A link may choose teams, and the search of teams does while one ticks them.
func (h *Handlers) InvitationNew(c echo.Context, a models.Actor) error {
	view := views.InvitationForm{Role: authz.OrganizationUser.Key(), Days: "7", Errors: map[string]string{}}
	view.Teams.Chosen, view.Teams.Query = c.QueryParams()["teams"], searched(c.QueryParam("team"))
	if _, err := h.invitationForm(c, a, &view, nil); err != nil {
		return err
	}
	return draw(c, views.InvitationFormPage(view))
}

// invitationForm reads what every drawing of the form needs, and the teams that are named in it: those chosen and those of the people.
func (h *Handlers) invitationForm(c echo.Context, a models.Actor, view *views.InvitationForm, people []models.Invitee) (map[string]models.TeamRef, error) {
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, "Invite members", navMembers, crumb("Members", urls.Members.To(org)), crumb("Pending invitations", urls.Invitations.To(org)))
	if err != nil || !a.May(authz.TeamMembersAdd) {
		view.Page, view.SendsMail = frame.Page, h.sendsMail
		return nil, err
	}
	view.Page, view.SendsMail = frame.Page, h.sendsMail
	named := slices.Clone(view.Teams.Chosen)
	for _, person := range people {
		named = append(named, person.Teams...)
	}
	known, err := h.store.In(a).TeamsNamed(c.Request().Context(), named)
	if err != nil {
		return nil, err
	}
	found, err := h.store.In(a).Teams(c.Request().Context(), models.TeamFilter{Query: view.Teams.Query, Page: models.Page{Size: teamsToTick}})
	if err != nil {
		return nil, err
	}
	view.Teams.Offered = true
	view.Teams.Picks, view.Teams.More = picksOf(view.Teams.Chosen, known, found.Rows), found.Older != ""
	return known, nil
}

// teamsToTick is how many teams are offered at once, besides those chosen already.
const teamsToTick = 12

// InvitationCreate shows what would happen to each address, and on confirmation invites them one by one, so that one that fails does not
// lose the others.
func (h *Handlers) InvitationCreate(c echo.Context, a models.Actor) error {
	view, act, err := readInvitationForm(c)
	if err != nil {
		return err
	}
	draft, people := checkInvitations(&view)
	known, err := h.invitationForm(c, a, &view, people)
	if err != nil {
		return err
	}
	if act == findTeams { // nothing else was asked: what is not filled in yet is not wrong
		view.Errors = map[string]string{}
		return draw(c, views.InvitationFormPage(view))
	}
	draft.Teams, err = models.InvitationTeams("teams", view.Teams.Chosen, known)
	note(view.Errors, err)
	if len(view.Errors) > 0 {
		return refuse(models.Invalid, views.InvitationFormPage(view))
	}
	drafts := draftsFor(draft, people, known)
	if act != sendInvitations {
		if err := h.previewInvitations(c, a, &view, people, drafts); err != nil {
			return err
		}
		return draw(c, views.InvitationFormPage(view))
	}
	for i, person := range people {
		row := inviteeRow(person, drafts[i])
		if row.State == views.InviteeNew {
			row = h.invite(c, a, drafts[i].InvitationDraft, row)
		}
		view.Rows = append(view.Rows, row)
	}
	h.nudge()
	return draw(c, views.InvitedPage(view))
}

// invite invites one address; whatever goes wrong is its own row's.
func (h *Handlers) invite(c echo.Context, a models.Actor, draft models.InvitationDraft, row views.InviteeRow) views.InviteeRow {
	token := secret.Token()
	outcome, err := h.store.In(a).Invite(c.Request().Context(), draft, secret.HashToken(token), h.invitationMail(a, draft, token))
	if err != nil {
		row.State, row.Reason = views.InviteeFailed, h.notInvited(c, err)
		return row
	}
	row.State = inviteeState(outcome)
	if !h.sendsMail && outcome != models.InviteMember {
		row.Link = h.absolute(urls.Invitation.To(token))
	}
	return row
}

// notInvited is why one of several was not done, as a sentence beside it. What nobody expected is logged, for it stops none of the others.
func (h *Handlers) notInvited(c echo.Context, err error) string {
	if refusal, refused := models.RefusalOf(err); refused {
		return refusal.Sentence
	}
	reference := RequestOf(c).Reference
	h.log.ErrorContext(c.Request().Context(), "an invitation was not dealt with", "error", err, "reference", reference)
	return "Something went wrong. Try it again for this address; reference " + reference + "."
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

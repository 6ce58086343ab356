package handlers

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/models"
	"gatehouse/views"
)

// maxPeople is how much of a list is read, in bytes: 500 long lines.
const maxPeople = 256 << 10

// readInvitationForm reads what was typed, as typed. A file becomes lines of the list, so that it need not be chosen again.
func readInvitationForm(c echo.Context) (view views.InvitationForm, confirmed bool, err error) {
	typed, err := form(c)
	if err != nil {
		return view, false, err
	}
	view = views.InvitationForm{
		People: typed.Get("people"), Role: typed.Get("role"), Days: typed.Get("days"), Note: typed.Get("note"), Errors: map[string]string{},
	}
	file, err := csvText(c)
	if err != nil {
		return view, false, err
	}
	if file != "" {
		lines := models.InviteeLines(models.ParseInviteeCSV(file))
		if lines == "" {
			view.Errors["file"] = "There is no line in this file."
		}
		view.People = strings.TrimLeft(strings.TrimRight(view.People, "\r\n ")+"\n"+lines, "\n")
	}
	return view, typed.Get("action") == "send", nil
}

// csvText is the uploaded file's text; empty when none was chosen.
func csvText(c echo.Context) (string, error) {
	file, _, err := c.Request().FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxPeople+1))
	return string(text), err
}

// checkInvitations makes the domain values of what was typed, or puts messages beside the fields.
func checkInvitations(view *views.InvitationForm) (models.InvitationDraft, []models.Invitee) {
	var draft models.InvitationDraft
	note := func(err error) {
		if refusal, refused := models.RefusalOf(err); refused {
			view.Errors[refusal.Field] = refusal.Sentence
		}
	}
	var err error
	if draft.Role, err = authz.ParseRole(view.Role); err != nil {
		view.Errors["role"] = "Choose what they will be."
	}
	draft.For, err = models.ParseInvitationDays("days", view.Days)
	note(err)
	draft.Note, err = models.ParseNote("note", view.Note)
	note(err)
	if len(view.People) > maxPeople {
		view.Errors["people"] = "This is more than the console reads at once. Invite at most 500 people at a time."
		return draft, nil
	}
	people := models.ParseInvitees(view.People)
	switch {
	case len(people) == 0:
		view.Errors["people"] = "Enter at least one email address, or choose a file."
	case len(people) > models.MaxInvitees:
		view.Errors["people"] = "Invite at most 500 people at a time. Nothing was sent."
	}
	return draft, people
}

// previewInvitations says of each line of the list what inviting it would do.
func (h *Handlers) previewInvitations(c echo.Context, a models.Actor, view *views.InvitationForm, people []models.Invitee) error {
	var emails []string
	for _, person := range people {
		if person.Email != "" {
			emails = append(emails, person.Email)
		}
	}
	outcomes, err := h.store.In(a).InviteOutcomes(c.Request().Context(), emails)
	if err != nil {
		return err
	}
	for _, person := range people {
		row := views.InviteeRow{Typed: person.Typed, Name: person.Name, Email: person.Email, State: inviteeState(outcomes[models.NormEmail(person.Email)])}
		switch {
		case person.Problem != "":
			row.State, row.Reason = views.InviteeBad, person.Problem
		case person.Twice:
			row.State = views.InviteeTwice
		}
		view.Rows = append(view.Rows, row)
	}
	return nil
}

package handlers

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// maxPeople is how much of a list is read, in bytes: 500 long lines.
const maxPeople = 256 << 10

// What a button of the form asks for; anything else is a preview.
const (
	findTeams       = "find"
	sendInvitations = "send"
)

// readInvitationForm reads what was typed, as typed. A file becomes lines of the list, so that it need not be chosen again.
func readInvitationForm(c echo.Context) (view views.InvitationForm, act string, err error) {
	typed, err := form(c)
	if err != nil {
		return view, "", err
	}
	view = views.InvitationForm{
		People: typed.Get("people"), Role: typed.Get("role"), Days: typed.Get("days"), Note: typed.Get("note"), Errors: map[string]string{},
	}
	view.Teams.Chosen, view.Teams.Query = typed["teams"], searched(typed.Get("team"))
	file, err := csvText(c)
	if err != nil {
		return view, "", err
	}
	if file != "" {
		lines := models.InviteeLines(models.ParseInviteeCSV(file))
		if lines == "" {
			view.Errors["file"] = "There is no line in this file."
		}
		view.People = strings.TrimLeft(strings.TrimRight(view.People, "\r\n ")+"\n"+lines, "\n")
	}
	return view, typed.Get("action"), nil
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

// note puts a refusal beside its field.
func note(messages map[string]string, err error) {
	if refusal, refused := models.RefusalOf(err); refused {
		messages[refusal.Field] = refusal.Sentence
	}
}

// checkInvitations makes the domain values of what was typed, or puts messages beside the fields.
func checkInvitations(view *views.InvitationForm) (models.InvitationDraft, []models.Invitee) {
	var draft models.InvitationDraft
	var err error
	if draft.Role, err = authz.ParseRole(view.Role); err != nil {
		view.Errors["role"] = "Choose what they will be."
	}
	draft.For, err = models.ParseInvitationDays("days", view.Days)
	note(view.Errors, err)
	draft.Note, err = models.ParseNote("note", view.Note)
	note(view.Errors, err)
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

// rowDraft is the invitation of one line of the list, or what is wrong with the line.
type rowDraft struct {
	models.InvitationDraft

	problem string
}

// draftsFor makes the invitation of each line: what the line does not say, the form says.
func draftsFor(chosen models.InvitationDraft, people []models.Invitee, known map[string]models.TeamRef) []rowDraft {
	drafts := make([]rowDraft, len(people))
	for i, person := range people {
		draft := rowDraft{chosen, person.Problem}
		draft.Email = person.Email
		if person.Role.Valid() {
			draft.Role = person.Role
		}
		if len(person.Teams) > 0 {
			teams, err := models.InvitationTeams("", person.Teams, known)
			if refusal, refused := models.RefusalOf(err); refused && draft.problem == "" {
				draft.problem = refusal.Sentence
			}
			draft.Teams = teams
		}
		drafts[i] = draft
	}
	return drafts
}

// inviteeRow is a line of the list before anything is known of the address.
func inviteeRow(person models.Invitee, draft rowDraft) views.InviteeRow {
	row := views.InviteeRow{Typed: person.Typed, Name: person.Name, Email: person.Email, Role: draft.Role, Teams: namesOf(draft.Teams)}
	switch {
	case draft.problem != "":
		row.State, row.Reason = views.InviteeBad, draft.problem
	case person.Twice:
		row.State = views.InviteeTwice
	}
	return row
}

func namesOf(teams []models.TeamRef) []string {
	names := make([]string, 0, len(teams))
	for _, team := range teams {
		names = append(names, team.Name)
	}
	return names
}

// picksOf are the teams to tick: those chosen first, as far as there are such teams, then the others that were found.
func picksOf(chosen []string, known map[string]models.TeamRef, found []models.Team) []parts.Tick {
	var picks []parts.Tick
	add := func(team models.TeamRef, ticked bool) {
		if !slices.ContainsFunc(picks, func(p parts.Tick) bool { return p.Value == team.Slug }) {
			picks = append(picks, parts.Tick{Value: team.Slug, Label: team.Name, Hint: team.Slug, Chosen: ticked})
		}
	}
	for _, id := range chosen {
		if team, there := known[strings.ToLower(id)]; there {
			add(team, true)
		}
	}
	for _, team := range found {
		add(models.TeamRef{Slug: team.Slug, Name: team.Name}, false)
	}
	return picks
}

// previewInvitations says of each line of the list what inviting it would do.
func (h *Handlers) previewInvitations(c echo.Context, a models.Actor, view *views.InvitationForm, people []models.Invitee, drafts []rowDraft) error {
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
	for i, person := range people {
		row := inviteeRow(person, drafts[i])
		if row.State == views.InviteeNew {
			row.State = inviteeState(outcomes[models.NormEmail(person.Email)])
		}
		view.Rows = append(view.Rows, row)
	}
	return nil
}

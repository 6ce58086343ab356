package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// TeamNew draws the form of a new team.
func (h *Handlers) TeamNew(c echo.Context, a models.Actor) error {
	view := views.TeamForm{Errors: map[string]string{}}
	if err := h.newTeamForm(c, a, &view); err != nil {
		return err
	}
	return draw(c, views.TeamFormPage(view))
}

func (h *Handlers) newTeamForm(c echo.Context, a models.Actor, view *views.TeamForm) error {
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, "Create team", navTeams, crumb("Teams", urls.Teams.To(org)))
	view.Page, view.Action, view.Cancel = frame.Page, urls.TeamNew.To(org), urls.Teams.To(org)
	return err
}

// TeamCreate makes the team.
func (h *Handlers) TeamCreate(c echo.Context, a models.Actor) error {
	view, err := readTeamForm(c)
	if err != nil {
		return err
	}
	if err := h.newTeamForm(c, a, &view); err != nil {
		return err
	}
	draft := checkTeam(&view)
	if draft.Slug, err = models.ParseSlug("id", view.ID); err != nil {
		noteTeam(&view, err)
	}
	if len(view.Errors) == 0 {
		err = h.store.In(a).CreateTeam(c.Request().Context(), draft)
		if _, refused := models.RefusalOf(err); err != nil && !refused {
			return err
		}
		noteTeam(&view, err)
	}
	if len(view.Errors) > 0 || view.Message != "" {
		return refuse(models.Invalid, views.TeamFormPage(view))
	}
	return h.seeWith(c, urls.Team.To(a.Organization.Slug, string(draft.Slug)), "The team "+draft.Name+" is created. Add its members and its apps.")
}

// TeamEdit draws the form with the saved values.
func (h *Handlers) TeamEdit(c echo.Context, a models.Actor) error {
	view := views.TeamForm{Errors: map[string]string{}}
	team, err := h.editTeamForm(c, a, &view)
	if err != nil {
		return err
	}
	view.Name, view.Description, view.Version = team.Name, team.Description, strconv.Itoa(team.Version)
	return draw(c, views.TeamFormPage(view))
}

func (h *Handlers) editTeamForm(c echo.Context, a models.Actor, view *views.TeamForm) (models.Team, error) {
	team, err := h.store.In(a).Team(c.Request().Context(), c.Param("team"))
	if err != nil {
		return team, err
	}
	org := a.Organization.Slug
	own := urls.Team.To(org, team.Slug)
	frame, err := h.organizationFrame(c, a, "Edit "+team.Name, navTeams, crumb("Teams", urls.Teams.To(org)), crumb(team.Name, own))
	view.Page, view.Editing, view.ID, view.Action, view.Cancel = frame.Page, true, team.Slug, urls.TeamEdit.To(org, team.Slug), own
	view.DeleteURL = urls.TeamDelete.To(org, team.Slug)
	return team, err
}

// TeamSave saves name and description, unless somebody else saved them meanwhile.
func (h *Handlers) TeamSave(c echo.Context, a models.Actor) error {
	view, err := readTeamForm(c)
	if err != nil {
		return err
	}
	team, err := h.editTeamForm(c, a, &view)
	if err != nil {
		return err
	}
	draft := checkTeam(&view)
	if len(view.Errors) > 0 {
		return refuse(models.Invalid, views.TeamFormPage(view))
	}
	version, _ := strconv.Atoi(view.Version) // what is no number is no current version
	err = h.store.In(a).EditTeam(c.Request().Context(), team.Slug, version, draft.Name, draft.Description)
	if refusal, refused := models.RefusalOf(err); refused {
		if refusal.Kind == models.Stale {
			view.Theirs, view.Version = &views.TeamTexts{Name: team.Name, Description: team.Description}, strconv.Itoa(team.Version)
		}
		noteTeam(&view, err)
		return refuse(refusal.Kind, views.TeamFormPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Team.To(a.Organization.Slug, team.Slug), draft.Name+" is saved.")
}

// TeamDeletion says what deleting the team takes, and asks for its ID.
func (h *Handlers) TeamDeletion(c echo.Context, a models.Actor) error {
	view, err := h.teamDeletion(c, a)
	if err != nil {
		return err
	}
	return draw(c, views.TeamDeletionPage(view))
}

func (h *Handlers) teamDeletion(c echo.Context, a models.Actor) (views.TeamDeletion, error) {
	tenant := h.store.In(a)
	team, err := tenant.Team(c.Request().Context(), c.Param("team"))
	if err != nil {
		return views.TeamDeletion{}, err
	}
	effect, err := tenant.TeamDeletion(c.Request().Context(), team)
	if err != nil {
		return views.TeamDeletion{}, err
	}
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, "Delete "+team.Name, navTeams, crumb("Teams", urls.Teams.To(org)), crumb(team.Name, urls.Team.To(org, team.Slug)))
	return views.TeamDeletion{
		Page: frame.Page, ID: team.Slug, Action: urls.TeamDelete.To(org, team.Slug), Cancel: urls.TeamEdit.To(org, team.Slug),
		Members: team.Members, Apps: team.Apps, Effect: teamEffect(effect),
	}, err
}

// TeamDelete deletes the team when its ID was typed.
func (h *Handlers) TeamDelete(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	confirm := typed.Get("confirm")
	err = h.store.In(a).DeleteTeam(c.Request().Context(), c.Param("team"), confirm)
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
		view, err := h.teamDeletion(c, a)
		if err != nil {
			return err
		}
		view.Typed, view.Error = confirm, refusal.Sentence
		return refuse(refusal.Kind, views.TeamDeletionPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Teams.To(a.Organization.Slug), "The team is deleted.")
}

// readTeamForm reads what was typed, as typed.
func readTeamForm(c echo.Context) (views.TeamForm, error) {
	typed, err := form(c)
	return views.TeamForm{
		ID: typed.Get("id"), Name: typed.Get("name"), Description: typed.Get("description"), Version: typed.Get("version"), Errors: map[string]string{},
	}, err
}

// checkTeam makes what is saved of what was typed, or puts messages beside the fields.
func checkTeam(view *views.TeamForm) models.TeamDraft {
	name, err := models.ParseName("name", view.Name)
	noteTeam(view, err)
	description, err := models.ParseDescription("description", view.Description)
	noteTeam(view, err)
	return models.TeamDraft{Name: name, Description: description}
}

// noteTeam puts a refusal beside its field, or above the form when it has none.
func noteTeam(view *views.TeamForm, err error) {
	refusal, refused := models.RefusalOf(err)
	switch {
	case !refused:
	case refusal.Field == "":
		view.Message = refusal.Sentence
	default:
		view.Errors[refusal.Field] = refusal.Sentence
	}
}

func teamEffect(e models.TeamEffect) views.TeamEffect {
	return views.TeamEffect{ReachPeople: e.Reach.People, ReachApps: e.Reach.Apps, BuildPeople: e.Build.People, BuildApps: e.Build.Apps}
}

package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// What a button of the form asks for, besides findTeams; anything else only tries the mapping.
const saveMapping = "save"

// MappingNew draws the form of a new mapping; a link may name the group.
func (h *Handlers) MappingNew(c echo.Context, a models.Actor) error {
	view := views.MappingForm{Group: c.QueryParam("group"), Kind: views.MappingAuthoritative, Errors: map[string]string{}}
	view.Teams.Chosen, view.Teams.Query = c.QueryParams()["teams"], searched(c.QueryParam("team"))
	list, err := h.store.In(a).Mappings(c.Request().Context(), c.Param("idp"), "", nil)
	if err != nil {
		return err
	}
	if _, err := h.mappingForm(c, a, &view, list); err != nil {
		return err
	}
	return draw(c, views.MappingFormPage(view))
}

// Mapping draws the form with the saved values. The search of teams asks it too, with what is ticked by then.
func (h *Handlers) Mapping(c echo.Context, a models.Actor) error {
	list, m, err := h.mapping(c, a)
	if err != nil {
		return err
	}
	view := mappingView(m)
	if c.QueryParams().Has("team") {
		view.Teams.Chosen, view.Teams.Query = c.QueryParams()["teams"], searched(c.QueryParam("team"))
	}
	if _, err := h.mappingForm(c, a, &view, list); err != nil {
		return err
	}
	return draw(c, views.MappingFormPage(view))
}

// mapping is the one of the path, with the others of its provider.
func (h *Handlers) mapping(c echo.Context, a models.Actor) (models.MappingList, models.Mapping, error) {
	list, err := h.store.In(a).Mappings(c.Request().Context(), c.Param("idp"), "", nil)
	if err != nil {
		return list, models.Mapping{}, err
	}
	at := slices.IndexFunc(list.All, func(m models.Mapping) bool { return strings.EqualFold(m.ID, c.Param("mapping")) })
	if at < 0 {
		return list, models.Mapping{}, models.ErrNotFound
	}
	return list, list.All[at], nil
}

// mappingView is a saved mapping as the form shows it.
func mappingView(m models.Mapping) views.MappingForm {
	view := views.MappingForm{
		ID: m.ID, Version: strconv.Itoa(m.Version), Group: m.Group, Role: m.Role.Key(), Kind: views.MappingAdditive, People: m.People, Inert: m.Inert, Author: m.Author,
		Errors: map[string]string{},
	}
	if m.Authoritative {
		view.Kind = views.MappingAuthoritative
	}
	for _, team := range m.Teams {
		view.Teams.Chosen = append(view.Teams.Chosen, team.Slug)
	}
	return view
}

// mappingForm reads what every drawing of the form needs, and the teams that are named in it.
func (h *Handlers) mappingForm(c echo.Context, a models.Actor, view *views.MappingForm, list models.MappingList) (map[string]models.TeamRef, error) {
	org, p := a.Organization.Slug, list.Provider
	all := urls.Mappings.To(org, p.Slug)
	view.Provider, view.Cancel, view.Action, view.Search = p.Name, all, urls.MappingNew.To(org, p.Slug), urls.MappingNew.To(org, p.Slug)
	title := "Add mapping"
	if view.ID != "" {
		view.Action, view.DeleteURL = urls.Mapping.To(org, p.Slug, view.ID), urls.MappingDelete.To(org, p.Slug, view.ID)
		title, view.Search = "Edit mapping", view.Action
	}
	frame, err := h.mappingFrame(c, a, p, title, crumb("Group mappings", all))
	if err != nil {
		return nil, err
	}
	view.Page = frame.Page
	if list.Trial != nil {
		view.Seen = list.Trial.Sighting.Groups
	}
	known, err := h.store.In(a).TeamsNamed(c.Request().Context(), view.Teams.Chosen)
	if err != nil {
		return nil, err
	}
	found, err := h.store.In(a).Teams(c.Request().Context(), models.TeamFilter{Query: view.Teams.Query, Page: models.Page{Size: teamsToTick}})
	view.Teams.Offered, view.Teams.More = true, found.Older != ""
	view.Teams.Picks = picksOf(view.Teams.Chosen, known, found.Rows)
	return known, err
}

// MappingCreate tries a new mapping, and on request saves it.
func (h *Handlers) MappingCreate(c echo.Context, a models.Actor) error {
	view, act, err := readMappingForm(c)
	if err != nil {
		return err
	}
	list, err := h.store.In(a).Mappings(c.Request().Context(), c.Param("idp"), "", nil)
	if err != nil {
		return err
	}
	return h.mappingSubmitted(c, a, view, act, list, func(draft models.MappingDraft) error {
		return h.store.In(a).CreateMapping(c.Request().Context(), list.Provider.Slug, draft)
	})
}

// MappingSave tries the edited mapping, and on request saves it, unless somebody else did meanwhile.
func (h *Handlers) MappingSave(c echo.Context, a models.Actor) error {
	view, act, err := readMappingForm(c)
	if err != nil {
		return err
	}
	list, m, err := h.mapping(c, a)
	if err != nil {
		return err
	}
	view.ID, view.People, view.Inert, view.Author = m.ID, m.People, m.Inert, m.Author
	return h.mappingSubmitted(c, a, view, act, list, func(draft models.MappingDraft) error {
		err := h.store.In(a).EditMapping(c.Request().Context(), list.Provider.Slug, m.ID, version(view.Version), draft)
		if models.Is(err, models.Stale) {
			theirs := mappingView(m)
			view.Theirs, view.Version = &views.MappingSaved{Group: m.Group, Role: m.Role, Teams: namesOf(m.Teams), Kind: theirs.Kind}, theirs.Version
		}
		return err
	})
}

// mappingSubmitted is what both have in common; view is shared with save, which may add to it.
func (h *Handlers) mappingSubmitted(c echo.Context, a models.Actor, view *views.MappingForm, act string, list models.MappingList, save func(models.MappingDraft) error) error {
	known, err := h.mappingForm(c, a, view, list)
	if err != nil {
		return err
	}
	if act == findTeams { // nothing else was asked: what is not filled in yet is not wrong
		return draw(c, views.MappingFormPage(*view))
	}
	draft := checkMapping(view, known)
	if len(view.Errors) > 0 {
		return refuse(models.Invalid, views.MappingFormPage(*view))
	}
	if act != saveMapping {
		tried, err := h.store.In(a).Mappings(c.Request().Context(), list.Provider.Slug, view.ID, &draft)
		if err != nil {
			return err
		}
		view.Tried, view.Trial = true, mappingTrial(tried.Trial, tried.All)
		return draw(c, views.MappingFormPage(*view))
	}
	err = save(draft)
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind != models.NotFound && refusal.Kind != models.Denied {
		if note(view.Errors, err); refusal.Field == "" {
			view.Message, view.Errors = refusal.Sentence, map[string]string{}
		}
		return refuse(refusal.Kind, views.MappingFormPage(*view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Mappings.To(a.Organization.Slug, list.Provider.Slug), "The mapping of “"+draft.Group+"” is saved. It counts from each person's next sign-in.")
}

// readMappingForm reads what was typed, as typed.
func readMappingForm(c echo.Context) (*views.MappingForm, string, error) {
	typed, err := form(c)
	if err != nil {
		return nil, "", err
	}
	view := views.MappingForm{
		Version: typed.Get("version"), Group: typed.Get("group"), Role: typed.Get("role"), Kind: typed.Get("kind"), Errors: map[string]string{},
	}
	view.Teams.Chosen, view.Teams.Query = typed["teams"], searched(typed.Get("team"))
	return &view, typed.Get("action"), nil
}

// checkMapping makes the draft of what was typed, or puts messages beside the fields.
func checkMapping(view *views.MappingForm, known map[string]models.TeamRef) models.MappingDraft {
	var draft models.MappingDraft
	var err error
	draft.Group, err = models.ParseGroup("group", view.Group)
	note(view.Errors, err)
	if view.Role != "" {
		if draft.Role, err = authz.ParseRole(view.Role); err != nil {
			view.Errors["role"] = "Choose a role, or none."
		}
	}
	draft.Teams, err = models.InvitationTeams("teams", view.Teams.Chosen, known)
	note(view.Errors, err)
	switch view.Kind {
	case views.MappingAuthoritative:
		draft.Authoritative = true
	case views.MappingAdditive:
	default:
		view.Errors["kind"] = "Choose what happens when somebody leaves the group."
	}
	if len(view.Errors) == 0 {
		note(view.Errors, draft.Check())
	}
	return draft
}

package handlers

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/models/store"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// teamSide is what differs between the two things a team has: its members and its apps.
type teamSide struct {
	onApps   bool
	field    string // of a form, for the id of each
	noun     string
	own      urls.P2 // the tab
	add      urls.P2
	remove   urls.P2
	find     func(context.Context, store.Tenant, string) (ids []string, more bool, err error)
	describe func(store.Tenant, context.Context, models.Team, []string) ([]models.TeamCandidate, error)
	preview  func(store.Tenant, context.Context, models.Team, []string, bool) (models.TeamPreview, error)
	adding   func(store.Tenant, context.Context, string, []string) ([]models.TeamChange, error)
	removing func(store.Tenant, context.Context, string, []string) ([]models.TeamChange, error)
}

// offered is how many matches are shown at once.
const offered = 20

func teamMembers() teamSide {
	return teamSide{
		field: "member", noun: "member", own: urls.Team, add: urls.TeamMembersAdd, remove: urls.TeamMembersRemove,
		find: func(ctx context.Context, t store.Tenant, query string) (ids []string, more bool, err error) {
			listed, err := t.Members(ctx, models.MemberFilter{Query: query, Page: models.Page{Size: offered}})
			for _, m := range listed.Rows {
				ids = append(ids, m.UserID)
			}
			return ids, listed.Older != "", err
		},
		describe: store.Tenant.TeamPeople, preview: store.Tenant.PreviewTeamMembers,
		adding: store.Tenant.AddTeamMembers, removing: store.Tenant.RemoveTeamMembers,
	}
}

func teamApps() teamSide {
	return teamSide{
		onApps: true, field: "app", noun: "app", own: urls.TeamApps, add: urls.TeamAppsAdd, remove: urls.TeamAppsRemove,
		find: func(ctx context.Context, t store.Tenant, query string) (ids []string, more bool, err error) {
			listed, err := t.Apps(ctx, models.AppFilter{Query: query, Page: models.Page{Size: offered}})
			for _, app := range listed.Rows {
				ids = append(ids, app.Slug)
			}
			return ids, listed.Older != "", err
		},
		describe: store.Tenant.TeamAppCandidates, preview: store.Tenant.PreviewTeamApps,
		adding: store.Tenant.AddTeamApps, removing: store.Tenant.RemoveTeamApps,
	}
}

// TeamMembersChoose draws the page on which members are found and chosen.
func (h *Handlers) TeamMembersChoose(c echo.Context, a models.Actor) error {
	return h.teamChoose(c, a, teamMembers())
}

// TeamAppsChoose draws the page on which apps are found and chosen.
func (h *Handlers) TeamAppsChoose(c echo.Context, a models.Actor) error {
	return h.teamChoose(c, a, teamApps())
}

// TeamMembersAdd says what joining gives to the chosen, and on confirmation adds them.
func (h *Handlers) TeamMembersAdd(c echo.Context, a models.Actor) error {
	return h.teamChange(c, a, teamMembers(), true)
}

// TeamMembersRemove says what leaving takes from the chosen, and on confirmation removes them.
func (h *Handlers) TeamMembersRemove(c echo.Context, a models.Actor) error {
	return h.teamChange(c, a, teamMembers(), false)
}

// TeamAppsAdd says who gains the chosen apps, and on confirmation adds them.
func (h *Handlers) TeamAppsAdd(c echo.Context, a models.Actor) error {
	return h.teamChange(c, a, teamApps(), true)
}

// TeamAppsRemove says who loses the chosen apps, and on confirmation removes them.
func (h *Handlers) TeamAppsRemove(c echo.Context, a models.Actor) error {
	return h.teamChange(c, a, teamApps(), false)
}

func (h *Handlers) teamChoose(c echo.Context, a models.Actor, side teamSide) error {
	team, err := h.store.In(a).Team(c.Request().Context(), c.Param("team"))
	if err != nil {
		return err
	}
	// Too many in a link are cut: what is refused is only the form.
	chosen, _ := models.ParseTeamChoice("q", side.noun, c.QueryParams()[side.field])
	view, err := h.teamPicker(c, a, side, team, queryOf(c), chosen[:min(len(chosen), models.MaxTeamChange)])
	if err != nil {
		return err
	}
	return draw(c, views.TeamPickPage(view))
}

// teamPicker is what is offered to be added, and what was chosen of it.
func (h *Handlers) teamPicker(c echo.Context, a models.Actor, side teamSide, team models.Team, query string, chosen []string) (views.TeamPick, error) {
	tenant, ctx, org := h.store.In(a), c.Request().Context(), a.Organization.Slug
	found, more, err := side.find(ctx, tenant, query)
	if err != nil {
		return views.TeamPick{}, err
	}
	candidates, err := side.describe(tenant, ctx, team, append(append([]string{}, chosen...), found...))
	if err != nil {
		return views.TeamPick{}, err
	}
	view := views.TeamPick{Team: team.Name, OnApps: side.onApps, Cancel: side.own.To(org, team.Slug)}
	picker := parts.Picker{Action: side.add.To(org, team.Slug), Field: side.field, Query: query, Noun: side.noun, More: more, Autofocus: true, Label: "Search members", Placeholder: "Type a name or an email address"}
	if side.onApps {
		picker.Label, picker.Placeholder = "Search apps", "Type an identifier or a word of the description"
	}
	picked := map[string]bool{}
	for i, candidate := range candidates {
		pick := teamCandidate(candidate, side, models.TeamShare{}).Pick()
		switch {
		case candidate.Name == "" || picked[candidate.ID]: // not there any more, or chosen already
		case i < len(chosen):
			picked[candidate.ID] = true
			pick.Taken = "" // said again before it is saved
			picker.Chosen = append(picker.Chosen, pick)
		default:
			picker.Matches = append(picker.Matches, pick)
		}
	}
	slices.SortStableFunc(picker.Chosen, func(a, b parts.Pick) int { return strings.Compare(models.Fold(a.Name), models.Fold(b.Name)) })
	view.Picker = picker
	frame, err := h.organizationFrame(c, a, view.Title(), navTeams, crumb("Teams", urls.Teams.To(org)), crumb(team.Name, view.Cancel))
	view.Page = frame.Page
	return view, err
}

// teamChange shows what adding or removing the chosen would do, and does it once that was seen.
func (h *Handlers) teamChange(c echo.Context, a models.Actor, side teamSide, adding bool) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	tenant, ctx := h.store.In(a), c.Request().Context()
	team, err := tenant.Team(ctx, c.Param("team"))
	if err != nil {
		return err
	}
	chosen, err := models.ParseTeamChoice("q", side.noun, typed[side.field])
	if refusal, refused := models.RefusalOf(err); refused {
		return h.refuseTeamChoice(c, a, side, team, typed.Get("q"), chosen, adding, refusal)
	}
	if typed.Get("action") != "save" {
		return h.previewTeamChange(c, a, side, team, chosen, adding)
	}
	act := side.adding
	if !adding {
		act = side.removing
	}
	changes, err := act(tenant, ctx, team.Slug, chosen)
	if err != nil {
		return err
	}
	return h.seeWith(c, side.own.To(a.Organization.Slug, team.Slug), teamSentence(changes, team.Name, side.noun, adding))
}

// refuseTeamChoice draws the page again on which one chooses; what is removed is chosen in the team's own list.
func (h *Handlers) refuseTeamChoice(c echo.Context, a models.Actor, side teamSide, team models.Team, query string, chosen []string, adding bool, refusal *models.Refusal) error {
	if !adding {
		view, err := h.teamConfirm(c, a, side, team, adding)
		if err != nil {
			return err
		}
		view.Problem = refusal.Sentence
		return refuse(refusal.Kind, views.TeamConfirmPage(view))
	}
	view, err := h.teamPicker(c, a, side, team, query, chosen)
	if err != nil {
		return err
	}
	view.Picker.Error = refusal.Sentence
	return refuse(refusal.Kind, views.TeamPickPage(view))
}

func (h *Handlers) previewTeamChange(c echo.Context, a models.Actor, side teamSide, team models.Team, chosen []string, adding bool) error {
	preview, err := side.preview(h.store.In(a), c.Request().Context(), team, chosen, adding)
	if err != nil {
		return err
	}
	view, err := h.teamConfirm(c, a, side, team, adding)
	if err != nil {
		return err
	}
	view.Effect = teamEffect(preview.Effect)
	again := url.Values{}
	for _, candidate := range preview.Candidates {
		view.Rows = append(view.Rows, teamCandidate(candidate, side, preview.Effect.Each[candidate.ID]))
		again.Add(side.field, candidate.ID)
	}
	if adding {
		view.Again = side.add.To(a.Organization.Slug, team.Slug) + "?" + again.Encode()
	}
	return draw(c, views.TeamConfirmPage(view))
}

func (h *Handlers) teamConfirm(c echo.Context, a models.Actor, side teamSide, team models.Team, adding bool) (views.TeamConfirm, error) {
	org := a.Organization.Slug
	own := side.own.To(org, team.Slug)
	view := views.TeamConfirm{
		Team: team.Name, TeamApps: team.Apps, OnApps: side.onApps, Adding: adding, Field: side.field, Action: side.add.To(org, team.Slug), Cancel: own,
	}
	if !adding {
		view.Action = side.remove.To(org, team.Slug)
	}
	frame, err := h.organizationFrame(c, a, view.Title(), navTeams, crumb("Teams", urls.Teams.To(org)), crumb(team.Name, own))
	view.Page = frame.Page
	return view, err
}

func teamCandidate(c models.TeamCandidate, side teamSide, share models.TeamShare) views.TeamCandidate {
	return views.TeamCandidate{
		ID: c.ID, Name: c.Name, Email: c.Email, Role: c.Role, Suspended: c.Suspended, Description: c.Description, Visibility: c.Visibility, In: c.In,
		App: side.onApps, Reach: share.Reach, Build: share.Build, Builds: c.Role == authz.TeamContributor && !c.Suspended,
	}
}

// teamSentence says what was done, and to whom it was not.
func teamSentence(changes []models.TeamChange, team, noun string, adding bool) string {
	done, same, unknown, owned := 0, []string{}, 0, []string{}
	for _, change := range changes {
		switch change.Outcome {
		case models.TeamChanged:
			done++
		case models.TeamSame:
			same = append(same, change.Name)
		case models.TeamUnknown:
			unknown++
		case models.TeamOwned:
			owned = append(owned, change.Name)
		}
	}
	words := "Nothing changed."
	if done > 0 {
		words = count(done, noun) + " added to " + team + "."
		if !adding {
			words = count(done, noun) + " removed from " + team + "."
		}
	}
	switch state := map[bool]string{true: "in it already", false: "not in it any more"}[adding]; {
	case len(same) == 1:
		words += " " + same[0] + " was " + state + "."
	case len(same) > 1:
		words += " " + strconv.Itoa(len(same)) + " were " + state + "."
	}
	switch {
	case len(owned) == 1:
		words += " " + owned[0] + " stays: an identity provider decides that."
	case len(owned) > 1:
		words += " " + strconv.Itoa(len(owned)) + " stay: an identity provider decides that."
	}
	if unknown > 0 {
		words += " " + strconv.Itoa(unknown) + " could not be found any more."
	}
	return words
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return strconv.Itoa(n) + " " + noun + "s are"
}

package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// SingleSignOnChoose draws the page on which people and teams are found and chosen, of whom single sign-on is to be required.
func (h *Handlers) SingleSignOnChoose(c echo.Context, a models.Actor) error {
	query := c.QueryParams()
	members, teams := query["member"], query["team"]
	if len(members)+len(teams) == 0 && !query.Has("q") { // from where they were last time
		is, err := h.store.In(a).Enforcement(c.Request().Context())
		if err != nil {
			return err
		}
		for _, chosen := range is.Chosen {
			if chosen.UserID != "" {
				members = append(members, chosen.UserID)
			} else {
				teams = append(teams, chosen.Team)
			}
		}
	}
	// Too many in a link are cut: what is refused is only the form.
	chosen, err := h.store.In(a).ToEnforce(c.Request().Context(), members[:min(len(members), models.MostEnforced)], teams[:min(len(teams), models.MostEnforced)])
	if err != nil {
		return err
	}
	view, err := h.enforcedPicker(c, a, queryOf(c), chosen, c.QueryParam("within"))
	if err != nil {
		return err
	}
	return draw(c, views.EnforcedPickPage(view))
}

// enforcedPicker is what is offered to be chosen, and what was chosen of it.
func (h *Handlers) enforcedPicker(c echo.Context, a models.Actor, query string, chosen []models.Enforced, within string) (views.EnforcedPick, error) {
	tenant, ctx, org := h.store.In(a), c.Request().Context(), a.Organization.Slug
	people, err := tenant.Members(ctx, models.MemberFilter{Query: query, Page: models.Page{Size: offered}})
	if err != nil {
		return views.EnforcedPick{}, err
	}
	teams, err := tenant.Teams(ctx, models.TeamFilter{Query: query, Page: models.Page{Size: offered / 2}})
	if err != nil {
		return views.EnforcedPick{}, err
	}
	ids, slugs := []string{}, []string{}
	for _, m := range people.Rows {
		ids = append(ids, m.UserID)
	}
	for _, t := range teams.Rows {
		slugs = append(slugs, t.Slug)
	}
	found, err := tenant.ToEnforce(ctx, ids, slugs)
	if err != nil {
		return views.EnforcedPick{}, err
	}
	own := urls.SecuritySSOPeople.To(org)
	view := views.EnforcedPick{Cancel: urls.SecuritySSO.To(org), Within: within, Picker: parts.Picker{
		Action: own, Query: query, Noun: "person or team", Nouns: "Teams and members", Mirror: "paste", More: people.Older != "" || teams.Older != "", Autofocus: true,
		Label: "Search people and teams", Placeholder: "Type a name, an email address or a team",
	}}
	for _, c := range chosen {
		view.Picker.Chosen = append(view.Picker.Chosen, enforcedRow(c).Pick())
	}
	for _, f := range found {
		if !slices.ContainsFunc(chosen, func(c models.Enforced) bool { return c.UserID == f.UserID && c.Team == f.Team }) {
			view.Picker.Matches = append(view.Picker.Matches, enforcedRow(f).Pick())
		}
	}
	frame, err := h.organizationFrame(c, a, views.EnforcedTitle, navSecurity, crumb("Security", urls.Security.To(org)), crumb("Required single sign-on", view.Cancel))
	view.Page = frame.Page
	return view, err
}

func enforcedRow(c models.Enforced) views.EnforcedRow {
	return views.EnforcedRow{UserID: c.UserID, Team: c.Team, Name: c.Name, Email: c.Email, Suspended: c.Suspended, Known: c.Known, People: c.People}
}

// SingleSignOnChosen says whom it will concern, with each who was chosen to be taken out again, and on confirmation requires it.
func (h *Handlers) SingleSignOnChosen(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	tenant, ctx := h.store.In(a), c.Request().Context()
	kind, without, _ := strings.Cut(typed.Get("without"), " ")
	left := func(field string) []string {
		return slices.DeleteFunc(slices.Clone(typed[field]), func(each string) bool { return kind == field && each == without })
	}
	chosen, err := tenant.ToEnforce(ctx, left("member"), left("team"))
	if err != nil {
		return err
	}
	pasted := strings.Fields(strings.NewReplacer(",", " ", ";", " ").Replace(typed.Get("people")))
	var refusal *models.Refusal
	if len(pasted) > 0 {
		named, unknown, err := tenant.NamedToEnforce(ctx, pasted[:min(len(pasted), 2*models.MostEnforced)])
		if err != nil {
			return err
		}
		for _, n := range named {
			if !slices.ContainsFunc(chosen, func(c models.Enforced) bool { return c.UserID == n.UserID && c.Team == n.Team }) {
				chosen = append(chosen, n)
			}
		}
		if len(unknown) > 0 {
			refusal, _ = models.RefusalOf(models.RefuseField("people", "Not the address of a member, nor the ID of a team: "+strings.Join(unknown[:min(len(unknown), 5)], ", ")+"."))
		}
	}
	if refusal == nil {
		refusal, _ = models.RefusalOf(models.MayEnforce(chosen))
	}
	if refusal != nil {
		view, err := h.enforcedPicker(c, a, typed.Get("q"), chosen, typed.Get("within"))
		if err != nil {
			return err
		}
		if view.People = typed.Get("people"); refusal.Field == "people" {
			view.PeopleError = refusal.Sentence
		} else {
			view.Picker.Error = refusal.Sentence
		}
		return refuse(refusal.Kind, views.EnforcedPickPage(view))
	}
	change := models.EnforcementChange{Stage: models.StageChosen}
	if typed.Get("action") == "save" {
		if change, err = readEnforcement(func(field string) string {
			if field == "stage" {
				return string(models.StageChosen)
			}
			return typed.Get(field)
		}); err != nil {
			return h.required(c, a, change, typed.Get("within"), err)
		}
	}
	for _, each := range chosen {
		if each.UserID != "" {
			change.Members = append(change.Members, each.UserID)
		} else {
			change.Teams = append(change.Teams, each.Team)
		}
	}
	if typed.Get("action") != "save" {
		return h.previewEnforcement(c, a, change, chosen)
	}
	return h.required(c, a, change, typed.Get("within"), tenant.RequireSSO(ctx, change))
}

// previewEnforcement says whom a step concerns before it is taken.
func (h *Handlers) previewEnforcement(c echo.Context, a models.Actor, change models.EnforcementChange, chosen []models.Enforced) error {
	tenant, ctx, org := h.store.In(a), c.Request().Context(), a.Organization.Slug
	typed, err := form(c)
	if err != nil {
		return err
	}
	impact, err := tenant.EnforcementImpact(ctx, change)
	if err != nil {
		return err
	}
	is, err := tenant.Enforcement(ctx)
	if err != nil {
		return err
	}
	ready, err := tenant.Readiness(ctx)
	if err != nil {
		return err
	}
	view := views.EnforcementPreview{
		Stage: string(change.Stage), Of: change.Stage.Words(), Action: urls.SecuritySSO.To(org), Cancel: urls.SecuritySSO.To(org), Version: strconv.Itoa(is.Version),
		People: impact.People, Unknown: impact.Unknown, Passwords: impact.Passwords, Within: typed.Get("within"), Withins: withins(),
	}
	if refusal, refused := models.RefusalOf(change.Stage.MayFollow(is)); refused {
		view.Reason = refusal.Sentence
	} else if refusal, refused := models.RefusalOf(ready.Ready(time.Now().UTC())); refused {
		view.Reason = refusal.Sentence
	}
	if change.Stage == models.StageChosen {
		again := url.Values{"within": {typed.Get("within")}}
		for _, c := range chosen {
			row := enforcedRow(c)
			view.Rows = append(view.Rows, row)
			again.Add(row.Field(), row.Value())
		}
		view.Action = urls.SecuritySSOPeople.To(org)
		view.Again = view.Action + "?" + again.Encode()
	}
	frame, err := h.organizationFrame(c, a, view.Title(), navSecurity, crumb("Security", urls.Security.To(org)), crumb("Required single sign-on", view.Cancel))
	view.Page = frame.Page
	if err != nil {
		return err
	}
	return draw(c, views.EnforcementPreviewPage(view))
}

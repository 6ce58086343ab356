package handlers

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// MembersChange changes many members at once: first it shows what would happen to each, and on confirmation it changes them one by one, each
// in a transaction of its own, so that one that fails does not lose the others.
func (h *Handlers) MembersChange(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	action, err := models.ParseBulkAction(typed.Get("action"))
	if err == nil && action == models.BulkTeam {
		err = models.Refuse(models.Invalid, "Choose what to do with the members.") // an act of its own, which others may do as well
	}
	if err != nil {
		return err
	}
	return h.bulk(c, a, models.Bulk{Action: action}, urls.MembersChange, typed)
}

// MembersToTeam adds many members to a team, in the same way.
func (h *Handlers) MembersToTeam(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	return h.bulk(c, a, models.Bulk{Action: models.BulkTeam}, urls.MembersToTeam, typed)
}

func (h *Handlers) bulk(c echo.Context, a models.Actor, bulk models.Bulk, to urls.P1, typed bulkForm) error {
	ctx := c.Request().Context()
	view := views.Bulk{Action: string(bulk.Action), URL: to.To(a.Organization.Slug), Errors: map[string]string{}}
	ids, err := h.bulkMembers(ctx, a, typed, &view)
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, view.Title(), navMembers, crumb("Members", urls.Members.To(a.Organization.Slug)))
	if err != nil {
		return err
	}
	view.Page, view.Members = frame.Page, ids
	if view.Action == string(models.BulkTeam) {
		if err := h.bulkTeam(ctx, a, typed, &view, &bulk); err != nil {
			return err
		}
	}
	members, err := h.store.In(a).SomeMembers(ctx, ids)
	if err != nil {
		return err
	}
	view.Count = len(members)
	checkBulk(typed, &view, &bulk)
	if len(view.Errors) > 0 {
		return refuse(models.Invalid, views.BulkPage(view))
	}
	if !view.Chosen {
		return draw(c, views.BulkPage(view))
	}
	confirmed := typed.Get("step") == "confirm"
	if confirmed && bulk.Action == models.BulkRemove && models.Slug(typed.Get("confirm")).Norm() != models.Slug(a.Organization.Slug).Norm() {
		view.Errors["confirm"], confirmed = "This is not the ID of the organization. Nothing was changed.", false
	}
	if confirmed {
		view.Rows = h.changeEach(c, a, bulk, ids, members)
		return draw(c, views.BulkResultPage(view))
	}
	for _, m := range members {
		row := bulkRow(a, m)
		if row.Reason = bulk.Skips(m, a.Person); row.Reason != "" {
			row.State = views.BulkSkipped
		}
		view.Rows = append(view.Rows, row)
	}
	if len(view.Errors) > 0 {
		return refuse(models.Invalid, views.BulkPage(view))
	}
	return draw(c, views.BulkPage(view))
}

func bulkRow(a models.Actor, m models.Member) views.BulkRow {
	return views.BulkRow{ID: m.UserID, URL: urls.Member.To(a.Organization.Slug, m.UserID), Name: m.Name, Email: m.Email, Role: m.Role, Suspended: m.Suspended}
}

// answerTime is what is kept of a request's time for the answer.
const answerTime = 4 * time.Second

// changeEach makes the change, member by member. Everybody is looked at once more: what was shown before may be long ago.
func (h *Handlers) changeEach(c echo.Context, a models.Actor, bulk models.Bulk, ids []string, members []models.Member) []views.BulkRow {
	ctx := c.Request().Context()
	var rows []views.BulkRow
	for range len(ids) - len(members) {
		rows = append(rows, views.BulkRow{Name: "Somebody", State: views.BulkFailed, Reason: "Is no longer a member."})
	}
	deadline, limited := ctx.Deadline()
	for _, m := range members {
		row := bulkRow(a, m)
		switch row.Reason = bulk.Skips(m, a.Person); {
		case row.Reason != "":
			row.State = views.BulkSkipped
		case limited && time.Until(deadline) < answerTime:
			row.State, row.Reason = views.BulkFailed, "The time was not enough for everybody. Nothing was changed here: try it again."
		default:
			if err := h.changeOne(ctx, a, bulk, m); err != nil {
				row.State, row.Reason = views.BulkFailed, h.reasonOf(c, err)
			} else {
				row.State = views.BulkDone
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func (h *Handlers) changeOne(ctx context.Context, a models.Actor, bulk models.Bulk, m models.Member) error {
	tenant := h.store.In(a)
	switch bulk.Action {
	case models.BulkRole:
		return tenant.ChangeRole(ctx, m.UserID, bulk.Role, 0)
	case models.BulkTeam:
		outcome, err := tenant.AddTeamMember(ctx, bulk.Team.Slug, m.UserID)
		if err == nil && outcome == models.TeamUnknown {
			err = models.ErrNotFound
		}
		return err
	case models.BulkSuspend:
		return tenant.Suspend(ctx, m.UserID)
	case models.BulkReinstate:
		return tenant.Reinstate(ctx, m.UserID)
	case models.BulkRemove:
		return tenant.Remove(ctx, m.UserID, nil)
	}
	return models.ErrNotFound
}

// reasonOf is why one member was not changed, in words. What nobody expected is in the log.
func (h *Handlers) reasonOf(c echo.Context, err error) string {
	refusal, refused := models.RefusalOf(err)
	switch {
	case refused && refusal.Kind == models.NotFound:
		return "Is no longer a member, or the team is gone."
	case refused:
		return refusal.Sentence
	}
	h.log.ErrorContext(c.Request().Context(), "one of many members was not changed", "error", err, "reference", RequestOf(c).Reference)
	return "Something went wrong. Try it again; reference " + RequestOf(c).Reference + "."
}

// bulkMembers are the accounts that the form names, each once: those that are ticked, or all that fit the filter of the list they come from.
func (h *Handlers) bulkMembers(ctx context.Context, a models.Actor, typed bulkForm, view *views.Bulk) ([]string, error) {
	if typed.Get("which") == "all" {
		ids, more, err := h.store.In(a).MatchingMembers(ctx, memberFilter(a, typed), models.MaxBulk)
		view.More = more
		return ids, err
	}
	return namedMembers(typed), nil
}

// bulkTeam offers the teams and reads which one was chosen.
func (h *Handlers) bulkTeam(ctx context.Context, a models.Actor, typed bulkForm, view *views.Bulk, bulk *models.Bulk) error {
	chosen := typed.Get("to-team")
	choices, err := h.store.In(a).TeamChoices(ctx, bulkTeams, chosen)
	if err != nil {
		return err
	}
	bulk.Team, view.Team, view.MoreTeams, view.TeamName = choices.Chosen, chosen, choices.More, choices.Chosen.Name
	for _, team := range choices.Teams {
		view.Teams = append(view.Teams, views.Option{Value: team.Slug, Label: team.Name})
	}
	if a.May(authz.TeamsManage) {
		view.NewTeamURL = urls.TeamNew.To(a.Organization.Slug)
	}
	return nil
}

// bulkTeams is how many teams are offered; beyond that one types the team's ID.
const bulkTeams = 100

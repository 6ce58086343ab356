package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// teamsOffered is how many teams a list to choose from holds; beyond that one types the team's ID.
const teamsOffered = 12

// Members draws the list of members.
func (h *Handlers) Members(c echo.Context, a models.Actor) error {
	tenant, ctx := h.store.In(a), c.Request().Context()
	filter := memberFilter(a, c.QueryParams())
	teams, err := tenant.TeamChoices(ctx, teamsOffered, filter.Team)
	if err != nil {
		return err
	}
	filters := memberFilters(filter, teams)
	filters.ByFactor = a.May(authz.MembersManage)
	if filters.UnknownTeam {
		filter.Team = "" // a link to a team that is gone shows everybody, and says so
	}
	filter.Page = pageOf(c)
	listed, err := tenant.Members(ctx, filter)
	if err != nil {
		return err
	}
	pending, invites := 0, a.May(authz.MembersManage)
	if invites {
		if pending, err = tenant.PendingInvitations(ctx); err != nil {
			return err
		}
	}
	frame, err := h.organizationFrame(c, a, "Members", navMembers)
	if err != nil {
		return err
	}
	view := views.Members{
		Page: frame.Page, Query: filter.Query, Filters: filters, Sort: string(filter.Sort), Params: memberParams(filter), Total: frame.Members,
		Pager:   pager(c, listed.Newer, listed.Older),
		Invites: invites, Pending: pending, OwnTeams: a.Role == authz.TeamContributor, Filtered: filter.Narrows(), Manages: invites,
	}
	if a.May(authz.MembersManage) {
		view.ChangeURL = urls.MembersChange.To(a.Organization.Slug)
	}
	if a.May(authz.TeamMembersAdd) {
		view.ToTeamURL = urls.MembersToTeam.To(a.Organization.Slug)
	}
	for _, m := range listed.Rows {
		view.Rows = append(view.Rows, memberRow(a, m))
	}
	return draw(c, views.MembersPage(view))
}

func memberRow(a models.Actor, m models.Member) views.MemberRow {
	row := views.MemberRow{
		ID: m.UserID, URL: urls.Member.To(a.Organization.Slug, m.UserID), Name: m.Name, Email: m.Email, Role: m.Role, Suspended: m.Suspended,
		You: m.UserID == a.User.ID, Source: sourceLabels[m.Source], Through: m.RoleThrough, SignsIn: signsInWith(m), Factor: m.HasFactor, Joined: m.JoinedAt, LastActive: m.LastActiveAt,
	}
	for _, team := range m.Teams {
		row.Teams = append(row.Teams, team.Name)
	}
	return row
}

// signsInWith says how a member proves who they are.
func signsInWith(m models.Member) string {
	switch {
	case m.HasPassword && m.HasSSO:
		return "Password and SSO"
	case m.HasPassword:
		return "Password"
	case m.HasSSO:
		return "SSO"
	}
	return "Nothing yet"
}

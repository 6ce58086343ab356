package handlers

import (
	"net/url"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
	"gatehouse/views"
)

// idleParam is the value of the filter "inactive" that is on.
const idleParam = "90"

// memberFilter reads what a list of members is asked for, from a query or a form. What is no value of a filter filters nothing.
func memberFilter(a models.Actor, typed url.Values) models.MemberFilter {
	role, _ := authz.ParseRole(typed.Get("role"))
	filter := models.MemberFilter{
		Query: searched(typed.Get("q")), Role: role, Team: strings.TrimSpace(typed.Get("team")), Source: models.ParseSource(typed.Get("source")),
		Status: models.ParseMemberStatus(typed.Get("status")), Idle: typed.Get("inactive") == idleParam, Sort: models.ParseMemberSort(typed.Get("sort")),
	}
	if a.May(authz.MembersManage) { // others are not told how somebody signs in
		filter.Factor = models.ParseFactorState(typed.Get("factor"))
	}
	return filter
}

// memberParams is the filter as it stands in an address, without its page.
func memberParams(f models.MemberFilter) url.Values {
	idle := ""
	if f.Idle {
		idle = idleParam
	}
	params := url.Values{}
	for name, value := range map[string]string{
		"q": f.Query, "role": f.Role.Key(), "team": f.Team, "source": string(f.Source), "status": string(f.Status), "inactive": idle, "factor": string(f.Factor), "sort": string(f.Sort),
	} {
		if value != "" {
			params.Set(name, value)
		}
	}
	return params
}

// sourceLabels say how members came.
var sourceLabels = map[models.Source]string{models.FromSetup: "Setup", models.FromInvitation: "Invitation", models.FromSSO: "SSO"}

// memberFilters are the filters of the list as they are set, with what they offer.
func memberFilters(f models.MemberFilter, teams models.TeamChoices) views.MemberFilters {
	filters := views.MemberFilters{
		Role: f.Role, Team: f.Team, Source: string(f.Source), Status: string(f.Status), Idle: f.Idle, Factor: string(f.Factor), MoreTeams: teams.More,
		UnknownTeam: f.Team != "" && teams.Chosen.Slug == "",
	}
	for _, source := range models.Sources() {
		filters.Sources = append(filters.Sources, views.Option{Value: string(source), Label: sourceLabels[source]})
	}
	for _, team := range teams.Teams {
		filters.Teams = append(filters.Teams, views.Option{Value: team.Slug, Label: team.Name})
	}
	return filters
}

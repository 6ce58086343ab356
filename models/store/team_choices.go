package store

import (
	"context"
	"slices"
	"strings"

	"gatehouse/models"
)

// TeamChoices returns the first teams by name, at most n, for a list to choose from, whether there are more, and the team of that identifier
// if there is one. A Team Contributor is offered their own.
func (t Tenant) TeamChoices(ctx context.Context, n int, slug string) (models.TeamChoices, error) {
	const columns = "t.slug, t.slug_norm, t.name, t.sort_name"
	norm, _ := slugNorm(slug) // of what is no identifier there is no team
	first := (&query{}).add("SELECT "+columns+" FROM teams t WHERE t.organization_id = ?", t.organization())
	t.ownTeamsOnly(first, "t.id")
	window{size: n}.limited(first, teamsByName)
	q := (&query{}).add("SELECT * FROM (").addAll(first).add(") first UNION SELECT "+columns+" FROM teams t WHERE t.organization_id = ? AND t.slug_norm = ?", t.organization(), norm)
	t.ownTeamsOnly(q, "t.id")
	var rows []teamRow
	if err := t.store.read(ctx).rows(&rows, q); err != nil {
		return models.TeamChoices{}, fault("team choices", err)
	}
	slices.SortFunc(rows, func(a, b teamRow) int { return strings.Compare(a.SortName, b.SortName) })
	choices := models.TeamChoices{More: len(rows) > n}
	for i, row := range rows {
		team := models.TeamRef{Slug: row.Slug, Name: row.Name}
		if row.SlugNorm == norm {
			choices.Chosen = team
		}
		if i < n {
			choices.Teams = append(choices.Teams, team)
		}
	}
	return choices, nil
}

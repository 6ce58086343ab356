package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// crowd makes a second organization with these names, so that paging has something to do.
func (w *world) crowd(names ...string) Tenant {
	w.t.Helper()
	seed := models.Seed{Slug: "crowd", Name: "Crowd", People: []models.SeedPerson{{Name: "0 Chief", Email: "chief@crowd.example", Role: authz.Administrator, PasswordHash: hashOf}}}
	for i, name := range names {
		role := authz.OrganizationUser
		if i%3 == 0 {
			role = authz.TeamContributor
		}
		person := models.SeedPerson{Name: name, Email: fmt.Sprintf("p%d@crowd.example", i), Role: role}
		if i%2 == 0 {
			person.LastActive = w.now()
		}
		seed.People = append(seed.People, person)
		seed.Teams = append(seed.Teams, models.SeedTeam{Slug: models.Slug(fmt.Sprintf("t%d", i)), Name: name})
		seed.Apps = append(seed.Apps, models.SeedApp{Slug: models.Slug(fmt.Sprintf("App-%02d", i)), Visibility: authz.Visibility(i % 3)})
	}
	_, err := w.Seed(w.ctx, seed)
	must(w.t, err)
	return w.in("crowd", "chief@crowd.example")
}

// walk reads a list to its end and back, page by page, and holds both ways to the same order.
func walk[Row any](t *testing.T, size int, fetch func(models.Page) (models.Listed[Row], error), key func(Row) string) []string {
	t.Helper()
	var all []string
	var pages [][]string
	page := models.Page{Size: size}
	var last models.Listed[Row]
	for {
		listed, err := fetch(page)
		must(t, err)
		if len(listed.Rows) > size {
			t.Fatalf("%d rows on a page of %d", len(listed.Rows), size)
		}
		equal(t, "a page before", listed.Newer != "", len(pages) > 0)
		pages = append(pages, slugs(listed.Rows, key))
		all = append(all, pages[len(pages)-1]...)
		last = listed
		if listed.Older == "" {
			break
		}
		page = models.Page{After: listed.Older, Size: size}
	}
	for i := len(pages) - 2; i >= 0; i-- {
		listed, err := fetch(models.Page{Before: last.Newer, Size: size})
		must(t, err)
		equalAll(t, "the page before", slugs(listed.Rows, key), pages[i])
		equal(t, "a page after", listed.Older != "", true)
		equal(t, "a page before", listed.Newer != "", i > 0)
		last = listed
	}
	return all
}

func TestListsArePagedForwardAndBackward(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		people := []string{"Ångström", "ander", "Zed", "same", "Same", "SAME", "same", "Same", "Éva", "eva", "Eva", "ölaf", "Bo", "Bo", "bo"}
		chief := w.crowd(people...)
		byID := func(m models.Member) string { return m.UserID }
		for _, size := range []int{1, 2, 3, 7, 15, 16, 50} {
			all := walk(w.t, size, func(p models.Page) (models.Listed[models.Member], error) {
				return chief.Members(ctx, models.MemberFilter{Page: p})
			}, byID)
			equal(w.t, "everybody once", len(slices.Compact(slices.Sorted(slices.Values(all)))), len(people)+1)
			equal(w.t, "everybody", len(all), len(people)+1)
			filtered := walk(w.t, size, func(p models.Page) (models.Listed[models.Member], error) {
				return chief.Members(ctx, models.MemberFilter{Role: authz.TeamContributor, Query: "a", Page: p})
			}, byID)
			equal(w.t, "filtered", len(filtered), 5)
			teams := walk(w.t, size, func(p models.Page) (models.Listed[models.Team], error) {
				return chief.Teams(ctx, models.TeamFilter{Page: p})
			}, func(t models.Team) string { return t.Slug })
			equal(w.t, "teams", len(teams), len(people))
			apps := walk(w.t, size, func(p models.Page) (models.Listed[models.App], error) {
				return chief.Apps(ctx, models.AppFilter{Page: p})
			}, appSlug)
			equal(w.t, "apps", len(apps), len(people))
			equal(w.t, "sorted", slices.IsSorted(apps), true)
		}
		named := walk(w.t, 4, func(p models.Page) (models.Listed[models.Member], error) {
			return chief.Members(ctx, models.MemberFilter{Page: p})
		}, func(m models.Member) string { return models.Fold(m.Name) })
		equal(w.t, "sorted as people read", slices.IsSorted(named), true)
	})
}

func TestACursorOfNobodyIsTheFirstPage(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		chief := w.crowd("a", "b", "c")
		first, err := chief.Members(ctx, models.MemberFilter{Page: models.Page{Size: 2}})
		must(w.t, err)
		for _, cursor := range []string{"x", "%%%", strings.Repeat("A", 10000), position{"\x00", newID()}.cursor(), position{"a", "1"}.cursor(), "bnVsbA", "W10"} {
			for _, page := range []models.Page{{After: cursor, Size: 2}, {Before: cursor, Size: 2}} {
				listed, err := chief.Members(ctx, models.MemberFilter{Page: page})
				must(w.t, err)
				equalAll(w.t, cursor, names(listed), names(first))
			}
		}
		odd, err := chief.Members(ctx, models.MemberFilter{Page: models.Page{Size: -1}})
		must(w.t, err)
		equal(w.t, "size", len(odd.Rows), 4)
		before, err := chief.Members(ctx, models.MemberFilter{Page: models.Page{Before: position{"name ", newID()}.cursor(), Size: 2}})
		must(w.t, err)
		equalAll(w.t, "before the beginning is the first page", names(before), names(first))
		after, err := chief.Members(ctx, models.MemberFilter{Page: models.Page{After: position{"name zzz", newID()}.cursor(), Size: 2}})
		must(w.t, err)
		equal(w.t, "after the end is nothing", len(after.Rows), 0)
		back, err := chief.Members(ctx, models.MemberFilter{Page: models.Page{Before: after.Newer, Size: 2}})
		must(w.t, err)
		equalAll(w.t, "and leads back", names(back), []string{"b", "c"})
	})
}

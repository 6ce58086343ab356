package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// mixed makes an organization in which every combination of what members are filtered by occurs, with equal names and times among them.
func (w *world) mixed() (Tenant, []models.Member) {
	w.t.Helper()
	seed := models.Seed{Slug: "mixed", Name: "Mixed", People: []models.SeedPerson{
		{Name: "0 Chief", Email: "chief@mixed.example", Role: authz.Administrator, PasswordHash: hashOf, Joined: w.now(), LastActive: w.now()},
		{Name: "1 Mate", Email: "mate@mixed.example", Role: authz.TeamContributor, PasswordHash: hashOf, Joined: w.now()},
	}}
	even := []string{"mate@mixed.example"}
	day := 24 * time.Hour
	for i := range 72 {
		active := []time.Time{{}, w.now().Add(-100 * day), w.now().Add(-90 * day), w.now().Add(-time.Microsecond), w.now()}[i%5]
		person := models.SeedPerson{
			Name: []string{"same", "Same", "Éva", "zed"}[i%4], Email: fmt.Sprintf("p%d@mixed.example", i), Role: authz.Roles()[i%4],
			Suspended: i%7 == 0, Source: models.Sources()[i%3], Joined: w.now().Add(-time.Duration(i%11) * 20 * day), LastActive: active,
		}
		seed.People = append(seed.People, person)
		if i%2 == 0 {
			even = append(even, person.Email)
		}
	}
	seed.Teams = []models.SeedTeam{{Slug: "Even", Name: "Even", Members: even}, {Slug: "nobody", Name: "Nobody"}}
	for n := 2; n < 9; n++ { // the same people in teams of their own, some in several
		some := even[:1:1]
		for i := n; i < len(even); i += n {
			some = append(some, even[i])
		}
		seed.Teams = append(seed.Teams, models.SeedTeam{Slug: models.Slug(fmt.Sprint("some-", n)), Name: "Some", Members: some})
	}
	must1(w.Seed(w.ctx, seed))
	chief := w.in("mixed", "chief@mixed.example")
	everybody := must1(chief.Members(w.ctx, models.MemberFilter{Page: models.Page{Size: 200}})).Rows
	equal(w.t, "everybody", len(everybody), 74)
	return chief, everybody
}

// fits says, in words of its own, whether a member belongs into a filtered list.
func fits(m models.Member, f models.MemberFilter, now time.Time) bool {
	inTeam := slices.ContainsFunc(m.Teams, func(t models.TeamRef) bool { return strings.EqualFold(t.Slug, f.Team) })
	return strings.Contains(models.Fold(m.Name+" "+m.Email), models.Fold(f.Query)) && (!f.Role.Valid() || m.Role == f.Role) &&
		(f.Team == "" || inTeam) && (f.Source == "" || m.Source == f.Source) &&
		(f.Status == "" || m.Suspended == (f.Status == models.StatusSuspended)) && (!f.Idle || now.Sub(m.JoinedAt) > models.IdleAfter && now.Sub(m.LastActiveAt) > models.IdleAfter)
}

func compare(sort models.MemberSort) func(a, b models.Member) int {
	return func(a, b models.Member) int {
		by := 0
		switch sort.By() {
		case models.SortByName:
		case models.SortByRole:
			by = cmp.Compare(a.Role.Key(), b.Role.Key()) // as its words stand in the alphabet
		case models.SortByActive:
			by = a.LastActiveAt.Compare(b.LastActiveAt)
		case models.SortByJoined:
			by = a.JoinedAt.Compare(b.JoinedAt)
		}
		if by == 0 && (sort.By() == models.SortByName || sort.By() == models.SortByRole) {
			by = strings.Compare(models.Fold(a.Name), models.Fold(b.Name))
		}
		by = cmp.Or(by, strings.Compare(a.UserID, b.UserID))
		if sort.Descending() {
			return -by
		}
		return by
	}
}

var everySort = []models.MemberSort{"", "-name", "role", "-role", "active", "-active", "joined", "-joined"}

// Whatever is asked, the pages of the list hold exactly those who fit, each once, in the order; both ways, on both databases.
func TestEveryFilterInEveryOrder(t *testing.T) {
	each(t, func(w *world) {
		chief, everybody := w.mixed()
		mate := w.in("mixed", "mate@mixed.example")
		for _, f := range []models.MemberFilter{
			{}, {Role: authz.TeamContributor}, {Source: models.FromSSO}, {Status: models.StatusSuspended}, {Status: models.StatusActive, Source: models.FromSetup},
			{Role: authz.Administrator, Status: models.StatusActive, Source: models.FromInvitation}, {Team: "even"}, {Team: "nobody"}, {Team: "no such team"},
			{Idle: true}, {Idle: true, Role: authz.OrganizationUser}, {Idle: true, Team: "Even", Status: models.StatusSuspended}, {Query: "eva"}, {Query: "p1"},
			{Query: "SAME", Role: authz.OrganizationContributor, Idle: true}, {Query: "mixed.example", Team: "even", Source: models.FromSSO},
		} {
			for _, sort := range everySort {
				f.Sort = sort
				for who, tenant := range map[string]Tenant{"chief": chief, "mate": mate} {
					var want []string
					for _, m := range slices.SortedFunc(slices.Values(everybody), compare(sort)) {
						shared := who == "chief" || fits(m, models.MemberFilter{Team: "even"}, w.now())
						if shared && fits(m, f, w.now()) {
							want = append(want, m.UserID)
						}
					}
					got := walk(w.t, 11, func(p models.Page) (models.Listed[models.Member], error) {
						asked := f
						asked.Page = p
						return tenant.Members(w.ctx, asked)
					}, func(m models.Member) string { return m.UserID })
					if !slices.Equal(got, want) {
						w.t.Errorf("%s, %+v: got %d members, want %d, or in another order", who, f, len(got), len(want))
					}
				}
			}
		}
	})
}

// A cursor belongs to its order: in another it is none, rather than a place that means something else.
func TestACursorOfAnotherOrderIsNone(t *testing.T) {
	each(t, func(w *world) {
		chief, _ := w.mixed()
		first := map[models.MemberSort]models.Listed[models.Member]{}
		for _, sort := range everySort {
			first[sort] = must1(chief.Members(w.ctx, models.MemberFilter{Sort: sort, Page: models.Page{Size: 5}}))
		}
		for _, sort := range everySort {
			for _, other := range everySort {
				page := must1(chief.Members(w.ctx, models.MemberFilter{Sort: sort, Page: models.Page{Size: 5, After: first[other].Older}}))
				equal(w.t, fmt.Sprintf("%s with a cursor of %s is the first page", sort, other), slices.Equal(names(page), names(first[sort])) && page.Newer == "", sort.By() != other.By())
			}
			for _, key := range []string{"", "name", "active x", "active 9999999999999999999", "joined -9223372036854775808", "joined 9223372036854775807", "role", "role x y", "role organization_user", "role zzz a", "name \\"} {
				_, err := chief.Members(w.ctx, models.MemberFilter{Sort: sort, Page: models.Page{Size: 5, Before: position{key, newID()}.cursor()}})
				must(w.t, err)
			}
		}
	})
}

func TestAMemberListSaysHowEachSignsIn(t *testing.T) {
	each(t, func(w *world) {
		w.provider("okta", true)
		w.run(`INSERT INTO identity_links (id, organization_id, provider_id, name_id, name_id_format, user_id, created_at, last_used_at)
			SELECT ?, organization_id, id, 'sana', '', ?, ?, ? FROM identity_providers`, newID(), w.userID("sana@northwind.example"), w.now(), w.now())
		ada := w.in("northwind", "ada@northwind.example")
		for _, m := range must1(ada.Members(w.ctx, models.MemberFilter{})).Rows {
			equal(w.t, m.Name+" has SSO", m.HasSSO, m.Name == "Sana Öz")
			equal(w.t, m.Name+" has a password", m.HasPassword, m.Name != "Sana Öz")
		}
		// Another organization's identity is none of this one's.
		for _, m := range must1(w.in("contoso", "carl@contoso.example").Members(w.ctx, models.MemberFilter{})).Rows {
			equal(w.t, m.Name+" has SSO at Contoso", m.HasSSO, false)
		}
	})
}

func TestATeamContributorInNoTeamSeesThemselves(t *testing.T) {
	each(t, func(w *world) {
		must1(w.Seed(w.ctx, models.Seed{Slug: "litware", Name: "Litware", People: []models.SeedPerson{
			{Name: "Lin First", Email: "lin@litware.example", Role: authz.Administrator, PasswordHash: hashOf}, {Name: "Tim Team", Email: "tim@litware.example", Role: authz.TeamContributor, PasswordHash: hashOf},
		}}))
		tim := w.in("litware", "tim@litware.example")
		for _, sort := range everySort {
			page := must1(tim.Members(w.ctx, models.MemberFilter{Sort: sort}))
			equal(w.t, fmt.Sprintf("sorted by %q", sort), fmt.Sprint(names(page), page.Older, page.Newer), "[Tim Team]")
		}
	})
}

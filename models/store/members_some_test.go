package store

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// All that match are those whom the list shows, in its order.
func TestMatchingMembersAreThoseOfTheList(t *testing.T) {
	each(t, func(w *world) {
		chief, _ := w.mixed()
		for _, filter := range []models.MemberFilter{{}, {Role: authz.TeamContributor, Sort: "-joined"}, {Team: "even", Idle: true, Sort: models.SortByActive}, {Query: "same", Status: models.StatusSuspended}} {
			filter.Page = models.Page{Size: largestPage}
			var listed []string
			for _, m := range must1(chief.Members(w.ctx, filter)).Rows {
				listed = append(listed, m.UserID)
			}
			ids, more, err := chief.MatchingMembers(w.ctx, filter, 100)
			must(w.t, err)
			equalAll(w.t, "all", ids, listed)
			equal(w.t, "no more", more, false)
			ids, more, err = chief.MatchingMembers(w.ctx, filter, len(listed)-1)
			must(w.t, err)
			equalAll(w.t, "but one", ids, listed[:len(listed)-1])
			equal(w.t, "more", more, true)
		}
	})
}

func TestSomeMembersAreThoseWhoAreMembers(t *testing.T) {
	each(t, func(w *world) {
		ids := []string{w.userID("ulf@northwind.example"), "x", newID(), w.userID("carl@contoso.example"), strings.ToUpper(w.userID("mia@northwind.example")), w.userID("olga@northwind.example")}
		some := func(email string) []string {
			var names []string
			for _, m := range must1(w.in("northwind", email).SomeMembers(w.ctx, ids)) {
				names = append(names, m.Name)
			}
			return names
		}
		equalAll(w.t, "an Administrator's", some("ada@northwind.example"), []string{"Mia Mate", "Olga Org", "Ulf User"})
		equalAll(w.t, "a Team Contributor's", some("tess@northwind.example"), []string{"Mia Mate", "Ulf User"})
		none := must1(w.in("northwind", "ada@northwind.example").SomeMembers(w.ctx, slices.Repeat([]string{"x"}, 3)))
		equal(w.t, "nobody", len(none), 0)
	})
}

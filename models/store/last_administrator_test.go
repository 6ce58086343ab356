package store

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// ofSelf says whether an act is done to oneself.
func ofSelf(act string) bool { return !strings.HasSuffix(act, "the other") }

// Two Administrators take the role from each other, or give it up, at the same moment, round after round: one always stays, and nobody is told
// anything but a refusal.
func TestTwoAdministratorsAtOnceLeaveOne(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		rounds := 1000
		if w.dialect == sqliteDialect {
			rounds = 100 // one writer at a time: there is little to go wrong
		}
		emails := [2]string{"ada@northwind.example", "olga@northwind.example"}
		ids := [2]string{w.userID(emails[0]), w.userID(emails[1])}
		tenants := [2]Tenant{w.in("northwind", emails[0]), w.in("northwind", emails[1])}
		organization := tenants[0].organization()
		both := func() {
			for i, id := range ids {
				n, err := w.read(ctx).change("UPDATE members SET role = 'administrator', suspended = false WHERE organization_id = ? AND user_id = ?", organization, id)
				must(w.t, err)
				if n == 0 {
					must(w.t, w.read(ctx).join(organization, userRow{ID: id, Name: emails[i], Email: emails[i]}, authz.Administrator, models.FromSetup))
				}
			}
		}
		acts := map[string]func(mine Tenant, self, other string) error{
			"demotes the other": func(mine Tenant, _, other string) error {
				return mine.ChangeRole(ctx, other, authz.OrganizationUser, 0)
			},
			"suspends the other": func(mine Tenant, _, other string) error { return mine.Suspend(ctx, other) },
			"removes the other":  func(mine Tenant, _, other string) error { return mine.Remove(ctx, other, nil) },
			"demotes themselves": func(mine Tenant, self, _ string) error { return mine.ChangeRole(ctx, self, authz.TeamContributor, 0) },
			"suspends themselves": func(mine Tenant, self, _ string) error {
				return mine.Suspend(ctx, self)
			},
			"leaves": func(mine Tenant, _, _ string) error { return mine.Leave(ctx) },
		}
		words := slices.Sorted(maps.Keys(acts))
		random := rand.New(rand.NewPCG(1, 2)) // the same rounds each time
		began, firsts := time.Now(), 0
		for round := range rounds {
			both()
			chosen := [2]string{words[random.IntN(len(words))], words[random.IntN(len(words))]}
			good, failures := atOnce(2, func(i int) error {
				err := acts[chosen[i]](tenants[i], ids[i], ids[1-i])
				if i == 0 && err == nil {
					firsts++
				}
				return err
			})
			for _, err := range failures {
				if _, expected := models.RefusalOf(err); !expected {
					w.t.Fatalf("round %d, %v: %v", round, chosen, err)
				}
			}
			left := w.number("SELECT count(*) FROM members WHERE organization_id = ? AND role = 'administrator' AND NOT suspended", organization)
			// Somebody who has just stepped down may be demoted further by the one who stays.
			same := ofSelf(chosen[0]) != ofSelf(chosen[1])
			if left != 1 || (good != 1 && !same) || good == 0 {
				w.t.Fatalf("round %d, %v: %d succeeded, %d Administrators left: %v", round, chosen, good, left, failures)
			}
		}
		if firsts == 0 || firsts == rounds {
			w.t.Errorf("the same one was first in all %d rounds", rounds)
		}
		w.t.Logf("%d rounds, the first of the two won %d, in %v", rounds, firsts, time.Since(began).Round(time.Millisecond))
	})
}

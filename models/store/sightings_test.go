package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// promised is what a trial says that somebody will have, in the words of world.has without who gave it.
func promised(before string, trial models.Trial) string {
	role, list, _ := strings.Cut(before, " ")
	e := trial.Effect
	if e.RoleChanged() {
		role = e.Role.Key()
	}
	teams := strings.Fields(list)
	for _, g := range e.Join {
		teams = append(teams, g.Team.Slug)
	}
	for _, g := range e.Leave {
		teams = slices.DeleteFunc(teams, func(slug string) bool { return slug == g.Team.Slug })
	}
	slices.Sort(teams)
	return strings.TrimSpace(role + " " + strings.Join(teams, " "))
}

// plainly is world.has without who gave it.
func (w *world) plainly(email string) string {
	var words []string
	for _, word := range strings.Fields(strings.ReplaceAll(w.has(email), "<Provider okta", "<")) {
		word, _, _ = strings.Cut(word, "<")
		words = append(words, word)
	}
	slices.Sort(words[1:])
	return strings.Join(words, " ")
}

// The dry run is the sign-in: on random mappings, of random authors, changed in between, whoever was seen gets what was said.
func TestTheDryRunIsWhatTheSignInDoes(t *testing.T) {
	each(t, func(w *world) {
		const ulf = "ulf@northwind.example"
		c := w.provider("okta", true)
		ada := w.in("northwind", "ada@northwind.example")
		must(w.t, ada.ChangeRole(w.ctx, w.userID("olga@northwind.example"), authz.Administrator, 0))
		random := rand.New(rand.NewPCG(5, uint64(len(w.dialect))))
		groups, teams := []string{"a", "b", "c", "d"}, []string{"feet", "hands", "idle"}
		some := func(from []string) []string {
			var picked []string
			for _, each := range from {
				if random.IntN(2) == 0 {
					picked = append(picked, each)
				}
			}
			return picked
		}
		draft := func(group string) models.MappingDraft {
			d := draftOf(group, random.IntN(3) > 0, authz.Role(random.IntN(5)), some(teams)...)
			if d.Check() != nil {
				d.Role = authz.TeamContributor
			}
			return d
		}
		for _, group := range groups {
			must(w.t, ada.CreateMapping(w.ctx, "okta", draft(group)))
		}
		w.comes(c, ulf, some(groups)...)
		changes := 0
		for round := range 120 {
			all, err := ada.mappings(w.ctx, "okta")
			must(w.t, err)
			changed := all[random.IntN(len(all))]
			w.run("UPDATE group_mappings SET author_id = ? WHERE id = ?", w.userID([]string{"ada@northwind.example", "olga@northwind.example", "tess@northwind.example"}[random.IntN(3)]), all[random.IntN(len(all))].ID)
			sent := some(groups)
			w.comes(c, ulf, sent...) // they are seen, and have whatever that makes of them
			tried := draft(changed.Group)
			trial := *must1(ada.Mappings(w.ctx, "okta", changed.ID, &tried)).Trial
			equal(w.t, "a member", trial.Sighting.Member, true)
			equalAll(w.t, "groups that were seen", trial.Sighting.Groups, sent)
			before := w.plainly(ulf)
			current := must1(ada.mappingNow(w, changed.ID))
			must(w.t, ada.EditMapping(w.ctx, "okta", changed.ID, current.Version, tried))
			w.comes(c, ulf, sent...)
			if got, want := w.plainly(ulf), promised(before, trial); got != want {
				w.t.Fatalf("round %d: was %q, said %q, is %q: %+v", round, before, want, got, trial.Effect)
			} else if got != before {
				changes++
			}
		}
		if changes < 15 {
			w.t.Errorf("only %d of 120 rounds changed anything", changes)
		}
	})
}

func (t Tenant) mappingNow(w *world, id string) (models.Mapping, error) {
	all, err := t.mappings(w.ctx, "okta")
	return all[slices.IndexFunc(all, func(m models.Mapping) bool { return m.ID == id })], err
}

func TestTheLastSightingIsKeptSealedAndItsOwn(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		ada := w.in("northwind", "ada@northwind.example")
		_, known, err := ada.lastSighting(w.read(w.ctx), c.Provider.ID)
		must(w.t, err)
		equal(w.t, "before anybody came", known, false)
		id := models.SAMLIdentity{NameID: "n", Email: "ulf@northwind.example", Groups: []string{"secret-project"}, GroupsSent: true, Attributes: []string{"email", "groups"}}
		_, _, err = w.enters(c, id)
		must(w.t, err)
		id.Groups = []string{"a moment later"}
		_, _, err = w.enters(c, id)
		must(w.t, err)
		seen, known, err := ada.lastSighting(w.read(w.ctx), c.Provider.ID)
		must(w.t, err)
		equal(w.t, "seen", fmt.Sprintln(known, seen.Name, seen.Groups, seen.GroupsSent, seen.Attributes), "true Ulf User [secret-project] true [email groups]\n")
		equal(w.t, "in clear", w.number("SELECT count(*) FROM identity_provider_sightings WHERE CAST(sealed AS text) LIKE '%secret%'"), 0)
		_, known, err = w.in("contoso", "carl@contoso.example").lastSighting(w.read(w.ctx), c.Provider.ID)
		must(w.t, err)
		equal(w.t, "by another organization", known, false)
		w.clock.pass(time.Minute)
		_, _, err = w.enters(c, models.SAMLIdentity{NameID: "n", Email: "ulf@northwind.example"})
		must(w.t, err)
		seen, _, err = ada.lastSighting(w.read(w.ctx), c.Provider.ID)
		must(w.t, err)
		equal(w.t, "the next one", fmt.Sprint(len(seen.Groups), seen.GroupsSent), "0 false")
		// Who is no member any more is not told about.
		must(w.t, ada.Remove(w.ctx, w.userID("ulf@northwind.example"), nil))
		trial := must1(ada.Mappings(w.ctx, "okta", "", nil)).Trial
		equal(w.t, "somebody who left", fmt.Sprint(trial.Sighting.Member, trial.Effect.Changes()), "false false")
	})
}

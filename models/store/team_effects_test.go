package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// rights is what each person may do in each app, by the deciding function: 0 nothing, 1 read, 2 build.
func (w *world) rights(emails, apps []string) map[string]int {
	w.t.Helper()
	found := map[string]int{}
	for _, email := range emails {
		asking := w.ask(w.signIn(email), "northwind")
		for _, app := range apps {
			reached, err := w.In(actorOf(asking)).Reach(w.ctx, app)
			must(w.t, err)
			right := 0
			if reached.May(authz.SidebarView) {
				right = 1
			}
			if reached.May(authz.ModelsCreate) {
				right = 2
			}
			found[w.userID(email)+" "+app] = right
		}
	}
	return found
}

// lost is the effect of what was taken between two states, counted pair by pair.
func (w *world) lost(emails, apps []string, before, after map[string]int, ofApps bool) models.TeamEffect {
	effect := models.TeamEffect{Each: map[string]models.TeamShare{}}
	people, things := map[string]models.TeamShare{}, map[string]models.TeamShare{}
	for _, email := range emails {
		for _, app := range apps {
			id := w.userID(email)
			pair := id + " " + app
			person, thing := people[id], things[app]
			switch {
			case before[pair] == after[pair]:
				continue
			case after[pair] == 0:
				person.Reach++
				thing.Reach++
			default:
				person.Build++
				thing.Build++
			}
			people[id], things[app] = person, thing
		}
	}
	count := func(shares map[string]models.TeamShare) (reach, build int) {
		for _, share := range shares {
			reach, build = reach+min(share.Reach, 1), build+min(share.Build, 1)
		}
		return reach, build
	}
	effect.Reach.People, effect.Build.People = count(people)
	effect.Reach.Apps, effect.Build.Apps = count(things)
	if effect.Each = people; ofApps {
		effect.Each = things
	}
	return effect
}

// totals are the numbers of an effect without one's own parts.
func totals(e models.TeamEffect) string { return fmt.Sprintf("%+v %+v", e.Reach, e.Build) }

func sameShares(t *testing.T, what string, got, want map[string]models.TeamShare) {
	t.Helper()
	for id, share := range got {
		if share != want[id] {
			t.Errorf("%s: %s gets %+v, want %+v", what, id, share, want[id])
		}
	}
	for id, share := range want {
		if _, there := got[id]; !there {
			t.Errorf("%s: %s is missing, want %+v", what, id, share)
		}
	}
}

// What is said before a change of a team is what the deciding function says afterwards, in organizations made at random.
func TestWhatIsSaidOfATeamComesTrue(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, random := w.ctx, w.in("northwind", adaMail), rand.New(rand.NewPCG(3, 4))
		emails := []string{adaMail, olgaMail, tessMail, ulfMail, miaMail}
		apps := []string{"Arm", "brain", "camera", "drive", "engine"}
		ids := []string{}
		for _, email := range emails {
			ids = append(ids, w.userID(email))
		}
		some := func(all []string) []string {
			chosen := slices.Clone(all)
			random.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
			return chosen[:1+random.IntN(len(chosen))]
		}
		concerned := 0
		for round := range 12 {
			w.run("UPDATE members SET role = 'team_contributor' WHERE user_id IN (?)", some(ids[1:]))
			w.run("DELETE FROM collaborators")
			for _, id := range some(ids) {
				w.run("INSERT INTO collaborators (app_id, user_id, level, added_at) SELECT a.id, ?, ?, ? FROM apps a WHERE a.slug IN (?)",
					id, []string{"viewer", "contributor"}[random.IntN(2)], w.now(), some(apps))
			}
			w.run("UPDATE apps SET visibility = 'private'")
			w.run("UPDATE apps SET visibility = ? WHERE slug = ?", []string{"organization", "public"}[random.IntN(2)], apps[random.IntN(len(apps))])
			for _, team := range []string{"hands", "feet"} {
				must1(ada.RemoveTeamMembers(ctx, team, ids))
				must1(ada.RemoveTeamApps(ctx, team, apps))
				must1(ada.AddTeamMembers(ctx, team, some(ids)))
				must1(ada.AddTeamApps(ctx, team, some(apps)))
			}
			state := w.rights(emails, apps)
			hands := func() models.Team { return must1(ada.Team(ctx, "hands")) }
			step := func(what string, said models.TeamEffect, gives, ofApps bool) {
				w.t.Helper()
				now := w.rights(emails, apps)
				before, after := state, now
				if gives {
					before, after = now, state
				}
				want := w.lost(emails, apps, before, after, ofApps)
				what = fmt.Sprintf("round %d: %s", round, what)
				equal(w.t, what, totals(said), totals(want))
				if len(said.Each) > 0 {
					sameShares(w.t, what, nonZero(said.Each), want.Each)
				}
				concerned += want.Reach.People + want.Build.People
				state = now
			}
			chosen := some(ids)
			said := must1(ada.PreviewTeamMembers(ctx, hands(), chosen, true))
			must1(ada.AddTeamMembers(ctx, "hands", chosen))
			step("adding members", said.Effect, true, false)

			chosenApps := some(apps)
			said = must1(ada.PreviewTeamApps(ctx, hands(), chosenApps, true))
			must1(ada.AddTeamApps(ctx, "hands", chosenApps))
			step("adding apps", said.Effect, true, true)

			chosen = some(ids)[:1]
			said = must1(ada.PreviewTeamMembers(ctx, hands(), chosen, false))
			must1(ada.RemoveTeamMembers(ctx, "hands", chosen))
			step("removing members", said.Effect, false, false)

			chosenApps = some(apps)[:1]
			said = must1(ada.PreviewTeamApps(ctx, hands(), chosenApps, false))
			must1(ada.RemoveTeamApps(ctx, "hands", chosenApps))
			step("removing apps", said.Effect, false, true)

			effect := must1(ada.TeamDeletion(ctx, hands()))
			must(w.t, ada.DeleteTeam(ctx, "hands", "hands"))
			step("deleting", effect, false, false)
			must(w.t, ada.CreateTeam(ctx, draft("hands", "Hands", "")))
		}
		equal(w.t, "enough was concerned", concerned > 50, true)
	})
}

func nonZero(shares map[string]models.TeamShare) map[string]models.TeamShare {
	left := map[string]models.TeamShare{}
	for id, share := range shares {
		if share != (models.TeamShare{}) {
			left[id] = share
		}
	}
	return left
}

func TestAPreviewSaysWhoIsInAndWhoIsUnknown(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada := w.ctx, w.in("northwind", adaMail)
		hands := must1(ada.Team(ctx, "hands"))
		carl := w.userID("carl@contoso.example")
		said := must1(ada.PreviewTeamMembers(ctx, hands, []string{w.userID(zoeMail), carl, "x", w.userID(tessMail)}, true))
		words := ""
		for _, c := range said.Candidates {
			words += fmt.Sprintf("%s/%s/%t/%t ", c.Name, c.Role.Key(), c.Suspended, c.In)
		}
		equal(w.t, "people", words, "Zoe Out/organization_user/true/false //false/false //false/false Tess Team/team_contributor/false/true ")
		equal(w.t, "gives nothing to who is in", totals(said.Effect), totals(models.TeamEffect{}))
		said = must1(ada.PreviewTeamApps(ctx, hands, []string{"ARM", "secret-app", "brain", "drive"}, true))
		words = ""
		for _, c := range said.Candidates {
			words += fmt.Sprintf("%s/%d/%t ", c.Name, c.Visibility, c.In)
		}
		equal(w.t, "apps", words, "Arm/0/true /0/false brain/1/false drive/0/false ")
		equal(w.t, "drive", said.Effect.Each["drive"], models.TeamShare{Reach: 1, Build: 1}) // Mia reads it already
		equal(w.t, "brain", said.Effect.Each["brain"], models.TeamShare{Build: 2})
		n := w.queries(func(ctx context.Context) { must1(ada.PreviewTeamApps(ctx, hands, []string{"drive"}, true)) })
		equal(w.t, "queries", n, 2)
	})
}

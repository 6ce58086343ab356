package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// because are the reasons of a decision, but for teams that are not among those known.
func because(reasons []authz.Reason, known func(team string) bool) string {
	var words []string
	for _, r := range reasons {
		if r.Origin != authz.FromTeam || known(r.Team) {
			words = append(words, fmt.Sprintf("%d %s %v", r.Origin, r.Team, r.Column))
		}
	}
	return strings.Join(words, "; ")
}

// What the page of a member lists is what the guard lets that member into, for the same reasons — as far as who looks may know of them.
func TestAMembersAppsAreWhatTheGuardLetsThemInto(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		slugs := []string{"Arm", "brain", "camera", "drive", "engine"}
		everybody := []string{"ada", "Olga", "tess", "ulf", "mia", "zoe"}
		w.run("INSERT INTO collaborators (app_id, user_id, level, added_at) SELECT id, ?, 'contributor', created_at FROM apps WHERE slug = 'drive'", w.userID("tess@northwind.example"))
		for _, viewer := range []string{"ada", "Olga", "tess", "ulf"} {
			looking := w.in("northwind", viewer+"@northwind.example")
			for _, name := range everybody {
				m, err := looking.Member(ctx, w.userID(name+"@northwind.example"))
				if models.Is(err, models.NotFound) {
					continue // a Team Contributor, of somebody who shares no team
				}
				must(w.t, err)
				known := func(team string) bool { return viewer != "tess" || team == "Hands" }
				var want, got []string
				asking := w.ask(w.signIn(name+"@northwind.example"), "northwind")
				if asking.Suspended {
					asking.Role = 0 // as the guard does
				}
				them := w.In(actorOf(asking))
				for _, slug := range slugs {
					reached, err := them.Reach(ctx, slug)
					must(w.t, err)
					own, err := looking.Reach(ctx, slug)
					must(w.t, err)
					words := because(reached.Decide(authz.SidebarView).Because, known)
					if words != "" && own.Decide(authz.SidebarView).Within {
						want = append(want, slug+": "+words)
					}
				}
				page, err := looking.MemberApps(ctx, m, models.Page{})
				must(w.t, err)
				for _, app := range page.Rows {
					got = append(got, app.App.Slug+": "+because(app.Because, func(string) bool { return true }))
				}
				if !slices.Equal(got, want) {
					w.t.Errorf("%s looks at %s and sees\n\t%q\nwant\n\t%q", viewer, name, got, want)
				}
				n, more, err := looking.CountMemberApps(ctx, m)
				must(w.t, err)
				equal(w.t, viewer+" counts "+name, n, len(want))
				equal(w.t, "more", more, false)
			}
		}
	})
}

func TestAMembersAppsComeInPages(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, mia := w.ctx, w.in("northwind", "ada@northwind.example"), w.userID("mia@northwind.example")
		m, err := ada.Member(ctx, mia)
		must(w.t, err)
		// Two teams give the same app: it is one app.
		w.run("INSERT INTO team_apps (organization_id, team_id, app_id, added_at) SELECT t.organization_id, t.id, a.id, t.created_at FROM teams t, apps a WHERE t.slug = 'hands' AND a.slug = 'engine'")
		var seen []string
		page := models.Page{Size: 2}
		for {
			n := w.queries(func(ctx context.Context) {
				listed, err := ada.MemberApps(ctx, m, page)
				must(w.t, err)
				for _, app := range listed.Rows {
					seen = append(seen, app.App.Slug)
				}
				page.After = listed.Older
			})
			equal(w.t, "queries", n, 1)
			if page.After == "" {
				break
			}
		}
		equalAll(w.t, "apps", seen, []string{"Arm", "brain", "camera", "drive", "engine"})
	})
}

func TestTheLogOfOnePerson(t *testing.T) {
	each(t, func(w *world) {
		ctx, ada, olga := w.ctx, w.in("northwind", "ada@northwind.example"), w.userID("olga@northwind.example")
		w.signIn("olga@northwind.example")
		w.signIn("tess@northwind.example")
		must(w.t, ada.ChangeRole(ctx, olga, authz.OrganizationUser, 0))
		must(w.t, ada.Suspend(ctx, w.userID("tess@northwind.example")))
		log, err := ada.Audit(ctx, models.AuditFilter{About: olga})
		must(w.t, err)
		equalAll(w.t, "of and by her", slugs(log.Rows, func(e models.AuditEntry) string { return string(e.Action) }), []string{"member.role-changed", "session.signed-in"})
		var one []string
		page := models.Page{Size: 1}
		for range 3 {
			log, err = ada.Audit(ctx, models.AuditFilter{About: olga, Page: page})
			must(w.t, err)
			one = append(one, slugs(log.Rows, func(e models.AuditEntry) string { return string(e.Action) })...)
			if page.After = log.Older; page.After == "" {
				break
			}
		}
		equalAll(w.t, "one by one", one, []string{"member.role-changed", "session.signed-in"})
		log, err = ada.Audit(ctx, models.AuditFilter{About: olga, Action: models.ActionSignedIn})
		must(w.t, err)
		equal(w.t, "with an action", len(log.Rows), 1)
		log, err = w.in("contoso", "carl@contoso.example").Audit(ctx, models.AuditFilter{About: olga})
		must(w.t, err)
		equal(w.t, "in another organization", len(log.Rows), 0)
	})
}

package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

func names(page models.Listed[models.Member]) []string {
	var all []string
	for _, m := range page.Rows {
		all = append(all, m.Name)
	}
	return all
}

func slugs[T any](rows []T, slug func(T) string) []string {
	var all []string
	for _, row := range rows {
		all = append(all, slug(row))
	}
	return all
}

func TestMembersAreListedByNameWithTheirTeams(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		var page models.Listed[models.Member]
		n := w.queries(func(ctx context.Context) {
			var err error
			page, err = ada.Members(ctx, models.MemberFilter{})
			must(w.t, err)
		})
		equal(w.t, "queries", n, 2)
		equalAll(w.t, "members", names(page), []string{"Ada Admin", "Mia Mate", "Olga Org", "Sana Öz", "Tess Team", "Ulf User", "Zoe Out"})
		equal(w.t, "no page before", page.Newer, "")
		equal(w.t, "no page after", page.Older, "")
		mia := page.Rows[1]
		equalAll(w.t, "teams", mia.Teams, []models.TeamRef{{Slug: "feet", Name: "Feet"}, {Slug: "hands", Name: "Hands"}})
		equal(w.t, "role", mia.Role, authz.TeamContributor)
		equal(w.t, "has a password", mia.HasPassword, true)
		equal(w.t, "Sana has none", page.Rows[3].HasPassword, false)
		equal(w.t, "Zoe is suspended", page.Rows[6].Suspended, true)
		equal(w.t, "never active", mia.LastActiveAt.IsZero(), true)
		equal(w.t, "joined", mia.JoinedAt, w.now())
	})
}

func TestMembersAreSearchedAndFiltered(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		for _, f := range []struct {
			filter models.MemberFilter
			want   []string
		}{
			{models.MemberFilter{Query: "OZ"}, []string{"Sana Öz"}},
			{models.MemberFilter{Query: "öz"}, []string{"Sana Öz"}},
			{models.MemberFilter{Query: "olga@NORTH"}, []string{"Olga Org"}},
			{models.MemberFilter{Query: "team  TESS@"}, []string{"Tess Team"}},
			{models.MemberFilter{Query: "teamtess"}, nil},
			{models.MemberFilter{Query: "%"}, nil},
			{models.MemberFilter{Query: "_"}, nil},
			{models.MemberFilter{Query: `\`}, nil},
			{models.MemberFilter{Query: "carl"}, nil},
			{models.MemberFilter{Query: "\x00\xff  "}, []string{"Ada Admin", "Mia Mate", "Olga Org", "Sana Öz", "Tess Team", "Ulf User", "Zoe Out"}},
			{models.MemberFilter{Role: authz.TeamContributor}, []string{"Mia Mate", "Tess Team"}},
			{models.MemberFilter{Role: authz.TeamContributor, Query: "m"}, []string{"Mia Mate", "Tess Team"}},
			{models.MemberFilter{Role: authz.TeamContributor, Query: "mate"}, []string{"Mia Mate"}},
		} {
			page, err := ada.Members(w.ctx, f.filter)
			must(w.t, err)
			equalAll(w.t, fmt.Sprintf("%+v", f.filter), names(page), f.want)
		}
	})
}

func TestATeamContributorSeesPeopleWhoShareATeam(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		tess := w.in("northwind", "tess@northwind.example")
		page, err := tess.Members(ctx, models.MemberFilter{})
		must(w.t, err)
		equalAll(w.t, "members", names(page), []string{"Mia Mate", "Tess Team", "Ulf User"})
		equalAll(w.t, "the shared team only", page.Rows[0].Teams, []models.TeamRef{{Slug: "hands", Name: "Hands"}})
		_, err = tess.Member(ctx, w.userID("olga@northwind.example"))
		refused(w.t, err, models.NotFound)
		mia, err := tess.Member(ctx, w.userID("mia@northwind.example"))
		must(w.t, err)
		equal(w.t, "member", mia.Name, "Mia Mate")
		equal(w.t, "shared teams", len(mia.Teams), 1)

		w.run("DELETE FROM team_members WHERE user_id = ?", w.userID("tess@northwind.example"))
		page, err = tess.Members(ctx, models.MemberFilter{})
		must(w.t, err)
		equalAll(w.t, "in no team", names(page), []string{"Tess Team"})
		alone, err := tess.Member(ctx, w.userID("tess@northwind.example"))
		must(w.t, err)
		equal(w.t, "oneself", alone.Name, "Tess Team")
	})
}

func TestMemberKnowsWhetherOthersTrustTheAccount(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		for email, want := range map[string]bool{"olga@northwind.example": false, "ulf@northwind.example": true} {
			member, err := ada.Member(w.ctx, strings.ToUpper(w.userID(email)))
			must(w.t, err)
			equal(w.t, email, member.Elsewhere, want)
		}
	})
}

func TestTeamsAreListedToThoseWhoMaySeeThem(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		slug := func(t models.Team) string { return t.Slug }
		ada := w.in("northwind", "ada@northwind.example")
		var all models.Listed[models.Team]
		n := w.queries(func(ctx context.Context) { all = must1(ada.Teams(ctx, models.TeamFilter{})) })
		equal(w.t, "queries", n, 1)
		equalAll(w.t, "teams", slugs(all.Rows, slug), []string{"feet", "hands", "idle"})
		equal(w.t, "members", all.Rows[1].Members, 3)
		equal(w.t, "apps", all.Rows[1].Apps, 1)
		own := must1(w.in("northwind", "tess@northwind.example").Teams(ctx, models.TeamFilter{}))
		equalAll(w.t, "a Team Contributor's own", slugs(own.Rows, slug), []string{"hands"})
		none := must1(w.in("northwind", "tess@northwind.example").Teams(ctx, models.TeamFilter{Query: "feet"}))
		equal(w.t, "others are not found either", len(none.Rows), 0)
		found := must1(ada.Teams(ctx, models.TeamFilter{Query: "FEE"}))
		equalAll(w.t, "found", slugs(found.Rows, slug), []string{"feet"})
	})
}

// The list of apps and the deciding function draw the same line, for every kind of actor and every app.
func TestAppsListedAreTheAppsWithinReach(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		mine := func(email, organization string) models.Actor { return actorOf(w.ask(w.signIn(email), organization)) }
		actors := map[string]models.Actor{}
		for _, email := range []string{
			"ada@northwind.example", "olga@northwind.example", "tess@northwind.example", "ulf@northwind.example", "mia@northwind.example",
			"zoe@northwind.example", "quentin@tailspin.example", "carl@contoso.example",
		} {
			actors[email] = mine(email, "northwind")
		}
		suspended := actors["mia@northwind.example"]
		suspended.Suspended = true
		actors["mia, suspended"] = suspended
		for who, actor := range actors {
			tenant := w.In(actor)
			listed, err := tenant.Apps(ctx, models.AppFilter{})
			must(w.t, err)
			var within []string
			for _, slug := range []string{"Arm", "brain", "camera", "drive", "engine"} {
				reached, err := tenant.Reach(ctx, slug)
				must(w.t, err)
				if reached.Decide(authz.SidebarView).Within {
					within = append(within, slug)
				}
			}
			equalAll(w.t, who, slugs(listed.Rows, appSlug), within)
			all, err := tenant.AppsReached(ctx, models.AppFilter{})
			must(w.t, err)
			equal(w.t, who+": as many with what reaches them", len(all.Rows), len(within))
			for _, row := range all.Rows {
				reached, err := tenant.Reach(ctx, row.App.Slug)
				must(w.t, err)
				equal(w.t, who+" reaches "+row.App.Slug, fmt.Sprint(row.Decide(authz.SidebarView)), fmt.Sprint(reached.Decide(authz.SidebarView)))
			}
		}
		tess := w.In(actors["tess@northwind.example"])
		equalAll(w.t, "own teams' apps and what is visible", slugs(must1(tess.Apps(ctx, models.AppFilter{})).Rows, appSlug), []string{"Arm", "brain", "camera"})
		equalAll(w.t, "searched", slugs(must1(tess.Apps(ctx, models.AppFilter{Query: "picks"})).Rows, appSlug), []string{"Arm"})
		pages := walk(w.t, 1, func(p models.Page) (models.Listed[models.App], error) {
			return w.In(actors["mia@northwind.example"]).Apps(ctx, models.AppFilter{Page: p})
		}, appSlug)
		equalAll(w.t, "page by page", pages, []string{"Arm", "brain", "camera", "drive", "engine"})
	})
}

func appSlug(a models.App) string { return a.Slug }

func TestReachLoadsEveryGrantInOneQuery(t *testing.T) {
	each(t, func(w *world) {
		mia := w.in("northwind", "mia@northwind.example")
		n := w.queries(func(ctx context.Context) {
			reached, err := mia.Reach(ctx, "ARM")
			must(w.t, err)
			equal(w.t, "app", reached.App.Slug, "Arm")
			equalAll(w.t, "shared teams", reached.Object.App.Teams, []string{"Hands"})
			equal(w.t, "may", reached.May(authz.ModelsCreate), true)
			equal(w.t, "may not", reached.May(authz.AppDelete), false)
		})
		equal(w.t, "queries", n, 1)
		drive, err := mia.Reach(w.ctx, "drive")
		must(w.t, err)
		equal(w.t, "collaborator", drive.Object.App.Collaborator, authz.Viewer)
		quentin, err := w.in("northwind", "quentin@tailspin.example").Reach(w.ctx, "drive")
		must(w.t, err)
		equal(w.t, "an account from outside", quentin.May(authz.ModelsCreate), true)
		for _, slug := range []string{"nothing", "", "a b", "\x00", "secret-app"} {
			_, err := mia.Reach(w.ctx, slug)
			refused(w.t, err, models.NotFound)
		}
	})
}

func TestOverviewAndCounts(t *testing.T) {
	each(t, func(w *world) {
		w.provider("okta", true)
		ada := w.in("northwind", "ada@northwind.example")
		n := w.queries(func(ctx context.Context) {
			overview, err := ada.Overview(ctx)
			must(w.t, err)
			c := overview.Counts
			equal(w.t, "members", c.Members, 7)
			equal(w.t, "suspended", c.Suspended, 1)
			equal(w.t, "Administrators", c.ByRole[authz.Administrator], 1)
			equal(w.t, "active Organization Users", c.ByRole[authz.OrganizationUser], 2)
			equal(w.t, "teams", c.Teams, 3)
			equal(w.t, "apps", c.Apps, 5)
			equal(w.t, "invitations", c.Invitations, 1)
			equal(w.t, "providers", c.Providers, 1)
			equal(w.t, "provider", overview.Providers[0].Slug, "okta")
			equal(w.t, "its certificates last", overview.Providers[0].CertificateUntil.After(w.clock.now()), true)
			equal(w.t, "policy", overview.Policy, models.DefaultPasswordPolicy())
			equal(w.t, "recent", len(overview.Recent) > 2, true)
			equal(w.t, "newest first", overview.Recent[0].Action, models.ActionSignedIn)
		})
		equal(w.t, "queries", n, 3)
		ulf, err := w.in("northwind", "ulf@northwind.example").Overview(w.ctx)
		must(w.t, err)
		equal(w.t, "nothing of the log for who may not read it", len(ulf.Recent), 0)
		w.clock.pass(seededInvitationValid)
		later, err := ada.Counts(w.ctx)
		must(w.t, err)
		equal(w.t, "invitations", later.Invitations, 0)
	})
}

func TestAuditIsReadNewestFirst(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		for range 3 {
			w.signIn("ulf@northwind.example")
			w.clock.pass(time.Second)
		}
		p := w.person("ulf@northwind.example")
		must(w.t, w.Rename(ctx, p, "Ülf"))
		ada := w.in("northwind", "ada@northwind.example")
		all := walk(w.t, 2, func(p models.Page) (models.Listed[models.AuditEntry], error) {
			return ada.Audit(ctx, models.AuditFilter{Page: p})
		}, func(e models.AuditEntry) string { return e.ID })
		equal(w.t, "entries", len(all), 7)
		slices.Reverse(all)
		equal(w.t, "newest first", slices.IsSorted(all), true)
		renamed := must1(ada.Audit(ctx, models.AuditFilter{Action: models.ActionAccountRenamed}))
		equal(w.t, "of one action", len(renamed.Rows), 1)
		e := renamed.Rows[0]
		equal(w.t, "actor", e.ActorName, "Ulf User")
		equal(w.t, "target", e.TargetName, "Ülf")
		equal(w.t, "IP", e.IP, request.IP)
		equal(w.t, "method", e.Method, models.ByPassword)
		equal(w.t, "reference", e.Reference, request.Reference)
		equal(w.t, "at", e.At, w.now())
		equal(w.t, "found by name", len(must1(ada.Audit(ctx, models.AuditFilter{Words: []string{"ULF user"}})).Rows), 5)
		equal(w.t, "of others nothing", len(must1(ada.Audit(ctx, models.AuditFilter{Words: []string{"carl"}})).Rows), 0)
	})
}

func TestTimesSortAsTheyWere(t *testing.T) {
	each(t, func(w *world) {
		at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		moments := []time.Time{at, at.Add(time.Microsecond), at.Add(10 * time.Microsecond), at.Add(100 * time.Millisecond), at.Add(110 * time.Millisecond), at.Add(time.Second), at.Add(time.Hour)}
		zone := time.FixedZone("", -9*3600)
		for i, m := range moments {
			w.run("INSERT INTO setup_codes (code_hash, expires_at) VALUES (?, ?)", blob{[]byte{byte(i)}}, moment{m.In(zone)})
		}
		var got []moment
		must(w.t, w.read(w.ctx).all(&got, "SELECT expires_at FROM setup_codes ORDER BY expires_at"))
		for i, m := range moments {
			equal(w.t, "moment", got[i].Time, m)
		}
		equal(w.t, "later than", w.number("SELECT count(*) FROM setup_codes WHERE expires_at > ?", moments[2]), 4)
		var none struct {
			At moment `gorm:"column:at"`
		}
		must(w.t, w.read(w.ctx).one(&none, "SELECT last_active_at AS at FROM members LIMIT 1"))
		equal(w.t, "NULL", none.At.IsZero(), true)
	})
}

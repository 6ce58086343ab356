package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testdb"
	"gatehouse/models"
)

// hugeTeam adds to Northwind 20,000 people, of whom half are in one team, and 10,000 apps, of which a fifth are the team's. Tess
// reaches two apps without it.
const hugeTeam = `
	INSERT INTO users (id, name, email, email_norm, version, created_at)
		SELECT gen_random_uuid(), 'Person ' || n, 'p' || n || '@big.example', 'p' || n || '@big.example', 1, now() FROM generate_series(1, 20000) n;
	INSERT INTO members (organization_id, user_id, role, source, sort_name, search, joined_at, version)
		SELECT o.id, u.id, (ARRAY['organization_user', 'team_contributor'])[1 + abs(hashtext(u.email_norm)) % 2],
			'invitation', lower(u.name), lower(u.name || ' ' || u.email), now(), 1
		FROM users u, organizations o WHERE u.email LIKE '%@big.example' AND o.slug = 'northwind';
	INSERT INTO teams (id, organization_id, slug, slug_norm, name, sort_name, search, version, created_at)
		SELECT gen_random_uuid(), o.id, 'big' || n, 'big' || n, 'Big ' || n, 'big ' || n, 'big ' || n, 1, now() FROM generate_series(0, 1000) n, organizations o WHERE o.slug = 'northwind';
	ANALYZE;
	INSERT INTO team_members (organization_id, team_id, user_id, added_at)
		SELECT t.organization_id, t.id, u.id, now() FROM teams t, users u WHERE t.slug = 'big0' AND u.email ~ '[02468]@big.example';
	INSERT INTO apps (id, organization_id, slug, slug_norm, search, version, created_at, updated_at)
		SELECT gen_random_uuid(), o.id, 'big' || n, 'big' || n, 'big ' || n, 1, now(), now() FROM generate_series(1, 10000) n, organizations o WHERE o.slug = 'northwind';
	INSERT INTO team_apps (organization_id, team_id, app_id, added_at)
		SELECT t.organization_id, t.id, a.id, now() FROM teams t JOIN apps a ON a.organization_id = t.organization_id WHERE t.slug = 'big0' AND a.slug ~ '^big.*[05]$';
	UPDATE apps SET visibility = 'organization' WHERE slug = 'big9876';
	INSERT INTO collaborators (app_id, user_id, level, added_at) SELECT a.id, u.id, 'viewer', now() FROM apps a, users u WHERE a.slug = 'big9870' AND u.email = 'tess@northwind.example';
	ANALYZE`

// A page of a huge team costs what its rows cost. SQLite is not asked: it serves the first minute.
func TestAPageOfAHugeTeamReadsAPage(t *testing.T) {
	t.Parallel()
	w := &world{t: t, ctx: t.Context(), url: testdb.PostgreSQL(t, migrateForTest), clock: &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}}
	w.Store = w.open()
	w.seed()
	for statement := range strings.SplitSeq(hugeTeam, ";") {
		w.run(statement)
	}
	ctx, ada := t.Context(), w.in("northwind", adaMail)
	huge := must1(ada.Team(ctx, "big0"))
	equal(t, "members and apps", fmt.Sprint(huge.Members, " ", huge.Apps), "10000 2000")
	middle := models.Page{After: position{"person 5", newID()}.cursor()}
	back := models.Page{Before: position{"person 5", newID()}.cursor()}
	members := func(filter models.TeamFilter) func() error {
		return func() error { return second(ada.TeamMembers(ctx, huge, filter)) }
	}
	for name, page := range map[string]func() error{
		"teams":                    func() error { return second(ada.Teams(ctx, models.TeamFilter{})) },
		"the team":                 func() error { return second(ada.Team(ctx, "big0")) },
		"members":                  members(models.TeamFilter{}),
		"members, in the middle":   members(models.TeamFilter{Page: middle}),
		"members, going back":      members(models.TeamFilter{Page: back}),
		"searched, rare":           members(models.TeamFilter{Query: "p9996@big"}),
		"searched, common":         members(models.TeamFilter{Query: "example"}),
		"searched, nobody":         members(models.TeamFilter{Query: "zoe out"}),
		"searched, short":          members(models.TeamFilter{Query: "p"}),
		"apps":                     func() error { return second(ada.TeamApps(ctx, huge, models.TeamFilter{})) },
		"apps, searched":           func() error { return second(ada.TeamApps(ctx, huge, models.TeamFilter{Query: "big"})) },
		"all apps, searched, rare": func() error { return second(ada.Apps(ctx, models.AppFilter{Query: "big 9876"})) },
		"all apps, searched, nobody": func() error {
			return second(ada.Apps(ctx, models.AppFilter{Query: "nowhere", Sort: models.AppsNewest}))
		},
		"one to add": func() error { return second(ada.TeamPeople(ctx, huge, []string{w.userID(ulfMail)})) },
	} {
		statements, arguments := w.spied(t, func() { must(t, page()) })
		equal(t, name+": statements", len(statements) > 0, true)
		for i, statement := range statements {
			p := w.explain(ctx, t, statement, arguments[i])
			most := 700.0
			if strings.HasPrefix(statement, "WITH") {
				most += 2 * readNear // each with what they are searched in
			}
			if rows := p.read(); rows > most {
				t.Errorf("%s reads %.0f rows:\n%s\n%s", name, rows, statement, p.text("  "))
			}
		}
	}
	rare := must1(ada.TeamMembers(ctx, huge, models.TeamFilter{Query: "P9996@big"}))
	equal(t, "found", rare.Rows[0].Name, "Person 9996")
	equal(t, "who is not in it", len(must1(ada.TeamMembers(ctx, huge, models.TeamFilter{Query: "zoe out"})).Rows), 0)
	all := must1(ada.TeamMembers(ctx, huge, models.TeamFilter{Query: "example", Page: middle}))
	equal(t, "a full page", len(all.Rows), models.PageSize)
	equal(t, "and more", all.Older != "" && all.Newer != "", true)

	for _, sort := range []models.AppSort{models.AppsBySlug, models.AppsNewest} {
		for query, found := range map[string]int{"BIG 9876": 1, "big 9877": 0, "big 987": 2, "big": 2} {
			equal(t, "apps in reach with "+query, len(must1(w.in("northwind", tessMail).Apps(ctx, models.AppFilter{Query: query, Sort: sort})).Rows), found)
		}
	}
	one := must1(ada.Members(ctx, models.MemberFilter{Query: "p9996@big"}))
	equal(t, "a rare member", fmt.Sprint(len(one.Rows), " ", one.Rows[0].Name), "1 Person 9996")

	start := time.Now()
	effect := must1(ada.TeamDeletion(ctx, huge))
	t.Logf("deleting takes %+v, counted in %s", effect.Reach, time.Since(start).Round(time.Millisecond))
	equal(t, "apps", effect.Reach.Apps, 2000)
	equal(t, "people", effect.Reach.People, w.number("SELECT count(*) FROM team_members tm JOIN members m ON m.user_id = tm.user_id WHERE tm.team_id = ? AND m.role = 'team_contributor'", huge.ID))
}

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/authz"
	"gatehouse/internal/testdb"
	"gatehouse/models"
)

// bigOrganization fills Northwind with members, teams and apps by the database itself: 20,000 people, two in each of 1,000 teams…
// The first ANALYZE is for the keys and triggers of a team's rows, which would look through all members for each.
const bigOrganization = `
	INSERT INTO users (id, name, email, email_norm, version, created_at)
		SELECT gen_random_uuid(), 'Person ' || n, 'p' || n || '@big.example', 'p' || n || '@big.example', 1, now() FROM generate_series(1, %[1]d) n;
	INSERT INTO members (organization_id, user_id, role, source, sort_name, search, joined_at, version)
		SELECT o.id, u.id, (ARRAY['organization_user', 'organization_user', 'organization_contributor', 'team_contributor'])[1 + abs(hashtext(u.email_norm)) %% 4],
			(ARRAY['invitation', 'invitation', 'invitation', 'sso'])[1 + abs(hashtext(u.email)) %% 4], lower(u.name), lower(u.name || ' ' || u.email), now(), 1
		FROM users u, organizations o WHERE u.email LIKE '%%@big.example' AND o.slug = 'northwind';
	UPDATE members SET joined_at = now() - (abs(hashtext(user_id::text)) %% 2000) * interval '1 day', suspended = abs(hashtext(user_id::text)) %% 100 = 0 WHERE search LIKE '%%@big.example';
	UPDATE users SET second_factor_at = now() WHERE email LIKE '%%@big.example' AND abs(hashtext(email)) %% 1000 = 1;
	UPDATE members SET last_active_at = now() - (abs(hashtext(search)) %% 100) * interval '1 day' WHERE search LIKE '%%@big.example' AND abs(hashtext(search)) %% 5 > 0;
	INSERT INTO teams (id, organization_id, slug, slug_norm, name, sort_name, search, version, created_at)
		SELECT gen_random_uuid(), o.id, 'big' || n, 'big' || n, 'Big ' || n, 'big ' || n, 'big ' || n, 1, now() FROM generate_series(1, %[1]d / 10) n, organizations o WHERE o.slug = 'northwind';
	ANALYZE;
	INSERT INTO team_members (organization_id, team_id, user_id, added_at)
		SELECT t.organization_id, t.id, u.id, now() FROM teams t JOIN users u ON u.email_norm = 'p' || substr(t.slug, 4) || '@big.example' WHERE t.slug LIKE 'big%%';
	INSERT INTO team_members (organization_id, team_id, user_id, added_at)
		SELECT t.organization_id, t.id, u.id, now() FROM teams t, users u WHERE t.slug LIKE 'big_' AND u.email_norm = 'tess@northwind.example' ON CONFLICT DO NOTHING;
	INSERT INTO team_members (organization_id, team_id, user_id, added_at)
		SELECT t.organization_id, t.id, u.id, now() FROM teams t, users u WHERE t.slug = 'idle' AND (u.email_norm = 'mia@northwind.example' OR u.email LIKE '%%@big.example' AND abs(hashtext(u.email)) %% 3 = 0) ON CONFLICT DO NOTHING;
	INSERT INTO apps (id, organization_id, slug, slug_norm, visibility, search, version, created_at, updated_at)
		SELECT gen_random_uuid(), o.id, 'big' || n, 'big' || n, (ARRAY['private', 'private', 'private', 'organization'])[1 + n %% 4], 'big ' || n, 1, now(), now()
		FROM generate_series(1, %[1]d / 10) n, organizations o WHERE o.slug = 'northwind';
	INSERT INTO audit_entries (id, organization_id, at, actor_id, actor_name, actor_email, action, target_type, target_id, target_name, before_values, after_values, method, ip, reference, search, seq)
		SELECT gen_random_uuid(), o.id, now() - n * interval '1 minute', u.id, u.name, u.email, CASE WHEN n %% 1000 = 7 THEN 'member.removed' ELSE 'session.signed-in' END,
			'account', u.id, u.name, '', '', '', '10.0.' || n %% 50 || '.' || n / 50 %% 250, 'REF-' || n, 'person ' || n || CASE WHEN n %% 5000 = 4999 THEN ' zanzibar' ELSE '' END, %[1]d - n
		FROM generate_series(1, %[1]d) n JOIN organizations o ON o.slug = 'northwind' JOIN users u ON u.email_norm = 'p' || 1 + n %% 50 || '@big.example';
	ANALYZE`

// plan is the part of EXPLAIN's answer that matters here.
type plan struct {
	Type    string  `json:"Node Type"`
	Table   string  `json:"Relation Name"`
	Index   string  `json:"Index Name"`
	Rows    float64 `json:"Actual Rows"`
	Loops   float64 `json:"Actual Loops"`
	Removed float64 `json:"Rows Removed by Filter"`
	Plans   []plan  `json:"Plans"`
}

// read is how many rows the nodes that read a table touched.
func (p plan) read() (rows float64) {
	if p.Table != "" || p.Index != "" {
		rows = (p.Rows + p.Removed) * p.Loops
	}
	for _, child := range p.Plans {
		rows += child.read()
	}
	return rows
}

func (p plan) text(indent string) string {
	text := fmt.Sprintf("%s%s %s %s rows=%.0f removed=%.0f loops=%.0f\n", indent, p.Type, p.Table, p.Index, p.Rows, p.Removed, p.Loops)
	for _, child := range p.Plans {
		text += child.text(indent + "  ")
	}
	return text
}

// spied returns the statements that do sends, each ready to be executed with its values in it.
func (s *Store) spied(t *testing.T, do func()) (statements []string, arguments [][]any) {
	t.Helper()
	must(t, s.db.Callback().Row().After("gorm:row").Register("spy", func(db *gorm.DB) {
		statements = append(statements, db.Statement.SQL.String())
		arguments = append(arguments, db.Statement.Vars)
	}))
	do()
	must(t, s.db.Callback().Row().Remove("spy"))
	return statements, arguments
}

func literal(value any) string {
	switch v := value.(type) {
	case time.Time:
		return "'" + v.Format(sqliteTime) + "'"
	case int:
		return fmt.Sprint(v)
	default:
		return "'" + strings.ReplaceAll(fmt.Sprint(v), "'", "''") + "'"
	}
}

// explain runs a statement with the plan that the server would use, made for no value in particular.
func (s *Store) explain(ctx context.Context, t *testing.T, sql string, args []any) plan {
	t.Helper()
	conn, err := s.pool.Conn(ctx)
	must(t, err)
	defer func() { must(t, conn.Close()) }()
	_, err = conn.ExecContext(ctx, "PREPARE spied AS "+sql)
	must(t, err)
	var values []string
	for _, arg := range args {
		values = append(values, literal(arg))
	}
	var text []byte
	must(t, conn.QueryRowContext(ctx, "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE spied("+strings.Join(values, ",")+")").Scan(&text))
	_, err = conn.ExecContext(ctx, "DEALLOCATE spied")
	must(t, err)
	var answer []struct {
		Plan plan `json:"Plan"`
	}
	must(t, json.Unmarshal(text, &answer))
	return answer[0].Plan
}

// A page costs what its rows cost, not what the organization has. SQLite is not asked: it serves the first minute.
func TestAPageOfABigOrganizationReadsAPage(t *testing.T) {
	t.Parallel()
	const people = 20_000
	w := &world{t: t, ctx: t.Context(), url: testdb.PostgreSQL(t, migrateForTest), clock: &clock{at: time.Now()}}
	w.Store = w.open()
	w.seed()
	for _, statement := range strings.Split(fmt.Sprintf(bigOrganization, people), ";") {
		w.run(statement)
	}
	ctx := t.Context()
	ada, tess := w.in("northwind", "ada@northwind.example"), w.in("northwind", "tess@northwind.example")
	middle := models.Page{After: position{"name person 5", newID()}.cursor()}
	back := models.Page{Before: position{"name person 5", newID()}.cursor()}
	app := models.Page{After: position{"big5", newID()}.cursor()}
	pages := map[string]func() error{
		"members":                func() error { _, err := ada.Members(ctx, models.MemberFilter{}); return err },
		"members, in the middle": func() error { _, err := ada.Members(ctx, models.MemberFilter{Page: middle}); return err },
		"members, going back":    func() error { _, err := ada.Members(ctx, models.MemberFilter{Page: back}); return err },
		"members of a role": func() error {
			_, err := ada.Members(ctx, models.MemberFilter{Role: authz.TeamContributor, Page: middle})
			return err
		},
		"members searched":         func() error { _, err := ada.Members(ctx, models.MemberFilter{Query: "p12345@big"}); return err },
		"members searched, common": func() error { _, err := ada.Members(ctx, models.MemberFilter{Query: "example"}); return err },
		"members searched, short":  func() error { _, err := ada.Members(ctx, models.MemberFilter{Query: "p"}); return err },
		"members of own teams":     func() error { _, err := tess.Members(ctx, models.MemberFilter{}); return err },
		"own teams":                func() error { _, err := tess.Teams(ctx, models.TeamFilter{}); return err },
		"teams":                    func() error { _, err := ada.Teams(ctx, models.TeamFilter{}); return err },
		"apps":                     func() error { _, err := ada.Apps(ctx, models.AppFilter{Page: app}); return err },
		"apps within reach":        func() error { _, err := tess.Apps(ctx, models.AppFilter{}); return err },
		"apps, in the middle":      func() error { _, err := tess.Apps(ctx, models.AppFilter{Page: app}); return err },
		"one app":                  func() error { _, err := tess.Reach(ctx, "big7"); return err },
		"who can, by a role": func() error {
			_, err := ada.Holders(ctx, authz.TeamsManage, nil, models.Via{Origin: authz.FromRole, Role: authz.OrganizationContributor}, middle)
			return err
		},
		"why can":            func() error { return w.standingIn(ada, "big4", "tess@northwind.example") },
		"why can, own teams": func() error { return w.standingIn(tess, "big3", "tess@northwind.example") },
		"asking":             func() error { _, err := w.Asking(ctx, w.signIn("ada@northwind.example"), "northwind"); return err },
	}
	for name, filter := range map[string]models.MemberFilter{
		"": {}, " of a role": {Role: authz.TeamContributor}, " of a source": {Source: models.FromSSO}, " of a status": {Status: models.StatusSuspended},
		" of the same kind": {Role: authz.OrganizationUser, Status: models.StatusActive, Source: models.FromInvitation}, " that are inactive": {Idle: true},
		" that are inactive and suspended": {Idle: true, Status: models.StatusSuspended}, " of a small team": {Team: "big77"}, " of a big team": {Team: "idle"},
		" with a second factor": {Factor: models.WithFactor}, " without one": {Factor: models.WithoutFactor}, " of a role with one": {Factor: models.WithFactor, Role: authz.OrganizationUser},
		" of a big team that are inactive": {Team: "idle", Idle: true}, " searched": {Query: "p12345@big", Status: models.StatusActive}, " searched in a big team": {Query: "example", Team: "idle"},
	} {
		sorts := []models.MemberSort{"", "active"}
		if name == "" || name == " of a status" {
			sorts = append(sorts, "role", "-joined")
		}
		for _, sort := range sorts {
			filter := filter
			filter.Sort = sort
			pages["members"+name+" by "+string(sort)] = func() error { _, err := ada.Members(ctx, filter); return err }
			middle := filter
			middle.Page = models.Page{After: memberOrderOf(sort).position(memberListRow{Member: memberRow{Role: "organization_user", SortName: "person 5", UserID: newID(), JoinedAt: moment{w.now().AddDate(-1, 0, 0)}, LastActiveAt: moment{w.now().AddDate(0, -4, 0)}}}).cursor()}
			pages["members"+name+" by "+string(sort)+" in the middle"] = func() error { _, err := ada.Members(ctx, middle); return err }
		}
	}
	maps.Copy(pages, w.appPages(ada, tess))
	maps.Copy(pages, w.auditPages(ada))
	w.providerOf(ada, "okta", true)
	carl := w.in("contoso", "carl@contoso.example")
	maps.Copy(pages, w.sessionPages(ada, carl))
	w.sameSessions(ada, carl)
	w.sameFactors(ada)
	mia := w.in("northwind", "mia@northwind.example")
	for name, filter := range map[string]models.MemberFilter{
		"": {}, " in order of activity": {Sort: "-active"}, " of the big one": {Team: "idle"}, " searched": {Query: "p12345@big"}, " searched, common": {Query: "example"}, " that are inactive": {Idle: true},
	} {
		pages["members of own teams, one of them big"+name] = func() error { _, err := mia.Members(ctx, filter); return err }
	}
	for name, page := range pages {
		statements, arguments := w.spied(t, func() { must(t, page()) })
		for i, statement := range statements {
			if (!strings.HasPrefix(statement, "SELECT") && !strings.HasPrefix(statement, "WITH")) || strings.Contains(statement, " FOR ") {
				continue
			}
			p := w.explain(ctx, t, statement, arguments[i])
			most := 700.0
			if strings.Contains(statement, "MATERIALIZED") {
				most += readFar
			}
			if rows := p.read(); rows > most {
				t.Errorf("%s reads %.0f rows:\n%s\n%s", name, rows, statement, p.text("  "))
			}
		}
	}
}

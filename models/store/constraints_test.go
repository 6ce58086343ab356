package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// Every rule of the map is broken once, by hand, on each database.
func TestABrokenConstraintIsItsRefusal(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		w.accepted(c, models.SAMLIdentity{NameID: "n"})
		w.plantResources()
		w.maps("eng", true, authz.TeamContributor)
		w.verified("northwind.example")
		w.claimed("robots.example")
		w.keyOf(ulfs)
		broken := map[string]bool{}
		for _, table := range []string{"organizations", "users", "members", "invitations", "teams", "apps", "collaborators", "models", "workflows", "modules", "module_versions", "module_installs", "identity_providers", "identity_provider_certificates", "group_mappings", "domains", "saml_replays", "saml_results", "passkeys"} {
			for _, rule := range constraints {
				columns := columnsOf(rule.columns)
				if tableOf(rule.columns) != table {
					continue
				}
				err := w.write(w.ctx, "break", func(u *unit) error { return u.copyRow(table, columns) })
				refusal, ok := models.RefusalOf(err)
				if !ok {
					w.t.Errorf("%s: %v is no refusal", rule.name, err)
					continue
				}
				equal(w.t, rule.name, error(refusal), rule.refusal)
				broken[rule.name] = true
			}
		}
		equal(w.t, "rules broken", len(broken), len(constraints))
	})
}

func tableOf(columns string) string {
	var table string
	for i, r := range columns {
		if r == '.' {
			table = columns[:i]
			break
		}
	}
	return table
}

func columnsOf(columns string) []string {
	var names []string
	start := -1
	for i, r := range columns + "," {
		switch r {
		case '.':
			start = i + 1
		case ',':
			names = append(names, (columns + ",")[start:i])
		}
	}
	return names
}

// copyRow copies one row of a table and changes every unique column but these.
func (u *unit) copyRow(table string, keep []string) error {
	where := map[string]string{"invitations": " WHERE state = 'pending'", "domains": " WHERE verified_at IS NOT NULL"}[table]
	if table == "domains" && slices.Contains(keep, "organization_id") {
		where = " WHERE verified_at IS NULL"
	}
	row, err := u.anyRow("SELECT * FROM " + table + where + " LIMIT 1")
	if err != nil {
		return err
	}
	fresh := map[string]any{"id": newID(), "slug_norm": "fresh", "email_norm": "fresh", "connection_id": "fresh", "token_hash": blob{[]byte("fresh")}}
	for column, value := range fresh {
		if _, has := row[column]; has && !slices.Contains(keep, column) {
			row[column] = value
		}
	}
	if table == "domains" && !slices.Contains(keep, "organization_id") { // another organization claims the same name
		var another string
		if err := u.one(&another, "SELECT id FROM organizations WHERE id <> ?", row["organization_id"]); err != nil {
			return err
		}
		row["organization_id"] = another
	}
	for column, value := range row {
		if bytes, ok := value.([]byte); ok {
			row[column] = blob{bytes}
		}
	}
	return u.db.Table(table).Create(row).Error
}

// anyRow reads a row of a table of whatever shape.
func (u *unit) anyRow(sql string) (map[string]any, error) {
	rows, err := u.db.Raw(sql).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		return nil, errors.Join(err, rows.Err(), errors.New("no row"))
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, err
	}
	row := map[string]any{}
	for i, column := range columns {
		row[column] = values[i]
	}
	return row, rows.Err()
}

func TestFaultsKeepTheirCause(t *testing.T) {
	cause := errors.New("the disk is full")
	err := fault("save", cause)
	equal(t, "cause", errors.Is(err, cause), true)
	_, isRefusal := models.RefusalOf(err)
	equal(t, "a refusal", isRefusal, false)
	equal(t, "nothing", fault("save", nil), nil)
	for _, err := range []error{context.DeadlineExceeded, fmt.Errorf("query: %w", &pgconn.PgError{Code: "57P01"})} {
		equal(t, "unavailable", models.Is(fault("save", err), models.Unavailable), true)
		equal(t, "and why", errors.Is(fault("save", err), err), true)
	}
}

func TestADatabaseThatIsGoneIsUnavailable(t *testing.T) {
	each(t, func(w *world) {
		ctx, cancel := context.WithTimeout(w.ctx, 0)
		defer cancel()
		_, err := w.Asking(ctx, []byte("x"), "northwind")
		refused(w.t, err, models.Unavailable)
		equal(w.t, "ready", w.Ready(ctx) != nil, true)
	})
}

// However members change, the kept numbers are what counting would give.
func TestMemberCountsAreWhatCountingGives(t *testing.T) {
	each(t, func(w *world) {
		random := rand.New(rand.NewPCG(1, 2))
		organization := w.in("northwind", "ada@northwind.example").organization()
		other := w.in("contoso", "carl@contoso.example").organization()
		w.run("DELETE FROM team_members")
		for i := range 150 {
			role := authz.Roles()[random.IntN(4)].Key()
			switch random.IntN(6) {
			case 0, 1:
				must(w.t, w.write(w.ctx, "add", func(u *unit) error {
					var users []userRow
					var members []memberRow
					for n := range 1 + random.IntN(5) {
						id := newID()
						users = append(users, userRow{ID: id, Name: "n", Email: "e", EmailNorm: fmt.Sprintf("%d-%d", i, n), CreatedAt: moment{u.now}})
						members = append(members, memberRow{OrganizationID: []string{organization, other}[random.IntN(2)], UserID: id, Role: role, Source: "setup", JoinedAt: moment{u.now}})
					}
					return errors.Join(u.insert(&users), u.insert(&members))
				}))
			case 2:
				w.run("UPDATE members SET role = ? WHERE user_id IN (SELECT user_id FROM members ORDER BY user_id LIMIT ? OFFSET ?)", role, 1+random.IntN(4), random.IntN(5))
			case 3:
				w.run("UPDATE members SET suspended = NOT suspended WHERE user_id IN (SELECT user_id FROM members ORDER BY user_id DESC LIMIT ?)", 1+random.IntN(6))
			case 4:
				w.run("DELETE FROM members WHERE user_id IN (SELECT user_id FROM members ORDER BY joined_at, user_id LIMIT ? OFFSET ?)", random.IntN(3), random.IntN(8))
			case 5:
				w.run("UPDATE members SET role = ?, suspended = NOT suspended, search = 'x' WHERE user_id IN (SELECT user_id FROM members ORDER BY user_id LIMIT 2)", role)
			}
			wrong := w.number(`SELECT count(*) FROM (SELECT organization_id, role, suspended, count(*) AS n FROM members GROUP BY organization_id, role, suspended) c
				FULL JOIN (SELECT * FROM member_counts WHERE members > 0) k ON k.organization_id = c.organization_id AND k.role = c.role AND k.suspended = c.suspended
				WHERE coalesce(c.n, 0) <> coalesce(k.members, 0)`)
			if wrong != 0 {
				w.t.Fatalf("after %d changes %d numbers are wrong", i+1, wrong)
			}
		}
	})
}

package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"gatehouse/internal/authz"
	"gatehouse/internal/password"
	"gatehouse/internal/secret"
	"gatehouse/models"
	"gatehouse/models/store"
)

const benchPassword = "violet lantern harbour"

// database is a PostgreSQL database of the bench's own.
type database struct {
	admin, url, name, key string
	store                 *store.Store
	box                   *secret.Box
}

func newDatabase(ctx context.Context) (*database, error) {
	admin := os.Getenv("GATEHOUSE_TEST_POSTGRES_URL")
	if admin == "" {
		out, err := exec.CommandContext(ctx, "scripts/postgres-test", "start").Output()
		if err != nil {
			return nil, fmt.Errorf("scripts/postgres-test start: %w", err)
		}
		admin = strings.TrimSpace(string(out))
	}
	parsed, err := url.Parse(admin)
	if err != nil {
		return nil, err
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	d := &database{admin: admin, name: "bench_" + strings.ToLower(rand.Text()[:10]), key: base64.StdEncoding.EncodeToString(raw[:]), box: secret.NewBox(raw)}
	if err := d.asAdmin(ctx, "CREATE DATABASE "+d.name); err != nil {
		return nil, err
	}
	parsed.Path = "/" + d.name
	d.url = parsed.String()
	if _, _, err := store.Migrate(ctx, d.url); err != nil {
		return nil, err
	}
	d.store, err = store.Open(ctx, store.Options{URL: d.url, Box: d.box})
	return d, err
}

func (d *database) asAdmin(ctx context.Context, statement string) error {
	return d.run(ctx, d.admin, statement)
}

func (d *database) run(ctx context.Context, at, statement string, args ...any) error {
	connection, err := pgx.Connect(ctx, at)
	if err != nil {
		return err
	}
	_, err = connection.Exec(ctx, statement, args...)
	return errors.Join(err, connection.Close(ctx))
}

func (d *database) drop(ctx context.Context) error {
	return errors.Join(d.store.Close(), d.asAdmin(ctx, "DROP DATABASE "+d.name+" WITH (FORCE)"))
}

func (d *database) analyze(ctx context.Context) error { return d.run(ctx, d.url, "VACUUM ANALYZE") }

// processes is the postmaster's process id.
func (d *database) processes(ctx context.Context) (int, error) {
	connection, err := pgx.Connect(ctx, d.admin)
	if err != nil {
		return 0, err
	}
	var text string
	err = connection.QueryRow(ctx, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)").Scan(&text)
	if err = errors.Join(err, connection.Close(ctx)); err != nil {
		return 0, err
	}
	var pid int
	_, err = fmt.Sscan(text, &pid)
	return pid, err
}

func (d *database) email(slug string) string { return "founder@" + slug + ".example" }

// organization makes an organization with an Administrator and n members in all, in 20 teams.
func (d *database) organization(ctx context.Context, slug string, n int) error {
	hash, err := password.New(password.DefaultParams(), 0).Hash(ctx, benchPassword)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	seed := models.Seed{Slug: models.Slug(slug), Name: "Organization with " + slug, People: []models.SeedPerson{{
		Name: "Founder Person", Email: d.email(slug), Role: authz.Administrator, PasswordHash: hash, Source: models.FromSetup, Joined: now, LastActive: now,
	}}}
	for i := range 20 {
		seed.Teams = append(seed.Teams, models.SeedTeam{Slug: models.Slug(fmt.Sprintf("team-%d", i)), Name: fmt.Sprintf("Team number %d", i)})
	}
	if _, err := d.store.Seed(ctx, seed); err != nil {
		return err
	}
	for _, statement := range []string{
		`INSERT INTO users (id, name, email, email_norm, created_at)
		 SELECT gen_random_uuid(), 'Person ' || md5(g::text), md5(g::text) || '@' || $1 || '.example', md5(g::text) || '@' || $1 || '.example', now()
		 FROM generate_series(2, $2::int) g`,
		`INSERT INTO members (organization_id, user_id, role, source, sort_name, search, joined_at, last_active_at)
		 SELECT o.id, u.id, (ARRAY['organization_contributor', 'team_contributor', 'organization_user'])[1 + abs(hashtext(u.email)) % 3], 'invitation',
		 lower(u.name), lower(u.name) || ' ' || u.email_norm, now(), now() FROM organizations o, users u
		 WHERE o.slug = $1 AND u.email_norm LIKE '%@' || $1 || '.example' AND u.email_norm NOT LIKE 'founder@%' AND $2::int > 0`,
		`INSERT INTO team_members (organization_id, team_id, user_id, added_at)
		 SELECT m.organization_id, t.id, m.user_id, now() FROM members m JOIN organizations o ON o.id = m.organization_id
		 JOIN teams t ON t.organization_id = o.id AND t.slug = 'team-' || (abs(hashtext(m.user_id::text)) % 20)::text WHERE o.slug = $1 AND $2::int > 0`,
	} {
		if err := d.run(ctx, d.url, statement, slug, n); err != nil {
			return fmt.Errorf("%s with %d members: %w", slug, n, err)
		}
	}
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"

	"gatehouse/internal/urls"
)

// page is one that is measured in both organizations. It shows as many rows in one as in the other, or the two could not be compared.
type page struct {
	what string
	path func(o organization) string
	busy bool // as the Team Contributor in 50 teams; as the Administrator otherwise
	deep int  // how many pages further in, in the large organization; one in the small
}

func pages() []page {
	members := func(query ...string) func(organization) string {
		return func(o organization) string { return urls.With(urls.Members.To(o.slug), query...) }
	}
	sessions := func(query ...string) func(organization) string {
		return func(o organization) string { return urls.With(urls.Sessions.To(o.slug), query...) }
	}
	return []page{
		{what: "members", path: members()},
		{what: "members, far in", path: members(), deep: 200},
		{what: "members, last active first", path: members("sort", "-active")},
		{what: "members of a role", path: members("role", "organization_user")},
		{what: "members of a status", path: members("status", "active")},
		{what: "members of a team", path: members("team", largeTeam)},
		{what: "members, several filters", path: members("role", "organization_user", "sort", "-joined", "q", "example")},
		{what: "members, a search that finds all", path: func(o organization) string {
			return urls.With(urls.Members.To(o.slug), "q", o.slug+".example")
		}},
		{what: "members, a search that finds one", path: func(o organization) string { return urls.With(urls.Members.To(o.slug), "q", "only.one@") }},
		{what: "members with a second factor", path: members("factor", "has")},
		{what: "members without one", path: members("factor", "none")},
		{what: "members, of one's own 50 teams", path: members(), busy: true},
		{what: "teams", path: func(o organization) string { return urls.Teams.To(o.slug) }},
		{what: "a team's members", path: func(o organization) string { return urls.Team.To(o.slug, largeTeam) }},
		{what: "a team's apps", path: func(o organization) string { return urls.TeamApps.To(o.slug, largeTeam) }},
		{what: "overview", path: func(o organization) string { return urls.Organization.To(o.slug) }},
		{what: "settings", path: func(o organization) string { return urls.Settings.To(o.slug) }},
		{what: "invitations", path: func(o organization) string { return urls.Invitations.To(o.slug) }},
		{what: "sessions", path: sessions()},
		{what: "sessions, far in", path: sessions(), deep: 200},
		{what: "sessions by passkey", path: sessions("method", "passkey")},
		{what: "sessions, a search that finds one", path: func(o organization) string { return urls.With(urls.Sessions.To(o.slug), "q", "only.one@") }},
		{what: "second factor", path: func(o organization) string { return urls.FactorRule.To(o.slug) }},
		{what: "apps", path: func(o organization) string { return urls.Apps.To(o.slug) }},
		{what: "apps, of one's own 50 teams", path: func(o organization) string { return urls.Apps.To(o.slug) }, busy: true},
	}
}

// measured is a page in the two organizations, and alone.
type measured struct {
	page
	urls     [2]string // of the small and the large organization
	cookies  [2]string
	recorded recording

	few, many, bare []float64 // CPU seconds a request, one a round
}

// lists measures every page in an organization of 100 and in one of 100,000, and beside the first a bare handler.
func lists(ctx context.Context, p plan, folder, binary string) (err error) {
	db, err := newDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.drop(ctx)) }()
	for _, o := range []organization{few, many} {
		if err := errors.Join(o.make(ctx, db), o.signIns(ctx, db)); err != nil {
			return err
		}
	}
	if err := db.analyze(ctx); err != nil {
		return err
	}
	server, err := start(ctx, binary, "serve", "GATEHOUSE_DATABASE_URL="+db.url, "GATEHOUSE_SECRET_KEY="+db.key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	asked := append(pages(), page{what: "a member", path: func(o organization) string { return urls.Member.To(o.slug, db.idOf(ctx, o.one())) }})
	if err := comparePages(ctx, p, folder, db, server, asked, "Pages on PostgreSQL, in an organization of 100 and of 100,000"); err != nil {
		return err
	}
	loaded, err := server.memory()
	if err != nil {
		return err
	}
	line("memory under load", "%.0f MB", "< 150 MB", float64(loaded)/1024)
	return nil
}

// comparePages measures pages of the small organization against those of the large one, and beside the first a bare handler.
func comparePages(ctx context.Context, p plan, folder string, db *database, server *process, asked []page, title string) (err error) {
	all, err := prepare(ctx, db, server, asked)
	if err != nil {
		return err
	}
	bare, err := startBare(ctx, folder, db.url, all)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()
	postgres, err := db.processes(ctx)
	if err != nil {
		return err
	}
	for range p.rounds + 1 { // the first warms up
		for i := range all {
			if err := all[i].measure(ctx, p.requests/len(all), server, bare, fmt.Sprintf("%s/%d", bare.url, i), postgres); err != nil {
				return err
			}
		}
	}
	tell(title, all)
	return nil
}

// prepare signs everybody in, finds the addresses of the pages, and records each once.
func prepare(ctx context.Context, db *database, server *process, asked []page) ([]measured, error) {
	console, err := db.console() //nolint:contextcheck // each request brings its own context
	if err != nil {
		return nil, err
	}
	cookies := map[string]string{}
	for _, o := range []organization{few, many} {
		for _, email := range []string{o.founder(), o.busy()} {
			if cookies[email], err = server.signIn(ctx, email); err != nil {
				return nil, err
			}
		}
	}
	var all []measured
	for _, each := range asked {
		m := measured{page: each}
		for i, o := range []organization{few, many} {
			email := o.founder()
			if each.busy {
				email = o.busy()
			}
			path := each.path(o)
			if deep := each.deep; deep > 0 {
				if path, err = further(ctx, server, path, cookies[email], map[string]int{few.slug: 1, many.slug: deep}[o.slug]); err != nil {
					return nil, err
				}
			}
			m.urls[i], m.cookies[i] = server.url+path, cookies[email]
			recorded, err := record(ctx, console, path, cookies[email])
			if err != nil {
				return nil, err
			}
			if i == 0 {
				m.recorded = recorded
			}
		}
		all = append(all, m)
	}
	return all, nil
}

var olderLink = regexp.MustCompile(`id="pager-older"[^>]* href="([^"]+)"`)

// further follows the link to the next page n times.
func further(ctx context.Context, server *process, path, cookie string, n int) (string, error) {
	for range n {
		body, err := fetch(ctx, server.url+path, cookie)
		if err != nil {
			return "", err
		}
		found := olderLink.FindSubmatch(body)
		if found == nil {
			return "", fmt.Errorf("%s has no next page", path)
		}
		path = html.UnescapeString(string(found[1]))
	}
	return path, nil
}

func startBare(ctx context.Context, folder, database string, all []measured) (*process, error) {
	bare := barePages{URL: database}
	for _, m := range all {
		bare.Pages = append(bare.Pages, m.recorded)
	}
	encoded, err := json.Marshal(bare)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(folder, "pages.json")
	if err := os.WriteFile(file, encoded, 0o600); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, self, "-bare="+file)
}

// measure is one round: the three one after the other, so that whatever else the machine does hits all alike.
func (m *measured) measure(ctx context.Context, n int, server, bare *process, alone string, postgres int) error {
	for _, each := range []struct {
		work   func(context.Context) error
		server *process
		to     *[]float64
	}{{get(m.urls[0], m.cookies[0]), server, &m.few}, {get(alone, ""), bare, &m.bare}, {get(m.urls[1], m.cookies[1]), server, &m.many}} {
		cost, err := cpu(ctx, n, each.work, each.server, postgres)
		if err != nil {
			return err
		}
		*each.to = append(*each.to, cost)
	}
	return nil
}

// ratios divides round by round and takes the median, without the first round.
func ratios(a, b []float64) float64 {
	var all []float64
	for i := range a {
		all = append(all, a[i]/b[i])
	}
	return median(all[1:])
}

func tell(title string, all []measured) {
	fmt.Printf("\n%s: CPU of server and database a request\n  %-34s %9s %9s %13s %13s %6s %8s %8s\n", title, "",
		"small", "large", "ratio (≤ 1.2)", ": bare (≤ 2.5)", "asks", "KB ≤ 60", "packed ≤ 10")
	for _, m := range all {
		fmt.Printf("  %-34s %6.0f µs %6.0f µs %13.2f %13.2f %6d %8.1f %8.1f\n", m.what, median(m.few[1:])*1e6, median(m.many[1:])*1e6, ratios(m.many, m.few), ratios(m.few, m.bare),
			len(m.recorded.Statements), float64(len(m.recorded.Body))/1000, float64(packed(m.recorded.Body))/1000)
	}
}

// get fetches a page whole.
func get(address, cookie string) func(context.Context) error {
	return func(ctx context.Context) error {
		body, err := fetch(ctx, address, cookie)
		if err == nil && len(body) == 0 {
			err = errors.New("an empty page")
		}
		return err
	}
}

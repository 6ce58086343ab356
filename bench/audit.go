package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gatehouse/internal/urls"
)

// Two organizations with the same people and logs of different length.
var (
	shortLog = organization{"few", size{members: 100, teams: 60, apps: 100}}
	longLog  = organization{"many", size{members: 100, teams: 60, apps: 100}}
)

const longLogEntries = 1_000_000

// fillLog writes entries by the database itself, newest first in a minute's distance. In a long log half are sign-ins, one in 10,000 is a
// removal, and one in 100 is done by the one person whom both are asked for; a short one is all theirs, so that pages are full in both. Two
// entries hold a word of their own. They stand in no chain: audit verify would say so.
const fillLog = `INSERT INTO audit_entries (id, organization_id, at, actor_id, actor_name, actor_email, action, target_type, target_id, target_name, before_values, after_values, method, ip, reference, search, seq)
	WITH members AS (SELECT o.id AS organization_id, u.id, u.name, u.email, u.email LIKE 'only.one@%' AS one, row_number() OVER (PARTITION BY u.email LIKE 'only.one@%' ORDER BY m.sort_name) - 1 AS place
		FROM organizations o JOIN members m ON m.organization_id = o.id JOIN users u ON u.id = m.user_id WHERE o.slug = $1),
	placed AS (SELECT *, CASE WHEN one THEN 77 WHEN place >= 77 THEN place + 1 ELSE place END AS turn FROM members)
	SELECT gen_random_uuid(), u.organization_id, now() - n * interval '1 minute', u.id, u.name, u.email,
		CASE WHEN n % 10000 = 77 OR $2 <= 100 AND n % 2 = 1 THEN 'member.removed' WHEN n % 2 = 0 THEN 'session.signed-in' WHEN n % 3 = 0 THEN 'team.edited' ELSE 'app.description-edited' END,
		'account', u.id, u.name, '', '{"name":"After"}', 'password', CASE WHEN $2 <= 100 OR n % 1000 = 77 THEN '10.3.3.1' ELSE '10.' || n % 7 || '.' || n % 200 || '.2' END, 'R' || n,
		lower(u.name || ' ' || u.email || ' ' || u.name) || CASE WHEN n IN (50, $2 - 1) THEN ' zanzibar' ELSE '' END, $2 - n
	FROM generate_series(1, $2::int) n JOIN placed u ON u.turn = CASE WHEN $2 <= 100 THEN 77 ELSE n % 100 END`

func auditPages() []page {
	log := func(search string) func(organization) string {
		return func(o organization) string { return urls.AuditOf(o.slug, strings.ReplaceAll(search, "{org}", o.slug)) }
	}
	return []page{
		{what: "the log", path: log("")},
		{what: "the log, far in", path: log(""), deep: 100},
		{what: "a common action", path: log("action:session.signed-in")},
		{what: "a kind of action", path: log("action:session")},
		{what: "a rare action", path: log("action:member.removed")},
		{what: "an actor", path: log("actor:only.one@{org}.example")},
		{what: "about a member", path: log("member:only.one@{org}.example")},
		{what: "an IP address", path: log("ip:10.3.3.1")},
		{what: "up to an hour ago", path: log("until:1h")},
		{what: "words that many have", path: log("example")},
		{what: "a word that two have", path: log("zanzibar")},
		{what: "a word that nobody has", path: log("timbuktu")},
		{what: "an actor and a rare action", path: log("actor:only.one@{org}.example action:member.removed")},
	}
}

// auditLog measures the pages of a long log against those of a short one, and the export of the long one.
func auditLog(ctx context.Context, p plan, folder, binary string) (err error) {
	db, err := newDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.drop(ctx)) }()
	for _, each := range []struct {
		organization
		entries int
	}{{shortLog, 100}, {longLog, longLogEntries}} {
		if err := each.make(ctx, db); err != nil {
			return err
		}
		began := time.Now()
		if err := db.run(ctx, db.url, fillLog, each.slug, each.entries); err != nil {
			return err
		}
		fmt.Printf("%d entries written in %s, past their chain: audit verify would find them\n", each.entries, time.Since(began).Round(time.Second))
	}
	if err := db.analyze(ctx); err != nil {
		return err
	}
	server, err := start(ctx, binary, "serve", "GATEHOUSE_DATABASE_URL="+db.url, "GATEHOUSE_SECRET_KEY="+db.key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	if err := exportLog(ctx, server); err != nil {
		return err
	}
	return comparePages(ctx, p, folder, db, server, auditPages(), "The audit log of 100 entries and of 1,000,000")
}

// exportLog fetches the long log whole.
func exportLog(ctx context.Context, server *process) error {
	cookie, err := server.signIn(ctx, longLog.founder())
	if err != nil {
		return err
	}
	send := func(method, path string, body io.Reader) (*http.Response, error) {
		request, err := http.NewRequestWithContext(ctx, method, server.url+path, body)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Cookie", cookie)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return client.Do(request)
	}
	began := time.Now()
	begun, err := send(http.MethodPost, urls.AuditExport.To(longLog.slug), strings.NewReader(url.Values{"format": {"jsonl"}}.Encode()))
	if err != nil {
		return err
	}
	if err := begun.Body.Close(); err != nil {
		return err
	}
	counted := time.Since(began)
	file, err := send(http.MethodGet, begun.Header.Get("Location")+"/file", nil)
	if err != nil {
		return err
	}
	n, err := io.Copy(io.Discard, file.Body)
	if err = errors.Join(err, file.Body.Close()); err != nil {
		return err
	}
	memory, err := server.memory()
	line("counting and beginning an export", "%.0f ms", "", float64(counted.Milliseconds()))
	line(fmt.Sprintf("exporting it, %d MB", n>>20), "%.1f s", "", (time.Since(began) - counted).Seconds())
	line("memory after that", "%.0f MB", "< 150 MB", float64(memory)/1024)
	return err
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/glebarez/sqlite"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"gatehouse/internal/testdb"
	"gatehouse/models/store"
)

// TestMain lets the binary of the tests be the program, so that a test can start it as a process and kill it.
func TestMain(m *testing.M) {
	if os.Getenv("GATEHOUSE_TEST_IS_THE_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// How often the program is killed, by how many who change something at once.
const (
	kills   = 32
	writers = 6
)

const killedPassword = "amber thimble orchard seven"

// process is the program as a process of its own.
type process struct {
	t       *testing.T
	command *exec.Cmd
	base    string
	gone    chan struct{}
}

// begin starts the program and waits for the line of its log that says where it listens.
func begin(t *testing.T, environment []string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, command: exec.CommandContext(t.Context(), self, "serve"), gone: make(chan struct{})}
	p.command.Env = append(append(os.Environ(), environment...), "GATEHOUSE_TEST_IS_THE_PROGRAM=1")
	log, err := p.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(log)
	var said bytes.Buffer
	for p.base == "" && lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		var line struct{ Msg, For, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" && line.For == "console" {
			p.base = "http://" + line.Address
		}
	}
	if p.base == "" {
		t.Fatalf("the program did not start:\n%s", said.String())
	}
	go func() {
		defer close(p.gone)
		_, _ = io.Copy(io.Discard, log)
		_ = p.command.Wait() // it was killed
	}()
	return p
}

// kill ends the process as the kernel does, and waits until it is gone.
func (p *process) kill() {
	_ = p.command.Process.Kill()
	<-p.gone
}

// writer is somebody who changes things, one after the other, until the program is gone.
type writer struct {
	http  *http.Client
	base  string
	n     int
	said  []string // identifiers of teams that the program said it had created
	count func()   // called whenever a request is on its way, and whenever an answer begins
}

func newWriter() *writer {
	jar, _ := cookiejar.New(nil)
	return &writer{http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (w *writer) post(ctx context.Context, path string, form url.Values) (status int) {
	if w.count != nil {
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { w.count() }, GotFirstResponseByte: w.count})
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := w.http.Do(r)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, got.Body)
	_ = got.Body.Close()
	return got.StatusCode
}

// works creates teams, invites people and suspends and reinstates somebody, until the program does not answer.
func (w *writer) works(ctx context.Context, who, victim string) {
	for ctx.Err() == nil {
		w.n++
		id := fmt.Sprintf("team-%s-%d", who, w.n)
		if status := w.post(ctx, "/orgs/northwind/teams/new", url.Values{"id": {id}, "name": {id}}); status == http.StatusSeeOther {
			w.said = append(w.said, id)
		} else if status == 0 {
			return
		}
		if w.post(ctx, "/orgs/northwind/invitations/new", url.Values{"action": {"send"}, "people": {id + "@x.example"}, "role": {"organization_user"}, "days": {"7"}}) == 0 {
			return
		}
		for _, act := range []string{"suspend", "reinstate"} {
			if w.post(ctx, "/orgs/northwind/members/"+victim+"/"+act, nil) == 0 {
				return
			}
		}
	}
}

// The program is killed while several people change things, again and again: whatever is changed has its one entry, every entry its change, no mail
// waits without what it is about, what was said to be done is done, and the log is intact.
func TestKilledAtAnyMomentTheLogAndTheChangesAgree(t *testing.T) {
	migrate := func(ctx context.Context, url string) error {
		_, _, err := store.Migrate(ctx, url)
		return err
	}
	testdb.Each(t, migrate, func(t *testing.T, database string) {
		folder := t.TempDir()
		environment := []string{
			"GATEHOUSE_DATABASE_URL=" + database, "GATEHOUSE_SECRET_KEY=" + base64.StdEncoding.EncodeToString(make([]byte, 32)), "GATEHOUSE_ADDR=127.0.0.1:0",
			"GATEHOUSE_URL=http://127.0.0.1:1", "GATEHOUSE_SMTP_URL=smtp://127.0.0.1:1?tls=none", "GATEHOUSE_MAIL_FROM=console@northwind.example",
		}
		for _, pair := range environment {
			name, value, _ := strings.Cut(pair, "=")
			t.Setenv(name, value)
		}
		secret := filepath.Join(folder, "password.txt")
		if err := os.WriteFile(secret, []byte(killedPassword+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		gatehouse := func(args ...string) string {
			t.Helper()
			var out bytes.Buffer
			if code := run(t.Context(), args, strings.NewReader(""), &out, &out); code != 0 {
				t.Fatalf("%v: exit code %d:\n%s", args, code, out.String())
			}
			return out.String()
		}
		for _, name := range []string{"alice", "victor"} {
			gatehouse("admin", "create", "--organization", "northwind", "--name", name, "--email", name+"@northwind.example", "--password-file", secret)
		}
		db := openRaw(t, database)
		victim := textOf(t, db, "SELECT CAST(id AS text) FROM users WHERE email = 'victor@northwind.example'")

		random := rand.New(rand.NewPCG(6, 2026)) // the moments of killing, the same each time
		everybody := make([]*writer, writers)
		for i := range everybody {
			everybody[i] = newWriter()
		}
		program := begin(t, environment)
		for _, w := range everybody {
			w.base = program.base
			if status := w.post(t.Context(), "/login", url.Values{"email": {"alice@northwind.example"}, "password": {killedPassword}}); status != http.StatusSeeOther {
				t.Fatalf("signing in: status %d", status)
			}
		}
		program.kill()
		for round := range kills {
			program := begin(t, environment)
			var moments atomic.Int64
			last := int64(1 + random.IntN(60))
			dies := sync.OnceFunc(func() { _ = program.command.Process.Kill() })
			var all sync.WaitGroup
			for i, w := range everybody {
				w.base = program.base
				w.count = func() {
					if moments.Add(1) >= last {
						dies()
					}
				}
				all.Go(func() { w.works(t.Context(), fmt.Sprint(i), victim) })
			}
			all.Wait()
			program.kill()
			agree(t, db, fmt.Sprintf("kill %d", round+1))
		}
		for _, w := range everybody {
			for _, id := range w.said {
				if textOf(t, db, "SELECT CAST(count(*) AS text) FROM teams WHERE slug = '"+id+"'") != "1" {
					t.Errorf("the program said that %s was created, and it was not", id)
				}
			}
		}
		program = begin(t, environment) // it starts as if nothing had been
		program.kill()
		if out := gatehouse("audit", "verify"); !strings.Contains(out, "northwind: intact") {
			t.Error(out)
		}
		t.Logf("%d kills: %s teams, %s invitations, %s entries", kills, textOf(t, db, "SELECT CAST(count(*) AS text) FROM teams"),
			textOf(t, db, "SELECT CAST(count(*) AS text) FROM invitations"), textOf(t, db, "SELECT CAST(count(*) AS text) FROM audit_entries"))
	})
}

// agree asks the database, each in one statement so that nothing comes between, for changes without their entry and the other way round.
func agree(t *testing.T, db *sql.DB, when string) {
	t.Helper()
	for what, query := range map[string]string{
		"teams without exactly one entry":       `SELECT count(*) FROM teams t WHERE 1 <> (SELECT count(*) FROM audit_entries e WHERE e.action = 'team.created' AND e.target_id = CAST(t.id AS text))`,
		"entries without their team":            `SELECT count(*) FROM audit_entries e WHERE e.action = 'team.created' AND NOT EXISTS (SELECT 1 FROM teams t WHERE CAST(t.id AS text) = e.target_id)`,
		"invitations without exactly one entry": `SELECT count(*) FROM invitations i WHERE 1 <> (SELECT count(*) FROM audit_entries e WHERE e.action = 'invitation.sent' AND e.target_id = CAST(i.id AS text))`,
		"entries without their invitation":      `SELECT count(*) FROM audit_entries e WHERE e.action = 'invitation.sent' AND NOT EXISTS (SELECT 1 FROM invitations i WHERE CAST(i.id AS text) = e.target_id)`,
		"mails more or less than invitations":   `SELECT (SELECT count(*) FROM outbox) - (SELECT count(*) FROM invitations)`,
		"suspensions that the log does not tell": `SELECT (SELECT count(*) FROM members WHERE suspended) - (SELECT count(*) FROM audit_entries WHERE action = 'member.suspended')
			+ (SELECT count(*) FROM audit_entries WHERE action = 'member.reinstated')`,
		"changes of members that the log does not tell": `SELECT (SELECT sum(version) - count(*) FROM members) - (SELECT count(*) FROM audit_entries WHERE action IN ('member.suspended', 'member.reinstated'))`,
		"entries beyond the end of the chain":           `SELECT (SELECT count(*) FROM audit_entries) - (SELECT sum(seq) FROM audit_chains)`,
	} {
		var n int
		if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if n != 0 {
			t.Errorf("after %s: %d %s", when, n, what)
		}
	}
}

func openRaw(t *testing.T, database string) *sql.DB {
	t.Helper()
	driver, source := "pgx", database
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		driver, source = sqlite.DriverName, path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func textOf(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var text string
	if err := db.QueryRowContext(t.Context(), query).Scan(&text); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return text
}

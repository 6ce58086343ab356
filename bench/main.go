// Command bench measures the console's budgets and prints them as ratios of one run: `make bench`. It needs PostgreSQL's server programs
// (scripts/postgres-test) and Linux, whose /proc tells how much CPU each process used. Nothing here is a test: a busy machine changes the
// figures, not whether anything passes.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	bare := flag.String("bare", "", "serve the page of this recording with net/http and pgx alone (the bench starts itself so)")
	rounds := flag.Int("rounds", 5, "rounds of each measurement; the median counts")
	requests := flag.Int("requests", 1500, "requests in a round")
	signIns := flag.Int("sign-ins", 1500, "sign-ins in a round")
	flag.Parse()
	ctx := context.Background()
	var err error
	if *bare != "" {
		err = serveBare(ctx, *bare)
	} else {
		err = measure(ctx, plan{rounds: *rounds, requests: *requests, signIns: *signIns})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type plan struct{ rounds, requests, signIns int }

func measure(ctx context.Context, p plan) (err error) {
	folder, err := os.MkdirTemp("", "gatehouse-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	binary := filepath.Join(folder, "gatehouse")
	//nolint:gosec // a folder of our own
	if out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "./cmd/gatehouse").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	for _, part := range []func(context.Context, plan, string, string) error{small, lists, samlCPU, signIn} {
		if err := part(ctx, p, folder, binary); err != nil {
			return err
		}
	}
	return nil
}

// small measures what a fresh machine sees: start to ready on SQLite, idle memory.
func small(ctx context.Context, p plan, folder, binary string) error {
	fmt.Println("SQLite, new database")
	var starts []float64
	var idle int
	for i := range p.rounds {
		began := time.Now()
		server, err := start(ctx, binary, "serve", "GATEHOUSE_DATABASE_URL=sqlite:"+filepath.Join(folder, fmt.Sprintf("start-%d", i), "gatehouse.db"))
		if err != nil {
			return err
		}
		starts = append(starts, float64(time.Since(began).Milliseconds()))
		idle, err = server.memory()
		if err := errors.Join(err, server.stop()); err != nil {
			return err
		}
	}
	line("start to ready, schema made", "%.0f ms", "< 300 ms", median(starts))
	line("idle memory", "%.0f MB", "< 60 MB", float64(idle)/1024)
	return nil
}

// lists measures the list of members: against a bare handler, and against itself with a thousand times the members.
func lists(ctx context.Context, p plan, folder, binary string) (err error) {
	fmt.Println("\nMembers list of 50 on PostgreSQL")
	db, err := newDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.drop(ctx)) }()
	for slug, n := range map[string]int{"few": 100, "many": 100_000} {
		if err := db.organization(ctx, slug, n); err != nil {
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
	cookie, err := server.signIn(ctx, db.email("few"))
	if err != nil {
		return err
	}
	cookieMany, err := server.signIn(ctx, db.email("many"))
	if err != nil {
		return err
	}
	recorded, err := record(ctx, db, "few", server.url+"/orgs/few/members", cookie)
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "recording.json")
	encoded, err := json.Marshal(recorded)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, encoded, 0o600); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bare, err := start(ctx, self, "-bare="+file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()
	postgres, err := db.processes(ctx)
	if err != nil {
		return err
	}
	ours := get(server.url+"/orgs/few/members", cookie)
	many := get(server.url+"/orgs/many/members", cookieMany)
	alone := get(bare.url+"/", "")
	var ratio, growth, cost, costBare []float64
	for range p.rounds + 1 { // the first warms up
		a, err := cpu(ctx, p.requests, ours, server, postgres)
		if err != nil {
			return err
		}
		b, err := cpu(ctx, p.requests, alone, bare, postgres)
		if err != nil {
			return err
		}
		m, err := cpu(ctx, p.requests, many, server, postgres)
		if err != nil {
			return err
		}
		ratio, growth, cost, costBare = append(ratio, a/b), append(growth, m/a), append(cost, a), append(costBare, b)
	}
	loaded, err := server.memory()
	if err != nil {
		return err
	}
	line("statements a page", "%.0f", "", float64(len(recorded.Statements)))
	line("CPU a page, server and database", "%.0f µs", "", median(cost[1:])*1e6)
	line("CPU a page, bare net/http + pgx", "%.0f µs", "", median(costBare[1:])*1e6)
	line("console : bare handler", "%.2f", "≤ 2.5", median(ratio[1:]))
	line("100,000 members : 100 members", "%.2f", "≤ 1.2", median(growth[1:]))
	line("memory under load", "%.0f MB", "< 150 MB", float64(loaded)/1024)
	line("HTML", "%.1f KB", "≤ 60 KB", float64(len(recorded.Body))/1000)
	line("HTML compressed", "%.1f KB", "≤ 10 KB", float64(packed(recorded.Body))/1000)
	return nil
}

func packed(body []byte) int {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is one of the package's own
	_, _ = w.Write(body)                            // a buffer does not fail
	_ = w.Close()
	return b.Len()
}

// get returns a function that fetches a page whole and expects 200.
func get(url, cookie string) func(context.Context) error {
	return func(ctx context.Context) error {
		body, err := fetch(ctx, url, cookie)
		if err == nil && len(body) == 0 {
			err = errors.New("an empty page")
		}
		return err
	}
}

// client follows nothing and keeps its connections.
var client = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true},
}

func fetch(ctx context.Context, url, cookie string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Cookie", cookie)
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", strings.SplitN(url, "?", 2)[0], response.StatusCode)
	}
	return body, err
}

func line(what, format, budget string, value float64) {
	if budget != "" {
		budget = "budget " + budget
	}
	fmt.Printf("  %-38s %12s   %s\n", what, fmt.Sprintf(format, value), budget)
}

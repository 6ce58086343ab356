// Command bench measures the console's budgets and prints them as ratios of one run: `make bench`. It needs PostgreSQL's server programs
// (scripts/postgres-test) and Linux, whose /proc tells how much CPU each process used. Nothing here is a test: a busy machine changes the
// figures, not whether anything passes.
package main

import (
	"bytes"
	"context"
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

	"github.com/klauspost/compress/gzip"

	"gatehouse/web"
)

func main() {
	bare := flag.String("bare", "", "serve the page of this recording with net/http and pgx alone (the bench starts itself so)")
	rounds := flag.Int("rounds", 5, "rounds of each measurement; the median counts")
	requests := flag.Int("requests", 1500, "requests in a round")
	signIns := flag.Int("sign-ins", 1500, "sign-ins in a round")
	only := flag.String("only", "", "measure one part alone: small, pages, audit, saml or sign-in")
	flag.Parse()
	ctx := context.Background()
	var err error
	if *bare != "" {
		err = serveBare(ctx, *bare)
	} else {
		err = measure(ctx, plan{rounds: *rounds, requests: *requests, signIns: *signIns, only: *only})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type plan struct {
	rounds, requests, signIns int
	only                      string
}

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
	for _, part := range []struct {
		name    string
		measure func(ctx context.Context, p plan, folder, binary string) error
	}{{"small", small}, {"pages", lists}, {"audit", auditLog}, {"saml", samlCPU}, {"sign-in", signIn}} {
		if p.only != "" && p.only != part.name {
			continue
		}
		if err := part.measure(ctx, p, folder, binary); err != nil {
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

func packed(body []byte) int {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, web.CompressionLevel) // a level that gzip has
	_, _ = w.Write(body)                                  // a buffer does not fail
	_ = w.Close()
	return b.Len()
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

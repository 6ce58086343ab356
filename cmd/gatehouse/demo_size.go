package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"gatehouse/models"
	"gatehouse/sample"
)

// demoSize is how large the sample organization is made; zero leaves it as small as it is.
type demoSize struct {
	Members int `placeholder:"N" help:"Make the sample organization this large, when it is made: members altogether (16)."`
	Teams   int `placeholder:"N" help:"Teams altogether (4)."`
	Apps    int `placeholder:"N" help:"Apps altogether (6)."`
}

const (
	mostMembers = 1_000_000
	mostTeams   = 20_000
	mostApps    = 200_000
)

// grow adds to the sample organization what is missing to the size.
func (d demoSize) grow(seed *models.Seed, hash string, now time.Time) error {
	has := 0
	for _, p := range seed.People {
		if p.Role.Valid() {
			has++
		}
	}
	var problems []error
	missing := func(flag string, want, has, most int) int {
		if want == 0 {
			want = has
		}
		if want < has || want > most {
			problems = append(problems, fmt.Errorf("--%s is %d; it must be from %d, which the sample organization has anyway, to %s", flag, want, has, thousands(most)))
		}
		return want - has
	}
	o := sample.Options{
		People: missing("members", d.Members, has, mostMembers), Teams: missing("teams", d.Teams, len(seed.Teams), mostTeams),
		Apps: missing("apps", d.Apps, len(seed.Apps), mostApps), Domain: "northwind.example", PasswordHash: hash, Busy: "chiara.lombardi@northwind.example", Now: now,
	}
	if len(problems) == 0 && o.People+o.Teams+o.Apps > 0 {
		seed.Crowd = sample.Crowd(o)
	}
	return errors.Join(problems...)
}

// progress shows how far the making is: a bar that fills on a terminal, a line for each quarter elsewhere.
func progress(out io.Writer) func(what string, done, of int) {
	if file, ok := out.(*os.File); ok {
		if about, err := file.Stat(); err == nil && about.Mode()&os.ModeCharDevice != 0 {
			return bar(out)
		}
	}
	shown := ""
	return func(what string, done, of int) {
		if now := fmt.Sprint(what, 4*done/of); now != shown {
			shown = now
			_, _ = fmt.Fprintf(out, "making %s: %s of %s\n", what, thousands(done), thousands(of))
		}
	}
}

func bar(out io.Writer) func(what string, done, of int) {
	const width = 30
	return func(what string, done, of int) {
		full := width * done / of
		_, _ = fmt.Fprintf(out, "\r%-12s [%s%s] %s of %s ", what, strings.Repeat("█", full), strings.Repeat("░", width-full), thousands(done), thousands(of))
		if done == of {
			_, _ = fmt.Fprintln(out)
		}
	}
}

func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

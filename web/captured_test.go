package web

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// captured is the log of a whole test, and what must not stand in it.
type captured struct {
	mu      sync.Mutex
	written bytes.Buffer
	secrets []string
}

// Write implements io.Writer.
func (l *captured) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.written.Write(line)
}

func (l *captured) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.written.String()
}

// lines are the lines that hold a piece of text.
func (l *captured) lines(piece string) []string {
	var found []string
	for line := range strings.Lines(l.text()) {
		if strings.Contains(line, piece) {
			found = append(found, line)
		}
	}
	return found
}

// secret must never be logged.
func (l *captured) secret(values ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, value := range values {
		if len(value) >= 8 {
			l.secrets = append(l.secrets, value)
		}
	}
}

// keepSecret takes the tokens out of an answer: cookies, and what a redirect carries in its query.
func (l *captured) keepSecret(r *http.Response) {
	for _, cookie := range r.Cookies() {
		l.secret(cookie.Value)
	}
	if to, err := url.Parse(r.Header.Get("Location")); err == nil {
		l.secret(to.Query().Get("result"))
	}
}

// personal are the things that no log line may hold, whatever the test was about.
func personal() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"an email address": regexp.MustCompile(`[A-Za-z0-9._%+-]+(@|%40)[A-Za-z0-9.-]+\.[A-Za-z]{2,}`),
		"a query string":   regexp.MustCompile(`\?[A-Za-z_]+=`),
		"SAML":             regexp.MustCompile(`SAMLResponse|SAMLRequest|RelayState|samlp?:|urn:oasis|PHNhbWxw`),
		"a person's name":  regexp.MustCompile(`Ada Admin|Ulf User|Sana Solo`),
		"a password":       regexp.MustCompile(regexp.QuoteMeta(plain)),
	}
}

func (l *captured) tellsNothing(t testing.TB) {
	t.Helper()
	if found := l.found(); found != "" {
		t.Errorf("the log holds %s", found)
	}
}

// found is the first thing in the log that should not be there, with its line.
func (l *captured) found() string {
	log := l.text()
	for what, pattern := range personal() {
		if at := pattern.FindStringIndex(log); at != nil {
			return what + ": " + around(log, at[0])
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, secret := range l.secrets {
		if at := strings.Index(log, secret); at >= 0 {
			return "a token: " + around(log, at)
		}
	}
	return ""
}

// around is the line of a position.
func around(text string, at int) string {
	from := strings.LastIndex(text[:at], "\n") + 1
	line, _, _ := strings.Cut(text[from:], "\n")
	return line
}

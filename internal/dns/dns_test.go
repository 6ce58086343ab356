package dns_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/dns"
	"gatehouse/internal/dns/dnstest"
)

func TestTextsAreReadOverTheWire(t *testing.T) {
	server := dnstest.New(t)
	resolver := dns.New(server.Addr())
	server.Set("_gatehouse-challenge.example.org", "v=other", "gatehouse-|verification=abc")
	texts, err := resolver.TXT(t.Context(), "_gatehouse-challenge.example.org")
	slices.Sort(texts)
	if want := []string{"gatehouse-verification=abc", "v=other"}; err != nil || !slices.Equal(texts, want) {
		t.Errorf("%q, %v", texts, err)
	}
	texts, err = resolver.TXT(t.Context(), "_gatehouse-challenge.nothing.example")
	if err != nil || len(texts) != 0 {
		t.Errorf("a name that does not exist: %q, %v", texts, err)
	}
	before := server.Asked()
	if _, err := resolver.TXT(t.Context(), "_gatehouse-challenge.nothing.example"); err != nil || server.Asked() != before+1 {
		t.Errorf("asked %d times for one name: search domains are not left out", server.Asked()-before)
	}
}

func TestNoAnswerIsNotAnAbsentRecord(t *testing.T) {
	server := dnstest.New(t)
	resolver := dns.New(server.Addr())
	server.Set("example.org", "gatehouse-verification=abc")
	server.Fail(true)
	if texts, err := resolver.TXT(t.Context(), "example.org"); !errors.Is(err, dns.ErrUnanswered) || texts != nil {
		t.Errorf("SERVFAIL: %q, %v", texts, err)
	}
	server.Fail(false)
	server.Silence(true)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if texts, err := resolver.TXT(short, "example.org"); !errors.Is(err, dns.ErrUnanswered) || texts != nil {
		t.Errorf("silence: %q, %v", texts, err)
	}
	if texts, err := dns.New("127.0.0.1:1").TXT(t.Context(), "example.org"); !errors.Is(err, dns.ErrUnanswered) || texts != nil {
		t.Errorf("nobody listens: %q, %v", texts, err)
	}
}

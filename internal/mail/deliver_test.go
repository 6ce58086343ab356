package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// box is an outbox in memory.
type box struct {
	mu      sync.Mutex
	waiting []Pending
	done    map[string]error
	broken  bool
}

func (b *box) Claim(_ context.Context, n int) ([]Pending, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		return nil, errors.New("no database")
	}
	n = min(n, len(b.waiting))
	due := b.waiting[:n]
	b.waiting = b.waiting[n:]
	return due, nil
}

func (b *box) Done(ctx context.Context, id string, err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done[id] = err
	return ctx.Err()
}

func (b *box) setBroken(broken bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = broken
}

func (b *box) recorded() map[string]error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.done)
}

func (b *box) put(ids ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		b.waiting = append(b.waiting, Pending{ID: id, Message: Message{To: id + "@northwind.example"}})
	}
}

type sendFunc func(context.Context, Message) error

func (f sendFunc) Send(ctx context.Context, m Message) error { return f(ctx, m) }

func TestDeliverer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("refused")
		outbox := &box{done: map[string]error{}}
		deliverer := Deliverer{Outbox: outbox, Log: slog.New(slog.DiscardHandler), Sender: sendFunc(func(_ context.Context, m Message) error {
			if m.To == "bad@northwind.example" {
				return refused
			}
			return nil
		})}
		for i := range 25 {
			outbox.put(fmt.Sprint(i))
		}
		outbox.put("bad", "last")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); deliverer.Run(ctx) }()

		synctest.Wait()
		if len(outbox.recorded()) != 27 {
			t.Fatalf("at the start everything due goes out: %d", len(outbox.recorded()))
		}
		if done := outbox.recorded(); !errors.Is(done["bad"], refused) || done["last"] != nil {
			t.Errorf("%v", done)
		}

		outbox.put("nudged")
		deliverer.Nudge()
		deliverer.Nudge()
		synctest.Wait()
		if _, sent := outbox.recorded()["nudged"]; !sent {
			t.Error("a nudge did nothing")
		}

		outbox.setBroken(true)
		time.Sleep(pause) // the bubble's clock, not the machine's
		synctest.Wait()
		outbox.setBroken(false)
		outbox.put("later")
		time.Sleep(pause)
		synctest.Wait()
		if _, sent := outbox.recorded()["later"]; !sent {
			t.Error("after the database was away, nothing is sent any more")
		}

		cancel()
		<-ended
	})
}

func TestDelivererRecordsWhatItSentBeforeItStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	outbox := &box{done: map[string]error{}}
	outbox.put("one")
	deliverer := Deliverer{Outbox: outbox, Log: slog.New(slog.DiscardHandler), Sender: sendFunc(func(context.Context, Message) error {
		cancel()
		return nil
	})}
	deliverer.Run(ctx)
	if err, recorded := outbox.done["one"]; !recorded || err != nil {
		t.Errorf("recorded %v, %v", recorded, err)
	}
}

func TestPasswordResetMessage(t *testing.T) {
	message := PasswordReset{
		To: "ada@northwind.example", Name: "Ada\r\nLovelace\u2028", Site: "https://console.northwind.example", Link: "https://console.northwind.example/password/reset/abc", For: time.Hour,
	}.Message()
	const want = `Hello Ada Lovelace,

somebody asked for a new password for your account at https://console.northwind.example.
If that was you, open this link within 60 minutes and choose one:

https://console.northwind.example/password/reset/abc

The link works once. If it was not you, you need not do anything:
your password stays as it is, and nobody else has this link.
`
	if message.To != "ada@northwind.example" || message.Subject != "Choose a new password for Gatehouse" || message.Text != want {
		t.Errorf("%+v", message)
	}
	for d, want := range map[time.Duration]string{time.Minute: "1 minute", 90 * time.Minute: "90 minutes", 24 * time.Hour: "24 hours"} {
		if got := span(d); got != want {
			t.Errorf("%v: %q", d, got)
		}
	}
}

func TestCertificateEndMessage(t *testing.T) {
	base := CertificateEnd{
		To: "ada@northwind.example", Name: "Ada", Organization: "Northwind\nBcc: x", Provider: "Okta\r\nEvil", Until: time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC),
		Link: "https://console.example/orgs/northwind/security/identity-providers/okta",
	}
	for name, c := range map[string]struct {
		ours    bool
		left    time.Duration
		subject string
		says    string
	}{
		"theirs":       {false, 14*24*time.Hour - time.Minute, "The certificate of Okta Evil ends in 14 days", "ends on 15 March 2026, in 14 days."},
		"theirs, soon": {false, time.Hour, "The certificate of Okta Evil ends in 1 day", "before the change"},
		"theirs, over": {false, -time.Hour, "The certificate of Okta Evil has ended", "Signing in still works"},
		"ours":         {true, 7 * 24 * time.Hour, "The certificate of Okta Evil ends in 7 days", "prepare the next certificate"},
		"ours, over":   {true, 0, "The certificate of Okta Evil has ended", "today"},
	} {
		end := base
		end.Ours, end.Left = c.ours, c.left
		m := end.Message()
		if m.To != end.To || m.Subject != c.subject || !strings.Contains(m.Text, c.says) || !strings.HasSuffix(m.Text, "\n"+base.Link+"\n") || strings.Contains(m.Text, "\nBcc") {
			t.Errorf("%s: %q\n%s", name, m.Subject, m.Text)
		}
	}
}

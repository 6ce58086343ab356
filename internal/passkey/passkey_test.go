package passkey_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/passkey"
	"gatehouse/internal/passkey/passkeytest"
)

const origin = "https://console.northwind.example"

func at(t *testing.T, address string) passkey.Site {
	t.Helper()
	public, err := url.Parse(address)
	must(t, err)
	return passkey.At(public)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPasskeysAreKeptForNamesOnly(t *testing.T) {
	for address, usable := range map[string]bool{
		origin: true, "https://console.northwind.example:8443": true, "http://localhost:8080": true, "http://gatehouse.localhost": true,
		"http://127.0.0.1:8080": false, "http://[::1]:8080": false, "https://console": false,
	} {
		if got := at(t, address).Usable(); got != usable {
			t.Errorf("%s: usable %v, want %v", address, got, usable)
		}
	}
	if (passkey.Site{}).Usable() {
		t.Error("no site is usable")
	}
}

// enrolled is an account with one passkey.
func enrolled(t *testing.T, site passkey.Site, key *passkeytest.Key) passkey.Account {
	t.Helper()
	account := passkey.Account{ID: "0198c0de-0000-7000-8000-00000000000a", Name: "Ulf User", Email: "ulf@northwind.example"}
	asked, err := site.AskNew(account)
	must(t, err)
	made, err := site.Made(asked.Kept, key.Make(asked.Options), account)
	must(t, err)
	if string(made.ID) != string(key.ID) || made.Copied {
		t.Errorf("made %x, copied %v", made.ID, made.Copied)
	}
	account.Kept = []string{made.Kept}
	return account
}

func TestWhatIsAskedOfABrowser(t *testing.T) {
	site, key := at(t, origin), passkeytest.New(t, origin, "console.northwind.example")
	account := enrolled(t, site, key)
	weak := passkeytest.New(t, origin, "console.northwind.example")
	weak.Verifies = false
	both := account
	both.Kept = append(both.Kept, enrolled(t, site, weak).Kept...)
	verification := func(q passkey.Question, err error) string {
		must(t, err)
		var read struct {
			PublicKey struct {
				RPID, UserVerification string
				AllowCredentials       []any
			}
		}
		must(t, json.Unmarshal(q.Options, &read))
		if read.PublicKey.RPID != "console.northwind.example" {
			t.Errorf("asked for %q", read.PublicKey.RPID)
		}
		return read.PublicKey.UserVerification
	}
	ask := func(a passkey.Account, present bool) string { return verification(site.AskOwner(a, present)) }
	for what, pair := range map[string][2]string{
		"instead of a password": {verification(site.AskAnybody()), "required"}, "beside a password": {ask(account, true), "preferred"},
		"confirming": {ask(account, false), "required"}, "confirming where one cannot verify": {ask(both, false), "preferred"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s, verification is %s, want %s", what, pair[0], pair[1])
		}
	}
	again, err := site.AskNew(account)
	must(t, err)
	if !strings.Contains(string(again.Options), `"excludeCredentials":[{`) || !strings.Contains(string(again.Options), `"attestation":"none"`) {
		t.Errorf("a new passkey is asked for with %s", again.Options)
	}
}

func TestAnswersThatAreRefused(t *testing.T) {
	site, key := at(t, origin), passkeytest.New(t, origin, "console.northwind.example")
	account := enrolled(t, site, key)
	other := passkeytest.New(t, origin, "console.northwind.example")
	enrolled(t, site, other)
	anybody := func() passkey.Question {
		asked, err := site.AskAnybody()
		must(t, err)
		return asked
	}
	asked := anybody()
	used, err := site.Proved(asked.Kept, key.Sign(asked.Options), account)
	must(t, err)
	account.Kept = []string{used.Kept}

	for what, answer := range map[string]func(passkey.Question) string{
		"another origin": func(q passkey.Question) string {
			k := *key
			k.Origin = "https://console.northwind.example.attacker.example"
			return k.Sign(q.Options)
		},
		"another scheme": func(q passkey.Question) string {
			k := *key
			k.Origin = "http://console.northwind.example"
			return k.Sign(q.Options)
		},
		"another port": func(q passkey.Question) string {
			k := *key
			k.Origin = origin + ":8443"
			return k.Sign(q.Options)
		},
		"another site": func(q passkey.Question) string {
			k := *key
			k.Site = "northwind.example"
			return k.Sign(q.Options)
		},
		"nobody verified": func(q passkey.Question) string {
			k := *key
			k.Verifies = false
			return k.Sign(q.Options)
		},
		"another account": func(q passkey.Question) string {
			k := *key
			k.Handle = []byte("somebody else")
			return k.Sign(q.Options)
		},
		"no account":       func(q passkey.Question) string { k := *key; k.Handle = nil; return k.Sign(q.Options) },
		"another key":      func(q passkey.Question) string { return other.Sign(q.Options) },
		"another question": func(passkey.Question) string { return key.Sign(anybody().Options) },
		"made, not proved": func(q passkey.Question) string { k := *other; return k.Make(q.Options) },
		"not an answer":    func(passkey.Question) string { return "{}" },
		"nothing":          func(passkey.Question) string { return "" },
		"too much":         func(passkey.Question) string { return strings.Repeat(" ", 1<<20) },
		"another signature": func(q passkey.Question) string {
			k := *other
			k.ID, k.Handle = key.ID, key.Handle
			return k.Sign(q.Options)
		},
		"what a key is not at": func(q passkey.Question) string { k := *key; k.Origin = "null"; return k.Sign(q.Options) },
	} {
		q := anybody()
		if _, err := site.Proved(q.Kept, answer(q), account); !errors.Is(err, passkey.ErrRefused) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := at(t, "http://127.0.0.1").Proved(asked.Kept, key.Sign(asked.Options), account); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("where there are none: %v", err)
	}
}

func TestACounterThatStandsStillIsSeen(t *testing.T) {
	site, key := at(t, origin), passkeytest.New(t, origin, "console.northwind.example")
	account := enrolled(t, site, key)
	prove := func() passkey.Key {
		q, err := site.AskOwner(account, false)
		must(t, err)
		used, err := site.Proved(q.Kept, key.Sign(q.Options), account)
		must(t, err)
		return used
	}
	first := prove()
	account.Kept = []string{first.Kept}
	key.Counter--
	if again := prove(); first.Copied || !again.Copied {
		t.Errorf("copied: %v, then %v", first.Copied, again.Copied)
	}

	// Synced ones do not count.
	key = passkeytest.New(t, origin, "console.northwind.example")
	key.Counter, key.Synced = 0, true
	account = enrolled(t, site, key)
	if used := prove(); used.Copied || !passkey.Synced(used.Kept) {
		t.Errorf("a synced passkey: copied %v, synced %v", used.Copied, passkey.Synced(used.Kept))
	}
	if passkey.Synced(first.Kept) || passkey.Synced("nothing") {
		t.Error("synced")
	}
}

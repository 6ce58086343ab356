package models

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// AuditFilter is what the audit log is asked for; the zero filter is all of it.
type AuditFilter struct {
	Words     []string // each is part of a name or an address
	Action    Action   // or what several begin with: "member" for member.joined and its like
	Result    AuditResult
	Actor     string // an address, or ByTheSystem
	About     string // a key: what was done to it, and, of a person, by them
	Member    string // an address: as About, of a person
	Team, App string // an identifier: what was done to it
	Provider  string // likewise
	IP        string
	Reference string
	Since     time.Time // from then on; zero: from the beginning
	Until     time.Time // before then; zero: until now
	Page      Page
}

// AuditResult is whether something was done or refused; empty is either.
type AuditResult string

// The results.
const (
	AuditDone    AuditResult = "done"
	AuditRefused AuditResult = "refused"
)

// ByTheSystem is the actor of what nobody did.
const ByTheSystem = "system"

// Narrows says whether the filter leaves anything out.
func (f AuditFilter) Narrows() bool {
	return len(f.Words) > 0 || f.Action != "" || f.Result != "" || f.Actor != "" || f.About != "" || f.Member != "" || f.Team != "" || f.App != "" || f.Provider != "" || f.IP != "" ||
		f.Reference != "" || !f.Since.IsZero() || !f.Until.IsZero()
}

// The keys of a search in the audit log, as they are typed before a colon.
const (
	AuditActor     = "actor"
	AuditAction    = "action"
	AuditOutcome   = "result"
	AuditAbout     = "about"
	AuditMember    = "member"
	AuditTeam      = "team"
	AuditApp       = "app"
	AuditProvider  = "provider"
	AuditIP        = "ip"
	AuditReference = "reference"
	AuditSince     = "since"
	AuditUntil     = "until"
)

// AuditKey is a key of a search with an example of its value and what it finds.
type AuditKey struct{ Name, Example, Meaning string }

// AuditKeys returns the keys in the order in which they are explained.
func AuditKeys() []AuditKey {
	return []AuditKey{
		{AuditActor, "ada@northwind.example", "who did it; actor:system is what nobody did"},
		{AuditAction, "member.removed", "what was done; action:member is everything of that kind"},
		{AuditOutcome, "refused", "what was not let happen; result:done is everything else"},
		{AuditMember, "ada@northwind.example", "what a person did, and what was done to them"},
		{AuditTeam, "perception", "what was done to a team, by its ID"},
		{AuditApp, "arm", "what was done to an app, by its ID"},
		{AuditProvider, "okta", "what was done to an identity provider, by its ID"},
		{AuditAbout, "0190a5c0-…", "what concerns one thing, also when it is gone; its entries lead there"},
		{AuditIP, "192.0.2.7", "from which address"},
		{AuditReference, "K3M9-QX7P", "what one request did"},
		{AuditSince, "7d", "from then on: 24h, 7d, today, 2026-11-20 or 2026-11-20T15:04, in UTC"},
		{AuditUntil, "2026-11-20", "up to the end of that day, or to that minute"},
	}
}

// AuditTerm is one piece of a search: a key with its value, or a word, whose key is empty.
type AuditTerm struct{ Key, Value string }

// String is the term as it is typed.
func (t AuditTerm) String() string {
	value := strings.ReplaceAll(t.Value, `"`, "")
	if value == "" || strings.ContainsFunc(value, unicode.IsSpace) || t.Key == "" && strings.Contains(value, ":") {
		value = `"` + value + `"`
	}
	if t.Key == "" {
		return value
	}
	return t.Key + ":" + value
}

// AuditSearch is a search as its terms, in the order in which they were typed.
type AuditSearch []AuditTerm

// String is the search as it is typed.
func (s AuditSearch) String() string {
	typed := make([]string, len(s))
	for i, term := range s {
		typed[i] = term.String()
	}
	return strings.Join(typed, " ")
}

// Has says whether the term is one of the search's; keys and values are the same in any case.
func (s AuditSearch) Has(term AuditTerm) bool {
	return slices.ContainsFunc(s, func(t AuditTerm) bool { return t.Key == term.Key && strings.EqualFold(t.Value, term.Value) })
}

// Value is the value of a key; empty when the search has none.
func (s AuditSearch) Value(key string) string {
	if i := slices.IndexFunc(s, func(t AuditTerm) bool { return t.Key == key }); i >= 0 {
		return s[i].Value
	}
	return ""
}

// Toggled is the search with the term, in place of another of its key; or without it, when it has it.
func (s AuditSearch) Toggled(term AuditTerm) AuditSearch {
	had := s.Has(term)
	rest := slices.DeleteFunc(slices.Clone(s), func(t AuditTerm) bool {
		return t.Key == term.Key && (term.Key != "" || strings.EqualFold(t.Value, term.Value))
	})
	if had {
		return rest
	}
	return append(rest, term)
}

// badTerm is what is wrong with a term, in words for the person who typed it. No other error gets onto a page.
type badTerm string

func (b badTerm) Error() string { return string(b) }

func badTermf(format string, args ...any) error { return badTerm(fmt.Sprintf(format, args...)) }

// ParseAuditSearch reads a search: words, and terms such as actor:ada@northwind.example, whose value may stand in quotes. now is what "7d"
// counts from. What is wrong is refused with the place, in characters from 1.
func ParseAuditSearch(typed string, now time.Time) (AuditSearch, AuditFilter, error) {
	var search AuditSearch
	var filter AuditFilter
	for rest, at := typed, 0; ; {
		rest, at = skipSpace(rest, at)
		if rest == "" {
			return search, filter, nil
		}
		term, taken, err := nextAuditTerm(rest)
		if err == nil && term.Key != "" && search.Value(term.Key) != "" {
			err = badTermf("“%s:” stands twice. Keep one of them", term.Key)
		}
		if err == nil {
			err = filter.take(term, now)
		}
		if err != nil {
			var bad badTerm
			if !errors.As(err, &bad) {
				return search, filter, err
			}
			return search, filter, RefuseField("q", "At character "+strconv.Itoa(at+1)+": "+string(bad)+".")
		}
		search = append(search, term)
		at += utf8.RuneCountInString(rest[:taken])
		rest = rest[taken:]
	}
}

func skipSpace(text string, at int) (string, int) {
	trimmed := strings.TrimLeftFunc(text, unicode.IsSpace)
	return trimmed, at + utf8.RuneCountInString(text[:len(text)-len(trimmed)])
}

// nextAuditTerm reads the term that text begins with, and says how many bytes it took.
func nextAuditTerm(text string) (term AuditTerm, taken int, err error) {
	key, begin := "", 0
	if end := strings.IndexFunc(text, func(r rune) bool { return r == ':' || r == '"' || unicode.IsSpace(r) }); end > 0 && text[end] == ':' {
		key, begin = strings.ToLower(text[:end]), end+1
	}
	if key != "" && !slices.ContainsFunc(AuditKeys(), func(k AuditKey) bool { return k.Name == key }) {
		var known []string
		for _, k := range AuditKeys() {
			known = append(known, k.Name)
		}
		return term, 0, badTermf("there is no “%s:”. There are %s. To search for it as a word, put it in quotes", key, strings.Join(known, ", "))
	}
	value := text[begin:]
	if strings.HasPrefix(value, `"`) {
		end := strings.Index(value[1:], `"`)
		if end < 0 {
			return term, 0, badTermf("a quote begins here and does not end")
		}
		value, taken = value[1:1+end], begin+end+2
	} else {
		if end := strings.IndexFunc(value, unicode.IsSpace); end >= 0 {
			value = value[:end]
		}
		taken = begin + len(value)
	}
	if value = strings.TrimSpace(value); value == "" && key != "" {
		return term, 0, badTermf("“%s:” has no value yet", key)
	}
	return AuditTerm{key, value}, taken, nil
}

// take puts a term into the filter.
func (f *AuditFilter) take(term AuditTerm, now time.Time) (err error) {
	value := term.Value
	switch term.Key {
	case "":
		if Fold(value) != "" {
			f.Words = append(f.Words, value)
		}
	case AuditAction:
		if f.Action = Action(strings.ToLower(value)); len(f.Action.All()) == 0 {
			err = badTermf("nothing is called “%s”. An action is member.removed, or member for all of its kind", value)
		}
	case AuditOutcome:
		if f.Result = oneOf(AuditResult(strings.ToLower(value)), AuditDone, AuditRefused); f.Result == "" {
			err = badTermf("“result:” is done or refused")
		}
	case AuditActor:
		if f.Actor = value; !strings.EqualFold(value, ByTheSystem) && !strings.Contains(value, "@") {
			err = badTermf("“actor:” takes a whole address, or system. A part of a name is searched for without it")
		}
	case AuditMember:
		if f.Member = value; !strings.Contains(value, "@") {
			err = badTermf("“member:” takes a whole address. A part of a name is searched for without it")
		}
	case AuditTeam:
		f.Team, err = auditSlug(term)
	case AuditApp:
		f.App, err = auditSlug(term)
	case AuditProvider:
		f.Provider, err = auditSlug(term)
	case AuditAbout:
		f.About = value
	case AuditIP:
		var address netip.Addr
		if address, err = netip.ParseAddr(value); err != nil {
			err = badTermf("“%s” is no IP address", value)
		}
		f.IP = address.String()
	case AuditReference:
		f.Reference = strings.ToUpper(value)
	case AuditSince:
		f.Since, _, err = auditTime(term, now)
	case AuditUntil:
		_, f.Until, err = auditTime(term, now)
	}
	return err
}

func auditSlug(term AuditTerm) (string, error) {
	if slug, err := ParseSlug("", term.Value); err != nil || string(slug) != term.Value {
		return "", badTermf("“%s” cannot be the ID of %s", term.Value, map[string]string{AuditTeam: "a team", AuditApp: "an app", AuditProvider: "an identity provider"}[term.Key])
	}
	return term.Value, nil
}

// auditTime reads a time: a day or a minute in UTC, or how long ago. A day has a beginning and an end; the others are both.
func auditTime(term AuditTerm, now time.Time) (from, to time.Time, err error) {
	today := now.UTC().Truncate(24 * time.Hour)
	value := strings.ToLower(term.Value)
	switch value {
	case "today":
		return today, today.AddDate(0, 0, 1), nil
	case "yesterday":
		return today.AddDate(0, 0, -1), today, nil
	}
	if day, err := time.Parse(time.DateOnly, value); err == nil && day.Year() > 0 {
		return day, day.AddDate(0, 0, 1), nil
	}
	for _, layout := range []string{"2006-01-02t15:04", "2006-01-02t15:04z"} {
		if at, err := time.Parse(layout, value); err == nil && at.Year() > 0 {
			return at, at.Add(time.Minute), nil
		}
	}
	for unit, length := range map[string]time.Duration{"h": time.Hour, "d": 24 * time.Hour} {
		if n, err := strconv.Atoi(strings.TrimSuffix(value, unit)); err == nil && strings.HasSuffix(value, unit) && n > 0 && n <= 36500 {
			at := now.UTC().Add(-time.Duration(n) * length)
			return at, at, nil
		}
	}
	return from, to, badTermf("“%s” is no time. A time is 24h, 7d, today, yesterday, 2026-11-20 or 2026-11-20T15:04, in UTC", term.Value)
}

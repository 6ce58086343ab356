package models

import (
	"strings"
	"testing"
	"time"
)

var searchedAt = time.Date(2026, 11, 26, 15, 30, 0, 0, time.UTC)

func TestAnAuditSearchIsReadTermByTerm(t *testing.T) {
	if _, filter, err := ParseAuditSearch(`  actor:Ada@northwind.example ulf "two words" ACTION:member ip:192.0.2.07 `, searchedAt); err == nil {
		t.Errorf("an IP address with a zero before it was taken: %+v", filter)
	}
	search, filter, err := ParseAuditSearch(`  actor:Ada@northwind.example ulf "two words" ACTION:member ip:2001:DB8::1 team:"hands" reference:k3m9-qx7p since:7d until:2026-11-20`, searchedAt)
	if err != nil {
		t.Fatal(err)
	}
	want := AuditFilter{
		Words: []string{"ulf", "two words"}, Action: "member", Actor: "Ada@northwind.example", Team: "hands", IP: "2001:db8::1", Reference: "K3M9-QX7P",
		Since: searchedAt.AddDate(0, 0, -7), Until: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC),
	}
	if got := filter; strings.Join(got.Words, "|") != strings.Join(want.Words, "|") || got.Action != want.Action || got.Actor != want.Actor || got.Team != want.Team ||
		got.IP != want.IP || got.Reference != want.Reference || !got.Since.Equal(want.Since) || !got.Until.Equal(want.Until) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	const canonical = `actor:Ada@northwind.example ulf "two words" action:member ip:2001:DB8::1 team:hands reference:k3m9-qx7p since:7d until:2026-11-20`
	if search.String() != canonical {
		t.Errorf("typed again: %s", search)
	}
	again, _, err := ParseAuditSearch(search.String(), searchedAt)
	if err != nil || again.String() != canonical {
		t.Errorf("read again: %s, %v", again, err)
	}
}

func TestTimesOfAnAuditSearch(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	for value, want := range map[string][2]time.Time{
		"today": {day(26), day(27)}, "yesterday": {day(25), day(26)}, "2026-11-02": {day(2), day(3)}, "24h": {searchedAt.Add(-24 * time.Hour), searchedAt.Add(-24 * time.Hour)},
		"2026-11-02T10:05": {day(2).Add(605 * time.Minute), day(2).Add(606 * time.Minute)}, "2026-11-02T10:05Z": {day(2).Add(605 * time.Minute), day(2).Add(606 * time.Minute)},
	} {
		_, since, err := ParseAuditSearch("since:"+value, searchedAt)
		_, until, err2 := ParseAuditSearch("until:"+value, searchedAt)
		if err != nil || err2 != nil || !since.Since.Equal(want[0]) || !until.Until.Equal(want[1]) {
			t.Errorf("%s: since %v, until %v, want %v; %v %v", value, since.Since, until.Until, want, err, err2)
		}
	}
}

// What is wrong is refused beside the field, with where and what.
func TestAWrongAuditSearchSaysWhereAndWhat(t *testing.T) {
	for typed, says := range map[string]string{
		`ada colour:red`:                      "At character 5: there is no “colour:”. There are actor, ",
		`ü "open`:                             "At character 3: a quote begins here and does not end.",
		`actor:`:                              "“actor:” has no value yet.",
		`actor:ada`:                           "“actor:” takes a whole address",
		`member:ada`:                          "“member:” takes a whole address",
		`action:nothing.done`:                 "nothing is called “nothing.done”",
		`action:memb`:                         "nothing is called “memb”",
		`since:7x`:                            "“7x” is no time",
		`since:0d`:                            "“0d” is no time",
		`since:99999999999999999999d`:         "is no time",
		`since:2026-02-30`:                    "is no time",
		`ip:somewhere`:                        "“somewhere” is no IP address",
		`team:"two words"`:                    "cannot be the ID of a team",
		`action:member action:team`:           "At character 15: “action:” stands twice.",
		`http://x`:                            "To search for it as a word, put it in quotes",
		`since:2026-11-20 until:2026-13-01 x`: "At character 18: “2026-13-01” is no time",
	} {
		_, _, err := ParseAuditSearch(typed, searchedAt)
		refusal, ok := RefusalOf(err)
		if !ok || refusal.Field != "q" || !strings.Contains(refusal.Sentence, says) {
			t.Errorf("%s: %v, want %q", typed, err, says)
		}
	}
	for _, fine := range []string{"", "   ", `"http://x"`, `""`, "a:", ":x", "…", `ada"lovelace`} {
		if _, _, err := ParseAuditSearch(fine, searchedAt); (err != nil) != (fine == "a:") {
			t.Errorf("%q: %v", fine, err)
		}
	}
}

func TestAChipAddsATermAndTakesItAway(t *testing.T) {
	search, _, err := ParseAuditSearch("ulf action:member", searchedAt)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		term AuditTerm
		want string
	}{
		{AuditTerm{AuditIP, "192.0.2.7"}, "ulf action:member ip:192.0.2.7"}, {AuditTerm{AuditAction, "team.created"}, "ulf action:team.created"},
		{AuditTerm{AuditAction, "MEMBER"}, "ulf"}, {AuditTerm{"", "Ulf"}, "action:member"}, {AuditTerm{"", "a:b c"}, `ulf action:member "a:b c"`},
	} {
		if got := search.Toggled(step.term).String(); got != step.want {
			t.Errorf("%v: %s, want %s", step.term, got, step.want)
		}
	}
	if search.String() != "ulf action:member" {
		t.Errorf("the search itself became %s", search)
	}
}

func FuzzAuditSearch(f *testing.F) {
	for _, seed := range []string{`actor:ada@x "a b" since:7d`, `action:"member`, "ip:::1", "\x00:\xff", `until:today x`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		search, _, err := ParseAuditSearch(typed, searchedAt)
		if err != nil {
			return
		}
		again, _, err := ParseAuditSearch(search.String(), searchedAt)
		if err != nil || again.String() != search.String() {
			t.Errorf("%q is written as %q, and read again as %q: %v", typed, search, again, err)
		}
	})
}

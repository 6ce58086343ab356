package models

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestEveryOfThirtyDaysHasItsSignIns(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 30, 0, 0, time.FixedZone("", 3600)) // still February in UTC
	days := SignInsByDay(now, map[string]int{"2026-02-28": 3, "2026-01-30": 1, "2026-01-29": 9}, map[string]int{"2026-02-14": 2})
	first, last := days[0], days[len(days)-1]
	if len(days) != 30 || first != (DaySignIns{Day: time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC), Password: 1}) || last.Password != 3 || last.Day.Day() != 28 {
		t.Errorf("%d days from %+v to %+v", len(days), first, last)
	}
	if days[15].SSO != 2 || days[15].Day.Day() != 14 {
		t.Errorf("the day in the middle is %+v", days[15])
	}
}

func TestMembersAreCountedBackFromToday(t *testing.T) {
	now, old := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		what    string
		founded time.Time
		members int
		change  map[string]int
		want    string
	}{
		{"nothing happened", old, 5, nil, "Apr 5 May 5 Jun 5 Jul 5 Aug 5 Sep 5 Oct 5 Nov 5 Dec 5 Jan 5 Feb 5 Mar 5"},
		{"some came, some left", old, 5, map[string]int{"2026-03": 2, "2026-01": -4, "2025-05": 1}, "Apr 6 May 7 Jun 7 Jul 7 Aug 7 Sep 7 Oct 7 Nov 7 Dec 7 Jan 3 Feb 3 Mar 5"},
		{"founded within the year", time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), 3, map[string]int{"2026-01": 1, "2026-03": 2}, "Jan 1 Feb 1 Mar 3"},
		{"people are older than the organization's row", now, 3, map[string]int{"2026-02": 3}, "Feb 3 Mar 3"},
		{"founded this month", now, 2, map[string]int{"2026-03": 2}, "Mar 2"},
		{"nobody is there", old, 0, nil, "Apr 0 May 0 Jun 0 Jul 0 Aug 0 Sep 0 Oct 0 Nov 0 Dec 0 Jan 0 Feb 0 Mar 0"},
		{"numbers that contradict each other", now, 1, map[string]int{"2026-03": 4}, "Mar 1"},
	} {
		var got []string
		for _, m := range Growth(now, c.founded, c.members, c.change) {
			got = append(got, fmt.Sprint(m.Month.Format("Jan"), " ", m.Members))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s, want %s", c.what, strings.Join(got, " "), c.want)
		}
	}
}

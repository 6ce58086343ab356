package models

import (
	"slices"
	"testing"
	"time"
)

func TestNoticesAreDueOneAfterTheOther(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		left time.Duration
		want []int
	}{
		{61 * day, nil}, {60*day + time.Second, nil}, {60 * day, []int{60}}, {30*day + 1, []int{60}}, {30 * day, []int{60, 30}}, {14 * day, []int{60, 30, 14}},
		{8 * day, []int{60, 30, 14}}, {7 * day, []int{60, 30, 14, 7}}, {day, []int{60, 30, 14, 7, 1}}, {time.Hour, []int{60, 30, 14, 7, 1}},
		{0, []int{60, 30, 14, 7, 1, 0}}, {-90 * day, []int{60, 30, 14, 7, 1, 0}},
	} {
		if got := (CertificateEnd{Until: now.Add(c.left)}).DueNotices(now); !slices.Equal(got, c.want) {
			t.Errorf("with %s left: %v, want %v", c.left, got, c.want)
		}
	}
}

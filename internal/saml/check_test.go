package saml

import (
	"strings"
	"testing"
)

func TestChecksAreRecordedInOrder(t *testing.T) {
	w := newWorld(t)
	_, checks, err := Finish(w.connection, w.posted(t), w.expectation())
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range checkTitles() {
		if checks[i].Name != c[0] {
			t.Errorf("check %d is %s, the table says %s", i, checks[i].Name, c[0])
		}
		if CheckTitle(c[0]) != c[1] || c[1] == "" {
			t.Errorf("title of %s is %q", c[0], CheckTitle(c[0]))
		}
	}
	if CheckTitle("of-old") != "of-old" {
		t.Error("a check that is no longer known has lost its name")
	}
}

func TestWhatStrangersSayIsCutAndCleaned(t *testing.T) {
	got := clip("a\x00b\u202Ec" + strings.Repeat("é", 300))
	if strings.ContainsFunc(got, func(r rune) bool { return r != '\uFFFD' && unprintable(r) }) || len([]rune(got)) != clipped+1 || !strings.HasSuffix(got, "…") {
		t.Errorf("clipped to %q", got)
	}
}

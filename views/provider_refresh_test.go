package views_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/views"
)

func TestAProposalSaysWhatApprovingDoes(t *testing.T) {
	doc := content(t, render(t, views.ProviderPage(proposingProvider(time.Time{}))))
	says(t, doc, "The metadata differs from what is used here", "the 12 people linked through this one are forgotten and signed out",
		"People will sign in at login.other.example instead of", "A certificate goes", "The last look failed.", "did not answer in time", "The document is signed.")
	var pressed []string
	for _, b := range matching(doc, "button", "name", "action") {
		value, _ := attr(b, "value")
		pressed = append(pressed, value)
	}
	if !slices.Equal(pressed, []string{"approve", "dismiss"}) {
		t.Errorf("buttons %q", pressed)
	}
	if got := typed(named(t, doc, "key")) + " " + typed(named(t, doc, "version")); got != "k 3" {
		t.Errorf("what was looked at is %q", got)
	}
	doc = content(t, render(t, views.ProviderPage(proposingProvider(sampleNow))))
	says(t, doc, "It still says what was dismissed")
	if len(matching(doc, "button", "value", "dismiss")) != 0 {
		t.Error("it can be dismissed again")
	}
}

func TestLookedWords(t *testing.T) {
	for _, c := range []struct {
		failed   bool
		added    int
		proposed bool
		want     string
	}{
		{true, 0, false, "The metadata could not be read. The reason stands below."},
		{false, 0, false, "The metadata was read. Nothing is new."},
		{false, 1, false, "The metadata was read. 1 certificate was added."},
		{false, 2, true, "The metadata was read. 2 certificates were added. It differs from what is used here: decide below."},
		{false, 0, true, "The metadata was read. It differs from what is used here: decide below."},
	} {
		if got := views.LookedWords(c.failed, c.added, c.proposed); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

package views

import (
	"strconv"
	"strings"
	"time"

	"gatehouse/views/parts"
)

// AttemptPageView is everything that was recorded of one sign-in.
type AttemptPageView struct {
	Page     Page
	Row      AttemptRow
	Provider string // its name
	EditURL  string
	GuideURL string // of a draft: where it is set up

	Certificate string // its subject, when it is still one of the provider's
	VerifiedBy  string // its SHA-256, hex in pairs with colons; empty: none verified the signature
	Checks      []CheckRow
	Outline     string
	NameID      string
	Trial       *MappingTrial // what group mappings would do, of one's own test
	Received    []ReceivedRow
	Current     bool    // a test of the configuration as it is saved now
	Replay      *Replay // whether it would pass now; nil when the answer is not kept
}

// CheckRow is one check as it was made.
type CheckRow struct{ Title, Expected, Got, Outcome string }

// ReceivedRow is one attribute of a test with everything that came.
type ReceivedRow struct {
	Name, FriendlyName string
	Values             []string
}

// Replay is what a kept answer comes to when it is checked again.
type Replay struct {
	Reference string // of the sign-in it came with
	At        time.Time
	Passes    bool
	Cause     string // of what still refuses it
	Changed   []ReplayRow
}

// ReplayRow is a check that goes another way than it did.
type ReplayRow struct{ Title, Was, Is, Expected, Got string }

func (c CheckRow) pill() parts.Pill {
	switch c.Outcome {
	case "passed":
		return parts.Pill{Label: "Passed", Tone: parts.OK}
	case "failed":
		return parts.Pill{Label: "Failed", Tone: parts.Bad}
	}
	return parts.Pill{Label: "Not made", Tone: parts.Neutral}
}

func (a AttemptRow) pill() parts.Pill {
	words := [2]string{"Refused", "Accepted"}
	if a.Leaving {
		words[0] = "Sign-out refused"
	}
	if a.Test {
		words = [2]string{"Test refused", "Test passed"}
	}
	if a.Accepted {
		return parts.Pill{Label: words[1], Tone: parts.OK}
	}
	return parts.Pill{Label: words[0], Tone: parts.Bad}
}

func (v AttemptPageView) lead() string {
	if v.Row.Test {
		return "A test sign-in through " + v.Provider + ". It made neither an account nor a session."
	}
	if v.Row.Leaving {
		return "A message about signing out, from " + v.Provider + " or in its name. It changed nothing."
	}
	return "A sign-in through " + v.Provider + "."
}

func (v AttemptPageView) passedWords() string {
	switch {
	case !v.Row.Test:
		return "Every check passed, and the person was signed in."
	case !v.Row.AsTester:
		return "Every check passed: a sign-in like this would be accepted, as " + v.Row.Person + ". That is another account than the one you test with, so it does not count as your own sign-in."
	case !v.Current:
		return "Every check passed, as " + v.Row.Person + ". The configuration was changed since: test it again before you rely on it."
	}
	return "Every check passed: a sign-in like this would be accepted, as " + v.Row.Person + "."
}

// driftWords say how far the clocks lie apart.
func driftWords(drift time.Duration, measured bool) string {
	if !measured {
		return "Not measured: the answer says no time"
	}
	seconds := int(drift / time.Second)
	switch {
	case seconds == 0:
		return "Less than a second"
	case seconds > 0:
		return "The provider's clock is " + spanWords(seconds) + " ahead of ours"
	}
	return "The provider's clock is " + spanWords(-seconds) + " behind ours, or the answer took that long"
}

func spanWords(seconds int) string {
	count := func(n int, noun string) string {
		if n == 1 {
			return "1 " + noun
		}
		return strconv.Itoa(n) + " " + noun + "s"
	}
	switch {
	case seconds < 120:
		return count(seconds, "second")
	case seconds < 2*60*60:
		return count(seconds/60, "minute")
	case seconds < 48*60*60:
		return count(seconds/(60*60), "hour")
	}
	return count(seconds/(24*60*60), "day")
}

func (v AttemptPageView) details() []parts.Detail {
	items := []parts.Detail{
		{Term: "Result", Content: v.Row.pill()},
		{Term: "When", Content: parts.Time{At: v.Row.At, Now: v.Page.Now}},
		{Term: "Person", Value: v.Row.Person},
		{Term: "Reference", Content: parts.CopyInline{ID: "attempt-reference", Label: "the reference", Value: v.Row.Reference}},
		{Term: "IP address", Value: v.Row.IP},
		{Term: "Clocks", Value: driftWords(v.Row.Drift, v.Row.Drifted)},
	}
	switch {
	case v.VerifiedBy == "":
		items = append(items, parts.Detail{Term: "Certificate", Value: "None verified the signature"})
	case v.Certificate == "":
		items = append(items, parts.Detail{Term: "Certificate, since removed", Content: parts.Fingerprint{Hex: v.VerifiedBy}})
	default:
		items = append(items, parts.Detail{Term: "Certificate", Value: v.Certificate}, parts.Detail{Term: "Its SHA-256", Content: parts.Fingerprint{Hex: v.VerifiedBy}})
	}
	return items
}

func (v AttemptPageView) failed() (c CheckRow, found bool) {
	for _, c := range v.Checks {
		if c.Outcome == "failed" {
			return c, true
		}
	}
	return CheckRow{}, false
}

// checksLead counts them.
func (v AttemptPageView) checksLead() string {
	var n [3]int
	for _, c := range v.Checks {
		switch c.Outcome {
		case "passed":
			n[0]++
		case "failed":
			n[1]++
		default:
			n[2]++
		}
	}
	words := []string{strconv.Itoa(n[0]) + " passed", strconv.Itoa(n[1]) + " failed"}
	if n[2] > 0 {
		words = append(words, strconv.Itoa(n[2])+" not made because of that")
	}
	return strings.Join(words, ", ") + "."
}

func (r Replay) words() string {
	if r.Passes {
		return "Yes: every check of the answer passes. Whether the person is a member, and that an answer counts once, is not asked again."
	}
	return "No. " + r.Cause
}

func (r Replay) tone() parts.Tone {
	if r.Passes {
		return parts.OK
	}
	return parts.Bad
}

func outcomeWord(outcome string) string { return CheckRow{Outcome: outcome}.pill().Label }

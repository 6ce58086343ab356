package views

import (
	"slices"
	"strconv"
	"time"

	"gatehouse/views/parts"
)

// Enforcement is the page on which single sign-on is required.
type Enforcement struct {
	Page                                                                          Page
	URL, LiftURL, CodesURL, TestCodeURL, TestURL, ProviderURL, BeginURL, GlassURL string

	Stage      string // what holds now; empty: nothing
	Of         string // completes "Required of …"
	By         string
	ByProvider string
	Since      time.Time
	ConfirmBy  time.Time // zero: confirmed
	FallsTo    string    // completes "Otherwise it is required of …"
	Version    string

	Steps     []string // the stages that may follow
	Step      string
	Provider  string
	Providers []parts.Option
	People    string
	Teams     string
	Within    string
	Withins   []parts.Option
	Errors    map[string]string
	Message   string

	TestedAt  time.Time // of a test by the reader of the provider as it is
	TestFresh bool
	CodesLeft int
	CodesOf   time.Time
	Tested    bool
	Ready     bool
	Codes     []string // just made: shown once
}

// BreakGlass is the page by which an Administrator gets in past single sign-on.
type BreakGlass struct {
	Bare                       BarePage
	Organization, Email, Error string
}

func (v Enforcement) problems() []parts.Problem {
	var problems []parts.Problem
	if v.Message != "" {
		problems = append(problems, parts.Problem{Message: v.Message})
	}
	for _, field := range []string{"provider", "stage", "people", "teams", "within", "code"} {
		if sentence := v.Errors[field]; sentence != "" {
			id := field
			if field == "stage" && len(v.Steps) > 0 {
				id = "stage-" + v.Steps[0]
			}
			problems = append(problems, parts.Problem{Field: id, Message: sentence})
		}
	}
	return problems
}

func (v Enforcement) stages() []parts.Choice {
	all := []parts.Choice{
		{Value: "me", Label: "Me", Meaning: "Only you. You find out whether it works before anybody else has to."},
		{Value: "chosen", Label: "Chosen people and teams", Meaning: "You, and those named below. They sign in through the identity provider from their next request on."},
		{Value: "everyone", Label: "Everyone", Meaning: "Every member. Guests of an app and members of other organizations are not concerned."},
	}
	return slices.DeleteFunc(all, func(c parts.Choice) bool { return !slices.Contains(v.Steps, c.Value) })
}

func (v Enforcement) choosing() bool { return slices.Contains(v.Steps, "chosen") }

func (v Enforcement) testWords() string {
	switch {
	case v.TestedAt.IsZero():
		return "You have not tested it as it is configured now."
	case !v.TestFresh:
		return "Your last passed test is more than an hour old."
	}
	return "You tested it as it is configured now, and it passed."
}

func (v Enforcement) codesWords() string {
	switch {
	case v.CodesOf.IsZero():
		return "You have none. They let you in, with your password, when single sign-on does not."
	case v.CodesLeft == 0:
		return "All of yours are used up. Make new ones."
	case !v.Tested:
		return "You have " + codesCount(v.CodesLeft) + ", and tested none of them yet. New ones take their place."
	}
	return "You have " + codesCount(v.CodesLeft) + " left, and tested one. New ones take their place."
}

func codesCount(n int) string {
	if n == 1 {
		return "1 code"
	}
	return strconv.Itoa(n) + " codes"
}

func donePill(done bool) parts.Pill {
	if done {
		return parts.Pill{Label: "Done", Tone: parts.OK}
	}
	return parts.Pill{Label: "Missing", Tone: parts.Warn}
}

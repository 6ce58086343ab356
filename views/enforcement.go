package views

import (
	"slices"
	"strconv"
	"time"

	"gatehouse/views/parts"
)

// RequiredSSO says of whom single sign-on is required.
type RequiredSSO struct {
	Organization string // its name
	URL          string // where that is changed; empty for who may not
	Stage        string // what holds now; empty: nothing
	Of           string // completes "Required of …"
	By           string
	Since        time.Time
	ConfirmBy    time.Time      // zero: confirmed
	FallsTo      string         // completes "Otherwise it is required of …"
	Altered      bool           // it waits because the identity provider was changed
	RestsOn      string         // name of the identity provider
	Through      []parts.Option // every enabled identity provider: where one signs in, and its name
	Ended        time.Time      // when it last ended or gave way; zero: it did not
	Was          string         // completes "It was required of …"; empty: not known
	Why          string         // a sentence
	Now          time.Time
}

// Enforcement is the page on which single sign-on is required.
type Enforcement struct {
	Page                                          Page
	URL, LiftURL, CodesURL, TestCodeURL, GlassURL string

	Required RequiredSSO
	Version  string

	Steps   []string // the stages that may follow
	Step    string
	Within  string
	Withins []parts.Option
	Errors  map[string]string
	Message string

	Chosen    []EnforcedRow // of whom it is required
	PeopleURL string        // where they are chosen

	Tests     []ProviderTest // of every enabled identity provider
	CodesLeft int
	CodesOf   time.Time
	Tested    bool
	Ready     bool
	Codes     []string // just made: shown once
}

// ProviderTest is what the reader's tests say of one identity provider as it is configured now.
type ProviderTest struct {
	Name   string
	URL    string    // where a test begins
	At     time.Time // of their newest passed test; zero: none
	Fresh  bool      // it still counts
	Proven bool      // some Administrator has tested it
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
	for _, field := range []string{"stage", "q", "within", "code"} {
		if sentence := v.Errors[field]; sentence != "" {
			id := field
			if field == "q" {
				id = "" // of another page
			}
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
		{Value: "chosen", Label: "Chosen people and teams", Meaning: "You, and those you choose on the next page."},
		{Value: "everyone", Label: "Everyone", Meaning: "Every member. Guests of an app and members of other organizations are not concerned."},
	}
	return slices.DeleteFunc(all, func(c parts.Choice) bool { return !slices.Contains(v.Steps, c.Value) })
}

// stepLabel says whether the button already requires it: of oneself alone it does, else it leads to whom it concerns.
func (v Enforcement) stepLabel() string {
	if slices.Equal(v.Steps, []string{"me"}) {
		return "Require it"
	}
	return "Continue"
}

func (t ProviderTest) words() string {
	switch {
	case t.Fresh:
		return "You tested it as it is configured now, and it passed."
	case !t.At.IsZero():
		return "Your last passed test is more than an hour old."
	case t.Proven:
		return "Another Administrator has tested it as it is configured now; you have not."
	}
	return "You have not tested it as it is configured now."
}

// tested says whether one of the tests still counts.
func (v Enforcement) tested() bool {
	return slices.ContainsFunc(v.Tests, func(t ProviderTest) bool { return t.Fresh })
}

func (v Enforcement) testLabel(t ProviderTest) string {
	if len(v.Tests) > 1 {
		return "Test " + t.Name
	}
	return "Test sign-in"
}

// testsLead says how many have to be tested.
func (v Enforcement) testsLead() string {
	if len(v.Tests) > 1 {
		return "One identity provider that you tested is enough. With several, single sign-on stays required when one of them is disabled or changed. A test has to end with your own account."
	}
	return "It has to end with your own account."
}

func (v RequiredSSO) pill() parts.Pill {
	switch {
	case v.Stage == "":
		return parts.Pill{Label: "Not required"}
	case !v.ConfirmBy.IsZero():
		return parts.Pill{Label: "Not confirmed yet", Tone: parts.Warn}
	}
	return parts.Pill{Label: "Required of " + v.Of, Tone: parts.OK}
}

func (v RequiredSSO) title() string {
	switch {
	case v.Stage == "":
		return "Not required"
	case !v.ConfirmBy.IsZero():
		return "Required of " + v.Of + ", not confirmed yet"
	}
	return "Required of " + v.Of
}

func (v RequiredSSO) tone() parts.Tone {
	switch {
	case v.Stage == "":
		return parts.Neutral
	case !v.ConfirmBy.IsZero():
		return parts.Warn
	}
	return parts.OK
}

// action is what the link to the page says.
func (v RequiredSSO) action() string {
	if v.Stage == "" {
		return "Require single sign-on"
	}
	return "Change"
}

// ways are the enabled identity providers in words.
func (v RequiredSSO) ways() string {
	names := make([]string, 0, len(v.Through))
	for _, p := range v.Through {
		names = append(names, p.Label)
	}
	return either(names)
}

// switchedOn is what follows after when it was.
func (v RequiredSSO) switchedOn() string {
	return " by " + v.By + ". Whoever it concerns comes in through " + v.ways() + "; a password does not open " + v.Organization + " for them."
}

// waits says why it has to be confirmed, and what happens otherwise.
func (v RequiredSSO) waits() string {
	why := "It is required of " + v.Of + ", and an Administrator has to confirm that it works"
	if v.Altered {
		why = "It is required of " + v.Of + ". " + v.RestsOn + " was changed, so an Administrator has to confirm that it still works"
	}
	return why + ": by signing in through " + v.ways() + " before " + v.ConfirmBy.UTC().Format("15:04:05 UTC") + ". Otherwise it gives way, and is required of " + v.FallsTo + "."
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

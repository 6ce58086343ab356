package views

import (
	"strconv"
	"time"

	"gatehouse/views/parts"
)

// Guide is one step of setting an identity provider up.
type Guide struct {
	Page    Page
	Form    ProviderForm // as typed, or as it is saved; its Action takes the step
	Product Product      // none before the draft is made
	Step    string       // the key of the step that is shown
	Steps   []GuideStep
	Saved   ProviderSummary // the identity provider's own values, once they are given
	Ready   bool            // they are
	Tested  bool            // the last test was good, of what is saved now
	Test    *AttemptRow     // the last one, at its step
	Checks  []CheckRow      // of it
	Enabled bool
	Now     time.Time

	Back, Next  string // the steps before and after
	LaterURL    string // where one goes to come back later
	ShortURL    string // everything on one page, before the draft is made
	ProviderURL string
	EnableURL   string
	TestURL     string
	Domains     []GuideDomain // of the organization, at their step
	DomainsURL  string
	MappingsURL string
}

// GuideDomain is a domain of the organization.
type GuideDomain struct {
	Name     string
	Verified bool
}

func (d GuideDomain) pill() parts.Pill {
	if d.Verified {
		return parts.Pill{Label: "Verified", Tone: parts.OK}
	}
	return parts.Pill{Label: "Not verified"}
}

// GuideStep is a step in the list of them.
type GuideStep struct {
	Key  string
	URL  string // empty: there is no draft to step through yet
	Done bool
}

type guideWords struct {
	label, lead string
	optional    bool
}

// words are what a step is called, and what it is for.
func (g Guide) words(key string) guideWords {
	product := g.Product.Name
	if g.Product.Key == "" || g.Product.Key == "other" {
		product = "the identity provider"
	}
	switch key {
	case "provider":
		return guideWords{"Provider", "Which identity provider is it, and what do people call it?", false}
	case "our-values":
		return guideWords{"Our values", "Enter these at " + product + ", in its own words.", false}
	case "its-values":
		return guideWords{"Its values", "Give what " + product + " says of itself.", false}
	case "attributes":
		return guideWords{"Attributes and groups", "What is read of a sign-in. The usual names are tried by themselves.", true}
	case "domains":
		return guideWords{"Domains", "Who may come in whom nobody invited.", true}
	case "test":
		return guideWords{"Test", "Try a sign-in before anybody depends on it.", false}
	}
	return guideWords{"Enable", "From then on people can sign in through it.", false}
}

// position is "Step 3 of 7".
func (g Guide) position() string {
	for i, s := range g.Steps {
		if s.Key == g.Step {
			return "Step " + strconv.Itoa(i+1) + " of " + strconv.Itoa(len(g.Steps))
		}
	}
	return ""
}

func (g Guide) title() string {
	if g.Form.Editing {
		return g.Page.Title
	}
	return "Create Identity Provider"
}

func productChoices() []parts.Choice {
	var choices []parts.Choice
	for _, p := range Products() {
		choices = append(choices, parts.Choice{Value: p.Key, Label: p.Name, Meaning: p.Meaning})
	}
	return choices
}

// instructions are what to do at the product, the name ID last.
func (g Guide) instructions() []string {
	steps := append([]string(nil), g.Product.Steps...)
	if g.Product.NameID != "" {
		steps = append(steps, "Name ID: "+g.Product.NameID)
	}
	return steps
}

// state is what the list says of a step to those who do not see its mark.
func (g Guide) state(s GuideStep) string {
	switch {
	case s.Done:
		return "done"
	case g.words(s.Key).optional:
		return "optional"
	}
	return ""
}

func joined(first, then string) string {
	if then == "" {
		return first
	}
	return first + " " + then
}

func (g Guide) testTone() parts.Tone {
	switch {
	case g.Tested:
		return parts.OK
	case g.Test.Accepted:
		return parts.Warn
	}
	return parts.Bad
}

func (g Guide) testWords() string {
	switch {
	case g.Tested:
		return "The last test passed."
	case g.Test.Accepted:
		return "The last test passed, but its values were changed since. Test again."
	}
	return "The last test failed."
}

func (g Guide) testLabel() string {
	if g.Test == nil {
		return "Test sign-in"
	}
	return "Test again"
}

// testKind and nextKind make the one button stand out that leads on.
func (g Guide) testKind() parts.Kind {
	if g.Tested {
		return parts.Secondary
	}
	return parts.Primary
}

func (g Guide) nextKind() parts.Kind {
	if g.Tested {
		return parts.Primary
	}
	return parts.Secondary
}

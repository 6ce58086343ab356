package views

import (
	"strings"

	"gatehouse/views/parts"
)

// TeamForm creates a team, or edits one.
type TeamForm struct {
	Page        Page
	Editing     bool
	Action      string
	Cancel      string
	ID          string
	Name        string
	Description string
	Version     string
	Errors      map[string]string
	Message     string     // about the whole
	Theirs      *TeamTexts // what somebody else saved meanwhile
	DeleteURL   string
}

// TeamTexts are what can be edited of a team.
type TeamTexts struct{ Name, Description string }

// TeamDeletion says what deleting a team takes, and asks for its ID.
type TeamDeletion struct {
	Page    Page
	ID      string
	Action  string
	Cancel  string
	Members int
	Apps    int
	Effect  TeamEffect
	Typed   string // as typed, when refused
	Error   string
}

// TeamEffect says how many people a change of a team gives apps to or takes them from, and how many apps.
type TeamEffect struct {
	ReachPeople, ReachApps int // nothing else opens these apps to them
	BuildPeople, BuildApps int // they can read these anyway
}

func (v TeamForm) title() string {
	if v.Editing {
		return v.Page.Title
	}
	return "Create team"
}

func (v TeamForm) lead() string {
	if v.Editing {
		return "What people read about the team. Its members and its apps are on its own page."
	}
	return "A team gives its Team Contributors the apps that are added to it. Members and apps are added once it is created."
}

func (v TeamForm) saveLabel() string {
	if v.Editing {
		return "Save changes"
	}
	return "Create team"
}

func (v TeamForm) problems() []parts.Problem {
	var problems []parts.Problem
	if v.Message != "" && v.Theirs == nil {
		problems = append(problems, parts.Problem{Message: v.Message})
	}
	for _, field := range []string{"id", "name", "description"} {
		if message := v.Errors[field]; message != "" {
			problems = append(problems, parts.Problem{Field: field, Message: message})
		}
	}
	return problems
}

func (v TeamForm) problemsTitle() string {
	if v.Editing {
		return "Nothing was saved yet"
	}
	return "Nothing was created yet"
}

func (v TeamForm) compared() []comparedValue {
	folded := func(typed string) []string { return []string{strings.Join(strings.Fields(typed), " ")} }
	return []comparedValue{
		{label: "Name", theirs: []string{v.Theirs.Name}, typed: folded(v.Name)},
		{label: "Description", theirs: []string{v.Theirs.Description}, typed: folded(v.Description)},
	}
}

// words are what deleting takes, in numbers.
func (d TeamDeletion) words() string {
	if d.Members == 0 && d.Apps == 0 {
		return "Nobody and no app is in it, so nobody loses anything. There is no way back."
	}
	words := counted(d.Members, "member") + " and " + counted(d.Apps, "app") + " are in it; they stay in the organization. "
	if takes := d.Effect.takes(); takes != "" {
		words += takes
	} else {
		words += "Nobody loses an app."
	}
	return words + " There is no way back."
}

// takes says what people lose; empty when nobody loses anything.
func (e TeamEffect) takes() string {
	var words []string
	if e.ReachPeople > 0 {
		words = append(words, persons(e.ReachPeople)+" "+verb(e.ReachPeople, "lose")+" "+counted(e.ReachApps, "app")+", because nothing else opens "+them(e.ReachApps)+" to them.")
	}
	if e.BuildPeople > 0 {
		words = append(words, persons(e.BuildPeople)+" can then only read "+counted(e.BuildApps, "app")+".")
	}
	return strings.Join(words, " ")
}

// gives says what people gain; empty when nobody gains anything.
func (e TeamEffect) gives() string {
	var words []string
	if e.ReachPeople > 0 {
		words = append(words, persons(e.ReachPeople)+" "+verb(e.ReachPeople, "gain")+" "+counted(e.ReachApps, "app")+".")
	}
	if e.BuildPeople > 0 {
		words = append(words, persons(e.BuildPeople)+" may then build in "+counted(e.BuildApps, "app")+" that they could only read.")
	}
	return strings.Join(words, " ")
}

func persons(n int) string {
	if n == 1 {
		return "1 person"
	}
	return parts.Number(n) + " people"
}

func verb(n int, plural string) string {
	if n == 1 {
		return plural + "s"
	}
	return plural
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

package models

import (
	"strings"
	"time"
)

// Stage is how far single sign-on is required.
type Stage string

// The stages, each wider than the one before. Required of nobody is the empty one.
const (
	StageMe       Stage = "me"       // of the Administrator who asks for it
	StageChosen   Stage = "chosen"   // and of chosen people and teams
	StageEveryone Stage = "everyone" // of every member
)

// ParseStage reads a stage; ok is false for what is none.
func ParseStage(typed string) (Stage, bool) {
	switch s := Stage(typed); s {
	case StageMe, StageChosen, StageEveryone:
		return s, true
	}
	return "", false
}

// Words complete "Single sign-on is required of …".
func (s Stage) Words() string {
	switch s {
	case StageMe:
		return "the Administrator who switched it on"
	case StageChosen:
		return "chosen people and teams"
	case StageEveryone:
		return "every member"
	}
	return "nobody"
}

func (s Stage) width() int { return strings.Index("-me-chosen-everyone", "-"+string(s)) }

// Enforcement is what an organization requires. It holds at a moment; what was not confirmed in time has given way already.
type Enforcement struct {
	Stage        Stage  // what holds now; empty: nothing is required
	Provider     string // on which it rests; every enabled one opens the organization
	ProviderName string
	By           string // name of the Administrator who asked for it
	ByID         string
	ConfirmBy    time.Time // zero: confirmed
	Altered      bool      // it waits because the identity provider was changed, not because of a step
	Confirmed    Stage     // what it falls back to when nobody confirms
	Chosen       []Enforced
	Version      int
	ChangedAt    time.Time
}

// Waiting says that the stage still has to be confirmed.
func (e Enforcement) Waiting() bool { return !e.ConfirmBy.IsZero() }

// EnforcementChange is one step.
type EnforcementChange struct {
	Stage   Stage
	Members []string      // accounts
	Teams   []string      // identifiers
	Within  time.Duration // in which it has to be confirmed
	Version int           // of what was shown; 0: nothing was required
}

// Enforced is somebody, or a team, of whom single sign-on is or is to be required.
type Enforced struct {
	UserID    string // of a person; empty: it is a team
	Team      string // identifier of a team
	Name      string
	Email     string // of a person
	Suspended bool
	Known     bool // has come in through an enabled identity provider before
	People    int  // in the team
}

// EnforcementImpact is whom a step concerns, in numbers.
type EnforcementImpact struct {
	People    int // active members of whom it will be required
	Unknown   int // of them have never come in through an enabled identity provider
	Passwords int // of them are in by password at this moment
}

// MayFollow says whether the step may be taken from what holds: the Administrator first goes the way that the others then have to go.
func (s Stage) MayFollow(e Enforcement) error {
	switch {
	case e.Waiting():
		return Refuse(Impossible, "The last step is not confirmed yet. Sign in through the identity provider to confirm it, or wait until it has given way.")
	case s != StageMe && e.Stage == "":
		return Refuse(Impossible, "Begin with yourself. When that is confirmed, others can follow.")
	case s.width() < e.Stage.width():
		return Refuse(Impossible, "It is required of more people than that already. Switch it off to begin again.")
	}
	return nil
}

// Falls is what remains of what holds when the step is not confirmed.
func (s Stage) Falls(e Enforcement) Stage {
	if s.width() > e.Stage.width() {
		return e.Stage
	}
	if s == StageMe {
		return ""
	}
	return StageMe // the list of the people may be another one now
}

// Readiness is what an Administrator needs before they may require single sign-on.
type Readiness struct {
	Tests    []ProviderTest // of every enabled identity provider
	TestedAt time.Time      // the newest of them; zero: none
	Codes    int            // unused break-glass codes
	CodesOf  time.Time      // when they were made; zero: never
	Tested   bool           // one of them was
}

// ProviderTest is the newest passed test of an identity provider by themselves, of the configuration as it is.
type ProviderTest struct {
	Provider string // its identifier
	Name     string
	At       time.Time // zero: none
}

// Fresh says whether the test still counts.
func (t ProviderTest) Fresh(now time.Time) bool { return !t.At.IsZero() && now.Sub(t.At) <= FreshTest }

// FreshTest is how long a test counts.
const FreshTest = time.Hour

// Ready says what is missing, in a sentence.
func (r Readiness) Ready(now time.Time) error {
	switch {
	case r.TestedAt.IsZero() || now.Sub(r.TestedAt) > FreshTest:
		return Refuse(Impossible, "First test an enabled identity provider, as it is configured now, by signing in through it as yourself. A test counts for an hour.")
	case r.Codes == 0:
		return Refuse(Impossible, "First make break-glass codes and keep them where you find them without this console.")
	case !r.Tested:
		return Refuse(Impossible, "First test one of your break-glass codes: type it in as it will be needed.")
	}
	return nil
}

// BreakGlassCodes is how many are made at once, and BreakGlassFor how long one lets somebody in.
const (
	BreakGlassCodes = 8
	BreakGlassFor   = time.Hour
)

// MostEnforced is how many people, and how many teams, can be chosen.
const MostEnforced = 200

// ConfirmWithin are the times in which a step may have to be confirmed; the first is what is proposed.
func ConfirmWithin() []time.Duration {
	return []time.Duration{10 * time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour}
}

// Glass is a session in which a break-glass code was given.
type Glass struct {
	OrganizationID string
	Until          time.Time
}

// EnforcementEnd is how what was required ended, or gave way to less.
type EnforcementEnd struct {
	At       time.Time
	Was      string // completes "It was required of …"; empty: not known
	Action   Action // reverted, lifted, or what was done to the identity provider
	By       string // empty: an operator from the shell, or nobody
	Provider string // name of the one that was disabled or deleted
	Altered  bool   // it gave way after the identity provider was changed, not after a step
}

// Why says it in a sentence.
func (e EnforcementEnd) Why() string {
	switch {
	case e.Action == ActionSSOReverted && e.Altered:
		return "The identity provider was changed, and no Administrator signed in through it in time to confirm that it still works."
	case e.Action == ActionSSOReverted:
		return "No Administrator signed in by single sign-on in time to confirm the step."
	case e.Action == ActionProviderDisabled:
		return e.By + " disabled " + e.Provider + ", on which it rested."
	case e.Action == ActionProviderDeleted:
		return e.By + " deleted " + e.Provider + ", on which it rested."
	case e.By == "":
		return "Somebody who runs the server switched it off."
	}
	return e.By + " switched it off."
}

// MayEnforce says whether so many may be chosen: somebody, and not more than the list holds.
func MayEnforce(chosen []Enforced) error {
	people := 0
	for _, c := range chosen {
		if c.UserID != "" {
			people++
		}
	}
	switch {
	case len(chosen) == 0:
		return RefuseField("q", "Choose at least one person or team.")
	case people > MostEnforced:
		return RefuseField("q", "Choose at most 200 people. For more, choose a team.")
	case len(chosen)-people > MostEnforced:
		return RefuseField("q", "Choose at most 200 teams.")
	}
	return nil
}

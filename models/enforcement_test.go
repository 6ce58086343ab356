package models

import (
	"testing"
	"time"
)

func TestEachStepFollowsFromWhatHolds(t *testing.T) {
	waiting := time.Now()
	for _, line := range []struct {
		step    Stage
		holds   Enforcement
		may     bool
		fallsTo Stage
	}{
		{StageMe, Enforcement{}, true, ""},
		{StageChosen, Enforcement{}, false, ""},
		{StageEveryone, Enforcement{}, false, ""},
		{StageChosen, Enforcement{Stage: StageMe}, true, StageMe},
		{StageEveryone, Enforcement{Stage: StageMe}, true, StageMe},
		{StageEveryone, Enforcement{Stage: StageChosen}, true, StageChosen},
		{StageChosen, Enforcement{Stage: StageChosen}, true, StageMe}, // other people
		{StageMe, Enforcement{Stage: StageMe}, true, ""},              // by another Administrator
		{StageMe, Enforcement{Stage: StageChosen}, false, ""},
		{StageChosen, Enforcement{Stage: StageEveryone}, false, ""},
		{StageEveryone, Enforcement{Stage: StageMe, ConfirmBy: waiting}, false, ""},
	} {
		err := line.step.MayFollow(line.holds)
		if (err == nil) != line.may {
			t.Errorf("%s after %q: %v", line.step, line.holds.Stage, err)
		}
		if line.may && line.step.Falls(line.holds) != line.fallsTo {
			t.Errorf("%s after %q falls to %q, want %q", line.step, line.holds.Stage, line.step.Falls(line.holds), line.fallsTo)
		}
	}
	for typed, want := range map[string]bool{"me": true, "chosen": true, "everyone": true, "": false, "nobody": false, "ME": false} {
		if _, ok := ParseStage(typed); ok != want {
			t.Errorf("%q is a stage: %v", typed, ok)
		}
	}
}

func TestWhatIsMissingIsSaidInTheOrderItIsDone(t *testing.T) {
	now := time.Now()
	ready := Readiness{TestedAt: now.Add(-FreshTest), Codes: 1, CodesOf: now, Tested: true}
	if err := ready.Ready(now); err != nil {
		t.Error(err)
	}
	for what, change := range map[string]func(*Readiness){
		"no test": func(r *Readiness) { r.TestedAt = time.Time{} }, "an old test": func(r *Readiness) { r.TestedAt = r.TestedAt.Add(-time.Second) },
		"no code": func(r *Readiness) { r.Codes = 0 }, "none tested": func(r *Readiness) { r.Tested = false },
	} {
		r := ready
		change(&r)
		if err := r.Ready(now); !Is(err, Impossible) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

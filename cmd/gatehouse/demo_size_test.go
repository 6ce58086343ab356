package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"gatehouse/models"
)

func TestTheSampleOrganizationGrowsToTheSizeAskedFor(t *testing.T) {
	seed := demoSeed("hash", time.Now())
	members := len(demoPeople())
	for _, none := range []demoSize{{}, {Members: members, Teams: len(seed.Teams), Apps: len(seed.Apps)}} {
		if err := none.grow(&seed, "hash", time.Now()); err != nil || seed.Crowd != nil {
			t.Errorf("%+v: %v, with a crowd: %v", none, err, seed.Crowd != nil)
		}
	}
	if err := (demoSize{Members: 1000, Apps: 50}).grow(&seed, "hash", time.Now()); err != nil {
		t.Fatal(err)
	}
	if c := seed.Crowd; c.People != 1000-members || c.Teams != 0 || c.Apps != 50-len(seed.Apps) {
		t.Errorf("people %d, teams %d, apps %d", c.People, c.Teams, c.Apps)
	}
	err := demoSize{Members: 3, Teams: -1, Apps: 1_000_000}.grow(&seed, "hash", time.Now())
	if err == nil || strings.Count(err.Error(), "\n") != 2 || !strings.Contains(err.Error(), "--members is 3; it must be from 16") {
		t.Errorf("all problems together: %v", err)
	}
}

// The crowd and the first people are one organization: nothing of the one may stand in the way of the other.
func TestTheCrowdAndTheFirstPeopleDoNotMeet(t *testing.T) {
	seed := demoSeed("hash", time.Now())
	taken := map[string]bool{}
	for _, p := range seed.People {
		taken[models.NormEmail(p.Email)] = true
	}
	for _, i := range seed.Invitations {
		taken[models.NormEmail(i.Email)] = true
	}
	for _, a := range seed.Apps {
		taken["app "+a.Slug.Norm()] = true
	}
	for _, team := range seed.Teams {
		taken["team "+team.Slug.Norm()] = true
	}
	if err := (demoSize{Members: 200_000, Teams: 3_000, Apps: 12_000}).grow(&seed, "hash", time.Now()); err != nil {
		t.Fatal(err)
	}
	c := seed.Crowd
	clash := func(key string) {
		if taken[key] {
			t.Errorf("%s is there twice", key)
		}
	}
	for i := range c.People {
		clash(models.NormEmail(c.Person(i).Email))
	}
	for i := range c.Invitations {
		clash(models.NormEmail(c.Invitation(i).Email))
	}
	for i := range c.Apps {
		clash("app " + c.App(i).Slug.Norm())
	}
	for i := range c.Teams {
		clash("team " + c.Team(i).Slug.Norm())
	}
}

func TestProgressInLinesWhereThereIsNoTerminal(t *testing.T) {
	var out bytes.Buffer
	show := progress(&out)
	for done := 500; done <= 10_000; done += 500 {
		show("people", done, 10_000)
	}
	want := "making people: 500 of 10,000\nmaking people: 2,500 of 10,000\nmaking people: 5,000 of 10,000\nmaking people: 7,500 of 10,000\nmaking people: 10,000 of 10,000\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
	out.Reset()
	draw := bar(&out)
	draw("people", 5_000, 10_000)
	draw("people", 10_000, 10_000)
	if text := out.String(); strings.Count(text, "\r") != 2 || strings.Count(text, "\n") != 1 || !strings.Contains(text, "5,000 of 10,000") {
		t.Errorf("%q", text)
	}
}

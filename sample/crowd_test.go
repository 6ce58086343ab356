package sample

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func crowd(people, teams, apps int) *models.Crowd {
	return Crowd(Options{People: people, Teams: teams, Apps: apps, Domain: "northwind.example", PasswordHash: "hash", Busy: "chiara@northwind.example", Now: now})
}

// What the database would refuse must not be made up: names and addresses that the console's own forms take, each identifier once.
func TestACrowdIsOneThatPeopleCouldHaveTyped(t *testing.T) {
	c := crowd(120_000, 5_000, 15_000)
	seen := map[string]int{}
	once := func(what, text string) {
		if seen[what+text]++; seen[what+text] == 2 {
			t.Errorf("%s %s stands twice", what, text)
		}
	}
	address := func(email string) {
		if parsed, err := models.ParseEmail("", email); err != nil || parsed != email {
			t.Errorf("%s: %v", email, err)
		}
		local, _, _ := strings.Cut(email, "@")
		once("address", models.NormEmail(local))
	}
	id := func(what string, slug models.Slug) {
		if parsed, err := models.ParseSlug("", string(slug)); err != nil || parsed != slug {
			t.Errorf("%s %s: %v", what, slug, err)
		}
		once(what, slug.Norm())
	}
	for i := range c.People {
		p := c.Person(i)
		if parsed, err := models.ParseName("", p.Name); err != nil || parsed != p.Name {
			t.Errorf("%q: %v", p.Name, err)
		}
		address(p.Email)
	}
	for i := range c.Invitations {
		address(c.Invitation(i).Email)
	}
	for i := range c.Apps {
		id("app", c.App(i).Slug)
	}
	for i := range c.Teams {
		id("team", c.Team(i).Slug)
	}
}

func TestACrowdHasTheProportionsOfALargeOrganization(t *testing.T) {
	c := crowd(20_000, 200, 2_000)
	roles := map[authz.Role]int{}
	suspended, never, today, latin := 0, 0, 0, 0
	for i := range c.People {
		p := c.Person(i)
		roles[p.Role]++
		if p.Suspended {
			suspended++
		}
		if p.LastActive.IsZero() {
			never++
		} else if now.Sub(p.LastActive) < day {
			today++
		}
		if p.Name[0] < 0xc8 { // UTF-8 of Latin letters
			latin++
		}
		if p.Joined.After(now) || (!p.LastActive.IsZero() && (p.LastActive.Before(p.Joined) || p.LastActive.After(now))) {
			t.Fatalf("%s joined at %s and was active at %s", p.Name, p.Joined, p.LastActive)
		}
	}
	largest, inTeams, empty := 0, 0, 0
	for i := range c.Teams {
		n := len(c.Team(i).People)
		largest, inTeams = max(largest, n), inTeams+n
		if n == 0 {
			empty++
		}
	}
	visible := map[authz.Visibility]int{}
	for i := range c.Apps {
		visible[c.App(i).Visibility]++
	}
	for what, fraction := range map[string]struct{ got, of, low, high int }{
		"Administrators": {roles[authz.Administrator], c.People, 1, 5}, "Team Contributors": {roles[authz.TeamContributor], c.People, 380, 440},
		"suspended": {suspended, c.People, 15, 25}, "never active": {never, c.People, 1, 60}, "active within a day": {today, c.People, 500, 700},
		"names in Latin letters": {latin, c.People, 850, 970}, "the largest team, of all people": {largest, c.People, 20, 51}, "memberships of teams": {inTeams, c.People, 800, 1800},
		"empty teams": {empty, c.Teams, 5, 50}, "private apps": {visible[authz.Private], c.Apps, 660, 740}, "public apps": {visible[authz.Public], c.Apps, 15, 45},
	} {
		if of1000 := 1000 * fraction.got / fraction.of; of1000 < fraction.low || of1000 > fraction.high {
			t.Errorf("%s: %d of 1,000, want %d to %d", what, of1000, fraction.low, fraction.high)
		}
	}
}

func TestACrowdIsTheSameEachTime(t *testing.T) {
	a, b := crowd(300, 60, 40), crowd(300, 60, 40)
	for i := range a.Teams {
		if !reflect.DeepEqual(a.Team(i), b.Team(i)) {
			t.Errorf("team %d differs", i)
		}
	}
	for i := range a.People {
		if a.Person(i) != b.Person(i) {
			t.Errorf("person %d differs", i)
		}
	}
	for i := range a.Apps {
		if !reflect.DeepEqual(a.App(i), b.App(i)) {
			t.Errorf("app %d differs", i)
		}
	}
	for i := range BusyTeams + 1 {
		if busy := len(a.Team(i).Members) == 1; busy != (i < BusyTeams) {
			t.Errorf("the busy one is in team %d: %v", i, busy)
		}
	}
}

// Small numbers are where dividing goes wrong.
func TestACrowdOfFew(t *testing.T) {
	for _, size := range [][3]int{{0, 0, 0}, {1, 1, 1}, {0, 3, 2}, {3, 0, 2}, {2, 5, 0}} {
		c := crowd(size[0], size[1], size[2])
		for i := range c.Apps {
			for _, n := range c.App(i).People {
				if n >= c.People {
					t.Errorf("%v: app %d names person %d", size, i, n)
				}
			}
		}
		for i := range c.Teams {
			team, seen := c.Team(i), map[int]bool{}
			for _, n := range team.People {
				if n >= c.People || seen[n] {
					t.Errorf("%v: team %d has person %d, twice or not there", size, i, n)
				}
				seen[n] = true
			}
			for _, n := range team.Has {
				if n >= c.Apps {
					t.Errorf("%v: team %d has app %d", size, i, n)
				}
			}
		}
	}
}

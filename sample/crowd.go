// Package sample makes up a large organization for the demo and the bench: names of many scripts, roles, teams and apps in the proportions
// that large organizations have. The same numbers make the same organization.
package sample

import (
	"math"
	"math/rand/v2"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// Options say how large the crowd is.
type Options struct {
	People, Teams, Apps int

	Domain       string    // of most addresses
	PasswordHash string    // of everybody who signs in with a password
	Busy         string    // address of one of the organization's first people who is in 50 teams; empty: nobody
	Now          time.Time // when the crowd is seen
}

// BusyTeams is how many teams the busy one is in.
const BusyTeams = 50

// Crowd makes the people, teams, apps and pending invitations up, each as it is asked for.
func Crowd(o Options) *models.Crowd {
	m := maker{Options: o, names: newNames(), work: newWork()}
	return &models.Crowd{
		People: o.People, Teams: o.Teams, Apps: o.Apps, Invitations: min(o.People/200, 1000),
		Person: m.person, Team: m.team, App: m.app, Invitation: m.invitation,
	}
}

type maker struct {
	Options
	names names
	work  work
}

// What a number's chance is for.
const (
	ofPerson = iota + 1
	ofTeam
	ofApp
)

func chance(of uint64, i int) *rand.Rand {
	return rand.New(rand.NewPCG(of, uint64(i))) //nolint:gosec // a sample wants to be the same each time, and i is a number of things
}

const (
	day   = 24 * time.Hour
	years = 6 // that the organization exists
)

func (m maker) person(i int) models.SeedPerson {
	r := chance(ofPerson, i)
	called := m.names.of(i)
	p := models.SeedPerson{Name: called.shown, Email: called.local + "@" + m.domain(r), Role: role(r.Float64()), Source: models.FromSSO}
	if r.Float64() < 0.3 {
		p.Source, p.PasswordHash = models.FromInvitation, m.PasswordHash
	}
	// The organization grew: more came lately than long ago.
	since := time.Duration(math.Pow(r.Float64(), 1.6) * years * 365 * float64(day))
	p.Joined, p.Suspended = m.Now.Add(-since), r.Float64() < 0.02
	ago := lastSeen(r)
	if p.Suspended {
		ago += 30 * day
	}
	if ago < since {
		p.LastActive = m.Now.Add(-ago)
	} // else never: joined, and did not come back
	return p
}

// domain is the organization's own, or that of a partner.
func (m maker) domain(r *rand.Rand) string {
	switch x := r.Float64(); {
	case x < 0.03:
		return "partners." + m.Domain
	case x < 0.04:
		return "contractors." + m.Domain
	}
	return m.Domain
}

func role(x float64) authz.Role {
	switch {
	case x < 0.002:
		return authz.Administrator
	case x < 0.04:
		return authz.OrganizationContributor
	case x < 0.45:
		return authz.TeamContributor
	}
	return authz.OrganizationUser
}

// lastSeen is how long ago somebody was active: most today or yesterday, some not for months.
func lastSeen(r *rand.Rand) time.Duration {
	scale := 90 * day
	switch x := r.Float64(); {
	case x < 0.6:
		scale = 12 * time.Hour
	case x < 0.85:
		scale = 5 * day
	}
	return time.Duration(r.ExpFloat64() * float64(scale))
}

func (m maker) app(i int) models.CrowdApp {
	r := chance(ofApp, i)
	var app models.CrowdApp
	app.Slug, app.Description = m.work.app(i)
	app.Created = m.Now.Add(-time.Duration(r.Float64() * years * 365 * float64(day)))
	switch x := r.Float64(); {
	case x < 0.03:
		app.Visibility = authz.Public
	case x < 0.3:
		app.Visibility = authz.Organization
	}
	if r.Float64() < 0.1 {
		app.People = some(r, 1+r.IntN(3), m.People)
	}
	return app
}

func (m maker) team(i int) models.CrowdTeam {
	r := chance(ofTeam, i)
	var team models.CrowdTeam
	team.Slug, team.Name, team.Description = m.work.team(i)
	if i < BusyTeams && m.Busy != "" {
		team.Members = []string{m.Busy}
	}
	if r.Float64() < 0.02 {
		return team // made, and nobody came
	}
	// Few teams are very large and most are small (a Pareto distribution); everybody is in between one and two.
	const shape, perPerson = 1.3, 1.6
	smallest := perPerson * float64(m.People) / float64(m.Teams) * (shape - 1) / shape
	size := smallest / math.Pow(1-r.Float64(), 1/shape)
	team.People = some(r, int(min(size, float64(m.People)/20))+1, m.People)
	team.Has = some(r, r.IntN(3*m.Apps/m.Teams+2), m.Apps)
	return team
}

func (m maker) invitation(i int) models.SeedInvitation {
	return models.SeedInvitation{Email: m.names.of(m.People+i).local + "@" + m.Domain, Role: role(chance(ofPerson, m.People+i).Float64())}
}

// some are n different numbers below all.
func some(r *rand.Rand, n, all int) []int {
	if n = min(n, all); n <= 0 {
		return nil
	}
	at, step := r.IntN(all), 1+r.IntN(all)
	for gcd(step, all) != 1 {
		step++
	}
	picked := make([]int, n)
	for i := range picked {
		picked[i] = (at + i*step) % all
	}
	return picked
}

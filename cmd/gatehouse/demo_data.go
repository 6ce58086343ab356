package main

import (
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// demoPassword opens the four password accounts of the sample organization. The demo listens on loopback only.
const demoPassword = "violet lantern harbour"

// demoPerson is somebody of the sample organization. Those with a password have an account line in what demo prints; the practice
// identity provider vouches for all.
type demoPerson struct {
	given, family string
	address       string
	role          authz.Role
	password      bool
	suspended     bool
	source        models.Source
	joined        int // days ago
	active        time.Duration
}

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// demoPeople are the people of Northwind Robotics, made up for the demo.
func demoPeople() []demoPerson {
	return []demoPerson{
		{"Amara", "Okafor", "amara.okafor", authz.Administrator, true, false, models.FromSetup, 420, 2 * time.Minute},
		{"Benedikt", "Sørensen", "benedikt.sorensen", authz.OrganizationContributor, true, false, models.FromInvitation, 388, 14 * time.Minute},
		{"Chiara", "Lombardi", "chiara.lombardi", authz.TeamContributor, true, false, models.FromInvitation, 301, hour},
		{"Daniel", "Cho", "daniel.cho", authz.OrganizationUser, true, false, models.FromInvitation, 240, 3 * hour},
		{"Elif", "Yıldız", "elif.yildiz", authz.Administrator, false, false, models.FromSSO, 233, day},
		{"Farid", "Haddad", "farid.haddad", authz.TeamContributor, false, false, models.FromSSO, 200, day},
		{"Grace", "Nakamura", "grace.nakamura", authz.TeamContributor, false, false, models.FromSSO, 188, 2 * day},
		{"Hugo", "Martínez", "hugo.martinez", authz.OrganizationUser, false, false, models.FromInvitation, 171, 3 * day},
		{"Ines", "Almeida", "ines.almeida", authz.OrganizationUser, false, true, models.FromInvitation, 166, 42 * day},
		{"Jonas", "Weber", "jonas.weber", authz.OrganizationContributor, false, false, models.FromSSO, 150, 5 * hour},
		{"Kamala", "Iyer", "kamala.iyer", authz.TeamContributor, false, false, models.FromSSO, 121, 6 * day},
		{"Liam", "O’Connor", "liam.oconnor", authz.OrganizationUser, false, false, models.FromSSO, 97, 9 * day},
		{"Mei", "Lin", "mei.lin", authz.TeamContributor, false, false, models.FromInvitation, 64, 11 * hour},
		{"Noor", "van den Berg", "noor.vandenberg", authz.OrganizationUser, false, false, models.FromSSO, 40, 20 * day},
		{"Oluwaseun", "Adeyemi", "oluwaseun.adeyemi", authz.OrganizationUser, false, false, models.FromInvitation, 21, 0},
		{"Priya", "Raman", "priya.raman", authz.TeamContributor, false, false, models.FromSSO, 6, 26 * hour},
	}
}

func (p demoPerson) name() string  { return p.given + " " + p.family }
func (p demoPerson) email() string { return p.address + "@northwind.example" }

// outsideCollaborator has an account but is no member: a partner who was given one app.
var outsideCollaborator = models.SeedPerson{Name: "Quentin Marsh", Email: "quentin@tailspin.example"}

// demoDomain is a domain that the sample organization has verified: an address in it leads to the practice identity provider.
const demoDomain = "northwind-labs.example"

// shelfVisionNotes are what somebody wrote about an app.
const shelfVisionNotes = `# What it does

Looks at every shelf **twice a day** and says which places are empty, which items are in the wrong place, and which labels cannot be read.

## Before you change it

1. Try it on the pictures of hall 4: they have the worst light.
2. Keep the recall for *empty* above 0.97. False alarms cost a walk, misses cost a sale.
3. Tell the people on the floor.

| Hall | Cameras | Since |
|---|---|---|
| 1 | 12 | March |
| 4 | 31 | May |

> Labels behind glass are read by ` + "`pallet-counter`" + `, not here.

How the cameras are mounted: <https://wiki.northwind.example/halls/cameras>
`

// demoSeed is the sample organization as it stands at a moment; hash is the hash of demoPassword.
func demoSeed(hash string, now time.Time) models.Seed {
	at := func(address string) string { return address + "@northwind.example" }
	ago := func(days int) time.Time { return now.Add(-time.Duration(days) * day) }
	seed := models.Seed{
		Slug: "northwind", Name: "Northwind Robotics", Founded: ago(420), SignIns: demoSignIns(now),
		Teams: []models.SeedTeam{
			{Slug: "perception", Name: "Perception", Description: "Cameras, depth and what the robots make of them.",
				Members: []string{at("chiara.lombardi"), at("farid.haddad"), at("mei.lin")}, Apps: []models.Slug{"shelf-vision", "pallet-counter"}},
			{Slug: "warehouse", Name: "Warehouse floor", Description: "What runs in the halls, day and night.",
				Members: []string{at("grace.nakamura"), at("kamala.iyer"), at("daniel.cho"), at("hugo.martinez")}, Apps: []models.Slug{"route-planner", "pallet-counter"}},
			{Slug: "support", Name: "Customer support", Description: "Answers, drafts and translations.",
				Members: []string{at("priya.raman"), at("liam.oconnor")}, Apps: []models.Slug{"ticket-triage"}},
			{Slug: "research", Name: "Research", Description: ""},
		},
		Apps: []models.SeedApp{
			{Slug: "shelf-vision", Description: "Finds empty and misplaced items on shelves from robot cameras.", Notes: shelfVisionNotes, Created: ago(300)},
			{Slug: "pallet-counter", Description: "Counts pallets at the gates and compares them with the delivery note.", Visibility: authz.Organization, Created: ago(260)},
			{Slug: "route-planner", Description: "Plans the robots’ routes through the halls, and again when something is in the way.", Created: ago(210)},
			{Slug: "ticket-triage", Description: "Sorts incoming tickets by urgency and drafts the first answer.", Created: ago(120),
				Collaborators: map[string]authz.CollaboratorLevel{outsideCollaborator.Email: authz.Viewer}},
			{Slug: "safety-notices", Description: "Turns incident reports into notices in eleven languages.", Visibility: authz.Public, Created: ago(90)},
			{Slug: "demand-forecast", Description: "", Created: ago(12)},
		},
		Invitations: []models.SeedInvitation{
			{Email: "rosa.diaz@northwind.example", Role: authz.OrganizationUser, By: at("amara.okafor")},
			{Email: "samir.khoury@northwind.example", Role: authz.TeamContributor, Teams: []models.Slug{"perception"}, By: at("elif.yildiz")},
		},
	}
	seed.Domains = []models.SeedDomain{{Name: demoDomain, Verified: true}, {Name: "northwind-robotics.example"}}
	for i, app := range seed.Apps {
		seed.Apps[i].Holds = demoHolds(app.Slug)
	}
	for _, p := range demoPeople() {
		person := models.SeedPerson{
			Name: p.name(), Email: p.email(), Role: p.role, Suspended: p.suspended, Source: p.source, Joined: ago(p.joined),
		}
		if p.password {
			person.PasswordHash = hash
		}
		if p.active > 0 {
			person.LastActive = now.Add(-p.active)
		}
		seed.People = append(seed.People, person)
	}
	outside := outsideCollaborator
	outside.PasswordHash = hash
	seed.People = append(seed.People, outside)
	return seed
}

// demoSignIns are the last weeks' sign-ins, so that the overview has something to draw: more on working days, and more by single sign-on.
func demoSignIns(now time.Time) []models.SeedSignIn {
	var all []models.SeedSignIn
	for ago := models.SignInDays - 1; ago >= 0; ago-- {
		morning := now.UTC().Truncate(day).Add(7*hour - time.Duration(ago)*day)
		weekend := morning.Weekday() == time.Saturday || morning.Weekday() == time.Sunday
		for i, p := range demoPeople() {
			at := morning.Add(time.Duration(i*23+ago*7) * time.Minute)
			mixed := (i*5 + ago*7) % 11 // the same on every run, and without a pattern to see
			if p.suspended || p.joined < ago || mixed > 5 || weekend && mixed > 0 || !at.Before(now) {
				continue
			}
			method := models.BySAML
			if p.password && mixed%2 == 0 {
				method = models.ByPassword
			}
			all = append(all, models.SeedSignIn{Email: p.email(), At: at, Method: method})
		}
	}
	return all
}

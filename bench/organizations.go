package main

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/password"
	"gatehouse/models"
	"gatehouse/sample"
)

// size is how large an organization of the bench is.
type size struct{ members, teams, apps int }

// organization is one of the two that are compared: the same kinds of people and things, few or many of them.
type organization struct {
	slug string
	size
}

var (
	few  = organization{"few", size{100, 60, 100}}
	many = organization{"many", size{100_000, 1_000, 10_000}}
)

func (o organization) founder() string { return "founder@" + o.slug + ".example" }

// busy is a Team Contributor in 50 teams.
func (o organization) busy() string { return "busy@" + o.slug + ".example" }

// one is somebody whose address is one of a kind.
func (o organization) one() string { return "only.one@" + o.slug + ".example" }

const largeTeam = "large"

// make plants the organization as demo does. One team is large in both, so that its pages are full.
func (o organization) make(ctx context.Context, d *database) error {
	hash, err := password.New(password.DefaultParams(), 0).Hash(ctx, benchPassword)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	person := func(name, email string, role authz.Role) models.SeedPerson {
		return models.SeedPerson{Name: name, Email: email, Role: role, PasswordHash: hash, Source: models.FromSetup, Joined: now, LastActive: now}
	}
	first := []models.SeedPerson{
		person("Founder Person", o.founder(), authz.Administrator), person("Busy Person", o.busy(), authz.TeamContributor), person("Only One", o.one(), authz.OrganizationUser),
	}
	crowd := sample.Crowd(sample.Options{
		People: o.members - len(first), Teams: o.teams, Apps: o.apps, Domain: o.slug + ".example", PasswordHash: hash, Busy: o.busy(), Now: now,
	})
	crowd.Invitations = 60
	team := crowd.Team
	crowd.Team = func(i int) models.CrowdTeam {
		made := team(i)
		if i == 0 {
			made.Slug, made.Name = largeTeam, "Large"
			made.People, made.Has = upTo(max(60, o.members/20)), upTo(max(60, o.apps/20))
		}
		return made
	}
	_, err = d.store.Seed(ctx, models.Seed{Slug: models.Slug(o.slug), Name: fmt.Sprintf("Organization with %d", o.members), People: first, Crowd: crowd})
	return err
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

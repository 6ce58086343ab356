package store

import (
	"gatehouse/internal/authz"
	"gatehouse/models"
)

// stretch is how many things of a crowd are made before they are inserted: memory does not grow with the crowd.
const stretch = 500

// crowd is a planting with the keys of what was planted so far, by number.
type crowd struct {
	*planting
	*models.Crowd
	users, owned []string
}

// plantCrowd plants everything of the crowd within the seed's transaction: interrupted, nothing of the organization is there.
func (p *planting) plantCrowd(seed models.Seed) error {
	if seed.Crowd == nil {
		return nil
	}
	c := &crowd{planting: p, Crowd: seed.Crowd}
	for _, step := range []struct {
		what  string
		of    int
		plant func(from, to int) error
	}{{"people", c.People, c.people}, {"apps", c.Apps, c.apps}, {"teams", c.Teams, c.teams}, {"invitations", c.Invitations, c.invitations}} {
		for from := 0; from < step.of; from += stretch {
			to := min(from+stretch, step.of)
			if err := step.plant(from, to); err != nil {
				return err
			}
			if c.Progress != nil {
				c.Progress(step.what, to, step.of)
			}
		}
	}
	if p.dialect == postgresDialect {
		// Its planner would know nothing of so many new rows until it looks by itself.
		return p.do(stmt("ANALYZE"))
	}
	return nil
}

func (c *crowd) people(from, to int) error {
	var users []userRow
	var members []memberRow
	for i := from; i < to; i++ {
		person := c.Person(i)
		user := c.user(person)
		users, members = append(users, user), append(members, c.member(person, user))
		c.users = append(c.users, user.ID)
	}
	if err := plant(c.unit, users); err != nil {
		return err
	}
	return plant(c.unit, members)
}

func (c *crowd) apps(from, to int) error {
	var apps []appRow
	var collaborators []collaboratorRow
	for i := from; i < to; i++ {
		app := c.App(i)
		row := c.app(app.SeedApp)
		apps = append(apps, row)
		c.owned = append(c.owned, row.ID)
		for _, n := range app.People {
			collaborators = append(collaborators, collaboratorRow{AppID: row.ID, UserID: c.users[n], Level: models.LevelKey(authz.Viewer), AddedAt: row.CreatedAt})
		}
	}
	if err := plant(c.unit, apps); err != nil {
		return err
	}
	return plant(c.unit, collaborators)
}

func (c *crowd) teams(from, to int) error {
	var teams []teamRow
	var members []teamMemberRow
	var apps []teamAppRow
	for i := from; i < to; i++ {
		team := c.Team(i)
		row := c.team(team.SeedTeam)
		teams = append(teams, row)
		for _, email := range team.Members {
			members = append(members, c.teamMember(row, c.planting.people[models.NormEmail(email)].ID))
		}
		for _, n := range team.People {
			members = append(members, c.teamMember(row, c.users[n]))
		}
		for _, n := range team.Has {
			apps = append(apps, c.teamApp(row, c.owned[n]))
		}
	}
	if err := plant(c.unit, teams); err != nil {
		return err
	}
	if err := plant(c.unit, members); err != nil {
		return err
	}
	return plant(c.unit, apps)
}

func (c *crowd) invitations(from, to int) error {
	for i := from; i < to; i++ {
		if err := c.invite(c.Invitation(i)); err != nil {
			return err
		}
	}
	return nil
}

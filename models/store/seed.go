package store

import (
	"context"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

// insertBatch is how many rows a seed inserts at once; PostgreSQL takes 65,535 parameters in a statement.
const insertBatch = 1000

// Seed makes a sample organization with everything in it, once: made is false when the organization exists already. Accounts that exist
// are taken as they are.
func (s *Store) Seed(ctx context.Context, seed models.Seed) (made bool, err error) {
	err = s.write(ctx, "seed", func(u *unit) error {
		made = false
		exists, err := u.found(&organizationRow{}, "SELECT "+organizationColumns+" FROM organizations o WHERE o.slug_norm = ?", seed.Slug.Norm())
		if err != nil || exists {
			return err
		}
		organization, err := u.newOrganization(models.Setup{Slug: seed.Slug, Organization: seed.Name})
		if err != nil {
			return err
		}
		planting := planting{unit: u, organization: organization, people: map[string]userRow{}, apps: map[models.Slug]string{}}
		for _, step := range []func(models.Seed) error{planting.plantPeople, planting.plantApps, planting.plantTeams, planting.plantInvitations} {
			if err := step(seed); err != nil {
				return err
			}
		}
		made = true
		e := models.AuditEntry{Action: models.ActionOrganizationCreated}
		for _, person := range seed.People {
			if person.Role == authz.Administrator {
				founder := planting.people[models.NormEmail(person.Email)]
				e.ActorID, e.ActorName, e.ActorEmail = founder.ID, founder.Name, founder.Email
				break
			}
		}
		return u.record([]string{organization.ID}, on(e, "organization", organization.ID, organization.Name))
	})
	return made && err == nil, err
}

type planting struct {
	*unit
	organization organizationRow
	people       map[string]userRow // by folded address
	apps         map[models.Slug]string
}

func (p *planting) orNow(t time.Time) moment {
	if t.IsZero() {
		return moment{p.now}
	}
	return moment{t}
}

func (p *planting) plantPeople(seed models.Seed) error {
	var users []userRow
	var members []memberRow
	for _, person := range seed.People {
		norm := models.NormEmail(person.Email)
		var user userRow
		known, err := p.found(&user, "SELECT u.id, u.name, u.email FROM users u WHERE u.email_norm = ?", norm)
		if err != nil {
			return err
		}
		if !known {
			joined := p.orNow(person.Joined)
			user = userRow{ID: newID(), Name: person.Name, Email: person.Email, EmailNorm: norm, PasswordHash: person.PasswordHash, Version: 1, CreatedAt: joined}
			if person.PasswordHash != "" {
				user.PasswordChangedAt = joined
			}
			users = append(users, user)
		}
		p.people[norm] = user
		if !person.Role.Valid() {
			continue
		}
		source := person.Source
		if source == "" {
			source = models.FromInvitation
		}
		members = append(members, memberRow{
			OrganizationID: p.organization.ID, UserID: user.ID, Role: person.Role.Key(), Suspended: person.Suspended, Source: string(source),
			SortName: models.Fold(user.Name), Search: memberSearch(user.Name, user.Email), JoinedAt: p.orNow(person.Joined),
			LastActiveAt: moment{person.LastActive}, Version: 1,
		})
	}
	if err := plant(p.unit, users); err != nil {
		return err
	}
	return plant(p.unit, members)
}

func (p *planting) plantApps(seed models.Seed) error {
	var apps []appRow
	var collaborators []collaboratorRow
	for _, app := range seed.Apps {
		made := p.orNow(app.Created)
		row := appRow{
			ID: newID(), OrganizationID: p.organization.ID, Slug: string(app.Slug), SlugNorm: app.Slug.Norm(), Description: app.Description,
			Visibility: models.VisibilityKey(app.Visibility), Search: appSearch(string(app.Slug), app.Description), Version: 1, CreatedAt: made, UpdatedAt: made,
		}
		apps = append(apps, row)
		p.apps[app.Slug] = row.ID
		for email, level := range app.Collaborators {
			collaborators = append(collaborators, collaboratorRow{
				AppID: row.ID, UserID: p.people[models.NormEmail(email)].ID, Level: levelKey(level), AddedAt: moment{p.now},
			})
		}
	}
	if err := plant(p.unit, apps); err != nil {
		return err
	}
	return plant(p.unit, collaborators)
}

func (p *planting) plantTeams(seed models.Seed) error {
	var teams []teamRow
	var members []teamMemberRow
	var apps []teamAppRow
	for _, team := range seed.Teams {
		row := teamRow{
			ID: newID(), OrganizationID: p.organization.ID, Slug: string(team.Slug), SlugNorm: team.Slug.Norm(), Name: team.Name,
			Description: team.Description, SortName: models.Fold(team.Name), Search: teamSearch(string(team.Slug), team.Name), Version: 1, CreatedAt: moment{p.now},
		}
		teams = append(teams, row)
		for _, email := range team.Members {
			members = append(members, teamMemberRow{
				OrganizationID: p.organization.ID, TeamID: row.ID, UserID: p.people[models.NormEmail(email)].ID, AddedAt: moment{p.now},
			})
		}
		for _, slug := range team.Apps {
			apps = append(apps, teamAppRow{OrganizationID: p.organization.ID, TeamID: row.ID, AppID: p.apps[slug], AddedAt: moment{p.now}})
		}
	}
	if err := plant(p.unit, teams); err != nil {
		return err
	}
	if err := plant(p.unit, members); err != nil {
		return err
	}
	return plant(p.unit, apps)
}

const seededInvitationValid = 7 * 24 * time.Hour

func (p *planting) plantInvitations(seed models.Seed) error {
	for _, invitation := range seed.Invitations {
		// Nobody knows the token: an identity provider may accept it, a link may not.
		err := p.do(stmt(`INSERT INTO invitations (id, organization_id, email, email_norm, role, state, token_hash, expires_at, created_at)
			VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, ?)`, newID(), p.organization.ID, invitation.Email, models.NormEmail(invitation.Email),
			invitation.Role.Key(), secret.HashToken(secret.Token()), p.now.Add(seededInvitationValid), p.now))
		if err != nil {
			return err
		}
	}
	return nil
}

// plant inserts rows, many at a time.
func plant[Row any](u *unit, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	return u.db.CreateInBatches(rows, insertBatch).Error
}

func teamSearch(slug, name string) string       { return models.Fold(name + " " + slug) }
func appSearch(slug, description string) string { return models.Fold(slug + " " + description) }

func levelKey(l authz.CollaboratorLevel) string {
	if l == authz.Contributor {
		return "contributor"
	}
	return "viewer"
}

package store

import (
	"context"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

// How many rows a seed inserts at once. PostgreSQL takes 65,535 parameters in a statement; SQLite's driver looks through all parameters for
// each of them, so that long statements cost more than many.
const (
	postgresBatch = 1000
	sqliteBatch   = 50
)

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
		planting := planting{unit: u, organization: organization, people: map[string]userRow{}, apps: map[models.Slug]string{}, teams: map[models.Slug]string{}}
		for _, step := range []func(models.Seed) error{
			planting.plantPeople, planting.plantApps, planting.plantResources, planting.plantTeams, planting.plantInvitations, planting.plantDomains, planting.plantCrowd,
			planting.plantHistory,
		} {
			if err := step(seed); err != nil {
				return err
			}
		}
		made = true
		return nil
	})
	return made && err == nil, err
}

type planting struct {
	*unit
	organization organizationRow
	people       map[string]userRow // by folded address
	apps         map[models.Slug]string
	teams        map[models.Slug]string
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
			user = p.user(person)
			users = append(users, user)
		}
		p.people[norm] = user
		if !person.Role.Valid() {
			continue
		}
		members = append(members, p.member(person, user))
	}
	if err := plant(p.unit, users); err != nil {
		return err
	}
	return plant(p.unit, members)
}

func (p *planting) user(person models.SeedPerson) userRow {
	joined := p.orNow(person.Joined)
	row := userRow{
		ID: newID(), Name: person.Name, NameNorm: models.Fold(person.Name), Email: person.Email, EmailNorm: models.NormEmail(person.Email), PasswordHash: person.PasswordHash, Version: 1, CreatedAt: joined,
	}
	if person.PasswordHash != "" {
		row.PasswordChangedAt = joined
	}
	return row
}

func (p *planting) member(person models.SeedPerson, user userRow) memberRow {
	source := person.Source
	if source == "" {
		source = models.FromInvitation
	}
	return memberRow{
		OrganizationID: p.organization.ID, UserID: user.ID, Role: person.Role.Key(), Suspended: person.Suspended, Source: string(source),
		SortName: models.Fold(user.Name), Search: memberSearch(user.Name, user.Email), JoinedAt: p.orNow(person.Joined),
		LastActiveAt: moment{person.LastActive}, Version: 1,
	}
}

func (p *planting) plantApps(seed models.Seed) error {
	var apps []appRow
	var collaborators []collaboratorRow
	for _, app := range seed.Apps {
		row := p.app(app)
		apps = append(apps, row)
		p.apps[app.Slug] = row.ID
		for email, level := range app.Collaborators {
			collaborators = append(collaborators, collaboratorRow{
				AppID: row.ID, UserID: p.people[models.NormEmail(email)].ID, Level: models.LevelKey(level), AddedAt: moment{p.now},
			})
		}
	}
	if err := plant(p.unit, apps); err != nil {
		return err
	}
	return plant(p.unit, collaborators)
}

func (p *planting) app(app models.SeedApp) appRow {
	made := p.orNow(app.Created)
	return appRow{
		ID: newID(), OrganizationID: p.organization.ID, Slug: string(app.Slug), SlugNorm: app.Slug.Norm(), Description: app.Description,
		Visibility: models.VisibilityKey(app.Visibility), Search: appSearch(string(app.Slug), app.Description), BaseWorkflow: string(models.UniversalWorkflow), DescriptionOf: 1, Notes: app.Notes, NotesOf: 1, Version: 1, CreatedAt: made, UpdatedAt: made,
	}
}

func (p *planting) plantTeams(seed models.Seed) error {
	var teams []teamRow
	var members []teamMemberRow
	var apps []teamAppRow
	for _, team := range seed.Teams {
		row := p.team(team)
		teams = append(teams, row)
		p.teams[team.Slug] = row.ID
		for _, email := range team.Members {
			members = append(members, p.teamMember(row, p.people[models.NormEmail(email)].ID))
		}
		for _, slug := range team.Apps {
			apps = append(apps, p.teamApp(row, p.apps[slug]))
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

func (p *planting) team(team models.SeedTeam) teamRow {
	return teamRow{
		ID: newID(), OrganizationID: p.organization.ID, Slug: string(team.Slug), SlugNorm: team.Slug.Norm(), Name: team.Name,
		Description: team.Description, SortName: models.Fold(team.Name), Search: teamSearch(string(team.Slug), team.Name), Version: 1, CreatedAt: moment{p.now},
	}
}

func (p *planting) teamMember(team teamRow, userID string) teamMemberRow {
	return teamMemberRow{OrganizationID: p.organization.ID, TeamID: team.ID, UserID: userID, AddedAt: moment{p.now}}
}

func (p *planting) teamApp(team teamRow, appID string) teamAppRow {
	return teamAppRow{OrganizationID: p.organization.ID, TeamID: team.ID, AppID: appID, AddedAt: moment{p.now}}
}

const seededInvitationValid = 7 * 24 * time.Hour

func (p *planting) plantInvitations(seed models.Seed) error {
	for _, invitation := range seed.Invitations {
		if err := p.invite(invitation); err != nil {
			return err
		}
	}
	return nil
}

func (p *planting) invite(invitation models.SeedInvitation) error {
	row := invitationRow{
		ID: newID(), OrganizationID: p.organization.ID, Email: invitation.Email, EmailNorm: models.NormEmail(invitation.Email), Role: invitation.Role.Key(),
		State: string(models.InvitationPending), InvitedBy: ref(p.people[models.NormEmail(invitation.By)].ID),
		// Nobody knows the token: an identity provider may accept it, a link may not.
		TokenHash: secret.HashToken(secret.Token()), SentAt: moment{p.now}, ExpiresAt: moment{p.now.Add(seededInvitationValid)}, CreatedAt: moment{p.now},
	}
	if err := p.insert(&row); err != nil {
		return err
	}
	var teams []invitationTeamRow
	for _, slug := range invitation.Teams {
		teams = append(teams, invitationTeamRow{OrganizationID: p.organization.ID, InvitationID: row.ID, TeamID: p.teams[slug]})
	}
	return plant(p.unit, teams)
}

const seededDomainValid = 365 * 24 * time.Hour

func (p *planting) plantDomains(seed models.Seed) error {
	var rows []domainRow
	for _, d := range seed.Domains {
		row := domainRow{ID: newID(), OrganizationID: p.organization.ID, Name: d.Name, Token: secret.Token()[:22], CreatedAt: moment{p.now}}
		if d.Verified {
			row.VerifiedAt, row.CheckedAt, row.Outcome = moment{p.now}, moment{p.now}, string(models.DomainFound)
			row.NextCheckAt = moment{p.now.Add(seededDomainValid)}
		}
		rows = append(rows, row)
	}
	return plant(p.unit, rows)
}

// plant inserts rows, many at a time.
func plant[Row any](u *unit, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	batch := postgresBatch
	if u.dialect == sqliteDialect {
		batch = sqliteBatch
	}
	return u.db.CreateInBatches(rows, batch).Error
}

func teamSearch(slug, name string) string       { return models.Fold(name + " " + slug) }
func appSearch(slug, description string) string { return models.Fold(slug + " " + description) }

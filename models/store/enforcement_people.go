package store

import (
	"context"
	"slices"
	"strings"

	"gatehouse/models"
)

// known is the SQL of whether somebody has come in through an enabled identity provider; m is their membership.
const known = `EXISTS (SELECT 1 FROM identity_links l JOIN identity_providers p ON p.id = l.provider_id AND p.enabled WHERE l.user_id = m.user_id AND l.organization_id = m.organization_id)`

// enforced reads people and teams of the organization, each by a condition: the teams first, both by name.
func (u *unit) enforced(organizationID, people, teams string, ofPeople, ofTeams []any) ([]models.Enforced, error) {
	var all []models.Enforced
	var groups []teamListRow
	if err := u.all(&groups, "SELECT "+teamColumns+" FROM teams t WHERE t.organization_id = ? AND "+teams+" ORDER BY t.sort_name, t.id", append([]any{organizationID}, ofTeams...)...); err != nil {
		return nil, err
	}
	for _, t := range groups {
		all = append(all, models.Enforced{Team: t.Team.Slug, Name: t.Team.Name, People: t.Members})
	}
	var rows []struct {
		UserID    string `gorm:"column:user_id"`
		Name      string `gorm:"column:name"`
		Email     string `gorm:"column:email"`
		Suspended bool   `gorm:"column:suspended"`
		Known     bool   `gorm:"column:known"`
	}
	err := u.all(&rows, "SELECT m.user_id, u.name, u.email, m.suspended, "+known+" AS known FROM members m JOIN users u ON u.id = m.user_id WHERE m.organization_id = ? AND "+people+
		" ORDER BY m.sort_name, m.user_id", append([]any{organizationID}, ofPeople...)...)
	for _, r := range rows {
		all = append(all, models.Enforced{UserID: r.UserID, Name: r.Name, Email: r.Email, Suspended: r.Suspended, Known: r.Known})
	}
	return all, err
}

// namesOf are addresses and identifiers, for the audit log.
func namesOf(chosen []models.Enforced) (people, teams string) {
	var addresses, slugs []string
	for _, c := range chosen {
		if c.UserID != "" {
			addresses = append(addresses, c.Email)
		} else {
			slugs = append(slugs, c.Team)
		}
	}
	return strings.Join(addresses, " "), strings.Join(slugs, " ")
}

// ToEnforce returns those of the accounts and teams that there are in the organization.
func (t Tenant) ToEnforce(ctx context.Context, members, teams []string) ([]models.Enforced, error) {
	ids, slugs := []string{}, []string{}
	for _, given := range members {
		if id, ok := parseID(given); ok {
			ids = append(ids, id)
		}
	}
	for _, given := range teams {
		if norm, ok := slugNorm(given); ok {
			slugs = append(slugs, norm)
		}
	}
	found, err := t.store.read(ctx).enforced(t.organization(), "m.user_id IN (?)", "t.slug_norm IN (?)", []any{ids}, []any{slugs})
	return found, fault("to enforce", err)
}

// NamedToEnforce returns those whom addresses of members and identifiers of teams name, and the words that name nobody.
func (t Tenant) NamedToEnforce(ctx context.Context, typed []string) (found []models.Enforced, unknown []string, err error) {
	emails, slugs := []string{}, []string{}
	for _, word := range typed {
		if strings.Contains(word, "@") {
			emails = append(emails, clean(models.NormEmail(word), longestText))
		} else if norm, ok := slugNorm(word); ok {
			slugs = append(slugs, norm)
		}
	}
	found, err = t.store.read(ctx).enforced(t.organization(), "u.email_norm IN (?)", "t.slug_norm IN (?)", []any{emails}, []any{slugs})
	for _, word := range typed {
		names := func(f models.Enforced) bool {
			return f.UserID != "" && models.NormEmail(f.Email) == models.NormEmail(word) || f.UserID == "" && strings.EqualFold(f.Team, word)
		}
		if !slices.ContainsFunc(found, names) {
			unknown = append(unknown, word)
		}
	}
	return found, unknown, fault("named to enforce", err)
}

// EnforcementImpact says whom a step concerns: the actor, and whoever is named, or everyone.
func (t Tenant) EnforcementImpact(ctx context.Context, in models.EnforcementChange) (models.EnforcementImpact, error) {
	concerned := (&query{}).add("SELECT m.user_id, "+known+" AS known FROM members m WHERE m.organization_id = ? AND NOT m.suspended", t.organization())
	if in.Stage != models.StageEveryone {
		ids, slugs := []string{t.actor.User.ID}, []string{}
		for _, given := range in.Members {
			if id, ok := parseID(given); ok {
				ids = append(ids, id)
			}
		}
		for _, given := range in.Teams {
			if norm, ok := slugNorm(given); ok {
				slugs = append(slugs, norm)
			}
		}
		concerned.add(" AND (m.user_id IN (?) OR m.user_id IN (SELECT x.user_id FROM team_members x JOIN teams t ON t.id = x.team_id WHERE t.organization_id = ? AND t.slug_norm IN (?)))",
			ids, t.organization(), slugs)
	}
	u := t.store.read(ctx)
	q := (&query{}).add("SELECT count(*) AS people, count(CASE WHEN NOT c.known THEN 1 END) AS unknown, count(CASE WHEN EXISTS (SELECT 1 FROM sessions s JOIN session_authentications a ON a.session_id = s.id WHERE s.user_id = c.user_id AND a.opens = 'account' AND "+
		live+") THEN 1 END) AS passwords FROM (", u.now, u.now).addAll(concerned).add(") c")
	var rows []struct {
		People    int `gorm:"column:people"`
		Unknown   int `gorm:"column:unknown"`
		Passwords int `gorm:"column:passwords"`
	}
	err := u.rows(&rows, q)
	if err != nil || len(rows) == 0 {
		return models.EnforcementImpact{}, fault("enforcement impact", err)
	}
	return models.EnforcementImpact(rows[0]), nil
}

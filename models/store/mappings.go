package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type mappingRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	ProviderID     string `gorm:"column:provider_id"`
	GroupValue     string `gorm:"column:group_value"`
	Role           ref    `gorm:"column:role"`
	Authoritative  bool   `gorm:"column:authoritative"`
	AuthorID       string `gorm:"column:author_id"`
	Version        int    `gorm:"column:version"`
	CreatedAt      moment `gorm:"column:created_at"`
	UpdatedAt      moment `gorm:"column:updated_at"`
}

func (mappingRow) TableName() string { return "group_mappings" }

type mappingTeamRow struct {
	OrganizationID string `gorm:"column:organization_id"`
	MappingID      string `gorm:"column:mapping_id;primaryKey"`
	TeamID         string `gorm:"column:team_id;primaryKey"`
}

func (mappingTeamRow) TableName() string { return "group_mapping_teams" }

// mappingsOf reads the mappings of an identity provider by group, each with its teams and with whether its author may still give what it
// gives. ids are the keys of the teams, by their identifiers.
func (u *unit) mappingsOf(providerID string) (all []models.Mapping, ids map[string]string, err error) {
	var rows []struct {
		Mapping    mappingRow `gorm:"embedded"`
		Author     string     `gorm:"column:author"`
		AuthorRole ref        `gorm:"column:author_role"`
	}
	err = u.all(&rows, `SELECT g.id, g.group_value, g.role, g.authoritative, g.version, g.updated_at, a.name AS author, m.role AS author_role
		FROM group_mappings g JOIN users a ON a.id = g.author_id
		LEFT JOIN members m ON m.organization_id = g.organization_id AND m.user_id = g.author_id AND NOT m.suspended WHERE g.provider_id = ?`, providerID)
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	var named []struct {
		MappingID string `gorm:"column:mapping_id"`
		ID        string `gorm:"column:id"`
		Slug      string `gorm:"column:slug"`
		Name      string `gorm:"column:name"`
	}
	err = u.all(&named, `SELECT gt.mapping_id, t.id, t.slug, t.name FROM group_mappings g JOIN group_mapping_teams gt ON gt.mapping_id = g.id
		JOIN teams t ON t.id = gt.team_id WHERE g.provider_id = ? ORDER BY t.sort_name, t.id`, providerID)
	if err != nil {
		return nil, nil, err
	}
	teams, ids := map[string][]models.TeamRef{}, map[string]string{}
	for _, n := range named {
		teams[n.MappingID] = append(teams[n.MappingID], models.TeamRef{Slug: n.Slug, Name: n.Name})
		ids[n.Slug] = n.ID
	}
	for _, row := range rows {
		m := models.Mapping{
			ID: row.Mapping.ID, Group: row.Mapping.GroupValue, Role: roleOf(string(row.Mapping.Role)), Teams: teams[row.Mapping.ID],
			Authoritative: row.Mapping.Authoritative, Author: row.Author, UpdatedAt: row.Mapping.UpdatedAt.Time, Version: row.Mapping.Version,
		}
		m.Inert = !(models.MappingDraft{Role: m.Role, Teams: m.Teams}).MayGive(roleOf(string(row.AuthorRole)))
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b models.Mapping) int {
		return cmp.Or(cmp.Compare(models.Fold(a.Group), models.Fold(b.Group)), cmp.Compare(a.Group, b.Group))
	})
	return all, ids, nil
}

// Mappings returns the mappings of an identity provider by group, each with how many people have something by it, and what they would do to
// the person of the last sign-in, were they to sign in again as they did. With a draft, that is with the draft in the place of the mapping of
// that ID, or besides all when there is none with it.
func (t Tenant) Mappings(ctx context.Context, idp, mappingID string, draft *models.MappingDraft) (models.MappingList, error) {
	list, err := t.mappingList(ctx, idp, mappingID, draft)
	return list, fault("mappings", err)
}

func (t Tenant) mappingList(ctx context.Context, idp, mappingID string, draft *models.MappingDraft) (models.MappingList, error) {
	var list models.MappingList
	norm, ok := slugNorm(idp)
	if !ok {
		return list, models.ErrNotFound
	}
	u := t.store.read(ctx)
	var err error
	if list.Provider, err = t.provider(u, norm); err != nil {
		return list, err
	}
	var ids map[string]string
	if list.All, ids, err = u.mappingsOf(list.Provider.ID); err != nil {
		return list, err
	}
	var counts []struct {
		ID string `gorm:"column:id"`
		N  int    `gorm:"column:n"`
	}
	err = u.all(&counts, `SELECT h.id, count(*) AS n FROM (
		SELECT m.role_mapping_id AS id, m.user_id FROM group_mappings g JOIN members m ON m.role_mapping_id = g.id WHERE g.provider_id = ?
		UNION SELECT tm.mapping_id, tm.user_id FROM group_mappings g JOIN team_members tm ON tm.mapping_id = g.id WHERE g.provider_id = ?
		) h GROUP BY h.id`, list.Provider.ID, list.Provider.ID)
	if err != nil {
		return list, err
	}
	for i := range list.All {
		for _, c := range counts {
			if c.ID == list.All[i].ID {
				list.All[i].People = c.N
			}
		}
	}
	sighting, known, err := t.lastSighting(u, list.Provider.ID)
	if err != nil || !known {
		return list, err
	}
	trial, err := t.try(u, list.All, ids, mappingID, draft, sighting)
	list.Trial = &trial
	return list, err
}

// lockedMapping reads a mapping under the lock of its provider.
func (t Tenant) lockedMapping(u *unit, idp, mappingID string) (models.IdentityProvider, models.Mapping, error) {
	provider, err := t.lockedProvider(u, idp)
	if err != nil {
		return provider, models.Mapping{}, err
	}
	all, _, err := u.mappingsOf(provider.ID)
	if err != nil {
		return provider, models.Mapping{}, err
	}
	at := slices.IndexFunc(all, func(m models.Mapping) bool { return strings.EqualFold(m.ID, mappingID) })
	if at < 0 {
		return provider, models.Mapping{}, models.ErrNotFound
	}
	return provider, all[at], nil
}

var errGivesMore = models.Refuse(models.Impossible, "This mapping would give more than you may give yourself.")

func (t Tenant) checkMapping(in models.MappingDraft) error {
	if err := in.Check(); err != nil {
		return err
	}
	if !in.MayGive(t.actor.Role) {
		return errGivesMore
	}
	return nil
}

// CreateMapping makes a mapping of an identity provider, whose author is the actor.
func (t Tenant) CreateMapping(ctx context.Context, idp string, in models.MappingDraft) error {
	return t.write(ctx, "create mapping", authz.SecurityManage, func(u *unit) error {
		if err := t.checkMapping(in); err != nil {
			return err
		}
		provider, err := t.lockedProvider(u, idp)
		if err != nil {
			return err
		}
		var n int
		if err := u.one(&n, "SELECT count(*) FROM group_mappings WHERE provider_id = ?", provider.ID); err != nil {
			return err
		}
		if n >= models.MaxMappings {
			return models.Refuse(models.Impossible, "An identity provider has at most "+strconv.Itoa(models.MaxMappings)+" group mappings. Remove one that is not needed any more.")
		}
		row := mappingRow{
			ID: newID(), OrganizationID: t.organization(), ProviderID: provider.ID, GroupValue: in.Group, Role: ref(in.Role.Key()), Authoritative: in.Authoritative,
			AuthorID: t.actor.User.ID, Version: 1, CreatedAt: moment{u.now}, UpdatedAt: moment{u.now},
		}
		if err := u.insert(&row); err != nil {
			return err
		}
		if err := t.putMappingTeams(u, row.ID, in.Teams); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionMappingCreated), "group-mapping", row.ID, in.Group)
		e.After = describedMapping(provider.Name, in)
		return u.record([]string{t.organization()}, e)
	})
}

// EditMapping saves a change made to that version; to another it is models.Stale. Who saves is its author from then on. What it gave and does
// not give any more is taken back at the next sign-in, if it is authoritative then.
func (t Tenant) EditMapping(ctx context.Context, idp, mappingID string, version int, in models.MappingDraft) error {
	return t.write(ctx, "edit mapping", authz.SecurityManage, func(u *unit) error {
		if err := t.checkMapping(in); err != nil {
			return err
		}
		provider, was, err := t.lockedMapping(u, idp, mappingID)
		if err != nil {
			return err
		}
		if was.Version != version {
			return models.Refuse(models.Stale, "Somebody else changed this group mapping meanwhile. Look at what it is now, and save again.")
		}
		err = u.do(
			stmt("UPDATE group_mappings SET group_value = ?, role = ?, authoritative = ?, author_id = ?, version = version + 1, updated_at = ? WHERE id = ?",
				in.Group, ref(in.Role.Key()), in.Authoritative, t.actor.User.ID, u.now, was.ID),
			stmt("DELETE FROM group_mapping_teams WHERE mapping_id = ?", was.ID),
		)
		if err != nil {
			return err
		}
		if err := t.putMappingTeams(u, was.ID, in.Teams); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionMappingEdited), "group-mapping", was.ID, in.Group)
		e.Before, e.After = differences(describedMapping(provider.Name, models.MappingDraft{Group: was.Group, Role: was.Role, Teams: was.Teams, Authoritative: was.Authoritative}),
			describedMapping(provider.Name, in))
		if was.Inert {
			e.Before["gives"], e.After["gives"] = "nothing new: "+was.Author+" may not any more", "by the word of "+t.actor.User.Name
		}
		return u.record([]string{t.organization()}, e)
	})
}

// DeleteMapping removes a mapping. Whoever has something by it keeps it, as if people had given it.
func (t Tenant) DeleteMapping(ctx context.Context, idp, mappingID string) error {
	return t.write(ctx, "delete mapping", authz.SecurityManage, func(u *unit) error {
		provider, was, err := t.lockedMapping(u, idp, mappingID)
		if err != nil {
			return err
		}
		err = u.do(
			stmt("UPDATE members SET role_mapping_id = NULL, own_role = NULL WHERE role_mapping_id = ?", was.ID),
			stmt("UPDATE team_members SET mapping_id = NULL WHERE mapping_id = ?", was.ID),
			stmt("DELETE FROM group_mappings WHERE id = ?", was.ID),
		)
		if err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionMappingDeleted), "group-mapping", was.ID, was.Group)
		e.Before = describedMapping(provider.Name, models.MappingDraft{Group: was.Group, Role: was.Role, Teams: was.Teams, Authoritative: was.Authoritative})
		return u.record([]string{t.organization()}, e)
	})
}

func (t Tenant) putMappingTeams(u *unit, mappingID string, teams []models.TeamRef) error {
	if len(teams) == 0 {
		return nil
	}
	slugs := make([]string, 0, len(teams))
	for _, team := range teams {
		slugs = append(slugs, team.Slug)
	}
	known, err := t.teamsNamed(u, slugs, u.dialect.forKey("t"))
	if err != nil {
		return err
	}
	rows := make([]mappingTeamRow, 0, len(teams))
	for _, slug := range slugs {
		team, found := known[strings.ToLower(slug)]
		if !found {
			return models.RefuseField("teams", "There is no team with the ID “"+slug+"” any more.")
		}
		rows = append(rows, mappingTeamRow{OrganizationID: t.organization(), MappingID: mappingID, TeamID: team.ID})
	}
	return u.insert(&rows)
}

func describedMapping(provider string, m models.MappingDraft) map[string]string {
	values := map[string]string{"identity provider": provider, "group": m.Group, "kind": mappingKind(m.Authoritative)}
	if m.Role.Valid() {
		values["role"] = m.Role.Key()
	}
	if len(m.Teams) > 0 {
		values["teams"] = teamSlugs(m.Teams)
	}
	return values
}

func mappingKind(authoritative bool) string {
	if authoritative {
		return "authoritative"
	}
	return "additive"
}

package store

import (
	"context"

	"gatehouse/models"
)

type memberListRow struct {
	Member      memberRow `gorm:"embedded"`
	Name        string    `gorm:"column:name"`
	Email       string    `gorm:"column:email"`
	HasPassword bool      `gorm:"column:has_password"`
	HasFactor   bool      `gorm:"column:has_factor"`
	HasSSO      bool      `gorm:"column:has_sso"`
	Through     ref       `gorm:"column:role_through"`
}

func (r memberListRow) noun() models.Member {
	return models.Member{
		UserID: r.Member.UserID, Name: r.Name, Email: r.Email, Role: roleOf(r.Member.Role), Suspended: r.Member.Suspended, Source: models.Source(r.Member.Source),
		RoleThrough: string(r.Through), HasPassword: r.HasPassword, HasFactor: r.HasFactor, HasSSO: r.HasSSO, JoinedAt: r.Member.JoinedAt.Time, LastActiveAt: r.Member.LastActiveAt.Time,
	}
}

// within adds that a Team Contributor sees only people who share a team, and themselves.
func (t Tenant) within(q *query) {
	if t.sharing() {
		t.sharers().holds(q)
	}
}

// Members returns a page of the organization's members that fit the filter, with their teams. A Team Contributor sees those who share a
// team, and themselves, with the teams that they share.
func (t Tenant) Members(ctx context.Context, filter models.MemberFilter) (models.Listed[models.Member], error) {
	u := t.store.read(ctx)
	o := memberOrderOf(filter.Sort)
	page, err := list(o.window(filter.Page), func(w window) ([]memberListRow, error) {
		var rows []memberListRow
		err := u.rows(&rows, t.chosenMembers(u, filter, o, w))
		return rows, err
	}, o.position, memberListRow.noun)
	if err == nil {
		err = t.addTeams(u, page.Rows)
	}
	return page, fault("members", err)
}

// addTeams puts their teams on the members of a page, in one query; on a single member also which of them a group mapping gave.
func (t Tenant) addTeams(u *unit, members []models.Member) error {
	if len(members) == 0 {
		return nil
	}
	at := make(map[string]*models.Member, len(members))
	ids := make([]string, 0, len(members))
	for i := range members {
		at[members[i].UserID] = &members[i]
		ids = append(ids, members[i].UserID)
	}
	var rows []struct {
		UserID string `gorm:"column:user_id"`
		Slug   string `gorm:"column:slug"`
		Name   string `gorm:"column:name"`

		By mappedByRow `gorm:"embedded"`
	}
	given, givers := "", ""
	if len(members) == 1 {
		given = ", g.id AS mapping_id, g.group_value AS mapping_group, p.name AS mapping_provider, coalesce(g.authoritative AND p.enabled, false) AS mapping_owns"
		givers = " LEFT JOIN group_mappings g ON g.id = tm.mapping_id LEFT JOIN identity_providers p ON p.id = g.provider_id"
	}
	// Materialized, or the planner would rather read everybody in the actor's teams than the teams of a page.
	q := (&query{}).add("WITH tm AS MATERIALIZED (SELECT user_id, team_id, mapping_id FROM team_members WHERE organization_id = ? AND user_id IN (?))", t.organization(), ids)
	q.add(" SELECT tm.user_id, t.slug, t.name" + given + " FROM tm JOIN teams t ON t.id = tm.team_id" + givers)
	if t.sharing() {
		q.add(" WHERE (tm.team_id IN ("+ownTeams+")) IS TRUE", t.self()...)
	}
	q.add(" ORDER BY t.sort_name, t.id")
	if err := u.rows(&rows, q); err != nil {
		return err
	}
	for _, row := range rows {
		member := at[row.UserID]
		member.Teams = append(member.Teams, models.TeamRef{Slug: row.Slug, Name: row.Name})
		if row.By.ID != "" {
			if member.TeamsBy == nil {
				member.TeamsBy = map[string]models.MappedBy{}
			}
			member.TeamsBy[row.Slug] = row.By.noun()
		}
	}
	return nil
}

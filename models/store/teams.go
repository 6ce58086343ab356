package store

import (
	"context"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type teamListRow struct {
	Team    teamRow `gorm:"embedded"`
	Members int     `gorm:"column:members"`
	Apps    int     `gorm:"column:apps"`
}

func (r teamListRow) noun() models.Team {
	return models.Team{
		ID: r.Team.ID, Slug: r.Team.Slug, Name: r.Team.Name, Description: r.Team.Description, Members: r.Members, Apps: r.Apps,
		CreatedAt: r.Team.CreatedAt.Time, Version: r.Team.Version,
	}
}

const teamColumns = "t.id, t.slug, t.name, t.description, t.sort_name, t.members, t.apps, t.version, t.created_at"

var teamsByName = order{key: "t.sort_name", id: "t.id"}

// Teams returns a page of the organization's teams by name; a Team Contributor sees their own.
func (t Tenant) Teams(ctx context.Context, filter models.TeamFilter) (models.Listed[models.Team], error) {
	u := t.store.read(ctx)
	page, err := list(windowOf(filter.Page), func(w window) ([]teamListRow, error) {
		q := (&query{}).add("SELECT "+teamColumns+" FROM teams t WHERE t.organization_id = ?", t.organization())
		t.ownTeamsOnly(q, "t.id")
		q.search(u.dialect, "t.search", filter.Query)
		w.bound(q, teamsByName)
		w.limited(q, teamsByName)
		var rows []teamListRow
		err := u.rows(&rows, q)
		return rows, err
	}, func(r teamListRow) position { return position{r.Team.SortName, r.Team.ID} }, teamListRow.noun)
	return page, fault("teams", err)
}

// ownTeamsOnly adds that a Team Contributor sees their own teams only.
func (t Tenant) ownTeamsOnly(q *query, column string) {
	if t.sharing() {
		q.add(" AND "+column+" IN ("+ownTeams+")", t.self()...)
	}
}

// Team returns one team that the actor may see, or models.ErrNotFound.
func (t Tenant) Team(ctx context.Context, slug string) (models.Team, error) {
	team, err := t.team(t.store.read(ctx), slug, "")
	return team, fault("team", err)
}

func (t Tenant) team(u *unit, slug, lock string) (models.Team, error) {
	norm, ok := slugNorm(slug)
	if !ok {
		return models.Team{}, models.ErrNotFound
	}
	q := (&query{}).add("SELECT "+teamColumns+" FROM teams t WHERE t.organization_id = ? AND t.slug_norm = ?", t.organization(), norm)
	t.ownTeamsOnly(q, "t.id")
	q.add(lock)
	var row teamListRow
	err := u.one(&row, q.text.String(), q.args...)
	return row.noun(), err
}

// CreateTeam makes a team without members and apps.
func (t Tenant) CreateTeam(ctx context.Context, draft models.TeamDraft) error {
	return t.write(ctx, "create team", authz.TeamsManage, func(u *unit) error {
		row := teamRow{
			ID: newID(), OrganizationID: t.organization(), Slug: string(draft.Slug), SlugNorm: draft.Slug.Norm(), Name: draft.Name, Description: draft.Description,
			SortName: models.Fold(draft.Name), Search: teamSearch(string(draft.Slug), draft.Name), Version: 1, CreatedAt: moment{u.now},
		}
		if err := u.insert(&row); err != nil {
			return err
		}
		_, after := differences(nil, describedTeam(teamListRow{Team: row}.noun()))
		return t.recordTeam(u, models.ActionTeamCreated, row.ID, row.Name, nil, after)
	})
}

// EditTeam changes name and description, made to that version; to another it is models.Stale. The identifier never changes.
func (t Tenant) EditTeam(ctx context.Context, slug string, version int, name, description string) error {
	return t.write(ctx, "edit team", authz.TeamsManage, func(u *unit) error {
		was, err := t.team(u, slug, u.dialect.forChange("t"))
		if err != nil {
			return err
		}
		if was.Version != version {
			return models.Refuse(models.Stale, "Somebody else changed this team meanwhile. Look at what it is now, and save again.")
		}
		is := was
		is.Name, is.Description = name, description
		before, after := differences(describedTeam(was), describedTeam(is))
		if len(before)+len(after) == 0 {
			return nil
		}
		err = u.do(stmt("UPDATE teams SET name = ?, description = ?, sort_name = ?, search = ?, version = version + 1 WHERE id = ?",
			name, description, models.Fold(name), teamSearch(was.Slug, name), was.ID))
		if err != nil {
			return err
		}
		return t.recordTeam(u, models.ActionTeamEdited, was.ID, name, before, after)
	})
}

// lockTeams keeps teams from changing until the transaction ends; which is a list of their keys, or a query for them. It is done before their
// rows of members and apps are touched, as their numbers are kept in the team's row; and in the order of their keys, so that two who
// change the same teams do not wait for each other. It returns those that are there.
func (u *unit) lockTeams(which string, args ...any) ([]string, error) {
	var there []string
	err := u.all(&there, "SELECT t.id FROM teams t WHERE t.id IN ("+which+") ORDER BY t.id"+u.dialect.forChange("t"), args...)
	return there, err
}

// DeleteTeam deletes a team; its members stay in the organization and its apps stay what they are. typed is its identifier, typed to confirm.
func (t Tenant) DeleteTeam(ctx context.Context, slug, typed string) error {
	return t.write(ctx, "delete team", authz.TeamsManage, func(u *unit) error {
		// Locked first: who adds to it meanwhile waits, and then finds it gone.
		team, err := t.team(u, slug, u.dialect.forUpdate("t"))
		if err != nil {
			return err
		}
		if !strings.EqualFold(strings.TrimSpace(typed), team.Slug) {
			return models.RefuseField("confirm", "Type “"+team.Slug+"” to delete it.")
		}
		err = u.do(
			stmt("DELETE FROM team_members WHERE organization_id = ? AND team_id = ?", t.organization(), team.ID),
			stmt("DELETE FROM team_apps WHERE organization_id = ? AND team_id = ?", t.organization(), team.ID),
			stmt("DELETE FROM teams WHERE organization_id = ? AND id = ?", t.organization(), team.ID),
		)
		if err != nil {
			return err
		}
		before, _ := differences(describedTeam(team), nil)
		before["members"], before["apps"] = strconv.Itoa(team.Members), strconv.Itoa(team.Apps)
		return t.recordTeam(u, models.ActionTeamDeleted, team.ID, team.Name, before, nil)
	})
}

func describedTeam(team models.Team) map[string]string {
	return map[string]string{"id": team.Slug, "name": team.Name, "description": team.Description}
}

func (t Tenant) recordTeam(u *unit, action models.Action, id, name string, before, after map[string]string) error {
	e := on(entry(t.actor.Person, action), "team", id, name)
	e.Before, e.After = before, after
	return u.record([]string{t.organization()}, e)
}

package store

import (
	"context"

	"gatehouse/models"
)

// MatchingMembers returns the accounts of the members that fit the filter in the order of the list, at most n, and whether there are more.
func (t Tenant) MatchingMembers(ctx context.Context, filter models.MemberFilter, n int) (ids []string, more bool, err error) {
	u := t.store.read(ctx)
	o := memberOrderOf(filter.Sort)
	filter.Page = models.Page{}
	w := window{size: n}
	var rows []memberListRow
	if err := u.rows(&rows, t.chosenMembers(u, filter, o, w)); err != nil {
		return nil, false, fault("matching members", err)
	}
	for _, row := range rows[:min(n, len(rows))] {
		ids = append(ids, row.Member.UserID)
	}
	return ids, len(rows) > n, nil
}

// SomeMembers returns the members of these accounts whom the actor may see, by name, with their teams. Who is no member is left out.
func (t Tenant) SomeMembers(ctx context.Context, userIDs []string) ([]models.Member, error) {
	var ids []string
	for _, typed := range userIDs {
		if id, ok := parseID(typed); ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	u := t.store.read(ctx)
	byName := memberOrderOf("")
	choice := (&query{}).add("SELECT "+byName.columns()+" FROM members m WHERE m.organization_id = ? AND m.user_id IN (?)", t.organization(), ids)
	t.within(choice)
	var rows []memberListRow
	if err := u.rows(&rows, t.withAccounts(byName, window{}, choice)); err != nil {
		return nil, fault("some members", err)
	}
	members := make([]models.Member, 0, len(rows))
	for _, row := range rows {
		members = append(members, row.noun())
	}
	return members, fault("some members", t.addTeams(u, members))
}

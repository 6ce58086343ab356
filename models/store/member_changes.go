package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// changeMember is a change of what one member is. Those of one organization happen one after the other: its row is locked before anything
// is read, so that the Administrators that were counted are still there, and two who take the role from each other do not wait in a circle.
func (t Tenant) changeMember(ctx context.Context, what string, scope authz.Scope, userID string, work func(*unit, memberStateRow) error) error {
	id, ok := parseID(userID)
	if !ok {
		return models.ErrNotFound
	}
	return t.store.write(ctx, what, func(u *unit) error {
		var locked string
		if err := u.one(&locked, "SELECT o.id FROM organizations o WHERE o.id = ?"+u.dialect.forChange("o"), t.organization()); err != nil {
			return err
		}
		if err := t.still(u, scope); err != nil {
			return err
		}
		var row memberStateRow
		// Against everything else that rests on the membership: sign-ins under way, additions to teams.
		if err := u.one(&row, memberState+u.dialect.forUpdate("m"), t.organization(), id); err != nil {
			return err
		}
		return work(u, row)
	})
}

func (t Tenant) updateMember(u *unit, m models.Member, set string, args ...any) error {
	return u.mustChange("UPDATE members SET "+set+", version = version + 1 WHERE organization_id = ? AND user_id = ?", append(args, t.organization(), m.UserID)...)
}

// ChangeRole gives a member another role. version is the one of the member that was looked at; after another change it is models.Stale. Zero
// is for who changes many at once and takes each as it is. The same role again changes nothing.
func (t Tenant) ChangeRole(ctx context.Context, userID string, role authz.Role, version int) error {
	return t.changeMember(ctx, "change role", authz.MembersManage, userID, func(u *unit, row memberStateRow) error {
		m := row.noun()
		if version != 0 && m.Version != version {
			return models.Refuse(models.Stale, "Somebody else changed "+m.Name+" meanwhile. Look at what is now, and save again.")
		}
		if err := m.MayBecome(role, t.actor.Person); err != nil || role == m.Role {
			return err
		}
		if err := t.updateMember(u, m, "role = ?, role_changed_at = ?, role_changed_by = ?, role_mapping_id = NULL, own_role = NULL", role.Key(), u.now, t.actor.User.ID); err != nil {
			return err
		}
		e := t.memberEntry(models.ActionMemberRoleChanged, m)
		e.Before, e.After = map[string]string{"role": m.Role.Key()}, map[string]string{"role": role.Key()}
		return u.record([]string{t.organization()}, e)
	})
}

// Suspend locks a member out of the organization, from their next request on; everything they have stays for when they are reinstated.
// Doing it again changes nothing.
func (t Tenant) Suspend(ctx context.Context, userID string) error {
	return t.setSuspended(ctx, userID, true)
}

// Reinstate lets a suspended member in again, as what they were. Doing it again changes nothing.
func (t Tenant) Reinstate(ctx context.Context, userID string) error {
	return t.setSuspended(ctx, userID, false)
}

func (t Tenant) setSuspended(ctx context.Context, userID string, suspended bool) error {
	return t.changeMember(ctx, "suspend", authz.MembersManage, userID, func(u *unit, row memberStateRow) error {
		m := row.noun()
		if m.Suspended == suspended {
			return nil
		}
		e := t.memberEntry(models.ActionMemberReinstated, m)
		if suspended {
			if err := m.MaySuspend(t.actor.Person); err != nil {
				return err
			}
			e.Action = models.ActionMemberSuspended
		}
		if err := t.updateMember(u, m, "suspended = ?", suspended); err != nil {
			return err
		}
		e.Before, e.After = map[string]string{"status": statusWord(m.Suspended)}, map[string]string{"status": statusWord(suspended)}
		return u.record([]string{t.organization()}, e)
	})
}

func statusWord(suspended bool) string {
	if suspended {
		return "suspended"
	}
	return "active"
}

func (t Tenant) memberEntry(action models.Action, m models.Member) models.AuditEntry {
	return on(entry(t.actor.Person, action), "member", m.UserID, m.Name)
}

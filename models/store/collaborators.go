package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type collaboratorListRow struct {
	UserID    string `gorm:"column:user_id"`
	Name      string `gorm:"column:name"`
	Email     string `gorm:"column:email"`
	Level     string `gorm:"column:level"`
	Role      ref    `gorm:"column:role"`
	Suspended bool   `gorm:"column:suspended"`
	AddedAt   moment `gorm:"column:added_at"`
	Adder     ref    `gorm:"column:adder"`
}

func (r collaboratorListRow) noun() models.Collaborator {
	return models.Collaborator{
		UserID: r.UserID, Name: r.Name, Email: r.Email, Level: levelOf(r.Level), Member: r.Role != "", Suspended: r.Suspended,
		AddedAt: r.AddedAt.Time, AddedBy: string(r.Adder),
	}
}

var newestCollaborators = order{key: "c.added_at", id: "c.user_id", descending: true}

// Collaborators returns a page of the app's collaborators, the newest first. Who is not told addresses finds nobody by them either.
func (t Tenant) Collaborators(ctx context.Context, r models.Reached, filter models.CollaboratorFilter) (models.Listed[models.Collaborator], error) {
	u := t.store.read(ctx)
	searched := "(SELECT s.name_norm FROM users s WHERE s.id = c.user_id)"
	if t.actor.SeesAddresses() {
		searched = "(SELECT s.name_norm || ' ' || s.email_norm FROM users s WHERE s.id = c.user_id)"
	}
	listed, err := list(momentWindow(filter.Page), func(w window) ([]collaboratorListRow, error) {
		choice := (&query{}).add("SELECT c.user_id, c.level, c.added_at, c.added_by FROM collaborators c WHERE c.app_id = ?", r.App.ID)
		choice.search(u.dialect, searched, filter.Query)
		w.bound(choice, newestCollaborators)
		w.limited(choice, newestCollaborators)
		whole := (&query{}).add("SELECT c.user_id, c.level, c.added_at, u.name, u.email, m.role, coalesce(m.suspended, false) AS suspended, b.name AS adder FROM (").
			add(choice.text.String(), choice.args...).add(`) c JOIN users u ON u.id = c.user_id
			LEFT JOIN members m ON m.organization_id = ? AND m.user_id = c.user_id LEFT JOIN users b ON b.id = c.added_by`, t.organization())
		w.sorted(whole, newestCollaborators)
		var rows []collaboratorListRow
		err := u.rows(&rows, whole)
		return rows, err
	}, func(r collaboratorListRow) position { return momentPosition(r.AddedAt, r.UserID) }, collaboratorListRow.noun)
	return listed, fault("collaborators", err)
}

// AddCollaborator gives the app to the account of an address.
func (t Tenant) AddCollaborator(ctx context.Context, appID, email string, level authz.CollaboratorLevel) error {
	return t.writeIn(ctx, "add collaborator", authz.CollaboratorsEdit, appID, func(u *unit, r models.Reached) error {
		var user userRow
		known, err := u.found(&user, "SELECT u.id, u.name, u.email FROM users u WHERE u.email_norm = ?", models.NormEmail(email))
		if err != nil {
			return err
		}
		if !known {
			return models.RefuseField("email", "No account has this address. A collaborator needs one first: an Administrator can invite them to an organization.")
		}
		row := collaboratorRow{AppID: r.App.ID, UserID: user.ID, Level: models.LevelKey(level), AddedBy: ref(t.actor.User.ID), AddedAt: moment{u.now}}
		if err := u.insert(&row); err != nil {
			return err
		}
		return t.recordApp(u, models.ActionCollaboratorAdded, r.App, nil, map[string]string{"collaborator": user.Email, "level": row.Level})
	})
}

// ChangeCollaborator gives a collaborator another level. Who is none is models.ErrNotFound.
func (t Tenant) ChangeCollaborator(ctx context.Context, appID, userID string, level authz.CollaboratorLevel) error {
	return t.writeIn(ctx, "change collaborator", authz.CollaboratorsEdit, appID, func(u *unit, r models.Reached) error {
		was, err := u.collaborator(r.App.ID, userID)
		if err != nil || levelOf(was.Level) == level {
			return err
		}
		if err := u.do(stmt("UPDATE collaborators SET level = ? WHERE app_id = ? AND user_id = ?", models.LevelKey(level), r.App.ID, was.UserID)); err != nil {
			return err
		}
		return t.recordApp(u, models.ActionCollaboratorChanged, r.App,
			map[string]string{"collaborator": was.Email, "level": was.Level}, map[string]string{"collaborator": was.Email, "level": models.LevelKey(level)})
	})
}

// RemoveCollaborator takes the app from a collaborator, from their next request on. Who is none is models.ErrNotFound.
func (t Tenant) RemoveCollaborator(ctx context.Context, appID, userID string) error {
	return t.writeIn(ctx, "remove collaborator", authz.CollaboratorsEdit, appID, func(u *unit, r models.Reached) error {
		was, err := u.collaborator(r.App.ID, userID)
		if err != nil {
			return err
		}
		if err := u.do(stmt("DELETE FROM collaborators WHERE app_id = ? AND user_id = ?", r.App.ID, was.UserID)); err != nil {
			return err
		}
		return t.recordApp(u, models.ActionCollaboratorRemoved, r.App, map[string]string{"collaborator": was.Email, "level": was.Level}, nil)
	})
}

// collaborator is one of an app that is locked.
func (u *unit) collaborator(appID, userID string) (collaboratorListRow, error) {
	var row collaboratorListRow
	id, ok := parseID(userID)
	if !ok {
		return row, models.ErrNotFound
	}
	return row, u.one(&row, "SELECT c.user_id, c.level, u.email FROM collaborators c JOIN users u ON u.id = c.user_id WHERE c.app_id = ? AND c.user_id = ?", appID, id)
}

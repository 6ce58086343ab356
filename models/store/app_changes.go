package store

import (
	"context"
	"strconv"
	"unicode/utf8"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// CreateApp makes a private app.
func (t Tenant) CreateApp(ctx context.Context, draft models.AppDraft) error {
	return t.write(ctx, "create app", authz.AppsCreate, func(u *unit) error {
		row := appRow{
			ID: newID(), OrganizationID: t.organization(), Slug: string(draft.Slug), SlugNorm: draft.Slug.Norm(), Description: draft.Description,
			Visibility: models.VisibilityKey(authz.Private), BaseWorkflow: string(draft.BaseWorkflow), Search: appSearch(string(draft.Slug), draft.Description),
			Version: 1, DescriptionOf: 1, NotesOf: 1, CreatedBy: ref(t.actor.User.ID), CreatedAt: moment{u.now}, UpdatedAt: moment{u.now},
		}
		if err := u.insert(&row); err != nil {
			return err
		}
		_, after := differences(nil, describedApp(t.app(row)))
		return t.recordApp(u, models.ActionAppCreated, t.app(row), nil, after)
	})
}

// AppDetails returns what the pages of the app show besides, in one query.
func (t Tenant) AppDetails(ctx context.Context, r models.Reached) (models.AppDetails, error) {
	var row struct {
		Notes               string `gorm:"column:notes"`
		NotesVersion        int    `gorm:"column:notes_version"`
		NotesEditedAt       moment `gorm:"column:notes_edited_at"`
		Editor              ref    `gorm:"column:editor"`
		Creator             ref    `gorm:"column:creator"`
		VisibilityChangedAt moment `gorm:"column:visibility_changed_at"`
		Changer             ref    `gorm:"column:changer"`
		Teams               int    `gorm:"column:teams"`
		Collaborators       int    `gorm:"column:collaborators"`
	}
	err := t.store.read(ctx).one(&row, `SELECT a.notes, a.notes_version, a.notes_edited_at, n.name AS editor, b.name AS creator, a.visibility_changed_at, v.name AS changer,
		(SELECT count(*) FROM team_apps ta WHERE ta.app_id = a.id) AS teams, (SELECT count(*) FROM collaborators c WHERE c.app_id = a.id) AS collaborators
		FROM apps a LEFT JOIN users n ON n.id = a.notes_edited_by LEFT JOIN users b ON b.id = a.created_by LEFT JOIN users v ON v.id = a.visibility_changed_by
		WHERE a.organization_id = ? AND a.id = ?`, t.organization(), r.App.ID)
	return models.AppDetails{
		Notes:     models.AppNotes{Text: row.Notes, Version: row.NotesVersion, EditedAt: row.NotesEditedAt.Time, EditedBy: string(row.Editor)},
		CreatedBy: string(row.Creator), VisibilityChangedAt: row.VisibilityChangedAt.Time, VisibilityChangedBy: string(row.Changer),
		Teams: row.Teams, Collaborators: row.Collaborators,
	}, fault("app details", err)
}

// EditAppDescription changes the description, made to that version of it; to another it is models.Stale.
func (t Tenant) EditAppDescription(ctx context.Context, appID string, version int, description string) error {
	return t.writeIn(ctx, "edit app description", authz.AppDescriptionEdit, appID, func(u *unit, was models.Reached) error {
		if was.App.DescriptionVersion != version {
			return models.Refuse(models.Stale, "Somebody else changed the description meanwhile. Look at what it is now, and save again.")
		}
		is := was.App
		is.Description = description
		if is == was.App {
			return nil
		}
		err := u.do(stmt("UPDATE apps SET description = ?, search = ?, description_version = description_version + 1, updated_at = ? WHERE id = ?",
			description, appSearch(is.Slug, description), u.now, is.ID))
		if err != nil {
			return err
		}
		before, after := differences(describedApp(was.App), describedApp(is))
		return t.recordApp(u, models.ActionAppDescriptionEdited, is, before, after)
	})
}

// EditAppNotes changes the notes, made to that version of them; to another it is models.Stale.
func (t Tenant) EditAppNotes(ctx context.Context, appID string, version int, notes string) error {
	return t.writeIn(ctx, "edit app notes", authz.AppNotesEdit, appID, func(u *unit, r models.Reached) error {
		var was struct {
			Notes   string `gorm:"column:notes"`
			Version int    `gorm:"column:notes_version"`
		}
		if err := u.one(&was, "SELECT notes, notes_version FROM apps WHERE id = ?", r.App.ID); err != nil {
			return err
		}
		if was.Version != version {
			return models.Refuse(models.Stale, "Somebody else changed the notes meanwhile. Look at what they are now, and save again.")
		}
		if was.Notes == notes {
			return nil
		}
		err := u.do(stmt("UPDATE apps SET notes = ?, notes_version = notes_version + 1, notes_edited_at = ?, notes_edited_by = ?, updated_at = ? WHERE id = ?",
			notes, u.now, t.actor.User.ID, u.now, r.App.ID))
		if err != nil {
			return err
		}
		before, after := differences(describedNotes(was.Notes), describedNotes(notes))
		return t.recordApp(u, models.ActionAppNotesEdited, r.App, before, after)
	})
}

// describedNotes is what the audit log keeps of notes: how they begin, and how long they are.
func describedNotes(notes string) map[string]string {
	const kept = 300
	begin := notes
	if utf8.RuneCountInString(begin) > kept {
		begin = string([]rune(begin)[:kept]) + "…"
	}
	return map[string]string{"notes": begin, "bytes": strconv.Itoa(len(notes))}
}

// describedApp is what the audit log keeps of an app.
func describedApp(a models.App) map[string]string {
	return map[string]string{
		"id": a.Slug, "description": a.Description, "visibility": models.VisibilityKey(a.Visibility), "base workflow": a.Base(),
	}
}

func (t Tenant) recordApp(u *unit, action models.Action, app models.App, before, after map[string]string) error {
	e := on(entry(t.actor.Person, action), "app", app.ID, app.Slug)
	e.Before, e.After = before, after
	return u.record([]string{t.organization()}, e)
}

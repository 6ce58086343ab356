package store

import (
	"context"
	"strconv"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

type auditExportRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	UserID         string `gorm:"column:user_id"`
	Format         string `gorm:"column:format"`
	Query          string `gorm:"column:query"`
	Total          int64  `gorm:"column:total"`
	Written        int64  `gorm:"column:written"`
	State          string `gorm:"column:state"`
	CreatedAt      moment `gorm:"column:created_at"`
	TouchedAt      moment `gorm:"column:touched_at"`
}

func (auditExportRow) TableName() string { return "audit_exports" }

// The states of an export.
const (
	exportReady   = "ready"
	exportRunning = "running"
	exportDone    = "done"
)

func (r auditExportRow) noun() models.AuditExport {
	return models.AuditExport{
		ID: r.ID, Format: models.AuditFormat(r.Format), Query: r.Query, Total: r.Total, Written: r.Written, Begun: r.State != exportReady, Done: r.State == exportDone,
		CreatedAt: r.CreatedAt.Time, TouchedAt: r.TouchedAt.Time,
	}
}

// exported is the search of an export, as it was when it was made: nothing that happened since belongs to it.
func exported(typed string, at time.Time) (models.AuditFilter, error) {
	_, filter, err := models.ParseAuditSearch(typed, at)
	if filter.Until.IsZero() || filter.Until.After(at) {
		filter.Until = at
	}
	return filter, err
}

// CountAudit counts the entries that a search finds; what is wrong with the search is refused.
func (t Tenant) CountAudit(ctx context.Context, typed string) (int64, error) {
	u := t.store.read(ctx)
	filter, err := exported(typed, u.now)
	if err != nil {
		return 0, err
	}
	n, err := t.countAudit(u, filter)
	return n, fault("count audit", err)
}

func (t Tenant) countAudit(u *unit, filter models.AuditFilter) (n int64, err error) {
	q := (&query{}).add("SELECT count(*) FROM audit_entries e WHERE e.organization_id = ? AND ", t.organization()).addAll(t.auditWays(filter).any())
	q.words(u.dialect, filter.Words)
	err = u.one(&n, q.text.String(), q.args...)
	return n, err
}

// BeginAuditExport counts what a search finds and records that it is exported. WriteAuditExport writes the file, as often as it is asked for
// within a day.
func (t Tenant) BeginAuditExport(ctx context.Context, typed string, format models.AuditFormat) (models.AuditExport, error) {
	var row auditExportRow
	err := t.write(ctx, "begin audit export", authz.AuditView, func(u *unit) error {
		filter, err := exported(typed, u.now)
		if err != nil {
			return err
		}
		row = auditExportRow{
			ID: newID(), OrganizationID: t.organization(), UserID: t.actor.User.ID, Format: string(format), Query: typed, State: exportReady,
			CreatedAt: moment{u.now}, TouchedAt: moment{u.now},
		}
		if row.Total, err = t.countAudit(u, filter); err != nil {
			return err
		}
		if err := u.insert(&row); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionAuditExported), "organization", t.organization(), t.actor.Organization.Name)
		e.After = map[string]string{"format": row.Format, "entries": strconv.FormatInt(row.Total, 10)}
		if typed != "" {
			e.After["search"] = typed
		}
		return u.record([]string{t.organization()}, e)
	})
	return row.noun(), err
}

// AuditExport returns an export that the actor asked for.
func (t Tenant) AuditExport(ctx context.Context, id string) (models.AuditExport, error) {
	var row auditExportRow
	key, ok := parseID(id)
	if !ok {
		return models.AuditExport{}, models.ErrNotFound
	}
	u := t.store.read(ctx)
	err := u.one(&row, `SELECT id, organization_id, user_id, format, query, total, written, state, created_at, touched_at FROM audit_exports
		WHERE organization_id = ? AND user_id = ? AND id = ? AND created_at > ?`, t.organization(), t.actor.User.ID, key, u.now.Add(-models.KeepAuditExports))
	return row.noun(), fault("audit export", err)
}

const (
	exportBatch = 1000
	// After so many entries, or so long, the export says how far it is, and is asked whether the actor may still do it.
	exportTells      = 10_000
	exportTellsAfter = time.Second
)

// WriteAuditExport hands every entry of an export to write, batch by batch, newest first, and keeps how far it has come where every replica
// sees it. It ends when the actor's rights do. The log is read in its order, also for words: a file holds all that fits, so nothing is gained
// by looking for the few first.
func (t Tenant) WriteAuditExport(ctx context.Context, e models.AuditExport, write func([]models.AuditEntry) error) error {
	filter, err := exported(e.Query, e.CreatedAt)
	if err != nil {
		return err
	}
	written, told, toldAt := int64(0), int64(0), time.Now()
	if err := t.tellExport(ctx, e.ID, 0, exportRunning); err != nil {
		return err
	}
	u := t.store.read(ctx)
	for w := (window{size: exportBatch}); ; {
		var rows []auditRow
		err := u.rows(&rows, t.auditInOrder(filter, w, exportBatch, auditColumns, func(q *query) { q.words(u.dialect, filter.Words) }))
		if err != nil {
			return fault("write audit export", err)
		}
		entries := make([]models.AuditEntry, len(rows))
		for i, row := range rows {
			entries[i] = row.noun()
		}
		if err := write(entries); err != nil {
			return err
		}
		written += int64(len(rows))
		if len(rows) < exportBatch {
			return t.tellExport(ctx, e.ID, written, exportDone)
		}
		if written-told >= exportTells || time.Since(toldAt) > exportTellsAfter {
			told, toldAt = written, time.Now()
			if err := t.tellExport(ctx, e.ID, written, exportRunning); err != nil {
				return err
			}
		}
		last := rows[len(rows)-1]
		w.from, w.key, w.bounded = position{id: last.ID}, last.At.Time, true
	}
}

func (t Tenant) tellExport(ctx context.Context, id string, written int64, state string) error {
	return t.write(ctx, "tell audit export", authz.AuditView, func(u *unit) error {
		return u.mustChange("UPDATE audit_exports SET written = ?, state = ?, touched_at = ? WHERE organization_id = ? AND user_id = ? AND id = ?",
			written, state, u.now, t.organization(), t.actor.User.ID, id)
	})
}

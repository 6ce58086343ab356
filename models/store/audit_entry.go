package store

import (
	"context"

	"gatehouse/models"
)

// auditObjects finds what an entry is about, by the kind that it names: the identifier, and that of what it stands in. Each takes the
// organization and the key.
var auditObjects = map[string]string{
	"account":           "SELECT '' AS slug, '' AS within FROM members WHERE organization_id = ? AND user_id = ?",
	"member":            "SELECT '' AS slug, '' AS within FROM members WHERE organization_id = ? AND user_id = ?",
	"team":              "SELECT slug, '' AS within FROM teams WHERE organization_id = ? AND id = ?",
	"app":               "SELECT slug, '' AS within FROM apps WHERE organization_id = ? AND id = ?",
	"identity-provider": "SELECT slug, '' AS within FROM identity_providers WHERE organization_id = ? AND id = ?",
	"invitation":        "SELECT email AS slug, '' AS within FROM invitations WHERE organization_id = ? AND id = ? AND state = 'pending'",
	"domain":            "SELECT name AS slug, '' AS within FROM domains WHERE organization_id = ? AND id = ?",
	"organization":      "SELECT slug, '' AS within FROM organizations WHERE id = ? AND id = ?",
	"group-mapping":     "SELECT CAST(g.id AS text) AS slug, p.slug AS within FROM group_mappings g JOIN identity_providers p ON p.id = g.provider_id WHERE p.organization_id = ? AND g.id = ?",
	"model":             auditResource("models"),
	"workflow":          auditResource("workflows"),
	"module":            auditResource("modules"),
	"installed-module":  auditResource("module_installs"),
}

func auditResource(table string) string {
	return "SELECT x.slug, a.slug AS within FROM " + table + " x JOIN apps a ON a.id = x.app_id WHERE a.organization_id = ? AND x.id = ?"
}

// AuditEntry returns an entry of the organization's log, with what it is about as far as that is still there, and whether its actor is still
// a member.
func (t Tenant) AuditEntry(ctx context.Context, id string) (models.AuditedEntry, error) {
	u := t.store.read(ctx)
	var row auditRow
	key, ok := parseID(id)
	if !ok {
		return models.AuditedEntry{}, models.ErrNotFound
	}
	err := u.one(&row, "SELECT "+auditColumns+" FROM audit_entries e WHERE e.organization_id = ? AND e.id = ?", t.organization(), key)
	if err != nil {
		return models.AuditedEntry{}, fault("audit entry", err)
	}
	entry := models.AuditedEntry{AuditEntry: row.noun()}
	q := (&query{}).add("SELECT 'actor' AS what, '' AS slug, '' AS within FROM members WHERE organization_id = ? AND user_id = ?", t.organization(), row.ActorID)
	if target, ok := parseID(row.TargetID); ok && auditObjects[row.TargetType] != "" {
		q.add(" UNION ALL SELECT 'target', o.slug, o.within FROM ("+auditObjects[row.TargetType]+") o", t.organization(), target)
	}
	var found []struct {
		What   string `gorm:"column:what"`
		Slug   string `gorm:"column:slug"`
		Within string `gorm:"column:within"`
	}
	if err := u.rows(&found, q); err != nil {
		return entry, fault("audit entry", err)
	}
	for _, f := range found {
		if f.What == "actor" {
			entry.ActorIsMember = true
		} else {
			entry.Object = &models.AuditObject{Slug: f.Slug, Within: f.Within}
		}
	}
	return entry, nil
}

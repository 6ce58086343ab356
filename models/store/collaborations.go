package store

import (
	"context"

	"gatehouse/models"
)

type collaborationRow struct {
	Organization organizationRow `gorm:"embedded"`
	AppID        string          `gorm:"column:app_id"`
	AppSlug      string          `gorm:"column:app_slug"`
	Description  string          `gorm:"column:description"`
	Visibility   string          `gorm:"column:visibility"`
	AppCreatedAt moment          `gorm:"column:app_created_at"`
	UpdatedAt    moment          `gorm:"column:updated_at"`
	Level        string          `gorm:"column:level"`
	AddedAt      moment          `gorm:"column:added_at"`
}

func (r collaborationRow) noun() models.Collaboration {
	return models.Collaboration{
		App: models.App{
			ID: r.AppID, Organization: r.Organization.noun(), Slug: r.AppSlug, Description: r.Description,
			Visibility: visibilityOf(r.Visibility), CreatedAt: r.AppCreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
		},
		Level: levelOf(r.Level), Since: r.AddedAt.Time,
	}
}

var newestCollaborations = order{key: "c.added_at", id: "c.app_id", descending: true}

// Collaborations returns a page of the apps in which the person is a collaborator, in every organization that the session opens, the newest
// first. Where they are a suspended member, the grant rests.
func (s *Store) Collaborations(ctx context.Context, p models.Person, filter models.CollaborationFilter) (models.Listed[models.Collaboration], error) {
	everywhere, only := p.OpensOnly()
	if !everywhere && len(only) == 0 {
		return models.Listed[models.Collaboration]{}, nil
	}
	u := s.read(ctx)
	page, err := list(momentWindow(filter.Page), func(w window) ([]collaborationRow, error) {
		q := (&query{}).add("SELECT "+organizationColumns+`, a.id AS app_id, a.slug AS app_slug, a.description, a.visibility,
			a.created_at AS app_created_at, a.updated_at, c.level, c.added_at
			FROM collaborators c JOIN apps a ON a.id = c.app_id JOIN organizations o ON o.id = a.organization_id
			LEFT JOIN members m ON m.organization_id = a.organization_id AND m.user_id = c.user_id
			WHERE c.user_id = ? AND NOT coalesce(m.suspended, false)`, p.User.ID)
		if p.OwnsAccount() { // which does not open what requires single sign-on
			q.add(" AND (NOT "+covered("a.organization_id", "c.user_id")+" OR a.organization_id IN (?))", u.now, besidesPassword(p))
		}
		if !everywhere {
			q.add(" AND a.organization_id IN (?)", only)
		}
		q.search(u.dialect, "(a.search || ' ' || o.slug_norm)", filter.Query)
		w.bound(q, newestCollaborations)
		w.limited(q, newestCollaborations)
		var rows []collaborationRow
		err := u.rows(&rows, q)
		return rows, err
	}, func(r collaborationRow) position { return momentPosition(r.AddedAt, r.AppID) }, collaborationRow.noun)
	return page, fault("collaborations", err)
}

// besidesPassword are the organizations that a session opens by single sign-on or a break-glass code.
func besidesPassword(p models.Person) []string {
	opened := []string{}
	if p.Glass.OrganizationID != "" {
		opened = append(opened, p.Glass.OrganizationID)
	}
	for _, a := range p.Methods {
		if a.Method == models.BySAML {
			opened = append(opened, a.OrganizationID)
		}
	}
	return opened
}

package store

import (
	"context"

	"gatehouse/models"
)

// framed is how many organizations the switcher offers.
const framed = 50

// Frame returns what the frame of every page shows: the person's organizations by name (at most 50), and the number of members of the one
// at hand ("" for none), in one query.
func (s *Store) Frame(ctx context.Context, p models.Person, orgID string) (models.Frame, error) {
	var rows []membershipRow
	err := s.read(ctx).all(&rows, "SELECT "+organizationColumns+`, m.role, m.suspended,
		(SELECT coalesce(sum(c.members), 0) FROM member_counts c WHERE c.organization_id = ?) AS members
		FROM members m JOIN organizations o ON o.id = m.organization_id
		WHERE m.user_id = ? ORDER BY o.slug_norm LIMIT ?`, ref(orgID), p.User.ID, framed)
	var frame models.Frame
	for _, row := range rows {
		frame.Memberships = append(frame.Memberships, row.noun())
		frame.Members = row.Members
	}
	byName(frame.Memberships)
	return frame, fault("frame", err)
}

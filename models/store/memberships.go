package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

const organizationColumns = "o.id, o.slug, o.name, o.second_factor_required, o.version, o.created_at"

type membershipRow struct {
	Organization organizationRow `gorm:"embedded"`
	Role         string          `gorm:"column:role"`
	Suspended    bool            `gorm:"column:suspended"`
}

func (r membershipRow) noun() models.Membership {
	return models.Membership{Organization: r.Organization.noun(), Role: roleOf(r.Role), Suspended: r.Suspended}
}

func (r membershipRow) position() position {
	return position{models.Fold(r.Organization.Name), r.Organization.ID}
}

func byPosition(a, b membershipRow) int { return a.position().compare(b.position()) }

func (p position) compare(other position) int {
	return cmp.Or(strings.Compare(p.key, other.key), strings.Compare(p.id, other.id))
}

// opened adds that the person's session opens the organization in that column, as models.Person.Opens says of one.
func (q *query) opened(p models.Person, column string) *query {
	if p.OwnsAccount() && p.User.PasswordOf == "" {
		return q
	}
	ids := []string{}
	if p.OwnsAccount() {
		ids = append(ids, p.User.PasswordOf)
	}
	for _, a := range p.Methods {
		if a.Method == models.BySAML {
			ids = append(ids, a.OrganizationID)
		}
	}
	return q.add(" AND "+column+" IN (?)", ids)
}

// Memberships returns a page of the organizations that the person is a member of and the session opens, by name. Names are folded in Go, so
// they are sorted and searched here: one account has at most some hundred.
func (s *Store) Memberships(ctx context.Context, p models.Person, filter models.MembershipFilter) (models.Listed[models.Membership], error) {
	var rows []membershipRow
	q := (&query{}).add("SELECT "+organizationColumns+`, m.role, m.suspended
		FROM members m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = ?`, p.User.ID)
	if err := s.read(ctx).rows(&rows, q.opened(p, "m.organization_id")); err != nil {
		return models.Listed[models.Membership]{}, fault("memberships", err)
	}
	slices.SortFunc(rows, byPosition)
	searched := foldQuery(filter.Query)
	rows = slices.DeleteFunc(rows, func(r membershipRow) bool {
		return !strings.Contains(models.Fold(r.Organization.Name+" "+r.Organization.Slug), searched)
	})
	return list(windowOf(filter.Page), func(w window) ([]membershipRow, error) {
		return w.of(rows), nil
	}, membershipRow.position, membershipRow.noun)
}

// of is the window of rows that are all there and sorted, in the order in which a query would read it.
func (w window) of(rows []membershipRow) []membershipRow {
	rows = slices.Clone(rows)
	if w.backward {
		slices.Reverse(rows)
	}
	if w.bounded {
		rows = slices.DeleteFunc(rows, func(r membershipRow) bool {
			compared := r.position().compare(w.from)
			return compared == 0 || (compared > 0) == w.backward
		})
	}
	return rows[:min(len(rows), w.size+1)]
}

// Frame returns what the frame of every page shows, in one query: the organizations that the session opens (the one at hand, "" for none,
// and then those in which the person was active last), by name, and the number of members of the one at hand.
// Of invitations it tells who has an organization; others see them where they choose one.
func (s *Store) Frame(ctx context.Context, p models.Person, orgID string) (models.Frame, error) {
	var rows []struct {
		Membership   membershipRow `gorm:"embedded"`
		Members      int           `gorm:"column:members"`
		Administrate bool          `gorm:"column:administrate"`
		Invitations  int           `gorm:"column:invitations"`
	}
	u := s.read(ctx)
	q := (&query{}).add("SELECT "+organizationColumns+`, m.role, m.suspended,
		(SELECT coalesce(sum(c.members), 0) FROM member_counts c WHERE c.organization_id = ?) AS members,
		EXISTS (SELECT 1 FROM members x WHERE x.user_id = ? AND x.role = ? AND NOT x.suspended`, ref(orgID), p.User.ID, authz.Administrator.Key())
	q.opened(p, "x.organization_id").add(`) AS administrate,
		(SELECT count(*) FROM invitations i WHERE i.email_norm = ? AND i.state = 'pending' AND i.expires_at > ?) AS invitations
		FROM (SELECT m.organization_id, m.role, m.suspended FROM members m WHERE m.user_id = ?`, answers(p), u.now, p.User.ID)
	q.opened(p, "m.organization_id").add(` ORDER BY CASE WHEN m.organization_id = ? THEN 0 ELSE 1 END, m.last_active_at DESC NULLS LAST, m.organization_id LIMIT ?) m
		JOIN organizations o ON o.id = m.organization_id`, ref(orgID), models.Framed)
	err := u.rows(&rows, q)
	memberships := make([]membershipRow, 0, len(rows))
	var frame models.Frame
	for _, row := range rows {
		memberships = append(memberships, row.Membership)
		frame.Members, frame.Administrates, frame.Invitations = row.Members, row.Administrate, row.Invitations
	}
	slices.SortFunc(memberships, byPosition)
	for _, m := range memberships {
		frame.Memberships = append(frame.Memberships, m.noun())
	}
	return frame, fault("frame", err)
}

package store

import (
	"context"

	"gatehouse/models"
)

// invitationOrder is the order of a list, and where in it a row stands.
func invitationOrder(sort models.InvitationSort) (order, func(invitationListRow) position) {
	sent := func(r invitationListRow) position { return momentPosition(r.SentAt, r.InvitationID) }
	expires := func(r invitationListRow) position { return momentPosition(r.ExpiresAt, r.InvitationID) }
	switch sort {
	case models.FirstSentFirst:
		return order{key: "i.sent_at", id: "i.id"}, sent
	case models.ExpiresFirst:
		return order{key: "i.expires_at", id: "i.id"}, expires
	case models.ExpiresLast:
		return order{key: "i.expires_at", id: "i.id", descending: true}, expires
	case models.LastSentFirst:
	}
	return order{key: "i.sent_at", id: "i.id", descending: true}, sent
}

// Invitations returns a page of the organization's invitations that are pending or have expired, with their teams.
func (t Tenant) Invitations(ctx context.Context, filter models.InvitationFilter) (models.Listed[models.Invitation], error) {
	u := t.store.read(ctx)
	sorted, at := invitationOrder(filter.Sort)
	page, err := list(momentWindow(filter.Page), func(w window) ([]invitationListRow, error) {
		var rows []invitationListRow
		q := (&query{}).add("SELECT "+invitationColumns+invitationsFrom+" WHERE i.organization_id = ? AND i.state = 'pending'", t.organization())
		switch filter.Expiry {
		case models.Live:
			q.add(" AND i.expires_at > ?", u.now)
		case models.Expired:
			q.add(" AND i.expires_at <= ?", u.now)
		case models.AnyExpiry:
		}
		q.search(u.dialect, "i.email_norm", filter.Query)
		w.bound(q, sorted)
		w.limited(q, sorted)
		err := u.rows(&rows, q)
		return rows, err
	}, at, invitationListRow.noun)
	if err == nil {
		err = u.addInvitationTeams(page.Rows)
	}
	return page, fault("invitations", err)
}

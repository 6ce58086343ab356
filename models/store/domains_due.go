package store

import (
	"context"

	"gatehouse/models"
)

// DueDomain is a verified domain whose record is to be looked at again.
type DueDomain struct {
	models.Domain

	organizationID string
}

// DueDomains takes up to n verified domains whose record is due to be looked at. Of several replicas each takes others: what is taken is not
// due again for an hour, within which DomainRechecked says what was found.
func (s *Store) DueDomains(ctx context.Context, n int) ([]DueDomain, error) {
	var rows []domainRow
	err := s.write(ctx, "due domains", func(u *unit) error {
		skip := ""
		if u.dialect == postgresDialect {
			skip = " FOR UPDATE SKIP LOCKED"
		}
		return u.all(&rows, `UPDATE domains SET next_check_at = ? WHERE id IN (SELECT id FROM domains WHERE next_check_at <= ? ORDER BY next_check_at, id LIMIT ?`+skip+`)
			RETURNING id, organization_id, name, token, verified_at, outcome, checked_at, failing_since, created_at`, u.now.Add(models.DomainRetryAfter), u.now, n)
	})
	due := make([]DueDomain, 0, len(rows))
	for _, row := range rows {
		due = append(due, DueDomain{row.noun(), row.OrganizationID})
	}
	return due, err
}

// DomainRechecked keeps what a scheduled look found. When the record is gone, or has been gone for too long, the organization's
// Administrators are told by the messages of tell, which is nil without a mail server.
func (s *Store) DomainRechecked(ctx context.Context, due DueDomain, outcome models.DomainOutcome, tell func(models.DomainNews) models.Mail) error {
	return s.write(ctx, "recheck domain", func(u *unit) error {
		if err := u.hold("?", due.organizationID); err != nil {
			return err
		}
		var row domainRow
		known, err := u.found(&row, "SELECT "+domainColumns+" FROM domains d WHERE d.id = ? AND d.verified_at IS NOT NULL"+u.dialect.forChange("d"), due.ID)
		if err != nil || !known { // removed meanwhile
			return err
		}
		after, action, err := u.looked(row, outcome)
		if err != nil || action == "" {
			return err
		}
		if err := u.record([]string{row.OrganizationID}, domainEntry(models.AuditEntry{Action: action}, after)); err != nil {
			return err
		}
		if tell == nil || action == models.ActionDomainRecordBack {
			return nil
		}
		var organization organizationRow
		if err := u.one(&organization, "SELECT "+organizationColumns+" FROM organizations o WHERE o.id = ?", row.OrganizationID); err != nil {
			return err
		}
		return u.tellAdministrators(row.OrganizationID, tell(models.DomainNews{Organization: organization.noun(), Domain: after, What: action}))
	})
}

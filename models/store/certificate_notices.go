package store

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"slices"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// CertificateEnds returns when the certificates of all enabled identity providers end, theirs and ours, the soonest first. It is for notices
// and metrics, and asks for the whole installation.
func (s *Store) CertificateEnds(ctx context.Context) ([]models.CertificateEnd, error) {
	ends, err := s.read(ctx).certificateEnds()
	return ends, fault("certificate ends", err)
}

func (u *unit) certificateEnds() ([]models.CertificateEnd, error) {
	var rows []struct {
		ID     string `gorm:"column:id"`
		Slug   string `gorm:"column:slug"`
		Name   string `gorm:"column:name"`
		OrgID  string `gorm:"column:org_id"`
		Org    string `gorm:"column:org"`
		OrgHas string `gorm:"column:org_name"`
		SHA256 []byte `gorm:"column:sha256"`
		Until  moment `gorm:"column:not_after"`
		Last   moment `gorm:"column:last"`
		DER    []byte `gorm:"column:der"`
	}
	const named = "p.id, p.slug, p.name, o.id AS org_id, o.slug AS org, o.name AS org_name"
	err := u.all(&rows, "SELECT "+named+`, c.sha256, c.not_after, NULL AS der,
		(SELECT max(l.not_after) FROM identity_provider_certificates l WHERE l.provider_id = p.id) AS last
		FROM identity_providers p JOIN organizations o ON o.id = p.organization_id JOIN identity_provider_certificates c ON c.provider_id = p.id WHERE p.enabled
		UNION ALL SELECT `+named+`, NULL, NULL, p.certificate, NULL
		FROM identity_providers p JOIN organizations o ON o.id = p.organization_id WHERE p.enabled`)
	ends := make([]models.CertificateEnd, 0, len(rows))
	for _, row := range rows {
		end := models.CertificateEnd{
			Organization: models.Organization{ID: row.OrgID, Slug: row.Org, Name: row.OrgHas}, ProviderID: row.ID, ProviderSlug: row.Slug, ProviderName: row.Name,
			SHA256: row.SHA256, Until: row.Until.Time, Followed: row.Last.After(row.Until.Time) && row.Last.Sub(u.now) > models.FollowedFor,
		}
		if row.DER != nil {
			ours, err := x509.ParseCertificate(row.DER)
			if err != nil {
				continue // which the sign-in page says louder
			}
			sum := sha256.Sum256(row.DER)
			end.Ours, end.SHA256, end.Until = true, sum[:], ours.NotAfter.UTC()
		}
		ends = append(ends, end)
	}
	slices.SortStableFunc(ends, func(a, b models.CertificateEnd) int { return a.Until.Compare(b.Until) })
	return ends, err
}

// NoticeCertificates puts a message to every Administrator into the outbox for each certificate whose end has come nearer than another number
// of days, and says how many messages. A notice is sent once, over all replicas; one whose time passed unseen is not sent any more.
func (s *Store) NoticeCertificates(ctx context.Context, compose func(models.CertificateEnd, models.User) models.Mail) (int, error) {
	ends, err := s.CertificateEnds(ctx)
	sent := 0
	for _, end := range ends {
		if err != nil || len(end.DueNotices(s.now())) == 0 {
			break
		}
		if end.Followed {
			continue
		}
		var n int
		n, err = s.notice(ctx, end, compose)
		sent += n
	}
	return sent, err
}

func (s *Store) notice(ctx context.Context, end models.CertificateEnd, compose func(models.CertificateEnd, models.User) models.Mail) (int, error) {
	var administrators []userRow
	err := s.write(ctx, "notice certificate", func(u *unit) error {
		administrators = nil
		due := end.DueNotices(u.now)
		var provider providerRow
		known, err := u.found(&provider, "SELECT p.id FROM identity_providers p WHERE p.id = ?"+u.dialect.forKey("p"), end.ProviderID)
		if err != nil || !known || len(due) == 0 {
			return err
		}
		fresh := int64(0)
		for _, days := range due { // the last is the one that is worth sending
			fresh, err = u.change("INSERT INTO certificate_notices (provider_id, sha256, days, at) VALUES (?, ?, ?, ?) ON CONFLICT (provider_id, sha256, days) DO NOTHING",
				end.ProviderID, end.SHA256, days, u.now)
			if err != nil {
				return err
			}
		}
		if fresh == 0 {
			return nil
		}
		err = u.all(&administrators, `SELECT u.id, u.name, u.email FROM members m JOIN users u ON u.id = m.user_id
			WHERE m.organization_id = ? AND m.role = ? AND NOT m.suspended ORDER BY u.id`, end.Organization.ID, authz.Administrator.Key())
		if err != nil {
			return err
		}
		for _, a := range administrators {
			if err := u.post(compose(end, a.noun())); err != nil {
				return err
			}
		}
		return nil
	})
	return len(administrators), err
}

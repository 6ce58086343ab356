package store

import (
	"context"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

const domainColumns = "d.id, d.organization_id, d.name, d.token, d.verified_at, d.outcome, d.checked_at, d.failing_since, d.next_check_at, d.created_at"

func (r domainRow) noun() models.Domain {
	return models.Domain{
		ID: r.ID, Name: r.Name, Token: r.Token, CreatedAt: r.CreatedAt.Time, VerifiedAt: r.VerifiedAt.Time, Outcome: models.DomainOutcome(r.Outcome),
		CheckedAt: r.CheckedAt.Time, FailingSince: r.FailingSince.Time,
	}
}

// Domains returns the organization's domains by name, those that are only claimed too.
func (t Tenant) Domains(ctx context.Context) ([]models.Domain, error) {
	var rows []domainRow
	err := t.store.read(ctx).all(&rows, "SELECT "+domainColumns+" FROM domains d WHERE d.organization_id = ? ORDER BY d.name", t.organization())
	domains := make([]models.Domain, 0, len(rows))
	for _, row := range rows {
		domains = append(domains, row.noun())
	}
	return domains, fault("domains", err)
}

// Domain returns one of them, or models.ErrNotFound.
func (t Tenant) Domain(ctx context.Context, name string) (models.Domain, error) {
	row, err := t.domain(t.store.read(ctx), name, "")
	return row.noun(), fault("domain", err)
}

func (t Tenant) domain(u *unit, name, lock string) (domainRow, error) {
	var row domainRow
	err := u.one(&row, "SELECT "+domainColumns+" FROM domains d WHERE d.organization_id = ? AND d.name = ?"+lock, t.organization(), clean(name, longestText))
	return row, err
}

// ClaimDomain puts a domain on the organization's list; name is as models.ParseDomain returns it, token what its record will have to say.
// One that another organization has verified is refused.
func (t Tenant) ClaimDomain(ctx context.Context, name, token string) (models.Domain, error) {
	var claimed models.Domain
	err := t.write(ctx, "claim domain", authz.SecurityManage, func(u *unit) error {
		if _, err := t.lockedOrganization(u, u.dialect.forChange("o")); err != nil {
			return err
		}
		var counted struct {
			Own   int `gorm:"column:own"`
			Taken int `gorm:"column:taken"`
		}
		err := u.one(&counted, `SELECT (SELECT count(*) FROM domains d WHERE d.organization_id = ?) AS own,
			(SELECT count(*) FROM domains d WHERE d.name = ? AND d.verified_at IS NOT NULL AND d.organization_id <> ?) AS taken`,
			t.organization(), name, t.organization())
		switch {
		case err != nil:
			return err
		case counted.Taken > 0:
			return errDomainTaken
		case counted.Own >= models.MaxDomains:
			return models.RefuseField("domain", "An organization has at most 200 domains. Remove one that is not needed.")
		}
		row := domainRow{ID: newID(), OrganizationID: t.organization(), Name: name, Token: token, CreatedAt: moment{u.now}}
		if err := u.insert(&row); err != nil {
			return err
		}
		claimed = row.noun()
		return u.record([]string{t.organization()}, on(entry(t.actor.Person, models.ActionDomainClaimed), "domain", row.ID, row.Name))
	})
	return claimed, err
}

// DomainLooked keeps what an Administrator's look at the record of a domain found, and returns the domain as it is then. A domain that
// another organization verified first is refused.
func (t Tenant) DomainLooked(ctx context.Context, name string, outcome models.DomainOutcome) (models.Domain, error) {
	var after models.Domain
	err := t.write(ctx, "look at domain", authz.SecurityManage, func(u *unit) error {
		row, err := t.domain(u, name, u.dialect.forChange("d"))
		if err != nil {
			return err
		}
		var action models.Action
		if after, action, err = u.looked(row, outcome); err != nil || action == "" {
			return err
		}
		return u.record([]string{row.OrganizationID}, domainEntry(entry(t.actor.Person, action), after))
	})
	return after, err
}

// looked keeps what a look at a locked domain found.
func (u *unit) looked(row domainRow, outcome models.DomainOutcome) (models.Domain, models.Action, error) {
	after, action := row.noun().After(outcome, u.now)
	err := u.do(stmt("UPDATE domains SET verified_at = ?, outcome = ?, checked_at = ?, failing_since = ?, next_check_at = ? WHERE id = ?",
		moment{after.VerifiedAt}, string(after.Outcome), moment{after.CheckedAt}, moment{after.FailingSince}, moment{after.NextCheck(u.now)}, row.ID))
	return after, action, err
}

func domainEntry(e models.AuditEntry, d models.Domain) models.AuditEntry {
	e = on(e, "domain", d.ID, d.Name)
	e.After = map[string]string{"record": string(d.Outcome)}
	return e
}

// RemoveDomain takes a domain off the list; typed is its name, typed to confirm.
func (t Tenant) RemoveDomain(ctx context.Context, name, typed string) error {
	return t.write(ctx, "remove domain", authz.SecurityManage, func(u *unit) error {
		row, err := t.domain(u, name, u.dialect.forChange("d"))
		if err != nil {
			return err
		}
		if !strings.EqualFold(strings.TrimSpace(typed), row.Name) {
			return models.RefuseField("confirm", "Type “"+row.Name+"” to remove it.")
		}
		if err := u.do(stmt("DELETE FROM domains WHERE id = ?", row.ID)); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionDomainRemoved), "domain", row.ID, row.Name)
		e.Before = map[string]string{"verified": yesNo(row.noun().Verified())}
		return u.record([]string{t.organization()}, e)
	})
}

// SignInOrganization is the identifier of the organization that people with this address sign in to through an identity provider: the one
// that verified the address's domain, when it has a provider that is enabled; otherwise models.ErrNotFound. It says nothing of accounts.
func (s *Store) SignInOrganization(ctx context.Context, email string) (slug string, err error) {
	domain := models.DomainOf(email)
	if domain == "" || !storable(domain) {
		return "", models.ErrNotFound
	}
	err = s.read(ctx).one(&slug, `SELECT o.slug FROM domains d JOIN organizations o ON o.id = d.organization_id WHERE d.name = ? AND d.verified_at IS NOT NULL
		AND EXISTS (SELECT 1 FROM identity_providers p WHERE p.organization_id = o.id AND p.enabled)`, domain)
	return slug, fault("sign-in organization", err)
}

// AnyDomain says whether some organization has verified a domain, so that an address alone can lead somewhere.
func (s *Store) AnyDomain(ctx context.Context) (bool, error) {
	var one int
	any, err := s.read(ctx).found(&one, "SELECT 1 FROM domains d WHERE d.verified_at IS NOT NULL LIMIT 1")
	return any, fault("any domain", err)
}

// ownsDomain says whether the organization has verified the domain of an address, so that it may speak for people with such addresses.
func (u *unit) ownsDomain(organizationID, email string) (bool, error) {
	domain := models.DomainOf(email)
	if domain == "" || !storable(domain) {
		return false, nil
	}
	var one int
	return u.found(&one, "SELECT 1 FROM domains d WHERE d.organization_id = ? AND d.name = ? AND d.verified_at IS NOT NULL"+u.dialect.forShare("d"), organizationID, domain)
}

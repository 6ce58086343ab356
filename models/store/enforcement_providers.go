package store

import (
	"bytes"
	"context"
	"slices"

	"gatehouse/models"
)

// What is required rests on one identity provider of which an Administrator saw that it works as it is configured. Any that is enabled opens
// the organization; the one it rests on may change, and when there is none left it gives way.

// proven is the SQL of another identity provider on which it can rest; it takes organization and the one it is not.
const proven = " FROM identity_providers p WHERE p.organization_id = ? AND p.id <> ? AND p.enabled AND p.proven_at IS NOT NULL ORDER BY p.proven_at DESC, p.id LIMIT 1"

// Readiness returns what the actor has of what is needed to require single sign-on.
func (t Tenant) Readiness(ctx context.Context) (models.Readiness, error) {
	r, err := t.readiness(t.store.read(ctx))
	return r, fault("readiness", err)
}

func (t Tenant) readiness(u *unit) (models.Readiness, error) {
	providers, err := u.providersWhere("p.organization_id = ? AND p.enabled", t.organization())
	if err != nil {
		return models.Readiness{}, err
	}
	var row struct {
		Codes   int    `gorm:"column:codes"`
		Tested  bool   `gorm:"column:tested"`
		CodesOf moment `gorm:"column:codes_of"`
	}
	err = u.one(&row, `SELECT count(CASE WHEN c.used_at IS NULL THEN 1 END) AS codes, count(CASE WHEN c.tested THEN 1 END) > 0 AS tested, max(c.created_at) AS codes_of
		FROM break_glass_codes c WHERE c.organization_id = ? AND c.user_id = ?`, t.organization(), t.actor.User.ID)
	r := models.Readiness{Codes: row.Codes, Tested: row.Tested, CodesOf: row.CodesOf.Time}
	if err != nil || len(providers) == 0 {
		return r, err
	}
	ids := make([]string, 0, len(providers))
	for _, p := range providers {
		ids = append(ids, p.ID)
	}
	var tests []struct {
		ProviderID    string `gorm:"column:provider_id"`
		Configuration []byte `gorm:"column:configuration"`
		At            moment `gorm:"column:at"`
	}
	err = u.all(&tests, `SELECT s.provider_id, s.configuration, max(s.at) AS at FROM sign_in_attempts s WHERE s.provider_id IN (?) AND s.mode = 'test' AND s.accepted
		AND s.as_tester AND s.tester_id = ? GROUP BY s.provider_id, s.configuration`, ids, t.actor.User.ID)
	for _, p := range providers {
		test := models.ProviderTest{Provider: p.Slug, Name: p.Name}
		for _, found := range tests {
			if found.ProviderID == p.ID && bytes.Equal(found.Configuration, p.Fingerprint()) {
				test.At = found.At.Time
			}
		}
		if test.At.After(r.TestedAt) {
			r.TestedAt = test.At
		}
		r.Tests = append(r.Tests, test)
	}
	return r, err
}

// readyProvider is the identity provider that the next step rests on, kept from changing: the one it rests on already when that was tested,
// or the one that was tested last.
func (t Tenant) readyProvider(u *unit, was models.Enforcement) (models.IdentityProvider, error) {
	ready, err := t.readiness(u)
	if err == nil {
		err = ready.Ready(u.now)
	}
	if err != nil {
		return models.IdentityProvider{}, err
	}
	best := slices.MaxFunc(ready.Tests, func(a, b models.ProviderTest) int { return a.At.Compare(b.At) })
	for _, test := range ready.Tests {
		if was.Stage != "" && test.Provider == was.Provider && test.Fresh(u.now) {
			best = test
		}
	}
	provider, err := t.lockedProvider(u, best.Provider)
	if err != nil {
		return models.IdentityProvider{}, err
	}
	// It may have been changed while this one waited.
	if ready, err = t.readiness(u); err != nil {
		return provider, err
	}
	at := slices.IndexFunc(ready.Tests, func(test models.ProviderTest) bool { return test.Provider == provider.Slug })
	if at < 0 || !ready.Tests[at].Fresh(u.now) {
		return provider, models.Refuse(models.Stale, "This identity provider was changed meanwhile. Test it again.")
	}
	return provider, nil
}

// restElsewhere has what is required rest on another identity provider than this one, which is locked. It says whether it rested on this
// one, and the name of the other; without another it goes on resting on this one.
func (u *unit) restElsewhere(provider models.IdentityProvider) (rested bool, other string, err error) {
	// Two that go at the same moment wait for each other here.
	var row enforcementRow
	required, err := u.found(&row, "SELECT r.organization_id, r.provider_id FROM enforcements r WHERE r.organization_id = ?"+u.dialect.forUpdate("r"), provider.OrganizationID)
	if err != nil || !required || row.ProviderID != provider.ID {
		return false, "", err
	}
	var next providerRow
	if known, err := u.found(&next, "SELECT p.id, p.name"+proven, provider.OrganizationID, provider.ID); err != nil || !known {
		return true, "", err
	}
	return true, next.Name, u.do(stmt("UPDATE enforcements SET provider_id = ?, version = version + 1 WHERE organization_id = ?", next.ID, provider.OrganizationID))
}

const enforcementNoted = "required single sign-on" // in an entry about an identity provider

// liftThrough has it rest on another identity provider, or ends it with the one it rests on, and notes that in the entry of what was done to
// the provider.
func (u *unit) liftThrough(provider models.IdentityProvider, e *models.AuditEntry) error {
	rested, other, err := u.restElsewhere(provider)
	if err != nil || !rested {
		return err
	}
	if e.After == nil {
		e.After = map[string]string{}
	}
	if other != "" {
		e.After[enforcementNoted] = "goes on through " + other
		return nil
	}
	e.After[enforcementNoted] = "ended"
	return u.do(stmt("DELETE FROM enforcements WHERE organization_id = ?", provider.OrganizationID))
}

// unproven forgets that the provider was seen to work, because it is not the one that was tested any more. What rests on it rests on another,
// or has to be confirmed anew.
func (u *unit) unproven(provider models.IdentityProvider, e *models.AuditEntry) error {
	if err := u.do(stmt("UPDATE identity_providers SET proven_at = NULL WHERE id = ?", provider.ID)); err != nil {
		return err
	}
	rested, other, err := u.restElsewhere(provider)
	switch {
	case err != nil || !rested:
		return err
	case other != "":
		e.After[enforcementNoted] = "goes on through " + other
		return nil
	}
	within := models.ConfirmWithin()[0]
	e.After[enforcementNoted] = "to be confirmed again within " + minutes(within)
	return u.do(stmt("UPDATE enforcements SET confirmed = '', confirm_by = ?, altered = true, version = version + 1 WHERE organization_id = ?", u.now.Add(within), provider.OrganizationID))
}

// proves remembers that a test by an Administrator passed, when it was one of the configuration that is saved.
func (u *unit) proves(providerID string, configuration []byte) error {
	providers, err := u.providersWhere("p.id = ?", providerID)
	if err != nil || len(providers) == 0 || !bytes.Equal(providers[0].Fingerprint(), configuration) {
		return err
	}
	return u.do(stmt("UPDATE identity_providers SET proven_at = ? WHERE id = ?", u.now, providerID))
}

// confirm confirms the step under way, because the person came in through one of the providers; it has to be an active Administrator. From
// then on it rests on that provider.
func (u *unit) confirm(a *arrived, user userRow, r models.Request) error {
	n, err := u.change(`UPDATE enforcements SET confirmed = stage, confirm_by = NULL, altered = false, provider_id = ?, version = version + 1 WHERE organization_id = ? AND confirm_by > ?
		AND EXISTS (SELECT 1 FROM members m WHERE m.organization_id = enforcements.organization_id AND m.user_id = ? AND m.role = 'administrator' AND NOT m.suspended)`,
		a.ProviderID, a.OrganizationID, u.now, user.ID)
	if err != nil || n == 0 {
		return err
	}
	e := on(entryOf(user.noun(), models.ActionSSOConfirmed, models.BySAML, r), "identity-provider", a.ProviderID, a.ProviderName)
	return u.record([]string{a.OrganizationID}, e)
}

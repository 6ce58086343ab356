package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// BeginTest keeps the authentication request of a test sign-in, which works with an identity provider that is not enabled too. It belongs to
// the actor's session.
func (t Tenant) BeginTest(ctx context.Context, slug string, f models.Flow) error {
	return t.write(ctx, "begin test", authz.SecurityManage, func(u *unit) error {
		provider, err := t.lockedProvider(u, slug)
		if err != nil {
			return err
		}
		f.ProviderID, f.Mode, f.TesterID, f.SessionID = provider.ID, models.FlowTest, t.actor.User.ID, t.actor.SessionID
		return u.begin(f)
	})
}

// rehearsed ends the transaction of a test that passed: what it made is taken back.
type rehearsed struct {
	user  userRow
	trial *models.Trial
}

func (*rehearsed) Error() string { return "store: a test that passed" }

// rehearse does everything that a sign-in does up to the session, so that a test finds what a sign-in would, and returns *rehearsed or
// the refusal.
func (u *unit) rehearse(a *arrived, session []byte, r models.Request) error {
	var began int
	err := u.one(&began, "SELECT count(*) FROM sessions s WHERE s.token_hash = ? AND s.id = ? AND s.user_id = ? AND "+live, session, a.SessionID, a.TesterID, u.now, u.now)
	if err != nil {
		return err
	}
	if began == 0 {
		return refuseSignIn(models.Denied, "This test was begun in another session. Begin it again in this one.", models.CheckBrowser,
			"The test was begun in one session and came back in another.")
	}
	user, err := u.identify(a, r)
	if err != nil {
		return err
	}
	trial, err := u.rehearseMappings(a, user)
	if err != nil {
		return err
	}
	return &rehearsed{user, trial}
}

// tested records what a test found, and uses its result up.
func (s *Store) tested(ctx context.Context, a *arrived, resultHash []byte, found rehearsed, refused *refusedSignIn, r models.Request) (models.Finished, error) {
	user := found.user
	err := s.write(ctx, "finish test", func(u *unit) error {
		if err := u.hold("?", a.OrganizationID); err != nil {
			return err
		}
		// The provider before the result, as those do who take one.
		if _, err := u.found(&providerRow{}, "SELECT p.id FROM identity_providers p WHERE p.id = ?"+u.dialect.forChange("p"), a.ProviderID); err != nil {
			return err
		}
		taken, err := u.change("UPDATE saml_results SET consumed_at = ? WHERE token_hash = ? AND consumed_at IS NULL", u.now, resultHash)
		if err != nil {
			return err
		}
		if taken == 0 {
			return models.Refuse(models.Denied, useAgain)
		}
		at := a.attempt("", "", user.Name, r)
		if refused != nil {
			at = a.attempt(refused.check, refused.cause, a.person(), r)
		}
		at.AsTester = user.ID == string(a.TesterID)
		if refused == nil && at.AsTester {
			if err := u.proves(a.ProviderID, a.identity.Configuration); err != nil {
				return err
			}
		}
		evidence := models.Evidence{ReceivedAt: u.now, NameID: a.identity.NameID, Attributes: a.identity.Received, Trial: found.trial}
		return u.testAttempt(a.OrganizationID, a.ProviderID, at, &evidence, r)
	})
	if err == nil && refused == nil {
		err = fault("finish test", s.sight(ctx, a, user.ID))
	}
	return models.Finished{
		Organization: models.Organization{ID: a.OrganizationID, Slug: a.OrganizationSlug, Name: a.OrganizationName},
		Test:         &models.FinishedTest{Provider: a.ProviderSlug, Reference: r.Reference},
	}, err
}

// testAttempt records a test with its audit entry.
func (u *unit) testAttempt(organizationID, providerID string, at models.Attempt, evidence *models.Evidence, r models.Request) error {
	if err := u.attemptWith(providerID, at, evidence); err != nil {
		return err
	}
	var provider providerRow
	if err := u.one(&provider, "SELECT p.id, p.name FROM identity_providers p WHERE p.id = ?", providerID); err != nil {
		return err
	}
	var tester userRow
	if err := u.one(&tester, "SELECT u.id, u.name, u.email FROM users u WHERE u.id = ?", at.TesterID); err != nil {
		return err
	}
	e := on(entryOf(tester.noun(), models.ActionProviderTested, "", r), "identity-provider", provider.ID, provider.Name)
	e.After = map[string]string{"result": "passed"}
	if !at.Accepted {
		e.After["result"] = "refused: " + at.Check
	}
	return u.record([]string{organizationID}, e)
}

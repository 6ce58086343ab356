package store

import (
	"context"
	"encoding/json"
	"time"

	"gatehouse/models"
)

const attemptColumns = "s.id, s.provider_id, s.at, s.accepted, s.reference, s.check_name, s.cause, s.person, s.ip, s.mode, s.tester_id, s.as_tester, s.configuration, s.drift, s.leaving"

func (r attemptRow) noun() models.Attempt {
	at := models.Attempt{
		ID: r.ID, ProviderID: r.ProviderID, At: r.At.Time, Accepted: r.Accepted, Reference: r.Reference, Check: r.CheckName, Cause: r.Cause, Person: r.Person, IP: r.IP,
		Mode: models.FlowMode(r.Mode), TesterID: string(r.TesterID), AsTester: r.AsTester, Configuration: r.Configuration,
		Leaving: r.Leaving,
	}
	if r.Recording != "" {
		_ = json.Unmarshal([]byte(r.Recording), &at.Recording) // attempt wrote it
	}
	if r.Drift != nil {
		at.Recording.Drift, at.Recording.Drifted = time.Duration(*r.Drift)*time.Second, true
	}
	return at
}

// Attempts returns the newest 50 recorded sign-ins through an identity provider of the organization; none for one of another.
func (t Tenant) Attempts(ctx context.Context, providerID string) ([]models.Attempt, error) {
	id, ok := parseID(providerID)
	if !ok {
		return nil, models.ErrNotFound
	}
	var rows []attemptRow
	err := t.store.read(ctx).all(&rows, "SELECT "+attemptColumns+` FROM identity_providers p JOIN sign_in_attempts s ON s.provider_id = p.id
		WHERE p.organization_id = ? AND p.id = ? ORDER BY s.id DESC LIMIT 50`, t.organization(), id)
	var attempts []models.Attempt
	for _, row := range rows {
		attempts = append(attempts, row.noun())
	}
	return attempts, fault("attempts", err)
}

// Attempt returns the recorded sign-in of a reference number through any identity provider of the organization, or models.ErrNotFound.
func (t Tenant) Attempt(ctx context.Context, reference string) (models.Attempt, error) {
	var row struct {
		Attempt  attemptRow `gorm:"embedded"`
		Provider string     `gorm:"column:provider"`
		Kept     bool       `gorm:"column:kept"`
	}
	u := t.store.read(ctx)
	err := u.one(&row, "SELECT "+attemptColumns+`, s.recording, p.slug AS provider,
		EXISTS (SELECT 1 FROM sign_in_evidence e WHERE e.attempt_id = s.id AND e.answer AND e.expires_at > ?) AS kept
		FROM sign_in_attempts s JOIN identity_providers p ON p.id = s.provider_id
		WHERE s.reference = ? AND p.organization_id = ? ORDER BY s.id DESC LIMIT 1`, u.now, clean(reference, longestText), t.organization())
	at := row.Attempt.noun()
	at.Provider, at.Kept = row.Provider, row.Kept
	return at, fault("attempt", err)
}

// Refusals returns the refused sign-ins through an identity provider whose answers are kept, the newest first.
func (t Tenant) Refusals(ctx context.Context, providerID string) ([]models.Attempt, error) {
	var rows []attemptRow
	u := t.store.read(ctx)
	err := u.all(&rows, "SELECT "+attemptColumns+` FROM sign_in_evidence e JOIN sign_in_attempts s ON s.id = e.attempt_id
		JOIN identity_providers p ON p.id = s.provider_id
		WHERE p.organization_id = ? AND e.provider_id = ? AND e.expires_at > ? AND e.answer ORDER BY e.attempt_id DESC`, t.organization(), providerID, u.now)
	var attempts []models.Attempt
	for _, row := range rows {
		attempts = append(attempts, row.noun())
	}
	return attempts, fault("refusals", err)
}

// Evidence returns what is kept of an attempt of the organization, or models.ErrNotFound. What a test received is for whoever made the
// test alone.
func (t Tenant) Evidence(ctx context.Context, attempt models.Attempt) (models.Evidence, error) {
	var row struct {
		Sealed       []byte `gorm:"column:sealed"`
		ConnectionID string `gorm:"column:connection_id"`
		Mode         string `gorm:"column:mode"`
		TesterID     ref    `gorm:"column:tester_id"`
	}
	u := t.store.read(ctx)
	err := u.one(&row, `SELECT e.sealed, p.connection_id, s.mode, s.tester_id FROM sign_in_evidence e JOIN sign_in_attempts s ON s.id = e.attempt_id
		JOIN identity_providers p ON p.id = e.provider_id WHERE e.attempt_id = ? AND p.organization_id = ? AND e.expires_at > ?`,
		attempt.ID, t.organization(), u.now)
	if err != nil {
		return models.Evidence{}, fault("evidence", err)
	}
	var evidence models.Evidence
	plain, err := u.box.Open(row.Sealed, sealedEvidence(row.ConnectionID, attempt.ID))
	if err == nil {
		err = json.Unmarshal(plain, &evidence)
	}
	if row.Mode == string(models.FlowTest) && string(row.TesterID) != t.actor.User.ID {
		evidence.NameID, evidence.Attributes, evidence.Trial = "", nil, nil
	}
	return evidence, fault("evidence", err)
}

func sealedEvidence(connectionID, attemptID string) string {
	return "sign-in-evidence/" + connectionID + "/" + attemptID
}

// RecordRefusedAttempt records what an address of a connection refused, with the answer of a sign-in when it is to be kept; for
// a connection that does not exist it is models.ErrNotFound. Of a test it says where its result stands.
func (s *Store) RecordRefusedAttempt(ctx context.Context, connectionID string, at models.Attempt, evidence *models.Evidence) (models.Finished, error) {
	var finished models.Finished
	var refusedIn string
	var provider providerRow
	err := s.write(ctx, "record attempt", func(u *unit) error {
		var row struct {
			Provider     providerRow     `gorm:"embedded"`
			Organization organizationRow `gorm:"embedded;embeddedPrefix:o_"`
		}
		err := u.one(&row, `SELECT p.id, p.slug, p.name, o.id AS o_id, o.slug AS o_slug, o.name AS o_name FROM identity_providers p
			JOIN organizations o ON o.id = p.organization_id WHERE p.connection_id = ?`+u.dialect.forKey("o"), clean(connectionID, longestText))
		if err != nil {
			return err
		}
		u.holds(row.Organization.ID)
		at.Accepted, refusedIn = false, row.Organization.ID
		provider = row.Provider
		if at.Mode != models.FlowTest {
			return u.attemptWith(row.Provider.ID, at, evidence)
		}
		finished = models.Finished{
			Organization: row.Organization.noun(), Test: &models.FinishedTest{Provider: row.Provider.Slug, Reference: at.Reference},
		}
		return u.testAttempt(row.Organization.ID, row.Provider.ID, at, evidence, models.Request{IP: at.IP, Reference: at.Reference})
	})
	if err == nil && finished.Test == nil {
		s.Refused(models.TryThrough(refusedIn, provider.ID, provider.Name, at))
	}
	return finished, err
}

// attempt records a sign-in at the moment of the transaction and returns its key. What it says comes from outside, so it is cut to a size.
func (u *unit) attempt(providerID string, at models.Attempt) (string, error) {
	recording, err := json.Marshal(at.Recording)
	if err != nil {
		return "", err
	}
	if at.Mode == "" {
		at.Mode = models.FlowLogin
	}
	row := attemptRow{
		ID: newID(), ProviderID: providerID, At: moment{u.now}, Accepted: at.Accepted, Reference: clean(at.Reference, longestText),
		CheckName: clean(at.Check, longestText), Cause: clean(at.Cause, longestText), Person: clean(at.Person, longestText), IP: clean(at.IP, longestText),
		Mode: string(at.Mode), TesterID: ref(at.TesterID), AsTester: at.AsTester, Configuration: at.Configuration, Recording: string(recording),
		Leaving: at.Leaving,
	}
	if at.Recording.Drifted {
		// As many seconds as the column holds: a message may name any year.
		const most = 1 << 30
		seconds := int(max(-most, min(most, at.Recording.Drift/time.Second)))
		row.Drift = &seconds
	}
	return row.ID, u.insert(&row)
}

// attemptWith records a sign-in with what came with it, in the place of the oldest evidence of the connection.
func (u *unit) attemptWith(providerID string, at models.Attempt, evidence *models.Evidence) error {
	id, err := u.attempt(providerID, at)
	if err != nil || evidence == nil || !evidence.Worth() {
		return err
	}
	plain, err := json.Marshal(evidence)
	if err != nil {
		return err
	}
	var provider providerRow
	if err := u.one(&provider, "SELECT p.connection_id FROM identity_providers p WHERE p.id = ?", providerID); err != nil {
		return err
	}
	keep := models.KeepReceived
	if evidence.Response != "" {
		keep = models.KeepAnswer
	}
	err = u.insert(&evidenceRow{
		AttemptID: id, ProviderID: providerID, Sealed: u.box.Seal(plain, sealedEvidence(provider.ConnectionID, id)),
		Answer: evidence.Response != "", ExpiresAt: moment{u.now.Add(keep)},
	})
	if err != nil {
		return err
	}
	return u.do(stmt(`DELETE FROM sign_in_evidence WHERE provider_id = ? AND attempt_id NOT IN (
		SELECT attempt_id FROM sign_in_evidence WHERE provider_id = ? ORDER BY attempt_id DESC LIMIT ?)`, providerID, providerID, models.KeptEvidence))
}

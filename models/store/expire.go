package store

import (
	"context"
	"time"

	"gatehouse/models"
)

// How long recorded sign-ins through an identity provider are kept, and how many refused ones of each: anybody can make those.
// Of the newest, every check is kept.
const (
	keepAttempts     = 90 * 24 * time.Hour
	mostRefused      = 2000
	recordedAccepted = 50
	recordedRefused  = 200
)

// Sweep deletes what has expired, and tells what was refused. Nothing depends on it: whatever has expired is refused already.
func (s *Store) Sweep(ctx context.Context) error {
	s.sumUpRefused(false)
	if err := s.giveWay(ctx, ""); err != nil {
		return err
	}
	now := s.now()
	// Each by itself: together they would hold many rows while they wait for others.
	for _, expired := range []statement{
		stmt("DELETE FROM ended_sessions WHERE expires_at <= ?", now),
		stmt("DELETE FROM sessions WHERE expires_at <= ? OR idle_expires_at <= ?", now, now),
		stmt("DELETE FROM saml_flows WHERE expires_at <= ? AND NOT EXISTS (SELECT 1 FROM saml_results r WHERE r.relay_state_hash = saml_flows.relay_state_hash AND r.expires_at > ?)", now, now),
		stmt("DELETE FROM saml_results WHERE expires_at <= ?", now),
		stmt("DELETE FROM saml_replays WHERE expires_at <= ?", now),
		stmt("DELETE FROM saml_logouts WHERE expires_at <= ?", now),
		stmt("DELETE FROM audit_exports WHERE created_at <= ?", now.Add(-models.KeepAuditExports)),
		stmt("DELETE FROM password_resets WHERE expires_at <= ?", now),
		stmt("DELETE FROM half_sign_ins WHERE expires_at <= ?", now),
		stmt("DELETE FROM pending_authenticators WHERE expires_at <= ?", now),
		stmt("DELETE FROM passkey_challenges WHERE expires_at <= ?", now),
		stmt("DELETE FROM setup_codes WHERE expires_at <= ?", now),
		stmt("DELETE FROM sign_in_failures WHERE updated_at <= ? AND (locked_until IS NULL OR locked_until <= ?)", now.Add(-failuresForget), now),
		stmt("DELETE FROM sign_in_attempts WHERE at <= ?", now.Add(-keepAttempts)),
		stmt(`DELETE FROM sign_in_attempts WHERE id IN (SELECT id FROM (
				SELECT id, row_number() OVER (PARTITION BY provider_id ORDER BY id DESC) AS place FROM sign_in_attempts WHERE NOT accepted) refused
				WHERE place > ?)`, mostRefused),
		stmt("DELETE FROM break_glass_entries WHERE expires_at <= ?", now),
		stmt("DELETE FROM sign_in_evidence WHERE expires_at <= ?", now),
		stmt(`UPDATE sign_in_attempts SET recording = '' WHERE id IN (SELECT id FROM (
				SELECT id, accepted, row_number() OVER (PARTITION BY provider_id, accepted ORDER BY id DESC) AS place FROM sign_in_attempts WHERE recording <> '') recorded
				WHERE accepted AND place > ? OR NOT accepted AND place > ?)`, recordedAccepted, recordedRefused),
	} {
		if err := s.write(ctx, "sweep", func(u *unit) error { return u.do(expired) }); err != nil {
			return err
		}
	}
	return nil
}

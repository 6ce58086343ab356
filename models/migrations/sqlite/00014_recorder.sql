-- +goose Up
-- A test sign-in belongs to the Administrator who began it, in that session.
ALTER TABLE saml_flows ADD COLUMN tester_id text CONSTRAINT saml_flows_tester_fk REFERENCES users (id);
ALTER TABLE saml_flows ADD COLUMN session_id text;

-- What the flight recorder keeps of a sign-in besides its line. Of a test: whose it was, whether it ended with their own account, and the
-- fingerprint of the configuration that was tested.
ALTER TABLE sign_in_attempts ADD COLUMN mode text NOT NULL DEFAULT 'login' CONSTRAINT sign_in_attempts_mode_ck CHECK (mode IN ('login', 'test'));
ALTER TABLE sign_in_attempts ADD COLUMN tester_id text CONSTRAINT sign_in_attempts_tester_fk REFERENCES users (id);
ALTER TABLE sign_in_attempts ADD COLUMN as_tester boolean NOT NULL DEFAULT false;
ALTER TABLE sign_in_attempts ADD COLUMN configuration blob;
ALTER TABLE sign_in_attempts ADD COLUMN drift integer;
ALTER TABLE sign_in_attempts ADD COLUMN recording text NOT NULL DEFAULT '';
CREATE INDEX sign_in_attempts_reference_ix ON sign_in_attempts (reference);
CREATE INDEX sign_in_attempts_recorded_ix ON sign_in_attempts (provider_id, accepted, id DESC) WHERE recording <> '';

-- A refused answer as it came, or what a test received, sealed and for a short time.
CREATE TABLE sign_in_evidence (
    attempt_id text NOT NULL CONSTRAINT sign_in_evidence_pk PRIMARY KEY CONSTRAINT sign_in_evidence_attempt_fk REFERENCES sign_in_attempts (id) ON DELETE CASCADE,
    provider_id text NOT NULL CONSTRAINT sign_in_evidence_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    sealed blob NOT NULL,
    answer boolean NOT NULL, -- the answer itself is there
    expires_at timestamp NOT NULL
);
CREATE INDEX sign_in_evidence_provider_ix ON sign_in_evidence (provider_id, attempt_id DESC);
CREATE INDEX sign_in_evidence_expires_ix ON sign_in_evidence (expires_at);

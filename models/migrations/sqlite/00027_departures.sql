-- +goose Up
-- A sign-out visits every identity provider that vouched for the session, one after the other. What was under way is forgotten: it waits for ten
-- minutes at most, and the sessions here had ended before.
DROP TABLE saml_logouts;
CREATE TABLE saml_logouts (
    departure_hash blob NOT NULL,
    place integer NOT NULL,
    provider_id text NOT NULL CONSTRAINT saml_logouts_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    sealed blob NOT NULL,
    state text NOT NULL CONSTRAINT saml_logouts_state_ck CHECK (state IN ('waiting', 'asked', 'confirmed', 'refused')),
    relay_state_hash blob CONSTRAINT saml_logouts_relay_state_uq UNIQUE,
    request_id text NOT NULL DEFAULT '',
    expires_at timestamp NOT NULL,
    CONSTRAINT saml_logouts_pk PRIMARY KEY (departure_hash, place)
);
CREATE INDEX saml_logouts_expires_ix ON saml_logouts (expires_at);

-- Refused messages about signing out stand among the recorded sign-ins.
ALTER TABLE sign_in_attempts ADD COLUMN leaving boolean NOT NULL DEFAULT false;

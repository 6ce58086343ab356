-- +goose Up
-- The key of an authenticator app that a session is setting up: the browser shows it, and cannot choose it.
CREATE TABLE pending_authenticators (
    session_id uuid NOT NULL CONSTRAINT pending_authenticators_pk PRIMARY KEY
        CONSTRAINT pending_authenticators_session_fk REFERENCES sessions (id) ON DELETE CASCADE,
    sealed bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX pending_authenticators_expires_ix ON pending_authenticators (expires_at);

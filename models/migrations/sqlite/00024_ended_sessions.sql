-- +goose Up
-- The list of members is filtered by who has a second factor; where few have one they are found without reading everybody.
CREATE INDEX users_second_factor_ix ON users (id) WHERE second_factor_at IS NOT NULL;

-- Sessions that somebody else ended, for as long as they would have lasted: whoever comes with one is told why it opens nothing any more.
CREATE TABLE ended_sessions (
    token_hash blob NOT NULL CONSTRAINT ended_sessions_pk PRIMARY KEY,
    organization_id text NOT NULL CONSTRAINT ended_sessions_organization_fk REFERENCES organizations (id) ON DELETE CASCADE,
    expires_at timestamp NOT NULL
);
CREATE INDEX ended_sessions_expires_ix ON ended_sessions (expires_at);
CREATE INDEX ended_sessions_organization_ix ON ended_sessions (organization_id);

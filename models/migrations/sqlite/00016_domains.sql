-- +goose Up
-- The domains that an organization says are its own. One that is verified belongs to one organization; until then several may claim it.
CREATE TABLE domains (
    id text NOT NULL CONSTRAINT domains_pk PRIMARY KEY,
    organization_id text NOT NULL CONSTRAINT domains_organization_fk REFERENCES organizations (id),
    name text NOT NULL,
    -- What its TXT record has to say. It stands in the public DNS, so it is no secret.
    token text NOT NULL,
    verified_at timestamp,
    -- What the last look found, and since when a verified domain lacks its record.
    outcome text NOT NULL DEFAULT '' CONSTRAINT domains_outcome_ck CHECK (outcome IN ('', 'found', 'missing', 'other', 'unanswered')),
    checked_at timestamp,
    failing_since timestamp,
    next_check_at timestamp,
    created_at timestamp NOT NULL,
    CONSTRAINT domains_name_uq UNIQUE (organization_id, name)
);
CREATE UNIQUE INDEX domains_verified_uq ON domains (name) WHERE verified_at IS NOT NULL;
CREATE INDEX domains_due_ix ON domains (next_check_at) WHERE next_check_at IS NOT NULL;

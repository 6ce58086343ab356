-- +goose Up
-- What became of looking again at the metadata of an identity provider that publishes it at an address: one row for each that has one. A
-- difference that is not taken by itself waits here as a proposal, and a newer look replaces it.
CREATE TABLE metadata_refreshes (
    provider_id uuid CONSTRAINT metadata_refreshes_pk PRIMARY KEY CONSTRAINT metadata_refreshes_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    metadata_url text NOT NULL,
    next_at timestamptz NOT NULL,
    looked_at timestamptz,
    changed_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    problem text NOT NULL DEFAULT '',
    signed boolean NOT NULL DEFAULT false,
    valid_until timestamptz,
    proposal text NOT NULL DEFAULT '',
    proposal_key text NOT NULL DEFAULT '',
    proposed_at timestamptz,
    dismissed_at timestamptz
);
CREATE INDEX metadata_refreshes_next_ix ON metadata_refreshes (next_at);

-- Which notice of a certificate's end was sent: each once for a certificate and a number of days, over all replicas.
CREATE TABLE certificate_notices (
    provider_id uuid NOT NULL CONSTRAINT certificate_notices_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    sha256 bytea NOT NULL,
    days integer NOT NULL CONSTRAINT certificate_notices_days_ck CHECK (days IN (0, 1, 7, 14, 30, 60)),
    at timestamptz NOT NULL,
    CONSTRAINT certificate_notices_pk PRIMARY KEY (provider_id, sha256, days)
);

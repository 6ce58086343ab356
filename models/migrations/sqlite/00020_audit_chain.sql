-- +goose Up
-- Each organization's entries, and those of no organization, are a chain: every entry has a number and a hash over itself and the hash before it.
-- Entries from before have neither until the program that holds the secret key takes them in, when it first starts.
ALTER TABLE audit_entries ADD COLUMN seq bigint;
ALTER TABLE audit_entries ADD COLUMN hash blob;
-- Not unique: who puts in an entry past the program must not keep anybody from signing in. Two of one number are found by verifying.
CREATE INDEX audit_entries_seq_ix ON audit_entries (organization_id, seq);

-- The end of each chain: the row that everybody who records something locks, last of all. mac shows that the program wrote it.
CREATE TABLE audit_chains (
    chain text NOT NULL CONSTRAINT audit_chains_pk PRIMARY KEY,
    organization_id text CONSTRAINT audit_chains_organization_fk REFERENCES organizations (id),
    seq bigint NOT NULL,
    hash blob NOT NULL,
    mac blob NOT NULL
);
CREATE INDEX audit_chains_organization_ix ON audit_chains (organization_id);

-- Signed statements of what the hash was at a number; one of kind cut says that everything up to it was deleted on purpose.
CREATE TABLE audit_checkpoints (
    chain text NOT NULL,
    organization_id text CONSTRAINT audit_checkpoints_organization_fk REFERENCES organizations (id),
    seq bigint NOT NULL,
    kind text NOT NULL CONSTRAINT audit_checkpoints_kind_ck CHECK (kind IN ('seal', 'cut')),
    hash blob NOT NULL,
    at timestamp NOT NULL,
    signature blob NOT NULL,
    CONSTRAINT audit_checkpoints_pk PRIMARY KEY (chain, seq, kind)
);
CREATE INDEX audit_checkpoints_organization_ix ON audit_checkpoints (organization_id);

-- How many days entries are kept; 0: for ever.
ALTER TABLE organizations ADD COLUMN audit_days integer NOT NULL DEFAULT 0;

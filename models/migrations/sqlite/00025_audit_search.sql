-- +goose Up
-- The log is read by its time, so that "since" and "until" are where reading begins and ends; each way to narrow it that people know is an index.
DROP INDEX audit_entries_organization_ix;
DROP INDEX audit_entries_action_ix;
DROP INDEX audit_entries_actor_ix;
DROP INDEX audit_entries_target_ix;
CREATE INDEX audit_entries_organization_ix ON audit_entries (organization_id, at DESC, id DESC);
CREATE INDEX audit_entries_action_ix ON audit_entries (organization_id, action, at DESC, id DESC);
CREATE INDEX audit_entries_actor_ix ON audit_entries (organization_id, actor_id, at DESC, id DESC);
CREATE INDEX audit_entries_target_ix ON audit_entries (organization_id, target_id, at DESC, id DESC);
CREATE INDEX audit_entries_ip_ix ON audit_entries (organization_id, ip, at DESC, id DESC);
CREATE INDEX audit_entries_reference_ix ON audit_entries (organization_id, reference);

-- An export that somebody asked for, and how far its file has come, which any replica can tell. What is in it happened before it was made.
CREATE TABLE audit_exports (
    id text NOT NULL CONSTRAINT audit_exports_pk PRIMARY KEY,
    organization_id text NOT NULL CONSTRAINT audit_exports_organization_fk REFERENCES organizations (id),
    user_id text NOT NULL CONSTRAINT audit_exports_user_fk REFERENCES users (id),
    format text NOT NULL CONSTRAINT audit_exports_format_ck CHECK (format IN ('csv', 'jsonl')),
    query text NOT NULL,
    total bigint NOT NULL,
    written bigint NOT NULL,
    state text NOT NULL CONSTRAINT audit_exports_state_ck CHECK (state IN ('ready', 'running', 'done')),
    created_at timestamp NOT NULL,
    touched_at timestamp NOT NULL
);
CREATE INDEX audit_exports_organization_ix ON audit_exports (organization_id);
CREATE INDEX audit_exports_user_ix ON audit_exports (user_id);
CREATE INDEX audit_exports_created_ix ON audit_exports (created_at);

-- Shows that the program wrote how many days entries are kept: who can write the database must not make it delete the log.
ALTER TABLE organizations ADD COLUMN audit_days_mac blob;

-- +goose Up
-- Since when a member has the role, and who gave it; NULL for the one they joined with.
ALTER TABLE members ADD COLUMN role_changed_at timestamptz;
ALTER TABLE members ADD COLUMN role_changed_by uuid CONSTRAINT members_role_by_fk REFERENCES users (id);
-- What one person did, and what was done to them.
CREATE INDEX audit_entries_actor_ix ON audit_entries (organization_id, actor_id, id DESC);
CREATE INDEX audit_entries_target_ix ON audit_entries (organization_id, target_id, id DESC);

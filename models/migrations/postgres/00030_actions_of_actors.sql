-- +goose Up
-- What somebody did of one kind: a rare action of a busy actor, or a common one of a quiet actor, is read as far as a page goes.
CREATE INDEX audit_entries_actor_action_ix ON audit_entries (organization_id, actor_id, action, at DESC, id DESC);

-- +goose Up
-- When an Administrator last saw by a test that sign-ins through an identity provider work as it is configured. Required single sign-on goes
-- over to such a one when the one that it rests on goes.
ALTER TABLE identity_providers ADD COLUMN proven_at timestamp;
UPDATE identity_providers SET proven_at = (SELECT e.changed_at FROM enforcements e WHERE e.provider_id = identity_providers.id AND e.confirm_by IS NULL);

-- Whether it has to be confirmed again because the identity provider was changed, and not because of a step.
ALTER TABLE enforcements ADD COLUMN altered boolean NOT NULL DEFAULT false;

-- +goose Up
ALTER TABLE invitations ADD COLUMN note text NOT NULL DEFAULT '';
-- When the present link was sent; NULL for what was never sent again.
ALTER TABLE invitations ADD COLUMN sent_at timestamp;
-- Whether the present link went by mail alone, so that it proves the address; else somebody was shown it.
ALTER TABLE invitations ADD COLUMN mailed boolean NOT NULL DEFAULT false;
CREATE INDEX invitations_list_ix ON invitations (organization_id, id) WHERE state = 'pending';
CREATE INDEX invitations_email_ix ON invitations (email_norm) WHERE state = 'pending';

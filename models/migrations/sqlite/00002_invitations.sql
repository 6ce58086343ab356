-- +goose Up
ALTER TABLE invitations ADD COLUMN note text NOT NULL DEFAULT '';
-- When the present link was sent; NULL for what was never sent again.
ALTER TABLE invitations ADD COLUMN sent_at timestamp;
CREATE INDEX invitations_list_ix ON invitations (organization_id, id) WHERE state = 'pending';
CREATE INDEX invitations_email_ix ON invitations (email_norm) WHERE state = 'pending';

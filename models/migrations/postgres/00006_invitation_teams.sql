-- +goose Up
UPDATE invitations SET sent_at = created_at WHERE sent_at IS NULL;
CREATE UNIQUE INDEX invitations_tenant_uq ON invitations (organization_id, id);

-- The teams that somebody is put into by accepting. A team that is deleted leaves the invitations that name it.
CREATE TABLE invitation_teams (
    organization_id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    team_id uuid NOT NULL,
    CONSTRAINT invitation_teams_pk PRIMARY KEY (invitation_id, team_id),
    CONSTRAINT invitation_teams_invitation_fk FOREIGN KEY (organization_id, invitation_id) REFERENCES invitations (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT invitation_teams_team_fk FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX invitation_teams_team_ix ON invitation_teams (team_id);

-- The list of pending ones is sorted by when they were sent or expire.
DROP INDEX invitations_list_ix;
CREATE INDEX invitations_sent_ix ON invitations (organization_id, sent_at, id) WHERE state = 'pending';
CREATE INDEX invitations_expires_ix ON invitations (organization_id, expires_at, id) WHERE state = 'pending';

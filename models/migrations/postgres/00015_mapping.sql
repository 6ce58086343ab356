-- +goose Up
-- Under which attributes a provider says who somebody is; empty: under the names that are tried. attribute_person is what knows a person
-- whose name identifier changes at every sign-in. admits_domains lets people in whom nobody invited, by a domain of the organization.
ALTER TABLE identity_providers ADD COLUMN attribute_person text NOT NULL DEFAULT '';
ALTER TABLE identity_providers ADD COLUMN attribute_email text NOT NULL DEFAULT '';
ALTER TABLE identity_providers ADD COLUMN attribute_first_name text NOT NULL DEFAULT '';
ALTER TABLE identity_providers ADD COLUMN attribute_last_name text NOT NULL DEFAULT '';
ALTER TABLE identity_providers ADD COLUMN attribute_display_name text NOT NULL DEFAULT '';
ALTER TABLE identity_providers ADD COLUMN attribute_groups text NOT NULL DEFAULT '';
ALTER TABLE identity_providers ADD COLUMN admits_domains boolean NOT NULL DEFAULT false;

-- What the people of a group are given at their sign-in: a role, teams, or both. An authoritative one takes it back when they have left the
-- group. It never gives more than its author may give at that moment.
CREATE TABLE group_mappings (
    id uuid CONSTRAINT group_mappings_pk PRIMARY KEY,
    organization_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    group_value text NOT NULL,
    role text CONSTRAINT group_mappings_role_ck CHECK (role IN ('administrator', 'organization_contributor', 'team_contributor', 'organization_user')),
    authoritative boolean NOT NULL,
    author_id uuid NOT NULL CONSTRAINT group_mappings_author_fk REFERENCES users (id),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT group_mappings_group_uq UNIQUE (provider_id, group_value),
    CONSTRAINT group_mappings_tenant_uq UNIQUE (organization_id, id),
    CONSTRAINT group_mappings_provider_fk FOREIGN KEY (organization_id, provider_id) REFERENCES identity_providers (organization_id, id) ON DELETE CASCADE
);
CREATE TABLE group_mapping_teams (
    organization_id uuid NOT NULL,
    mapping_id uuid NOT NULL,
    team_id uuid NOT NULL,
    CONSTRAINT group_mapping_teams_pk PRIMARY KEY (mapping_id, team_id),
    CONSTRAINT group_mapping_teams_mapping_fk FOREIGN KEY (organization_id, mapping_id) REFERENCES group_mappings (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT group_mapping_teams_team_fk FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX group_mapping_teams_team_ix ON group_mapping_teams (team_id);

-- Which mapping gave it; NULL for what people gave. own_role is the role that a member had before one gave them theirs, and falls back to.
-- A mapping that is removed leaves what it gave, as if people had given it.
ALTER TABLE members ADD COLUMN role_mapping_id uuid CONSTRAINT members_role_mapping_fk REFERENCES group_mappings (id) ON DELETE SET NULL;
ALTER TABLE members ADD COLUMN own_role text CONSTRAINT members_own_role_ck CHECK (own_role IN ('administrator', 'organization_contributor', 'team_contributor', 'organization_user'));
ALTER TABLE team_members ADD COLUMN mapping_id uuid CONSTRAINT team_members_mapping_fk REFERENCES group_mappings (id) ON DELETE SET NULL;
CREATE INDEX members_role_mapping_ix ON members (role_mapping_id) WHERE role_mapping_id IS NOT NULL;
CREATE INDEX team_members_mapping_ix ON team_members (mapping_id) WHERE mapping_id IS NOT NULL;

-- Whom a provider vouched for last, and what it said of them, sealed: what a changed mapping would do can then be said before it is saved.
CREATE TABLE identity_provider_sightings (
    provider_id uuid CONSTRAINT identity_provider_sightings_pk PRIMARY KEY CONSTRAINT identity_provider_sightings_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    user_id uuid NOT NULL CONSTRAINT identity_provider_sightings_user_fk REFERENCES users (id),
    at timestamptz NOT NULL,
    sealed bytea NOT NULL
);

-- +goose Up
-- Single sign-on as the only way into an organization, for some of its members or all. A stage that nobody has confirmed by confirm_by gives way
-- to the one that was confirmed before (empty: none), whatever the row still says. It goes with the identity provider that it was tested with.
CREATE TABLE enforcements (
    organization_id uuid CONSTRAINT enforcements_pk PRIMARY KEY CONSTRAINT enforcements_organization_fk REFERENCES organizations (id),
    provider_id uuid NOT NULL CONSTRAINT enforcements_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    stage text NOT NULL CONSTRAINT enforcements_stage_ck CHECK (stage IN ('me', 'chosen', 'everyone')),
    confirmed text NOT NULL DEFAULT '' CONSTRAINT enforcements_confirmed_ck CHECK (confirmed IN ('', 'me', 'chosen', 'everyone')),
    confirm_by timestamptz,
    by_id uuid NOT NULL CONSTRAINT enforcements_by_fk REFERENCES users (id),
    version integer NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL
);

CREATE TABLE enforced_members (
    organization_id uuid NOT NULL CONSTRAINT enforced_members_enforcement_fk REFERENCES enforcements (organization_id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    CONSTRAINT enforced_members_pk PRIMARY KEY (organization_id, user_id),
    CONSTRAINT enforced_members_member_fk FOREIGN KEY (organization_id, user_id) REFERENCES members (organization_id, user_id) ON DELETE CASCADE
);

CREATE TABLE enforced_teams (
    organization_id uuid NOT NULL CONSTRAINT enforced_teams_enforcement_fk REFERENCES enforcements (organization_id) ON DELETE CASCADE,
    team_id uuid NOT NULL CONSTRAINT enforced_teams_team_fk REFERENCES teams (id) ON DELETE CASCADE,
    CONSTRAINT enforced_teams_pk PRIMARY KEY (organization_id, team_id)
);

-- One-time codes by which an Administrator gets in past single sign-on. They go with the membership.
CREATE TABLE break_glass_codes (
    code_hash bytea CONSTRAINT break_glass_codes_pk PRIMARY KEY,
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    tested boolean NOT NULL DEFAULT false, -- used to see that it works, not to get in
    CONSTRAINT break_glass_codes_member_fk FOREIGN KEY (organization_id, user_id) REFERENCES members (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX break_glass_codes_member_ix ON break_glass_codes (organization_id, user_id);

-- Sessions in which such a code was given.
CREATE TABLE break_glass_entries (
    session_id uuid CONSTRAINT break_glass_entries_pk PRIMARY KEY CONSTRAINT break_glass_entries_session_fk REFERENCES sessions (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL CONSTRAINT break_glass_entries_organization_fk REFERENCES organizations (id),
    expires_at timestamptz NOT NULL
);

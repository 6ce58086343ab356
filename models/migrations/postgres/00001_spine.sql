-- +goose Up
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE organizations (
    id uuid CONSTRAINT organizations_pk PRIMARY KEY,
    slug text NOT NULL,
    slug_norm text NOT NULL CONSTRAINT organizations_slug_uq UNIQUE,
    name text NOT NULL,
    password_min_length integer NOT NULL,
    password_max_length integer NOT NULL,
    password_forbid_common boolean NOT NULL,
    password_forbid_personal boolean NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);

CREATE TABLE users (
    id uuid CONSTRAINT users_pk PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    email_norm text NOT NULL CONSTRAINT users_email_uq UNIQUE,
    password_hash text NOT NULL DEFAULT '',
    password_changed_at timestamptz,
    -- Whose Administrator made the link that set the password: it opens that organization alone, until one that came by mail is set.
    password_organization_id uuid CONSTRAINT users_password_organization_fk REFERENCES organizations (id),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);

-- sort_name and search repeat the account's folded name and address, so that one organization's list is one index scan.
CREATE TABLE members (
    organization_id uuid NOT NULL CONSTRAINT members_organization_fk REFERENCES organizations (id),
    user_id uuid NOT NULL CONSTRAINT members_user_fk REFERENCES users (id),
    role text NOT NULL CONSTRAINT members_role_ck CHECK (role IN ('administrator', 'organization_contributor', 'team_contributor', 'organization_user')),
    suspended boolean NOT NULL DEFAULT false,
    source text NOT NULL CONSTRAINT members_source_ck CHECK (source IN ('setup', 'invitation', 'sso')),
    sort_name text NOT NULL COLLATE "C",
    search text NOT NULL,
    joined_at timestamptz NOT NULL,
    last_active_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT members_pk PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX members_user_ix ON members (user_id);
CREATE INDEX members_name_ix ON members (organization_id, sort_name, user_id);
CREATE INDEX members_role_ix ON members (organization_id, role, sort_name, user_id);
CREATE INDEX members_search_ix ON members USING gin (search gin_trgm_ops);

-- Kept by triggers, so that no page counts rows and no code can forget.
CREATE TABLE member_counts (
    organization_id uuid NOT NULL CONSTRAINT member_counts_organization_fk REFERENCES organizations (id),
    role text NOT NULL,
    suspended boolean NOT NULL,
    members integer NOT NULL CONSTRAINT member_counts_ck CHECK (members >= 0),
    CONSTRAINT member_counts_pk PRIMARY KEY (organization_id, role, suspended)
);

CREATE TABLE invitations (
    id uuid CONSTRAINT invitations_pk PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT invitations_organization_fk REFERENCES organizations (id),
    email text NOT NULL,
    email_norm text NOT NULL,
    role text NOT NULL CONSTRAINT invitations_role_ck CHECK (role IN ('administrator', 'organization_contributor', 'team_contributor', 'organization_user')),
    state text NOT NULL CONSTRAINT invitations_state_ck CHECK (state IN ('pending', 'accepted', 'declined', 'cancelled', 'expired')),
    token_hash bytea NOT NULL CONSTRAINT invitations_token_uq UNIQUE,
    invited_by uuid CONSTRAINT invitations_by_fk REFERENCES users (id),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    resolved_at timestamptz
);
CREATE UNIQUE INDEX invitations_pending_uq ON invitations (organization_id, email_norm) WHERE state = 'pending';

CREATE TABLE teams (
    id uuid CONSTRAINT teams_pk PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT teams_organization_fk REFERENCES organizations (id),
    slug text NOT NULL,
    slug_norm text NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    sort_name text NOT NULL COLLATE "C",
    search text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    CONSTRAINT teams_slug_uq UNIQUE (organization_id, slug_norm),
    CONSTRAINT teams_tenant_uq UNIQUE (organization_id, id)
);
CREATE INDEX teams_name_ix ON teams (organization_id, sort_name, id);

CREATE TABLE team_members (
    organization_id uuid NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    added_at timestamptz NOT NULL,
    CONSTRAINT team_members_pk PRIMARY KEY (team_id, user_id),
    CONSTRAINT team_members_team_fk FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id),
    CONSTRAINT team_members_member_fk FOREIGN KEY (organization_id, user_id) REFERENCES members (organization_id, user_id)
);
CREATE INDEX team_members_user_ix ON team_members (organization_id, user_id);

CREATE TABLE apps (
    id uuid CONSTRAINT apps_pk PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT apps_organization_fk REFERENCES organizations (id),
    slug text NOT NULL,
    slug_norm text NOT NULL COLLATE "C",
    description text NOT NULL DEFAULT '',
    visibility text NOT NULL DEFAULT 'private' CONSTRAINT apps_visibility_ck CHECK (visibility IN ('private', 'organization', 'public')),
    search text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_by uuid CONSTRAINT apps_by_fk REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT apps_slug_uq UNIQUE (organization_id, slug_norm),
    CONSTRAINT apps_tenant_uq UNIQUE (organization_id, id)
);

CREATE INDEX apps_visible_ix ON apps (organization_id, slug_norm) WHERE visibility <> 'private';

CREATE TABLE team_apps (
    organization_id uuid NOT NULL,
    team_id uuid NOT NULL,
    app_id uuid NOT NULL,
    added_at timestamptz NOT NULL,
    CONSTRAINT team_apps_pk PRIMARY KEY (team_id, app_id),
    CONSTRAINT team_apps_team_fk FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id),
    CONSTRAINT team_apps_app_fk FOREIGN KEY (organization_id, app_id) REFERENCES apps (organization_id, id)
);
CREATE INDEX team_apps_app_ix ON team_apps (app_id);

CREATE TABLE collaborators (
    app_id uuid NOT NULL CONSTRAINT collaborators_app_fk REFERENCES apps (id),
    user_id uuid NOT NULL CONSTRAINT collaborators_user_fk REFERENCES users (id),
    level text NOT NULL CONSTRAINT collaborators_level_ck CHECK (level IN ('viewer', 'contributor')),
    added_by uuid CONSTRAINT collaborators_by_fk REFERENCES users (id),
    added_at timestamptz NOT NULL,
    CONSTRAINT collaborators_pk PRIMARY KEY (app_id, user_id)
);
CREATE INDEX collaborators_user_ix ON collaborators (user_id);

CREATE TABLE identity_providers (
    id uuid CONSTRAINT identity_providers_pk PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT identity_providers_organization_fk REFERENCES organizations (id),
    slug text NOT NULL,
    slug_norm text NOT NULL,
    name text NOT NULL,
    connection_id text NOT NULL CONSTRAINT identity_providers_connection_uq UNIQUE,
    entity_id text NOT NULL,
    sso_url text NOT NULL,
    sso_binding text NOT NULL CONSTRAINT identity_providers_binding_ck CHECK (sso_binding IN ('redirect', 'post')),
    metadata_url text NOT NULL DEFAULT '',
    metadata_xml text NOT NULL DEFAULT '',
    enabled boolean NOT NULL,
    private_key bytea NOT NULL,
    certificate bytea NOT NULL,
    last_sign_in_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT identity_providers_slug_uq UNIQUE (organization_id, slug_norm),
    CONSTRAINT identity_providers_tenant_uq UNIQUE (organization_id, id)
);

CREATE TABLE identity_provider_certificates (
    provider_id uuid NOT NULL CONSTRAINT identity_provider_certificates_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    sha256 bytea NOT NULL,
    position integer NOT NULL,
    der bytea NOT NULL,
    subject text NOT NULL,
    not_before timestamptz NOT NULL,
    not_after timestamptz NOT NULL,
    last_verified_at timestamptz,
    CONSTRAINT identity_provider_certificates_pk PRIMARY KEY (provider_id, sha256)
);

-- Our values for the next identity provider of an organization, set aside before it is created.
CREATE TABLE identity_provider_reservations (
    organization_id uuid CONSTRAINT identity_provider_reservations_pk PRIMARY KEY CONSTRAINT identity_provider_reservations_organization_fk REFERENCES organizations (id),
    connection_id text NOT NULL CONSTRAINT identity_provider_reservations_connection_uq UNIQUE,
    private_key bytea NOT NULL,
    certificate bytea NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE identity_links (
    id uuid CONSTRAINT identity_links_pk PRIMARY KEY,
    organization_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    name_id text NOT NULL,
    name_id_format text NOT NULL,
    user_id uuid NOT NULL CONSTRAINT identity_links_user_fk REFERENCES users (id),
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    CONSTRAINT identity_links_name_uq UNIQUE (provider_id, name_id),
    CONSTRAINT identity_links_provider_fk FOREIGN KEY (organization_id, provider_id) REFERENCES identity_providers (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX identity_links_user_ix ON identity_links (user_id);

CREATE TABLE saml_flows (
    relay_state_hash bytea CONSTRAINT saml_flows_pk PRIMARY KEY,
    request_id text NOT NULL,
    provider_id uuid NOT NULL CONSTRAINT saml_flows_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    mode text NOT NULL CONSTRAINT saml_flows_mode_ck CHECK (mode IN ('login', 'test', 'link')),
    return_path text NOT NULL,
    browser_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz
);
CREATE INDEX saml_flows_expires_ix ON saml_flows (expires_at);

-- What the assertion consumer service accepted, until the browser fetches it once at /saml/finish.
CREATE TABLE saml_results (
    token_hash bytea CONSTRAINT saml_results_pk PRIMARY KEY,
    relay_state_hash bytea NOT NULL CONSTRAINT saml_results_flow_uq UNIQUE CONSTRAINT saml_results_flow_fk REFERENCES saml_flows (relay_state_hash) ON DELETE CASCADE,
    identity bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz
);

CREATE TABLE saml_replays (
    provider_id uuid NOT NULL CONSTRAINT saml_replays_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    assertion_id text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT saml_replays_pk PRIMARY KEY (provider_id, assertion_id)
);
CREATE INDEX saml_replays_expires_ix ON saml_replays (expires_at);

CREATE TABLE sign_in_attempts (
    id uuid CONSTRAINT sign_in_attempts_pk PRIMARY KEY,
    provider_id uuid NOT NULL CONSTRAINT sign_in_attempts_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    accepted boolean NOT NULL,
    reference text NOT NULL,
    check_name text NOT NULL,
    cause text NOT NULL,
    person text NOT NULL,
    ip text NOT NULL
);
CREATE INDEX sign_in_attempts_provider_ix ON sign_in_attempts (provider_id, id DESC);

CREATE TABLE sessions (
    id uuid CONSTRAINT sessions_pk PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT sessions_token_uq UNIQUE,
    user_id uuid NOT NULL CONSTRAINT sessions_user_fk REFERENCES users (id),
    data text NOT NULL DEFAULT '',
    ip text NOT NULL,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    idle_expires_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user_ix ON sessions (user_id);
CREATE INDEX sessions_expires_ix ON sessions (expires_at);

CREATE TABLE session_authentications (
    session_id uuid NOT NULL CONSTRAINT session_authentications_session_fk REFERENCES sessions (id) ON DELETE CASCADE,
    -- 'account' for the password, the organization's id for SAML: one proof of each.
    opens text NOT NULL,
    method text NOT NULL CONSTRAINT session_authentications_method_ck CHECK (method IN ('password', 'saml')),
    organization_id uuid CONSTRAINT session_authentications_organization_fk REFERENCES organizations (id),
    provider_id uuid CONSTRAINT session_authentications_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    name_id text NOT NULL DEFAULT '',
    session_index text NOT NULL DEFAULT '',
    expires_at timestamptz,
    at timestamptz NOT NULL,
    CONSTRAINT session_authentications_pk PRIMARY KEY (session_id, opens),
    CONSTRAINT session_authentications_saml_ck CHECK ((method = 'password') = (organization_id IS NULL) AND (method = 'password') = (provider_id IS NULL))
);

-- Failed passwords of one account from one source; no row is no failure.
CREATE TABLE sign_in_failures (
    account_hash bytea NOT NULL,
    source text NOT NULL,
    failures integer NOT NULL,
    locked_until timestamptz,
    updated_at timestamptz NOT NULL,
    CONSTRAINT sign_in_failures_pk PRIMARY KEY (account_hash, source)
);

CREATE TABLE password_resets (
    token_hash bytea CONSTRAINT password_resets_pk PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT password_resets_user_fk REFERENCES users (id),
    made_by uuid CONSTRAINT password_resets_by_fk REFERENCES users (id),
    organization_id uuid CONSTRAINT password_resets_organization_fk REFERENCES organizations (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_resets_user_ix ON password_resets (user_id);

CREATE TABLE setup_codes (
    code_hash bytea CONSTRAINT setup_codes_pk PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

-- The body is sealed: it may hold a link that opens an account.
CREATE TABLE outbox (
    id uuid CONSTRAINT outbox_pk PRIMARY KEY,
    sealed bytea NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX outbox_next_ix ON outbox (next_attempt_at);

CREATE TABLE audit_entries (
    id uuid CONSTRAINT audit_entries_pk PRIMARY KEY,
    organization_id uuid CONSTRAINT audit_entries_organization_fk REFERENCES organizations (id),
    at timestamptz NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    actor_email text NOT NULL,
    action text NOT NULL,
    target_type text NOT NULL,
    target_id text NOT NULL,
    target_name text NOT NULL,
    before_values text NOT NULL,
    after_values text NOT NULL,
    method text NOT NULL,
    ip text NOT NULL,
    reference text NOT NULL,
    search text NOT NULL
);
CREATE INDEX audit_entries_organization_ix ON audit_entries (organization_id, id DESC);
CREATE INDEX audit_entries_action_ix ON audit_entries (organization_id, action, id DESC);

-- +goose StatementBegin
CREATE FUNCTION count_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO member_counts (organization_id, role, suspended, members)
        SELECT organization_id, role, suspended, count(*) FROM added GROUP BY 1, 2, 3
        ON CONFLICT (organization_id, role, suspended) DO UPDATE SET members = member_counts.members + excluded.members;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE member_counts c SET members = c.members - r.n
        FROM (SELECT organization_id, role, suspended, count(*) AS n FROM removed GROUP BY 1, 2, 3) r
        WHERE c.organization_id = r.organization_id AND c.role = r.role AND c.suspended = r.suspended;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER members_added AFTER INSERT ON members REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_members();
CREATE TRIGGER members_removed AFTER DELETE ON members REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_members();

-- +goose StatementBegin
CREATE FUNCTION recount_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE member_counts SET members = members - 1
    WHERE organization_id = OLD.organization_id AND role = OLD.role AND suspended = OLD.suspended;
    INSERT INTO member_counts (organization_id, role, suspended, members)
    VALUES (NEW.organization_id, NEW.role, NEW.suspended, 1)
    ON CONFLICT (organization_id, role, suspended) DO UPDATE SET members = member_counts.members + 1;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER members_changed AFTER UPDATE OF role, suspended ON members FOR EACH ROW
    WHEN (OLD.role <> NEW.role OR OLD.suspended <> NEW.suspended) EXECUTE FUNCTION recount_member();

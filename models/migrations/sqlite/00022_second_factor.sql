-- +goose Up
-- Since when an account has a second factor; kept where factors come and go, because a list of members shows and filters it.
ALTER TABLE users ADD COLUMN second_factor_at timestamp;
ALTER TABLE organizations ADD COLUMN second_factor_required boolean NOT NULL DEFAULT false;

-- An authenticator app (RFC 6238), one an account. A code counts for one time step, and none counts that is not later than the last one.
CREATE TABLE authenticators (
    user_id text NOT NULL CONSTRAINT authenticators_pk PRIMARY KEY CONSTRAINT authenticators_user_fk REFERENCES users (id),
    sealed blob NOT NULL,
    last_step integer NOT NULL,
    created_at timestamp NOT NULL,
    last_used_at timestamp
);

-- A code that was used is gone.
CREATE TABLE recovery_codes (
    user_id text NOT NULL CONSTRAINT recovery_codes_user_fk REFERENCES users (id),
    code_hash blob NOT NULL,
    created_at timestamp NOT NULL,
    CONSTRAINT recovery_codes_pk PRIMARY KEY (user_id, code_hash)
);

-- The credential is what the library keeps of it, as JSON: public values only.
CREATE TABLE passkeys (
    id text NOT NULL CONSTRAINT passkeys_pk PRIMARY KEY,
    user_id text NOT NULL CONSTRAINT passkeys_user_fk REFERENCES users (id),
    credential_id blob NOT NULL CONSTRAINT passkeys_credential_uq UNIQUE,
    credential text NOT NULL,
    name text NOT NULL,
    -- When its counter went backwards, which a copy of it explains.
    cloned_at timestamp,
    created_at timestamp NOT NULL,
    last_used_at timestamp
);
CREATE INDEX passkeys_user_ix ON passkeys (user_id, id);

-- A question that a browser was asked and has not answered yet; it is asked once, of whoever holds the token or the session.
CREATE TABLE passkey_challenges (
    holder blob NOT NULL,
    purpose text NOT NULL CONSTRAINT passkey_challenges_purpose_ck CHECK (purpose IN ('register', 'sign-in', 'factor', 'confirm')),
    challenge text NOT NULL,
    expires_at timestamp NOT NULL,
    CONSTRAINT passkey_challenges_pk PRIMARY KEY (holder, purpose)
);
CREATE INDEX passkey_challenges_expires_ix ON passkey_challenges (expires_at);

-- Sign-ins whose password was right and whose second factor is still to come. They open nothing.
CREATE TABLE half_sign_ins (
    token_hash blob NOT NULL CONSTRAINT half_sign_ins_pk PRIMARY KEY,
    user_id text NOT NULL CONSTRAINT half_sign_ins_user_fk REFERENCES users (id),
    -- Whose break-glass code was given as well.
    glass_organization_id text CONSTRAINT half_sign_ins_organization_fk REFERENCES organizations (id) ON DELETE CASCADE,
    expires_at timestamp NOT NULL
);
CREATE INDEX half_sign_ins_user_ix ON half_sign_ins (user_id);

-- A check cannot be changed in place here.
CREATE TABLE session_authentications_next (
    session_id text NOT NULL CONSTRAINT session_authentications_session_fk REFERENCES sessions (id) ON DELETE CASCADE,
    -- 'account' for the account's own password or passkey, the organization's id for SAML: one proof of each.
    opens text NOT NULL,
    method text NOT NULL CONSTRAINT session_authentications_method_ck CHECK (method IN ('password', 'passkey', 'saml')),
    organization_id text CONSTRAINT session_authentications_organization_fk REFERENCES organizations (id),
    provider_id text CONSTRAINT session_authentications_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    name_id text NOT NULL DEFAULT '',
    session_index text NOT NULL DEFAULT '',
    expires_at timestamp,
    at timestamp NOT NULL,
    name_id_format text NOT NULL DEFAULT '',
    name_qualifier text NOT NULL DEFAULT '',
    sp_name_qualifier text NOT NULL DEFAULT '',
    factor text NOT NULL DEFAULT '' CONSTRAINT session_authentications_factor_ck CHECK (factor IN ('', 'authenticator', 'recovery-code', 'passkey')),
    CONSTRAINT session_authentications_pk PRIMARY KEY (session_id, opens),
    CONSTRAINT session_authentications_saml_ck CHECK ((method <> 'saml') = (organization_id IS NULL) AND (method <> 'saml') = (provider_id IS NULL))
);
INSERT INTO session_authentications_next (session_id, opens, method, organization_id, provider_id, name_id, session_index, expires_at, at, name_id_format, name_qualifier, sp_name_qualifier)
SELECT session_id, opens, method, organization_id, provider_id, name_id, session_index, expires_at, at, name_id_format, name_qualifier, sp_name_qualifier FROM session_authentications;
DROP TABLE session_authentications;
ALTER TABLE session_authentications_next RENAME TO session_authentications;
CREATE INDEX session_authentications_name_ix ON session_authentications (provider_id, name_id);

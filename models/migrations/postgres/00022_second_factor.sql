-- +goose Up
-- Since when an account has a second factor; kept where factors come and go, because a list of members shows and filters it.
ALTER TABLE users ADD COLUMN second_factor_at timestamptz;
ALTER TABLE organizations ADD COLUMN second_factor_required boolean NOT NULL DEFAULT false;

-- An authenticator app (RFC 6238), one an account. A code counts for one time step, and none counts that is not later than the last one.
CREATE TABLE authenticators (
    user_id uuid NOT NULL CONSTRAINT authenticators_pk PRIMARY KEY CONSTRAINT authenticators_user_fk REFERENCES users (id),
    sealed bytea NOT NULL,
    last_step integer NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz
);

-- A code that was used is gone.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL CONSTRAINT recovery_codes_user_fk REFERENCES users (id),
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT recovery_codes_pk PRIMARY KEY (user_id, code_hash)
);

-- The credential is what the library keeps of it, as JSON: public values only.
CREATE TABLE passkeys (
    id uuid NOT NULL CONSTRAINT passkeys_pk PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT passkeys_user_fk REFERENCES users (id),
    credential_id bytea NOT NULL CONSTRAINT passkeys_credential_uq UNIQUE,
    credential text NOT NULL,
    name text NOT NULL,
    -- When its counter went backwards, which a copy of it explains.
    cloned_at timestamptz,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz
);
CREATE INDEX passkeys_user_ix ON passkeys (user_id, id);

-- A question that a browser was asked and has not answered yet; it is asked once, of whoever holds the token or the session.
CREATE TABLE passkey_challenges (
    holder bytea NOT NULL,
    purpose text NOT NULL CONSTRAINT passkey_challenges_purpose_ck CHECK (purpose IN ('register', 'sign-in', 'factor', 'confirm')),
    challenge text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT passkey_challenges_pk PRIMARY KEY (holder, purpose)
);
CREATE INDEX passkey_challenges_expires_ix ON passkey_challenges (expires_at);

-- Sign-ins whose password was right and whose second factor is still to come. They open nothing.
CREATE TABLE half_sign_ins (
    token_hash bytea NOT NULL CONSTRAINT half_sign_ins_pk PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT half_sign_ins_user_fk REFERENCES users (id),
    -- Whose break-glass code was given as well.
    glass_organization_id uuid CONSTRAINT half_sign_ins_organization_fk REFERENCES organizations (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX half_sign_ins_user_ix ON half_sign_ins (user_id);

ALTER TABLE session_authentications ADD COLUMN factor text NOT NULL DEFAULT ''
    CONSTRAINT session_authentications_factor_ck CHECK (factor IN ('', 'authenticator', 'recovery-code', 'passkey'));
ALTER TABLE session_authentications DROP CONSTRAINT session_authentications_method_ck;
ALTER TABLE session_authentications ADD CONSTRAINT session_authentications_method_ck CHECK (method IN ('password', 'passkey', 'saml'));
ALTER TABLE session_authentications DROP CONSTRAINT session_authentications_saml_ck;
ALTER TABLE session_authentications ADD CONSTRAINT session_authentications_saml_ck
    CHECK ((method <> 'saml') = (organization_id IS NULL) AND (method <> 'saml') = (provider_id IS NULL));

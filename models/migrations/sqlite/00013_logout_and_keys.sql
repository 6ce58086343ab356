-- +goose Up
-- Single logout, our keys while they change over, and sign-ins that begin at the identity provider.
ALTER TABLE identity_providers ADD COLUMN slo_url text NOT NULL DEFAULT '';
ALTER TABLE identity_providers ADD COLUMN slo_response_url text NOT NULL DEFAULT '';
ALTER TABLE identity_providers ADD COLUMN slo_binding text NOT NULL DEFAULT 'redirect' CONSTRAINT identity_providers_slo_binding_ck CHECK (slo_binding IN ('redirect', 'post'));
ALTER TABLE identity_providers ADD COLUMN idp_initiated boolean NOT NULL DEFAULT false;
ALTER TABLE identity_providers ADD COLUMN next_private_key blob;
ALTER TABLE identity_providers ADD COLUMN next_certificate blob CONSTRAINT identity_providers_next_ck CHECK ((next_private_key IS NULL) = (next_certificate IS NULL));
ALTER TABLE identity_providers ADD COLUMN previous_private_key blob;
ALTER TABLE identity_providers ADD COLUMN previous_certificate blob CONSTRAINT identity_providers_previous_ck CHECK ((previous_private_key IS NULL) = (previous_certificate IS NULL));

-- A logout request has to name the person exactly as the assertion did.
ALTER TABLE session_authentications ADD COLUMN name_id_format text NOT NULL DEFAULT '';
ALTER TABLE session_authentications ADD COLUMN name_qualifier text NOT NULL DEFAULT '';
ALTER TABLE session_authentications ADD COLUMN sp_name_qualifier text NOT NULL DEFAULT '';
CREATE INDEX session_authentications_name_ix ON session_authentications (provider_id, name_id);

-- Logout requests of ours that wait for their answer.
CREATE TABLE saml_logouts (
    relay_state_hash blob NOT NULL CONSTRAINT saml_logouts_pk PRIMARY KEY,
    request_id text NOT NULL,
    provider_id text NOT NULL CONSTRAINT saml_logouts_provider_fk REFERENCES identity_providers (id) ON DELETE CASCADE,
    expires_at timestamp NOT NULL
);
CREATE INDEX saml_logouts_expires_ix ON saml_logouts (expires_at);

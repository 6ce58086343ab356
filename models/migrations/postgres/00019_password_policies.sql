-- +goose Up
-- The rest of an organization's rules for passwords. What forbade both of two things is two rules now.
ALTER TABLE organizations ADD COLUMN password_forbid_patterns boolean NOT NULL DEFAULT true;
ALTER TABLE organizations ADD COLUMN password_forbid_address boolean NOT NULL DEFAULT true;
ALTER TABLE organizations ADD COLUMN password_forbid_confusing boolean NOT NULL DEFAULT false;
ALTER TABLE organizations ADD COLUMN password_forbid_overlap boolean NOT NULL DEFAULT false;
ALTER TABLE organizations ADD COLUMN password_upper integer NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN password_lower integer NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN password_digits integer NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN password_special integer NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN password_history integer NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN password_lifetime_days integer NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN password_lock_after integer NOT NULL DEFAULT 5;
ALTER TABLE organizations ADD COLUMN password_lock_minutes integer NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN password_policy_version integer NOT NULL DEFAULT 1;
UPDATE organizations SET password_forbid_patterns = password_forbid_common, password_forbid_address = password_forbid_personal;

-- Set at a sign-in whose password does not meet the rules any more, and cleared by a new one: until then nothing else opens.
ALTER TABLE users ADD COLUMN password_due boolean NOT NULL DEFAULT false;

-- Former passwords, as many as the strictest organization of the account wants remembered, and none where none does.
CREATE TABLE former_passwords (
    id uuid CONSTRAINT former_passwords_pk PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT former_passwords_user_fk REFERENCES users (id) ON DELETE CASCADE,
    password_hash text NOT NULL
);
CREATE INDEX former_passwords_user_ix ON former_passwords (user_id, id DESC);

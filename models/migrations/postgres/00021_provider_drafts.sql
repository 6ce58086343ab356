-- +goose Up
-- An identity provider that is being set up step by step is a draft until it is first enabled. How far it has come follows from what it has.
ALTER TABLE identity_providers ADD COLUMN product text NOT NULL DEFAULT '';
ALTER TABLE identity_providers ADD COLUMN draft boolean NOT NULL DEFAULT false;

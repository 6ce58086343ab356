-- +goose Up
-- The list of an organization's sessions is filtered by how people came in; where few came so they are found without reading everybody's.
CREATE INDEX session_authentications_method_ix ON session_authentications (method, factor);
-- And so is the list of members by who has no second factor, where few have none.
CREATE INDEX users_no_second_factor_ix ON users (id) WHERE second_factor_at IS NULL;

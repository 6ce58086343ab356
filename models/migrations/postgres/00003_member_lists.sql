-- +goose Up
-- What a member is exactly one of comes first, then an order: a list that is filtered by any of it reads the ranges of the combinations
-- that fit, each as far as the page goes. The first index is in the order of roles as well.
CREATE INDEX members_facet_name_ix ON members (organization_id, suspended, source, role, sort_name, user_id);
CREATE INDEX members_facet_joined_ix ON members (organization_id, suspended, source, role, joined_at, user_id);
-- Who was never active comes before everybody else.
CREATE INDEX members_facet_active_ix ON members (organization_id, suspended, source, role, coalesce(last_active_at, '0001-01-01 00:00:00+00:00'), user_id);

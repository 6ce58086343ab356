-- +goose Up
-- The account's name as it is searched, folded by the program: an app's collaborators need not be members of any organization.
ALTER TABLE users ADD COLUMN name_norm text NOT NULL DEFAULT '';
UPDATE users SET name_norm = coalesce((SELECT m.sort_name FROM members m WHERE m.user_id = users.id LIMIT 1), lower(name));

-- +goose Up
-- Each text has a version of its own: who edits the notes does not run into who edits the description.
ALTER TABLE apps ADD COLUMN description_version integer NOT NULL DEFAULT 1;
ALTER TABLE apps ADD COLUMN notes text NOT NULL DEFAULT '';
ALTER TABLE apps ADD COLUMN notes_version integer NOT NULL DEFAULT 1;
ALTER TABLE apps ADD COLUMN notes_edited_at timestamp;
ALTER TABLE apps ADD COLUMN notes_edited_by text CONSTRAINT apps_notes_by_fk REFERENCES users (id);
ALTER TABLE apps ADD COLUMN visibility_changed_at timestamp;
ALTER TABLE apps ADD COLUMN visibility_changed_by text CONSTRAINT apps_visibility_by_fk REFERENCES users (id);
-- One of the built-in workflows.
ALTER TABLE apps ADD COLUMN base_workflow text NOT NULL DEFAULT 'universal' CONSTRAINT apps_base_workflow_ck CHECK (base_workflow IN ('universal', 'text', 'empty'));

-- The list of apps is read in the order of either column, for each visibility by itself.
DROP INDEX apps_visible_ix;
CREATE INDEX apps_visibility_ix ON apps (organization_id, visibility, slug_norm, id);
CREATE INDEX apps_updated_ix ON apps (organization_id, updated_at, id);
CREATE INDEX apps_visibility_updated_ix ON apps (organization_id, visibility, updated_at, id);
CREATE INDEX collaborators_added_ix ON collaborators (app_id, added_at, user_id);

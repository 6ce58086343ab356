-- +goose Up
-- Who added them, for the page that says why somebody may; NULL for what was there before anybody could.
ALTER TABLE team_members ADD COLUMN added_by text CONSTRAINT team_members_by_fk REFERENCES users (id);
ALTER TABLE team_apps ADD COLUMN added_by text CONSTRAINT team_apps_by_fk REFERENCES users (id);

-- What a team's lists are sorted by repeats the member's and the app's own, so that a page of a large team is one index scan. Triggers keep
-- them, and the numbers of a team, so that no page counts rows and no code can forget.
ALTER TABLE team_members ADD COLUMN sort_name text NOT NULL DEFAULT '';
ALTER TABLE team_apps ADD COLUMN slug_norm text NOT NULL DEFAULT '';
ALTER TABLE teams ADD COLUMN members integer NOT NULL DEFAULT 0 CONSTRAINT teams_members_ck CHECK (members >= 0);
ALTER TABLE teams ADD COLUMN apps integer NOT NULL DEFAULT 0 CONSTRAINT teams_apps_ck CHECK (apps >= 0);

UPDATE team_members SET sort_name = (SELECT m.sort_name FROM members m WHERE m.organization_id = team_members.organization_id AND m.user_id = team_members.user_id);
UPDATE team_apps SET slug_norm = (SELECT a.slug_norm FROM apps a WHERE a.id = team_apps.app_id);
UPDATE teams SET members = (SELECT count(*) FROM team_members tm WHERE tm.team_id = teams.id), apps = (SELECT count(*) FROM team_apps ta WHERE ta.team_id = teams.id);

CREATE INDEX team_members_name_ix ON team_members (team_id, sort_name, user_id);
CREATE INDEX team_apps_slug_ix ON team_apps (team_id, slug_norm, app_id);

-- +goose StatementBegin
CREATE TRIGGER team_members_named AFTER INSERT ON team_members
BEGIN
    UPDATE team_members SET sort_name = coalesce((SELECT m.sort_name FROM members m WHERE m.organization_id = NEW.organization_id AND m.user_id = NEW.user_id), '')
    WHERE team_id = NEW.team_id AND user_id = NEW.user_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER members_renamed AFTER UPDATE OF sort_name ON members
WHEN OLD.sort_name <> NEW.sort_name
BEGIN
    UPDATE team_members SET sort_name = NEW.sort_name WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER team_apps_named AFTER INSERT ON team_apps
BEGIN
    UPDATE team_apps SET slug_norm = coalesce((SELECT a.slug_norm FROM apps a WHERE a.id = NEW.app_id), '')
    WHERE team_id = NEW.team_id AND app_id = NEW.app_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER apps_renamed AFTER UPDATE OF slug_norm ON apps
WHEN OLD.slug_norm <> NEW.slug_norm
BEGIN
    UPDATE team_apps SET slug_norm = NEW.slug_norm WHERE app_id = NEW.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER team_members_added AFTER INSERT ON team_members
BEGIN
    UPDATE teams SET members = members + 1 WHERE id = NEW.team_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER team_members_removed AFTER DELETE ON team_members
BEGIN
    UPDATE teams SET members = members - 1 WHERE id = OLD.team_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER team_apps_added AFTER INSERT ON team_apps
BEGIN
    UPDATE teams SET apps = apps + 1 WHERE id = NEW.team_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER team_apps_removed AFTER DELETE ON team_apps
BEGIN
    UPDATE teams SET apps = apps - 1 WHERE id = OLD.team_id;
END;
-- +goose StatementEnd

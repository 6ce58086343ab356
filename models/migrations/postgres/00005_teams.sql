-- +goose Up
-- Who added them, for the page that says why somebody may; NULL for what was there before anybody could.
ALTER TABLE team_members ADD COLUMN added_by uuid CONSTRAINT team_members_by_fk REFERENCES users (id);
ALTER TABLE team_apps ADD COLUMN added_by uuid CONSTRAINT team_apps_by_fk REFERENCES users (id);

-- What a team's lists are sorted by repeats the member's and the app's own, so that a page of a large team is one index scan. Triggers keep
-- them, and the numbers of a team, so that no page counts rows and no code can forget.
ALTER TABLE team_members ADD COLUMN sort_name text NOT NULL DEFAULT '' COLLATE "C";
ALTER TABLE team_apps ADD COLUMN slug_norm text NOT NULL DEFAULT '' COLLATE "C";
ALTER TABLE teams ADD COLUMN members integer NOT NULL DEFAULT 0 CONSTRAINT teams_members_ck CHECK (members >= 0);
ALTER TABLE teams ADD COLUMN apps integer NOT NULL DEFAULT 0 CONSTRAINT teams_apps_ck CHECK (apps >= 0);

UPDATE team_members tm SET sort_name = m.sort_name FROM members m WHERE m.organization_id = tm.organization_id AND m.user_id = tm.user_id;
UPDATE team_apps ta SET slug_norm = a.slug_norm FROM apps a WHERE a.id = ta.app_id;
UPDATE teams t SET members = (SELECT count(*) FROM team_members tm WHERE tm.team_id = t.id), apps = (SELECT count(*) FROM team_apps ta WHERE ta.team_id = t.id);

CREATE INDEX team_members_name_ix ON team_members (team_id, sort_name, user_id);
CREATE INDEX team_apps_slug_ix ON team_apps (team_id, slug_norm, app_id);

-- +goose StatementBegin
CREATE FUNCTION name_team_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sort_name := coalesce((SELECT m.sort_name FROM members m WHERE m.organization_id = NEW.organization_id AND m.user_id = NEW.user_id), '');
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER team_members_named BEFORE INSERT ON team_members FOR EACH ROW EXECUTE FUNCTION name_team_member();

-- +goose StatementBegin
CREATE FUNCTION rename_team_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE team_members SET sort_name = NEW.sort_name WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER members_renamed AFTER UPDATE OF sort_name ON members FOR EACH ROW
    WHEN (OLD.sort_name <> NEW.sort_name) EXECUTE FUNCTION rename_team_member();

-- +goose StatementBegin
CREATE FUNCTION name_team_app() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.slug_norm := coalesce((SELECT a.slug_norm FROM apps a WHERE a.id = NEW.app_id), '');
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER team_apps_named BEFORE INSERT ON team_apps FOR EACH ROW EXECUTE FUNCTION name_team_app();

-- +goose StatementBegin
CREATE FUNCTION rename_team_app() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE team_apps SET slug_norm = NEW.slug_norm WHERE app_id = NEW.id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER apps_renamed AFTER UPDATE OF slug_norm ON apps FOR EACH ROW
    WHEN (OLD.slug_norm <> NEW.slug_norm) EXECUTE FUNCTION rename_team_app();

-- Teams are locked in the order of their keys, or two that change the same teams could wait for each other.
-- +goose StatementBegin
CREATE FUNCTION count_team_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM teams WHERE id IN (SELECT team_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
    UPDATE teams t SET members = t.members + CASE TG_OP WHEN 'INSERT' THEN r.n ELSE -r.n END
    FROM (SELECT team_id, count(*) AS n FROM changed GROUP BY 1) r WHERE t.id = r.team_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER team_members_added AFTER INSERT ON team_members REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_team_members();
CREATE TRIGGER team_members_removed AFTER DELETE ON team_members REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_team_members();

-- +goose StatementBegin
CREATE FUNCTION count_team_apps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM teams WHERE id IN (SELECT team_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
    UPDATE teams t SET apps = t.apps + CASE TG_OP WHEN 'INSERT' THEN r.n ELSE -r.n END
    FROM (SELECT team_id, count(*) AS n FROM changed GROUP BY 1) r WHERE t.id = r.team_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER team_apps_added AFTER INSERT ON team_apps REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_team_apps();
CREATE TRIGGER team_apps_removed AFTER DELETE ON team_apps REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_team_apps();

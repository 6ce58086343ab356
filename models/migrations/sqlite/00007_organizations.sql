-- +goose Up
-- How many teams and apps an organization has, kept by triggers like its members: counting 10,000 apps costs more than the page that says it.
CREATE TABLE organization_counts (
    organization_id text NOT NULL CONSTRAINT organization_counts_organization_fk REFERENCES organizations (id),
    what text NOT NULL CONSTRAINT organization_counts_what_ck CHECK (what IN ('teams', 'apps')),
    n integer NOT NULL CONSTRAINT organization_counts_ck CHECK (n >= 0),
    CONSTRAINT organization_counts_pk PRIMARY KEY (organization_id, what)
);
INSERT INTO organization_counts (organization_id, what, n) SELECT organization_id, 'teams', count(*) FROM teams GROUP BY 1;
INSERT INTO organization_counts (organization_id, what, n) SELECT organization_id, 'apps', count(*) FROM apps GROUP BY 1;

-- +goose StatementBegin
CREATE TRIGGER teams_counted AFTER INSERT ON teams
BEGIN
    INSERT INTO organization_counts (organization_id, what, n) VALUES (NEW.organization_id, 'teams', 1)
    ON CONFLICT (organization_id, what) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER teams_uncounted AFTER DELETE ON teams
BEGIN
    UPDATE organization_counts SET n = n - 1 WHERE organization_id = OLD.organization_id AND what = 'teams';
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER apps_counted AFTER INSERT ON apps
BEGIN
    INSERT INTO organization_counts (organization_id, what, n) VALUES (NEW.organization_id, 'apps', 1)
    ON CONFLICT (organization_id, what) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER apps_uncounted AFTER DELETE ON apps
BEGIN
    UPDATE organization_counts SET n = n - 1 WHERE organization_id = OLD.organization_id AND what = 'apps';
END;
-- +goose StatementEnd

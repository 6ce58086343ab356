-- +goose Up
-- How many teams and apps an organization has, kept by triggers like its members: counting 10,000 apps costs more than the page that says it.
CREATE TABLE organization_counts (
    organization_id uuid NOT NULL CONSTRAINT organization_counts_organization_fk REFERENCES organizations (id),
    what text NOT NULL CONSTRAINT organization_counts_what_ck CHECK (what IN ('teams', 'apps')),
    n integer NOT NULL CONSTRAINT organization_counts_ck CHECK (n >= 0),
    CONSTRAINT organization_counts_pk PRIMARY KEY (organization_id, what)
);
INSERT INTO organization_counts (organization_id, what, n) SELECT organization_id, 'teams', count(*) FROM teams GROUP BY 1;
INSERT INTO organization_counts (organization_id, what, n) SELECT organization_id, 'apps', count(*) FROM apps GROUP BY 1;

-- +goose StatementBegin
CREATE FUNCTION count_in_organization() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO organization_counts (organization_id, what, n) SELECT organization_id, TG_TABLE_NAME, count(*) FROM changed GROUP BY 1 ORDER BY 1
        ON CONFLICT (organization_id, what) DO UPDATE SET n = organization_counts.n + excluded.n;
    ELSE
        UPDATE organization_counts c SET n = c.n - r.n FROM (SELECT organization_id, count(*) AS n FROM changed GROUP BY 1) r
        WHERE c.organization_id = r.organization_id AND c.what = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER teams_counted AFTER INSERT ON teams REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_in_organization();
CREATE TRIGGER teams_uncounted AFTER DELETE ON teams REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_in_organization();
CREATE TRIGGER apps_counted AFTER INSERT ON apps REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_in_organization();
CREATE TRIGGER apps_uncounted AFTER DELETE ON apps REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_in_organization();

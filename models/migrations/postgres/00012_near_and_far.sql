-- +goose Up
-- Whether somebody shares a team is asked of one person after the other: the index answers it alone.
DROP INDEX team_members_user_ix;
CREATE INDEX team_members_user_ix ON team_members (organization_id, user_id, team_id);

-- A search that finds little asks the index instead of reading every app.
CREATE INDEX apps_search_ix ON apps USING gin (search gin_trgm_ops);

-- Members over time are drawn by month, so who came and who left is counted by month: the page of an organization in which somebody joins
-- every day reads no more than that of a small one.
CREATE TEMPORARY TABLE by_month ON COMMIT DROP AS
SELECT organization_id, kind, substr(day, 1, 7) || '-01' AS day, sum(n) AS n FROM daily_counts WHERE kind IN ('member.joined', 'member.left') GROUP BY 1, 2, 3;
DELETE FROM daily_counts WHERE kind IN ('member.joined', 'member.left');
INSERT INTO daily_counts (organization_id, kind, day, slot, n) SELECT organization_id, kind, day, 0, n FROM by_month;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION count_comings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n)
    SELECT organization_id, 'member.joined', to_char(joined_at AT TIME ZONE 'UTC', 'YYYY-MM-01'), 0, count(*) FROM added GROUP BY 1, 3 ORDER BY 1, 3
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = daily_counts.n + excluded.n;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION count_goings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n)
    SELECT organization_id, 'member.left', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-01'), 0, count(*) FROM removed GROUP BY 1, 3 ORDER BY 1
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = daily_counts.n + excluded.n;
    RETURN NULL;
END $$;
-- +goose StatementEnd

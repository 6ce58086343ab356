-- +goose Up
-- Whether somebody shares a team is asked of one person after the other: the index answers it alone.
DROP INDEX team_members_user_ix;
CREATE INDEX team_members_user_ix ON team_members (organization_id, user_id, team_id);

-- Members over time are drawn by month, so who came and who left is counted by month: the page of an organization in which somebody joins
-- every day reads no more than that of a small one.
CREATE TEMPORARY TABLE by_month AS
SELECT organization_id, kind, substr(day, 1, 7) || '-01' AS day, sum(n) AS n FROM daily_counts WHERE kind IN ('member.joined', 'member.left') GROUP BY 1, 2, 3;
DELETE FROM daily_counts WHERE kind IN ('member.joined', 'member.left');
INSERT INTO daily_counts (organization_id, kind, day, slot, n) SELECT organization_id, kind, day, 0, n FROM by_month;
DROP TABLE by_month;

DROP TRIGGER members_came;
-- +goose StatementBegin
CREATE TRIGGER members_came AFTER INSERT ON members
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n) VALUES (NEW.organization_id, 'member.joined', substr(NEW.joined_at, 1, 7) || '-01', 0, 1)
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd

DROP TRIGGER members_went;
-- +goose StatementBegin
CREATE TRIGGER members_went AFTER DELETE ON members
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n) VALUES (OLD.organization_id, 'member.left', strftime('%Y-%m', 'now') || '-01', 0, 1)
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd

-- +goose Up
-- What happened on a day (UTC), kept by triggers, so that no page reads the audit log to draw it. Everybody who signs in changes today's
-- row: each connection has one of several, which are summed when read, so that sign-ins do not wait for each other.
CREATE TABLE daily_counts (
    organization_id uuid NOT NULL CONSTRAINT daily_counts_organization_fk REFERENCES organizations (id) ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT daily_counts_kind_ck CHECK (kind IN ('signed-in.password', 'signed-in.saml', 'member.joined', 'member.left')),
    day text NOT NULL COLLATE "C",
    slot integer NOT NULL,
    n integer NOT NULL CONSTRAINT daily_counts_ck CHECK (n >= 0),
    CONSTRAINT daily_counts_pk PRIMARY KEY (organization_id, kind, day, slot)
);

INSERT INTO daily_counts (organization_id, kind, day, slot, n)
SELECT organization_id, 'signed-in.' || method, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 0, count(*) FROM audit_entries
WHERE organization_id IS NOT NULL AND action = 'session.signed-in' AND method IN ('password', 'saml') GROUP BY 1, 2, 3;
INSERT INTO daily_counts (organization_id, kind, day, slot, n)
SELECT organization_id, 'member.joined', to_char(joined_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 0, count(*) FROM members GROUP BY 1, 2, 3;

-- The rows are changed in the order of their keys, or two statements that change the same ones could wait for each other.
-- +goose StatementBegin
CREATE FUNCTION count_sign_ins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n)
    SELECT organization_id, 'signed-in.' || method, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), pg_backend_pid() % 8, count(*) FROM added
    WHERE organization_id IS NOT NULL AND action = 'session.signed-in' AND method IN ('password', 'saml') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = daily_counts.n + excluded.n;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_entries_counted AFTER INSERT ON audit_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_sign_ins();

-- +goose StatementBegin
CREATE FUNCTION count_comings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n)
    SELECT organization_id, 'member.joined', to_char(joined_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 0, count(*) FROM added GROUP BY 1, 3 ORDER BY 1, 3
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = daily_counts.n + excluded.n;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER members_came AFTER INSERT ON members REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_comings();

-- +goose StatementBegin
CREATE FUNCTION count_goings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n)
    SELECT organization_id, 'member.left', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 0, count(*) FROM removed GROUP BY 1, 3 ORDER BY 1
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = daily_counts.n + excluded.n;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER members_went AFTER DELETE ON members REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_goings();

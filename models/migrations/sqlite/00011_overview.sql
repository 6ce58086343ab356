-- +goose Up
-- What happened on a day (UTC), kept by triggers, so that no page reads the audit log to draw it. Everybody who signs in changes today's
-- row: each connection has one of several, which are summed when read, so that sign-ins do not wait for each other. There is one writer here.
CREATE TABLE daily_counts (
    organization_id text NOT NULL CONSTRAINT daily_counts_organization_fk REFERENCES organizations (id) ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT daily_counts_kind_ck CHECK (kind IN ('signed-in.password', 'signed-in.saml', 'member.joined', 'member.left')),
    day text NOT NULL,
    slot integer NOT NULL,
    n integer NOT NULL CONSTRAINT daily_counts_ck CHECK (n >= 0),
    CONSTRAINT daily_counts_pk PRIMARY KEY (organization_id, kind, day, slot)
);

INSERT INTO daily_counts (organization_id, kind, day, slot, n)
SELECT organization_id, 'signed-in.' || method, substr(at, 1, 10), 0, count(*) FROM audit_entries
WHERE organization_id IS NOT NULL AND action = 'session.signed-in' AND method IN ('password', 'saml') GROUP BY 1, 2, 3;
INSERT INTO daily_counts (organization_id, kind, day, slot, n)
SELECT organization_id, 'member.joined', substr(joined_at, 1, 10), 0, count(*) FROM members GROUP BY 1, 2, 3;

-- +goose StatementBegin
CREATE TRIGGER audit_entries_counted AFTER INSERT ON audit_entries
WHEN NEW.organization_id IS NOT NULL AND NEW.action = 'session.signed-in' AND NEW.method IN ('password', 'saml')
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n) VALUES (NEW.organization_id, 'signed-in.' || NEW.method, substr(NEW.at, 1, 10), 0, 1)
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER members_came AFTER INSERT ON members
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n) VALUES (NEW.organization_id, 'member.joined', substr(NEW.joined_at, 1, 10), 0, 1)
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER members_went AFTER DELETE ON members
BEGIN
    INSERT INTO daily_counts (organization_id, kind, day, slot, n) VALUES (OLD.organization_id, 'member.left', strftime('%Y-%m-%d', 'now'), 0, 1)
    ON CONFLICT (organization_id, kind, day, slot) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd

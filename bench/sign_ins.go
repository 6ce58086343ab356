package main

import "context"

// withoutFactor is how many members of each organization have no second factor, those who sign in here among them.
const withoutFactor = 40

// fillFactors gives everybody else one.
const fillFactors = `UPDATE users SET second_factor_at = now() WHERE id IN (
	SELECT u.id FROM organizations o JOIN members m ON m.organization_id = o.id JOIN users u ON u.id = m.user_id
	WHERE o.slug = $1 ORDER BY u.email IN ($3, $4) DESC, md5(m.sort_name) OFFSET $2)`

// fillSessions signs everybody in once within the last week, in no order; two of three with a passkey. A session's key begins with its moment, as
// RFC 9562 says of version 7.
const fillSessions = `WITH made AS (
	INSERT INTO sessions (id, token_hash, user_id, ip, user_agent, created_at, last_seen_at, idle_expires_at, expires_at)
		SELECT CAST(lpad(to_hex(CAST(extract(epoch FROM at) * 1000 AS bigint)), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15) AS uuid), sha256(convert_to(hash, 'UTF8')), user_id,
			'10.1.2.3', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', at, at, now() + interval '1 day', now() + interval '7 days'
		FROM (SELECT m.user_id, md5(m.user_id::text) AS hash, now() - random() * interval '7 days' AS at FROM organizations o JOIN members m ON m.organization_id = o.id WHERE o.slug = $1) m
		RETURNING id, user_id, created_at)
	INSERT INTO session_authentications (session_id, opens, method, at) SELECT id, 'account', CASE WHEN abs(hashtext(user_id::text)) % 3 > 0 THEN 'passkey' ELSE 'password' END, created_at FROM made`

// signIns gives the organization's members sessions and second factors.
func (o organization) signIns(ctx context.Context, db *database) error {
	if err := db.run(ctx, db.url, fillFactors, o.slug, withoutFactor, o.founder(), o.busy()); err != nil {
		return err
	}
	return db.run(ctx, db.url, fillSessions, o.slug)
}

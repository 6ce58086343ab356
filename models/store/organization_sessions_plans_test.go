package store

import (
	"strings"

	"gatehouse/models"
)

// bigSessions signs everybody of the big organization in once, in no order, and 20 of them with a passkey; and 1,000 strangers, later than
// all of those.
const bigSessions = `
	INSERT INTO users (id, name, email, email_norm, version, created_at)
		SELECT gen_random_uuid(), 'Stranger ' || n, 's' || n || '@strange.example', 's' || n || '@strange.example', 1, now() FROM generate_series(1, 1000) n;
	INSERT INTO sessions (id, token_hash, user_id, ip, user_agent, created_at, last_seen_at, idle_expires_at, expires_at)
		SELECT CAST(overlay(md5(u.email) placing CASE WHEN u.email LIKE '%@big.example' THEN '01900000' ELSE '01980000' END FROM 1 FOR 8) AS uuid), sha256(convert_to(u.email, 'UTF8')), u.id,
			'192.0.2.1', 'Browser', now(), now(), now() + interval '1 day', now() + interval '7 days' FROM users u WHERE u.email LIKE '%@big.example' OR u.email LIKE '%@strange.example';
	INSERT INTO session_authentications (session_id, opens, method, at)
		SELECT s.id, 'account', CASE WHEN abs(hashtext(u.email)) % 1000 = 1 THEN 'passkey' ELSE 'password' END, now() FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email LIKE '%.example' AND s.ip = '192.0.2.1' ON CONFLICT DO NOTHING;
	ANALYZE`

// sessionPages are lists of sessions, of a big organization and of a small one among its people, whose page must cost what stands on it.
func (w *world) sessionPages(ada, carl Tenant) map[string]func() error {
	for _, statement := range strings.Split(bigSessions, ";") {
		w.run(statement)
	}
	pages := map[string]func() error{}
	for name, filter := range map[string]models.SessionFilter{
		"": {}, " by password": {Method: models.SessionByPassword}, " by passkey": {Method: models.SessionByPasskey}, " by a second factor": {Method: models.SessionByFactor}, " through a provider": {Provider: "okta"},
		" by single sign-on": {Method: models.SessionBySSO}, " searched": {Query: "p12345@big"}, " searched, common": {Query: "example"}, " of nobody": {Query: "timbuktu"}, " searched, short": {Query: "p"},
	} {
		for who, tenant := range map[string]Tenant{"": ada, " of a small organization": carl} {
			pages["sessions"+name+who] = func() error { _, err := tenant.Sessions(w.ctx, filter); return err }
			further := filter
			further.Page.After = position{id: "01978000-0000-7000-8000-000000000000"}.cursor()
			pages["sessions"+name+who+", far in"] = func() error { _, err := tenant.Sessions(w.ctx, further); return err }
		}
	}
	return pages
}

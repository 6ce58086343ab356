package store

import (
	"slices"
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

// sessionPages are lists of sessions, of a big organization and of a small one beside it, whose page must cost what stands on it.
func (w *world) sessionPages(ada, carl Tenant) map[string]func() error {
	for _, statement := range strings.Split(bigSessions, ";") {
		w.run(statement)
	}
	pages := map[string]func() error{}
	for name, filter := range sessionFilters() {
		pages["sessions"+name] = func() error { _, err := ada.Sessions(w.ctx, filter); return err }
		if filter.Page == (models.Page{}) {
			pages["sessions"+name+" of a small organization"] = func() error { _, err := carl.Sessions(w.ctx, filter); return err }
		}
	}
	return pages
}

// sessionFilters are lists of sessions, each from the beginning and from the middle.
func sessionFilters() map[string]models.SessionFilter {
	all := map[string]models.SessionFilter{}
	for name, filter := range map[string]models.SessionFilter{
		"": {}, " by password": {Method: models.SessionByPassword}, " by passkey": {Method: models.SessionByPasskey}, " by a second factor": {Method: models.SessionByFactor}, " through a provider": {Provider: "okta"},
		" by single sign-on": {Method: models.SessionBySSO}, " searched": {Query: "p12345@big"}, " searched, common": {Query: "example"}, " of nobody": {Query: "timbuktu"}, " searched, short": {Query: "p"},
		" searched, rare, by password": {Query: "p12345@big", Method: models.SessionByPassword}, " searched, by passkey": {Query: "example", Method: models.SessionByPasskey},
	} {
		all[name] = filter
		filter.Page.After = position{id: "01900000-8000-7000-8000-000000000000"}.cursor()
		all[name+", far in"] = filter
		filter.Page = models.Page{Before: filter.Page.After}
		all[name+", going back"] = filter
	}
	return all
}

// sameSessions compares each list with one that reads all sessions in their order.
func (w *world) sameSessions(tenants ...Tenant) {
	w.t.Helper()
	u, full := w.read(w.ctx), 0
	for name, filter := range sessionFilters() {
		for _, tenant := range tenants {
			var want []organizationSessionRow
			window := windowOf(filter.Page)
			q := (&query{}).add("SELECT s.id, u.name").addAll(tenant.chosenSessions(u, filter, tenant.everySession()))
			window.bound(q, latestSession)
			window.sorted(q, latestSession)
			must(w.t, u.rows(&want, q.add(" LIMIT 50")))
			if window.backward {
				slices.Reverse(want)
			}
			got := must1(tenant.Sessions(w.ctx, filter)).Rows
			if window.backward && len(want) == 0 { // the first page instead
				continue
			}
			equal(w.t, "sessions"+name+" in "+tenant.actor.Organization.Slug, len(got), len(want))
			for i := range want {
				equal(w.t, name, got[i].ID+got[i].Name, want[i].ID+want[i].Name)
			}
			if len(want) == 50 {
				full++
			}
		}
	}
	equal(w.t, "full pages were compared", full > 10, true)
}

// sameFactors compares the members with a second factor, and without one, with what their accounts say.
func (w *world) sameFactors(ada Tenant) {
	w.t.Helper()
	for state, where := range map[models.FactorState]string{models.WithFactor: "NOT NULL", models.WithoutFactor: "NULL"} {
		var want []string
		must(w.t, w.read(w.ctx).all(&want, "SELECT u.email FROM members m JOIN users u ON u.id = m.user_id WHERE m.organization_id = ? AND u.second_factor_at IS "+where+" ORDER BY m.sort_name, m.user_id LIMIT 50", ada.organization()))
		rows := must1(ada.Members(w.ctx, models.MemberFilter{Factor: state})).Rows
		equal(w.t, "members by second factor "+string(state), len(rows), len(want))
		for i := range rows {
			equal(w.t, string(state), rows[i].Email, want[i])
		}
	}
}

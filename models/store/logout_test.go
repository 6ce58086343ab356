package store

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

// signOut signs out and returns the token of the way and its stops.
func (w *world) signOut(p models.Person) (string, []models.Stop) {
	w.t.Helper()
	departure := secret.Token()
	n, err := w.SignOut(w.ctx, p, departure)
	must(w.t, err)
	if n == 0 {
		_, err := w.Departure(w.ctx, departure)
		refused(w.t, err, models.NotFound)
		return departure, nil
	}
	stops, err := w.Departure(w.ctx, departure)
	must(w.t, err)
	equal(w.t, "as many as it said", len(stops), n)
	return departure, stops
}

// withLogout is an identity provider that takes logout messages.
func (w *world) withLogout(slug string) models.Connection {
	w.t.Helper()
	return w.withLogoutOf(w.in("northwind", "ada@northwind.example"), slug)
}

func (w *world) withLogoutOf(tenant Tenant, slug string) models.Connection {
	w.t.Helper()
	c := w.providerOf(tenant, slug, true)
	in := w.change(slug, true, "one", "two")
	in.Logout = models.LogoutAddress{URL: "https://idp.example/slo", ResponseURL: "https://idp.example/answers", Binding: "post"}
	must(w.t, tenant.EditIdentityProvider(w.ctx, slug, c.Provider.Version, in))
	c, err := w.Connection(w.ctx, c.Provider.ConnectionID)
	must(w.t, err)
	equal(w.t, "the address is kept", c.Provider.Logout, in.Logout)
	return c
}

func TestSigningOutSaysHowToSignOutThere(t *testing.T) {
	each(t, func(w *world) {
		silent, c := w.provider("silent", true), w.withLogout("okta")
		token, _, err := w.enters(silent, models.SAMLIdentity{NameID: "s", Email: "ulf@northwind.example"})
		must(w.t, err)
		_, stops := w.signOut(w.ask(token, "").Person)
		equal(w.t, "stops at a provider without an address", len(stops), 0)
		token, _, err = w.enters(c, models.SAMLIdentity{NameID: "n", NameQualifier: "q", SPNameQualifier: "us", SessionIndex: "_1", Email: "ulf@northwind.example"})
		must(w.t, err)
		_, stops = w.signOut(w.ask(token, "").Person)
		equal(w.t, "as the assertion named the person", stops[0], models.Stop{Provider: c.Provider.Name, State: models.StopWaiting, Farewell: models.Farewell{
			ConnectionID: c.Provider.ConnectionID, NameID: "n", Format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", NameQualifier: "q",
			SPNameQualifier: "us", SessionIndex: "_1",
		}})
		equal(w.t, "names in clear", w.number("SELECT count(*) FROM saml_logouts WHERE CAST(sealed AS text) LIKE '%NameID%'"), 0)
		_, err = w.Asking(w.ctx, token, "")
		refused(w.t, err, models.NotFound)
	})
}

func TestSigningOutGoesToEveryProviderThatVouched(t *testing.T) {
	each(t, func(w *world) {
		contoso := w.in("contoso", "carl@contoso.example")
		north, south := w.withLogout("okta"), w.withLogoutOf(contoso, "entra")
		token, _, err := w.enters(north, models.SAMLIdentity{NameID: "n", Email: "ulf@northwind.example"})
		must(w.t, err)
		w.clock.pass(time.Second)
		again, _, err := w.enters(south, models.SAMLIdentity{NameID: "m", Email: "ulf@northwind.example"}, token...)
		must(w.t, err)
		departure, stops := w.signOut(w.ask(again, "").Person)
		var names []string
		for _, stop := range stops {
			names = append(names, stop.Farewell.NameID)
		}
		equal(w.t, "the newest first", strings.Join(names, " "), "m n")

		ask := func(place int) string {
			relay := secret.Token()
			must(w.t, w.AskLogout(w.ctx, departure, place, relay, "_r"+strconv.Itoa(place)))
			return relay
		}
		states := func() string {
			now, err := w.Departure(w.ctx, departure)
			must(w.t, err)
			var all []string
			for _, stop := range now {
				all = append(all, string(stop.State))
			}
			return strings.Join(all, " ")
		}
		first := ask(0)
		equal(w.t, "one is asked", states(), "asked waiting")
		w.clock.pass(logoutValid - time.Second)
		second := ask(1)
		w.clock.pass(logoutValid - time.Second) // each goes on for all
		got, err := w.FinishLogout(w.ctx, south.Provider.ConnectionID, first, &models.Attempt{Leaving: true, Check: "status", Cause: "No.", Reference: "AAAA-BBBB"})
		must(w.t, err)
		equal(w.t, "the way goes on", got, departure)
		equal(w.t, "one said no", states(), "refused asked")
		attempts, err := contoso.Attempts(w.ctx, south.Provider.ID)
		must(w.t, err)
		equal(w.t, "and it is recorded", attempts[0].Leaving && attempts[0].Reference == "AAAA-BBBB" && !attempts[0].Accepted, true)
		_, err = w.FinishLogout(w.ctx, north.Provider.ConnectionID, second, nil)
		must(w.t, err)
		equal(w.t, "one confirmed", states(), "refused confirmed")
		refused(w.t, w.AskLogout(w.ctx, departure, 1, secret.Token(), "_again"), models.NotFound)
		must(w.t, w.GiveUpLogout(w.ctx, departure, 1))
		ask(0)
		must(w.t, w.GiveUpLogout(w.ctx, departure, 0))
		equal(w.t, "confirmed stays", states(), "refused confirmed")
		refused(w.t, w.AskLogout(w.ctx, secret.Token(), 0, secret.Token(), "_"), models.NotFound)
	})
}

func TestALogoutIsAnsweredOnceAtItsConnection(t *testing.T) {
	each(t, func(w *world) {
		c, other := w.withLogout("okta"), w.withLogout("other")
		begin := func() string {
			token, _, err := w.enters(c, models.SAMLIdentity{NameID: "n", Email: "ulf@northwind.example"})
			must(w.t, err)
			departure, _ := w.signOut(w.ask(token, "").Person)
			relay := secret.Token()
			must(w.t, w.AskLogout(w.ctx, departure, 0, relay, "_r"))
			return relay
		}
		relay := begin()
		_, err := w.OutstandingLogout(w.ctx, other.Provider.ConnectionID, relay)
		refused(w.t, err, models.NotFound)
		_, err = w.FinishLogout(w.ctx, other.Provider.ConnectionID, relay, nil)
		refused(w.t, err, models.NotFound)
		id, err := w.OutstandingLogout(w.ctx, c.Provider.ConnectionID, relay)
		must(w.t, err)
		equal(w.t, "the request", id, "_r")
		good, _ := atOnce(8, func(int) error {
			_, err := w.FinishLogout(w.ctx, c.Provider.ConnectionID, relay, nil)
			return err
		})
		equal(w.t, "answers that counted", good, 1)
		_, err = w.OutstandingLogout(w.ctx, c.Provider.ConnectionID, relay)
		refused(w.t, err, models.NotFound)
		relay = begin()
		w.clock.pass(logoutValid)
		_, err = w.FinishLogout(w.ctx, c.Provider.ConnectionID, relay, nil)
		refused(w.t, err, models.NotFound)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "swept", w.number("SELECT count(*) FROM saml_logouts"), 0)
	})
}

func TestAnOrderEndsTheSessionsItNames(t *testing.T) {
	each(t, func(w *world) {
		c, other := w.withLogout("okta"), w.withLogout("other")
		enter := func(at models.Connection, name, index string) []byte {
			token, _, err := w.enters(at, models.SAMLIdentity{NameID: name, SessionIndex: index, Email: "ulf@northwind.example"})
			must(w.t, err)
			return token
		}
		first, second, third := enter(c, "n", "_1"), enter(c, "n", "_2"), enter(c, "n", "_3")
		elsewhere, another := enter(other, "n", "_1"), enter(c, "m", "_1")
		alive := func(what string, want bool, tokens ...[]byte) {
			w.t.Helper()
			for _, token := range tokens {
				_, err := w.Asking(w.ctx, token, "")
				equal(w.t, what, err == nil, want)
			}
		}
		order := func(id string, sessions ...string) error {
			return w.EndByProvider(w.ctx, c.Provider.ConnectionID, models.LogoutOrder{ID: id, Until: w.now().Add(time.Minute), NameID: "n", Sessions: sessions}, request)
		}
		w.records(func() { must(w.t, order("_a", "_1", "_9")) }, "northwind session.signed-out-at-provider")
		alive("the one named", false, first)
		alive("the others", true, second, third, elsewhere, another)
		refused(w.t, order("_a"), models.Impossible)
		alive("a second use changes nothing", true, second, third)
		w.records(func() { must(w.t, order("_b")) }, "northwind session.signed-out-at-provider")
		alive("all of that name", false, second, third)
		alive("another name, and another provider", true, elsewhere, another)
		w.records(func() { must(w.t, order("_c")) })
		equal(w.t, "no session is left without a proof", w.number("SELECT count(*) FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM session_authentications a WHERE a.session_id = s.id)"), 0)
		refused(w.t, w.EndByProvider(w.ctx, "nothing", models.LogoutOrder{ID: "_d", Until: w.now(), NameID: "n"}, request), models.NotFound)
	})
}

func TestOurKeysChangeOver(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		tenant := w.in("northwind", "ada@northwind.example")
		connection := func() models.Connection {
			c, err := w.Connection(w.ctx, c.Provider.ConnectionID)
			must(w.t, err)
			return c
		}
		refused(w.t, tenant.SwitchKey(w.ctx, "okta"), models.Impossible)
		refused(w.t, tenant.RetireKey(w.ctx, "okta"), models.Impossible)
		w.records(func() { must(w.t, tenant.PrepareKey(w.ctx, "okta", []byte("next key"), []byte("next"))) }, "northwind identity-provider.key-prepared")
		refused(w.t, tenant.PrepareKey(w.ctx, "okta", []byte("x"), []byte("x")), models.Impossible)
		is := connection()
		equal(w.t, "signs still with", string(is.PrivateKey), "key of "+c.Provider.ConnectionID)
		equal(w.t, "decrypts with the next as well", string(is.OtherKeys[0]), "next key")
		equal(w.t, "published", string(is.Provider.NextDER), "next")
		equal(w.t, "keys in clear", w.number("SELECT count(*) FROM identity_providers WHERE CAST(next_private_key AS text) LIKE '%next key%'"), 0)

		w.records(func() { must(w.t, tenant.SwitchKey(w.ctx, "okta")) }, "northwind identity-provider.key-switched")
		is = connection()
		equal(w.t, "signs with", string(is.PrivateKey), "next key")
		equal(w.t, "decrypts with the one before as well", string(is.OtherKeys[0]), "key of "+c.Provider.ConnectionID)
		equal(w.t, "nothing is next", is.Provider.NextDER == nil, true)
		refused(w.t, tenant.SwitchKey(w.ctx, "okta"), models.Impossible)
		refused(w.t, tenant.PrepareKey(w.ctx, "okta", []byte("x"), []byte("x")), models.Impossible)

		w.records(func() { must(w.t, tenant.RetireKey(w.ctx, "okta")) }, "northwind identity-provider.key-retired")
		equal(w.t, "and then no more", len(connection().OtherKeys), 0)
		must(w.t, tenant.PrepareKey(w.ctx, "okta", []byte("third key"), []byte("third")))
		refused(w.t, w.in("contoso", "carl@contoso.example").PrepareKey(w.ctx, "okta", []byte("x"), []byte("x")), models.NotFound)
	})
}

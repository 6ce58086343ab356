package store

import (
	"testing"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

func (w *world) signOut(p models.Person) models.Farewell {
	w.t.Helper()
	farewell, err := w.SignOut(w.ctx, p)
	must(w.t, err)
	return farewell
}

// withLogout is an identity provider that takes logout messages.
func (w *world) withLogout(slug string) models.Connection {
	w.t.Helper()
	c := w.provider(slug, true)
	in := w.change(slug, true, "one", "two")
	in.Logout = models.LogoutAddress{URL: "https://idp.example/slo", ResponseURL: "https://idp.example/answers", Binding: "post"}
	tenant := w.in("northwind", "ada@northwind.example")
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
		equal(w.t, "a provider without an address", w.signOut(w.ask(token, "").Person), models.Farewell{})
		token, _, err = w.enters(c, models.SAMLIdentity{NameID: "n", NameQualifier: "q", SPNameQualifier: "us", SessionIndex: "_1", Email: "ulf@northwind.example"})
		must(w.t, err)
		equal(w.t, "as the assertion named the person", w.signOut(w.ask(token, "").Person), models.Farewell{
			ConnectionID: c.Provider.ConnectionID, NameID: "n", Format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", NameQualifier: "q",
			SPNameQualifier: "us", SessionIndex: "_1",
		})
		_, err = w.Asking(w.ctx, token, "")
		refused(w.t, err, models.NotFound)
	})
}

func TestALogoutFlowIsAnsweredOnceAtItsConnection(t *testing.T) {
	each(t, func(w *world) {
		c, other := w.withLogout("okta"), w.withLogout("other")
		begin := func() string {
			relay := secret.Token()
			must(w.t, w.BeginLogout(w.ctx, models.LogoutFlow{RelayState: relay, RequestID: "_r", ConnectionID: c.Provider.ConnectionID}))
			return relay
		}
		relay := begin()
		_, err := w.FinishLogout(w.ctx, other.Provider.ConnectionID, relay)
		refused(w.t, err, models.NotFound)
		id, err := w.FinishLogout(w.ctx, c.Provider.ConnectionID, relay)
		must(w.t, err)
		equal(w.t, "the request", id, "_r")
		_, err = w.FinishLogout(w.ctx, c.Provider.ConnectionID, relay)
		refused(w.t, err, models.NotFound)
		relay = begin()
		w.clock.pass(logoutValid)
		_, err = w.FinishLogout(w.ctx, c.Provider.ConnectionID, relay)
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

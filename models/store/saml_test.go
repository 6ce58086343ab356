package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

func certificate(text string, at time.Time) models.ProviderCertificate {
	sum := sha256.Sum256([]byte(text))
	return models.ProviderCertificate{DER: []byte(text), Subject: "CN=" + text, SHA256: sum[:], NotBefore: at.UTC().Truncate(time.Microsecond), NotAfter: at.UTC().Truncate(time.Microsecond).Add(time.Hour)}
}

func (w *world) change(slug string, enabled bool, certificates ...string) models.ProviderChange {
	in := models.ProviderChange{
		Slug: models.Slug(slug), Name: "Provider " + slug, EntityID: "https://idp.example/" + slug, SSOURL: "https://idp.example/sso", SSOBinding: "redirect",
		MetadataURL: "https://idp.example/metadata", MetadataXML: "<m/>", Enabled: enabled,
	}
	for _, text := range certificates {
		in.Certificates = append(in.Certificates, certificate(text, w.now()))
	}
	return in
}

func reservationOf(connectionID string) func() (models.Reservation, error) {
	return func() (models.Reservation, error) {
		return models.Reservation{ConnectionID: connectionID, PrivateKey: []byte("key of " + connectionID), CertificateDER: []byte("certificate of " + connectionID)}, nil
	}
}

// provider makes an identity provider of Northwind with two certificates and returns its connection.
func (w *world) provider(slug string, enabled bool) models.Connection {
	w.t.Helper()
	return w.providerOf(w.in("northwind", "ada@northwind.example"), slug, enabled)
}

func (w *world) providerOf(tenant Tenant, slug string, enabled bool) models.Connection {
	w.t.Helper()
	connectionID := "c-" + tenant.actor.Organization.Slug + "-" + slug
	reserved, err := tenant.Reservation(w.ctx, reservationOf(connectionID))
	must(w.t, err)
	_, err = tenant.CreateIdentityProvider(w.ctx, reserved.ConnectionID, w.change(slug, enabled, "one", "two"))
	must(w.t, err)
	c, err := w.Connection(w.ctx, reserved.ConnectionID)
	must(w.t, err)
	return c
}

const browser = "the browser's secret"

// begun is an outstanding flow as the assertion consumer service finds it.
func (w *world) begun(c models.Connection) models.Flow {
	w.t.Helper()
	f := models.Flow{
		RelayState: secret.Token(), RequestID: "_" + newID(), ProviderID: c.Provider.ID, OrganizationID: c.Organization.ID, Mode: models.FlowLogin,
		ReturnPath: "/orgs/northwind/apps", Browser: browser,
	}
	must(w.t, w.BeginFlow(w.ctx, f))
	found, err := w.OutstandingFlow(w.ctx, c.Provider.ConnectionID, f.RelayState)
	must(w.t, err)
	return found
}

// accepted is the result of a flow that was answered, up to the browser fetching it.
func (w *world) accepted(c models.Connection, id models.SAMLIdentity) []byte {
	w.t.Helper()
	token := secret.HashToken(secret.Token())
	must(w.t, w.AcceptAssertion(w.ctx, w.begun(c), w.identity(id), token))
	return token
}

func (w *world) identity(id models.SAMLIdentity) models.SAMLIdentity {
	if id.AssertionID == "" {
		id.AssertionID = "_" + newID()
	}
	id.ReplayUntil = w.now().Add(5 * time.Minute)
	id.NameIDFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
	id.VerifiedBy = certificate("two", w.now()).SHA256
	return id
}

// enters finishes a sign-in and returns the session's token hash.
func (w *world) enters(c models.Connection, id models.SAMLIdentity, previous ...byte) ([]byte, models.Finished, error) {
	w.t.Helper()
	token := secret.HashToken(secret.Token())
	finished, err := w.FinishSAML(w.ctx, w.accepted(c, id), browser, previous, token, request)
	return token, finished, err
}

func (w *world) attempts(c models.Connection) []models.Attempt {
	w.t.Helper()
	attempts, err := w.in("northwind", "ada@northwind.example").Attempts(w.ctx, c.Provider.ID)
	must(w.t, err)
	return attempts
}

func TestConnectionHoldsWhatTheProtocolNeeds(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		c := w.provider("Okta", true)
		equal(w.t, "organization", c.Organization.Slug, "northwind")
		equal(w.t, "key", string(c.PrivateKey), "key of c-northwind-Okta")
		equal(w.t, "keys in clear", w.number("SELECT count(*) FROM identity_providers WHERE CAST(private_key AS text) LIKE '%key of%'"), 0)
		equal(w.t, "certificates", len(c.Provider.Certificates), 2)
		equal(w.t, "in the order given", string(c.Provider.Certificates[0].DER), "one")
		must(w.t, w.AcceptAssertion(ctx, w.begun(c), w.identity(models.SAMLIdentity{NameID: "n"}), secret.HashToken("r")))
		c, err := w.ConnectionOf(ctx, "NORTHWIND", "okta")
		must(w.t, err)
		equal(w.t, "the one that verified comes first", string(c.Provider.Certificates[0].DER), "two")
		equal(w.t, "verified at", c.Provider.Certificates[0].LastVerifiedAt, w.now())
		must(w.t, w.in("northwind", "ada@northwind.example").SetIdentityProviderEnabled(ctx, "okta", false))
		for _, path := range [][2]string{{"northwind", "okta"}, {"contoso", "okta"}, {"northwind", "nothing"}, {"\x00", "okta"}, {"northwind", "a b"}} {
			_, err = w.ConnectionOf(ctx, path[0], path[1])
			refused(w.t, err, models.NotFound)
		}
		c, err = w.Connection(ctx, c.Provider.ConnectionID)
		must(w.t, err)
		equal(w.t, "metadata of a disabled one is served", c.Provider.Enabled, false)
		for _, id := range []string{"", "nothing", "\x00", "\xff"} {
			_, err = w.Connection(ctx, id)
			refused(w.t, err, models.NotFound)
		}
		_, err = w.in("northwind", "ada@northwind.example").Reservation(ctx, reservationOf("c-reserved"))
		must(w.t, err)
		c, err = w.Connection(ctx, "c-reserved")
		must(w.t, err)
		equal(w.t, "a reserved one has no provider", c.Provider.ID, "")
		equal(w.t, "and is not enabled", c.Provider.Enabled, false)
		equal(w.t, "organization", c.Organization.Slug, "northwind")
		equal(w.t, "key", string(c.PrivateKey), "key of c-reserved")
	})
}

func TestAFlowIsOutstandingForTenMinutesAtItsConnection(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		c, other := w.provider("okta", true), w.provider("entra", true)
		f := w.begun(c)
		equal(w.t, "organization", f.OrganizationID, c.Organization.ID)
		equal(w.t, "return path", f.ReturnPath, "/orgs/northwind/apps")
		for _, connection := range []string{other.Provider.ConnectionID, "", "nothing"} {
			_, err := w.OutstandingFlow(ctx, connection, f.RelayState)
			refused(w.t, err, models.NotFound)
		}
		_, err := w.OutstandingFlow(ctx, c.Provider.ConnectionID, f.RelayState+"x")
		refused(w.t, err, models.NotFound)
		w.clock.pass(flowValid - time.Microsecond)
		_, err = w.OutstandingFlow(ctx, c.Provider.ConnectionID, f.RelayState)
		must(w.t, err)
		w.clock.pass(time.Microsecond)
		_, err = w.OutstandingFlow(ctx, c.Provider.ConnectionID, f.RelayState)
		refused(w.t, err, models.NotFound)
		refused(w.t, w.AcceptAssertion(ctx, f, w.identity(models.SAMLIdentity{NameID: "n"}), secret.HashToken("r")), models.Impossible)

		f = w.begun(c)
		ada := w.in("northwind", "ada@northwind.example")
		must(w.t, ada.SetIdentityProviderEnabled(ctx, "okta", false))
		refused(w.t, w.BeginFlow(ctx, models.Flow{RelayState: "x", ProviderID: c.Provider.ID, Mode: models.FlowLogin}), models.NotFound)
		must(w.t, ada.SetIdentityProviderEnabled(ctx, "okta", true))
		_, err = w.OutstandingFlow(ctx, c.Provider.ConnectionID, f.RelayState)
		refused(w.t, err, models.NotFound)
	})
}

func TestTwentyAnswersAtOnceAreOneSignIn(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		f := w.begun(w.provider("okta", true))
		id := w.identity(models.SAMLIdentity{NameID: "n", Email: "sana@northwind.example"})
		replica := w.open()
		good, failures := atOnce(20, func(i int) error {
			return []*Store{w.Store, replica}[i%2].AcceptAssertion(ctx, f, id, secret.HashToken(fmt.Sprint(i)))
		})
		equal(w.t, "accepted", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Impossible)
		}
		equal(w.t, "results", w.number("SELECT count(*) FROM saml_results"), 1)
	})
}

func TestAnAssertionIsAcceptedOnceWhateverTheFlow(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		c := w.provider("okta", true)
		id := w.identity(models.SAMLIdentity{AssertionID: "_a", NameID: "n"})
		must(w.t, w.AcceptAssertion(ctx, w.begun(c), id, secret.HashToken("1")))
		second := w.begun(c)
		before := w.tables()
		refused(w.t, w.AcceptAssertion(ctx, second, id, secret.HashToken("2")), models.Impossible)
		equal(w.t, "tables", w.tables(), before)
		id.AssertionID = "_b"
		must(w.t, w.AcceptAssertion(ctx, second, id, secret.HashToken("2")))
		// Another provider counts its own assertions.
		id.AssertionID = "_a"
		must(w.t, w.AcceptAssertion(ctx, w.begun(w.provider("entra", true)), id, secret.HashToken("3")))
	})
}

func TestSAMLOpensExactlyItsOrganization(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		w.records(func() {
			token, finished, err := w.enters(c, models.SAMLIdentity{NameID: "ulf-1", Email: "ULF@northwind.example", SessionIndex: "_s", SessionNotOnOrAfter: w.now().Add(time.Hour)})
			must(w.t, err)
			equal(w.t, "return path", finished.ReturnPath, "/orgs/northwind/apps")
			equal(w.t, "who", finished.UserName, "Ulf User")
			equal(w.t, "where", finished.Organization.Slug, "northwind")
			p := w.ask(token, "northwind").Person
			equal(w.t, "opens Northwind", p.Opens(c.Organization.ID), true)
			equal(w.t, "opens Contoso", p.Opens(w.ask(token, "contoso").Organization.ID), false)
			equal(w.t, "proof", p.Methods[0].ProviderName, "Provider okta")
			equal(w.t, "no password", p.Proved(models.ByPassword), false)
		}, "northwind session.signed-in", "northwind identity.linked")
		attempt := w.attempts(c)[0]
		equal(w.t, "accepted", attempt.Accepted, true)
		equal(w.t, "who", attempt.Person, "Ulf User")
		equal(w.t, "reference", attempt.Reference, request.Reference)

		// Known by NameID from now on, whatever the address says.
		w.records(func() {
			token, _, err := w.enters(c, models.SAMLIdentity{NameID: "ulf-1", Email: "ada@northwind.example"})
			must(w.t, err)
			equal(w.t, "who", w.ask(token, "").Person.User.Name, "Ulf User")
			w.signOut(w.ask(token, "").Person)
		}, "northwind session.signed-in", "northwind session.signed-out")
		provider, err := w.in("northwind", "ada@northwind.example").IdentityProvider(w.ctx, "okta")
		must(w.t, err)
		equal(w.t, "links", provider.Links, 1)
		equal(w.t, "last sign-in", provider.LastSignInAt, w.now())
	})
}

func TestASAMLProofEndsWhenTheProviderSays(t *testing.T) {
	each(t, func(w *world) {
		token, _, err := w.enters(w.provider("okta", true), models.SAMLIdentity{NameID: "u", Email: "sana@northwind.example", SessionNotOnOrAfter: w.now().Add(time.Hour)})
		must(w.t, err)
		w.clock.pass(time.Hour - time.Microsecond)
		w.ask(token, "")
		w.clock.pass(time.Microsecond)
		_, err = w.Asking(w.ctx, token, "")
		refused(w.t, err, models.NotFound)
	})
}

func TestFinishSAMLRefusesAndRecordsWhy(t *testing.T) {
	type refusal struct {
		name    string
		id      models.SAMLIdentity
		before  func(w *world)
		browser string
		late    time.Duration
		kind    models.Kind
		check   string
	}
	for _, r := range []refusal{
		{name: "a stranger", id: models.SAMLIdentity{NameID: "s", Email: "stranger@elsewhere.example"}, kind: models.Denied, check: models.CheckKnown},
		{name: "a stranger without an address", id: models.SAMLIdentity{NameID: "s"}, kind: models.Denied, check: models.CheckKnown},
		{name: "an account that is no member", id: models.SAMLIdentity{NameID: "q", Email: "quentin@tailspin.example"}, kind: models.Denied, check: models.CheckKnown},
		{name: "somebody suspended", id: models.SAMLIdentity{NameID: "z", Email: "zoe@northwind.example"}, kind: models.Suspended, check: models.CheckActive},
		{
			name: "an invitation that has expired", id: models.SAMLIdentity{NameID: "n", Email: "newt@northwind.example"}, kind: models.Denied, check: models.CheckKnown,
			before: func(w *world) { w.run("UPDATE invitations SET expires_at = ?", w.now()) },
		},
		{
			name: "an invitation that was cancelled", id: models.SAMLIdentity{NameID: "n", Email: "newt@northwind.example"}, kind: models.Denied, check: models.CheckKnown,
			before: func(w *world) { w.run("UPDATE invitations SET state = 'cancelled'") },
		},
		{
			name: "a link whose account is no longer a member", id: models.SAMLIdentity{NameID: "linked", Email: "ada@northwind.example"}, kind: models.Denied, check: models.CheckMember,
			before: func(w *world) { w.link("linked", "carl@contoso.example") },
		},
		{
			name: "a link whose member is suspended", id: models.SAMLIdentity{NameID: "linked", Email: "ada@northwind.example"}, kind: models.Suspended, check: models.CheckActive,
			before: func(w *world) { w.link("linked", "zoe@northwind.example") },
		},
		{name: "another browser", id: models.SAMLIdentity{NameID: "u", Email: "sana@northwind.example"}, browser: "another", kind: models.Denied, check: models.CheckBrowser},
		{name: "no browser secret", id: models.SAMLIdentity{NameID: "u", Email: "sana@northwind.example"}, browser: "-", kind: models.Denied, check: models.CheckBrowser},
		{name: "too late", id: models.SAMLIdentity{NameID: "u", Email: "sana@northwind.example"}, late: resultValid, kind: models.Denied, check: models.CheckResult},
		{
			name: "a provider disabled meanwhile", id: models.SAMLIdentity{NameID: "u", Email: "sana@northwind.example"}, kind: models.Denied, check: models.CheckProvider,
			before: func(w *world) { w.run("UPDATE identity_providers SET enabled = false") },
		},
	} {
		t.Run(r.name, func(t *testing.T) {
			each(t, func(w *world) {
				ctx := w.ctx
				c := w.provider("okta", true)
				w.signIn("ada@northwind.example")
				result := w.accepted(c, r.id)
				if r.before != nil {
					r.before(w)
				}
				w.clock.pass(r.late)
				before, come := w.tables(), browser
				if r.browser != "" {
					come = r.browser
				}
				if r.browser == "-" {
					come = ""
				}
				_, err := w.FinishSAML(ctx, result, come, nil, secret.HashToken("new"), request)
				refused(w.t, err, r.kind)
				equal(w.t, "tables", w.tables(), before)
				attempts := w.attempts(c)
				equal(w.t, "attempts", len(attempts), 1)
				equal(w.t, "accepted", attempts[0].Accepted, false)
				equal(w.t, "check", attempts[0].Check, r.check)
				equal(w.t, "cause is said", attempts[0].Cause != "", true)
				equal(w.t, "reference", attempts[0].Reference, request.Reference)
				// It is used up: the right browser comes too late now.
				_, err = w.FinishSAML(ctx, result, browser, nil, secret.HashToken("new"), request)
				refused(w.t, err, models.Denied)
				equal(w.t, "the second use is recorded as one", w.attempts(c)[0].Check, models.CheckResult)
			})
		})
	}
}

func TestRefusedAttemptsAreRecordedForKnownConnections(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		c := w.provider("okta", true)
		odd := models.Attempt{Accepted: true, Check: "audience", Cause: "x", Person: "a\x00\xff", IP: "203.0.113.1", Reference: "R"}
		record := func(connection string) error {
			_, err := w.RecordRefusedAttempt(ctx, connection, odd, nil)
			return err
		}
		must(w.t, record(c.Provider.ConnectionID))
		attempts := w.attempts(c)
		equal(w.t, "attempts", len(attempts), 1)
		equal(w.t, "accepted", attempts[0].Accepted, false)
		equal(w.t, "person", attempts[0].Person, "a")
		equal(w.t, "at", attempts[0].At, w.now())
		refused(w.t, record("nothing"), models.NotFound)
		for range 60 {
			must(w.t, record(c.Provider.ConnectionID))
		}
		equal(w.t, "the newest", len(w.attempts(c)), 50)
		equal(w.t, "same bytes", bytes.Equal(c.CertificateDER, []byte("certificate of c-northwind-okta")), true)
	})
}

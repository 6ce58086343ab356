package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestReservationIsTheSameForTwoAtOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ada := w.in("northwind", "ada@northwind.example")
		ids := make([]string, 8)
		good, failures := atOnce(len(ids), func(i int) error {
			r, err := ada.Reservation(ctx, reservationOf(fmt.Sprintf("c%d", i)))
			if err == nil && string(r.PrivateKey) != "key of "+r.ConnectionID {
				err = errors.New("the key is another's")
			}
			ids[i] = r.ConnectionID
			return err
		})
		if good != len(ids) {
			w.t.Fatal(errors.Join(failures...))
		}
		for _, id := range ids {
			equal(w.t, "connection", id, ids[0])
		}
		again, err := ada.Reservation(ctx, func() (models.Reservation, error) { return models.Reservation{}, errors.New("made again") })
		must(w.t, err)
		equal(w.t, "kept", again.ConnectionID, ids[0])
		carl, err := w.in("contoso", "carl@contoso.example").Reservation(ctx, reservationOf("c-carl"))
		must(w.t, err)
		equal(w.t, "each organization its own", carl.ConnectionID, "c-carl")
		broken := errors.New("no randomness")
		_, err = w.in("northwind", "ada@northwind.example").Reservation(ctx, nil)
		must(w.t, err)
		w.run("DELETE FROM identity_provider_reservations")
		_, err = ada.Reservation(ctx, func() (models.Reservation, error) { return models.Reservation{}, broken })
		equal(w.t, "a fault is passed on", errors.Is(err, broken), true)
	})
}

func TestReservationUnderALostKeyIsReplaced(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		_, err := ada.Reservation(w.ctx, reservationOf("before"))
		must(w.t, err)
		w.box = secret.NewBox([32]byte{2})
		again, err := ada.Reservation(w.ctx, reservationOf("after"))
		must(w.t, err)
		equal(w.t, "connection", again.ConnectionID, "after")
		equal(w.t, "key", string(again.PrivateKey), "key of after")
	})
}

func TestCreateIdentityProviderUsesTheReservation(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ada := w.in("northwind", "ada@northwind.example")
		r := must1(ada.Reservation(ctx, reservationOf("c1")))
		w.records(func() {
			_, err := ada.CreateIdentityProvider(ctx, r.ConnectionID, w.change("okta", true))
			refused(w.t, err, models.Impossible) // no certificate
			_, err = ada.CreateIdentityProvider(ctx, "c-other", w.change("okta", true, "one"))
			refused(w.t, err, models.Stale)
			_, err = ada.CreateIdentityProvider(ctx, r.ConnectionID, w.change("okta", true, "one", "one"))
			refusedField(w.t, err, "certificates")
			equal(w.t, "reservation is still there", w.number("SELECT count(*) FROM identity_provider_reservations"), 1)
		})
		w.records(func() {
			made, err := ada.CreateIdentityProvider(ctx, r.ConnectionID, w.change("Okta", false))
			must(w.t, err)
			equal(w.t, "enabled", made.Enabled, false)
			equal(w.t, "version", made.Version, 1)
		}, "northwind identity-provider.created")
		_, err := ada.CreateIdentityProvider(ctx, r.ConnectionID, w.change("entra", true, "one"))
		refused(w.t, err, models.Stale)
		r = must1(ada.Reservation(ctx, reservationOf("c2")))
		_, err = ada.CreateIdentityProvider(ctx, r.ConnectionID, w.change("OKTA", true, "one"))
		refusedField(w.t, err, "id")
		made, err := ada.CreateIdentityProvider(ctx, r.ConnectionID, w.change("entra", true, "one", "two"))
		must(w.t, err)
		equal(w.t, "certificates", len(made.Certificates), 2)
		entries := must1(ada.Audit(ctx, models.AuditFilter{Action: models.ActionProviderCreated}))
		equal(w.t, "what was made", entries.Rows[0].After["entity ID"], "https://idp.example/entra")

		var all []models.IdentityProvider
		n := w.queries(func(ctx context.Context) { all = must1(ada.IdentityProviders(ctx)) })
		equal(w.t, "queries", n, 2)
		equal(w.t, "by name", all[0].Slug, "entra")
		equal(w.t, "providers", len(all), 2)
		equal(w.t, "metadata URL", all[0].MetadataURL, "https://idp.example/metadata")
	})
}

func TestEditIdentityProviderSavesOneVersionAfterTheOther(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ada := w.in("northwind", "ada@northwind.example")
		c := w.provider("okta", true)
		must(w.t, w.AcceptAssertion(ctx, w.begun(c), w.identity(models.SAMLIdentity{NameID: "n"}), secret.HashToken("r")))
		verified := w.now()
		flow := w.begun(c)
		w.clock.pass(time.Minute)

		renamed := w.change("ignored", false)
		renamed.Name, renamed.EntityID, renamed.Certificates = "Renamed", c.Provider.EntityID, c.Provider.Certificates
		w.records(func() { must(w.t, ada.EditIdentityProvider(ctx, "OKTA", 1, renamed)) }, "northwind identity-provider.edited")
		is := must1(ada.IdentityProvider(ctx, "okta"))
		equal(w.t, "name", is.Name, "Renamed")
		equal(w.t, "identifier stays", is.Slug, "okta")
		equal(w.t, "enabled stays", is.Enabled, true)
		equal(w.t, "version", is.Version, 2)
		equal(w.t, "updated", is.UpdatedAt, w.now())
		e := must1(ada.Audit(ctx, models.AuditFilter{Action: models.ActionProviderEdited})).Rows[0]
		equal(w.t, "before", e.Before["name"], "Provider okta")
		equal(w.t, "after", e.After["name"], "Renamed")
		equal(w.t, "only what changed", len(e.After), 1)
		_, err := w.OutstandingFlow(ctx, c.Provider.ConnectionID, flow.RelayState)
		must(w.t, err)

		w.records(func() { refused(w.t, ada.EditIdentityProvider(ctx, "okta", 1, renamed), models.Stale) })
		other := renamed
		other.Certificates = []models.ProviderCertificate{certificate("three", w.now()), certificate("two", w.now())}
		must(w.t, ada.EditIdentityProvider(ctx, "okta", 2, other))
		is = must1(ada.IdentityProvider(ctx, "okta"))
		equal(w.t, "order", string(is.Certificates[0].DER), "three")
		equal(w.t, "a new one has verified nothing", is.Certificates[0].LastVerifiedAt.IsZero(), true)
		equal(w.t, "a kept one keeps when it verified", is.Certificates[1].LastVerifiedAt, verified)
		_, err = w.OutstandingFlow(ctx, c.Provider.ConnectionID, flow.RelayState)
		refused(w.t, err, models.NotFound)

		other.Attributes, other.AdmitsDomains = models.AttributeNames{Person: "uid", Email: "upn", FirstName: "vorname", LastName: "nachname", DisplayName: "title", Groups: "teams"}, true
		must(w.t, ada.EditIdentityProvider(ctx, "okta", 3, other))
		c = must1(w.Connection(ctx, c.Provider.ConnectionID))
		equal(w.t, "attribute names", c.Provider.Attributes, other.Attributes)
		equal(w.t, "lets in by domain", c.Provider.AdmitsDomains, true)
		e = must1(ada.Audit(ctx, models.AuditFilter{Action: models.ActionProviderEdited})).Rows[0]
		equal(w.t, "what the log says of it", e.After["groups attribute"]+e.After["lets people in by domain"]+e.Before["lets people in by domain"], "teamsyesno")

		other.Certificates = nil
		refused(w.t, ada.EditIdentityProvider(ctx, "okta", 4, other), models.Impossible)
		refused(w.t, ada.EditIdentityProvider(ctx, "nothing", 1, other), models.NotFound)
		good, failures := atOnce(6, func(int) error { return ada.EditIdentityProvider(ctx, "okta", 4, renamed) })
		equal(w.t, "saved at once", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Stale)
		}
	})
}

func TestDeleteIdentityProviderAsksForItsIdentifier(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ada := w.in("northwind", "ada@northwind.example")
		c := w.provider("Okta", true)
		w.provider("entra", true)
		token, _, err := w.enters(c, models.SAMLIdentity{NameID: "s", Email: "sana@northwind.example"})
		must(w.t, err)
		w.records(func() {
			for _, typed := range []string{"", "entra", "okt"} {
				refusedField(w.t, ada.DeleteIdentityProvider(ctx, "okta", typed), "confirm")
			}
			refused(w.t, ada.DeleteIdentityProvider(ctx, "nothing", "nothing"), models.NotFound)
		})
		w.records(func() { must(w.t, ada.DeleteIdentityProvider(ctx, "okta", " OKTA ")) }, "northwind identity-provider.deleted")
		e := must1(ada.Audit(ctx, models.AuditFilter{Action: models.ActionProviderDeleted})).Rows[0]
		equal(w.t, "links that went", e.Before["links"], "1")
		_, err = w.Asking(ctx, token, "northwind")
		refused(w.t, err, models.NotFound)
		equal(w.t, "others stay", len(must1(ada.IdentityProviders(ctx))), 1)
		for _, table := range []string{"identity_links", "saml_flows", "saml_results", "saml_replays", "sign_in_attempts"} {
			equal(w.t, table, w.number("SELECT count(*) FROM "+table), 0)
		}
	})
}

func TestEnablingAsksForACertificate(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ada := w.in("northwind", "ada@northwind.example")
		r := must1(ada.Reservation(ctx, reservationOf("c1")))
		must1(ada.CreateIdentityProvider(ctx, r.ConnectionID, w.change("okta", false)))
		w.records(func() { refused(w.t, ada.SetIdentityProviderEnabled(ctx, "okta", true), models.Impossible) })
	})
}

// Everything of another organization answers as if it were not there, and nothing changes.
func TestAnotherOrganizationsThingsAreNotThere(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		c := w.provider("okta", true)
		carl := w.in("contoso", "carl@contoso.example")
		olga := w.userID("olga@northwind.example")
		reserved := must1(w.in("northwind", "ada@northwind.example").Reservation(ctx, reservationOf("c-theirs")))
		before := w.tables()
		for what, try := range map[string]func() error{
			"member":     func() error { _, err := carl.Member(ctx, olga); return err },
			"reset link": func() error { _, err := carl.MakeResetLink(ctx, olga, secret.HashToken("x")); return err },
			"app":        func() error { _, err := carl.Reach(ctx, "Arm"); return err },
			"provider":   func() error { _, err := carl.IdentityProvider(ctx, "okta"); return err },
			"edit":       func() error { return carl.EditIdentityProvider(ctx, "okta", 1, w.change("okta", true, "one")) },
			"enable":     func() error { return carl.SetIdentityProviderEnabled(ctx, "okta", false) },
			"delete":     func() error { return carl.DeleteIdentityProvider(ctx, "okta", "okta") },
		} {
			w.t.Run(what, func(t *testing.T) { refused(t, try(), models.NotFound) })
		}
		_, err := carl.CreateIdentityProvider(ctx, reserved.ConnectionID, w.change("okta", true, "one"))
		refused(w.t, err, models.Stale)
		equal(w.t, "attempts", len(must1(carl.Attempts(ctx, c.Provider.ID))), 0)
		equal(w.t, "providers", len(must1(carl.IdentityProviders(ctx))), 0)
		equal(w.t, "members", len(must1(carl.Members(ctx, models.MemberFilter{})).Rows), 2)
		equal(w.t, "teams", len(must1(carl.Teams(ctx, models.TeamFilter{})).Rows), 1)
		equal(w.t, "apps", len(must1(carl.Apps(ctx, models.AppFilter{})).Rows), 1)
		equal(w.t, "a cursor of theirs reads ours", must1(carl.Members(ctx, models.MemberFilter{Page: models.Page{After: position{"", olga}.cursor()}})).Rows[0].Name, "Carl Contoso")
		equal(w.t, "tables", w.tables(), before)
	})
}

// Values that an identity provider no more has must not keep anybody in: another entity ID is another provider with other people under the
// same names, and a certificate that was taken away may be a stolen one.
func TestEditEndsWhatRestsOnValuesThatAreGone(t *testing.T) {
	each(t, func(w *world) {
		for name, c := range map[string]struct {
			change       func(*models.ProviderChange)
			links, opens int
		}{
			"name": {func(p *models.ProviderChange) { p.Name = "Renamed" }, 1, 1},
			"certificate added": {func(p *models.ProviderChange) {
				p.Certificates = w.change("x", true, "one", "two", "three").Certificates
			}, 1, 1},
			"certificate removed": {func(p *models.ProviderChange) { p.Certificates = w.change("x", true, "two").Certificates }, 1, 0},
			"entity ID":           {func(p *models.ProviderChange) { p.EntityID = "https://another.example" }, 0, 0},
		} {
			w.run("DELETE FROM identity_providers")
			connection := w.provider("okta", true)
			token := secret.HashToken(secret.Token())
			_, err := w.FinishSAML(w.ctx, w.accepted(connection, models.SAMLIdentity{NameID: "n", Email: "sana@northwind.example"}), browser, nil, token, request)
			must(w.t, err)
			ada := w.in("northwind", "ada@northwind.example")
			saved, err := ada.IdentityProvider(w.ctx, "okta")
			must(w.t, err)
			change := w.change("okta", true, "one", "two")
			c.change(&change)
			must(w.t, ada.EditIdentityProvider(w.ctx, "okta", saved.Version, change))
			equal(w.t, name+": links", w.number("SELECT count(*) FROM identity_links"), c.links)
			equal(w.t, name+": sign-ins", w.number("SELECT count(*) FROM session_authentications WHERE method = 'saml'"), c.opens)
		}
	})
}

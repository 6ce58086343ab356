package store

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/models"
)

// link links an identity of the identity provider okta to an account.
func (w *world) link(nameID, email string) {
	w.t.Helper()
	w.run(`INSERT INTO identity_links (id, organization_id, provider_id, name_id, name_id_format, user_id, created_at, last_used_at)
		SELECT ?, organization_id, id, ?, '', ?, created_at, created_at FROM identity_providers WHERE slug = 'okta'`, newID(), nameID, w.userID(email))
}

func TestAResultIsFetchedOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		c := w.provider("okta", true)
		result := w.accepted(c, models.SAMLIdentity{NameID: "u", Email: "sana@northwind.example"})
		good, failures := atOnce(8, func(i int) error {
			_, err := w.FinishSAML(ctx, result, browser, nil, secret.HashToken(fmt.Sprint(i)), request)
			return err
		})
		equal(w.t, "sessions", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Denied)
		}
		equal(w.t, "attempts", len(w.attempts(c)), 8)
		_, err := w.FinishSAML(ctx, secret.HashToken("made up"), browser, nil, secret.HashToken("x"), request)
		refused(w.t, err, models.Denied)
		equal(w.t, "nobody to tell about a made-up one", len(w.attempts(c)), 8)
	})
}

func TestProofsMoveToTheRotatedSessionAndNeverLiveLonger(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		c := w.provider("okta", true)
		password := w.signIn("ulf@northwind.example")
		w.clock.pass(time.Hour)
		both, _, err := w.enters(c, models.SAMLIdentity{NameID: "ulf", Email: "ulf@northwind.example"}, password...)
		must(w.t, err)
		_, err = w.Asking(ctx, password, "")
		refused(w.t, err, models.NotFound)
		p := w.ask(both, "").Person
		equal(w.t, "proofs", len(p.Methods), 2)
		equal(w.t, "the password still counts", p.Proved(models.ByPassword), true)

		// The password was given six days and 23 hours before this session is a week old.
		for range 13 {
			w.clock.pass(11 * time.Hour)
			must(w.t, w.Touch(ctx, p.SessionID, "", ""))
		}
		w.clock.pass(11 * time.Hour)
		must(w.t, w.Touch(ctx, p.SessionID, "", ""))
		w.clock.pass(11 * time.Hour)
		must(w.t, w.Touch(ctx, p.SessionID, "", ""))
		w.clock.pass(2 * time.Hour)
		late := w.ask(both, "").Person
		equal(w.t, "the password's week is over", late.Proved(models.ByPassword), false)
		equal(w.t, "SAML's is not", late.Proved(models.BySAML), true)

		other, _, err := w.enters(c, models.SAMLIdentity{NameID: "sana", Email: "sana@northwind.example"}, both...)
		must(w.t, err)
		equal(w.t, "another account brings nothing along", len(w.ask(other, "").Person.Methods), 1)
		_, err = w.Asking(ctx, both, "")
		refused(w.t, err, models.NotFound)
	})
}

func TestDisablingTakesTheOrganizationAwayAtOnce(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		ada := w.in("northwind", "ada@northwind.example")
		c := w.provider("okta", true)
		only, _, err := w.enters(c, models.SAMLIdentity{NameID: "sana", Email: "sana@northwind.example"})
		must(w.t, err)
		both, _, err := w.enters(c, models.SAMLIdentity{NameID: "ulf", Email: "ulf@northwind.example"}, w.signIn("ulf@northwind.example")...)
		must(w.t, err)
		w.begun(c)
		w.records(func() { must(w.t, ada.SetIdentityProviderEnabled(ctx, "okta", false)) }, "northwind identity-provider.disabled")
		_, err = w.Asking(ctx, only, "northwind")
		refused(w.t, err, models.NotFound)
		equal(w.t, "who also gave a password stays", len(w.ask(both, "").Person.Methods), 1)
		equal(w.t, "flows", w.number("SELECT count(*) FROM saml_flows"), 0)
		w.records(func() { must(w.t, ada.SetIdentityProviderEnabled(ctx, "okta", false)) })
		w.records(func() { must(w.t, ada.SetIdentityProviderEnabled(ctx, "okta", true)) }, "northwind identity-provider.enabled")
		_, err = w.Asking(ctx, only, "northwind")
		refused(w.t, err, models.NotFound)
	})
}

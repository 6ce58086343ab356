package store

import (
	"context"
	"testing"
	"time"

	"gatehouse/models"
)

// published is what the metadata of a provider of these tests say.
func (w *world) published(slug string, certificates ...string) models.Looked {
	return models.Looked{Secure: true, Read: models.ProviderChange{
		EntityID: "https://idp.example/" + slug, SSOURL: "https://idp.example/sso", SSOBinding: "redirect", MetadataXML: "<new/>",
		Certificates: w.change(slug, true, certificates...).Certificates,
	}}
}

// look is a look now, as the schedule makes it.
func (w *world) look(c models.Connection, found models.Looked) models.Lookout {
	w.t.Helper()
	w.clock.pass(time.Second)
	return must1(w.KeepLook(w.ctx, models.Look{ProviderID: c.Provider.ID, OrganizationID: c.Provider.OrganizationID, URL: c.Provider.MetadataURL, At: w.now()}, found))
}

func TestLooksAreDueByTurnsAndForOneReplicaAtATime(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		for _, slug := range []string{"a", "b", "c", "d", "e"} {
			w.provider(slug, true)
		}
		w.run("UPDATE identity_providers SET metadata_url = '' WHERE slug = 'e'")
		equal(w.t, "due when just read", len(must1(w.ClaimLooks(w.ctx, 10))), 0)
		w.clock.pass(8 * time.Hour)
		other := w.open()
		claimed := make([][]models.Look, 6)
		_, failures := atOnce(len(claimed), func(i int) (err error) {
			claimed[i], err = []*Store{w.Store, other}[i%2].ClaimLooks(w.ctx, 1)
			return err
		})
		equal(w.t, "failures", len(failures), 0)
		seen := map[string]int{}
		for _, looks := range claimed {
			for _, l := range looks {
				seen[l.ProviderID]++
				equal(w.t, "address", l.URL, "https://idp.example/metadata")
			}
		}
		for len(seen) < 4 { // a locked row may have been skipped by everybody
			for _, l := range must1(w.ClaimLooks(w.ctx, 1)) {
				seen[l.ProviderID]++
			}
		}
		for _, times := range seen {
			equal(w.t, "times each was claimed", times, 1)
		}
		equal(w.t, "nothing is left", len(must1(w.ClaimLooks(w.ctx, 10))), 0)
		w.clock.pass(lookLease)
		equal(w.t, "due again when nobody said what was found", len(must1(w.ClaimLooks(w.ctx, 10))), 4)

		c := must1(w.Connection(w.ctx, "c-northwind-a"))
		w.look(c, models.Looked{Problem: "It was not there."})
		w.look(c, models.Looked{Problem: "It was not there."})
		r := must1(ada.Refresh(w.ctx, c.Provider))
		equal(w.t, "problem", r.Problem, "It was not there.")
		equal(w.t, "failures in a row", r.Failures, 2)
		equal(w.t, "looked", r.LookedAt, w.now())
		if pause := r.NextAt.Sub(w.now()); pause < 2*time.Hour || pause > 2*time.Hour+30*time.Minute {
			w.t.Errorf("after two failures it is looked at again in %s", pause)
		}
		w.look(c, w.published("a", "one", "two"))
		r = must1(ada.Refresh(w.ctx, c.Provider))
		equal(w.t, "problem that is over", r.Problem, "")
		equal(w.t, "failures that are over", r.Failures, 0)
		equal(w.t, "changed", r.ChangedAt.IsZero(), true)
		w.run("UPDATE identity_providers SET metadata_url = 'https://elsewhere.example' WHERE slug = 'a'")
		equal(w.t, "what was found elsewhere", must1(ada.Refresh(w.ctx, must1(ada.IdentityProvider(w.ctx, "a")))).LookedAt.IsZero(), true)
	})
}

func TestALookAddsCertificatesAndEndsNothing(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		c := w.provider("okta", true)
		flow := w.begun(c)
		var out models.Lookout
		w.records(func() { out = w.look(c, w.published("okta", "three", "one", "two")) }, "northwind identity-provider.refreshed")
		equal(w.t, "added", out.Added, 1)
		equal(w.t, "proposed", out.Proposed, false)
		is := must1(ada.IdentityProvider(w.ctx, "okta"))
		equal(w.t, "certificates", len(is.Certificates), 3)
		equal(w.t, "behind the others", string(is.Certificates[2].DER), "three")
		equal(w.t, "version", is.Version, 2)
		_, err := w.OutstandingFlow(w.ctx, c.Provider.ConnectionID, flow.RelayState)
		must(w.t, err)
		e := must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionProviderRefreshed})).Rows[0]
		equal(w.t, "who", e.ActorName, "")
		equal(w.t, "how many", e.After["certificates added"], "1")
		equal(w.t, "when", must1(ada.Refresh(w.ctx, is)).ChangedAt, w.now())
		w.records(func() { w.look(c, w.published("okta", "three", "one", "two")) })

		look := must1(ada.Look(w.ctx, "okta"))
		w.records(func() { must1(ada.KeepLook(w.ctx, look, w.published("okta", "one", "two", "three", "four"))) }, "northwind identity-provider.refreshed")
		e = must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionProviderRefreshed})).Rows[0]
		equal(w.t, "who asked", e.ActorName, "Ada Admin")
	})
}

func TestWhatWouldChangeTheIdentityIsProposed(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		c := w.provider("okta", true)
		_, _, err := w.enters(c, models.SAMLIdentity{NameID: "s", Email: "sana@northwind.example"})
		must(w.t, err)
		before := must1(ada.IdentityProvider(w.ctx, "okta"))
		moved := w.published("okta", "one", "two")
		moved.Read.SSOURL = "https://elsewhere.example/sso"
		w.records(func() { equal(w.t, "proposed", w.look(c, moved).Proposed, true) }, "northwind identity-provider.change-proposed")
		w.records(func() { w.look(c, moved) })
		first := must1(ada.Refresh(w.ctx, before)).Proposal
		equal(w.t, "proposed address", first.Change.SSOURL, "https://elsewhere.example/sso")
		equal(w.t, "nothing is changed", must1(ada.IdentityProvider(w.ctx, "okta")).SSOURL, before.SSOURL)

		other := w.published("okta", "two", "three")
		w.records(func() { w.look(c, other) }, "northwind identity-provider.refreshed", "northwind identity-provider.change-proposed")
		is := must1(ada.IdentityProvider(w.ctx, "okta"))
		equal(w.t, "the one that is gone there stays", len(is.Certificates), 3)
		carl := w.in("contoso", "carl@contoso.example")
		second := must1(ada.Refresh(w.ctx, is)).Proposal
		equal(w.t, "superseded", second.Key == first.Key, false)
		w.records(func() {
			refused(w.t, ada.ApproveProposal(w.ctx, "okta", is.Version, first.Key), models.Stale)
			refused(w.t, ada.ApproveProposal(w.ctx, "okta", is.Version-1, second.Key), models.Stale)
			refused(w.t, ada.DismissProposal(w.ctx, "okta", first.Key), models.Stale)
			refused(w.t, ada.ApproveProposal(w.ctx, "nothing", is.Version, second.Key), models.NotFound)
			refused(w.t, carl.ApproveProposal(w.ctx, "okta", is.Version, second.Key), models.NotFound)
			refused(w.t, carl.DismissProposal(w.ctx, "okta", second.Key), models.NotFound)
			_, err := carl.Look(w.ctx, "okta")
			refused(w.t, err, models.NotFound)
			equal(w.t, "theirs", must1(carl.Refresh(w.ctx, is)).Proposal == nil, true)
		})
		named := w.change("okta", true, "one", "two", "three")
		named.Attributes, named.AdmitsDomains, named.IDPInitiated = models.AttributeNames{Email: "mail-of-ours", Groups: "groups-of-ours", Person: "uid"}, true, true
		named.MetadataURL, named.MetadataXML = is.MetadataURL, "kept"
		must(w.t, ada.EditIdentityProvider(w.ctx, "okta", is.Version, named))
		w.look(c, other)
		is = must1(ada.IdentityProvider(w.ctx, "okta"))
		second = must1(ada.Refresh(w.ctx, is)).Proposal
		good, failures := atOnce(4, func(int) error { return ada.ApproveProposal(w.ctx, "okta", is.Version, second.Key) })
		equal(w.t, "approved once", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Stale)
		}
		is = must1(ada.IdentityProvider(w.ctx, "okta"))
		equal(w.t, "certificates approved", len(is.Certificates), 2)
		equal(w.t, "address stays", is.MetadataURL, before.MetadataURL)
		equal(w.t, "name stays", is.Name, before.Name)
		equal(w.t, "what was named here stays", is.Attributes, named.Attributes)
		equal(w.t, "and what was decided here", is.AdmitsDomains && is.IDPInitiated && is.Enabled, true)
		equal(w.t, "sign-ins of the one that went", w.number("SELECT count(*) FROM session_authentications WHERE method = 'saml'"), 0)
		equal(w.t, "decided", must1(ada.Refresh(w.ctx, is)).Proposal == nil, true)
		e := must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionProposalApproved})).Rows[0]
		equal(w.t, "ended", e.After["sign-ins ended"], "1")
	})
}

func TestADismissedDifferenceIsNotProposedAgain(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		c := w.provider("okta", true)
		foreign := w.published("okta", "one", "two", "evil")
		foreign.Read.EntityID = "https://evil.example"
		equal(w.t, "nothing of another provider is added", w.look(c, foreign).Added, 0)
		proposal := must1(ada.Refresh(w.ctx, c.Provider)).Proposal
		w.records(func() { must(w.t, ada.DismissProposal(w.ctx, "okta", proposal.Key)) }, "northwind identity-provider.change-dismissed")
		w.records(func() { must(w.t, ada.DismissProposal(w.ctx, "okta", proposal.Key)) })
		w.records(func() { equal(w.t, "proposed again", w.look(c, foreign).Proposed, false) })
		foreign.Read.SSOBinding = "post"
		equal(w.t, "another difference", w.look(c, foreign).Proposed, true)
		w.look(c, w.published("okta", "one", "two"))
		equal(w.t, "the metadata came back", must1(ada.Refresh(w.ctx, c.Provider)).Proposal == nil, true)

		// A look that was overtaken, or made at an address that is no more, says nothing.
		late := models.Look{ProviderID: c.Provider.ID, OrganizationID: c.Provider.OrganizationID, URL: c.Provider.MetadataURL, At: w.now().Add(-time.Minute)}
		w.records(func() {
			must1(w.KeepLook(w.ctx, late, foreign))
			late.URL, late.At = "https://before.example", w.now()
			must1(w.KeepLook(w.ctx, late, foreign))
		})
		equal(w.t, "an overtaken look", must1(ada.Refresh(w.ctx, c.Provider)).Proposal == nil, true)
		must(w.t, ada.DeleteIdentityProvider(w.ctx, "okta", "okta"))
		_, err := w.KeepLook(w.ctx, late, foreign)
		refused(w.t, err, models.NotFound)
		equal(w.t, "rows", w.number("SELECT count(*) FROM metadata_refreshes"), 0)
	})
}

func TestLookNowNeedsAnAddress(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		w.provider("okta", true)
		w.run("UPDATE identity_providers SET metadata_url = ''")
		_, err := ada.Look(w.ctx, "okta")
		refused(w.t, err, models.Impossible)
		equal(w.t, "queries without an address", w.queries(func(ctx context.Context) {
			must1(ada.Refresh(ctx, models.IdentityProvider{}))
		}), 0)
	})
}

package web

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/internal/dns/dnstest"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

// From a claim to people who are led to their identity provider, with a name server that answers over the wire.
func TestADomainIsClaimedVerifiedAndLeadsPeople(t *testing.T) {
	names := dnstest.New(t)
	eachWith(t, settings{names: names.Addr()}, func(w *world) {
		// Both databases are asked about at the same time, so each has a domain of its own.
		kind, _, _ := strings.Cut(w.database, ":")
		domain := "robots-" + kind + ".example"
		own := urls.Domain.To("northwind", domain)
		w.connect("northwind", "okta")
		admin := w.signIn(ada)
		for typed, says := range map[string]string{"": "Enter a domain", "gmail.com": "everybody can get an address", "co.uk": "everybody can register", "robots.example": "in the list already"} {
			got := admin.post("/orgs/northwind/security/domains", fields("domain", typed))
			equal(w.t, typed, got.status, http.StatusUnprocessableEntity)
			if said := got.page().errorAt("domain"); !strings.Contains(said, says) {
				w.t.Errorf("%q: beside the field stands %q, want %q", typed, said, says)
			}
			equal(w.t, typed+": as typed", got.page().valueOf("domain"), typed)
		}
		got := admin.post("/orgs/northwind/security/domains", fields("domain", " "+strings.ToUpper(domain)))
		equal(w.t, "claimed", got.status, http.StatusSeeOther)
		equal(w.t, "leads to it", got.location, own)
		page := admin.get(own).mustBe(w, "the domain", http.StatusOK).page()
		record, value := attribute(page.byID("record-name"), "value"), attribute(page.byID("record-value"), "value")
		equal(w.t, "record", record, "_gatehouse-challenge."+domain)

		look := func(what string, status int, says string) {
			w.t.Helper()
			got := admin.post(urls.DomainVerify.To("northwind", domain), nil)
			equal(w.t, what, got.status, status)
			if got.status == http.StatusSeeOther {
				got = admin.get(got.location)
			}
			if !strings.Contains(got.page().text(), says) {
				w.t.Errorf("%s: the page does not say %q: %s", what, says, got.page().text())
			}
		}
		look("without a record", http.StatusUnprocessableEntity, "There is no such record")
		names.Set(record, "gatehouse-verification=somebody-else's")
		look("with another", http.StatusUnprocessableEntity, "The record says something else")
		look("says what was seen", http.StatusUnprocessableEntity, "gatehouse-verification=somebody-else's")
		stranger := w.client()
		ask := func(email string) answer { return stranger.post(urls.LoginAddress.To(), fields("email", email)) }
		equal(w.t, "before it is verified", ask("x@"+domain).status, http.StatusOK)
		equal(w.t, "the sign-in page asks for both", stranger.get("/login").page().byID("password") != nil, true)
		names.Set(record, "v=spf1 -all", value)
		look("with the value", http.StatusSeeOther, domain+" is verified.")
		equal(w.t, "the sign-in page asks for the address first", stranger.get("/login").page().byID("password") == nil, true)
		equal(w.t, "or for both", stranger.get("/login?with=password").page().byID("password") != nil, true)

		// The answer goes by the domain alone: an account and none, a member and a stranger are led alike.
		for _, email := range []string{"x@" + domain, "X+y@" + strings.ToUpper(domain)} {
			equal(w.t, email, ask(email).location, urls.LoginProviders.To("northwind"))
			equal(w.t, email+" at SSO", stranger.post("/login/sso", fields("organization", email)).location, urls.LoginProviders.To("northwind"))
		}
		known, none := ask(ulf), ask(unknown)
		equal(w.t, "an account", known.status, http.StatusOK)
		equal(w.t, "the same page for none", strings.ReplaceAll(known.body, ulf, unknown), none.body)
		equal(w.t, "asks for the password", known.page().byID("password") != nil, true)
		equal(w.t, "as typed", known.page().valueOf("email"), ulf)
		equal(w.t, "no address", ask(" ").status, http.StatusUnprocessableEntity)
		equal(w.t, "no address in the way", strings.Contains(ask("x@"+domain).location, "@"), false)
		equal(w.t, "an unknown domain at SSO", stranger.post("/login/sso", fields("organization", "x@elsewhere.example")).status, http.StatusUnprocessableEntity)

		// On the way to a page of the organization one stays on it; a page of another is not what this opens.
		deep := "/orgs/northwind/members?q=a"
		equal(w.t, "the way back", stranger.post(urls.LoginAddress.To(), fields("email", "x@"+domain, "next", deep)).location, urls.With(urls.LoginProviders.To("northwind"), "next", deep))
		equal(w.t, "another's page", stranger.post(urls.LoginAddress.To(), fields("email", "x@"+domain, "next", "/orgs/contoso")).location, urls.LoginProviders.To("northwind"))
		for _, next := range elsewhere() {
			w.mustStay("an address with "+next, stranger.post(urls.LoginAddress.To(), fields("email", "x@"+domain, "next", next)).location)
		}

		got = admin.post(urls.DomainRemove.To("northwind", domain), fields("confirm", "robots"))
		equal(w.t, "removing without its name", got.status, http.StatusUnprocessableEntity)
		equal(w.t, "as typed", got.page().valueOf("confirm"), "robots")
		equal(w.t, "removed", admin.post(urls.DomainRemove.To("northwind", domain), fields("confirm", domain)).status, http.StatusSeeOther)
		equal(w.t, "gone", admin.get(own).status, http.StatusNotFound)
		equal(w.t, "it leads nowhere", ask("x@"+domain).status, http.StatusOK)
	})
}

func TestSomebodyElsesDomainIsRefusedWithoutTellingWhose(t *testing.T) {
	eachWith(t, settings{adjust: func(s *models.Seed) {
		s.Domains = append(s.Domains, models.SeedDomain{Name: "taken.example", Verified: true})
	}}, func(w *world) {
		got := w.signIn(carl).post("/orgs/contoso/security/domains", fields("domain", "taken.example"))
		equal(w.t, "status", got.status, http.StatusUnprocessableEntity)
		if said := got.page().errorAt("domain"); !strings.Contains(said, "verified by another organization") || strings.Contains(strings.ToLower(got.body), "northwind") {
			w.t.Errorf("says %q", said)
		}
	})
}

// Silence says nothing: the page says so, and nothing is lost by it.
func TestNoAnswerOfTheNameServersIsSaid(t *testing.T) {
	w := onSQLite(t, settings{adjust: func(s *models.Seed) { s.Domains[0].Verified = true }})
	got := w.signIn(ada).post(urls.DomainVerify.To("northwind", "robots.example"), nil)
	equal(t, "status", got.status, http.StatusUnprocessableEntity)
	if !strings.Contains(got.page().text(), "The name servers did not answer") || !strings.Contains(got.page().text(), "Verified") {
		t.Errorf("says %s", got.page().text())
	}
}

// Somebody whom nobody invited comes in through the provider, because the organization has shown that the domain is its own.
func TestAVerifiedDomainLetsSomebodyIn(t *testing.T) {
	eachWith(t, settings{adjust: func(s *models.Seed) { s.Domains[0].Verified = true }}, func(w *world) {
		p := w.connect("northwind", "okta")
		w.raw().run("UPDATE identity_providers SET admits_domains = true")
		c := w.signInThrough(p, "nora@robots.example")
		equal(w.t, "in", c.get("/orgs/northwind").status, http.StatusOK)
		equal(w.t, "as", w.raw().word("SELECT role FROM members m JOIN users u ON u.id = m.user_id WHERE u.email = 'nora@robots.example'"), authz.OrganizationUser.Key())
	})
}

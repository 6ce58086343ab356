package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gatehouse/models"
)

// claimed is a domain that Northwind says is its own.
func (w *world) claimed(name string) models.Domain {
	w.t.Helper()
	d, err := w.in("northwind", "ada@northwind.example").ClaimDomain(w.ctx, name, "token-of-"+name)
	must(w.t, err)
	return d
}

// verified is one whose record was found.
func (w *world) verified(name string) models.Domain {
	w.t.Helper()
	w.claimed(name)
	d, err := w.in("northwind", "ada@northwind.example").DomainLooked(w.ctx, name, models.DomainFound)
	must(w.t, err)
	equal(w.t, "verified", d.Verified(), true)
	return d
}

func TestADomainIsVerifiedByItsRecord(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		w.records(func() { w.claimed("robots.example") }, "northwind session.signed-in", "northwind domain.claimed")
		_, err := ada.ClaimDomain(w.ctx, "robots.example", "x")
		refusedField(w.t, err, "domain")
		for _, outcome := range []models.DomainOutcome{models.DomainMissing, models.DomainOther, models.DomainUnanswered} {
			w.records(func() {
				d, err := ada.DomainLooked(w.ctx, "robots.example", outcome)
				must(w.t, err)
				equal(w.t, "verified by "+string(outcome), d.Verified(), false)
			})
		}
		_, err = w.SignInOrganization(w.ctx, "ada@robots.example")
		refused(w.t, err, models.NotFound)
		w.records(func() {
			_, err := ada.DomainLooked(w.ctx, "robots.example", models.DomainFound)
			must(w.t, err)
		}, "northwind domain.verified")
		w.records(func() {
			_, err := ada.DomainLooked(w.ctx, "robots.example", models.DomainFound)
			must(w.t, err)
		})
		d, err := ada.Domain(w.ctx, "robots.example")
		must(w.t, err)
		equal(w.t, "verified at", d.VerifiedAt, w.now())
		equal(w.t, "token", d.Token, "token-of-robots.example")
		for _, name := range []string{"", "other.example", "\x00", "ROBOTS.example"} {
			_, err := ada.Domain(w.ctx, name)
			refused(w.t, err, models.NotFound)
		}
		_, err = w.in("contoso", "carl@contoso.example").Domain(w.ctx, "robots.example")
		refused(w.t, err, models.NotFound)

		refusedField(w.t, ada.RemoveDomain(w.ctx, "robots.example", "robots"), "confirm")
		w.records(func() { must(w.t, ada.RemoveDomain(w.ctx, "robots.example", " Robots.example ")) }, "northwind domain.removed")
		refused(w.t, ada.RemoveDomain(w.ctx, "robots.example", "robots.example"), models.NotFound)
		domains, err := ada.Domains(w.ctx)
		must(w.t, err)
		equal(w.t, "domains", len(domains), 0)
	})
}

// Two organizations may claim a domain; who publishes its record first has it, and the other is told nothing of whose it is.
func TestADomainIsOneOrganizationsAlone(t *testing.T) {
	each(t, func(w *world) {
		ada, carl := w.in("northwind", "ada@northwind.example"), w.in("contoso", "carl@contoso.example")
		w.claimed("shared.example")
		_, err := carl.ClaimDomain(w.ctx, "shared.example", "carls")
		must(w.t, err)
		good, failures := atOnce(2, func(i int) error {
			_, err := []Tenant{ada, carl}[i].DomainLooked(w.ctx, "shared.example", models.DomainFound)
			return err
		})
		equal(w.t, "verified", good, 1)
		refusedField(w.t, failures[0], "domain")
		equal(w.t, "verified rows", w.number("SELECT count(*) FROM domains WHERE verified_at IS NOT NULL"), 1)

		w.verified("mine.example")
		_, err = carl.ClaimDomain(w.ctx, "mine.example", "carls")
		refusedField(w.t, err, "domain")
		if strings.Contains(strings.ToLower(err.Error()), "northwind") {
			w.t.Errorf("the refusal tells whose it is: %v", err)
		}
		equal(w.t, "a claim kept", w.number("SELECT count(*) FROM domains WHERE name = 'mine.example'"), 1)
	})
}

func TestOnlyAVerifiedDomainWithAProviderLeadsToIt(t *testing.T) {
	each(t, func(w *world) {
		leads := func(email, want string) {
			w.t.Helper()
			slug, err := w.SignInOrganization(w.ctx, email)
			if want == "" {
				refused(w.t, err, models.NotFound)
				return
			}
			must(w.t, err)
			equal(w.t, email, slug, want)
		}
		anyDomain := func(want bool) {
			w.t.Helper()
			got, err := w.AnyDomain(w.ctx)
			must(w.t, err)
			equal(w.t, "any domain", got, want)
		}
		w.claimed("robots.example")
		anyDomain(false)
		w.verified("northwind.example")
		anyDomain(true)
		leads("ada@northwind.example", "")
		w.provider("okta", false)
		leads("ada@northwind.example", "")
		must(w.t, w.in("northwind", "ada@northwind.example").SetIdentityProviderEnabled(w.ctx, "okta", true))
		leads("ada@northwind.example", "northwind")
		leads("nobody-at-all@NORTHWIND.example", "northwind")
		for _, email := range []string{"ada@robots.example", "ada@mail.northwind.example", "ada@example", "ada", "", "@northwind.example", "ada@northwind.example\x00"} {
			leads(email, "")
		}
	})
}

// An identity nobody knows is let in when its domain is the organization's, with the role that may do least; nobody else is.
func TestAVerifiedDomainLetsPeopleIn(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		newcomer := models.SAMLIdentity{NameID: "new", Email: "Nora@Robots.example", Name: "Nora New"}
		w.claimed("robots.example")
		_, _, err := w.enters(c, newcomer)
		refused(w.t, err, models.Denied)
		_, err = w.in("northwind", "ada@northwind.example").DomainLooked(w.ctx, "robots.example", models.DomainFound)
		must(w.t, err)
		_, _, err = w.enters(c, newcomer)
		refused(w.t, err, models.Denied) // the provider does not let people in by domain
		equal(w.t, "accounts", w.number("SELECT count(*) FROM users WHERE email_norm = 'nora@robots.example'"), 0)
		w.run("UPDATE identity_providers SET admits_domains = true")

		var token []byte
		w.records(func() {
			token, _, err = w.enters(c, newcomer)
			must(w.t, err)
		}, "northwind member.joined", "northwind identity.linked", "northwind session.signed-in")
		asking := w.ask(token, "northwind")
		equal(w.t, "role", asking.Role.Key(), "organization_user")
		equal(w.t, "address", asking.Person.User.Email, "Nora@Robots.example")
		equal(w.t, "source", w.number("SELECT count(*) FROM members WHERE source = 'sso' AND user_id = ?", asking.Person.User.ID), 1)
		w.records(func() {
			_, _, err = w.enters(c, newcomer)
			must(w.t, err)
		}, "northwind session.signed-in")

		// An account of another organization becomes a member too, and opens nothing else.
		w.verified("contoso.example")
		token, _, err = w.enters(c, models.SAMLIdentity{NameID: "carl", Email: "carl@contoso.example"})
		must(w.t, err)
		equal(w.t, "Contoso stays shut", w.ask(token, "contoso").Person.Opens(w.ask(token, "contoso").Organization.ID), false)

		for _, stranger := range []string{"x@sub.robots.example", "x@elsewhere.example", ""} {
			_, _, err = w.enters(c, models.SAMLIdentity{NameID: "x", Email: stranger})
			refused(w.t, err, models.Denied)
		}
		// Another organization's domain is no reason.
		carl := w.in("contoso", "carl@contoso.example")
		_, err = carl.ClaimDomain(w.ctx, "theirs.example", "t")
		must(w.t, err)
		_, err = carl.DomainLooked(w.ctx, "theirs.example", models.DomainFound)
		must(w.t, err)
		_, _, err = w.enters(c, models.SAMLIdentity{NameID: "y", Email: "y@theirs.example"})
		refused(w.t, err, models.Denied)
		must(w.t, w.in("northwind", "ada@northwind.example").RemoveDomain(w.ctx, "robots.example", "robots.example"))
		_, _, err = w.enters(c, models.SAMLIdentity{NameID: "late", Email: "late@robots.example"})
		refused(w.t, err, models.Denied)
		_, _, err = w.enters(c, newcomer)
		must(w.t, err) // who is a member stays one
	})
}

// A record that is gone is told at once and costs the domain after seven days; silence costs nothing.
func TestADomainIsLookedAtAgain(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		w.verified("robots.example")
		w.claimed("never.example")
		var told []models.DomainNews
		tell := func(news models.DomainNews) models.Mail {
			told = append(told, news)
			return models.Mail{Subject: "news", Text: news.Domain.Name}
		}
		look := func(outcome models.DomainOutcome, want ...string) {
			w.t.Helper()
			due, err := w.DueDomains(ctx, 10)
			must(w.t, err)
			equal(w.t, "due", len(due), 1)
			again, err := w.DueDomains(ctx, 10)
			must(w.t, err)
			equal(w.t, "due for another replica", len(again), 0)
			w.records(func() { must(w.t, w.DomainRechecked(ctx, due[0], outcome, tell)) }, want...)
		}
		none, err := w.DueDomains(ctx, 10)
		must(w.t, err)
		equal(w.t, "due at once", len(none), 0)

		w.clock.pass(models.DomainCheckEvery)
		look(models.DomainFound)
		w.clock.pass(models.DomainCheckEvery)
		look(models.DomainUnanswered)
		w.clock.pass(models.DomainRetryAfter)
		look(models.DomainMissing, "northwind domain.record-gone")
		equal(w.t, "mail", w.number("SELECT count(*) FROM outbox"), 1) // Ada alone is an Administrator
		w.clock.pass(models.DomainRetryAfter)
		look(models.DomainOther)
		w.clock.pass(models.DomainRetryAfter)
		look(models.DomainFound, "northwind domain.record-back")
		w.clock.pass(models.DomainCheckEvery)
		look(models.DomainMissing, "northwind domain.record-gone")
		w.clock.pass(models.DomainGrace - time.Microsecond)
		look(models.DomainMissing)
		w.clock.pass(models.DomainRetryAfter)
		look(models.DomainUnanswered)
		w.clock.pass(models.DomainRetryAfter)
		look(models.DomainMissing, "northwind domain.lost")
		equal(w.t, "told", len(told), 3)
		equal(w.t, "told last", told[2].What, models.ActionDomainLost)
		equal(w.t, "of the organization", told[2].Organization.Name, "Northwind Robotics")
		d, err := w.in("northwind", "ada@northwind.example").Domain(ctx, "robots.example")
		must(w.t, err)
		equal(w.t, "verified", d.Verified(), false)
		w.clock.pass(30 * 24 * time.Hour)
		none, err = w.DueDomains(ctx, 10)
		must(w.t, err)
		equal(w.t, "due when lost", len(none), 0)
		_, err = w.in("northwind", "ada@northwind.example").DomainLooked(ctx, "robots.example", models.DomainFound)
		must(w.t, err) // it comes back as it came first
	})
}

func TestReplicasShareTheDueDomains(t *testing.T) {
	each(t, func(w *world) {
		names := []string{"a.example", "b.example", "c.example", "d.example", "e.example", "f.example"}
		for _, name := range names {
			w.verified(name)
		}
		w.clock.pass(models.DomainCheckEvery)
		replica, seen := w.open(), make(chan string, 40)
		_, failures := atOnce(6, func(i int) error {
			due, err := []*Store{w.Store, replica}[i%2].DueDomains(w.ctx, 2)
			for _, d := range due {
				seen <- d.Name
			}
			return err
		})
		must(w.t, errors.Join(failures...))
		close(seen)
		taken := map[string]int{}
		for name := range seen {
			taken[name]++
		}
		for name, times := range taken {
			equal(w.t, name, times, 1)
		}
		rest, err := w.DueDomains(w.ctx, 10) // what was locked for others was passed over
		must(w.t, err)
		equal(w.t, "taken in all", len(taken)+len(rest), len(names))
	})
}

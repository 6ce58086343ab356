package web

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/testdb"
	"gatehouse/internal/urls"
)

func TestSigningInThroughAnIdentityProvider(t *testing.T) {
	each(t, func(w *world) {
		for name, p := range map[string]provider{"redirect": w.connect("northwind", "redirecting"), "POST": w.connect("northwind", "posting", byPost)} {
			c, raw := w.client(), w.raw()
			request := c.begin(p, "/orgs/northwind/members?q=ulf")
			equal(w.t, name+": asked for our address", request.ACSURL, p.acs)
			equal(w.t, name+": in our name", request.Issuer, p.entityID)
			equal(w.t, name+": there", request.Destination, ssoURL)

			before := raw.number("SELECT count(*) FROM sessions")
			accepted := c.deliver(p.acsPath(), p.respond(p.says(request, ulf)), request.RelayState).mustBe(w, name, http.StatusSeeOther)
			equal(w.t, name+": sessions before the browser came back", raw.number("SELECT count(*) FROM sessions"), before)
			equal(w.t, name+": cookies for another site's post", len(accepted.header.Values("Set-Cookie")), 0)

			finished := c.get(accepted.location).mustBe(w, name, http.StatusSeeOther)
			equal(w.t, name+": lands where it was going", finished.location, "/orgs/northwind/members?q=ulf")
			page := c.get(finished.location).mustBe(w, name, http.StatusOK)
			equal(w.t, name+": as Ulf", strings.Contains(page.body, "Ulf User"), true)
			equal(w.t, name+": sessions", raw.number("SELECT count(*) FROM sessions"), before+1)
			equal(w.t, name+": attempts", w.attempts(p), "accepted")
		}
	})
}

// A sign-in through an identity provider opens the organization that vouched, and nothing else of the account.
func TestASignInOpensExactlyTheOrganizationThatVouched(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		c := w.signInThrough(p, bo) // also the Administrator of Contoso, with a password
		other := w.signIn(bo)

		equal(w.t, "Northwind", c.get("/orgs/northwind").status, http.StatusOK)
		got := c.get("/orgs/contoso/audit")
		equal(w.t, "Contoso", got.status, http.StatusSeeOther)
		equal(w.t, "Contoso asks for a sign-in", got.location, "/login?next=%2Forgs%2Fcontoso%2Faudit")
		equal(w.t, "that page asks for the password", c.get(got.location).status, http.StatusOK)
		equal(w.t, "a change at Contoso", c.post("/orgs/contoso/security/identity-providers/new", nil).status, http.StatusUnauthorized)
		for _, path := range []string{"/", "/account", "/orgs/northwind", "/collaborations"} {
			if strings.Contains(c.get(path).body, "Contoso") {
				w.t.Errorf("%s tells of the other organization", path)
			}
		}

		raw := w.raw()
		before := raw.dump()
		equal(w.t, "the password", c.post("/account/security", fields("current", plain, "password", "a brand new passphrase", "repeat", "a brand new passphrase")).status, http.StatusUnprocessableEntity)
		equal(w.t, "the name", c.post("/account", fields("name", "Somebody Else")).status, http.StatusUnprocessableEntity)
		equal(w.t, "another session", c.post(urls.AccountSessionEnd.To(other.ownSession()), nil).status, http.StatusUnprocessableEntity)
		equal(w.t, "all other sessions", c.post("/account/security/sessions/end-others", nil).status, http.StatusUnprocessableEntity)
		raw.unchanged("what belongs to the account", before)
		page := c.get("/account/security").page().text()
		equal(w.t, "the page shows where else the account is signed in", strings.Contains(page, other.ip), false)

		// The password opens the rest, in the same session.
		c.password(bo)
		equal(w.t, "Contoso after the password", c.get("/orgs/contoso/audit").status, http.StatusOK)
		equal(w.t, "Northwind after the password", c.get("/orgs/northwind").status, http.StatusOK)
	})
}

// Each proof opens its organization; two of them open two.
func TestTwoIdentityProvidersOpenTwoOrganizations(t *testing.T) {
	each(t, func(w *world) {
		northwind, contoso := w.connect("northwind", "okta"), w.connect("contoso", "okta")
		c := w.signInThrough(northwind, bo)
		equal(w.t, "Contoso before", c.get("/orgs/contoso").status, http.StatusSeeOther)
		c.sso(contoso, bo, "").mustBe(w, "the second sign-in", http.StatusSeeOther)
		equal(w.t, "Contoso", c.get("/orgs/contoso").status, http.StatusOK)
		equal(w.t, "Northwind", c.get("/orgs/northwind").status, http.StatusOK)
		equal(w.t, "sessions", w.raw().number("SELECT count(*) FROM sessions WHERE user_id = '"+w.userID(bo)+"'"), 1)

		northwind.store().enable(false)
		equal(w.t, "Northwind after its provider was disabled", c.get("/orgs/northwind").status, http.StatusSeeOther)
		equal(w.t, "Contoso after that", c.get("/orgs/contoso").status, http.StatusOK)
		contoso.store().delete()
		equal(w.t, "everything after the other was deleted", c.get("/account").status, http.StatusSeeOther)
	})
}

// Somebody else in the same browser takes nothing over from who was there.
func TestAnotherPersonsSignInReplacesTheSession(t *testing.T) {
	each(t, func(w *world) {
		p := w.connect("northwind", "okta")
		c := w.signIn(ada)
		token := c.token()
		c.sso(p, ulf, "").mustBe(w, "as Ulf", http.StatusSeeOther)
		equal(w.t, "as Ulf, without Ada's rights", c.get("/orgs/northwind/audit").status, http.StatusForbidden)
		equal(w.t, "Ada's session", w.client().get("/account", header("Cookie", "gatehouse="+token)).status, http.StatusSeeOther)
	})
}

// A response counts once, however many arrive at the same moment and wherever.
func TestOneResponseIsOneSessionOverTwoServers(t *testing.T) {
	t.Parallel()
	testdb.Each(t, migrateForTest, func(t *testing.T, url string) {
		w := newWorld(t, url, settings{})
		second := w.replica()
		p := w.connect("northwind", "okta")
		c := w.client()
		request := c.begin(p, "/orgs/northwind")
		response := p.respond(p.says(request, ulf))
		before := w.raw().number("SELECT count(*) FROM sessions")

		const posts = 20
		answers := make(chan answer, posts)
		browsers := make([]*client, posts)
		for i := range browsers { // a browser each, because a connection takes one at a time
			browsers[i] = map[bool]*world{true: w, false: second}[i%2 == 0].client()
			browsers[i].get("/healthz")
		}
		var ready sync.WaitGroup
		ready.Add(posts)
		for _, browser := range browsers {
			go func() {
				ready.Done()
				ready.Wait()
				answers <- browser.deliver(p.acsPath(), response, request.RelayState)
			}()
		}
		var accepted []answer
		for range posts {
			if got := <-answers; got.status == http.StatusSeeOther {
				accepted = append(accepted, got)
			} else {
				equal(t, "a replay", got.status, http.StatusForbidden)
			}
		}
		if len(accepted) != 1 {
			t.Fatalf("%d of %d were accepted", len(accepted), posts)
		}

		// And the one result is one session, also when it is fetched at once from both.
		results := make(chan answer, 2)
		for _, browser := range []*client{c, {w: second, http: c.http, ip: c.ip}} {
			go func() { results <- browser.get(accepted[0].location) }()
		}
		statuses := []int{(<-results).status, (<-results).status}
		equal(t, "fetched twice", statuses[0]+statuses[1], http.StatusSeeOther+http.StatusForbidden)
		equal(t, "sessions", w.raw().number("SELECT count(*) FROM sessions")-before, 1)
		equal(t, "accepted attempts", strings.Count(w.attempts(p), "accepted"), 1)
		equal(t, "all attempts", len(strings.Fields(w.attempts(p))), posts+1)
	})
}

// attempts are the recorded attempts of a provider: "accepted", or the check that refused.
func (w *world) attempts(p provider) string {
	w.t.Helper()
	var words []string
	for _, row := range w.raw().rows("SELECT a.accepted, a.check_name FROM sign_in_attempts a JOIN identity_providers p ON p.id = a.provider_id WHERE p.connection_id = '" + p.connection + "' ORDER BY a.id") {
		if row[1] == "" {
			row[1] = "accepted"
		}
		words = append(words, row[1])
	}
	return strings.Join(words, " ")
}

func TestTheSignInPageOffersWhatIsEnabled(t *testing.T) {
	each(t, func(w *world) {
		c := w.client()
		none := c.get("/login/sso/contoso")
		nothing := c.get("/login/sso/nothing")
		equal(w.t, "an organization without", none.status, http.StatusUnprocessableEntity)
		equal(w.t, "the same as one that does not exist", none.normal("contoso"), nothing.normal("nothing"))

		p := w.connect("northwind", "okta")
		equal(w.t, "one leads straight on", c.get("/login/sso/NorthWind?next=/orgs/northwind/teams").location, "/login/sso/northwind/okta?next=%2Forgs%2Fnorthwind%2Fteams")
		equal(w.t, "the organization is typed", c.get("/login/sso?organization=northwind").location, "/login/sso/northwind")
		w.connect("northwind", "hidden", disabled)
		equal(w.t, "a disabled one does not count", c.get("/login/sso/northwind").status, http.StatusSeeOther)
		w.connect("northwind", "second")
		page := c.get("/login/sso/northwind").mustBe(w, "several are a choice", http.StatusOK).page()
		offered := []string{}
		for _, link := range page.all("a") {
			if to := attribute(link, "href"); strings.HasPrefix(to, "/login/sso/northwind/") {
				offered = append(offered, to)
			}
		}
		equal(w.t, "the choices", strings.Join(offered, " "), "/login/sso/northwind/okta?next=%2Forgs%2Fnorthwind /login/sso/northwind/second?next=%2Forgs%2Fnorthwind")

		for _, slug := range []string{"hidden", "nothing", "new"} {
			equal(w.t, "beginning with "+slug, c.get("/login/sso/northwind/"+slug).status, http.StatusNotFound)
		}
		metadata := c.get(urls.SAMLMetadata.To(p.connection)).mustBe(w, "metadata", http.StatusOK)
		for _, value := range []string{p.acs, p.entityID} {
			equal(w.t, "our metadata say "+value, strings.Contains(metadata.body, `"`+value+`"`), true)
		}
	})
}

// Flows begun side by side in two tabs do not disturb each other, in whichever order they come back.
func TestTwoTabs(t *testing.T) {
	each(t, func(w *world) {
		p, c := w.connect("northwind", "okta"), w.client()
		first, second := c.begin(p, "/orgs/northwind/teams"), c.begin(p, "/orgs/northwind/apps")
		later := c.deliver(p.acsPath(), p.respond(p.says(second, ulf)), second.RelayState)
		equal(w.t, "the second", c.get(later.location).location, "/orgs/northwind/apps")
		earlier := c.deliver(p.acsPath(), p.respond(p.says(first, ulf)), first.RelayState)
		equal(w.t, "the first", c.get(earlier.location).location, "/orgs/northwind/teams")
	})
}

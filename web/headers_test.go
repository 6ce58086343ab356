package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/static"
)

// kinds are one answer of each kind, by what it is.
func (w *world) kinds() map[string]answer {
	stranger, admin, user := w.client(), w.signIn(ada), w.signIn(ulf)
	return map[string]answer{
		"a page for strangers":       stranger.get("/login"),
		"a page":                     admin.get("/orgs/northwind/members"),
		"a form":                     admin.get("/orgs/northwind/security/identity-providers/new"),
		"a redirect":                 stranger.get("/orgs/northwind"),
		"a sign-in":                  stranger.post("/login", fields("email", ulf, "password", plain)),
		"not signed in":              w.client().post("/logout", nil),
		"not allowed":                user.get("/orgs/northwind/audit"),
		"not found":                  admin.get("/orgs/nothing"),
		"no such route":              admin.get("/no/such/route"),
		"a method nobody knows":      admin.do("DELETE", "/account", "", ""),
		"a refused form":             admin.post("/login", nil),
		"from another site":          admin.post("/logout", nil, header("Sec-Fetch-Site", "cross-site")),
		"too large":                  admin.post("/account", fields("name", strings.Repeat("x", maxBody))),
		"a fault":                    admin.get("/panics"),
		"a failure":                  admin.get("/fails"),
		"a refused single sign-on":   stranger.get("/saml/finish?result=x"),
		"a style sheet":              stranger.get(static.URL("css/gatehouse.css")),
		"a script":                   stranger.get(static.URL("js/gatehouse.js")),
		"an asset that is not there": stranger.get("/static/nothing.js"),
		"a probe":                    stranger.get("/healthz"),
		"readiness":                  stranger.get("/readyz"),
		"a form that goes elsewhere": stranger.get("/login/sso/northwind/posting"),
	}
}

// broken are two routes that only these tests have.
func broken() []route {
	return []route{
		open(get, urls.P0("/panics"), "panics", "a test", func(echo.Context) error { panic("secret thing of " + ada[:3]) }),
		open(get, urls.P0("/fails"), "fails", "a test", func(echo.Context) error { return errors.New("constraint members_org_email_uq") }),
		open(post, urls.P0("/panics"), "panics.post", "a test", func(echo.Context) error { panic(errors.New("secret thing")) }),
	}
}

func TestSecurityHeadersOnEveryAnswer(t *testing.T) {
	w := onSQLite(t, settings{https: true, more: broken()})
	w.connect("northwind", "posting", byPost)
	for what, got := range w.kinds() {
		h := got.header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
		} {
			equal(t, what+": "+name, strings.Join(h.Values(name), " AND "), want)
		}
		policies := h.Values("Content-Security-Policy")
		if len(policies) != 1 {
			t.Errorf("%s: %d content security policies", what, len(policies))
			continue
		}
		mustBeStrict(t, what, policies[0])
		if h.Get("Permissions-Policy") == "" {
			t.Errorf("%s: no Permissions-Policy", what)
		}
		if h.Get("X-Reference") == "" {
			t.Errorf("%s: no reference", what)
		}
		for _, tells := range []string{"Server", "X-Powered-By"} {
			equal(t, what+": "+tells, h.Get(tells), "")
		}
		if !strings.Contains(what, "style") && !strings.Contains(what, "script") && !strings.Contains(what, "asset") {
			equal(t, what+": Cache-Control", h.Get("Cache-Control"), "no-store")
		}
		if kind := h.Get("Content-Type"); strings.HasPrefix(kind, "text/") && !strings.Contains(strings.ToLower(kind), "charset=utf-8") {
			t.Errorf("%s: Content-Type %q names no charset", what, kind)
		}
	}
}

func mustBeStrict(t *testing.T, what, policy string) {
	t.Helper()
	for _, word := range []string{"unsafe-inline", "unsafe-eval", "unsafe-hashes", "wasm-", "*", "http:", " data: ", "blob:"} {
		if strings.Contains(policy, word) {
			t.Errorf("%s: the policy says %q: %s", what, word, policy)
		}
	}
	for _, directive := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy+";", directive+";") {
			t.Errorf("%s: the policy does not say %s: %s", what, directive, policy)
		}
	}
	wanted := "form-action 'self';"
	if what == "a form that goes elsewhere" {
		wanted = "form-action 'self' https://idp.example;" // the form for the theme stays here
	}
	if !strings.Contains(policy+";", wanted) {
		t.Errorf("%s: the policy does not say %s %s", what, wanted, policy)
	}
}

// The policy would block them: a page that holds any is broken for everybody.
func TestNoPageHoldsWhatThePolicyBlocks(t *testing.T) {
	w := onSQLite(t, settings{more: broken(), demo: true})
	w.connect("northwind", "posting", byPost)
	all := w.kinds()
	admin := w.signIn(ada)
	for _, path := range []string{"/ui-kit", "/orgs/northwind", "/orgs/northwind/roles", "/orgs/northwind/security/identity-providers/posting", "/account/security"} {
		all[path] = admin.get(path)
	}
	for what, got := range all {
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			continue
		}
		p := got.page()
		for _, element := range p.all("script", "style") {
			if element.Data == "style" || attribute(element, "src") == "" {
				t.Errorf("%s: a %s inline", what, element.Data)
			}
		}
		for node := range p.root.Descendants() {
			for _, a := range node.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
					t.Errorf("%s: <%s %s=%q>", what, node.Data, a.Key, a.Val)
				}
			}
		}
		for _, element := range p.all("link", "script", "img") {
			for _, name := range []string{"src", "href"} {
				if to := attribute(element, name); to != "" && !strings.HasPrefix(to, "/static/") && !strings.HasPrefix(to, "data:image/") {
					t.Errorf("%s: loads %s", what, to)
				}
			}
		}
	}
}

func TestCookiesAreKeptFromEverybodyElse(t *testing.T) {
	for _, https := range []bool{false, true} {
		w := onceOnSQLite(t, settings{https: https})
		p := w.connect("northwind", "okta", logoutBy("redirect"))
		leaving, c := w.signInThrough(p, ulf), w.client()
		way := leaving.post("/logout", nil).location
		issued := map[string]answer{
			"session": c.post("/login", fields("email", ada, "password", plain)),
			"flow":    w.client().get("/login/sso/northwind/okta"),
			"theme":   w.client().post("/theme", fields("theme", "dark", "next", "/login")),
			"clear":   c.post("/logout", nil),
			"way out": leaving.get(way),
		}
		for what, got := range issued {
			set := got.header.Values("Set-Cookie")
			if len(set) != 1 {
				t.Errorf("%s: %d cookies", what, len(set))
			}
			for _, line := range set {
				cookie, err := http.ParseSetCookie(line)
				must(t, err)
				equal(t, what+": HttpOnly", cookie.HttpOnly, true)
				equal(t, what+": SameSite", cookie.SameSite, http.SameSiteLaxMode)
				equal(t, what+": Secure", cookie.Secure, https)
				equal(t, what+": path", cookie.Path, "/")
				equal(t, what+": domain", cookie.Domain, "")
				if what != "theme" {
					equal(t, what+": __Host-", strings.HasPrefix(cookie.Name, "__Host-"), https)
				}
				if what == "session" && (len(cookie.Value) < 43 || strings.Contains(cookie.Value, "ada")) {
					t.Errorf("the session's cookie is %q: not 256 random bits", cookie.Value)
				}
			}
		}
	}
}

// Other sites may post to one route. To every other one they are refused before anything is looked at, whichever header tells on them.
func TestPostsOfOtherSitesAreRefused(t *testing.T) {
	w := onSQLite(t, settings{})
	p := w.connect("northwind", "okta")
	admin, raw := w.signIn(ada), w.raw()
	own := w.own(admin)
	before := raw.dump()
	own["connection"] = p.connection
	signs := map[string][]change{
		"Sec-Fetch-Site: cross-site": {header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://evil.example")},
		"Sec-Fetch-Site: same-site":  {header("Sec-Fetch-Site", "same-site"), header("Origin", "https://evil.gatehouse.example")},
		"Origin: evil":               {header("Sec-Fetch-Site", ""), header("Origin", "https://evil.example")},
		"Origin: null":               {header("Sec-Fetch-Site", ""), header("Origin", "null")},
		"Origin: our name elsewhere": {header("Sec-Fetch-Site", ""), header("Origin", strings.Replace(w.base, "127.0.0.1", "127.0.0.1.evil.example", 1))},
	}
	requests := 0
	for _, r := range routes(nil, false) {
		if r.method != http.MethodPost {
			continue
		}
		path := fillPath(r.pattern, own, "", "")
		for sign, changes := range signs {
			got := admin.post(path, fields("confirm", "okta", "name", "x"), changes...)
			requests++
			switch {
			case r.name == "saml.acs":
				if strings.Contains(got.body, "another site") || got.status != http.StatusForbidden || !strings.Contains(got.body, "identity provider") {
					t.Errorf("%s %s: %d (%s), want the answer of the assertion consumer service", path, sign, got.status, got.sentence())
				}
			case r.name == "saml.logout.post":
				if got.status != http.StatusForbidden || !strings.Contains(got.body, "Nobody was signed out") {
					t.Errorf("%s %s: %d (%s), want the answer of the logout service", path, sign, got.status, got.sentence())
				}
			case got.status != http.StatusForbidden || !strings.Contains(got.body, "another site"):
				t.Errorf("%s with %s: %d (%s), want it refused", path, sign, got.status, got.sentence())
			}
		}
	}
	equal(t, "she is still signed in", admin.signedIn(), true)
	after := raw.dump()
	delete(before, "sign_in_attempts") // the assertion consumer service keeps its own
	delete(after, "sign_in_attempts")
	for table, lines := range after {
		equal(t, table, strings.Join(lines, "\n"), strings.Join(before[table], "\n"))
	}
	t.Logf("%d requests", requests)
}

// A GET changes nothing, wherever it comes from, so links from mails and chats work.
func TestLinksOfOtherSitesWork(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(ada)
	got := c.get("/orgs/northwind/members", header("Sec-Fetch-Site", "cross-site"), header("Referer", "https://chat.example/"))
	equal(t, "status", got.status, http.StatusOK)
	equal(t, "a GET with the name of a change", c.get("/logout").status, http.StatusMethodNotAllowed)
	equal(t, "still signed in", c.signedIn(), true)
	equal(t, "a GET to the assertion consumer service", c.get(urls.SAMLACS.To("x")+"?"+url.Values{"SAMLResponse": {"x"}}.Encode()).status, http.StatusMethodNotAllowed)
}

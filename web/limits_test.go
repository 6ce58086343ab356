package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/urls"
)

func TestAPanicIsOnePageAndOneLine(t *testing.T) {
	w := onSQLite(t, settings{more: broken()})
	c := w.signIn(ada)
	for what, send := range map[string]func() answer{
		"a panic":           func() answer { return c.get("/panics?q=" + url.QueryEscape(ada)) },
		"a panic in a POST": func() answer { return c.post("/panics", fields("password", plain)) },
		"an error":          func() answer { return c.get("/fails") },
	} {
		got := send()
		equal(t, what+": status", got.status, http.StatusInternalServerError)
		reference := got.reference()
		equal(t, what+": the page's reference is the header's", reference, got.header.Get("X-Reference"))
		for _, inside := range []string{"secret thing", "members_org_email_uq", "goroutine", ".go:", "panic:"} {
			if strings.Contains(got.body, inside) {
				t.Errorf("%s: the page says %q", what, inside)
			}
		}
		lines := w.log.lines(reference)
		faults := 0
		for _, line := range lines {
			var read map[string]any
			must(t, json.Unmarshal([]byte(line), &read))
			if read["level"] == "ERROR" {
				faults++
				if read["error"] == nil || (what != "an error" && !strings.Contains(fmt.Sprint(read["stack"]), "goroutine")) {
					t.Errorf("%s: the line does not say what happened: %s", what, line)
				}
			}
		}
		equal(t, what+": lines that tell of it", faults, 1)
		equal(t, what+": lines with its reference, with that of the request", len(lines), 2)
	}
	equal(t, "the server goes on", c.get("/orgs/northwind").status, http.StatusOK)
}

// Refusals are no faults: the log has the request, and nothing that wakes anybody.
func TestRefusalsAreNotLoggedAsFaults(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(ulf)
	c.get("/orgs/northwind/audit")
	c.get("/no/such/page")
	c.post("/account", fields("name", ""))
	c.get("/orgs/contoso")
	for _, level := range []string{`"level":"ERROR"`, `"level":"WARN"`} {
		if lines := w.log.lines(level); len(lines) > 0 {
			t.Errorf("logged: %s", lines)
		}
	}
}

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	w := onSQLite(t, settings{})
	admin := w.signIn(ada)
	large := "name=" + strings.Repeat("x", maxBody)
	for _, path := range []string{"/login", "/account", "/orgs/northwind/security/identity-providers/new", "/saml/x/acs", "/theme"} {
		equal(t, path+" with its length said", admin.do(http.MethodPost, path, formType, large).status, http.StatusRequestEntityTooLarge)
		if path == "/saml/x/acs" {
			continue // it has a smaller limit of its own, and records what breaks it
		}
		unsaid := func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader(large)), -1 }
		equal(t, path+" without", admin.do(http.MethodPost, path, formType, "x", unsaid).status, http.StatusRequestEntityTooLarge)
	}
	var form bytes.Buffer
	form.WriteString("--b\r\nContent-Disposition: form-data; name=\"metadata_file\"; filename=\"x\"\r\n\r\n" + large + "\r\n--b--\r\n")
	equal(t, "a file", admin.do(http.MethodPost, "/orgs/northwind/security/identity-providers/new", "multipart/form-data; boundary=b", form.String()).status,
		http.StatusRequestEntityTooLarge)
}

func TestABodyThatIsNoFormIsRefused(t *testing.T) {
	w := onSQLite(t, settings{})
	admin := w.signIn(ada)
	for what, got := range map[string]answer{
		"a broken escape":   admin.do(http.MethodPost, "/account", formType, "name=%zz"),
		"multipart cut off": admin.do(http.MethodPost, "/account", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nhalf"),
		"no boundary":       admin.do(http.MethodPost, "/account", "multipart/form-data", "x"),
		"JSON":              admin.do(http.MethodPost, "/account", "application/json", `{"name":"Taken over"}`),
	} {
		equal(t, what, got.status, http.StatusUnprocessableEntity)
	}
	equal(t, "the name", w.raw().word("SELECT name FROM users WHERE email = '"+ada+"'"), "Ada Admin")
}

// The address of a request is the connection's own, unless a proxy that the operator named says otherwise; what stands left of that proxy's
// own entry was written by whoever sent it.
func TestForwardedAddressesAreBelievedFromTrustedProxiesOnly(t *testing.T) {
	for _, c := range []struct {
		name   string
		direct bool
		header change
		want   string
	}{
		{"no proxy is trusted", true, header("X-Forwarded-For", "203.0.113.9"), "127.0.0.1"},
		{"no proxy is trusted, by another name", true, header("X-Real-Ip", "203.0.113.9"), "127.0.0.1"},
		{"a trusted proxy says so", false, header("X-Forwarded-For", "203.0.113.9"), "203.0.113.9"},
		{"somebody wrote another one before", false, header("X-Forwarded-For", "10.1.1.1, 203.0.113.9"), "203.0.113.9"},
		{"a private address before a trusted proxy", false, header("X-Forwarded-For", "203.0.113.9, 10.1.1.1"), "10.1.1.1"},
		{"two trusted proxies", false, header("X-Forwarded-For", "203.0.113.9, 127.0.0.2"), "203.0.113.9"},
		{"another header", false, header("X-Real-Ip", "203.0.113.9"), "198.51.100.7"},
		{"nonsense", false, header("X-Forwarded-For", "<script>"), "127.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := onSQLite(t, settings{direct: c.direct})
			browser := w.client()
			browser.ip = "198.51.100.7"
			browser.post(urls.Login.To(), fields("email", ada, "password", plain), c.header).mustBe(w, "sign in", http.StatusSeeOther)
			equal(t, "the session's address", w.raw().word("SELECT ip FROM sessions"), c.want)
			equal(t, "the audit entry's address", w.raw().word("SELECT ip FROM audit_entries WHERE action = 'session.signed-in' LIMIT 1"), c.want)
		})
	}
}

// One address cannot use up the server with passwords; others go on meanwhile.
func TestOneAddressIsSlowedDown(t *testing.T) {
	w := onSQLite(t, settings{})
	c, other := w.client(), w.client()
	slowed := 0
	for i := range 80 {
		got := c.post(urls.PasswordForgot.To(), fields("email", fmt.Sprintf("x%d@northwind.example", i)))
		if got.status == http.StatusTooManyRequests {
			slowed++
		}
	}
	if slowed < 5 {
		t.Errorf("%d of 80 were slowed down", slowed)
	}
	equal(t, "another address", other.post(urls.Login.To(), fields("email", ada, "password", plain)).status, http.StatusSeeOther)
	equal(t, "reading", c.get(urls.Login.To()).status, http.StatusOK)
}

// What a whole day leaves in the log: the routes, the statuses, the references, and nothing of anybody. Every world holds its log to that
// when its test ends; here is what it would find.
func TestTheLogTellsRoutesAndNothingOfAnybody(t *testing.T) {
	w := onSQLite(t, settings{smtp: true, more: broken()})
	p := w.connect("northwind", "okta")
	admin := w.signIn(ada)
	admin.get("/orgs/northwind/members?q=" + url.QueryEscape(ulf))
	admin.get("/orgs/northwind/members/" + w.userID(ulf))
	w.client().post("/password/forgot", fields("email", ulf))
	w.client().post("/login", fields("email", unknown, "password", "not the password"))
	w.client().get("/password/reset/" + w.resetToken(ulf))
	w.signInThrough(p, sana)
	w.client().sso(p, unknown, "/")
	w.client().deliver(p.acsPath(), "PHNhbWxwOlJlc3BvbnNlPg==", "made up")
	admin.get("/panics?email=" + url.QueryEscape(ada))
	for _, pattern := range []string{"/orgs/:org/members", "/orgs/:org/members/:member", "/password/reset/:token", "/saml/:connection/acs", "/saml/finish"} {
		if len(w.log.lines(`"route":"`+pattern+`"`)) == 0 {
			t.Errorf("no line of %s", pattern)
		}
	}
	w.log.tellsNothing(t)

	telling := &captured{}
	telling.secret("a-token-of-43-characters")
	for _, line := range []string{"x " + ada, "GET /login?next=/", "<samlp:Response>", "cookie a-token-of-43-characters"} {
		telling.written.Reset()
		telling.written.WriteString(line)
		if telling.found() == "" {
			t.Errorf("%q would not be found", line)
		}
	}
}

package web

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"gatehouse/internal/urls"
)

// client is a browser: it keeps cookies, follows nothing by itself, and sits at an address of its own.
type client struct {
	w    *world
	http *http.Client
	ip   string
}

// answer is what came back, read to its end.
type answer struct {
	status   int
	header   http.Header
	body     string
	location string
}

func (w *world) client() *client {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	w.clients++
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConns: 1}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &client{w: w, ip: fmt.Sprintf("198.51.%d.%d", w.clients/250, w.clients%250+1), http: &http.Client{
		Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// change is something that is different about one request.
type change func(*http.Request)

func header(name, value string) change { return func(r *http.Request) { r.Header.Set(name, value) } }

func (c *client) do(method, path, contentType, body string, changes ...change) answer {
	c.w.t.Helper()
	r, err := http.NewRequestWithContext(c.w.t.Context(), method, c.w.base+path, strings.NewReader(body))
	must(c.w.t, err)
	r.Header.Set("X-Forwarded-For", c.ip)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Origin", c.w.base)
	}
	for _, change := range changes {
		change(r)
	}
	response, err := c.http.Do(r)
	must(c.w.t, err)
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	must(c.w.t, err)
	c.w.log.keepSecret(response)
	return answer{response.StatusCode, response.Header, string(read), response.Header.Get("Location")}
}

func (c *client) get(path string, changes ...change) answer {
	c.w.t.Helper()
	return c.do(http.MethodGet, path, "", "", changes...)
}

const formType = "application/x-www-form-urlencoded"

func (c *client) post(path string, form url.Values, changes ...change) answer {
	c.w.t.Helper()
	return c.do(http.MethodPost, path, formType, form.Encode(), changes...)
}

// upload posts a form with one file.
func (c *client) upload(path string, form url.Values, field, content string) answer {
	c.w.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, values := range form {
		for _, value := range values {
			must(c.w.t, parts.WriteField(name, value))
		}
	}
	file, err := parts.CreateFormFile(field, "metadata.xml")
	must(c.w.t, err)
	_, err = io.WriteString(file, content)
	must(c.w.t, err)
	must(c.w.t, parts.Close())
	return c.do(http.MethodPost, path, parts.FormDataContentType(), body.String())
}

// fields makes a form of names and values in turn.
func fields(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

// signIn is a browser that signed in with the password.
func (w *world) signIn(email string) *client {
	w.t.Helper()
	c := w.client()
	c.password(email)
	return c
}

func (c *client) password(email string) {
	c.w.t.Helper()
	got := c.post(urls.Login.To(), fields("email", email, "password", plain))
	if got.status != http.StatusSeeOther {
		c.w.t.Fatalf("signing in as %s: %d %s", email, got.status, got.sentence())
	}
}

// token is what the session's cookie holds, or empty.
func (c *client) token() string {
	c.w.t.Helper()
	base, err := url.Parse(c.w.base)
	must(c.w.t, err)
	for _, cookie := range c.http.Jar.Cookies(base) {
		if cookie.Name == "gatehouse" {
			return cookie.Value
		}
	}
	return ""
}

// signedIn says whether the browser has a live session.
func (c *client) signedIn() bool {
	c.w.t.Helper()
	return c.get(urls.Account.To()).status == http.StatusOK
}

// mustBe fails the test at once when the status is another.
func (a answer) mustBe(w *world, what string, status int) answer {
	w.t.Helper()
	if a.status != status {
		w.t.Fatalf("%s: status %d (%s), want %d", what, a.status, a.sentence(), status)
	}
	return a
}

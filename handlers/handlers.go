// Package handlers reads what a request asks, checks it, calls the store once, and draws or redirects. It knows no status codes beyond
// "drawn" and "see other", no transactions and no HTML: each has one other home.
package handlers

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/dns"
	"gatehouse/internal/markdown"
	"gatehouse/internal/passkey"
	"gatehouse/internal/password"
	"gatehouse/internal/session"
	"gatehouse/models"
	"gatehouse/models/store"
)

// Options are what the handlers work with.
type Options struct {
	Store     *store.Store
	Sessions  *session.Store
	Passwords *password.Hasher
	URL       *url.URL // the public base URL
	SendsMail bool     // there is an SMTP server
	Nudge     func()   // tells the outbox that there is mail; nil without one
	// AllowPrivate lets metadata come from private addresses, and identity providers be on http at loopback.
	AllowPrivate bool
	RootCAs      *x509.CertPool  // that vouch for servers metadata is fetched from; nil for the system's
	Names        dns.Resolver    // who is asked for the records of domains
	Creation     models.Creation // who may create organizations
	Log          *slog.Logger
}

// Handlers are the handlers of every route.
type Handlers struct {
	store        *store.Store
	sessions     *session.Store
	passwords    *password.Hasher
	url          *url.URL
	sendsMail    bool
	nudge        func()
	allowPrivate bool
	rootCAs      *x509.CertPool
	names        dns.Resolver
	passkeys     passkey.Site
	creation     models.Creation
	log          *slog.Logger
	notes        *markdown.Renderer
	settled      atomic.Bool // an Administrator exists: never asked again
}

// New returns the handlers.
func New(o Options) *Handlers {
	nudge := o.Nudge
	if nudge == nil {
		nudge = func() {}
	}
	return &Handlers{
		store: o.Store, sessions: o.Sessions, passwords: o.Passwords, url: o.URL, sendsMail: o.SendsMail, nudge: nudge,
		allowPrivate: o.AllowPrivate, rootCAs: o.RootCAs, names: o.Names, passkeys: passkey.At(o.URL), creation: o.Creation, log: o.Log, notes: markdown.New(),
	}
}

// Refused is a page drawn again because what was typed was refused; the web layer gives it the status of its kind.
type Refused struct {
	Kind models.Kind
	Page templ.Component
}

// Error names the kind; the page says the rest.
func (r *Refused) Error() string { return fmt.Sprintf("refused (kind %d)", r.Kind) }

// Elsewhere is a request that is answered by another page first.
type Elsewhere struct{ Path string }

// Error names the page.
func (e *Elsewhere) Error() string { return "first to " + e.Path }

func refuse(kind models.Kind, page templ.Component) error { return &Refused{Kind: kind, Page: page} }

// buffers are kept from page to page: growing a new one for each costs as much memory as everything else about the page.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const largestBuffer = 256 << 10 // that is kept

// Render draws a page to a buffer first, so that a page that fails half-way never reaches anybody.
func Render(c echo.Context, status int, page templ.Component) error {
	buffer, _ := buffers.Get().(*bytes.Buffer)
	defer func() {
		if buffer.Cap() <= largestBuffer {
			buffer.Reset()
			buffers.Put(buffer)
		}
	}()
	if err := page.Render(c.Request().Context(), buffer); err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	return c.Blob(status, "text/html; charset=utf-8", buffer.Bytes())
}

func draw(c echo.Context, page templ.Component) error { return Render(c, http.StatusOK, page) }

// see sends the browser to another page after a change (RFC 9110 §15.4.4).
func see(c echo.Context, path string) error { return c.Redirect(http.StatusSeeOther, path) }

// seeWith does it with a sentence for that page.
func (h *Handlers) seeWith(c echo.Context, path, sentence string) error {
	if err := h.sessions.Flash(c.Request(), c.Response(), sentence); err != nil {
		return err
	}
	return see(c, path)
}

// form is what was typed: the body only, never the query.
func form(c echo.Context) (url.Values, error) {
	r := c.Request()
	var err error
	if strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		err = r.ParseMultipartForm(maxFormMemory)
	} else {
		err = r.ParseForm()
	}
	var tooLarge *echo.HTTPError // of the shell's limit, when the length was not said before
	if errors.As(err, &tooLarge) {
		return nil, tooLarge
	}
	if err != nil {
		return nil, models.Refuse(models.Invalid, "The form could not be read. Go back and send it again.")
	}
	for _, values := range r.PostForm {
		if slices.ContainsFunc(values, notText) {
			return nil, models.Refuse(models.Invalid, "The form could not be read. Go back and send it again.")
		}
	}
	return r.PostForm, nil
}

// notText is true of what no browser sends and no database keeps: bytes that are not UTF-8, and NUL.
func notText(value string) bool { return !utf8.ValidString(value) || strings.Contains(value, "\x00") }

const maxFormMemory = 2 << 20

// absolute is a path as a link that works outside the browser.
func (h *Handlers) absolute(path string) string {
	return h.url.Scheme + "://" + h.url.Host + path
}

// queryOf is the search of a list.
func queryOf(c echo.Context) string { return searched(c.QueryParam("q")) }

// searched is what was typed to search with: trimmed and not longer than anybody types.
func searched(typed string) string {
	query := strings.TrimSpace(typed)
	if runes := []rune(query); len(runes) > models.MaxName {
		query = string(runes[:models.MaxName])
	}
	return strings.ToValidUTF8(strings.ReplaceAll(query, "\x00", ""), "")
}

func pageOf(c echo.Context) models.Page {
	return models.Page{After: c.QueryParam("after"), Before: c.QueryParam("before"), Size: models.PageSize}
}

// Package web is the HTTP shell: the route table, its guard, the order of the middleware, and the one place that knows status codes. It
// is the only package that holds an *echo.Echo.
package web

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"gatehouse/handlers"
	"gatehouse/internal/session"
	"gatehouse/models"
	"gatehouse/models/store"
)

// Options are what the shell needs to know.
type Options struct {
	URL            *url.URL // the public base URL
	Store          *store.Store
	Handlers       *handlers.Handlers
	Sessions       *session.Store
	Log            *slog.Logger
	TrustedProxies []*net.IPNet
	Demo           bool           // also serves /ui-kit
	Observe        func(Observed) // nil: nothing is measured
}

// Limits of a request.
const (
	maxBody        = 2 << 20 // metadata of 1 MiB, percent-encoded at worst by half
	requestTimeout = 20 * time.Second
)

// CompressionLevel of gzip keeps the page of a list under ten kilobytes in an eighth of a millisecond.
const CompressionLevel = 3

// New returns the whole console as a handler. It refuses a wrong route table.
func New(o Options) (http.Handler, error) { return assemble(o, routes(o.Handlers, o.Demo)) }

// assemble puts the shell around a route table.
func assemble(o Options, table []route) (http.Handler, error) {
	e := echo.New()
	e.IPExtractor = ipExtractor(o.TrustedProxies)
	packed, err := compress()
	if err != nil {
		return nil, fmt.Errorf("web: compression: %w", err)
	}
	failures := &failures{log: o.Log, handlers: o.Handlers}
	e.HTTPErrorHandler = failures.handle

	crossOrigin := http.NewCrossOriginProtection()
	if err := crossOrigin.AddTrustedOrigin(o.URL.Scheme + "://" + o.URL.Host); err != nil {
		return nil, fmt.Errorf("web: public URL: %w", err)
	}
	exempt := map[string]bool{}
	for _, r := range table {
		if r.crossSite != "" {
			exempt[r.pattern] = true
		}
	}

	// The order matters; each has the reason for its place.
	e.Use(
		reference,                // first: everything after it may want the number
		record(o.Log, o.Observe), // sees the final status, also of panics
		recoverPanics,            // inside the log, so that a panic is logged as a 500
		headers(o.URL),           // before anything can answer
		packed,
		refuseCrossSite(crossOrigin, exempt), // before the body is read
		middleware.BodyLimit(fmt.Sprintf("%dB", maxBody)),
		middleware.ContextTimeout(requestTimeout), // innermost: bounds the database work of the handler
	)
	g := &guard{store: o.Store, sessions: o.Sessions, confirm: o.Handlers.ConfirmFirst, log: o.Log}
	if err := mount(e, table, g, limits()); err != nil {
		return nil, err
	}
	return e, nil
}

// ipExtractor believes X-Forwarded-For from the operator's own proxies only; by default from nobody.
func ipExtractor(trusted []*net.IPNet) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, network := range trusted {
		options = append(options, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// pace is how fast one address may call a route; the zero pace is unlimited.
type pace uint8

const (
	slowPace   pace = iota + 1 // a burst of 60, then two a second
	officePace                 // a burst of 300, then ten a second
)

// limits are the limiters of each pace. The lockout of an account is the store's; these only keep one address from using up the server.
func limits() map[pace]echo.MiddlewareFunc {
	return map[pace]echo.MiddlewareFunc{slowPace: limit(2, 60), officePace: limit(10, 300)}
}

func limit(perSecond rate.Limit, burst int) echo.MiddlewareFunc {
	return middleware.RateLimiterWithConfig(middleware.RateLimiterConfig{
		Store:               middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{Rate: perSecond, Burst: burst, ExpiresIn: 10 * time.Minute}),
		IdentifierExtractor: func(c echo.Context) (string, error) { return models.SignInSource(c.RealIP()), nil },
		ErrorHandler:        func(echo.Context, error) error { return errTooFast },
		DenyHandler:         func(echo.Context, string, error) error { return errTooFast },
	})
}

// NewServer returns an http.Server with the timeouts that keep slow clients from holding it.
func NewServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

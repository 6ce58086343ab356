package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"

	"gatehouse/handlers"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
)

// Observed is one answered request, for the metrics: the pattern of its route, never its path.
type Observed struct {
	Method, Pattern string
	Status          int
	Duration        time.Duration
}

// reference gives every request a number that its error page, its log line and its audit entries share.
func reference(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(handlers.ReferenceHeader, secret.Reference())
		return next(c)
	}
}

// record writes one log line a request: the pattern of the route, not the path or the query, because those hold tokens and names.
func record(log *slog.Logger, observe func(Observed)) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			began := time.Now()
			err := next(c)
			if err != nil {
				c.Error(err) // answers now, so that the status below is the final one
			}
			done := Observed{Method: c.Request().Method, Pattern: c.Path(), Status: c.Response().Status, Duration: time.Since(began)}
			if done.Pattern == "" {
				done.Pattern = "(none)"
			}
			if observe != nil {
				observe(done)
			}
			if done.Pattern != urls.Healthz.Pattern() && done.Pattern != urls.Readyz.Pattern() && !strings.HasPrefix(done.Pattern, urls.Static.Pattern()) {
				log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
					slog.String("method", done.Method), slog.String("route", done.Pattern), slog.Int("status", done.Status),
					slog.Duration("took", done.Duration), slog.Int64("bytes", c.Response().Size),
					slog.String("reference", c.Response().Header().Get(handlers.ReferenceHeader)))
			}
			return nil
		}
	}
}

// panicked is a panic turned into an error, with the stack for the log.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if value := recover(); value != nil {
				if aborted, ok := value.(error); ok && errors.Is(aborted, http.ErrAbortHandler) {
					panic(value)
				}
				err = &panicked{value: value, stack: debug.Stack()}
			}
		}()
		return next(c)
	}
}

// contentSecurityPolicy allows what the console itself serves and nothing else: no inline script or style, no other host.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"

// headers puts the security headers on every answer, errors included.
func headers(public *url.URL) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set("Content-Security-Policy", contentSecurityPolicy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
			h.Set("Cache-Control", "no-store")
			if public.Scheme == "https" {
				h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
			}
			return next(c)
		}
	}
}

// compress packs answers with gzip, but static files, which are packed when the program starts. See ADR 0023.
func compress() (echo.MiddlewareFunc, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1400), gzhttp.CompressionLevel(CompressionLevel), gzhttp.EnableZstd(false))
	if err != nil {
		return nil, err
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) (err error) {
			if strings.HasPrefix(c.Request().URL.Path, urls.Static.Pattern()+"/") {
				return next(c)
			}
			answer := c.Response()
			plain := answer.Writer
			defer func() { answer.Writer = plain }() // an error is told outside
			wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				answer.Writer = w
				err = next(c)
			})).ServeHTTP(plain, c.Request())
			return err
		}
	}, nil
}

// refuseCrossSite refuses state-changing requests from other sites (Sec-Fetch-Site, else Origin) but for the routes the table exempts.
func refuseCrossSite(protection *http.CrossOriginProtection, exempt map[string]bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if exempt[c.Path()] {
				return next(c)
			}
			if err := protection.Check(c.Request()); err != nil {
				return errCrossSite
			}
			return next(c)
		}
	}
}

package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"syscall"

	"github.com/labstack/echo/v4"

	"gatehouse/handlers"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

var (
	errCrossSite = errors.New("a cross-site request")
	errTooFast   = errors.New("too many requests from one address")
)

// statuses maps each kind of refusal to its status; this file alone knows them.
var statuses = map[models.Kind]int{
	models.NotFound:     http.StatusNotFound,
	models.SignInNeeded: http.StatusUnauthorized,
	models.Suspended:    http.StatusForbidden,
	models.Invalid:      http.StatusUnprocessableEntity,
	models.Stale:        http.StatusConflict,
	models.Impossible:   http.StatusUnprocessableEntity,
	models.Denied:       http.StatusForbidden,
	models.TooMany:      http.StatusTooManyRequests,
	models.Unavailable:  http.StatusServiceUnavailable,
	models.Gone:         http.StatusGone,

	models.FactorNeeded:  http.StatusForbidden,
	models.ConfirmNeeded: http.StatusForbidden,
	models.PasswordDue:   http.StatusForbidden,
}

// failures turns every error into one status and one page. Nobody but the log sees an error's own text.
type failures struct {
	log      *slog.Logger
	handlers *handlers.Handlers
}

func (f *failures) handle(err error, c echo.Context) {
	if c.Response().Committed {
		level := slog.LevelError
		if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrDeadlineExceeded) {
			level = slog.LevelInfo // the client went away in the middle of a download, or takes nothing any more
		}
		f.log.Log(c.Request().Context(), level, "failed after answering", "error", err, "reference", handlers.RequestOf(c).Reference)
		panic(http.ErrAbortHandler) // what ends early must not look whole
	}
	if drawn := f.answer(err, c); drawn != nil {
		f.log.ErrorContext(c.Request().Context(), "the error page failed", "error", drawn, "reference", handlers.RequestOf(c).Reference)
		if !c.Response().Committed {
			_ = c.String(http.StatusInternalServerError, "Something went wrong.\n") // there is nobody left to tell
		}
	}
}

func (f *failures) answer(err error, c echo.Context) error {
	// The request's time may be over; saying so must still work.
	c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	var again *handlers.Refused
	if errors.As(err, &again) {
		return handlers.Render(c, statuses[again.Kind], again.Page)
	}
	var elsewhere *handlers.Elsewhere
	if errors.As(err, &elsewhere) {
		return c.Redirect(http.StatusSeeOther, elsewhere.Path)
	}
	refusal, refused := models.RefusalOf(err)
	var needed *ssoNeeded
	if errors.As(err, &needed) && safe(c.Request()) {
		return c.Redirect(http.StatusSeeOther, urls.With(urls.LoginProviders.To(needed.organization), "required", "1", "next", urls.Local(c.Request().URL.RequestURI())))
	}
	if refused && refusal.Kind == models.SignInNeeded && safe(c.Request()) {
		return c.Redirect(http.StatusSeeOther, urls.With(urls.Login.To(), "next", urls.Local(c.Request().URL.RequestURI())))
	}
	if refused && refusal.Kind == models.FactorNeeded && safe(c.Request()) {
		return c.Redirect(http.StatusSeeOther, urls.With(urls.AccountFactor.To(), "next", urls.Local(c.Request().URL.RequestURI())))
	}
	if refused && refusal.Kind == models.PasswordDue && safe(c.Request()) {
		return c.Redirect(http.StatusSeeOther, urls.With(urls.PasswordDue.To(), "next", urls.Local(c.Request().URL.RequestURI())))
	}
	page := f.page(err, c)
	if page.Status >= http.StatusInternalServerError {
		f.report(err, c, page.Status)
	}
	return handlers.Render(c, page.Status, views.Error(page))
}

// page chooses the page of an error.
func (f *failures) page(err error, c echo.Context) views.ErrorPage {
	frame := f.handlers.ErrorFrame(c)
	var denied *forbidden
	var framework *echo.HTTPError
	refusal, refused := models.RefusalOf(err)
	switch {
	case errors.As(err, &denied):
		return views.Forbidden(frame, denied.scope, denied.explained())
	case refused:
		return f.refused(refusal, frame)
	case errors.Is(err, errCrossSite):
		return errorPage(frame, http.StatusForbidden, "Sent from another site", "This came from a page of another site, so nothing was done. Open the page here and try again.")
	case errors.Is(err, errTooFast):
		return errorPage(frame, http.StatusTooManyRequests, "Too many tries", "There were too many tries from your address. Wait a minute, then try again.")
	case errors.Is(err, context.DeadlineExceeded):
		return views.Unavailable(frame)
	case errors.As(err, &framework):
		return f.framework(framework, frame)
	}
	return views.Failed(frame)
}

func (f *failures) refused(r *models.Refusal, frame views.Page) views.ErrorPage {
	switch r.Kind {
	case models.NotFound:
		page := views.NotFound(frame)
		if r.Sentence != models.NotFoundSentence {
			page.Sentence = r.Sentence
		}
		return page
	case models.Stale:
		return views.Conflict(frame, r.Sentence)
	case models.Invalid, models.Impossible:
		return views.Unprocessable(frame, r.Sentence)
	case models.Unavailable:
		return views.Unavailable(frame)
	case models.SignInNeeded:
		return errorPage(frame, statuses[r.Kind], "You are signed out",
			"Your session ended before this was sent, so nothing was saved. Sign in again in another tab, come back to this one with Back, and send it once more: what you typed is still there.")
	case models.Suspended:
		return errorPage(frame, statuses[r.Kind], "Your membership is suspended", r.Sentence+" Ask one of its Administrators to reinstate you.")
	case models.TooMany:
		return errorPage(frame, statuses[r.Kind], "Too many tries", r.Sentence)
	case models.Denied:
		return errorPage(frame, statuses[r.Kind], "Not accepted", r.Sentence)
	case models.PasswordDue:
		return errorPage(frame, statuses[r.Kind], "Choose a new password", r.Sentence)
	case models.Gone:
		return errorPage(frame, statuses[r.Kind], "This is over", r.Sentence)
	case models.FactorNeeded:
		return errorPage(frame, statuses[r.Kind], "A second factor is needed", r.Sentence+" Set one up on your account page, or confirm with it, and send this once more.")
	case models.ConfirmNeeded:
		return errorPage(frame, statuses[r.Kind], "Confirm that it is you", r.Sentence)
	}
	return views.Failed(frame)
}

func (f *failures) framework(e *echo.HTTPError, frame views.Page) views.ErrorPage {
	switch e.Code {
	case http.StatusNotFound:
		return views.NotFound(frame)
	case http.StatusMethodNotAllowed:
		return errorPage(frame, e.Code, "Not possible here", "This address cannot be used that way. Open the page and use its buttons.")
	case http.StatusRequestEntityTooLarge:
		return errorPage(frame, e.Code, "Too large", "What was sent is larger than the console reads (2 MiB), so nothing was saved.")
	case http.StatusServiceUnavailable:
		return views.Unavailable(frame)
	}
	if e.Code >= http.StatusBadRequest && e.Code < http.StatusInternalServerError {
		return errorPage(frame, e.Code, "That could not be read", "The request could not be understood, so nothing was done.")
	}
	return views.Failed(frame)
}

func errorPage(frame views.Page, status int, title, sentence string) views.ErrorPage {
	page := views.Unprocessable(frame, sentence)
	page.Page.Title, page.Status, page.Title = title, status, title
	return page
}

// report writes a fault once, with the number that the person sees. The path and what was typed stay out: they hold names and tokens.
func (f *failures) report(err error, c echo.Context, status int) {
	attributes := []slog.Attr{
		slog.String("error", err.Error()), slog.Int("status", status), slog.String("method", c.Request().Method), slog.String("route", c.Path()),
		slog.String("reference", handlers.RequestOf(c).Reference),
	}
	var crashed *panicked
	if errors.As(err, &crashed) {
		attributes = append(attributes, slog.String("stack", string(crashed.stack)))
	}
	f.log.LogAttrs(c.Request().Context(), slog.LevelError, "request failed", attributes...)
}

package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/mail"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// BreakGlassPage asks an Administrator for the password and a break-glass code.
func (h *Handlers) BreakGlassPage(c echo.Context) error {
	return draw(c, views.BreakGlassPage(views.BreakGlass{Bare: h.bare(c, "Break-glass sign-in"), Organization: searched(c.QueryParam("organization"))}))
}

// wrongCode is the one answer for everything that can be wrong.
const wrongCode = "The organization, the address, the password or the code is wrong, or the code was used already."

// BreakGlass lets an Administrator in past single sign-on. Whatever is wrong takes the same time and gets the same answer, and counts
// towards the lockout of the password.
func (h *Handlers) BreakGlass(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view := views.BreakGlass{Bare: h.bare(c, "Break-glass sign-in"), Organization: typed.Get("organization"), Email: typed.Get("email")}
	ctx, request, plain := c.Request().Context(), RequestOf(c), typed.Get("password")
	again := func(kind models.Kind, sentence string) error {
		view.Error = sentence
		return refuse(kind, views.BreakGlassPage(view))
	}
	if view.Organization == "" || view.Email == "" || plain == "" || typed.Get("code") == "" {
		return again(models.Invalid, "Fill in all four fields.")
	}
	try := models.TryAt(view.Email, "", models.ActionGlassRefused, models.WrongPassword, request)
	lock, err := h.store.CountAttempt(ctx, view.Email, models.SignInSource(request.IP), request)
	if err != nil {
		if refusal, refused := models.RefusalOf(err); refused {
			h.store.Refused(try.Because(models.LockedOut))
			return again(refusal.Kind, refusal.Sentence)
		}
		return err
	}
	account, ok, _, err := h.verify(c, view.Email, plain)
	if err != nil {
		return err
	}
	if !ok {
		h.store.RefusedCounted(try, lock)
		return again(models.Invalid, wrongCode)
	}
	var message models.Mail
	if h.sendsMail {
		message = models.Mail(mail.GlassBroken{
			Name: account.Name, Organization: view.Organization, Site: h.absolute(""), IP: request.IP, At: time.Now().UTC(),
			Link: h.absolute(urls.With(urls.Audit.To(view.Organization), "action", string(models.ActionGlassBroken))),
		}.Message())
	}
	token := secret.Token()
	half, err := h.store.BreakGlass(ctx, view.Organization, account, breakGlassHash(typed.Get("code")), h.sessions.TokenHash(c.Request()), secret.HashToken(token), message, request)
	if models.Is(err, models.NotFound) {
		h.store.RefusedCounted(try.Because(models.WrongCode), lock)
		return again(models.Invalid, wrongCode)
	}
	if err != nil {
		return err
	}
	// The rules of the password count here as at any sign-in: a new one is chosen before anything else opens.
	if _, err := h.duePassword(c, account, plain); err != nil {
		return err
	}
	h.nudge()
	h.log.WarnContext(ctx, "an Administrator came in by a break-glass code", "reference", request.Reference)
	if half {
		h.setHalf(c, token, int(models.FactorFor.Seconds()))
		return see(c, urls.With(urls.LoginFactor.To(), "next", urls.SecuritySSO.To(view.Organization)))
	}
	if err := h.sessions.Issue(c.Request(), c.Response(), token); err != nil {
		return err
	}
	return see(c, urls.SecuritySSO.To(view.Organization))
}

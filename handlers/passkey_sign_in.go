package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/mail"
	"gatehouse/internal/passkey"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// askedCookie holds the token of a question that a browser was asked which signs in.
func (h *Handlers) askedCookie() string {
	if h.url.Scheme == "https" {
		return "__Host-gatehouse-passkey"
	}
	return "gatehouse-passkey"
}

func (h *Handlers) setAsked(c echo.Context, token string, seconds int) {
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure whenever the address is https
		Name: h.askedCookie(), Value: token, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: h.url.Scheme == "https", SameSite: http.SameSiteStrictMode,
	})
}

// LoginPasskeyAsk says what a browser is to be asked that signs in with a passkey alone. It names no account, and knows none.
func (h *Handlers) LoginPasskeyAsk(c echo.Context) error {
	token := secret.Token()
	options, err := h.store.AskToSignIn(c.Request().Context(), h.passkeys, secret.HashToken(token))
	if err != nil {
		return err
	}
	h.setAsked(c, token, int(passkey.QuestionFor.Seconds()))
	return c.JSON(http.StatusOK, options)
}

// LoginPasskey signs in with a passkey alone.
func (h *Handlers) LoginPasskey(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	next, token := urls.Local(typed.Get("next")), secret.Token()
	var asked []byte
	if cookie, err := c.Cookie(h.askedCookie()); err == nil {
		asked = secret.HashToken(cookie.Value)
	}
	h.setAsked(c, "", -1)
	err = models.RefuseField("passkey", "The browser gave no passkey. That needs JavaScript, and a device that keeps one.")
	if answer := typed.Get("passkey"); answer != "" {
		err = h.store.SignInByPasskey(c.Request().Context(), h.passkeys, asked, answer, h.sessions.TokenHash(c.Request()), secret.HashToken(token), h.copiedNotice(), RequestOf(c))
		h.nudge()
	}
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind != models.Unavailable {
		view := h.loginView(c, next, "")
		if view.AddressFirst, err = h.store.AnyDomain(c.Request().Context()); err != nil {
			return err
		}
		view.Error = refusal.Sentence
		return refuse(refusal.Kind, views.LoginPage(view))
	}
	if err != nil {
		return err
	}
	return h.signedIn(c, token, next)
}

// LoginFactorPasskey says what a browser is to be asked whose password was right.
func (h *Handlers) LoginFactorPasskey(c echo.Context) error {
	options, err := h.store.AskForFactor(c.Request().Context(), h.passkeys, h.half(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, options)
}

// ConfirmPasskey says what the browser of a session is to be asked for a fresh proof.
func (h *Handlers) ConfirmPasskey(c echo.Context, p models.Person) error {
	if !p.OwnsAccount() {
		return models.Refuse(models.Impossible, needsPassword)
	}
	options, err := h.store.AskToConfirm(c.Request().Context(), h.passkeys, p)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, options)
}

// copiedNotice tells by mail whose passkey seems to have been copied; who that is shows only with the answer.
func (h *Handlers) copiedNotice() models.Mail {
	if !h.sendsMail {
		return models.Mail{}
	}
	return models.Mail(mail.FactorChanged{Site: h.absolute(""), What: "A passkey of your account was refused: another copy of it seems to be in use. Remove it, and add a new one."}.Message())
}

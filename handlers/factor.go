package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/models/store"
	"gatehouse/views"
)

// halfCookie holds the token of a sign-in whose password was right and whose second factor is awaited.
func (h *Handlers) halfCookie() string {
	if h.url.Scheme == "https" {
		return "__Host-gatehouse-half"
	}
	return "gatehouse-half"
}

func (h *Handlers) setHalf(c echo.Context, token string, seconds int) {
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure whenever the address is https
		Name: h.halfCookie(), Value: token, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: h.url.Scheme == "https", SameSite: http.SameSiteLaxMode,
	})
}

// half is the hash of the token that the browser holds, or nil.
func (h *Handlers) half(c echo.Context) []byte {
	cookie, err := c.Cookie(h.halfCookie())
	if err != nil || cookie.Value == "" {
		return nil
	}
	return secret.HashToken(cookie.Value)
}

// beginFactor leads from a right password to the second factor.
func (h *Handlers) beginFactor(c echo.Context, account store.Credentials, rehash, next string) error {
	token := secret.Token()
	if err := h.store.BeginFactor(c.Request().Context(), account, secret.HashToken(token), rehash, RequestOf(c)); err != nil {
		return err
	}
	h.setHalf(c, token, int(models.FactorFor.Seconds()))
	return see(c, urls.With(urls.LoginFactor.To(), "next", next))
}

// LoginFactorPage asks for the second factor of a sign-in.
func (h *Handlers) LoginFactorPage(c echo.Context) error {
	view, err := h.loginFactor(c, urls.Local(c.QueryParam("next")))
	if models.Is(err, models.Gone) {
		return see(c, urls.With(urls.Login.To(), "notice", "factor-late"))
	}
	if err != nil {
		return err
	}
	return draw(c, views.LoginFactorPage(view))
}

func (h *Handlers) loginFactor(c echo.Context, next string) (views.LoginFactor, error) {
	user, factors, err := h.store.HalfSignIn(c.Request().Context(), h.half(c))
	return views.LoginFactor{
		Bare: h.bare(c, "Second factor"), Email: user.Email, Next: next, App: !factors.Authenticator.IsZero(), Passkey: h.passkeys.Usable() && factors.Passkey(),
		LoginURL: urls.With(urls.Login.To(), "next", next),
	}, err
}

// LoginFactor finishes the sign-in with a code or a passkey.
func (h *Handlers) LoginFactor(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	next := urls.Local(typed.Get("next"))
	token := secret.Token()
	ctx, previous, hash := c.Request().Context(), h.sessions.TokenHash(c.Request()), secret.HashToken(token)
	if answer := typed.Get("passkey"); answer != "" {
		err = h.store.SignInBesidePassword(ctx, h.passkeys, h.half(c), answer, previous, hash, h.copiedNotice(), RequestOf(c))
		h.nudge()
	} else {
		err = h.store.SignInByCode(ctx, h.half(c), typed.Get("code"), previous, hash, RequestOf(c))
	}
	switch refusal, refused := models.RefusalOf(err); {
	case refused && refusal.Kind == models.Gone:
		return see(c, urls.With(urls.Login.To(), "notice", "factor-late"))
	case refused && refusal.Kind != models.Unavailable:
		view, err := h.loginFactor(c, next)
		if err != nil {
			return err
		}
		if view.Error = refusal.Sentence; refusal.Field == "passkey" {
			view.Error, view.PasskeyError = "", refusal.Sentence
		}
		return refuse(refusal.Kind, views.LoginFactorPage(view))
	case err != nil:
		return err
	}
	return h.signedIn(c, token, next)
}

// signedIn gives the browser its session in place of half a sign-in.
func (h *Handlers) signedIn(c echo.Context, token, next string) error {
	h.setHalf(c, "", -1)
	if err := h.sessions.Issue(c.Request(), c.Response(), token); err != nil {
		return err
	}
	return see(c, next)
}

// FactorNeeded leads somebody on whose organization asks for a second factor: to give the one they have, or to set one up.
func (h *Handlers) FactorNeeded(c echo.Context, p models.Person) error {
	next := urls.Local(c.QueryParam("next"))
	if p.ProvedByFactor() || !p.OwnsAccount() {
		return see(c, urls.AccountSecurity.To())
	}
	if !p.User.FactorSince.IsZero() {
		return see(c, urls.With(urls.AccountConfirm.To(), "next", next))
	}
	view := views.FactorNeeded{
		Bare: h.bare(c, "A second factor is needed"), AuthenticatorURL: urls.With(urls.AccountAuthenticator.To(), "next", next), SecurityURL: urls.AccountSecurity.To(),
	}
	if h.passkeys.Usable() {
		view.PasskeysURL = urls.With(urls.AccountPasskeys.To(), "next", next)
	}
	if slug, within := urls.OrganizationOf(next); within {
		offer, err := h.store.SignInOffer(c.Request().Context(), slug)
		if err != nil && !models.Is(err, models.NotFound) {
			return err
		}
		view.Organization = strings.TrimSpace(offer.Organization.Name)
	}
	return draw(c, views.FactorNeededPage(view))
}

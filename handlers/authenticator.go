package handlers

import (
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/mail"
	"gatehouse/internal/secret"
	"gatehouse/internal/totp"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// AuthenticatorPage shows a key for an authenticator app, which waits on the server for a code of the app.
func (h *Handlers) AuthenticatorPage(c echo.Context, p models.Person) error {
	if !p.OwnsAccount() {
		return models.Refuse(models.Impossible, needsPassword)
	}
	view, err := h.authenticatorView(c, p, urls.Local(c.QueryParam("next")))
	if err != nil {
		return err
	}
	return draw(c, views.AuthenticatorPage(view))
}

func (h *Handlers) authenticatorView(c echo.Context, p models.Person, next string) (views.Authenticator, error) {
	key, err := h.store.PendingAuthenticator(c.Request().Context(), p)
	if err != nil {
		return views.Authenticator{}, err
	}
	picture, err := totp.NewPicture(totp.URI(key, h.url.Hostname(), p.User.Email))
	if err != nil {
		return views.Authenticator{}, err
	}
	factors, err := h.store.Factors(c.Request().Context(), p.User.ID)
	if err != nil {
		return views.Authenticator{}, err
	}
	frame, err := h.accountFrame(c, p, "Authenticator app", navSessions, crumb("Account", urls.Account.To()), crumb("Password and sessions", urls.AccountSecurity.To()))
	return views.Authenticator{
		Page: frame.Page, Key: key, Next: next, Size: picture.Size, Path: picture.Path, Replaces: !factors.Authenticator.IsZero(), First: !factors.Any(),
	}, err
}

// AuthenticatorSave makes the app a second factor when its code is right. With the first factor come the recovery codes, shown once.
func (h *Handlers) AuthenticatorSave(c echo.Context, p models.Person) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	next, codes, token := urls.Local(typed.Get("next")), totp.NewRecoveryCodes(), secret.Token()
	first, err := h.store.SetAuthenticator(c.Request().Context(), p, typed.Get("code"), codes, secret.HashToken(token), h.factorNotice(p, "An authenticator app was set up."))
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
		view, err := h.authenticatorView(c, p, next)
		if err != nil {
			return err
		}
		view.Code, view.Error = strings.TrimSpace(typed.Get("code")), refusal.Sentence
		return refuse(refusal.Kind, views.AuthenticatorPage(view))
	}
	if err != nil {
		return err
	}
	h.nudge()
	if err := h.sessions.Issue(c.Request(), c.Response(), token); err != nil {
		return err
	}
	if first {
		return h.recoveryCodes(c, p, codes, "Your authenticator app is set up", next)
	}
	return h.seeWith(c, urls.AccountSecurity.To(), "The new authenticator app is set up. The old one counts no more.")
}

// factorNotice tells a person by mail what happened to their second factor; there is nothing to send where no mail is sent.
func (h *Handlers) factorNotice(p models.Person, what string) models.Mail {
	if !h.sendsMail {
		return models.Mail{}
	}
	return models.Mail(mail.FactorChanged{To: p.User.Email, Name: p.User.Name, Site: h.absolute(""), What: what}.Message())
}

func factorsState(f models.Factors, now time.Time) views.FactorsState {
	return views.FactorsState{
		Any: f.Any(), HasApp: !f.Authenticator.IsZero(), App: parts.Time{At: f.Authenticator, Now: now}, AppUsed: parts.Time{At: f.AuthenticatorUsed, Now: now, Never: "never"},
		Codes: f.RecoveryCodes, FewCodes: f.Any() && f.RecoveryCodes <= models.FewRecoveryCodes,
		Passkeys: len(f.Passkeys), Copied: slices.ContainsFunc(f.Passkeys, func(p models.Passkey) bool { return !p.ClonedAt.IsZero() }), PasskeysURL: urls.AccountPasskeys.To(),
		GoneReason: reasonOf(f.MayRemove()), AuthenticatorURL: urls.AccountAuthenticator.To(), AuthenticatorGone: urls.AccountAuthenticatorGone.To(), RecoveryCodesURL: urls.AccountRecoveryCodes.To(),
	}
}

// AuthenticatorRemove takes the app away from the account.
func (h *Handlers) AuthenticatorRemove(c echo.Context, p models.Person) error {
	if err := h.store.RemoveAuthenticator(c.Request().Context(), p, h.factorNotice(p, "The authenticator app was removed.")); err != nil {
		return err
	}
	h.nudge()
	return h.seeWith(c, urls.AccountSecurity.To(), "The authenticator app is removed.")
}

// RecoveryCodesRenew makes new recovery codes in place of all older ones, and shows them once.
func (h *Handlers) RecoveryCodesRenew(c echo.Context, p models.Person) error {
	codes := totp.NewRecoveryCodes()
	if err := h.store.RenewRecoveryCodes(c.Request().Context(), p, codes, h.factorNotice(p, "New recovery codes were made.")); err != nil {
		return err
	}
	h.nudge()
	return h.recoveryCodes(c, p, codes, "Your new recovery codes", urls.AccountSecurity.To())
}

func (h *Handlers) recoveryCodes(c echo.Context, p models.Person, codes []string, heading, next string) error {
	frame, err := h.accountFrame(c, p, "Recovery codes", navSessions, crumb("Account", urls.Account.To()), crumb("Password and sessions", urls.AccountSecurity.To()))
	if err != nil {
		return err
	}
	if next == urls.Home.To() {
		next = urls.AccountSecurity.To()
	}
	return draw(c, views.RecoveryCodesPage(views.RecoveryCodes{Page: frame.Page, Heading: heading, Codes: codes, Site: h.url.Host, Email: p.User.Email, Next: next}))
}

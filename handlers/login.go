package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/models/store"
	"gatehouse/views"
)

// LoginPage draws the sign-in page; somebody who has signed in with the password goes on.
func (h *Handlers) LoginPage(c echo.Context) error {
	if needed, err := h.setupNeeded(c); err != nil || needed {
		if err != nil {
			return err
		}
		return see(c, urls.Setup.To())
	}
	next := urls.Local(c.QueryParam("next"))
	asking, ok, err := h.sessions.Asking(c.Request())
	if err != nil {
		return err
	}
	own := asking.Person.User.PasswordOf == ""
	if ok && own && asking.Person.OwnsAccount() {
		return see(c, next)
	}
	if departure := h.underWay(c); departure != "" && !ok {
		h.setWay(c, "")
		return see(c, urls.Departure.To(departure))
	}
	said, err := h.whySignedOut(c)
	if err != nil {
		return err
	}
	if ok && !own {
		said = "Your password was set through a link that an Administrator made, so it opens their organization only. " +
			"For others, set a new one by mail (“Forgot password?”) or sign in with SSO."
	}
	view := h.loginView(c, next, asking.Person.User.Email)
	view.Notice = said
	if view.Email == "" && c.QueryParam("with") != "password" {
		if view.AddressFirst, err = h.store.AnyDomain(c.Request().Context()); err != nil {
			return err
		}
	}
	return draw(c, views.LoginPage(view))
}

func (h *Handlers) loginView(c echo.Context, next, email string) views.Login {
	return views.Login{Bare: h.bare(c, "Sign in"), Next: next, Email: email, SSOURL: ssoURL(next), Passkeys: h.passkeys.Usable()}
}

// LoginAddress leads an address to the identity provider of the organization that verified its domain, any other on to the password. Which
// of both goes by the domain alone, so the answer tells nothing of accounts.
func (h *Handlers) LoginAddress(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	email, next := strings.TrimSpace(typed.Get("email")), urls.Local(typed.Get("next"))
	view := h.loginView(c, next, email)
	if email == "" {
		view.AddressFirst, view.EmailError = true, "Enter your email address."
		return refuse(models.Invalid, views.LoginPage(view))
	}
	switch to, err := h.providersFor(c, email, next); {
	case err == nil:
		return see(c, to)
	case !models.Is(err, models.NotFound):
		return err
	}
	return draw(c, views.LoginPage(view))
}

// providersFor is where people with that address sign in through an identity provider, or models.ErrNotFound.
func (h *Handlers) providersFor(c echo.Context, email, next string) (string, error) {
	slug, err := h.store.SignInOrganization(c.Request().Context(), email)
	if err != nil {
		return "", err
	}
	if within, ok := urls.OrganizationOf(next); next == urls.Home.To() || (ok && !strings.EqualFold(within, slug)) {
		next = "" // what another organization's page was asked for, this sign-in does not open
	}
	return urls.With(urls.LoginProviders.To(slug), "next", next), nil
}

// ssoURL is where "Sign in with SSO" leads: who was on the way into an organization need not type its ID.
func ssoURL(next string) string {
	if slug, within := urls.OrganizationOf(next); within {
		return urls.With(urls.LoginProviders.To(slug), "next", next)
	}
	if next == urls.Home.To() {
		next = ""
	}
	return urls.With(urls.LoginSSO.To(), "next", next)
}

// whySignedOut is a sentence for somebody who is not signed in: the one that the link names, or why the session that the browser brings is over.
func (h *Handlers) whySignedOut(c echo.Context) (string, error) {
	if said := notice(c); said != "" {
		return said, nil
	}
	organization, err := h.store.SessionEndedBy(c.Request().Context(), h.sessions.TokenHash(c.Request()))
	if models.Is(err, models.NotFound) {
		return "", nil
	}
	return "An Administrator of " + organization + " ended your session. Sign in again to go on.", err
}

// notice is a sentence for somebody who is not signed in and so has no session to keep it; the link names it, and cannot bring its own.
func notice(c echo.Context) string {
	return map[string]string{
		"signed-out":   "You are signed out.",
		"left":         "You have left the organization, and are signed out.",
		"password-set": "Your new password is saved. Sign in with it.",
		"factor-late":  "Signing in took too long, or was finished already. Start again.",
		"set-up":       "The organization is ready. Sign in with the password you just chose.",
	}[c.QueryParam("notice")]
}

// wrongPassword is the one answer for an unknown address, a wrong password, and an account without one.
const wrongPassword = "The email address or the password is wrong." //nolint:gosec // a sentence, not a password

// Login signs in with a password. An unknown address takes the same time and gets the same answer as a wrong password.
func (h *Handlers) Login(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	email, plain, next := typed.Get("email"), typed.Get("password"), urls.Local(typed.Get("next"))
	ctx, request := c.Request().Context(), RequestOf(c)
	again := func(kind models.Kind, sentence string) error {
		view := h.loginView(c, next, email)
		view.Error = sentence
		return refuse(kind, views.LoginPage(view))
	}
	if email == "" || plain == "" {
		return again(models.Invalid, "Enter your email address and your password.")
	}
	source := models.SignInSource(request.IP)
	try := models.TryAt(email, "", models.ActionSignInRefused, models.WrongPassword, request)
	lock, err := h.store.CountAttempt(ctx, email, source, request)
	if err != nil {
		if refusal, refused := models.RefusalOf(err); refused {
			h.store.Refused(try.Because(models.LockedOut))
			return again(refusal.Kind, refusal.Sentence)
		}
		return err
	}
	account, ok, rehash, err := h.verify(c, email, plain)
	if err != nil {
		return err
	}
	if !ok {
		h.store.RefusedCounted(try, lock)
		return again(models.Invalid, wrongPassword)
	}
	due, err := h.duePassword(c, account, plain)
	if err != nil {
		return err
	}
	if account.HasFactor {
		err := h.beginFactor(c, account, rehash, next)
		if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
			return again(refusal.Kind, refusal.Sentence)
		}
		return err
	}
	token := secret.Token()
	err = h.store.SignInByPassword(ctx, account, h.sessions.TokenHash(c.Request()), secret.HashToken(token), rehash, request)
	if refusal, refused := models.RefusalOf(err); refused {
		return again(refusal.Kind, refusal.Sentence)
	}
	if err != nil {
		return err
	}
	if err := h.sessions.Issue(c.Request(), c.Response(), token); err != nil {
		return err
	}
	if due {
		next = urls.With(urls.PasswordDue.To(), "next", next)
	}
	return see(c, next)
}

// verify checks a password in the same time whether or not the account exists; rehash is a new hash when the parameters have changed.
func (h *Handlers) verify(c echo.Context, email, plain string) (account store.Credentials, ok bool, rehash string, err error) {
	ctx := c.Request().Context()
	account, err = h.store.Credentials(ctx, email)
	if models.Is(err, models.NotFound) || (err == nil && account.PasswordHash == "") {
		return account, false, "", h.passwords.VerifyNothing(ctx, plain)
	}
	if err != nil {
		return account, false, "", err
	}
	ok, stale, err := h.passwords.Verify(ctx, plain, account.PasswordHash)
	if err != nil || !ok || !stale {
		return account, ok, "", err
	}
	rehash, err = h.passwords.Hash(ctx, plain)
	return account, true, rehash, err
}

// Logout ends the session on the server and in the browser, and then goes through the identity providers that vouched for it.
func (h *Handlers) Logout(c echo.Context, p models.Person) error {
	departure := secret.Token()
	stops, err := h.store.SignOut(c.Request().Context(), p, departure)
	if err != nil {
		return err
	}
	h.sessions.Clear(c.Response())
	if stops > 0 {
		return see(c, urls.Departure.To(departure))
	}
	return see(c, urls.With(urls.Login.To(), "notice", "signed-out"))
}

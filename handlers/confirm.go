package handlers

import (
	"maps"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// What a form of confirming sends along with the form that is confirmed.
const (
	confirmPassword = "confirm-password"
	confirmCode     = "confirm-code"
	confirmPasskey  = "confirm-passkey"
	confirmPrefix   = "confirm-"
)

// unwritten are fields whose value no page repeats.
var unwritten = []string{"password", "repeat", "current", "private_key"}

// ConfirmFirst asks for a fresh proof of who is asking, before something dangerous is done, and lets it go on once the form brings one. What
// was typed is carried through: nothing of it is lost, save passwords.
func (h *Handlers) ConfirmFirst(c echo.Context, p models.Person, organizationID string) error {
	r := c.Request()
	here := urls.Local(r.URL.RequestURI())
	if r.Method == "GET" || r.Method == "HEAD" {
		return &Elsewhere{Path: urls.With(urls.AccountConfirm.To(), "next", here)}
	}
	typed, err := form(c)
	if err != nil {
		return err
	}
	p.Request = RequestOf(c)
	view, err := h.confirmView(c, p, here)
	if err != nil {
		return err
	}
	view.Action, view.Post = here, true
	if view.SSOURL != "" { // in another tab, so that what was typed waits here
		slug, _ := urls.OrganizationOf(here)
		view.SSOURL = urls.With(urls.LoginProviders.To(slug), "next", urls.Organization.To(slug), "again", "1")
	}
	for _, name := range slices.Sorted(maps.Keys(typed)) {
		if strings.HasPrefix(name, confirmPrefix) || slices.Contains(unwritten, name) {
			continue
		}
		for _, value := range typed[name] {
			view.Carried = append(view.Carried, views.Carried{Name: name, Value: value})
		}
	}
	if !typed.Has(confirmPassword) && !typed.Has(confirmCode) && !typed.Has(confirmPasskey) {
		return refuse(models.ConfirmNeeded, views.ConfirmPage(view))
	}
	return h.proveAgain(c, p, view)
}

// ConfirmPage asks for a fresh proof before a page is opened.
func (h *Handlers) ConfirmPage(c echo.Context, p models.Person) error {
	next := urls.Local(c.QueryParam("next"))
	organization, err := h.organizationID(c, p, next)
	if err != nil {
		return err
	}
	if p.Fresh(organization) {
		return see(c, next)
	}
	view, err := h.confirmView(c, p, next)
	if err != nil {
		return err
	}
	return draw(c, views.ConfirmPage(view))
}

// Confirm takes the proof that ConfirmPage asked for, and goes on.
func (h *Handlers) Confirm(c echo.Context, p models.Person) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	next := urls.Local(typed.Get("next"))
	view, err := h.confirmView(c, p, next)
	if err != nil {
		return err
	}
	if err := h.proveAgain(c, p, view); err != nil {
		return err
	}
	return see(c, next)
}

// organizationID is the organization that a path leads into, as far as single sign-on opened it in this session.
func (h *Handlers) organizationID(c echo.Context, p models.Person, path string) (string, error) {
	slug, within := urls.OrganizationOf(path)
	if !within || p.OwnsAccount() {
		return "", nil
	}
	offer, err := h.store.SignInOffer(c.Request().Context(), slug)
	if models.Is(err, models.NotFound) {
		return "", nil
	}
	return offer.Organization.ID, err
}

// confirmView is how this session can prove itself again: with the second factor where there is one, else with the password; a session that
// only an identity provider vouched for by asking that once more.
func (h *Handlers) confirmView(c echo.Context, p models.Person, next string) (views.Confirm, error) {
	view := views.Confirm{Bare: h.bare(c, "Confirm that it is you"), Email: p.User.Email, Action: urls.AccountConfirm.To(), Next: next, CancelURL: urls.AccountSecurity.To()}
	slug, within := urls.OrganizationOf(next)
	if within {
		view.CancelURL = urls.Organization.To(slug)
	}
	if p.OwnsAccount() {
		if p.User.FactorSince.IsZero() {
			view.Password = true
			return view, nil
		}
		factors, err := h.store.Factors(c.Request().Context(), p.User.ID)
		view.App, view.Code, view.Passkey = !factors.Authenticator.IsZero(), true, h.passkeys.Usable() && factors.Passkey()
		return view, err
	}
	if !within {
		return view, models.Refuse(models.Impossible, needsPassword)
	}
	view.SSOURL = urls.With(urls.LoginProviders.To(slug), "next", next, "again", "1")
	return view, nil
}

// proveAgain takes the typed proof. Nil means that the session was proved by it, and has a new token.
func (h *Handlers) proveAgain(c echo.Context, p models.Person, view views.Confirm) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	token := secret.Token()
	if answer := typed.Get(confirmPasskey); answer != "" {
		err = h.store.ConfirmByPasskey(c.Request().Context(), h.passkeys, p, answer, secret.HashToken(token), h.copiedNotice())
		h.nudge()
	} else if view.Password {
		err = h.confirmByPassword(c, p, typed.Get(confirmPassword), secret.HashToken(token))
	} else {
		err = h.store.ConfirmByCode(c.Request().Context(), p, typed.Get(confirmCode), secret.HashToken(token))
	}
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind != models.Unavailable {
		if view.Error = refusal.Sentence; refusal.Field == "passkey" {
			view.Error, view.PasskeyError = "", refusal.Sentence
		}
		return refuse(refusal.Kind, views.ConfirmPage(view))
	}
	if err != nil {
		return err
	}
	return h.sessions.Issue(c.Request(), c.Response(), token)
}

func (h *Handlers) confirmByPassword(c echo.Context, p models.Person, plain string, token []byte) error {
	ctx, source := c.Request().Context(), models.SignInSource(p.Request.IP)
	try := models.TryOf(p, models.ActionConfirmRefused, models.WrongPassword)
	lock, err := h.store.CountAttempt(ctx, p.User.Email, source, p.Request)
	if err != nil {
		if models.Is(err, models.TooMany) {
			h.store.Refused(try.Because(models.LockedOut))
		}
		return err
	}
	account, ok, _, err := h.verify(c, p.User.Email, plain)
	if err == nil && !ok {
		h.store.RefusedCounted(try, lock)
		err = models.RefuseField(confirmPassword, "This is not your password.")
	}
	if err != nil {
		return err
	}
	return h.store.ConfirmByPassword(ctx, p, account, token)
}

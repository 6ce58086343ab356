package handlers

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/secret"
	"gatehouse/internal/totp"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// Passkeys lists one's own passkeys, with a form for another.
func (h *Handlers) Passkeys(c echo.Context, p models.Person) error {
	view, err := h.passkeysView(c, p, urls.Local(c.QueryParam("next")))
	if err != nil {
		return err
	}
	return draw(c, views.PasskeysPage(view))
}

func (h *Handlers) passkeysView(c echo.Context, p models.Person, next string) (views.PasskeyList, error) {
	if !p.OwnsAccount() {
		return views.PasskeyList{}, models.Refuse(models.Impossible, needsPassword)
	}
	factors, err := h.store.Factors(c.Request().Context(), p.User.ID)
	if err != nil {
		return views.PasskeyList{}, err
	}
	frame, err := h.accountFrame(c, p, "Passkeys", navSessions, crumb("Account", urls.Account.To()), crumb("Password and sessions", urls.AccountSecurity.To()))
	view := views.PasskeyList{
		Page: frame.Page, Next: next, Name: browserOf(c.Request().UserAgent()), Usable: h.passkeys.Usable(), Host: h.url.Hostname(),
		Full: len(factors.Passkeys) >= models.MostPasskeys, Foreign: p.User.PasswordOf != "", First: !factors.Any(),
	}
	if !p.Fresh("") {
		view.ConfirmURL = urls.With(urls.AccountConfirm.To(), "next", c.Request().URL.RequestURI())
	}
	for _, key := range factors.Passkeys {
		view.Rows = append(view.Rows, passkeyRow(key, frame.Page.Now))
	}
	return view, err
}

func passkeyRow(key models.Passkey, now time.Time) views.PasskeyRow {
	return views.PasskeyRow{
		Name: key.Name, URL: urls.AccountPasskey.To(key.ID), Synced: key.Synced, Copied: parts.Time{At: key.ClonedAt, Now: now},
		Added: parts.Time{At: key.CreatedAt, Now: now}, Used: parts.Time{At: key.LastUsedAt, Now: now, Never: "never"},
	}
}

// PasskeyAsk says what the browser is to be asked for a new passkey.
func (h *Handlers) PasskeyAsk(c echo.Context, p models.Person) error {
	if !p.OwnsAccount() {
		return models.Refuse(models.Impossible, needsPassword)
	}
	options, err := h.store.AskNewPasskey(c.Request().Context(), h.passkeys, p)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, options)
}

// PasskeyAdd keeps the passkey that the browser made. With the first factor come the recovery codes, shown once.
func (h *Handlers) PasskeyAdd(c echo.Context, p models.Person) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	next := urls.Local(typed.Get("next"))
	view, err := h.passkeysView(c, p, next)
	if err != nil {
		return err
	}
	view.Name = typed.Get("name")
	name, err := models.ParseName("name", view.Name)
	if err == nil && typed.Get("passkey") == "" {
		err = models.RefuseField("passkey", "The browser made no passkey. That needs JavaScript, and a device that keeps one.")
	}
	codes, token, first := totp.NewRecoveryCodes(), secret.Token(), false
	if err == nil {
		first, err = h.store.AddPasskey(c.Request().Context(), h.passkeys, p, name, typed.Get("passkey"), codes, secret.HashToken(token), h.factorNotice(p, "A passkey was added."))
	}
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
		if refusal.Field == "name" {
			view.NameError = refusal.Sentence
		} else {
			view.Error = refusal.Sentence
		}
		return refuse(refusal.Kind, views.PasskeysPage(view))
	}
	if err != nil {
		return err
	}
	h.nudge()
	if err := h.sessions.Issue(c.Request(), c.Response(), token); err != nil {
		return err
	}
	if first {
		return h.recoveryCodes(c, p, codes, "Your passkey is added", next)
	}
	return h.seeWith(c, urls.AccountPasskeys.To(), "The passkey is added.")
}

// Passkey shows one of one's own passkeys.
func (h *Handlers) Passkey(c echo.Context, p models.Person) error {
	view, err := h.passkeyView(c, p)
	if err != nil {
		return err
	}
	return draw(c, views.PasskeyPage(view))
}

func (h *Handlers) passkeyView(c echo.Context, p models.Person) (views.Passkey, error) {
	if !p.OwnsAccount() {
		return views.Passkey{}, models.Refuse(models.Impossible, needsPassword)
	}
	factors, err := h.store.Factors(c.Request().Context(), p.User.ID)
	if err != nil {
		return views.Passkey{}, err
	}
	at := slices.IndexFunc(factors.Passkeys, func(k models.Passkey) bool { return k.ID == c.Param("passkey") })
	if at < 0 {
		return views.Passkey{}, models.ErrNotFound
	}
	key := factors.Passkeys[at]
	frame, err := h.accountFrame(c, p, key.Name, navSessions, crumb("Account", urls.Account.To()), crumb("Password and sessions", urls.AccountSecurity.To()), crumb("Passkeys", urls.AccountPasskeys.To()))
	return views.Passkey{
		Page: frame.Page, Row: passkeyRow(key, frame.Page.Now), Name: key.Name, RemoveURL: urls.AccountPasskeyGone.To(key.ID),
		Last: len(factors.Passkeys) == 1 && factors.Authenticator.IsZero(), Needed: reasonOf(factors.MayRemove()),
	}, err
}

// PasskeyRename gives a passkey another name.
func (h *Handlers) PasskeyRename(c echo.Context, p models.Person) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	name, err := models.ParseName("name", typed.Get("name"))
	if err == nil {
		err = h.store.RenamePasskey(c.Request().Context(), p, c.Param("passkey"), name)
	}
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
		view, err := h.passkeyView(c, p)
		if err != nil {
			return err
		}
		view.Name, view.NameError = typed.Get("name"), refusal.Sentence
		return refuse(refusal.Kind, views.PasskeyPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.AccountPasskeys.To(), "The passkey is renamed.")
}

// PasskeyRemove takes a passkey away from the account.
func (h *Handlers) PasskeyRemove(c echo.Context, p models.Person) error {
	if err := h.store.RemovePasskey(c.Request().Context(), p, c.Param("passkey"), h.factorNotice(p, "A passkey was removed.")); err != nil {
		return err
	}
	h.nudge()
	return h.seeWith(c, urls.AccountPasskeys.To(), "The passkey is removed.")
}

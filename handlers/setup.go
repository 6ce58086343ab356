package handlers

import (
	"crypto/rand"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/password"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// setupNeeded says whether no Administrator exists yet; once one does, it is never asked again.
func (h *Handlers) setupNeeded(c echo.Context) (bool, error) {
	if h.settled.Load() {
		return false, nil
	}
	needed, err := h.store.SetupNeeded(c.Request().Context())
	if err == nil && !needed {
		h.settled.Store(true)
	}
	return needed, err
}

// SetupPage asks for the one-time code of the log and the first organization and Administrator.
func (h *Handlers) SetupPage(c echo.Context) error {
	needed, err := h.setupNeeded(c)
	if err != nil {
		return err
	}
	if !needed {
		return models.ErrNotFound
	}
	return draw(c, views.SetupPage(views.Setup{Bare: h.bare(c, "Set up"), Rules: strictest(nil).InWords(), Asked: asked(strictest(nil), password.Person{}), Code: c.QueryParam("code")}))
}

// Setup makes the first organization and its Administrator.
func (h *Handlers) Setup(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	needed, err := h.setupNeeded(c)
	if err != nil {
		return err
	}
	if !needed {
		return models.ErrNotFound
	}
	view := views.Setup{
		Bare: h.bare(c, "Set up"), Rules: strictest(nil).InWords(), Asked: asked(strictest(nil), password.Person{}), Errors: map[string]string{},
		Code: typed.Get("code"), ID: typed.Get("id"), Organization: typed.Get("organization"), Name: typed.Get("name"), Email: typed.Get("email"),
	}
	in := checkSetup(&view, typed.Get("password"), typed.Get("repeat"))
	if len(view.Errors) > 0 || len(view.Violations) > 0 {
		return refuse(models.Invalid, views.SetupPage(view))
	}
	if in.PasswordHash, err = h.passwords.Hash(c.Request().Context(), typed.Get("password")); err != nil {
		return err
	}
	_, err = h.store.Setup(c.Request().Context(), SetupCodeHash(view.Code), in, RequestOf(c))
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind != models.Impossible {
		field := refusal.Field
		if field == "" {
			field = "code"
		}
		view.Errors[field] = refusal.Sentence
		return refuse(models.Invalid, views.SetupPage(view))
	}
	if err != nil {
		return err
	}
	return see(c, urls.With(urls.Login.To(), "notice", "set-up"))
}

// checkSetup makes the domain values of what was typed, or puts messages beside the fields.
func checkSetup(view *views.Setup, plain, repeat string) models.Setup {
	var in models.Setup
	var err error
	note := func(err error) {
		if refusal, refused := models.RefusalOf(err); refused {
			view.Errors[refusal.Field] = refusal.Sentence
		}
	}
	if strings.TrimSpace(view.Code) == "" {
		view.Errors["code"] = "Enter the one-time code that the server printed when it started."
	}
	in.Slug, err = models.ParseSlug("id", view.ID)
	note(err)
	in.Organization, err = models.ParseName("organization", view.Organization)
	note(err)
	in.Name, err = models.ParseName("name", view.Name)
	note(err)
	in.Email, err = models.ParseEmail("email", view.Email)
	note(err)
	view.Violations = violations(strictest(nil), plain, password.Person{Name: in.Name, Email: in.Email})
	if plain != repeat {
		view.Errors["repeat"] = repeatDiffers
	}
	return in
}

// SetupCode returns a new one-time code: 80 random bits in four groups that can be typed.
func SetupCode() string {
	text := rand.Text()
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:16]
}

// SetupCodeHash is what is kept of a code, however it was typed.
func SetupCodeHash(typed string) []byte {
	return secret.HashToken(strings.ToUpper(strings.TrimSpace(typed)))
}

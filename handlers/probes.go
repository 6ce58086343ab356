package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/static"
	"gatehouse/views"
)

// Healthz says that the process answers.
func (h *Handlers) Healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// Readyz says that the database answers and has the schema of this program.
func (h *Handlers) Readyz(c echo.Context) error {
	if err := h.store.Ready(c.Request().Context()); err != nil {
		h.log.WarnContext(c.Request().Context(), "not ready", "error", err)
		return models.Refuse(models.Unavailable, "The database does not answer, or its schema is not the one of this version.")
	}
	return c.String(http.StatusOK, "ready\n")
}

// Assets serves the embedded styles, scripts, fonts and icons.
func (h *Handlers) Assets(c echo.Context) error {
	c.Response().Header().Del("Cache-Control") // the assets have their own
	static.Handler().ServeHTTP(c.Response(), c.Request())
	return nil
}

// UIKit shows every component in every state.
func (h *Handlers) UIKit(c echo.Context) error {
	return draw(c, views.Kit(views.KitPage(views.ParseTheme(themeOf(c)), c.Request().URL.Path)))
}

// themes are the values of the theme cookie; "system" is no cookie.
const themeCookie = "gatehouse-theme"

func themeOf(c echo.Context) string {
	if cookie, err := c.Cookie(themeCookie); err == nil && (cookie.Value == "light" || cookie.Value == "dark") {
		return cookie.Value
	}
	return "system"
}

// Theme keeps the browser's choice of light, dark or system.
func (h *Handlers) Theme(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	cookie := &http.Cookie{ //nolint:gosec // Secure whenever the address is https
		Name: themeCookie, Value: typed.Get("theme"), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
		Secure: h.url.Scheme == "https", SameSite: http.SameSiteLaxMode,
	}
	if cookie.Value != "light" && cookie.Value != "dark" {
		cookie.Value, cookie.MaxAge = "", -1
	}
	c.SetCookie(cookie)
	return see(c, urls.Local(typed.Get("next")))
}

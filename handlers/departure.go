package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/saml"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// wayCookie is the name of the cookie that knows of somebody's way while an identity provider has them: one that shows an error of its own leaves
// them there, and whoever comes back to the sign-in page is shown once where they are signed out.
func (h *Handlers) wayCookie() string {
	if h.url.Scheme == "https" {
		return "__Host-gatehouse-departure"
	}
	return "gatehouse-departure"
}

func (h *Handlers) underWay(c echo.Context) string {
	cookie, err := c.Cookie(h.wayCookie())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setWay keeps the cookie for as long as the way waits; without a departure it takes it away.
func (h *Handlers) setWay(c echo.Context, departure string) {
	age := int((10 * time.Minute).Seconds())
	if departure == "" {
		age = -1
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure whenever the address is https
		Name: h.wayCookie(), Value: departure, Path: "/", MaxAge: age, HttpOnly: true, Secure: h.url.Scheme == "https", SameSite: http.SameSiteLaxMode,
	})
}

// Departure leads somebody who signed out here through the identity providers that vouched, one after the other, and says in the end what came
// of it. One that was asked and has not answered stops the way: whoever comes back from it decides how to go on, with ?at= the place to go to.
func (h *Handlers) Departure(c echo.Context) error {
	departure := c.Param("departure")
	stops, err := h.store.Departure(c.Request().Context(), departure)
	if models.Is(err, models.NotFound) { // over, or never begun: out either way
		return see(c, urls.With(urls.Login.To(), "notice", "signed-out"))
	}
	if err != nil {
		return err
	}
	if next := nextStop(stops, c.QueryParam("at")); next >= 0 {
		return h.ask(c, departure, stops, next)
	}
	h.setWay(c, "")
	view := make([]views.SignedOutStop, 0, len(stops))
	for _, stop := range stops {
		ask := urls.With(urls.Departure.To(departure), "at", strconv.Itoa(stop.Place))
		view = append(view, views.SignedOutStop{Provider: stop.Provider, State: views.StopState(stop.State), AskURL: ask})
	}
	return draw(c, h.signedOut(c, view...))
}

// nextStop is the index of the stop to go to now, or -1: the chosen one, else the first that waits, unless an answer is due.
func nextStop(stops []models.Stop, chosen string) int {
	if chosen != "" {
		return slices.IndexFunc(stops, func(s models.Stop) bool { return strconv.Itoa(s.Place) == chosen && s.State != models.StopConfirmed })
	}
	if slices.ContainsFunc(stops, func(s models.Stop) bool { return s.State == models.StopAsked }) {
		return -1
	}
	return slices.IndexFunc(stops, func(s models.Stop) bool { return s.State == models.StopWaiting })
}

// ask draws the page to a stop's identity provider. Whatever fails now, they are signed out here, and the way goes on.
func (h *Handlers) ask(c echo.Context, departure string, stops []models.Stop, at int) error {
	stop := stops[at]
	view, err := h.beginLogout(c, departure, stop)
	if err != nil {
		h.log.WarnContext(c.Request().Context(), "single logout not begun", "error", err, "reference", RequestOf(c).Reference)
		if err := h.store.GiveUpLogout(c.Request().Context(), departure, stop.Place); err != nil {
			return err
		}
		return see(c, urls.Departure.To(departure))
	}
	h.setWay(c, departure)
	if len(stops) > 1 {
		view.Way = strconv.Itoa(at+1) + " of " + strconv.Itoa(len(stops))
	}
	return draw(c, views.ContinuePage(view))
}

func (h *Handlers) beginLogout(c echo.Context, departure string, stop models.Stop) (views.Continue, error) {
	f := stop.Farewell
	connection, protocol, err := h.signingConnection(c, f.ConnectionID)
	if err == nil && protocol.IDPSLOURL == "" {
		err = models.Refuse(models.Impossible, "it takes no logout messages any more")
	}
	if err != nil {
		return views.Continue{}, err
	}
	relayState := secret.Token()[:22] // as for a sign-in
	request, err := saml.BeginLogout(protocol, saml.Subject{
		NameID: f.NameID, Format: f.Format, NameQualifier: f.NameQualifier, SPNameQualifier: f.SPNameQualifier, SessionIndex: f.SessionIndex,
	}, relayState, time.Now().UTC())
	if err != nil {
		return views.Continue{}, err
	}
	if err := h.store.AskLogout(c.Request().Context(), departure, stop.Place, relayState, request.ID); err != nil {
		return views.Continue{}, err
	}
	view := views.Continue{Bare: h.bare(c, "Sign out at "+connection.Provider.Name), Provider: connection.Provider.Name, Leaving: true}
	carry(c, &view, request)
	return view, nil
}

func (h *Handlers) signedOut(c echo.Context, stops ...views.SignedOutStop) templ.Component {
	return views.SignedOutPage(views.SignedOut{Bare: h.bare(c, "Signed out"), Stops: stops, SignInURL: urls.Login.To()})
}

package handlers

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// sessionFilter reads which sessions are meant, from a query or a form. What is no value of a filter filters nothing.
func sessionFilter(typed url.Values) models.SessionFilter {
	return models.SessionFilter{
		Query: searched(typed.Get("q")), Method: models.ParseSessionMethod(typed.Get("method")), Provider: typed.Get("provider"),
	}
}

// sessionsAPage is how many sessions a page has: each says so much that fifty of them would be over 60 KB.
const sessionsAPage = 45

// Sessions draws the live sessions that open the organization.
func (h *Handlers) Sessions(c echo.Context, a models.Actor) error {
	view, filter, err := h.sessionsView(c, a, c.QueryParams())
	if err != nil {
		return err
	}
	filter.Page = pageOf(c)
	filter.Page.Size = sessionsAPage
	listed, err := h.store.In(a).Sessions(c.Request().Context(), filter)
	if err != nil {
		return err
	}
	view.Pager = pager(c, listed.Newer, listed.Older)
	for _, s := range listed.Rows {
		view.Rows = append(view.Rows, views.OpenSession{
			ID: s.ID, Name: s.Name, Email: s.Email, URL: urls.Member.To(a.Organization.Slug, s.UserID), You: s.UserID == a.User.ID, Held: s.Held, Session: sessionRow(s.Session),
		})
	}
	return draw(c, views.SessionsPage(view))
}

func (h *Handlers) sessionsView(c echo.Context, a models.Actor, typed url.Values) (views.Sessions, models.SessionFilter, error) {
	filter, org := sessionFilter(typed), a.Organization.Slug
	providers, err := h.store.In(a).IdentityProviders(c.Request().Context())
	if err != nil {
		return views.Sessions{}, filter, err
	}
	frame, err := h.organizationFrame(c, a, "Sessions", navSecurity, crumb("Security", urls.Security.To(org)))
	view := views.Sessions{
		Page: frame.Page, URL: urls.Sessions.To(org), OwnURL: urls.AccountSecurity.To(), Query: filter.Query, Method: string(filter.Method), Filtered: filter.Narrows(),
	}
	for _, p := range providers {
		view.Providers = append(view.Providers, views.Option{Value: p.Slug, Label: p.Name})
		if models.Slug(p.Slug).Norm() == models.Slug(filter.Provider).Norm() {
			view.Provider, view.ProviderName = p.Slug, p.Name
		}
	}
	filter.Provider = view.Provider // a link to one that is gone shows all
	return view, filter, err
}

// SessionsEnd says how many sessions would end, and on confirmation ends them.
func (h *Handlers) SessionsEnd(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view, filter, err := h.sessionsView(c, a, typed)
	if err != nil {
		return err
	}
	if filter.Provider == "" && typed.Get("provider") != "" {
		// What is left of the filter would be everybody's.
		return models.Refuse(models.NotFound, "That identity provider is not there any more. No session was ended.")
	}
	switch {
	case typed.Get("only") != "":
		filter.IDs = []string{typed.Get("only")}
	case typed.Get("which") != "all":
		if filter.IDs = typed["session"]; len(filter.IDs) == 0 {
			return models.Refuse(models.Invalid, "Tick the sessions to end first.")
		}
	}
	if len(filter.IDs) > models.PageSize {
		return models.Refuse(models.Invalid, "At most "+views.Number(models.PageSize)+" sessions can be chosen one by one.")
	}
	ctx, tenant := c.Request().Context(), h.store.In(a)
	if typed.Get("step") == "confirm" {
		count, err := tenant.EndSessions(ctx, filter)
		if err != nil {
			return err
		}
		return h.seeWith(c, urls.Sessions.To(a.Organization.Slug), views.SessionsEnded(count.Sessions))
	}
	count, err := tenant.CountSessions(ctx, filter)
	if err != nil {
		return err
	}
	view.Page.Title = "End sessions"
	return draw(c, views.SessionsEndPage(views.SessionsEnd{
		Sessions: view, IDs: filter.IDs, Ending: count.Sessions, People: count.People, Held: count.Held, Own: count.Own,
	}))
}

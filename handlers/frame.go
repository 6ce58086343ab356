package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// frame is the layout's part of a page, and what was read for it that pages show too.
type frame struct {
	Page        views.Page
	Memberships []views.MembershipRow // some of them
	Members     int                   // of the organization
	MayCreate   bool                  // an organization, as far as the operator's setting says
}

// The sections of the navigation.
const (
	navOverview       = views.SectionOverview
	navApps           = views.SectionApps
	navMembers        = views.SectionMembers
	navTeams          = views.SectionTeams
	navRoles          = views.SectionRoles
	navSecurity       = views.SectionSecurity
	navAudit          = views.SectionAudit
	navSettings       = views.SectionSettings
	navOrganizations  = views.SectionOrganizations
	navCollaborations = views.SectionCollaborations
	navAccount        = views.SectionAccount
	navSessions       = views.SectionAccountSecurity
)

func crumb(label, href string) parts.Crumb { return parts.Crumb{Label: label, Href: href} }

// organizationFrame is the frame of a page of an organization; the trail leads from the organization to the page's title.
func (h *Handlers) organizationFrame(c echo.Context, a models.Actor, title string, active views.Section, trail ...parts.Crumb) (frame, error) {
	f, err := h.frame(c, a.Person, a.Organization.ID, title, active)
	if err != nil {
		return f, err
	}
	if !a.Role.Valid() {
		// A guest of one app cannot open the organization or its lists: the frame is the account's own.
		f.Page.Crumbs = []parts.Crumb{crumb("Collaborations", urls.Collaborations.To()), crumb(title, "")}
		return f, nil
	}
	if a.Role != authz.TeamContributor { // who sees some members only is not told of how many
		f.Page.Members = f.Members
	}
	f.Page.Org = views.Organization{ID: a.Organization.Slug, Name: a.Organization.Name, Role: a.Role}
	top := crumb(a.Organization.Name, urls.Organization.To(a.Organization.Slug))
	f.Page.Crumbs = append(append([]parts.Crumb{top}, trail...), crumb(title, ""))
	return f, nil
}

// appFrame is the frame of a page in an app; the trail leads from the app's overview, which has none, to the page's title.
func (h *Handlers) appFrame(c echo.Context, a models.Actor, r models.Reached, title string, section views.AppSection, trail ...parts.Crumb) (frame, error) {
	org, app := a.Organization.Slug, r.App.Slug
	active, steps := navApps, []parts.Crumb{crumb("Apps", urls.Apps.To(org))}
	if !a.Role.Valid() {
		active = navCollaborations
	}
	if section != views.AppOverview {
		steps = append(steps, crumb(app, urls.App.To(org, app)))
	}
	steps = append(steps, trail...)
	f, err := h.organizationFrame(c, a, title, active, steps...)
	if err != nil {
		return f, err
	}
	if !a.Role.Valid() {
		f.Page.Crumbs = append(append([]parts.Crumb{crumb("Collaborations", urls.Collaborations.To())}, steps[1:]...), crumb(title, ""))
	}
	if section != views.AppOverview {
		f.Page.Title = title + " · " + app
	}
	f.Page.App = views.AppFrame{Org: org, App: app, Active: section}
	return f, nil
}

// accountFrame is the frame of a page of the account itself.
func (h *Handlers) accountFrame(c echo.Context, p models.Person, title string, active views.Section, trail ...parts.Crumb) (frame, error) {
	f, err := h.frame(c, p, "", title, active)
	f.Page.Crumbs = append(trail, crumb(title, ""))
	return f, err
}

func (h *Handlers) frame(c echo.Context, p models.Person, organizationID, title string, active views.Section) (frame, error) {
	read, err := h.store.Frame(c.Request().Context(), p, organizationID)
	if err != nil {
		return frame{}, err
	}
	f := frame{Members: read.Members, MayCreate: h.creation.Lets(read.Administrates), Page: views.Page{
		Title: title, Theme: views.ParseTheme(themeOf(c)), Path: c.Request().URL.RequestURI(), Now: time.Now().UTC(),
		Person: views.Person{Name: p.User.Name, Email: p.User.Email}, Active: active, Invited: read.Invitations, GlassUntil: p.Glass.Until,
	}}
	if !safe(c) { // coming back to a refused form would be coming back to nothing
		f.Page.Path = c.Request().URL.Path
	}
	if f.MayCreate {
		f.Page.CreateURL = urls.OrganizationNew.To()
	}
	for _, m := range read.Memberships {
		f.Memberships = append(f.Memberships, membershipOf(m))
		if m.Organization.ID != organizationID && !m.Suspended {
			f.Page.Others = append(f.Page.Others, views.Organization{ID: m.Organization.Slug, Name: m.Organization.Name, Role: m.Role})
		}
	}
	flashes, err := h.sessions.Flashes(c.Request(), c.Response())
	if err != nil {
		return f, err
	}
	if len(flashes) > 0 {
		f.Page.Flash = parts.Toast{Title: flashes[len(flashes)-1]}
	}
	return f, nil
}

func membershipOf(m models.Membership) views.MembershipRow {
	url, leave := urls.Organization.To(m.Organization.Slug), urls.Leave.To(m.Organization.Slug)
	if m.Suspended {
		url, leave = "", "" // they would lead to a refusal
	}
	return views.MembershipRow{URL: url, LeaveURL: leave, Slug: m.Organization.Slug, Name: m.Organization.Name, Role: m.Role, Suspended: m.Suspended}
}

// bare is the frame of a page before sign-in.
func (h *Handlers) bare(c echo.Context, title string) views.BarePage {
	path := c.Request().URL.RequestURI()
	if !safe(c) {
		path = c.Request().URL.Path
	}
	return views.BarePage{Title: title, Theme: views.ParseTheme(themeOf(c)), Path: path}
}

func safe(c echo.Context) bool { return c.Request().Method == "GET" || c.Request().Method == "HEAD" }

// pager turns the cursors of a page into links that keep its search and filters.
func pager(c echo.Context, newer, older string) views.Pager {
	link := func(name, cursor string) string {
		if cursor == "" {
			return ""
		}
		query := c.QueryParams()
		kept := make([]string, 0, 2*len(query)+2)
		for key := range query {
			if key != "after" && key != "before" {
				kept = append(kept, key, query.Get(key))
			}
		}
		return urls.With(c.Request().URL.Path, append(kept, name, cursor)...)
	}
	return views.Pager{Newer: link("before", newer), Older: link("after", older)}
}

// ErrorFrame is the frame of an error page: with who is signed in as far as it can still be told, and never failing itself.
func (h *Handlers) ErrorFrame(c echo.Context) views.Page {
	request := c.Request()
	page := views.Page{
		Theme: views.ParseTheme(themeOf(c)), Path: request.URL.Path, Now: time.Now().UTC(), Reference: RequestOf(c).Reference,
	}
	asking, ok, err := h.sessions.Asking(request)
	if err != nil || !ok {
		return page
	}
	page.Person, page.GlassUntil = views.Person{Name: asking.Person.User.Name, Email: asking.Person.User.Email}, asking.Person.Glass.Until
	if org := asking.Organization; org != nil && asking.Role.Valid() && !asking.Suspended && asking.Person.Opens(org.ID) {
		page.Org = views.Organization{ID: org.Slug, Name: org.Name, Role: asking.Role}
	}
	return page
}

package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/models/store"
	"gatehouse/views"
)

// matched is how many people or apps are offered to choose from.
const matched = 8

// accessQuestion is what is asked on the page of access, as far as it was found.
type accessQuestion struct {
	a     models.Actor
	scope authz.Scope
	app   *models.Reached  // nil: none was chosen
	who   *models.Standing // nil: nobody was chosen

	typed string // of an app that has still to be chosen
}

// guest says that the reader is no member: they ask about themselves in one app, and nothing else.
func (q accessQuestion) guest() bool { return !q.a.Role.Valid() }

// inApp is the app that the answer depends on: a right in the organization has none.
func (q accessQuestion) inApp() *models.Reached {
	if q.scope.Level() == authz.OfOrganization {
		return nil
	}
	return q.app
}

// url is the address of the question with some of its parts changed; names and values in turn.
func (q accessQuestion) url(pairs ...string) string {
	if q.guest() {
		return urls.With(urls.AppAccess.To(q.a.Organization.Slug, q.app.App.Slug), append([]string{"scope", q.scope.Name()}, pairs...)...)
	}
	asked := map[string]string{"scope": q.scope.Name(), "in": q.typed}
	if q.who != nil {
		asked["who"] = q.who.UserID
	}
	if q.app != nil {
		asked["app"] = q.app.App.Slug
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		asked[pairs[i]] = pairs[i+1]
	}
	return urls.With(urls.Access.To(q.a.Organization.Slug),
		"who", asked["who"], "person", asked["person"], "scope", asked["scope"], "app", asked["app"], "in", asked["in"], "via", asked["via"])
}

// Access answers who may do what, and why: for one person and one right, for all rights of a person, or for everybody who holds a right.
func (h *Handlers) Access(c echo.Context, a models.Actor) error {
	q := accessQuestion{a: a}
	if name := c.QueryParam("scope"); name != "" {
		var known bool
		if q.scope, known = authz.FindScope(name); !known {
			return models.ErrNotFound
		}
	}
	tenant := h.store.In(a)
	view := views.Access{Form: views.AccessForm{Action: urls.Access.To(a.Organization.Slug), Scope: q.scope.Name()}}
	if err := h.accessApp(c, tenant, &q, &view); err != nil {
		return err
	}
	if err := h.accessPerson(c, tenant, &q, &view); err != nil {
		return err
	}
	if err := h.accessAnswer(c, tenant, q, &view); err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Why can, why can't", navRoles, crumb("Roles & scopes", urls.Roles.To(a.Organization.Slug)))
	if err != nil {
		return err
	}
	view.Page = frame.Page
	return draw(c, views.AccessPage(view))
}

// AppAccess answers the same in one app for those who reach it. A guest, who cannot open the organization, asks here about themselves.
func (h *Handlers) AppAccess(c echo.Context, a models.Actor, r models.Reached) error {
	q := accessQuestion{a: a, app: &r}
	if name := c.QueryParam("scope"); name != "" {
		scope, known := authz.FindScope(name)
		if !known || scope.Level() != authz.OfApp {
			return models.ErrNotFound
		}
		q.scope = scope
	}
	if !q.guest() {
		return see(c, q.url())
	}
	who, err := h.store.In(a).Standing(c.Request().Context(), a.User.ID, &r)
	if err != nil {
		return err
	}
	q.who = &who
	view := views.Access{Guest: r.App.Slug, Form: views.AccessForm{Action: urls.AppAccess.To(a.Organization.Slug, r.App.Slug), Scope: q.scope.Name()}}
	if q.scope.IsZero() {
		view.Rights = rightsOf(q)
	} else {
		view.Verdict = verdictOf(q)
	}
	frame, err := h.organizationFrame(c, a, "Why can, why can't", navApps)
	if err != nil {
		return err
	}
	view.Page = frame.Page
	return draw(c, views.AccessPage(view))
}

// accessApp finds the app: chosen by its ID, or typed and then offered to choose from.
func (h *Handlers) accessApp(c echo.Context, tenant store.Tenant, q *accessQuestion, view *views.Access) error {
	ctx := c.Request().Context()
	slug, typed := c.QueryParam("app"), searched(c.QueryParam("in"))
	if slug == "" && typed != "" {
		listed, err := tenant.Apps(ctx, models.AppFilter{Query: typed, Page: models.Page{Size: matched}})
		if err != nil {
			return err
		}
		matches := views.AccessMatches{Typed: typed, More: listed.Older != ""}
		for _, app := range listed.Rows {
			if strings.EqualFold(app.Slug, typed) {
				slug = app.Slug
			}
			// Who was chosen or typed is not looked for yet, and stays in the address as it came.
			choose := q.url("app", app.Slug, "who", c.QueryParam("who"), "person", c.QueryParam("person"))
			matches.Found = append(matches.Found, views.AccessThing{ID: app.Slug, Name: app.Slug, Below: app.Description, URL: choose})
		}
		if view.Form.InApp = typed; slug == "" {
			view.Apps = &matches
			q.typed = typed
		}
	}
	if slug == "" {
		return nil
	}
	reached, err := tenant.AppWithin(ctx, slug)
	if err != nil {
		return err
	}
	q.app = &reached
	return nil
}

// accessPerson finds the person: chosen by the account's ID, or typed and then offered to choose from.
func (h *Handlers) accessPerson(c echo.Context, tenant store.Tenant, q *accessQuestion, view *views.Access) error {
	ctx := c.Request().Context()
	id, typed := c.QueryParam("who"), searched(c.QueryParam("person"))
	if id == "" && typed != "" {
		matches, exact, err := h.accessPeople(c, tenant, *q, typed)
		if err != nil {
			return err
		}
		id = exact
		if view.Form.Typed = typed; id == "" {
			view.People = &matches
		}
	}
	if id != "" {
		standing, err := tenant.Standing(ctx, id, q.inApp())
		if err != nil {
			return err
		}
		q.who = &standing
		if view.Form.Typed == "" {
			view.Form.Person = &views.AccessThing{ID: standing.UserID, Name: standing.Name, Below: standing.Email, Key: standing.Email, URL: q.url("who", "")}
		}
	}
	if q.app != nil && view.Form.InApp == "" {
		view.Form.App = &views.AccessThing{ID: q.app.App.Slug, Name: q.app.App.Slug, Key: q.app.App.Slug, URL: q.url("app", "")}
	}
	return nil
}

// accessPeople are members and collaborators from outside who fit what was typed; exact is the one whose whole address was.
func (h *Handlers) accessPeople(c echo.Context, tenant store.Tenant, q accessQuestion, typed string) (matches views.AccessMatches, exact string, err error) {
	ctx := c.Request().Context()
	members, err := tenant.Members(ctx, models.MemberFilter{Query: typed, Page: models.Page{Size: matched}})
	if err != nil {
		return matches, "", err
	}
	matches = views.AccessMatches{Typed: typed, More: members.Older != ""}
	add := func(id, name, email string) {
		if models.NormEmail(email) == models.NormEmail(typed) {
			exact = id
		}
		matches.Found = append(matches.Found, views.AccessThing{ID: id, Name: name, Below: email, Key: email, URL: q.url("who", id)})
	}
	for _, m := range members.Rows {
		add(m.UserID, m.Name, m.Email)
	}
	if q.app != nil {
		outsiders, err := tenant.Outsiders(ctx, *q.app, typed, matched)
		if err != nil {
			return matches, "", err
		}
		for _, o := range outsiders {
			add(o.UserID, o.Name, o.Email)
		}
	}
	return matches, exact, nil
}

// accessAnswer chooses among the directions in which the question can be read.
func (h *Handlers) accessAnswer(c echo.Context, tenant store.Tenant, q accessQuestion, view *views.Access) error {
	switch {
	case view.People != nil || view.Apps != nil:
	case q.scope.Level() == authz.OfApp && q.app == nil:
		view.NeedsApp = q.scope.Label()
	case q.who != nil && !q.scope.IsZero():
		view.Verdict = verdictOf(q)
	case q.who != nil:
		view.Rights = rightsOf(q)
	case !q.scope.IsZero():
		holders, err := h.accessHolders(c, tenant, q)
		view.Holders = holders
		return err
	default:
		view.Examples = examples(q)
	}
	return nil
}

func (h *Handlers) accessHolders(c echo.Context, tenant store.Tenant, q accessQuestion) (*views.Holders, error) {
	in := q.inApp()
	holders := &views.Holders{Scope: q.scope, Limited: q.a.Role == authz.TeamContributor}
	var object *authz.App
	if in != nil {
		holders.App, object = in.App.Slug, in.Object.App
	}
	ways := models.WaysToHold(q.scope, object)
	if len(ways) == 0 {
		return holders, nil
	}
	via := ways[0]
	for _, way := range ways {
		if way.Key() == c.QueryParam("via") {
			via = way
		}
	}
	for _, way := range ways {
		holders.Ways = append(holders.Ways, views.HoldersWay{Label: wayLabel(way), URL: q.url("via", way.Key()), Current: way == via})
	}
	if holders.Said = everybodyIn(via, q.a.Organization.Name); holders.Said != "" {
		return holders, nil
	}
	listed, err := tenant.Holders(c.Request().Context(), q.scope, in, via, pageOf(c))
	if err != nil {
		return nil, err
	}
	holders.Pager = pager(c, listed.Newer, listed.Older)
	for _, person := range listed.Rows {
		holders.Rows = append(holders.Rows, views.HolderRow{
			Name: person.Name, Email: person.Email, URL: q.url("who", person.UserID), Through: throughWords(via, person),
			Since: person.Since,
		})
	}
	return holders, nil
}

// examples are questions to begin with: the reader's own, and what people ask first.
func examples(q accessQuestion) []views.AccessExample {
	self := q.a.User.ID
	if q.app != nil {
		return []views.AccessExample{
			{Question: "What may I do in " + q.app.App.Slug + "?", URL: q.url("who", self)},
			{Question: "Who can create models in " + q.app.App.Slug + "?", URL: q.url("scope", authz.ModelsCreate.Name())},
			{Question: "Who can delete " + q.app.App.Slug + "?", URL: q.url("scope", authz.AppDelete.Name())},
			{Question: "Who sees " + q.app.App.Slug + " at all?", URL: q.url("scope", authz.SidebarView.Name())},
		}
	}
	return []views.AccessExample{
		{Question: "What may I do in the organization?", URL: q.url("who", self)},
		{Question: "Who can invite, change and remove members?", URL: q.url("scope", authz.MembersManage.Name())},
		{Question: "Who can add people to teams?", URL: q.url("scope", authz.TeamMembersAdd.Name())},
		{Question: "Who can create apps?", URL: q.url("scope", authz.AppsCreate.Name())},
		{Question: "Why may I, or may I not, change how people sign in?", URL: q.url("who", self, "scope", authz.SecurityManage.Name())},
	}
}

package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/models/store"
)

// path is one of the patterns of internal/urls.
type path interface{ Pattern() string }

// audience is who a route lets in; the zero audience is nobody, and cannot be mounted.
type audience uint8

const (
	anybody audience = iota + 1
	accounts
	members
	reachers
)

// route is one line of the route table. It is made by open, signedIn, inOrganization and inApp only: a route that says neither a scope
// nor a reason cannot be written down.
type route struct {
	method    string
	pattern   string
	name      string
	audience  audience
	scope     authz.Scope
	why       string // the reason of a route without a scope
	crossSite string // the reason of a route that other sites may post to
	pace      pace   // how fast one address may call it
	stepped   step   // whether it asks for a fresh proof first
	handle    func(*guard, route) echo.HandlerFunc
}

// open is a route for everybody, also for strangers; why says the reason.
func open(method string, p path, name, why string, handler echo.HandlerFunc) route {
	return route{method: method, pattern: p.Pattern(), name: name, audience: anybody, why: why,
		handle: func(*guard, route) echo.HandlerFunc { return handler }}
}

// fromOtherSites exempts an open route from the refusal of cross-site posts; the list of these may only shrink.
func (r route) fromOtherSites(why string) route { r.crossSite = why; return r }

// slowed limits how often one address may call the route, because each call costs a password hash or a mail.
func (r route) slowed() route { r.pace = slowPace; return r }

// metered limits it as well, but lets a whole office through that shares one address.
func (r route) metered() route { r.pace = officePace; return r }

// signedIn is a route for every account, whatever its organizations; why says the reason.
func signedIn(method string, p path, name, why string, handler func(echo.Context, models.Person) error) route {
	return route{method: method, pattern: p.Pattern(), name: name, audience: accounts, why: why,
		handle: func(g *guard, r route) echo.HandlerFunc {
			return func(c echo.Context) error {
				person, err := g.person(c)
				if err == nil {
					err = g.fresh(c, r.stepped, person, "")
				}
				if err != nil {
					return err
				}
				return handler(c, person)
			}
		}}
}

// inOrganization is a route for members of the organization in the path whose role holds the scope.
func inOrganization(scope authz.Scope, method string, p path, name string, handler func(echo.Context, models.Actor) error) route {
	return route{method: method, pattern: p.Pattern(), name: name, audience: members, scope: scope,
		handle: func(g *guard, r route) echo.HandlerFunc {
			return func(c echo.Context) error {
				actor, err := g.actor(c)
				if err != nil {
					return err
				}
				decision := authz.Decide(actor.Subject(), scope, authz.Object{})
				err = refusedBy(decision, scope, actor, "")
				if err == nil {
					err = g.admits(c, r.stepped, actor)
				}
				if err == nil {
					err = handler(c, actor)
				}
				return g.tells(r, actor, models.Reached{}, err)
			}
		}}
}

// inApp is a route for everybody whom some grant gives the scope on the app in the path, members or not.
func inApp(scope authz.Scope, method string, p path, name string, handler func(echo.Context, models.Actor, models.Reached) error) route {
	return route{method: method, pattern: p.Pattern(), name: name, audience: reachers, scope: scope,
		handle: func(g *guard, r route) echo.HandlerFunc {
			return func(c echo.Context) error {
				actor, err := g.actor(c)
				if err != nil {
					return err
				}
				reached, err := g.store.In(actor).Reach(c.Request().Context(), c.Param("app"))
				if err != nil {
					return err
				}
				err = refusedBy(reached.Decide(scope), scope, actor, reached.App.Slug)
				if err == nil {
					err = g.admits(c, r.stepped, actor)
				}
				if err == nil {
					err = handler(c, actor, reached)
				}
				return g.tells(r, actor, reached, err)
			}
		}}
}

// forbidden is the refusal of something that is within reach but not allowed; its page says so in the table's own words.
type forbidden struct {
	scope authz.Scope
	actor models.Actor
	app   string // its identifier; empty: the organization
}

// explained is the page that says why, and what would change it.
func (f *forbidden) explained() string {
	org := f.actor.Organization.Slug
	if !f.actor.Role.Valid() { // a guest is refused in an app only
		return urls.With(urls.AppAccess.To(org, f.app), "scope", f.scope.Name())
	}
	return urls.AccessOf(org, f.actor.User.ID, f.scope.Name(), f.app)
}

func (f *forbidden) Error() string { return "not allowed: " + f.scope.Name() }

// refusedBy turns a decision into the answer to the person: nothing there, or not allowed.
func refusedBy(d authz.Decision, scope authz.Scope, actor models.Actor, app string) error {
	switch {
	case d.Allowed:
		return nil
	case !d.Within && actor.Suspended:
		return models.Refuse(models.Suspended, "Your membership of "+actor.Organization.Name+" is suspended.")
	case !d.Within:
		return models.ErrNotFound
	}
	return &forbidden{scope: scope, actor: actor, app: app}
}

// tells has the audit log told when somebody of the organization, or a collaborator of the app, asked for what they may not do. Those who
// merely read what is public stay out of it: their names are not the organization's.
func (g *guard) tells(r route, actor models.Actor, reached models.Reached, err error) error {
	app := reached.Object.App
	if err == nil || !actor.Role.Valid() && !actor.Suspended && (app == nil || app.Collaborator == 0) {
		return err
	}
	var denied *forbidden
	refusal, refused := models.RefusalOf(err)
	reason := ""
	switch {
	case errors.As(err, &denied):
		reason = "needs “" + denied.scope.Label() + "”"
	case refused && refusal.Kind == models.Suspended:
		reason = "the membership is suspended"
	case refused && refusal.Kind == models.Denied:
		reason = "the rights changed meanwhile"
	default:
		return err
	}
	g.store.Refused(models.TryIn(actor, reached.App, reason, r.method+" "+r.pattern))
	return err
}

// TSV returns every route of the program as tab-separated text with a heading line: method, path, name, who, scope, the roles that
// follow from the scope, and the reason of a route without one.
func TSV() string {
	var b strings.Builder
	b.WriteString("method\tpath\tname\twho\tscope\troles\treason\n")
	for _, r := range routes(nil, true) {
		b.WriteString(r.line() + "\n")
	}
	return b.String()
}

func (r route) line() string {
	audiences := map[audience]string{anybody: "anybody", accounts: "signed in", members: "member", reachers: "whom a grant reaches"}
	var roles []string
	for _, held := range r.scope.Roles() {
		roles = append(roles, held.Key())
	}
	why := r.why
	if r.crossSite != "" {
		why += "; cross-site: " + r.crossSite
	}
	why = strings.TrimPrefix(why+r.stepped.words(), "; ")
	return strings.Join([]string{r.method, r.pattern, r.name, audiences[r.audience], r.scope.Name(), strings.Join(roles, " "), why}, "\t")
}

// check refuses a route table that is wrong: the program does not start.
func check(table []route) error {
	var problems []error
	seen := map[string]bool{}
	for _, r := range table {
		at := r.method + " " + r.pattern
		add := func(problem string) { problems = append(problems, fmt.Errorf("route %s: %s", at, problem)) }
		if seen[at] || seen[r.name] {
			add("stands twice, or its name does")
		}
		seen[at], seen[r.name] = true, true
		parts := strings.Split(r.pattern, "/")
		switch r.audience {
		case anybody, accounts:
			if r.why == "" {
				add("needs a reason for having no scope")
			}
			if !r.scope.IsZero() {
				add("has a scope that nobody asks")
			}
		case members, reachers:
			want := authz.OfOrganization
			if r.audience == reachers {
				want = authz.OfApp
			}
			if r.scope.Level() != want {
				add("needs a scope of its level, but has " + fmt.Sprintf("%q", r.scope.Name()))
			}
			if !slices.Contains(parts, ":org") || (r.audience == reachers && !slices.Contains(parts, ":app")) {
				add("does not name what its guard looks up")
			}
		default:
			add("lets nobody in: make it with open, signedIn, inOrganization or inApp")
		}
		if r.crossSite != "" && (r.audience != anybody || r.method != http.MethodPost) {
			add("only an open POST can be cross-site")
		}
		if r.stepped.asks && r.audience == anybody {
			add("asks a stranger for a fresh proof")
		}
		if r.handle == nil {
			add("has no handler")
		}
	}
	return errors.Join(problems...)
}

// mount puts the table on the router and makes sure that the router holds nothing else.
func mount(e *echo.Echo, table []route, g *guard, limits map[pace]echo.MiddlewareFunc) error {
	if err := check(table); err != nil {
		return err
	}
	declared := map[string]bool{}
	for _, r := range table {
		handler := r.handle(g, r)
		if limit := limits[r.pace]; limit != nil {
			handler = limit(handler)
		}
		e.Add(r.method, r.pattern, handler).Name = r.name
		declared[r.method+" "+r.pattern] = true
	}
	for _, mounted := range e.Routes() {
		if !declared[mounted.Method+" "+mounted.Path] {
			return fmt.Errorf("route %s %s: is not in the route table", mounted.Method, mounted.Path)
		}
	}
	return nil
}

// guard looks up who is asking, on every request, and what they are in the organization of the path.
type guard struct {
	store    *store.Store
	sessions sessions
	confirm  func(c echo.Context, p models.Person, organizationID string) error // asks for a fresh proof, or takes the one that was sent along
	log      *slog.Logger
}

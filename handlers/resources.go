package handlers

import (
	"errors"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// inside is an app as the handlers of what it holds see it.
type inside struct {
	*Handlers

	c       echo.Context
	actor   models.Actor
	reached models.Reached
}

func (h *Handlers) inside(c echo.Context, a models.Actor, r models.Reached) inside {
	return inside{h, c, a, r}
}

func (i inside) org() string { return i.actor.Organization.Slug }
func (i inside) app() string { return i.reached.App.Slug }

// address is a path of a resource; empty for who does not have the right, so that no page offers what is not allowed.
func (i inside) address(scope authz.Scope, path urls.P3, slug string) string {
	if !i.reached.May(scope) {
		return ""
	}
	return path.To(i.org(), i.app(), slug)
}

func (i inside) filter() models.ResourceFilter {
	return models.ResourceFilter{Query: queryOf(i.c), Page: pageOf(i.c)}
}

// list draws a list of resources, with what else a kind has to say about it.
func (i inside) list(words views.ResourceWords, section views.AppSection, list, create urls.P2, scope authz.Scope, newer, older string, rows []views.ResourceRow, more ...func(*views.Resources)) error {
	frame, err := i.appFrame(i.c, i.actor, i.reached, words.Title, section)
	if err != nil {
		return err
	}
	query := queryOf(i.c)
	view := views.Resources{
		Page: frame.Page, Words: words, Action: list.To(i.org(), i.app()), Query: query, Filtered: query != "", Rows: rows, Pager: pager(i.c, newer, older),
	}
	if i.reached.May(scope) {
		view.New = create.To(i.org(), i.app())
	}
	for _, add := range more {
		add(&view)
	}
	return draw(i.c, views.ResourcesPage(view))
}

func (i inside) row(r models.Resource, path urls.P3) views.ResourceRow {
	return views.ResourceRow{URL: path.To(i.org(), i.app(), r.Slug), Slug: r.Slug, Description: r.Description, Visible: visibleOf(r), Updated: r.UpdatedAt}
}

func visibleOf(r models.Resource) views.Visible {
	return views.Visible{Own: r.Visibility, Effective: r.Effective()}
}

func (i inside) head(r models.Resource, scope authz.Scope, edit urls.P3) views.ResourceHead {
	return views.ResourceHead{Slug: r.Slug, Description: r.Description, Edit: i.address(scope, edit, r.Slug)}
}

func (i inside) visibility(r models.Resource, path urls.P3) views.VisibilityForm {
	return views.VisibilityForm{Visible: visibleOf(r), Action: i.address(authz.ResourceVisibilityChange, path, r.Slug)}
}

// setVisibility changes who sees a resource; it asks once more before it becomes public.
func (i inside) setVisibility(kind models.ResourceKind, slug string, section views.AppSection, back, path urls.P3) error {
	typed, err := form(i.c)
	if err != nil {
		return err
	}
	r, err := i.store.In(i.actor).Resource(i.c.Request().Context(), i.reached, kind, slug)
	if err != nil {
		return err
	}
	wanted, known := models.ParseVisibility(typed.Get("visibility"))
	if !known {
		return models.Refuse(models.Invalid, "Choose who sees it. Go back and send the form again.")
	}
	if wanted == authz.Public && r.Visibility != authz.Public && typed.Get("confirmed") == "" {
		return i.askPublic(r, section, back, path)
	}
	if err := i.store.In(i.actor).SetResourceVisibility(i.c.Request().Context(), i.reached, kind, slug, wanted); err != nil {
		return err
	}
	return i.seeWith(i.c, back.To(i.org(), i.app(), slug), "The visibility is saved.")
}

func (i inside) askPublic(r models.Resource, section views.AppSection, back, path urls.P3) error {
	page := back.To(i.org(), i.app(), r.Slug)
	frame, err := i.appFrame(i.c, i.actor, i.reached, "Make "+r.Slug+" public", section, crumb(r.Slug, page))
	if err != nil {
		return err
	}
	frame.Page.Path = page // where the form was sent is no page
	return draw(i.c, views.GoingPublicPage(views.GoingPublic{
		Page: frame.Page, Slug: r.Slug, App: i.reached.App.Visibility, Action: path.To(i.org(), i.app(), r.Slug), Cancel: page,
	}))
}

// zone is a danger zone for those who may use it.
func (i inside) zone(scope authz.Scope, path urls.P3, slug, noun, consequence string) parts.DangerZone {
	return parts.DangerZone{
		Title: "Delete " + noun, Consequence: consequence, Action: i.address(scope, path, slug), Confirm: slug, Label: "Delete " + noun,
	}
}

// notDestroyed draws a page again whose danger zone was refused; draw makes it with what was typed and why.
func notDestroyed(err error, again func(typedError string) error) error {
	refusal, refused := models.RefusalOf(err)
	if !refused || refusal.Kind != models.Invalid {
		return err
	}
	return again(refusal.Sentence)
}

// noteEach puts every refusal of err beside its field, and says of which kind they are; an error that is none, or that belongs to no field,
// comes back.
func noteEach(messages map[string]string, err error) (models.Kind, error) {
	refusals := models.RefusalsOf(err)
	if len(refusals) == 0 || refusals[0].Kind != models.Invalid {
		return 0, err
	}
	for _, refusal := range refusals {
		if refusal.Field == "" {
			return 0, err
		}
		if messages[refusal.Field] == "" {
			messages[refusal.Field] = refusal.Sentence
		}
	}
	return models.Invalid, nil
}

// problemsOf are several errors together, without those that are none.
func problemsOf(errs ...error) error {
	var problems models.Problems
	for _, err := range errs {
		if err == nil {
			continue
		}
		if several := (models.Problems)(nil); errors.As(err, &several) {
			problems = append(problems, several...)
		} else if err := problems.Add(err); err != nil {
			return err
		}
	}
	return problems.Err()
}

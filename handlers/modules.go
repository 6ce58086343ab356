package handlers

import (
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// Modules draws the list of the modules that live in an app.
func (h *Handlers) Modules(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	listed, err := h.store.In(a).Modules(c.Request().Context(), r, i.filter())
	if err != nil {
		return err
	}
	var rows []views.ResourceRow
	for _, m := range listed.Rows {
		row := i.row(m.Resource, urls.Module)
		row.Sort = strconv.Itoa(m.Count)
		rows = append(rows, row)
	}
	return i.list(views.ModuleWords(), views.AppModules, urls.Modules, urls.ModuleNew, authz.ModulesManage, listed.Newer, listed.Older, rows)
}

// Module draws one module with its versions.
func (h *Handlers) Module(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.inside(c, a, r).module()
	if err != nil {
		return err
	}
	return draw(c, views.ModulePage(view))
}

func (i inside) module() (views.Module, error) {
	m, err := i.store.In(i.actor).Module(i.c.Request().Context(), i.reached, i.c.Param("module"))
	if err != nil {
		return views.Module{}, err
	}
	frame, err := i.appFrame(i.c, i.actor, i.reached, m.Slug, views.AppModules, crumb("Modules", urls.Modules.To(i.org(), i.app())))
	frame.Page.Path = urls.Module.To(i.org(), i.app(), m.Slug)
	view := views.Module{
		Page: frame.Page, Head: i.head(m.Resource, authz.ModulesManage, urls.ModuleEdit), More: m.Count - len(m.Versions), Installs: m.Installs,
		Created: m.CreatedAt, Updated: m.UpdatedAt, Visibility: i.visibility(m.Resource, urls.ModuleVisibility),
		Danger: i.zone(authz.ModulesManage, urls.ModuleDelete, m.Slug, "module", goneWith(m.Count, m.Installs)),
	}
	for _, v := range m.Versions {
		view.Versions = append(view.Versions, views.VersionRow{
			URL: urls.ModuleVersion.To(i.org(), i.app(), m.Slug, v.Slug), Slug: v.Slug, Host: hostOf(v.URL), Installs: v.Installs, Created: v.CreatedAt,
		})
	}
	if action := i.address(authz.ModulesManage, urls.ModuleVersionNew, m.Slug); action != "" {
		view.Version = &views.VersionForm{Action: action, Errors: map[string]string{}}
	}
	return view, err
}

func goneWith(versions, installs int) string {
	switch {
	case versions == 0:
		return "It has no version, so nobody has installed it."
	case installs == 0:
		return "Its " + plural(versions, "version goes", "versions go") + " with it. Nobody has installed it."
	}
	return "Its " + plural(versions, "version goes", "versions go") + " with it, and " + plural(installs, "install", "installs") + " of it, also in other apps."
}

// hostOf is where an address leads, for people.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// ModuleNew draws the form of a new module.
func (h *Handlers) ModuleNew(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.inside(c, a, r).moduleForm(views.ModuleForm{Errors: map[string]string{}})
	if err != nil {
		return err
	}
	return draw(c, views.ModuleFormPage(view))
}

func (i inside) moduleForm(view views.ModuleForm) (views.ModuleForm, error) {
	list := urls.Modules.To(i.org(), i.app())
	title, trail := "Create module", []parts.Crumb{crumb("Modules", list)}
	view.Action, view.Cancel = urls.ModuleNew.To(i.org(), i.app()), list
	if view.Editing {
		view.Cancel = urls.Module.To(i.org(), i.app(), view.ID)
		title, trail, view.Action = "Edit", append(trail, crumb(view.ID, view.Cancel)), urls.ModuleEdit.To(i.org(), i.app(), view.ID)
	}
	frame, err := i.appFrame(i.c, i.actor, i.reached, title, views.AppModules, trail...)
	view.Page = frame.Page
	return view, err
}

func (i inside) refuseModuleForm(view views.ModuleForm, err error) error {
	kind, err := noteEach(view.Errors, err)
	if err != nil {
		return err
	}
	if view, err = i.moduleForm(view); err != nil {
		return err
	}
	return refuse(kind, views.ModuleFormPage(view))
}

// ModuleCreate makes a module.
func (h *Handlers) ModuleCreate(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	view := views.ModuleForm{ID: typed.Get("id"), Description: typed.Get("description"), Errors: map[string]string{}}
	var change models.ModuleChange
	var slug, description error
	change.Slug, slug = models.ParseSlug("id", view.ID)
	change.Description, description = models.ParseDescription("description", view.Description)
	if err = problemsOf(slug, description); err == nil {
		err = h.store.In(a).CreateModule(c.Request().Context(), r, change)
	}
	if err == nil {
		return h.seeWith(c, urls.Module.To(i.org(), i.app(), string(change.Slug)), "The module "+string(change.Slug)+" is created. Add its first version.")
	}
	return i.refuseModuleForm(view, err)
}

// ModuleEdit draws the form with what is saved.
func (h *Handlers) ModuleEdit(c echo.Context, a models.Actor, r models.Reached) error {
	m, err := h.store.In(a).Module(c.Request().Context(), r, c.Param("module"))
	if err != nil {
		return err
	}
	view, err := h.inside(c, a, r).moduleForm(views.ModuleForm{
		Editing: true, Version: strconv.Itoa(m.Version), ID: m.Slug, Description: m.Description, Errors: map[string]string{},
	})
	if err != nil {
		return err
	}
	return draw(c, views.ModuleFormPage(view))
}

// ModuleSave saves an edited module; when somebody else was faster it shows both.
func (h *Handlers) ModuleSave(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	slug := c.Param("module")
	view := views.ModuleForm{Editing: true, Version: typed.Get("version"), Description: typed.Get("description"), Errors: map[string]string{}}
	var change models.ModuleChange
	if change.Description, err = models.ParseDescription("description", view.Description); err == nil {
		err = h.store.In(a).EditModule(c.Request().Context(), r, slug, versionOf(view.Version), change)
	}
	if err == nil {
		return h.seeWith(c, urls.Module.To(i.org(), i.app(), slug), "The module is saved.")
	}
	now, gone := h.store.In(a).Module(c.Request().Context(), r, slug)
	if gone != nil {
		return gone
	}
	view.ID = now.Slug
	if models.Is(err, models.Stale) {
		view.Version, view.Theirs = strconv.Itoa(now.Version), &now.Description
		if view, err = i.moduleForm(view); err != nil {
			return err
		}
		return refuse(models.Stale, views.ModuleFormPage(view))
	}
	return i.refuseModuleForm(view, err)
}

// ModuleDelete deletes a module when its ID was typed.
func (h *Handlers) ModuleDelete(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	if err := h.store.In(a).DeleteModule(c.Request().Context(), r, c.Param("module"), typed.Get("confirm")); err != nil {
		return notDestroyed(err, func(why string) error {
			view, err := i.module()
			if err != nil {
				return err
			}
			view.Danger.Typed, view.Danger.Error = typed.Get("confirm"), why
			return refuse(models.Invalid, views.ModulePage(view))
		})
	}
	return h.seeWith(c, urls.Modules.To(i.org(), i.app()), "The module "+c.Param("module")+" is deleted.")
}

// ModuleVisibility changes who sees a module.
func (h *Handlers) ModuleVisibility(c echo.Context, a models.Actor, r models.Reached) error {
	return h.inside(c, a, r).setVisibility(models.KindModule, c.Param("module"), views.AppModules, urls.Module, urls.ModuleVisibility)
}

// ModuleVersionAdd adds a version to a module.
func (h *Handlers) ModuleVersionAdd(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	var change models.VersionChange
	var slug, address, notes error
	change.Slug, slug = models.ParseVersionID("version", typed.Get("version"))
	change.URL, address = models.ParseModuleURL("url", typed.Get("url"))
	change.Notes, notes = models.ParseNotes("notes", typed.Get("notes"))
	if err = problemsOf(slug, address, notes); err == nil {
		err = h.store.In(a).AddModuleVersion(c.Request().Context(), r, c.Param("module"), change)
	}
	if err == nil {
		return h.seeWith(c, urls.Module.To(i.org(), i.app(), c.Param("module")), "Version "+string(change.Slug)+" is added.")
	}
	view, gone := i.module()
	if gone != nil {
		return gone
	}
	if view.Version == nil {
		return err
	}
	view.Version.ID, view.Version.Address, view.Version.Notes = typed.Get("version"), typed.Get("url"), typed.Get("notes")
	kind, err := noteEach(view.Version.Errors, err)
	if err != nil {
		return err
	}
	return refuse(kind, views.ModulePage(view))
}

// ModuleVersion draws one version of a module.
func (h *Handlers) ModuleVersion(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.inside(c, a, r).moduleVersion()
	if err != nil {
		return err
	}
	return draw(c, views.ModuleVersionPage(view))
}

func (i inside) moduleVersion() (views.ModuleVersion, error) {
	m, v, err := i.store.In(i.actor).ModuleVersion(i.c.Request().Context(), i.reached, i.c.Param("module"), i.c.Param("version"))
	if err != nil {
		return views.ModuleVersion{}, err
	}
	frame, err := i.appFrame(i.c, i.actor, i.reached, v.Slug, views.AppModules, crumb("Modules", urls.Modules.To(i.org(), i.app())),
		crumb(m.Slug, urls.Module.To(i.org(), i.app(), m.Slug)))
	frame.Page.Path = urls.ModuleVersion.To(i.org(), i.app(), m.Slug, v.Slug)
	view := views.ModuleVersion{Page: frame.Page, Module: m.Slug, Slug: v.Slug, Address: v.URL, Notes: v.Notes, Installs: v.Installs, Created: v.CreatedAt}
	if i.reached.May(authz.ModulesManage) {
		consequence := "Nobody has installed it."
		if v.Installs > 0 {
			consequence = plural(v.Installs, "install goes", "installs go") + " with it, also in other apps. Change them to another version first to keep them."
		}
		view.Danger = parts.DangerZone{
			Title: "Delete version", Consequence: consequence, Action: urls.ModuleVersionDelete.To(i.org(), i.app(), m.Slug, v.Slug), Confirm: v.Slug, Label: "Delete version",
		}
	}
	return view, err
}

// ModuleVersionDelete deletes one version when its ID was typed.
func (h *Handlers) ModuleVersionDelete(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	module, version := c.Param("module"), c.Param("version")
	if err := h.store.In(a).DeleteModuleVersion(c.Request().Context(), r, module, version, typed.Get("confirm")); err != nil {
		return notDestroyed(err, func(why string) error {
			view, err := i.moduleVersion()
			if err != nil {
				return err
			}
			view.Danger.Typed, view.Danger.Error = typed.Get("confirm"), why
			return refuse(models.Invalid, views.ModuleVersionPage(view))
		})
	}
	return h.seeWith(c, urls.Module.To(i.org(), i.app(), module), "Version "+version+" is deleted.")
}

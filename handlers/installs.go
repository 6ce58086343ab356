package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// Installs draws the list of the modules that an app installed.
func (h *Handlers) Installs(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	listed, err := h.store.In(a).Installs(c.Request().Context(), r, i.filter())
	if err != nil {
		return err
	}
	var rows []views.ResourceRow
	for _, installed := range listed.Rows {
		row := i.row(installed.Resource, urls.Install)
		row.Description, row.Sort = installed.Module.String(), installed.Version.Slug
		rows = append(rows, row)
	}
	return i.list(views.InstallWords(), views.AppInstalled, urls.Installs, urls.InstallNew, authz.ModulesInstall, listed.Newer, listed.Older, rows)
}

// Install opens an installed module, in a frame that nothing but its own origin can be in.
func (h *Handlers) Install(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.inside(c, a, r).install()
	if err != nil {
		return err
	}
	return draw(c, views.InstallPage(view))
}

func (i inside) install() (views.Install, error) {
	installed, err := i.store.In(i.actor).Install(i.c.Request().Context(), i.reached, i.c.Param("install"))
	if err != nil {
		return views.Install{}, err
	}
	frame, err := i.appFrame(i.c, i.actor, i.reached, installed.Slug, views.AppInstalled, crumb("Installed modules", urls.Installs.To(i.org(), i.app())))
	frame.Page.Path = urls.Install.To(i.org(), i.app(), installed.Slug)
	view := views.Install{
		Page: frame.Page, Head: views.ResourceHead{Slug: installed.Slug, Description: "The module " + installed.Module.String() + ", installed here."}, Address: installed.Version.URL, Host: hostOf(installed.Version.URL),
		Module: installed.Module.String(), Version: installed.Version.Slug, Notes: installed.Version.Notes, Updated: installed.UpdatedAt,
		Visibility: i.visibility(installed.Resource, urls.InstallVisibility),
		Danger:     i.zone(authz.ModulesInstall, urls.InstallDelete, installed.Slug, "", "Nobody can open it in this app any more. The module itself stays where it lives."),
	}
	view.Danger.Title, view.Danger.Label = "Uninstall module", "Uninstall module"
	if installed.Module.Readable {
		view.ModuleURL = urls.Module.To(i.org(), installed.Module.App, installed.Module.Module)
	}
	if action := i.address(authz.ModulesInstall, urls.InstallVersion, installed.Slug); action != "" {
		view.Change = &views.InstallChange{Action: action, Versions: versionOptions(installed.Versions)}
	}
	allowFrameOf(i.c, installed.Version)
	return view, err
}

// allowFrameOf lets this one page frame the origin of a version and no other. Without a plain origin the frame stays empty.
func allowFrameOf(c echo.Context, v models.ModuleVersion) {
	if origin := v.Origin(); origin != "" {
		const header = "Content-Security-Policy"
		h := c.Response().Header()
		h.Set(header, h.Get(header)+"; frame-src "+origin)
	}
}

func versionOptions(versions []models.ModuleVersion) []parts.Option {
	options := make([]parts.Option, 0, len(versions))
	for _, v := range versions {
		options = append(options, parts.Option{Value: v.Slug, Label: v.Slug})
	}
	return options
}

// InstallNew draws the catalogue, or the form of the module that was chosen from it.
func (h *Handlers) InstallNew(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	chosen := strings.TrimSpace(c.QueryParam("module"))
	if chosen == "" {
		view, err := i.catalogue()
		if err != nil {
			return err
		}
		return draw(c, views.InstallFormPage(view))
	}
	view, err := i.installForm(views.InstallForm{Module: chosen, Errors: map[string]string{}})
	if err != nil {
		return err
	}
	if view.ID == "" {
		_, view.ID, _ = strings.Cut(view.Module, "/")
	}
	return draw(c, views.InstallFormPage(view))
}

// catalogue is the page on which a module is chosen.
func (i inside) catalogue() (views.InstallForm, error) {
	filter := i.filter()
	listed, err := i.store.In(i.actor).ModulesToInstall(i.c.Request().Context(), filter)
	if err != nil {
		return views.InstallForm{}, err
	}
	list := urls.Installs.To(i.org(), i.app())
	frame, err := i.appFrame(i.c, i.actor, i.reached, "Install module", views.AppInstalled, crumb("Installed modules", list))
	view := views.InstallForm{
		Page: frame.Page, Action: urls.InstallNew.To(i.org(), i.app()), Cancel: list, Query: filter.Query, Pager: pager(i.c, listed.Newer, listed.Older),
		Errors: map[string]string{},
	}
	for _, m := range listed.Rows {
		row := views.CatalogueRow{Name: m.AppSlug + "/" + m.Slug, Slug: m.Slug, App: m.AppSlug, Description: m.Description, Latest: m.Latest}
		if m.Latest != "" {
			row.Choose = urls.With(view.Action, "module", row.Name)
		}
		view.Catalogue = append(view.Catalogue, row)
	}
	return view, err
}

// installForm is the form of the module that was chosen; one that the person cannot read is not there.
func (i inside) installForm(view views.InstallForm) (views.InstallForm, error) {
	name, err := models.ParseModuleRef("module", view.Module)
	if err != nil {
		return view, models.ErrNotFound
	}
	name, versions, err := i.store.In(i.actor).ModuleToInstall(i.c.Request().Context(), i.reached, name)
	if err != nil {
		return view, err
	}
	list := urls.Installs.To(i.org(), i.app())
	frame, err := i.appFrame(i.c, i.actor, i.reached, "Install "+name.Module, views.AppInstalled, crumb("Installed modules", list))
	view.Page, view.Module, view.Versions = frame.Page, name.String(), versionOptions(versions)
	view.Action, view.Cancel = urls.InstallNew.To(i.org(), i.app()), list
	return view, err
}

// InstallCreate installs a version of a module.
func (h *Handlers) InstallCreate(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	view := views.InstallForm{Module: typed.Get("module"), Version: typed.Get("version"), ID: typed.Get("id"), Errors: map[string]string{}}
	change := models.InstallChange{Version: view.Version}
	var module, slug error
	change.Module, module = models.ParseModuleRef("module", view.Module)
	change.Slug, slug = models.ParseSlug("id", view.ID)
	if err = problemsOf(module, slug); err == nil {
		err = h.store.In(a).InstallModule(c.Request().Context(), r, change)
	}
	if err == nil {
		return h.seeWith(c, urls.Install.To(i.org(), i.app(), string(change.Slug)), change.Module.Module+" is installed.")
	}
	kind, err := noteEach(view.Errors, err)
	if err != nil {
		return err
	}
	again, err := i.installForm(view)
	if models.Is(err, models.NotFound) { // the module is gone, or was never theirs to read: choose another one
		if again, err = i.catalogue(); err == nil {
			again.Errors["module"] = view.Errors["module"]
			if again.Errors["module"] == "" {
				again.Errors["module"] = "This module is not there any more. Choose another one."
			}
		}
	}
	if err != nil {
		return err
	}
	return refuse(kind, views.InstallFormPage(again))
}

// InstallVersion makes an installed module another version of itself.
func (h *Handlers) InstallVersion(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	slug := c.Param("install")
	err = h.store.In(a).ChangeInstallVersion(c.Request().Context(), r, slug, typed.Get("version"))
	if refusal, refused := models.RefusalOf(err); refused && refusal.Kind == models.Invalid {
		view, err := i.install()
		if err != nil {
			return err
		}
		if view.Change != nil {
			view.Change.Error = refusal.Sentence
		}
		return refuse(refusal.Kind, views.InstallPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Install.To(i.org(), i.app(), slug), "The version is saved.")
}

// InstallDelete takes an installed module out of the app when its ID was typed.
func (h *Handlers) InstallDelete(c echo.Context, a models.Actor, r models.Reached) error {
	i := h.inside(c, a, r)
	typed, err := form(c)
	if err != nil {
		return err
	}
	if err := h.store.In(a).UninstallModule(c.Request().Context(), r, c.Param("install"), typed.Get("confirm")); err != nil {
		return notDestroyed(err, func(why string) error {
			view, err := i.install()
			if err != nil {
				return err
			}
			view.Danger.Typed, view.Danger.Error = typed.Get("confirm"), why
			return refuse(models.Invalid, views.InstallPage(view))
		})
	}
	return h.seeWith(c, urls.Installs.To(i.org(), i.app()), "The module is uninstalled.")
}

// InstallVisibility changes who sees an installed module.
func (h *Handlers) InstallVisibility(c echo.Context, a models.Actor, r models.Reached) error {
	return h.inside(c, a, r).setVisibility(models.KindInstall, c.Param("install"), views.AppInstalled, urls.Install, urls.InstallVisibility)
}

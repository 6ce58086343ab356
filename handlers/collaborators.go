package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// Collaborators draws who was given the app, and the form to give it to more for who may.
func (h *Handlers) Collaborators(c echo.Context, a models.Actor, r models.Reached) error {
	view, err := h.collaborators(c, a, r)
	if err != nil {
		return err
	}
	return draw(c, views.CollaboratorsPage(view))
}

func (h *Handlers) collaborators(c echo.Context, a models.Actor, r models.Reached) (views.Collaborators, error) {
	filter := models.CollaboratorFilter{Query: queryOf(c), Page: pageOf(c)}
	listed, err := h.store.In(a).Collaborators(c.Request().Context(), r, filter)
	if err != nil {
		return views.Collaborators{}, err
	}
	frame, err := h.appFrame(c, a, r, "Collaborators", views.AppCollaborators)
	org, app := a.Organization.Slug, r.App.Slug
	view := views.Collaborators{
		Page: frame.Page, App: app, Organization: a.Organization.Name, Query: filter.Query, Filtered: filter.Query != "", Pager: pager(c, listed.Newer, listed.Older),
		Action: urls.AppCollaborators.To(org, app), Addresses: a.SeesAddresses(), Level: models.LevelKey(authz.Viewer), Errors: map[string]string{},
	}
	edits := r.May(authz.CollaboratorsEdit)
	if edits {
		view.AddURL = urls.AppCollaborators.To(org, app)
	}
	for _, person := range listed.Rows {
		row := views.CollaboratorRow{
			ID: person.UserID, Name: person.Name, Key: person.UserID, Level: views.LevelLabel(models.LevelKey(person.Level)), Member: person.Member, Suspended: person.Suspended,
			Added: person.AddedAt, By: person.AddedBy, You: person.UserID == a.User.ID,
		}
		if a.SeesAddresses() || row.You {
			row.Email = person.Email
		}
		if edits {
			row.Other, row.OtherLabel = models.LevelKey(authz.Contributor), "Make contributor"
			if person.Level == authz.Contributor {
				row.Other, row.OtherLabel = models.LevelKey(authz.Viewer), "Make viewer"
			}
			row.LevelURL, row.RemoveURL = urls.AppCollaboratorLevel.To(org, app, person.UserID), urls.AppCollaboratorRemove.To(org, app, person.UserID)
		}
		view.Rows = append(view.Rows, row)
	}
	return view, err
}

// CollaboratorAdd gives the app to a registered account.
func (h *Handlers) CollaboratorAdd(c echo.Context, a models.Actor, r models.Reached) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	errors := map[string]string{}
	email, wrongAddress := models.ParseEmail("email", typed.Get("email"))
	level, wrongLevel := models.ParseLevel("level", typed.Get("level"))
	var problems []error
	for _, err := range []error{wrongAddress, wrongLevel} {
		if err != nil {
			problems = append(problems, err)
		}
	}
	if len(problems) == 0 {
		if err = h.store.In(a).AddCollaborator(c.Request().Context(), r.App.ID, email, level); err == nil {
			return h.seeWith(c, urls.AppCollaborators.To(a.Organization.Slug, r.App.Slug), email+" is a "+models.LevelKey(level)+" of this app.")
		}
		problems = append(problems, err)
	}
	kind, err := noteAt(errors, problems...)
	if err != nil {
		return err
	}
	view, err := h.collaborators(c, a, r)
	if err != nil {
		return err
	}
	view.Email, view.Level, view.Errors = typed.Get("email"), typed.Get("level"), errors
	return refuse(kind, views.CollaboratorsPage(view))
}

// CollaboratorLevel changes what a collaborator may do.
func (h *Handlers) CollaboratorLevel(c echo.Context, a models.Actor, r models.Reached) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	level, err := models.ParseLevel("", typed.Get("level"))
	if err != nil {
		return err
	}
	if err := h.store.In(a).ChangeCollaborator(c.Request().Context(), r.App.ID, c.Param("collaborator"), level); err != nil {
		return err
	}
	return h.seeWith(c, urls.AppCollaborators.To(a.Organization.Slug, r.App.Slug), "They are a "+models.LevelKey(level)+" now.")
}

// CollaboratorRemove takes the app from a collaborator.
func (h *Handlers) CollaboratorRemove(c echo.Context, a models.Actor, r models.Reached) error {
	if err := h.store.In(a).RemoveCollaborator(c.Request().Context(), r.App.ID, c.Param("collaborator")); err != nil {
		return err
	}
	return h.seeWith(c, urls.AppCollaborators.To(a.Organization.Slug, r.App.Slug), "They are no longer a collaborator of this app.")
}

// Collaborations draws the apps in which the person is a collaborator, in every organization.
func (h *Handlers) Collaborations(c echo.Context, p models.Person) error {
	filter := models.CollaborationFilter{Query: queryOf(c), Page: pageOf(c)}
	listed, err := h.store.Collaborations(c.Request().Context(), p, filter)
	if err != nil {
		return err
	}
	frame, err := h.accountFrame(c, p, "Collaborations", navCollaborations)
	if err != nil {
		return err
	}
	view := views.Collaborations{Page: frame.Page, Query: filter.Query, Filtered: filter.Query != "", Pager: pager(c, listed.Newer, listed.Older)}
	for _, each := range listed.Rows {
		row := appRow(each.App)
		row.Level, row.Since = views.LevelLabel(models.LevelKey(each.Level)), each.Since
		view.Rows = append(view.Rows, row)
	}
	return draw(c, views.CollaborationsPage(view))
}

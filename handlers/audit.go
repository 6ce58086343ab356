package handlers

import (
	"maps"
	"slices"

	"github.com/labstack/echo/v4"

	"gatehouse/models"
	"gatehouse/views"
)

// Audit draws the audit log, newest first.
func (h *Handlers) Audit(c echo.Context, a models.Actor) error {
	filter := models.AuditFilter{Query: queryOf(c), Person: c.QueryParam("who"), Page: pageOf(c)}
	if action := models.Action(c.QueryParam("action")); slices.Contains(models.Actions(), action) {
		filter.Action = action
	}
	listed, err := h.store.In(a).Audit(c.Request().Context(), filter)
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Audit log", navAudit)
	if err != nil {
		return err
	}
	view := views.Audit{
		Page: frame.Page, Query: filter.Query, Action: string(filter.Action), Pager: pager(c, listed.Newer, listed.Older),
		Who: filter.Person, Filtered: filter.Query != "" || filter.Action != "" || filter.Person != "",
	}
	for _, action := range models.Actions() {
		view.Actions = append(view.Actions, views.Option{Value: string(action), Label: action.Words()})
	}
	for _, entry := range listed.Rows {
		view.Rows = append(view.Rows, auditRow(entry))
		if filter.Person != "" && entry.ActorID == filter.Person {
			view.WhoName = entry.ActorName
		}
	}
	return draw(c, views.AuditPage(view))
}

func auditRow(e models.AuditEntry) views.AuditRow {
	methods := map[models.Method]string{models.ByPassword: "Password", models.BySAML: "SSO"}
	row := views.AuditRow{
		ID: e.ID, At: e.At, ActorName: e.ActorName, ActorEmail: e.ActorEmail, Words: e.Action.Words(), Action: string(e.Action),
		TargetName: e.TargetName, Method: methods[e.Method], IP: e.IP, Reference: e.Reference,
	}
	if row.ActorName == "" {
		row.ActorName = "The system"
	}
	names := slices.Collect(maps.Keys(e.Before))
	for name := range e.After {
		if _, both := e.Before[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		row.Changes = append(row.Changes, views.Change{Name: name, Before: e.Before[name], After: e.After[name]})
	}
	return row
}

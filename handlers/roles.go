package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/models"
	"gatehouse/views"
)

// Roles draws both role tables with the actor's own column marked.
func (h *Handlers) Roles(c echo.Context, a models.Actor) error {
	counts, err := h.store.In(a).Counts(c.Request().Context())
	if err != nil {
		return err
	}
	frame, err := h.organizationFrame(c, a, "Roles & scopes", navRoles)
	if err != nil {
		return err
	}
	return draw(c, views.RolesPage(views.Roles{Page: frame.Page, Own: a.Role, Counts: roleCounts(counts)}))
}

func roleCounts(counts models.Counts) []views.RoleCount {
	var rows []views.RoleCount
	for _, role := range authz.Roles() {
		rows = append(rows, views.RoleCount{Role: role, Members: counts.ByRole[role]})
	}
	return rows
}

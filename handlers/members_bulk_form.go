package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
	"gatehouse/views"
)

type bulkForm = url.Values

// namedMembers are the accounts that a form names, ticked on a list or all in one field, each once.
func namedMembers(typed bulkForm) []string {
	var ids []string
	for _, value := range append(slices.Clone(typed["member"]), typed.Get("members")) {
		for id := range strings.FieldsSeq(value) {
			if !slices.Contains(ids, id) && len(ids) <= models.MaxBulk {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// checkBulk reads what the members will become, once it was asked for, or puts messages beside the fields.
func checkBulk(typed bulkForm, view *views.Bulk, bulk *models.Bulk) {
	asked := typed.Get("step") != ""
	switch {
	case len(view.Members) > models.MaxBulk:
		view.Errors["members"] = "At most " + strconv.Itoa(models.MaxBulk) + " members are changed at once. Choose fewer."
	case view.Count == 0 && typed.Get("which") == "all":
		view.Errors["members"] = "Nobody fits the search and the filters any more."
	case len(view.Members) == 0:
		view.Errors["members"] = "Nobody is chosen. Go back to the list and tick the members to change."
	case view.Count == 0:
		view.Errors["members"] = "None of those who were chosen is a member any more."
	}
	switch bulk.Action {
	case models.BulkRole:
		view.Role = typed.Get("to-role")
		role, err := authz.ParseRole(view.Role)
		if bulk.Role = role; err != nil && asked {
			view.Errors["to-role"] = "Choose what they will be."
		}
		view.Chosen, view.RoleName = err == nil, role.Label()
	case models.BulkTeam:
		if view.Chosen = bulk.Team.Slug != ""; !view.Chosen && asked {
			view.Errors["to-team"] = "There is no such team. Choose one."
		}
	case models.BulkSuspend, models.BulkReinstate, models.BulkRemove:
		view.Chosen = true
	}
}

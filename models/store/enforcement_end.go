package store

import (
	"context"
	"slices"
	"strings"

	"gatehouse/models"
)

// EnforcementEnd is how what was required last ended or gave way, when nothing was required anew since; ok is false when it did not.
func (t Tenant) EnforcementEnd(ctx context.Context) (end models.EnforcementEnd, ok bool, err error) {
	// Each action by itself, so that the index leads to its newest entries. A provider may have been disabled since without ending anything.
	var ask []string
	var args []any
	for _, action := range []models.Action{models.ActionSSORequired, models.ActionSSOReverted, models.ActionSSOLifted, models.ActionProviderDisabled, models.ActionProviderDeleted} {
		ask = append(ask, "SELECT * FROM (SELECT "+auditColumns+" FROM audit_entries e WHERE e.organization_id = ? AND e.action = ? ORDER BY e.at DESC, e.id DESC LIMIT 5) e")
		args = append(args, t.organization(), string(action))
	}
	var rows []auditRow
	if err := t.store.read(ctx).all(&rows, strings.Join(ask, " UNION ALL "), args...); err != nil {
		return end, false, fault("end of enforcement", err)
	}
	slices.SortFunc(rows, func(a, b auditRow) int { return strings.Compare(b.ID, a.ID) })
	for _, row := range rows {
		e := row.noun()
		end = models.EnforcementEnd{At: e.At, Was: e.Before["required of"], Action: e.Action, By: e.ActorName, Provider: e.TargetName, Altered: e.After["because"] == becauseAltered}
		switch {
		case e.Action == models.ActionSSORequired:
			return models.EnforcementEnd{}, false, nil
		case e.Action == models.ActionSSOReverted || e.Action == models.ActionSSOLifted || e.After[enforcementNoted] == "ended":
			return end, true, nil
		}
	}
	return models.EnforcementEnd{}, false, nil
}

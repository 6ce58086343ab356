package handlers

import (
	"maps"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// AuditEntry draws one entry of the audit log: what was before and after, and where it leads.
func (h *Handlers) AuditEntry(c echo.Context, a models.Actor) error {
	entry, err := h.store.In(a).AuditEntry(c.Request().Context(), c.Param("entry"))
	if err != nil {
		return err
	}
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, "Event", navAudit, crumb("Audit log", urls.Audit.To(org)))
	if err != nil {
		return err
	}
	view := views.AuditEntry{Page: frame.Page, Row: auditRow(org, linksTo(urls.Audit.To(org), nil), entry.AuditEntry), Kind: strings.ReplaceAll(entry.TargetType, "-", " "), Changes: auditChanges(entry.AuditEntry)}
	if entry.ActorIsMember && a.May(authz.MembersView) {
		view.ActorURL = urls.Member.To(org, entry.ActorID)
	}
	if entry.Object != nil {
		view.ObjectURL = objectURL(a, entry)
	}
	if entry.TargetID != "" && entry.TargetID != a.Organization.ID {
		view.AboutURL = urls.AuditOf(org, models.AuditTerm{Key: models.AuditAbout, Value: entry.TargetID}.String())
	}
	return draw(c, views.AuditEntryPage(view))
}

// objectURL is the page of what an entry is about, if the actor may open it.
func objectURL(a models.Actor, e models.AuditedEntry) string {
	org, slug, within := a.Organization.Slug, e.Object.Slug, e.Object.Within
	url, scope := "", authz.OrganizationView
	switch e.TargetType {
	case "account", "member":
		url, scope = urls.Member.To(org, e.TargetID), authz.MembersView
	case "team":
		url, scope = urls.Team.To(org, slug), authz.TeamsView
	case "app":
		url = urls.App.To(org, slug)
	case string(models.KindModel):
		url = urls.Model.To(org, within, slug)
	case string(models.KindWorkflow):
		url = urls.Workflow.To(org, within, slug)
	case string(models.KindModule):
		url = urls.Module.To(org, within, slug)
	case string(models.KindInstall):
		url = urls.Install.To(org, within, slug)
	case "identity-provider":
		url, scope = urls.IdentityProvider.To(org, slug), authz.SecurityView
	case "group-mapping":
		url, scope = urls.Mapping.To(org, within, slug), authz.SecurityManage
	case "domain":
		url, scope = urls.Domain.To(org, slug), authz.SecurityManage
	case "invitation":
		url, scope = urls.With(urls.Invitations.To(org), "q", slug), authz.MembersManage
	case "organization":
		url, scope = urls.Settings.To(org), authz.OrganizationManage
	}
	if !a.May(scope) {
		return ""
	}
	return url
}

// listSeparators are between the items of the values that are lists.
var listSeparators = map[string]string{"teams": ", ", "people": " ", "certificates": " ", "nodes": "; "}

// auditChangeCount is how many auditChanges there are.
func auditChangeCount(e models.AuditEntry) int {
	n := len(e.After)
	for name := range e.Before {
		if _, both := e.After[name]; !both {
			n++
		}
	}
	return n
}

// auditChanges are the values of an entry, by name, as people read them.
func auditChanges(e models.AuditEntry) []views.Change {
	names := slices.Collect(maps.Keys(e.Before))
	for name := range e.After {
		if _, both := e.Before[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	changes := make([]views.Change, 0, len(names))
	for _, name := range names {
		change := views.Change{Name: name, Before: auditValue(name, e.Before[name]), After: auditValue(name, e.After[name])}
		if separator, is := listSeparators[name]; is {
			was, now := items(e.Before[name], separator), items(e.After[name], separator)
			change.Removed, change.Added, change.Kept = without(was, now), without(now, was), len(was)-len(without(was, now))
			change.List = true
		}
		changes = append(changes, change)
	}
	return changes
}

func items(value, separator string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, separator)
}

// without is those of all that are not among the others.
func without(all, others []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(one string) bool { return slices.Contains(others, one) })
}

// auditValue is a value in words where the log keeps a key.
func auditValue(name, value string) string {
	if role, err := authz.ParseRole(value); err == nil && name == "role" {
		return role.Label()
	}
	return value
}

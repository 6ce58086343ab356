package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
	"gatehouse/views/parts"
)

// Mappings draws the group mappings of an identity provider, and what they would do to whoever signed in last.
func (h *Handlers) Mappings(c echo.Context, a models.Actor) error {
	list, err := h.store.In(a).Mappings(c.Request().Context(), c.Param("idp"), "", nil)
	if err != nil {
		return err
	}
	p, org := list.Provider, a.Organization.Slug
	frame, err := h.mappingFrame(c, a, p, "Group mappings")
	if err != nil {
		return err
	}
	view := views.Mappings{
		Page: frame.Page, Provider: p.Name, NewURL: urls.MappingNew.To(org, p.Slug), AttributesURL: urls.IdentityProviderEdit.To(org, p.Slug) + "#attribute_groups",
		Attribute: p.Attributes.Groups, Usual: usualNames().Groups, Full: len(list.All) >= models.MaxMappings, Trial: mappingTrial(list.Trial, list.All),
	}
	for _, m := range list.All {
		view.Rows = append(view.Rows, views.MappingRow{
			URL: urls.Mapping.To(org, p.Slug, m.ID), Group: m.Group, Role: m.Role, Teams: namesOf(m.Teams), Authoritative: m.Authoritative, Inert: m.Inert,
			Author: m.Author, People: m.People,
		})
	}
	if list.Trial != nil {
		for _, group := range unmapped(list) {
			view.Unmapped = append(view.Unmapped, views.UnmappedGroup{Group: group, URL: urls.With(view.NewURL, "group", group)})
		}
	}
	return draw(c, views.MappingsPage(view))
}

// offeredGroups is how many groups without a mapping are offered at once.
const offeredGroups = 12

// unmapped are groups of the last sign-in that have no mapping.
func unmapped(list models.MappingList) []string {
	mapped := map[string]bool{}
	for _, m := range list.All {
		mapped[m.Group] = true
	}
	var groups []string
	for _, group := range list.Trial.Sighting.Groups {
		if _, err := models.ParseGroup("", group); err == nil && !mapped[group] && len(groups) < offeredGroups {
			groups = append(groups, group)
		}
	}
	return groups
}

func (h *Handlers) mappingFrame(c echo.Context, a models.Actor, p models.IdentityProvider, title string, trail ...parts.Crumb) (frame, error) {
	org := a.Organization.Slug
	above := append([]parts.Crumb{crumb("Security", urls.Security.To(org)), crumb(p.Name, urls.IdentityProvider.To(org, p.Slug))}, trail...)
	f, err := h.organizationFrame(c, a, title, navSecurity, above...)
	f.Page.Title = title + " · " + p.Name
	return f, err
}

// mappingTrial is a trial as pages show it; nil when nobody has signed in yet.
func mappingTrial(t *models.Trial, all []models.Mapping) *views.MappingTrial {
	if t == nil {
		return nil
	}
	group := func(id string) string {
		for _, m := range append(all, t.Effect.Matched...) {
			if m.ID == id {
				return m.Group
			}
		}
		return ""
	}
	s, e := t.Sighting, t.Effect
	trial := views.MappingTrial{
		Person: s.Name, Email: s.Email, At: s.At, Groups: s.Groups, Told: s.GroupsSent, Member: s.Member,
		Was: e.Was, Role: e.Role, RoleGroup: group(e.RoleBy), RoleMoved: e.RoleMoved, KeptLast: e.KeptLast,
	}
	for _, m := range e.Matched {
		if m.Inert {
			trial.Inert = append(trial.Inert, m.Group)
		} else {
			trial.Matched = append(trial.Matched, m.Group)
		}
	}
	for to, gifts := range map[*[]views.MappingGift][]models.TeamGift{&trial.Join: e.Join, &trial.Leave: e.Leave, &trial.Stay: e.Stay} {
		for _, gift := range gifts {
			*to = append(*to, views.MappingGift{Team: gift.Team.Name, Group: gift.By.Group})
		}
	}
	return &trial
}

// mappedBy is which group gave something, as pages show it.
func mappedBy(b models.MappedBy) views.MappedBy {
	return views.MappedBy{Provider: b.Provider, Group: b.Group, Owned: b.Owned}
}

// MappingDelete removes a mapping.
func (h *Handlers) MappingDelete(c echo.Context, a models.Actor) error {
	if err := h.store.In(a).DeleteMapping(c.Request().Context(), c.Param("idp"), c.Param("mapping")); err != nil {
		return err
	}
	return h.seeWith(c, urls.Mappings.To(a.Organization.Slug, c.Param("idp")), "The group mapping is removed. Whoever has something by it keeps it.")
}

// version reads the version that a form was drawn with; what is no number is no version of anything.
func version(typed string) int {
	n, err := strconv.Atoi(typed)
	if err != nil || n < 1 {
		return -1
	}
	return n
}

package store

import (
	"context"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// ExportMembers hands every member that fits the filter to write, page by page. That somebody exports is recorded before anything is read.
// The order is always by name, which stands still while the pages are read: somebody who becomes active meanwhile is neither left out nor
// written twice.
func (t Tenant) ExportMembers(ctx context.Context, filter models.MemberFilter, format string, write func([]models.Member) error) error {
	filter.Sort = ""
	err := t.write(ctx, "export members", authz.MembersView, func(u *unit) error {
		e := entry(t.actor.Person, models.ActionMembersExported)
		e.After = filter.Values()
		e.After["format"] = format
		return u.record([]string{t.organization()}, on(e, "organization", t.organization(), t.actor.Organization.Name))
	})
	for next := ""; err == nil; {
		filter.Page = models.Page{After: next, Size: largestPage}
		var page models.Listed[models.Member]
		if page, err = t.Members(ctx, filter); err != nil {
			break
		}
		if err = write(page.Rows); err != nil || page.Older == "" {
			break
		}
		next = page.Older
	}
	return err
}

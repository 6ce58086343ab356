package store

import (
	"fmt"
	"testing"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

func TestCreatingAnOrganization(t *testing.T) {
	each(t, func(w *world) {
		ada, ulf := w.person("ada@northwind.example"), w.person("ulf@northwind.example")
		litware := models.Setup{Slug: "Litware", Organization: "Litware Inc."}
		before := w.tables()
		_, err := w.CreateOrganization(w.ctx, ada, models.CreationByNobody, litware)
		refused(w.t, err, models.Denied)
		_, err = w.CreateOrganization(w.ctx, ada, "", litware)
		refused(w.t, err, models.Denied)
		_, err = w.CreateOrganization(w.ctx, ulf, models.CreationByAdministrators, litware)
		refused(w.t, err, models.Denied)
		_, err = w.CreateOrganization(w.ctx, ada, models.CreationByAdministrators, models.Setup{Slug: "NORTHWIND", Organization: "Taken"})
		refusedField(w.t, err, "id")
		equal(w.t, "after refusals", w.tables(), before)

		w.records(func() {
			made, err := w.CreateOrganization(w.ctx, ada, models.CreationByAdministrators, litware)
			must(w.t, err)
			equal(w.t, "ID", made.Slug, "Litware")
		}, "Litware organization.created")
		tenant := w.in("litware", "ada@northwind.example")
		equal(w.t, "the creator's role", tenant.actor.Role, authz.Administrator)
		counts, err := tenant.Counts(w.ctx)
		must(w.t, err)
		equal(w.t, "members", counts.Members, 1)
		policy, err := tenant.PasswordPolicy(w.ctx)
		must(w.t, err)
		equal(w.t, "policy", policy.Policy, models.DefaultPasswordPolicy())
		_, err = w.CreateOrganization(w.ctx, ulf, models.CreationByEverybody, models.Setup{Slug: "ulfs", Organization: "Ulf's"})
		must(w.t, err)

		// Who is suspended administrates nothing.
		w.run("UPDATE members SET suspended = true WHERE user_id = ?", ada.User.ID)
		refused(w.t, w.MayCreate(w.ctx, ada, models.CreationByAdministrators), models.Denied)
		must(w.t, w.MayCreate(w.ctx, ada, models.CreationByEverybody))
	})
}

func TestCreatingAnOrganizationNeedsTheAccountItself(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		token, _, err := w.enters(c, models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example"})
		must(w.t, err)
		create := func(p models.Person) error {
			_, err := w.CreateOrganization(w.ctx, p, models.CreationByEverybody, models.Setup{Slug: "more", Organization: "More"})
			return err
		}
		bySSO := w.ask(token, "").Person
		refused(w.t, w.MayCreate(w.ctx, bySSO, models.CreationByEverybody), models.Impossible)
		refused(w.t, create(bySSO), models.Denied)

		// What was true when the request began counts for nothing.
		ulf, tess := w.person("ulf@northwind.example"), w.person("tess@northwind.example")
		w.signOut(ulf)
		refused(w.t, create(ulf), models.Denied)
		w.run("UPDATE users SET password_organization_id = ? WHERE id = ?", w.id("northwind"), tess.User.ID)
		refused(w.t, create(tess), models.Denied)
		tess = w.person("tess@northwind.example")
		refused(w.t, create(tess), models.Impossible)
		equal(w.t, "organizations", w.number("SELECT count(*) FROM organizations"), 2)

		olga := w.person("olga@northwind.example")
		good, failures := atOnce(6, func(int) error { return create(olga) })
		equal(w.t, "of many at once with one ID", good, 1)
		for _, err := range failures {
			refusedField(w.t, err, "id")
		}
	})
}

func TestMembershipsAreListedSearchedAndPaged(t *testing.T) {
	each(t, func(w *world) {
		mia := w.person("mia@northwind.example")
		for i := range 23 {
			name := fmt.Sprintf("Zweigstelle %02d", i)
			if i == 7 {
				name = "Łódź Ålesund"
			}
			_, err := w.CreateOrganization(w.ctx, mia, models.CreationByEverybody, models.Setup{Slug: models.Slug(fmt.Sprint("branch-", i)), Organization: name})
			must(w.t, err)
		}
		ask := func(query, after, before string) models.Listed[models.Membership] {
			w.t.Helper()
			page, err := w.Memberships(w.ctx, mia, models.MembershipFilter{Query: query, Page: models.Page{Size: 10, After: after, Before: before}})
			must(w.t, err)
			return page
		}
		first := ask("", "", "")
		equal(w.t, "folded names come in their place", first.Rows[0].Organization.Name, "Łódź Ålesund")
		equal(w.t, "then", first.Rows[1].Organization.Name, "Northwind Robotics")
		second := ask("", first.Older, "")
		third := ask("", second.Older, "")
		equal(w.t, "on three pages", len(first.Rows)+len(second.Rows)+len(third.Rows), 24)
		equal(w.t, "the last", third.Older, "")
		equal(w.t, "and back", ask("", "", third.Newer).Rows[0].Organization.Slug, second.Rows[0].Organization.Slug)
		equal(w.t, "the first has none before it", first.Newer+ask("", "", second.Newer).Newer, "")
		equal(w.t, "searched by a folded name", len(ask("LODZ ale", "", "").Rows), 1)
		equal(w.t, "searched by an ID", len(ask("branch-1", "", "").Rows), 10)
		equal(w.t, "nothing found", len(ask("nowhere", "", "").Rows), 0)

		// The frame knows the one at hand and those used last, not all of them.
		w.run("UPDATE members SET last_active_at = ? WHERE user_id = ? AND organization_id = ?", w.now(), mia.User.ID, w.id("branch-22"))
		frame, err := w.Frame(w.ctx, mia, w.id("northwind"))
		must(w.t, err)
		equal(w.t, "organizations of the frame", len(frame.Memberships), models.Framed)
		named := map[string]bool{}
		for _, m := range frame.Memberships {
			named[m.Organization.Slug] = true
		}
		equal(w.t, "the one at hand", named["northwind"], true)
		equal(w.t, "the one used last", named["branch-22"], true)
		equal(w.t, "administrates", frame.Administrates, true)

		// A session opens what its proof opens.
		mia.Methods = []models.Authentication{{Method: models.BySAML, OrganizationID: w.id("northwind")}}
		equal(w.t, "by SSO", len(ask("", "", "").Rows), 1)
		frame, err = w.Frame(w.ctx, mia, "")
		must(w.t, err)
		equal(w.t, "frame by SSO", len(frame.Memberships), 1)
		equal(w.t, "administrates by SSO", frame.Administrates, false)
		mia.Methods, mia.User.PasswordOf = []models.Authentication{{Method: models.ByPassword}}, w.id("branch-3")
		equal(w.t, "by a password that was set for one", ask("", "", "").Rows[0].Organization.Slug, "branch-3")
	})
}

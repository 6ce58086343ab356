package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// maps makes a mapping of the identity provider “okta” by Ada and returns its ID.
func (w *world) maps(group string, authoritative bool, role authz.Role, teams ...string) string {
	w.t.Helper()
	ada := w.in("northwind", "ada@northwind.example")
	must(w.t, ada.CreateMapping(w.ctx, "okta", draftOf(group, authoritative, role, teams...)))
	all, err := ada.mappings(w.ctx, "okta")
	must(w.t, err)
	for _, m := range all {
		if m.Group == group {
			return m.ID
		}
	}
	w.t.Fatal("the mapping is not there")
	return ""
}

func draftOf(group string, authoritative bool, role authz.Role, teams ...string) models.MappingDraft {
	d := models.MappingDraft{Group: group, Role: role, Authoritative: authoritative}
	for _, slug := range teams {
		d.Teams = append(d.Teams, models.TeamRef{Slug: slug})
	}
	return d
}

// comes signs somebody in who is in these groups.
func (w *world) comes(c models.Connection, email string, groups ...string) {
	w.t.Helper()
	_, _, err := w.enters(c, models.SAMLIdentity{NameID: "of " + email, Email: email, Groups: groups, GroupsSent: true})
	must(w.t, err)
	w.clock.pass(time.Minute)
}

// has is what a member is, in one line: role and teams, each with who gave it when a group did.
func (w *world) has(email string) string {
	w.t.Helper()
	m, err := w.in("northwind", "ada@northwind.example").Member(w.ctx, w.userID(email))
	must(w.t, err)
	by := func(b models.MappedBy) string {
		if b.Mapping == "" {
			return ""
		}
		return fmt.Sprintf("<%s/%s/%v", b.Provider, b.Group, b.Owned)
	}
	words := m.Role.Key() + by(m.RoleBy)
	for _, team := range m.Teams {
		words += " " + team.Slug + by(m.TeamsBy[team.Slug])
	}
	return words
}

func (t Tenant) mappings(ctx context.Context, idp string) ([]models.Mapping, error) {
	list, err := t.Mappings(ctx, idp, "", nil)
	return list.All, err
}

func TestMappingsAreMadeChangedAndRemoved(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		w.provider("okta", true)
		ada := w.in("northwind", "ada@northwind.example")
		w.records(func() {
			must(w.t, ada.CreateMapping(ctx, "okta", draftOf("eng", true, authz.TeamContributor, "feet", "hands")))
		}, "northwind group-mapping.created")
		refusedField(w.t, ada.CreateMapping(ctx, "okta", draftOf("eng", false, authz.OrganizationUser)), "group")
		refusedField(w.t, ada.CreateMapping(ctx, "okta", draftOf("nothing", false, 0)), "role")
		refusedField(w.t, ada.CreateMapping(ctx, "okta", draftOf("no team", false, 0, "sales")), "teams") // is Contoso's
		refused(w.t, ada.CreateMapping(ctx, "nothing", draftOf("x", false, authz.OrganizationUser)), models.NotFound)
		must(w.t, ada.CreateMapping(ctx, "okta", draftOf("Eng", false, authz.OrganizationUser))) // another group
		all, err := ada.mappings(ctx, "okta")
		must(w.t, err)
		equal(w.t, "mappings", len(all), 2)
		eng := all[1]
		equal(w.t, "group", eng.Group, "eng")
		equalAll(w.t, "teams by name", eng.Teams, []models.TeamRef{{Slug: "feet", Name: "Feet"}, {Slug: "hands", Name: "Hands"}})
		equal(w.t, "author", eng.Author, "Ada Admin")
		equal(w.t, "inert", eng.Inert, false)

		changed := draftOf("engineers", false, authz.OrganizationContributor)
		w.records(func() { must(w.t, ada.EditMapping(ctx, "okta", eng.ID, eng.Version, changed)) }, "northwind group-mapping.edited")
		e := must1(ada.Audit(ctx, models.AuditFilter{Action: models.ActionMappingEdited})).Rows[0]
		equal(w.t, "before", e.Before["group"]+" "+e.Before["role"]+" "+e.Before["kind"]+" "+e.Before["teams"], "eng team_contributor authoritative feet, hands")
		equal(w.t, "after", e.After["group"]+" "+e.After["role"]+" "+e.After["kind"]+e.After["teams"], "engineers organization_contributor additive")
		w.records(func() {
			refused(w.t, ada.EditMapping(ctx, "okta", eng.ID, eng.Version, changed), models.Stale)
			refusedField(w.t, ada.EditMapping(ctx, "okta", eng.ID, eng.Version+1, draftOf("Eng", true, authz.OrganizationUser)), "group")
		})
		good, failures := atOnce(6, func(i int) error {
			return ada.EditMapping(ctx, "okta", eng.ID, eng.Version+1, draftOf(fmt.Sprint("at once ", i), true, authz.OrganizationUser))
		})
		equal(w.t, "saved at once", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Stale)
		}

		carl, theirs := w.in("contoso", "carl@contoso.example"), w.providerOf(w.in("contoso", "carl@contoso.example"), "okta", true)
		olga := w.in("northwind", "olga@northwind.example")
		w.records(func() {
			refused(w.t, carl.EditMapping(ctx, "okta", eng.ID, eng.Version+2, changed), models.NotFound)
			refused(w.t, carl.DeleteMapping(ctx, "okta", eng.ID), models.NotFound)
			refused(w.t, olga.CreateMapping(ctx, "okta", changed), models.Denied)
		})
		none, err := carl.mappings(ctx, theirs.Provider.Slug)
		must(w.t, err)
		equal(w.t, "Contoso's", len(none), 0)

		w.records(func() { must(w.t, ada.DeleteMapping(ctx, "okta", eng.ID)) }, "northwind group-mapping.deleted")
		refused(w.t, ada.DeleteMapping(ctx, "okta", eng.ID), models.NotFound)
		for i := range models.MaxMappings - 1 {
			w.run(`INSERT INTO group_mappings (id, organization_id, provider_id, group_value, role, authoritative, author_id, created_at, updated_at)
				SELECT ?, organization_id, provider_id, ?, role, authoritative, author_id, created_at, updated_at FROM group_mappings WHERE group_value = 'Eng'`, newID(), fmt.Sprint("g", i))
		}
		refused(w.t, ada.CreateMapping(ctx, "okta", changed), models.Impossible)
	})
}

func TestASignInGivesWhatTheGroupsSay(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		const ulf = "ulf@northwind.example"
		w.maps("eng", true, authz.OrganizationContributor, "feet")
		w.maps("all", false, 0, "idle")
		w.records(func() { w.comes(c, ulf, "eng", "all", "other") },
			"northwind identity.linked", "northwind member.role-changed", "northwind team.member-added", "northwind team.member-added", "northwind session.signed-in")
		equal(w.t, "Ulf", w.has(ulf), "organization_contributor<Provider okta/eng/true feet<Provider okta/eng/true hands idle<Provider okta/all/false")
		ada := w.in("northwind", "ada@northwind.example")
		e := must1(ada.Audit(w.ctx, models.AuditFilter{Action: models.ActionMemberRoleChanged})).Rows[0]
		equal(w.t, "the entry", e.ActorName+": "+e.Before["role"]+" "+e.After["role"]+" "+e.After["identity provider"]+" "+e.After["group"]+" "+string(e.Method),
			"Ulf User: organization_user organization_contributor Provider okta eng saml")
		w.records(func() { w.comes(c, ulf, "eng", "all") }, "northwind session.signed-in")

		// What the provider owns is not changed by hand, as long as it can be signed in through.
		w.records(func() {
			refused(w.t, ada.ChangeRole(w.ctx, w.userID(ulf), authz.Administrator, 0), models.Impossible)
			changes := must1(ada.RemoveTeamMembers(w.ctx, "feet", []string{w.userID(ulf)}))
			equal(w.t, "feet", changes[0].Outcome, models.TeamOwned)
		})
		w.records(func() {
			equal(w.t, "idle", must1(ada.RemoveTeamMembers(w.ctx, "idle", []string{w.userID(ulf)}))[0].Outcome, models.TeamChanged)
		}, "northwind team.member-removed")
		list := must1(ada.TeamMembers(w.ctx, must1(ada.Team(w.ctx, "feet")), models.TeamFilter{}))
		equal(w.t, "on the team's page", list.Rows[len(list.Rows)-1].By.Group, "eng")
		for _, m := range must1(ada.Members(w.ctx, models.MemberFilter{Query: "ulf"})).Rows {
			equal(w.t, "in the list of members", m.RoleThrough, "Provider okta")
		}
		all, err := ada.mappings(w.ctx, "okta")
		must(w.t, err)
		equal(w.t, "people by all and eng", fmt.Sprint(all[0].People, all[1].People), "0 1")

		// Nothing is concluded from a sign-in that says nothing of groups.
		_, _, err = w.enters(c, models.SAMLIdentity{NameID: "of " + ulf, Email: ulf})
		must(w.t, err)
		equal(w.t, "not told", w.has(ulf), "organization_contributor<Provider okta/eng/true feet<Provider okta/eng/true hands")
		w.records(func() { w.comes(c, ulf) }, "northwind member.role-changed", "northwind team.member-removed", "northwind session.signed-in")
		equal(w.t, "in no group", w.has(ulf), "organization_user hands")
	})
}

func TestWhatAMappingGaveOutlivesIt(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		const ulf = "ulf@northwind.example"
		eng := w.maps("eng", true, authz.OrganizationContributor, "feet")
		ada := w.in("northwind", "ada@northwind.example")
		w.comes(c, ulf, "eng")
		must(w.t, ada.SetIdentityProviderEnabled(w.ctx, "okta", false))
		equal(w.t, "of a provider that is off", w.has(ulf), "organization_contributor<Provider okta/eng/false feet<Provider okta/eng/false hands")
		must(w.t, ada.ChangeRole(w.ctx, w.userID(ulf), authz.TeamContributor, 0))
		equal(w.t, "given by hand", w.has(ulf), "team_contributor feet<Provider okta/eng/false hands")
		must(w.t, ada.SetIdentityProviderEnabled(w.ctx, "okta", true))
		w.comes(c, ulf, "eng")
		equal(w.t, "raised again", w.has(ulf), "organization_contributor<Provider okta/eng/true feet<Provider okta/eng/true hands")
		w.comes(c, ulf)
		equal(w.t, "falls back to what was given by hand", w.has(ulf), "team_contributor hands")
		w.comes(c, ulf, "eng")
		must(w.t, ada.DeleteMapping(w.ctx, "okta", eng))
		equal(w.t, "without the mapping", w.has(ulf), "organization_contributor feet hands")
		w.comes(c, ulf)
		equal(w.t, "stays", w.has(ulf), "organization_contributor feet hands")
		w.maps("ops", true, authz.Administrator, "idle")
		w.comes(c, ulf, "ops")
		must(w.t, ada.DeleteIdentityProvider(w.ctx, "okta", "okta"))
		equal(w.t, "without the provider", w.has(ulf), "administrator feet hands idle")
	})
}

func TestAMappingWhoseAuthorWasDemotedGivesNothingNew(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		const ulf, tess = "ulf@northwind.example", "tess@northwind.example"
		ada := w.in("northwind", "ada@northwind.example")
		must(w.t, ada.ChangeRole(w.ctx, w.userID("olga@northwind.example"), authz.Administrator, 0))
		olga := w.in("northwind", "olga@northwind.example")
		must(w.t, olga.CreateMapping(w.ctx, "okta", draftOf("eng", true, authz.Administrator, "idle")))
		w.comes(c, ulf, "eng")
		must(w.t, ada.ChangeRole(w.ctx, w.userID("olga@northwind.example"), authz.OrganizationContributor, 0))
		all, err := ada.mappings(w.ctx, "okta")
		must(w.t, err)
		equal(w.t, "inert", all[0].Inert, true)
		w.comes(c, tess, "eng")
		equal(w.t, "Tess", w.has(tess), "team_contributor hands")
		w.comes(c, ulf, "eng")
		equal(w.t, "Ulf keeps what he was given", w.has(ulf), "administrator<Provider okta/eng/true hands idle<Provider okta/eng/true")
		w.comes(c, ulf)
		equal(w.t, "and loses it with the group", w.has(ulf), "organization_user hands")
		// Whoever saves it answers for it from then on.
		must(w.t, ada.EditMapping(w.ctx, "okta", all[0].ID, all[0].Version, draftOf("eng", true, authz.Administrator, "idle")))
		w.comes(c, tess, "eng")
		equal(w.t, "Tess", w.has(tess), "administrator<Provider okta/eng/true hands idle<Provider okta/eng/true")
		// An author who is suspended or gone is none.
		must(w.t, olga.store.In(w.in("northwind", tess).actor).Suspend(w.ctx, w.userID("ada@northwind.example")))
		w.comes(c, ulf, "eng")
		all, err = w.in("northwind", tess).mappings(w.ctx, "okta")
		must(w.t, err)
		equal(w.t, "inert", all[0].Inert, true)
	})
}

func TestGroupsNeverTakeTheLastAdministrator(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		const ulf, tess = "ulf@northwind.example", "tess@northwind.example"
		w.maps("eng", true, authz.Administrator)
		for _, email := range []string{ulf, tess} {
			w.comes(c, email, "eng")
		}
		w.run("UPDATE members SET role = 'organization_user' WHERE user_id = ?", w.userID("ada@northwind.example"))
		// Both lose the group and come in at the same moment, again and again.
		for round := range 10 {
			w.run("UPDATE members SET role = 'administrator', role_mapping_id = (SELECT id FROM group_mappings), own_role = 'organization_user' WHERE user_id IN (?, ?)", w.userID(ulf), w.userID(tess))
			results := [][]byte{}
			for _, email := range []string{ulf, tess} {
				results = append(results, w.accepted(c, models.SAMLIdentity{NameID: "of " + email, Email: email, GroupsSent: true}))
			}
			good, failures := atOnce(2, func(i int) error {
				_, err := w.FinishSAML(w.ctx, results[i], browser, nil, []byte(newID()), request)
				return err
			})
			if good != 2 {
				w.t.Fatal(failures)
			}
			equal(w.t, fmt.Sprint("Administrators after round ", round), w.number("SELECT count(*) FROM members m JOIN organizations o ON o.id = m.organization_id WHERE o.slug = 'northwind' AND m.role = 'administrator' AND NOT m.suspended"), 1)
		}
		equal(w.t, "it is recorded", w.number("SELECT count(*) FROM audit_entries WHERE action = 'session.signed-in' AND after_values LIKE '%nobody else is an active one%'"), 10)
	})
}

// As many groups as an assertion may hold, and as many mappings as a provider may have, in one sign-in.
func TestThreeHundredGroups(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		w.maps("g0", true, authz.TeamContributor, "feet")
		groups := []string{"g0"}
		for i := range models.MaxMappings - 1 {
			group := fmt.Sprint("g", i+1)
			groups = append(groups, group)
			id := newID()
			w.run(`INSERT INTO group_mappings (id, organization_id, provider_id, group_value, role, authoritative, author_id, created_at, updated_at)
				SELECT ?, organization_id, provider_id, ?, role, authoritative, author_id, created_at, updated_at FROM group_mappings WHERE group_value = 'g0'`, id, group)
			w.run("INSERT INTO group_mapping_teams (organization_id, mapping_id, team_id) SELECT t.organization_id, ?, t.id FROM teams t WHERE t.slug = 'idle'", id)
		}
		result := w.accepted(c, models.SAMLIdentity{NameID: "n", Email: "ulf@northwind.example", Groups: groups, GroupsSent: true})
		n := w.queries(func(ctx context.Context) {
			must1(w.FinishSAML(ctx, result, browser, nil, []byte(newID()), request))
		})
		if n > 40 {
			w.t.Errorf("%d statements for one sign-in", n)
		}
		equal(w.t, "Ulf", w.has("ulf@northwind.example"), "team_contributor<Provider okta/g0/true feet<Provider okta/g0/true hands idle<Provider okta/g1/true")
	})
}

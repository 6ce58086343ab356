package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/authz"
	"gatehouse/models"
)

// RenameOrganization saves a name over that version; over another it is models.Stale. The identifier never changes: it stands in addresses
// and in what identity providers know.
func (t Tenant) RenameOrganization(ctx context.Context, version int, name string) error {
	return t.write(ctx, "rename organization", authz.OrganizationManage, func(u *unit) error {
		was, err := t.lockedOrganization(u, u.dialect.forChange("o"))
		if err != nil || was.Name == name {
			return err
		}
		if was.Version != version {
			return models.Refuse(models.Stale, "Somebody else saved this meanwhile. Look at what it is now, and save again.")
		}
		if err := u.do(stmt("UPDATE organizations SET name = ?, version = version + 1 WHERE id = ?", name, was.ID)); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionOrganizationRenamed), "organization", was.ID, name)
		e.Before, e.After = map[string]string{"name": was.Name}, map[string]string{"name": name}
		return u.record([]string{was.ID}, e)
	})
}

// Organization returns the organization as it is now.
func (t Tenant) Organization(ctx context.Context) (models.Organization, error) {
	row, err := t.lockedOrganization(t.store.read(ctx), "")
	return row.noun(), fault("organization", err)
}

func (t Tenant) lockedOrganization(u *unit, lock string) (organizationRow, error) {
	var row organizationRow
	err := u.one(&row, "SELECT "+organizationColumns+" FROM organizations o WHERE o.id = ?"+lock, t.organization())
	return row, err
}

// belonging is the rows of one table that belong to an organization, and go with it.
type belonging struct {
	table  string
	of     string // the condition that takes the organization's id
	what   string // one of them in words, where people are told how many there are
	number string // how many there are, which takes the organization's id; empty: by counting
}

const (
	own         = "organization_id = ?"
	ofApps      = "app_id IN (SELECT a.id FROM apps a WHERE a.organization_id = ?)"
	ofProviders = "provider_id IN (SELECT p.id FROM identity_providers p WHERE p.organization_id = ?)"
)

// belongings is everything that goes with an organization, in the order in which it goes: what points at something goes before it. The
// schema's own cascades are not relied upon. A test holds the list to the schema.
func belongings() []belonging {
	return []belonging{
		{table: "audit_exports", of: own},
		{table: "audit_checkpoints", of: own},
		{table: "audit_chains", of: own},
		{table: "audit_entries", of: own, what: "audit entry"},
		{table: "module_installs", of: own},
		{table: "module_versions", of: own},
		{table: "modules", of: own, what: "module"},
		{table: "base_workflows", of: ofApps},
		{table: "workflow_nodes", of: own},
		{table: "workflows", of: own, what: "workflow"},
		{table: "models", of: own, what: "model"},
		{table: "team_apps", of: own},
		{table: "team_members", of: own},
		{table: "invitation_teams", of: own},
		{table: "group_mapping_teams", of: own},
		{table: "enforced_members", of: own},
		{table: "enforced_teams", of: own},
		{table: "enforcements", of: own},
		{table: "collaborators", of: ofApps, what: "collaborator"},
		{table: "apps", of: own, what: "app", number: "SELECT coalesce(max(n), 0) FROM organization_counts WHERE what = 'apps' AND " + own},
		{table: "teams", of: own, what: "team", number: "SELECT coalesce(max(n), 0) FROM organization_counts WHERE what = 'teams' AND " + own},
		{table: "saml_results", of: "relay_state_hash IN (SELECT f.relay_state_hash FROM saml_flows f WHERE f." + ofProviders + ")"},
		{table: "saml_flows", of: ofProviders},
		{table: "saml_replays", of: ofProviders},
		{table: "saml_logouts", of: ofProviders},
		{table: "sign_in_evidence", of: ofProviders},
		{table: "sign_in_attempts", of: ofProviders},
		{table: "identity_links", of: own},
		{table: "break_glass_codes", of: own},
		{table: "break_glass_entries", of: own},
		{table: "ended_sessions", of: own},
		{table: "half_sign_ins", of: "glass_organization_id = ?"},
		{table: "session_authentications", of: own},
		{table: "metadata_refreshes", of: ofProviders},
		{table: "certificate_notices", of: ofProviders},
		{table: "identity_provider_certificates", of: ofProviders},
		{table: "identity_provider_sightings", of: ofProviders},
		{table: "identity_provider_reservations", of: own},
		{table: "domains", of: own, what: "domain"},
		{table: "password_resets", of: own},
		{table: "invitations", of: own, what: "pending invitation", number: "SELECT count(*) FROM invitations WHERE state = 'pending' AND " + own},
		{table: "members", of: own, what: "member", number: "SELECT coalesce(sum(members), 0) FROM member_counts WHERE " + own},
		{table: "group_mappings", of: own},
		{table: "identity_providers", of: own, what: "identity provider"},
		// Numbers that triggers keep go last: they change while the rest goes.
		{table: "member_counts", of: own},
		{table: "organization_counts", of: own},
		{table: "daily_counts", of: own},
	}
}

func people(b belonging) int {
	if b.table == "members" {
		return 1
	}
	return 0
}

// Belongings counts what would go with the organization, as far as people know such things.
func (t Tenant) Belongings(ctx context.Context) ([]models.Belonging, error) {
	found, err := t.counted(t.store.read(ctx))
	return found, fault("belongings", err)
}

func (t Tenant) counted(u *unit) ([]models.Belonging, error) {
	var q query
	all := belongings()
	slices.Reverse(all) // what others point at matters more to people, and people most
	slices.SortStableFunc(all, func(a, b belonging) int { return people(b) - people(a) })
	for i, b := range all {
		if b.what == "" {
			continue
		}
		if q.text.Len() > 0 {
			q.add(" UNION ALL ")
		}
		if b.number == "" {
			b.number = "SELECT count(*) FROM " + b.table + " WHERE " + b.of
		}
		q.add("SELECT "+strconv.Itoa(i)+" AS kind, ("+b.number+") AS n", t.organization())
	}
	q.add(" ORDER BY kind")
	var rows []struct {
		Kind int `gorm:"column:kind"`
		N    int `gorm:"column:n"`
	}
	err := u.rows(&rows, &q)
	found := make([]models.Belonging, 0, len(rows))
	for _, row := range rows {
		found = append(found, models.Belonging{What: all[row.Kind].what, N: row.N})
	}
	return found, err
}

// DeleteOrganization deletes the organization with everything of it; typed is its identifier, typed to confirm. People keep their accounts.
// As its own log goes too, the entry that says so belongs to the installation.
func (t Tenant) DeleteOrganization(ctx context.Context, typed string) error {
	return t.store.write(ctx, "delete organization", func(u *unit) error {
		// Before anything else: whoever is at work in it is waited for, and whoever begins to waits and finds nothing. See hold.
		organization, err := t.lockedOrganization(u, u.dialect.forUpdate("o"))
		if err != nil {
			return err
		}
		if err := t.still(u, authz.OrganizationManage); err != nil {
			return err
		}
		if err := organization.noun().MayDelete(t.actor.Person); err != nil {
			return err
		}
		if !strings.EqualFold(strings.TrimSpace(typed), organization.Slug) {
			return models.RefuseField("confirm", "Type “"+organization.Slug+"” to delete it.")
		}
		gone, err := t.counted(u)
		if err != nil {
			return err
		}
		if err := t.endItsPasswords(u); err != nil {
			return err
		}
		for _, b := range belongings() {
			if err := u.do(stmt("DELETE FROM "+b.table+" WHERE "+b.of, t.organization())); err != nil {
				return err
			}
		}
		if err := u.do(stmt("DELETE FROM organizations WHERE id = ?", t.organization())); err != nil {
			return err
		}
		e := on(entry(t.actor.Person, models.ActionOrganizationDeleted), "organization", organization.ID, organization.Name)
		e.Before = map[string]string{"id": organization.Slug}
		for _, d := range gone {
			e.Before[d.What] = strconv.Itoa(d.N)
		}
		return u.record(nil, e)
	})
}

// endItsPasswords takes the password from those whose password was set by a link of this organization's Administrators: it opened this
// organization alone, and without it would become one that opens everything, known perhaps to whoever made the link.
func (t Tenant) endItsPasswords(u *unit) error {
	const theirs = "(SELECT u.id FROM users u WHERE u.password_organization_id = ?)"
	return u.do(
		stmt("DELETE FROM session_authentications WHERE method = 'password' AND session_id IN (SELECT s.id FROM sessions s WHERE s.user_id IN "+theirs+")", t.organization()),
		stmt("DELETE FROM password_resets WHERE user_id IN "+theirs, t.organization()),
		stmt("DELETE FROM half_sign_ins WHERE user_id IN "+theirs, t.organization()),
		stmt("UPDATE users SET password_hash = '', password_changed_at = NULL, password_organization_id = NULL, version = version + 1 WHERE password_organization_id = ?", t.organization()),
	)
}

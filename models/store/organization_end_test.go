package store

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestRenamingAnOrganization(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		w.records(func() { must(w.t, ada.RenameOrganization(w.ctx, 1, "Northwind AG")) }, "northwind organization.renamed")
		now, err := ada.Organization(w.ctx)
		must(w.t, err)
		equal(w.t, "name", now.Name, "Northwind AG")
		equal(w.t, "version", now.Version, 2)
		equal(w.t, "the ID", now.Slug, "northwind")
		equal(w.t, "Contoso's name", w.number("SELECT count(*) FROM organizations WHERE name = 'Contoso' AND version = 1"), 1)

		olga := w.in("northwind", "olga@northwind.example")
		w.records(func() {
			refused(w.t, ada.RenameOrganization(w.ctx, 1, "Mine"), models.Stale)
			must(w.t, ada.RenameOrganization(w.ctx, 2, "Northwind AG")) // nothing to do
			refused(w.t, olga.RenameOrganization(w.ctx, 2, "Olga's"), models.Denied)
		})
		good, failures := atOnce(8, func(i int) error { return ada.RenameOrganization(w.ctx, 2, fmt.Sprint("Name ", i)) })
		equal(w.t, "of many at once, over the same version", good, 1)
		for _, err := range failures {
			refused(w.t, err, models.Stale)
		}
	})
}

// everything gives Northwind a row in every table that belongs to an organization, and Contoso as well where somebody could mix them up.
func (w *world) everything() {
	w.t.Helper()
	for _, at := range []struct{ organization, admin, guest string }{{"northwind", "ada@northwind.example", "sana@northwind.example"}, {"contoso", "carl@contoso.example", "ulf@northwind.example"}} {
		tenant := w.in(at.organization, at.admin)
		c := w.providerOf(tenant, "okta", true)
		_, err := tenant.ClaimDomain(w.ctx, at.organization+".example", "token")
		must(w.t, err)
		w.run("INSERT INTO audit_exports (id, organization_id, user_id, format, query, total, written, state, created_at, touched_at) VALUES (?, ?, ?, 'csv', '', 1, 0, 'ready', ?, ?)", newID(), c.Organization.ID, tenant.actor.User.ID, w.now(), w.now())
		w.run("INSERT INTO audit_checkpoints (chain, organization_id, seq, kind, hash, at, signature) VALUES (?, ?, 1, 'seal', ?, ?, ?)", c.Organization.ID, c.Organization.ID, blob{[]byte("h")}, w.now(), blob{[]byte("s")})
		_, _, err = w.enters(c, models.SAMLIdentity{NameID: "known", Email: at.guest})
		must(w.t, err)
		w.accepted(c, models.SAMLIdentity{NameID: "under way", Email: at.guest})
		_, err = w.RecordRefusedAttempt(w.ctx, c.Provider.ConnectionID, models.Attempt{Check: "audience"}, &models.Evidence{Response: "PA=="})
		must(w.t, err)
		w.SettleRefused()
		_, err = tenant.Reservation(w.ctx, reservationOf("c-next-of-"+at.organization))
		must(w.t, err)
		must(w.t, tenant.MakeCodes(w.ctx, [][]byte{secret.HashToken("code of " + at.organization)}))
		w.run("INSERT INTO enforcements (organization_id, provider_id, stage, confirmed, confirm_by, by_id, changed_at) VALUES (?, ?, 'me', '', ?, ?, ?)",
			c.Organization.ID, c.Provider.ID, w.now().Add(time.Hour), w.userID("quentin@tailspin.example"), w.now())
		w.run("INSERT INTO enforced_members (organization_id, user_id) VALUES (?, ?)", c.Organization.ID, w.userID(at.admin))
		w.run("INSERT INTO enforced_teams (organization_id, team_id) SELECT organization_id, id FROM teams WHERE organization_id = ?", c.Organization.ID)
		w.run("INSERT INTO break_glass_entries (session_id, organization_id, expires_at) SELECT id, ?, expires_at FROM sessions WHERE id NOT IN (SELECT session_id FROM break_glass_entries)", c.Organization.ID)
		w.run("INSERT INTO ended_sessions (token_hash, organization_id, expires_at) VALUES (?, ?, ?)", blob{secret.HashToken("ended of " + at.organization)}, c.Organization.ID, w.now().Add(time.Hour))
		w.run("INSERT INTO half_sign_ins (token_hash, user_id, glass_organization_id, expires_at) VALUES (?, ?, ?, ?)",
			blob{secret.HashToken("half of " + at.organization)}, w.userID(at.admin), c.Organization.ID, w.now().Add(time.Minute))
		w.run("INSERT INTO saml_logouts (departure_hash, place, provider_id, sealed, state, expires_at) VALUES (?, 0, ?, '', 'waiting', ?)",
			blob{secret.HashToken("logout of " + at.organization)}, c.Provider.ID, w.now().Add(time.Minute))
		mapping := newID()
		w.run(`INSERT INTO group_mappings (id, organization_id, provider_id, group_value, authoritative, author_id, created_at, updated_at)
			VALUES (?, ?, ?, 'eng', true, ?, ?, ?)`, mapping, c.Organization.ID, c.Provider.ID, w.userID(at.admin), w.now(), w.now())
		w.run("INSERT INTO group_mapping_teams (organization_id, mapping_id, team_id) SELECT organization_id, ?, id FROM teams WHERE organization_id = ?", mapping, c.Organization.ID)
	}
	w.plantResources()
	w.run("INSERT INTO invitation_teams (organization_id, invitation_id, team_id) SELECT i.organization_id, i.id, t.id FROM invitations i JOIN teams t ON t.organization_id = i.organization_id")
	w.run("INSERT INTO base_workflows (app_id, workflow_id) SELECT app_id, id FROM workflows")
	w.run("INSERT INTO metadata_refreshes (provider_id, metadata_url, next_at) SELECT id, metadata_url, created_at FROM identity_providers")
	w.run("INSERT INTO certificate_notices (provider_id, sha256, days, at) SELECT provider_id, sha256, 30, not_before FROM identity_provider_certificates")
	_, err := w.in("northwind", "ada@northwind.example").MakeResetLink(w.ctx, w.userID("tess@northwind.example"), secret.HashToken("a link"))
	must(w.t, err)
}

// dependents are the tables whose rows belong to an organization, as the schema itself says: those that point at one, and those that point
// at these. Accounts belong to nobody.
func dependents(facts []string) (tables []string, pointsAt map[string][]string) {
	pointsAt = map[string][]string{}
	for _, fact := range facts {
		if rule, ok := strings.CutPrefix(fact, "foreign key "); ok {
			from, to, _ := strings.Cut(strings.TrimSuffix(rule, " CASCADE"), " -> ")
			pointsAt[from] = append(pointsAt[from], to)
		}
	}
	found := map[string]bool{"organizations": true}
	for grown := true; grown; {
		grown = false
		for from, all := range pointsAt {
			if !found[from] && from != "users" && slices.ContainsFunc(all, func(to string) bool { return found[to] }) {
				found[from], grown = true, true
				tables = append(tables, from)
			}
		}
	}
	slices.Sort(tables)
	return tables, pointsAt
}

func TestTheListOfWhatBelongsToAnOrganizationIsTheSchemas(t *testing.T) {
	each(t, func(w *world) {
		tables, pointsAt := dependents(shape(w.t, w.Store))
		var listed []string
		for _, b := range belongings() {
			for _, to := range pointsAt[b.table] {
				if slices.Contains(listed, to) {
					w.t.Errorf("%s points at %s, which is deleted before it", b.table, to)
				}
			}
			listed = append(listed, b.table)
		}
		slices.Sort(listed)
		equalAll(w.t, "what goes with an organization (models/store/organization_end.go)", listed, tables)
	})
}

func TestDeletingAnOrganizationLeavesNothingOfItAndEverythingElse(t *testing.T) {
	each(t, func(w *world) {
		w.everything()
		northwind, contoso := w.id("northwind"), w.id("contoso")
		of := func(b belonging, organization string) int {
			return w.number("SELECT count(*) FROM "+b.table+" WHERE "+b.of, organization)
		}
		before := map[string]int{}
		for _, b := range belongings() {
			if before[b.table] = of(b, contoso); of(b, northwind) == 0 {
				w.t.Errorf("Northwind has no row in %s, so that deleting it proves nothing: give it one in everything()", b.table)
			}
		}
		accounts := w.number("SELECT count(*) FROM users")
		ada := w.in("northwind", "ada@northwind.example")
		gone, err := ada.Belongings(w.ctx)
		must(w.t, err)
		equal(w.t, "first of what goes", gone[0], models.Belonging{What: "member", N: 7})
		equal(w.t, "then", gone[1], models.Belonging{What: "identity provider", N: 1})
		equal(w.t, "then", gone[2], models.Belonging{What: "pending invitation", N: 1})

		olga := w.in("northwind", "olga@northwind.example")
		w.records(func() {
			refusedField(w.t, ada.DeleteOrganization(w.ctx, "contoso"), "confirm")
			refusedField(w.t, ada.DeleteOrganization(w.ctx, ""), "confirm")
			refused(w.t, olga.DeleteOrganization(w.ctx, "northwind"), models.Denied)
		})
		entries := w.number("SELECT count(*) FROM audit_entries WHERE organization_id IS NULL")
		must(w.t, ada.DeleteOrganization(w.ctx, " NorthWind "))

		equal(w.t, "entries of the installation", w.number("SELECT count(*) FROM audit_entries WHERE organization_id IS NULL"), entries+1)
		equal(w.t, "the entry names what it was", w.number(`SELECT count(*) FROM audit_entries WHERE organization_id IS NULL AND action = 'organization.deleted'
			AND target_id = ? AND target_name = 'Northwind Robotics' AND actor_email = 'ada@northwind.example' AND before_values LIKE '%"member":"7"%'`, northwind), 1)
		equal(w.t, "organizations", w.number("SELECT count(*) FROM organizations"), 1)
		equal(w.t, "accounts", w.number("SELECT count(*) FROM users"), accounts)
		for _, b := range belongings() {
			equal(w.t, "Contoso's rows in "+b.table, of(b, contoso), before[b.table])
			equal(w.t, "rows of nobody in "+b.table, w.number("SELECT count(*) FROM "+b.table)-w.ofInstallation(b.table), before[b.table])
		}
		// And by the schema alone, whatever the list says: its key stands nowhere any more.
		for _, fact := range shape(w.t, w.Store) {
			if column, ok := strings.CutPrefix(fact, "column "); ok {
				name, kind, _ := strings.Cut(column, " ")
				table, column, _ := strings.Cut(name, ".")
				if strings.HasPrefix(kind, "text") && name != "audit_entries.target_id" {
					equal(w.t, "the deleted key in "+name, w.number("SELECT count(*) FROM "+table+" WHERE CAST("+column+" AS text) = ?", northwind), 0)
				}
			}
		}
		// People keep their accounts, and what they are elsewhere.
		ulf := w.person("ulf@northwind.example")
		left, err := w.Memberships(w.ctx, ulf, models.MembershipFilter{})
		must(w.t, err)
		equal(w.t, "organizations of somebody in both", len(left.Rows), 1)
		_, err = w.SignInOffer(w.ctx, "northwind")
		refused(w.t, err, models.NotFound)
		made, err := w.CreateOrganization(w.ctx, ulf, models.CreationByEverybody, models.Setup{Slug: "northwind", Organization: "Another"})
		must(w.t, err)
		equal(w.t, "the ID is free again", made.Slug, "northwind")
	})
}

// An identity provider's word is not enough, and neither is a password that somebody else may know.
func TestDeletingNeedsThePersonsOwnPassword(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		token, _, err := w.enters(c, models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example"})
		must(w.t, err)
		refused(w.t, w.In(actorOf(w.ask(token, "northwind"))).DeleteOrganization(w.ctx, "northwind"), models.Impossible)

		w.run("UPDATE users SET password_organization_id = ? WHERE email_norm = 'ada@northwind.example'", w.id("northwind"))
		refused(w.t, w.in("northwind", "ada@northwind.example").DeleteOrganization(w.ctx, "northwind"), models.Impossible)
		w.run("UPDATE users SET password_organization_id = NULL")
		must(w.t, w.in("northwind", "ada@northwind.example").DeleteOrganization(w.ctx, "northwind"))
	})
}

// A password that an Administrator of Northwind may know opens Northwind alone. When there is no Northwind it must not open the rest.
func TestAPasswordThatOpenedTheDeletedOrganizationOpensNothing(t *testing.T) {
	each(t, func(w *world) {
		w.run("UPDATE users SET password_organization_id = ? WHERE email_norm = 'ulf@northwind.example'", w.id("northwind"))
		token := w.signIn("ulf@northwind.example")
		must(w.t, w.in("northwind", "ada@northwind.example").DeleteOrganization(w.ctx, "northwind"))
		_, err := w.Asking(w.ctx, token, "contoso")
		refused(w.t, err, models.NotFound)
		account, err := w.Credentials(w.ctx, "ulf@northwind.example")
		must(w.t, err)
		equal(w.t, "the password's hash", account.PasswordHash, "")
		equal(w.t, "others keep theirs", w.number("SELECT count(*) FROM users WHERE password_hash = ?", hashOf), w.number("SELECT count(*) FROM users")-2) // and Sana never had one
	})
}

// While it is being deleted, people sign in, join and make things: each of them is either before it or finds nothing, and nothing is left.
func TestDeletingWhileOthersAreAtWork(t *testing.T) {
	each(t, func(w *world) {
		ada, olga := w.in("northwind", "ada@northwind.example"), w.in("northwind", "olga@northwind.example")
		invitation := w.invite("ulf2@northwind.example", authz.OrganizationUser)
		arm, mia := w.reach(ada, "arm").App.ID, w.person("mia@northwind.example")
		var told bytes.Buffer
		w.Store.log = slog.New(slog.NewTextHandler(&told, nil))
		_, failures := atOnce(32, func(i int) error {
			switch i % 8 {
			case 0:
				return ada.DeleteOrganization(w.ctx, "northwind")
			case 1:
				return olga.CreateTeam(w.ctx, models.TeamDraft{Slug: models.Slug(fmt.Sprint("late-", i)), Name: "Late"})
			case 2:
				account, err := w.Credentials(w.ctx, "ulf@northwind.example")
				return errors.Join(err, w.SignInByPassword(w.ctx, account, nil, secret.HashToken(fmt.Sprint("s", i)), "", request))
			case 3:
				draft := models.InvitationDraft{Email: fmt.Sprintf("guest%d@elsewhere.example", i), Role: authz.OrganizationUser, For: week}
				_, err := ada.Invite(w.ctx, draft, secret.HashToken(draft.Email), models.Mail{})
				return err
			case 4:
				_, err := w.DeclineInvitation(w.ctx, invitation, request)
				return err
			case 5:
				return ada.ChangeAppVisibility(w.ctx, arm, 1, authz.Public)
			case 6:
				return w.Rename(w.ctx, mia, fmt.Sprint("Mia ", i))
			}
			return ada.RenameOrganization(w.ctx, 1, "Busy")
		})
		for _, err := range failures {
			if _, isRefusal := models.RefusalOf(err); !isRefusal {
				w.t.Errorf("neither done nor refused: %v", err)
			}
		}
		// Trying again would hide it, until there are more of them than tries.
		equal(w.t, "who waited for each other", strings.Count(told.String(), "sqlstate=40P01"), 0)
		equal(w.t, "organizations", w.number("SELECT count(*) FROM organizations WHERE slug_norm = 'northwind'"), 0)
		for _, b := range belongings() {
			ofContoso := w.number("SELECT count(*) FROM "+b.table+" WHERE "+b.of, w.id("contoso"))
			equal(w.t, "rows of nobody in "+b.table, w.number("SELECT count(*) FROM "+b.table)-w.ofInstallation(b.table), ofContoso)
		}
	})
}

// ofInstallation is how many rows of a table belong to no organization.
func (w *world) ofInstallation(table string) int {
	w.t.Helper()
	if slices.Contains([]string{"audit_entries", "audit_chains", "session_authentications", "password_resets"}, table) {
		return w.number("SELECT count(*) FROM " + table + " WHERE organization_id IS NULL")
	}
	return 0
}

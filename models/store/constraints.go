package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"gatehouse/models"
)

// constraint is a named rule of the schema that a person can break, and what they are told.
type constraint struct {
	name    string
	columns string // as SQLite names a broken unique rule: it does not know the name
	refusal error
}

// constraints is the one place where a broken rule of the schema becomes a refusal.
var constraints = []constraint{
	{"organizations_slug_uq", "organizations.slug_norm", models.RefuseField("id", "This ID is taken. Choose another one.")},
	{"users_email_uq", "users.email_norm", models.RefuseField("email", "There is already an account with this address.")},
	{"members_pk", "members.organization_id, members.user_id", models.Refuse(models.Impossible, "This account is already a member of the organization.")},
	{"invitations_pending_uq", "invitations.organization_id, invitations.email_norm", models.RefuseField("email", "There is already a pending invitation for this address.")},
	{"teams_slug_uq", "teams.organization_id, teams.slug_norm", models.RefuseField("id", "This ID is taken. Choose another one.")},
	{"apps_slug_uq", "apps.organization_id, apps.slug_norm", models.RefuseField("id", "This ID is taken. Choose another one.")},
	{"models_slug_uq", "models.app_id, models.slug_norm", models.RefuseField("id", "The app has a model with this ID. Choose another one.")},
	{"workflows_slug_uq", "workflows.app_id, workflows.slug_norm", models.RefuseField("id", "The app has a workflow with this ID. Choose another one.")},
	{"modules_slug_uq", "modules.app_id, modules.slug_norm", models.RefuseField("id", "The app has a module with this ID. Choose another one.")},
	{"module_versions_slug_uq", "module_versions.module_id, module_versions.slug_norm", models.RefuseField("version", "The module has a version with this ID. Choose another one.")},
	{"module_installs_slug_uq", "module_installs.app_id, module_installs.slug_norm", models.RefuseField("id", "The app has an installed module with this ID. Choose another one.")},
	{"collaborators_pk", "collaborators.app_id, collaborators.user_id", models.RefuseField("email", "They are a collaborator of this app already. Change what they may do in the list.")},
	{"identity_providers_slug_uq", "identity_providers.organization_id, identity_providers.slug_norm", models.RefuseField("id", "This ID is taken. Choose another one.")},
	{"identity_provider_certificates_pk", "identity_provider_certificates.provider_id, identity_provider_certificates.sha256", models.RefuseField("certificates", "The same certificate is there twice.")},
	{"group_mappings_group_uq", "group_mappings.provider_id, group_mappings.group_value", models.RefuseField("group", "This group has a mapping already. Edit that one.")},
	{"domains_name_uq", "domains.organization_id, domains.name", models.RefuseField("domain", "This domain is in the list already.")},
	{"domains_verified_uq", "domains.name", errDomainTaken},
	{"passkeys_credential_uq", "passkeys.credential_id", models.RefuseField("passkey", "This passkey is in use already. Choose another one.")},
	{"saml_replays_pk", "saml_replays.provider_id, saml_replays.assertion_id", errUsed},
	{"saml_results_flow_uq", "saml_results.relay_state_hash", errUsed},
}

// errUsed answers the second use of what can be used once.
var errUsed = models.Refuse(models.Impossible, "This sign-in was already used or took too long. Start again.")

// errDomainTaken says no more than it must: not whose it is.
var errDomainTaken = models.RefuseField("domain", "This domain was verified by another organization of this console. If it is yours, ask whoever runs the console.")

// fault makes what a use case returns of what went wrong: a refusal stays one, a broken constraint becomes its refusal, a database that
// does not answer becomes "unavailable", and the rest keeps its cause for the log.
func fault(what string, err error) error {
	if err == nil {
		return nil
	}
	if _, refused := models.RefusalOf(err); refused {
		return err
	}
	if name := violated(err); name != "" {
		for _, c := range constraints {
			if c.name == name {
				return c.refusal
			}
		}
	}
	if unavailable(err) {
		return fmt.Errorf("store: %s: %w: %w", what, models.Refuse(models.Unavailable, "The database does not answer at the moment. Try again in a minute."), err)
	}
	return fmt.Errorf("store: %s: %w", what, err)
}

// violated is the name of the constraint that err says was broken. SQLite says the columns of a unique rule in its message and nothing
// else anywhere, so this is the one place that reads a message.
func violated(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.ConstraintName
	}
	_, columns, ok := strings.Cut(err.Error(), "UNIQUE constraint failed: ")
	if !ok {
		return ""
	}
	columns, _, _ = strings.Cut(columns, " (")
	for _, c := range constraints {
		if c.columns == columns {
			return c.name
		}
	}
	return ""
}

// PostgreSQL's class 57P: it is shutting down, or starting (PostgreSQL manual, appendix A).
const shuttingDown = "57P"

func unavailable(err error) bool {
	var connecting *pgconn.ConnectError
	var network net.Error
	var pg *pgconn.PgError
	return errors.As(err, &connecting) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, context.DeadlineExceeded) ||
		(errors.As(err, &pg) && strings.HasPrefix(pg.Code, shuttingDown))
}

// gaveWay is the SQLSTATE with which PostgreSQL ended a transaction in favour of another one: serialization_failure or deadlock_detected
// (appendix A), or foreign_key_violation when an organization of which it wrote was deleted meanwhile, so that the next try finds none. It is
// empty for everything else.
func gaveWay(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01" || (pg.Code == "23503" && strings.HasSuffix(pg.ConstraintName, "_organization_fk"))) {
		return pg.Code
	}
	return ""
}

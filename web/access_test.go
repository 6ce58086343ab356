package web

import (
	"net/http"
	"testing"

	"gatehouse/static"
)

// entry says in words of its own whom a route lets in. It is written by hand, not read from the role table: the two have to agree.
type entry struct {
	route   string // its name
	path    string // of a request to it; {member}, {session}, {token} are filled in
	in      string // "anybody", "accounts", or the first letters of who is let in
	missing string // the words of the right that the others of the organization lack
	plainly int    // the status for those let in, where it is not a page, a redirect or a refused form
}

const (
	everyRole = "Ada Olga Tess Ulf"
	adminOnly = "Ada"
	builders  = "Ada Olga Tess"

	adminAndContributor = "Ada Olga"

	managesSecurity = "create / edit / enable / delete identity providers, password policy, domains, sessions of others"
	managesMembers  = "Invite / Modify / Delete Members"
	managesTeams    = "Create / Edit / Delete Teams"
	addsTeamMembers = "Add Members to Teams"
	addsTeamApps    = "Add Apps to Teams"
	viewsAudit      = "audit log"
	managesAll      = "rename, delete the organization, service tokens"

	createsModels    = "Create Models"
	deletesModels    = "Delete All Models"
	createsWorkflows = "Create Workflows"
	editsBase        = "Base Workflow Edit"
	managesModules   = "Create / Delete Modules"
	installsModules  = "Install / Uninstall Modules"
	showsResources   = "Change Visibility of Apps Resources"
)

func access() []entry {
	return []entry{
		{"healthz", "GET /healthz", "anybody", "", 0},
		{"readyz", "GET /readyz", "anybody", "", 0},
		{"assets", "GET " + static.URL("favicon.svg"), "anybody", "", 0},
		{"theme", "POST /theme", "anybody", "", 0},
		{"login", "GET /login", "anybody", "", 0},
		{"login.password", "POST /login", "anybody", "", 0},
		{"login.address", "GET /login/address", "anybody", "", 0},
		{"login.address.lead", "POST /login/address", "anybody", "", 0},
		{"login.factor", "GET /login/second-factor", "anybody", "", http.StatusSeeOther}, // no password was given
		{"login.factor.give", "POST /login/second-factor", "anybody", "", http.StatusSeeOther},
		{"login.factor.passkey", "POST /login/second-factor/passkey", "anybody", "", 0},
		{"login.passkey.ask", "POST /login/passkey/question", "anybody", "", 0},
		{"login.passkey", "POST /login/passkey", "anybody", "", 0},
		{"login.sso", "GET /login/sso", "anybody", "", 0},
		{"login.break-glass", "GET /login/break-glass", "anybody", "", 0},
		{"login.break-glass.enter", "POST /login/break-glass", "anybody", "", 0},
		{"login.sso.lead", "POST /login/sso", "anybody", "", 0},
		{"login.providers", "GET /login/sso/northwind", "anybody", "", 0},
		{"login.begin", "GET /login/sso/northwind/okta", "anybody", "", 0},
		{"password.forgot", "GET /password/forgot", "anybody", "", 0},
		{"password.forgot.ask", "POST /password/forgot", "anybody", "", 0},
		{"password.reset", "GET /password/reset/{token}", "anybody", "", 0},
		{"password.reset.save", "POST /password/reset/{token}", "anybody", "", 0},
		{"invitation", "GET /invitations/{invitation-token}", "anybody", "", 0},
		{"invitation.accept", "POST /invitations/{invitation-token}/accept", "anybody", "", 0},
		{"invitation.account", "POST /invitations/{invitation-token}/account", "anybody", "", 0},
		{"invitation.decline", "POST /invitations/{invitation-token}/decline", "anybody", "", 0},
		{"setup", "GET /setup", "anybody", "", http.StatusNotFound}, // once there is an Administrator
		{"setup.save", "POST /setup", "anybody", "", http.StatusNotFound},
		{"saml.metadata", "GET /saml/{connection}/metadata", "anybody", "", 0},
		{"saml.acs", "POST /saml/{connection}/acs", "anybody", "", http.StatusForbidden}, // nothing was asked for
		{"saml.logout", "GET /saml/{connection}/slo", "anybody", "", http.StatusForbidden},
		{"saml.logout.post", "POST /saml/{connection}/slo", "anybody", "", http.StatusForbidden},
		{"departure", "GET /logout/nobodys", "anybody", "", 0},
		{"saml.finish", "GET /saml/finish", "anybody", "", http.StatusForbidden}, // nothing arrived

		{"home", "GET /", "accounts", "", 0},
		{"account", "GET /account", "accounts", "", 0},
		{"account.save", "POST /account", "accounts", "", 0},
		{"password.check", "POST /password/check", "anybody", "", 0},
		{"password.due", "GET /password/due", "accounts", "", 0},
		{"account.security", "GET /account/security", "accounts", "", 0},
		{"account.password", "POST /account/security", "accounts", "", 0},
		{"account.confirm", "GET /account/confirm", "accounts", "", 0},
		{"account.confirm.give", "POST /account/confirm", "accounts", "", 0},
		{"account.factor", "GET /account/security/second-factor", "accounts", "", 0},
		{"account.authenticator", "GET /account/security/authenticator", "accounts", "", 0},
		{"account.authenticator.save", "POST /account/security/authenticator", "accounts", "", 0},
		{"account.authenticator.remove", "POST /account/security/authenticator/remove", "accounts", "", 0},
		{"account.confirm.passkey", "POST /account/confirm/passkey", "accounts", "", 0},
		{"account.passkeys", "GET /account/security/passkeys", "accounts", "", 0},
		{"account.passkey.ask", "POST /account/security/passkeys/question", "accounts", "", 0},
		{"account.passkey.add", "POST /account/security/passkeys", "accounts", "", 0},
		{"account.passkey", "GET /account/security/passkeys/{passkey}", "accounts", "", 0},
		{"account.passkey.rename", "POST /account/security/passkeys/{passkey}", "accounts", "", 0},
		{"account.passkey.remove", "POST /account/security/passkeys/{passkey}/remove", "accounts", "", 0},
		{"account.recovery-codes", "POST /account/security/recovery-codes", "accounts", "", 0},
		{"account.session.end", "POST /account/security/sessions/{session}/end", "accounts", "", 0},
		{"account.sessions.end-others", "POST /account/security/sessions/end-others", "accounts", "", 0},
		{"account.invitation.accept", "POST /account/invitations/{invitation}/accept", "accounts", "", http.StatusNotFound}, // somebody else's
		{"account.invitation.decline", "POST /account/invitations/{invitation}/decline", "accounts", "", http.StatusNotFound},
		{"collaborations", "GET /collaborations", "accounts", "", 0},
		{"organization.new", "GET /organizations/new", "accounts", "", 0}, // as these tests set it: see TestWhoMayCreateAnOrganization
		{"organization.create", "POST /organizations/new", "accounts", "", 0},
		{"logout", "POST /logout", "accounts", "", 0},

		{"organization", "GET /orgs/northwind", everyRole, "", 0},
		{"roles", "GET /orgs/northwind/roles", everyRole, "", 0},
		{"access", "GET /orgs/northwind/access", everyRole, "", 0},
		{"audit", "GET /orgs/northwind/audit", adminOnly, viewsAudit, 0},
		{"audit.entry", "GET /orgs/northwind/audit/entries/{entry}", adminOnly, viewsAudit, 0},
		{"audit.export", "GET /orgs/northwind/audit/export", adminOnly, viewsAudit, 0},
		{"audit.export.begin", "POST /orgs/northwind/audit/export", adminOnly, viewsAudit, 0},
		{"audit.exported", "GET /orgs/northwind/audit/exports/{export}", adminOnly, viewsAudit, 0},
		{"audit.export.file", "GET /orgs/northwind/audit/exports/{export}/file", adminOnly, viewsAudit, 0},
		{"audit.retention", "GET /orgs/northwind/audit/retention", adminOnly, managesAll, 0},
		{"audit.retention.save", "POST /orgs/northwind/audit/retention", adminOnly, managesAll, 0},
		{"settings", "GET /orgs/northwind/settings", adminOnly, managesAll, 0},
		{"settings.save", "POST /orgs/northwind/settings", adminOnly, managesAll, 0},
		{"organization.deletion", "GET /orgs/northwind/settings/delete", adminOnly, managesAll, 0},
		{"organization.delete", "POST /orgs/northwind/settings/delete", adminOnly, managesAll, 0},
		{"members", "GET /orgs/northwind/members", everyRole, "", 0},
		{"members.csv", "GET /orgs/northwind/members/export.csv", everyRole, "", 0},
		{"members.json", "GET /orgs/northwind/members/export.json", everyRole, "", 0},
		{"members.change", "POST /orgs/northwind/members/change", adminOnly, managesMembers, 0},
		{"members.add-to-team", "POST /orgs/northwind/members/add-to-team", adminAndContributor, addsTeamMembers, 0},
		{"member", "GET /orgs/northwind/members/{member}", everyRole, "", 0},
		{"member.reset-link", "POST /orgs/northwind/members/{member}/reset-link", adminOnly, managesMembers, 0},
		{"member.apps", "GET /orgs/northwind/members/{member}/apps", everyRole, "", 0},
		{"member.role", "GET /orgs/northwind/members/{member}/role", adminOnly, managesMembers, 0},
		{"member.role.save", "POST /orgs/northwind/members/{sana}/role", adminOnly, managesMembers, 0},
		{"member.suspend", "POST /orgs/northwind/members/{sana}/suspend", adminOnly, managesMembers, 0},
		{"member.reinstate", "POST /orgs/northwind/members/{sana}/reinstate", adminOnly, managesMembers, 0},
		{"member.second-factor", "GET /orgs/northwind/members/{sana}/reset-second-factor", adminOnly, managesMembers, 0},
		{"member.second-factor.reset", "POST /orgs/northwind/members/{sana}/reset-second-factor", adminOnly, managesMembers, 0},
		{"member.removal", "GET /orgs/northwind/members/{sana}/remove", adminOnly, managesMembers, 0},
		{"member.remove", "POST /orgs/northwind/members/{sana}/remove", adminOnly, managesMembers, 0},
		{"member.session.end", "POST /orgs/northwind/members/{sana}/sessions/{sana-session}/end", adminOnly, managesSecurity, 0},
		{"member.sessions.end", "POST /orgs/northwind/members/{sana}/sessions/end-all", adminOnly, managesSecurity, 0},
		{"leaving", "GET /orgs/northwind/leave", everyRole, "", 0},
		{"leave", "POST /orgs/northwind/leave", everyRole, "", 0}, // without the word that confirms it
		{"invitations", "GET /orgs/northwind/invitations", adminOnly, managesMembers, 0},
		{"invitations.act", "POST /orgs/northwind/invitations", adminOnly, managesMembers, 0},
		{"invitation.new", "GET /orgs/northwind/invitations/new", adminOnly, managesMembers, 0},
		{"invitation.create", "POST /orgs/northwind/invitations/new", adminOnly, managesMembers, 0},
		{"invitation.template", "GET /orgs/northwind/invitations/template.csv", adminOnly, managesMembers, 0},
		{"teams", "GET /orgs/northwind/teams", everyRole, "", 0},
		{"team.new", "GET /orgs/northwind/teams/new", adminAndContributor, managesTeams, 0},
		{"team.create", "POST /orgs/northwind/teams/new", adminAndContributor, managesTeams, 0},
		{"team", "GET /orgs/northwind/teams/hands", everyRole, "", 0},
		{"team", "GET /orgs/northwind/teams/wheels", "Ada Olga Ulf", "", 0}, // Tess is not in it
		{"team.members.choose", "GET /orgs/northwind/teams/hands/members/add", adminAndContributor, addsTeamMembers, 0},
		{"team.members.add", "POST /orgs/northwind/teams/hands/members/add", adminAndContributor, addsTeamMembers, 0},
		{"team.members.remove", "POST /orgs/northwind/teams/hands/members/remove", adminAndContributor, addsTeamMembers, 0},
		{"team.apps.choose", "GET /orgs/northwind/teams/hands/apps/add", adminAndContributor, addsTeamApps, 0},
		{"team.apps.add", "POST /orgs/northwind/teams/hands/apps/add", adminAndContributor, addsTeamApps, 0},
		{"team.apps.remove", "POST /orgs/northwind/teams/hands/apps/remove", adminAndContributor, addsTeamApps, 0},
		{"team.apps", "GET /orgs/northwind/teams/hands/apps", everyRole, "", 0},
		{"team.apps", "GET /orgs/northwind/teams/wheels/apps", "Ada Olga Ulf", "", 0},
		{"team.edit", "GET /orgs/northwind/teams/hands/edit", adminAndContributor, managesTeams, 0},
		{"team.save", "POST /orgs/northwind/teams/hands/edit", adminAndContributor, managesTeams, 0},
		{"team.deletion", "GET /orgs/northwind/teams/hands/delete", adminAndContributor, managesTeams, 0},
		{"team.delete", "POST /orgs/northwind/teams/hands/delete", adminAndContributor, managesTeams, 0},
		{"apps", "GET /orgs/northwind/apps", everyRole, "", 0},
		{"app.new", "GET /orgs/northwind/apps/new", "Ada Olga", createsApps, 0},
		{"app.create", "POST /orgs/northwind/apps/new", "Ada Olga", createsApps, 0},
		{"app", "GET /orgs/northwind/apps/arm", everyRole, "", 0},
		{"app", "GET /orgs/northwind/apps/drive", "Ada Olga Ulf Quentin", "", 0},                  // Tess has no team there, Quentin was given it
		{"app", "GET /orgs/northwind/apps/engine", "Ada Olga Ulf", "", 0},                         // another team's
		{"app", "GET /orgs/northwind/apps/map", everyRole, "", 0},                                 // visible to the organization
		{"app", "GET /orgs/northwind/apps/showcase", everyRole + " Quentin Carl Nina Zoe", "", 0}, // public
		{"app.description", "GET /orgs/northwind/apps/arm/description", "Ada Olga Tess", editsDescription, 0},
		{"app.description.save", "POST /orgs/northwind/apps/arm/description", "Ada Olga Tess", editsDescription, 0},
		{"app.notes", "GET /orgs/northwind/apps/arm/notes", "Ada Olga Tess", editsNotes, 0},
		{"app.notes.save", "POST /orgs/northwind/apps/arm/notes", "Ada Olga Tess", editsNotes, 0},
		{"app.collaborators", "GET /orgs/northwind/apps/arm/collaborators", everyRole, "", 0},
		{"app.collaborator.add", "POST /orgs/northwind/apps/arm/collaborators", "Ada Olga", editsCollaborators, 0},
		{"app.collaborator.level", "POST /orgs/northwind/apps/arm/collaborators/{collaborator}/level", "Ada Olga", editsCollaborators, 0},
		{"app.collaborator.remove", "POST /orgs/northwind/apps/arm/collaborators/{collaborator}/remove", "Ada Olga", editsCollaborators, 0},
		{"app.settings", "GET /orgs/northwind/apps/arm/settings", everyRole, "", 0},
		{"app.id", "POST /orgs/northwind/apps/arm/settings/id", "Ada Olga", editsAppID, 0},
		{"app.visibility", "POST /orgs/northwind/apps/arm/settings/visibility", "Ada Olga", changesAppVisibility, 0},
		{"app.base-workflow", "POST /orgs/northwind/apps/arm/settings/base-workflow", "Ada Olga", editsBaseWorkflow, 0},
		{"app.delete", "POST /orgs/northwind/apps/arm/settings/delete", "Ada Olga", deletesApps, 0},
		// An app that does not reach somebody has no pages for them, readable or not.
		{"app.collaborators", "GET /orgs/northwind/apps/drive/collaborators", "Ada Olga Ulf Quentin", "", 0},
		{"app.collaborators", "GET /orgs/northwind/apps/showcase/collaborators", everyRole + " Quentin Carl Nina Zoe", "", 0},
		{"app.settings", "GET /orgs/northwind/apps/engine/settings", "Ada Olga Ulf", "", 0},
		{"app.settings", "GET /orgs/northwind/apps/showcase/settings", everyRole + " Quentin Carl Nina Zoe", "", 0},
		{"models", "GET /orgs/northwind/apps/arm/models", everyRole, "", 0},
		{"model.new", "GET /orgs/northwind/apps/arm/models/new", builders, createsModels, 0},
		{"model.create", "POST /orgs/northwind/apps/arm/models/new", builders, createsModels, 0},
		{"model", "GET /orgs/northwind/apps/arm/models/gripper", everyRole, "", 0},
		{"model.edit", "GET /orgs/northwind/apps/arm/models/gripper/edit", builders, createsModels, 0},
		{"model.save", "POST /orgs/northwind/apps/arm/models/gripper/edit", builders, createsModels, 0},
		{"model.delete", "POST /orgs/northwind/apps/arm/models/gripper/delete", builders, deletesModels, 0},
		{"model.visibility", "POST /orgs/northwind/apps/arm/models/gripper/visibility", builders, showsResources, 0},
		{"models.delete-all.ask", "GET /orgs/northwind/apps/arm/models/all/delete", builders, deletesModels, 0},
		{"models.delete-all", "POST /orgs/northwind/apps/arm/models/all/delete", builders, deletesModels, 0},
		{"workflows", "GET /orgs/northwind/apps/arm/workflows", everyRole, "", 0},
		{"workflow.new", "GET /orgs/northwind/apps/arm/workflows/new", builders, createsWorkflows, 0},
		{"workflow.create", "POST /orgs/northwind/apps/arm/workflows/new", builders, createsWorkflows, 0},
		{"workflow", "GET /orgs/northwind/apps/arm/workflows/pick", everyRole, "", 0},
		{"workflow.file", "GET /orgs/northwind/apps/arm/workflows/pick/workflow.yaml", everyRole, "", 0},
		{"workflow.edit", "GET /orgs/northwind/apps/arm/workflows/pick/edit", builders, createsWorkflows, 0},
		{"workflow.save", "POST /orgs/northwind/apps/arm/workflows/pick/edit", builders, createsWorkflows, 0},
		{"workflow.base", "POST /orgs/northwind/apps/arm/workflows/pick/base", adminAndContributor, editsBase, 0},
		{"workflow.delete", "POST /orgs/northwind/apps/arm/workflows/pick/delete", builders, createsWorkflows, 0},
		{"workflow.visibility", "POST /orgs/northwind/apps/arm/workflows/pick/visibility", builders, showsResources, 0},
		{"modules", "GET /orgs/northwind/apps/arm/modules", everyRole, "", 0},
		{"module.new", "GET /orgs/northwind/apps/arm/modules/new", builders, managesModules, 0},
		{"module.create", "POST /orgs/northwind/apps/arm/modules/new", builders, managesModules, 0},
		{"module", "GET /orgs/northwind/apps/arm/modules/reader", everyRole, "", 0},
		{"module.edit", "GET /orgs/northwind/apps/arm/modules/reader/edit", builders, managesModules, 0},
		{"module.save", "POST /orgs/northwind/apps/arm/modules/reader/edit", builders, managesModules, 0},
		{"module.delete", "POST /orgs/northwind/apps/arm/modules/reader/delete", builders, managesModules, 0},
		{"module.visibility", "POST /orgs/northwind/apps/arm/modules/reader/visibility", builders, showsResources, 0},
		{"module.version.add", "POST /orgs/northwind/apps/arm/modules/reader/versions", builders, managesModules, 0},
		{"module.version", "GET /orgs/northwind/apps/arm/modules/reader/versions/1.0", everyRole, "", 0},
		{"module.version.delete", "POST /orgs/northwind/apps/arm/modules/reader/versions/1.0/delete", builders, managesModules, 0},
		{"installs", "GET /orgs/northwind/apps/arm/installed", everyRole, "", 0},
		{"install.new", "GET /orgs/northwind/apps/arm/installed/new", builders, installsModules, 0},
		{"install.create", "POST /orgs/northwind/apps/arm/installed/new", builders, installsModules, 0},
		{"install", "GET /orgs/northwind/apps/arm/installed/labels", everyRole, "", 0},
		{"install.version", "POST /orgs/northwind/apps/arm/installed/labels/version", builders, installsModules, 0},
		{"install.delete", "POST /orgs/northwind/apps/arm/installed/labels/delete", builders, installsModules, 0},
		{"install.visibility", "POST /orgs/northwind/apps/arm/installed/labels/visibility", builders, showsResources, 0},
		{"app.access", "GET /orgs/northwind/apps/arm/access", everyRole, "", 0}, // members are led on to the organization's page
		{"app.access", "GET /orgs/northwind/apps/drive/access?scope=app:delete", "Ada Olga Ulf Quentin", "", 0},
		{"app.access", "GET /orgs/northwind/apps/showcase/access", everyRole + " Quentin Carl Nina Zoe", "", 0},
		{"security", "GET /orgs/northwind/security", everyRole, "", 0},
		{"sessions", "GET /orgs/northwind/security/sessions", adminOnly, managesSecurity, 0},
		{"sessions.end", "POST /orgs/northwind/security/sessions", adminOnly, managesSecurity, 0},
		{"second-factor", "GET /orgs/northwind/security/second-factor", adminOnly, managesSecurity, 0},
		{"second-factor.save", "POST /orgs/northwind/security/second-factor", adminOnly, managesSecurity, 0},
		{"domains", "GET /orgs/northwind/security/domains", adminOnly, managesSecurity, 0},
		{"domain.claim", "POST /orgs/northwind/security/domains", adminOnly, managesSecurity, 0},
		{"domain", "GET /orgs/northwind/security/domains/robots.example", adminOnly, managesSecurity, 0},
		{"domain.verify", "POST /orgs/northwind/security/domains/robots.example/verify", adminOnly, managesSecurity, 0},
		{"domain.remove", "POST /orgs/northwind/security/domains/robots.example/remove", adminOnly, managesSecurity, 0},
		{"identity-provider.new", "GET /orgs/northwind/security/identity-providers/new", adminOnly, managesSecurity, 0},
		{"identity-provider.create", "POST /orgs/northwind/security/identity-providers/new", adminOnly, managesSecurity, 0},
		{"identity-provider.guide.new", "GET /orgs/northwind/security/identity-providers/new/guided", adminOnly, managesSecurity, 0},
		{"identity-provider.guide.create", "POST /orgs/northwind/security/identity-providers/new/guided", adminOnly, managesSecurity, 0},
		{"identity-provider.guide", "GET /orgs/northwind/security/identity-providers/okta/guide", adminOnly, managesSecurity, 0},
		{"identity-provider.guide.step", "GET /orgs/northwind/security/identity-providers/okta/guide/our-values", adminOnly, managesSecurity, 0},
		{"identity-provider.guide.save", "POST /orgs/northwind/security/identity-providers/okta/guide/attributes", adminOnly, managesSecurity, 0},
		{"identity-provider", "GET /orgs/northwind/security/identity-providers/okta", adminOnly, managesSecurity, 0},
		{"identity-provider.edit", "GET /orgs/northwind/security/identity-providers/okta/edit", adminOnly, managesSecurity, 0},
		{"identity-provider.save", "POST /orgs/northwind/security/identity-providers/okta/edit", adminOnly, managesSecurity, 0},
		{"identity-provider.enable", "POST /orgs/northwind/security/identity-providers/okta/enable", adminOnly, managesSecurity, 0},
		{"identity-provider.disable", "POST /orgs/northwind/security/identity-providers/okta/disable", adminOnly, managesSecurity, 0},
		{"identity-provider.look", "POST /orgs/northwind/security/identity-providers/okta/look", adminOnly, managesSecurity, 0},
		{"identity-provider.proposal", "POST /orgs/northwind/security/identity-providers/okta/proposal", adminOnly, managesSecurity, 0},
		{"identity-provider.key.prepare", "POST /orgs/northwind/security/identity-providers/okta/key/prepare", adminOnly, managesSecurity, 0},
		{"identity-provider.key.switch", "POST /orgs/northwind/security/identity-providers/okta/key/switch", adminOnly, managesSecurity, 0},
		{"identity-provider.key.retire", "POST /orgs/northwind/security/identity-providers/okta/key/retire", adminOnly, managesSecurity, 0},
		{"identity-provider.delete", "POST /orgs/northwind/security/identity-providers/okta/delete", adminOnly, managesSecurity, 0},
		{"identity-provider.test", "POST /orgs/northwind/security/identity-providers/okta/test", adminOnly, managesSecurity, 0},
		{"mappings", "GET /orgs/northwind/security/identity-providers/okta/mappings", adminOnly, managesSecurity, 0},
		{"mapping.new", "GET /orgs/northwind/security/identity-providers/okta/mappings/new", adminOnly, managesSecurity, 0},
		{"mapping.create", "POST /orgs/northwind/security/identity-providers/okta/mappings/new", adminOnly, managesSecurity, 0},
		{"mapping", "GET /orgs/northwind/security/identity-providers/okta/mappings/{mapping}", adminOnly, managesSecurity, 0},
		{"mapping.save", "POST /orgs/northwind/security/identity-providers/okta/mappings/{mapping}", adminOnly, managesSecurity, 0},
		{"mapping.delete", "POST /orgs/northwind/security/identity-providers/okta/mappings/{mapping}/delete", adminOnly, managesSecurity, 0},
		{"password-policy", "GET /orgs/northwind/security/password-policy", adminOnly, managesSecurity, 0},
		{"password-policy.save", "POST /orgs/northwind/security/password-policy", adminOnly, managesSecurity, 0},
		{"attempt", "GET /orgs/northwind/security/identity-providers/okta/attempts/{reference}", adminOnly, managesSecurity, 0},
		{"single-sign-on", "GET /orgs/northwind/security/single-sign-on", adminOnly, managesSecurity, 0},
		{"single-sign-on.require", "POST /orgs/northwind/security/single-sign-on", adminOnly, managesSecurity, 0},
		{"single-sign-on.choose", "GET /orgs/northwind/security/single-sign-on/people", adminOnly, managesSecurity, 0},
		{"single-sign-on.chosen", "POST /orgs/northwind/security/single-sign-on/people", adminOnly, managesSecurity, 0},
		{"single-sign-on.lift", "POST /orgs/northwind/security/single-sign-on/lift", adminOnly, managesSecurity, 0},
		{"break-glass.codes", "POST /orgs/northwind/security/single-sign-on/codes", adminOnly, managesSecurity, 0},
		{"break-glass.code.test", "POST /orgs/northwind/security/single-sign-on/codes/test", adminOnly, managesSecurity, 0},
		{"attempt.find", "GET /orgs/northwind/security/sign-ins", adminOnly, managesSecurity, 0},
	}
}

func TestEveryRouteHasItsLine(t *testing.T) {
	named := map[string]bool{}
	for _, e := range access() {
		named[e.route] = true
	}
	for _, r := range routes(nil, false) {
		if !named[r.name] {
			t.Errorf("nothing says whom %s %s lets in", r.method, r.pattern)
		}
		delete(named, r.name)
	}
	for name := range named {
		t.Errorf("there is no route %s", name)
	}
}

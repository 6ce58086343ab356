package web

import (
	"net/http"

	"gatehouse/handlers"
	"gatehouse/internal/authz"
	"gatehouse/internal/urls"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is every route of the program, one line each. The lines of demo exist only there.
func routes(h *handlers.Handlers, demo bool) []route {
	table := []route{
		// Probes and assets.
		open(get, urls.Healthz, "healthz", "a probe has no account", h.Healthz),
		open(get, urls.Readyz, "readyz", "a probe has no account", h.Readyz),
		open(get, urls.Assets, "assets", "the sign-in page needs them; they hold nothing of anybody", h.Assets),
		open(post, urls.Theme, "theme", "a preference of the browser, kept in its cookie", h.Theme),

		// Getting in.
		open(get, urls.Login, "login", "how a stranger becomes somebody", h.LoginPage),
		open(post, urls.Login, "login.password", "how a stranger becomes somebody", h.Login).slowed(),
		open(get, urls.LoginAddress, "login.address", "how a stranger becomes somebody", h.LoginPage),
		open(post, urls.LoginAddress, "login.address.lead", "how a stranger becomes somebody", h.LoginAddress).metered(),
		open(get, urls.LoginSSO, "login.sso", "how a stranger becomes somebody", h.SSO),
		open(post, urls.LoginSSO, "login.sso.lead", "how a stranger becomes somebody", h.SSOLead).metered(),
		open(get, urls.LoginProviders, "login.providers", "how a stranger becomes somebody", h.SSOProviders),
		open(get, urls.LoginBegin, "login.begin", "how a stranger becomes somebody", h.SSOBegin).metered(),
		open(get, urls.LoginBreakGlass, "login.break-glass", "how an Administrator gets in past single sign-on", h.BreakGlassPage),
		open(post, urls.LoginBreakGlass, "login.break-glass.enter", "how an Administrator gets in past single sign-on", h.BreakGlass).slowed(),
		open(get, urls.PasswordForgot, "password.forgot", "who forgot the password cannot sign in", h.ForgotPage),
		open(post, urls.PasswordForgot, "password.forgot.ask", "who forgot the password cannot sign in", h.Forgot).slowed(),
		open(get, urls.PasswordReset, "password.reset", "the token in the path is the proof", h.ResetPage),
		open(post, urls.PasswordReset, "password.reset.save", "the token in the path is the proof", h.Reset).slowed(),
		open(get, urls.Invitation, "invitation", "the token in the path is the proof", h.InvitationPage).metered(),
		open(post, urls.InvitationAccept, "invitation.accept", "the token in the path is the proof, the account's session the other", h.InvitationAccept),
		open(post, urls.InvitationAccount, "invitation.account", "the token in the path is the proof", h.InvitationAccount).slowed(),
		open(post, urls.InvitationDecline, "invitation.decline", "the token in the path is the proof", h.InvitationDecline),
		open(get, urls.Setup, "setup", "nobody has an account yet; a one-time code is the proof", h.SetupPage),
		open(post, urls.Setup, "setup.save", "nobody has an account yet; a one-time code is the proof", h.Setup).slowed(),

		// SAML.
		open(get, urls.SAMLMetadata, "saml.metadata", "identity providers read it; it holds public values only", h.SAMLMetadata),
		open(post, urls.SAMLACS, "saml.acs", "the signed response is the proof", h.SAMLACS).
			fromOtherSites("the identity provider's page posts the response (SAML bindings §3.5)").metered(),
		open(get, urls.SAMLLogout, "saml.logout", "the signature over the query is the proof", h.SAMLLogoutRedirect).metered(),
		open(post, urls.SAMLLogout, "saml.logout.post", "the signed message is the proof", h.SAMLLogoutPost).
			fromOtherSites("the identity provider's page posts the message (SAML bindings §3.5)").metered(),
		open(get, urls.SAMLFinish, "saml.finish", "the one-time result and the browser's cookie are the proof", h.SAMLFinish),

		// The account.
		signedIn(post, urls.Logout, "logout", "everybody may leave", h.Logout),
		signedIn(get, urls.Home, "home", "everybody chooses an organization", h.Home),
		signedIn(get, urls.Account, "account", "one's own profile", h.Account),
		signedIn(post, urls.Account, "account.save", "one's own profile", h.AccountSave),
		signedIn(get, urls.AccountSecurity, "account.security", "one's own password and sessions", h.AccountSecurity),
		signedIn(post, urls.AccountSecurity, "account.password", "one's own password", h.PasswordChange).slowed(),
		signedIn(post, urls.AccountSessionEnd, "account.session.end", "one's own sessions", h.SessionEnd),
		signedIn(post, urls.AccountSignOutAll, "account.sessions.end-others", "one's own sessions", h.SessionsEndOthers),
		signedIn(post, urls.AccountInvitationAccept, "account.invitation.accept", "one's own invitations", h.AccountInvitationAccept),
		signedIn(post, urls.AccountInvitationDecline, "account.invitation.decline", "one's own invitations", h.AccountInvitationDecline),
		signedIn(get, urls.Collaborations, "collaborations", "the apps one was given", h.Collaborations),

		// The organization.
		signedIn(get, urls.OrganizationNew, "organization.new", "the operator's setting says whose accounts may", h.OrganizationNew),
		signedIn(post, urls.OrganizationNew, "organization.create", "the operator's setting says whose accounts may", h.OrganizationCreate),
		inOrganization(authz.OrganizationView, get, urls.Organization, "organization", h.Overview),
		inOrganization(authz.OrganizationView, get, urls.Roles, "roles", h.Roles),
		inOrganization(authz.OrganizationView, get, urls.Access, "access", h.Access),
		inOrganization(authz.AuditView, get, urls.Audit, "audit", h.Audit),
		inOrganization(authz.OrganizationManage, get, urls.Settings, "settings", h.Settings),
		inOrganization(authz.OrganizationManage, post, urls.Settings, "settings.save", h.SettingsSave),
		inOrganization(authz.OrganizationManage, get, urls.OrganizationDelete, "organization.deletion", h.OrganizationDeletion),
		inOrganization(authz.OrganizationManage, post, urls.OrganizationDelete, "organization.delete", h.OrganizationDelete),

		// Members and teams.
		inOrganization(authz.MembersView, get, urls.Members, "members", h.Members),
		// Who may see the list may export what they see of it: the same rows and columns, and a stricter right would only make people copy.
		inOrganization(authz.MembersView, get, urls.MembersCSV, "members.csv", h.MembersCSV),
		inOrganization(authz.MembersView, get, urls.MembersJSON, "members.json", h.MembersJSON),
		inOrganization(authz.MembersManage, post, urls.MembersChange, "members.change", h.MembersChange),
		inOrganization(authz.TeamMembersAdd, post, urls.MembersToTeam, "members.add-to-team", h.MembersToTeam),
		inOrganization(authz.MembersView, get, urls.Member, "member", h.Member),
		inOrganization(authz.MembersManage, post, urls.MemberResetLink, "member.reset-link", h.MemberResetLink),
		inOrganization(authz.MembersView, get, urls.MemberApps, "member.apps", h.MemberApps),
		inOrganization(authz.MembersManage, get, urls.MemberRole, "member.role", h.MemberRole),
		inOrganization(authz.MembersManage, post, urls.MemberRole, "member.role.save", h.MemberRoleSave),
		inOrganization(authz.MembersManage, post, urls.MemberSuspend, "member.suspend", h.MemberSuspend),
		inOrganization(authz.MembersManage, post, urls.MemberReinstate, "member.reinstate", h.MemberReinstate),
		inOrganization(authz.MembersManage, get, urls.MemberRemove, "member.removal", h.MemberRemoval),
		inOrganization(authz.MembersManage, post, urls.MemberRemove, "member.remove", h.MemberRemove),
		inOrganization(authz.SecurityManage, post, urls.MemberSessionEnd, "member.session.end", h.MemberSessionEnd),
		inOrganization(authz.SecurityManage, post, urls.MemberSessionsEnd, "member.sessions.end", h.MemberSessionsEnd),
		inOrganization(authz.OrganizationView, get, urls.Leave, "leaving", h.Leaving),
		inOrganization(authz.OrganizationView, post, urls.Leave, "leave", h.Leave),
		inOrganization(authz.MembersManage, get, urls.Invitations, "invitations", h.Invitations),
		inOrganization(authz.MembersManage, post, urls.Invitations, "invitations.act", h.InvitationsAct),
		inOrganization(authz.MembersManage, get, urls.InvitationNew, "invitation.new", h.InvitationNew),
		inOrganization(authz.MembersManage, post, urls.InvitationNew, "invitation.create", h.InvitationCreate),
		inOrganization(authz.MembersManage, get, urls.InvitationTemplate, "invitation.template", h.InvitationTemplate),
		inOrganization(authz.TeamsView, get, urls.Teams, "teams", h.Teams),
		inOrganization(authz.TeamsManage, get, urls.TeamNew, "team.new", h.TeamNew),
		inOrganization(authz.TeamsManage, post, urls.TeamNew, "team.create", h.TeamCreate),
		inOrganization(authz.TeamsView, get, urls.Team, "team", h.Team),
		inOrganization(authz.TeamsManage, get, urls.TeamEdit, "team.edit", h.TeamEdit),
		inOrganization(authz.TeamsManage, post, urls.TeamEdit, "team.save", h.TeamSave),
		inOrganization(authz.TeamsManage, get, urls.TeamDelete, "team.deletion", h.TeamDeletion),
		inOrganization(authz.TeamsManage, post, urls.TeamDelete, "team.delete", h.TeamDelete),
		inOrganization(authz.TeamMembersAdd, get, urls.TeamMembersAdd, "team.members.choose", h.TeamMembersChoose),
		inOrganization(authz.TeamMembersAdd, post, urls.TeamMembersAdd, "team.members.add", h.TeamMembersAdd),
		inOrganization(authz.TeamMembersAdd, post, urls.TeamMembersRemove, "team.members.remove", h.TeamMembersRemove),
		inOrganization(authz.TeamsView, get, urls.TeamApps, "team.apps", h.TeamApps),
		inOrganization(authz.TeamAppsAdd, get, urls.TeamAppsAdd, "team.apps.choose", h.TeamAppsChoose),
		inOrganization(authz.TeamAppsAdd, post, urls.TeamAppsAdd, "team.apps.add", h.TeamAppsAdd),
		inOrganization(authz.TeamAppsAdd, post, urls.TeamAppsRemove, "team.apps.remove", h.TeamAppsRemove),

		// Apps.
		inOrganization(authz.OrganizationView, get, urls.Apps, "apps", h.Apps),
		inOrganization(authz.AppsCreate, get, urls.AppNew, "app.new", h.AppNew),
		inOrganization(authz.AppsCreate, post, urls.AppNew, "app.create", h.AppCreate),
		inApp(authz.SidebarView, get, urls.App, "app", h.App),
		inApp(authz.AppDescriptionEdit, get, urls.AppDescription, "app.description", h.AppDescription),
		inApp(authz.AppDescriptionEdit, post, urls.AppDescription, "app.description.save", h.AppDescriptionSave),
		inApp(authz.AppNotesEdit, get, urls.AppNotes, "app.notes", h.AppNotes),
		inApp(authz.AppNotesEdit, post, urls.AppNotes, "app.notes.save", h.AppNotesSave),
		inApp(authz.CollaboratorsView, get, urls.AppCollaborators, "app.collaborators", h.Collaborators),
		inApp(authz.CollaboratorsEdit, post, urls.AppCollaborators, "app.collaborator.add", h.CollaboratorAdd),
		inApp(authz.CollaboratorsEdit, post, urls.AppCollaboratorLevel, "app.collaborator.level", h.CollaboratorLevel),
		inApp(authz.CollaboratorsEdit, post, urls.AppCollaboratorRemove, "app.collaborator.remove", h.CollaboratorRemove),
		inApp(authz.BaseWorkflowView, get, urls.AppSettings, "app.settings", h.AppSettings),
		inApp(authz.AppIDEdit, post, urls.AppSettingsID, "app.id", h.AppIDSave),
		inApp(authz.AppVisibilityChange, post, urls.AppSettingsVisibility, "app.visibility", h.AppVisibilitySave),
		inApp(authz.BaseWorkflowEdit, post, urls.AppSettingsBaseWorkflow, "app.base-workflow", h.AppBaseWorkflowSave),
		inApp(authz.AppDelete, post, urls.AppDelete, "app.delete", h.AppDelete),
		inApp(authz.SidebarView, get, urls.AppAccess, "app.access", h.AppAccess),

		// What is in an app.
		inApp(authz.SidebarView, get, urls.Models, "models", h.Models),
		inApp(authz.ModelsCreate, get, urls.ModelNew, "model.new", h.ModelNew),
		inApp(authz.ModelsCreate, post, urls.ModelNew, "model.create", h.ModelCreate),
		inApp(authz.SidebarView, get, urls.Model, "model", h.Model),
		inApp(authz.ModelsCreate, get, urls.ModelEdit, "model.edit", h.ModelEdit),
		inApp(authz.ModelsCreate, post, urls.ModelEdit, "model.save", h.ModelSave),
		inApp(authz.ModelsDeleteAll, post, urls.ModelDelete, "model.delete", h.ModelDelete),
		inApp(authz.ResourceVisibilityChange, post, urls.ModelVisibility, "model.visibility", h.ModelVisibility),
		inApp(authz.ModelsDeleteAll, get, urls.ModelsDelete, "models.delete-all.ask", h.ModelsDeletePage),
		inApp(authz.ModelsDeleteAll, post, urls.ModelsDelete, "models.delete-all", h.ModelsDelete),
		inApp(authz.SidebarView, get, urls.Workflows, "workflows", h.Workflows),
		inApp(authz.WorkflowsCreate, get, urls.WorkflowNew, "workflow.new", h.WorkflowNew),
		inApp(authz.WorkflowsCreate, post, urls.WorkflowNew, "workflow.create", h.WorkflowCreate),
		inApp(authz.SidebarView, get, urls.Workflow, "workflow", h.Workflow),
		inApp(authz.SidebarView, get, urls.WorkflowFile, "workflow.file", h.WorkflowFile),
		inApp(authz.WorkflowsCreate, get, urls.WorkflowEdit, "workflow.edit", h.WorkflowEdit),
		inApp(authz.WorkflowsCreate, post, urls.WorkflowEdit, "workflow.save", h.WorkflowSave),
		inApp(authz.BaseWorkflowEdit, post, urls.WorkflowBase, "workflow.base", h.WorkflowBase),
		inApp(authz.WorkflowsCreate, post, urls.WorkflowDelete, "workflow.delete", h.WorkflowDelete),
		inApp(authz.ResourceVisibilityChange, post, urls.WorkflowVisibility, "workflow.visibility", h.WorkflowVisibility),
		inApp(authz.SidebarView, get, urls.Modules, "modules", h.Modules),
		inApp(authz.ModulesManage, get, urls.ModuleNew, "module.new", h.ModuleNew),
		inApp(authz.ModulesManage, post, urls.ModuleNew, "module.create", h.ModuleCreate),
		inApp(authz.SidebarView, get, urls.Module, "module", h.Module),
		inApp(authz.ModulesManage, get, urls.ModuleEdit, "module.edit", h.ModuleEdit),
		inApp(authz.ModulesManage, post, urls.ModuleEdit, "module.save", h.ModuleSave),
		inApp(authz.ModulesManage, post, urls.ModuleDelete, "module.delete", h.ModuleDelete),
		inApp(authz.ResourceVisibilityChange, post, urls.ModuleVisibility, "module.visibility", h.ModuleVisibility),
		inApp(authz.ModulesManage, post, urls.ModuleVersionNew, "module.version.add", h.ModuleVersionAdd),
		inApp(authz.SidebarView, get, urls.ModuleVersion, "module.version", h.ModuleVersion),
		inApp(authz.ModulesManage, post, urls.ModuleVersionDelete, "module.version.delete", h.ModuleVersionDelete),
		inApp(authz.SidebarView, get, urls.Installs, "installs", h.Installs),
		inApp(authz.ModulesInstall, get, urls.InstallNew, "install.new", h.InstallNew),
		inApp(authz.ModulesInstall, post, urls.InstallNew, "install.create", h.InstallCreate),
		inApp(authz.ModulesUse, get, urls.Install, "install", h.Install),
		inApp(authz.ModulesInstall, post, urls.InstallVersion, "install.version", h.InstallVersion),
		inApp(authz.ModulesInstall, post, urls.InstallDelete, "install.delete", h.InstallDelete),
		inApp(authz.ResourceVisibilityChange, post, urls.InstallVisibility, "install.visibility", h.InstallVisibility),

		// Security.
		inOrganization(authz.SecurityView, get, urls.Security, "security", h.Security),
		inOrganization(authz.SecurityManage, get, urls.Domains, "domains", h.Domains),
		inOrganization(authz.SecurityManage, post, urls.Domains, "domain.claim", h.DomainClaim),
		inOrganization(authz.SecurityManage, get, urls.Domain, "domain", h.Domain),
		inOrganization(authz.SecurityManage, post, urls.DomainVerify, "domain.verify", h.DomainVerify),
		inOrganization(authz.SecurityManage, post, urls.DomainRemove, "domain.remove", h.DomainRemove),
		inOrganization(authz.SecurityManage, get, urls.IdentityProviderNew, "identity-provider.new", h.IdentityProviderNew),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderNew, "identity-provider.create", h.IdentityProviderCreate),
		inOrganization(authz.SecurityManage, get, urls.IdentityProvider, "identity-provider", h.IdentityProvider),
		inOrganization(authz.SecurityManage, get, urls.IdentityProviderEdit, "identity-provider.edit", h.IdentityProviderEdit),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderEdit, "identity-provider.save", h.IdentityProviderSave),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderEnable, "identity-provider.enable", h.IdentityProviderEnable),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderDisable, "identity-provider.disable", h.IdentityProviderDisable),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderLook, "identity-provider.look", h.IdentityProviderLook).slowed(),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderProposal, "identity-provider.proposal", h.IdentityProviderProposal),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderDelete, "identity-provider.delete", h.IdentityProviderDelete),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderPrepare, "identity-provider.key.prepare", h.IdentityProviderPrepareKey),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderSwitch, "identity-provider.key.switch", h.IdentityProviderSwitchKey),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderRetire, "identity-provider.key.retire", h.IdentityProviderRetireKey),
		inOrganization(authz.SecurityManage, post, urls.IdentityProviderTest, "identity-provider.test", h.IdentityProviderTest),
		inOrganization(authz.SecurityManage, get, urls.IdentityProviderAttempt, "attempt", h.Attempt),
		inOrganization(authz.SecurityManage, get, urls.SecurityAttempt, "attempt.find", h.AttemptFind),
		inOrganization(authz.SecurityManage, get, urls.Mappings, "mappings", h.Mappings),
		inOrganization(authz.SecurityManage, get, urls.MappingNew, "mapping.new", h.MappingNew),
		inOrganization(authz.SecurityManage, post, urls.MappingNew, "mapping.create", h.MappingCreate),
		inOrganization(authz.SecurityManage, get, urls.Mapping, "mapping", h.Mapping),
		inOrganization(authz.SecurityManage, post, urls.Mapping, "mapping.save", h.MappingSave),
		inOrganization(authz.SecurityManage, post, urls.MappingDelete, "mapping.delete", h.MappingDelete),
		inOrganization(authz.SecurityManage, get, urls.SecuritySSO, "single-sign-on", h.SingleSignOn),
		inOrganization(authz.SecurityManage, post, urls.SecuritySSO, "single-sign-on.require", h.SingleSignOnRequire),
		inOrganization(authz.SecurityManage, post, urls.SecuritySSOLift, "single-sign-on.lift", h.SingleSignOnLift),
		inOrganization(authz.SecurityManage, post, urls.BreakGlassCodes, "break-glass.codes", h.BreakGlassCodes),
		inOrganization(authz.SecurityManage, post, urls.BreakGlassCodeTest, "break-glass.code.test", h.BreakGlassCodeTest).slowed(),
	}
	if demo {
		table = append(table, open(get, urls.UIKit, "ui-kit", "shows the components with made-up data, in demo only", h.UIKit))
	}
	return table
}

// Package urls holds every path of the console once: the router mounts Pattern, pages and redirects call To, so that the two agree.
package urls

import (
	"net/url"
	"strings"
)

// P0 is a path without parameters, P1 with one, and so on; To fills the parameters in order, escaped.
type (
	P0 string
	P1 string
	P2 string
	P3 string
	P4 string
)

// To returns the path.
func (p P0) To() string { return string(p) }

// To returns the path with its parameter filled.
func (p P1) To(a string) string { return fill(string(p), a) }

// To returns the path with its parameters filled.
func (p P2) To(a, b string) string { return fill(string(p), a, b) }

// To returns the path with its parameters filled.
func (p P3) To(a, b, c string) string { return fill(string(p), a, b, c) }

// To returns the path with its parameters filled.
func (p P4) To(a, b, c, d string) string { return fill(string(p), a, b, c, d) }

// Pattern returns the path as the router knows it, with :name for each parameter.
func (p P0) Pattern() string { return string(p) }

// Pattern returns the path as the router knows it, with :name for each parameter.
func (p P1) Pattern() string { return string(p) }

// Pattern returns the path as the router knows it, with :name for each parameter.
func (p P2) Pattern() string { return string(p) }

// Pattern returns the path as the router knows it, with :name for each parameter.
func (p P3) Pattern() string { return string(p) }

// Pattern returns the path as the router knows it, with :name for each parameter.
func (p P4) Pattern() string { return string(p) }

func fill(pattern string, values ...string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(pattern[1:], "/") {
		b.WriteByte('/')
		if strings.HasPrefix(part, ":") {
			b.WriteString(url.PathEscape(values[0]))
			values = values[1:]
			continue
		}
		b.WriteString(part)
	}
	return b.String()
}

// Getting in.
const (
	Home           P0 = "/"
	Login          P0 = "/login"
	LoginAddress   P0 = "/login/address"
	LoginSSO       P0 = "/login/sso"
	LoginProviders P1 = "/login/sso/:org"
	LoginBegin     P2 = "/login/sso/:org/:idp"
	LoginFactor    P0 = "/login/second-factor"
	// The console asks browsers for passkeys by JSON; the answers come as forms.
	LoginPasskey       P0 = "/login/passkey"
	LoginPasskeyAsk    P0 = "/login/passkey/question"
	LoginFactorPasskey P0 = "/login/second-factor/passkey"
	// LoginBreakGlass is for Administrators whom required single sign-on keeps out.
	LoginBreakGlass P0 = "/login/break-glass"
	Logout          P0 = "/logout"
	// Departure is the way of somebody who signed out, through the identity providers that vouched.
	Departure      P1 = "/logout/:departure"
	PasswordForgot P0 = "/password/forgot"
	PasswordReset  P1 = "/password/reset/:token"
	PasswordCheck  P0 = "/password/check"
	PasswordDue    P0 = "/password/due"
	// Invitation and its answers are for whoever holds the token.
	Invitation        P1 = "/invitations/:token"
	InvitationAccept  P1 = "/invitations/:token/accept"
	InvitationAccount P1 = "/invitations/:token/account"
	InvitationDecline P1 = "/invitations/:token/decline"
	Setup             P0 = "/setup"
	Theme             P0 = "/theme"
)

// The SAML protocol endpoints, one set per connection.
const (
	SAMLMetadata P1 = "/saml/:connection/metadata"
	SAMLACS      P1 = "/saml/:connection/acs"
	SAMLLogout   P1 = "/saml/:connection/slo"
	SAMLFinish   P0 = "/saml/finish"
)

// The account's own pages.
const (
	Account                  P0 = "/account"
	AccountSecurity          P0 = "/account/security"
	AccountSessionEnd        P1 = "/account/security/sessions/:session/end"
	AccountSignOutAll        P0 = "/account/security/sessions/end-others"
	AccountFactor            P0 = "/account/security/second-factor"
	AccountAuthenticator     P0 = "/account/security/authenticator"
	AccountAuthenticatorGone P0 = "/account/security/authenticator/remove"
	AccountPasskeys          P0 = "/account/security/passkeys"
	AccountPasskeyAsk        P0 = "/account/security/passkeys/question"
	AccountPasskey           P1 = "/account/security/passkeys/:passkey"
	AccountPasskeyGone       P1 = "/account/security/passkeys/:passkey/remove"
	AccountRecoveryCodes     P0 = "/account/security/recovery-codes"
	AccountConfirm           P0 = "/account/confirm"
	AccountConfirmPasskey    P0 = "/account/confirm/passkey"
	AccountInvitationAccept  P1 = "/account/invitations/:invitation/accept"
	AccountInvitationDecline P1 = "/account/invitations/:invitation/decline"
	Collaborations           P0 = "/collaborations"
)

// An organization's pages.
const (
	OrganizationNew    P0 = "/organizations/new"
	Organization       P1 = "/orgs/:org"
	Apps               P1 = "/orgs/:org/apps"
	AppNew             P1 = "/orgs/:org/apps/new"
	App                P2 = "/orgs/:org/apps/:app"
	Members            P1 = "/orgs/:org/members"
	MembersCSV         P1 = "/orgs/:org/members/export.csv"
	MembersJSON        P1 = "/orgs/:org/members/export.json"
	MembersChange      P1 = "/orgs/:org/members/change"
	MembersToTeam      P1 = "/orgs/:org/members/add-to-team"
	Member             P2 = "/orgs/:org/members/:member"
	MemberResetLink    P2 = "/orgs/:org/members/:member/reset-link"
	MemberFactorReset  P2 = "/orgs/:org/members/:member/reset-second-factor"
	MemberApps         P2 = "/orgs/:org/members/:member/apps"
	MemberRole         P2 = "/orgs/:org/members/:member/role"
	MemberSuspend      P2 = "/orgs/:org/members/:member/suspend"
	MemberReinstate    P2 = "/orgs/:org/members/:member/reinstate"
	MemberRemove       P2 = "/orgs/:org/members/:member/remove"
	MemberSessionEnd   P3 = "/orgs/:org/members/:member/sessions/:session/end"
	MemberSessionsEnd  P2 = "/orgs/:org/members/:member/sessions/end-all"
	Leave              P1 = "/orgs/:org/leave"
	Invitations        P1 = "/orgs/:org/invitations"
	InvitationNew      P1 = "/orgs/:org/invitations/new"
	InvitationTemplate P1 = "/orgs/:org/invitations/template.csv"
	Teams              P1 = "/orgs/:org/teams"
	TeamNew            P1 = "/orgs/:org/teams/new"
	Team               P2 = "/orgs/:org/teams/:team"
	TeamEdit           P2 = "/orgs/:org/teams/:team/edit"
	TeamDelete         P2 = "/orgs/:org/teams/:team/delete"
	TeamMembersAdd     P2 = "/orgs/:org/teams/:team/members/add"
	TeamMembersRemove  P2 = "/orgs/:org/teams/:team/members/remove"
	TeamApps           P2 = "/orgs/:org/teams/:team/apps"
	TeamAppsAdd        P2 = "/orgs/:org/teams/:team/apps/add"
	TeamAppsRemove     P2 = "/orgs/:org/teams/:team/apps/remove"
	Roles              P1 = "/orgs/:org/roles"
	Access             P1 = "/orgs/:org/access"
	AppAccess          P2 = "/orgs/:org/apps/:app/access"
	Audit              P1 = "/orgs/:org/audit"
	AuditEntry         P2 = "/orgs/:org/audit/entries/:entry"
	AuditRetention     P1 = "/orgs/:org/audit/retention"
	// AuditExport counts and begins an export; AuditExported is the page of one, which AuditExportFile is fetched from.
	AuditExport        P1 = "/orgs/:org/audit/export"
	AuditExported      P2 = "/orgs/:org/audit/exports/:export"
	AuditExportFile    P2 = "/orgs/:org/audit/exports/:export/file"
	Settings           P1 = "/orgs/:org/settings"
	OrganizationDelete P1 = "/orgs/:org/settings/delete"
	Security           P1 = "/orgs/:org/security"
	Domains            P1 = "/orgs/:org/security/domains"
	Domain             P2 = "/orgs/:org/security/domains/:domain"
	DomainVerify       P2 = "/orgs/:org/security/domains/:domain/verify"
	DomainRemove       P2 = "/orgs/:org/security/domains/:domain/remove"
	PasswordPolicy     P1 = "/orgs/:org/security/password-policy"
	Sessions           P1 = "/orgs/:org/security/sessions"
	FactorRule         P1 = "/orgs/:org/security/second-factor"
	// IdentityProviderNew is the page behind "Create Identity Provider".
	IdentityProviderNew P1 = "/orgs/:org/security/identity-providers/new"
	// IdentityProviderGuided begins to set one up step by step; IdentityProviderGuide goes on where it was left.
	IdentityProviderGuided  P1 = "/orgs/:org/security/identity-providers/new/guided"
	IdentityProviderGuide   P2 = "/orgs/:org/security/identity-providers/:idp/guide"
	IdentityProviderStep    P3 = "/orgs/:org/security/identity-providers/:idp/guide/:step"
	IdentityProvider        P2 = "/orgs/:org/security/identity-providers/:idp"
	IdentityProviderEdit    P2 = "/orgs/:org/security/identity-providers/:idp/edit"
	IdentityProviderEnable  P2 = "/orgs/:org/security/identity-providers/:idp/enable"
	IdentityProviderDisable P2 = "/orgs/:org/security/identity-providers/:idp/disable"
	// IdentityProviderLook looks at the metadata now; IdentityProviderProposal decides on what was found.
	IdentityProviderLook     P2 = "/orgs/:org/security/identity-providers/:idp/look"
	IdentityProviderProposal P2 = "/orgs/:org/security/identity-providers/:idp/proposal"
	IdentityProviderDelete   P2 = "/orgs/:org/security/identity-providers/:idp/delete"
	IdentityProviderPrepare  P2 = "/orgs/:org/security/identity-providers/:idp/key/prepare"
	IdentityProviderSwitch   P2 = "/orgs/:org/security/identity-providers/:idp/key/switch"
	IdentityProviderRetire   P2 = "/orgs/:org/security/identity-providers/:idp/key/retire"
	IdentityProviderTest     P2 = "/orgs/:org/security/identity-providers/:idp/test"
	IdentityProviderAttempt  P3 = "/orgs/:org/security/identity-providers/:idp/attempts/:reference"
	// SecurityAttempt finds a recorded sign-in by its reference number alone.
	SecurityAttempt P1 = "/orgs/:org/security/sign-ins"
	Mappings        P2 = "/orgs/:org/security/identity-providers/:idp/mappings"
	MappingNew      P2 = "/orgs/:org/security/identity-providers/:idp/mappings/new"
	Mapping         P3 = "/orgs/:org/security/identity-providers/:idp/mappings/:mapping"
	MappingDelete   P3 = "/orgs/:org/security/identity-providers/:idp/mappings/:mapping/delete"
	// SecuritySSO is of whom single sign-on is required.
	SecuritySSO        P1 = "/orgs/:org/security/single-sign-on"
	SecuritySSOPeople  P1 = "/orgs/:org/security/single-sign-on/people"
	SecuritySSOLift    P1 = "/orgs/:org/security/single-sign-on/lift"
	BreakGlassCodes    P1 = "/orgs/:org/security/single-sign-on/codes"
	BreakGlassCodeTest P1 = "/orgs/:org/security/single-sign-on/codes/test"
)

// An app's pages.
const (
	AppDescription          P2 = "/orgs/:org/apps/:app/description"
	AppNotes                P2 = "/orgs/:org/apps/:app/notes"
	AppCollaborators        P2 = "/orgs/:org/apps/:app/collaborators"
	AppCollaboratorLevel    P3 = "/orgs/:org/apps/:app/collaborators/:collaborator/level"
	AppCollaboratorRemove   P3 = "/orgs/:org/apps/:app/collaborators/:collaborator/remove"
	AppSettings             P2 = "/orgs/:org/apps/:app/settings"
	AppSettingsID           P2 = "/orgs/:org/apps/:app/settings/id"
	AppSettingsVisibility   P2 = "/orgs/:org/apps/:app/settings/visibility"
	AppSettingsBaseWorkflow P2 = "/orgs/:org/apps/:app/settings/base-workflow"
	AppDelete               P2 = "/orgs/:org/apps/:app/settings/delete"
)

// What is in an app. "all" is an identifier that nothing has, so it names the whole.
const (
	Models              P2 = "/orgs/:org/apps/:app/models"
	ModelNew            P2 = "/orgs/:org/apps/:app/models/new"
	ModelsDelete        P2 = "/orgs/:org/apps/:app/models/all/delete"
	Model               P3 = "/orgs/:org/apps/:app/models/:model"
	ModelEdit           P3 = "/orgs/:org/apps/:app/models/:model/edit"
	ModelDelete         P3 = "/orgs/:org/apps/:app/models/:model/delete"
	ModelVisibility     P3 = "/orgs/:org/apps/:app/models/:model/visibility"
	Workflows           P2 = "/orgs/:org/apps/:app/workflows"
	WorkflowNew         P2 = "/orgs/:org/apps/:app/workflows/new"
	Workflow            P3 = "/orgs/:org/apps/:app/workflows/:workflow"
	WorkflowEdit        P3 = "/orgs/:org/apps/:app/workflows/:workflow/edit"
	WorkflowFile        P3 = "/orgs/:org/apps/:app/workflows/:workflow/workflow.yaml"
	WorkflowBase        P3 = "/orgs/:org/apps/:app/workflows/:workflow/base"
	WorkflowDelete      P3 = "/orgs/:org/apps/:app/workflows/:workflow/delete"
	WorkflowVisibility  P3 = "/orgs/:org/apps/:app/workflows/:workflow/visibility"
	Modules             P2 = "/orgs/:org/apps/:app/modules"
	ModuleNew           P2 = "/orgs/:org/apps/:app/modules/new"
	Module              P3 = "/orgs/:org/apps/:app/modules/:module"
	ModuleEdit          P3 = "/orgs/:org/apps/:app/modules/:module/edit"
	ModuleDelete        P3 = "/orgs/:org/apps/:app/modules/:module/delete"
	ModuleVisibility    P3 = "/orgs/:org/apps/:app/modules/:module/visibility"
	ModuleVersionNew    P3 = "/orgs/:org/apps/:app/modules/:module/versions"
	ModuleVersion       P4 = "/orgs/:org/apps/:app/modules/:module/versions/:version"
	ModuleVersionDelete P4 = "/orgs/:org/apps/:app/modules/:module/versions/:version/delete"
	Installs            P2 = "/orgs/:org/apps/:app/installed"
	InstallNew          P2 = "/orgs/:org/apps/:app/installed/new"
	Install             P3 = "/orgs/:org/apps/:app/installed/:install"
	InstallVersion      P3 = "/orgs/:org/apps/:app/installed/:install/version"
	InstallDelete       P3 = "/orgs/:org/apps/:app/installed/:install/delete"
	InstallVisibility   P3 = "/orgs/:org/apps/:app/installed/:install/visibility"
)

// Probes, assets, and the gallery of components that only demo serves.
const (
	Healthz P0 = "/healthz"
	Readyz  P0 = "/readyz"
	Static  P0 = "/static"
	Assets  P0 = "/static/*" // the route of everything below Static
	UIKit   P0 = "/ui-kit"
)

// AuditOf is the address of the audit log with a search.
func AuditOf(org, search string) string {
	if search == "" {
		return Audit.To(org)
	}
	return With(Audit.To(org), "q", search)
}

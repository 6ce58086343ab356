package models

import (
	"strings"
	"time"
)

// AuditEntry is one line of an organization's audit log: who did what to what, from where, proven how.
type AuditEntry struct {
	ID         string
	At         time.Time
	ActorID    string // empty: the system or a stranger
	ActorName  string
	ActorEmail string
	Action     Action
	TargetType string
	TargetID   string
	TargetName string
	Before     map[string]string
	After      map[string]string
	Method     Method
	IP         string
	Reference  string
}

// AuditedEntry is an entry with what can still be gone to from it.
type AuditedEntry struct {
	AuditEntry

	ActorIsMember bool
	Object        *AuditObject // what it is about; nil when that is not there any more
}

// AuditObject is what an entry is about, by its identifier and that of what it stands in, such as the app of a model; empty for none.
type AuditObject struct{ Slug, Within string }

// Action is what was done, as noun.verb.
type Action string

// The actions of the audit log.
const (
	ActionOrganizationCreated Action = "organization.created"
	ActionOrganizationRenamed Action = "organization.renamed"
	ActionOrganizationDeleted Action = "organization.deleted"
	ActionSignedIn            Action = "session.signed-in"
	ActionSignedOut           Action = "session.signed-out"
	ActionSessionEnded        Action = "session.ended"
	ActionSignedOutThere      Action = "session.signed-out-at-provider"
	ActionSessionConfirmed    Action = "session.confirmed"
	ActionAccountRenamed      Action = "account.renamed"
	ActionPasswordChanged     Action = "password.changed"
	ActionPasswordResetAsked  Action = "password.reset-requested"
	ActionResetLinkMade       Action = "password.reset-link-made"
	ActionPasswordReset       Action = "password.reset"
	ActionAuthenticatorSet    Action = "second-factor.authenticator-set-up"
	ActionAuthenticatorGone   Action = "second-factor.authenticator-removed"
	ActionRecoveryCodesMade   Action = "second-factor.recovery-codes-made"
	ActionPasskeyAdded        Action = "second-factor.passkey-added"
	ActionPasskeyRenamed      Action = "second-factor.passkey-renamed"
	ActionPasskeyGone         Action = "second-factor.passkey-removed"
	ActionPasskeyCopied       Action = "second-factor.passkey-copied"
	ActionFactorReset         Action = "second-factor.reset"
	ActionFactorRule          Action = "second-factor-rule.changed"
	ActionPasswordDue         Action = "password.due"
	ActionPolicyChanged       Action = "password-policy.changed"
	ActionMemberJoined        Action = "member.joined"
	ActionMemberRoleChanged   Action = "member.role-changed"
	ActionMemberSuspended     Action = "member.suspended"
	ActionMemberReinstated    Action = "member.reinstated"
	ActionMemberRemoved       Action = "member.removed"
	ActionMemberLeft          Action = "member.left"
	ActionMemberSessionsEnded Action = "member.sessions-ended"
	ActionSessionsEnded       Action = "sessions.ended"
	ActionMembersExported     Action = "members.exported"
	ActionAuditExported       Action = "audit-log.exported"
	ActionAuditRetention      Action = "audit-log.retention-changed"
	ActionAuditCut            Action = "audit-log.shortened"
	ActionInvitationSent      Action = "invitation.sent"
	ActionInvitationResent    Action = "invitation.resent"
	ActionInvitationLinkMade  Action = "invitation.link-made"
	ActionInvitationCancelled Action = "invitation.cancelled"
	ActionInvitationDeclined  Action = "invitation.declined"
	ActionInvitationAccepted  Action = "invitation.accepted"
	ActionProviderCreated     Action = "identity-provider.created"
	ActionProviderEdited      Action = "identity-provider.edited"
	ActionProviderEnabled     Action = "identity-provider.enabled"
	ActionProviderDisabled    Action = "identity-provider.disabled"
	ActionProviderDeleted     Action = "identity-provider.deleted"
	ActionKeyPrepared         Action = "identity-provider.key-prepared"
	ActionKeySwitched         Action = "identity-provider.key-switched"
	ActionKeyRetired          Action = "identity-provider.key-retired"
	ActionProviderRefreshed   Action = "identity-provider.refreshed"
	ActionProviderProposed    Action = "identity-provider.change-proposed"
	ActionProposalApproved    Action = "identity-provider.change-approved"
	ActionProposalDismissed   Action = "identity-provider.change-dismissed"
	ActionProviderTested      Action = "identity-provider.tested"
	ActionIdentityLinked      Action = "identity.linked"
	ActionSSORequired         Action = "single-sign-on.required"
	ActionSSOConfirmed        Action = "single-sign-on.confirmed"
	ActionSSOReverted         Action = "single-sign-on.reverted"
	ActionSSOLifted           Action = "single-sign-on.lifted"
	ActionCodesMade           Action = "break-glass.codes-made"
	ActionCodeTested          Action = "break-glass.code-tested"
	ActionGlassBroken         Action = "break-glass.used"
	ActionMappingCreated      Action = "group-mapping.created"
	ActionMappingEdited       Action = "group-mapping.edited"
	ActionMappingDeleted      Action = "group-mapping.deleted"
	ActionDomainClaimed       Action = "domain.claimed"
	ActionDomainVerified      Action = "domain.verified"
	ActionDomainRecordGone    Action = "domain.record-gone"
	ActionDomainRecordBack    Action = "domain.record-back"
	ActionDomainLost          Action = "domain.lost"
	ActionDomainRemoved       Action = "domain.removed"
	ActionTeamCreated         Action = "team.created"
	ActionTeamEdited          Action = "team.edited"
	ActionTeamDeleted         Action = "team.deleted"
	ActionTeamMemberAdded     Action = "team.member-added"
	ActionTeamMemberRemoved   Action = "team.member-removed"
	ActionTeamAppAdded        Action = "team.app-added"
	ActionTeamAppRemoved      Action = "team.app-removed"
)

// The actions on what is in an app.
const (
	ActionModelCreated       Action = "model.created"
	ActionModelEdited        Action = "model.edited"
	ActionModelDeleted       Action = "model.deleted"
	ActionModelsDeleted      Action = "models.all-deleted"
	ActionWorkflowCreated    Action = "workflow.created"
	ActionWorkflowEdited     Action = "workflow.edited"
	ActionWorkflowDeleted    Action = "workflow.deleted"
	ActionWorkflowExported   Action = "workflow.exported"
	ActionModuleCreated      Action = "module.created"
	ActionModuleEdited       Action = "module.edited"
	ActionModuleDeleted      Action = "module.deleted"
	ActionVersionAdded       Action = "module-version.added"
	ActionVersionDeleted     Action = "module-version.deleted"
	ActionModuleInstalled    Action = "module.installed"
	ActionInstallChanged     Action = "module.version-changed"
	ActionModuleUninstalled  Action = "module.uninstalled"
	ActionResourceVisibility Action = "resource.visibility-changed"
)

// The actions on apps.
const (
	ActionAppCreated           Action = "app.created"
	ActionAppDescriptionEdited Action = "app.description-edited"
	ActionAppNotesEdited       Action = "app.notes-edited"
	ActionAppIDChanged         Action = "app.id-changed"
	ActionAppVisibilityChanged Action = "app.visibility-changed"
	ActionBaseWorkflowChanged  Action = "app.base-workflow-changed"
	ActionAppDeleted           Action = "app.deleted"
	ActionCollaboratorAdded    Action = "collaborator.added"
	ActionCollaboratorChanged  Action = "collaborator.changed"
	ActionCollaboratorRemoved  Action = "collaborator.removed"
)

// The actions that were refused. They changed nothing, and are counted together: see RefusedTry.
const (
	ActionSignInRefused  Action = "session.refused"
	ActionLockedOut      Action = "session.locked-out"
	ActionConfirmRefused Action = "session.confirmation-refused"
	ActionFactorRefused  Action = "second-factor.refused"
	ActionGlassRefused   Action = "break-glass.refused"
	ActionAccessRefused  Action = "access.refused"
)

// actionTexts are the actions in the words of a sentence whose subject is a person.
var actionTexts = []struct {
	action Action
	words  string
}{
	{ActionOrganizationCreated, "created the organization"},
	{ActionOrganizationRenamed, "renamed the organization"},
	{ActionOrganizationDeleted, "deleted the organization"},
	{ActionSignedIn, "signed in"},
	{ActionSignInRefused, "was refused at sign-in"},
	{ActionLockedOut, "was locked out for a while"},
	{ActionFactorRefused, "gave a wrong second factor"},
	{ActionConfirmRefused, "could not confirm that it is them"},
	{ActionAccessRefused, "was refused what they may not do"},
	{ActionSignedOut, "signed out"},
	{ActionSessionEnded, "ended a session"},
	{ActionSignedOutThere, "signed out at the identity provider"},
	{ActionSessionConfirmed, "confirmed that it is them"},
	{ActionAccountRenamed, "changed their name"},
	{ActionPasswordChanged, "changed their password"},
	{ActionPasswordResetAsked, "asked for a password reset"},
	{ActionResetLinkMade, "made a password reset link"},
	{ActionPasswordReset, "set a new password by a reset link"},
	{ActionAuthenticatorSet, "set up an authenticator app"},
	{ActionAuthenticatorGone, "removed their authenticator app"},
	{ActionRecoveryCodesMade, "made new recovery codes"},
	{ActionPasskeyAdded, "added a passkey"},
	{ActionPasskeyRenamed, "renamed a passkey"},
	{ActionPasskeyGone, "removed a passkey"},
	{ActionPasskeyCopied, "used a passkey that may have been copied, and was refused"},
	{ActionFactorReset, "reset the second factor of a member"},
	{ActionFactorRule, "changed whether a second factor is required"},
	{ActionPasswordDue, "has to choose a new password"},
	{ActionPolicyChanged, "changed the password rules"},
	{ActionMemberJoined, "joined the organization"},
	{ActionMemberRoleChanged, "changed the role of a member"},
	{ActionMemberSuspended, "suspended a member"},
	{ActionMemberReinstated, "reinstated a member"},
	{ActionMemberRemoved, "removed a member"},
	{ActionMemberLeft, "left the organization"},
	{ActionMemberSessionsEnded, "ended sessions of a member"},
	{ActionSessionsEnded, "ended sessions of several people"},
	{ActionMembersExported, "exported the list of members"},
	{ActionAuditExported, "exported the audit log"},
	{ActionAuditRetention, "changed how long audit entries are kept"},
	{ActionAuditCut, "deleted audit entries that were older than they are kept"},
	{ActionInvitationSent, "sent an invitation"},
	{ActionInvitationResent, "sent an invitation again"},
	{ActionInvitationLinkMade, "made a new invitation link to pass on"},
	{ActionInvitationCancelled, "cancelled an invitation"},
	{ActionInvitationDeclined, "declined an invitation"},
	{ActionInvitationAccepted, "accepted an invitation, being a member already"},
	{ActionModelCreated, "created a model"},
	{ActionModelEdited, "edited a model"},
	{ActionModelDeleted, "deleted a model"},
	{ActionModelsDeleted, "deleted all models of an app"},
	{ActionWorkflowCreated, "created a workflow"},
	{ActionWorkflowEdited, "edited a workflow"},
	{ActionWorkflowDeleted, "deleted a workflow"},
	{ActionWorkflowExported, "exported a workflow"},
	{ActionModuleCreated, "created a module"},
	{ActionModuleEdited, "edited a module"},
	{ActionModuleDeleted, "deleted a module"},
	{ActionVersionAdded, "added a version to a module"},
	{ActionVersionDeleted, "deleted a version of a module"},
	{ActionModuleInstalled, "installed a module"},
	{ActionInstallChanged, "changed the version of an installed module"},
	{ActionModuleUninstalled, "uninstalled a module"},
	{ActionResourceVisibility, "changed who sees a thing in an app"},
	{ActionAppCreated, "created an app"},
	{ActionAppDescriptionEdited, "edited the description of an app"},
	{ActionAppNotesEdited, "edited the notes of an app"},
	{ActionAppIDChanged, "changed the ID of an app"},
	{ActionAppVisibilityChanged, "changed who sees an app"},
	{ActionBaseWorkflowChanged, "changed the base workflow of an app"},
	{ActionAppDeleted, "deleted an app"},
	{ActionCollaboratorAdded, "added a collaborator to an app"},
	{ActionCollaboratorChanged, "changed what a collaborator may do"},
	{ActionCollaboratorRemoved, "removed a collaborator from an app"},
	{ActionProviderCreated, "created an identity provider"},
	{ActionProviderEdited, "edited an identity provider"},
	{ActionProviderEnabled, "enabled an identity provider"},
	{ActionProviderDisabled, "disabled an identity provider"},
	{ActionProviderDeleted, "deleted an identity provider"},
	{ActionKeyPrepared, "prepared the next key for an identity provider"},
	{ActionKeySwitched, "switched to the next key for an identity provider"},
	{ActionKeyRetired, "retired the previous key for an identity provider"},
	{ActionProviderRefreshed, "added certificates from an identity provider's metadata"},
	{ActionProviderProposed, "found an identity provider's metadata to differ"},
	{ActionProposalApproved, "approved what an identity provider's metadata says"},
	{ActionProposalDismissed, "dismissed what an identity provider's metadata says"},
	{ActionProviderTested, "tested an identity provider"},
	{ActionIdentityLinked, "linked a single sign-on identity"},
	{ActionSSORequired, "required single sign-on"},
	{ActionSSOConfirmed, "confirmed that single sign-on works"},
	{ActionSSOReverted, "let a step of single sign-on give way, because nobody confirmed it"},
	{ActionSSOLifted, "switched required single sign-on off"},
	{ActionCodesMade, "made break-glass codes"},
	{ActionCodeTested, "tested a break-glass code"},
	{ActionGlassBroken, "got in by a break-glass code"},
	{ActionGlassRefused, "was refused with a break-glass code"},
	{ActionMappingCreated, "created a group mapping"},
	{ActionMappingEdited, "edited a group mapping"},
	{ActionMappingDeleted, "removed a group mapping"},
	{ActionDomainClaimed, "claimed a domain"},
	{ActionDomainVerified, "verified a domain"},
	{ActionDomainRecordGone, "found a domain without its record"},
	{ActionDomainRecordBack, "found the record of a domain again"},
	{ActionDomainLost, "gave a domain up whose record stayed away"},
	{ActionDomainRemoved, "removed a domain"},
	{ActionTeamCreated, "created a team"},
	{ActionTeamEdited, "edited a team"},
	{ActionTeamDeleted, "deleted a team"},
	{ActionTeamMemberAdded, "added a member to a team"},
	{ActionTeamMemberRemoved, "removed a member from a team"},
	{ActionTeamAppAdded, "added an app to a team"},
	{ActionTeamAppRemoved, "removed an app from a team"},
}

// Actions returns every action in the order of the filter on the audit page.
func Actions() []Action {
	all := make([]Action, len(actionTexts))
	for i, t := range actionTexts {
		all[i] = t.action
	}
	return all
}

// All is every action that this one stands for: itself, or each that begins with it; none when there is no such action.
func (a Action) All() []Action {
	var all []Action
	for _, t := range actionTexts {
		if t.action == a || strings.HasPrefix(string(t.action), string(a)+".") {
			all = append(all, t.action)
		}
	}
	return all
}

// RefusedActions are those that say that something was refused.
func RefusedActions() []Action {
	return []Action{ActionSignInRefused, ActionLockedOut, ActionConfirmRefused, ActionFactorRefused, ActionGlassRefused, ActionAccessRefused}
}

// Noun is what an action is done to, as "member" of member.removed.
func (a Action) Noun() string {
	noun, _, _ := strings.Cut(string(a), ".")
	return noun
}

// Words is the action as the end of a sentence whose subject is a person, such as "enabled an identity provider".
func (a Action) Words() string {
	for _, t := range actionTexts {
		if t.action == a {
			return t.words
		}
	}
	return string(a)
}

package authz

// The two tables are facts of the domain. A change of who may do what is one line here and one line in the golden file beside it.

var matrix = &Table{key: "roles", label: "Roles"}

// The 22 rows of the role table, in its order.
var (
	SidebarView              = matrix.add(OfApp, "sidebar:view", "View Sidebar Items", Administrator, OrganizationContributor, TeamContributor, OrganizationUser)
	ModelsCreate             = matrix.add(OfApp, "models:create", "Create Models", Administrator, OrganizationContributor, TeamContributor)
	WorkflowsCreate          = matrix.add(OfApp, "workflows:create", "Create Workflows", Administrator, OrganizationContributor, TeamContributor)
	AppIDEdit                = matrix.add(OfApp, "app-id:edit", "Edit App ID", Administrator, OrganizationContributor)
	AppDescriptionEdit       = matrix.add(OfApp, "app-description:edit", "Edit App Description", Administrator, OrganizationContributor, TeamContributor)
	AppNotesEdit             = matrix.add(OfApp, "app-notes:edit", "Edit App Notes", Administrator, OrganizationContributor, TeamContributor)
	CollaboratorsView        = matrix.add(OfApp, "collaborators:view", "View Collaborators", Administrator, OrganizationContributor, TeamContributor, OrganizationUser)
	CollaboratorsEdit        = matrix.add(OfApp, "collaborators:edit", "Edit Collaborators", Administrator, OrganizationContributor)
	BaseWorkflowView         = matrix.add(OfApp, "base-workflow:view", "Base Workflow View", Administrator, OrganizationContributor, TeamContributor, OrganizationUser)
	BaseWorkflowEdit         = matrix.add(OfApp, "base-workflow:edit", "Base Workflow Edit", Administrator, OrganizationContributor)
	ModelsDeleteAll          = matrix.add(OfApp, "models:delete-all", "Delete All Models", Administrator, OrganizationContributor, TeamContributor)
	AppDelete                = matrix.add(OfApp, "app:delete", "Delete App", Administrator, OrganizationContributor)
	MembersManage            = matrix.add(OfOrganization, "members:manage", "Invite / Modify / Delete Members", Administrator)
	TeamsManage              = matrix.add(OfOrganization, "teams:manage", "Create / Edit / Delete Teams", Administrator, OrganizationContributor)
	TeamMembersAdd           = matrix.add(OfOrganization, "team-members:add", "Add Members to Teams", Administrator, OrganizationContributor)
	TeamAppsAdd              = matrix.add(OfOrganization, "team-apps:add", "Add Apps to Teams", Administrator, OrganizationContributor)
	AppsCreate               = matrix.add(OfOrganization, "apps:create", "Create Apps", Administrator, OrganizationContributor)
	AppVisibilityChange      = matrix.add(OfApp, "app-visibility:change", "Change Visibility of Apps", Administrator, OrganizationContributor)
	ResourceVisibilityChange = matrix.add(OfApp, "resource-visibility:change", "Change Visibility of Apps Resources", Administrator, OrganizationContributor, TeamContributor)
	ModulesUse               = matrix.add(OfApp, "modules:use", "Use Modules", Administrator, OrganizationContributor, TeamContributor, OrganizationUser)
	ModulesManage            = matrix.add(OfApp, "modules:manage", "Create / Delete Modules", Administrator, OrganizationContributor, TeamContributor)
	ModulesInstall           = matrix.add(OfApp, "modules:install", "Install / Uninstall Modules", Administrator, OrganizationContributor, TeamContributor)
)

var console = &Table{key: "console", label: "Console"}

// The rows about the pages of the console itself; the role table says nothing about them.
var (
	OrganizationView   = console.add(OfOrganization, "organization:view", "open the organization: overview, roles page", Administrator, OrganizationContributor, TeamContributor, OrganizationUser)
	MembersView        = console.add(OfOrganization, "members:view", "the members list (Team Contributor: only people who share a team)", Administrator, OrganizationContributor, TeamContributor, OrganizationUser)
	TeamsView          = console.add(OfOrganization, "teams:view", "the teams (Team Contributor: only own teams)", Administrator, OrganizationContributor, TeamContributor, OrganizationUser)
	SecurityView       = console.add(OfOrganization, "security:view", "Security page: password policy, names and state of the identity providers", Administrator, OrganizationContributor, TeamContributor, OrganizationUser)
	SecurityManage     = console.add(OfOrganization, "security:manage", "create / edit / enable / delete identity providers, password policy, domains, sessions of others", Administrator)
	AuditView          = console.add(OfOrganization, "audit:view", "audit log", Administrator)
	OrganizationManage = console.add(OfOrganization, "organization:manage", "rename, delete the organization, service tokens", Administrator)
)

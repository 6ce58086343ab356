package views

import "gatehouse/internal/authz"

// Overview is the organization's first page.
type Overview struct {
	Page      Page
	Members   int
	Suspended int
	ByRole    []RoleCount
	Teams     int
	Apps      int
	Pending   int // invitations
	Policy    []string
	Providers []ProviderRow
	Recent    []AuditRow // for those who may read the audit log
	SeesAudit bool
	Manages   bool // identity providers
}

// RoleCount is how many active members hold a role.
type RoleCount struct {
	Role    authz.Role
	Members int
}

package views

import "gatehouse/internal/authz"

// Roles is the page of both role tables, which it reads from authz itself.
type Roles struct {
	Page   Page
	Own    authz.Role // the column to mark; zero for none
	Counts []RoleCount
}

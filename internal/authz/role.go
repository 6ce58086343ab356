// Package authz is the heart of the product: the four roles, the two tables of scopes, and the one function that decides.
//
// It knows no database, no HTTP and no HTML, and imports the standard library only, so that the route guard, the buttons, the
// roles page, the command line and the tests can all ask the same code.
package authz

import "fmt"

// Role is one of the four fixed roles a member holds in an organization. The zero Role is no role and is granted nothing.
type Role uint8

// The four roles, in the order of the columns of the role table.
const (
	Administrator Role = iota + 1
	OrganizationContributor
	TeamContributor
	OrganizationUser
)

// Roles returns the four roles in the order of the table's columns.
func Roles() []Role {
	return []Role{Administrator, OrganizationContributor, TeamContributor, OrganizationUser}
}

type roleText struct{ key, label, plural, meaning string }

var roleTexts = [...]roleText{
	Administrator: {
		"administrator", "Administrator", "Administrators",
		"Everything: people, teams, apps, and how everybody signs in.",
	},
	OrganizationContributor: {
		"organization_contributor", "Organization Contributor", "Organization Contributors",
		"Builds in every app and keeps teams, but does not invite members.",
	},
	TeamContributor: {
		"team_contributor", "Team Contributor", "Team Contributors",
		"Builds in the apps that were added to their teams.",
	},
	OrganizationUser: {
		"organization_user", "Organization User", "Organization Users",
		"Reads every app and uses its modules; changes nothing.",
	},
}

func (r Role) text() roleText {
	if !r.Valid() {
		return roleText{}
	}
	return roleTexts[r]
}

// Valid says whether r is one of the four roles.
func (r Role) Valid() bool { return r >= Administrator && r <= OrganizationUser }

// Key is the role's stable name in the database, in forms and in exports, such as "team_contributor"; empty for the zero Role.
func (r Role) Key() string { return r.text().key }

// Label is what people see, such as "Team Contributor".
func (r Role) Label() string { return r.text().label }

// Plural is the label for several holders.
func (r Role) Plural() string { return r.text().plural }

// Meaning is the role in one line, shown where a role is chosen.
func (r Role) Meaning() string { return r.text().meaning }

// String returns the key, or "no role".
func (r Role) String() string {
	if !r.Valid() {
		return "no role"
	}
	return r.Key()
}

// ParseRole returns the role of a key made by Key; an unknown key is an error.
func ParseRole(key string) (Role, error) {
	for _, r := range Roles() {
		if r.Key() == key {
			return r, nil
		}
	}
	return 0, fmt.Errorf("authz: %q is not a role", key)
}

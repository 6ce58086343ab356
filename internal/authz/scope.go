package authz

import "slices"

// Level says what a scope is asked of: the organization, or one app in it.
type Level uint8

// The two levels.
const (
	OfOrganization Level = iota + 1
	OfApp
)

// Scope is one row of a role table. It can only be made in this package, with at least one role; the zero Scope is granted to nobody
// and no route can be mounted with it.
type Scope struct{ row *row }

type row struct {
	table *Table
	name  string
	label string
	level Level
	roles []Role
}

// Table is an ordered set of scopes with a name: Matrix or Console.
type Table struct {
	key   string
	label string
	rows  []Scope
}

// add makes a scope and puts it at the end of the table. It takes the first role apart so that a scope nobody holds does not compile.
// A duplicate stops the program as it starts, because two rows of one name could disagree.
func (t *Table) add(level Level, name, label string, first Role, more ...Role) Scope {
	roles := append([]Role{first}, more...)
	for _, other := range t.rows {
		if other.Name() == name || other.Label() == label {
			panic("authz: the scope " + name + " or its label stands twice in the table " + t.key)
		}
	}
	for i, r := range roles {
		if !r.Valid() || slices.Contains(roles[:i], r) {
			panic("authz: the scope " + name + " names a role twice, or no role")
		}
	}
	s := Scope{&row{table: t, name: name, label: label, level: level, roles: roles}}
	t.rows = append(t.rows, s)
	return s
}

// Key is the table's name in exports: "roles" or "console".
func (t *Table) Key() string { return t.key }

// Label is the table's heading.
func (t *Table) Label() string { return t.label }

// Scopes returns the rows in order; the slice is the caller's.
func (t *Table) Scopes() []Scope { return slices.Clone(t.rows) }

// Tables returns the role table and the console table, in that order.
func Tables() []*Table { return []*Table{matrix, console} }

// IsZero says whether s is the zero Scope, which is granted to nobody.
func (s Scope) IsZero() bool { return s.row == nil }

// Name is the scope's identifier, such as "members:manage"; empty for the zero Scope.
func (s Scope) Name() string {
	if s.row == nil {
		return ""
	}
	return s.row.name
}

// Label is the row in the table's own words, such as "Invite / Modify / Delete Members".
func (s Scope) Label() string {
	if s.row == nil {
		return ""
	}
	return s.row.label
}

// Level says whether the scope is asked of the organization or of one app; 0 for the zero Scope.
func (s Scope) Level() Level {
	if s.row == nil {
		return 0
	}
	return s.row.level
}

// Table is the table the scope stands in; nil for the zero Scope.
func (s Scope) Table() *Table {
	if s.row == nil {
		return nil
	}
	return s.row.table
}

// Holds says whether the role's column has Yes in the scope's row. It is the function of a permission, not its reach: ask Decide
// before acting on an object.
func (s Scope) Holds(r Role) bool {
	return s.row != nil && r.Valid() && slices.Contains(s.row.roles, r)
}

// Roles returns the roles that have Yes in this row, in the order of the columns.
func (s Scope) Roles() []Role {
	var held []Role
	for _, r := range Roles() {
		if s.Holds(r) {
			held = append(held, r)
		}
	}
	return held
}

// FindScope returns the scope of a name such as "members:manage".
func FindScope(name string) (Scope, bool) {
	for _, t := range Tables() {
		for _, s := range t.rows {
			if s.Name() == name {
				return s, true
			}
		}
	}
	return Scope{}, false
}

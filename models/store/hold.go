package store

// hold keeps organizations from being deleted until the transaction ends; which is a list of their keys, or a query for them. One that is
// on its way out is waited for, and is not there afterwards.
//
// It comes before anything of an organization is locked. Whoever deletes one locks it first and then waits for what others have locked of
// it; who would then wait for the organization would wait for ever, for every row that is made in it points at it. Nothing is to be
// done on SQLite, which has one writer at a time.
//
// A query that locks something of an organization can lock that as well, before it: FOR KEY SHARE of the one, then FOR UPDATE of the other.
// Rows are locked in the order of these clauses.
func (u *unit) hold(which string, args ...any) error {
	if u.dialect == sqliteDialect {
		return nil
	}
	var held []string
	err := u.all(&held, "SELECT o.id FROM organizations o WHERE o.id IN ("+which+") ORDER BY o.id"+u.dialect.forKey("o"), args...)
	for _, id := range held {
		u.holds(id)
	}
	return err
}

// holds takes note of an organization that the transaction has locked, in whatever strength.
func (u *unit) holds(id string) {
	if u.held == nil {
		u.held = map[string]bool{}
	}
	u.held[id] = true
}

// holdLogs holds the organizations in whose logs the transaction will write; for most there is none left to ask for.
func (u *unit) holdLogs() error {
	var missing []string
	for _, row := range u.entries {
		if id := string(row.OrganizationID); id != "" && !u.held[id] {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return u.hold("?", missing)
}

// holdAccount holds the organizations that an account has something to do with.
func (u *unit) holdAccount(condition string, arg any) error {
	return u.hold("SELECT m.organization_id FROM members m JOIN users u ON u.id = m.user_id WHERE "+condition+
		" UNION ALL SELECT u.password_organization_id FROM users u WHERE "+condition, arg, arg)
}

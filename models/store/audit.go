package store

import "gatehouse/models"

// entry begins an audit entry of something that a signed-in person did.
func entry(p models.Person, action models.Action) models.AuditEntry {
	return models.AuditEntry{
		ActorID: p.User.ID, ActorName: p.User.Name, ActorEmail: p.User.Email, Action: action, Method: p.Strongest(),
		IP: p.Request.IP, Reference: p.Request.Reference,
	}
}

// entryOf begins an audit entry of something that somebody did who was not signed in yet, or whom only a link speaks for.
func entryOf(u models.User, action models.Action, method models.Method, r models.Request) models.AuditEntry {
	return models.AuditEntry{
		ActorID: u.ID, ActorName: u.Name, ActorEmail: u.Email, Action: action, Method: method, IP: r.IP, Reference: r.Reference,
		TargetType: "account", TargetID: u.ID, TargetName: u.Name,
	}
}

// on says what the entry is about.
func on(e models.AuditEntry, targetType, id, name string) models.AuditEntry {
	e.TargetType, e.TargetID, e.TargetName = targetType, id, name
	return e
}

const longestUserAgent = 400

// record puts the entry into the log of each organization; with none, it belongs to the installation. It is written when everything else of
// the transaction is done: see chainEntries.
func (u *unit) record(organizations []string, e models.AuditEntry) error {
	rows, err := u.auditRows(organizations, e)
	u.entries = append(u.entries, rows...)
	return err
}

func (u *unit) auditRows(organizations []string, e models.AuditEntry) ([]auditRow, error) {
	before, err := encodeValues(e.Before)
	if err != nil {
		return nil, err
	}
	after, err := encodeValues(e.After)
	if err != nil {
		return nil, err
	}
	if len(organizations) == 0 {
		organizations = []string{""}
	}
	rows := make([]auditRow, 0, len(organizations))
	for _, organization := range organizations {
		rows = append(rows, auditRow{
			ID: newID(), OrganizationID: ref(organization), At: moment{u.now}, ActorID: ref(e.ActorID), ActorName: e.ActorName, ActorEmail: e.ActorEmail,
			Action: string(e.Action), TargetType: e.TargetType, TargetID: e.TargetID, TargetName: clean(e.TargetName, longestText),
			BeforeValues: before, AfterValues: after, Method: string(e.Method), IP: clean(e.IP, longestText), Reference: clean(e.Reference, longestText),
			Search: models.Fold(e.ActorName + " " + e.ActorEmail + " " + clean(e.TargetName, longestText)),
		})
	}
	return rows, nil
}

// recordAccount writes the entry into the log of every organization that the account is a member of, so that each log is complete by itself.
func (u *unit) recordAccount(userID string, e models.AuditEntry) error {
	organizations, err := u.organizationsOf(userID)
	if err != nil {
		return err
	}
	return u.record(organizations, e)
}

// recordSession writes the entry where the session was seen to begin: everywhere after a proof of the account, else where SAML vouched.
func (u *unit) recordSession(p models.Person, e models.AuditEntry) error {
	if p.OwnsAccount() {
		return u.recordAccount(p.User.ID, e)
	}
	var organizations []string
	for _, a := range p.Methods {
		organizations = append(organizations, a.OrganizationID)
	}
	return u.record(organizations, e)
}

func (u *unit) organizationsOf(userID string) ([]string, error) {
	var ids []string
	err := u.all(&ids, "SELECT organization_id FROM members WHERE user_id = ? ORDER BY organization_id", userID)
	return ids, err
}

func (r auditRow) noun() models.AuditEntry {
	before, _ := decodeValues(r.BeforeValues) // record wrote them
	after, _ := decodeValues(r.AfterValues)
	return models.AuditEntry{
		ID: r.ID, At: r.At.Time, ActorID: string(r.ActorID), ActorName: r.ActorName, ActorEmail: r.ActorEmail, Action: models.Action(r.Action),
		TargetType: r.TargetType, TargetID: r.TargetID, TargetName: r.TargetName, Before: before, After: after, Method: models.Method(r.Method),
		IP: r.IP, Reference: r.Reference,
	}
}

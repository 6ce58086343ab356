package models

import "gatehouse/internal/authz"

// errLast is the one refusal of everything after which nobody could let anybody in again.
func errLast(sentence string) error {
	return Refuse(Impossible, sentence+" Make somebody else an Administrator first.")
}

// lastAdministrator refuses what would leave the organization without an active Administrator.
func (m Member) lastAdministrator(by Person) error {
	switch {
	case !m.OnlyAdministrator:
		return nil
	case m.UserID == by.User.ID:
		return errLast("You are the only active Administrator.")
	}
	return errLast(m.Name + " is the only active Administrator.")
}

// MayBecome refuses a role that the member cannot be given: by the last Administrator, who would give theirs away, and by somebody who
// would raise themselves. Roles are numbered from the one that may most.
func (m Member) MayBecome(role authz.Role, by Person) error {
	switch {
	case !role.Valid():
		return RefuseField("role", "Choose a role.")
	case role == m.Role:
		return nil
	case m.UserID == by.User.ID && role < m.Role:
		return Refuse(Impossible, "Nobody gives themselves more rights. Ask another Administrator.")
	case m.RoleBy.Owned:
		return m.MayChangeRole()
	case m.Role == authz.Administrator:
		return m.lastAdministrator(by)
	}
	return nil
}

// MayChangeRole refuses to change by hand what an identity provider decides.
func (m Member) MayChangeRole() error {
	if m.RoleBy.Owned {
		return m.RoleBy.errOwned("the role of " + m.Name)
	}
	return nil
}

// MaySuspend refuses to lock out the last Administrator.
func (m Member) MaySuspend(by Person) error { return m.lastAdministrator(by) }

// MayRemove refuses to remove the last Administrator, and oneself: leaving is an act of its own, on another page.
func (m Member) MayRemove(by Person) error {
	if m.UserID == by.User.ID {
		return Refuse(Impossible, "This is you: leave the organization on your account page.")
	}
	return m.lastAdministrator(by)
}

// MayLeave refuses to let the last Administrator go.
func (m Member) MayLeave(by Person) error { return m.lastAdministrator(by) }

// MayEnd refuses to end a session of the member. One that the account opened belongs to the account: when the account is trusted elsewhere
// too, ending it would reach into what other organizations gave.
func (m Member) MayEnd(s Session, by Person) error {
	switch {
	case m.UserID == by.User.ID:
		return Refuse(Impossible, "This is you: end your own sessions on your account page.")
	case m.Elsewhere && s.OwnsAccount():
		return Refuse(Impossible, "It was begun with the password or a passkey and also opens another organization. Suspend "+m.Name+" to lock them out of this one.")
	}
	return nil
}

// MayEndAll refuses when not one of the sessions can be ended.
func (m Member) MayEndAll(sessions []Session, by Person) error {
	var refusal error
	for _, s := range sessions {
		if refusal = m.MayEnd(s, by); refusal == nil {
			return nil
		}
	}
	return refusal
}

// OwnsAccount says whether the session holds a proof of the account itself.
func (s Session) OwnsAccount() bool { return Person{Methods: s.Authentications}.OwnsAccount() }

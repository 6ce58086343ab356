package models

// FactorImpact is whom an organization's rule that a second factor is needed concerns at this moment, in numbers of active members.
type FactorImpact struct {
	Members int
	Have    int // a second factor
	Asked   int // have none, and may come in with a password: they are led to set one up
	Guests  int // of apps, without one: they come in with a password too
}

// NotAsked is how many come by single sign-on alone, which is not asked for more.
func (i FactorImpact) NotAsked() int { return i.Members - i.Have - i.Asked }

// MayRequireFactor refuses to require a second factor by somebody whom the rule would stop at their next click.
func (o Organization) MayRequireFactor(p Person) error {
	o.FactorRequired = true
	if o.Admits(p) != nil {
		return Refuse(Impossible, "You are signed in without a second factor yourself. Set one up first: the rule would ask you for it at your next click.")
	}
	return nil
}

// MayResetFactor refuses to take the second factors of an account that is not this organization's alone, one's own, and by a session that only
// an identity provider vouched for: as with its password, see MayResetPassword.
func (m Member) MayResetFactor(by Person) error {
	switch {
	case m.UserID == by.User.ID:
		return Refuse(Impossible, "This is you: change your own second factor on the account page.")
	case !by.OwnsAccount():
		return Refuse(Impossible, "Sign in with your password to reset a second factor: single sign-on alone is not enough.")
	case !m.HasFactor:
		return Refuse(Impossible, m.Name+" has no second factor.")
	case m.Elsewhere:
		return Refuse(Impossible, m.Name+" also belongs to another organization, so only whoever runs this installation can reset the second factor.")
	}
	return nil
}

package store

import "gatehouse/models"

// admit makes somebody a member whom nobody invited, because their address is of a domain that the organization has verified and the
// provider lets such people in. They begin with the least that a role gives. known is false when they may not come in so.
func (u *unit) admit(a *arrived, email string, r models.Request) (user userRow, known bool, err error) {
	if !a.Admits {
		return userRow{}, false, nil
	}
	proven, err := u.ownsDomain(a.OrganizationID, email)
	if err != nil || !proven {
		return userRow{}, false, err
	}
	user, exists, err := u.accountAt(email)
	if err == nil && !exists {
		user, err = u.newUser(nameOf(a.identity), a.identity.Email, "")
	}
	if err != nil {
		return userRow{}, false, err
	}
	if err := u.join(a.OrganizationID, user, models.LeastRole, models.FromSSO); err != nil {
		return userRow{}, false, err
	}
	e := on(entryOf(user.noun(), models.ActionMemberJoined, models.BySAML, r), "member", user.ID, user.Name)
	e.After = joinedValues(models.LeastRole, nil)
	e.After["by the domain of the address, through"] = a.ProviderName
	return user, true, u.record([]string{a.OrganizationID}, e)
}

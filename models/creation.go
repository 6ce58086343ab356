package models

// Creation says who may create organizations. The operator of the installation sets it; the zero value is nobody.
type Creation string

// The settings.
const (
	CreationByNobody         Creation = "nobody" // the operator alone, by `admin create`
	CreationByAdministrators Creation = "administrators"
	CreationByEverybody      Creation = "everybody"
)

// Lets says whether the setting lets somebody create an organization; administrates, whether they are an active Administrator of one.
func (c Creation) Lets(administrates bool) bool {
	return c == CreationByEverybody || (c == CreationByAdministrators && administrates)
}

// MayCreate refuses those whom the setting does not let, and a session that does not prove the account itself.
func (c Creation) MayCreate(p Person, administrates bool) error {
	switch {
	case c.Lets(administrates):
		return p.mustOwnAccount()
	case c == CreationByAdministrators:
		return Refuse(Denied, "Only an Administrator of an organization can create another one here.")
	}
	return Refuse(Denied, "Only the operator of this console can create organizations.")
}

// MayDelete refuses to delete an organization in a session that does not prove the account itself. An identity provider is a machine that an
// Administrator configured: whoever gets hold of it could delete the organization together with the log that would show who did it.
func (o Organization) MayDelete(p Person) error { return p.mustOwnAccount() }

// mustOwnAccount refuses a session that somebody else can have opened in the person's name: an identity provider, or whoever made the link
// that set the password.
func (p Person) mustOwnAccount() error {
	switch {
	case !p.OwnsAccount():
		return Refuse(Impossible, "Sign in with your password first: single sign-on does not prove that the account is yours.")
	case p.User.PasswordOf != "":
		return Refuse(Impossible, "Set a new password by mail first: an Administrator made the link that set this one.")
	}
	return nil
}

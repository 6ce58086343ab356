package models

// SessionFilter is what the list of an organization's sessions is asked for; the zero filter is all of them, the latest sign-in first.
type SessionFilter struct {
	Query    string // part of the person's name or address
	Method   SessionMethod
	Provider string   // an identity provider's identifier: what it vouched for
	IDs      []string // only these; empty: all
	Page     Page
}

// Narrows says whether the filter leaves anything out.
func (f SessionFilter) Narrows() bool { return len(f.Values()) > 0 || len(f.IDs) > 0 }

// Values are the parts of the filter that are on, as the audit log keeps them.
func (f SessionFilter) Values() map[string]string {
	values := map[string]string{}
	for name, value := range map[string]string{"search": f.Query, "signed in by": string(f.Method), "identity provider": f.Provider} {
		if value != "" {
			values[name] = value
		}
	}
	return values
}

// SessionMethod is what opened the organization in a session; empty is anything.
type SessionMethod string

// What opens an organization.
const (
	SessionByPassword SessionMethod = "password" // alone
	SessionByFactor   SessionMethod = "factor"   // a password with a second factor
	SessionByPasskey  SessionMethod = "passkey"
	SessionBySSO      SessionMethod = "sso"
)

// ParseSessionMethod reads a method; what is none is empty.
func ParseSessionMethod(typed string) SessionMethod {
	return oneOf(SessionMethod(typed), SessionByPassword, SessionByFactor, SessionByPasskey, SessionBySSO)
}

// OrganizationSession is a live session of a member that opens the organization.
type OrganizationSession struct {
	Session
	UserID, Name, Email string
	Held                bool // the account's own proof opens it, and another organization trusts the account too: it cannot be ended here
}

// SessionCount is how many sessions would end, of how many people, and how many stay although they were chosen.
type SessionCount struct {
	Sessions, People int
	Held             int // which another organization trusts too
	Own              int // of who asks
}

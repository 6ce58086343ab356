package views

import (
	"time"

	"gatehouse/internal/authz"
)

// Account is one's own profile.
type Account struct {
	Page        Page
	Name        string
	Email       string
	Owns        bool // the session holds what the account's own settings ask for
	Memberships []MembershipRow
	More        bool // organizations than these
	Invitations []InvitationNotice
	Errors      map[string]string // name
}

// MembershipRow is one organization of the account.
type MembershipRow struct {
	URL       string
	Slug      string
	Name      string
	Role      authz.Role
	Suspended bool
	LeaveURL  string // empty: the membership is suspended, and that is not the person's to end
}

// AccountSecurity is one's own password and sessions.
type AccountSecurity struct {
	Page            Page
	HasPassword     bool
	PasswordChanged time.Time
	Owns            bool              // proved by the password in this session
	SignInURL       string            // where to prove it
	Rules           []string          // the password rules in words
	Asked           string            // the same for what checks as one types
	Due             *PasswordDue      // nothing else opens until there is a new one
	Errors          map[string]string // current, password, repeat
	Violations      []string          // every rule the new password breaks
	Sessions        []SessionRow
	EndOthersURL    string
	ConfirmURL      string // with a second factor: where to prove it before the password can be changed; empty when that is fresh
	Factors         FactorsState
}

// SessionRow is one signed-in browser.
type SessionRow struct {
	Browser  string // "Chromium on Linux"
	IP       string
	Methods  []string // "Password", "SSO: Okta"
	Since    time.Time
	LastSeen time.Time
	Current  bool
	EndURL   string
	Held     bool // cannot be ended by who looks; the page says why
}

package models

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/authz"
)

// User is an account of this installation; an account may be a member of several organizations.
type User struct {
	ID                string
	Name              string
	Email             string
	HasPassword       bool
	PasswordChangedAt time.Time
	PasswordOf        string    // the organization whose Administrator made the link that set it, by id; empty: the person's own
	FactorSince       time.Time // zero: no second factor
	PasswordDue       bool      // it does not meet the rules any more: until there is a new one, nothing else opens
	CreatedAt         time.Time
	Version           int
}

// Request is where a request came from, for sessions, audit entries and recorded attempts.
type Request struct {
	IP        string
	UserAgent string
	Reference string // the number that the person sees and the log carries
}

// Method is how somebody proved who they are.
type Method string

// The methods of authentication.
const (
	ByPassword Method = "password"
	ByPasskey  Method = "passkey" // without a password
	BySAML     Method = "saml"
)

// Authentication is one proof that a session holds. A password or a passkey opens every organization of the account and the account's own
// credentials; SAML opens exactly the organization that vouched.
type Authentication struct {
	Method         Method
	Factor         Factor // the second factor that came with it, if any
	OrganizationID string // of SAML
	ProviderID     string // of SAML
	ProviderName   string
	At             time.Time // when it was given, or given again
	Fresh          bool      // not longer ago than FreshFor
}

// OfAccount says whether it proves the account itself, which belongs to no organization.
func (a Authentication) OfAccount() bool { return a.Method == ByPassword || a.Method == ByPasskey }

// Session is a signed-in browser.
type Session struct {
	ID              string // public handle (UUID), not the secret
	CreatedAt       time.Time
	LastSeenAt      time.Time
	IP              string
	UserAgent       string
	Authentications []Authentication
	Current         bool // the session that asks
}

// Person is who is asking: the account behind a live session, and how it was proven.
type Person struct {
	User      User
	SessionID string
	Methods   []Authentication
	Request   Request
	SSOOnly   string // the organization of the path, by id, when it requires single sign-on of this person; the password does not open it
	Glass     Glass  // a break-glass code was given, and holds
}

// Proved says whether the session holds a proof of that method.
func (p Person) Proved(m Method) bool {
	for _, a := range p.Methods {
		if a.Method == m {
			return true
		}
	}
	return false
}

// Strongest is the best of the session's proofs.
func (p Person) Strongest() Method {
	for _, method := range []Method{ByPassword, ByPasskey, BySAML} {
		if p.Proved(method) {
			return method
		}
	}
	return ""
}

// OwnsAccount says whether the session may change the account itself, which belongs to no organization: by its password or a passkey.
func (p Person) OwnsAccount() bool { return p.Proved(ByPassword) || p.Proved(ByPasskey) }

// Opens says whether the session's proofs open the organization: the account's own open all — while its password was set by the link of an
// Administrator only theirs, and not one that requires single sign-on of them — and SAML the one that vouched.
func (p Person) Opens(organizationID string) bool {
	for _, a := range p.Methods {
		own := a.OfAccount() && (p.User.PasswordOf == "" || p.User.PasswordOf == organizationID) && p.SSOOnly != organizationID
		if own || (a.Method == BySAML && a.OrganizationID == organizationID) {
			return true
		}
	}
	return false
}

// OpensOnly says the same of all organizations at once: everywhere, or only these.
func (p Person) OpensOnly() (everywhere bool, organizations []string) {
	for _, a := range p.Methods {
		switch {
		case a.Method == BySAML:
			organizations = append(organizations, a.OrganizationID)
		case a.OfAccount() && p.User.PasswordOf == "":
			return true, nil
		case a.OfAccount():
			organizations = append(organizations, p.User.PasswordOf)
		}
	}
	return false, organizations
}

// Actor is a person in an organization, as the database knows them at this moment. Only the route guard makes one; the store's
// organization methods ask for it.
type Actor struct {
	Person
	Organization Organization
	Role         authz.Role // zero: not a member, here only for one app
	Suspended    bool       // a suspended member, here only for what is public
	MemberSince  time.Time
}

// Subject is the actor as the deciding function knows it, without teams (the organization's own scopes need none).
func (a Actor) Subject() authz.Subject {
	return authz.Subject{SignedIn: a.User.ID != "", Role: a.Role, Suspended: a.Suspended}
}

// May answers for a scope of the organization.
func (a Actor) May(scope authz.Scope) bool {
	return authz.Decide(a.Subject(), scope, authz.Object{}).Allowed
}

// NormEmail is the form of an address that is compared: trimmed, lower case. No plus or dot folding: those are different mailboxes.
func NormEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// MaxName is the longest name of a person or an organization, in characters.
const MaxName = 100

// ParseName reads a display name: one line, 1 to 100 characters, of which one at least can be seen. Characters without any width, which
// come along with copied text, are left out, but not the joiners, which letters of some scripts need.
func ParseName(field, typed string) (string, error) {
	if !utf8.ValidString(typed) {
		return "", RefuseField(field, "This name could not be read. Type it again.")
	}
	name := strings.Join(strings.Fields(strings.Map(withoutWidth, typed)), " ")
	switch {
	case name == "":
		return "", RefuseField(field, "Enter a name.")
	case utf8.RuneCountInString(name) > MaxName:
		return "", RefuseField(field, "A name has at most 100 characters.")
	case strings.ContainsFunc(name, notPrintable):
		return "", RefuseField(field, "A name has no control characters.")
	case !strings.ContainsFunc(name, canBeSeen):
		return "", RefuseField(field, "Enter a name that can be seen.")
	}
	return name, nil
}

// notPrintable is true of control characters and of those that turn the direction of text around.
func notPrintable(r rune) bool {
	return unicode.IsControl(r) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069)
}

func withoutWidth(r rune) rune {
	if unicode.Is(unicode.Cf, r) && !notPrintable(r) && r != '\u200C' && r != '\u200D' {
		return -1
	}
	return r
}

// canBeSeen is false of space, of marks that need a letter to stand on, and of the letters and signs that are drawn as nothing.
func canBeSeen(r rune) bool {
	const brailleBlank = '\u2800'
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && r != brailleBlank
}

// ParseEmail reads one address without a display name, at most 254 characters (RFC 5321 §4.5.3.1.3).
func ParseEmail(field, typed string) (string, error) {
	address := strings.TrimSpace(typed)
	if address == "" {
		return "", RefuseField(field, "Enter an email address.")
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > 254 || strings.ContainsFunc(address, notOfAddress) ||
		!strings.Contains(address[strings.LastIndex(address, "@")+1:], ".") {
		return "", RefuseField(field, "This is not an email address. Write it like name@example.com.")
	}
	return address, nil
}

// notOfAddress is true of what nobody sees in an address: two that look the same would be two.
func notOfAddress(r rune) bool {
	return unicode.In(r, unicode.C, unicode.Z, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Asking is what one look at the database says of a request: the live session, who it belongs to, and — when the path names an
// organization — what the person is in it.
type Asking struct {
	Person       Person
	Data         string        // the session's stored values
	TouchNeeded  bool          // last seen more than a minute ago
	Organization *Organization // nil: the path names none, or there is none of that name
	Role         authz.Role    // zero: not a member
	Suspended    bool
	MemberSince  time.Time
}

// Framed is how many organizations the frame of a page knows at most: the one at hand, five others, and one more that says there are more.
const Framed = 7

// Frame is what the frame of every page shows besides the page.
type Frame struct {
	Memberships   []Membership // some of them, by name: the rest is on a page of its own
	Members       int          // of the current organization
	Administrates bool         // an active Administrator of some organization that the session opens
	Invitations   int          // to other organizations, that the session may answer
}

// How long a session lasts.
const (
	SessionIdle     = 12 * time.Hour
	SessionAbsolute = 7 * 24 * time.Hour
)

// Mail is one message to send.
type Mail struct{ To, Subject, Text string }

// Finished is a completed single sign-on.
type Finished struct {
	ReturnPath   string
	UserName     string
	Organization Organization
	Test         *FinishedTest // instead of a session, when it was one
}

// FinishedTest is where the result of a test sign-in stands.
type FinishedTest struct{ Provider, Reference string }

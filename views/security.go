package views

import (
	"time"

	"gatehouse/views/parts"
)

// Security is the Security page: how people get in.
type Security struct {
	Page       Page
	Policy     []string // in words
	Providers  []ProviderRow
	Domains    []DomainRow
	DomainsURL string // empty: the reader may not change them
	Manages    bool
	NewURL     string
	PolicyURL  string // where the password rules are edited

	FactorRequired bool
	FactorURL      string // where that is changed
	SessionsURL    string // the live sessions, for who may end them

	OrgID  string // what people type at "Sign in with SSO"
	SSOURL string // the organization's own sign-in link

	Reference, ReferenceError string // as typed to find a sign-in
	Required                  RequiredSSO
}

// ProviderRow is one identity provider of a list.
type ProviderRow struct {
	URL        string // empty: the reader may not open it
	Slug       string
	Name       string
	Enabled    bool
	Draft      bool      // it is being set up
	GuideURL   string    // where that goes on; empty for who may not
	Expires    time.Time // when the last of its certificates ends; zero when there is none
	LastSignIn time.Time // zero: never
	Now        time.Time
}

// OurValues are what is entered at the identity provider.
type OurValues struct {
	SLOURL      string // where it sends logout messages
	EntityID    string
	ACSURL      string
	MetadataURL string
	DownloadURL string
}

// ProviderForm is the page to create or edit an identity provider, as typed.
type ProviderForm struct {
	Page    Page
	Editing bool
	Action  string // where it posts
	Cancel  string
	Ours    OurValues

	ConnectionID string // hidden: the set of our values that was shown
	Version      string // hidden, when editing
	ID           string // not when editing
	Name         string
	Source       string // "url", "file", "paste" or "manual"
	MetadataURL  string
	MetadataXML  string
	EntityID     string
	SSOURL       string
	SSOBinding   string // "redirect" or "post"
	SLOURL       string // empty: none
	SLOBinding   string // likewise

	SLOResponseURL string // empty: answers go to SLOURL
	IDPInitiated   bool
	Certificate    string // PEM, by hand
	Enabled        bool
	Attributes     ProviderAttributes
	Product        string // key of a Product, in the guide
	GuidedURL      string // the same, step by step; when creating
	SavedURL       string // where its metadata is looked at again, when editing
	KeepURL        bool   // by hand: go on looking there

	Errors  map[string]string // by field name: id name source metadata_url metadata_file metadata_xml entity_id sso_url certificate enabled
	Summary *ProviderSummary  // what was read, after Check or a refused Create
	Message string            // a refusal that belongs to no field

	Refusals []parts.Option // refused sign-ins whose answers are kept, to be checked again
	ReplayOf string         // the reference of the one that was asked about
	Replay   *Replay
	Theirs   *ProviderSummary // what somebody else saved meanwhile, after a stale save: shown beside what was typed
}

// ProviderSummary is what was read from metadata or by hand.
type ProviderSummary struct {
	Name       string // only in ProviderForm.Theirs
	EntityID   string
	SSOURL     string
	SSOBinding string // "HTTP-Redirect" or "HTTP-POST"
	SLOURL     string // empty: none
	SLOBinding string // likewise

	SLOResponseURL string // empty: answers go to SLOURL
	IDPInitiated   bool
	Certificates   []CertificateCard
	Warnings       []string
	Attributes     ProviderAttributes // only in ProviderForm.Theirs
}

// CertificateCard is one certificate in words.
type CertificateCard struct {
	Subject      string
	SHA256       string // hex in pairs with colons
	NotBefore    time.Time
	NotAfter     time.Time
	LastVerified time.Time // zero: has verified nothing yet
	Now          time.Time
}

// OurKeys are the certificates by which an identity provider knows us, and what may be done to them. A card that is nil is of a key that
// there is not.
type OurKeys struct {
	Current, Next, Previous          *CertificateCard
	NextBase64, CurrentBase64        string
	PrepareURL, SwitchURL, RetireURL string
	MayPrepare, MaySwitch, MayRetire bool
}

// Provider is one identity provider's page.
type Provider struct {
	Keys      OurKeys
	Page      Page
	Row       ProviderRow
	Ours      OurValues
	Summary   ProviderSummary
	Metadata  string // the URL it was read from, if any
	Refresh   Refresh
	OurUntil  time.Time // when our own certificate for it ends
	Links     int       // people who sign in through it
	Required  bool      // required single sign-on rests on it
	Elsewhere string    // name of the one it would rest on without it; empty: none
	Created   time.Time
	Updated   time.Time
	Attempts  []AttemptRow
	SignInURL string // the link that starts a sign-in through it

	EditURL, EnableURL, DisableURL, DeleteURL, TestURL, MappingsURL string
	SessionsURL                                                     string // of those it vouched for; empty: not theirs to see
	Confirm                                                         string // as typed into the danger zone
	ConfirmError                                                    string
	Message                                                         string // a refusal that belongs to no field
}

// AttemptRow is one recorded sign-in.
type AttemptRow struct {
	URL       string
	At        time.Time
	Accepted  bool
	Test      bool
	Leaving   bool // a message about signing out, not a sign-in
	AsTester  bool // a test that ended with the tester's own account
	Reference string
	Cause     string
	Person    string
	IP        string
	Drift     time.Duration
	Drifted   bool // the clocks were measured
}

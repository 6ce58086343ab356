package store

import "gatehouse/models"

// The rows of identity providers, what happens at them, and of required single sign-on.

type providerRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	Slug           string `gorm:"column:slug"`
	SlugNorm       string `gorm:"column:slug_norm"`
	Name           string `gorm:"column:name"`
	ConnectionID   string `gorm:"column:connection_id"`
	EntityID       string `gorm:"column:entity_id"`
	SSOURL         string `gorm:"column:sso_url"`
	SSOBinding     string `gorm:"column:sso_binding"`
	SLOURL         string `gorm:"column:slo_url"`
	SLOResponseURL string `gorm:"column:slo_response_url"`
	SLOBinding     string `gorm:"column:slo_binding"`
	IDPInitiated   bool   `gorm:"column:idp_initiated"`
	NextKey        []byte `gorm:"column:next_private_key"`
	Next           []byte `gorm:"column:next_certificate"`
	PreviousKey    []byte `gorm:"column:previous_private_key"`
	Previous       []byte `gorm:"column:previous_certificate"`
	MetadataURL    string `gorm:"column:metadata_url"`
	MetadataXML    string `gorm:"column:metadata_xml"`
	Enabled        bool   `gorm:"column:enabled"`
	Product        string `gorm:"column:product"`
	Draft          bool   `gorm:"column:draft"`
	PrivateKey     []byte `gorm:"column:private_key"`
	Certificate    []byte `gorm:"column:certificate"`
	LastSignInAt   moment `gorm:"column:last_sign_in_at"`
	ProvenAt       moment `gorm:"column:proven_at"`
	Version        int    `gorm:"column:version"`
	CreatedAt      moment `gorm:"column:created_at"`
	UpdatedAt      moment `gorm:"column:updated_at"`

	AttributePerson      string `gorm:"column:attribute_person"`
	AttributeEmail       string `gorm:"column:attribute_email"`
	AttributeFirstName   string `gorm:"column:attribute_first_name"`
	AttributeLastName    string `gorm:"column:attribute_last_name"`
	AttributeDisplayName string `gorm:"column:attribute_display_name"`
	AttributeGroups      string `gorm:"column:attribute_groups"`
	AdmitsDomains        bool   `gorm:"column:admits_domains"`
}

// names are the columns of the attribute names, as far as a row has them.
func (r providerRow) names() models.AttributeNames {
	return models.AttributeNames{
		Person: r.AttributePerson, Email: r.AttributeEmail, FirstName: r.AttributeFirstName, LastName: r.AttributeLastName,
		DisplayName: r.AttributeDisplayName, Groups: r.AttributeGroups,
	}
}

func (providerRow) TableName() string { return "identity_providers" }

type certificateRow struct {
	ProviderID     string `gorm:"column:provider_id;primaryKey"`
	SHA256         []byte `gorm:"column:sha256;primaryKey"`
	Position       int    `gorm:"column:position"`
	DER            []byte `gorm:"column:der"`
	Subject        string `gorm:"column:subject"`
	NotBefore      moment `gorm:"column:not_before"`
	NotAfter       moment `gorm:"column:not_after"`
	LastVerifiedAt moment `gorm:"column:last_verified_at"`
}

func (certificateRow) TableName() string { return "identity_provider_certificates" }

type reservationRow struct {
	OrganizationID string `gorm:"column:organization_id;primaryKey"`
	ConnectionID   string `gorm:"column:connection_id"`
	PrivateKey     []byte `gorm:"column:private_key"`
	Certificate    []byte `gorm:"column:certificate"`
	CreatedAt      moment `gorm:"column:created_at"`
}

func (reservationRow) TableName() string { return "identity_provider_reservations" }

type linkRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	ProviderID     string `gorm:"column:provider_id"`
	NameID         string `gorm:"column:name_id"`
	NameIDFormat   string `gorm:"column:name_id_format"`
	UserID         string `gorm:"column:user_id"`
	CreatedAt      moment `gorm:"column:created_at"`
	LastUsedAt     moment `gorm:"column:last_used_at"`
}

func (linkRow) TableName() string { return "identity_links" }

type domainRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	Name           string `gorm:"column:name"`
	Token          string `gorm:"column:token"`
	VerifiedAt     moment `gorm:"column:verified_at"`
	Outcome        string `gorm:"column:outcome"`
	CheckedAt      moment `gorm:"column:checked_at"`
	FailingSince   moment `gorm:"column:failing_since"`
	NextCheckAt    moment `gorm:"column:next_check_at"`
	CreatedAt      moment `gorm:"column:created_at"`
}

func (domainRow) TableName() string { return "domains" }

type flowRow struct {
	RelayStateHash []byte `gorm:"column:relay_state_hash;primaryKey"`
	RequestID      string `gorm:"column:request_id"`
	ProviderID     string `gorm:"column:provider_id"`
	Mode           string `gorm:"column:mode"`
	ReturnPath     string `gorm:"column:return_path"`
	BrowserHash    []byte `gorm:"column:browser_hash"`
	TesterID       ref    `gorm:"column:tester_id"`
	SessionID      ref    `gorm:"column:session_id"`
	CreatedAt      moment `gorm:"column:created_at"`
	ExpiresAt      moment `gorm:"column:expires_at"`
	ConsumedAt     moment `gorm:"column:consumed_at"`
}

func (flowRow) TableName() string { return "saml_flows" }

type logoutRow struct {
	DepartureHash []byte `gorm:"column:departure_hash;primaryKey"`
	Place         int    `gorm:"column:place;primaryKey"`
	ProviderID    string `gorm:"column:provider_id"`
	Sealed        []byte `gorm:"column:sealed"` // a departing
	State         string `gorm:"column:state"`
	ExpiresAt     moment `gorm:"column:expires_at"`
	// relay_state_hash and request_id are there while an answer is waited for.
}

func (logoutRow) TableName() string { return "saml_logouts" }

type resultRow struct {
	TokenHash      []byte `gorm:"column:token_hash;primaryKey"`
	RelayStateHash []byte `gorm:"column:relay_state_hash"`
	Identity       []byte `gorm:"column:identity"`
	ExpiresAt      moment `gorm:"column:expires_at"`
	ConsumedAt     moment `gorm:"column:consumed_at"`
}

func (resultRow) TableName() string { return "saml_results" }

type replayRow struct {
	ProviderID  string `gorm:"column:provider_id;primaryKey"`
	AssertionID string `gorm:"column:assertion_id;primaryKey"`
	ExpiresAt   moment `gorm:"column:expires_at"`
}

func (replayRow) TableName() string { return "saml_replays" }

type attemptRow struct {
	ID            string `gorm:"column:id;primaryKey"`
	ProviderID    string `gorm:"column:provider_id"`
	At            moment `gorm:"column:at"`
	Accepted      bool   `gorm:"column:accepted"`
	Reference     string `gorm:"column:reference"`
	CheckName     string `gorm:"column:check_name"`
	Cause         string `gorm:"column:cause"`
	Person        string `gorm:"column:person"`
	IP            string `gorm:"column:ip"`
	Mode          string `gorm:"column:mode"`
	TesterID      ref    `gorm:"column:tester_id"`
	AsTester      bool   `gorm:"column:as_tester"`
	Configuration []byte `gorm:"column:configuration"`
	Drift         *int   `gorm:"column:drift"` // seconds; NULL: not measured
	Leaving       bool   `gorm:"column:leaving"`
	Recording     string `gorm:"column:recording"`
}

func (attemptRow) TableName() string { return "sign_in_attempts" }

type evidenceRow struct {
	AttemptID  string `gorm:"column:attempt_id;primaryKey"`
	ProviderID string `gorm:"column:provider_id"`
	Sealed     []byte `gorm:"column:sealed"`
	Answer     bool   `gorm:"column:answer"`
	ExpiresAt  moment `gorm:"column:expires_at"`
}

func (evidenceRow) TableName() string { return "sign_in_evidence" }

type enforcementRow struct {
	OrganizationID string `gorm:"column:organization_id;primaryKey"`
	ProviderID     string `gorm:"column:provider_id"`
	Stage          string `gorm:"column:stage"`
	Confirmed      string `gorm:"column:confirmed"`
	ConfirmBy      moment `gorm:"column:confirm_by"`
	ByID           string `gorm:"column:by_id"`
	Altered        bool   `gorm:"column:altered"`
	Version        int    `gorm:"column:version"`
	ChangedAt      moment `gorm:"column:changed_at"`
}

func (enforcementRow) TableName() string { return "enforcements" }

type codeRow struct {
	CodeHash       []byte `gorm:"column:code_hash;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	UserID         string `gorm:"column:user_id"`
	CreatedAt      moment `gorm:"column:created_at"`
	UsedAt         moment `gorm:"column:used_at"`
	Tested         bool   `gorm:"column:tested"`
}

func (codeRow) TableName() string { return "break_glass_codes" }

type glassRow struct {
	SessionID      string `gorm:"column:session_id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	ExpiresAt      moment `gorm:"column:expires_at"`
}

func (glassRow) TableName() string { return "break_glass_entries" }

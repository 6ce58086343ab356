package store

import (
	"gatehouse/internal/authz"
	"gatehouse/models"
)

// The rows that are inserted, as the schema has them. Columns are named one by one: nothing is guessed from a field's name.

type organizationRow struct {
	ID             string    `gorm:"column:id;primaryKey"`
	Slug           string    `gorm:"column:slug"`
	SlugNorm       string    `gorm:"column:slug_norm"`
	Name           string    `gorm:"column:name"`
	Policy         policyRow `gorm:"embedded"`
	FactorRequired bool      `gorm:"column:second_factor_required"`
	Version        int       `gorm:"column:version"`
	CreatedAt      moment    `gorm:"column:created_at"`
}

func (organizationRow) TableName() string { return "organizations" }

func (r organizationRow) noun() models.Organization {
	return models.Organization{ID: r.ID, Slug: r.Slug, Name: r.Name, FactorRequired: r.FactorRequired, CreatedAt: r.CreatedAt.Time, Version: r.Version}
}

type userRow struct {
	ID                string `gorm:"column:id;primaryKey"`
	Name              string `gorm:"column:name"`
	Email             string `gorm:"column:email"`
	EmailNorm         string `gorm:"column:email_norm"`
	PasswordHash      string `gorm:"column:password_hash"`
	PasswordChangedAt moment `gorm:"column:password_changed_at"`
	PasswordOf        ref    `gorm:"column:password_organization_id"`
	FactorSince       moment `gorm:"column:second_factor_at"`
	PasswordDue       bool   `gorm:"column:password_due"`
	Version           int    `gorm:"column:version"`
	CreatedAt         moment `gorm:"column:created_at"`
}

func (userRow) TableName() string { return "users" }

func (r userRow) noun() models.User {
	return models.User{
		ID: r.ID, Name: r.Name, Email: r.Email, HasPassword: r.PasswordHash != "", PasswordChangedAt: r.PasswordChangedAt.Time,
		PasswordOf: string(r.PasswordOf), FactorSince: r.FactorSince.Time, PasswordDue: r.PasswordDue,
		CreatedAt: r.CreatedAt.Time, Version: r.Version,
	}
}

type memberRow struct {
	OrganizationID string `gorm:"column:organization_id;primaryKey"`
	UserID         string `gorm:"column:user_id;primaryKey"`
	Role           string `gorm:"column:role"`
	Suspended      bool   `gorm:"column:suspended"`
	Source         string `gorm:"column:source"`
	SortName       string `gorm:"column:sort_name"`
	Search         string `gorm:"column:search"`
	JoinedAt       moment `gorm:"column:joined_at"`
	LastActiveAt   moment `gorm:"column:last_active_at"`
	Version        int    `gorm:"column:version"`
}

func (memberRow) TableName() string { return "members" }

// memberSearch is what a member is searched in.
func memberSearch(name, email string) string { return models.Fold(name + " " + email) }

type sessionRow struct {
	ID            string `gorm:"column:id;primaryKey"`
	TokenHash     []byte `gorm:"column:token_hash"`
	UserID        string `gorm:"column:user_id"`
	Data          string `gorm:"column:data"`
	IP            string `gorm:"column:ip"`
	UserAgent     string `gorm:"column:user_agent"`
	CreatedAt     moment `gorm:"column:created_at"`
	LastSeenAt    moment `gorm:"column:last_seen_at"`
	IdleExpiresAt moment `gorm:"column:idle_expires_at"`
	ExpiresAt     moment `gorm:"column:expires_at"`
}

func (sessionRow) TableName() string { return "sessions" }

type authenticationRow struct {
	SessionID      string `gorm:"column:session_id;primaryKey"`
	Opens          string `gorm:"column:opens;primaryKey"`
	Method         string `gorm:"column:method"`
	Factor         string `gorm:"column:factor"`
	OrganizationID ref    `gorm:"column:organization_id"`
	ProviderID     ref    `gorm:"column:provider_id"`
	NameID         string `gorm:"column:name_id"`
	NameIDFormat   string `gorm:"column:name_id_format"`
	NameQualifier  string `gorm:"column:name_qualifier"`
	SPQualifier    string `gorm:"column:sp_name_qualifier"`
	SessionIndex   string `gorm:"column:session_index"`
	ExpiresAt      moment `gorm:"column:expires_at"`
	At             moment `gorm:"column:at"`
}

func (authenticationRow) TableName() string { return "session_authentications" }

// opensAccount is what a password or a passkey opens; SAML opens one organization, by its id.
const opensAccount = "account"

type resetRow struct {
	TokenHash    []byte `gorm:"column:token_hash;primaryKey"`
	UserID       string `gorm:"column:user_id"`
	MadeBy       ref    `gorm:"column:made_by"`
	Organization ref    `gorm:"column:organization_id"`
	CreatedAt    moment `gorm:"column:created_at"`
	ExpiresAt    moment `gorm:"column:expires_at"`
}

func (resetRow) TableName() string { return "password_resets" }

type outboxRow struct {
	ID            string `gorm:"column:id;primaryKey"`
	Sealed        []byte `gorm:"column:sealed"`
	Attempts      int    `gorm:"column:attempts"`
	NextAttemptAt moment `gorm:"column:next_attempt_at"`
	CreatedAt     moment `gorm:"column:created_at"`
}

func (outboxRow) TableName() string { return "outbox" }

type auditRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID ref    `gorm:"column:organization_id"`
	At             moment `gorm:"column:at"`
	ActorID        ref    `gorm:"column:actor_id"`
	ActorName      string `gorm:"column:actor_name"`
	ActorEmail     string `gorm:"column:actor_email"`
	Action         string `gorm:"column:action"`
	TargetType     string `gorm:"column:target_type"`
	TargetID       string `gorm:"column:target_id"`
	TargetName     string `gorm:"column:target_name"`
	BeforeValues   string `gorm:"column:before_values"`
	AfterValues    string `gorm:"column:after_values"`
	Method         string `gorm:"column:method"`
	IP             string `gorm:"column:ip"`
	Reference      string `gorm:"column:reference"`
	Search         string `gorm:"column:search"`
	Seq            int64  `gorm:"column:seq"`
	Hash           []byte `gorm:"column:hash"`
}

func (auditRow) TableName() string { return "audit_entries" }

// chainRow is the end of a chain of audit entries.
type chainRow struct {
	Chain          string `gorm:"column:chain;primaryKey"`
	OrganizationID ref    `gorm:"column:organization_id"`
	Seq            int64  `gorm:"column:seq"`
	Hash           []byte `gorm:"column:hash"`
	MAC            []byte `gorm:"column:mac"`
}

func (chainRow) TableName() string { return "audit_chains" }

type checkpointRow struct {
	Chain          string `gorm:"column:chain;primaryKey"`
	OrganizationID ref    `gorm:"column:organization_id"`
	Seq            int64  `gorm:"column:seq;primaryKey"`
	Kind           string `gorm:"column:kind;primaryKey"`
	Hash           []byte `gorm:"column:hash"`
	At             moment `gorm:"column:at"`
	Signature      []byte `gorm:"column:signature"`
}

func (checkpointRow) TableName() string { return "audit_checkpoints" }

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
	RelayStateHash []byte `gorm:"column:relay_state_hash;primaryKey"`
	RequestID      string `gorm:"column:request_id"`
	ProviderID     string `gorm:"column:provider_id"`
	ExpiresAt      moment `gorm:"column:expires_at"`
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

type teamRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	Slug           string `gorm:"column:slug"`
	SlugNorm       string `gorm:"column:slug_norm"`
	Name           string `gorm:"column:name"`
	Description    string `gorm:"column:description"`
	SortName       string `gorm:"column:sort_name"`
	Search         string `gorm:"column:search"`
	Version        int    `gorm:"column:version"`
	CreatedAt      moment `gorm:"column:created_at"`
}

func (teamRow) TableName() string { return "teams" }

type teamMemberRow struct {
	OrganizationID string `gorm:"column:organization_id"`
	TeamID         string `gorm:"column:team_id;primaryKey"`
	UserID         string `gorm:"column:user_id;primaryKey"`
	AddedAt        moment `gorm:"column:added_at"`
}

func (teamMemberRow) TableName() string { return "team_members" }

type appRow struct {
	ID             string `gorm:"column:id;primaryKey"`
	OrganizationID string `gorm:"column:organization_id"`
	Slug           string `gorm:"column:slug"`
	SlugNorm       string `gorm:"column:slug_norm"`
	Description    string `gorm:"column:description"`
	Visibility     string `gorm:"column:visibility"`
	BaseWorkflow   string `gorm:"column:base_workflow"`
	Notes          string `gorm:"column:notes"`
	NotesOf        int    `gorm:"column:notes_version"` // their version
	Search         string `gorm:"column:search"`
	Version        int    `gorm:"column:version"`
	DescriptionOf  int    `gorm:"column:description_version"` // its version
	CreatedBy      ref    `gorm:"column:created_by"`
	CreatedAt      moment `gorm:"column:created_at"`
	UpdatedAt      moment `gorm:"column:updated_at"`
}

func (appRow) TableName() string { return "apps" }

type teamAppRow struct {
	OrganizationID string `gorm:"column:organization_id"`
	TeamID         string `gorm:"column:team_id;primaryKey"`
	AppID          string `gorm:"column:app_id;primaryKey"`
	AddedAt        moment `gorm:"column:added_at"`
}

func (teamAppRow) TableName() string { return "team_apps" }

type collaboratorRow struct {
	AppID   string `gorm:"column:app_id;primaryKey"`
	UserID  string `gorm:"column:user_id;primaryKey"`
	Level   string `gorm:"column:level"`
	AddedBy ref    `gorm:"column:added_by"`
	AddedAt moment `gorm:"column:added_at"`
}

func (collaboratorRow) TableName() string { return "collaborators" }

// roleOf is the role of a key in the database; the schema lets no other in, and NULL is no role.
func roleOf(key string) authz.Role {
	role, err := authz.ParseRole(key)
	if err != nil {
		return 0
	}
	return role
}

// levelOf is the collaborator's level of a key in the database; NULL is none.
func levelOf(key string) authz.CollaboratorLevel {
	switch key {
	case "viewer":
		return authz.Viewer
	case "contributor":
		return authz.Contributor
	}
	return 0
}

func visibilityOf(key string) authz.Visibility {
	v, ok := models.ParseVisibility(key)
	if !ok {
		return authz.Private
	}
	return v
}

type enforcementRow struct {
	OrganizationID string `gorm:"column:organization_id;primaryKey"`
	ProviderID     string `gorm:"column:provider_id"`
	Stage          string `gorm:"column:stage"`
	Confirmed      string `gorm:"column:confirmed"`
	ConfirmBy      moment `gorm:"column:confirm_by"`
	ByID           string `gorm:"column:by_id"`
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

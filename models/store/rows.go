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
	NameNorm          string `gorm:"column:name_norm"`
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

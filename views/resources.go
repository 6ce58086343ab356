package views

import (
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/authz"
	"gatehouse/views/parts"
)

// Visible is a resource's own visibility, and what is left of it in its app.
type Visible struct{ Own, Effective authz.Visibility }

// Differ says that the app is narrower than the resource.
func (v Visible) Differ() bool { return v.Own != v.Effective }

// Resources is a list of an app's models, workflows, modules or installed modules.
type Resources struct {
	Page      Page
	Words     ResourceWords
	Action    string // the list's own address
	Query     string
	Pager     Pager
	Filtered  bool
	Rows      []ResourceRow
	New       string // where one is made; empty for who may not
	DeleteAll string // where all are deleted; empty for who may not, and while there are none
}

// ResourceRow is one line of the list.
type ResourceRow struct {
	URL         string
	Slug        string
	Below       string // a second line in small letters
	Description string
	Sort        string // the third column: type, number of nodes, versions
	States      []parts.Pill
	Visible     Visible
	Updated     time.Time
}

// VisibilityForm changes who may read a resource; without an Action it only says who does.
type VisibilityForm struct {
	Visible Visible
	Action  string
}

// GoingPublic asks before a resource becomes public.
type GoingPublic struct {
	Page   Page
	Slug   string
	App    authz.Visibility
	Action string
	Cancel string
}

// ResourceHead is the head of a resource's page.
type ResourceHead struct {
	Slug        string
	Description string
	States      []parts.Pill
	Edit        string // where it is edited; empty for who may not
}

// Model is one model's page.
type Model struct {
	Page       Page
	Head       ResourceHead
	Type       string
	Meaning    string
	Notes      templ.Component // nil: none
	UsedBy     int
	Created    time.Time
	Updated    time.Time
	Visibility VisibilityForm
	Danger     parts.DangerZone // none without an Action
}

// ModelForm creates or edits a model.
type ModelForm struct {
	Page        Page
	Action      string
	Cancel      string
	Editing     bool
	Version     string
	ID          string
	Type        string
	Types       []parts.Option
	Description string
	Notes       string
	Errors      map[string]string
	Theirs      *ModelTexts // what somebody else saved meanwhile
	AfterTheirs bool        // what somebody else saved was shown before
	Previewed   bool
	Preview     templ.Component // nil when there is nothing to show
}

// ModelTexts are the parts of a model that are edited.
type ModelTexts struct{ Description, Notes string }

// ModelsDelete is the page that deletes all models of an app.
type ModelsDelete struct {
	Page   Page
	Cancel string
	Danger parts.DangerZone
}

// Module is one module's page.
type Module struct {
	Page       Page
	Head       ResourceHead
	Versions   []VersionRow
	More       int // versions that are not shown
	Installs   int
	Created    time.Time
	Updated    time.Time
	Visibility VisibilityForm
	Version    *VersionForm // nil for who may not add one
	Danger     parts.DangerZone
}

// VersionRow is one version of a module.
type VersionRow struct {
	URL      string // of its page
	Slug     string
	Host     string
	Installs int
	Created  time.Time
}

// VersionForm adds a version to a module.
type VersionForm struct {
	Action  string
	ID      string
	Address string
	Notes   string
	Errors  map[string]string
}

// ModuleForm creates or edits a module.
type ModuleForm struct {
	Page        Page
	Action      string
	Cancel      string
	Editing     bool
	Version     string
	ID          string
	Description string
	Errors      map[string]string
	Theirs      *string // the description that somebody else saved meanwhile
}

// ModuleVersion is one version's page.
type ModuleVersion struct {
	Page      Page
	Module    string
	ModuleURL string
	Slug      string
	Address   string
	Notes     string
	Installs  int
	Created   time.Time
	Danger    parts.DangerZone
}

// InstallForm chooses a module, then a version and an identifier.
type InstallForm struct {
	Page     Page
	Action   string
	Cancel   string
	Module   string // app/module, once chosen
	Versions []parts.Option
	Version  string
	ID       string
	Errors   map[string]string

	Query     string // of the catalogue, while nothing is chosen
	Pager     Pager
	Catalogue []CatalogueRow
}

// CatalogueRow is a module that can be installed.
type CatalogueRow struct {
	Choose      string // where it is chosen; empty while it has no version
	Name        string // app/module
	Slug        string
	App         string
	Description string
	Latest      string
}

// Install is an installed module in use.
type Install struct {
	Page       Page
	Head       ResourceHead
	Address    string
	Host       string
	Module     string // app/module
	ModuleURL  string // empty when the person cannot read the module itself
	Version    string
	Notes      string
	Updated    time.Time
	Visibility VisibilityForm
	Change     *InstallChange // nil for who may not
	Danger     parts.DangerZone
}

// InstallChange chooses another version.
type InstallChange struct {
	Action   string
	Versions []parts.Option
	Error    string
}

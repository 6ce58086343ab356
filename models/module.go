package models

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Module is a small application of somebody's that an app offers to others: each of its versions is a page at an https address.
type Module struct {
	Resource
	Versions []ModuleVersion // newest first; of a list only their number is known
	Count    int             // versions
	Installs int             // of all versions, in every app
}

// ModuleVersion is one version of a module. It never changes: what was installed stays what it was.
type ModuleVersion struct {
	ID        string
	Slug      string // such as "1.4.0"
	URL       string
	Notes     string
	Installs  int
	CreatedAt time.Time
}

// Install is a module that an app installed, under an identifier of its own.
type Install struct {
	Resource
	Module  ModuleRef
	Version ModuleVersion
	// Versions are the module's, newest first (its page only).
	Versions []ModuleVersion
}

// ModuleRef names a module of the organization.
type ModuleRef struct {
	App, Module string
	Readable    bool // the person who asks can open the module's page
}

// String is the reference as people write it.
func (r ModuleRef) String() string { return r.App + "/" + r.Module }

// ParseModuleRef reads app/module.
func ParseModuleRef(field, typed string) (ModuleRef, error) {
	app, module, whole := strings.Cut(strings.TrimSpace(typed), "/")
	if !whole || !isSlug(app) || !isSlug(module) {
		return ModuleRef{}, RefuseField(field, "Write the module as app/module.")
	}
	return ModuleRef{App: app, Module: module}, nil
}

// ModuleChange is what creating or editing a module saves.
type ModuleChange struct {
	Slug        Slug // only when created; it never changes
	Description string
}

// VersionChange is what adding a version saves.
type VersionChange struct {
	Slug  Slug
	URL   string
	Notes string
}

// InstallChange is what installing saves.
type InstallChange struct {
	Slug    Slug
	Module  ModuleRef
	Version string // its identifier
}

// versionForm is the form of identifiers, with dots: versions are written with them.
var versionForm = regexp.MustCompile(`^[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*$`)

// ParseVersionID reads the identifier of a version, such as 1.4.0.
func ParseVersionID(field, typed string) (Slug, error) {
	s := strings.TrimSpace(typed)
	switch {
	case s == "":
		return "", RefuseField(field, "Choose an ID for the version, such as 1.0.0.")
	case len(s) > MaxSlug:
		return "", RefuseField(field, "An ID has at most 48 characters.")
	case !versionForm.MatchString(s):
		return "", RefuseField(field, "Use letters, digits, and single . - or _ between them.")
	}
	return Slug(s), nil
}

const maxModuleURL = 1000

var hostForm = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$`)

// ParseModuleURL reads the https address of a version. The host is a plain name or address, because it becomes part of a header that says
// what the page may frame.
func ParseModuleURL(field, typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	malformed := RefuseField(field, "This is not a complete web address. It looks like https://modules.example.com/reader.")
	if typed == "" {
		return "", RefuseField(field, "Enter the address of the module's page.")
	}
	if len(typed) > maxModuleURL || !utf8.ValidString(typed) || strings.ContainsFunc(typed, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return "", malformed
	}
	u, err := url.Parse(typed)
	switch {
	case err != nil || u.Scheme == "":
		return "", malformed
	case u.Scheme != "https":
		return "", RefuseField(field, "Only https addresses: what a module is given must not travel in the clear.")
	case u.User != nil:
		return "", RefuseField(field, "An address with a user name in it would show it to everybody. Leave it out.")
	case u.Opaque != "" || !plainHost(u):
		return "", malformed
	}
	return u.String(), nil
}

// plainHost takes names and IPv4 addresses: what a content security policy can name (CSP3, host-source).
func plainHost(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") || len(u.Port()) > 5 {
		return false
	}
	return len(u.Hostname()) <= 253 && hostForm.MatchString(u.Hostname())
}

// Origin is what a page that opens the version may frame, and nothing else: scheme, host and port of its address. It is empty when the
// address has no plain origin, which ParseModuleURL lets nobody save.
func (v ModuleVersion) Origin() string {
	whole, err := ParseModuleURL("", v.URL)
	if err != nil {
		return ""
	}
	u, err := url.Parse(whole)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + strings.ToLower(u.Host)
}

// CatalogueModule is a module as it is offered to be installed; Resource names the app it lives in.
type CatalogueModule struct {
	Resource
	Latest string // the identifier of its newest version; empty while it has none
}

package models

import (
	"errors"
	"slices"
	"time"

	"gatehouse/internal/authz"
)

// ResourceKind is one of the four kinds of things in an app.
type ResourceKind string

// The kinds, as the audit log names them.
const (
	KindModel    ResourceKind = "model"
	KindWorkflow ResourceKind = "workflow"
	KindModule   ResourceKind = "module"
	KindInstall  ResourceKind = "installed-module"
)

// Resource is what models, workflows, modules and installed modules have in common.
type Resource struct {
	ID            string
	Slug          string
	Description   string
	Visibility    authz.Visibility // its own; see Effective
	AppID         string
	AppSlug       string
	AppVisibility authz.Visibility
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Version       int
}

// Effective is the visibility that counts: never wider than the app's.
func (r Resource) Effective() authz.Visibility { return authz.Narrower(r.AppVisibility, r.Visibility) }

// ResourceFilter is what a list of an app's resources is asked for.
type ResourceFilter struct {
	Query string // part of the identifier or the description
	Page  Page
}

// Sees is the narrowest visibility of the resources of the app that the person sees.
func (r Reached) Sees() authz.Visibility {
	narrowest, ok := r.Decide(authz.SidebarView).Sees()
	if !ok {
		return authz.Public
	}
	return narrowest
}

// Problems are several refusals of one form at once; to whoever asks for one it is the first.
type Problems []*Refusal

// Error returns the first sentence.
func (p Problems) Error() string { return p[0].Sentence }

// Unwrap gives the refusals to errors.As.
func (p Problems) Unwrap() []error {
	all := make([]error, len(p))
	for i, each := range p {
		all[i] = each
	}
	return all
}

// Add notes a refusal; anything else that is an error comes back.
func (p *Problems) Add(err error) error {
	if refusal, refused := RefusalOf(err); refused {
		*p = append(*p, refusal)
		return nil
	}
	return err
}

// Err is the problems as an error: none are no error.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// RefusalsOf returns every refusal of err: of Problems all, of anything else the one there is.
func RefusalsOf(err error) []*Refusal {
	var several Problems
	if errors.As(err, &several) {
		return slices.Clone(several)
	}
	if one, refused := RefusalOf(err); refused {
		return []*Refusal{one}
	}
	return nil
}

// ResourceCounts are how many things an app holds, and what elsewhere goes or stops working with them.
type ResourceCounts struct {
	Models, Workflows, Modules, Installs int

	InstallsElsewhere  int // of its modules, in other apps
	WorkflowsElsewhere int // of other apps, that use its models
}

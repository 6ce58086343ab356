package models

import (
	"slices"
	"time"
)

// Factor is the second proof of a sign-in, beside a password.
type Factor string

// The second factors. A passkey is one too, and can also stand for both.
const (
	ByAuthenticator Factor = "authenticator" // an app's code of six digits
	ByRecoveryCode  Factor = "recovery-code"
	ByPasskeyBeside Factor = "passkey"
)

// FreshFor is how long a proof is fresh enough for a dangerous act.
const FreshFor = 15 * time.Minute

// SetUpFor is how long the key of an authenticator app waits for its first code.
const SetUpFor = 15 * time.Minute

// FactorFor is how long a sign-in waits for its second factor.
const FactorFor = 10 * time.Minute

// MostPasskeys is how many an account may have: more than anybody needs, and no more than a list shows.
const MostPasskeys = 20

// FewRecoveryCodes is how many are so few that the person is told.
const FewRecoveryCodes = 3

// Factors are an account's second factors.
type Factors struct {
	Authenticator     time.Time // since when; zero: none
	AuthenticatorUsed time.Time // zero: never
	RecoveryCodes     int       // unused ones
	Passkeys          []Passkey // the oldest first
	RequiredBy        string    // the name of an organization of the account that requires one; empty: none does
}

// MayRemove refuses to remove one of them when it is the last and an organization requires one.
func (f Factors) MayRemove() error {
	n := len(f.Passkeys)
	if !f.Authenticator.IsZero() {
		n++
	}
	if n > 1 || f.RequiredBy == "" {
		return nil
	}
	return ErrLastFactor(f.RequiredBy)
}

// ErrLastFactor refuses to remove the last factor while an organization requires one.
func ErrLastFactor(organization string) error {
	return Refuse(Impossible, organization+" asks its members for a second factor, and this is your only one. Set up another one first.")
}

// Any says whether there is one.
func (f Factors) Any() bool { return !f.Authenticator.IsZero() || len(f.Passkeys) > 0 }

// Passkey says whether one of them is a passkey that is still believed.
func (f Factors) Passkey() bool {
	return slices.ContainsFunc(f.Passkeys, func(p Passkey) bool { return p.ClonedAt.IsZero() })
}

// Passkey is a WebAuthn credential of an account.
type Passkey struct {
	ID         string
	Name       string
	Synced     bool      // its keeper copies it to other devices
	ClonedAt   time.Time // when it was seen that a copy of it may exist: it counts no more; zero: never
	CreatedAt  time.Time
	LastUsedAt time.Time // zero: never
}

// ProvedByFactor says whether the account's own proof in the session is more than a password.
func (p Person) ProvedByFactor() bool {
	for _, a := range p.Methods {
		if a.Method == ByPasskey || (a.Method == ByPassword && a.Factor != "") {
			return true
		}
	}
	return false
}

// Fresh says whether a proof of the session that counts in the organization ("" for the account itself) is not older than FreshFor.
func (p Person) Fresh(organizationID string) bool {
	for _, a := range p.Methods {
		counts := a.OfAccount() || (organizationID != "" && a.Method == BySAML && a.OrganizationID == organizationID)
		if counts && a.Fresh {
			return true
		}
	}
	return false
}

// Admits refuses a session that the account's own password opened, where the organization asks for a second factor. How single sign-on
// proves a person is its identity provider's business.
func (o Organization) Admits(p Person) error {
	if !o.FactorRequired || p.ProvedByFactor() {
		return nil
	}
	for _, a := range p.Methods {
		if a.Method == BySAML && a.OrganizationID == o.ID {
			return nil
		}
	}
	return Refuse(FactorNeeded, o.Name+" asks for a second factor.")
}

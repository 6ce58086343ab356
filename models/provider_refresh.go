package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// Refresh is what became of looking again at the metadata that an identity provider publishes at an address.
type Refresh struct {
	LookedAt   time.Time // zero: not yet, since it was saved here
	ChangedAt  time.Time // when what it says was last found to be other than before; zero: never
	NextAt     time.Time
	Failures   int    // in a row
	Problem    string // of the last look, in a sentence; empty when there was none
	Signed     bool   // the document carries a signature, which is not checked: nothing says whose it should be
	ValidUntil time.Time
	Proposal   *Proposal
}

// Proposal is what the metadata says and nobody has decided on yet.
type Proposal struct {
	Key         string // names exactly these values
	At          time.Time
	DismissedAt time.Time // zero: it waits for a decision
	Change      ProviderChange
}

// Look is one look at an identity provider's metadata that is to be made now.
type Look struct {
	ProviderID     string
	OrganizationID string
	URL            string
	At             time.Time // when it was begun: of two that overlap, the later one counts
}

// Looked is what was found.
type Looked struct {
	Problem    string         // in a sentence; nothing else is set then
	Read       ProviderChange // the values of the document; name, identifier and state are not among them
	Secure     bool           // it came by https
	Signed     bool
	ValidUntil time.Time
}

// Lookout is what came of it.
type Lookout struct {
	Problem  string
	Added    int  // certificates that were taken
	Proposed bool // a difference waits for an Administrator
}

// Renewal sorts what the metadata says now into what is taken at once and what an Administrator decides. Only certificates are ever taken,
// and only from a document that names the same identity provider and came by https: a second certificate locks nobody out. Whatever else
// differs could send people elsewhere, make them others, or end their sign-ins, so it is proposed.
func (p IdentityProvider) Renewal(found Looked) (taken []ProviderCertificate, propose bool) {
	read := found.Read
	for _, c := range read.Certificates {
		if !hasCertificate(p.Certificates, c) {
			taken = append(taken, c)
		}
	}
	if len(taken) > 0 && (read.EntityID != p.EntityID || !found.Secure || len(p.Certificates)+len(taken) > MaxCertificates) {
		return nil, true
	}
	return taken, read.EntityID != p.EntityID || read.SSOURL != p.SSOURL || read.SSOBinding != p.SSOBinding || read.Logout != p.Logout ||
		slices.ContainsFunc(p.Certificates, func(c ProviderCertificate) bool { return !hasCertificate(read.Certificates, c) })
}

// With is the provider as the change would leave it.
func (p IdentityProvider) With(c ProviderChange) IdentityProvider {
	p.EntityID, p.SSOURL, p.SSOBinding, p.Logout, p.Certificates = c.EntityID, c.SSOURL, c.SSOBinding, c.Logout, c.Certificates
	return p
}

// Approving is what approving the proposal saves: the values of the metadata, and everything else as it is.
func (p IdentityProvider) Approving(proposal Proposal) ProviderChange {
	values := proposal.Change
	return ProviderChange{
		Name: p.Name, MetadataURL: p.MetadataURL, Attributes: p.Attributes, AdmitsDomains: p.AdmitsDomains, IDPInitiated: p.IDPInitiated, Logout: values.Logout,
		EntityID: values.EntityID, SSOURL: values.SSOURL, SSOBinding: values.SSOBinding, Certificates: values.Certificates, MetadataXML: values.MetadataXML,
	}
}

// MaxCertificates is how many certificates an identity provider has at most: each is tried when an answer is forged.
const MaxCertificates = 10

func hasCertificate(all []ProviderCertificate, one ProviderCertificate) bool {
	return slices.ContainsFunc(all, func(c ProviderCertificate) bool { return bytes.Equal(c.SHA256, one.SHA256) })
}

// NewProposal names the values that are proposed. The document they stand in may differ from one look to the next by no more than a date,
// so it is no part of the name.
func NewProposal(change ProviderChange, at time.Time) (*Proposal, error) {
	named := change
	named.MetadataXML = ""
	encoded, err := json.Marshal(named)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(encoded)
	return &Proposal{Key: hex.EncodeToString(sum[:]), At: at, Change: change}, nil
}

// How often metadata is looked at.
const (
	lookEvery  = 6 * time.Hour
	lookSoon   = time.Hour
	lookRarely = 24 * time.Hour
	changeSoon = 30 * 24 * time.Hour
)

// NextLook is when to look again: every six hours, hourly while the last certificate is near its end or the document itself soon is no longer valid,
// and after failures more and more rarely, down to once a day. jitter, from 0 to 1, spreads it over a quarter more.
func NextLook(now, certificatesUntil, validUntil time.Time, failures int, jitter float64) time.Time {
	pause := lookEvery
	switch {
	case failures > 0:
		pause = min(lookSoon<<min(failures-1, 5), lookRarely)
	case certificatesUntil.Before(now.Add(changeSoon)), !validUntil.IsZero() && validUntil.Before(now.Add(lookRarely)):
		pause = lookSoon
	}
	return now.Add(pause + time.Duration(jitter*float64(pause)/4))
}

// LastCertificateEnd is when the last of its certificates ends; zero when it has none.
func (p IdentityProvider) LastCertificateEnd() (until time.Time) {
	for _, c := range p.Certificates {
		if c.NotAfter.After(until) {
			until = c.NotAfter
		}
	}
	return until
}

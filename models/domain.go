package models

import (
	_ "embed" // the list of public mail domains
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Domain is a mail domain that an organization says is its own. Verified, it belongs to one organization: people with an address in it are
// shown to that organization's identity providers, and may be let in by them. A domain below it is another domain.
type Domain struct {
	ID           string
	Name         string // ASCII, lower case
	Token        string // what its TXT record says
	CreatedAt    time.Time
	VerifiedAt   time.Time // zero: it is only claimed
	Outcome      DomainOutcome
	CheckedAt    time.Time // zero: never
	FailingSince time.Time // since when a verified domain lacks its record; zero: it has it
}

// DomainOutcome is what a look at a domain's record found.
type DomainOutcome string

// The outcomes. An unanswered question says nothing about the record: it neither verifies a domain nor takes it away.
const (
	DomainFound      DomainOutcome = "found"
	DomainMissing    DomainOutcome = "missing"    // there is no such record
	DomainOther      DomainOutcome = "other"      // there is one, and it says something else
	DomainUnanswered DomainOutcome = "unanswered" // no name server answered, or one said that it cannot
)

// How often the record of a verified domain is looked at, and how long it may be gone before the domain is no longer the organization's.
const (
	DomainCheckEvery = 24 * time.Hour
	DomainRetryAfter = time.Hour
	DomainGrace      = 7 * 24 * time.Hour
)

// MaxDomains is how many domains an organization may have.
const MaxDomains = 200

// Verified says whether the domain is the organization's.
func (d Domain) Verified() bool { return !d.VerifiedAt.IsZero() }

// LostAt is when a verified domain whose record is gone will no longer be the organization's; zero when nothing is wrong.
func (d Domain) LostAt() time.Time {
	if !d.Verified() || d.FailingSince.IsZero() {
		return time.Time{}
	}
	return d.FailingSince.Add(DomainGrace)
}

const domainPrefix = "_gatehouse-challenge"

// RecordName is the name of the TXT record that shows whose domain it is. It is a name of its own below the domain, so that it cannot be in
// the way of the domain's other records (draft-ietf-dnsop-domain-verification-techniques §5.1.2).
func (d Domain) RecordName() string { return domainPrefix + "." + d.Name }

// RecordHost is the same name as DNS consoles ask for it that add the domain themselves.
func (d Domain) RecordHost() string { return domainPrefix }

// RecordValue is what the record says.
func (d Domain) RecordValue() string { return "gatehouse-verification=" + d.Token }

// Judge says what texts that were found under the record's name mean.
func (d Domain) Judge(texts []string) DomainOutcome {
	switch {
	case len(texts) == 0:
		return DomainMissing
	case slices.ContainsFunc(texts, func(text string) bool { return strings.TrimSpace(text) == d.RecordValue() }):
		return DomainFound
	}
	return DomainOther
}

// profile turns what people type into the form that DNS knows: UTS 46 without transitional mappings, as today's browsers do, and the letters,
// digits and hyphens that host names have.
var profile = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

//go:embed public_mail.txt
var publicMailText string

// publicMail says whether everybody can get an address in the domain.
func publicMail(domain string) bool {
	for line := range strings.Lines(publicMailText) {
		if strings.TrimSpace(line) == domain {
			return true
		}
	}
	return false
}

// ParseDomain reads a domain that a person typed, also as an address or with an @ before it, into ASCII in lower case.
func ParseDomain(field, typed string) (string, error) {
	text := strings.TrimSuffix(strings.TrimSpace(typed), ".")
	if _, after, found := strings.Cut(text, "@"); found {
		text = after
	}
	if text == "" {
		return "", RefuseField(field, "Enter a domain, such as example.org.")
	}
	if _, err := netip.ParseAddr(text); err == nil {
		return "", RefuseField(field, "This is an IP address. Enter the domain of your mail addresses, such as example.org.")
	}
	domain, err := profile.ToASCII(text)
	if err != nil || !strings.Contains(domain, ".") {
		return "", RefuseField(field, "This is not a domain. Enter what stands after the @ in your mail addresses, such as example.org.")
	}
	if suffix, _ := publicsuffix.PublicSuffix(domain); suffix == domain {
		return "", RefuseField(field, "Under "+domain+" everybody can register a domain. Enter your own, such as example."+domain+".")
	}
	if publicMail(domain) {
		return "", RefuseField(field, "At "+domain+" everybody can get an address, so it cannot belong to one organization.")
	}
	return domain, nil
}

// DomainOf is the domain of an address in the form in which domains are kept, or empty when it has none. Nothing is folded but letters and
// their case: what stands before the @ does not matter, and a domain below another is another.
func DomainOf(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at <= 0 {
		return ""
	}
	domain, err := profile.ToASCII(strings.TrimSpace(email[at+1:]))
	if err != nil || !strings.Contains(domain, ".") {
		return ""
	}
	return strings.TrimSuffix(domain, ".")
}

// ReadableDomain is a domain as people read it: with the letters of its own script, where every part of it may be shown so.
func ReadableDomain(domain string) string {
	readable, err := idna.Display.ToUnicode(domain)
	if err != nil {
		return domain
	}
	return readable
}

// After is the domain once a look found outcome at that moment, and what the audit log says of it; empty when nothing changed that matters.
func (d Domain) After(outcome DomainOutcome, now time.Time) (Domain, Action) {
	d.Outcome, d.CheckedAt = outcome, now
	switch {
	case outcome == DomainUnanswered:
		return d, ""
	case outcome == DomainFound && !d.Verified():
		d.VerifiedAt = now
		return d, ActionDomainVerified
	case outcome == DomainFound && !d.FailingSince.IsZero():
		d.FailingSince = time.Time{}
		return d, ActionDomainRecordBack
	case outcome == DomainFound || !d.Verified():
		return d, ""
	case d.FailingSince.IsZero():
		d.FailingSince = now
		return d, ActionDomainRecordGone
	case !now.Before(d.LostAt()):
		d.VerifiedAt, d.FailingSince = time.Time{}, time.Time{}
		return d, ActionDomainLost
	}
	return d, ""
}

// NextCheck is when the record is to be looked at again after that moment; zero for a domain that is only claimed.
func (d Domain) NextCheck(now time.Time) time.Time {
	switch {
	case !d.Verified():
		return time.Time{}
	case d.Outcome == DomainFound:
		return now.Add(DomainCheckEvery)
	}
	return now.Add(DomainRetryAfter)
}

// DomainNews is what the Administrators of an organization are told of a domain by mail.
type DomainNews struct {
	Organization Organization
	Domain       Domain
	What         Action // ActionDomainRecordGone or ActionDomainLost
}

package models

import (
	"testing"
	"time"
)

func TestRenewalTakesCertificatesAloneAndProposesTheRest(t *testing.T) {
	one, two, three := ProviderCertificate{SHA256: []byte("1")}, ProviderCertificate{SHA256: []byte("2")}, ProviderCertificate{SHA256: []byte("3")}
	many := make([]ProviderCertificate, 0, MaxCertificates)
	for i := range MaxCertificates {
		many = append(many, ProviderCertificate{SHA256: []byte{byte(i)}})
	}
	for name, c := range map[string]struct {
		has     []ProviderCertificate
		change  func(*Looked)
		taken   int
		propose bool
	}{
		"nothing new":                  {[]ProviderCertificate{one}, func(*Looked) {}, 0, false},
		"a second certificate":         {[]ProviderCertificate{one}, func(l *Looked) { l.Read.Certificates = []ProviderCertificate{two, one} }, 1, false},
		"two more":                     {[]ProviderCertificate{one}, func(l *Looked) { l.Read.Certificates = []ProviderCertificate{two, one, three} }, 2, false},
		"by http":                      {[]ProviderCertificate{one}, func(l *Looked) { l.Read.Certificates, l.Secure = []ProviderCertificate{two, one}, false }, 0, true},
		"another in its place":         {[]ProviderCertificate{one}, func(l *Looked) { l.Read.Certificates = []ProviderCertificate{two} }, 1, true},
		"one fewer":                    {[]ProviderCertificate{one, two}, func(*Looked) {}, 0, true},
		"another entity ID":            {[]ProviderCertificate{one}, func(l *Looked) { l.Read.EntityID = "other" }, 0, true},
		"another entity ID with a new": {[]ProviderCertificate{one}, func(l *Looked) { l.Read.EntityID, l.Read.Certificates = "other", []ProviderCertificate{one, two} }, 0, true},
		"another host":                 {[]ProviderCertificate{one}, func(l *Looked) { l.Read.SSOURL = "https://elsewhere.example/sso" }, 0, true},
		"another binding":              {[]ProviderCertificate{one}, func(l *Looked) { l.Read.SSOBinding = "post" }, 0, true},
		"another host and a new":       {[]ProviderCertificate{one}, func(l *Looked) { l.Read.SSOURL, l.Read.Certificates = "x", []ProviderCertificate{one, two} }, 1, true},
		"too many":                     {many, func(l *Looked) { l.Read.Certificates = append([]ProviderCertificate{{SHA256: []byte("new")}}, many...) }, 0, true},
	} {
		p := IdentityProvider{EntityID: "idp", SSOURL: "https://idp.example/sso", SSOBinding: "redirect", Certificates: c.has}
		found := Looked{Secure: true, Read: ProviderChange{EntityID: p.EntityID, SSOURL: p.SSOURL, SSOBinding: p.SSOBinding, Certificates: []ProviderCertificate{one}}}
		c.change(&found)
		taken, propose := p.Renewal(found)
		if len(taken) != c.taken || propose != c.propose {
			t.Errorf("%s: %d taken, proposes %v; want %d, %v", name, len(taken), propose, c.taken, c.propose)
		}
	}
}

func TestNextLook(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	far, near := now.AddDate(1, 0, 0), now.AddDate(0, 0, 10)
	for name, c := range map[string]struct {
		certificates, valid time.Time
		failures            int
		jitter              float64
		want                time.Duration
	}{
		"all is well":             {far, time.Time{}, 0, 0, 6 * time.Hour},
		"spread":                  {far, time.Time{}, 0, 1, 7*time.Hour + 30*time.Minute},
		"a certificate ends":      {near, time.Time{}, 0, 0, time.Hour},
		"no certificate":          {time.Time{}, time.Time{}, 0, 0, time.Hour},
		"the document ends soon":  {far, now.Add(2 * time.Hour), 0, 0, time.Hour},
		"the document ends later": {far, near, 0, 0, 6 * time.Hour},
		"failed once":             {far, time.Time{}, 1, 0, time.Hour},
		"failed three times":      {far, time.Time{}, 3, 0, 4 * time.Hour},
		"failed for ever":         {near, time.Time{}, 1000, 0, 24 * time.Hour},
	} {
		if got := NextLook(now, c.certificates, c.valid, c.failures, c.jitter).Sub(now); got != c.want {
			t.Errorf("%s: in %s, want %s", name, got, c.want)
		}
	}
}

func TestAProposalIsNamedByItsValuesAlone(t *testing.T) {
	key := func(change ProviderChange) string {
		p, err := NewProposal(change, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return p.Key
	}
	first := key(ProviderChange{EntityID: "idp", MetadataXML: "<a/>"})
	if first != key(ProviderChange{EntityID: "idp", MetadataXML: "<b/>"}) {
		t.Error("another document with the same values is another proposal")
	}
	if first == key(ProviderChange{EntityID: "other", MetadataXML: "<a/>"}) {
		t.Error("another entity ID is the same proposal")
	}
}

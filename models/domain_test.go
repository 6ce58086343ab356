package models_test

import (
	"strings"
	"testing"

	"gatehouse/models"
)

func TestParseDomain(t *testing.T) {
	for typed, want := range map[string]string{
		"example.org": "example.org", "  Example.ORG. ": "example.org", "ada@example.org": "example.org", "@example.org": "example.org",
		"mail.example.org": "mail.example.org", "bücher.example": "xn--bcher-kva.example", "BÜCHER.example": "xn--bcher-kva.example",
		"xn--bcher-kva.example": "xn--bcher-kva.example", "straße.example": "xn--strae-oqa.example", "例え。テスト": "xn--r8jz45g.xn--zckzah",
		"example.co.uk": "example.co.uk", "northwind.github.io": "northwind.github.io",
	} {
		got, err := models.ParseDomain("domain", typed)
		if err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", typed, got, err, want)
		}
	}
	for typed, says := range map[string]string{
		"": "Enter a domain", " . ": "Enter a domain", "example": "not a domain", "exa mple.org": "not a domain", "https://example.org": "not a domain",
		"example..org": "not a domain", "-example.org": "not a domain", "_dmarc.example.org": "not a domain", "a@b@example.org": "not a domain",
		strings.Repeat("x", 64) + ".org": "not a domain", strings.Repeat("x.", 130) + "org": "not a domain", "exa\x00mple.org": "not a domain", "xn--a.example": "not a domain",
		"127.0.0.1": "IP address", "::1": "IP address", "com": "not a domain", "co.uk": "everybody can register", "github.io": "everybody can register",
		"gmail.com": "everybody can get an address", "GMAIL.com": "everybody can get an address", "ada@gmx.de": "everybody can get an address",
	} {
		_, err := models.ParseDomain("domain", typed)
		refusal, refused := models.RefusalOf(err)
		if !refused || refusal.Field != "domain" || !strings.Contains(refusal.Sentence, says) {
			t.Errorf("%q: %v, want a refusal that says %q", typed, err, says)
		}
	}
}

func TestDomainOfAnAddress(t *testing.T) {
	for email, want := range map[string]string{
		"ada@example.org": "example.org", "Ada@EXAMPLE.org": "example.org", "ada+x@example.org": "example.org", `"a@b"@example.org`: "example.org",
		"ada@mail.example.org": "mail.example.org", "ada@bücher.example": "xn--bcher-kva.example", "": "", "ada": "", "@example.org": "", "ada@": "", "ada@localhost": "", "ada@exa mple.org": "",
	} {
		if got := models.DomainOf(email); got != want {
			t.Errorf("%q has the domain %q, want %q", email, got, want)
		}
	}
	if got := models.ReadableDomain("xn--bcher-kva.example"); got != "bücher.example" {
		t.Errorf("reads as %q", got)
	}
}

func TestWhatARecordMeans(t *testing.T) {
	d := models.Domain{Name: "example.org", Token: "abc"}
	for want, texts := range map[models.DomainOutcome][][]string{
		models.DomainMissing: {nil, {}},
		models.DomainFound:   {{"gatehouse-verification=abc"}, {"v=spf1 -all", " gatehouse-verification=abc "}},
		models.DomainOther:   {{""}, {"abc"}, {"gatehouse-verification=abd"}, {"gatehouse-verification=ABC"}, {"gatehouse-verification=abc def"}},
	} {
		for _, each := range texts {
			if got := d.Judge(each); got != want {
				t.Errorf("%q means %s, want %s", each, got, want)
			}
		}
	}
	if d.RecordName() != "_gatehouse-challenge.example.org" {
		t.Error(d.RecordName())
	}
}

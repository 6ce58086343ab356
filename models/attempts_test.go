package models

import "testing"

func TestAChecklistSaysWhereASignInStopped(t *testing.T) {
	outcomes := func(checks []Check) string {
		word := ""
		for _, c := range checks {
			word += string(c.Outcome[0])
		}
		return word
	}
	good, bad := []Check{{Name: "size", Outcome: Passed}, {Name: "status", Outcome: Passed}}, []Check{{Name: "size", Outcome: Passed}, {Name: "status", Outcome: Failed}}
	unmade := []Check{{Name: "size", Outcome: Skipped}, {Name: "status", Outcome: Skipped}}
	for _, line := range []struct {
		name, stopped, want string
		protocol            []Check
	}{
		{"accepted", "", "pppppppppp", good},
		{"no request", CheckFlow, "fsssssssss", unmade},
		{"the protocol", "status", "ppfsssssss", bad},
		{"replayed", CheckReplay, "pppfssssss", good},
		{"another browser", CheckBrowser, "pppppfssss", good},
		{"a stranger", CheckKnown, "pppppppfss", good},
		{"suspended", CheckActive, "pppppppppf", good},
	} {
		if got := outcomes(Checklist(line.protocol, line.stopped)); got != line.want {
			t.Errorf("%s: %s, want %s", line.name, got, line.want)
		}
	}
	for _, c := range Checklist(nil, CheckMember) {
		if title, ok := CheckTitle(c.Name); !ok || title == "" {
			t.Errorf("%s has no title", c.Name)
		}
		if made := c.Outcome != Skipped; (c.Expected != "") != made || (c.Got != "") != made {
			t.Errorf("%s says %q and %q", c.Name, c.Expected, c.Got)
		}
	}
	if _, ok := CheckTitle("signature"); ok {
		t.Error("a check of the protocol is taken for ours")
	}
}

func TestParseReference(t *testing.T) {
	for typed, want := range map[string]string{
		"7K2M-9QXD": "7K2M-9QXD", " 7k2m9qxd\t": "7K2M-9QXD", "IL0o-0000": "1100-0000", "7K2M-9QX": "", "7K2M-9QXDD": "", "7K2M_9QXD": "", "": "", "é000-0000": "", "7K2M-9QX\x00": "",
	} {
		if got, ok := ParseReference(typed); got != want || ok != (want != "") {
			t.Errorf("%q is read as %q, %v", typed, got, ok)
		}
	}
}

func TestAFingerprintIsOfTheConfigurationAlone(t *testing.T) {
	certificate := func(sum string) ProviderCertificate { return ProviderCertificate{SHA256: []byte(sum)} }
	base := IdentityProvider{ConnectionID: "c", EntityID: "e", SSOURL: "u", SSOBinding: "redirect", Certificates: []ProviderCertificate{certificate("1"), certificate("2")}}
	for name, line := range map[string]struct {
		change func(*IdentityProvider)
		same   bool
	}{
		"name and state":       {func(p *IdentityProvider) { p.Name, p.Enabled, p.Version = "n", true, 9 }, true},
		"order":                {func(p *IdentityProvider) { p.Certificates = []ProviderCertificate{certificate("2"), certificate("1")} }, true},
		"one certificate less": {func(p *IdentityProvider) { p.Certificates = p.Certificates[:1] }, false},
		"entity ID":            {func(p *IdentityProvider) { p.EntityID = "f" }, false},
		"address":              {func(p *IdentityProvider) { p.SSOURL = "v" }, false},
		"binding":              {func(p *IdentityProvider) { p.SSOBinding = "post" }, false},
		"whom it is about":     {func(p *IdentityProvider) { p.Attributes.Person = "uid" }, false},
		"what is only shown":   {func(p *IdentityProvider) { p.Attributes.FirstName = "given" }, true},
		"another connection":   {func(p *IdentityProvider) { p.ConnectionID = "d" }, false},
		"shifted":              {func(p *IdentityProvider) { p.EntityID, p.SSOURL = "eu", "" }, false},
	} {
		other := base
		line.change(&other)
		if same := string(other.Fingerprint()) == string(base.Fingerprint()); same != line.same {
			t.Errorf("%s: the same fingerprint: %v", name, same)
		}
	}
}

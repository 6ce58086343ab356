package saml

import (
	"strings"
	"testing"
)

func TestCheckEndpoint(t *testing.T) {
	for _, c := range []struct {
		url      string
		loopback bool
		want     Problem
	}{
		{"https://idp.example/sso", false, ""},
		{"https://idp.example:8443/sso?x=y", false, ""},
		{"http://127.0.0.1:9000/sso", true, ""},
		{"http://localhost/sso", true, ""},
		{"http://[::1]:9000/sso", true, ""},
		{"http://127.0.0.1/sso", false, ProblemHTTP},
		{"http://idp.example/sso", true, ProblemHTTP},
		{"http://127.0.0.1.evil.example/sso", true, ProblemHTTP},
		{"HTTP://idp.example/sso", false, ProblemHTTP},
		{"ftp://idp.example/", true, ProblemScheme},
		{"javascript:alert(1)", true, ProblemScheme},
		{"JavaScript://idp.example/%0aalert(1)", true, ProblemScheme},
		{"data:text/html,x", true, ProblemScheme},
		{"file:///etc/passwd", true, ProblemScheme},
		{"", true, ProblemURL},
		{"idp.example/sso", true, ProblemURL},
		{"//idp.example/sso", true, ProblemURL},
		{"https://", true, ProblemURL},
		{"https:///sso", true, ProblemURL},
		{"https:sso", true, ProblemURL},
		{"https://user:secret@idp.example/sso", true, ProblemURL},
		{"https://idp.example/s so", true, ProblemURL},
		{"https://[2001:db8::1]:8443/sso", false, ""},
		{"https://xn--bcher-kva.example/sso", false, ""},
		{"https://[fe80::1%25x%20*;frame-ancestors%20*]/sso", true, ProblemURL},
		{"https://[fe80::1%25eth0]/sso", true, ProblemURL},
		{"https://[idp.example]/sso", true, ProblemURL},
		{"https://idp.example;frame-ancestors/sso", true, ProblemURL},
		{"https://idp.example%20*/sso", true, ProblemURL},
		{"https://*/sso", true, ProblemURL},
		{"https://bücher.example/sso", true, ProblemURL},
		{"https://idp.example/\xff", true, ProblemURL},
		{"https://idp.example\xff/", true, ProblemURL},
		{"https://idp.example/\r\nSet-Cookie: a", true, ProblemURL},
		{"https://idp.example/" + strings.Repeat("a", 2048), true, ProblemURL},
	} {
		t.Run(c.url[:min(len(c.url), 60)], func(t *testing.T) {
			err := CheckEndpoint(c.url, c.loopback)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			mustFail(t, err, c.want)
		})
	}
}

// What becomes part of a header is a scheme, a host and a port, whatever the address.
func TestOrigin(t *testing.T) {
	for raw, want := range map[string]string{
		"https://idp.example/sso?x=y":                       "https://idp.example",
		"https://IDP.example:8443/":                         "https://IDP.example:8443",
		"http://127.0.0.1:9000/sso":                         "http://127.0.0.1:9000",
		"https://[2001:db8::1]:8443/sso":                    "https://[2001:db8::1]:8443",
		"https://[fe80::1%25x%20*;frame-ancestors%20*]/sso": "",
		"https://idp.example;script-src%20*/sso":            "",
		"javascript:alert(1)":                               "",
		"/sso":                                              "",
		"":                                                  "",
	} {
		if got, ok := Origin(raw); got != want || ok != (want != "") {
			t.Errorf("Origin(%q) = %q, %v", raw, got, ok)
		}
	}
}

func FuzzOrigin(f *testing.F) {
	for _, seed := range []string{"https://idp.example/", "https://[fe80::1%25x%20*]/", "https://a:1;b/", "https://[::1]:/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if got, _ := Origin(raw); strings.ContainsAny(got, " ;,*%'\"\r\n\t") {
			t.Errorf("Origin(%q) = %q", raw, got)
		}
	})
}

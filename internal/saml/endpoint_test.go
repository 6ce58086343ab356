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

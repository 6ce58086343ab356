package views_test

import (
	"strings"
	"testing"

	"gatehouse/views"
)

// The page goes on by itself, but not when another site led here: then it takes a click on what is the same way.
func TestThePageToTheProviderAsksWhenAnotherSiteLedHere(t *testing.T) {
	for name, v := range map[string]views.Continue{
		"redirect": {Provider: "Northwind SSO", RedirectURL: "https://idp.example/sso"},
		"POST":     {Provider: "Northwind SSO", PostURL: "https://idp.example/sso", SAMLRequest: "PHg+", RelayState: "abc"},
	} {
		for _, ask := range []bool{false, true} {
			v.Ask = ask
			doc := render(t, views.ContinuePage(v))
			goes := false
			for _, n := range elements(doc, "") {
				_, marked := attr(n, "data-go")
				src, _ := attr(n, "src")
				goes = goes || marked || strings.Contains(src, "go.js") || n.Data == "meta" && strings.Contains(text(n), "refresh")
			}
			if goes == ask {
				t.Errorf("%s: asks %v, and goes on by itself %v", name, ask, goes)
			}
			shown := text(elements(doc, "main")[0])
			if said := strings.Contains(shown, "You are about to sign in with Northwind SSO."); said != ask {
				t.Errorf("%s: asks %v, and says %q", name, ask, shown)
			}
			if !strings.Contains(shown, "Continue to Northwind SSO") {
				t.Errorf("%s: there is no way on: %q", name, shown)
			}
		}
	}
}

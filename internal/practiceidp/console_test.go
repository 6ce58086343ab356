package practiceidp_test

import (
	"encoding/base64"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/practiceidp"
	"gatehouse/internal/saml"
)

// The console's own checks are stricter than any library's: what the demo shows must pass every one of them, by both bindings.
func TestConsoleAcceptsTheAnswer(t *testing.T) {
	idp := newProvider(t, t.TempDir())
	now := time.Now().UTC()
	metadata, err := saml.ReadMetadata(idp.Metadata(), saml.MetadataOptions{Now: now, AllowHTTPLoopback: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(metadata.Warnings) > 0 {
		t.Errorf("warnings: %q", metadata.Warnings)
	}
	key, err := saml.NewKeyPair("k3x", now)
	if err != nil {
		t.Fatal(err)
	}
	connection := saml.Connection{ID: "k3x", SPEntityID: sp, ACSURL: acs, SLOURL: "https://console.example/saml/k3x/slo", IDPEntityID: metadata.EntityID, SSOURL: metadata.SSOURL, Key: key}
	for _, certificate := range metadata.Certificates {
		connection.Certificates = append(connection.Certificates, certificate.DER)
	}
	if err := idp.Register(saml.SPMetadata(connection, saml.SPMetadataOptions{})); err != nil {
		t.Fatal(err)
	}
	for _, binding := range []saml.Binding{saml.BindingRedirect, saml.BindingPOST} {
		connection.SSOBinding = binding
		request, err := saml.Begin(connection, "relay-1", now, saml.BeginOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var chooser *httptest.ResponseRecorder
		if binding == saml.BindingPOST {
			chooser = post(t, idp, request.PostURL, url.Values{"SAMLRequest": {request.SAMLRequest}, "RelayState": {request.RelayState}})
		} else {
			chooser = get(t, idp, request.RedirectURL)
		}
		page, response := signIn(t, idp, chooser, "ada")
		identity, checks, err := saml.Finish(connection, base64.StdEncoding.EncodeToString(response), saml.Expectation{RequestID: request.ID, Now: time.Now()})
		if err != nil {
			t.Fatalf("%s: %v %+v", binding, err, checks)
		}
		if identity.NameID != practiceidp.NameID("ada") || identity.Email != "ada@northwind.example" || identity.Name() != "Ada <Lovelace>" ||
			!slices.ContainsFunc(identity.Attributes, func(a saml.Attribute) bool { return a.Name == "groups" && slices.Equal(a.Values, people[0].Groups) }) || identity.SessionIndex == "" || hidden(page).Get("RelayState") != "relay-1" {
			t.Errorf("%s: %+v", binding, identity)
		}
	}
}

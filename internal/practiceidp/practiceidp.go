// Package practiceidp is a SAML identity provider to practise with: it knows a few made-up people, asks for no password, answers any of them, and signs
// them out together with the console. The demo
// runs it on a second loopback listener; nothing else imports it, so it is never part of a server that people rely on.
package practiceidp

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/crewjam/saml"
	roundtrip "github.com/mattermost/xml-roundtrip-validator"
)

// Person is somebody the provider vouches for.
type Person struct {
	UserName  string // stable: the NameID follows from it
	Email     string
	FirstName string
	LastName  string
	Groups    []string
	Note      string // shown beside the name, for example the role; never part of an answer
}

// Options are what a provider needs.
type Options struct {
	// URL is where the provider is reached, such as http://127.0.0.1:8081, without a path.
	URL string
	// People are offered in this order.
	People []Person
	// Folder keeps the signing key, so that the provider is the same one when the demo is started again.
	Folder string
	// ServiceProviders finds the metadata of a service provider that was not registered; nil when all are. Its error is shown on the page.
	ServiceProviders func(ctx context.Context, entityID string) (metadataXML []byte, err error)
	// Log takes what went wrong; nil is nowhere.
	Log *slog.Logger
}

// Provider is the identity provider: an http.Handler for its whole listener. It is safe for concurrent use.
type Provider struct {
	options Options
	saml    *saml.IdentityProvider
	mux     *http.ServeMux

	mu         sync.Mutex
	registered map[string]*saml.EntityDescriptor
	visits     map[string]visit  // by the browser's cookie
	leaving    map[string][]stay // by relay state: where somebody who signs out still has to go
}

// New returns a provider, making its key in the folder when there is none.
func New(options Options) (*Provider, error) {
	base, err := url.Parse(options.URL)
	if err != nil || base.Host == "" || strings.Trim(base.Path, "/") != "" {
		return nil, fmt.Errorf("practice identity provider: %q is not a URL without a path", options.URL)
	}
	key, certificate, err := loadOrCreateKey(options.Folder)
	if err != nil {
		return nil, fmt.Errorf("practice identity provider: %w", err)
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	idp := &Provider{options: options, registered: map[string]*saml.EntityDescriptor{}, visits: map[string]visit{}, leaving: map[string][]stay{}}
	idp.saml = provider(*base, key, certificate)
	idp.saml.ServiceProviderProvider = finder{idp}
	idp.mux = idp.routes()
	return idp, nil
}

func provider(base url.URL, key *rsa.PrivateKey, certificate *x509.Certificate) *saml.IdentityProvider {
	at := func(path string) url.URL { return url.URL{Scheme: base.Scheme, Host: base.Host, Path: path} }
	return &saml.IdentityProvider{
		Key: key, Certificate: certificate, MetadataURL: at("/metadata"), SSOURL: at("/sso"),
		SignatureMethod: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", // the library's own default is SHA-1
	}
}

// EntityID returns the provider's name in SAML, the URL of its metadata.
func (idp *Provider) EntityID() string { return idp.saml.MetadataURL.String() }

// SSOURL returns where requests go, by redirect or POST.
func (idp *Provider) SSOURL() string { return idp.saml.SSOURL.String() }

// NameID returns the persistent identifier by which the provider knows a person; the same for every service provider and after every start.
func NameID(userName string) string {
	sum := sha256.Sum256([]byte("practice identity provider: " + userName))
	return hex.EncodeToString(sum[:16])
}

// Register makes a service provider known by its metadata. It replaces what was known of the same entity ID.
func (idp *Provider) Register(metadataXML []byte) error {
	descriptor, err := parse(metadataXML)
	if err != nil {
		return err
	}
	idp.mu.Lock()
	defer idp.mu.Unlock()
	idp.registered[descriptor.EntityID] = descriptor
	return nil
}

func parse(metadataXML []byte) (*saml.EntityDescriptor, error) {
	var descriptor saml.EntityDescriptor
	if err := roundtrip.Validate(strings.NewReader(string(metadataXML))); err != nil {
		return nil, errors.New("the service provider's metadata is not well-formed")
	}
	if err := xml.Unmarshal(metadataXML, &descriptor); err != nil || descriptor.EntityID == "" || len(descriptor.SPSSODescriptors) == 0 {
		return nil, errors.New("this is not metadata of one service provider")
	}
	for i := range descriptor.SPSSODescriptors {
		// Without their keys the library does not encrypt, which it could do with AES-CBC only.
		descriptor.SPSSODescriptors[i].KeyDescriptors = nil
	}
	return &descriptor, nil
}

// finder is how the SAML library asks for a service provider.
type finder struct{ idp *Provider }

// GetServiceProvider implements saml.ServiceProviderProvider. The registered come first, then whoever Options.ServiceProviders knows.
func (f finder) GetServiceProvider(r *http.Request, entityID string) (*saml.EntityDescriptor, error) {
	f.idp.mu.Lock()
	descriptor, ok := f.idp.registered[entityID]
	f.idp.mu.Unlock()
	if ok {
		return descriptor, nil
	}
	if f.idp.options.ServiceProviders == nil {
		return nil, os.ErrNotExist
	}
	metadata, err := f.idp.options.ServiceProviders(r.Context(), entityID)
	if err != nil {
		return nil, err
	}
	if descriptor, err = parse(metadata); err != nil {
		return nil, err
	}
	if descriptor.EntityID != entityID {
		return nil, errors.New("the metadata found is of another service provider")
	}
	return descriptor, nil
}

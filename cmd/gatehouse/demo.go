package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/config"
	"gatehouse/internal/password"
	"gatehouse/internal/practiceidp"
	"gatehouse/internal/saml"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/models/store"
)

// demoCommand runs the console with a sample organization and a practice identity provider. Everything listens on loopback: the passwords
// are printed, and the practice provider lets everybody be anybody.
type demoCommand struct {
	config.Config `embed:""`
	demoSize      `embed:""`

	PracticeAddr string `env:"GATEHOUSE_PRACTICE_ADDR" default:"127.0.0.1:8081" placeholder:"HOST:PORT" help:"Loopback address of the practice identity provider (${default}); port 0 takes a free one."`
}

// Run starts the demo; what an earlier run left in the database stays.
func (d *demoCommand) Run(ctx context.Context, out io.Writer) error {
	d.AllowPrivateMetadata = "true" // the practice provider is on loopback
	d.LogFormat = "text"            // somebody is looking
	if d.OrganizationCreation == "" {
		d.OrganizationCreation = "administrators" // so that it can be tried
	}
	settings, err := d.Check()
	if err != nil {
		return err
	}
	for name, addr := range map[string]string{"GATEHOUSE_ADDR": settings.Addr, "GATEHOUSE_PRACTICE_ADDR": d.PracticeAddr} {
		if err := loopbackOnly(name, addr); err != nil {
			return err
		}
	}
	now := time.Now().UTC()
	seed, err := d.seed(ctx, out, now)
	if err != nil {
		return err
	}
	log := settings.Logger(os.Stderr)
	console, err := build(ctx, settings, log, true)
	if err != nil {
		return err
	}
	practiceAddr, err := chosen(ctx, d.PracticeAddr, settings.Addr)
	if err != nil {
		return errors.Join(err, console.store.Close())
	}
	practice, err := practiceidp.New(practiceidp.Options{
		URL: "http://" + practiceAddr, People: practicePeople(), Folder: practiceFolder(settings), Log: log,
		ServiceProviders: practiceidp.FetchFrom(settings.URL.String()),
	})
	if err != nil {
		return errors.Join(err, console.store.Close())
	}
	if err := console.sample(ctx, seed, practice); err != nil {
		return errors.Join(err, console.store.Close())
	}
	return console.run(ctx, func() { announce(out, settings.URL.String(), practiceAddr) },
		listener{"practice identity provider", practiceAddr, practice})
}

// seed is the sample organization of the size that was asked for; everybody's password is hashed once.
func (d *demoCommand) seed(ctx context.Context, out io.Writer, now time.Time) (models.Seed, error) {
	hash, err := password.New(password.DefaultParams(), 0).Hash(ctx, demoPassword)
	if err != nil {
		return models.Seed{}, err
	}
	seed := demoSeed(hash, now)
	if err := d.grow(&seed, hash, now); err != nil {
		return models.Seed{}, err
	}
	if seed.Crowd != nil {
		seed.Crowd.Progress = progress(out)
	}
	return seed, nil
}

func practicePeople() []practiceidp.Person {
	var people []practiceidp.Person
	for _, p := range demoPeople() {
		people = append(people, practiceidp.Person{
			UserName: p.address, Email: p.email(), FirstName: p.given, LastName: p.family, Groups: []string{p.role.Key()}, Note: p.role.Label(),
		})
	}
	return append(people,
		practiceidp.Person{UserName: "samir.khoury", Email: "samir.khoury@northwind.example", FirstName: "Samir", LastName: "Khoury", Note: "invited, not a member yet"},
		practiceidp.Person{UserName: "lena.fischer", Email: "lena.fischer@" + demoDomain, FirstName: "Lena", LastName: "Fischer", Note: "let in, because the domain is Northwind's"},
		practiceidp.Person{UserName: "stranger", Email: "stranger@elsewhere.example", FirstName: "Sam", LastName: "Stranger", Note: "not invited: is refused"})
}

// practiceFolder keeps the practice provider's key beside the database.
func practiceFolder(s config.Settings) string {
	if folder := s.Database.Folder(); folder != "" {
		return filepath.Join(folder, "practice-idp")
	}
	return filepath.Join("data", "practice-idp")
}

// sample makes the sample organization when there is none, with the practice provider connected; nothing that is there is touched, but
// for the practice provider's address when it moved.
func (c *console) sample(ctx context.Context, seed models.Seed, practice *practiceidp.Provider) error {
	made, err := c.store.Seed(ctx, seed)
	if err != nil {
		return err
	}
	if !made && seed.Crowd != nil {
		c.log.WarnContext(ctx, "the sample organization is there already and stays as large as it is: an empty database gets a new one")
	}
	metadata, err := saml.ReadMetadata(practice.Metadata(), saml.MetadataOptions{Now: time.Now().UTC(), AllowHTTPLoopback: true})
	if err != nil {
		return err
	}
	change := models.ProviderChange{
		Slug: "practice", Name: "Practice identity provider", EntityID: metadata.EntityID, SSOURL: metadata.SSOURL, SSOBinding: string(metadata.SSOBinding),
		MetadataXML: string(practice.Metadata()), Enabled: true, AdmitsDomains: true,
		Logout: models.LogoutAddress{URL: metadata.SLOURL, Binding: string(metadata.SLOBinding)},
	}
	for _, read := range metadata.Certificates {
		change.Certificates = append(change.Certificates, models.ProviderCertificate{
			DER: read.DER, Subject: read.Subject, SHA256: read.SHA256[:], NotBefore: read.NotBefore, NotAfter: read.NotAfter,
		})
	}
	if made {
		return c.asFounder(ctx, func(tenant store.Tenant) error { return connect(ctx, tenant, change) })
	}
	known, err := c.store.ConnectionOf(ctx, "northwind", "practice")
	if models.Is(err, models.NotFound) || (err == nil && known.Provider.SSOURL == change.SSOURL && known.Provider.Logout == change.Logout) {
		return nil // deleted or disabled on purpose, or still where it was
	}
	if err != nil {
		return err
	}
	change.Attributes, change.AdmitsDomains = known.Provider.Attributes, known.Provider.AdmitsDomains
	return c.asFounder(ctx, func(tenant store.Tenant) error {
		return tenant.EditIdentityProvider(ctx, "practice", known.Provider.Version, change)
	})
}

func connect(ctx context.Context, tenant store.Tenant, change models.ProviderChange) error {
	reservation, err := tenant.Reservation(ctx, func() (models.Reservation, error) {
		keys, err := saml.NewKeyPair("Gatehouse northwind", time.Now().UTC())
		if err != nil {
			return models.Reservation{}, err
		}
		return models.Reservation{ConnectionID: saml.NewConnectionID(), PrivateKey: keys.MarshalPrivate(), CertificateDER: keys.Certificate}, nil
	})
	if err != nil {
		return err
	}
	if _, err = tenant.CreateIdentityProvider(ctx, reservation.ConnectionID, change); err != nil {
		return err
	}
	// The practice provider's groups are the roles that people have, so this changes nobody.
	contributors := models.MappingDraft{Group: authz.OrganizationContributor.Key(), Role: authz.OrganizationContributor, Authoritative: true}
	return tenant.CreateMapping(ctx, string(change.Slug), contributors)
}

// asFounder does what the sample organization's first Administrator could do, in a session of theirs, so that the sample's audit log is a
// true one.
func (c *console) asFounder(ctx context.Context, act func(store.Tenant) error) error {
	founder := demoPeople()[0]
	credentials, err := c.store.Credentials(ctx, founder.email())
	if err != nil {
		return err
	}
	token := secret.HashToken(secret.Token())
	request := models.Request{IP: "127.0.0.1", UserAgent: "gatehouse demo", Reference: secret.Reference()}
	if err := c.store.SignInByPassword(ctx, credentials, nil, token, "", request); err != nil {
		return err
	}
	asking, err := c.store.Asking(ctx, token, "northwind")
	if err != nil {
		return err
	}
	asking.Person.Request = request
	actor := models.Actor{Person: asking.Person, Organization: *asking.Organization, Role: asking.Role, MemberSince: asking.MemberSince}
	done := act(c.store.In(actor))
	_, err = c.store.SignOut(ctx, asking.Person, secret.Token())
	return errors.Join(done, err)
}

// announce prints everything needed to sign in.
func announce(out io.Writer, site, practiceAddr string) {
	_, _ = fmt.Fprintf(out, "\nGatehouse is running at %s\n\nSign in with a password (%q for all of them):\n\n", site, demoPassword)
	for _, p := range demoPeople() {
		if p.password {
			_, _ = fmt.Fprintf(out, "  %-26s %s\n", p.role.Label(), p.email())
		}
	}
	_, _ = fmt.Fprintf(out, "  %-26s %s\n", "Outside collaborator", outsideCollaborator.Email)
	_, _ = fmt.Fprintf(out, "\nOr through the practice identity provider (at http://%s), as anybody:\n\n  %s\n\n"+
		"The sign-in page's “Sign in with SSO” leads there too; the organization's ID is northwind.\nAll components of the pages: %s\n\nCtrl+C ends it; the data stays.\n\n",
		practiceAddr, site+(&url.URL{Path: urls.LoginProviders.To("northwind")}).String(), site+urls.UIKit.To())
}

func loopbackOnly(name, addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%s is %q; it must be host:port, such as 127.0.0.1:8081", name, addr)
	}
	if address, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !address.IsLoopback()) {
		return fmt.Errorf("%s is %q; the demo runs on loopback only, because its passwords are public", name, addr)
	}
	return nil
}

// chosen is the address with port 0 replaced by a free port.
func chosen(ctx context.Context, addr, taken string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || port != "0" {
		return addr, err
	}
	for { // until the system's choice is not the console's own address, which nobody listens on yet
		socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
		if err != nil {
			return "", err
		}
		_, port, err = net.SplitHostPort(socket.Addr().String())
		free := net.JoinHostPort(host, port)
		if err = errors.Join(err, socket.Close()); err != nil || free != taken {
			return free, err
		}
	}
}

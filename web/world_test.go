package web

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/handlers"
	"gatehouse/internal/authz"
	"gatehouse/internal/dns"
	"gatehouse/internal/password"
	"gatehouse/internal/secret"
	"gatehouse/internal/session"
	"gatehouse/internal/testdb"
	"gatehouse/models"
	"gatehouse/models/store"
)

// world is a console that runs on a fresh database with two organizations, Northwind and Contoso, and people of every kind.
type world struct {
	t        testing.TB
	database string
	base     string // the public URL
	handler  http.Handler
	handlers *handlers.Handlers
	store    *store.Store
	log      *captured
	clients  int
	opened   struct {
		source string
		raw    *raw
	}
}

// settings are what a test may change of the console.
type settings struct {
	https  bool
	named  bool // is reached by a name, as passkeys need
	direct bool // believes no proxy
	smtp   bool
	near   bool           // reads metadata from private addresses
	roots  *x509.CertPool // that vouch for where metadata comes from
	demo   bool
	create models.Creation    // who creates organizations; everybody, when empty
	more   []route            // routes that only a test has
	adjust func(*models.Seed) // changes Northwind before it is planted
	empty  bool               // plants nothing
	names  string             // address of the name server; nobody listens there, when empty
}

// each runs a test in a fresh world on each database.
func each(t *testing.T, test func(w *world)) {
	t.Helper()
	eachWith(t, settings{}, test)
}

func eachWith(t *testing.T, s settings, test func(w *world)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, migrateForTest, func(t *testing.T, url string) {
		t.Parallel()
		test(newWorld(t, url, s))
	})
}

// onSQLite is for what no database changes.
func onSQLite(t *testing.T, s settings) *world {
	t.Helper()
	t.Parallel()
	return newWorld(t, testdb.SQLite(t, migrateForTest), s)
}

// onceOnSQLite is onSQLite within a test that makes several worlds.
func onceOnSQLite(t *testing.T, s settings) *world {
	t.Helper()
	return newWorld(t, testdb.SQLite(t, migrateForTest), s)
}

func migrateForTest(ctx context.Context, url string) error {
	_, _, err := store.Migrate(ctx, url)
	return err
}

func newWorld(t testing.TB, database string, s settings) *world {
	t.Helper()
	w := &world{t: t, database: database, log: &captured{}}
	// A log that tells on somebody fails every test that wrote it.
	t.Cleanup(func() { w.log.tellsNothing(t) })
	w.serve(s)
	if !s.empty {
		w.plant(s.adjust)
	}
	return w
}

// replica is a second server on the same database, under the same public URL.
func (w *world) replica() *world {
	w.t.Helper()
	second := &world{t: w.t, database: w.database, base: w.base, log: w.log}
	second.serve(settings{})
	return second
}

func (w *world) serve(s settings) {
	w.t.Helper()
	log := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	db, err := store.Open(w.t.Context(), store.Options{URL: w.database, Box: secret.NewBox([32]byte{7}), Log: log})
	must(w.t, err)
	w.t.Cleanup(func() { must(w.t, db.Close()) })
	w.store = db

	server := httptest.NewUnstartedServer(nil)
	w.t.Cleanup(server.Close)
	scheme := "http"
	if s.https {
		scheme = "https"
	}
	own := scheme + "://" + server.Listener.Addr().String()
	if s.named {
		own = strings.Replace(own, "127.0.0.1", "localhost", 1)
	}
	if w.base == "" {
		w.base = own
	}
	public, err := url.Parse(w.base)
	must(w.t, err)
	if s.create == "" {
		s.create = models.CreationByEverybody
	}
	if s.names == "" {
		s.names = "127.0.0.1:9"
	}
	sessions := session.New(db, s.https)
	made := handlers.New(handlers.Options{Store: db, Sessions: sessions, Passwords: cheapHasher(), URL: public, SendsMail: s.smtp, AllowPrivate: s.near, RootCAs: s.roots, Creation: s.create, Names: dns.New(s.names), Log: log})
	w.handlers = made
	options := Options{URL: public, Store: db, Handlers: made, Sessions: sessions, Log: log, Demo: s.demo}
	if !s.direct {
		_, loopback, err := net.ParseCIDR("127.0.0.0/8")
		must(w.t, err)
		options.TrustedProxies = []*net.IPNet{loopback}
	}
	w.handler, err = assemble(options, append(routes(made, s.demo), s.more...))
	must(w.t, err)
	server.Config = NewServer(w.handler, log)
	if s.https {
		server.StartTLS()
	} else {
		server.Start()
	}
	w.base = own
}

// cheapHasher costs next to nothing: nobody attacks these passwords.
func cheapHasher() *password.Hasher {
	return password.New(password.Params{MemoryKiB: 16, Iterations: 1, Parallelism: 1}, 4)
}

// plain is everybody's password.
const plain = "correct horse battery staple"

var hashOfPlain = sync.OnceValues(func() (string, error) { return cheapHasher().Hash(context.Background(), plain) })

// The people, by the first letter of their name in the tables of these tests.
const (
	ada     = "ada@northwind.example"    // Administrator
	olga    = "olga@northwind.example"   // Organization Contributor
	tess    = "tess@northwind.example"   // Team Contributor
	ulf     = "ulf@northwind.example"    // Organization User
	sana    = "sana@northwind.example"   // Organization User without a password
	zoe     = "zoe@northwind.example"    // suspended
	quentin = "quentin@tailspin.example" // viewer of one app of Northwind, a member of nothing
	carl    = "carl@contoso.example"     // Administrator of Contoso
	cora    = "cora@contoso.example"     // and its other roles
	cyril   = "cyril@contoso.example"    //
	cleo    = "cleo@contoso.example"     //
	bo      = "bo@both.example"          // Organization User of Northwind and Administrator of Contoso
	nina    = "nina@nowhere.example"     // an account in no organization
	invited = "ivy@northwind.example"    // invited as a Team Contributor, without an account
	unknown = "nobody@northwind.example" // known to nobody
	invitee = "vera@elsewhere.example"   // invited as an Organization Contributor, with an account
)

func (w *world) plant(adjust func(*models.Seed)) {
	w.t.Helper()
	hash, err := hashOfPlain()
	must(w.t, err)
	person := func(name, email string, role authz.Role) models.SeedPerson {
		return models.SeedPerson{Name: name, Email: email, Role: role, PasswordHash: hash, Joined: time.Now().Add(-72 * time.Hour)}
	}
	suspended, sso := person("Zoe Out", zoe, authz.OrganizationUser), person("Sana Solo", sana, authz.OrganizationUser)
	suspended.Suspended, sso.PasswordHash = true, ""
	northwind := models.Seed{
		Slug: "northwind", Name: "Northwind Robotics",
		People: []models.SeedPerson{
			person("Ada Admin", ada, authz.Administrator), person("Olga Org", olga, authz.OrganizationContributor), person("Tess Team", tess, authz.TeamContributor),
			person("Ulf User", ulf, authz.OrganizationUser), suspended, sso, person("Quentin Marsh", quentin, 0), person("Bo Both", bo, authz.OrganizationUser),
			person("Nina Nowhere", nina, 0), person("Vera Invited", invitee, 0),
		},
		Apps: []models.SeedApp{
			{Slug: "arm", Description: "Picks things up", Holds: armHolds()},
			{Slug: "drive", Collaborators: map[string]authz.CollaboratorLevel{quentin: authz.Viewer}},
			{Slug: "engine"},
			{Slug: "map", Visibility: authz.Organization, Holds: mapHolds()},
			{Slug: "showcase", Visibility: authz.Public},
		},
		Teams: []models.SeedTeam{
			{Slug: "hands", Name: "Hands", Members: []string{tess, ulf}, Apps: []models.Slug{"arm"}},
			{Slug: "wheels", Name: "Wheels", Members: []string{olga}, Apps: []models.Slug{"engine"}},
		},
		Invitations: []models.SeedInvitation{{Email: invited, Role: authz.TeamContributor}, {Email: invitee, Role: authz.OrganizationContributor}},
		Domains:     []models.SeedDomain{{Name: "robots.example"}},
	}
	if adjust != nil {
		adjust(&northwind)
	}
	contoso := models.Seed{
		Slug: "contoso", Name: "Contoso",
		People: []models.SeedPerson{
			person("Carl Contoso", carl, authz.Administrator), person("Cora Contoso", cora, authz.OrganizationContributor),
			person("Cyril Contoso", cyril, authz.TeamContributor), person("Cleo Contoso", cleo, authz.OrganizationUser), person("Bo Both", bo, authz.Administrator),
		},
		Apps:    []models.SeedApp{{Slug: "vault", Holds: vaultHolds()}, {Slug: "arm"}},
		Teams:   []models.SeedTeam{{Slug: "sales", Name: "Sales", Members: []string{cyril}, Apps: []models.Slug{"vault"}}},
		Domains: []models.SeedDomain{{Name: "vault.example"}},
	}
	for _, seed := range []models.Seed{northwind, contoso} {
		_, err := w.store.Seed(w.t.Context(), seed)
		must(w.t, err)
	}
}

// userID is the id of an account.
func (w *world) userID(email string) string {
	w.t.Helper()
	account, err := w.store.Credentials(w.t.Context(), email)
	must(w.t, err)
	return account.UserID
}

// actor is a member as the guard would make them, for what a test prepares without HTTP.
func (w *world) actor(email, organization string) models.Actor {
	w.t.Helper()
	account, err := w.store.Credentials(w.t.Context(), email)
	must(w.t, err)
	token := secret.HashToken(secret.Token())
	must(w.t, w.store.SignInByPassword(w.t.Context(), account, nil, token, "", models.Request{IP: "192.0.2.1", Reference: "TEST-0000"}))
	asking, err := w.store.Asking(w.t.Context(), token, organization)
	must(w.t, err)
	return models.Actor{Person: asking.Person, Organization: *asking.Organization, Role: asking.Role, MemberSince: asking.MemberSince}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, fmt.Sprint(got), fmt.Sprint(want))
	}
}

package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/internal/testdb"
	"gatehouse/models"
)

func migrateForTest(ctx context.Context, url string) error {
	_, _, err := Migrate(ctx, url)
	return err
}

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a database with two organizations: Northwind with one person of each role and more, and Contoso, which is none of their business.
type world struct {
	*Store
	t     *testing.T
	ctx   context.Context // the test's, for helpers
	clock *clock
	url   string
}

// each runs a test in a fresh world on each database.
func each(t *testing.T, test func(w *world)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, migrateForTest, func(t *testing.T, url string) {
		t.Parallel()
		w := &world{t: t, ctx: t.Context(), url: url, clock: &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.FixedZone("", 3600))}}
		w.Store = w.open()
		w.seed()
		test(w)
	})
}

var testBox = secret.NewBox([32]byte{1})

// open connects to the world's database once more, as another replica would.
func (w *world) open() *Store {
	w.t.Helper()
	s, err := Open(w.ctx, Options{URL: w.url, Box: testBox, Clock: w.clock.now})
	must(w.t, err)
	w.t.Cleanup(func() { must(w.t, s.Close()) })
	return s
}

// hashOf is the password hash of everybody in these tests: nothing here hashes.
const hashOf = "$argon2id$of-everybody"

func (w *world) seed() {
	w.t.Helper()
	person := func(name, email string, role authz.Role) models.SeedPerson {
		return models.SeedPerson{Name: name, Email: email, Role: role, PasswordHash: hashOf}
	}
	sso := person("Sana Öz", "sana@northwind.example", authz.OrganizationUser)
	sso.PasswordHash = ""
	suspended := person("Zoe Out", "zoe@northwind.example", authz.OrganizationUser)
	suspended.Suspended = true
	northwind := models.Seed{
		Slug: "northwind", Name: "Northwind Robotics",
		People: []models.SeedPerson{
			person("Ada Admin", "ada@northwind.example", authz.Administrator), person("Olga Org", "Olga@northwind.example", authz.OrganizationContributor),
			person("Tess Team", "tess@northwind.example", authz.TeamContributor), person("Ulf User", "ulf@northwind.example", authz.OrganizationUser),
			person("Mia Mate", "mia@northwind.example", authz.TeamContributor), sso, suspended, person("Quentin Marsh", "quentin@tailspin.example", 0),
		},
		Apps: []models.SeedApp{
			{Slug: "Arm", Description: "Picks things up"}, {Slug: "brain", Visibility: authz.Organization}, {Slug: "camera", Visibility: authz.Public},
			{Slug: "drive", Collaborators: map[string]authz.CollaboratorLevel{"quentin@tailspin.example": authz.Contributor, "mia@northwind.example": authz.Viewer}},
			{Slug: "engine"},
		},
		Teams: []models.SeedTeam{
			{Slug: "hands", Name: "Hands", Members: []string{"tess@northwind.example", "mia@northwind.example", "ulf@northwind.example"}, Apps: []models.Slug{"Arm"}},
			{Slug: "feet", Name: "Feet", Members: []string{"olga@northwind.example", "mia@northwind.example"}, Apps: []models.Slug{"engine"}},
			{Slug: "idle", Name: "Idle"},
		},
		Invitations: []models.SeedInvitation{{Email: "Newt@northwind.example", Role: authz.TeamContributor}},
	}
	contoso := models.Seed{
		Slug: "contoso", Name: "Contoso", People: []models.SeedPerson{
			person("Carl Contoso", "carl@contoso.example", authz.Administrator), person("Ulf User", "ulf@northwind.example", authz.OrganizationUser),
		},
		Apps: []models.SeedApp{{Slug: "secret-app", Collaborators: map[string]authz.CollaboratorLevel{"carl@contoso.example": authz.Viewer}}}, Teams: []models.SeedTeam{{Slug: "sales", Name: "Sales", Members: []string{"carl@contoso.example"}}},
	}
	for _, seed := range []models.Seed{northwind, contoso} {
		made, err := w.Seed(w.ctx, seed)
		must(w.t, err)
		equal(w.t, "seeded", made, true)
	}
}

var request = models.Request{IP: "203.0.113.7", UserAgent: "Browser/1.0", Reference: "7K2M-9QXD"}

// signIn signs somebody in by password and returns the session's token hash.
func (w *world) signIn(email string, previous ...byte) []byte {
	w.t.Helper()
	account, err := w.Credentials(w.ctx, email)
	must(w.t, err)
	token := secret.HashToken(secret.Token())
	must(w.t, w.SignInByPassword(w.ctx, account, previous, token, "", request))
	return token
}

// ask looks the session up, which must be live.
func (w *world) ask(token []byte, organization string) models.Asking {
	w.t.Helper()
	asking, err := w.Asking(w.ctx, token, organization)
	must(w.t, err)
	asking.Person.Request = request
	return asking
}

// person is somebody signed in by password.
func (w *world) person(email string) models.Person {
	w.t.Helper()
	return w.ask(w.signIn(email), "").Person
}

// in is the organization as somebody who signed in by password sees it.
func (w *world) in(organization, email string) Tenant {
	w.t.Helper()
	return w.In(actorOf(w.ask(w.signIn(email), organization)))
}

func actorOf(a models.Asking) models.Actor {
	return models.Actor{Person: a.Person, Organization: *a.Organization, Role: a.Role, Suspended: a.Suspended, MemberSince: a.MemberSince}
}

// userID is the id of an account.
func (w *world) userID(email string) string {
	w.t.Helper()
	account, err := w.Credentials(w.ctx, email)
	must(w.t, err)
	return account.UserID
}

// number reads one number straight from the database.
func (w *world) number(sql string, args ...any) int {
	w.t.Helper()
	var n int
	must(w.t, w.db.WithContext(w.ctx).Raw(sql, args...).Scan(&n).Error)
	return n
}

// run changes the database behind the store's back.
func (w *world) run(sql string, args ...any) {
	w.t.Helper()
	must(w.t, w.db.WithContext(w.ctx).Exec(sql, args...).Error)
}

// log is every audit entry of something that was done, as "organization action", oldest first; those of refusals come when they come.
func (w *world) log() []string {
	w.t.Helper()
	var rows []struct {
		Slug   ref    `gorm:"column:slug"`
		Action string `gorm:"column:action"`
	}
	must(w.t, w.db.WithContext(w.ctx).Raw("SELECT o.slug, e.action FROM audit_entries e LEFT JOIN organizations o ON o.id = e.organization_id WHERE e.action NOT IN (?) ORDER BY e.id", models.Refusals()).Scan(&rows).Error)
	entries := []string{}
	for _, row := range rows {
		if row.Slug == "" {
			row.Slug = "-"
		}
		entries = append(entries, string(row.Slug)+" "+row.Action)
	}
	return entries
}

// records does something and holds it to exactly these audit entries, in any order.
func (w *world) records(do func(), want ...string) {
	w.t.Helper()
	before := len(w.log())
	w.whileNorthwindGoes(do)
	got := w.log()[before:]
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.t.Errorf("audit entries are %q, want %q", got, want)
	}
}

// whileNorthwindGoes does something as if the organization were being deleted, and holds it to unit.hold: whoever waits for the organization
// has locked nothing of it.
func (w *world) whileNorthwindGoes(do func()) {
	w.t.Helper()
	if w.dialect == sqliteDialect { // one writer at a time
		do()
		return
	}
	held, err := testdb.HeldWhileWaiting(w.ctx, w.url, "organizations", "northwind", do)
	must(w.t, err)
	if len(held) > 0 {
		w.t.Errorf("waits for the organization and holds rows of %q: see unit.hold", held)
	}
}

// queries counts the statements of something.
func (w *world) queries(do func(ctx context.Context)) int64 {
	var n atomic.Int64
	do(WithQueryCounter(w.ctx, &n))
	return n.Load()
}

// tables is how many rows every table has, so that a test can say that nothing changed.
func (w *world) tables() string {
	w.t.Helper()
	w.SettleRefused() // that something was refused is told, and is no change
	text, but := "", map[string]string{"audit_entries": " e WHERE e.action NOT LIKE '%.%refused' AND e.action NOT LIKE '%.locked-out'"}
	for _, table := range []string{
		"organizations", "users", "members", "invitations", "teams", "team_members", "team_apps", "apps", "collaborators", "identity_providers", "identity_provider_certificates",
		"identity_provider_reservations", "identity_links", "saml_flows", "saml_results", "saml_replays", "sign_in_evidence", "enforcements", "enforced_members", "enforced_teams", "break_glass_codes", "break_glass_entries", "sessions", "session_authentications",
		"password_resets", "domains", "outbox", "audit_entries", "audit_chains", "audit_checkpoints", "authenticators", "pending_authenticators", "recovery_codes", "passkeys", "passkey_challenges", "half_sign_ins",
		"models", "workflows", "workflow_nodes", "base_workflows", "modules", "module_versions", "module_installs",
	} {
		text += fmt.Sprintf("%s %d\n", table, w.number("SELECT count(*) FROM "+table+but[table]))
	}
	return text
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused holds an error to a kind of refusal with a sentence.
func refused(t testing.TB, err error, kind models.Kind) {
	t.Helper()
	refusal, ok := models.RefusalOf(err)
	switch {
	case !ok:
		t.Fatalf("got %v, want a refusal of kind %d", err, kind)
	case refusal.Kind != kind:
		t.Errorf("refused with kind %d (%s), want %d", refusal.Kind, refusal.Sentence, kind)
	case refusal.Sentence == "":
		t.Error("the refusal has no sentence")
	}
}

func refusedField(t testing.TB, err error, field string) {
	t.Helper()
	refused(t, err, models.Invalid)
	if refusal, _ := models.RefusalOf(err); refusal.Field != field {
		t.Errorf("refused beside the field %q, want %q", refusal.Field, field)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func equalAll[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// atOnce does something n times at the same moment and returns how often it went well, and the other errors.
func atOnce(n int, do func(i int) error) (good int, failures []error) {
	start, results := make(chan struct{}), make(chan error, n)
	for i := range n {
		go func() {
			<-start
			results <- do(i)
		}()
	}
	close(start)
	for range n {
		if err := <-results; err != nil {
			failures = append(failures, err)
		} else {
			good++
		}
	}
	return good, failures
}

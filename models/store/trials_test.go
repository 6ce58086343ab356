package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

// trial is a test sign-in of Ada's up to the browser fetching its result, and the session it was begun in.
func (w *world) trial(c models.Connection, id models.SAMLIdentity) (result, session []byte) {
	w.t.Helper()
	session = w.signIn("ada@northwind.example")
	f := models.Flow{RelayState: secret.Token(), RequestID: "_" + newID(), ReturnPath: "/", Browser: browser}
	must(w.t, w.In(actorOf(w.ask(session, "northwind"))).BeginTest(w.ctx, c.Provider.Slug, f))
	found, err := w.OutstandingFlow(w.ctx, c.Provider.ConnectionID, f.RelayState)
	must(w.t, err)
	result = secret.HashToken(secret.Token())
	id.Configuration = c.Provider.Fingerprint()
	id.Recording.Checks = []models.Check{{Name: "signature", Outcome: models.Passed}}
	must(w.t, w.AcceptAssertion(w.ctx, found, w.identity(id), result))
	return result, session
}

func (w *world) attempt(reference string) models.Attempt {
	w.t.Helper()
	at, err := w.in("northwind", "ada@northwind.example").Attempt(w.ctx, reference)
	must(w.t, err)
	return at
}

func TestATestSignInMakesNothingAndFindsWhatASignInWould(t *testing.T) {
	for _, line := range []struct {
		name, check, person string
		id                  models.SAMLIdentity
		asTester            bool
	}{
		{name: "oneself", id: models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example"}, person: "Ada Admin", asTester: true},
		{name: "another member", id: models.SAMLIdentity{NameID: "ulf", Email: "ulf@northwind.example"}, person: "Ulf User"},
		{name: "somebody invited", id: models.SAMLIdentity{NameID: "newt", Email: "newt@northwind.example", Name: "Newt"}, person: "Newt"},
		{name: "a stranger", id: models.SAMLIdentity{NameID: "x", Email: "x@elsewhere.example"}, person: "x@elsewhere.example", check: models.CheckKnown},
		{name: "somebody suspended", id: models.SAMLIdentity{NameID: "z", Email: "zoe@northwind.example"}, person: "zoe@northwind.example", check: models.CheckActive},
	} {
		t.Run(line.name, func(t *testing.T) {
			each(t, func(w *world) {
				c := w.provider("okta", false)
				line.id.Received = []models.ReceivedAttribute{{Name: "groups", Values: []string{"staff"}}}
				result, session := w.trial(c, line.id)
				before := strings.NewReplacer("audit_entries", "").Replace(w.rowsBut("audit_entries", "sign_in_evidence"))
				w.records(func() {
					finished, err := w.FinishSAML(w.ctx, result, browser, session, secret.HashToken("new"), request)
					must(w.t, err)
					equal(w.t, "leads to", *finished.Test, models.FinishedTest{Provider: "okta", Reference: request.Reference})
					equal(w.t, "of", finished.Organization.Slug, "northwind")
				}, "northwind identity-provider.tested")
				equal(w.t, "tables", w.rowsBut("audit_entries", "sign_in_evidence"), before)
				at := w.attempt(request.Reference)
				equal(w.t, "mode", at.Mode, models.FlowTest)
				equal(w.t, "check", at.Check, line.check)
				equal(w.t, "accepted", at.Accepted, line.check == "")
				equal(w.t, "person", at.Person, line.person)
				equal(w.t, "as oneself", at.AsTester, line.asTester)
				equal(w.t, "whose", at.TesterID, w.userID("ada@northwind.example"))
				equal(w.t, "configuration", string(at.Configuration), string(c.Provider.Fingerprint()))
				equal(w.t, "checks", len(at.Recording.Checks), 1+1+7)

				// What it received is for the tester alone, and for an hour.
				own, err := w.in("northwind", "ada@northwind.example").Evidence(w.ctx, at)
				must(w.t, err)
				equal(w.t, "received", own.Attributes[0].Values[0], "staff")
				w.run("UPDATE members SET role = 'administrator' WHERE user_id = ?", w.userID("olga@northwind.example"))
				theirs, err := w.in("northwind", "olga@northwind.example").Evidence(w.ctx, at)
				must(w.t, err)
				equal(w.t, "shown to another Administrator", len(theirs.Attributes)+len(theirs.NameID), 0)
				_, err = w.in("contoso", "carl@contoso.example").Evidence(w.ctx, at)
				refused(w.t, err, models.NotFound)
				w.clock.pass(models.KeepReceived)
				_, err = w.in("northwind", "ada@northwind.example").Evidence(w.ctx, at)
				refused(w.t, err, models.NotFound)

				_, err = w.FinishSAML(w.ctx, result, browser, session, secret.HashToken("new"), request)
				refused(w.t, err, models.Denied)
			})
		})
	}
}

// rowsBut is tables without some of them.
func (w *world) rowsBut(skipped ...string) string {
	var kept []string
	for line := range strings.Lines(w.tables()) {
		table, _, _ := strings.Cut(line, " ")
		if !strings.Contains(strings.Join(skipped, " "), table) && table != "sessions" && table != "session_authentications" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestATestBelongsToTheSessionThatBeganIt(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		for name, line := range map[string]struct {
			browser string
			session func(own []byte) []byte
			check   string
		}{
			"another browser":          {"another", func(own []byte) []byte { return own }, models.CheckBrowser},
			"no session":               {browser, func([]byte) []byte { return nil }, models.CheckBrowser},
			"another session of Ada's": {browser, func([]byte) []byte { return w.signIn("ada@northwind.example") }, models.CheckBrowser},
			"somebody else":            {browser, func([]byte) []byte { return w.signIn("olga@northwind.example") }, models.CheckBrowser},
			"a session that was signed out": {browser, func(own []byte) []byte {
				w.signOut(w.ask(own, "").Person)
				return own
			}, models.CheckBrowser},
		} {
			result, session := w.trial(c, models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example"})
			_, err := w.FinishSAML(w.ctx, result, line.browser, line.session(session), secret.HashToken(secret.Token()), request)
			refused(w.t, err, models.Denied)
			equal(w.t, name, w.attempts(c)[0].Check, line.check)
		}
		equal(w.t, "links", w.number("SELECT count(*) FROM identity_links"), 0)
	})
}

func TestATestIsTheAdministratorsToBegin(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", false)
		f := models.Flow{RelayState: secret.Token(), Browser: browser}
		refused(w.t, w.in("northwind", "olga@northwind.example").BeginTest(w.ctx, "okta", f), models.Denied)
		refused(w.t, w.in("contoso", "carl@contoso.example").BeginTest(w.ctx, "okta", f), models.NotFound)
		equal(w.t, "flows", w.number("SELECT count(*) FROM saml_flows"), 0)
		_, err := w.in("contoso", "carl@contoso.example").Connection(w.ctx, c.Provider.Slug)
		refused(w.t, err, models.NotFound)
	})
}

func TestATestResultIsUsedOnceWhoeverAsksAtOnce(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		result, session := w.trial(c, models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example"})
		replica := w.open()
		good, failures := atOnce(8, func(i int) error {
			_, err := []*Store{w.Store, replica}[i%2].FinishSAML(w.ctx, result, browser, session, secret.HashToken(secret.Token()), request)
			return err
		})
		equal(w.t, "results", good, 1)
		for _, err := range failures {
			if _, ok := models.RefusalOf(err); !ok {
				w.t.Error(errors.Unwrap(err))
			}
		}
		equal(w.t, "tests recorded as passed", w.number("SELECT count(*) FROM sign_in_attempts WHERE accepted"), 1)
	})
}

func TestARefusedAnswerIsKeptSealedForADayAndTheLastFew(t *testing.T) {
	each(t, func(w *world) {
		c, other := w.provider("okta", true), w.provider("entra", true)
		ada := w.in("northwind", "ada@northwind.example")
		refuse := func(c models.Connection, reference, response string) {
			_, err := w.RecordRefusedAttempt(w.ctx, c.Provider.ConnectionID, models.Attempt{Reference: reference, Check: "audience", Cause: "c", Recording: models.Recording{
				Drift: -3 * time.Hour, Drifted: true, Outline: "samlp:Response"}}, &models.Evidence{Response: response, RequestID: "_1", ReceivedAt: w.now()})
			must(w.t, err)
		}
		refuse(other, "OTHR-0000", "b3RoZXI=")
		refuse(c, "LARG-0000", strings.Repeat("A", 256<<10+1))
		for i := range models.KeptEvidence + 2 {
			refuse(c, "KEPT-000"+string(rune('0'+i)), "PHNlY3JldC8+")
		}
		equal(w.t, "in clear", w.number("SELECT count(*) FROM sign_in_evidence WHERE CAST(sealed AS text) LIKE '%PHNlY3JldC8%'"), 0)
		kept, err := ada.Refusals(w.ctx, c.Provider.ID)
		must(w.t, err)
		equal(w.t, "kept", len(kept), models.KeptEvidence)
		equal(w.t, "the newest first", kept[0].Reference, "KEPT-0006")
		equal(w.t, "the oldest gave way", w.attempt("KEPT-0001").Kept, false)
		equal(w.t, "too large to keep", w.attempt("LARG-0000").Kept, false)
		equal(w.t, "the other's is still there", w.attempt("OTHR-0000").Kept, true)
		at := w.attempt("KEPT-0006")
		equal(w.t, "provider", at.Provider, "okta")
		equal(w.t, "drift", at.Recording.Drift, -3*time.Hour)
		equal(w.t, "outline", at.Recording.Outline, "samlp:Response")
		evidence, err := ada.Evidence(w.ctx, at)
		must(w.t, err)
		equal(w.t, "answer", evidence.Response, "PHNlY3JldC8+")
		equal(w.t, "received", evidence.ReceivedAt, w.now())

		carl := w.in("contoso", "carl@contoso.example")
		for name, do := range map[string]func() error{
			"attempt":  func() error { _, err := carl.Attempt(w.ctx, "KEPT-0006"); return err },
			"evidence": func() error { _, err := carl.Evidence(w.ctx, at); return err },
			"nothing":  func() error { _, err := ada.Attempt(w.ctx, "NONE-0000"); return err },
		} {
			if err := do(); !models.Is(err, models.NotFound) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		theirs, err := carl.Refusals(w.ctx, c.Provider.ID)
		must(w.t, err)
		equal(w.t, "refusals of another organization", len(theirs), 0)

		// A row moved to another attempt or connection does not open there.
		w.run("UPDATE sign_in_evidence SET attempt_id = ? WHERE attempt_id = ?", w.attempt("KEPT-0000").ID, at.ID)
		if _, err := ada.Evidence(w.ctx, w.attempt("KEPT-0000")); err == nil {
			w.t.Error("an answer opens as that of another sign-in")
		}
		w.clock.pass(models.KeepAnswer)
		equal(w.t, "kept after a day", w.attempt("KEPT-0005").Kept, false)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "rows after a day", w.number("SELECT count(*) FROM sign_in_evidence"), 0)
	})
}

func TestChecksAreKeptOfTheNewest(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		for i := range recordedAccepted + 3 {
			_, _, err := w.enters(c, models.SAMLIdentity{NameID: "u", Email: "sana@northwind.example", AssertionID: "_" + newID()})
			must(w.t, err)
			if i == 0 {
				_, err := w.RecordRefusedAttempt(w.ctx, c.Provider.ConnectionID, models.Attempt{Reference: "REFU-5ED0", Check: "c", Recording: models.Recording{Outline: "o"}}, nil)
				must(w.t, err)
			}
		}
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "accepted ones with their checks", w.number("SELECT count(*) FROM sign_in_attempts WHERE accepted AND recording <> ''"), recordedAccepted)
		equal(w.t, "accepted ones", w.number("SELECT count(*) FROM sign_in_attempts WHERE accepted"), recordedAccepted+3)
		equal(w.t, "a refused one is not pushed out by them", w.attempt("REFU-5ED0").Recording.Outline, "o")
		last := w.attempt(request.Reference).Recording.Checks
		equal(w.t, "first", last[0].Name, models.CheckFlow)
		equal(w.t, "last", last[len(last)-1], models.Check{Name: models.CheckActive, Expected: "an active member", Got: "active", Outcome: models.Passed})
	})
}

// What a test says of the group mappings is what the sign-in then does, also to somebody who would only join by it.
func TestATestSaysWhatTheGroupMappingsWouldDo(t *testing.T) {
	each(t, func(w *world) {
		c := w.provider("okta", true)
		w.maps("eng", true, authz.OrganizationContributor, "idle")
		for _, email := range []string{"ulf@northwind.example", "newt@northwind.example"} {
			id := models.SAMLIdentity{NameID: "of " + email, Email: email, Groups: []string{"eng", "other"}, GroupsSent: true, Attributes: []string{"groups"}}
			result, session := w.trial(c, id)
			_, err := w.FinishSAML(w.ctx, result, browser, session, secret.HashToken("new"), request)
			must(w.t, err)
			at := w.attempt(request.Reference)
			evidence, err := w.in("northwind", "ada@northwind.example").Evidence(w.ctx, at)
			must(w.t, err)
			e := evidence.Trial.Effect
			said := e.Role.Key() + " " + e.Join[0].Team.Slug
			equal(w.t, email+" would become", said, "organization_contributor idle")
			w.clock.pass(time.Minute)
			w.comes(c, email, "eng", "other")
			equal(w.t, email+" joined", w.has(email), map[bool]string{
				true:  "organization_contributor<Provider okta/eng/true hands idle<Provider okta/eng/true",
				false: "organization_contributor<Provider okta/eng/true idle<Provider okta/eng/true",
			}[email == "ulf@northwind.example"])
		}
		list, err := w.in("northwind", "ada@northwind.example").Mappings(w.ctx, "okta", "", nil)
		must(w.t, err)
		equal(w.t, "people by it", list.All[0].People, 2)
	})
}

package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

// readyToRequire makes an enabled provider that Ada tested as herself, and codes of hers of which one was tested.
func (w *world) readyToRequire() models.Connection {
	w.t.Helper()
	c := w.provider("okta", true)
	w.passTest(c)
	ada := w.in("northwind", "ada@northwind.example")
	must(w.t, ada.MakeCodes(w.ctx, [][]byte{secret.HashToken("code 1"), secret.HashToken("code 2"), secret.HashToken("code 3")}))
	must(w.t, ada.TestCode(w.ctx, secret.HashToken("code 1")))
	return c
}

func (w *world) passTest(c models.Connection) {
	w.t.Helper()
	result, session := w.trial(c, models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example"})
	_, err := w.FinishSAML(w.ctx, result, browser, session, secret.HashToken(secret.Token()), request)
	must(w.t, err)
}

// entering is the person as a session by password makes them at Northwind.
func (w *world) opens(email string) bool {
	w.t.Helper()
	asking := w.ask(w.signIn(email), "northwind")
	return asking.Person.Opens(asking.Organization.ID)
}

func (w *world) whoIsIn() string {
	w.t.Helper()
	in := ""
	for _, name := range []string{"ada", "olga", "tess", "ulf"} {
		if w.opens(name + "@northwind.example") {
			in += name + " "
		}
	}
	return in
}

// adaBySSO is Northwind as Ada sees it who came through the provider.
func (w *world) adaBySSO(c models.Connection) Tenant {
	w.t.Helper()
	token, _, err := w.enters(c, models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example"})
	must(w.t, err)
	return w.In(actorOf(w.ask(token, "northwind")))
}

func step(stage models.Stage, version int) models.EnforcementChange {
	in := models.EnforcementChange{Stage: stage, Within: 10 * time.Minute, Version: version}
	return in
}

// chosen is the step to Tess and the team of Olga.
func (w *world) chosen(version int) models.EnforcementChange {
	in := step(models.StageChosen, version)
	in.Members, in.Teams = []string{w.userID("tess@northwind.example")}, []string{"Feet"}
	return in
}

func TestSingleSignOnIsRequiredStepByStep(t *testing.T) {
	each(t, func(w *world) {
		c := w.readyToRequire()
		ada := w.in("northwind", "ada@northwind.example")
		equal(w.t, "before", w.whoIsIn(), "ada olga tess ulf ")
		refused(w.t, ada.RequireSSO(w.ctx, step(models.StageEveryone, 0)), models.Impossible)
		w.records(func() { must(w.t, ada.RequireSSO(w.ctx, step(models.StageMe, 0))) }, "northwind single-sign-on.required")
		equal(w.t, "me", w.whoIsIn(), "olga tess ulf ")
		refused(w.t, ada.LiftSSO(w.ctx), models.Denied) // her session by password does not count any more

		var bySSO Tenant
		w.records(func() { bySSO = w.adaBySSO(c) }, "northwind identity.linked", "northwind session.signed-in", "northwind single-sign-on.confirmed")
		e, err := bySSO.Enforcement(w.ctx)
		must(w.t, err)
		equal(w.t, "confirmed", e.Waiting(), false)
		refused(w.t, bySSO.RequireSSO(w.ctx, w.chosen(1)), models.Stale)
		for _, member := range []string{w.userID("carl@contoso.example"), "nobody", ""} {
			wrong := w.chosen(e.Version)
			wrong.Members = []string{member}
			refusedField(w.t, bySSO.RequireSSO(w.ctx, wrong), "q")
		}
		wrong := w.chosen(e.Version)
		wrong.Teams = []string{"sales"} // of Contoso
		refusedField(w.t, bySSO.RequireSSO(w.ctx, wrong), "q")
		impact, err := bySSO.EnforcementImpact(w.ctx, w.chosen(e.Version))
		must(w.t, err)
		equal(w.t, "impact", fmt.Sprint(impact), "{4 3 3}") // Ada, Tess and the two of the team, of whom the provider knows Ada alone; three came by password
		must(w.t, bySSO.RequireSSO(w.ctx, w.chosen(e.Version)))
		equal(w.t, "chosen: Tess by address, Olga by team", w.whoIsIn(), "ulf ")
		e, err = bySSO.Enforcement(w.ctx)
		must(w.t, err)
		refused(w.t, bySSO.RequireSSO(w.ctx, step(models.StageEveryone, e.Version)), models.Impossible) // not confirmed yet

		// Nobody confirms: at that moment it has given way, to what was confirmed, and is recorded so once.
		w.clock.pass(10*time.Minute - time.Microsecond)
		equal(w.t, "a moment before", w.whoIsIn(), "ulf ")
		w.clock.pass(time.Microsecond)
		equal(w.t, "given way", w.whoIsIn(), "olga tess ulf ")
		w.records(func() {
			good, failures := atOnce(6, func(int) error { _, err := bySSO.Enforcement(w.ctx); return err })
			equal(w.t, "asked", good, 6)
			equalAll(w.t, "failures", failures, nil)
			must(w.t, w.Sweep(w.ctx))
		}, "northwind single-sign-on.reverted")

		bySSO = w.adaBySSO(c)
		w.passTestBySSO(c, bySSO)
		e, err = bySSO.Enforcement(w.ctx)
		must(w.t, err)
		must(w.t, bySSO.RequireSSO(w.ctx, step(models.StageEveryone, e.Version)))
		equal(w.t, "everyone", w.whoIsIn(), "")
		equal(w.t, "a guest", w.opens("quentin@tailspin.example"), true)
		carl := w.ask(w.signIn("ulf@northwind.example"), "contoso")
		equal(w.t, "another organization of a member", carl.Person.Opens(carl.Organization.ID), true)
		w.adaBySSO(c)
		w.clock.pass(time.Hour)
		equal(w.t, "confirmed, it stays", w.whoIsIn(), "")
		token, _, err := w.enters(c, models.SAMLIdentity{NameID: "ulf", Email: "ulf@northwind.example"})
		must(w.t, err)
		asking := w.ask(token, "northwind")
		equal(w.t, "by single sign-on", asking.Person.Opens(asking.Organization.ID), true)
		w.records(func() { must(w.t, w.adaBySSO(c).LiftSSO(w.ctx)) }, "northwind session.signed-in", "northwind single-sign-on.lifted")
		equal(w.t, "lifted", w.whoIsIn(), "ada olga tess ulf ")
	})
}

// passTestBySSO is passTest of somebody who is in through the provider already.
func (w *world) passTestBySSO(c models.Connection, tenant Tenant) {
	w.t.Helper()
	f := models.Flow{RelayState: secret.Token(), RequestID: "_" + newID(), ReturnPath: "/", Browser: browser}
	must(w.t, tenant.BeginTest(w.ctx, c.Provider.Slug, f))
	found, err := w.OutstandingFlow(w.ctx, c.Provider.ConnectionID, f.RelayState)
	must(w.t, err)
	result := secret.HashToken(secret.Token())
	must(w.t, w.AcceptAssertion(w.ctx, found, w.identity(models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example", Configuration: c.Provider.Fingerprint()}), result))
	var token []byte
	must(w.t, w.db.WithContext(w.ctx).Raw("SELECT token_hash FROM sessions WHERE id = ?", tenant.actor.SessionID).Row().Scan(&token))
	_, err = w.FinishSAML(w.ctx, result, browser, token, secret.HashToken(secret.Token()), request)
	must(w.t, err)
}

func TestWhatIsNeededBeforeSingleSignOnIsRequired(t *testing.T) {
	for name, line := range map[string]struct {
		without func(w *world, c models.Connection)
		kind    models.Kind
	}{
		"a test that is an hour old": {func(w *world, _ models.Connection) { w.clock.pass(models.FreshTest + time.Second) }, models.Impossible},
		"a test of another configuration": {func(w *world, _ models.Connection) {
			must(w.t, w.in("northwind", "ada@northwind.example").EditIdentityProvider(w.ctx, "okta", 1, w.change("okta", true, "one", "three")))
		}, models.Impossible},
		"somebody else's test": {func(w *world, _ models.Connection) {
			w.run("UPDATE sign_in_attempts SET tester_id = ?", w.userID("olga@northwind.example"))
		}, models.Impossible},
		"a test that ended as somebody else":    {func(w *world, _ models.Connection) { w.run("UPDATE sign_in_attempts SET as_tester = false") }, models.Impossible},
		"a test that was refused":               {func(w *world, _ models.Connection) { w.run("UPDATE sign_in_attempts SET accepted = false") }, models.Impossible},
		"an ordinary sign-in, which is no test": {func(w *world, _ models.Connection) { w.run("UPDATE sign_in_attempts SET mode = 'login'") }, models.Impossible},
		"no codes":                              {func(w *world, _ models.Connection) { w.run("DELETE FROM break_glass_codes") }, models.Impossible},
		"no code left":                          {func(w *world, _ models.Connection) { w.run("UPDATE break_glass_codes SET used_at = ?", w.now()) }, models.Impossible},
		"no code tested":                        {func(w *world, _ models.Connection) { w.run("UPDATE break_glass_codes SET tested = false") }, models.Impossible},
		"a disabled provider":                   {func(w *world, _ models.Connection) { w.run("UPDATE identity_providers SET enabled = false") }, models.Impossible},
		"no provider":                           {func(w *world, _ models.Connection) { w.run("DELETE FROM identity_providers") }, models.Impossible},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				c := w.readyToRequire()
				line.without(w, c)
				refused(w.t, w.in("northwind", "ada@northwind.example").RequireSSO(w.ctx, step(models.StageMe, 0)), line.kind)
				equal(w.t, "required", w.number("SELECT count(*) FROM enforcements"), 0)
			})
		})
	}
}

func TestWhomItIsToBeRequiredOfIsFoundInTheOrganizationOnly(t *testing.T) {
	each(t, func(w *world) {
		ada := w.in("northwind", "ada@northwind.example")
		show := func(found []models.Enforced) string {
			var names []string
			for _, f := range found {
				names = append(names, f.Name)
			}
			return strings.Join(names, ", ")
		}
		found, err := ada.ToEnforce(w.ctx, []string{w.userID("tess@northwind.example"), w.userID("carl@contoso.example"), "nobody", ""}, []string{"FEET", "sales", "\x00"})
		must(w.t, err)
		equal(w.t, "by key", show(found), "Feet, Tess Team")
		found, unknown, err := ada.NamedToEnforce(w.ctx, []string{"Tess@Northwind.example", "carl@contoso.example", "feet", "sales", "x@\x00"})
		must(w.t, err)
		equal(w.t, "by name", show(found), "Feet, Tess Team")
		equal(w.t, "unknown", strings.Join(unknown, " "), "carl@contoso.example sales x@\x00")
		everyone, err := ada.EnforcementImpact(w.ctx, step(models.StageEveryone, 0))
		must(w.t, err)
		equal(w.t, "everyone", everyone.People, w.number("SELECT count(*) FROM members m JOIN organizations o ON o.id = m.organization_id WHERE o.slug = 'northwind' AND NOT m.suspended"))
		alone, err := ada.EnforcementImpact(w.ctx, step(models.StageMe, 0))
		must(w.t, err)
		equal(w.t, "me", alone.People, 1)
	})
}

func TestTwoAdministratorsBeginOnce(t *testing.T) {
	each(t, func(w *world) {
		w.readyToRequire()
		replica := w.open()
		tenants := []Tenant{w.in("northwind", "ada@northwind.example"), w.in("northwind", "ada@northwind.example")}
		tenants[1].store = replica
		good, failures := atOnce(8, func(i int) error { return tenants[i%2].RequireSSO(w.ctx, step(models.StageMe, 0)) })
		equal(w.t, "begun", good, 1)
		for _, err := range failures {
			if !models.Is(err, models.Stale) && !models.Is(err, models.Denied) { // her password does not open it from then on
				w.t.Error(err)
			}
		}
	})
}

func TestAStepIsConfirmedOnceByAnAdministratorOnly(t *testing.T) {
	each(t, func(w *world) {
		c := w.readyToRequire()
		must(w.t, w.in("northwind", "ada@northwind.example").RequireSSO(w.ctx, step(models.StageMe, 0)))
		_, _, err := w.enters(c, models.SAMLIdentity{NameID: "ulf", Email: "ulf@northwind.example"})
		must(w.t, err)
		equal(w.t, "a member confirms nothing", w.number("SELECT count(*) FROM enforcements WHERE confirm_by IS NULL"), 0)
		var results [][]byte
		for range 4 {
			results = append(results, w.accepted(c, models.SAMLIdentity{NameID: "ada", Email: "ada@northwind.example"}))
		}
		replica := w.open()
		good, failures := atOnce(len(results), func(i int) error {
			_, err := []*Store{w.Store, replica}[i%2].FinishSAML(w.ctx, results[i], browser, nil, secret.HashToken(fmt.Sprint(i)), request)
			return err
		})
		if good != len(results) {
			w.t.Fatal(failures)
		}
		equal(w.t, "confirmed", w.number("SELECT count(*) FROM audit_entries WHERE action = 'single-sign-on.confirmed'"), 1)
		w.clock.pass(time.Hour)
		w.records(func() { must(w.t, w.Sweep(w.ctx)) })
		equal(w.t, "still required", w.opens("ada@northwind.example"), false)
	})
}

func TestWhatHappensToTheProviderHappensToWhatRestsOnIt(t *testing.T) {
	each(t, func(w *world) {
		c := w.readyToRequire()
		require := func() Tenant {
			must(w.t, w.in("northwind", "ada@northwind.example").RequireSSO(w.ctx, step(models.StageMe, 0)))
			return w.adaBySSO(c)
		}
		bySSO := require()
		must(w.t, bySSO.SetIdentityProviderEnabled(w.ctx, "okta", false))
		equal(w.t, "disabled: the password opens again", w.whoIsIn(), "ada olga tess ulf ")
		must(w.t, w.in("northwind", "ada@northwind.example").SetIdentityProviderEnabled(w.ctx, "okta", true))

		// Another certificate has to be confirmed anew; a wrong one gives way by itself.
		bySSO = require()
		e, err := bySSO.IdentityProvider(w.ctx, "okta")
		must(w.t, err)
		must(w.t, bySSO.EditIdentityProvider(w.ctx, "okta", e.Version, w.change("okta", true, "one", "two", "three")))
		equal(w.t, "edited", w.whoIsIn(), "olga tess ulf ")
		w.clock.pass(10 * time.Minute)
		equal(w.t, "given way", w.whoIsIn(), "ada olga tess ulf ")
		must(w.t, w.Sweep(w.ctx))

		c, err = w.Connection(w.ctx, c.Provider.ConnectionID)
		must(w.t, err)
		w.passTest(c)
		bySSO = require()
		must(w.t, bySSO.DeleteIdentityProvider(w.ctx, "okta", "okta"))
		equal(w.t, "deleted", w.whoIsIn(), "ada olga tess ulf ")
		equal(w.t, "rows", w.number("SELECT count(*) FROM enforcements"), 0)
	})
}

func TestTheShellLetsEverybodyIn(t *testing.T) {
	each(t, func(w *world) {
		w.readyToRequire()
		must(w.t, w.in("northwind", "ada@northwind.example").RequireSSO(w.ctx, step(models.StageMe, 0)))
		w.records(func() {
			lifted, err := w.Unlock(w.ctx, "northwind")
			must(w.t, err)
			equal(w.t, "lifted", lifted, true)
		}, "northwind single-sign-on.lifted")
		w.records(func() {
			lifted, err := w.Unlock(w.ctx, "northwind")
			must(w.t, err)
			equal(w.t, "lifted twice", lifted, false)
		})
		for _, slug := range []string{"nothing", "", "\x00"} {
			_, err := w.Unlock(w.ctx, slug)
			refused(w.t, err, models.NotFound)
		}
		equal(w.t, "in", w.opens("ada@northwind.example"), true)
	})
}

func TestOnlyAdministratorsRequireAndLift(t *testing.T) {
	each(t, func(w *world) {
		w.readyToRequire()
		olga := w.in("northwind", "olga@northwind.example")
		equal(w.t, "her role", olga.actor.Role, authz.OrganizationContributor)
		for _, err := range []error{
			olga.RequireSSO(w.ctx, step(models.StageMe, 0)), olga.LiftSSO(w.ctx), olga.MakeCodes(w.ctx, [][]byte{secret.HashToken("x")}), olga.TestCode(w.ctx, secret.HashToken("x")),
		} {
			refused(w.t, err, models.Denied)
		}
	})
}

func TestAnAppOfAnEnforcedOrganizationIsNotListedByPassword(t *testing.T) {
	each(t, func(w *world) {
		w.readyToRequire()
		must(w.t, w.in("northwind", "ada@northwind.example").RequireSSO(w.ctx, step(models.StageMe, 0)))
		w.run("UPDATE enforcements SET stage = 'everyone', confirm_by = NULL")
		list := func(email string) int {
			page, err := w.Collaborations(w.ctx, w.person(email), models.CollaborationFilter{Page: models.Page{Size: 10}})
			must(w.t, err)
			return len(page.Rows)
		}
		equal(w.t, "of a member", list("mia@northwind.example"), 0)
		equal(w.t, "of a guest", list("quentin@tailspin.example"), 1)
		// Single sign-on of another organization beside the password does not open this one; its own does.
		both := w.person("mia@northwind.example")
		both.Methods = append(both.Methods, models.Authentication{Method: models.BySAML, OrganizationID: w.ask(w.signIn("ulf@northwind.example"), "contoso").Organization.ID})
		page, err := w.Collaborations(w.ctx, both, models.CollaborationFilter{Page: models.Page{Size: 10}})
		must(w.t, err)
		equal(w.t, "with another organization's single sign-on", len(page.Rows), 0)
		both.Methods[1].OrganizationID = w.ask(w.signIn("ulf@northwind.example"), "northwind").Organization.ID
		page, err = w.Collaborations(w.ctx, both, models.CollaborationFilter{Page: models.Page{Size: 10}})
		must(w.t, err)
		equal(w.t, "with its own", len(page.Rows), 1)
	})
}

package store

import (
	"context"
	"testing"
	"time"

	"gatehouse/internal/authz"
	"gatehouse/internal/secret"
	"gatehouse/models"
)

func TestAskingSaysWhoAsksAndWhatTheyAreHere(t *testing.T) {
	each(t, func(w *world) {
		token := w.signIn("ada@northwind.example")
		n := w.queries(func(ctx context.Context) {
			asking, err := w.Asking(ctx, token, "NorthWind")
			must(w.t, err)
			equal(w.t, "name", asking.Person.User.Name, "Ada Admin")
			equal(w.t, "has a password", asking.Person.User.HasPassword, true)
			equal(w.t, "organization", asking.Organization.Slug, "northwind")
			equal(w.t, "role", asking.Role, authz.Administrator)
			equal(w.t, "proofs", len(asking.Person.Methods), 1)
			equal(w.t, "proof", asking.Person.Methods[0].Method, models.ByPassword)
			equal(w.t, "member since", asking.MemberSince, w.now())
			equal(w.t, "UTC", asking.MemberSince.Location(), time.UTC)
		})
		equal(w.t, "queries", n, 1)

		here := w.ask(token, "")
		equal(w.t, "no organization asked for", here.Organization == nil, true)
		there := w.ask(token, "contoso")
		equal(w.t, "an organization of others is known", there.Organization.Name, "Contoso")
		equal(w.t, "with no role", there.Role, authz.Role(0))
		for _, slug := range []string{"nowhere", "bro ken", "\xff\x00", "settings"} {
			equal(w.t, "no organization "+slug, w.ask(token, slug).Organization == nil, true)
		}
		zoe := w.ask(w.signIn("zoe@northwind.example"), "northwind")
		equal(w.t, "suspended", zoe.Suspended, true)
		_, err := w.Asking(w.ctx, secret.HashToken("made up"), "northwind")
		refused(w.t, err, models.NotFound)
	})
}

func TestASessionEndsWhenItIdlesOrGrowsOld(t *testing.T) {
	each(t, func(w *world) {
		token := w.signIn("ada@northwind.example")
		id := w.ask(token, "").Person.SessionID
		organization := w.ask(token, "northwind").Organization.ID
		alive := func(want bool) {
			w.t.Helper()
			_, err := w.Asking(w.ctx, token, "")
			equal(w.t, "alive", err == nil, want)
		}
		w.clock.pass(models.SessionIdle - time.Microsecond)
		alive(true)
		equal(w.t, "touch needed", w.ask(token, "").TouchNeeded, true)
		must(w.t, w.Touch(w.ctx, id, organization, w.userID("ada@northwind.example")))
		equal(w.t, "touch needed again", w.ask(token, "").TouchNeeded, false)
		member, err := w.in("northwind", "ada@northwind.example").Member(w.ctx, w.userID("ada@northwind.example"))
		must(w.t, err)
		equal(w.t, "last active", member.LastActiveAt, w.now())
		w.clock.pass(models.SessionIdle - time.Microsecond)
		alive(true)
		w.clock.pass(time.Microsecond)
		alive(false)

		token = w.signIn("ada@northwind.example")
		id = w.ask(token, "").Person.SessionID
		for passed := time.Duration(0); passed < models.SessionAbsolute-time.Hour; passed += time.Hour {
			w.clock.pass(time.Hour)
			must(w.t, w.Touch(w.ctx, id, "", ""))
		}
		alive(true)
		w.clock.pass(time.Hour)
		alive(false)
	})
}

func TestSignInRotatesTheSession(t *testing.T) {
	each(t, func(w *world) {
		first := w.signIn("ada@northwind.example")
		second := w.signIn("ada@northwind.example", first...)
		_, err := w.Asking(w.ctx, first, "")
		refused(w.t, err, models.NotFound)
		equal(w.t, "sessions of one browser", w.number("SELECT count(*) FROM sessions"), 1)
		third := w.signIn("ulf@northwind.example", second...)
		_, err = w.Asking(w.ctx, second, "")
		refused(w.t, err, models.NotFound)
		equal(w.t, "another account starts with its own proof", len(w.ask(third, "").Person.Methods), 1)
	})
}

func TestSignInByPasswordIsRefusedWhenThePasswordJustChanged(t *testing.T) {
	each(t, func(w *world) {
		proven, err := w.Credentials(w.ctx, "ada@northwind.example")
		must(w.t, err)
		must(w.t, w.ChangePassword(w.ctx, w.person("ada@northwind.example"), models.NewPassword{Hash: "$new", Over: hashOf}, secret.HashToken("new")))
		before := w.tables()
		refused(w.t, w.SignInByPassword(w.ctx, proven, nil, secret.HashToken("a"), "$rehashed", request), models.Invalid)
		equal(w.t, "tables", w.tables(), before)
		now, err := w.Credentials(w.ctx, "ada@northwind.example")
		must(w.t, err)
		equal(w.t, "hash", now.PasswordHash, "$new")
		must(w.t, w.SignInByPassword(w.ctx, now, nil, secret.HashToken("a"), "$rehashed", request))
		now, err = w.Credentials(w.ctx, "ada@northwind.example")
		must(w.t, err)
		equal(w.t, "rehashed", now.PasswordHash, "$rehashed")
	})
}

func TestSessionsAreListedAndEndedByTheirOwner(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.ctx
		old := w.signIn("ulf@northwind.example")
		w.clock.pass(time.Minute)
		current := w.ask(w.signIn("ulf@northwind.example"), "").Person
		other := w.person("ada@northwind.example")
		sessions, err := w.Sessions(ctx, current)
		must(w.t, err)
		equal(w.t, "sessions", len(sessions), 2)
		equal(w.t, "the last used first, which is this one", sessions[0].Current, true)
		equal(w.t, "user agent", sessions[1].UserAgent, "Browser/1.0")
		equal(w.t, "proof", sessions[1].Authentications[0].Method, models.ByPassword)

		w.records(func() { refused(w.t, w.EndSession(ctx, other, sessions[1].ID), models.NotFound) })
		refused(w.t, w.EndSession(ctx, current, "not-an-id"), models.NotFound)
		w.ask(old, "")
		w.records(func() { must(w.t, w.EndSession(ctx, current, sessions[1].ID)) }, "northwind session.ended", "contoso session.ended")
		_, err = w.Asking(ctx, old, "")
		refused(w.t, err, models.NotFound)

		w.signIn("ulf@northwind.example")
		w.signIn("ulf@northwind.example")
		w.records(func() {
			n, err := w.EndOtherSessions(ctx, current)
			must(w.t, err)
			equal(w.t, "ended", n, 2)
		}, "northwind session.ended", "contoso session.ended")
		w.records(func() {
			n, err := w.EndOtherSessions(ctx, current)
			must(w.t, err)
			equal(w.t, "ended", n, 0)
		})
		w.records(func() { w.signOut(current) }, "northwind session.signed-out", "contoso session.signed-out")
		w.records(func() { w.signOut(current) })
		equal(w.t, "the other account's session", len(must1(w.Sessions(ctx, other))), 1)
	})
}

func must1[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestSessionDataIsKept(t *testing.T) {
	each(t, func(w *world) {
		token := w.signIn("ada@northwind.example")
		must(w.t, w.SaveSessionData(w.ctx, token, `["Saved."]`))
		equal(w.t, "data", w.ask(token, "").Data, `["Saved."]`)
	})
}

func TestAUserAgentThatIsNoTextIsKeptAsFarAsItIs(t *testing.T) {
	each(t, func(w *world) {
		account, err := w.Credentials(w.ctx, "ada@northwind.example")
		must(w.t, err)
		odd := models.Request{IP: "::1", UserAgent: "Brow\x00ser\xff", Reference: "x"}
		must(w.t, w.SignInByPassword(w.ctx, account, nil, secret.HashToken("odd"), "", odd))
		sessions, err := w.Sessions(w.ctx, w.ask(secret.HashToken("odd"), "").Person)
		must(w.t, err)
		equal(w.t, "user agent", sessions[0].UserAgent, "Browser")
	})
}

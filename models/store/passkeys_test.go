package store

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/passkey"
	"gatehouse/internal/passkey/passkeytest"
	"gatehouse/internal/totp"
	"gatehouse/models"
)

const consoleOrigin = "https://console.northwind.example"

var console = passkey.At(&url.URL{Scheme: "https", Host: "console.northwind.example"})

func (w *world) newKey() *passkeytest.Key {
	w.t.Helper()
	return passkeytest.New(w.t, consoleOrigin, "console.northwind.example")
}

// adds makes the key a passkey of somebody who is signed in, and returns them as they are then.
func (w *world) adds(key *passkeytest.Key, person models.Person, name string) models.Person {
	w.t.Helper()
	options, err := w.AskNewPasskey(w.ctx, console, person)
	must(w.t, err)
	token := newToken()
	_, err = w.AddPasskey(w.ctx, console, person, name, key.Make(options), totp.NewRecoveryCodes(), token, models.Mail{})
	must(w.t, err)
	return w.ask(token, "").Person
}

// keyOf is somebody's first passkey.
func (w *world) keyOf(email string) (*passkeytest.Key, models.Person) {
	w.t.Helper()
	key := w.newKey()
	return key, w.adds(key, w.person(email), "Laptop")
}

// unlocks signs in by a passkey alone. The token is the session's when there is no error.
func (w *world) unlocks(sign func(options []byte) string) ([]byte, error) {
	w.t.Helper()
	asked, token := newToken(), newToken()
	options, err := w.AskToSignIn(w.ctx, console, asked)
	must(w.t, err)
	return token, w.SignInByPasskey(w.ctx, console, asked, sign(options), nil, token, models.Mail{}, request)
}

func (w *world) passkeys(userID string) []models.Passkey {
	w.t.Helper()
	factors, err := w.Factors(w.ctx, userID)
	must(w.t, err)
	return factors.Passkeys
}

func TestAPasskeyIsASecondFactorAndStandsForBoth(t *testing.T) {
	each(t, func(w *world) {
		before := w.signIn(ulfs)
		key, person := w.newKey(), w.person(ulfs)
		options, err := w.AskNewPasskey(w.ctx, console, person)
		must(w.t, err)
		token, recovery := newToken(), totp.NewRecoveryCodes()
		w.records(func() {
			first, err := w.AddPasskey(w.ctx, console, person, "Laptop", key.Make(options), recovery, token, models.Mail{Text: "notice"})
			must(w.t, err)
			equal(w.t, "first", first, true)
		}, "northwind second-factor.passkey-added", "contoso second-factor.passkey-added")
		equal(w.t, "mails", w.number("SELECT count(*) FROM outbox"), 1)
		_, err = w.Asking(w.ctx, before, "")
		refused(w.t, err, models.NotFound)
		equal(w.t, "proved by it", w.ask(token, "").Person.ProvedByFactor(), true)

		// Beside the password.
		account, err := w.Credentials(w.ctx, ulfs)
		must(w.t, err)
		equal(w.t, "has a factor", account.HasFactor, true)
		half, token := w.half(ulfs), newToken()
		options, err = w.AskForFactor(w.ctx, console, half)
		must(w.t, err)
		w.records(func() {
			must(w.t, w.SignInBesidePassword(w.ctx, console, half, key.Sign(options), nil, token, models.Mail{}, request))
		}, "northwind session.signed-in", "contoso session.signed-in")
		asking := w.ask(token, "northwind")
		equal(w.t, "method", asking.Person.Methods[0].Method, models.ByPassword)
		equal(w.t, "factor", asking.Person.Methods[0].Factor, models.ByPasskeyBeside)
		_, err = w.AskForFactor(w.ctx, console, half)
		refused(w.t, err, models.Gone)

		// Alone.
		w.records(func() {
			token, err = w.unlocks(key.Sign)
			must(w.t, err)
		}, "northwind session.signed-in", "contoso session.signed-in")
		asking = w.ask(token, "northwind")
		equal(w.t, "method", asking.Person.Methods[0].Method, models.ByPasskey)
		equal(w.t, "opens", asking.Person.Opens(asking.Organization.ID), true)
		equal(w.t, "owns", asking.Person.OwnsAccount(), true)
		asking.Organization.FactorRequired = true
		must(w.t, asking.Organization.Admits(asking.Person))
		equal(w.t, "used", w.passkeys(person.User.ID)[0].LastUsedAt.IsZero(), false)

		// A recovery code stands in for it.
		must(w.t, w.SignInByCode(w.ctx, w.half(ulfs), recovery[2], nil, newToken(), request))
		refusedField(w.t, w.SignInByCode(w.ctx, w.half(ulfs), "000000", nil, newToken(), request), "code")
	})
}

func TestPasskeysAreAddedRenamedAndRemoved(t *testing.T) {
	each(t, func(w *world) {
		first, person := w.keyOf(ulfs)
		second := w.newKey()
		second.Synced, second.Counter = true, 0
		token := newToken()
		options, err := w.AskNewPasskey(w.ctx, console, person)
		must(w.t, err)
		more, err := w.AddPasskey(w.ctx, console, person, "Phone", second.Make(options), nil, token, models.Mail{})
		must(w.t, err)
		equal(w.t, "first", more, false)
		person = w.ask(token, "").Person
		has := w.passkeys(person.User.ID)
		equal(w.t, "passkeys", len(has), 2)
		equal(w.t, "synced", has[0].Synced, false)
		equal(w.t, "synced", has[1].Synced, true)

		// The same one again, and somebody else's.
		options, err = w.AskNewPasskey(w.ctx, console, person)
		must(w.t, err)
		_, err = w.AddPasskey(w.ctx, console, person, "Again", first.Make(options), nil, newToken(), models.Mail{})
		refusedField(w.t, err, "passkey")
		ada := w.person("ada@northwind.example")
		refused(w.t, w.RenamePasskey(w.ctx, ada, has[0].ID, "Mine"), models.NotFound)
		refused(w.t, w.RemovePasskey(w.ctx, ada, has[0].ID, models.Mail{}), models.NotFound)
		refused(w.t, w.RemovePasskey(w.ctx, person, "nothing", models.Mail{}), models.NotFound)

		w.records(func() { must(w.t, w.RenamePasskey(w.ctx, person, has[0].ID, "Old laptop")) },
			"northwind second-factor.passkey-renamed", "contoso second-factor.passkey-renamed")
		w.records(func() { must(w.t, w.RenamePasskey(w.ctx, person, has[0].ID, "Old laptop")) })
		equal(w.t, "name", w.passkeys(person.User.ID)[0].Name, "Old laptop")

		w.records(func() { must(w.t, w.RemovePasskey(w.ctx, person, has[0].ID, models.Mail{Text: "notice"})) },
			"northwind second-factor.passkey-removed", "contoso second-factor.passkey-removed")
		_, err = w.unlocks(first.Sign)
		refusedField(w.t, err, "passkey")
		_, err = w.unlocks(second.Sign)
		must(w.t, err)

		// The last one, where an organization asks for a second factor, and where none does.
		w.run("UPDATE organizations SET second_factor_required = true WHERE slug = 'contoso'")
		refused(w.t, w.RemovePasskey(w.ctx, person, has[1].ID, models.Mail{}), models.Impossible)
		equal(w.t, "still there", len(w.passkeys(person.User.ID)), 1)
		w.run("UPDATE organizations SET second_factor_required = false")
		must(w.t, w.RemovePasskey(w.ctx, person, has[1].ID, models.Mail{}))
		equal(w.t, "recovery codes", w.number("SELECT count(*) FROM recovery_codes"), 0)
		w.signIn(ulfs)
	})
}

func TestAPasskeyOutlivesNoOtherFactorAndNoneOutlivesIt(t *testing.T) {
	each(t, func(w *world) {
		p, person := w.enrols(ulfs)
		key := w.newKey()
		person = w.adds(key, person, "Laptop")
		must(w.t, w.RemoveAuthenticator(w.ctx, person, models.Mail{}))
		equal(w.t, "recovery codes stay", w.number("SELECT count(*) FROM recovery_codes"), 10)
		must(w.t, w.SignInByCode(w.ctx, w.half(ulfs), p.recovery[0], nil, newToken(), request))
		had, err := w.ResetFactor(w.ctx, ulfs)
		must(w.t, err)
		equal(w.t, "had one", had, true)
		_, err = w.unlocks(key.Sign)
		refusedField(w.t, err, "passkey")
	})
}

func TestHowManyPasskeysAndWhoMayHaveThem(t *testing.T) {
	each(t, func(w *world) {
		_, person := w.keyOf(ulfs)
		for i := 1; i < models.MostPasskeys; i++ {
			w.run("INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at) SELECT ?, user_id, ?, credential, name, created_at FROM passkeys LIMIT 1", newID(), blob{[]byte{byte(i)}})
		}
		_, err := w.AskNewPasskey(w.ctx, console, person)
		refused(w.t, err, models.Impossible)
		_, err = w.AskNewPasskey(w.ctx, passkey.Site{}, person)
		refused(w.t, err, models.Impossible)

		// Whoever made the link that set the password may know it.
		w.run("UPDATE users SET password_organization_id = (SELECT id FROM organizations WHERE slug = 'northwind') WHERE email_norm = 'ada@northwind.example'")
		_, err = w.AskNewPasskey(w.ctx, console, w.person("ada@northwind.example"))
		refused(w.t, err, models.Impossible)
	})
}

func TestAnswersOfPasskeysThatAreRefused(t *testing.T) {
	each(t, func(w *world) {
		key, person := w.keyOf(ulfs)
		adas, _ := w.keyOf("ada@northwind.example")
		before := w.tables()
		differently := func(change func(*passkeytest.Key)) func([]byte) string {
			return func(options []byte) string {
				other := *key
				change(&other)
				return other.Sign(options)
			}
		}
		foreign := func([]byte) string {
			options, err := w.AskToSignIn(w.ctx, console, newToken())
			must(w.t, err)
			return key.Sign(options)
		}
		for what, sign := range map[string]func([]byte) string{
			"a wrong origin":             differently(func(k *passkeytest.Key) { k.Origin = "https://northwind.example" }),
			"a wrong site":               differently(func(k *passkeytest.Key) { k.Site = "northwind.example" }),
			"nobody verified":            differently(func(k *passkeytest.Key) { k.Verifies = false }),
			"another's account":          differently(func(k *passkeytest.Key) { k.Handle = adas.Handle }),
			"another's id":               differently(func(k *passkeytest.Key) { k.ID = adas.ID }),
			"another's id and account":   differently(func(k *passkeytest.Key) { k.ID, k.Handle = adas.ID, adas.Handle }),
			"an unknown id":              differently(func(k *passkeytest.Key) { k.ID = []byte("unknown to everybody") }),
			"another browser's question": foreign,
			"nothing":                    func([]byte) string { return "" },
		} {
			_, err := w.unlocks(sign)
			if !errors.Is(err, errPasskeyRefused) {
				w.t.Errorf("%s: %v", what, err)
			}
			must(w.t, w.ForgiveAttempts(w.ctx, ulfs, models.SignInSource(request.IP)))
			must(w.t, w.ForgiveAttempts(w.ctx, "ada@northwind.example", models.SignInSource(request.IP)))
		}
		w.run("DELETE FROM passkey_challenges")
		equal(w.t, "what is there", w.tables(), before)

		// Beside a password, only one's own; to confirm, only in the session that was asked.
		half := w.half(ulfs)
		options, err := w.AskForFactor(w.ctx, console, half)
		must(w.t, err)
		refusedField(w.t, w.SignInBesidePassword(w.ctx, console, half, adas.Sign(options), nil, newToken(), models.Mail{}, request), "passkey")
		options, err = w.AskToConfirm(w.ctx, console, person)
		must(w.t, err)
		token, err := w.unlocks(key.Sign)
		must(w.t, err)
		refusedField(w.t, w.ConfirmByPasskey(w.ctx, console, w.ask(token, "").Person, key.Sign(options), newToken(), models.Mail{}), "passkey")
		_, err = w.AskToConfirm(w.ctx, console, w.person("olga@northwind.example"))
		refusedField(w.t, err, "passkey")
	})
}

func TestAQuestionIsAnsweredOnceAndInTime(t *testing.T) {
	each(t, func(w *world) {
		key, _ := w.keyOf(ulfs)
		asked := newToken()
		ask := func() []byte {
			options, err := w.AskToSignIn(w.ctx, console, asked)
			must(w.t, err)
			return options
		}
		enter := func(answer string) error {
			return w.SignInByPasskey(w.ctx, console, asked, answer, nil, newToken(), models.Mail{}, request)
		}
		over := func(err error) {
			if !errors.Is(err, errQuestionOver) {
				w.t.Helper()
				w.t.Errorf("got %v, want that the question is over", err)
			}
		}
		answer := key.Sign(ask())
		good, failures := atOnce(10, func(int) error { return enter(answer) })
		equal(w.t, "sign-ins by one answer", good, 1)
		for _, err := range failures {
			over(err)
		}
		over(enter(answer))

		// A wrong answer uses it up as well, and a newer question takes its place.
		options := ask()
		refusedField(w.t, enter("{}"), "passkey")
		over(enter(key.Sign(options)))
		options = ask()
		ask()
		if err := enter(key.Sign(options)); !errors.Is(err, errPasskeyRefused) {
			w.t.Error("an older question was answered")
		}

		answer = key.Sign(ask())
		w.clock.pass(passkey.QuestionFor)
		over(enter(answer))
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "swept", w.number("SELECT count(*) FROM passkey_challenges"), 0)
	})
}

func TestACopiedPasskeyIsRefusedForEver(t *testing.T) {
	each(t, func(w *world) {
		key, person := w.keyOf(ulfs)
		copied := *key
		token, err := w.unlocks(key.Sign)
		must(w.t, err)
		asked := newToken()
		options, err := w.AskToSignIn(w.ctx, console, asked)
		must(w.t, err)
		w.records(func() {
			err := w.SignInByPasskey(w.ctx, console, asked, copied.Sign(options), nil, newToken(), models.Mail{Text: "warning"}, request)
			refusedField(w.t, err, "passkey")
		}, "northwind second-factor.passkey-copied", "contoso second-factor.passkey-copied")
		equal(w.t, "mails", w.number("SELECT count(*) FROM outbox"), 1)
		equal(w.t, "seen", w.passkeys(person.User.ID)[0].ClonedAt.IsZero(), false)
		w.records(func() {
			_, err = w.unlocks(key.Sign)
			refusedField(w.t, err, "passkey")
		})
		_, err = w.AskForFactor(w.ctx, console, w.half(ulfs))
		refusedField(w.t, err, "passkey")
		w.ask(token, "")
	})
}

func TestAPasskeyGoesRoundNothing(t *testing.T) {
	each(t, func(w *world) {
		key, person := w.keyOf(ulfs)
		enter := func() models.Asking {
			w.t.Helper()
			token, err := w.unlocks(key.Sign)
			must(w.t, err)
			return w.ask(token, "northwind")
		}
		// Suspended: the account opens, the organization does not.
		w.run("UPDATE members SET suspended = true WHERE user_id = ?", person.User.ID)
		equal(w.t, "suspended", enter().Suspended, true)
		w.run("UPDATE members SET suspended = false")

		// An old password is due, once.
		w.run("UPDATE organizations SET password_lifetime_days = 30 WHERE slug = 'contoso'")
		w.run("UPDATE users SET password_changed_at = ? WHERE id = ?", w.now().Add(-31*24*time.Hour), person.User.ID)
		w.records(func() { equal(w.t, "due", enter().Person.User.PasswordDue, true) },
			"northwind password.due", "contoso password.due", "northwind session.signed-in", "contoso session.signed-in")
		w.records(func() { enter() }, "northwind session.signed-in", "contoso session.signed-in")

		// Locked as the password is, for this source.
		for range 5 {
			_, err := w.CountAttempt(w.ctx, ulfs, models.SignInSource(request.IP), request)
			must(w.t, err)
		}
		_, err := w.unlocks(key.Sign)
		refused(w.t, err, models.TooMany)
		w.clock.pass(time.Minute)
		enter()
		equal(w.t, "failures", w.number("SELECT count(*) FROM sign_in_failures"), 0)

		// Wrong answers count.
		wrong := func(options []byte) string { other := *key; other.Verifies = false; return other.Sign(options) }
		for range 5 {
			_, err := w.unlocks(wrong)
			refusedField(w.t, err, "passkey")
		}
		_, err = w.unlocks(key.Sign)
		refused(w.t, err, models.TooMany)
		for _, told := range []string{"session.refused · Somebody · Ulf User · the passkey was not accepted · ", "session.refused · Somebody · Ulf User · locked out after too many tries · "} {
			if !slices.ContainsFunc(w.refusedIn("northwind"), func(entry string) bool { return strings.HasPrefix(entry, told) }) {
				w.t.Errorf("the log does not tell: %s", told)
			}
		}
	})
}

func TestAPasskeyDoesNotOpenWhatRequiresSingleSignOn(t *testing.T) {
	each(t, func(w *world) {
		w.readyToRequire()
		admin := w.in("northwind", "ada@northwind.example")
		key, _ := w.keyOf("ada@northwind.example")
		opens := func() bool {
			token, err := w.unlocks(key.Sign)
			must(w.t, err)
			asking := w.ask(token, "northwind")
			admin = w.In(actorOf(asking))
			return asking.Person.Opens(asking.Organization.ID)
		}
		equal(w.t, "before", opens(), true)
		must(w.t, admin.RequireSSO(w.ctx, step(models.StageMe, 0)))
		equal(w.t, "by a passkey", opens(), false)
		refused(w.t, admin.LiftSSO(w.ctx), models.Denied)
	})
}

func TestAPasskeyConfirms(t *testing.T) {
	each(t, func(w *world) {
		key, _ := w.keyOf(ulfs)
		old, err := w.unlocks(key.Sign)
		must(w.t, err)
		w.clock.pass(models.FreshFor + time.Second)
		stale := w.ask(old, "northwind").Person
		equal(w.t, "fresh", stale.Fresh(""), false)
		options, err := w.AskToConfirm(w.ctx, console, stale)
		must(w.t, err)
		key.Verifies = false
		refusedField(w.t, w.ConfirmByPasskey(w.ctx, console, stale, key.Sign(options), newToken(), models.Mail{}), "passkey")
		key.Verifies = true
		options, err = w.AskToConfirm(w.ctx, console, stale)
		must(w.t, err)
		token := newToken()
		w.records(func() {
			must(w.t, w.ConfirmByPasskey(w.ctx, console, stale, key.Sign(options), token, models.Mail{}))
		}, "northwind session.confirmed", "contoso session.confirmed")
		_, err = w.Asking(w.ctx, old, "")
		refused(w.t, err, models.NotFound)
		equal(w.t, "fresh", w.ask(token, "").Person.Fresh(""), true)
	})
}

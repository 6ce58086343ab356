package store

import (
	"testing"
	"time"

	"gatehouse/internal/secret"
	"gatehouse/internal/totp"
	"gatehouse/models"
)

// phone is somebody's authenticator app, and what they wrote down beside it.
type phone struct {
	w        *world
	key      string
	recovery []string
}

func newToken() []byte { return secret.HashToken(secret.Token()) }

// shows is the code of a step from now.
func (p *phone) shows(step int64) string {
	p.w.t.Helper()
	code, err := totp.Code(p.key, totp.Step(p.w.clock.now())+step)
	must(p.w.t, err)
	return code
}

// enrols signs somebody in and gives them an authenticator app. The next code counts half a minute later.
func (w *world) enrols(email string) (*phone, models.Person) {
	w.t.Helper()
	token, person := newToken(), w.person(email)
	key, err := w.PendingAuthenticator(w.ctx, person)
	must(w.t, err)
	p := &phone{w, key, totp.NewRecoveryCodes()}
	_, err = w.SetAuthenticator(w.ctx, person, p.shows(0), p.recovery, token, models.Mail{})
	must(w.t, err)
	w.clock.pass(30 * time.Second)
	return p, w.ask(token, "").Person
}

// half is a sign-in whose password was right.
func (w *world) half(email string) []byte {
	w.t.Helper()
	account, err := w.Credentials(w.ctx, email)
	must(w.t, err)
	token := newToken()
	must(w.t, w.BeginFactor(w.ctx, account, token, "", request))
	return token
}

const ulfs = "ulf@northwind.example"

func TestASecondFactorStandsBetweenThePasswordAndTheSession(t *testing.T) {
	each(t, func(w *world) {
		before := w.signIn(ulfs)
		p, person := w.enrols(ulfs)
		_, err := w.Asking(w.ctx, before, "")
		refused(w.t, err, models.NotFound)
		equal(w.t, "proved by it", person.ProvedByFactor(), true)

		account, err := w.Credentials(w.ctx, ulfs)
		must(w.t, err)
		equal(w.t, "has a factor", account.HasFactor, true)
		refused(w.t, w.SignInByPassword(w.ctx, account, nil, newToken(), "", request), models.Invalid)

		half := w.half(ulfs)
		_, err = w.Asking(w.ctx, half, "")
		refused(w.t, err, models.NotFound)
		_, factors, err := w.HalfSignIn(w.ctx, half)
		must(w.t, err)
		equal(w.t, "recovery codes", factors.RecoveryCodes, 10)
		refusedField(w.t, w.SignInByCode(w.ctx, half, "000000", nil, newToken(), request), "code")

		token := newToken()
		w.records(func() {
			must(w.t, w.SignInByCode(w.ctx, half, " "+p.shows(0)[:3]+" "+p.shows(0)[3:], nil, token, request))
		},
			"northwind session.signed-in", "contoso session.signed-in")
		asking := w.ask(token, "northwind")
		equal(w.t, "factor", asking.Person.Methods[0].Factor, models.ByAuthenticator)
		equal(w.t, "opens", asking.Person.Opens(asking.Organization.ID), true)
		refused(w.t, w.SignInByCode(w.ctx, half, p.shows(1), nil, newToken(), request), models.Gone)
	})
}

func TestHalfASignInEnds(t *testing.T) {
	each(t, func(w *world) {
		p, person := w.enrols(ulfs)
		late := w.half(ulfs)
		w.clock.pass(models.FactorFor)
		refused(w.t, w.SignInByCode(w.ctx, late, p.shows(0), nil, newToken(), request), models.Gone)
		_, _, err := w.HalfSignIn(w.ctx, late)
		refused(w.t, err, models.Gone)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "swept", w.number("SELECT count(*) FROM half_sign_ins"), 0)

		old := w.half(ulfs)
		must(w.t, w.ChangePassword(w.ctx, person, models.NewPassword{Hash: "$argon2id$another", Over: hashOf}, newToken()))
		refused(w.t, w.SignInByCode(w.ctx, old, p.shows(0), nil, newToken(), request), models.Gone)

		// A reset by mail changes the password, not the factor.
		reset := secret.HashToken("reset")
		must(w.t, w.AskPasswordReset(w.ctx, ulfs, reset, models.Mail{Text: "link"}, request))
		must(w.t, w.ResetPassword(w.ctx, reset, models.NewPassword{Hash: hashOf, Over: "$argon2id$another"}, request))
		account, err := w.Credentials(w.ctx, ulfs)
		must(w.t, err)
		refused(w.t, w.SignInByPassword(w.ctx, account, nil, newToken(), "", request), models.Invalid)
		must(w.t, w.SignInByCode(w.ctx, w.half(ulfs), p.shows(0), nil, newToken(), request))
	})
}

func TestACodeCountsOnceHoweverManySendIt(t *testing.T) {
	each(t, func(w *world) {
		p, _ := w.enrols(ulfs)
		const rounds = 5
		for range rounds {
			w.clock.pass(time.Minute)
			code := p.shows(0)
			halves := [][]byte{w.half(ulfs), w.half(ulfs), w.half(ulfs), w.half(ulfs)}
			good, failures := atOnce(len(halves), func(i int) error { return w.SignInByCode(w.ctx, halves[i], code, nil, newToken(), request) })
			equal(w.t, "sign-ins with one code", good, 1)
			for _, err := range failures {
				refusedField(w.t, err, "code")
			}
			must(w.t, w.ForgiveAttempts(w.ctx, factorAccount(w.userID(ulfs)), ""))
			refusedField(w.t, w.SignInByCode(w.ctx, w.half(ulfs), p.shows(-1), nil, newToken(), request), "code")
		}
	})
}

func TestARecoveryCodeCountsOnceHoweverManySendIt(t *testing.T) {
	each(t, func(w *world) {
		p, person := w.enrols(ulfs)
		halves := [][]byte{}
		for range 8 {
			halves = append(halves, w.half(ulfs))
		}
		good, failures := atOnce(len(halves), func(i int) error { return w.SignInByCode(w.ctx, halves[i], p.recovery[0], nil, newToken(), request) })
		equal(w.t, "sign-ins with one recovery code", good, 1)
		for _, err := range failures {
			refusedField(w.t, err, "code")
		}
		factors, err := w.Factors(w.ctx, person.User.ID)
		must(w.t, err)
		equal(w.t, "left", factors.RecoveryCodes, 9)

		fresh := totp.NewRecoveryCodes()
		w.records(func() { must(w.t, w.RenewRecoveryCodes(w.ctx, person, fresh, models.Mail{})) },
			"northwind second-factor.recovery-codes-made", "contoso second-factor.recovery-codes-made")
		refusedField(w.t, w.SignInByCode(w.ctx, w.half(ulfs), p.recovery[1], nil, newToken(), request), "code")
		must(w.t, w.SignInByCode(w.ctx, w.half(ulfs), fresh[1], nil, newToken(), request))
	})
}

func TestGuessedCodesLockWhateverTheirSource(t *testing.T) {
	each(t, func(w *world) {
		p, _ := w.enrols(ulfs)
		half := w.half(ulfs)
		for i := range 5 {
			from := request
			from.IP = "198.51.100." + string(rune('1'+i))
			refusedField(w.t, w.SignInByCode(w.ctx, half, "000000", nil, newToken(), from), "code")
		}
		refused(w.t, w.SignInByCode(w.ctx, half, p.shows(0), nil, newToken(), request), models.TooMany)
		// A recovery code cannot be guessed, so it works meanwhile, and forgives.
		must(w.t, w.SignInByCode(w.ctx, half, p.recovery[0], nil, newToken(), request))
		must(w.t, w.SignInByCode(w.ctx, w.half(ulfs), p.shows(0), nil, newToken(), request))
	})
}

func TestAnAuthenticatorIsReplacedAndRemoved(t *testing.T) {
	each(t, func(w *world) {
		p, person := w.enrols(ulfs)
		second := &phone{w: w}
		var err error
		second.key, err = w.PendingAuthenticator(w.ctx, person)
		must(w.t, err)
		_, err = w.SetAuthenticator(w.ctx, person, p.shows(0), nil, newToken(), models.Mail{})
		refusedField(w.t, err, "code")
		first, err := w.SetAuthenticator(w.ctx, person, second.shows(0), nil, newToken(), models.Mail{Text: "notice"})
		must(w.t, err)
		equal(w.t, "first", first, false)
		equal(w.t, "mails", w.number("SELECT count(*) FROM outbox"), 1)
		w.clock.pass(30 * time.Second)
		refusedField(w.t, w.SignInByCode(w.ctx, w.half(ulfs), p.shows(0), nil, newToken(), request), "code")
		must(w.t, w.SignInByCode(w.ctx, w.half(ulfs), second.shows(0), nil, newToken(), request))

		w.run("UPDATE organizations SET second_factor_required = true WHERE slug = 'contoso'")
		refused(w.t, w.RemoveAuthenticator(w.ctx, person, models.Mail{}), models.Impossible)
		w.run("UPDATE organizations SET second_factor_required = false")
		must(w.t, w.RemoveAuthenticator(w.ctx, person, models.Mail{}))
		refused(w.t, w.RemoveAuthenticator(w.ctx, person, models.Mail{}), models.Impossible)
		factors, err := w.Factors(w.ctx, person.User.ID)
		must(w.t, err)
		equal(w.t, "recovery codes", factors.RecoveryCodes, 0)
		refused(w.t, w.RenewRecoveryCodes(w.ctx, person, totp.NewRecoveryCodes(), models.Mail{}), models.Impossible)
		w.signIn(ulfs)
	})
}

func TestConfirmingMakesTheProofFreshAndTheTokenNew(t *testing.T) {
	each(t, func(w *world) {
		old := w.signIn("ada@northwind.example")
		w.clock.pass(models.FreshFor + time.Second)
		stale := w.ask(old, "northwind")
		equal(w.t, "fresh", stale.Person.Fresh(stale.Organization.ID), false)
		account, err := w.Credentials(w.ctx, "ada@northwind.example")
		must(w.t, err)
		token := newToken()
		w.records(func() { must(w.t, w.ConfirmByPassword(w.ctx, stale.Person, account, token)) }, "northwind session.confirmed")
		_, err = w.Asking(w.ctx, old, "")
		refused(w.t, err, models.NotFound)
		equal(w.t, "fresh", w.ask(token, "").Person.Fresh(""), true)

		p, person := w.enrols(ulfs)
		account, err = w.Credentials(w.ctx, ulfs)
		must(w.t, err)
		refused(w.t, w.ConfirmByPassword(w.ctx, person, account, newToken()), models.Invalid)
		refusedField(w.t, w.ConfirmByCode(w.ctx, person, "000000", newToken()), "code")
		must(w.t, w.ConfirmByCode(w.ctx, person, p.shows(0), token[:31]))
	})
}

func TestTheKeyThatIsSetUpWaitsForItsSession(t *testing.T) {
	each(t, func(w *world) {
		person, elsewhere := w.person(ulfs), w.person(ulfs)
		set := func(p models.Person, key string) error {
			app := &phone{w: w, key: key}
			_, err := w.SetAuthenticator(w.ctx, p, app.shows(0), totp.NewRecoveryCodes(), newToken(), models.Mail{})
			return err
		}
		pending := func(p models.Person) string {
			key, err := w.PendingAuthenticator(w.ctx, p)
			must(w.t, err)
			return key
		}
		mine, err := totp.NewSecret()
		must(w.t, err)
		refusedField(w.t, set(person, mine), "code") // nothing is set up
		key := pending(person)
		equal(w.t, "the same while it waits", pending(person), key)
		refusedField(w.t, set(person, mine), "code")
		refusedField(w.t, set(elsewhere, key), "code") // in another session
		equal(w.t, "in clear", w.number("SELECT count(*) FROM pending_authenticators WHERE CAST(sealed AS text) LIKE ?", "%"+key+"%"), 0)
		if pending(elsewhere) == key {
			w.t.Error("two sessions set up one key")
		}
		// A row copied to another session does not open there.
		w.run("UPDATE pending_authenticators SET sealed = (SELECT p.sealed FROM pending_authenticators p WHERE p.session_id = ?) WHERE session_id = ?", person.SessionID, elsewhere.SessionID)
		if _, err := w.PendingAuthenticator(w.ctx, elsewhere); err == nil {
			w.t.Error("a foreign key was opened")
		}
		w.clock.pass(models.SetUpFor)
		refusedField(w.t, set(person, key), "code")
		if fresh := pending(person); fresh == key {
			w.t.Error("the key is the old one")
		} else {
			must(w.t, set(person, fresh))
		}
		equal(w.t, "left", w.number("SELECT count(*) FROM pending_authenticators"), 0) // that of the session that ended too
		refusedField(w.t, set(person, key), "code")
		pending(person)
		w.clock.pass(models.SetUpFor)
		must(w.t, w.Sweep(w.ctx))
		equal(w.t, "swept", w.number("SELECT count(*) FROM pending_authenticators"), 0)
	})
}

func TestTheKeyOfAnAuthenticatorIsSealedForItsAccount(t *testing.T) {
	each(t, func(w *world) {
		p, _ := w.enrols(ulfs)
		_, _ = w.enrols("ada@northwind.example")
		var sealed []byte
		must(w.t, w.db.WithContext(w.ctx).Raw("SELECT sealed FROM authenticators WHERE user_id = ?", w.userID(ulfs)).Row().Scan(&sealed))
		plain, err := testBox.Open(sealed, "authenticators/"+w.userID(ulfs))
		must(w.t, err)
		equal(w.t, "key", string(plain), p.key)
		// A row copied to another account does not open there.
		w.run("UPDATE authenticators SET sealed = ? WHERE user_id = ?", blob{sealed}, w.userID("ada@northwind.example"))
		err = w.SignInByCode(w.ctx, w.half("ada@northwind.example"), p.shows(0), nil, newToken(), request)
		if _, refused := models.RefusalOf(err); err == nil || refused {
			w.t.Errorf("a foreign key: %v", err)
		}
	})
}

func TestAnOperatorResetsTheSecondFactor(t *testing.T) {
	each(t, func(w *world) {
		_, person := w.enrols(ulfs)
		half := w.half(ulfs)
		w.records(func() {
			had, err := w.ResetFactor(w.ctx, "ULF@northwind.example")
			must(w.t, err)
			equal(w.t, "had one", had, true)
		}, "northwind second-factor.reset", "contoso second-factor.reset")
		_, _, err := w.HalfSignIn(w.ctx, half)
		refused(w.t, err, models.Gone)
		equal(w.t, "sessions", w.number("SELECT count(*) FROM sessions WHERE user_id = ?", person.User.ID), 0)
		equal(w.t, "recovery codes", w.number("SELECT count(*) FROM recovery_codes"), 0)
		w.signIn(ulfs)
		w.records(func() {
			had, err := w.ResetFactor(w.ctx, ulfs)
			must(w.t, err)
			equal(w.t, "had one", had, false)
		})
		_, err = w.ResetFactor(w.ctx, "nobody@northwind.example")
		refused(w.t, err, models.NotFound)
	})
}

package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"gatehouse/internal/passkey"
	"gatehouse/internal/passkey/passkeytest"
	"gatehouse/internal/secret"
	"gatehouse/internal/totp"
	"gatehouse/internal/urls"
	"gatehouse/models"
)

// passkeyOf gives somebody a passkey without HTTP and returns its id. Their sessions end.
func (w *world) passkeyOf(email string) string {
	w.t.Helper()
	const origin = "https://console.example"
	ctx, person, site := w.t.Context(), w.actorOfAccount(email), passkey.At(&url.URL{Scheme: "https", Host: "console.example"})
	options, err := w.store.AskNewPasskey(ctx, site, person)
	must(w.t, err)
	answer := passkeytest.New(w.t, origin, "console.example").Make(options)
	_, err = w.store.AddPasskey(ctx, site, person, "Theirs", answer, totp.NewRecoveryCodes(), secret.HashToken(secret.Token()), models.Mail{})
	must(w.t, err)
	factors, err := w.store.Factors(ctx, person.User.ID)
	must(w.t, err)
	return factors.Passkeys[0].ID
}

// plantPasskey gives the account of a session a passkey behind the store's back, which proves nothing, and returns its id.
func (w *world) plantPasskey(session string) string {
	w.t.Helper()
	id, bytes := uuid.NewString(), "bytea"
	if strings.HasPrefix(w.database, "sqlite:") {
		bytes = "blob"
	}
	// One at a time, so that removing it leaves none.
	_, err := w.raw().db.ExecContext(w.t.Context(), "DELETE FROM passkeys WHERE name = 'Planted'")
	must(w.t, err)
	_, err = w.raw().db.ExecContext(w.t.Context(), fmt.Sprintf(`INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at)
		SELECT '%s', s.user_id, CAST('%s' AS %s), '{}', 'Planted', s.created_at FROM sessions s WHERE s.id = '%s'`, id, id, bytes, session))
	must(w.t, err)
	return id
}

// actorOfAccount is somebody signed in, who need be a member of nothing.
func (w *world) actorOfAccount(email string) models.Person {
	w.t.Helper()
	account, err := w.store.Credentials(w.t.Context(), email)
	must(w.t, err)
	token := secret.HashToken(secret.Token())
	must(w.t, w.store.SignInByPassword(w.t.Context(), account, nil, token, "", models.Request{IP: "192.0.2.1", Reference: "TEST-0000"}))
	asking, err := w.store.Asking(w.t.Context(), token, "")
	must(w.t, err)
	return asking.Person
}

func (w *world) key() *passkeytest.Key {
	w.t.Helper()
	return passkeytest.New(w.t, w.base, "localhost")
}

// asked is a question for the browser, as the page's script gets it.
func (c *client) asked(path string) json.RawMessage {
	c.w.t.Helper()
	got := c.post(path, nil).mustBe(c.w, "the question of "+path, http.StatusOK)
	equal(c.w.t, "type", got.header.Get("Content-Type"), "application/json")
	return json.RawMessage(got.body)
}

// adds makes the key a passkey through the pages.
func (c *client) adds(key *passkeytest.Key, name string) answer {
	c.w.t.Helper()
	form := c.get(urls.AccountPasskeys.To()).mustBe(c.w, "the page", http.StatusOK).formTo(c.w, urls.AccountPasskeys.To())
	form.values.Set("name", name)
	form.values.Set("passkey", key.Make(c.asked(urls.AccountPasskeyAsk.To())))
	return c.post(form.action, form.values)
}

func TestSigningInWithAPasskey(t *testing.T) {
	eachWith(t, settings{named: true}, func(w *world) {
		key, c := w.key(), w.signIn(ulf)
		added := c.adds(key, "Laptop").mustBe(w, "the first passkey", http.StatusOK)
		equal(t, "recovery codes", len(strings.Fields(text(added.page().byID("recovery-codes")))), 10)

		// Alone.
		alone, next := w.client(), urls.Apps.To("northwind")
		form := alone.get(urls.With(urls.Login.To(), "next", next)).mustBe(w, "the page", http.StatusOK).formTo(w, urls.LoginPasskey.To())
		form.values.Set("passkey", key.Sign(alone.asked(urls.LoginPasskeyAsk.To())))
		answered := alone.post(form.action, form.values).mustBe(w, "a passkey", http.StatusSeeOther)
		equal(t, "on to", answered.location, next)
		alone.get(next).mustBe(w, "inside", http.StatusOK)
		if got := alone.get(urls.AccountSecurity.To()); !strings.Contains(got.body, "Passkey</") {
			t.Error("the session does not say how it was opened")
		}
		again := alone.post(form.action, form.values).mustBe(w, "the same answer again", http.StatusUnprocessableEntity)
		if !strings.Contains(again.body, "took too long, or was done already") {
			t.Errorf("the page does not say what is wrong: %s", again.sentence())
		}
		// In a browser that was asked another question, and in one that was asked none.
		other := w.client()
		answer := key.Sign(alone.asked(urls.LoginPasskeyAsk.To()))
		other.post(urls.LoginPasskey.To(), fields("passkey", answer)).mustBe(w, "another browser", http.StatusUnprocessableEntity)
		other.asked(urls.LoginPasskeyAsk.To())
		other.post(urls.LoginPasskey.To(), fields("passkey", answer)).mustBe(w, "another browser", http.StatusUnprocessableEntity)
		equal(t, "signed in", other.signedIn(), false)
		other.post(urls.LoginPasskey.To(), fields("passkey", "")).mustBe(w, "without a script", http.StatusUnprocessableEntity)

		// Beside the password.
		beside := w.client()
		led := beside.post(urls.Login.To(), fields("email", ulf, "password", plain, "next", next)).mustBe(w, "the password", http.StatusSeeOther)
		form = beside.get(led.location).mustBe(w, "the question", http.StatusOK).formTo(w, urls.LoginFactor.To())
		beside.asked(urls.LoginFactorPasskey.To())
		form.values.Set("passkey", "{}")
		wrong := beside.post(form.action, form.values).mustBe(w, "a wrong answer", http.StatusUnprocessableEntity)
		if !strings.Contains(wrong.body, "This passkey was not accepted") {
			t.Error("the page does not say what is wrong")
		}
		form.values.Set("passkey", key.Sign(beside.asked(urls.LoginFactorPasskey.To())))
		right := beside.post(form.action, form.values).mustBe(w, "the right answer", http.StatusSeeOther)
		equal(t, "on to", right.location, next)
		beside.get(next).mustBe(w, "inside", http.StatusOK)
		beside.post(urls.LoginFactorPasskey.To(), nil).mustBe(w, "asked after it", http.StatusGone)
	})
}

func TestAQuestionNamesNobody(t *testing.T) {
	w := onSQLite(t, settings{named: true, https: true})
	w.signIn(ulf).adds(w.key(), "Laptop")
	c := w.client()
	got := c.post(urls.LoginPasskeyAsk.To(), fields("email", ulf))
	for _, told := range []string{"allowCredentials", "user\"", ulf} {
		if strings.Contains(got.body, told) {
			t.Errorf("the question holds %s: %s", told, got.body)
		}
	}
	cookie := got.header.Get("Set-Cookie")
	for _, part := range []string{"__Host-gatehouse-passkey=", "HttpOnly", "Secure", "SameSite=Strict", "Max-Age=300"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie has no %s: %s", part, strings.SplitN(cookie, "=", 2)[0])
		}
	}
}

func TestAPasskeyIsRenamedAndRemoved(t *testing.T) {
	w := onSQLite(t, settings{named: true})
	c := w.signIn(ulf)
	key := w.key()
	c.adds(key, "Laptop").mustBe(w, "the first", http.StatusOK)
	c.adds(w.key(), "Phone").mustBe(w, "the second", http.StatusSeeOther)
	refused := c.post(urls.AccountPasskeys.To(), fields("name", " ", "passkey", "{}")).mustBe(w, "without a name", http.StatusUnprocessableEntity)
	if !strings.Contains(refused.body, "Enter a name.") {
		t.Error("the page does not say what is wrong")
	}
	c.post(urls.AccountPasskeys.To(), fields("name", "Third")).mustBe(w, "without a passkey", http.StatusUnprocessableEntity)

	page := c.get(urls.AccountPasskeys.To()).mustBe(w, "the list", http.StatusOK)
	path := ""
	for _, link := range page.page().all("a") {
		if href := attribute(link, "href"); path == "" && strings.HasPrefix(href, urls.AccountPasskeys.To()+"/") {
			path = href
		}
	}
	form := c.get(path).mustBe(w, "one of them", http.StatusOK).formTo(w, path)
	equal(t, "name", form.values.Get("name"), "Laptop")
	form.values.Set("name", "\u200b")
	c.post(path, form.values).mustBe(w, "a name that nobody sees", http.StatusUnprocessableEntity)
	form.values.Set("name", "Old laptop")
	c.post(path, form.values).mustBe(w, "another name", http.StatusSeeOther)
	if !strings.Contains(c.get(urls.AccountPasskeys.To()).body, "Old laptop") {
		t.Error("it has no new name")
	}

	// Somebody else finds nothing of it.
	stranger := w.signIn(ada)
	stranger.get(path).mustBe(w, "another's", http.StatusNotFound)
	stranger.post(path, form.values).mustBe(w, "another's", http.StatusNotFound)
	stranger.post(path+"/remove", nil).mustBe(w, "another's", http.StatusNotFound)

	// A fresh proof, which the passkey itself gives.
	w.stale()
	waits := c.post(path+"/remove", nil).mustBe(w, "with a stale proof", http.StatusForbidden).formTo(w, path+"/remove")
	waits.values.Set("confirm-passkey", "{}")
	c.post(waits.action, waits.values).mustBe(w, "a wrong answer", http.StatusUnprocessableEntity)
	before := c.token()
	waits.values.Set("confirm-passkey", key.Sign(c.asked(urls.AccountConfirmPasskey.To())))
	c.post(waits.action, waits.values).mustBe(w, "the right answer", http.StatusSeeOther)
	if c.token() == before {
		t.Error("the token is the same after a proof")
	}
	c.get(path).mustBe(w, "after it was removed", http.StatusNotFound)
}

func TestAPasskeyIsNoWayRoundANewPassword(t *testing.T) {
	w := onSQLite(t, settings{named: true})
	key := w.key()
	w.signIn(ulf).adds(key, "Laptop").mustBe(w, "the first", http.StatusOK)
	_, err := w.raw().db.ExecContext(t.Context(), "UPDATE users SET password_due = true WHERE email_norm = '"+ulf+"'")
	must(t, err)
	c := w.client()
	c.post(urls.LoginPasskey.To(), fields("passkey", key.Sign(c.asked(urls.LoginPasskeyAsk.To())))).mustBe(w, "a passkey", http.StatusSeeOther)
	got := c.get(urls.Organization.To("northwind")).mustBe(w, "an organization", http.StatusSeeOther)
	equal(t, "led to", got.location, urls.With(urls.PasswordDue.To(), "next", urls.Organization.To("northwind")))
	c.get(got.location).mustBe(w, "the page", http.StatusOK).formTo(w, urls.AccountSecurity.To())
	w.stale()
	c.asked(urls.AccountConfirmPasskey.To())
}

func TestWherePasskeysAreNotPossible(t *testing.T) {
	w := onSQLite(t, settings{})
	c := w.signIn(ulf)
	if body := c.get(urls.AccountPasskeys.To()).mustBe(w, "the page", http.StatusOK).body; !strings.Contains(body, "Browsers keep passkeys for a name") {
		t.Error("the page does not say why not")
	}
	for _, path := range []string{urls.AccountPasskeyAsk.To(), urls.AccountConfirmPasskey.To(), urls.LoginPasskeyAsk.To(), urls.LoginFactorPasskey.To()} {
		c.post(path, nil).mustBe(w, path, http.StatusUnprocessableEntity)
	}
	if strings.Contains(w.client().get(urls.Login.To()).body, "passkey") {
		t.Error("the sign-in page offers a passkey")
	}
}

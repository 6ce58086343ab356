package handlers

import (
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/password"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// needsPassword is the refusal of a change of the account itself in a session that only an identity provider vouched for: it speaks for
// its organization, not for the account.
const needsPassword = "Sign in with your password first: single sign-on opens the organization, not the account's own settings."

// Account draws one's own profile.
func (h *Handlers) Account(c echo.Context, p models.Person) error {
	view, err := h.accountView(c, p, p.User.Name)
	if err != nil {
		return err
	}
	return draw(c, views.AccountPage(view))
}

func (h *Handlers) accountView(c echo.Context, p models.Person, name string) (views.Account, error) {
	invitations, err := h.invitationNotices(c, p)
	if err != nil {
		return views.Account{}, err
	}
	frame, err := h.accountFrame(c, p, "Account", navAccount)
	return views.Account{
		Page: frame.Page, Name: name, Email: p.User.Email, Owns: p.OwnsAccount(), Memberships: frame.Memberships,
		More: len(frame.Memberships) == models.Framed, Invitations: invitations, Errors: map[string]string{},
	}, err
}

// AccountSave changes one's own name.
func (h *Handlers) AccountSave(c echo.Context, p models.Person) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	name, err := models.ParseName("name", typed.Get("name"))
	if err == nil && !p.OwnsAccount() {
		err = models.RefuseField("name", needsPassword)
	}
	if err == nil {
		err = h.store.Rename(c.Request().Context(), p, name)
	}
	if refusal, refused := models.RefusalOf(err); refused {
		view, err := h.accountView(c, p, typed.Get("name"))
		if err != nil {
			return err
		}
		view.Errors["name"] = refusal.Sentence
		return refuse(refusal.Kind, views.AccountPage(view))
	}
	if err != nil {
		return err
	}
	return h.seeWith(c, urls.Account.To(), "Your name is saved.")
}

// AccountSecurity draws one's own password and sessions.
func (h *Handlers) AccountSecurity(c echo.Context, p models.Person) error {
	view, _, err := h.accountSecurityView(c, p)
	if err != nil {
		return err
	}
	return draw(c, views.AccountSecurityPage(view))
}

func (h *Handlers) accountSecurityView(c echo.Context, p models.Person) (views.AccountSecurity, password.Combined, error) {
	ctx := c.Request().Context()
	policies, err := h.store.Policies(ctx, p.User.ID)
	if err != nil {
		return views.AccountSecurity{}, password.Combined{}, err
	}
	policy := strictest(policies)
	found, err := h.store.Sessions(ctx, p)
	if err != nil {
		return views.AccountSecurity{}, policy, err
	}
	frame, err := h.accountFrame(c, p, "Password and sessions", navSessions, crumb("Account", urls.Account.To()))
	if err != nil {
		return views.AccountSecurity{}, policy, err
	}
	view := views.AccountSecurity{
		Page: frame.Page, HasPassword: p.User.HasPassword, PasswordChanged: p.User.PasswordChangedAt, Owns: p.OwnsAccount(),
		SignInURL: urls.With(urls.Login.To(), "next", urls.AccountSecurity.To()), Rules: policy.InWords(), Errors: map[string]string{},
		Asked: asked(policy, password.Person{Name: p.User.Name, Email: p.User.Email}),
	}
	if view.Owns {
		factors, err := h.store.Factors(ctx, p.User.ID)
		if err != nil {
			return views.AccountSecurity{}, policy, err
		}
		view.Factors = factorsState(factors, view.Page.Now)
		if factors.Any() && !p.Fresh("") {
			view.ConfirmURL = urls.With(urls.AccountConfirm.To(), "next", urls.AccountSecurity.To())
		}
	}
	for _, s := range found {
		// A session that only an identity provider vouched for sees itself, not where else the account is signed in.
		if !s.Current && !view.Owns {
			continue
		}
		row := sessionRow(s)
		row.EndURL = urls.AccountSessionEnd.To(s.ID)
		view.Sessions = append(view.Sessions, row)
	}
	if view.Owns && len(view.Sessions) > 1 {
		view.EndOthersURL = urls.AccountSignOutAll.To()
	}
	return view, policy, nil
}

func methodWords(a models.Authentication) string {
	switch a.Method {
	case models.BySAML:
		return "SSO: " + a.ProviderName
	case models.ByPasskey:
		return "Passkey"
	case models.ByPassword:
	}
	words := map[models.Factor]string{models.ByAuthenticator: " and code", models.ByRecoveryCode: " and recovery code", models.ByPasskeyBeside: " and passkey"}
	return "Password" + words[a.Factor]
}

// browserOf is a user agent in words, as far as people care.
func browserOf(agent string) string {
	first := func(pairs ...string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := first("Edg/", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := first("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser == "":
		return "Unknown browser"
	case system == "":
		return browser
	}
	return browser + " on " + system
}

// PasswordDue asks for a new password where the present one does not meet the rules any more; until then nothing else opens.
func (h *Handlers) PasswordDue(c echo.Context, p models.Person) error {
	next := urls.Local(c.QueryParam("next"))
	if !p.User.PasswordDue || !p.OwnsAccount() {
		return see(c, next)
	}
	view, _, err := h.accountSecurityView(c, p)
	if err != nil {
		return err
	}
	view.Due = h.duePage(c, next)
	return draw(c, passwordPage(view))
}

func (h *Handlers) duePage(c echo.Context, next string) *views.PasswordDue {
	return &views.PasswordDue{Bare: h.bare(c, "Choose a new password"), Next: next}
}

// passwordPage is where the form of the new password stands.
func passwordPage(view views.AccountSecurity) templ.Component {
	if view.Due != nil {
		return views.PasswordDuePage(view)
	}
	return views.AccountSecurityPage(view)
}

// PasswordChange saves a new password; every other session of the account ends.
func (h *Handlers) PasswordChange(c echo.Context, p models.Person) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	if !p.OwnsAccount() {
		return models.Refuse(models.Impossible, needsPassword)
	}
	view, policy, err := h.accountSecurityView(c, p)
	if err != nil {
		return err
	}
	if p.User.PasswordDue {
		view.Due = h.duePage(c, urls.Local(typed.Get("next")))
	}
	ctx, request := c.Request().Context(), p.Request
	source := models.SignInSource(request.IP)
	try := models.TryOf(p, models.ActionConfirmRefused, models.WrongPassword)
	lock, err := h.store.CountAttempt(ctx, p.User.Email, source, request)
	if err != nil {
		if refusal, refused := models.RefusalOf(err); refused {
			h.store.Refused(try.Because(models.LockedOut))
			view.Errors["current"] = refusal.Sentence
			return refuse(refusal.Kind, passwordPage(view))
		}
		return err
	}
	account, ok, _, err := h.verify(c, p.User.Email, typed.Get("current"))
	if err != nil {
		return err
	}
	if !ok {
		h.store.RefusedCounted(try, lock)
		view.Errors["current"] = "This is not your present password."
	} else if err := h.store.ForgiveAttempts(ctx, p.User.Email, source); err != nil {
		return err
	}
	plain := typed.Get("password")
	view.Violations = violations(policy, plain, password.Person{Name: p.User.Name, Email: p.User.Email, Present: typed.Get("current")})
	if plain != typed.Get("repeat") {
		view.Errors["repeat"] = repeatDiffers
	}
	if len(view.Errors) == 0 && len(view.Violations) == 0 { // each former one costs as much as a sign-in
		if view.Violations, err = h.reused(ctx, policy, p.User.ID, plain); err != nil {
			return err
		}
	}
	if len(view.Errors) > 0 || len(view.Violations) > 0 {
		return refuse(models.Invalid, passwordPage(view))
	}
	hash, err := h.passwords.Hash(ctx, plain)
	if err != nil {
		return err
	}
	token := secret.Token()
	fresh := models.NewPassword{Hash: hash, Over: account.PasswordHash}
	if err := h.store.ChangePassword(ctx, p, fresh, secret.HashToken(token)); err != nil {
		return err
	}
	if err := h.sessions.Issue(c.Request(), c.Response(), token); err != nil {
		return err
	}
	lands := urls.AccountSecurity.To()
	if view.Due != nil {
		lands = view.Due.Next
	}
	return h.seeWith(c, lands, "Your password is changed. All other sessions are signed out.")
}

// SessionEnd ends one of one's own sessions.
func (h *Handlers) SessionEnd(c echo.Context, p models.Person) error {
	id := c.Param("session")
	if id != p.SessionID && !p.OwnsAccount() {
		return models.Refuse(models.Impossible, needsPassword)
	}
	if err := h.store.EndSession(c.Request().Context(), p, id); err != nil {
		return err
	}
	if id == p.SessionID {
		h.sessions.Clear(c.Response())
		return see(c, urls.With(urls.Login.To(), "notice", "signed-out"))
	}
	return h.seeWith(c, urls.AccountSecurity.To(), "That session is signed out.")
}

// SessionsEndOthers ends all of one's own sessions but this one.
func (h *Handlers) SessionsEndOthers(c echo.Context, p models.Person) error {
	if !p.OwnsAccount() {
		return models.Refuse(models.Impossible, needsPassword)
	}
	if _, err := h.store.EndOtherSessions(c.Request().Context(), p); err != nil {
		return err
	}
	return h.seeWith(c, urls.AccountSecurity.To(), "All other sessions are signed out.")
}

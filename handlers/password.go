package handlers

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/mail"
	"gatehouse/internal/password"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// policyOf is an organization's policy as the rules know it.
func policyOf(p models.PasswordPolicy) password.Policy {
	return password.Policy{MinLength: p.MinLength, MaxLength: p.MaxLength, ForbidCommon: p.ForbidCommon, ForbidPersonal: p.ForbidPersonal}
}

// strictest is the strictest of each rule of several organizations; an account in none obeys the recommendation.
func strictest(policies []models.PasswordPolicy) password.Policy {
	if len(policies) == 0 {
		return password.Recommended()
	}
	all := policyOf(policies[0])
	for _, p := range policies[1:] {
		all.MinLength = max(all.MinLength, p.MinLength)
		all.MaxLength = min(all.MaxLength, p.MaxLength)
		all.ForbidCommon = all.ForbidCommon || p.ForbidCommon
		all.ForbidPersonal = all.ForbidPersonal || p.ForbidPersonal
	}
	return all
}

// violations are the sentences of everything that is wrong with a new password.
func violations(policy password.Policy, plain string, who password.Person) []string {
	var sentences []string
	for _, v := range policy.Check(plain, who) {
		sentences = append(sentences, v.Sentence)
	}
	return sentences
}

// ForgotPage asks for the address of the account, or says whom to ask when this installation sends no mail.
func (h *Handlers) ForgotPage(c echo.Context) error {
	return draw(c, views.ForgotPage(views.Forgot{Bare: h.bare(c, "Forgot password"), SendsMail: h.sendsMail}))
}

// Forgot sends a link when there is such an account, and gives the same answer when there is none.
func (h *Handlers) Forgot(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view := views.Forgot{Bare: h.bare(c, "Forgot password"), SendsMail: h.sendsMail, Email: typed.Get("email")}
	if !h.sendsMail {
		return refuse(models.Impossible, views.ForgotPage(view))
	}
	email, err := models.ParseEmail("email", view.Email)
	if refusal, refused := models.RefusalOf(err); refused {
		view.Error = refusal.Sentence
		return refuse(refusal.Kind, views.ForgotPage(view))
	}
	token := secret.Token()
	message := models.Mail(mail.PasswordReset{
		To: email, Site: h.absolute(""), Link: h.absolute(urls.PasswordReset.To(token)), For: models.ResetLifetime,
	}.Message())
	if err := h.store.AskPasswordReset(c.Request().Context(), email, secret.HashToken(token), message, RequestOf(c)); err != nil {
		return err
	}
	h.nudge()
	view.Sent = true
	return draw(c, views.ForgotPage(view))
}

// ResetPage asks for a new password.
func (h *Handlers) ResetPage(c echo.Context) error {
	view, _, _, err := h.resetView(c)
	if err != nil {
		return err
	}
	return draw(c, views.ResetPage(view))
}

func (h *Handlers) resetView(c echo.Context) (views.Reset, models.User, password.Policy, error) {
	user, policies, err := h.store.ResetSubject(c.Request().Context(), secret.HashToken(c.Param("token")))
	if models.Is(err, models.NotFound) {
		err = models.Refuse(models.NotFound, "This link has been used, has expired, or was never made. Ask for a new one.")
	}
	if err != nil {
		return views.Reset{}, user, password.Policy{}, err
	}
	policy := strictest(policies)
	return views.Reset{Bare: h.bare(c, "Set a new password"), Email: user.Email, Rules: policy.InWords()}, user, policy, nil
}

// Reset saves the new password, once, and ends every session of the account.
func (h *Handlers) Reset(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	view, user, policy, err := h.resetView(c)
	if err != nil {
		return err
	}
	plain := typed.Get("password")
	view.Violations = violations(policy, plain, password.Person{Name: user.Name, Email: user.Email})
	if plain != typed.Get("repeat") {
		view.RepeatError = repeatDiffers
	}
	if len(view.Violations) > 0 || view.RepeatError != "" {
		return refuse(models.Invalid, views.ResetPage(view))
	}
	hash, err := h.passwords.Hash(c.Request().Context(), plain)
	if err != nil {
		return err
	}
	if err := h.store.ResetPassword(c.Request().Context(), secret.HashToken(c.Param("token")), hash, RequestOf(c)); err != nil {
		return err
	}
	h.sessions.Clear(c.Response())
	return see(c, urls.With(urls.Login.To(), "notice", "password-set"))
}

const repeatDiffers = "The two are not the same. Type the password again."

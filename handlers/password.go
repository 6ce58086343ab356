package handlers

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/mail"
	"gatehouse/internal/password"
	"gatehouse/internal/secret"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/models/store"
	"gatehouse/views"
)

// policyOf is an organization's policy as the rules know it.
func policyOf(p models.PasswordPolicy) password.Policy { return password.Policy(p) }

// strictest is the strictest of each rule of several organizations; an account in none obeys the recommendation.
func strictest(policies []models.OrganizationPolicy) password.Combined {
	asked := make([]password.Asked, 0, len(policies))
	for _, p := range policies {
		asked = append(asked, password.Asked{Organization: p.Organization, Policy: policyOf(p.Policy)})
	}
	return password.Strictest(asked)
}

// violations are the sentences of everything that is wrong with a new password.
func violations(policy password.Combined, plain string, who password.Person) []string {
	var sentences []string
	for _, v := range policy.Check(plain, who) {
		sentences = append(sentences, v.Sentence)
	}
	return sentences
}

// reused says whether a new password is one of the account's last ones, as far as the policy wants them remembered.
func (h *Handlers) reused(ctx context.Context, policy password.Combined, userID, plain string) ([]string, error) {
	if policy.History == 0 || plain == "" {
		return nil, nil
	}
	hashes, err := h.store.FormerPasswords(ctx, userID, policy.History)
	if err != nil {
		return nil, err
	}
	for _, hash := range hashes {
		same, _, err := h.passwords.Verify(ctx, plain, hash)
		if err != nil {
			return nil, err
		}
		if same {
			return []string{policy.Reused()}, nil
		}
	}
	return nil, nil
}

// duePassword says whether a password that was just found right meets the rules no more, and notes it: the rules may have changed since it was
// chosen, or it is too old.
func (h *Handlers) duePassword(c echo.Context, account store.Credentials, plain string) (bool, error) {
	ctx := c.Request().Context()
	policies, err := h.store.Policies(ctx, account.UserID)
	if err != nil {
		return false, err
	}
	policy := strictest(policies)
	met := len(policy.Check(plain, password.Person{Name: account.Name, Email: account.Email})) == 0
	if account.Due || met && !models.PasswordPolicy(policy.Policy).Outlived(account.ChangedAt, time.Now()) {
		return account.Due, nil
	}
	return true, h.store.DuePassword(ctx, account, RequestOf(c))
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

func (h *Handlers) resetView(c echo.Context) (views.Reset, models.User, password.Combined, error) {
	user, policies, err := h.store.ResetSubject(c.Request().Context(), secret.HashToken(c.Param("token")))
	if models.Is(err, models.NotFound) {
		err = models.Refuse(models.NotFound, "This link has been used, has expired, or was never made. Ask for a new one.")
	}
	if err != nil {
		return views.Reset{}, user, password.Combined{}, err
	}
	policy := strictest(policies)
	who := password.Person{Name: user.Name, Email: user.Email}
	return views.Reset{Bare: h.bare(c, "Set a new password"), Email: user.Email, Rules: policy.InWords(), Asked: asked(policy, who)}, user, policy, nil
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
	account, err := h.store.CredentialsOf(c.Request().Context(), user.ID)
	if err != nil {
		return err
	}
	if len(view.Violations) == 0 && view.RepeatError == "" {
		if view.Violations, err = h.reused(c.Request().Context(), policy, user.ID, plain); err != nil {
			return err
		}
	}
	if len(view.Violations) > 0 || view.RepeatError != "" {
		return refuse(models.Invalid, views.ResetPage(view))
	}
	hash, err := h.passwords.Hash(c.Request().Context(), plain)
	if err != nil {
		return err
	}
	fresh := models.NewPassword{Hash: hash, Over: account.PasswordHash}
	if err := h.store.ResetPassword(c.Request().Context(), secret.HashToken(c.Param("token")), fresh, RequestOf(c)); err != nil {
		return err
	}
	h.sessions.Clear(c.Response())
	return see(c, urls.With(urls.Login.To(), "notice", "password-set"))
}

const repeatDiffers = "The two are not the same. Type the password again."

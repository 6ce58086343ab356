package handlers

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/password"
	"gatehouse/models"
)

// askedRules are rules on their way through a form, so that what is typed can be checked by the same code that decides, without asking who
// types. Whoever changes them is told of other rules, and nothing else.
type askedRules struct {
	Policy      password.Policy
	By          map[string]string `json:",omitempty"`
	Name, Email string            `json:",omitempty"`
}

// asked writes the rules for a form.
func asked(policy password.Combined, who password.Person) string {
	plain, _ := json.Marshal(askedRules{policy.Policy, policy.By, who.Name, who.Email}) // numbers and text
	return base64.RawURLEncoding.EncodeToString(plain)
}

// PasswordCheck says what is wrong with a password as it is being typed. It is kept nowhere.
func (h *Handlers) PasswordCheck(c echo.Context) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	var rules askedRules
	plain, err := base64.RawURLEncoding.DecodeString(typed.Get("asked"))
	if err == nil {
		err = json.Unmarshal(plain, &rules)
	}
	if err != nil {
		return models.Refuse(models.Invalid, "The rules could not be read.")
	}
	who := password.Person{Name: rules.Name, Email: rules.Email, Present: typed.Get("current")}
	if name := typed.Get("name"); who.Name == "" {
		who.Name = name
	}
	if email := typed.Get("email"); who.Email == "" {
		who.Email = email
	}
	broken := violations(password.Combined{Policy: rules.Policy, By: rules.By}, typed.Get("password"), who)
	if broken == nil {
		broken = []string{}
	}
	return c.JSON(http.StatusOK, broken)
}

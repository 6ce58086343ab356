package views_test

import (
	"slices"
	"testing"

	"gatehouse/internal/urls"
	"gatehouse/views"
)

func TestTheAccountShowsWhatOneIsWhere(t *testing.T) {
	v := sampleAccount()
	doc := content(t, render(t, views.AccountPage(v)))
	if got := typed(named(t, doc, "name")); got != v.Name {
		t.Errorf("the name is %q", got)
	}
	if email := named(t, doc, "email"); typed(email) != v.Email || !has(email, "readonly") {
		t.Error("the address is not shown, or can be edited")
	}
	if len(matching(doc, "a", "href", v.Memberships[0].URL)) != 1 {
		t.Error("no way to the organization")
	}
	says(t, elements(doc, "table")[0], "Northwind Robotics northwind Administrator Active", "Fjord Lab fjord-lab Organization User Suspended")
}

func TestAccountThatSingleSignOnOpenedCannotBeRenamedAndSaysWhy(t *testing.T) {
	v := sampleAccount()
	v.Owns = false
	form := matching(content(t, render(t, views.AccountPage(v))), "form", "action", urls.Account.To())[0]
	if !has(named(t, form, "name"), "readonly") || !has(elements(form, "button")[0], "disabled") {
		t.Error("the name can be edited")
	}
	says(t, form, "Sign in with your password to change your name.")
	if to, _ := attr(elements(form, "a")[0], "href"); to != urls.With(urls.Login.To(), "next", urls.Account.To()) {
		t.Errorf("the way to do so is %q", to)
	}
}

func TestTheNameThatWasRefusedStandsAsTyped(t *testing.T) {
	v := sampleAccount()
	v.Name, v.Errors["name"] = "  ", "Enter a name."
	doc := content(t, render(t, views.AccountPage(v)))
	if field := named(t, doc, "name"); typed(field) != "  " || !has(field, "autofocus") || !has(field, "aria-invalid") {
		t.Error("the field is not as typed, marked and focused")
	}
	says(t, matching(doc, "div", "role", "alert")[0], "Enter a name.")
}

func TestThePasswordFormSpeaksToPasswordManagers(t *testing.T) {
	v := sampleAccountSecurity()
	form := matching(content(t, render(t, views.AccountSecurityPage(v))), "form", "action", urls.AccountSecurity.To())[0]
	for name, want := range map[string]string{"username": "username", "current": "current-password", "password": "new-password", "repeat": "new-password"} {
		field := named(t, form, name)
		if got, _ := attr(field, "autocomplete"); got != want {
			t.Errorf("%s is for %q", name, got)
		}
		if name != "username" && has(field, "value") {
			t.Errorf("%s is written back", name)
		}
	}
	if got := typed(named(t, form, "username")); got != v.Page.Person.Email {
		t.Errorf("it is the password of %q", got)
	}
	says(t, form, samplePolicy()...)
}

func TestEverythingWrongWithANewPasswordIsSaidAtOnce(t *testing.T) {
	v := sampleAccountSecurity()
	v.Errors = map[string]string{"current": "This is not your present password.", "repeat": "The two are not the same."}
	v.Violations = []string{"Use at least 12 characters; this has 5.", "This is made of well-known passwords."}
	doc := content(t, render(t, views.AccountSecurityPage(v)))
	var problems []string
	for _, item := range elements(matching(doc, "div", "role", "alert")[0], "li") {
		to, _ := attr(elements(item, "a")[0], "href")
		problems = append(problems, to+" "+text(item))
	}
	want := []string{
		"#current This is not your present password.", "#password Use at least 12 characters; this has 5.",
		"#password This is made of well-known passwords.", "#repeat The two are not the same.",
	}
	if !slices.Equal(problems, want) {
		t.Errorf("problems %q, want %q", problems, want)
	}
	for _, name := range []string{"current", "password", "repeat"} {
		if invalid, _ := attr(named(t, doc, name), "aria-invalid"); invalid != "true" {
			t.Errorf("%s is not marked", name)
		}
	}
}

func TestWhoDidNotProveThePasswordCannotChangeIt(t *testing.T) {
	bySSO, none := sampleAccountSecurity(), sampleAccountSecurity()
	bySSO.Owns, none.HasPassword = false, false
	for name, v := range map[string]views.AccountSecurity{"by single sign-on": bySSO, "no password": none} {
		doc := content(t, render(t, views.AccountSecurityPage(v)))
		if len(matching(doc, "form", "action", urls.AccountSecurity.To())) != 0 {
			t.Errorf("%s: the form is there", name)
		}
		if got, want := len(matching(doc, "a", "href", v.SignInURL)), map[bool]int{true: 1}[v.HasPassword]; got != want {
			t.Errorf("%s: %d ways to sign in with the password, want %d", name, got, want)
		}
		says(t, doc, "single sign-on")
	}
}

func TestEverySessionCanBeEndedByItself(t *testing.T) {
	v := sampleAccountSecurity()
	doc := content(t, render(t, views.AccountSecurityPage(v)))
	var rows []string
	for _, row := range elements(elements(doc, "tbody")[0], "tr") {
		rows = append(rows, text(row))
	}
	want := []string{
		"Firefox on Linux This session 192.0.2.17 Password, SSO: Northwind SSO 4 hours ago just now End this session, which signs you out",
		"Safari on iPhone 2001:db8:85a3::8a2e:370:7334 SSO: Northwind SSO 3 days ago 20 hours ago End the session in Safari on iPhone from 2001:db8:85a3::8a2e:370:7334",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("rows %q, want %q", rows, want)
	}
	for _, s := range v.Sessions {
		if len(matching(doc, "form", "action", s.EndURL)) != 1 {
			t.Errorf("%s cannot be ended", s.Browser)
		}
	}
	if len(matching(doc, "form", "action", v.EndOthersURL)) != 1 {
		t.Error("the others cannot be ended together")
	}
	v.EndOthersURL = ""
	if words := text(content(t, render(t, views.AccountSecurityPage(v)))); len(words) == 0 || len(matching(render(t, views.AccountSecurityPage(v)), "form", "action", urls.AccountSignOutAll.To())) != 0 {
		t.Error("ending the others is offered without any")
	}
}

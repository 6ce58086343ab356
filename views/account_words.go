package views

import (
	"strings"

	"gatehouse/views/parts"
)

func (v Account) problems() []parts.Problem {
	return fieldProblems(v.Errors, "name")
}

func (v Account) organizationsLead() string {
	if v.More {
		return "Those where you were last, and what you are in each."
	}
	return "What you are in each."
}

func (v Account) nameHint() string {
	if v.Owns {
		return ""
	}
	return "Single sign-on opens the organization, not the account's own settings. Sign in with your password to change your name."
}

func (m MembershipRow) state() parts.Pill {
	if m.Suspended {
		return parts.Pill{Label: "Suspended", Tone: parts.Bad}
	}
	return parts.Pill{Label: "Active", Tone: parts.OK}
}

func (v AccountSecurity) passwordLead() string {
	switch {
	case !v.HasPassword:
		return ""
	case v.PasswordChanged.IsZero():
		return "It was never changed."
	}
	return "Last changed " + parts.Relative(v.PasswordChanged, v.Page.Now) + "."
}

// problems are in the order of the fields; every rule that the new password breaks is one.
func (v AccountSecurity) problems() []parts.Problem {
	var problems []parts.Problem
	add := func(field, message string) {
		if message != "" {
			problems = append(problems, parts.Problem{Field: field, Message: message})
		}
	}
	add("current", v.Errors["current"])
	for _, broken := range v.broken() {
		add("password", broken)
	}
	add("repeat", v.Errors["repeat"])
	return problems
}

// broken is everything that is wrong with the new password.
func (v AccountSecurity) broken() []string {
	if v.Errors["password"] == "" {
		return v.Violations
	}
	return append([]string{v.Errors["password"]}, v.Violations...)
}

func (v AccountSecurity) sessionsLead() string {
	if v.Owns {
		return "Browsers in which you are signed in. End what you do not recognize, and change your password."
	}
	return "Only this session is shown. Sign in with your password to see the others."
}

func (r SessionRow) browser() string {
	if r.Browser == "" {
		return "Unknown browser"
	}
	return r.Browser
}

// endWords completes "End …" for those who do not see the row.
func (r SessionRow) endWords() string {
	if r.Current {
		return "this session, which signs you out"
	}
	return "the session in " + r.browser() + " from " + orDash(r.IP)
}

func (r SessionRow) methods() string { return orDash(strings.Join(r.Methods, ", ")) }

package handlers

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/password"
	"gatehouse/internal/urls"
	"gatehouse/models"
	"gatehouse/views"
)

// policyNumber is a rule that is a number, with what it may be.
type policyNumber struct {
	field         string
	least, most   int
	orZero        bool // or nothing is demanded
	words         string
	of            func(*models.PasswordPolicy) *int
	advisedBeside string // what the standards say of it, when they advise against
	against       func(n int) bool
}

const (
	kindsAgainst = "NIST SP 800-63B-4 and OWASP ASVS 5.0 advise against demanding kinds of characters: people then choose what is easy to foresee."
	agesAgainst  = "NIST SP 800-63B-4 and OWASP ASVS 5.0 advise against passwords that expire: people then count them up."
)

func policyNumbers() []policyNumber {
	demanded := func(n int) bool { return n > 0 }
	return []policyNumber{
		{"min_length", password.MinLengthFloor, password.MinLengthCeiling, false, "A minimum", func(p *models.PasswordPolicy) *int { return &p.MinLength },
			"NIST SP 800-63B-4 demands 15 where the password is the only factor.", func(n int) bool { return n < 15 }},
		{"max_length", password.MaxLengthFloor, password.MaxLength, false, "A maximum", func(p *models.PasswordPolicy) *int { return &p.MaxLength },
			"NIST SP 800-63B-4 wants 64 at least, so that passwords can be sentences.", func(n int) bool { return n < 64 }},
		{"upper", 0, password.CountCeiling, true, "The number", func(p *models.PasswordPolicy) *int { return &p.Upper }, kindsAgainst, demanded},
		{"lower", 0, password.CountCeiling, true, "The number", func(p *models.PasswordPolicy) *int { return &p.Lower }, kindsAgainst, demanded},
		{"digits", 0, password.CountCeiling, true, "The number", func(p *models.PasswordPolicy) *int { return &p.Digits }, kindsAgainst, demanded},
		{"special", 0, password.CountCeiling, true, "The number", func(p *models.PasswordPolicy) *int { return &p.Special }, kindsAgainst, demanded},
		{"history", 0, password.HistoryCeiling, true, "The number", func(p *models.PasswordPolicy) *int { return &p.History }, "", nil},
		{"lifetime", password.LifetimeFloor, password.LifetimeCeiling, true, "The number of days", func(p *models.PasswordPolicy) *int { return &p.LifetimeDays }, agesAgainst, demanded},
		{"lock_after", password.LockAfterFloor, password.LockAfterCeiling, false, "The number", func(p *models.PasswordPolicy) *int { return &p.LockAfter }, "", nil},
		{"lock_minutes", 1, password.LockMinutesCeiling, false, "The number of minutes", func(p *models.PasswordPolicy) *int { return &p.LockMinutes }, "", nil},
	}
}

// policySwitches are the rules that are on or off.
func policySwitches() map[string]func(*models.PasswordPolicy) *bool {
	return map[string]func(*models.PasswordPolicy) *bool{
		"forbid_common": func(p *models.PasswordPolicy) *bool { return &p.ForbidCommon }, "forbid_patterns": func(p *models.PasswordPolicy) *bool { return &p.ForbidPatterns },
		"forbid_name": func(p *models.PasswordPolicy) *bool { return &p.ForbidName }, "forbid_address": func(p *models.PasswordPolicy) *bool { return &p.ForbidAddress },
		"forbid_confusing": func(p *models.PasswordPolicy) *bool { return &p.ForbidConfusing }, "forbid_overlap": func(p *models.PasswordPolicy) *bool { return &p.ForbidOverlap },
	}
}

// presetOf is the preset that a policy is, if it is one.
func presetOf(p models.PasswordPolicy) string {
	switch policyOf(p) {
	case password.Recommended():
		return views.PresetRecommended
	case password.PCIDSS():
		return views.PresetPCI
	}
	return views.PresetCustom
}

// PasswordPolicy draws the form of the organization's password rules.
func (h *Handlers) PasswordPolicy(c echo.Context, a models.Actor) error {
	saved, err := h.store.In(a).PasswordPolicy(c.Request().Context())
	if err != nil {
		return err
	}
	view := policyView(saved.Policy)
	view.Version = strconv.Itoa(saved.Version)
	if err := h.policyFrame(c, a, &view, saved); err != nil {
		return err
	}
	return draw(c, views.PasswordPolicyPage(view))
}

// policyView is a policy as the form shows it.
func policyView(p models.PasswordPolicy) views.PasswordPolicy {
	view := views.PasswordPolicy{Preset: presetOf(p), Values: map[string]string{}, On: map[string]bool{}, Advice: map[string]string{}, Errors: map[string]string{}}
	for _, n := range policyNumbers() {
		view.Values[n.field] = strconv.Itoa(*n.of(&p))
	}
	for field, of := range policySwitches() {
		view.On[field] = *of(&p)
	}
	advise(&view, p)
	return view
}

// advise puts beside the fields what the standards advise against.
func advise(view *views.PasswordPolicy, p models.PasswordPolicy) {
	for _, n := range policyNumbers() {
		if n.against != nil && n.against(*n.of(&p)) {
			view.Advice[n.field] = n.advisedBeside
		}
	}
	if !p.ForbidCommon {
		view.Advice["forbid_common"] = "NIST SP 800-63B-4 and OWASP ASVS 5.0 demand that well-known passwords are refused."
	}
}

func (h *Handlers) policyFrame(c echo.Context, a models.Actor, view *views.PasswordPolicy, saved models.OrganizationPolicy) error {
	org := a.Organization.Slug
	frame, err := h.organizationFrame(c, a, "Password rules", navSecurity, crumb("Security", urls.Security.To(org)))
	view.Page, view.Action, view.Cancel, view.Saved = frame.Page, urls.PasswordPolicy.To(org), urls.Security.To(org), policyOf(saved.Policy).InWords()
	return err
}

// PasswordPolicySave says what other rules would mean, and on request saves them, unless somebody else did meanwhile.
func (h *Handlers) PasswordPolicySave(c echo.Context, a models.Actor) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	saved, err := h.store.In(a).PasswordPolicy(c.Request().Context())
	if err != nil {
		return err
	}
	view, next := readPolicy(typed)
	if err := h.policyFrame(c, a, &view, saved); err != nil {
		return err
	}
	if len(view.Errors) > 0 {
		return refuse(models.Invalid, views.PasswordPolicyPage(view))
	}
	if typed.Get("action") == "save" {
		err := h.store.In(a).ChangePasswordPolicy(c.Request().Context(), version(view.Version), next)
		if models.Is(err, models.Stale) {
			view.Version, view.Stale = strconv.Itoa(saved.Version), true
			return refuse(models.Stale, views.PasswordPolicyPage(view))
		}
		if err != nil {
			return err
		}
		return h.seeWith(c, urls.Security.To(a.Organization.Slug), "The password rules are saved.")
	}
	impact, err := h.store.In(a).PolicyImpact(c.Request().Context(), saved.Policy, next)
	if err != nil {
		return err
	}
	view.Impact = &views.PolicyImpact{Members: impact.Members, Overdue: impact.Overdue, Due: impact.Due, Unknown: impact.Unknown, Stricter: impact.Stricter, Same: next == saved.Policy, Rules: policyOf(next).InWords()}
	return draw(c, views.PasswordPolicyPage(view))
}

// readPolicy reads what was typed. A preset is what it is, whatever stands in the fields.
func readPolicy(typed url.Values) (views.PasswordPolicy, models.PasswordPolicy) {
	preset := typed.Get("preset")
	var next models.PasswordPolicy
	switch preset {
	case views.PresetRecommended:
		next = models.PasswordPolicy(password.Recommended())
	case views.PresetPCI:
		next = models.PasswordPolicy(password.PCIDSS())
	}
	if preset == views.PresetRecommended || preset == views.PresetPCI {
		view := policyView(next)
		view.Version = typed.Get("version")
		return view, next
	}
	view := views.PasswordPolicy{
		Preset: preset, Version: typed.Get("version"), Values: map[string]string{}, On: map[string]bool{}, Advice: map[string]string{}, Errors: map[string]string{},
	}
	if preset != views.PresetCustom {
		view.Errors["preset"] = "Choose one of the three."
	}
	for _, n := range policyNumbers() {
		view.Values[n.field] = typed.Get(n.field)
		value, err := strconv.Atoi(strings.TrimSpace(typed.Get(n.field)))
		if err != nil || (value < n.least || value > n.most) && (!n.orZero || value != 0) {
			view.Errors[n.field] = n.words + " is from " + strconv.Itoa(n.least) + " to " + strconv.Itoa(n.most) + orNone(n) + "."
		}
		*n.of(&next) = value
	}
	for field, of := range policySwitches() {
		view.On[field] = typed.Get(field) != ""
		*of(&next) = view.On[field]
	}
	if view.Errors["min_length"] == "" && view.Errors["max_length"] == "" && next.MinLength > next.MaxLength {
		view.Errors["max_length"] = "The maximum is not less than the minimum."
	}
	advise(&view, next)
	return view, next
}

func orNone(n policyNumber) string {
	if n.orZero && n.least > 0 {
		return ", or 0 for none"
	}
	return ""
}

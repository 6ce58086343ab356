package views

import "gatehouse/views/parts"

// The presets of a password policy, as the form sends them.
const (
	PresetRecommended = "recommended"
	PresetPCI         = "pci-dss"
	PresetCustom      = "custom"
)

// PasswordPolicy is the form of an organization's password rules.
type PasswordPolicy struct {
	Page           Page
	Action, Cancel string

	Preset  string
	Version string
	Values  map[string]string // numbers as typed, by field
	On      map[string]bool   // switches, by field
	Advice  map[string]string // what the standards say against a value, by field
	Errors  map[string]string
	Saved   []string // the rules as they are, in words
	Stale   bool     // somebody else saved others meanwhile
	Impact  *PolicyImpact
}

// PolicyImpact is what other rules would mean.
type PolicyImpact struct {
	Members  int // with a password
	Overdue  int // whose password is too old
	Due      int // who have to choose another one already
	Unknown  int // whose password nobody can judge before they type it
	Stricter bool
	Same     bool
	Rules    []string // in words
}

// policyField is one number of the form.
type policyField struct{ name, label, hint string }

func policyLengths() []policyField {
	return []policyField{{"min_length", "At least, in characters", "8 to 64."}, {"max_length", "At most, in characters", "32 to 128."}}
}

func policyKinds() []policyField {
	return []policyField{
		{"upper", "Capital letters", "So many at least; 0 for none."}, {"lower", "Small letters", "So many at least; 0 for none."},
		{"digits", "Digits", "So many at least; 0 for none."}, {"special", "Special characters", "Everything that is no letter and no digit, spaces too; 0 for none."},
	}
}

func policyTimes() []policyField {
	return []policyField{
		{"history", "Former passwords that are not used again", "0 to 10, the present one among them. They are remembered from now on, as hashes."},
		{"lifetime", "A new one after, in days", "7 to 3650, or 0 for never."},
	}
}

func policyLocks() []policyField {
	return []policyField{
		{"lock_after", "Wrong passwords before the first lock", "3 to 10, for one account from one place, so that nobody locks anybody else out."},
		{"lock_minutes", "Minutes locked at first", "1 to 60. Then twice as long each time, at most an hour."},
	}
}

// policySwitch is one of the rules that are on or off.
type policySwitch struct{ name, label, hint string }

func policySwitches() []policySwitch {
	return []policySwitch{
		{"forbid_common", "No well-known passwords", "Nothing made of the passwords that guessers try first."},
		{"forbid_patterns", "No simple patterns", "No sequences, walks along the keyboard, or repetitions."},
		{"forbid_name", "Not the person’s name", "It does not count towards the length."},
		{"forbid_address", "Not the email address", "It does not count towards the length."},
		{"forbid_confusing", "No characters that are taken for each other", "0, O, o, 1, l, I and |: for passwords that are read from paper."},
		{"forbid_overlap", "Not mostly the present password", "Compared when it is changed; with a reset link the present one is not known."},
	}
}

func policyPresets() []parts.Choice {
	return []parts.Choice{
		{Value: PresetRecommended, Label: "Recommended", Meaning: "NIST SP 800-63B-4 and OWASP ASVS 5.0: 15 characters, nothing well-known, no kinds of characters, no expiry."},
		{Value: PresetPCI, Label: "PCI DSS", Meaning: "What PCI DSS 4.0.1 demands: 12 characters with letters and digits, a new one every 90 days, not one of the last 4, half an hour locked after 10 wrong ones."},
		{Value: PresetCustom, Label: "Custom", Meaning: "Rule by rule, below."},
	}
}

func (v PasswordPolicy) problems() []parts.Problem {
	problems := fieldProblems(v.Errors, "min_length", "max_length", "upper", "lower", "digits", "special", "history", "lifetime", "lock_after", "lock_minutes")
	if v.Errors["preset"] != "" {
		problems = append([]parts.Problem{{Field: "preset-" + PresetRecommended, Message: v.Errors["preset"]}}, problems...)
	}
	return problems
}

// words say what saving would mean, the gravest first.
func (i PolicyImpact) words() []string {
	if i.Same {
		return []string{"These are the rules as they are. Saving changes nothing."}
	}
	var words []string
	switch i.Overdue {
	case 0:
	case 1:
		words = append(words, "1 member must change their password at the next sign-in: it is too old.")
	default:
		words = append(words, parts.Number(i.Overdue)+" members must change their password at the next sign-in: it is too old.")
	}
	if i.Due > 0 {
		words = append(words, counted(i.Due, "member")+" must choose another password at the next sign-in anyhow: theirs fell short of the rules before.")
	}
	if i.Stricter && i.Unknown > 0 {
		words = append(words, "For "+counted(i.Unknown, "member")+" it cannot be known now: only hashes of passwords are kept, and those do not tell. Each is checked at the next sign-in, and whoever’s does not meet the rules must choose another one before anything else opens.")
	}
	if len(words) == 0 {
		words = append(words, "Nobody has to change a password now. The rules count for new ones.")
	}
	return append(words, "Sessions that are open stay open.")
}

// hint is what stands below a field: what it may be, and what the standards say against what it is.
func (v PasswordPolicy) hint(name, hint string) string {
	if advice := v.Advice[name]; advice != "" {
		return hint + " " + advice
	}
	return hint
}

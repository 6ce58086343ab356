package views

import "gatehouse/views/parts"

// EnforcedTitle is the heading of the page on which people and teams are chosen.
const EnforcedTitle = "Choose people and teams"

// EnforcedPick is the page on which people and teams are found of whom single sign-on is to be required.
type EnforcedPick struct {
	Page        Page
	Picker      parts.Picker
	Within      string // carried along
	People      string // addresses and identifiers, as pasted
	PeopleError string
	Cancel      string
}

// EnforcedRow is somebody or a team of whom it is or will be required.
type EnforcedRow struct {
	UserID    string // empty: it is a team
	Team      string // its identifier
	Name      string
	Email     string
	Suspended bool
	Known     bool // has come in through an enabled identity provider before
	People    int  // in the team
}

// EnforcementPreview is the page that says whom a step concerns before it is taken.
type EnforcementPreview struct {
	Page                       Page
	Stage, Of                  string
	Action, Again, Cancel      string
	Version                    string
	Rows                       []EnforcedRow // of chosen ones
	People, Unknown, Passwords int
	Within                     string
	Withins                    []parts.Option
	Reason                     string // why it cannot be required now; empty: it can
}

// Field is the name of the form's field that this one is sent in.
func (r EnforcedRow) Field() string {
	if r.UserID == "" {
		return "team"
	}
	return "member"
}

// Value is what is sent in it.
func (r EnforcedRow) Value() string { return r.UserID + r.Team }

// Pick is the row as it is offered.
func (r EnforcedRow) Pick() parts.Pick {
	return parts.Pick{Value: r.Value(), Field: r.Field(), Name: r.Name, Below: r.below(), Aside: r.pill().Label, Key: r.Email, Square: r.UserID == ""}
}

func (r EnforcedRow) below() string {
	if r.UserID == "" {
		return r.Team
	}
	return r.Email
}

// pill says what of this one is worth knowing beforehand.
func (r EnforcedRow) pill() parts.Pill {
	switch {
	case r.UserID == "":
		return parts.Pill{Label: "Team, " + counted(r.People, "member")}
	case r.Suspended:
		return parts.Pill{Label: "Suspended"}
	case r.Known:
		return parts.Pill{Label: "Has signed in by SSO", Tone: parts.OK}
	}
	return parts.Pill{Label: "Never by SSO", Tone: parts.Warn}
}

// Title is the page's heading.
func (v EnforcementPreview) Title() string { return "Require single sign-on of " + v.Of }

// summary says it in numbers.
func (v EnforcementPreview) summary() string {
	if v.People == 1 {
		return "It will be required of 1 member: you."
	}
	if v.Stage == "everyone" {
		return "It will be required of " + counted(v.People, "member") + "."
	}
	return "It will be required of " + counted(v.People, "member") + ", you among them."
}

// effects are the consequences worth knowing.
func (v EnforcementPreview) effects() []string {
	var effects []string
	switch {
	case v.Unknown == 1:
		effects = append(effects, "1 of them has never come in through an identity provider. Make sure that it knows them.")
	case v.Unknown > 1:
		effects = append(effects, parts.Number(v.Unknown)+" of them have never come in through an identity provider. Make sure that it knows them.")
	default:
		effects = append(effects, "All of them have come in through an identity provider before.")
	}
	switch {
	case v.Passwords == 1:
		effects = append(effects, "1 of them is signed in by password now, and is asked to sign in by single sign-on at the next request.")
	case v.Passwords > 1:
		effects = append(effects, parts.Number(v.Passwords)+" of them are signed in by password now, and are asked to sign in by single sign-on at their next request.")
	}
	return append(effects, "Nobody is removed. It gives way by itself unless an Administrator confirms it in time.")
}

func (v EnforcementPreview) tone() parts.Tone {
	if v.Unknown > 0 {
		return parts.Warn
	}
	return parts.Neutral
}

func enforcedColumns(remove bool) []parts.Column {
	columns := []parts.Column{{Label: "Who"}, {Label: "Single sign-on"}}
	if remove {
		columns = append(columns, parts.Column{Label: "Remove", Hidden: true})
	}
	return columns
}

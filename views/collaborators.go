package views

import (
	"time"

	"gatehouse/views/parts"
)

// Collaborators is who was given an app, with the form to give it to more.
type Collaborators struct {
	Page         Page
	App          string
	Organization string
	Action       string // of the search
	Query        string
	Filtered     bool
	Addresses    bool // they are told, so one may search for them
	Rows         []CollaboratorRow
	Pager        Pager
	AddURL       string // empty: not for this person
	Email        string // as typed
	Level        string
	Errors       map[string]string // email, level
}

// CollaboratorRow is one collaborator.
type CollaboratorRow struct {
	ID         string
	Name       string
	Email      string // empty: not for this person to know
	Key        string
	Level      string
	Member     bool
	Suspended  bool
	You        bool
	Added      time.Time
	By         string // may be empty
	Other      string // the level they do not have
	OtherLabel string
	LevelURL   string
	RemoveURL  string
}

func (v Collaborators) summary() string { return listSummary(len(v.Rows), "collaborator", v.Pager) }

func (r CollaboratorRow) name() string {
	if r.You {
		return r.Name + " (you)"
	}
	return r.Name
}

func (r CollaboratorRow) belongs() parts.Pill {
	switch {
	case r.Suspended:
		return parts.Pill{Label: "Suspended member", Tone: parts.Bad}
	case r.Member:
		return parts.Pill{Label: "Member", Tone: parts.OK}
	}
	return parts.Pill{Label: "Outside", Tone: parts.Warn}
}

// LevelLabel is the level of a key in a word.
func LevelLabel(key string) string {
	for _, o := range levelOptions() {
		if o.Value == key {
			return o.Label
		}
	}
	return ""
}

func levelOptions() []parts.Option {
	return []parts.Option{{Value: "viewer", Label: "Viewer"}, {Value: "contributor", Label: "Contributor"}}
}

package views

import (
	"time"

	"gatehouse/internal/authz"
)

// Access is the page that says who may do what, and why. One of Verdict, Rights and Holders is drawn, or what is missing of the question.
type Access struct {
	Page  Page
	Guest string // of somebody who is no member: the one app in which they ask about themselves
	Form  AccessForm

	People *AccessMatches // a person was typed, and has to be chosen
	Apps   *AccessMatches // an app was typed, and has to be chosen

	NeedsApp string // the label of a right that is asked of an app, while none is chosen
	Verdict  *Verdict
	Rights   *Rights
	Holders  *Holders
	Examples []AccessExample // nothing is asked yet
}

// AccessForm is the question as far as it is put.
type AccessForm struct {
	Action string
	Person *AccessThing // chosen
	Typed  string       // instead of a chosen person
	Scope  string
	App    *AccessThing // chosen
	InApp  string       // typed, instead of a chosen app
}

// AccessThing is a person or an app that was chosen, or could be.
type AccessThing struct {
	ID    string // as the address of this page has it
	Name  string
	Below string // the address of a person, the description of an app
	Key   string
	URL   string // where choosing it, or choosing another, leads
}

// AccessMatches are what fits what was typed, at most as many as are worth reading.
type AccessMatches struct {
	Typed string
	Found []AccessThing
	More  bool
}

// AccessExample is a question to begin with.
type AccessExample struct{ Question, URL string }

// Verdict is the answer to whether one person has one right, and why.
type Verdict struct {
	Allowed bool
	Person  string
	Scope   authz.Scope
	App     string // empty: in the organization
	Reason  string // the answer in a sentence
	Grants  []AccessGrant
	Idle    []string // what the person was given and what opens nothing here
	Ways    []AccessWay
}

// AccessGrant is one grant that reaches.
type AccessGrant struct {
	Origin string
	URL    string // where it is kept, for who may see that
	Column authz.Role
	Yes    bool
	Facts  []AccessFact
}

// AccessFact is since when something is so, and by whom.
type AccessFact struct {
	Words string // such as "Added to the team"
	At    time.Time
	By    string
}

// AccessWay is a set of steps that together turn the answer around.
type AccessWay struct{ Steps []AccessStep }

// AccessStep is one change: a button for who may make it, else who can.
type AccessStep struct {
	Sentence string
	Label    string // of the button
	URL      string // of the button; empty: not the reader's to make
	Who      string // who can, in words
	WhoURL   string // the people who can
}

// Rights are all rights of one level that a person has.
type Rights struct {
	Person string
	App    string // empty: in the organization
	Rows   []RightRow
}

// RightRow is one row of a role table and the answer to it.
type RightRow struct {
	Scope   authz.Scope
	Allowed bool
	Because string // the grants that say Yes
	URL     string // why
}

// Holders are the people who hold one right in one way.
type Holders struct {
	Scope   authz.Scope
	App     string // empty: in the organization
	Ways    []HoldersWay
	Rows    []HolderRow
	Pager   Pager
	Said    string // instead of a list: who holds it, when that is nobody in particular
	Limited bool   // only people whom the reader sees
}

// HoldersWay is one way in which the right is held.
type HoldersWay struct {
	Label   string
	URL     string
	Current bool
}

// HolderRow is somebody who holds the right.
type HolderRow struct {
	Name    string
	Email   string
	URL     string // why they hold it
	Through string // the role, the teams, the level
	Since   time.Time
}

// Package models holds the nouns of the console, their rules and their refusals. It is pure: no database, no HTTP.
package models

import "errors"

// Kind is why something was refused; the web layer maps each kind to one status.
type Kind uint8

// The kinds of refusal.
const (
	NotFound      Kind = iota + 1 // does not exist, or is out of reach: the same answer
	SignInNeeded                  // the session has not opened this organization
	Suspended                     // the membership is suspended
	Invalid                       // what was typed breaks a rule; Field names where
	Stale                         // somebody else changed it first
	Impossible                    // the state of things forbids it, whoever asks
	Denied                        // a sign-in that was not accepted
	TooMany                       // locked for a while
	Unavailable                   // the database or a service does not answer
	Gone                          // was there, and is over
	FactorNeeded                  // the organization asks for a second factor, and the session was not proved by one
	ConfirmNeeded                 // it is dangerous, and the proofs of the session are not fresh
	PasswordDue                   // the password does not meet the rules any more
)

// Refusal is an expected "no" with a sentence for the person who asked. Everything else that goes wrong is a fault.
type Refusal struct {
	Kind     Kind
	Field    string // the form field it belongs to, when Kind is Invalid
	Sentence string
}

// Error returns the sentence.
func (r *Refusal) Error() string { return r.Sentence }

// Refuse makes a refusal.
func Refuse(kind Kind, sentence string) error { return &Refusal{Kind: kind, Sentence: sentence} }

// RefuseField makes a refusal that belongs beside a form field.
func RefuseField(field, sentence string) error {
	return &Refusal{Kind: Invalid, Field: field, Sentence: sentence}
}

// RefusalOf returns the refusal in err's chain, if there is one.
func RefusalOf(err error) (*Refusal, bool) {
	var r *Refusal
	return r, errors.As(err, &r)
}

// Is says whether err is a refusal of that kind.
func Is(err error, kind Kind) bool {
	r, ok := RefusalOf(err)
	return ok && r.Kind == kind
}

// NotFoundSentence is what ErrNotFound says.
const NotFoundSentence = "There is nothing here, or it is not yours to see."

// ErrNotFound is the one answer for what does not exist and for what is out of reach.
var ErrNotFound = Refuse(NotFound, NotFoundSentence)

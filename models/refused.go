package models

import "time"

// RefusedTry is something that was refused and that the audit log tells of: a sign-in, a second factor, a page.
type RefusedTry struct {
	Entry        AuditEntry // what is said of it; the target of a try at an account is filled in when it is written
	Organization string     // in whose log it stands; empty: of every organization of the account
	AccountID    string     // of a try at an account: its id,
	Email        string     // or the address that was typed, which may be nobody's
	Source       string     // the part of the address that stands for one household: see SignInSource
	What         string     // what tells tries of one action and one source apart
}

// RefusedTally is how often something was refused since the program started, for the operator.
type RefusedTally struct {
	What  string
	Times int
}

// UnknownAddress are tries at addresses without an account: no log tells of them.
const UnknownAddress = "unknown-address"

// The reasons of refused tries, as the audit log says them.
const (
	WrongPassword = "the password was wrong"
	WrongCode     = "the code was wrong"
	WrongPasskey  = "the passkey was not accepted"
	LockedOut     = "locked out after too many tries"
)

// TryAt is a refused try at the account of an address, or of an id, by somebody who is not signed in. Whether there is such an account is looked
// up later, so that the answer to an address that is nobody's takes as long.
func TryAt(email, accountID string, action Action, reason string, r Request) RefusedTry {
	return RefusedTry{
		Entry: AuditEntry{Action: action, ActorName: "Somebody", After: map[string]string{"reason": reason}, IP: r.IP, Reference: r.Reference},
		Email: email, AccountID: accountID, Source: SignInSource(r.IP), What: reason,
	}
}

// TryOf is a refused try of somebody who is signed in, told in every organization of the account.
func TryOf(p Person, action Action, reason string) RefusedTry {
	try := TryAt("", p.User.ID, action, reason, p.Request)
	try.Entry.ActorID, try.Entry.ActorName, try.Entry.ActorEmail = p.User.ID, p.User.Name, p.User.Email
	try.Entry.Method = p.Strongest()
	return try
}

// Because is the try with its reason.
func (t RefusedTry) Because(reason string) RefusedTry {
	t.Entry.After, t.What = map[string]string{"reason": reason}, reason
	return t
}

// Locked is that the try locked the account for its source, which is an entry of its own.
func (t RefusedTry) Locked(lock time.Duration) RefusedTry {
	t.Entry.Action = ActionLockedOut
	t = t.Because(LockedOut)
	t.Entry.After["locked for"] = lock.String()
	return t
}

// TryThrough is a sign-in through an identity provider that was refused. Who it was for is not proven; the record of the provider has what was said.
func TryThrough(organizationID, providerID, provider string, at Attempt) RefusedTry {
	try := TryAt("", "", ActionSignInRefused, at.Check, Request{IP: at.IP, Reference: at.Reference})
	try.Organization = organizationID
	try.Entry.Method, try.Entry.After = BySAML, map[string]string{"check": at.Check}
	try.Entry.TargetType, try.Entry.TargetID, try.Entry.TargetName = "identity-provider", providerID, provider
	return try
}

// TryIn is that a member, or a collaborator of the app, asked for what they may not do: why, and the shape of the path without what was named in
// it. Without an app it is about the organization.
func TryIn(a Actor, app App, reason, asked string) RefusedTry {
	try := TryOf(a.Person, ActionAccessRefused, reason)
	try.Organization, try.What = a.Organization.ID, asked
	try.Entry.After["asked"] = asked
	try.Entry.TargetType, try.Entry.TargetID, try.Entry.TargetName = "organization", a.Organization.ID, a.Organization.Name
	if app.ID != "" {
		try.Entry.TargetType, try.Entry.TargetID, try.Entry.TargetName = "app", app.ID, app.Slug
	}
	return try
}

// IsRefusal says whether the action is that something was refused: it changed nothing.
func (a Action) IsRefusal() bool {
	for _, refusal := range Refusals() {
		if a == refusal {
			return true
		}
	}
	return false
}

// Refusals are the actions that something was refused.
func Refusals() []Action {
	return []Action{ActionSignInRefused, ActionLockedOut, ActionFactorRefused, ActionConfirmRefused, ActionGlassRefused, ActionAccessRefused}
}

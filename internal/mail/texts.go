package mail

import (
	"fmt"
	"strings"
	"time"
)

// PasswordReset is what the message about a forgotten password needs.
type PasswordReset struct {
	To   string        // the address it goes to
	Name string        // of the person; may be empty
	Site string        // public address of the console, such as https://console.northwind.example
	Link string        // works once
	For  time.Duration // how long the link works
}

// Message writes it.
func (p PasswordReset) Message() Message {
	return Message{To: p.To, Subject: "Choose a new password for Gatehouse", Text: lines(
		greeting(p.Name),
		"",
		"somebody asked for a new password for your account at "+p.Site+".",
		"If that was you, open this link within "+span(p.For)+" and choose one:",
		"",
		p.Link,
		"",
		"The link works once. If it was not you, you need not do anything:",
		"your password stays as it is, and nobody else has this link.",
	)}
}

// Invitation is what the message to somebody who is invited needs.
type Invitation struct {
	To           string   // the address it goes to
	Organization string   // name of the organization
	Inviter      string   // name of who invites
	Role         string   // label of the role
	Teams        []string // names of the teams that accepting joins; may be none
	Note         string   // what the inviter adds; may be empty
	Link         string   // works once
	For          time.Duration
}

// Message writes it. Names and note are what people typed: each stays in its place, the note marked as a quotation.
func (i Invitation) Message() Message {
	organization := oneLine(i.Organization)
	text := []string{
		"Hello,", "", oneLine(i.Inviter) + " invites you to join " + organization + " on Gatehouse", "as " + oneLine(i.Role) + ".", "",
	}
	if len(i.Teams) > 0 {
		text = append(text, "You will be in these teams:")
		for _, team := range i.Teams {
			text = append(text, "- "+oneLine(team))
		}
		text = append(text, "")
	}
	if note := strings.TrimSpace(i.Note); note != "" {
		for line := range strings.Lines(note) {
			text = append(text, strings.TrimRight("> "+oneLine(line), " "))
		}
		text = append(text, "")
	}
	text = append(text,
		"Open this link within "+span(i.For)+" to accept or decline:", "", i.Link, "",
		"The link works once and is for you alone: do not pass it on.", "If you do not know what this is about, you need not do anything.",
	)
	return Message{To: i.To, Subject: "Invitation to " + organization, Text: lines(text...)}
}

// CertificateEnd is what the message to an Administrator about a certificate near its end needs.
type CertificateEnd struct {
	To           string
	Name         string // of the Administrator
	Organization string
	Provider     string // name of the identity provider
	Ours         bool   // it is the console's own certificate, not the identity provider's
	Until        time.Time
	Left         time.Duration // none or less: it is over
	Link         string        // the identity provider's page
}

// Message writes it.
func (c CertificateEnd) Message() Message {
	provider := oneLine(c.Provider)
	whose, ends := "the certificate with which "+provider+" signs", "ends on "+c.Until.UTC().Format("2 January 2006")+", in "+days(c.Left)+"."
	subject := "The certificate of " + provider + " ends in " + days(c.Left)
	if c.Ours {
		whose = "the certificate by which " + provider + " knows this console"
	}
	if c.Left <= 0 {
		ends, subject = "ended on "+c.Until.UTC().Format("2 January 2006")+".", "The certificate of "+provider+" has ended"
	}
	text := []string{greeting(c.Name), "", whose, ends, "It is an identity provider of " + oneLine(c.Organization) + " on Gatehouse.", ""}
	switch {
	case c.Ours && c.Left > 0:
		text = append(text, "What to do: prepare the next certificate on the page below, and give it to the", "identity provider before that day. Some refuse sign-ins afterwards.")
	case c.Ours:
		text = append(text, "What to do: prepare the next certificate on the page below today, and give it to", "the identity provider. Some refuse sign-ins until then.")
	case c.Left > 0:
		text = append(text, "What to do: ask the identity provider's administrator for the next certificate,", "and add it on the page below before the change. Afterwards nobody could sign in",
			"through it until you do.")
	default:
		text = append(text, "Signing in still works, because the certificate is pinned here. It ends when the", "identity provider changes over. What to do: ask its administrator for the new",
			"certificate, and add it on the page below today.")
	}
	return Message{To: c.To, Subject: subject, Text: lines(append(text, "", c.Link)...)}
}

// days is a span in days, never less than one.
func days(d time.Duration) string {
	n := max(1, int((d+12*time.Hour)/(24*time.Hour)))
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// DomainRecord is what the message to an Administrator needs whose organization's domain lacks its record.
type DomainRecord struct {
	Organization string // its name
	Domain       string
	Record       string    // name of the record
	Value        string    // what it says
	Link         string    // to the domain's page
	Until        time.Time // when the domain is lost; zero: it is already
}

// Message writes it.
func (d DomainRecord) Message() Message {
	organization := oneLine(d.Organization)
	subject, what := "The record of "+d.Domain+" is gone", "The DNS record that shows that "+d.Domain+" belongs to "+organization+" is gone."
	next := "If it is not back by " + d.Until.UTC().Format("2 January 2006, 15:04 UTC") + ", the domain is no longer verified: people with"
	if d.Until.IsZero() {
		subject, what = d.Domain+" is no longer verified", "The DNS record that shows that "+d.Domain+" belongs to "+organization+" has been gone for seven days."
		next = "The domain is no longer verified: people with"
	}
	return Message{Subject: subject, Text: lines(
		"Hello,", "", what, next, "addresses in it are then no longer led to your identity provider, nor let in without an invitation.", "",
		"The record is of type TXT:", "", "  name   "+d.Record, "  value  "+d.Value, "", "Put it back, then look again here:", "", d.Link,
	)}
}

// greeting takes a name that a person chose: without line breaks it cannot pretend to be more of the message.
func greeting(name string) string {
	name = oneLine(name)
	if name == "" {
		return "Hello,"
	}
	return "Hello " + name + ","
}

// oneLine is text without line breaks and other control characters.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if hasControl(string(r)) {
			return ' '
		}
		return r
	}, text)), " ")
}

func lines(text ...string) string { return strings.Join(text, "\n") + "\n" }

func span(d time.Duration) string {
	unit, n := "minute", int(d/time.Minute)
	if n >= 120 && n%60 == 0 {
		unit, n = "hour", n/60
	}
	if unit == "hour" && n >= 48 && n%24 == 0 {
		unit, n = "day", n/24
	}
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// GlassBroken is what the message to every Administrator needs when one of them came in by a break-glass code.
type GlassBroken struct {
	Name         string // of who came in
	Organization string // its ID
	Site         string // public address of the console
	IP           string
	At           time.Time
	Link         string // the audit log
}

// Message writes it; whom it goes to is known later.
func (g GlassBroken) Message() Message {
	return Message{Subject: "Somebody came in past single sign-on: " + oneLine(g.Organization), Text: lines(
		"Hello,",
		"",
		oneLine(g.Name)+" signed in to "+oneLine(g.Organization)+" at "+g.Site+" with a password and a break-glass",
		"code, past the single sign-on that is required there.",
		"",
		"When: "+g.At.UTC().Format("2 January 2006, 15:04 UTC"),
		"From: "+oneLine(g.IP),
		"",
		"Every Administrator gets this message. If you do not know why this happened, ask them,",
		"and look at what was done:",
		"",
		g.Link,
	)}
}

// FactorChanged is what the message about a change of somebody's second factor needs.
type FactorChanged struct {
	To   string // the address it goes to
	Name string // of the person; may be empty
	Site string // public address of the console
	What string // a sentence
}

// Message writes it.
func (f FactorChanged) Message() Message {
	return Message{To: f.To, Subject: "Your second factor for Gatehouse changed", Text: lines(
		greeting(f.Name), "", oneLine(f.What), "It is about your account at "+f.Site+".", "",
		"If that was you, or you asked an Administrator for it, you need not do anything.",
		"If not, change your password now and tell an Administrator of your organization.",
	)}
}

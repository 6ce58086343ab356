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

// greeting takes a name that a person chose: without line breaks it cannot pretend to be more of the message.
func greeting(name string) string {
	name = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if hasControl(string(r)) {
			return ' '
		}
		return r
	}, name)), " ")
	if name == "" {
		return "Hello,"
	}
	return "Hello " + name + ","
}

func lines(text ...string) string { return strings.Join(text, "\n") + "\n" }

func span(d time.Duration) string {
	unit, n := "minute", int(d/time.Minute)
	if n >= 120 && n%60 == 0 {
		unit, n = "hour", n/60
	}
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

package views

import (
	"slices"
	"time"

	"gatehouse/views/parts"
)

// expirySoon is how long before its end a certificate is warned of: time enough to ask for a new one and to change over.
const expirySoon = 30 * 24 * time.Hour

const exactDay, exactTime = "2 January 2006", "2 January 2006, 15:04 UTC"

// expiryPill says whether a certificate is in force, and how long still when that is not long.
func expiryPill(from, until, now time.Time) parts.Pill {
	switch {
	case until.IsZero():
		return parts.Pill{Label: "No certificate", Tone: parts.Bad}
	case !now.Before(until):
		return parts.Pill{Label: "Expired " + parts.Relative(until, now), Tone: parts.Bad}
	case until.Sub(now) < expirySoon:
		return parts.Pill{Label: "Expires " + parts.Relative(until, now), Tone: parts.Warn}
	case now.Before(from):
		return parts.Pill{Label: "Valid from " + from.UTC().Format(exactDay), Tone: parts.Warn}
	}
	return parts.Pill{Label: "Valid", Tone: parts.OK}
}

func (c CertificateCard) pill() parts.Pill { return expiryPill(c.NotBefore, c.NotAfter, c.Now) }

// certificateWarning is what an Administrator should know of a certificate that has ended or soon will.
type certificateWarning struct {
	tone         parts.Tone
	what, advice string
}

// warnings are calm when another certificate is there to take over: only then does nobody have to do anything.
func (v Provider) warnings() []certificateWarning {
	var found []certificateWarning
	for _, c := range v.Summary.Certificates {
		left := c.NotAfter.Sub(c.Now)
		if left > certificateTold {
			continue
		}
		w := certificateWarning{what: "The certificate " + orUnnamed(c.Subject) + " " + c.endWords() + "."}
		w.tone, w.advice = urgency(left)
		if slices.ContainsFunc(v.Summary.Certificates, func(o CertificateCard) bool {
			return o.NotAfter.After(c.NotAfter) && o.NotAfter.Sub(o.Now) >= expirySoon
		}) {
			w.tone, w.advice = parts.Neutral, "Another one is stored beside it, so the identity provider can change over without locking anybody out."
		}
		found = append(found, w)
	}
	if left := v.OurUntil.Sub(v.Row.Now); !v.OurUntil.IsZero() && left <= certificateTold {
		w := certificateWarning{what: "Our certificate, by which the identity provider knows this console, expires " + parts.Relative(v.OurUntil, v.Row.Now) + "."}
		if left <= 0 {
			w.what = "Our certificate, by which the identity provider knows this console, expired " + parts.Relative(v.OurUntil, v.Row.Now) + "."
		}
		w.tone, _ = urgency(left)
		w.advice = "Prepare the next certificate below and give it to the identity provider: some refuse sign-ins when the old one is over."
		found = append(found, w)
	}
	return found
}

// urgency is how loudly the end of a certificate is told that no other one follows, and what to do about it.
func urgency(left time.Duration) (parts.Tone, string) {
	switch {
	case left <= 0:
		return parts.Bad, "Sign-in still works, because the certificate is pinned here, but the identity provider may change over any day. Add the new one today."
	case left <= certificateUrgent:
		return parts.Bad, "When the identity provider changes over and the new certificate is not here, nobody can sign in through it. Add it now."
	case left <= certificateSoon:
		return parts.Warn, "Ask the identity provider’s administrator for the new one, and add it this week."
	case left <= certificatePlan:
		return parts.Warn, "Plan when the identity provider changes over, and add the new certificate before, so that nobody is locked out."
	}
	return parts.Neutral, "There is time. Ask the identity provider’s administrator when it changes over, and add the new certificate before."
}

// certificateAlert is what an Administrator has to do about a certificate that has ended or is about to.
type certificateAlert struct {
	tone        parts.Tone
	title, text string
	url         string
}

// certificateAlerts are about enabled providers, in the order of the list, for who may do something about them.
func certificateAlerts(providers []ProviderRow, manages bool) []certificateAlert {
	var alerts []certificateAlert
	for _, p := range providers {
		left := p.Expires.Sub(p.Now)
		if !manages || !p.Enabled || p.Expires.IsZero() || left > certificatePlan {
			continue
		}
		alert := certificateAlert{url: p.URL, title: "The certificate of " + p.Name + " expires " + parts.Relative(p.Expires, p.Now) + "."}
		if left <= 0 {
			alert.title = "The certificate of " + p.Name + " has expired."
		}
		alert.tone, alert.text = urgency(left)
		alerts = append(alerts, alert)
	}
	return alerts
}

func (r ProviderRow) state() parts.Pill {
	if r.Draft {
		return parts.Pill{Label: "Draft"}
	}
	return statePill(r.Enabled)
}

func statePill(enabled bool) parts.Pill {
	if enabled {
		return parts.Pill{Label: "Enabled", Tone: parts.OK}
	}
	return parts.Pill{Label: "Disabled"}
}

// peopleThrough is "12 people sign in through it."
func peopleThrough(links int) string {
	switch links {
	case 0:
		return "Nobody has signed in through it yet."
	case 1:
		return "1 person signs in through it."
	}
	return parts.Number(links) + " people sign in through it."
}

// enableWords is what Enable does.
func (v Provider) enableWords() string {
	return "Enable: people of " + v.Page.Org.Name + " can sign in through it at once. Signing in with a password keeps working."
}

// disableWords is what Disable does, in numbers.
func (v Provider) disableWords() string {
	switch v.Links {
	case 0:
		return "Disable: nobody can sign in through it any more. " + peopleThrough(0)
	case 1:
		return "Disable: 1 person signs in through it; the sessions it opened here end at once. Without a password they cannot sign in until it is enabled again."
	}
	return "Disable: " + parts.Number(v.Links) + " people sign in through it; the sessions it opened here end at once. Those without a password cannot sign in until it is enabled again."
}

// deleteWords is what Delete does, in numbers.
func (v Provider) deleteWords() string {
	gone := "Its certificates, our values for it and its recorded sign-ins are deleted. This cannot be undone."
	if v.Row.Enabled {
		gone += " To stop it for a while, disable it instead."
	}
	switch v.Links {
	case 0:
		return peopleThrough(0) + " " + gone
	case 1:
		return "1 person signs in through it. The sessions it opened here end at once, and without a password they cannot sign in. " + gone
	}
	return parts.Number(v.Links) + " people sign in through it. The sessions it opened here end at once, and those without a password cannot sign in. " + gone
}

// anyEnabled says whether anybody can sign in with SSO at all.
func (v Security) anyEnabled() bool {
	return slices.ContainsFunc(v.Providers, func(r ProviderRow) bool { return r.Enabled })
}

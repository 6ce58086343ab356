package views

import (
	"strconv"
	"time"

	"gatehouse/views/parts"
)

func orDash(words string) string {
	if words == "" {
		return "–"
	}
	return words
}

func orUnnamed(subject string) string {
	if subject == "" {
		return "Certificate without a subject"
	}
	return subject
}

func (v Provider) problems() []parts.Problem {
	if v.Message == "" {
		return nil
	}
	return []parts.Problem{{Message: v.Message}}
}

func (v Provider) stateWords() string {
	if v.Row.Enabled {
		return "People of " + v.Page.Org.Name + " can sign in through it."
	}
	return "Nobody can sign in through it."
}

func (v Provider) signInHint() string {
	if v.Row.Enabled {
		return "Starts a sign-in through this identity provider. To try it, open it in a private window: your own session stays as it is."
	}
	return "Starts a sign-in through this identity provider, once it is enabled."
}

func noAttemptsWords(enabled bool) string {
	words := "Every attempt to sign in through this identity provider is recorded here, a refused one with its reason. "
	if enabled {
		return words + "Test sign-in above makes the first."
	}
	return words + "Test sign-in above makes the first, also while it is disabled."
}

func newestWords(n int) string {
	return "The newest " + strconv.Itoa(n) + ". A refused person saw the reference, and can tell you."
}

// farApart says that the clocks are worth a word: the rules allow three minutes.
func (a AttemptRow) farApart() bool { return a.Drifted && a.Drift.Abs() >= 30*time.Second }

func (v AttemptPageView) refusedTitle() string {
	if v.Row.Test {
		return "This test was refused"
	}
	if v.Row.Leaving {
		return "This message about signing out was refused"
	}
	return "This sign-in was refused"
}

func orElse(words, otherwise string) string {
	if words == "" {
		return otherwise
	}
	return words
}

func (v Provider) theirDetails() []parts.Detail {
	return []parts.Detail{
		{Term: "Entity ID", Value: v.Summary.EntityID},
		{Term: "SSO URL", Value: v.Summary.SSOURL},
		{Term: "Binding", Value: v.Summary.SSOBinding},
		{Term: "SLO URL", Value: v.logoutWords()},
		{Term: "Sign-ins that begin there", Value: v.beginWords()},
		{Term: "Read from", Value: v.readFrom()},
	}
}

func (v Provider) logoutWords() string {
	if v.Summary.SLOURL == "" {
		return "None: signing out here leaves people signed in there"
	}
	words := v.Summary.SLOURL + " (" + v.Summary.SLOBinding + ")"
	if v.Summary.SLOResponseURL != "" {
		words += ", answers to " + v.Summary.SLOResponseURL
	}
	return words
}

func (v Provider) beginWords() string {
	if v.Summary.IDPInitiated {
		return "Begun again here, after a click"
	}
	return "Refused"
}

func (v Provider) readFrom() string {
	if v.Metadata == "" {
		return "What an Administrator gave: a file, pasted text, or values typed by hand"
	}
	return v.Metadata
}

// endWords completes "The certificate … ".
func (c CertificateCard) endWords() string {
	if !c.Now.Before(c.NotAfter) {
		return "expired " + parts.Relative(c.NotAfter, c.Now)
	}
	return "expires " + parts.Relative(c.NotAfter, c.Now)
}

func (c CertificateCard) details(used bool) []parts.Detail {
	items := []parts.Detail{
		{Term: "SHA-256", Content: parts.Fingerprint{Hex: c.SHA256}},
		{Term: "Valid from", Value: c.NotBefore.UTC().Format(exactTime)},
		{Term: "Valid until", Value: c.NotAfter.UTC().Format(exactTime)},
	}
	if used {
		items = append(items, parts.Detail{Term: "Last verified", Content: parts.Time{At: c.LastVerified, Now: c.Now, Never: "has verified no sign-in yet"}})
	}
	return items
}
